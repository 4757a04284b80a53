#!/usr/bin/env python3
"""Pictures, sound, films and large files between Confab on Windows (Wine's) and a Linux window beside it."""
import os
import random
import subprocess
import sys
import tempfile

from _windows import chat, seen  # it knows where the other kits are
import film
import sound
from composer import put_picture
from files import card, press, save
from libgui import check, equal, make_pdf, make_photo, run, run_scenes, sha256, wait_until

LARGE = 300_000_000
PATIENT = 240  # seconds for a large file, between programs that are made to find faults
# what a device would play goes into a file, as 32-bit floats
ALSA = """pcm.!default { type plug slave.pcm { type file format raw file "%s" slave.pcm { type null } } }
ctl.!default { type null }
"""


def scene_pictures():
    """Dropped here, seen there, both ways, pixel by pixel; what is saved is what was dropped."""
    folder = tempfile.mkdtemp()
    theirs, own = os.path.join(folder, "été 2024 100%.jpg"), os.path.join(folder, "Äpfel & 日本.jpg")
    make_photo(theirs, megapixels=4, seed=3)
    make_photo(own, megapixels=4, colours="gold-navy", seed=4)
    with chat() as (server, screen, wine):
        ann = wine.person(server)
        bob = screen.window(server, name="bob")
        screen.drag_files([theirs], bob)
        name = os.path.basename(theirs)
        seen(ann, name, theirs, "what Windows shows of a Linux picture")
        ann.click("image", name, value="shown", button=3)
        ann.click("menuitem", "Save", disabled=False)
        ann.wait_for("toast", contains="Saved")
        equal(sha256(os.path.join(ann.downloads, name)), sha256(theirs), "what was saved on Windows")

        screen.drag_files([own], ann)  # Windows says nothing to a program before the drop
        name = os.path.basename(own)
        seen(bob, name, own, "what Linux shows of a picture from Windows")
        seen(ann, name, own, "what Windows shows of its own")
        ann.click("image", name, value="shown")
        ann.wait_for("button", "Close")
        ann.key("Escape")
        ann.wait_gone("button", "Close")


def scene_clipboard():
    """A picture that another program has copied is pasted; what Windows copies, another program pastes."""
    folder = tempfile.mkdtemp()
    photo, bitmap = os.path.join(folder, "cat.png"), os.path.join(folder, "cat.bmp")
    run("convert", "-seed", "3", "-size", "400x300", "plasma:tomato-steelblue", photo)
    run("convert", "-seed", "9", "-size", "400x300", "plasma:gold-navy", "bmp3:" + bitmap)
    with chat() as (server, screen, wine):
        ann = wine.person(server)
        bob = screen.window(server, name="bob")
        put_picture(screen, photo)
        ann.key("ctrl+v")
        ann.send_sheet()
        item = bob.wait_for("image", value="shown")
        seen(bob, item["label"], photo, "what was pasted as PNG")
        with open(bitmap, "rb") as picture:  # what Windows' own programs put there
            subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/bmp", "-in"], env=screen.env, stdin=picture,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        ann.key("ctrl+v")
        ann.send_sheet()
        bob.wait_until(lambda dump: sum(item["role"] == "image" and item.get("value") == "shown"
                                        for item in dump["items"]) == 2, "both pictures")
        label = bob.find("image", value="shown")[-1]["label"]
        seen(bob, label, bitmap, "what was pasted as a bitmap")
        words = "copied: é 日本 👍"
        bob.say(words)
        ann.click("message", words, button=3)
        ann.click("menuitem", "Copy text")
        wait_until(lambda: screen.clipboard() == words, lambda: f"the clipboard holds {screen.clipboard()!r}")


