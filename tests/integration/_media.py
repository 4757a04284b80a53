"""What tests of confab-media have in common: ask it as preview.c does, read its frames as a stranger would, compare with ImageMagick."""
import json
import os
import struct
import subprocess

HELPER = os.path.join(os.environ["CONFAB_BIN"], "confab-media")
QUICK = HELPER + "-quick"  # asked first, as preview.c does
PASS = 3
FAILED = []


def ask(path, *words):
    for program in QUICK, HELPER:
        with open(path, "rb") as file:
            run = subprocess.run([program, *map(str, words)], stdin=file, capture_output=True, timeout=60)
        if run.returncode != PASS:
            break
    return run


def frames_of(output):
    """[(header, payload)] of what a helper said."""
    out, at = [], 0
    while at < len(output):
        header_size, payload_size = struct.unpack(">II", output[at:at + 8])
        start = at + 8 + header_size
        out.append((json.loads(output[at + 8:start]), output[start:start + payload_size]))
        at = start + payload_size
    return out


def look(path, width=420, height=360, *more):
    """The helper's answer to a file: (facts, size, pixels, tiny, error)."""
    run = ask(path, "look", width, height, *more)
    facts = error = None
    size, pixels, tiny = (0, 0), b"", b""
    for header, payload in frames_of(run.stdout):
        if header["type"] == "facts":
            facts = header
        elif header["type"] == "pixels":
            assert header.get("offset", 0) == len(pixels)
            size, pixels = (header["width"], header["height"]), pixels + payload
        elif header["type"] == "tiny":
            tiny = payload
        elif header["type"] == "error":
            error = header["text"]
    return facts, size, pixels, tiny, error


def check(what, truth, seen=""):
    print(("ok    " if truth else "FAIL  ") + what, seen if not truth else "")
    if not truth:
        FAILED.append(what)


def convert(*arguments):
    subprocess.run(["convert", *arguments], check=True)


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


def mean_difference(pixels, path, width, height):
    """Mean absolute difference, 0..255, to what ImageMagick makes of `path`, on white."""
    return difference(pixels, reference(path, width, height))


def reference(path, width, height, *more):
    """What ImageMagick makes of `path`, on white: RGB."""
    return subprocess.run(["convert", path + ("" if path.endswith("]") else "[0]"), "-auto-orient", *more, "-colorspace", "sRGB",
                           "-background", "white", "-alpha", "remove", "-filter", "box", "-resize", f"{width}x{height}!", "-depth", "8",
                           "rgb:-"], check=True, capture_output=True).stdout


def difference(pixels, want):
    """Mean absolute difference, 0..255, of RGBA on white to RGB."""
    got = bytearray()
    for i in range(0, len(pixels), 4):
        alpha = pixels[i + 3]
        got += bytes((c * alpha + 255 * (255 - alpha)) // 255 for c in pixels[i:i + 3])
    assert len(got) == len(want), (len(got), len(want))
    return sum(abs(a - b) for a, b in zip(got, want)) / max(1, len(want))


def with_orientation(jpeg, value):
    """The same JPEG with an EXIF block that says how it lies (TIFF 6.0, tag 0x0112)."""
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, value, 0) + b"\x00\x00\x00\x00"
    block = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]
