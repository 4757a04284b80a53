#!/usr/bin/env python3
"""Files that are built to break a decoder, or to make it look elsewhere.

    for name, data in hostile.make(folder, port, places, seeds): ...

Cut off and damaged files of each format, bombs, absurd headers, and playlists that call themselves films and name the file `bait` of the
folder and http://127.0.0.1:port. Run by itself it writes all of it into a folder: hostile.py FOLDER.
"""
import concurrent.futures
import os
import random
import struct
import subprocess
import sys
import zlib

SECRET = "the-bait-was-read-7c1f"
BAIT_COLOUR = (255, 0, 254)

# names that want to be paths, to turn the line around, to speak to a terminal, or to be long
NAMES = ["../../../evil.png", "/etc/passwd.png", "..\\..\\evil.png", "C:\\evil.png", "\u202egnp.exe.jpg", "\u2066\u2067evil\u2069.png",
         "\x1b]0;evil\x07\x1b[31mred.png", "line\nbreak\r.png", "CON.png", "a" * 900 + ".png", " . .png", "%n%s%x.png", "e\u0301" * 200 + ".png",
         "<b>&amp;.png", "$(reboot).png", "\u2400null.png", "-rf.png", "~", "name.png\u200b.exe"]


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, depth=8, colour=2, row=None, rows=None, before=b"", claimed=None):
    """A PNG whose rows are all the same; `rows` fewer than it says, if given."""
    per = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    size = (width * per * depth + 7) // 8
    line = b"\0" + (row or b"\0") * size
    packer = zlib.compressobj(9)
    packed = []
    many = line[:size + 1] * 64
    left = rows if rows is not None else height
    while left > 0:
        packed.append(packer.compress(many if left >= 64 else line[:size + 1] * left))
        left -= 64
    packed.append(packer.flush())
    w, h = claimed or (width, height)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, 0)) + before
            + chunk(b"IDAT", b"".join(packed)) + chunk(b"IEND", b""))


def atom(name, body):
    return struct.pack(">I", 8 + len(body)) + name + body


# ---- whole files, to be cut and damaged ----

