#!/usr/bin/env python3
"""The window measured: how soon it is there, how long its frames take, what it needs, what it costs idle.

    python3 tests/bench/window.py --bin build/bench [--only start,frames] [--quick] [--json FILE]

HexChat, uTox and Dino are measured beside it in the same run where the same can be measured; what is
not installed is left out (sh third_party/install-debian.sh bench). All of them get a screen of their
own (Xvfb, 1280x800, no window manager), an empty home, and no network but 127.0.0.1.

When a window is there is seen from outside, in the screen's memory: `first` is when a hundredth of the
screen has changed, `complete` the last moment at which so much changed in the two seconds after. Frames
of Confab are what its own --frame-log says, from the beginning of a pass to the picture handed over.
"""
import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ARGUMENTS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ARGUMENTS.add_argument("--bin", default="build/release", help="where confab and confab-server are")
ARGUMENTS.add_argument("--only", default="start,lines,frames,pictures,idle", help="scenes, by comma")
ARGUMENTS.add_argument("--quick", action="store_true", help="small numbers: does all of it run?")
ARGUMENTS.add_argument("--json", help="keep the figures in this file")
GIVEN = ARGUMENTS.parse_args()
os.environ["CONFAB_BIN"] = os.path.abspath(GIVEN.bin)
sys.path.insert(0, os.path.join(HERE, "..", "gui"))
sys.dont_write_bytecode = True
from libgui import Screen, wait_until  # noqa: E402
from peer import start_server  # noqa: E402

LINES = 5_000 if GIVEN.quick else 100_000
PICTURES = 30 if GIVEN.quick else 500
STARTS = 2 if GIVEN.quick else 7
IDLE_SECONDS = 3 if GIVEN.quick else 30
RATE, RATE_SECONDS = 200, 3 if GIVEN.quick else 10
WIDTH, HEIGHT = 1280, 800
BLOCK = 256  # bytes of the screen's memory that are compared at a time: 64 pixels of a line
LEAST = WIDTH * HEIGHT // 100 // (BLOCK // 4)  # blocks: a hundredth of the screen
NOBODY = 65534
FIGURES = {}
WORDS = ("the sea was calm and the ferry late so we walked along the quay and counted boats until somebody "
         "found coffee").split()


def text_of(number):
    """Like talk: mostly short, sometimes long, no two the same."""
    count = 3 + number * 7 % 11 + (40 if number % 23 == 0 else 0)
    return f"{number}: " + " ".join(WORDS[(number + k * (1 + number % 5)) % len(WORDS)] for k in range(count))


def told(scene, who, **figures):
    FIGURES.setdefault(scene, {})[who] = figures
    print(f"  {who:26}" + "   ".join(f"{name} {value}" for name, value in figures.items()), flush=True)


def spread(values, unit="ms"):
    return f"{statistics.median(values):.0f} {unit} ({min(values):.0f} to {max(values):.0f})"


# ---- other people's programs ----

def hexchat_home(home, port=None):
    """With a port it connects by itself to an IRC server there."""
    folder = os.path.join(home, "hexchat")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "hexchat.conf"), "w", encoding="utf-8") as file:
        file.write("gui_slist_skip = 1\ntext_max_lines = 200000\ngui_win_width = 1280\ngui_win_height = 800\n"
                   "irc_nick1 = ann\nirc_nick2 = ann2\nirc_nick3 = ann3\nirc_user_name = ann\n")
    if port:
        with open(os.path.join(folder, "servlist.conf"), "w", encoding="utf-8") as file:
            file.write(f"v=2.16.1\n\nN=Bench\nE=UTF-8\nF=43\nD=0\nS=127.0.0.1/{port}\nJ=#lobby\n\n")
    return folder


PEERS = {
    "hexchat": lambda home: ["hexchat", "--no-plugins", "--cfgdir", hexchat_home(home)],
    "utox": lambda home: ["utox", "--portable"],
    "dino": lambda home: ["dino-im"],
}


class Bus:
    """A session bus for Dino, which does not start without one."""

    def __init__(self):
        self.process, self.address = None, ""
        if shutil.which("dbus-daemon"):
            self.process = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"],
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.address = self.process.stdout.readline().strip()

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


