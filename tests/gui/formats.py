#!/usr/bin/env python3
"""Every file of the corpus (tests/media) goes through a real server into a real window, and is seen or heard there."""
import atexit
import os
import shutil
import sys
import tempfile

from libgui import Screen, check, run_scenes, start_server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
import corpus  # noqa: E402

WIDTH, HEIGHT = 900, 1800  # a window in which many are seen at once
PATCH = 6  # px a side: what is looked at in the middle of a field
AT_ONCE = 6

_corpus = []


def entries(kind):
    if not _corpus:
        folder = tempfile.mkdtemp(prefix="confab-corpus-")
        atexit.register(shutil.rmtree, folder, True)
        _corpus.extend(corpus.make(folder))
    return [entry for entry in _corpus if entry.kind == kind]


def send(peer, entry, **more):
    with open(entry.path, "rb") as file:
        data = file.read()
    facts = {"width": entry.width, "height": entry.height} if entry.width else {}
    if entry.seconds:
        facts["duration"] = int(entry.seconds * 1000)
    peer.upload(data, entry.name, kind=entry.kind, **facts, **more)


def middles(screen, item):
    """The colours in the middle of the four fields of what is shown there."""
    x, y, w, h = item["px"]
    return [tuple(round(c) for c in screen.mean(x + w * fx - PATCH / 2, y + h * fy - PATCH / 2, PATCH, PATCH))
            for fy in (0.25, 0.7) for fx in (0.25, 0.75)]  # its time stands in the lower right corner


def batches(all_of_them):
    for at in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[at:at + AT_ONCE]


def scene_pictures():
    wrong = []
    with start_server() as server, Screen(1, WIDTH, HEIGHT) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        for some in batches(entries("image")):
            for entry in some:
                send(peer, entry)
            ended = {}

            def are_there(dump, some=some, ended=ended):
                ended.clear()
                for item in dump["items"]:
                    if item["role"] == "image" and item.get("value") == "shown":
                        ended[item["label"]] = item
                return all(entry.name in ended for entry in some)
            ann.wait_until(are_there, f"{[entry.name for entry in some]}", 30)
            ann.wait_still(0.2, blinking=True)
            are_there(ann.dump())
            seen = ann.pixels()
            for entry in some:
                colours = middles(seen, ended[entry.name])
                if not corpus.looks_like(entry, colours, 8):
                    wrong.append(f"{entry.name} shows {colours}")
    check(not wrong, "\n".join(wrong))


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
