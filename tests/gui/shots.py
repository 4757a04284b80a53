#!/usr/bin/env python3
"""The pictures of the README, taken of the real program while scripted people talk: `shots.py --save` writes
assets/screenshots/. As a test it takes them and looks whether what they are to show is on them.

CONFAB_BIN is the folder with the programs. Runs in a network of its own, as connect.py does.
"""
import math
import os
import random
import signal
import sys
import tempfile

import torture
from connect import FOUND_WITHIN, Announced, go_inside
from _compare import KNOWN, differences
from libgui import Screen, Window, check, run, run_scenes, start_server, wait_until
from peer import Peer, uid_of
from _wire import SlowWire

OUT = None  # folder; None: FOLDER
FOLDER = tempfile.mkdtemp(prefix="confab-shots-")
REPORT_BYTES = 14_800_000
UP_BYTES_PER_S = 1_200_000  # the report is on its way in the first picture of the chat, and still in the last
UP_AT_LEAST = 38  # per cent
SONG_MS, SONG_AT_MS, FILM_MS = 91_000, 38_400, 72_000
# a sound that plays and yet stays where it is: SDL's disk driver waits that long between two buffers
SLOW_DEVICE = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": os.devnull, "SDL_DISKAUDIODELAY": "20000"}

SUNSET = ((0, "0b2239"), (.34, "27508a"), (.60, "d98a5b"), (.64, "f5c98a"), (.645, "2a3b4f"), (1, "16222f"))
FIELDS = ((0, "163d2b"), (.45, "3f8f5f"), (.75, "cfe7a8"), (1, "f6f0d0"))
DUSK = ((0, "291d3e"), (.5, "6b3a72"), (.8, "d9718c"), (1, "f6b59a"))
LAMP = ((0, "ffe6a7"), (.4, "f4a261"), (.8, "9c3d54"), (1, "9c3d54"))


def colour(stops, at):
    for (a, low), (b, high) in zip(stops, stops[1:]):
        if at <= b:
            part = min(1, max(0, (at - a) / (b - a)))
            return bytes(round(int(low[i:i + 2], 16) * (1 - part) + int(high[i:i + 2], 16) * part) for i in (0, 2, 4))
    return bytes.fromhex(stops[-1][1])


def paint(folder, label, stops, width, height, where=lambda x, y: y):
    """A JPEG of a gradient; `where` says how far along it the point x, y (0 to 1) lies."""
    path = os.path.join(folder, label)
    pixels = b"".join(colour(stops, where((x + .5) / 320, (y + .5) / 180)) for y in range(180) for x in range(320))
    run("convert", "-size", "320x180", "-depth", "8", "rgb:-", "-resize", f"{width}x{height}!", "-quality", "92",
        path, input=pixels)
    return path


def wave(count=100, bars=56):
    """How loud the song is: the design's own shape (gen.py), as its sender would tell it."""
    places = [i * bars / count for i in range(count)]
    return bytes(int(255 * abs(math.sin(at * .55) * math.cos(at * .23 + 1))) for at in places)


def compose(folder):
    """A minute and a half of sound."""
    path = os.path.join(folder, "theme-v3.ogg")
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=220:duration={SONG_MS // 1000}",
        "-c:a", "libvorbis", path)
    return path


