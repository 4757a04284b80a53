#!/usr/bin/env python3
"""The columns beside a room and what lies over it: private rooms, messages to one person, the switcher, the search."""
import sys

from libgui import Screen, check, equal, run_scenes, start_server


def badge_of(window, row):
    """The number in a row at the left, "" if there is none."""
    row = window.wait_for("row", row)
    signs = [item for item in window.find("text")
             if row["y"] < item["y"] < row["y"] + row["h"] and item["x"] > row["x"] + row["w"] - 60]
    return "".join(item["label"] for item in sorted(signs, key=lambda item: item["x"]))


def wait_badge(window, row, number):
    window.wait_until(lambda dump: window.find("row", row) and badge_of(window, row) == number,
                      f"{number!r} in the row of {row}")


def make_private(window, name):
    window.click("button", "Make or join a room")
    window.wait_for("field", "Room name", focused=True)
    window.type(name)
    window.click("switch", "Private")
    window.wait_for("switch", "Private", checked=True)
    window.click("button", "Open the room")
    window.wait_for("row", name, checked=True)
    window.wait_for("field", "Message", focused=True)


def scene_private_room():
    """Nobody sees it who was not invited; who is, has it at once, and may come back."""
    with start_server() as server, Screen(2) as screen:
        cy = server.peer("cy", join="lobby")
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        bob.wait_for("member", "ann")
        make_private(ann, "plans")
        ann.say("just us")
        equal(bob.find("row", "plans"), [], "rooms that bob sees")
        cy.send("join", room="plans")
        cy.expect("error", code="not-invited")

        ann.click("row", "plans", button=3)
        ann.click("menuitem", "Invite people…")
        ann.wait_for("choice", "cy")
        ann.type("bo")
        ann.wait_gone("choice", "cy")
        ann.wait_for("choice", "bob", checked=True)
        ann.key("Return")
        ann.wait_gone("card")
        bob.click("row", "plans")
        bob.wait_for("message", "just us", value="ann")
        bob.say("thanks")
        ann.wait_for("message", "thanks", value="bob")
        cy.send("say", room="plans", text="let me in", id="0" * 32)
        cy.expect("error")

        bob.choose("Leave room", "row", "plans", button=3)
        bob.wait_for("row", "lobby", checked=True)
        ann.wait_for("member", "bob", value="offline")
        bob.click("row", "plans")  # who was let in once may come back
        bob.wait_for("message", "thanks")
        ann.wait_for("member", "bob", value="")


def scene_message_to_one():
    """Two people alone: the other sees a number, a third one nothing; it is still there after a restart."""
    with start_server() as server, Screen(2) as screen:
        cy = server.peer("cy", join="lobby")
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.click("member", "bob")
        ann.wait_for("row", "bob", checked=True)
        ann.wait_for("field", "Message", focused=True)
        ann.say("only for you")
        wait_badge(bob, "ann", "1")
        bob.click("row", "ann")
        bob.wait_for("message", "only for you", value="ann")
        wait_badge(bob, "ann", "")
        bob.say("I see")
        ann.wait_for("message", "I see", value="bob")
        equal([name for name, _ in ann.messages()], ["ann", "bob"], "who spoke")
        cy.expect_none("said")
        # the other way to one: by its section
        bob.click("button", "New direct message")
        bob.wait_for("choice", "cy")
        bob.type("cy\n")
        bob.wait_for("row", "cy", checked=True)
        ann.close()
        ann.open()
        ann.click("row", "bob")
        ann.wait_for("message", "I see", value="bob")


def scene_signs():
    """A mention has its sign; a muted room asks for nothing, and stays so."""
    with start_server() as server, Screen() as screen:
        bob = server.peer("bob", join="lobby")
        bob.join("design")
        ann = screen.window(server, name="ann")
        ann.click("row", "design")
        ann.wait_for("row", "design", checked=True)
        ann.wait_for("member", "bob")
        ann.click("row", "lobby")
        bob.say("hello", room="design")
        wait_badge(ann, "design", "1")
        bob.say("what does @ann say?", room="design")
        wait_badge(ann, "design", "@2")
        ann.choose("Mute", "row", "design", button=3)
        ann.wait_for("row", "design", value="muted")
        ann.choose("Mark as read", "row", "design", button=3)
        wait_badge(ann, "design", "")
        ann.click("button", "Mute")
        ann.wait_for("row", "lobby", value="muted")
        ann.click("button", "Unmute")
        ann.wait_for("button", "Mute")


def scene_switcher():
    """Anywhere in a few letters; what was not read comes first."""
    with start_server() as server, Screen(1, 380, 480) as screen:
        bob = server.peer("bob", join="lobby")
        for room in ("design", "music", "Zürich"):
            bob.join(room)
        ann = screen.window(server, name="ann")
        ann.key("ctrl+k")
        ann.type("zu\n")
        ann.wait_for("text", "Zürich")
        ann.wait_gone("card")
        ann.key("ctrl+k")
        ann.type("des\n")
        ann.wait_for("text", "design")
        bob.say("somebody here?", room="Zürich")
        ann.key("ctrl+k")
        first = ann.wait_for("choice", "Zürich", checked=True)
        check(first["y"] < ann.wait_for("choice", "lobby")["y"], "what was not read comes first")
        ann.key("Down", "Up", "Return")
        ann.wait_for("message", "somebody here?")
        ann.key("ctrl+k")
        ann.type("nothing like it")
        ann.wait_for("text", "Nothing is called that")
        ann.key("Escape")
        ann.wait_gone("card")
        ann.say("typed into the room again")


def scene_search():
    """What is in sight is marked, what is further back is loaded until it is found, or the room began."""
    with start_server("--rate", "1000") as server, Screen() as screen:
        bob = server.peer("bob", join="lobby")
        for i in range(260):
            bob.say({3: "the needle", 200: "Café one", 210: "the second CAFE"}.get(i, f"hay {i}"))
        bob.sync()
        ann = screen.window(server, name="ann")
        ann.wait_for("message", "hay 259")
        ann.key("ctrl+f")
        ann.wait_for("field", "Search", focused=True)
        ann.type("cafe")
        ann.wait_for("text", "1 of 2")
        marked = ann.settled("message", "the second CAFE")
        before = ann.pixels_of(marked).colours()
        ann.key("Return")
        ann.wait_for("text", "2 of 2")
        ann.settled("message", "Café one")
        ann.key("shift+Return")
        ann.wait_for("text", "1 of 2")
        ann.key("ctrl+a")
        ann.type("needle from:bo")
        ann.wait_for("text", "1 of 1")
        ann.settled("message", "the needle")
        ann.key("ctrl+a")
        ann.type("nowhere")
        ann.wait_for("text", "Not found")
        ann.key("ctrl+a")
        ann.type("cafe")
        ann.wait_for("text", "1 of 2")
        ann.key("Escape")
        ann.wait_gone("field", "Search")
        plain = ann.pixels_of(ann.settled("message", "the second CAFE")).colours()
        check(before > plain, f"what was found is marked: {before} colours, then {plain}")
        ann.say("typed into the room again")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
