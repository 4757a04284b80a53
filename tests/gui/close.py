#!/usr/bin/env python3
"""Closing the window leaves the chat: the others see it at once, and the program ends well."""
import os
import signal
import sys
import tempfile
import time

from libgui import Screen, check, equal, run_scenes, start_server

AT_ONCE = 2.0  # seconds; a connection that merely died would take 30 to be noticed


def scene_close():
    """By the cross, with a window manager and without; by Ctrl+Q; by Alt+F4; at a signal."""
    home = tempfile.mkdtemp()  # one person: a name belongs to who had it first
    with start_server() as server:
        peer = server.peer("peer", join="lobby")
        for manager, how in ((False, "cross"), (True, "cross"), (True, "alt+F4"), (False, "ctrl+q"),
                             (False, "signal")):
            with Screen(manager=manager, width=900, height=600) as screen:
                ann = screen.window(server, name="ann", home=home)
                uid = peer.expect("joined", name="ann")["from"]
                ann.say("bye " + how)
                ann.wait_still()
                peer.expect("said", text="bye " + how)
                start = time.monotonic()
                if how == "cross":
                    ann.ask_to_close()
                elif how == "signal":
                    ann.process.send_signal(signal.SIGTERM)
                else:
                    ann.focus()
                    screen.xdotool("key", how)
                equal(peer.expect("left", name="ann")["from"], uid, "who left")
                took = time.monotonic() - start
                check(took < AT_ONCE, f"seen {took:.1f} s after {how}")
                ann.ended(0)


def scene_close_without_the_keyboard():
    """A window behind the one that is typed in closes too; nothing else has to happen first."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.wait_for("member", "bob")
        ann.wait_still()
        bob.focus()
        ann.ask_to_close()
        ann.ended(0)
        bob.wait_for("member", "ann", value="offline")
        bob.wait_for("text", contains=" left")


def scene_while_a_file_is_being_sent():
    """One is asked first; who asks twice means it, and so does who says so."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "large.bin")
    with open(path, "wb") as file:
        file.truncate(64 << 20)
    for how in ("button", "cross"):
        with start_server() as server, Screen() as screen:
            ann = screen.window(server, name="ann")
            ann.wait_for("field", "Message")
            server.process.send_signal(signal.SIGSTOP)  # it takes nothing any more
            try:
                screen.drag_files([path], ann)
                ann.wait_for("message", contains="large.bin")
                ann.ask_to_close()
                ann.wait_for("card", "confirm")
                ann.key("Escape")
                ann.wait_gone("card", "confirm")
                ann.ask_to_close()
                ann.wait_for("card", "confirm")
                if how == "button":
                    ann.click("button", "Quit")
                else:
                    ann.ask_to_close()
                ann.ended(0)
            finally:
                server.process.send_signal(signal.SIGCONT)


def scene_leave_by_button():
    """"Leave the chat" goes back to the first screen; the others see it; one can come back."""
    with start_server() as server, Screen() as screen:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann")
        peer.expect("joined", name="ann")
        ann.leave_chat()
        peer.expect("left", name="ann")
        ann.wait_for("button", "Start a chat on this computer")
        ann.click("field", "Address")
        ann.key("ctrl+a")
        ann.type(f"127.0.0.1:{server.port}\n")
        peer.expect("joined", name="ann")
        ann.wait_for("field", "Message")


def scene_what_was_typed_is_there_the_next_day():
    """Closed with half a sentence in the box, with messages under way: nothing is lost."""
    with start_server() as server, Screen() as screen:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann")
        for number in range(20):
            ann.type(f"quick {number}\n")
        ann.type("half a sen")
        ann.wait_text("half a sen")
        ann.close()
        for number in range(20):
            peer.expect("said", text=f"quick {number}")
        again = screen.window(server, name="ann", home=ann.home)
        again.wait_for("message", "quick 19")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
