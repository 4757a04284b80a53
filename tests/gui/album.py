#!/usr/bin/env python3
"""Pictures that are sent together: dropped, looked at, put into order, and seen as one by the others."""
import os
import struct
import sys
import tempfile
import time

from libgui import Picture, Screen, check, equal, make_pdf, run, run_scenes, sha256, start_server, wait_until

LIKE = 30  # of 255: a mean colour is that of the picture


def make_pictures(folder):
    """Plain colours in four shapes."""
    made = []
    for name, size, colour in (("red.jpg", "1600x1200", "rgb(200,40,40)"), ("green.jpg", "900x1600", "rgb(40,160,60)"),
                               ("blue.png", "1200x1200", "rgb(40,60,200)"), ("gold.jpg", "1920x1080", "rgb(220,180,40)")):
        made.append(os.path.join(folder, name))
        run("convert", "-size", size, f"xc:{colour}", made[-1])
    return made


COLOURS = {"red.jpg": (200, 40, 40), "green.jpg": (40, 160, 60), "blue.png": (40, 60, 200), "gold.jpg": (220, 180, 40)}


def add_place(path):
    """What a phone writes: an EXIF block with the latitude and longitude in it."""
    def entry(tag, kind, count, value):
        return struct.pack("<HHI", tag, kind, count) + value
    # header, one entry that points at the GPS block, which has four; their rationals behind it
    gps, data = 8 + 2 + 12 + 4, 8 + 2 + 12 + 4 + 2 + 4 * 12 + 4
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry(0x8825, 4, 1, struct.pack("<I", gps)) + bytes(4)
    tiff += struct.pack("<H", 4)
    tiff += entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, struct.pack("<I", data))
    tiff += entry(3, 2, 2, b"E\0\0\0") + entry(4, 5, 3, struct.pack("<I", data + 24)) + bytes(4)
    tiff += struct.pack("<12I", 52, 1, 31, 1, 0, 1, 13, 1, 24, 1, 0, 1)
    block = b"Exif\0\0" + tiff
    with open(path, "rb") as file:
        jpeg = file.read()
    with open(path, "wb") as file:
        file.write(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:])


def tiles(window):
    """The pictures in the sheet, as one reads them."""
    found = [item for item in window.find("image", value="shown") if item["w"] < 140 and 400 < item["x"] + item["w"] < 900]
    return [item["label"] for item in sorted(found, key=lambda item: (item["y"], item["x"]))]


def cells(window):
    albums = window.find("album")
    check(len(albums) == 1, f"{len(albums)} albums; {window.report()}")
    album = albums[0]
    inside = [item for item in window.find("image") if album["x"] <= item["x"] < album["x"] + album["w"] and
              album["y"] <= item["y"] < album["y"] + album["h"]]
    return sorted(inside, key=lambda item: (item["y"], item["x"]))


