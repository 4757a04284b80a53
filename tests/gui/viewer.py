#!/usr/bin/env python3
"""Pictures of a room are looked at: zoomed at the pointer, moved, turned, copied, saved; sharp to the last pixel."""
import hashlib
import os
import subprocess
import sys
import tempfile

from libgui import Picture, Screen, check, equal, make_photo, run, run_scenes, sha256, start_server, wait_until

NEAR = 2  # px


def make_map(path, width, height, cell=50):
    """A picture in which each place can be told: squares of which red tells the column, green the row, and lines between."""
    data = bytearray()
    for y in range(height):
        line = bytearray()
        for x in range(width):
            edge = x % cell == 0 or y % cell == 0
            line += bytes((255, 255, 255)) if edge else bytes(
                ((x // cell * 37) % 200 + 20, (y // cell * 53) % 200 + 20, 60 + x % cell))
        data += line
    run("convert", "-size", f"{width}x{height}", "-depth", "8", "rgb:-", path, input=bytes(data))
    return Picture(width, height, bytes(data))


def send(peer, path, kind="image", **fields):
    with open(path, "rb") as file:
        peer.upload(file.read(), os.path.basename(path), kind=kind, **fields)


def same(a, b, what, most=8):
    """No pixel differs by more than rounding does."""
    equal((a.width, a.height), (b.width, b.height), what)
    worst = max(abs(x - y) for x, y in zip(a.data, b.data))
    check(worst <= most, f"{what}: a pixel differs by {worst}")


def stage(window, label=None, sharp=False, **wanted):
    """The picture that is looked at: zoom (per cent), x, y, w, h (px, also outside of the window); once it is as wanted."""
    def look(dump):
        for item in dump["items"]:
            if item["role"] != "viewer" or label not in (None, item["label"]):
                continue
            words = item["value"].split()
            seen = dict(zip(("zoom", "x", "y", "w", "h"), map(int, words[:5])), px=item["px"], label=item["label"])
            if (not sharp or words[5:] == ["sharp"]) and all(seen[key] == value for key, value in wanted.items()):
                return seen
        return None
    return window.wait_until(look, f"a picture {label} like {wanted}, sharp: {sharp}")


def zoom_of(window):
    return stage(window)["zoom"]


def touch(window, x=300, y=300):
    """The pointer moves: what lies over the picture is there again."""
    window.screen.xdotool("mousemove", window.x + x, window.y + y, "mousemove", window.x + x + 3, window.y + y)


def scene_zoom_and_pan():
    """A photo of 12 megapixels: the place under the pointer stays there, and at 100 % each pixel is the file's own."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "map.jpg")
    width, height = 4000, 3000
    small = make_map(os.path.join(folder, "tile.png"), 400, 300)
    run("convert", "-size", f"{width}x{height}", f"tile:{os.path.join(folder, 'tile.png')}", "-quality", "96",
        "-sampling-factor", "1x1", path)
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        send(peer, path, width=width, height=height)
        ann.wait_for("image", "map.jpg", value="shown")
        ann.click("image", "map.jpg", value="shown")
        fit = stage(ann, sharp=True)
        check(abs(fit["w"] / fit["h"] - 4 / 3) < 0.02, f"the shape of {fit}")
        check(fit["h"] < 0.96 * ann.height, "all of it is seen")

        px, py = fit["x"] + fit["w"] // 4, fit["y"] + fit["h"] // 3
        ann.wheel(3, px, py)
        now = ann.wait_until(lambda dump: zoom_of(ann) > fit["zoom"] * 1.9 and stage(ann), "a larger picture")
        for axis, length, at in (("x", "w", px), ("y", "h", py)):
            was = (at - fit[axis]) / fit[length]
            stays = now[axis] + was * now[length]
            check(abs(stays - at) <= NEAR, f"the place under the pointer went from {at} to {stays}")

        ann.key("1")
        whole = stage(ann, sharp=True, zoom=100)
        touch(ann, 5, 400)
        left, top = whole["x"], whole["y"]
        seen = ann.pixels().cut(400, 300, 300, 200)  # where nothing lies over it
        rows = []
        for y in range(300 - top, 500 - top):
            row = (y % 300) * 400
            rows += [small.data[(row + x % 400) * 3:(row + x % 400) * 3 + 3]
                     for x in range(400 - left, 700 - left)]
        same(seen, Picture(300, 200, b"".join(rows)), "the picture at 100 %", most=24)

        screen.xdotool("mousemove", 640, 400, "mousedown", 1, "mousemove", 600, 380, "mousemove", 540, 340,
                       "mouseup", 1)
        stage(ann, zoom=100, x=left - 100, y=top - 60)  # dragged
        ann.key("Left")  # the arrows move it too while it is larger than the window
        stage(ann, x=left - 40)
        ann.wheel(-30, 640, 400)
        stage(ann, zoom=10)
        ann.wheel(60, 640, 400)
        stage(ann, zoom=800)
        screen.xdotool("mousemove", 640, 400, "click", "--repeat", 2, "--delay", 60, 1)
        stage(ann, x=fit["x"], y=fit["y"], w=fit["w"], h=fit["h"], sharp=True)
        ann.key("Escape")
        ann.wait_gone("viewer")


def scene_turn_copy_save():
    """Turned for the eye alone; what is copied and saved is the file's own."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "small.png")
    source = make_map(path, 100, 60, cell=20)
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        send(peer, path, width=100, height=60)
        ann.click("image", "small.png", value="shown")
        item = stage(ann, sharp=True, zoom=100)
        equal((item["w"], item["h"]), (100, 60), "a small picture is as large as it is")
        same(ann.pixels_of(item).cut(8, 8, 84, 44), source.cut(8, 8, 84, 44), "a small picture")
        ann.key("r")
        turned = stage(ann, w=60, h=100)
        run("convert", path, "-rotate", "90", os.path.join(folder, "turned.png"))
        same(ann.pixels_of(turned).cut(8, 8, 44, 84),
             Picture.of_file(os.path.join(folder, "turned.png"), 60, 100).cut(8, 8, 44, 84), "turned")
        ann.key("ctrl+c")
        ann.wait_for("toast", "The picture was copied")
        offered = run("xclip", "-selection", "clipboard", "-o", "-t", "TARGETS", env=screen.env).decode().split()
        check("image/png" in offered, f"offered are {offered}")
        copied = os.path.join(folder, "copied.png")
        with open(copied, "wb") as file:
            file.write(run("xclip", "-selection", "clipboard", "-o", "-t", "image/png", env=screen.env))
        same(Picture.of_file(copied, 100, 60), source, "what was copied", most=0)
        ann.key("ctrl+s")
        ann.wait_for("toast", contains="Saved")
        equal(sha256(os.path.join(ann.downloads, "small.png")), sha256(path), "what was saved")
        screen.put_clipboard("other")  # another program has it now, and we let go
        equal(screen.clipboard(), "other", "the clipboard")


def scene_copy_large():
    """A photo goes to another program piece by piece."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "photo.jpg")
    width, height = make_photo(path, megapixels=1.5)
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        send(peer, path, width=width, height=height)
        ann.click("image", "photo.jpg", value="shown")
        stage(ann, sharp=True)
        ann.key("ctrl+c")
        ann.wait_for("toast", "The picture was copied")
        png = run("xclip", "-selection", "clipboard", "-o", "-t", "image/png", env=screen.env)
        copied = os.path.join(folder, "copied.png")
        with open(copied, "wb") as file:
            file.write(png)
        equal(run("identify", "-format", "%wx%h", copied).decode(), f"{width}x{height}", "what was copied")
        off = subprocess.run(["compare", "-metric", "MAE", path, copied, "null:"], capture_output=True, text=True)
        mean = float(off.stderr.split("(")[1].rstrip(")"))
        check(mean < 0.01, f"what was copied differs by {mean}")


def scene_all_of_the_room():
    """The keys go through all pictures; one that is deleted meanwhile is looked at no more; what lies over it hides."""
    folder = tempfile.mkdtemp()
    names = []
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        names.append(f"{colour}.png")
        run("convert", "-size", f"{300 + 20 * number}x200", f"xc:{colour}", os.path.join(folder, names[-1]))
    with start_server() as server, Screen(1, manager=True) as screen:
        ann = screen.window(server, name="ann", size=(1100, 700))
        peer = server.peer("bob", join="lobby")
        for number, name in enumerate(names):
            send(peer, os.path.join(folder, name), width=300 + 20 * number, height=200)
        ann.click("image", names[3], value="shown")
        stage(ann, label=names[3])
        touch(ann)
        equal([item["label"] for item in ann.find("thumb")], names, "the room's pictures, in their order")
        equal([item["label"] for item in ann.find("thumb", checked=True)], names[3:], "the one that is looked at")
        ann.key("Right")
        stage(ann, label=names[3])
        ann.key("Left", "Left")
        item = stage(ann, label=names[1])
        r, g, b = ann.pixels_of(item).cut(20, 20, 100, 100).mean(0, 0, 100, 100)
        check(g > 100 and r < 30 and b < 30, f"green is {r:.0f},{g:.0f},{b:.0f}")
        touch(ann)
        ann.click("thumb", names[0])
        stage(ann, label=names[0])
        screen.xdotool("mousemove", ann.x + 500, ann.y + 300)
        ann.wait_gone("thumb")  # after two seconds without a move
        ann.wait_gone("button", "Close")
        touch(ann)
        ann.wait_for("button", "Close")
        ann.key("F11")
        wait_until(lambda: ann._geometry()[2:] == [screen.width, screen.height], "the whole screen")
        ann.key("Escape")
        wait_until(lambda: ann._geometry()[2:] == [1100, 700], "the window as it was")
        stage(ann, label=names[0])
        touch(ann)
        ann.click("button", "Reply")
        ann.wait_gone("viewer")
        ann.key("Escape")

        ann.say("mine too")
        path = os.path.join(folder, "own.png")
        run("convert", "-size", "320x240", "xc:purple", path)
        screen.drag_files([path], ann)
        ann.click("image", "own.png", value="shown")
        stage(ann, label="own.png")
        ann.key("Escape")
        ann.wait_gone("viewer")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