def heard_tone(path, hertz, seconds):
    """The tone was played, as long and as loud as it was sent."""
    samples = sound.captured(path)
    told = sound.heard(samples)
    index = [tone for _, tone, _ in sound.TONES].index(hertz)
    blocks = [at for at, tone in enumerate(told) if tone == index]
    check(blocks, f"no tone of {hertz} Hz is heard: {told}")
    length = len(blocks) * sound.BLOCK / sound.RATE
    check(abs(length - seconds) < 0.15, f"{length:.2f} s of {seconds} are heard: {told}")
    middle = samples[blocks[len(blocks) // 4] * sound.BLOCK:blocks[len(blocks) * 3 // 4] * sound.BLOCK]
    level = sound.amplitude(middle, hertz) / sound.LEVEL
    check(0.8 < level < 1.25, f"{level:.2f} times as loud as it was sent")


def scene_sound():
    """Each kind of sound is decoded and heard: by SDL's disk driver, and by Windows' own way through a device."""
    folder = tempfile.mkdtemp()
    config = os.path.join(folder, "asound.conf")
    for way in ("disk", "device"):
        out = os.path.join(folder, way + ".raw")
        with open(config, "w") as file:
            file.write(ALSA % out)
        with chat() as (server, screen, wine):
            ann = wine.person(server, env={"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": wine.path(out)}
                              if way == "disk" else {"SDL_AUDIODRIVER": "wasapi", "ALSA_CONFIG_PATH": config})
            bob = server.peer("bob", join="lobby")
            tones = sound.TONES if way == "disk" else sound.TONES[1:2]
            for ending, hertz, codec in tones:
                path = os.path.join(folder, f"tone {hertz}.{ending}")
                sound.make_tone(path, hertz, codec)
                sound.send(bob, path, duration=int(sound.SECONDS * 1000))
                ann.wait_for("audio", os.path.basename(path))
            ann.wait_still()
            plays = sorted(ann.find("button", "Play"), key=lambda item: item["y"])
            equal(len(plays), len(tones), "buttons to play")
            ann.point(plays[0])
            screen.xdotool("click", 1)
            ann.wait_for("button", "Play again")
        for _, hertz, _ in tones:
            heard_tone(out, hertz, sound.SECONDS)


def scene_film():
    """Its poster and its pictures come from a helper of its own, which is gone when it is over."""
    folder = tempfile.mkdtemp()
    path, out = os.path.join(folder, "été.mp4"), os.path.join(folder, "heard.raw")
    film.make_film(path)
    with chat() as (server, screen, wine):
        ann = wine.person(server, env={"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": wine.path(out)})
        bob = screen.window(server, name="bob")
        screen.drag_files([path], bob)
        ann.wait_for("text", "0:08 · 360p")
        film.wait_poster(ann)
        film.wait_poster(bob)
        ann.click("film", value="poster", fy=0.4)
        film.film(ann, "playing")
        check(wine.processes("confab-media.exe"), f"no helper decodes it: {wine.processes()}")
        film.wait_colour(ann, "lime")
        ann.key("space")
        film.film(ann, "paused")
        ann.click("slider", "Position", fx=0.9)
        film.wait_colour(ann, "magenta")
        ann.click("slider", "Position", fx=0.1)
        film.wait_colour(ann, "red")
        ann.key("space")
        film.film(ann, "ended")
        check(any(abs(sample) > 0.01 for sample in sound.captured(out)), "it was silent")
        own = os.path.join(folder, "mine.mp4")
        film.make_film(own, 320, 180, sound=False)
        screen.drag_files([own], ann)
        bob.wait_for("film", "mine.mp4")
        bob.wait_for("text", "0:08 · 180p")


def scene_files():
    """What is no picture: a card, saved under its own name; a name that Windows has for itself gets another one."""
    folder = tempfile.mkdtemp()
    paper = os.path.join(folder, "Rapport été — 報告.pdf")
    make_pdf(paper)
    with chat() as (server, screen, wine):
        ann = wine.person(server)
        bob = screen.window(server, name="bob")
        screen.drag_files([paper], ann)
        save(bob, os.path.basename(paper), "ann")
        wait_until(lambda: os.path.exists(os.path.join(bob.downloads, os.path.basename(paper))), "saved on Linux")
        equal(sha256(os.path.join(bob.downloads, os.path.basename(paper))), sha256(paper), "what was saved on Linux")
        peer = server.peer("peer", join="lobby")
        for count, name in enumerate(("con.pdf", "a:b?.pdf"), 1):
            peer.upload(b"%PDF-1.4 " + name.encode(), name)
            ann.click("button", "Save")
            ann.wait_until(lambda dump: sum(item["label"] == "Show in folder" for item in dump["items"]) == count,
                           f"{name}, saved")
        saved = os.listdir(ann.downloads)
        equal(len(saved), 2, f"files, which are {saved}")
        for name in saved:
            check(name.split(".")[0].lower() != "con" and not set(name) & set('<>:"|?*\\'), f"Windows has no name {name}")


def scene_large():
    """300 MB each way, byte by byte."""
    folder = tempfile.mkdtemp()
    with chat() as (server, screen, wine):
        ann = wine.person(server)
        bob = screen.window(server, name="bob")
        for sender, receiver, seed in ((bob, ann, 1), (ann, bob, 2)):
            path = os.path.join(folder, f"from {sender.name}.bin")
            with open(path, "wb") as file:
                for part in range(LARGE // 10_000_000):
                    file.write(random.Random(seed * 100 + part).randbytes(10_000_000))
            screen.drag_files([path], sender)
            name = os.path.basename(path)
            receiver.wait_for("file", name)
            arrived = os.path.join(receiver.downloads, name)
            receiver.wait_until(lambda dump: any(item["label"] in ("Save", "Show in folder") for item in dump["items"]),
                                "a file to be saved", PATIENT)
            press(receiver, card(receiver, name))
            wait_until(lambda: os.path.exists(arrived) and os.path.getsize(arrived) == LARGE,
                       lambda: f"{name} did not come; {receiver.report()}", PATIENT)
            card(receiver, name, verb="Show in folder")
            equal(sha256(arrived), sha256(path), f"{name}, byte by byte")
            os.remove(path)
            os.remove(arrived)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
