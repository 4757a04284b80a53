#!/usr/bin/env python3
"""A server that asks for a password, in the window: asked, wrong, right, too often; by keyboard and by mouse; and
nothing of it to be read anywhere."""
import glob
import os
import sys
import tempfile

from connect import enter
from libgui import Screen, check, equal, run_scenes, start_server
from looks import check_layout

PASSWORD = "correct horse bättery"


def password_file(password=PASSWORD):
    path = os.path.join(tempfile.mkdtemp(prefix="confab-secret-"), "password")
    with open(path, "w", encoding="utf-8") as file:
        file.write(password + "\n")
    return path


def sentence(window, words, red=True):
    """It stands below the password's field, inside the window, and is red if something is wrong."""
    text = window.wait_for("text", contains=words)
    field = window.wait_for("field", "Password")
    size = window.dump()["window"]
    check(0 <= text["y"] - (field["y"] + field["h"]) < 20, f"the words are not below the field: {text}, {field}")
    check(text["y"] + text["h"] <= size["h"] and text["x"] + text["w"] <= size["w"], f"out of sight: {text}")
    picture = window.pixels_of(text)
    is_red = max(picture.data[i] - picture.data[i + 2] for i in range(0, len(picture.data), 3)) > 60
    equal(is_red, red, f"is {words!r} red")
    return text


def dots(window, count):
    return window.wait_for("field", "Password", value="•" * count, focused=True)


def characters(window, count):
    """The picture of the first of them: without the caret, or a tip."""
    x, y, _, h = dots(window, count)["px"]
    return window.pixels().cut(x, y + 8, 100, h - 16)


def check_secret(window, *secrets):
    """What was typed is not in the dump, the log, or a file of this person."""
    said = window.report() + window.words()
    for path in glob.glob(os.path.join(window.home, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                said += file.read().decode(errors="replace")
    for secret in secrets:
        check(secret not in said, f"{secret!r} can be read")


def scene_asked_wrong_and_right():
    """By keyboard: the field comes by itself, Enter connects, nothing can be copied out of it."""
    path, data = password_file(), tempfile.mkdtemp(prefix="confab-data-")
    with Screen() as screen:
        with start_server("--password-file", path, data=data) as server:
            ann = screen.window(None, name="ann")
            enter(ann, f"127.0.0.1:{server.port}")
            ann.wait_for("text", "Password of 127.0.0.1")
            dots(ann, 0)
            sentence(ann, "This server asks for a password.", red=False)
            ann.key("Return")  # nothing was typed yet
            ann.type("no idea")
            dots(ann, 7)
            screen.put_clipboard("as it was")
            ann.key("ctrl+a", "ctrl+c", "ctrl+x", "ctrl+Insert")
            ann.type("guess")
            dots(ann, 5)
            equal(screen.clipboard(), "as it was", "the clipboard")
            ann.key("Return")
            sentence(ann, "That is not the password of this server.")
            dots(ann, 0)

            ann.type("gues")
            ann.key("Tab", "space")  # the eye
            ann.wait_for("button", "Hide password", focused=True)
            ann.key("space", "shift+Tab")
            ann.wait_for("button", "Show password")
            dots(ann, 4)
            ann.key("ctrl+a", "BackSpace")
            ann.paste(PASSWORD + "\n")  # a line, as programs that keep passwords copy it
            dots(ann, len(PASSWORD))
            ann.key("Return")
            ann.wait_for("field", "Message", focused=True)
            check(not ann.find("field", "Password"), "the field is gone")
            check_secret(ann, PASSWORD, "guess", "no idea")
            ann.say("I am in")
            server.stop()
        ann.wait_for("button", "Retry now")
        with start_server("--password-file", path, data=data, port=server.port) as server:
            ann.wait_gone("button", "Retry now")  # by itself, with the same password
            ann.say("and in again")
            check(not ann.find("field", "Password"), "it was not asked again")
            server.stop()
        # another password since: it is asked for again
        with start_server("--password-file", password_file("a new one"), data=data, port=server.port) as server:
            dots(ann, 0)
            sentence(ann, "That is not the password of this server.")
            ann.type("a new one\n")
            ann.wait_for("message", "and in again")
            ann.close()


def scene_by_mouse():
    """The eye shows what was typed, the arrow connects; Escape and another address put the field away."""
    with start_server("--password-file", password_file()) as server, start_server() as other, Screen() as screen:
        ann = screen.window(None, name="ann")
        enter(ann, f"127.0.0.1:{server.port}")
        dots(ann, 0)
        ann.key("Escape")
        ann.wait_gone("field", "Password")
        ann.wait_for("field", "Address", focused=True)
        ann.wait_for("text", "This server asks for a password.")
        ann.key("Return")
        ann.wait_for("field", "Password", focused=True)
        ann.paste(PASSWORD)
        hidden = characters(ann, len(PASSWORD))
        ann.click("button", "Show password")
        ann.wait_for("button", "Hide password")
        shown = characters(ann, len(PASSWORD))
        check(hidden.difference(shown, 20, 3) > 10, "the eye shows the characters")
        ann.click("button", "Hide password")
        ann.wait_for("button", "Show password")
        again = characters(ann, len(PASSWORD))
        check(hidden.difference(again, 20, 3) < 5, "and hides them")
        check_secret(ann, PASSWORD)

        enter(ann, f"127.0.0.1:{other.port}")
        ann.wait_for("field", "Message")
        ann.leave_chat()
        ann.wait_for("button", "Start a chat on this computer")
        check(not ann.find("field", "Password"), "the other server had not asked")
        enter(ann, f"127.0.0.1:{server.port}")
        dots(ann, 0)  # what was typed before is gone
        ann.paste(PASSWORD)
        dots(ann, len(PASSWORD))
        ann.click("button", "Connect with this password")
        ann.wait_for("field", "Message")
        ann.close()


def scene_too_often():
    """Five wrong ones: how long to wait stands there; the field stays."""
    with start_server("--password-file", password_file()) as server, Screen(1, 380, 480) as screen:
        ann = screen.window(None, name="ann", size=(380, 480))
        ann.wheel(-10)
        enter(ann, f"127.0.0.1:{server.port}")
        dots(ann, 0)
        for number in range(5):
            ann.type("guess\n")
            dots(ann, 0)
            sentence(ann, "That is not the password" if number < 4 else "too many wrong passwords")
        sentence(ann, " Try again in 60 s.")
        ann.paste(PASSWORD)
        ann.key("Return")
        sentence(ann, "too many wrong passwords")
        ann.close()


def scene_every_size():
    """Large and small, dark and light: everything is there, readable, and beside each other."""
    path = password_file()
    for width, height, scale, theme in ((1280, 800, 1, "dark"), (1000, 680, 2, "light"), (380, 480, 1, "light"),
                                        (380, 480, 2, "dark")):
        with start_server("--password-file", path) as server, Screen(1, width * scale, height * scale) as screen:
            ann = screen.window(None, name="ann", size=(width, height), scale=scale, theme=theme)
            where = f"{width}x{height} at {scale * 100} %, {theme}"
            ann.wheel(-10)
            enter(ann, f"127.0.0.1:{server.port}")
            sentence(ann, "This server asks for a password.", red=False)
            check_layout(ann, where)
            ann.type("wrong\n")
            sentence(ann, "That is not the password of this server.")
            check_layout(ann, where + ", wrong")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