SOURCES = {  # name: how it is made, after the source
    "png": ["convert", "p.ppm", "{}"], "jpg": ["convert", "p.ppm", "{}"], "gif": ["convert", "p.ppm", "-negate", "p.ppm", "{}"],
    "webp": ["convert", "p.ppm", "{}"], "bmp": ["convert", "p.ppm", "{}"], "tiff": ["convert", "p.ppm", "-compress", "lzw", "{}"],
    "ico": ["convert", "p.ppm", "-resize", "32x32", "{}"], "tga": ["convert", "p.ppm", "-compress", "rle", "{}"],
    "xpm": ["convert", "p.ppm", "{}"], "progressive.jpg": ["convert", "p.ppm", "-interlace", "plane", "{}"],
    "apng": ["ffmpeg", "-i", "f.mkv", "-frames:v", "4", "-f", "apng", "{}"], "qoi": ["ffmpeg", "-i", "p.ppm", "{}"],
    "avif": ["ffmpeg", "-i", "p.ppm", "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8", "{}"],
    "jxl": ["ffmpeg", "-i", "p.ppm", "{}"], "mp4": ["ffmpeg", "-i", "f.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "{}"],
    "hevc.mp4": ["ffmpeg", "-i", "f.mkv", "-an", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "{}"],
    "webm": ["ffmpeg", "-i", "f.mkv", "-c:v", "libvpx", "-c:a", "libvorbis", "-ac", "2", "{}"], "mkv": ["ffmpeg", "-i", "f.mkv", "-c:v", "mpeg4", "{}"],
    "avi": ["ffmpeg", "-i", "f.mkv", "{}"], "mov": ["ffmpeg", "-i", "f.mkv", "-c:v", "mjpeg", "{}"], "flv": ["ffmpeg", "-i", "f.mkv", "-an", "{}"],
    "ts": ["ffmpeg", "-i", "f.mkv", "{}"], "ogv": ["ffmpeg", "-i", "f.mkv", "-c:v", "libtheora", "-an", "{}"], "mp3": ["ffmpeg", "-i", "t.wav", "{}"],
    "ogg": ["ffmpeg", "-i", "t.wav", "-c:a", "libvorbis", "{}"], "opus": ["ffmpeg", "-i", "t.wav", "-c:a", "libopus", "{}"],
    "flac": ["ffmpeg", "-i", "t.wav", "{}"], "wav": ["ffmpeg", "-i", "t.wav", "{}"], "aiff": ["ffmpeg", "-i", "t.wav", "{}"],
    "m4a": ["ffmpeg", "-i", "t.wav", "{}"], "wma": ["ffmpeg", "-i", "t.wav", "{}"], "caf": ["ffmpeg", "-i", "t.wav", "-c:a", "pcm_s16be", "{}"]}


def midi():
    track = b"\0\xc0\x05" + b"".join(b"\0\x90" + bytes([60 + i, 100]) + b"\x60\x80" + bytes([60 + i, 0]) for i in range(12)) + b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", len(track)) + track


def module():
    """A ProTracker module: one sample, one pattern."""
    samples = struct.pack(">22sHBBHH", b"s", 64, 0, 64, 0, 1) + struct.pack(">22sHBBHH", b"", 0, 0, 0, 0, 1) * 30
    pattern = bytearray(1024)
    for row in range(0, 64, 8):
        pattern[row * 16:row * 16 + 4] = b"\x01\xac\x10\0"
    return b"t".ljust(20, b"\0") + samples + b"\x01\x7f" + bytes(128) + b"M.K." + bytes(pattern) + bytes(range(128))


SVG = (b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/>'
       b'</linearGradient></defs><rect width="90" height="60" fill="url(#g)"/><text x="9" y="30">hello</text></svg>')


def whole(folder):
    """{ending: bytes} of small good files; what this computer cannot make is left out."""
    with open(os.path.join(folder, "p.ppm"), "wb") as file:
        file.write(b"P6\n96 64\n255\n" + bytes((x * 5 + y * c * 3) % 256 for y in range(64) for x in range(96) for c in (1, 2, 3)))
    quiet = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1"]

    def run(*command):
        return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    assert run(*quiet, "-f", "lavfi", "-i", "sine=440:duration=0.7", "t.wav")
    assert run(*quiet, "-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=1.2", "-i", "t.wav", "-c:v", "ffv1", "-c:a", "flac", "f.mkv")

    def one(name):
        command, out = SOURCES[name], "whole." + name
        command = [word.format(out) for word in command]
        if command[0] == "ffmpeg":
            command = quiet + command[1:]
        return run(*command) and os.path.exists(os.path.join(folder, out))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        made = dict(zip(SOURCES, pool.map(one, SOURCES)))
    files = {"svg": SVG, "mid": midi(), "mod": module()}
    for name, ok in made.items():
        if ok:
            with open(os.path.join(folder, "whole." + name), "rb") as file:
                files[name] = file.read()
    assert len(files) > 25, files.keys()
    with open(os.path.join(folder, "p.ppm"), "rb") as file:
        files["ppm"] = file.read()
    return files


def cut(files, places):
    for ending, data in files.items():
        for i in range(places):
            # half of them in the first few hundred bytes, where the headers are
            at = (i * min(400, len(data)) // places * 2) if i < places // 2 else (i - places // 2) * len(data) // (places - places // 2)
            yield f"cut-{ending}-{at}", data[:max(1, at)]


def damage(files, seeds):
    for ending, data in files.items():
        for seed in range(seeds):
            chance = random.Random(f"{ending}{seed}")
            bad = bytearray(data)
            for _ in range(1 + chance.randrange(20)):
                at = chance.randrange(min(len(bad), 4096 if seed % 3 else len(bad)))
                bad[at] = chance.choice([0, 255, 127, 128, chance.randrange(256)])
            yield f"damaged-{ending}-{seed}", bytes(bad)


# ---- bombs and absurd headers ----

def gif(width, height, frames=1, size=(1, 1)):
    image = b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + b"\x02\x02\x44\x01\0"
    control = b"!\xf9\x04\x04\x01\0\0\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + (control + image) * frames + b";"


def tiff(entries, tail=b"", following=0):
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", following)
    return b"II*\0\x08\0\0\0" + body + tail


def bombs():
    big = {256: (256, 4, 1, 50000), 257: (257, 4, 1, 50000)}
    yield "png-50000-gray", png(50000, 50000, depth=1, colour=0)
    yield "png-9999-rgba", png(9999, 9999, colour=6, rows=300)
    yield "png-10000-16bit", png(10000, 10000, depth=16, colour=6, rows=30)
    yield "png-100-megapixels", png(16384, 6100, depth=1, colour=0)
    yield "png-long", png(1, 16384)
    yield "png-text-bomb", png(8, 8, before=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(1 << 28), 9)))
    yield "png-profile-bomb", png(8, 8, before=chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(1 << 28), 9)))
    yield "png-more-rows", png(64, 64, rows=100000)
    yield "png-many-chunks", png(8, 8, before=chunk(b"tEXt", b"k\0v") * 50000)
    for side in (0x7fffffff, 0xffffffff, 0x80000000, 0, 65536, 16385):
        yield f"png-claims-{side}", png(8, 8, claimed=(side, side))
        yield f"png-claims-{side}-by-1", png(8, 8, claimed=(side, 1))
    yield "apng-claims-many", png(8, 8, before=chunk(b"acTL", struct.pack(">II", 0xffffffff, 0)) + chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 8, 8, 0xffffffff, 0, 0, 0, 0, 0)))
    yield "gif-canvas", gif(65535, 65535)
    yield "gif-16384-canvas-many", gif(16384, 6000, 2000)
    yield "gif-frame-outside", gif(4, 4, 3, (65535, 65535))
    yield "gif-no-delay-many", gif(300, 300, 30000)
    yield "gif-nothing", gif(0, 0)
    for w, h in ((16383, 16383), (0xffffff, 0xffffff)):
        vp8x = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + struct.pack("<I", w)[:3] + struct.pack("<I", h)[:3]
        anim = b"ANIM" + struct.pack("<IIH", 6, 0, 0) + b"ANMF" + struct.pack("<I", 24) + bytes(24)
        body = b"WEBP" + vp8x + anim
        yield f"webp-canvas-{w}", b"RIFF" + struct.pack("<I", len(body)) + body
    lossless = b"VP8L" + struct.pack("<I", 64) + b"\x2f\xff\xff\xff\x0f" + bytes(59)
    yield "webp-lossless-16384", b"RIFF" + struct.pack("<I", 4 + len(lossless)) + b"WEBP" + lossless
    packed = zlib.compress(bytes(1 << 27), 9)
    strip = [(256, 4, 1, 20000), (257, 4, 1, 5000), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 200), (277, 3, 1, 1), (278, 4, 1, 5000), (279, 4, 1, len(packed))]
    yield "tiff-deflate-bomb", tiff(strip).ljust(200, b"\0") + packed
    yield "tiff-50000", tiff([big[256], big[257], (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 50000), (279, 4, 1, 0xffffffff)])
    yield "tiff-loop", tiff([(256, 4, 1, 8), (257, 4, 1, 8)], following=8)
    yield "tiff-many-values", tiff([(256, 4, 1, 8), (257, 4, 1, 8), (273, 4, 0xffffffff, 8), (279, 4, 0xffffffff, 8)])
    yield "tiff-no-samples", tiff([(256, 4, 1, 8), (257, 4, 1, 8), (277, 3, 1, 0), (258, 3, 1, 0), (278, 4, 1, 0)])
    for side in (0x7fffffff, -0x80000000, -8, 0):
        yield f"bmp-{side}", b"BM" + struct.pack("<IHHI", 70, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(16)
    yield "bmp-rle-runs", b"BM" + struct.pack("<IHHI", 70, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 9000, 9000, 1, 8, 1, 0, 0, 0, 0xffffffff, 0) + b"\xff\x01" * 90000
    yield "qoi-100000", b"qoif" + struct.pack(">IIBB", 100000, 100000, 4, 0) + b"\xfd" * 5000
    yield "qoi-9000-run", b"qoif" + struct.pack(">IIBB", 9000, 9000, 4, 0) + b"\xfd" * 1400000
    yield "ppm-huge", b"P6 2000000000 2000000000 255\n" + bytes(100)
    yield "ppm-endless", b"P6 " + b"9" * 100000
    yield "pgm-ascii", b"P2 16000 6000 255\n" + b"1 " * 4000
    yield "tga-65535", bytes([0, 0, 10]) + bytes(9) + struct.pack("<HHBB", 65535, 65535, 32, 0) + b"\xff\0\0\0\0" * 1000
    yield "ico-itself", b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 0xffffffff, 0)
    yield "ico-many", b"\0\0\1\0\xff\xff" + struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 40, 22) * 3000
    yield "xpm-huge", b'/* XPM */\nstatic char *x[] = {"99999 99999 99999999 30",\n"a c red",\n'
    yield "psd-30000", b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 56, 30000, 30000, 16, 3) + bytes(14) + b"\0\1" * 4000
    yield "exr-huge", b"v/1\x01\x02\0\0\0dataWindow\0box2i\0" + struct.pack("<Iiiii", 16, -0x7fffffff, -0x7fffffff, 0x7fffffff, 0x7fffffff) + b"\0"
    head = b"\xff\xd8\xff\xc2" + struct.pack(">HBHHB", 17, 8, 65500, 65500, 3) + b"\1\x22\0\2\x11\0\3\x11\0"
    yield "jpg-65500", head + b"\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0" + bytes(2000) + b"\xff\xd9"
    yield "jpg-thumbnail-loop", b"\xff\xd8" + (b"\xff\xe1" + struct.pack(">H", 65533) + b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(65517)) * 20
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02" + struct.pack(">HHIIHHII", 0x8825, 4, 1, 8, 0x8769, 4, 1, 8) + struct.pack(">I", 8)
    yield "jpg-exif-loop", b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xd9"


