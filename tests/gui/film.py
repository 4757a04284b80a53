#!/usr/bin/env python3
# ctest labels: alone
"""A real film, through a real server: its poster, played in its bubble, paused, sought in, over the whole window and screen."""
import os
import sys
import tempfile

from libgui import Screen, check, equal, run, run_scenes, start_server, wait_until

COLOURS = {"red": (220, 20, 20), "lime": (20, 220, 20), "blue": (20, 20, 220), "yellow": (220, 220, 20),
           "magenta": (220, 20, 220)}
EACH = 1.6  # seconds of each colour
LENGTH = EACH * len(COLOURS)  # 8
LIKE = 60  # of 255


def make_film(path, width=640, height=360, sound=True):
    """The colours one after the other."""
    command = ["ffmpeg", "-v", "error", "-y"]
    for colour in COLOURS:
        command += ["-f", "lavfi", "-i", f"color=c={colour}:size={width}x{height}:rate=25:duration={EACH}"]
    if sound:
        command += ["-f", "lavfi", "-i", f"sine=frequency=330:duration={LENGTH}"]
    joined = "".join(f"[{number}:v]" for number in range(len(COLOURS)))
    command += ["-filter_complex", f"{joined}concat=n={len(COLOURS)}:v=1:a=0[v]", "-map", "[v]"]
    if sound:
        command += ["-map", f"{len(COLOURS)}:a", "-c:a", "aac"]
    run(*command, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50",
        "-movflags", "+faststart", path)


def send(peer, path, **fields):
    with open(path, "rb") as file:
        peer.upload(file.read(), os.path.basename(path), kind="video", **fields)


def colour_at(window, x, y):
    """Which of the colours is around that pixel of the window; None: another one."""
    mean = window.pixels().mean(x - 3, y - 3, 6, 6)
    for name, wanted in COLOURS.items():
        if max(abs(a - b) for a, b in zip(mean, wanted)) < LIKE:
            return name
    return None


def film(window, value=None):
    return window.wait_for("film", value=value)


def colour_of(window, fx=0.25, fy=0.3):
    """Of the film that plays (the last one that was drawn)."""
    x, y, w, h = film(window)["px"]
    return colour_at(window, int(x + w * fx), int(y + h * fy))


def wait_colour(window, name, **where):
    wait_until(lambda: colour_of(window, **where) == name,
               lambda: f"the film does not get {name}; it is {colour_of(window, **where)}; {window.report()}")


def wait_poster(window, **where):
    """Which of its pictures stands for it is the helper's choice."""
    return wait_until(lambda: colour_of(window, **where), lambda: f"no poster; {window.report()}")


