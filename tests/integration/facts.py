#!/usr/bin/env python3
"""facts.py: what confab-media says of sounds and films before they play, and the voice messages that it makes."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from _helper import HELPER, RATE, Player, check, ffmpeg, finish, frames, frequency, look  # noqa: E402


def brightness(picture):
    width, height, pixels = picture
    return sum(pixels[i] + pixels[i + 1] + pixels[i + 2] for i in range(0, len(pixels), 4)) / max(1, 3 * width * height)


def waves(at):
    # a second of silence, a second soft, a second loud; 20 times as long for the one that is heard in windows
    for name, stretch, codec in (("short.flac", 1, ()), ("short.mp3", 1, ("-write_xing", "0")), ("long.mp3", 60, ("-b:a", "64k"))):
        ffmpeg("-f", "lavfi", "-i", f"aevalsrc='sin(2*PI*330*t)*(0.03*between(t/{stretch},1,2)+0.7*gte(t/{stretch},2))':s=44100:d={3 * stretch}",
               *codec, at(name))
        said, _ = look(at(name), 0, 0, "wave")
        wave = said["wave"]
        check(f"{name}: is as long as it is", abs(said["facts"]["duration"] - 3000 * stretch) < 60, said["facts"])
        check(f"{name}: its wave is silent, soft, loud", len(wave) == 100 and max(wave[2:31]) < 10 and 10 < min(wave[36:64]) and max(wave[36:64]) < 140 and
              min(wave[69:97]) > 230, list(wave))
    ffmpeg("-f", "lavfi", "-i", "anullsrc", "-t", "1", at("nothing.wav"))
    check("silence: has a flat wave", max(look(at("nothing.wav"), 0, 0, "wave")[0]["wave"]) == 0)


def tags(at):
    ffmpeg("-f", "lavfi", "-i", "color=red:size=300x200", "-frames:v", "1", at("cover.png"))
    ffmpeg("-f", "lavfi", "-i", "sine=440:duration=1", "-i", at("cover.png"), "-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic",
           "-metadata", "title=Größe\u202e", "-metadata", "artist=Ann", at("tags.mp3"))
    said, (width, height, pixels) = look(at("tags.mp3"), 60, 60)
    check("tags: artist and title, nothing that turns text around", said["facts"].get("text", "").startswith("Ann \u2013 Größe") and
          "\u202e" not in said["facts"]["text"], said["facts"])
    check("a cover: is shown in its box", said["facts"]["kind"] == "audio" and (width, height) == (60, 40) and pixels[0] > 200 and pixels[2] < 60, (width, height))
    heard = Player(at("tags.mp3")).play()
    check("a cover: is no film", heard.facts["kind"] == "audio" and not heard.pictures and abs(heard.seconds() - 1) < 0.1, heard.facts)
    with open(at("old.mp3"), "wb") as file:
        ffmpeg("-i", at("tags.mp3"), "-map", "0:a", "-map_metadata", "-1", "-c", "copy", "-id3v2_version", "0", at("bare.mp3"))
        with open(at("bare.mp3"), "rb") as bare:
            file.write(bare.read())
        file.write(b"TAG" + b"Stra\xdfe".ljust(30, b"\0") + b"\0" * 95)
    text = look(at("old.mp3"), 0, 0)[0]["facts"].get("text")
    check("old tags: are in the letters of western Europe", text == "Straße", text)


def films(at):
    ffmpeg("-f", "lavfi", "-i", "color=black:size=320x180:rate=25", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-filter_complex",
           "[0]trim=duration=3[a];[1]trim=duration=5[b];[a][b]concat=n=2", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "25", at("black.mp4"))
    said, picture = look(at("black.mp4"), 160, 160, "tiny")
    check("a film that begins black: its poster is not", picture[:2] == (160, 90) and brightness(picture) > 40, brightness(picture))
    check("a film: is silent, and has a tiny poster", said["facts"]["kind"] == "video" and said["facts"].get("silent") and said["tiny"][:2] == b"\xff\xd8",
          said["facts"])
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x180:rate=25:duration=4", "-f", "lavfi", "-i", "sine=440:duration=4", "-c:v", "libvpx", "-deadline", "realtime",
           "-c:a", "libopus", "-live", "1", "-f", "webm", at("browser.webm"))
    said, picture = look(at("browser.webm"), 160, 160)
    check("a film that does not say its length: has one", abs(said["facts"].get("duration", 0) - 4000) < 100 and not said["facts"].get("silent"), said["facts"])
    check("... and a poster", picture[:2] == (160, 90), picture[:2])
    ffmpeg("-i", at("black.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", at("turned.mp4"))
    said, picture = look(at("turned.mp4"), 160, 160)
    check("a film that lies on its side: is upright", (said["facts"]["width"], said["facts"]["height"]) == (180, 320) and picture[:2] == (90, 160), said["facts"])


def tunes(at):
    for name, head in (("a.mid", b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0"), ("a.xm", b"Extended Module: x".ljust(400, b"\0")),
                       ("a.it", b"IMPM".ljust(300, b"\0")), ("a.s3m", b"\0" * 44 + b"SCRM" + b"\0" * 200), ("a.mod", b"\0" * 1080 + b"M.K." + b"\0" * 500)):
        with open(at(name), "wb") as file:
            file.write(head)
        said, picture = look(at(name), 100, 100, "wave", "tiny")
        check(f"{name}: is sound, and nothing is opened unasked", said == {"facts": {"type": "facts", "kind": "audio"}}, said)


def voices(at):
    pcm = subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*440*t)*gte(t,1)':s=48000:d=2.51", "-f", "f32le", "-"],
                         check=True, capture_output=True).stdout
    process = subprocess.Popen([HELPER, "voice"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(pcm[:len(pcm) * 3 // 4 + 1])  # also a sample in two parts
    process.stdin.flush()
    early = os.read(process.stdout.fileno(), 1 << 16)
    check("a voice message: is made while one speaks", b'"result"' in early, early[:80])
    late, _ = process.communicate(pcm[len(pcm) * 3 // 4 + 1:], timeout=60)
    file, said = b"", {}
    for header, payload in frames(early + late):
        if header["type"] == "result":
            check("its bytes come in order", header.get("offset", 0) == len(file), header)
            file += payload
        else:
            said[header["type"]] = payload or header
    with open(at("voice.ogg"), "wb") as out:
        out.write(file)
    check("a voice message: tells its length and wave", process.returncode == 0 and abs(said["facts"]["duration"] - 2510) < 2 and
          max(said["wave"][:38]) == 0 and min(said["wave"][42:]) > 200, (said["facts"], list(said["wave"])))
    check("... is small", len(file) < 20000, len(file))
    codec = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,channels:format=format_name", "-of", "csv=p=0", at("voice.ogg")],
                           check=True, capture_output=True, text=True).stdout.split()
    check("... is Ogg Opus of one channel", codec == ["opus,1", "ogg"], codec)
    heard = Player(at("voice.ogg")).play()
    check("... plays", abs(heard.seconds() - 2.51) < 0.03 and abs(frequency(heard.left()[int(1.5 * RATE):2 * RATE]) - 440) < 3, heard.seconds())
    silent = subprocess.run([HELPER, "voice"], input=b"", capture_output=True, timeout=60)
    check("nothing said: is no crash", silent.returncode in (0, 1), silent.returncode)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for part in (waves, tags, films, tunes, voices):
            part(lambda name: os.path.join(folder, name))
    finish()


main()
