#!/usr/bin/env python3
"""Answers, reactions, edits, deletions and who has seen what, between two windows and the real server."""
import sys

from libgui import Screen, check, equal, run_scenes, start_server


def over(window, label):
    """The pointer on a message, so that its buttons are there."""
    window.point(window.settled("message", label))
    return window.wait_for("button", "Reply")


def scene_answers():
    """By button, by menu, by double click; the quote says what is meant and jumps there, however far it is."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.say("shall we meet at noon?")
        bob.wait_for("message", "shall we meet at noon?")
        over(bob, "shall we meet at noon?")
        bob.click("button", "Reply")
        bob.wait_for("quote", "shall we meet at noon?")
        bob.type("yes, gladly\n")
        quote = ann.wait_for("quote", "shall we meet at noon?", value="ann")
        said = ann.wait_for("message", "yes, gladly", value="bob")
        check(said["x"] < quote["x"] and quote["x"] + quote["w"] < said["x"] + said["w"] + 1 and
              said["y"] < quote["y"] < said["y"] + said["h"], "the quote is inside the bubble")

        # Escape gives up
        ann.click("message", "yes, gladly", button=3, fx=0.02, fy=0.1)
        ann.click("menuitem", "Reply")
        ann.wait_for("quote", "yes, gladly")
        ann.key("Escape")
        ann.wait_gone("quote", "yes, gladly")

        # beside the text, twice
        bubble = ann.settled("message", "yes, gladly")
        x, y = ann.on_screen(bubble["x"] + bubble["w"] - 3, bubble["y"] + bubble["h"] / 2)
        screen.xdotool("mousemove", x, y, "click", "--repeat", 2, "--delay", 60, 1)
        ann.wait_for("quote", "yes, gladly")
        ann.type("fine\n")
        bob.wait_for("quote", "yes, gladly", value="bob")


def scene_a_quote_jumps():
    """To what is far above, whose history has to be fetched first; it flashes."""
    with start_server() as server:
        talker = server.peer("talker", join="lobby")
        for number in range(300):
            talker.say(f"line {number}")
        talker.sync()
        first = talker.expect("said", text="line 0")["seq"]
        with Screen() as screen:
            ann = screen.window(server, name="ann")
            ann.wait_for("message", "line 299")
            talker.say("as I said at first", reply=first)
            ann.wait_for("quote")
            ann.click("quote")
            ann.wait_for("flash")
            ann.wait_for("message", "line 0")
            ann.wait_gone("flash")
            ann.click("button", "To the newest")
            ann.wait_for("message", "as I said at first")
            ann.wait_for("quote", "line 0", value="talker")


def scene_reactions():
    """A few are a click away; pills count, toggle, and tell who."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.say("who comes?")
        bob.wait_for("message", "who comes?")
        over(bob, "who comes?")
        bob.click("button", "React")
        bob.click("button", "🎉")
        pill = ann.wait_for("reaction", "🎉 1")
        message = ann.wait_for("message", "who comes?")
        check(pill["y"] >= message["y"] + message["h"], "it stands below the bubble")
        ann.click("reaction", "🎉 1")
        bob.wait_for("reaction", "🎉 2", checked=True)
        bob.point(bob.wait_for("reaction", "🎉 2"))
        bob.wait_for("tip", "You and ann")
        bob.click("reaction", "🎉 2")
        ann.wait_for("reaction", "🎉 1", checked=True)
        ann.click("reaction", "🎉 1")
        for window in (ann, bob):
            window.wait_gone("reaction")

        # by keyboard, from the menu
        ann.click("message", "who comes?", button=3, fx=0.02, fy=0.1)
        ann.click("menuitem", "React")
        ann.wait_for("button", "More emoji")
        ann.key("Right", "Right", "Return")
        bob.wait_for("reaction", "❤️ 1")
        # all others
        over(bob, "who comes?")
        bob.click("button", "React")
        bob.click("button", "More emoji")
        bob.wait_for("field", focused=True)
        bob.type("rocket")
        bob.wait_for("button", "🚀")
        bob.key("Return")
        ann.wait_for("reaction", "🚀 1")


def scene_edit_and_delete():
    """One's own text can be another one; what is deleted goes everywhere, after a question."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.say("we shal")
        bob.wait_for("message", "we shal")
        ann.click("message", "we shal", button=3, fx=0.02, fy=0.1)
        ann.click("menuitem", "Edit")
        ann.wait_text("we shal")
        ann.type("l")
        ann.key("Return")
        bob.wait_for("message", "we shall")
        bob.wait_for("text", contains="edited")
        ann.wait_text("")

        bob.click("message", "we shall", button=3, fx=0.05, fy=0.1)
        bob.wait_for("menuitem", "Open direct message")
        equal([item["label"] for item in bob.find("menuitem") if item["label"] in ("Edit", "Delete")], [],
              "what is not bob's")
        bob.key("Escape")
        bob.wait_gone("menuitem")

        ann.click("message", "we shall", button=3, fx=0.02, fy=0.1)
        ann.click("menuitem", "Delete")
        ann.click("button", "Cancel")
        ann.wait_for("message", "we shall")
        ann.click("message", "we shall", button=3, fx=0.02, fy=0.1)
        ann.click("menuitem", "Delete")
        ann.click("button", "Delete")
        for window in (ann, bob):
            window.wait_for("message", "Message deleted")
            window.wait_gone("message", "we shall")


def scene_seen():
    """One check when it is sent, two when all have seen it; the tip says who."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.wait_for("member", "bob")
        bob.focus()
        ann.focus()
        ann.say("look at this")
        bob.wait_for("message", "look at this")
        ann.wait_for("state", "sent")
        bob.focus()  # it is read when it is seen in front for a second
        seen = ann.wait_for("state", "seen")
        ann.point(seen)
        ann.wait_for("tip", "Seen by bob")


def scene_motion():
    """What comes slides in; nothing is drawn any more when it is there."""
    with start_server() as server:
        talker = server.peer("talker", join="lobby")
        for number in range(60):
            talker.say(f"line {number}")
        talker.sync()
        with Screen() as screen:
            ann = screen.window(server, name="ann", env={"CONFAB_REDUCED_MOTION": "0"})
            ann.wait_for("message", "line 59")
            ann.wait_still()
            talker.say("slides in")
            ann.wait_for("message", "slides in")
            ann.wait_still()
            last, field = ann.settled("message", "slides in"), ann.wait_for("field", "Message")
            check(0 < field["y"] - (last["y"] + last["h"]) < 60, f"the last one stands at the bottom: {last}")
            ann.wheel(6, 600, 400)
            ann.wait_still()
            ann.wait_gone("message", "slides in")
            ann.key("ctrl+End")
            ann.wait_for("message", "slides in")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