def scene_in_its_bubble():
    """Poster, play, pause, seek with mouse and keys, sound off, the end and again."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "holiday.mp4")
    make_film(path)
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        peer.say("before")
        send(peer, path, width=640, height=360, duration=int(LENGTH * 1000))
        item = film(ann, "poster")
        equal((item["w"], item["h"]), (420, 236), "its place from the first moment")
        ann.wait_for("text", "0:08 · 360p")
        wait_poster(ann)
        places = [message["px"] for message in ann.find("message")]

        ann.click("film", value="poster", fy=0.4)
        film(ann, "playing")
        wait_colour(ann, "lime")
        equal([message["px"] for message in ann.find("message")], places, "places while it plays")
        ann.key("space")
        film(ann, "paused")
        ann.wait_for("button", "Play")
        held = ann.wait_for("slider", "Position")
        held_colour = colour_of(ann)
        ann.click("slider", "Position", fx=0.9)  # the fifth colour
        wait_colour(ann, "magenta")
        ann.click("slider", "Position", fx=0.5)
        wait_colour(ann, "blue")
        film(ann, "paused")
        check(held_colour not in (None, "red"), f"paused at {held_colour}")
        check(0 < int(held["value"]) < 100, f"paused at {held['value']} per cent")
        x, y, w, h = ann.wait_for("slider", "Position")["px"]
        screen.xdotool("mousemove", ann.x + x + w // 2, ann.y + y + h // 2, "mousedown", 1,
                       "mousemove", ann.x + x + w // 3, ann.y + y, "mousemove", ann.x + x + w // 10, ann.y + y,
                       "mouseup", 1)
        wait_colour(ann, "red")

        ann.key("Right")  # 5 s
        wait_colour(ann, "yellow")
        ann.key("Left")
        wait_colour(ann, "red")
        ann.key("m")
        ann.wait_for("button", "Sound on")
        ann.key("m")
        ann.wait_for("button", "Sound off")
        ann.key("Down", "Down")
        ann.wait_for("slider", "Volume", value="80")

        ann.key("Right")
        ann.key("space")
        film(ann, "playing")
        film(ann, "ended")
        ann.key("space")  # from its beginning
        film(ann, "playing")
        wait_colour(ann, "red")
        ann.key("space")


def scene_whole_window_and_screen():
    """F and F11, and back by Escape; what can be pressed hides, and the pointer with it."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "wide.mp4")
    make_film(path, sound=False)
    with start_server() as server, Screen(1, manager=True) as screen:
        ann = screen.window(server, name="ann", size=(1000, 640))
        peer = server.peer("bob", join="lobby")
        send(peer, path, width=640, height=360, duration=int(LENGTH * 1000))
        wait_poster(ann)
        ann.click("film", value="poster", fy=0.4)
        film(ann, "playing")
        ann.key("space", "f")
        item = ann.wait_for("viewer", value="full")
        equal(item["px"], [0, 0, 1000, 640], "the whole window")
        film(ann, "paused")
        ann.key("Left", "Left", "Right")  # to 5 s, wherever it was
        wait_colour(ann, "yellow")
        equal(colour_at(ann, 500, 150), "yellow", "a film of 16 to 9 fills the window")
        ann.key("Left", "space")
        film(ann, "playing")
        screen.xdotool("mousemove", ann.x + 300, ann.y + 300)
        ann.wait_gone("slider", "Position")  # after two seconds without a move
        screen.xdotool("mousemove", ann.x + 320, ann.y + 310)
        ann.wait_for("slider", "Position")
        ann.key("F11")
        wait_until(lambda: ann._geometry()[2:] == [screen.width, screen.height], "the whole screen")
        ann.key("Escape")
        wait_until(lambda: ann._geometry()[2:] == [1000, 640], "the window as it was")
        ann.wait_for("viewer", value="full")
        ann.key("Escape")
        ann.wait_gone("viewer")
        film(ann)
        equal(len(ann.find("film", value="poster")), 0, "it goes on in its bubble")


def scene_odd_ones():
    """Nobody said how large it is; it has no pictures; it is no film at all."""
    folder = tempfile.mkdtemp()
    plain, upright, sound = (os.path.join(folder, name) for name in ("plain.mp4", "upright.mp4", "sound.mp4"))
    make_film(plain, 320, 240)
    make_film(upright, 180, 320, sound=False)
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=frequency=330:duration=3", "-c:a", "aac", sound)
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("bob", join="lobby")
        send(peer, plain)
        item = ann.settled("film", "plain.mp4")
        equal((item["w"], item["h"]), (420, 236), "its place while nobody knows its shape")
        wait_poster(ann, fx=0.5)
        equal(ann.settled("film", "plain.mp4")["px"], item["px"], "nothing jumps when it is known")
        ann.click("film", "plain.mp4", fy=0.4)
        film(ann, "playing")
        wait_colour(ann, "lime", fx=0.5)
        ann.key("space")
        send(peer, upright, width=180, height=320, duration=int(LENGTH * 1000))
        item = ann.settled("film", "upright.mp4")
        check(item["h"] > 1.5 * item["w"], f"an upright one is {item['w']}x{item['h']}")
        wait_poster(ann)
        peer.upload(b"\0\0\0\x18ftypisom no film at all" * 500, "broken.mp4", kind="video", width=640, height=360)
        ann.wait_for("file", "broken.mp4")
        send(peer, sound, width=640, height=360)
        ann.wait_for("message", "sound.mp4")
        ann.click("field", "Message")
        ann.say("still here")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
