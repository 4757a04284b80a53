#!/usr/bin/env python3
"""What messages say by their marks, in a real window: styles, code, quotes, links; and selecting across messages."""
import os
import stat
import sys
import tempfile

from libgui import Screen, check, equal, run_scenes, start_server, wait_until
from torture import drag, same

CODE = "int main(void)\n{\n\tputs(\"*hi*\");  \n\n    return 0;\n}"


def scene_marks_are_not_shown():
    with start_server() as server, Screen(1) as screen:
        bob = server.peer("bob", join="lobby")
        window = screen.window(server, name="ann")
        bob.say("**bold** and *italic* and `a*b` and 2*3*4")
        window.wait_for("text", "bold and italic and a*b and 2*3*4")
        bob.say("> quoted\n> twice\nanswered")
        window.wait_for("text", "quoted\ntwice")
        quote, answer = window.wait_for("text", "quoted\ntwice"), window.wait_for("text", "answered")
        check(quote["x"] > answer["x"], "a quote stands in from the text")
        bob.say("@ann and @nobody")
        mention = window.wait_for("text", "@ann and @nobody")
        check(window.pixels_of(mention).colours() > 8, "a member's name is marked")


def scene_code():
    """The button copies what stands between the fences, byte for byte."""
    with start_server() as server, Screen(1) as screen:
        bob = server.peer("bob", join="lobby")
        window = screen.window(server, name="ann")
        lines = "\n".join(f"line {number}; // *{number}*" for number in range(30))
        for code in (CODE, lines):
            bob.say(f"look:\n```c\n{code}\n```\nas said")
            window.wait_for("code", code)
            window.wait_still()
            window.point(window.wait_for("code", code), fy=.02)
            window.click("button", "Copy code")
            same(screen, code)


def scene_links():
    """A link opens in the browser behind a card with its whole address, by mouse and by keyboard."""
    folder = tempfile.mkdtemp()
    opened, browser = os.path.join(folder, "opened"), os.path.join(folder, "xdg-open")
    with open(browser, "w") as file:
        file.write(f'#!/bin/sh\nprintf "%s\\n" "$1" >>"{opened}"\n')
    os.chmod(browser, stat.S_IRWXU)

    def addresses():
        if not os.path.exists(opened):
            return []
        with open(opened) as file:
            return file.read().split()

    with start_server() as server, Screen(1) as screen:
        bob = server.peer("bob", join="lobby")
        window = screen.window(server, name="ann", env={"PATH": folder + ":" + os.environ["PATH"]})
        bob.say("see (https://example.com/a_(b)?c=1), or www.example.org.")
        window.click("link", "https://example.com/a_(b)?c=1")
        window.wait_for("card", "link")
        window.wait_for("text", "https://example.com/a_(b)?c=1")
        equal(addresses(), [], "nothing opens by itself")
        window.key("Escape")
        window.wait_gone("card", "link")
        window.click("link", "https://example.com/a_(b)?c=1")
        window.click("button", "Open")
        wait_until(lambda: addresses() == ["https://example.com/a_(b)?c=1"], "the browser")
        window.click("link", "www.example.org")
        window.wait_for("text", "http://www.example.org")
        window.click("button", "Copy")
        same(screen, "http://www.example.org")
        window.wait_gone("toast")
        bob.say("https://\u0430pple.com/x")  # the first letter is Cyrillic
        window.click("link", "https://\u0430pple.com/x")
        window.wait_for("text", contains="xn--pple-43d.com")
        window.key("Return")  # the button Open has the keyboard
        wait_until(lambda: len(addresses()) == 2, "the browser, by the keyboard")


def scene_selecting_across_messages():
    with start_server() as server, Screen(1) as screen:
        bob, cy = server.peer("bob", join="lobby"), server.peer("cy", join="lobby")
        window = screen.window(server, name="ann")
        bob.say("the first **one** here")
        cy.say("the second")
        cy.say("and the third")
        window.wait_for("text", "and the third")
        window.wait_still()
        first, third = window.wait_for("text", "the first one here"), window.wait_for("text", "and the third")

        screen.put_clipboard("something else")
        drag(window, (first["x"] - 2, first["y"] + first["h"] / 2),
             (third["x"] + third["w"] + 2, third["y"] + third["h"] / 2))
        window.key("ctrl+c")
        wait_until(lambda: "third" in screen.clipboard(), "three messages on the clipboard")
        lines = screen.clipboard().split("\n")
        check(lines[0].startswith("bob, ") and lines[3].startswith("cy, "), f"{lines} says who and when")
        equal([lines[1], lines[2], *lines[4:]], ["the first **one** here", "", "the second", "and the third"],
              "what was said")

        window.click("text", "the second", times=2, fx=.1)
        window.key("ctrl+c")
        same(screen, "the")
        window.click("text", "the first one here", times=3)
        window.key("ctrl+c")
        same(screen, "the first **one** here")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
