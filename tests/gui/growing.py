#!/usr/bin/env python3
"""What is still being sent is heard and seen already, and a seek fetches the bytes that it needs first."""
import hashlib
import os
import subprocess
import sys
import tempfile

from _wire import SlowWire
from libgui import Screen, check, equal, run_scenes, start_server

PIECE = 65536
SIZE = "320x180"


def make_film(path, seconds, *options, bits="4M"):
    """A film of noise, so that it has bytes, and a tone; made of one short piece again and again, so that it is made soon."""
    folder = tempfile.mkdtemp()
    piece = os.path.join(folder, "piece.mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={SIZE}:rate=25:duration=2,noise=alls=40:allf=t,"
                    "format=yuv420p", "-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-c:v", "libx264", "-preset", "ultrafast",
                    "-g", "25", "-b:v", bits, "-minrate", bits, "-maxrate", bits, "-bufsize", bits, "-c:a", "aac", piece], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", str(seconds // 2 - 1), "-i", piece, "-c", "copy", *options, path], check=True)
    with open(path, "rb") as file:
        return file.read()


class Sender:
    """Sends a file by hand, piece by piece."""

    def __init__(self, server, data, name, **facts):
        self.peer = server.peer("bob", join="lobby")
        self.data, self.sent = data, 0
        self.peer.send("upload", room="lobby", id="film", label=name, size=len(data), **facts)
        self.peer.expect("accept", id="film")

    def send_to(self, end):
        while self.sent < end:
            piece = self.data[self.sent:min(self.sent + PIECE, end)]
            self.peer.send("chunk", payload=piece, id="film", offset=self.sent)
            self.sent += len(piece)
        self.peer.sync()

    def finish(self):
        self.send_to(len(self.data))
        self.peer.send("finish", id="film", sha256=hashlib.sha256(self.data).hexdigest())
        self.peer.expect("file-done")


def film(window, name, *states, patience=60):
    return window.wait_until(lambda dump: next((item for item in dump["items"] if item["role"] == "film" and item["label"] == name and
                                                item.get("value") in states), None), f"{name} {states}", patience)


def expect_whole(window, data):
    """The file is in the cache, and it is the one that was sent."""
    path = os.path.join(window.home, "cache", "confab", "files", hashlib.sha256(data).hexdigest())
    window.wait_until(lambda dump: os.path.exists(path), f"the whole file at {path}")
    with open(path, "rb") as file:
        check(file.read() == data, "the file that is kept is another one")
    equal([name for name in os.listdir(os.path.dirname(path)) if name.endswith(".part")], [], "parts left over")


def scene_plays_while_it_is_sent():
    data = make_film(os.path.join(tempfile.mkdtemp(), "film.mp4"), 6, "-movflags", "+faststart")
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        sender = Sender(server, data, "film.mp4", kind="video", width=320, height=180, duration=6000)
        sender.send_to(len(data) // 3)
        ann.click("film", "film.mp4")
        film(ann, "film.mp4", "playing")  # though two thirds of it are not there
        film(ann, "film.mp4", "waiting")  # and says so when they are missing
        sender.send_to(len(data) // 2)
        film(ann, "film.mp4", "playing")
        sender.finish()
        film(ann, "film.mp4", "ended")
        expect_whole(ann, data)


def scene_what_it_needs_is_at_its_end():
    """An mp4 whose table of contents comes last: it waits, honestly, and begins when that is there."""
    data = make_film(os.path.join(tempfile.mkdtemp(), "late.mp4"), 4)
    check(data.rfind(b"moov") > len(data) * 9 // 10, "its table of contents is not at its end")
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        sender = Sender(server, data, "late.mp4", kind="video", width=320, height=180, duration=4000)
        sender.send_to(len(data) * 3 // 4)
        ann.click("film", "late.mp4")
        film(ann, "late.mp4", "opening", "waiting")
        sender.send_to(len(data) * 9 // 10)
        ann.wait_still(0.5)
        film(ann, "late.mp4", "opening", "waiting")
        sender.finish()
        film(ann, "late.mp4", "playing", "ended")
        film(ann, "late.mp4", "ended")
        expect_whole(ann, data)


def scene_a_seek_fetches_what_it_needs():
    """Of a large film over a slow wire: near its end at once, and the rest afterwards."""
    data = make_film(os.path.join(tempfile.mkdtemp(), "long.mp4"), 80, "-movflags", "+faststart")
    check(len(data) > 30 << 20, f"{len(data)} bytes are not enough to tell")
    with start_server() as server, SlowWire(server.port, down=2 << 20) as wire, Screen(1) as screen:
        ann = screen.window(server, name="ann", address=("127.0.0.1", str(wire.port), *server.for_clients))
        sender = Sender(server, data, "long.mp4", kind="video", width=320, height=180, duration=80000)
        sender.finish()
        ann.click("film", "long.mp4")  # larger than what is fetched unasked: the click fetches it
        film(ann, "long.mp4", "playing")
        ann.point(film(ann, "long.mp4", "playing"), 0.5, 0.4)
        line = ann.wait_for("slider", "Position")
        before = wire.passed
        check(before < len(data) // 2, f"{before} of {len(data)} bytes were here before the seek")
        ann.point(line, 0.96, 0.5)
        ann.screen.xdotool("click", 1)
        film(ann, "long.mp4", "ended")  # it was played from there to its end
        taken = wire.passed - before
        check(taken < len(data) // 2, f"it took {taken} bytes of {len(data)} to get there")
        wire.down = None
        expect_whole(ann, data)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
