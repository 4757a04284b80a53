#!/usr/bin/env python3
"""A window in which nothing happens costs nothing: no frame, no time of the processor."""
# ctest labels: alone
import os
import sys
import time

from libgui import Screen, check, equal, run_scenes, start_server

SECONDS = 3.0
MOST = 0.02  # of one processor


def cpu_seconds(window):
    with open(f"/proc/{window.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(window):
    """(share of a processor, whether a frame was drawn) over SECONDS. The one wait by the clock: it is what is measured."""
    before, frame, start = cpu_seconds(window), window.frame(), time.monotonic()
    time.sleep(SECONDS)
    share = (cpu_seconds(window) - before) / (time.monotonic() - start)
    return share, window.frame() != frame


def check_idle(window, where):
    share, drawn = watch(window)
    check(not drawn, f"{where}: a frame was drawn while nothing happened; {window.report()}")
    check(share < MOST, f"{where}: {share:.1%} of a processor")
    print(f"{where}: {share:.2%} of a processor, no frame")


def scene_nothing_happens():
    """In the background, in front, with pictures and unread messages, and on the first screen."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        for number in range(30):
            peer.say(f"line {number}")
        ann.wait_for("message", "line 29")
        first = screen.window(None, name="bob")  # the connect screen; has the keyboard now
        ann.wait_still(1.5, blinking=False)
        check_idle(ann, "a chat in the background")

        # a caret blinks for ten seconds after the last key, then stands still
        ann.type("draft")
        ann.wait_still(2.0, blinking=False)
        check_idle(ann, "a chat in front")
        first.wait_still(2.0, blinking=False)
        check_idle(first, "the first screen")

        # and it is awake when something does happen
        frame = ann.frame()
        peer.say("are you awake?")
        ann.wait_for("message", "are you awake?")
        check(ann.frame() != frame, "frames are not counted")
        ann.key("x")
        ann.wait_text("draftx")


def scene_blinking_costs_little():
    """While the caret blinks: two frames a second."""
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        ann.type("x")
        ann.wait_text("x")
        share, drawn = watch(ann)
        check(drawn, "the caret does not blink")
        limit = 0.4 if server.sanitized() else 0.1
        check(share < limit, f"{share:.1%} of a processor for a blinking caret")
        print(f"a blinking caret: {share:.2%} of a processor")


def scene_no_pointer_no_work():
    """Moving the pointer over nothing draws nothing new."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        screen.window(None, name="bob")
        x, y = ann.on_screen(640, 300)
        screen.xdotool("mousemove", x, y)
        ann.wait_still(1.0)
        frame = ann.frame()
        for step in range(40):
            screen.xdotool("mousemove", x + step, y)
        ann.wait_still(0.5, blinking=False)
        equal(ann.frame(), frame, "the picture after the pointer moved over an empty place")
        ann.point(ann.wait_for("button", "Record a voice message"))  # lights up
        ann.wait_until(lambda dump: ann.frame() != frame, "a frame for a button under the pointer")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
