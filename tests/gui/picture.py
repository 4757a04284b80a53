#!/usr/bin/env python3
"""A photo of 12 megapixels, dragged into one window from another program, is seen in the other one."""
import hashlib
import os
import sys
import tempfile

from libgui import Picture, Screen, check, equal, make_photo, run_scenes, sha256, start_server

LIKE = 24  # of 255: mean colours of a field differ by less (corners are round, scaling differs a little)
FIELDS = 6


def check_seen(window, item, photo, what):
    """The pixels of an item are this photo; the lowest row of fields, where the time stands, aside."""
    seen = window.pixels_of(item)
    wanted = Picture.of_file(photo, seen.width, seen.height)
    top = (0, 0, seen.width, seen.height * 4 // 5)
    difference = seen.cut(*top).difference(wanted.cut(*top), FIELDS, FIELDS)
    check(difference < LIKE, f"{what} differs by {difference:.0f} of 255 from the photo; {window.report()}")
    turned = Picture(seen.width, seen.height, bytes(reversed(wanted.data)))
    check(seen.cut(*top).difference(turned.cut(*top), FIELDS, FIELDS) > 2 * LIKE,
          "a wrong picture would be taken for the photo")


def scene_drag_and_drop():
    """The overlay while dragging, nothing after leaving, the photo in both windows after the drop."""
    folder = tempfile.mkdtemp()
    photo = os.path.join(folder, "été 2024 100%.jpg")  # names that are escaped in URIs
    width, height = make_photo(photo)
    check(width * height >= 11_900_000, "12 megapixels")
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        bob.say("show me")
        ann.wait_for("message", "show me")

        dark = ann.pixels().mean(400, 300, 400, 100)
        with screen.dragging([photo], ann, 640, 400) as drag:
            ann.wait_for("text", "Drop to send to #lobby")
            equal(bob.find("text", contains="Drop to send"), [], "overlay in the window beside")
            # dashes in the accent's colour (tokens.css) run along the top
            top = ann.pixels().cut(300, 16, 660, 12)
            blue = sum(top.data[i + 2] > 200 and top.data[i] < 110 for i in range(0, len(top.data), 3))
            check(blue > 300, f"the dashes of the overlay are {blue} pixels")
            check(sum(ann.pixels().mean(400, 300, 400, 40)) < sum(dark) + 3, "what lies below is dimmed")
            drag.leave()
            ann.wait_gone("text", "Drop to send to #lobby")
            drag.drag_on(ann, 600, 420)
            ann.wait_for("text", "Drop to send to #lobby")
        ann.wait_gone("text", "Drop to send to #lobby")
        ann.send_sheet()

        name = os.path.basename(photo)
        for window in (ann, bob):
            window.wait_for("image", name, value="shown")
            window.wait_gone("progress")
            window.wait_still()
            item = window.settled("image", name, value="shown")
            equal((item["w"], item["h"]), (420, 315), "4 to 3, as large as a picture may get")
            check_seen(window, item, photo, f"what {window.name} sees")
            equal(len(window.find("image", name, value="shown")), 1, "pictures")
        own = ann.find("message", name)[0]
        check(own["x"] + own["w"] > 960, "one's own is on the right")
        theirs = bob.find("message", name)[0]
        check(theirs["x"] < 340, "of others on the left")

        bob.click("image", name, value="shown")
        bob.wait_for("button", "Close")
        bob.wait_for("text", contains="4000×3000")
        bob.key("Escape")
        bob.wait_gone("button", "Close")
        bob.type("nice\n")
        ann.wait_for("message", "nice")


def scene_box_before_bytes():
    """The place of a picture is kept from the first moment: nothing moves when its bytes come."""
    folder = tempfile.mkdtemp()
    photo = os.path.join(folder, "slow.jpg")
    width, height = make_photo(photo, colours="gold-navy", seed=7)
    with open(photo, "rb") as file:
        data = file.read()
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        peer.say("before")
        half = len(data) // 2
        id, _ = peer.upload(data, "slow.jpg", kind="image", width=width, height=height, cut_after=half)
        peer.say("after")
        ann.wait_for("message", "after")
        box = ann.wait_for("image", "slow.jpg")
        equal(box["value"], "waiting", "the picture has not come")
        ann.wait_for("progress", "slow.jpg")  # fetched while it is still being sent
        places = [item["px"] for item in ann.find("message")]
        equal(len(places), 3, "messages")

        heights = set()

        def look(dump):
            heights.add(str([item["px"] for item in dump["items"] if item["role"] == "message"]))
            return any(item["role"] == "image" and item.get("value") == "shown" for item in dump["items"])
        at = half
        while at < len(data):
            piece = data[at:at + 65536]
            peer.send("chunk", payload=piece, id=id, offset=at)
            at += len(piece)
            peer.sync()
            look(ann.dump())
        peer.send("finish", id=id, sha256=hashlib.sha256(data).hexdigest())
        ann.wait_until(look, "the picture")
        equal(heights, {str(places)}, "places of the messages over time")
        check_seen(ann, ann.settled("image", "slow.jpg"), photo, "the picture that came late")


def scene_what_is_no_picture():
    """A file that only calls itself a picture becomes a card, and harms nobody."""
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        peer.upload(b"\xff\xd8\xff\xe0 not a picture at all" * 1000, "broken.jpg", kind="image", width=4000,
                    height=3000)
        ann.wait_for("file", "broken.jpg")
        ann.wait_gone("image", "broken.jpg")
        peer.upload(b"abc", "huge.png", kind="image", width=60000, height=60000)
        ann.wait_for("message", "huge.png")
        ann.say("still here")


def scene_dropped_and_sent_on():
    """What bob saves is what ann dropped, byte by byte."""
    folder = tempfile.mkdtemp()
    photo = os.path.join(folder, "cat.jpg")
    make_photo(photo, megapixels=1, seed=3)
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        screen.drag_files([photo], ann)
        bob.wait_for("image", "cat.jpg", value="shown")
        bob.click("image", "cat.jpg", value="shown", button=3)
        bob.click("menuitem", "Save", disabled=False)
        bob.wait_for("toast", contains="Saved")
        equal(sha256(os.path.join(bob.downloads, "cat.jpg")), sha256(photo), "sha256")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
