#!/usr/bin/env python3
# ctest labels: alone
"""A click on a sound is heard: what came out (SDL's disk driver writes it down) is the tone that was sent, as loud and as long.

Without a device there is a sentence, and a film plays all the same. In a film, sound and pictures belong together: the
number that each picture bears is compared with the tone that is heard while it is on the screen."""
import array
import math
import os
import sys
import tempfile
import time

from libgui import Screen, check, equal, run, run_scenes, start_server, wait_until

RATE = 48000
BLOCK = RATE // 50  # 20 ms
SECONDS = 1.2
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


def scene_voice():
    """What a microphone hears goes out as a voice message, and is heard again where it is played."""
    folder = tempfile.mkdtemp()
    spoken, out = os.path.join(folder, "spoken.raw"), os.path.join(folder, "heard.raw")
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency={TONES[3][1]}:sample_rate={RATE}:duration=30",
        "-f", "f32le", "-ac", "1", spoken)
    with start_server() as server, Screen(1) as screen:
        ann = listener(screen, server, out, name="ann")
        ann.env["SDL_DISKAUDIOFILEIN"] = spoken
        ann.kill()
        ann.open()
        bob = server.peer("bob", join="lobby")
        ann.click("button", "Record a voice message")
        ann.wait_for("recording", "0:02")
        ann.click("button", "Send")
        file = bob.expect("file")
        equal((file["kind"], file.get("voice"), len(file["payload"])), ("audio", True, 100), "what was sent")
        check(file["duration"] >= 2000 and max(file["payload"]) > 60, f"{file['duration']} ms, as loud as {max(file['payload'])}")
        check(file["size"] < 60000, f"{file['size']} bytes")
        ann.wait_for("audio", contains="Voice message")
        ann.wait_still()
        ann.click("button", "Play")
        ann.wait_for("button", "Play again")
        told = heard(captured(out))
        left = [name for name in os.listdir(ann.home) if name.startswith("confab-outgoing")]
        equal(left, [], "files left behind")
    blocks = [tone for tone in told if tone is not None]
    check(len(blocks) * BLOCK / RATE > 1.8, f"{len(blocks)} blocks of sound: {told}")
    check(sum(tone == 3 for tone in blocks) > len(blocks) * 0.95, f"another tone than was spoken: {told}")


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


def make_beeps(path, seconds, rate):
    """Each picture is as bright as its number modulo 27 says; each second begins with a beep of 50 ms."""
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
        f"color=black:s=64x36:r={rate}:d={seconds},geq=lum='16+mod(N,27)*8':cb=128:cr=128",
        "-f", "lavfi", "-i", f"aevalsrc=if(lt(mod(t\\,1)\\,0.05)\\,sin(2*PI*1000*t)*0.8\\,0):s=48000:d={seconds}",
        "-c:v", "mpeg4", "-q:v", "1", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", path)


def play_probe(path, out, seconds, *size):
    """What ui_play says of a film: lists of (time in seconds, level) and of times of beeps, the rest as numbers."""
    said = run(os.path.join(os.environ.get("CONFAB_BIN", "build"), "tests", "ui_play"), path, *map(str, size or (64, 36)),
               str(seconds), env=dict(os.environ, SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=out), patience=seconds + 60)
    lines = [line.split() for line in said.decode().splitlines()]
    begin = int(lines[0][1])
    pictures = [((int(line[1]) - begin) / 1e6, int(line[2])) for line in lines if line[0] == "picture"]
    beeps = [(int(line[1]) - begin) / 1e6 for line in lines if line[0] in ("sound", "beep")]
    return pictures, beeps, [int(word) for word in lines[-1][1:]]


def onsets(samples):
    """Where sound begins after 100 ms of silence, in seconds of the capture."""
    quiet, found = RATE, []
    for at, sample in enumerate(samples):
        if abs(sample) < 0.01:
            quiet += 1
            continue
        if quiet >= RATE // 10:
            found.append(at / RATE)
        quiet = 0
    return found


SYNC_SECONDS = int(os.environ.get("CONFAB_SYNC_SECONDS", "12"))


def scene_film_in_sync():
    """While a beep is heard, the picture that belongs to it is seen: at the beginning as at the end."""
    folder = tempfile.mkdtemp()
    path, out, rate = os.path.join(folder, "beeps.mp4"), os.path.join(folder, "heard.raw"), 30
    make_beeps(path, SYNC_SECONDS, rate)
    pictures, beeps, (count, late, silences, _, _) = play_probe(path, out, SYNC_SECONDS + 30)
    written = onsets(captured(out))
    check(len(beeps) == SYNC_SECONDS, f"{len(beeps)} beeps in {SYNC_SECONDS} s: {beeps}")
    check(len(written) == len(beeps), f"the device wrote {len(written)} beeps: {written}")
    off = []
    for second in range(1, SYNC_SECONDS):
        # the picture with which the second begins, or if that was left out, the one next to it, by so much later or earlier
        near = []
        for when, level in pictures:
            apart = (round(level * 219 / 255 / 8) - second * rate + 13) % 27 - 13
            if abs(when - beeps[second]) < 0.4 and abs(apart) < 4:
                near.append((abs(apart), when - apart / rate - beeps[second]))
        check(near, f"no picture of about second {second} was shown; {late} of {count} were late")
        off.append(min(near)[1])
    told = ", ".join(f"{1000 * value:.0f}" for value in off)
    print(f"pictures shown so many ms after their sound: {told}; {late} of {count} late, {silences} gaps")
    # a machine that has other things to do may hold up one
    worst = sorted(map(abs, off))[len(off) * 9 // 10]
    check(worst < 0.04, f"sound and pictures are apart: {told} ms")
    apart = [later - earlier for earlier, later in zip(written, written[1:])]
    check(all(abs(one - 1) < 0.002 for one in apart), f"what was heard has holes, or lacks something: {apart}")
    check(silences == 0, f"{silences} gaps in the sound")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
