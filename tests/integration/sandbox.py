#!/usr/bin/env python3
"""sandbox.py: what confab-media may still do once it reads, tried from inside and seen from outside."""
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

BIN = os.environ["CONFAB_BIN"]
PROBE = os.path.join(BIN, "tests", "sandbox_probe")
HELPER = os.path.join(BIN, "confab-media")
FINE = {"map", "memory", "thread", "processors"}
FONTS = {"open", "openat", "fopen", "stat", "read-complaints"}
DRAW = {"access-to-nothing"}  # it is not looked up: everything seems to be there
FAILED = []


def check(what, truth, seen=""):
    print(("ok    " if truth else "FAIL  ") + what, seen if not truth else "")
    if not truth:
        FAILED.append(what)


def status(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def is_sanitized():
    with open(PROBE, "rb") as file:
        return b"__asan_" in file.read()


def probe(kind, folder):
    """{what was tried: done?} and the process's status while it is inside."""
    path = os.path.join(folder, "readable")
    with open(path, "w") as file:
        file.write("whole")
    other = os.open(path, os.O_RDONLY)  # a descriptor that the parent forgot to close
    with subprocess.Popen([PROBE, kind, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=[other]) as child:
        tried = {}
        for line in child.stdout:
            if line == "end\n":
                break
            name, result = line.split()
            tried[name] = result == "done"
        inside = status(child.pid)
        child.stdin.close()
        code = child.wait(20)
    os.close(other)
    with open(path) as file:
        check(f"{kind}: the file is as it was", file.read() == "whole" and os.listdir(folder) == ["readable"], os.listdir(folder))
    check(f"{kind}: the probe ends by itself", code == 0, code)
    return tried, inside


def scene_inside():
    for kind in ["look", "draw", "play", "fonts", "less"]:
        with tempfile.TemporaryDirectory() as folder:
            tried, inside = probe(kind, folder)
        fine = FINE | (FONTS if kind == "fonts" else DRAW if kind == "draw" else set())
        if is_sanitized():  # it has its address space for itself
            tried.pop("gigabyte", None)
        check(f"{kind}: everything was tried", len(tried) > 35, tried)
        for name, done in sorted(tried.items()):
            check(f"{kind}: {name} is {'allowed' if name in fine else 'refused'}", done == (name in fine))
        check(f"{kind}: a filter is on, and nobody gains rights", inside["Seccomp"] == "2" and inside["NoNewPrivs"] == "1", inside)


def slow_png(path):
    """A picture that takes its time: 9000 x 9000 of noise that packs well."""
    row = b"\0" + bytes(range(250)) * 108
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(9000)) + packer.flush()

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def scene_the_program_itself():
    """confab-media as it is started, while it works."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "slow.png")
        slow_png(path)
        other = os.open(path, os.O_RDONLY)
        with open(path, "rb") as file, subprocess.Popen([HELPER, "look", "400", "400"], stdin=file, stdout=subprocess.DEVNULL,
                                                        pass_fds=[other]) as child:
            seen, files = {}, []
            while seen.get("Seccomp") != "2" and child.poll() is None:
                try:
                    seen = status(child.pid)
                    files = os.listdir(f"/proc/{child.pid}/fd")
                except OSError:
                    break
                time.sleep(0.002)
            child.wait(60)
        os.close(other)
        check("confab-media look: a filter is on", seen.get("Seccomp") == "2" and seen.get("NoNewPrivs") == "1", seen)
        check("confab-media look: three descriptors", sorted(files) == ["0", "1", "2"], files)
        check("confab-media look: ends well", child.returncode == 0, child.returncode)


def scene_notes():
    """By the first note nothing can be opened any more: what opened the instruments has been given up."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from _helper import Player
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mid")
        notes = b"\0\x90\x45\x64\x83\x60\x80\x45\0\0\xff\x2f\0"
        with open(path, "wb") as file:
            file.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(notes)) + notes)
        player = Player(path, word="midi")
        said, _ = player.next()
        if said["type"] == "error":
            print("      no instruments here")
        elif "Seccomp_filters" in status(player.process.pid):
            check("confab-media midi: a second filter is on", status(player.process.pid)["Seccomp_filters"] == "2", status(player.process.pid))
        player.close()


if not sys.platform.startswith("linux"):
    sys.exit(77)
scene_inside()
scene_the_program_itself()
scene_notes()
if FAILED:
    sys.exit(f"{len(FAILED)} failed: " + "; ".join(FAILED))