def progressive(data):
    """One good progressive JPEG whose scans come again and again."""
    at = data.find(b"\xff\xda")
    if at < 0:
        return
    scans = data[at:-2]
    yield "jpg-thousand-scans", data[:at] + scans * max(1, 3000000 // len(scans)) + b"\xff\xd9"
    size = data.find(b"\xff\xc2") + 5
    yield "jpg-large-many-scans", data[:size] + struct.pack(">HH", 9000, 9000) + data[size + 4:at] + scans * 40 + b"\xff\xd9"


def svgs(folder, port):
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="80"'
    cases = {
        "laughs": f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]><svg {space}><text y="20">&l9;</text></svg>',
        "entity-file": f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://{folder}/bait">]><svg {space}><text y="20">&x;</text></svg>',
        "entity-url": f'<?xml version="1.0"?><!DOCTYPE svg SYSTEM "http://127.0.0.1:{port}/x.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p">%p;]><svg {space}/>',
        "image-file": f'<svg {space}><image width="100" height="80" xlink:href="file://{folder}/bait.png"/></svg>',
        "image-path": f'<svg {space}><image width="100" height="80" href="{folder}/bait.png"/></svg>',
        "image-relative": f'<svg {space}><image width="100" height="80" href="bait.png"/></svg>',
        "image-url": f'<svg {space}><image width="100" height="80" xlink:href="http://127.0.0.1:{port}/i.png"/></svg>',
        "image-itself": f'<svg {space}><image width="100" height="80" href="#"/><use href="#a" id="a"/></svg>',
        "style-url": f'<?xml-stylesheet href="http://127.0.0.1:{port}/s.css"?><svg {space}><style>@import url(http://127.0.0.1:{port}/t.css); rect {{ fill: url(http://127.0.0.1:{port}/#f) }}</style><rect width="9" height="9"/></svg>',
        "use-url": f'<svg {space}><use xlink:href="http://127.0.0.1:{port}/u.svg#a"/><use xlink:href="file://{folder}/bait#a"/></svg>',
        "include": f'<svg {space} xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://{folder}/bait" parse="text"/></svg>',
        "script": f'<svg {space} onload="fetch(\'http://127.0.0.1:{port}/\')"><script>for(;;);</script><foreignObject width="9" height="9"/></svg>',
        "huge": '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"><rect width="1e9" height="1e9"/></svg>',
        "negative": '<svg xmlns="http://www.w3.org/2000/svg" width="-5" height="nan" viewBox="0 0 0 0"><rect width="1e308" height="-1e308"/></svg>',
        "deep": f"<svg {space}>" + "<g>" * 100000 + "</g>" * 100000 + "</svg>",
        "use-bomb": f"<svg {space}><defs><g id='a0'><rect width='9' height='9'/></g>" + "".join(
            f"<g id='a{i}'>" + f"<use href='#a{i - 1}' xlink:href='#a{i - 1}'/>" * 10 + "</g>" for i in range(1, 12)) + "</defs><use href='#a11' xlink:href='#a11'/></svg>",
        "use-loop": f"<svg {space}><g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g><use href='#a'/></svg>",
        "blur": f"<svg {space}><filter id='f'><feGaussianBlur stdDeviation='99999'/><feTurbulence numOctaves='99999'/><feMorphology radius='9999'/></filter><rect width='90' height='90' filter='url(#f)'/></svg>",
        "pattern": f"<svg {space}><pattern id='p' width='.0001' height='.0001' patternUnits='userSpaceOnUse'><rect width='1' height='1'/></pattern><rect width='99' height='99' fill='url(#p)'/></svg>",
        "dash": f"<svg {space}><path d='M0 0 L1e9 1e9' stroke='red' stroke-dasharray='.00001'/></svg>",
        "path": f"<svg {space}><path d='M0 0 " + "C1 2 3 4 5 6 " * 100000 + "' stroke='red'/></svg>",
        "attributes": f"<svg {space} " + " ".join(f"a{i}='{i}'" for i in range(50000)) + "/>",
    }
    for name, text in cases.items():
        yield f"svg-{name}", text.encode()