def check_grid(window, names):
    window.wait_until(lambda dump: sum(1 for item in dump["items"] if item["role"] == "image" and
                                       item.get("value") == "shown") >= len(names), "all pictures")
    window.wait_gone("progress")
    window.wait_still()
    seen = cells(window)
    equal([item["label"] for item in seen], names, "the pictures in order")
    for item in seen:
        colour = window.pixels_of(item).mean(item["w"] // 4, item["h"] // 4, item["w"] // 2, item["h"] // 3)
        wanted = COLOURS[item["label"]]
        check(max(abs(a - b) for a, b in zip(colour, wanted)) < LIKE,
              f"{item['label']} is {colour}, not {wanted}; {window.report()}")


def scene_an_album():
    """Four are dropped, one is left out, one is moved by the keyboard and one by the mouse; the caption comes behind them."""
    folder = tempfile.mkdtemp()
    paths = make_pictures(folder)
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.type("seen")
        screen.drag_files(paths, ann, send=False)
        ann.wait_for("card", "send")
        ann.wait_until(lambda dump: len([i for i in dump["items"] if i["role"] == "image" and i.get("value") == "shown"]) == 4,
                       "four pictures in the sheet")
        equal(tiles(ann), ["red.jpg", "green.jpg", "blue.png", "gold.jpg"], "as they were dropped")
        equal(bob.find("image"), [], "nothing has gone yet")
        ann.wait_for("field", "Caption", value="seen")  # what was written already

        blue = ann.find("image", "blue.png")[0]
        ann.drag("image", "gold.jpg", blue)
        wait_until(lambda: tiles(ann) == ["red.jpg", "green.jpg", "gold.jpg", "blue.png"], lambda: f"moved: {tiles(ann)}")
        ann.key("alt+Right")  # the one that was moved has the keyboard
        wait_until(lambda: tiles(ann) == ["red.jpg", "green.jpg", "blue.png", "gold.jpg"], lambda: f"moved: {tiles(ann)}")
        ann.key("shift+Tab", "Delete")
        wait_until(lambda: tiles(ann) == ["red.jpg", "green.jpg", "gold.jpg"], lambda: f"left out: {tiles(ann)}")
        ann.click("field", "Caption")
        ann.key("End")
        ann.type(" today\n")
        ann.wait_gone("card", "send")
        for window in (ann, bob):
            window.wait_for("message", "seen today")
            check_grid(window, ["red.jpg", "green.jpg", "gold.jpg"])
            text, album = window.find("message", "seen today")[0], window.find("album")[0]
            check(text["y"] > album["y"] + album["h"], "the caption stands below")
        ann.wait_text("")

        bob.click("image", "green.jpg", value="shown")
        bob.wait_for("viewer", "green.jpg")
        bob.key("Escape")
        bob.wait_gone("viewer")
        # one of them goes: the others fill the grid
        ann.click("image", "green.jpg", button=3)
        ann.click("menuitem", "Delete")
        ann.click("button", "Delete")
        for window in (ann, bob):
            window.wait_gone("image", "green.jpg")
            check_grid(window, ["red.jpg", "gold.jpg"])


def scene_escape_and_other_files():
    """Escape sends nothing and keeps what was written; papers go at once; a paper among pictures goes with them."""
    folder = tempfile.mkdtemp()
    paths = make_pictures(folder)
    paper = os.path.join(folder, "paper.pdf")
    make_pdf(paper, 3)
    with start_server() as server, Screen(width=900, height=620) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        screen.drag_files([paper], ann)
        equal(peer.expect("file")["label"], "paper.pdf", "what went at once")
        screen.drag_files(paths[:1] + [paper], ann, send=False)
        ann.wait_for("card", "send")
        ann.type("half")
        ann.wait_for("field", "Caption", value="half")
        ann.key("Escape")
        ann.wait_gone("card", "send")
        ann.wait_text("half")
        screen.drag_files(paths[:1] + [paper], ann, send=False)
        ann.wait_for("card", "send")
        ann.key("Return")  # at once
        files = [peer.expect("file") for _ in range(2)]
        equal([file["label"] for file in files], ["red.jpg", "paper.pdf"], "pictures first")
        equal([file.get("album") for file in files], [None, None], "one picture is no album")
        peer.expect("said", text="half")
        screen.drag_files(paths[:2], ann, send=False)
        ann.wait_for("card", "send")
        ann.click("choice", "As files")
        ann.click("field", "Caption")
        ann.key("Return")
        equal([peer.expect("file")["kind"] for _ in range(2)], ["file", "file"], "as files")
        ann.wait_gone("card", "send")
        for _ in range(5):  # all that went; else the window asks before it ends
            peer.expect("file-done")


def scene_where_it_was_taken():
    """An original that says so does not go out before the person has been told; the smaller one says nothing."""
    folder = tempfile.mkdtemp()
    photo = os.path.join(folder, "walk.jpg")
    run("convert", "-size", "3000x2000", "plasma:tomato-steelblue", "-quality", "95", photo)
    add_place(photo)
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        screen.drag_files([photo], ann, send=False)
        ann.wait_for("card", "send")
        ann.key("Return")
        ann.wait_for("text", "walk.jpg says where it was taken.")
        ann.wait_for("card", "send")
        equal(bob.find("image"), [], "nothing has gone yet")
        ann.click("text", "Send without the place")
        ann.wait_for("choice", "Smaller", checked=True)
        ann.wait_until(lambda dump: any("→" in item.get("label", "") and "…" not in item["label"] for item in dump["items"]),
                       "its size before and after")
        ann.click("field", "Caption")
        ann.key("Return")
        ann.wait_gone("card", "send")
        bob.wait_for("image", "walk.jpg", value="shown")
        bob.click("image", "walk.jpg", button=3)
        bob.click("menuitem", "Save")
        saved = os.path.join(bob.downloads, "walk.jpg")
        wait_until(lambda: os.path.exists(saved), "it was not saved")
        with open(saved, "rb") as file:
            data = file.read()
        check(b"Exif" not in data and b"\xff\xe1" not in data[:64], "camera data in the smaller picture")
        check(len(data) < os.path.getsize(photo), "it is smaller")
        equal(run("identify", "-format", "%m %wx%h", saved).decode(), "JPEG 2048x1365", "what arrived")
        wait_until(lambda: not any(name.startswith("confab-outgoing") for name in os.listdir(ann.home)),
                   "the copy that was made for sending is still there")
        # and the original, when that is what is wanted
        screen.drag_files([photo], ann, send=False)
        ann.wait_for("text", "walk.jpg says where it was taken.")
        ann.key("Return", "Return")  # at once, or warned: then again
        ann.wait_gone("card", "send")
        bob.wait_until(lambda dump: len([i for i in dump["items"] if i["role"] == "message" and i["label"] == "walk.jpg"]) == 2,
                       "the original")
        ann.wait_gone("progress")


def colours_seen(window, item, seconds):
    """Whether it is red or blue, over some time."""
    seen, until = set(), time.monotonic() + seconds
    while time.monotonic() < until and len(seen) < 2:
        red, _, blue = window.pixels_of(item).mean(item["w"] // 4, item["h"] // 4, item["w"] // 2, item["h"] // 4)
        if abs(red - blue) > 100:
            seen.add("red" if red > blue else "blue")
    return seen


def scene_what_moves():
    """It moves while one looks, stands still with reduced motion, and then moves when one asks."""
    path = os.path.join(tempfile.mkdtemp(), "blink.gif")
    run("convert", "-size", "240x180", "-delay", "30", "-loop", "0", "xc:rgb(220,30,30)", "xc:rgb(30,30,220)", path)
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann", env={"CONFAB_REDUCED_MOTION": "0"})
        bob = screen.window(server, name="bob")  # with reduced motion, as all windows of these tests
        screen.drag_files([path], ann)
        item = ann.settled("image", "blink.gif", value="shown")
        ann.wait_gone("progress")
        check(len(colours_seen(ann, item, 20)) == 2, f"it does not move; {ann.report()}")
        item = bob.settled("image", "blink.gif", value="shown")
        bob.wait_for("text", "GIF")
        bob.wait_still()
        equal(len(colours_seen(bob, item, 1.5)), 1, "colours with reduced motion")
        bob.click("image", "blink.gif", value="shown")
        bob.wait_gone("text", "GIF")
        check(len(colours_seen(bob, item, 20)) == 2, f"it does not move when one asks; {bob.report()}")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
