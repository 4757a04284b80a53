#!/usr/bin/env python3
"""What an admin at a terminal does, seen in the windows of those it is done to."""
import os
import sys
import tempfile

from connect import enter, wait_words
from libgui import Screen, check, equal, make_photo, run_scenes, start_server
from _terminal import person


def scene_sent_out():
    """To the first screen, with the server's words; not back by itself; what was being written is kept."""
    with start_server("--admin", "ann") as server, Screen() as screen:
        ann = person(server, "ann")
        bob = screen.window(server, name="bob")
        bob.say("hello")
        ann.wait("[bob] hello")
        bob.type("half a sent")
        bob.wait_text("half a sent")
        ann.type("!kick bob\r")
        ann.wait("bob was sent out.")
        wait_words(bob, "An admin of this server has closed your connection.")
        bob.wait_for("field", "Address", focused=True)
        bob.wait_still(quiet=3)  # longer than a lost connection would take to come back
        check(not bob.find("field", "Message"), "bob came back by itself")
        address = f"127.0.0.1:{server.port}"
        enter(bob, address)
        bob.wait_text("half a sent")
        bob.wait_for("message", "hello")

        ann.type("!ban bob 1h\r")
        ann.wait("bob is not let in any more for 60 min.")
        wait_words(bob, "An admin of this server does not let you in.")
        enter(bob, address)
        wait_words(bob, "An admin of this server does not let you in. Try again in 60 min.")
        ann.type("!unban bob\r")
        ann.wait("bob may come in again.")
        enter(bob, address)
        bob.wait_for("message", "hello")
        bob.close()


def scene_muted():
    """A line in the middle tells it; what is said meanwhile waits for "Try again"."""
    with start_server("--admin", "ann") as server, Screen() as screen:
        ann = person(server, "ann")
        bob = screen.window(server, name="bob")
        bob.say("hello")
        ann.wait("[bob] hello")
        ann.type("!mute bob 10m\r")
        line = bob.wait_for("text", "An admin of this server lets you read only for 10 min.")
        middle = (264 + 1280 - 272) / 2
        check(abs(line["x"] + line["w"] / 2 - middle) < 3, f"not in the middle: {line}")
        bob.type("me?\n")
        bob.wait_for("text", "An admin of this server lets you read only.")
        bob.wait_for("link", "Try again")
        ann.type("!unmute bob\r")
        bob.wait_for("text", "You may speak again.")
        bob.wait_gone("toast")
        bob.click("link", "Try again")
        ann.wait("[bob] me?")
        bob.wait_gone("link", "Try again")
        ann.type("now you\r")
        last = bob.wait_for("message", "now you", value="ann")
        order = [bob.wait_for("message", "hello"), bob.wait_for("text", contains="read only for"),
                 bob.wait_for("text", "You may speak again."), last]
        equal(sorted(order, key=lambda item: item["y"]), order, "what came when")
        bob.close()


def scene_deleted():
    """Its text, its picture and its file are gone, live and for who comes later; nothing else moves."""
    folder = tempfile.mkdtemp()
    width, height = make_photo(os.path.join(folder, "photo.jpg"), megapixels=1)
    with open(os.path.join(folder, "photo.jpg"), "rb") as file:
        photo = file.read()
    with start_server("--admin", "ann") as server, Screen(2) as screen:
        carl = server.peer("carl", join="lobby")
        carl.say("something rude")
        carl.upload(photo, "photo.jpg", kind="image", width=width, height=height)
        carl.upload(b"%PDF-1.4 " * 2000, "notes.pdf")
        carl.say("the end")
        carl.sync()
        ann = person(server, "ann")
        bob = screen.window(server, name="bob")
        bob.wait_for("image", "photo.jpg", value="shown")
        bob.wait_for("file", "notes.pdf")
        before = bob.settled("message", "something rude")
        ann.type("!delete 4\r")
        ann.wait("A message of carl was deleted.")
        after = bob.wait_for("message", "Message deleted", value="carl")
        equal((after["y"], after["h"]), (before["y"], before["h"]), "where it stands")
        bob.click("text", "Message deleted", button=3)
        bob.wait_still()
        equal(bob.find("menuitem"), [], "things to do with it")

        bob.click("image", "photo.jpg", value="shown")
        bob.wait_for("button", "Close")
        ann.type("!delete 3\r")
        bob.wait_gone("button", "Close")  # while it is being looked at
        bob.wait_gone("image")
        ann.type("!delete 2\r")
        bob.wait_gone("file")

        eve = screen.window(server, name="eve")
        for window in (bob, eve):
            window.wait_until(lambda _, window=window: window.messages() == [("carl", "Message deleted")] * 3 +
                              [("carl", "the end")], "three that are gone, and the last one")
            check("rude" not in window.report(), "the text can be read")
        bob.wait_text("")
        bob.type("typed at once")
        bob.wait_text("typed at once")
        eve.close()

        # one reads in the middle; the newest goes, and one above
        bob.key("ctrl+a", "Delete")
        for number in range(80):
            carl.say(f"line {number}\nof two lines")
        carl.sync()
        bob.wait_for("message", "line 79\nof two lines")
        bob.wheel(14, 600, 400)
        bob.wait_gone("message", "line 79\nof two lines")
        bob.wait_still()
        before = bob.find("message")
        check(len(before) > 5, f"few messages in sight: {before}")
        last = carl.expect("said", text="line 79\nof two lines")["seq"]
        ann.type("!delete 1\r")
        carl.expect("deleted", of=last)
        ann.type("!delete 70\r")
        carl.expect("deleted", of=last - 70)
        carl.say("and then")
        bob.wait_for("button", "To the newest")
        bob.wait_for("text", "1 new")
        equal([(item["label"], item["px"]) for item in bob.find("message")],
              [(item["label"], item["px"]) for item in before], "rows while one reads")
        bob.click("button", "To the newest")
        bob.wait_for("message", "and then")
        bob.wait_for("message", "Message deleted")
        bob.close()


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
