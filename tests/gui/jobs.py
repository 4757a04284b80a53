#!/usr/bin/env python3
"""Pictures that hang, crash, scroll away and come back: each costs only itself, and what was seen once is not decoded again.

The window runs from a folder of its own, where a script stands in for confab-media: it writes down that it was run, and does as the first
four bytes of the file say."""
import os
import shutil
import sys
import tempfile

import libgui
from libgui import Screen, check, equal, make_photo, run_scenes, start_server, wait_until

FOLDER = tempfile.mkdtemp()
LOG = os.path.join(FOLDER, "log")
SCRIPT = """#!/bin/sh
word=$(head -c 4 | tr -cd A-Z)
echo "$$ ${word:-good}" >>'%s'
case "$word" in
HANG) exec sleep 1000 ;;
DEAD) kill -SEGV $$ ;;
esac
exec '%s' "$@"
"""


def stand_in():
    """From now on windows are started with the script beside them."""
    real = os.path.join(os.path.dirname(libgui.PROGRAM), "confab-media")
    copy = os.path.join(FOLDER, "confab")
    if not os.path.exists(copy):
        shutil.copy(libgui.PROGRAM, copy)
        os.symlink(os.path.join(os.path.dirname(libgui.PROGRAM), "assets"), os.path.join(FOLDER, "assets"))
        with open(os.path.join(FOLDER, "confab-media"), "w") as file:
            file.write(SCRIPT % (LOG, real))
        os.chmod(os.path.join(FOLDER, "confab-media"), 0o700)
        libgui.Window.program = copy
    open(LOG, "w").close()


def runs(word=None):
    """Process numbers of the helpers that were started so far, for files of this kind."""
    with open(LOG) as file:
        lines = [line.split() for line in file]
    return [int(pid) for pid, said in lines if word in (None, said)]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def picture(folder, name, seed):
    path = os.path.join(folder, name)
    make_photo(path, megapixels=1, seed=seed)
    with open(path, "rb") as file:
        return file.read()


def scene_what_hangs_or_crashes():
    """As many as there are places hang; the picture behind them is seen. What crashed once is not tried again."""
    stand_in()
    folder = tempfile.mkdtemp()
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        hung = max(2, min(8, os.cpu_count()))
        for i in range(hung):
            peer.upload(b"HANG" + bytes([i]) * 1000, f"hang{i}.jpg", kind="image", width=400, height=60)
            wait_until(lambda: len(runs("HANG")) > i, f"helper {i}")
        peer.upload(picture(folder, "good.jpg", 1), "good.jpg", kind="image", width=1154, height=866)
        ann.wait_for("image", "good.jpg", value="shown")
        check(all(is_alive(pid) for pid in runs("HANG")), "the good one came while the others hung")
        for i in range(3):
            peer.upload(b"DEAD" * 300, f"dead{i}.jpg", kind="image", width=400, height=60)
            ann.wait_for("file", f"dead{i}.jpg")
        equal(len(runs("DEAD")), 1, "runs for bytes that crash")
        ann.say("still here")


def scene_scrolled_away():
    """A job whose bubble is out of sight ends; it begins anew when the bubble is back."""
    stand_in()
    folder = tempfile.mkdtemp()
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann", size=(700, 700))  # without the list of the room's files beside
        peer = server.peer("peer", join="lobby")
        peer.upload(b"HANG" * 300, "hang.jpg", kind="image", width=400, height=300)
        peer.upload(picture(folder, "good.jpg", 2), "good.jpg", kind="image", width=1154, height=866)
        ann.wait_for("image", "good.jpg", value="shown")
        wait_until(lambda: runs("HANG"), "a helper")
        first = runs("HANG")[0]
        for i in range(25):
            peer.say(f"line {i}")
        ann.wait_for("message", "line 24")
        wait_until(lambda: not is_alive(first), "the end of the helper of what is out of sight")
        equal(len(runs("HANG")), 1, "runs while it is out of sight")
        ann.wheel(25)
        ann.wait_for("image", "hang.jpg", value="waiting")
        wait_until(lambda: len(runs("HANG")) == 2, "a new helper")
        check(is_alive(runs("HANG")[1]), "it waits for the new one")
        ann.wait_for("image", "good.jpg", value="shown")


def scene_after_a_restart():
    """The room is opened again: its pictures are there, and no decoder ran."""
    stand_in()
    folder = tempfile.mkdtemp()
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        for i in range(2):
            peer.upload(picture(folder, f"{i}.jpg", 3 + i), f"{i}.jpg", kind="image", width=1154, height=866)
        for i in range(2):
            ann.wait_for("image", f"{i}.jpg", value="shown")
        item = ann.settled("image", "1.jpg", value="shown")
        before = ann.pixels_of(item)
        home, count = ann.home, len(runs())
        ann.close()
        again = screen.window(server, name="ann", home=home)
        again.wait_for("image", "1.jpg", value="shown")
        again.wait_for("image", "0.jpg", value="shown")
        after = again.pixels_of(again.settled("image", "1.jpg", value="shown"))
        check(before.difference(after) < 2, f"the picture is another one: {before.difference(after)}")
        equal(len(runs()), count, "helpers that were run")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
