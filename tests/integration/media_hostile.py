#!/usr/bin/env python3
"""media_hostile.py [--long]: confab-media on files that are built to break it.

Each is looked into, and played, by the real programs as the client starts them. They end by themselves or are ended cleanly, what they
answered is well-formed and within what was asked for, time and memory are bounded, nobody was called, and nothing of the file that was
named came back. --long: every truncation and far more damage; without it a share of them, another one each day.
"""
import argparse
import collections
import concurrent.futures
import datetime
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
import hostile  # noqa: E402

BIN = os.environ["CONFAB_BIN"]
QUICK, FULL = os.path.join(BIN, "confab-media-quick"), os.path.join(BIN, "confab-media")
PASS = 3  # exit code: the other program knows it
BOX = (420, 360)
CPU_SECONDS = 11  # HELPER_CPU_SECONDS, and a moment
MEMORY_KIB = 1 << 20
ANIMATION_BYTES = 24 << 20
ANSWER_MAX = 64 << 20  # bytes: what is asked for is at most half of it
# one of so many is taken without --long
PIECES = {"cut-": 14, "damaged-": 8, "mp4-": 8, "magic-": 7, "wav-": 3, "m3u8-": 4, "ffconcat-": 4, "concat-": 6, "png-claims-": 3, "": 2}
FRAME_TYPES = {"facts", "pixels", "tiny", "wave", "error"}
PLAY_TYPES = {"facts", "need", "sound", "pixels", "ended", "error"}
# what ends a program that its file took over or wore out: libraries crash, the sandbox and the limits end it
CLEAN_KILLS = {signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGXCPU, signal.SIGTRAP}

FAILED = []
SEEN = collections.Counter()
COSTS = []
LOCK = threading.Lock()


def is_sanitized():
    with open(FULL, "rb") as file:
        return b"__asan_" in file.read()


SANITIZED = is_sanitized()


def fail(name, what):
    with LOCK:
        FAILED.append(f"{name}: {what}")
        print("FAIL ", name, what, flush=True)


def frames(data):
    """Every frame; ValueError if the stream is no row of whole frames."""
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise ValueError("half a head")
        header_size, payload_size = struct.unpack_from(">II", data, at)
        if header_size < 2 or header_size > 65536 or payload_size > 1 << 20 or at + 8 + header_size + payload_size > len(data):
            raise ValueError(f"a frame of {header_size} and {payload_size} bytes")
        header = json.loads(data[at + 8:at + 8 + header_size])
        yield header, data[at + 8 + header_size:at + 8 + header_size + payload_size]
        at += 8 + header_size + payload_size


def has_colour(pixels, colour):
    """Whether a large part of it is this colour."""
    return pixels.count(bytes(colour) + b"\xff") * 4 > len(pixels) // 8


def check_answer(name, data):
    """What came from `look` that ended well."""
    kinds, pictures = [], collections.defaultdict(lambda: [0, 0, b""])
    for header, payload in frames(data):
        kind = header["type"]
        kinds.append(kind)
        if kind not in FRAME_TYPES:
            raise ValueError(f"a frame called {kind}")
        if kind == "pixels":
            w, h = header["width"], header["height"]
            if not (0 < w <= BOX[0] and 0 < h <= BOX[1]):
                raise ValueError(f"a picture of {w}x{h}")
            picture = pictures[header.get("serial", 0)]
            if header.get("offset", 0) != len(picture[2]):
                raise ValueError("pixels out of order")
            picture[:] = [w, h, picture[2] + payload]
        if kind == "tiny" and (payload[:2] != b"\xff\xd8" or len(payload) > 24576):
            raise ValueError("a tiny picture that is none")
        if kind == "wave" and len(payload) != 100:
            raise ValueError("a wave of another length")
    if "facts" not in kinds:
        raise ValueError(f"no facts, but {kinds}")
    if any(len(p) != 4 * w * h for w, h, p in pictures.values()):
        raise ValueError("half a picture")
    if sum(len(p) for _, _, p in pictures.values()) > ANIMATION_BYTES + 4 * BOX[0] * BOX[1]:
        raise ValueError("too many pictures")
    if any(has_colour(p, hostile.BAIT_COLOUR) for _, _, p in pictures.values()):
        raise ValueError("the bait's picture")
    return "image" if pictures else "plain"


