#!/usr/bin/env python3
"""A picture of the window (1280x800, dark, the room that shots.py fills) held against the numbers of the design:
where boxes and words begin and end, to the pixel, and their colours. `_compare.py PICTURE` prints what it measures.

Words are measured by their ink: the box of all that differs from what they stand on. What the design shows with
other words than the program (an address, a time) is measured where it begins only.
"""
import os
import subprocess
import sys

W, H = 1280, 800
NEAR_PX, NEAR_LEVELS = 1, 4
FLAT = 6   # levels that two pixels of one surface may differ by
INK = 40   # levels that ink differs by from what it stands on

# Boxes: a point inside, free of ink. Left, top, right, bottom as found by going from there as long as the colour stays.
# Where the way is free of words in the design and in the program. An own bubble's left hangs on its clock's digits.
SIDES = {"own bubble": "trb", "quote in it": "trb", "badge of a room": "lb", "badge of a person": "lb",
         "bubble with a sound": "ltb", "what is done of the bar": "ltb", "what is left of the bar": "trb"}
BOXES = {
    "the open room": (150, 97), "badge of a room": (228, 146), "badge of a person": (230, 292),
    "own bubble": (976, 300), "quote in it": (960, 285), "bubble with a sound": (338, 404),
    "play button": (364, 397), "bubble with a file": (664, 660), "its icon": (676, 655), "composer": (600, 742), "send button": (955, 752),
    "what is done of the bar": (735, 690), "what is left of the bar": (900, 690),
    "picture of oneself": (16, 772), "picture beside bubbles": (292, 605),
}
# Words: the rectangle to look in, and which of its sides say something about the design.
WORDS = {
    "Studio": (56, 4, 200, 27, "ltrb"), "address": (70, 29, 90, 47, "l"), "dot": (56, 30, 69, 46, "ltrb"),
    "ROOMS": (12, 70, 120, 88, "ltrb"), "plus": (228, 68, 254, 90, "ltrb"), "hash": (16, 98, 40, 122, "ltrb"),
    "lobby": (44, 98, 200, 122, "ltrb"), "design": (44, 134, 200, 158, "ltrb"), "music": (44, 171, 200, 195, "ltrb"),
    "lock": (16, 207, 40, 231, "ltrb"), "release": (44, 207, 200, 231, "ltrb"),
    "DIRECT": (12, 251, 120, 269, "ltrb"), "Sravya": (48, 281, 200, 305, "ltrb"), "Likitha": (48, 321, 200, 345, "ltrb"),
    "Sanjay": (52, 752, 200, 772, "ltrb"), "Online": (52, 773, 200, 791, "ltrb"), "gear": (226, 758, 256, 788, "ltrb"),
    "room's hash": (278, 14, 304, 42, "ltrb"), "room's name": (308, 14, 362, 42, "ltrb"),
    "5 members": (366, 16, 460, 40, "ltrb"), "search": (904, 14, 932, 42, "ltrb"), "bell": (936, 14, 964, 42, "ltrb"),
    "panel": (968, 14, 996, 42, "ltrb"), "who is quoted": (740, 282, 900, 298, "tb"),
    "what is quoted": (740, 299, 900, 316, "tb"), "own text": (730, 322, 922, 346, "tb"),
    "check": (960, 330, 976, 344, "ltrb"), "who sent the sound": (340, 368, 460, 386, "ltrb"),
    "sign on the play button": (354, 402, 374, 422, "ltrb"), "first bar of the wave": (394, 394, 400, 414, "ltrb"),
    "name of the sound": (394, 419, 500, 436, "ltrb"), "where the sound is": (580, 419, 680, 436, "ltrb"),
    "name of the file": (726, 646, 900, 666, "ltrb"), "typing": (286, 712, 460, 732, "ltrb"),
    "clip": (292, 746, 320, 774, "ltrb"), "text being written": (325, 750, 486, 772, "ltrb"),
    "smile": (912, 746, 940, 774, "ltrb"), "MEMBERS": (1020, 14, 1090, 32, "ltrb"), "a member": (1062, 44, 1112, 66, "ltrb"),
    "note of a member": (1112, 46, 1160, 66, "ltrb"), "initial of a picture": (26, 20, 40, 38, "ltrb"), "SHARED MEDIA": (1020, 284, 1140, 302, "ltrb"),
}
# Surfaces: one pixel each.
SPOTS = {"page": (850, 400), "sidebar": (100, 600), "ground of the panel": (1100, 700), "head": (600, 10), "line of the sidebar": (263, 400),
         "line of the panel": (1008, 600), "line of the head": (600, 55), "line above oneself": (130, 744)}


