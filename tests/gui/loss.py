#!/usr/bin/env python3
"""The server falls and gets up again: the window says so, comes back by itself, and nothing is lost or doubled."""
import os
import random
import sys
import tempfile

from libgui import Screen, check, equal, run_scenes, sha256, start_server, wait_until
from _wire import SlowWire


def revive(dead):
    """The same server again: its data, its port."""
    return start_server(data=dead.data, port=dead.port)


def texts(window):
    return [text for _, text in window.messages()]


def scene_killed_and_started_again():
    """Written before, during and after: each once, in order; the draft stays; the history is there."""
    first = start_server()
    with Screen(2) as screen:
        ann = screen.window(first, name="ann")
        bob = screen.window(first, name="bob")
        ann.say("one")
        bob.say("two")
        ann.wait_for("message", "two")

        first.kill()
        for window in (ann, bob):
            window.wait_for("button", "Retry now")
            window.wait_for("text", contains="not connected")
        ann.type("three\nfour\n")
        for text in ("three", "four"):
            ann.wait_for("message", text)
        ann.type("a dra")
        ann.wait_text("a dra")
        ann.wait_for("text", contains="Trying again in")
        bob.paste("five")
        bob.key("Return")
        bob.wait_for("message", "five")

        with revive(first) as second:
            for window in (ann, bob):
                window.wait_gone("button", "Retry now")
                window.wait_gone("text", contains="not connected")
                for text in ("three", "four", "five"):
                    window.wait_for("message", text)
            ann.wait_text("a dra")
            ann.type("ft\n")
            bob.wait_for("message", "a draft")
            cy = second.peer("cy", join="lobby")  # the log itself
            said = [cy.expect("said")["text"] for _ in range(6)]
            cy.expect_none("said")
            equal(sorted(said), sorted(["one", "two", "three", "four", "five", "a draft"]), "what the server keeps")
            check(said.index("three") < said.index("four") < said.index("a draft"), f"ann's order: {said}")
            for window in (ann, bob):
                equal(texts(window), said, f"what {window.name} sees")
                equal(len(window.find("member", "ann")), 1, "ann once")

            # and whoever opens a window afterwards reads it all
            ann.close()
            late = screen.window(second, name="late")
            late.wait_for("message", "a draft")
            equal(texts(late), said, "the history")


def scene_cable_pulled():
    """The connection breaks again and again while ann writes: her words arrive once, in order."""
    count = 30
    with start_server() as server, Screen() as screen, SlowWire(server.port) as wire:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann", address=("127.0.0.1", str(wire.port)))
        for number in range(count):
            ann.type(f"word {number}\n")
            if number % 6 == 3:
                wire.cut()
        got = [peer.expect("said")["text"] for _ in range(count)]
        equal(got, [f"word {number}" for number in range(count)], "what the others get")
        ann.wait_gone("button", "Retry now")
        ann.say("done")
        equal(peer.expect("said")["text"], "done", "nothing twice")
        equal(texts(ann)[-5:], [f"word {number}" for number in range(count - 4, count)] + ["done"], "at ann's")


def scene_retry_now():
    """Whoever does not want to wait presses the button."""
    first = start_server()
    with Screen() as screen:
        ann = screen.window(first, name="ann")
        first.kill()
        for _ in range(3):  # until the steps between two tries are long
            ann.wait_for("text", contains="Trying again in")
            ann.click("button", "Retry now", disabled=False)
        ann.wait_for("text", contains="Trying again in")
        with revive(first):
            ann.click("button", "Retry now", disabled=False)
            ann.wait_gone("button", "Retry now", patience=3)
            ann.say("back")
            ann.close()


def scene_upload_goes_on():
    """A file that was half sent when the cable went is whole in the end, and shown once."""
    path = os.path.join(tempfile.mkdtemp(), "film.bin")
    with open(path, "wb") as file:
        file.write(random.Random(5).randbytes(2_500_000))
    with start_server() as server, Screen(2) as screen, SlowWire(server.port, rate=700_000) as wire:
        ann = screen.window(server, name="ann", address=("127.0.0.1", str(wire.port)))
        bob = screen.window(server, name="bob")
        screen.drag_files([path], ann)
        ann.wait_until(lambda dump: any(item["role"] == "progress" and int(item["value"]) > 40
                                        for item in dump["items"]), "40 % sent")
        wire.cut()
        ann.wait_for("button", "Retry now")
        ann.wait_gone("button", "Retry now")
        bob.wait_for("file", "film.bin", value="2.5 MB")
        ann.wait_gone("progress")
        bob.click("button", "Save")
        saved = os.path.join(bob.downloads, "film.bin")
        wait_until(lambda: os.path.exists(saved), lambda: f"nothing was saved; {bob.report()}")
        equal(sha256(saved), sha256(path), "sha256")
        for window in (ann, bob):
            equal(len(window.find("message", "film.bin")), 1, f"bubbles of the file at {window.name}'s")


def scene_name_is_kept():
    """The seat is taken again silently: no second ann, and nobody else gets the name meanwhile."""
    with start_server() as server, Screen() as screen, SlowWire(server.port) as wire:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann", address=("127.0.0.1", str(wire.port)))
        uid = peer.expect("joined", name="ann")["from"]
        for _ in range(3):
            wire.cut()
            ann.wait_for("button", "Retry now")
            ann.wait_gone("button", "Retry now")
        ann.say("same")
        equal(peer.expect("said")["from"], uid, "the same person")
        equal(len(ann.find("member", "ann")), 1, "ann once")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