class Run:
    """A program with its use of the machine; its complaints go into a file."""

    def __init__(self, words, stdin):
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stdin=stdin, stdout=subprocess.PIPE, stderr=self.complaints, cwd=FOLDER)

    def end(self, kill=False):
        """(exit code or minus the signal, processor seconds, KiB)"""
        if kill:
            self.process.kill()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        return self.process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss

    def said(self):
        self.complaints.seek(0)
        text = self.complaints.read(200000).decode(errors="replace")
        self.complaints.close()
        return text


def judge(name, what, code, cpu, kib, said, limited=True):
    """True if it ended well; a kill by the system is fine, a mistake of ours is not."""
    if "runtime error:" in said or ("AddressSanitizer" in said and "client/media" in said.split("SUMMARY")[0].split("is located")[0]):
        fail(name, f"{what}: {said[:1500]}")
    with LOCK:
        COSTS.append((cpu, what, name))
    if limited and cpu > CPU_SECONDS:
        fail(name, f"{what}: {cpu:.1f} s of processor time")
    if not SANITIZED and kib > MEMORY_KIB:
        fail(name, f"{what}: {kib >> 10} MiB")
    if code == 0 or (what == "play" and code == 1):
        return True
    if code == -signal.SIGKILL and name.startswith("svg-"):
        fail(name, f"{what}: a drawing without an end was not given up")
    if code < 0 and -code not in CLEAN_KILLS:
        fail(name, f"{what}: ended by signal {-code}")
    if code > 0 and not (SANITIZED and "AddressSanitizer" in said) and "memory" not in said.lower():
        fail(name, f"{what}: exit code {code}: {said[-300:]}")
    with LOCK:
        SEEN[f"{what} killed"] += 1
        SEEN[f"{what} killed by {-code if code < 0 else 'sanitizer' if SANITIZED else 'itself'}"] += 1
    return False


def check_secret(name, what, data):
    if hostile.SECRET.encode() in data:
        fail(name, f"{what}: what stands in the bait came back")


def look(name, path):
    for program in (QUICK, FULL):
        with open(path, "rb") as file:
            run = Run([program, "look", *map(str, BOX), "tiny", "wave", "frames"], file)
        data = run.process.stdout.read(ANSWER_MAX)
        if run.process.stdout.read(1):
            fail(name, "look: it says more than was asked for")
        code, cpu, kib = run.end(len(data) == ANSWER_MAX)
        said = run.said()
        if code == PASS and program == QUICK:
            continue
        check_secret(name, "look", data)
        if judge(name, "look", code, cpu, kib, said):
            try:
                kind = check_answer(name, data)
                if kind == "image" and name.split("-")[0] in ("m3u8", "ffconcat", "concat", "mpd", "sdp", "pls", "m3u", "mvg", "msl", "eps", "html", "lavfi", "cue", "imf"):
                    fail(name, "look: a picture was made of it")
                with LOCK:
                    SEEN[kind] += 1
            except (ValueError, KeyError, json.JSONDecodeError) as error:
                fail(name, f"look: {error}")
        return