class Glass(Screen):
    """A screen whose memory can be looked at."""

    def __init__(self):
        self.memory = tempfile.mkdtemp(prefix="confab-glass-")
        real = subprocess.Popen

        def with_memory(command, **more):
            return real([*command, "-fbdir", self.memory] if command[0] == "Xvfb" else command, **more)
        subprocess.Popen = with_memory
        try:
            super().__init__(1, WIDTH, HEIGHT)
        finally:
            subprocess.Popen = real
        self.file = open(os.path.join(self.memory, "Xvfb_screen0"), "rb", buffering=0)
        head = self.file.read(100)
        self.begin = int.from_bytes(head[0:4], "big") + 12 * int.from_bytes(head[76:80], "big")

    def look(self):
        self.file.seek(self.begin)
        return self.file.read(WIDTH * HEIGHT * 4)


def blocks_changed(before, after):
    if before == after:
        return 0
    row, count = WIDTH * 4, 0
    for at in range(0, len(after), row):
        if before[at:at + row] != after[at:at + row]:
            count += sum(before[x:x + BLOCK] != after[x:x + BLOCK] for x in range(at, at + row, BLOCK))
    return count


def environment(screen, home, bus=""):
    env = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "DBUS_"))}
    env.update(DISPLAY=screen.display, HOME=home, XDG_RUNTIME_DIR=home, XDG_CONFIG_HOME=home + "/config",
               XDG_CACHE_HOME=home + "/cache", XDG_DATA_HOME=home + "/data", LC_ALL="C.UTF-8", NO_AT_BRIDGE="1",
               GDK_BACKEND="x11", SDL_VIDEODRIVER="x11", SDL_AUDIODRIVER="dummy", GSK_RENDERER="cairo")
    if bus:
        env["DBUS_SESSION_BUS_ADDRESS"] = bus
    return env


