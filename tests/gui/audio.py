#!/usr/bin/env python3
"""Sounds in the real window, from a real server: played, paused, sought, carried along into other rooms; a voice message spoken into
a microphone that is a file."""
import math
import os
import struct
import sys
import tempfile

from libgui import Screen, check, equal, run, run_scenes, start_server
from _terminal import person

SECONDS = 40
LENGTH = "0:40"


def make_song(path, seconds=SECONDS):
    """A tone that grows louder, with a title in its tags."""
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
        f"aevalsrc='sin(440*2*PI*t)*min(1,t/{seconds})':s=48000:d={seconds}", "-c:a", "libvorbis",
        "-metadata", "title=Evening song", path)


def time_of(window):
    """Where the sound on the screen is, in seconds, or None."""
    for item in window.find("text"):
        at, slash, _ = item["label"].partition(" / ")
        if slash and ":" in at:
            minutes, seconds = at.split(":")
            return int(minutes) * 60 + int(seconds)
    return None


def wait_time(window, least, most=SECONDS):
    return window.wait_until(lambda dump: least <= (time_of(window) if time_of(window) is not None else -1) <= most,
                             f"a sound at {least} to {most} s")


def two_windows(server, screen, **env):
    ann = screen.window(server, name="ann", env=env)
    bob = screen.window(server, name="bob")
    bob.wait_for("member", "ann")
    return ann, bob