def read_picture(path):
    out = subprocess.run(["convert", path, "-depth", "8", "rgb:-"], capture_output=True, check=True).stdout
    if len(out) != W * H * 3:
        raise SystemExit(f"{path} is not {W}x{H}")
    return out


def at(data, x, y):
    i = (y * W + x) * 3
    return tuple(data[i:i + 3])


def apart(a, b):
    return max(abs(p - q) for p, q in zip(a, b))


def box(data, x, y):
    colour, ends = at(data, x, y), []
    for dx, dy in ((-1, 0), (0, -1), (1, 0), (0, 1)):
        px, py = x, y
        while 0 <= px + dx < W and 0 <= py + dy < H and apart(at(data, px + dx, py + dy), colour) <= FLAT:
            px, py = px + dx, py + dy
        ends.append(px if dx else py)
    return ends, colour


def ink(data, left, top, right, bottom):
    ground = at(data, left, top)
    dots = [(apart(at(data, x, y), ground), x, y) for y in range(top, bottom) for x in range(left, right)]
    seen = [dot for dot in dots if dot[0] >= INK]
    if not seen:
        return [0, 0, 0, 0], ground
    xs, ys = [dot[1] for dot in seen], [dot[2] for dot in seen]
    return [min(xs), min(ys), max(xs), max(ys)], at(data, *max(seen)[1:])


def measure(path):
    data = read_picture(path)
    found = {name: (*box(data, *point), SIDES.get(name, "ltrb")) for name, point in BOXES.items()}
    found.update({name: (*ink(data, *look[:4]), look[4]) for name, look in WORDS.items()})
    found.update({name: (None, at(data, *point), "") for name, point in SPOTS.items()})
    return found