class Running:
    """A program, watched from its exec on."""

    def __init__(self, screen, command, bus=""):
        self.screen = screen
        self.home = tempfile.mkdtemp(prefix="confab-bench-")
        command = command(self.home) if callable(command) else command
        nobody = {}
        if os.getuid() == 0:  # HexChat does not like to be run by root, so nobody runs any of them
            nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for folder, _, files in os.walk(self.home):
                for path in (folder, *(os.path.join(folder, name) for name in files)):
                    os.chown(path, NOBODY, NOBODY)
        self.before = screen.look()
        self.start = time.monotonic()
        self.process = subprocess.Popen(command, env=environment(screen, self.home, bus), cwd=self.home,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, **nobody)

    def appear(self, patience=30, after=2.0):
        """(first, complete) in ms."""
        shown, first, complete = self.before, None, None
        while time.monotonic() < (self.start + patience if first is None else first + after):
            now = self.screen.look()
            at = time.monotonic()
            if blocks_changed(shown, now) >= LEAST:
                first, complete = first or at, at
                shown = now
            elif first is not None:
                shown = now
        if first is None:
            raise RuntimeError("it showed nothing")
        return (first - self.start) * 1000, (complete - self.start) * 1000

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024

    def ticks(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
        wait_until(lambda: blocks_changed(self.before, self.screen.look()) < LEAST, "its window stays")


def peers():
    return {name: command for name, command in PEERS.items() if shutil.which(command("/tmp/none")[0] if
            name != "hexchat" else "hexchat")}


def confab(*more):
    return [os.path.join(os.environ["CONFAB_BIN"], "confab"), "--no-discovery", "--size", f"{WIDTH}x{HEIGHT}",
            "--theme", "dark", *more]


# ---- scenes ----

def fill(server, count, name="ferry", begin=0):
    """So many texts in the lobby, and all of them stored."""
    peer = server.peer(name, join="lobby")
    flying = 0
    for number in range(begin, begin + count):
        peer.say(text_of(number), id=f"{name}{number}")
        flying += 1
        if flying == 500:
            peer.sync()
            flying = 0
    peer.sync()
    peer.close()


def scene_start(glass, bus):
    print(f"start: from exec to the window, {STARTS} times in turn, after one that is not counted")
    with start_server("--bot", "ferry") as server:
        fill(server, LINES)
        runs = {"confab": confab("--name", "ann"),
                f"confab, room of {LINES}": confab("--name", "ann", "--plain", "127.0.0.1", str(server.port)),
                **peers()}
        seen = {name: ([], []) for name in runs}
        for turn in range(STARTS + 1):
            for name, command in runs.items():
                running = Running(glass, command, bus)
                try:
                    first, complete = running.appear()
                except RuntimeError as why:
                    print(f"  {name}: {why}")
                    continue
                finally:
                    running.end()
                if turn:
                    seen[name][0].append(first)
                    seen[name][1].append(complete)
    for name, (first, complete) in seen.items():
        if first:
            told("start", name, first=spread(first), complete=spread(complete))


def scene_idle(glass, bus):
    print(f"idle: processor time of {IDLE_SECONDS} s in ticks of 10 ms, and memory (PSS), each with its first window")
    for name, command in {"confab": confab("--name", "ann"), **peers()}.items():
        running = Running(glass, command, bus)
        try:
            running.appear()
            time.sleep(12)  # a caret blinks for ten seconds
            before = running.ticks()
            time.sleep(IDLE_SECONDS)
            told("idle", name, ticks=running.ticks() - before, memory=f"{running.memory_mb():.0f} MB")
        except RuntimeError as why:
            print(f"  {name}: {why}")
        finally:
            running.end()


def pss_mb(window):
    with open(f"/proc/{window.process.pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


class Frames:
    """A window whose frames are logged; what came between two marks is told apart by time."""

    def __init__(self, screen, server):
        self.home = tempfile.mkdtemp(prefix="confab-frames-")
        self.path = os.path.join(self.home, "frames")
        self.window = screen.window(server, name="ann", options=["--frame-log", self.path], home=self.home)
        self.marks = []

    def mark(self, name):
        self.marks.append((name, time.monotonic()))

    def end(self):
        """{name: [ms]}; the log's clock begins with the program, so it is laid along ours by its last frame."""
        self.mark("")
        self.window.type("x")
        self.window.wait_still(0.5, blinking=True)
        typed = time.monotonic()
        self.window.close()
        with open(self.path, encoding="ascii") as file:
            frames = [tuple(map(int, line.split())) for line in file]
        shift = typed - frames[-1][0] / 1e6
        took = {}
        for (name, begin), (_, end) in zip(self.marks, self.marks[1:]):
            took[name] = [ms / 1000 for at, ms in frames if begin <= at / 1e6 + shift < end]
        return took


def percentiles(values):
    values = sorted(values)
    return (f"{len(values)} frames, p50 {values[len(values) // 2]:.2f}, "
            f"p99 {values[min(len(values) - 1, len(values) * 99 // 100)]:.2f}, worst {values[-1]:.2f} ms")


def scene_frames(*_):
    print(f"frames: a room that has got {LINES} messages while the window was open; 1280x800, software renderer")
    with start_server("--bot", "ferry", "--bot", "rain", tls=True) as server, Screen(1, WIDTH, HEIGHT) as screen:
        frames = Frames(screen, server)
        window = frames.window
        frames.mark("flood of all")
        begin = time.monotonic()
        fill(server, LINES)
        window.wait_for("message", text_of(LINES - 1), patience=300)
        told("frames", "100,000 texts" if LINES == 100_000 else f"{LINES} texts",
             took=f"{time.monotonic() - begin:.1f} s", memory=f"{pss_mb(window):.0f} MB")
        frames.mark("scrolling by wheel")
        screen.xdotool("mousemove", window.x + 640, window.y + 400)
        for _ in range(15 if GIVEN.quick else 40):
            screen.xdotool("click", "--repeat", 10, "--delay", 15, 4)
        frames.mark("scrolling by page")
        for _ in range(10 if GIVEN.quick else 100):
            window.key("Prior")
        window.key("ctrl+End")
        frames.mark("typing")
        window.type("The quick brown fox jumps over the lazy dog, and then once more until it is tired of it. " * 2)
        frames.mark(f"{RATE} messages a second")
        peer = server.peer("rain", join="lobby")
        begin = time.monotonic()
        for number in range(RATE * RATE_SECONDS):
            peer.say(text_of(number + 7), id=f"r{number}")
            late = begin + number / RATE - time.monotonic()
            if late > 0:
                time.sleep(late)
        window.wait_for("message", text_of(RATE * RATE_SECONDS + 6))
        took = frames.end()
        peer.close()
    for name, values in took.items():
        if name and values:
            told("frames", name, ms=percentiles(values))


def picture(number):
    """A PNG of 640x400 that no other number has."""
    rows = bytearray()
    for y in range(400):
        rows += b"\0"
        for x in range(0, 640, 8):
            rows += bytes(((x + number * 37) % 256, (y + number * 11) % 256, (x + y + number * 5) % 256)) * 8

    def chunk(kind, data):
        return (len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big"))
    head = (640).to_bytes(4, "big") + (400).to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def scene_pictures(*_):
    print(f"pictures: {PICTURES} of them, each brought into sight once, on top of {LINES} texts")
    with start_server("--bot", "ferry", tls=True) as server, Screen(1, WIDTH, HEIGHT) as screen:
        window = screen.window(server, name="ann")
        fill(server, LINES)
        window.wait_for("message", text_of(LINES - 1), patience=300)
        texts = pss_mb(window)
        peer = server.peer("ferry", join="lobby")
        most = texts
        for number in range(PICTURES):
            peer.upload(picture(number), name=f"{number}.png", kind="image", width=640, height=400)
            window.wait_for("image", f"{number}.png", value="shown", patience=60)
            most = max(most, pss_mb(window))
        told("pictures", "confab", texts=f"{texts:.0f} MB", with_pictures=f"{pss_mb(window):.0f} MB",
             at_most=f"{most:.0f} MB")
        peer.close()


class Irc(threading.Thread):
    """As much of an IRC server as HexChat needs to be told something."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.done = threading.Event()

    def run(self):
        sock, _ = self.listener.accept()
        said = b""
        while b"USER " not in said or b"NICK " not in said:
            said += sock.recv(4096)
        nick = said.split(b"NICK ")[1].split()[0].decode()
        sock.sendall(f":irc 001 {nick} :welcome\r\n:irc 376 {nick} :end\r\n:{nick}!a@b JOIN #lobby\r\n"
                     f":irc 353 {nick} = #lobby :{nick} ferry\r\n:irc 366 {nick} #lobby :end\r\n".encode())
        for number in range(0, LINES, 100):
            sock.sendall("".join(f":ferry!a@b PRIVMSG #lobby :{text_of(k)}\r\n"
                                 for k in range(number, min(LINES, number + 100))).encode())
        sock.sendall(b"PING :end\r\n")
        said = b""
        while b"PONG" not in said:
            more = sock.recv(65536)
            if not more:
                return
            said += more
        self.done.set()
        self.listener.accept()  # stay


def scene_lines(glass, bus):
    if not shutil.which("hexchat"):
        return
    print(f"lines: HexChat with {LINES} lines in a channel (Confab's figure is in `frames`)")
    irc = Irc()
    irc.start()
    running = Running(glass, lambda home: ["hexchat", "--no-plugins", "--cfgdir", hexchat_home(home, irc.port)], bus)
    try:
        begin = time.monotonic()
        if not irc.done.wait(120):
            print("  hexchat did not take them")
            return
        took = time.monotonic() - begin
        while True:  # it reads ahead and shows later
            before = running.ticks()
            time.sleep(1)
            if running.ticks() - before < 5:
                break
        told("lines", "hexchat", took=f"{took:.1f} s", memory=f"{running.memory_mb():.0f} MB")
    finally:
        running.end()


def main():
    bus, glass = Bus(), Glass()
    scenes = {"start": scene_start, "lines": scene_lines, "frames": scene_frames, "pictures": scene_pictures,
              "idle": scene_idle}
    try:
        for name in GIVEN.only.split(","):
            scenes[name](glass, bus.address)
    finally:
        glass.end()
        bus.end()
    if GIVEN.json:
        with open(GIVEN.json, "w", encoding="utf-8") as file:
            json.dump(FIGURES, file, indent=1)


if __name__ == "__main__":
    main()
