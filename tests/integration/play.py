#!/usr/bin/env python3
"""play.py: confab-media plays what FFmpeg made, exactly: every picture and sample at its time, wherever one seeks, however fast.

Pictures carry their number in the brightness of eight bars, and a beep begins with every second, so that what is seen and heard tells
when it belongs.
"""
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from _helper import HELPER, RATE, Player, check, ffmpeg, finish, frame, frames, frequency, level, onsets  # noqa: E402

FPS = 25
NUMBERED = "nullsrc=size=128x64:rate=25,geq=lum='if(mod(floor(N/pow(2,floor(X/16))),2),235,16)':cb=128:cr=128"
BEEPS = "aevalsrc='0.5*lt(mod(t,1),0.1)*sin(2*PI*1000*t)':s=48000"
CHIRP = "aevalsrc='0.5*sin(2*PI*(200+300*t)*t)':s=44100"


def number_of(picture):
    _, width, height, pixels = picture
    bit = lambda k: pixels[4 * (height // 2 * width + (2 * k + 1) * width // 16)] > 128
    return sum(1 << k for k in range(8) if bit(k))


def film(path, *codec, seconds=4, sound=BEEPS, picture=NUMBERED):
    ffmpeg("-f", "lavfi", "-i", picture, *(("-f", "lavfi", "-i", sound) if sound else ()), "-t", str(seconds), "-pix_fmt", "yuv420p", *codec, path)
    return path


def in_order(heard):
    """Both in the order of their times, and sound no more than a little ahead of its pictures, nor behind them."""
    return all(later >= time - 1 and later >= newest - 250 for time, later, newest in heard.steps)


def films(folder):
    kinds = {
        "b-frames.mp4": ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "250", "-c:a", "aac"),
        "late.ts": ("-c:v", "mpeg2video", "-q:v", "3", "-g", "30", "-bf", "2", "-c:a", "mp2"),
        "web.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-g", "40", "-c:a", "libopus"),
        "old.avi": ("-c:v", "mpeg4", "-q:v", "3", "-g", "50", "-c:a", "pcm_s16le"),
    }
    for name, codec in kinds.items():
        path = film(os.path.join(folder, name), *codec)
        heard = Player(path, box=(128, 64)).play()
        numbers = [number_of(p) for p in heard.pictures]
        check(f"{name}: is a film of 4 s", heard.facts["kind"] == "video" and abs(heard.facts.get("duration", 0) - 4000) < 150, heard.facts)
        check(f"{name}: shows its pictures in order", numbers == sorted(numbers) and numbers[:1] == [0] and numbers[-1:] == [99] and
              len(numbers) > 50, numbers)
        offset = heard.pictures[0][0]
        wrong = [(t, n) for (t, *_), n in zip(heard.pictures, numbers) if abs(t - offset - n * 1000 / FPS) > 2]
        check(f"{name}: each at its time", not wrong and offset < 50, (offset, wrong[:5]))
        check(f"{name}: sound and pictures come in the order of their times", in_order(heard))
        beeps = onsets(heard.left())
        check(f"{name}: beeps come with every second", len(beeps) == 4 and all(abs(b - offset - 1000 * i) < 40 for i, b in enumerate(beeps)), (offset, beeps))
        check(f"{name}: is heard to its end", abs(heard.seconds() - 4) < 0.1, heard.seconds())
        check(f"{name}: ends when its client does", heard.code == 0, heard.code)
        seeks(path, name, offset)


