#!/usr/bin/env python3
"""Where no program shows a window to choose files (a sandbox like Flatpak's has none), the desktop's portal is asked."""
import json
import os
import sys
import tempfile

from _desktop import desktop, need_bus
from libgui import PATIENCE, Screen, equal, run_scenes, sha256, start_server

NAMES = ("été 100%.bin", "two words.bin")


def make_files():
    folder = tempfile.mkdtemp()
    paths = [os.path.join(folder, name) for name in NAMES]
    for at, path in enumerate(paths):
        with open(path, "wb") as file:
            file.write(bytes([at]) * 5000)
    return paths


def open_window(screen, server, shell):
    return screen.window(server, name="ann", env={"PATH": tempfile.mkdtemp(), "DBUS_SESSION_BUS_ADDRESS": shell.address})


def scene_files_are_chosen():
    """Both that were chosen go to the room; names that are escaped in URIs are right again."""
    if not need_bus():
        return
    paths = make_files()
    with start_server() as server, Screen(1) as screen, desktop(screen, "_portal.py") as portal:
        ann = open_window(screen, server, portal)
        bob = server.peer("bob", join="lobby")
        ann.click("button", "Send files")
        asked = portal.wait("method")
        equal((asked["method"], asked["title"], asked["multiple"]), ("OpenFile", "Send files", True), "what is asked for")
        portal.command(json.dumps(paths))
        got = {}
        for _ in paths:
            label = bob.expect("file", name="ann")["label"]
            got[label] = bob.expect("file-done")["sha256"]
        equal(got, {name: sha256(path) for name, path in zip(NAMES, paths)}, "what came")


def scene_cancelled_and_closed():
    """Nothing is sent when it is cancelled, and it can be asked again; it goes when the window does."""
    if not need_bus():
        return
    with start_server() as server, Screen(1) as screen, desktop(screen, "_portal.py") as portal:
        ann = open_window(screen, server, portal)
        for _ in range(2):
            ann.click("button", "Send files")
            portal.wait("method")
            portal.command("null")
            ann.wait_still()
        ann.say("nothing came of it")
        ann.wait_for("message", "nothing came of it")
        equal(len(ann.find("message")), 1, "messages")
        ann.click("button", "Send files")
        portal.wait("method")
        ann.close()
        portal.wait("closed")


def scene_the_portal_ends():
    """What showed the window ends without an answer (portals crash, and are updated): it can be asked again when it is back."""
    if not need_bus():
        return
    with start_server() as server, Screen(1) as screen, desktop(screen, "_portal.py") as portal:
        ann = open_window(screen, server, portal)
        ann.click("button", "Send files")
        portal.wait("method")
        portal.command('"crash"')
        portal.shell.wait(timeout=PATIENCE)
        portal.start()
        ann.wait_still()
        ann.click("button", "Send files")
        portal.wait("method")


def scene_the_portal_is_slow():
    """One that is just being started answers late: it is there all the same."""
    if not need_bus():
        return
    with start_server() as server, Screen(1) as screen, desktop(screen, "_portal.py", "3") as portal:
        ann = open_window(screen, server, portal)
        ann.click("button", "Send files")
        portal.wait("method")


def scene_no_portal():
    """A bus with no portal on it: the path is asked for in the window."""
    if not need_bus():
        return
    with start_server() as server, Screen(1) as screen, desktop(screen) as shell:
        ann = open_window(screen, server, shell)
        ann.click("button", "Send files")
        ann.wait_for("field", "File path")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
