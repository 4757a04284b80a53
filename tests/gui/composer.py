#!/usr/bin/env python3
"""Where one writes: what is open goes away by Escape, a text too long for a message goes as a file; and
what a signal asks of the window."""
import json
import os
import signal
import sys

from libgui import Screen, check, equal, run_scenes, start_server, wait_until

TEXT_MAX = 16384  # bytes, protocol/wire/limits.h


def scene_escape_closes_the_emoji():
    """Though the field has the keyboard; and it keeps it, with the text."""
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        ann.type("hello")
        ann.click("button", "Emoji")
        ann.wait_for("button", "🚀")
        ann.key("Escape")
        ann.wait_gone("button", "🚀")
        ann.type(" you")
        ann.wait_text("hello you")
        ann.click("button", "Emoji")
        ann.click("button", "🚀")
        ann.wait_text("hello you🚀")


def scene_too_long_goes_as_a_file():
    """One byte past the limit; the file holds the very text."""
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        text = "y" * (TEXT_MAX + 1)
        ann.paste(text)
        ann.wait_for("text", contains="too long for one message")
        ann.click("button", "Send as file")
        said = peer.expect("file")
        equal((said["label"], said["size"]), ("message.txt", len(text)), "what came")
        ann.wait_text("")


def scene_long_address_ends_before_the_button():
    with Screen(width=380, height=480) as screen:
        ann = screen.window(name="ann")
        ann.click("field", "Address")
        ann.type("a-long-name.of-a-computer.in.some.domain.example:5050")
        field, button = ann.wait_for("field", "Address", focused=True), ann.wait_for("button", "Connect")
        check(field["x"] + field["w"] <= button["x"], f"the text runs under the button: {field}, {button}")


def scene_signals():
    """SIGUSR1 saves what is on the screen, and the chat goes on; SIGHUP says goodbye."""
    with start_server() as server, Screen(width=900, height=600) as screen:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann")
        peer.expect("joined", name="ann")
        picture = os.path.join(ann.home, "confab-screenshot.png")
        check(not os.path.exists(picture), "there is a picture already")
        ann.wait_still()
        ann.process.send_signal(signal.SIGUSR1)
        ann.wait_for("text", contains="Saved: " + picture)
        wait_until(lambda: os.path.exists(picture), "there is no picture")
        with open(picture, "rb") as file:
            equal(file.read(8), b"\x89PNG\r\n\x1a\n", "what a PNG begins with")
        with open(ann.dump_path, encoding="utf-8") as file:
            check(json.load(file)["items"], "the dump is empty")
        ann.say("still here")
        peer.expect("said", text="still here")
        ann.process.send_signal(signal.SIGHUP)
        peer.expect("left", name="ann")
        ann.ended(0)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