def seeks(path, name, offset):
    player = Player(path, box=(128, 64))
    for serial, ms in enumerate((2500, 3990, 0, 1230, 9000, 2040), 1):
        player.seek(ms, serial)
        heard = player.listen(serial, until=lambda heard: len(heard.pictures) > 3 and len(heard.samples) > RATE // 5)
        want = min(max(0, int((ms - offset) * FPS / 1000 + 0.001)), 99)
        # of those that have the time sought the last one counts: quicker ones may have been shown before
        there = [number_of(p) for p in heard.pictures if p[0] <= max(ms, offset)]
        check(f"{name}: sought {ms}, shows picture {want}", there[-1:] == [want], (there, [(p[0], number_of(p)) for p in heard.pictures]))
        if ms < 4000:
            check(f"{name}: sought {ms}, is heard from there", heard.start == ms, heard.start)
        else:
            check(f"{name}: sought {ms}, is over", heard.end and heard.end["type"] == "ended" and heard.end["serial"] == serial, heard.end)
    check(f"{name}: ends after seeking", player.close() == 0)


def difference(a, b):
    return max((abs(x - y) for x, y in zip(a, b)), default=0)


def sounds(folder):
    """What is sought is the same as what is played through, to the sample."""
    for name, codec in (("s.wav", ()), ("s.flac", ()), ("s.mp3", ("-b:a", "96k")), ("s.ogg", ("-c:a", "libvorbis")), ("s.opus", ("-c:a", "libopus")),
                        ("s.m4a", ("-c:a", "aac")), ("s.aiff", ())):
        path = os.path.join(folder, name)
        ffmpeg("-f", "lavfi", "-i", CHIRP, "-t", "5", *codec, path)
        whole = Player(path).play()
        check(f"{name}: is heard for 5 s", whole.facts["kind"] == "audio" and abs(whole.seconds() - 5) < 0.05, whole.seconds())
        # 2.000 .. 2.002 s: the chirp is at 200 + 2 * 300 * 2 = 1400 Hz
        heard = frequency(whole.left()[int(1.95 * RATE):int(2.05 * RATE)])
        check(f"{name}: the tone is right", abs(heard - 1400) < 25, heard)
        check(f"{name}: as loud as it was", abs(level(whole.left()) - 0.3535) < 0.02, level(whole.left()))
        player = Player(path)
        for serial, ms in enumerate((3210, 0, 1001), 1):
            player.seek(ms, serial)
            part = player.listen(serial, until=lambda heard: len(heard.samples) > RATE // 2)
            want = whole.samples[ms * 2 * RATE // 1000:][:len(part.samples)]
            check(f"{name}: sought {ms}, the same to the sample", part.start == ms and difference(part.samples, want) < 0.08,  # a sample beside it: 0.14
                  (part.start, difference(part.samples, want)))
        player.close()


def speeds(folder):
    path = os.path.join(folder, "tone.wav")
    ffmpeg("-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*440*t)':s=48000", "-t", "4", path)
    for percent in (50, 150, 200):
        heard = Player(path, percent=percent).play()
        check(f"{percent} %: takes its time", abs(heard.seconds() - 400 / percent) < 0.1, heard.seconds())
        tone = frequency(heard.left()[RATE // 4:-RATE // 4])
        check(f"{percent} %: has the same pitch", abs(tone - 440) < 6, tone)
        check(f"{percent} %: times are those of the file", abs(heard.order[-1] - 4000) < 150, heard.order[-1])
    player = Player(path)
    player.listen(until=lambda heard: len(heard.samples) > 0)
    player.say({"type": "speed", "percent": 200})
    player.seek(2000, 1)
    heard = player.listen(1)
    check("a speed while it plays: is taken at once", abs(heard.seconds() - 1) < 0.1 and heard.start == 2000, (heard.seconds(), heard.start))
    player.close()


def odd_ones(folder):
    at = lambda name: os.path.join(folder, name)
    heard = Player(film(at("mute.mp4"), "-c:v", "libx264", sound=None, seconds=1), box=(128, 64)).play()
    check("without sound: is silent, and seen", heard.facts.get("silent") and not heard.samples and len(heard.pictures) > 20, heard.facts)
    path = at("short.mkv")
    ffmpeg("-f", "lavfi", "-i", NUMBERED, "-f", "lavfi", "-t", "1", "-i", BEEPS, "-t", "3", "-c:v", "libx264", "-c:a", "flac", path)
    heard = Player(path, box=(128, 64)).play()
    check("sound that ends early: silence to the end of the film", abs(heard.seconds() - 3) < 0.1 and level(heard.left()[2 * RATE:]) < 1e-4, heard.seconds())
    ffmpeg("-f", "lavfi", "-i", NUMBERED, "-itsoffset", "0.5", "-f", "lavfi", "-t", "1", "-i", BEEPS, "-t", "2", "-c:v", "libx264", "-c:a", "flac", at("late.mkv"))
    beeps = onsets(Player(at("late.mkv"), box=(0, 0)).play().left())
    check("sound that begins late: begins late", len(beeps) == 1 and abs(beeps[0] - 500) < 5, beeps)
    film(at("whole.mp4"), "-c:v", "libx264", "-c:a", "aac", seconds=2)
    for angle, size in ((90, (64, 128)), (180, (128, 64))):
        ffmpeg("-i", at("whole.mp4"), "-c", "copy", "-metadata:s:v", f"rotate={angle}", at("turned.mp4"))
        heard = Player(at("turned.mp4")).play()
        check(f"turned by {angle}: stands upright", (heard.facts["width"], heard.facts["height"]) == size and heard.pictures[0][1:3] == size, heard.facts)
    film(at("wide.mkv"), "-c:v", "libx264", "-vf", "setsar=2", seconds=1)
    heard = Player(at("wide.mkv"), box=(100, 100)).play()
    check("pixels that are not square: are made so", heard.facts["width"] == 256 and heard.pictures[0][1:3] == (100, 25), (heard.facts, heard.pictures[0][1:3]))
    film(at("odd.mkv"), "-c:v", "ffv1", "-vf", "scale=175:143,setsar=1", "-pix_fmt", "yuv444p", seconds=1)
    heard = Player(at("odd.mkv"), box=(99, 99)).play()
    check("odd sizes: are shown", heard.pictures and heard.pictures[-1][1:3] == (99, 81), heard.pictures[-1][1:3] if heard.pictures else None)
    with open(at("whole.mp4"), "rb") as file:
        damaged = bytearray(file.read())
    for i in range(len(damaged) // 3, len(damaged) * 2 // 3, 97):
        damaged[i] ^= 0x55
    with open(at("damaged.mp4"), "wb") as file:
        file.write(damaged)
    heard = Player(at("damaged.mp4"), box=(128, 64)).play()
    check("damaged in the middle: plays on to its end", heard.end and heard.end["type"] == "ended" and heard.seconds() > 1.5, (heard.end, heard.seconds()))
    # longer than the pipe has room for: else all of it has been said before anybody looks
    film(at("long.mp4"), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", seconds=8)
    player = Player(at("long.mp4"), box=(0, 0))
    heard = player.listen(until=lambda heard: len(heard.samples) > RATE)
    check("nobody looks: nothing is painted", not heard.pictures and heard.facts["kind"] == "video")
    player.say({"type": "show", "width": 64, "height": 64})
    heard = player.listen()
    times = [p[0] for p in heard.pictures]
    check("somebody looks again: pictures come from there on", heard.pictures and heard.pictures[0][1:3] == (64, 32) and times == sorted(times), times[:5])
    player.close()


def growing(folder):
    """Bytes come while it plays, and what lies at the end last."""
    path = film(os.path.join(folder, "grows.mkv"), "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", seconds=6,
                picture=NUMBERED + ",noise=alls=4:allf=t")
    size, begun = os.path.getsize(path), time.monotonic()
    there = lambda: int(size * min(1, 0.3 + 0.4 * (time.monotonic() - begun)))
    player = Player(path, box=(128, 64), here=lambda offset: there() - offset)
    heard = player.listen()
    numbers = [number_of(p) for p in heard.pictures]
    check("growing: plays to its end", heard.end and heard.end["type"] == "ended" and abs(heard.seconds() - 6) < 0.1, (heard.end, heard.seconds()))
    check("growing: its pictures are in order", numbers == sorted(numbers) and numbers[0] == 0, numbers)
    player.close()
    # the middle never comes; a seek asks for what is behind it, and the waiting for the middle is given up
    player = Player(path, box=(128, 64), here=lambda offset: size // 4 - offset)
    player.answer = lambda need: Player.answer(player, need) or player.blocked.set() is None
    player.blocked = threading.Event()
    threading.Thread(target=lambda: player.blocked.wait(30) and (setattr(player, "here", lambda offset: size - offset), player.seek(5000, 7))).start()
    heard = player.listen(7, until=lambda heard: len(heard.pictures) > 2)
    check("bytes that are missing: a seek goes on behind them", heard.start == 5000 and number_of(heard.pictures[0]) in (124, 125), (heard.start, heard.end))
    player.close()


def tunes(folder):
    """Notes, by instruments of this computer, and a module with instruments of its own."""
    note = b"\x00\xc0\x49\x00\x90\x45\x7f\x83\x60\x80\x45\x00\x00\xff\x2f\x00"  # a flute, A, for 480 ticks
    for name, notes, seconds in (("a.mid", note, 2.5), ("damaged.mid", note[:5], 0)):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(note)) + notes)
        heard = Player(path, word="midi").play()
        if heard.end and "instruments" in heard.end.get("text", "") or "FluidSynth" in heard.end.get("text", ""):
            print("      no instruments here")
            return
        if seconds:
            tone = frequency(heard.left()[RATE // 10:RATE * 4 // 10])
            check(f"{name}: sounds", seconds - 0.2 < heard.seconds() < seconds + 3 and abs(tone - 440) < 10, (heard.seconds(), tone))
        else:
            check(f"{name}: is over soon", heard.end["type"] in ("ended", "error"), heard.end)
    path = os.path.join(folder, "a.mod")
    wave = bytes(100 if i < 16 else 156 for i in range(32))  # 16574 / 32 Hz at the period of middle C
    sample = b"square".ljust(22, b"\0") + struct.pack(">HBBHH", 16, 0, 64, 0, 16)
    pattern = struct.pack(">HBB", 428, 0x10, 0) + b"\0" * (1024 - 4)
    with open(path, "wb") as file:
        file.write(b"name".ljust(20, b"\0") + sample + (b"\0" * 28 + b"\0\1") * 30 + bytes((1, 127)) + b"\0" * 128 + b"M.K." + pattern + wave)
    heard = Player(path).play()
    if heard.end["type"] == "ended":
        tone = frequency(heard.left()[RATE // 10:RATE])
        check("a module: sounds", heard.facts["kind"] == "audio" and heard.seconds() > 5 and abs(tone - 8287 / 32) < 5, (heard.seconds(), tone))


def bad_clients(folder):
    path = film(os.path.join(folder, "any.mp4"), "-c:v", "libx264", "-c:a", "aac", seconds=2)
    size = str(os.path.getsize(path))
    words = [HELPER, "play", size, "0", "100", "1280", "720"]
    for what, said in {"noise": os.urandom(5000), "text": b"GET / HTTP/1.1\r\n\r\n" * 20, "a frame that is too large": b"\xff" * 8,
                       "no JSON": frame({})[:8] + b"{]", "a type that is none of its own": frame({"type": "seek", "time": "soon", "serial": 1})}.items():
        run = subprocess.run(words, input=said, capture_output=True, timeout=20)
        check(f"{what}: is refused", run.returncode == 1 and any(h["type"] == "error" for h, _ in frames(run.stdout)), (run.returncode, run.stdout[:100]))
    run = subprocess.run(words, input=b"", capture_output=True, timeout=20)
    check("nobody there: ends", run.returncode == 0, run.returncode)
    player = Player(path)
    player.next()
    time.sleep(0.2)  # the pipe is full now
    player.process.stdin.close()
    check("the client goes while a picture is written: ends", player.process.wait(20) == 0)
    player = Player(path)
    player.next()
    player.process.stdout.close()
    check("nobody listens any more: ends", player.process.wait(20) == 0)
    for wrong in ((), ("x", "0", "100", "1", "1"), ("1", "0", "100", "99999999", "1")):
        run = subprocess.run([HELPER, "play", *wrong], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        check(f"play {' '.join(wrong)}: is no order", run.returncode == 2, run.returncode)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for part in (films, sounds, speeds, odd_ones, growing, tunes, bad_clients):
            begun = time.monotonic()
            part(folder)
            print(f"      {part.__name__}: {time.monotonic() - begun:.1f} s")
    finish()


main()
