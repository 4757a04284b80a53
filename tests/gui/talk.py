#!/usr/bin/env python3
"""Two windows and a terminal in one chat: what is typed at one arrives at the others, as people write it."""
import sys

from libgui import Screen, check, equal, run_scenes, start_server
from _terminal import person


def scene_two_windows_and_a_terminal():
    """Real key presses, all ways; Shift+Enter makes a line."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        cy = person(server, "cy")
        ann.wait_for("member", "cy")
        bob.wait_for("text", "3 members")

        ann.type("Hello, Bob & Cy: 100% (it's me)!\n")
        bob.wait_for("message", "Hello, Bob & Cy: 100% (it's me)!", value="ann")
        cy.wait("[ann] Hello, Bob & Cy: 100% (it's me)!")
        ann.wait_text("")

        bob.type("first line")
        bob.key("shift+Return")
        bob.type("second line")
        bob.wait_text("first line\nsecond line")
        equal(bob.find("message", contains="first line"), [], "nothing is sent by Shift+Enter")
        bob.key("Return")
        ann.wait_for("message", "first line\nsecond line", value="bob")
        cy.wait("[bob] first line")

        cy.type("hi from a terminal\r")
        for window in (ann, bob):
            window.wait_for("message", "hi from a terminal", value="cy")
            equal([text for _, text in window.messages()],
                  ["Hello, Bob & Cy: 100% (it's me)!", "first line\nsecond line", "hi from a terminal"],
                  "the order and number of messages")

        bob.type("with the button")
        bob.click("button", "Send")
        ann.wait_for("message", "with the button", value="bob")
        bob.key("Return", "space", "Return")  # nothing to say
        cy.type("!q\r")
        cy.ended()
        ann.wait_for("text", contains="cy left")
        equal(len(ann.messages()), 4, "empty messages are not sent")


def scene_typing_is_seen():
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.type("well")
        bob.wait_for("text", contains="ann is typing")
        ann.key("Return")
        bob.wait_for("message", "well")
        bob.wait_gone("text", contains="is typing")


WORDS = ["é ñ ß Ž", "日本", "中国", "👩‍👩‍👧 🎉", "مرحبا 123 שלום", "नमस्ते", "Ελλάδα Россия"]


def scene_every_script():
    """What is not on the keyboard comes by the clipboard, is sent, shown with a font that has it, and copied back."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        for word in WORDS:
            ann.say(word)
            bob.wait_for("message", word, value="ann")
        equal(bob.messages(), [("ann", word) for word in WORDS], "what bob sees")

        shown = {word: bob.pixels_of(bob.wait_for("text", word)) for word in WORDS}
        # a font without a character draws the same empty box for each
        japan, china = shown["日本"], shown["中国"]
        check((japan.width, japan.height) == (china.width, china.height) and japan.data != china.data,
              "日本 and 中国 look the same: boxes instead of characters")
        check(shown["👩‍👩‍👧 🎉"].colours() > 60, f"emoji in {shown['👩‍👩‍👧 🎉'].colours()} colours")
        for word, picture in shown.items():
            check(picture.colours() > 8, f"{word} is not to be seen")

        for word in WORDS:
            bob.paste(word)
            bob.wait_text(word)
            screen.put_clipboard("something else")
            bob.key("ctrl+a", "ctrl+c")
            bob.key("Delete")
            bob.wait_text("")
            equal(screen.clipboard(), word, "copied back")