def shoot(folder, stops, width, height):
    """A film of one gradient."""
    path = os.path.join(folder, "dusk.mp4")
    run("ffmpeg", "-v", "error", "-y", "-loop", "1", "-framerate", "1", "-i", paint(folder, "4.png", stops, width, height),
        "-t", str(FILM_MS // 1000), "-c:v", "libx264", "-pix_fmt", "yuv444p", "-qp", "4", path)
    return path


def wait_for_film(window):
    """Its picture is there: a gradient, where one flat colour was."""
    def look(dump):
        for item in window.find("film"):
            film = window.pixels_of(item)
            above, below = (film.mean(film.width * 3 // 4, film.height * part // 100, 20, 4)[0] for part in (30, 70))
            if below > above + 30:
                return True
        return False
    window.wait_until(look, "a picture of the film")


def play(window):
    """It stands at 0:38 and plays, as in the design: through a device that takes its time."""
    window.click("button", window.word("Play"))
    window.wait_for("button", window.word("Pause"))
    window.click("slider", window.word("Position"), fx=SONG_AT_MS / SONG_MS)
    window.wait_for("text", "0:38 / 1:31 · 1×")


def path_of(name):
    return os.path.join(OUT or FOLDER, name + ".png")


def save(window, name):
    """The window as it is now."""
    run("import", "-silent", "-window", str(window.id), "-strip", "-define", "png:compression-level=9",
        path_of(name), env=window.screen.env)


def move_away(window):
    window.screen.xdotool("mousemove", window.screen.width - 1, window.screen.height - 1)
    window.wait_gone("tip")


def fill(server, window, folder):
    """The room as the design has it: photos, a reply, reactions, a song; private and direct rooms in the list."""
    people = {name: server.peer(name, join="lobby")
              for name in ("Sarat", "Likitha", "Sehouriey", "Sreehitha", "Sravya")}
    for name in ("design", "music"):
        people["Sravya"].join(name)
    people["Sravya"].send("join", room="release", private=True)
    people["Sravya"].expect("joined", room="release")
    window.open()
    me = people["Sravya"].expect("joined", room="lobby", name="Sanjay")["from"]
    for room in ("design", "music", "lobby"):
        window.click("row", room)
        window.wait_for("row", room, checked=True)
    people["Sravya"].send("invite", room="release", target="Sanjay")
    window.wait_for("row", "release")
    for name in ("Likitha", "Sravya"):
        room = "@" + "".join(sorted((me, uid_of(name))))
        people[name].join(room)
        window.wait_for("row", name)
    people["Sravya"].say("the cover is yours", room=room)

    def show(name, label, path, width, height):
        with open(path, "rb") as photo:
            people[name].upload(photo.read(), label, kind="image", width=width, height=height)
        window.wait_for("image", label, value="shown")

    def lamp(x, y):
        return ((x - .3) ** 2 + (y - .3) ** 2) ** .5

    def slope(x, y):
        return .7 * x + .3 * y

    show("Sarat", "evening.jpg", paint(folder, "0.jpg", SUNSET, 300, 300), 300, 300)
    show("Sarat", "fields.jpg", paint(folder, "1.jpg", FIELDS, 300, 300, slope), 300, 300)
    show("Sarat", "lamp.jpg", paint(folder, "2.jpg", LAMP, 300, 300, lamp), 300, 300)
    show("Sarat", "meadow.jpg", paint(folder, "5.jpg", FIELDS, 300, 300, slope), 300, 300)
    people["Sreehitha"].bye()
    people["Sravya"].say("hello! the photos from yesterday are in")
    show("Sravya", "sunset.jpg", paint(folder, "3.jpg", SUNSET, 380, 214), 380, 214)
    sunset = people["Sarat"].expect("file", label="sunset.jpg")["seq"]
    people["Sarat"].send("react", room="lobby", id="r1", of=sunset, emoji="\N{THUMBS UP SIGN}")
    window.click("reaction", contains="\N{THUMBS UP SIGN}")
    people["Sarat"].send("react", room="lobby", id="r2", of=sunset, emoji="\N{SUNRISE}")
    window.wait_for("reaction", contains="\N{SUNRISE}")
    window.choose(window.word("Reply"), "image", "sunset.jpg", button=3)
    window.say("that one goes on the cover")
    for number in range(3):
        people["Sravya"].say(f"draft {number + 1}", room="design")
    with open(compose(folder), "rb") as song:
        people["Likitha"].upload(song.read(), "theme-v3.ogg", kind="audio", duration=SONG_MS, payload=wave())
    window.wait_for("audio", "theme-v3.ogg")
    with open(shoot(folder, DUSK, 300, 168), "rb") as film:
        people["Likitha"].upload(film.read(), "dusk.mp4", kind="video", width=300, height=168, duration=FILM_MS)
    wait_for_film(window)
    window.wait_for("text", "3")
    return people


def take(window, people, name):
    """Likitha types while it is taken."""
    move_away(window)
    for person in people.values():
        if person.name != "Sreehitha":
            person.sync()  # else they are taken for dead
    people["Likitha"].send("typing", room="lobby")
    if window.find("member"):
        window.wait_for("member", "Likitha", value=window.word("typing…"))
    save(window, name)


def scene_chat():
    """A room as the design has it, and how it looks elsewhere: light, large, narrow, mirrored."""
    folder = tempfile.mkdtemp()
    report = os.path.join(folder, "report-final.pdf")
    with open(report, "wb") as file:
        file.write(b"%PDF-1.4\n" + random.Random(1).randbytes(REPORT_BYTES - 9))
    with start_server("--name", "Studio") as server, SlowWire(server.port, rate=UP_BYTES_PER_S) as wire, \
            Screen(1, 1280, 800) as screen:
        drop = path_of("drop-dark")
        if os.path.exists(drop):
            os.remove(drop)
        window = Window(screen, server, name="Sanjay", address=("127.0.0.1", str(wire.port)),
                        options=["--screenshot", drop], env=SLOW_DEVICE)
        people = fill(server, window, folder)
        window.type("Looks great, shipping it")

        with screen.dragging([report], window, 640, 400):
            window.wait_for("text", "Drop to send to #lobby")
            window.wait_still()
            # by itself: what is dragged hangs on the pointer and would be in a picture of the screen
            window.process.send_signal(signal.SIGUSR1)
            wait_until(lambda: os.path.exists(drop), "the picture that the program takes of itself")
        window.wait_for("progress", "report-final.pdf")
        play(window)
        window.click("field", "Message")
        move_away(window)
        window.wait_until(lambda dump: any(item["role"] == "progress" and int(item["value"]) >= UP_AT_LEAST
                                           for item in dump["items"]), f"{UP_AT_LEAST} % of the report")
        window.wait_gone("toast")
        people["Likitha"].send("typing", room="lobby")
        window.wait_for("text", "Likitha is typing…")
        window.wait_for("member", "Sreehitha", value="offline")
        save(window, "chat-dark")
        check(window.pixels().colours() > 500, "pictures are seen")
        check(len(window.find("image")) >= 6, "pictures in the list of shared media")
        unlike = differences(path_of("chat-dark"))
        print("\n".join(f"  not as designed: {line}" for line in unlike))
        check(not [line for line in unlike if line.split(":")[0] not in KNOWN], f"as designed, but for {unlike}")

        window.set_theme("Light")
        take(window, people, "chat-light")
        check(min(window.pixels().mean(300, 10, 30, 4)) > 220, "it is light")
        window.set_theme("High contrast")
        take(window, people, "chat-contrast")
        window.set_theme("Dark")
        for code, name, own in (("de", "german", "Deutsch"), ("ar", "arabic", "العربية"), ("en", None, "English")):
            window.set_language(code, own)
            if name:
                take(window, people, f"chat-{name}")

        window.click("image", "sunset.jpg", value="shown")
        window.wait_for("button", "Close")
        move_away(window)
        save(window, "viewer-dark")
        window.key("Escape")
        window.wait_gone("button", "Close")
        window.wait_gone("progress")  # the report is whole
        for name, size, scale in (("chat-200", (1280, 800), 2), ("chat-narrow", (380, 640), 1)):
            for person in people.values():
                if person.name != "Sreehitha":
                    person.sync()
            with Screen(1, size[0] * scale, size[1] * scale) as other:
                if window.process:
                    window.close()
                again = other.window(server, name="Sanjay", home=window.home, size=size, scale=scale)
                again.wait_for("file", "report-final.pdf")
                wait_for_film(again)
                again.wait_gone("image", value="waiting")  # those in sight; the others are not looked at
                take(again, people, name)
                again.close()


def scene_torture():
    """Text that is hard to show, all on one page."""
    with start_server("--bot", "Sravya") as server, Screen(1, 1280, 1500) as screen:
        sravya = server.peer("Sravya", join="lobby")
        window = screen.window(server, name="Sanjay")
        torture.say_all(window, sravya)
        move_away(window)
        window.wait_still()
        save(window, "torture")
        check(window.pixels().colours() > 200, "emoji in their colours")


def scene_connect():
    """The first screen with two chats on the network."""
    Announced("0.0.0.0", 5051, "Studio")
    Announced("10.77.0.1", 5052, "Reading room")
    guests = []
    for port, names in ((5051, ("Sravya", "Likitha", "Sehouriey", "Sarat", "Sreehitha")), (5052, ("Sarat", "Likitha"))):
        for name in names:
            guest = Peer(port, "10.77.0.1", tls=True)
            guest.hello(name)
            guest.expect("welcome")
            guests.append(guest)
    with Screen(1, 1280, 800) as screen:
        window = screen.window(None, name="Sanjay", discovery=True)
        for row in ("Studio", "Reading room"):
            window.wait_for("row", row, patience=FOUND_WITHIN)
        for people in (5, 2):
            window.wait_for("text", contains=f"· {people} people", patience=2 * FOUND_WITHIN)
        move_away(window)
        window.wait_still()
        save(window, "connect-dark")
        window.set_theme("Light")
        move_away(window)
        window.wait_still()
        save(window, "connect-light")


if __name__ == "__main__":
    if "--save" in sys.argv:
        sys.argv.remove("--save")
        os.environ["CONFAB_SHOTS"] = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../assets/screenshots"))
    go_inside()
    OUT = os.environ.get("CONFAB_SHOTS")
    if OUT:
        os.makedirs(OUT, exist_ok=True)
    run_scenes(sys.modules[__name__])