def mkv(*times):
    """A short sound of which each tenth of a second says that it belongs to such a time."""
    def one(name, body):
        return bytes.fromhex(name) + b"\x01" + struct.pack(">Q", len(body))[1:] + body
    sound = one("e1", one("b5", struct.pack(">d", 8000)) + one("9f", b"\x01") + one("6264", b"\x10"))
    track = one("ae", one("d7", b"\x01") + one("73c5", b"\x01") + one("83", b"\x02") + one("86", b"A_PCM/INT/LIT") + sound)
    clusters = [one("1f43b675", one("e7", struct.pack(">Q", time)) + one("a3", b"\x81\0\0\x80" + bytes(range(200)) * 8)) for time in times]
    return one("1a45dfa3", one("4282", b"matroska")) + one("18538067", one("1549a966", one("2ad7b1", b"\x0f\x42\x40")) + one("1654ae6b", track)
                                                          + b"".join(clusters))


def absurd(files):
    """Headers that say what cannot be."""
    def wav(channels, rate, bits, size, form=1, align=4):
        return b"RIFF" + struct.pack("<I", 0xffffffff) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, form, channels, rate, rate & 0x3fffffff, align, bits) + b"data" + struct.pack("<I", size) + bytes(4000)
    for i, case in enumerate([(2, 0, 16, 400), (0, 44100, 16, 400), (65535, 44100, 16, 0xffffffff), (2, 0xffffffff, 16, 400), (2, 44100, 0, 400), (2, 44100, 65535, 400),
                              (1, 1, 8, 0xffffffff, 1, 1), (2, 44100, 4, 0xffffffff, 2, 0), (2, 44100, 16, 0, 0xfffe), (255, 384000, 32, 0xfffffff0, 3, 1020)]):
        yield f"wav-{i}", wav(*case)
    movie = files.get("mp4", b"")
    for word, offset, size in ((b"mvhd", 16, 4), (b"mvhd", 20, 4), (b"mdhd", 16, 4), (b"mdhd", 20, 4), (b"stts", 8, 4), (b"stts", 16, 4), (b"stsz", 8, 4), (b"stsz", 12, 4),
                               (b"stsc", 8, 4), (b"stco", 8, 4), (b"elst", 8, 4), (b"elst", 16, 4), (b"tkhd", 80, 4), (b"tkhd", 84, 4), (b"tkhd", 44, 4), (b"ctts", 8, 4), (b"avcC", 4, 4)):
        at = movie.find(word)
        for value in (b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x80\0\0\0"):
            if at > 0:
                yield f"mp4-{word.decode()}-{offset}-{value.hex()}", movie[:at + offset - 4] + value[:size] + movie[at + offset - 4 + size:]
    for word in (b"moov", b"trak", b"mdat", b"stbl", b"ftyp"):
        at = movie.find(word) - 4
        for value in (0, 1, 7, 0x7fffffff, 0xffffffff):
            if at >= 0:
                yield f"mp4-{word.decode()}-size-{value}", movie[:at] + struct.pack(">I", value) + movie[at + 4:]
    for i, times in enumerate([(2 ** 62, 2 ** 62 + 5), (0, 9 * 10 ** 15, 5, 2 ** 61), (2 ** 63, 0, 2 ** 63 - 9), (9223372036854775, 0, 9223372036854775), (0, 2 ** 60) * 40]):
        yield f"mkv-times-{i}", mkv(*times)
    nest = b""
    for _ in range(3000):
        nest = atom(b"moov", nest)
    yield "mp4-nested", atom(b"ftyp", b"isom\0\0\0\0isom") + nest
    yield "mp4-long-name", atom(b"ftyp", b"isom\0\0\0\0isom") + atom(b"moov", atom(b"udta", atom(b"meta", bytes(4) + atom(b"ilst", atom(b"\xa9nam", atom(b"data", bytes(8) + b"x" * 3000000))))))
    yield "mp4-cover-bomb", atom(b"ftyp", b"M4A \0\0\0\0isom") + atom(b"moov", atom(b"udta", atom(b"meta", bytes(4) + atom(b"ilst", atom(b"covr", atom(b"data", struct.pack(">II", 14, 0) + png(16384, 6000, depth=1, colour=0)))))))
    yield "mkv-unknown-sizes", b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7
    yield "mkv-nested", b"\x1a\x45\xdf\xa3\x84\x42\x82\x81w" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + (b"\x12\x54\xc3\x67\x01" + b"\xff" * 7 + b"\x67\xc8\x01" + b"\xff" * 7) * 20000
    yield "id3-256-megabytes", b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bytes(1000) + files.get("mp3", b"")
    yield "id3-cover-bomb", b"ID3\x03\0\0" + (lambda body: bytes((len(body) >> s) & 127 for s in (21, 14, 7, 0)) + body)((lambda p: b"APIC" + struct.pack(">I", len(p)) + b"\0\0" + p)(b"\0image/png\0\x03\0" + png(16384, 6000, depth=1, colour=0))) + files.get("mp3", b"")
    yield "id3-many", (b"ID3\x03\0\0\0\0\0\x0a" + b"TIT2\0\0\0\0\0\0") * 20000 + files.get("mp3", b"")
    sound = files.get("ogg", b"")
    for value in (b"\xff" * 8, b"\0" * 7 + b"\x80", b"\xff" * 7 + b"\x7f"):
        last = sound.rfind(b"OggS")
        yield f"ogg-end-{value.hex()}", sound[:last + 6] + value + sound[last + 14:]
    yield "ogg-many-streams", b"".join(b"OggS\0\x02" + bytes(8) + struct.pack("<III", i, 0, 0) + b"\1\x08\x01vorbis\0" for i in range(20000))
    yield "flac-picture", b"fLaC\0\0\0\x22" + files.get("flac", bytes(42))[8:42] + b"\x06\xff\xff\xff" + struct.pack(">II", 3, 0xffffffff) + bytes(2000)
    yield "flac-rate-0", b"fLaC\x80\0\0\x22\0\x10\0\x10" + bytes(30) + bytes(1000)
    yield "aiff-endless", b"FORM\xff\xff\xff\xffAIFFCOMM\0\0\0\x12\xff\xff\xff\xff\xff\xff\0\x20\x7f\xff" + b"\xff" * 8 + b"SSND\xff\xff\xff\xff" + bytes(1000)
    yield "avi-index", files.get("avi", b"")[:-8] + b"idx1" + struct.pack("<I", 0xfffffff0) + b"00dc" * 50000
    yield "avi-rate-0", files.get("avi", b"").replace(b"strh8\0\0\0vids", b"strh8\0\0\0vids", 1)[:0x80] + bytes(40) + files.get("avi", b"")[0xa8:]
    yield "mid-division-0", b"MThd\0\0\0\6\0\1\xff\xff\0\0" + b"MTrk\xff\xff\xff\xff\0\x90\x3c\x64"
    yield "mid-endless", b"MThd\0\0\0\6\0\0\0\1\0\1" + b"MTrk\0\0\x30\0" + b"\xff\xff\xff\x7f\x90\x3c\x64" * 1700 + b"\0\xff\x2f\0"
    yield "mod-128-orders", module()[:950] + b"\x80\0" + b"\x7f" * 128 + b"M.K." + bytes(200)
    yield "ts-noise", b"".join(b"\x47" + random.Random(i).randbytes(187) for i in range(3000))
    yield "h264-noise", b"".join(b"\0\0\0\1" + bytes([0x67 if i % 3 == 0 else 0x65]) + random.Random(i).randbytes(200) for i in range(800))
    yield "mjpeg-noise", b"".join(b"\xff\xd8\xff\xe0" + random.Random(i).randbytes(300) for i in range(800))
    for kind in ("zeros", "ones", "noise"):
        yield kind, {"zeros": bytes(70000), "ones": b"\xff" * 70000, "noise": random.Random(1).randbytes(70000)}[kind]
    for magic in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\xff\xff\xff\xffWEBP", b"BM", b"II*\0", b"MM\0*", b"qoif", b"\0\0\1\0", b"fLaC", b"OggS", b"ID3\4", b"\x1a\x45\xdf\xa3",
                  b"RIFF\xff\xff\xff\xffAVI ", b"RIFF\xff\xff\xff\xffWAVE", b"FORM", b"MThd", b"#!AMR\n", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypheic", b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a",
                  b"FLV\1", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b".snd", b"caff", b"wvpk", b"MAC ", b"TTA1", b"DKIF", b"8BPS", b"v/1\1", b"<svg ", b"IMPM", b"Extended Module: "):
        yield "magic-" + magic[:6].hex(), magic + random.Random(magic.hex()).randbytes(3000)
        yield "magic-ones-" + magic[:6].hex(), magic + b"\xff" * 3000


