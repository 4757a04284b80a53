#!/usr/bin/env python3
"""The window in Arabic: it stands mirrored, and what is clicked, typed, selected and chosen is what the eye sees."""
import sys

from libgui import Screen, Window, check, equal, run_scenes, start_server

WIDTH = 1000


def middle(item):
    return item["x"] + item["w"] / 2


def scene_everything_stands_mirrored():
    with start_server() as server, Screen(1, WIDTH, 680) as screen:
        bob = server.peer("Bob", join="lobby")
        bob.join("music")
        ann = screen.window(server, name="Ann", language="ar")
        word = ann.word
        row = ann.wait_for("row", "lobby", checked=True)
        check(row["x"] > WIDTH - 264 and row["x"] + row["w"] <= WIDTH, f"the rooms stand at the right: {row}")
        member = ann.wait_for("member", "Bob")
        check(middle(member) < 272, f"the members stand at the left: {member}")
        send, clip, field = (ann.wait_for(role, word(label)) for role, label in
                             (("button", "Record a voice message"), ("button", "Send files"), ("field", "Message")))
        check(middle(send) < middle(field) < middle(clip), "the composer is mirrored")

        # a click meets what is seen
        ann.click("row", "music")
        ann.wait_for("row", "music", checked=True)
        ann.click("row", "lobby")
        ann.wait_for("row", "lobby", checked=True)

        # one's own stands at the left, others' at the right
        bob.say("hello from the left")
        others = ann.wait_for("message", "hello from the left", value="Bob")
        ann.say("and back")
        own = ann.wait_for("message", "and back", value="Ann")
        check(middle(own) < middle(others), f"own {own}, others' {others}")
        text = ann.wait_for("text", "hello from the left")
        check(others["x"] < text["x"] and text["x"] + text["w"] < others["x"] + others["w"], "a text is in its bubble")
        typing = word("{1} is typing…").replace("{1}", "\u2068Bob\u2069")
        bob.send("typing", room="lobby")
        said = ann.wait_for("text", typing)
        check(said["x"] + said["w"] > WIDTH / 2, "the line about typing begins at the right")


def scene_mouse_and_keys():
    """Words under the pointer, ranges, the caret; a menu opens where it was asked for."""
    with start_server() as server, Screen(1, WIDTH, 680) as screen:
        ann = screen.window(server, name="Ann", language="ar")
        word = ann.word
        message = word("Message")
        ann.type("left and right")
        field = ann.wait_for("field", message)
        ann.wait_text("left and right")
        # the text ends at the right edge of its field; words are met where they are drawn
        ann.click("field", message, fx=1 - 8 / field["w"], times=2)
        ann.key("ctrl+c")
        equal(screen.clipboard(), "right", "the last word stands at the right")
        ann.key("End", "Left", "Left", "shift+Left", "ctrl+c")
        equal(screen.clipboard(), "g", "in a text from left to right, left goes back")
        ann.key("ctrl+a", "BackSpace")
        ann.paste("سلام عليكم")
        ann.key("Home", "Left", "shift+Left", "ctrl+c")
        equal(screen.clipboard(), "ل", "in Arabic, left goes on")
        ann.key("Return")
        ann.wait_for("message", "سلام عليكم")
        ann.say("pick me")
        item = ann.settled("text", "pick me")
        screen.xdotool("mousemove", *ann.on_screen(item["x"] + 3, middle_y(item)), "click", "--repeat", 2, 1)
        ann.key("ctrl+c")
        equal(screen.clipboard(), "pick", "a word of the timeline")

        ann.choose(word("Copy text"), "message", "سلام عليكم", button=3)
        equal(screen.clipboard(), "سلام عليكم", "the menu of a message")
        bubble = ann.click("message", "pick me", button=3)
        menu = ann.wait_for("menu")
        pointed = bubble["x"] + bubble["w"] / 2
        check(menu["x"] <= pointed <= menu["x"] + menu["w"] + 2, f"the menu hangs on the pointer: {menu}, {pointed}")
        ann.key("Escape")
        ann.wait_gone("menu")


def middle_y(item):
    return item["y"] + item["h"] / 2


def scene_the_language_changes_while_it_runs():
    """By the settings, at once and for all that is on the screen; the next window remembers it."""
    with start_server() as server, Screen(1, WIDTH, 680) as screen:
        bob = server.peer("Bob", join="lobby")
        ann = screen.window(server, name="Ann")
        row = ann.wait_for("row", "lobby", checked=True)
        ann.set_language("ar", "العربية")
        there = ann.wait_for("row", "lobby", checked=True)
        equal(there["x"] + there["w"], WIDTH - row["x"], "the rooms changed sides")
        ann.wait_for("text", "عضوان")
        ann.set_language("de", "Deutsch")
        equal(ann.wait_for("row", "lobby", checked=True)["x"], row["x"], "and back")
        ann.wait_for("text", "2 Mitglieder")
        bob.say("noch da?")
        ann.wait_for("message", "noch da?")
        ann.close()
        again = Window(screen, server, name="Ann", home=ann.home)
        again.speaks("de")
        again.open()
        again.wait_for("text", "2 Mitglieder")
        again.close()


def scene_german():
    with start_server() as server, Screen(1, WIDTH, 680) as screen:
        bob = server.peer("Bob", join="lobby")
        ann = screen.window(server, name="Ann", language="de")
        row = ann.wait_for("row", "lobby", checked=True)
        check(row["x"] < 264, "the rooms stay at the left")
        ann.wait_for("text", "2 Mitglieder")
        bob.bye()
        ann.wait_for("text", "1 Mitglied")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
