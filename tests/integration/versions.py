#!/usr/bin/env python3
"""versions.py: --version of each program says what it is and which libraries it has really loaded, a line each."""
import os
import re
import subprocess
import sys

from peer import check, equal, run_scenes

BIN = os.environ["CONFAB_BIN"]
WINDOW = ("SDL2", "SDL2_ttf", "SDL2_image", "SDL2_mixer", "FreeType", "HarfBuzz", "FriBidi", "libunibreak")
BASE = ("OpenSSL", "cJSON", "utf8proc", "libdeflate")
PICTURE = ("libjpeg-turbo", "libpng", "libwebp", "Little CMS")
PROGRAMS = {"confab": WINDOW + BASE, "confab-cli": BASE, "confab-server": BASE, "confab-media": ("FFmpeg", "libtiff") + PICTURE,
            "confab-media-quick": PICTURE}


def scene_each_program():
    asked = 0
    for program, libraries in PROGRAMS.items():
        path = os.path.join(BIN, program)
        if not os.path.exists(path):
            continue  # built without the window
        asked += 1
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        equal((done.returncode, done.stderr), (0, ""), f"{program} --version")
        first, *lines = done.stdout.splitlines()
        check(re.fullmatch(re.escape(program) + r" \d+\.\d+\.\d+( \([0-9a-f]+\))?", first), first)
        said = {}
        for line in lines:
            check(re.fullmatch(r"[A-Za-z0-9_ -]+ [0-9][\w.+~:-]*", line) and len(line) <= 60, f"{program}: {line!r}")
            name, _, version = line.rpartition(" ")
            check(name not in said, f"{program} says {name} twice")
            said[name] = version
        for library in libraries:
            check(library in said, f"{program} does not say {library}: {sorted(said)}")
    check(asked >= 2, "there were no programs")


def scene_the_one_that_is_loaded():
    """Not what was compiled against: the loader's one says so itself."""
    done = subprocess.run(["openssl", "version"], capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or "Library:" not in done.stdout and not done.stdout.startswith("OpenSSL"):
        print("skipped: no openssl program to compare with")
        return
    theirs = re.search(r"\(Library: OpenSSL ([\w.]+)", done.stdout) or re.match(r"OpenSSL ([\w.]+)", done.stdout)
    ours = subprocess.run([os.path.join(BIN, "confab-server"), "--version"], capture_output=True, text=True, timeout=60).stdout
    check(f"OpenSSL {theirs[1]}\n" in ours, f"{done.stdout!r} and {ours!r}")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