# ---- what names other files ----

def references(folder, port, files):
    """Playlists and films that name the bait and a server. None of them may be more than a file, but where a film has a film's own header."""
    url, path = f"http://127.0.0.1:{port}", f"{folder}/bait"
    for scheme, target in (("url", f"{url}/x.ts"), ("file", f"file://{path}.png"), ("path", f"{path}.png"), ("relative", "bait.png"), ("crypto", f"crypto:{url}/x"),
                           ("concat", f"concat:{path}.png|{path}.png"), ("subfile", f"subfile,,start,0,end,900,,:{path}.png"), ("data", "data:image/png;base64,iVBORw0KGgo="),
                           ("tcp", f"tcp://127.0.0.1:{port}"), ("udp", f"udp://127.0.0.1:{port}"), ("rtmp", f"rtmp://127.0.0.1:{port}/a/b"), ("ftp", f"ftp://127.0.0.1:{port}/x"),
                           ("pipe", "pipe:0"), ("fd", "fd:0"), ("gopher", f"gopher://127.0.0.1:{port}/x"), ("rtsp", f"rtsp://127.0.0.1:{port}/x")):
        yield f"m3u8-{scheme}", f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n".encode()
        yield f"m3u8-key-{scheme}", f'#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-KEY:METHOD=AES-128,URI="{target}",IV=0x00000000000000000000000000000000\n#EXT-X-MAP:URI="{target}"\n#EXTINF:10,\n{target}\n'.encode()
        yield f"ffconcat-{scheme}", f"ffconcat version 1.0\nfile '{target}'\nduration 5\n".encode()
        yield f"concat-{scheme}", f"file '{target}'\nfile '{target}'\n".encode()
    yield "m3u8-master", f'#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=96x64\n{url}/a.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b",URI="{url}/b.m3u8"\n'.encode()
    yield "mpd", (f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
                  f'<AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1" width="96" height="64"><BaseURL>{url}/x.mp4</BaseURL><SegmentList><Initialization sourceURL="{url}/i"/>'
                  f'<SegmentURL media="file://{path}"/></SegmentList></Representation></AdaptationSet></Period></MPD>').encode()
    yield "sdp", f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:rtsp://127.0.0.1:{port}/\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n".encode()
    yield "pls", f"[playlist]\nNumberOfEntries=2\nFile1={url}/a.mp3\nFile2={path}.png\nVersion=2\n".encode()
    yield "m3u", f"{url}/a.mp3\n{path}.png\n".encode()
    yield "asx", f'<asx version="3.0"><entry><ref href="{url}/a.wmv"/></entry></asx>'.encode()
    yield "asf-reference", f"[Reference]\nRef1={url}/a.asf?MSWMExt=.asf\n".encode()
    yield "nsc", f"[Address]\nName=x\nMulticast Adapter=127.0.0.1\nIP Port={port}\n[Formats]\n".encode()
    yield "smil", f'<smil><body><video src="{url}/a.rm"/></body></smil>'.encode()
    yield "ram", f"rtsp://127.0.0.1:{port}/a.rm\n".encode()
    yield "rtsp-text", f"RTSPtextrtsp://127.0.0.1:{port}/a".encode()
    yield "qtl", f'<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?><embed src="{url}/a.mov"/>'.encode()
    yield "xspf", f'<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>{url}/a</location></track></trackList></playlist>'.encode()
    yield "cue", f'FILE "{path}.png" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'.encode()
    yield "idx", f"# VobSub index file, v7 (do not modify this line!)\nsize: 96x64\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n# {path}\n".encode()
    yield "imf", (f'<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:00000000-0000-0000-0000-000000000000</Id><ContentTitle>x</ContentTitle>'
                  f'<EditRate>24 1</EditRate><SegmentList/></CompositionPlaylist>').encode()
    yield "assetmap", f'<AssetMap xmlns="http://www.smpte-ra.org/schemas/429-9/2007/AM"><AssetList><Asset><ChunkList><Chunk><Path>{path}</Path></Chunk></ChunkList></Asset></AssetList></AssetMap>'.encode()
    yield "avs", f'AviSource("{path}")\nDirectShowSource("{url}")\n'.encode()
    yield "vpy", f"import socket\nsocket.create_connection(('127.0.0.1', {port}))\n".encode()
    yield "lavfi", f"movie={path}.png".encode()
    yield "mvg", f"push graphic-context\nviewbox 0 0 96 64\nimage over 0,0 96,64 '{path}.png'\nimage over 0,0 9,9 '{url}/a'\npop graphic-context\n".encode()
    yield "msl", f'<?xml version="1.0"?><image><read filename="{path}.png"/><write filename="{folder}/written"/></image>'.encode()
    yield "eps", f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 96 64\n({path}) (r) file 100 string readstring pop show showpage\n".encode()
    yield "html", f'<html><img src="{url}/a.png"><iframe src="file://{path}"></iframe></html>'.encode()
    # a film whose data are elsewhere
    for kind, body in (("url", b"\0\0\0\0" + url.encode() + b"/x.mov\0"), ("file-url", b"\0\0\0\0file://" + path.encode() + b".png\0"), ("alis", bytes(4) + bytes(150) + path.encode() + b".png\0"),
                       ("rsrc", bytes(4) + bytes(150))):
        word = {"url": b"url ", "file-url": b"url ", "alis": b"alis", "rsrc": b"rsrc"}[kind]
        movie = files.get("mov") or files["mp4"]
        at = movie.find(b"dref") - 4
        if at > 0:
            old = struct.unpack(">I", movie[at:at + 4])[0]
            dref = atom(b"dref", struct.pack(">II", 0, 1) + atom(word, body))
            # the sizes of what it lies in are wrong now, and that is one more lie
            yield f"mov-dref-{kind}", movie[:at] + dref + movie[at + old:]
            if len(dref) <= 4096 and old >= 8:
                short = atom(word, (b"\0\0\0\0" + (url if kind == "url" else path).encode())[:max(0, old - 24)].ljust(max(0, old - 24), b"\0"))
                yield f"mov-dref-{kind}-in-place", movie[:at] + atom(b"dref", struct.pack(">II", 0, 1) + short)[:old].ljust(old, b"\0") + movie[at + old:]
    reference = atom(b"rmda", atom(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(url) + 1) + url.encode() + b"\0"))
    yield "mov-rmra", atom(b"ftyp", b"qt  \0\0\0\0qt  ") + atom(b"moov", atom(b"rmra", reference))
    attached = b"\x19\x41\xa4\x69"
    part = b"\x46\x6e" + bytes([0x80 + 20]) + b"../../../tmp/evil.so" + b"\x46\x60\x8aimage/jpeg"[:13] + b"\x46\x5c\x84\x7fELF"
    mkv = files.get("mkv", b"")
    yield "mkv-attachment", mkv + attached + bytes([0x80 + len(part) + 3]) + b"\x61\xa7" + bytes([0x80 + len(part)]) + part
    # two things at once: a picture in front, a playlist behind
    yield "jpg-with-playlist", files["jpg"] + f"#EXTM3U\n#EXTINF:1,\n{url}/x\n".encode()
    yield "png-with-zip", files["png"] + b"PK\3\4" + bytes(100)


def bait(folder):
    with open(os.path.join(folder, "bait"), "w") as file:
        file.write(SECRET * 40)
    with open(os.path.join(folder, "bait.png"), "wb") as file:
        rows = (b"\0" + bytes(BAIT_COLOUR) * 96) * 64
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 96, 64, 8, 2, 0, 0, 0)) + chunk(b"tEXt", b"Title\0" + SECRET.encode())
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make(folder, port, places=50, seeds=20, files=None):
    """All of it, as (name, bytes)."""
    files = files or whole(folder)
    bait(folder)
    yield from references(folder, port, files)
    yield from svgs(folder, port)
    yield from bombs()
    yield from progressive(files.get("progressive.jpg", b""))
    yield from absurd(files)
    yield from cut(files, places)
    yield from damage(files, seeds)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    count = 0
    for name, data in make(folder, 9):
        with open(os.path.join(folder, "hostile-" + name), "wb") as file:
            file.write(data)
        count += 1
    print(count, "files")


if __name__ == "__main__":
    main()
