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


def scene_answers_and_reactions():
    """Quotes and reactions stand in and below their bubbles in any window; joins open and close."""
    with start_server() as server:
        fill(server)
        talker = server.peer("talker", join="lobby")
        long = "a question that is long enough to be cut in a narrow window, and goes on and on and on"
        talker.say(long)
        question = talker.expect("said", text=long)["seq"]
        for number, emoji in enumerate("👍❤😂🎉😮😢🔥🙏👀✨🚀☕"):
            talker.send("react", room="lobby", id=f"react-{number}", of=question, emoji=emoji)
        talker.say("short", reply=question)
        answer = talker.expect("said", text="short")["seq"]
        talker.say("an answer to an answer", reply=answer)
        for name in ("Ada", "Ben", "Cleo"):
            server.peer(name, join="lobby").sync()
        talker.sync()
        for width, height, theme, scale in ((1000, 680, "light", 1), (380, 480, "dark", 2)):
            with Screen(1, width * scale, height * scale) as screen:
                window = screen.window(server, name="reader" + theme, theme=theme, size=(width, height), scale=scale)
                window.wait_for("quote", "short", value="talker")
                window.wait_for("message", "an answer to an answer")
                window.wait_still()
                check_layout(window, f"{width}x{height}, {theme}")
                window.wheel(2, width * scale * 0.5, height * scale * 0.4)
                window.wait_for("reaction", "☕ 1")
                window.wait_still()
                pills = window.find("reaction")
                equal(len(pills), 12, "reactions")
                for pill in pills:
                    check(pill["x"] + pill["w"] <= width, f"outside the window: {pill}")
                window.key("ctrl+End")
                run = window.settled("button", contains="joined")
                window.click("button", run["label"])
                window.wait_for("text", "Ben joined the chat")
                window.click("button", "Ben joined the chat")
                window.wait_for("button", run["label"])


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