# As measured in the design: left, top, right, bottom (inclusive), colour.
DESIGN = {
    "the open room": ([9, 93, 253, 126], (29, 46, 72)), "badge of a room": ([225, 140, 232, 152], (62, 139, 255)),
    "badge of a person": ([227, 286, 234, 299], (62, 139, 255)),
    "own bubble": ([972, 274, 983, 350], (36, 80, 143)), "quote in it": ([750, 279, 971, 317], (58, 97, 154)),
    "bubble with a sound": ([332, 365, 344, 440], (30, 36, 44)),
    "bubble with a file": ([660, 642, 671, 696], (36, 80, 143)),
    "its icon": ([673, 649, 714, 688], (66, 104, 158)), "composer": ([284, 737, 987, 782], (30, 36, 44)),
    "send button": ([950, 746, 979, 772], (62, 139, 255)),
    "what is done of the bar": ([729, 689, 828, 692], (242, 247, 255)),
    "what is left of the bar": ([830, 689, 971, 692], (64, 96, 140)),
    "picture of oneself": ([12, 763, 23, 782], (105, 59, 186)),
    "picture beside bubbles": ([289, 597, 301, 618], (186, 156, 59)),
    "Studio": ([58, 13, 102, 24], (232, 236, 241)), "address": ([73, 33, 89, 41], (154, 166, 181)),
    "dot": ([58, 34, 65, 41], (55, 194, 129)), "ROOMS": ([17, 75, 58, 82], (108, 120, 136)),
    "plus": ([234, 75, 243, 84], (100, 111, 126)), "hash": ([21, 103, 32, 116], (232, 236, 241)),
    "lobby": ([47, 104, 83, 117], (232, 236, 241)), "design": ([46, 140, 92, 154], (232, 236, 241)),
    "music": ([47, 177, 84, 187], (154, 166, 181)), "lock": ([21, 212, 32, 225], (154, 166, 181)),
    "release": ([47, 213, 94, 224], (154, 166, 181)), "DIRECT": ([17, 256, 58, 263], (108, 120, 136)),
    "Sravya": ([52, 287, 98, 300], (232, 236, 241)), "Likitha": ([53, 327, 95, 337], (154, 166, 181)),
    "Sanjay": ([54, 757, 100, 770], (232, 236, 241)), "Online": ([55, 777, 90, 785], (154, 166, 181)),
    "gear": ([233, 765, 248, 780], (154, 166, 181)), "room's hash": ([283, 20, 296, 35], (154, 166, 181)),
    "room's name": ([313, 20, 357, 36], (232, 236, 241)), "5 members": ([371, 23, 435, 32], (154, 166, 181)),
    "search": ([911, 21, 925, 35], (154, 166, 181)), "bell": ([943, 22, 956, 35], (154, 166, 181)),
    "panel": ([974, 21, 989, 34], (154, 166, 181)), "who is quoted": ([744, 284, 783, 296], (242, 247, 255)),
    "what is quoted": ([744, 302, 848, 313], (242, 247, 255)), "own text": ([732, 327, 916, 341], (242, 247, 255)),
    "check": ([963, 334, 971, 340], (179, 204, 242)),
    "who sent the sound": ([345, 371, 383, 380], (226, 199, 111)),
    "play button": ([351, 393, 376, 430], (62, 139, 255)),
    "sign on the play button": ([359, 406, 368, 417], (255, 255, 255)),
    "first bar of the wave": ([396, 401, 398, 405], (62, 139, 255)),
    "name of the sound": ([396, 422, 478, 433], (154, 166, 181)),
    "where the sound is": ([589, 421, 672, 432], (154, 166, 181)),
    "name of the file": ([729, 649, 833, 662], (242, 247, 255)), "typing": ([289, 716, 389, 727], (154, 166, 181)),
    "clip": ([298, 753, 310, 766], (154, 166, 181)), "text being written": ([328, 754, 485, 768], (232, 236, 241)),
    "smile": ([918, 752, 933, 767], (154, 166, 181)), "MEMBERS": ([1026, 19, 1088, 26], (108, 120, 136)),
    "a member": ([1066, 49, 1109, 62], (232, 236, 241)),
    "note of a member": ([1115, 53, 1134, 62], (154, 166, 181)),
    "initial of a picture": ([28, 22, 35, 32], (255, 255, 255)),
    "SHARED MEDIA": ([1026, 289, 1113, 296], (108, 120, 136)), "page": (None, (15, 18, 22)),
    "sidebar": (None, (22, 26, 32)), "ground of the panel": (None, (22, 26, 32)), "head": (None, (22, 26, 32)),
    "line of the sidebar": (None, (38, 45, 55)), "line of the panel": (None, (38, 45, 55)),
    "line of the head": (None, (38, 45, 55)), "line above oneself": (None, (38, 45, 55)),
}


# Differences that are known, and why they stay.
KNOWN = {
    "badge of a person": "words are as wide as whole pixels, so a narrow digit makes a badge two px wider",
    "plus": "a line of 1.3 px between two pixels: SDL_image's rasteriser shares it out otherwise than a browser",
    "check": "the same, of 1 px",
}


def differences(path):
    """One line for each place or colour that is not the design's."""
    lines = []
    for name, (ends, colour, sides) in measure(path).items():
        want, want_colour = DESIGN[name]
        for i, side in enumerate("ltrb"):
            if side in sides and abs(ends[i] - want[i]) > NEAR_PX:
                word = ("left", "top", "right", "bottom")[i]
                lines.append(f"{name}: {word} is {ends[i]}, not {want[i]}")
        if apart(colour, want_colour) > NEAR_LEVELS:
            lines.append(f"{name}: colour is #%02x%02x%02x, not #%02x%02x%02x" % (*colour, *want_colour))
    return lines


if __name__ == "__main__":
    if len(sys.argv) != 2 or not os.path.exists(sys.argv[1]):
        print("_compare.py PICTURE: shots.py compares what it takes")
        sys.exit(0)
    for name, (ends, colour, _) in measure(sys.argv[1]).items():
        print(f'    "{name}": ({ends}, {colour}),')
    if DESIGN:
        print("\n".join(differences(sys.argv[1])))
