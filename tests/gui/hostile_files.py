#!/usr/bin/env python3
"""Files that are built to break a decoder, sent to a window: each is a plain card or a picture, and the talk goes on."""
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
import hostile  # noqa: E402
from libgui import Screen, check, run_scenes, start_server  # noqa: E402

FILES, BATCH = 90, 30
MEMORY = 400 << 20  # bytes, of the window
KINDS = {"wav": "audio", "mp3": "audio", "ogg": "audio", "opus": "audio", "flac": "audio", "m4a": "audio", "wma": "audio", "aiff": "audio", "mid": "audio", "mod": "audio",
         "mp4": "video", "mkv": "video", "mov": "video", "webm": "video", "avi": "video", "ts": "video", "flv": "video", "m3u8": "video", "ffconcat": "video", "mpd": "video"}
SLOW = ("jpg-large", "jpg-thousand", "qoi-9000", "png-100-mega", "gif-16384")  # a processor for seconds, each: media_hostile.py has them


def memory_of(window):
    with open(f"/proc/{window.process.pid}/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


def send(peer, number, name, data):
    words = name.split("-")
    kind = next((KINDS[word] for word in words if word in KINDS), "image")
    facts = {"image": {"width": 300, "height": 60}, "video": {"width": 300, "height": 80, "duration": 2000}, "audio": {"duration": 2000}}[kind]
    peer.upload(data, f"{number}-{name}.{words[1] if len(words) > 1 else 'bin'}"[:200], kind=kind, **facts)
    peer.expect("file-done")


def scene_files():
    folder = tempfile.mkdtemp()
    chance = random.Random(7)
    cases = [case for case in hostile.make(folder, 9, 6, 2) if not case[0].startswith(SLOW)]
    chance.shuffle(cases)
    with start_server("--bot", "peer") as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        sanitized = server.sanitized()
        for begin in range(0, FILES, BATCH):
            for number in range(begin, begin + BATCH):
                send(peer, number, *cases[number])
            ann.type(f"still here {begin}\n")
            peer.expect("said", text=f"still here {begin}")
            ann.wait_for("message", f"still here {begin}")
            # what is in sight has become what it will be
            ann.wait_until(lambda dump: not any(item["role"] == "image" and item.get("value") == "waiting" for item in dump["items"]),
                           "pictures and cards", patience=60)
            check(sanitized or memory_of(ann) < MEMORY, f"the window has {memory_of(ann) >> 20} MiB")
        # and past all of them again, faster than they can be decoded
        for _ in range(60):
            ann.wheel(10)
            if ann.find("button", contains="joined the chat"):
                break
        ann.wait_for("button", contains="joined the chat")  # the beginning, which nobody can scroll past
        peer.say("the end")
        ann.say("still here")
        peer.expect("said", text="still here")
        check(ann.process.poll() is None, "the window lives")


def scene_names():
    """Names that want to be paths, lines, or another ending: shown as text, and the bubbles stay in their places."""
    picture = hostile.png(8, 8)
    with start_server("--bot", "peer") as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        for name in hostile.NAMES:
            peer.upload(picture, name, kind="file")
            peer.expect("file-done")
        ann.wait_for("file", "-rf.png")
        ann.say("still here")
        for item in ann.find("file"):
            check(item["w"] <= 430 and "\n" not in item["label"] and "\x1b" not in item["label"] and "\u202e" not in item["label"], f"a card {item}")
        left = [os.path.join(where, name) for where, _, names in os.walk(ann.home) for name in names if "evil" in name]
        check(not left, f"files were made: {left}")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