def play(name, path, seconds=1.5):
    """A client that gives what is asked for, and goes after a while."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        data = file.read()
    run = Run([FULL, "play", str(size), "0", "100", "320", "240"], subprocess.PIPE)
    out, buffer, got = run.process.stdout.fileno(), b"", 0
    until = time.monotonic() + seconds
    seen = b""
    ended = False
    try:
        while time.monotonic() < until and not ended and got < 8 << 20:
            if not select.select([out], [], [], max(0.0, until - time.monotonic()))[0]:
                break
            piece = os.read(out, 1 << 20)
            if not piece:
                break
            got += len(piece)
            buffer += piece
            while len(buffer) >= 8:
                header_size, payload_size = struct.unpack_from(">II", buffer)
                if header_size > 65536 or payload_size > 1 << 20:
                    raise ValueError(f"a frame of {header_size} and {payload_size} bytes")
                if len(buffer) < 8 + header_size + payload_size:
                    break
                header = json.loads(buffer[8:8 + header_size])
                seen += buffer[8:8 + header_size + min(payload_size, 4096)]
                buffer = buffer[8 + header_size + payload_size:]
                if header["type"] not in PLAY_TYPES:
                    raise ValueError(f"a frame called {header['type']}")
                if header["type"] == "pixels" and (header["width"] > 320 or header["height"] > 240):
                    raise ValueError("a picture past its box")
                if header["type"] == "need":
                    offset, want = header.get("offset", 0), header["size"]
                    if want > 1 << 20:
                        raise ValueError(f"it wants {want} bytes")
                    body = data[offset:offset + want]
                    answer = json.dumps({"type": "data", "offset": offset}).encode()
                    run.process.stdin.write(struct.pack(">II", len(answer), len(body)) + answer + body)
                    run.process.stdin.flush()
                if header["type"] in ("ended", "error"):
                    ended = True
    except (ValueError, KeyError, json.JSONDecodeError) as error:
        fail(name, f"play: {error}")
    except BrokenPipeError:
        pass
    try:
        run.process.stdin.close()
    except BrokenPipeError:
        pass
    # told that nobody listens, it ends by itself; what decodes for seconds without a word is ended, as the client does
    over = time.monotonic() + 0.5
    while time.monotonic() < over and os.waitid(os.P_PID, run.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if select.select([out], [], [], 0.02)[0] and not os.read(out, 1 << 20):
            time.sleep(0.005)
    alive = os.waitid(os.P_PID, run.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    code, cpu, kib = run.end(alive)
    said = run.said()
    check_secret(name, "play", seen)
    if not alive:
        judge(name, "play", code, cpu, kib, said, limited=False)
    with LOCK:
        SEEN["played"] += 1
        SEEN["play ended from outside"] += alive


class Listener:
    """A server that nobody is to call: TCP and UDP of one port."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))

    def calls(self):
        found = []
        while select.select([self.tcp, self.udp], [], [], 0)[0]:
            for s in select.select([self.tcp, self.udp], [], [], 0)[0]:
                found.append(s.recvfrom(2000) if s is self.udp else s.accept()[1])
        return found


def share(cases, whole):
    """Of those of which there are many a part, another one each day; of the others all."""
    today = datetime.date.today().toordinal()
    for number, (name, data) in enumerate(cases):
        pieces = next((count for group, count in PIECES.items() if name.startswith(group)), 1)
        if whole or (number + today) % pieces == 0:
            yield name, data


def main():
    global FOLDER
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args()
    listener = Listener()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as FOLDER:
        cases = hostile.make(FOLDER, listener.port, 50 if options.long else 12, 40 if options.long else 3)

        def one(number, name, data):
            path = os.path.join(FOLDER, f"case{number}")
            with open(path, "wb") as file:
                file.write(data)
            look(name, path)
            # sound and film, and what only calls itself so
            if options.long or number % 7 == 0 or name.startswith(("mov-", "mkv-", "mid-", "mod-")):
                play(name, path)
            os.remove(path)
        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            jobs = [pool.submit(one, number, name, data) for number, (name, data) in enumerate(share(cases, options.long)) if options.only in name]
            for job in jobs:
                job.result()
        left = [name for name in os.listdir(FOLDER) if name.startswith("case") or "evil" in name or "written" in name]
        if left:
            fail("all", f"files were made: {left}")
        called = listener.calls()
        if called:
            fail("all", f"somebody was called: {called[:3]}")
        print(f"{len(jobs)} files in {time.monotonic() - began:.1f} s:", dict(SEEN))
        print("the most costly:", *(f"{name} ({what}) {cpu:.1f} s," for cpu, what, name in sorted(COSTS, reverse=True)[:8]))
    if FAILED:
        sys.exit(f"{len(FAILED)} failed: " + "; ".join(FAILED[:20]))


FOLDER = ""
if __name__ == "__main__":
    main()
