#!/usr/bin/env python3
"""A confab:// link that was clicked somewhere, and Confab started once more: the window that is open comes up and takes the link; and nobody
is taken to strangers unasked."""
import os
import signal
import subprocess
import sys

import libgui
from libgui import PATIENCE, Screen, Window, check, equal, holds, run, run_scenes, start_server, wait_until


def start_again(window, *words, patience=PATIENCE):
    """What a click does, in front of that window: it is told, and the new program ends well."""
    done = subprocess.run([libgui.PROGRAM, *words], env=window.env, capture_output=True, text=True, timeout=patience)
    equal(done.returncode, 0, f"exit code of a second start, which wrote {done.stderr}")
    equal(done.stderr, "", "what the second start wrote")


def link_to(server, room=""):
    return f"confab://127.0.0.1:{server.port}/{room}"


def alone(screen, **more):
    """A window at the first screen; it keeps what it learns in a home of its own."""
    return screen.window(None, **more)


def wait_question(window, *words):
    window.wait_for("card", "confirm")
    for word in words:
        window.wait_for("text", contains=word)


def scene_strangers_are_asked_about():
    """The question names the place and one's name; nothing is sent before it is answered, nor after a no."""
    with start_server() as server, Screen() as screen:
        window = alone(screen, name="ann")
        start_again(window, "--", link_to(server, "garden"))
        wait_question(window, f"Join the chat at 127.0.0.1:{server.port}?", "your name, ann,")
        window.key("Return")  # the answer that changes nothing has the keyboard
        window.wait_gone("card", "confirm")
        window.wait_for("field", "Address", value=f"127.0.0.1:{server.port}")
        window.wait_still()
        check(not window.find("field", "Message"), "joined after a no")
        long = ".".join(["a-rather-long-name"] * 8)
        start_again(window, f"confab://{long}:6000/")
        wait_question(window, f"Join the chat at {long}:6000?")
        card = window.wait_for("card", "confirm")
        title = window.wait_for("text", contains=long)
        check(title["h"] >= 3 * 20 and holds(card, title), f"the place is not to be seen whole: {title} on {card}")
        window.key("Escape")
        window.wait_gone("card", "confirm")
        start_again(window, link_to(server, "garden"))
        wait_question(window)
        window.click("button", "Join")
        window.wait_for("field", "Message")
        window.wait_for("row", "garden")
        # the same chat: it shows the room, and asks nothing
        start_again(window, link_to(server, "caf%C3%A9"))
        window.wait_for("row", "café")
        check(not window.find("card", "confirm"), "asked about the chat that is open")


def scene_known_places_open_at_once():
    """Where this person has been before, a link leads without a question: also the first start of the day."""
    with start_server() as server, Screen() as screen:
        window = alone(screen, name="ann")
        start_again(window, link_to(server))
        wait_question(window)
        window.click("button", "Join")
        window.wait_for("field", "Message")
        window.close()
        again = alone(screen, name=None, home=window.home)
        start_again(again, link_to(server, "garden"))
        again.wait_for("row", "garden")
        again.close()
        first = screen.window(None, name="ann", home=window.home, options=[link_to(server, "attic")])
        first.wait_for("row", "attic")


def scene_one_chat_is_left_for_another():
    """In a chat a link to another one asks, also to a known one; what was half written is there again afterwards."""
    with start_server() as here, start_server() as there, Screen() as screen:
        window = screen.window(here, name="ann")
        window.type("half")
        start_again(window, link_to(there))
        wait_question(window, "You leave this chat")
        window.key("Escape")
        window.wait_gone("card", "confirm")
        window.wait_text("half")
        start_again(window, link_to(there))
        wait_question(window)
        window.click("button", "Join")
        window.wait_for("field", "Message", value="")
        start_again(window, link_to(here))
        wait_question(window, f"127.0.0.1:{here.port}")
        window.click("button", "Join")
        window.wait_text("half")