def scene_plays_in_its_bubble():
    """By mouse and by keyboard; another room has a bar for it, and its text leads back."""
    song = os.path.join(tempfile.mkdtemp(), "song.ogg")
    make_song(song)
    with start_server() as server, Screen(2) as screen:
        ann, bob = two_windows(server, screen)
        screen.drag_files([song], ann)
        bob.wait_for("audio", "song.ogg")
        bob.wait_for("text", LENGTH)
        bob.wait_for("text", "Evening song")  # its title, once it is here
        # it grows louder: the wave's last bars are higher than the first
        wave = bob.settled("slider", "Position")
        picture = bob.pixels_of(wave)

        def ink(from_part):
            part = picture.cut(int(from_part * picture.width), 0, picture.width // 4, picture.height)
            return part.mean(0, 0, part.width, part.height)[1]
        check(ink(0.75) > ink(0) + 10, "the wave grows with the tone")

        bob.click("button", "Play")
        bob.wait_for("button", "Pause")
        wait_time(bob, 1)
        bob.click("slider", "Position", fx=0.75)
        wait_time(bob, 29)
        bob.key("Left")
        wait_time(bob, 24, 30)
        bob.key("space")
        bob.wait_for("button", "Play")
        bob.wait_still(0.6)
        still = time_of(bob)
        for speed in ("1.5×", "2×", "0.5×", "1×"):
            bob.click("button", "Speed")
            bob.wait_for("button", "Speed", value=speed)
        bob.wait_still(1.0, blinking=False)
        check(abs(time_of(bob) - still) <= 1, f"it went from {still} to {time_of(bob)} s while it was paused")
        bob.click("slider", "Position", fx=0.1)
        wait_time(bob, 3, 5)
        bob.click("button", "Play")
        bob.wait_for("button", "Pause")
        equal(bob.find("bar"), [], "the bar while the bubble is in sight")

        bob.click("button", "Make or join a room")
        bob.type("music\n")
        bob.wait_for("row", "music", checked=True)
        bob.wait_for("bar", "Evening song")
        before = time_of(bob)
        bob.wait_until(lambda dump: (time_of(bob) or 0) > before, "the bar's time goes on")
        bob.click("button", "Sound off")
        bob.wait_for("button", "Sound on")
        bob.click("slider", "Volume", fx=0.5)
        bob.wait_for("button", "Sound off")
        bob.click("button", "Evening song")
        bob.wait_for("row", "lobby", checked=True)
        bob.wait_for("audio", "song.ogg")
        bob.wait_gone("bar")
        bob.wait_for("button", "Pause")
        bob.close()

        again = screen.window(server, name="bob", home=bob.home)  # how loud it was is kept
        again.wait_for("audio", "song.ogg")
        again.click("slider", "Position", fx=0.5)  # plays from there
        again.wait_for("button", "Pause")
        wait_time(again, 19)
        again.click("row", "music")
        volume = int(again.wait_for("slider", "Volume")["value"])
        check(40 <= volume <= 60, f"the volume is {volume} after a restart")
        again.click("button", "Stop")
        again.wait_gone("bar")


def scene_the_next_one_plays_on():
    """Two sounds of one person: the second begins where the first ends, and only one plays at a time."""
    folder = tempfile.mkdtemp()
    paths = [os.path.join(folder, name) for name in ("one.ogg", "two.ogg")]
    make_song(paths[0], 2)
    make_song(paths[1], SECONDS)
    with start_server() as server, Screen(2) as screen:
        ann, bob = two_windows(server, screen)
        for path in paths:
            screen.drag_files([path], ann)
            bob.wait_for("audio", os.path.basename(path))
        first = bob.settled("button", "Play")
        top = min(bob.find("button", "Play"), key=lambda item: item["y"])
        bob.point(top)
        screen.xdotool("click", 1)
        bob.wait_until(lambda dump: any(item["y"] == first["y"] for item in bob.find("button", "Pause")),
                       "the second sound plays")
        equal(len(bob.find("button", "Pause")), 1, "sounds that play at once")


def make_speech(path, seconds=8):
    """What SDL's disk driver takes for a microphone: samples of 32-bit floats, mono."""
    with open(path, "wb") as file:
        for i in range(48000 * seconds):
            loud = 0.5 + 0.5 * math.sin(i / 9000)
            file.write(struct.pack("<f", loud * 0.6 * math.sin(i * 2 * math.pi * 330 / 48000)))


def scene_voice_message():
    """Spoken with a click and Enter, cancelled with Escape; held and let go. It plays at the other end, and the terminal names it."""
    folder = tempfile.mkdtemp()
    speech = os.path.join(folder, "speech.raw")
    make_speech(speech)
    with start_server() as server, Screen(2) as screen:
        ann, bob = two_windows(server, screen, SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILEIN=speech,
                               SDL_DISKAUDIOFILE=os.path.join(folder, "out.raw"))
        cy = person(server, "cy", width=160)
        ann.click("button", "Record a voice message")
        ann.wait_for("recording")
        ann.wait_for("recording", "0:01")
        ann.key("Escape")
        ann.wait_gone("recording")
        ann.wait_for("field", "Message", focused=True)
        equal(ann.find("message"), [], "what was sent")

        ann.click("button", "Record a voice message")
        ann.wait_for("recording", "0:02")
        ann.key("Return")
        ann.wait_gone("recording")
        for window in (ann, bob):
            window.wait_for("text", "Voice message")
        bob.wait_for("new")
        cy.wait_for(r"\[ann\] sends a voice message \(0:0[2-4], .*\) #1")
        bob.click("button", "Play")
        bob.wait_for("button", "Pause")
        bob.wait_gone("new")
        wait_time(bob, 1, 4)

        button = ann.settled("button", "Record a voice message")
        ann.focus()
        ann.point(button)
        screen.xdotool("mousedown", 1)
        ann.wait_for("recording", "0:01")
        screen.xdotool("mouseup", 1)
        bob.wait_until(lambda dump: len(bob.find("audio")) == 2, "a second voice message")
        screen.xdotool("mousemove", *ann.on_screen(button["x"] + 15, button["y"] + 15), "mousedown", 1)
        ann.wait_for("recording", "0:01")
        screen.xdotool("mousemove", *ann.on_screen(button["x"] - 300, button["y"] - 200))
        ann.wait_for("text", "Let go to throw it away")
        screen.xdotool("mouseup", 1)
        ann.wait_gone("recording")
        ann.say("that was all")
        bob.wait_for("message", "that was all")
        equal(len(bob.find("audio")), 2, "voice messages at the other end")
        cy.type("!q\r")
        cy.ended()


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
