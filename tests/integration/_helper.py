"""A client of confab-media: starts it, speaks its frames (protocol/README.md), and listens. Shared by play.py and facts.py."""
import array
import json
import math
import os
import struct
import subprocess
import sys

HELPER = os.path.join(os.environ["CONFAB_BIN"], "confab-media")
RATE = 48000
FAILED = []


def check(what, truth, seen=""):
    print(("ok    " if truth else "FAIL  ") + what, seen if not truth else "", flush=True)
    if not truth:
        FAILED.append(what)


def finish():
    if FAILED:
        sys.exit(f"{len(FAILED)} failed: " + "; ".join(FAILED))


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


def frame(header, payload=b""):
    head = json.dumps(header).encode()
    return struct.pack(">II", len(head), len(payload)) + head + payload


def frames(data):
    at = 0
    while at < len(data):
        head, body = struct.unpack(">II", data[at:at + 8])
        yield json.loads(data[at + 8:at + 8 + head]), data[at + 8 + head:at + 8 + head + body]
        at += 8 + head + body


def look(path, *words):
    """What a look says: {"facts": ..., "wave": ..., "tiny": ..., "error": ...}, its picture as (width, height, RGBA)."""
    with open(path, "rb") as file:
        run = subprocess.run([HELPER, "look", *map(str, words)], stdin=file, capture_output=True, timeout=60)
    said, size, pixels = {}, (0, 0), b""
    for header, payload in frames(run.stdout):
        if header["type"] == "pixels":
            size, pixels = (header["width"], header["height"]), pixels + payload
        else:
            said[header["type"]] = payload if header["type"] in ("wave", "tiny") else header
    return said, (*size, pixels)


class Player:
    """confab-media play, and what it says. `here(offset)`: how many bytes of the file from there on are here (None: all)."""

    def __init__(self, path, start=0, percent=100, box=(1280, 720), here=None, word="play"):
        self.file = open(path, "rb")
        self.size = os.path.getsize(path)
        self.here = here or (lambda offset: self.size - offset)
        self.asked = []
        self.process = subprocess.Popen([HELPER, word, *map(str, (self.size, start, percent, *box))], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, bufsize=0)

    def say(self, header, payload=b""):
        self.process.stdin.write(frame(header, payload))

    def seek(self, ms, serial):
        self.say({"type": "seek", "time": ms, "serial": serial})

    def read(self, size):
        data = bytearray()
        while len(data) < size:
            more = self.process.stdout.read(size - len(data))
            if not more:
                return None
            data += more
        return bytes(data)

    def answer(self, need):
        """Bytes for a `need`; False if they are not here."""
        offset = need.get("offset", 0)
        count = min(need["size"], self.here(offset))
        if count > 0:
            self.file.seek(offset)
            self.say({"type": "data", "offset": offset}, self.file.read(count))
        return count > 0

    def next(self):
        """The next thing said that is no `need`; those are answered. (None, b"") at the end of the process."""
        while True:
            head = self.read(8)
            if head is None:
                return None, b""
            header_size, payload_size = struct.unpack(">II", head)
            header = json.loads(self.read(header_size))
            payload = self.read(payload_size) if payload_size else b""
            if header["type"] != "need":
                return header, payload
            self.asked.append(header)
            while not self.answer(header):
                pass

    def listen(self, serial=0, until=lambda heard: False):
        """Everything of that serial up to `ended` (or until(heard))."""
        heard = Heard()
        while not until(heard):
            header, payload = self.next()
            if header is None or header["type"] in ("ended", "error") and header.get("serial", serial) == serial:
                heard.end = header
                break
            if header["type"] == "facts":
                heard.facts = header
            elif header.get("serial", 0) == serial:
                heard.take(header, payload)
        return heard

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(20)

    def play(self):
        heard = self.listen()
        heard.code = self.close()
        return heard


class Heard:
    """Samples (left, right, left ...) from the time `start` on, and pictures as (time, width, height, BGRX)."""

    def __init__(self):
        self.facts, self.end, self.start = None, None, None
        self.samples = array.array("f")
        self.pictures = []
        self.order = []  # times, as they came
        self.steps = []  # of each: the one before of its kind, its own, the newest of all
        self.last = {}
        self.partial = b""

    def come(self, kind, time):
        self.steps.append((self.last.get(kind, 0), time, max(self.order, default=0)))
        self.last[kind] = time
        self.order.append(time)

    def take(self, header, payload):
        time = header.get("time", 0)
        if header["type"] == "sound":
            if self.start is None:
                self.start = time
            self.samples.frombytes(payload)
            self.come("sound", time)
        elif header["type"] == "pixels":
            self.partial = self.partial + payload if header.get("offset", 0) else payload
            size = (header["width"], header["height"])
            if len(self.partial) == 4 * size[0] * size[1]:
                self.pictures.append((time, *size, self.partial))
                self.come("picture", time)

    def left(self):
        return self.samples[0::2]

    def seconds(self):
        return len(self.samples) / 2 / RATE


def level(samples):
    return math.sqrt(sum(s * s for s in samples) / max(1, len(samples)))


def frequency(samples):
    """Of a tone: by its way through zero."""
    ups = [i for i in range(1, len(samples)) if samples[i - 1] < 0 <= samples[i]]
    return RATE * (len(ups) - 1) / (ups[-1] - ups[0]) if len(ups) > 1 else 0


def onsets(samples, threshold=0.2, quiet=0.3):
    """Where beeps begin, in ms: loud after so many seconds without."""
    found, last = [], -RATE
    for i, s in enumerate(samples):
        if abs(s) > threshold:
            if i - last > quiet * RATE:
                found.append(i * 1000 / RATE)
            last = i
    return found
