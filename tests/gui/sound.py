#!/usr/bin/env python3
"""A click on a sound is heard: what came out (SDL's disk driver writes it down) is the tone that was sent, as loud and as long.

Without a device there is a sentence, and a film plays all the same. In a film, sound and pictures belong together: the
number that each picture bears is compared with the tone that is heard while it is on the screen."""
import array
import math
import os
import sys
import tempfile
import time

from libgui import Failed, Screen, check, run, run_scenes, start_server, wait_until

RATE = 48000
BLOCK = RATE // 50  # 20 ms
SECONDS = 1.5
TONES = [("mp3", 400, ["-c:a", "libmp3lame", "-b:a", "192k"]), ("opus", 500, ["-c:a", "libopus", "-b:a", "96k"]),
         ("flac", 600, ["-c:a", "flac"]), ("wav", 700, ["-c:a", "pcm_s16le"]), ("m4a", 800, ["-c:a", "aac"])]
LEVEL = 10 ** (-18.06 / 20) / math.sqrt(2)  # of FFmpeg's sine, one channel of it on two


def make_tone(path, hertz, codec, seconds=SECONDS):
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={seconds}",
        "-ac", "2", *codec, path)


def send(peer, path, kind="audio", **facts):
    with open(path, "rb") as file:
        peer.upload(file.read(), os.path.basename(path), kind=kind, **facts)


def captured(path):
    """Left samples of what was put out so far (SDL writes the device's format: floats, two channels)."""
    if not os.path.exists(path):
        return array.array("f")
    with open(path, "rb") as file:
        data = file.read()
    samples = array.array("f")
    samples.frombytes(data[:len(data) // 8 * 8])
    return samples[0::2]


def amplitude(samples, hertz):
    """Of this frequency in a block (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    one = two = 0.0
    for sample in samples:
        one, two = sample + turn * one - two, one
    return 2 * math.sqrt(max(0, one * one + two * two - turn * one * two)) / len(samples)


def loudness(samples):
    return math.sqrt(2 * sum(sample * sample for sample in samples) / len(samples))


def heard(samples):
    """Of each block of 20 ms which tone it holds: an index of TONES, None for silence, -1 for what is none of them."""
    told = []
    for at in range(0, len(samples) - BLOCK + 1, BLOCK):
        block = samples[at:at + BLOCK]
        loud = loudness(block)
        if loud < LEVEL / 8:
            told.append(None)
            continue
        parts = [amplitude(block, hertz) for _, hertz, _ in TONES]
        best = max(range(len(parts)), key=parts.__getitem__)
        told.append(best if parts[best] > 0.8 * loud else -1)
    return told


def listener(screen, server, path, **more):
    return screen.window(server, env={"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": path}, **more)


def scene_formats():
    """Five formats of one person, one click: each is heard to its end, then the next one, in tune and as loud as it was sent."""
    folder = tempfile.mkdtemp()
    out = os.path.join(folder, "heard.raw")
    with start_server() as server, Screen(1) as screen:
        ann = listener(screen, server, out, name="ann")
        bob = server.peer("bob", join="lobby")
        for ending, hertz, codec in TONES:
            path = os.path.join(folder, f"tone {hertz}.{ending}")
            make_tone(path, hertz, codec)
            send(bob, path, duration=int(SECONDS * 1000))
            ann.wait_for("audio", os.path.basename(path))
        ann.wait_still()
        check(not os.path.exists(out), "a device was opened before anything was to be heard")
        plays = sorted(ann.find("button", "Play"), key=lambda item: item["y"])
        check(len(plays) == len(TONES), f"buttons to play: {len(plays)}; {ann.report()}")
        ann.point(plays[0])
        screen.xdotool("click", 1)
        clicked = time.monotonic()
        wait_until(lambda: any(captured(out)), "nothing is heard")
        first = time.monotonic() - clicked
        silence = next(i for i, sample in enumerate(captured(out)) if sample) / RATE
        ann.wait_for("button", "Play again", patience=60)
        samples = captured(out)
        print(f"first sound {first * 1000:.0f} ms after the click, of which the device's own silence {silence * 1000:.0f} ms")
    told = heard(samples)
    for index, (ending, hertz, _) in enumerate(TONES):
        blocks = [i for i, tone in enumerate(told) if tone == index]
        length = len(blocks) * BLOCK / RATE
        check(abs(length - SECONDS) < 0.12, f"{ending}: {length:.2f} s of {SECONDS}; {told}")
        check(blocks == list(range(blocks[0], blocks[-1] + 1)), f"{ending}: there are holes in it: {told}")
        middle = samples[blocks[len(blocks) // 4] * BLOCK:blocks[len(blocks) * 3 // 4] * BLOCK]
        level = 20 * math.log10(amplitude(middle, hertz) / LEVEL)
        check(abs(level) < 1, f"{ending}: {level:.1f} dB off")
    starts = [told.index(index) for index in range(len(TONES))]
    check(starts == sorted(starts), f"one after the other: {starts}")
    check(sum(tone == -1 for tone in told) <= 3 * len(TONES), f"what is no tone: {told}")


def scene_no_device():
    """There is nothing to hear it with: one sentence says so."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "tone.ogg")
    make_tone(path, 440, ["-c:a", "libvorbis"])
    with start_server() as server, Screen(1) as screen:
        ann = screen.window(server, name="ann", env={"SDL_AUDIODRIVER": "nonsense"})
        bob = server.peer("bob", join="lobby")
        send(bob, path, duration=int(SECONDS * 1000))
        ann.wait_for("audio", "tone.ogg")
        ann.wait_still()
        ann.click("button", "Play")
        ann.wait_for("text", contains="Nothing can be heard")
        ann.click("field", "Message")
        ann.say("still here")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