def scene_editing():
    """Caret, words, selection, clipboard, undo, by keys and by mouse."""
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        ann.type("one two three")
        ann.key("ctrl+Left")
        ann.type("and ")
        ann.wait_text("one two and three")
        ann.key("Home")
        ann.type("0 ")
        ann.wait_text("0 one two and three")
        ann.key("ctrl+Right", "BackSpace", "Delete", "End", "ctrl+BackSpace", "BackSpace")
        ann.wait_text("0 ontwo and")
        ann.key("ctrl+z")
        ann.wait_until(lambda dump: ann.text() != "0 ontwo and", "what was undone")
        ann.key("ctrl+a")
        ann.type("anew: red green blue")
        ann.wait_text("anew: red green blue")

        ann.key("shift+ctrl+Left", "ctrl+x")
        ann.wait_text("anew: red green ")
        equal(screen.clipboard(), "blue", "cut")
        ann.key("Home", "ctrl+v")
        ann.wait_text("blueanew: red green ")

        field = ann.settled("field", "Message")
        x, y = ann.on_screen(field["x"] + 30, field["y"] + field["h"] / 2)
        screen.xdotool("mousemove", x, y, "click", "--repeat", 2, "--delay", 60, 1)
        ann.key("ctrl+c")
        equal(screen.clipboard(), "blueanew", "the word under a double click")
        ann.type("yellow")
        ann.wait_text("yellow: red green ")
        # drag over everything
        x, y = ann.on_screen(field["x"] + 1, field["y"] + field["h"] / 2)
        screen.xdotool("mousemove", x, y, "mousedown", 1, "mousemove", x + 200, y, "mousemove", x + 400, y,
                       "mouseup", 1)
        ann.key("Delete")
        ann.wait_text("")

        ann.type("up\n")
        ann.wait_for("message", "up")
        ann.click("button", "Emoji")
        ann.click("button", "👍")
        ann.wait_text("👍")
        ann.key("Return")
        ann.wait_for("message", "👍")
        # a message can be marked with the mouse and copied
        text = ann.wait_for("text", "up")
        ann.point(text)
        screen.xdotool("click", "--repeat", 2, "--delay", 60, 1)
        ann.key("ctrl+c")
        equal(screen.clipboard(), "up", "a word of the timeline")
        ann.click("text", "👍", button=3)
        ann.click("menuitem", "Copy text")
        ann.wait_gone("menuitem")
        equal(screen.clipboard(), "👍", "copied from the menu")


def scene_rooms():
    """A room of one's own, Alt+Up and Alt+Down between them, a draft in each."""
    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.type("said later")
        ann.click("button", "Make or join a room")
        ann.wait_for("field", "Room name", focused=True)
        ann.type("design\n")
        ann.wait_for("row", "design", checked=True)
        ann.wait_text("")
        ann.say("only here")
        bob.wait_for("row", "design")
        equal(bob.find("message", "only here"), [], "in the lobby")

        ann.key("alt+Up")
        ann.wait_for("row", "lobby", checked=True)
        ann.wait_text("said later")
        equal(ann.find("message", "only here"), [], "messages of another room")
        ann.key("alt+Down")
        ann.wait_for("row", "design", checked=True)
        ann.wait_for("message", "only here")

        bob.click("row", "design")
        bob.wait_for("message", "only here", value="ann")
        bob.key("alt+Up")
        bob.wait_for("row", "lobby", checked=True)
        ann.say("are you there?")
        badge = bob.wait_for("text", "1")
        row = bob.wait_for("row", "design")
        check(row["y"] < badge["y"] < row["y"] + row["h"], "the number of unread messages is in the room's row")
        bob.click("row", "design")
        bob.wait_for("message", "are you there?")
        bob.wait_gone("text", "1")
        ann.click("row", "lobby")
        ann.wait_text("said later")


def scene_scrolling():
    """The view follows only who is at the bottom; else it stands still and counts."""
    with start_server() as server:
        talker = server.peer("talker", join="lobby")
        for number in range(150):
            talker.say(f"line {number}")
        talker.sync()
        with Screen() as screen:
            ann = screen.window(server, name="ann")
            ann.wait_for("message", "line 149")
            talker.say("line 150")
            ann.wait_for("message", "line 150")

            ann.wheel(12, 600, 400)
            ann.wait_gone("message", "line 150")
            ann.wait_still()
            before = ann.find("message")
            check(len(before) > 5, f"few messages in sight: {before}")
            for number in (151, 152, 153):
                talker.say(f"line {number}")
            button = ann.wait_for("button", "To the newest")
            ann.wait_until(lambda dump: [item for item in dump["items"] if item["role"] == "text" and
                                         item["label"] == "3 new" and abs(item["x"] - button["x"]) < 60],
                           "3 on the way down")
            equal([(item["label"], item["px"]) for item in ann.find("message")],
                  [(item["label"], item["px"]) for item in before], "rows while one reads above")
            ann.click("button", "To the newest")
            ann.wait_for("message", "line 153")
            ann.wait_gone("button", "To the newest")

            # all of the history, by wheel and keys; older pages are fetched on the way
            ann.key("Tab")
            for _ in range(60):
                if ann.find("message", "line 0"):
                    break
                ann.wheel(40, 600, 400)
                ann.wait_still(0.15)
            ann.wait_for("message", "line 0")
            lines = [int(item["label"].split()[1]) for item in ann.find("message")]
            equal(lines, list(range(lines[0], lines[0] + len(lines))), "one after the other, none twice")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
