#!/usr/bin/env python3
"""Every row from the newest to the first, and what grows, gives way or lies over: whole and readable."""
import sys

from libgui import Screen, check, equal, run_scenes, start_server
from looks import FOREIGN, LABEL, LONG, WORD, check_layout, fill


def to_the_top(window):
    """Every row was in sight once."""
    size = window.dump()["window"]
    yield
    for _ in range(40):
        before = [item["label"] for item in window.find("message")]
        window.wheel(4, size["w"] * 0.5, size["h"] * 0.5)
        window.wait_still(0.3)
        yield
        if [item["label"] for item in window.find("message")] == before:
            return


def scene_every_row():
    """From the newest row to the first: each is whole and readable, in a narrow window too."""
    with start_server() as server:
        fill(server)
        for width, height, theme in ((1000, 680, "light"), (380, 480, "dark")):
            with Screen(1, width, height) as screen:
                window = screen.window(server, name="reader" + theme, theme=theme)
                window.wait_for("message", "the last word")
                seen = set()
                for _ in to_the_top(window):
                    check_layout(window, f"{width}x{height}, {theme}, scrolled")
                    seen |= {item["label"] for item in window.find("message")}
                missing = {LONG, WORD, *FOREIGN, "two\nlines", "x", "wide.jpg", LABEL} - seen
                equal(missing - {LONG.strip()}, set(), f"messages that were never in sight at {width}x{height}")


def check_layout_over(window, role, label):
    """A side that lies over the chat is inside the window, and its texts can be read."""
    item = window.settled(role, label)
    check(item["x"] >= 0 and item["x"] + item["w"] <= 380, f"{item}")
    text = window.wait_for("text", label)
    check(window.pixels_of(text).contrast() > 60, f"{text} cannot be read")


def scene_narrow():
    """What gives way on a narrow window comes when it is called, and goes when something else is pressed."""
    with start_server() as server, Screen(1, 380, 480) as screen:
        fill(server)
        window = screen.window(server, name="me")
        window.wait_for("message", "the last word")
        window.click("button", "Rooms")
        window.wait_for("row", "music")
        check_layout_over(window, "row", "lobby")
        window.click("row", "music")
        window.wait_gone("row", "music")
        window.wait_for("field", "Message")
        window.click("button", "Members")
        window.wait_for("member", "me")
        window.key("Escape")
        window.wait_gone("member", "me")
        window.say("small")


def scene_composer_grows():
    """A long draft makes the composer higher, not the window wider; too long a one can go as a file."""
    with start_server() as server, Screen(1, 1000, 680) as screen:
        peer = server.peer("peer", join="lobby")
        window = screen.window(server, name="me")
        low = window.wait_for("field", "Message")["h"]
        window.paste("line\n" * 5 + "end")
        window.wait_until(lambda dump: window.find("field", "Message")[0]["h"] > 4 * low, "six lines")
        check_layout(window, "six lines")
        window.key("ctrl+a")
        window.paste("word " * 3000)
        check(window.settled("field", "Message")["h"] <= 224, "it grows to a limit")
        check_layout(window, "a long draft")
        window.key("ctrl+a")
        window.paste("much too long " * 2000)
        window.wait_for("text", contains="too long")
        check_layout(window, "a draft that is too long")
        window.click("button", "Send as file")
        peer.expect("file", kind="file", size=28000)
        window.wait_text("")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
