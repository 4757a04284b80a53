#!/usr/bin/env python3
"""Pictures and films measured: how quick a preview is, what many at once cost the window, what a film costs that plays.

    python3 tests/bench/media.py --bin build/release [--only previews,crowd,film] [--quick] [--json FILE]

A preview is made by `confab-media`, and in turn with it by what makes thumbnails elsewhere (ImageMagick's
convert, ffmpegthumbnailer), each from its start to its end, each of the same file, to the same size.
The film is played by Confab in its full window and by ffplay in a window of the same size on the same
screen (Xvfb), one after the other. What is not installed is left out.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ARGUMENTS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ARGUMENTS.add_argument("--bin", default="build/release", help="where confab, confab-server and confab-media are")
ARGUMENTS.add_argument("--only", default="previews,crowd,film", help="scenes, by comma")
ARGUMENTS.add_argument("--quick", action="store_true", help="small numbers: does all of it run?")
ARGUMENTS.add_argument("--json", help="keep the figures in this file")
GIVEN = ARGUMENTS.parse_args()
os.environ["CONFAB_BIN"] = os.path.abspath(GIVEN.bin)
sys.path.insert(0, os.path.join(HERE, "..", "gui"))
sys.dont_write_bytecode = True
from libgui import Screen  # noqa: E402
from peer import start_server  # noqa: E402

HELPER = os.path.join(os.environ["CONFAB_BIN"], "confab-media")
TIMES = 2 if GIVEN.quick else 11
CROWD = 4 if GIVEN.quick else 30
FILM_SECONDS = 3 if GIVEN.quick else 20
BOX_W, BOX_H = 420, 360  # of a bubble
FIGURES = {}


def told(scene, who, **figures):
    FIGURES.setdefault(scene, {})[who] = figures
    print(f"  {who:34}" + "   ".join(f"{name} {value}" for name, value in figures.items()), flush=True)


def spread(values):
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"


# ---- files ----

def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True)


def photo(path, width, height, seed=1):
    """Soft shapes with grain, as a camera's: a JPEG of about 0.3 bytes a pixel."""
    small = f"{width // 8}x{height // 8}"
    subprocess.run(["convert", "-size", small, "-seed", str(seed), "plasma:tomato-steelblue", "-resize",
                    f"{width}x{height}!", "-attenuate", "0.15", "+noise", "Gaussian", "-quality", "88", path], check=True)


def film(path, width, height, rate, seconds, *codec):
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={width}x{height}:r={rate}:d={seconds}", "-f", "lavfi", "-i",
           f"sine=440:r=48000:d={seconds}", "-vf", "noise=alls=8:allf=t", *codec, "-pix_fmt", "yuv420p", "-c:a",
           "aac", "-shortest", path)


# ---- scenes ----

def run_once(command, file=None):
    """(ms by the clock, ms of processor time) from start to end."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(file or os.devnull, "rb") as source:
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    took, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def race(what, rivals):
    """rivals: {name: (command, standard input)}; all of them in turn, after one turn that does not count."""
    took = {name: [] for name in rivals}
    for turn in range(TIMES + 1):
        for name, (command, source) in rivals.items():
            figure = run_once(command, source)
            if turn:
                took[name].append(figure)
    ours = statistics.median(wall for wall, _ in took["confab-media"])
    for name, figures in took.items():
        wall = [figure[0] for figure in figures]
        told("previews", f"{what}: {name}", clock=spread(wall), processor=spread([figure[1] for figure in figures]),
             ratio=f"{statistics.median(wall) / ours:.2f}")


def scene_previews(folder):
    print(f"previews: {BOX_W}x{BOX_H}, processes from start to end, {TIMES} times in turn; ratio: to confab-media, by the clock")
    look = [HELPER, "look", str(BOX_W), str(BOX_H)]
    out = os.path.join(folder, "thumbnail.png")
    for name, width, height in (("12 MP JPEG", 4000, 3000), ("48 MP JPEG", 8000, 6000)):
        path = os.path.join(folder, f"{width}.jpg")
        photo(path, width, height)
        race(name, {"confab-media": (look, path),
                    "convert -thumbnail": (["convert", path, "-thumbnail", f"{BOX_W}x{BOX_H}", out], None),
                    **thumbnailer(path, out)})
    seconds = 2 if GIVEN.quick else 12
    for name, codec in (("4K H.264", ("-c:v", "libx264", "-preset", "superfast")),
                        ("4K HEVC", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"))):
        path = os.path.join(folder, name.replace(" ", "-") + ".mp4")
        film(path, 3840, 2160, 30, seconds, *codec)
        race(name, {"confab-media": (look, path), **thumbnailer(path, out)})


def thumbnailer(path, out):
    if not shutil.which("ffmpegthumbnailer"):
        return {}
    return {"ffmpegthumbnailer": (["ffmpegthumbnailer", "-i", path, "-o", out, "-s", str(BOX_W)], None)}


def family(pid):
    """The process and all that it started, threads' children too."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += family(int(child))
    except OSError:
        pass
    return found


def pss_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("Pss:")), 0)
    except OSError:
        return 0


