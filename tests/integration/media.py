#!/usr/bin/env python3
"""media.py: confab-media tells the truth about good files and survives bad ones.

Runs the real helper on files made here (ImageMagick, FFmpeg) and reads its frames as a stranger would. Every picture is compared with
what ImageMagick makes of the same file at the same size.
"""
import os
import struct
import sys
import tempfile

from _media import FAILED, check, convert, ffmpeg, look, mean_difference, with_orientation


def pictures(folder):
    source = os.path.join(folder, "source.png")
    convert("-size", "600x400", "gradient:red-blue", "-fill", "yellow", "-draw", "circle 120,90 120,20", "-fill", "lime",
            "-draw", "rectangle 400,250 590,390", source)
    for ending in ["png", "jpg", "gif", "webp", "bmp", "tiff", "ppm"]:
        path = os.path.join(folder, "picture." + ending)
        convert(source, path)
        facts, size, pixels, tiny, error = look(path, 420, 360, "tiny")
        check(f"{ending}: is an image of 600x400", facts == {"type": "facts", "kind": "image", "width": 600, "height": 400}, (facts, error))
        check(f"{ending}: fits the box", size == (420, 280), size)
        check(f"{ending}: looks like the original", size == (420, 280) and mean_difference(pixels, path, 420, 280) < 4)
        check(f"{ending}: has a tiny JPEG", tiny[:2] == b"\xff\xd8" and len(tiny) <= 24576, len(tiny))
    path = os.path.join(folder, "clear.png")
    convert("-size", "64x64", "xc:none", "-fill", "red", "-draw", "circle 32,32 32,8", path)
    facts, size, pixels, _, _ = look(path)
    check("png with alpha: is not enlarged and stays clear outside", size == (64, 64) and pixels[3] == 0 and pixels[4 * (32 * 64 + 32):][:4] == b"\xff\x00\x00\xff")
    path = os.path.join(folder, "gray.jpg")
    convert(source, "-colorspace", "Gray", path)
    _, size, pixels, _, _ = look(path)
    check("gray jpg: looks like the original", mean_difference(pixels, path, *size) < 4)
    plain = os.path.join(folder, "picture.jpg")
    with open(plain, "rb") as file:
        jpeg = file.read()
    for value in range(1, 9):
        path = os.path.join(folder, f"turned-{value}.jpg")
        with open(path, "wb") as file:
            file.write(with_orientation(jpeg, value))
        facts, size, pixels, _, _ = look(path, 200, 200)
        upright = (600, 400) if value < 5 else (400, 600)
        check(f"orientation {value}: size is upright", facts and (facts["width"], facts["height"]) == upright, facts)
        check(f"orientation {value}: picture stands upright", size[0] > 0 and mean_difference(pixels, path, *size) < 5)
    path = os.path.join(folder, "photo.jpg")
    convert("-size", "4032x3024", "plasma:fractal", path)
    facts, size, pixels, _, _ = look(path, 840, 720)
    check("12 megapixels: is scaled", facts["width"] == 4032 and size == (840, 630), (facts, size))


def others(folder):
    sound, film, paper = (os.path.join(folder, name) for name in ["tone.ogg", "film.mp4", "paper.pdf"])
    ffmpeg("-f", "lavfi", "-i", "sine=440:duration=3", "-c:a", "libvorbis", sound)
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x180:duration=2", "-pix_fmt", "yuv420p", film)
    with open(paper, "wb") as file:
        file.write(b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n")
    facts = look(sound)[0]
    check("ogg: is sound of 3 s", facts["kind"] == "audio" and abs(facts["duration"] - 3000) < 100, facts)
    facts = look(film)[0]
    check("mp4: is a film of 320x180, 2 s", facts["kind"] == "video" and (facts["width"], facts["height"]) == (320, 180) and abs(facts["duration"] - 2000) < 100, facts)
    facts, size, _, _, error = look(paper)
    check("pdf: is a file", facts["kind"] == "file" and size == (0, 0) and error, facts)


def bad_ones(folder):
    with open(os.path.join(folder, "picture.jpg"), "rb") as file:
        jpeg = file.read()
    with open(os.path.join(folder, "picture.png"), "rb") as file:
        png = file.read()
    cases = {"nothing": b"", "one byte": b"\xff", "text": b"hello\n" * 100, "png head": png[:64]}
    for part in range(1, 8):
        cases[f"jpg cut at {part}/8"] = jpeg[:len(jpeg) * part // 8]
        cases[f"png cut at {part}/8"] = png[:len(png) * part // 8]
    path_bait = os.path.join(folder, "bait.txt")
    with open(path_bait, "w") as file:
        file.write("secret")
    cases["playlist naming a local file"] = f"#EXTM3U\n#EXTINF:1,\nfile://{path_bait}\n".encode()
    cases["concat naming a local file"] = f"ffconcat version 1.0\nfile {path_bait}\n".encode()
    cases["absurd png"] = png[:16] + struct.pack(">II", 0x7fffffff, 0x7fffffff) + png[24:]
    cases["wide png"] = png[:16] + struct.pack(">II", 20000, 20000) + png[24:]
    path = os.path.join(folder, "bad")
    for name, data in cases.items():
        with open(path, "wb") as file:
            file.write(data)
        facts, size, pixels, _, error = look(path)
        whole = len(pixels) == 4 * size[0] * size[1]
        check(f"{name}: is answered", facts is not None and whole and (size != (0, 0) or error), (facts, size, error))


def main():
    with tempfile.TemporaryDirectory() as folder:
        pictures(folder)
        others(folder)
        bad_ones(folder)
    if FAILED:
        sys.exit(f"{len(FAILED)} failed: " + "; ".join(FAILED))


main()
