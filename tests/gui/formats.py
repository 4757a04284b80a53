#!/usr/bin/env python3
"""Every file of the corpus (tests/media) goes through a real server into a real window, and is seen or heard there."""
import atexit
import os
import shutil
import sys
import tempfile

from libgui import Failed, Screen, check, run_scenes, start_server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
import corpus  # noqa: E402

WIDTH, HEIGHT = 900, 1800  # a window in which many are seen at once
PATCH = 6  # px a side: what is looked at in the middle of a field

_corpus = []


def entries(kind):
    if not _corpus:
        folder = tempfile.mkdtemp(prefix="confab-corpus-")
        atexit.register(shutil.rmtree, folder, True)
        _corpus.extend(corpus.make(folder))
    return [entry for entry in _corpus if entry.kind == kind]


def send(server, some):
    """Two people come, send them in turns (else the next sound of the same one plays on by itself), and go."""
    peers = [server.peer(name, join="lobby") for name in ("bob", "cat")]
    for number, entry in enumerate(some):
        peer = peers[number % 2]
        with open(entry.path, "rb") as file:
            data = file.read()
        facts = {"width": entry.width, "height": entry.height} if entry.width else {}
        if entry.seconds:
            facts["duration"] = int(entry.seconds * 1000)
        id, _ = peer.upload(data, entry.name, kind=entry.kind, **facts)
        file = peer.expect("file", id=id)["file"]
        peer.expect("file-done", file=file)
    for peer in peers:
        peer.bye()


def middles(screen, item):
    """The colours in the middle of the four fields of what is shown there."""
    x, y, w, h = item["px"]
    return [tuple(round(c) for c in screen.mean(x + w * fx - PATCH / 2, y + h * fy - PATCH / 2, PATCH, PATCH))
            for fy in (0.25, 0.7) for fx in (0.25, 0.75)]  # its time stands in the lower right corner


def holds(outer, inner):
    """Does the middle of one lie in the other?"""
    x, y = inner["x"] + inner["w"] / 2, inner["y"] + inner["h"] / 2
    return outer["x"] <= x <= outer["x"] + outer["w"] and outer["y"] <= y <= outer["y"] + outer["h"]


def inside(dump, name):
    """All that is painted in the bubble of this file; empty: it is not in sight."""
    bubble = next((item for item in dump["items"] if item["role"] == "message" and item["label"] == name), None)
    return [item for item in dump["items"] if holds(bubble, item)] if bubble else []


def wait_quietly(window, truth, what, patience=15):
    """What is wrong, or None: one file that fails must not hide the others."""
    try:
        window.wait_until(truth, what, patience)
    except Failed:
        if window.process.poll() is not None:
            raise
        return f"does not {what}: " + str([(item["role"], item["label"], item.get("value", "")) for item in inside(window.dump(), what)])
    return None


def in_batches(all_of_them, size):
    for at in range(0, len(all_of_them), size):
        yield all_of_them[at:at + size]


def all_in_sight(dump, some):
    return all(inside(dump, entry.name) for entry in some)


def look_at(window, some, role, wrong):
    """Everything of the batch shows its picture, and that one is right: in the pixels of the screen."""
    def places(dump):
        return {item["label"]: item for item in dump["items"] if item["role"] == role}

    def is_right(entry, dump, seen):
        item = places(dump).get(entry.name)
        return item is not None and corpus.looks_like(entry, middles(seen, item), 8)

    def all_right(dump):
        if not all_in_sight(dump, some) or any(entry.name not in places(dump) for entry in some):
            return False
        seen = window.pixels()
        return all(is_right(entry, dump, seen) for entry in some)
    try:
        window.wait_until(all_right, "pictures", 12)
    except Failed:
        if window.process.poll() is not None:
            raise
        dump, seen = window.dump(), window.pixels()
        for entry in some:
            if is_right(entry, dump, seen):
                continue
            item = places(dump).get(entry.name)
            wrong.append(f"{entry.name}: " + (f"{item.get('value')} {middles(seen, item)}" if item else str(
                [(part["role"], part["label"], part.get("value", "")) for part in inside(dump, entry.name)])))


def play_each(window, some, is_begun, wrong):
    """Press play in each bubble, and see it move on."""
    for entry in some:
        button = next((item for item in inside(window.dump(), entry.name) if item["label"] in ("Play", entry.name) and
                       item["role"] in ("button", "film")), None)
        if button is None:
            wrong.append(f"{entry.name} has nothing to play it with")
            continue
        window.point(button, 0.5, 0.5)
        window.screen.xdotool("click", 1)
        trouble = wait_quietly(window, lambda dump: is_begun(entry, inside(dump, entry.name)), f"play {entry.name}")
        if trouble:
            parts = [(item["role"], item["label"], item.get("value", "")) for item in inside(window.dump(), entry.name)]
            wrong.append(f"{entry.name} does not play: {parts}")


def sound_has_begun(entry, parts):
    if not entry.plays and any(part["label"] == "Try again" for part in parts):
        return True  # said so in words: there are no instruments here
    return any(part["role"] == "slider" and int(part.get("value") or 0) > 0 or part["label"] == "Play again" for part in parts)


def film_has_begun(entry, parts):
    return any(part["role"] == "film" and part.get("value") in ("playing", "ended") for part in parts)


def scene_pictures():
    files, wrong = entries("image"), []
    with start_server() as server, Screen(1, WIDTH, HEIGHT) as screen:
        ann = screen.window(server, name="ann")
        for some in in_batches(files, 8):
            send(server, some)
            look_at(ann, some, "image", wrong)
    check(not wrong, "\n".join(wrong))


def scene_sounds():
    files, wrong = entries("audio"), []
    with start_server() as server, Screen(1, WIDTH, HEIGHT) as screen:
        ann = screen.window(server, name="ann")
        for some in in_batches(files, 16):
            send(server, some)
            ann.wait_until(lambda dump: all_in_sight(dump, some), "all of them")
            ann.wait_still(0.1)
            play_each(ann, some, sound_has_begun, wrong)
    check(not wrong, "\n".join(wrong))


def scene_films():
    files, wrong = entries("video"), []
    with start_server() as server, Screen(1, WIDTH, HEIGHT) as screen:
        ann = screen.window(server, name="ann")
        for some in in_batches(files, 6):
            send(server, some)
            look_at(ann, some, "film", wrong)  # what they are like before
            play_each(ann, some, film_has_begun, wrong)
    check(not wrong, "\n".join(wrong))


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