class MemoryWatch(threading.Thread):
    """The most that a process and its children had at one time."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_kb, self.own_kb, self.helpers, self.ends = pid, 0, 0, 0, threading.Event()

    def run(self):
        while not self.ends.wait(0.02):
            pids = family(self.pid)
            sizes = [pss_kb(pid) for pid in pids]
            self.peak_kb = max(self.peak_kb, sum(sizes))
            self.own_kb = max(self.own_kb, sizes[0])
            self.helpers = max(self.helpers, len(pids) - 1)


def frames_of(path):
    with open(path, encoding="ascii") as file:
        return [tuple(map(int, line.split())) for line in file]


def scene_crowd(folder):
    print(f"crowd: {CROWD} pictures of 12 MP arrive at once in a window of 1280x800")
    paths = []
    for number in range(CROWD):
        paths.append(os.path.join(folder, f"crowd-{number}.jpg"))
        photo(paths[-1], 4000, 3000, number + 1)
    log = os.path.join(folder, "crowd-frames")
    with start_server("--bot", "ferry", tls=True) as server, Screen(1, 1280, 800) as screen:
        window = screen.window(server, name="ann", options=["--frame-log", log])
        watch = MemoryWatch(window.process.pid)
        watch.start()
        peer = server.peer("ferry", join="lobby")
        begin = time.monotonic()
        for path in paths:
            with open(path, "rb") as file:
                peer.upload(file.read(), name=os.path.basename(path), kind="image", width=4000, height=3000)
        window.wait_for("image", os.path.basename(paths[-1]), value="shown", patience=120)
        took = time.monotonic() - begin
        window.wait_still(1.0, blinking=True)
        watch.ends.set()
        window.close()
        peer.close()
    ms = sorted(us / 1000 for _, us in frames_of(log)[3:])  # the first ones make the window
    told("crowd", "confab", all_shown=f"{took:.1f} s", frames=len(ms), p99=f"{ms[len(ms) * 99 // 100]:.1f} ms",
         worst=f"{ms[-1]:.1f} ms", over_16_ms=sum(each > 16 for each in ms),
         memory=f"{watch.own_kb / 1024:.0f} MB, with {watch.helpers} helpers {watch.peak_kb / 1024:.0f} MB")


def percentiles(log, begin):
    ms = sorted(us / 1000 for at, us in frames_of(log) if at / 1e6 > begin)
    return f"p50 {ms[len(ms) // 2]:.1f}, p99 {ms[len(ms) * 99 // 100]:.1f}, worst {ms[-1]:.1f} ms"


def processor_ms(pid):
    """Of a process, and of its children that have ended or still run."""
    total = 0
    for each in family(pid):
        try:
            with open(f"/proc/{each}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15] if each == pid else fields[11:13]))
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def scene_film(folder):
    print(f"film: {FILM_SECONDS} s of 1080p60 H.264 shown 1280 wide; processor time of the player and its children")
    path = os.path.join(folder, "film-1080p60.mp4")
    film(path, 1920, 1080, 60, FILM_SECONDS, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23")
    log = os.path.join(folder, "film-frames")
    with start_server("--bot", "ferry", tls=True) as server, Screen(1, 1280, 800) as screen:
        started = time.monotonic()
        window = screen.window(server, name="ann", options=["--frame-log", log])
        peer = server.peer("ferry", join="lobby")
        with open(path, "rb") as file:
            peer.upload(file.read(), name="film.mp4", kind="video", width=1920, height=1080,
                        duration=FILM_SECONDS * 1000)
        window.wait_for("film", "film.mp4", value="poster", patience=60)
        before, xvfb = processor_ms(window.process.pid), processor_ms(screen.server.pid)
        begin = time.monotonic() - started
        window.click("film", "film.mp4")
        window.wait_for("film", "film.mp4", value="playing", patience=30)
        window.key("f")
        window.wait_for("film", "film.mp4", value="ended", patience=FILM_SECONDS + 30)
        spent, drawn = processor_ms(window.process.pid) - before, processor_ms(screen.server.pid) - xvfb
        window.close()
        peer.close()
        shown = sum(at / 1e6 > begin for at, _ in frames_of(log))
        told("film", "confab", processor=f"{spent / FILM_SECONDS / 10:.0f} %", screen=f"{drawn / FILM_SECONDS / 10:.0f} %",
             frames=f"{shown} of {FILM_SECONDS * 60}, {percentiles(log, begin)}")
        if shutil.which("ffplay"):
            env = dict(os.environ, DISPLAY=screen.display, SDL_VIDEODRIVER="x11", SDL_AUDIODRIVER="dummy")
            xvfb = processor_ms(screen.server.pid)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(["ffplay", "-v", "error", "-autoexit", "-x", "1280", "-y", "720", path], env=env,
                           stdin=subprocess.DEVNULL, check=True)
            after, drawn = resource.getrusage(resource.RUSAGE_CHILDREN), processor_ms(screen.server.pid) - xvfb
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            told("film", "ffplay", processor=f"{spent / FILM_SECONDS * 100:.0f} %",
                 screen=f"{drawn / FILM_SECONDS / 10:.0f} %")


def main():
    scenes = {"previews": scene_previews, "crowd": scene_crowd, "film": scene_film}
    with tempfile.TemporaryDirectory(prefix="confab-media-") as folder:
        for name in GIVEN.only.split(","):
            scenes[name](folder)
    if GIVEN.json:
        with open(GIVEN.json, "w", encoding="utf-8") as file:
            json.dump(FIGURES, file, indent=1)


main()
