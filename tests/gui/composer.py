#!/usr/bin/env python3
"""Where one writes: what is open goes away by Escape, a text too long for a message goes as a file; and
what a signal asks of the window."""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile

from libgui import PATIENCE, Screen, check, equal, run, run_scenes, start_server, wait_until

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
        wait_until(lambda: not outgoing(ann), "the file that was made for sending is still there")


def outgoing(window):
    """What the window has written to send it."""
    return glob.glob(os.path.join(window.home, "confab-outgoing-*"))


def scene_a_picture_is_looked_at_before_it_goes():
    """A small one, and one that comes in pieces (INCR); with a caption, and not at all."""
    folder = tempfile.mkdtemp()
    small, large = os.path.join(folder, "small.png"), os.path.join(folder, "large.png")
    run("convert", "-size", "320x200", "gradient:tomato-navy", small)
    run("convert", "-size", "1400x1000", "xc:", "+noise", "Random", large)
    check(os.path.getsize(large) > 3_000_000, "it comes in pieces")
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        put_picture(screen, small)
        ann.key("ctrl+v")
        ann.wait_for("card", "send")
        ann.wait_for("image", value="shown")
        ann.wait_for("text", contains="320×200")
        ann.wait_for("field", "Caption", focused=True)
        ann.key("Escape")
        ann.wait_gone("card", "send")
        equal(outgoing(ann), [], "what is left of what was not sent")
        ann.wait_for("field", "Message", focused=True)

        ann.key("ctrl+v")
        ann.wait_for("card", "send")
        put_picture(screen, large)
        ann.key("ctrl+v")  # the second one, into the same sheet
        ann.wait_until(lambda dump: len([i for i in dump["items"] if i["role"] == "image" and
                                         i.get("value") == "shown" and i["label"].startswith("Picture")]) == 2,
                       "two pictures")
        ann.type("from the clipboard\n")
        sent = [peer.expect("file") for _ in range(2)]
        equal([one["size"] for one in sent], [os.path.getsize(small), os.path.getsize(large)], "their sizes")
        equal({one["kind"] for one in sent}, {"image"}, "what they are")
        peer.expect("said", text="from the clipboard")
        ann.wait_gone("card", "send")
        for _ in range(2):
            peer.expect("file-done")
        # a text beside it is what is meant
        ann.paste("only words")
        ann.wait_text("only words")
        ann.close()
        equal(outgoing(ann), [], "what is left when the window is closed")


def put_picture(screen, path):
    with open(path, "rb") as picture:
        subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/png", "-in"], env=screen.env, stdin=picture,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=PATIENCE)


def scene_up_edits():
    """Up edits the last own message; Escape leaves it as it was."""
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        ann.say("frist")
        said = peer.expect("said", text="frist")
        ann.key("Up")
        ann.wait_text("frist")
        ann.wait_for("text", "Edit message")
        ann.key("Escape")
        ann.wait_text("")
        ann.key("Up")
        ann.wait_text("frist")
        ann.key("ctrl+a")
        ann.type("first\n")
        edited = peer.expect("edited")
        equal((edited["of"], edited["text"]), (said["seq"], "first"), "what was edited")
        ann.wait_for("message", "first")
        ann.wait_text("")


def scene_an_answer_carries_what_it_answers():
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        peer.say("and then?")
        ann.wait_for("message", "and then?")
        ann.click("message", "and then?", button=3)
        ann.click("menuitem", "Reply")
        ann.wait_for("text", "Reply to peer")
        ann.type("nothing\n")
        answer = peer.expect("said", text="nothing")
        check(answer.get("reply"), f"it answers nothing: {answer}")
        ann.wait_gone("text", "Reply to peer")


def scene_the_draft_is_there_after_a_restart():
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        ann.type("half of a sen")
        ann.wait_text("half of a sen")
        ann.close()
        again = screen.window(server, name="ann", home=ann.home)
        again.wait_text("half of a sen")


def scene_names_emoji_and_marks():
    """@ offers who is here; Enter takes the name and sends nothing; Ctrl+B marks; the middle button puts in."""
    with start_server() as server, Screen(width=900, height=600) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("Mary Ann", join="lobby")
        ann.wait_for("member", "Mary Ann")
        ann.type("hi @ma")
        ann.wait_for("menuitem", "Mary Ann")
        ann.type("\n")
        ann.wait_text("hi @Mary Ann ")
        ann.type(":tada")
        ann.wait_for("menuitem", "tada")
        ann.key("Tab")
        ann.wait_text("hi @Mary Ann 🎉")
        ann.key("ctrl+shift+Left", "ctrl+shift+Left", "ctrl+b")
        ann.wait_text("hi @Mary **Ann 🎉**")
        ann.key("ctrl+z")
        ann.wait_text("hi @Mary Ann 🎉")
        ann.type("\n")
        peer.expect("said", text="hi @Mary Ann 🎉")
        subprocess.run(["xclip", "-selection", "primary", "-in"], env=screen.env, input=b"selected elsewhere",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=PATIENCE)
        ann.click("field", "Message", button=2)
        ann.wait_text("selected elsewhere")
        ann.key("ctrl+a")
        wait_until(lambda: run("xclip", "-selection", "primary", "-out", env=screen.env) == b"selected elsewhere",
                   "what is selected here can be had elsewhere")


def scene_with_the_keyboard_alone():
    """F6 goes round the regions, Tab and Enter reach what is in them."""
    with start_server() as server, Screen(width=1000, height=600) as screen:
        ann = screen.window(server, name="ann")
        server.peer("peer", join="lobby").join("music")
        ann.wait_for("row", "music")

        def focused():
            return [(item["role"], item["label"]) for item in ann.find() if item.get("focused")]

        seen = set()
        for _ in range(8):
            before = focused()
            ann.key("F6")
            ann.wait_until(lambda dump: focused() != before, "the focus goes on")
            seen.update(focused())
        check(("field", "Message") in seen and ("row", "lobby") in seen, f"where F6 came by: {seen}")
        while ("row", "lobby") not in focused():
            before = focused()
            ann.key("F6")
            ann.wait_until(lambda dump: focused() != before, "the focus goes on")
        ann.key("Tab", "Return")
        ann.wait_for("row", "music", checked=True)
        ann.wait_for("field", "Message", focused=True)


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