def scene_hostile_links():
    """What leads nowhere is said in words, and does nothing else."""
    with Screen() as screen:
        window = alone(screen, name="ann")
        for link in ("confab://", "confab://user:secret@host/", "confab://host%0a--plain", "confab://ho\u202est/x", "confab://" + "h" * 900,
                     "confab://host:99999/", "confab://-v/"):
            start_again(window, "--", link)
            window.wait_for("toast", contains="This link does not lead to a chat.")
            check(not window.find("card", "confirm"), f"asked about {link!r}")
        start_again(window, "--", "confab://host/%2e%2e%2fetc")
        window.wait_for("toast", contains="room that there cannot be")
        # a handler that splits a link with a quote in it: words behind it are no options
        for link in ("confab://host/", "confab:5050", "Confab:5050"):
            done = subprocess.run([libgui.PROGRAM, link, "--ui-dump", "/tmp/never"], env=window.env, capture_output=True,
                                  text=True, timeout=PATIENCE)
            equal(done.returncode, 2, f"{link} with options behind it: {done.stderr}")
        window.wait_still()
        check(not window.find("card", "confirm"), "asked nothing in the end")


def scene_links_without_slashes():
    """A desktop hands over all that begins with "confab:", so also what reads like a computer of that name: it is asked about, and options
    come out of it no more than out of a link."""
    with Screen() as screen:
        window = alone(screen, name="ann")
        done = subprocess.run([libgui.PROGRAM, "Confab:6001", "--ui-dump", "/tmp/never"], env=window.env, capture_output=True, text=True,
                              timeout=PATIENCE)
        equal(done.returncode, 2, f"with options behind it: {done.stderr}")
        start_again(window, "confab:6001")
        wait_question(window, "Join the chat at confab:6001?")
        window.key("Escape")
        window.wait_gone("card", "confirm")
        start_again(window, "confab:me@host")
        window.wait_for("toast", contains="This link does not lead to a chat.")


def scene_comes_to_the_front():
    """Started once more, the window that is open comes up: from behind another one, and from the task bar."""
    with Screen(2, 700, 600, manager=True) as screen:
        window = alone(screen, name="ann")
        other = alone(screen, name="bob", options=["--new-window"])

        def active():
            done = subprocess.run(["xdotool", "getactivewindow"], env=screen.env, capture_output=True, text=True, timeout=PATIENCE)
            return done.stdout.strip() == window.id  # it fails while none is
        other.focus()
        wait_until(lambda: not active(), "the other window is not in front")
        start_again(window)
        wait_until(active, "the window did not come to the front")
        run("xdotool", "windowminimize", "--sync", window.id, env=screen.env)
        wait_until(lambda: not active(), "the window is not minimised")
        start_again(window)
        wait_until(active, "the window did not come back")


def scene_windows_of_their_own():
    """Options, another settings' folder and --new-window open another window; the first one is told still."""
    with Screen(3, 700, 600) as screen:
        first = alone(screen, name="ann")
        second = Window(screen, None, name="bob", slot=1, home=first.home, options=["--new-window"])
        second.dump_path = second.command[second.command.index("--ui-dump") + 1] = os.path.join(first.home, "second.json")
        screen.windows.append(second)
        second.open()
        third = alone(screen, name="cid")
        start_again(first, "confab://127.0.0.1:1/x")
        wait_question(first, "127.0.0.1:1")
        start_again(third, "confab://127.0.0.1:2/x")
        wait_question(third, "127.0.0.1:2")
        check(not second.find("card", "confirm"), "the second window was asked")
        second.close()
        third.close()


def scene_a_window_that_hangs():
    """It keeps nobody from a new one, which opens in seconds; and a crash leaves nothing in the way."""
    with Screen() as screen:
        window = alone(screen, name="ann")
        home = window.home
        os.kill(window.process.pid, signal.SIGSTOP)
        plain = subprocess.Popen([libgui.PROGRAM], env=window.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(plain.pid)], env=screen.env,
                                              capture_output=True, timeout=PATIENCE).stdout.split(),
                       "no window beside the one that hangs", patience=3 * PATIENCE)
        finally:
            plain.terminate()
            said = plain.communicate(timeout=PATIENCE)[1]
        check("does not answer" in said, f"it wrote {said!r}")
        window.kill()
        window.process = None
        again = alone(screen, name="ann", home=home)
        start_again(again, "confab://127.0.0.1:1/x")
        wait_question(again, "127.0.0.1:1")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
