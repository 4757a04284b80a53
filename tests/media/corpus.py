#!/usr/bin/env python3
"""Small files of the formats that phones, cameras, browsers and old programs make, and what must be seen or heard of each.

    for entry in corpus.make(folder): entry.path, entry.kind, entry.width ...

Pictures and films show four fields: red, green, blue, yellow (QUADRANTS), so that a wrong turn, a wrong colour or a wrong
size is seen. Sounds are a tone. Run by itself it makes the files into a folder: corpus.py FOLDER. See README.md here.
"""
import concurrent.futures
import dataclasses
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

QUADRANTS = ((214, 46, 46), (46, 168, 62), (48, 74, 206), (232, 208, 52))  # left and right of the upper, then of the lower row
GRAYS = tuple(round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in QUADRANTS)
WIDTH, HEIGHT = 240, 160
SECONDS = 1.6  # of sounds and films
TOLERANCE = 26  # of 255, of a colour in the middle of its field


@dataclasses.dataclass
class Entry:
    """What a file is, and what must be seen of it."""
    name: str
    kind: str  # "image", "audio", "video"
    width: int = 0  # upright
    height: int = 0
    seconds: float = 0
    slack: float = 0.15  # of seconds: formats round, pad, or do not say it at all
    tone: int = 0  # Hz
    colours: tuple = QUADRANTS
    tolerance: int = TOLERANCE
    frames: int = 1  # of a picture that moves
    clear: bool = False  # the lower right field is transparent
    plays: bool = True  # False: only where more is installed (instruments for MIDI)
    optional: str = ""  # a library without which it cannot be made or shown
    title: str = ""
    path: str = ""


def pixels(width=WIDTH, height=HEIGHT, colours=QUADRANTS):
    """The four fields as bytes, RGB."""
    rows = []
    for upper in (0, 2):
        left, right = (bytes(colour) for colour in colours[upper:upper + 2])
        rows.append(left * (width // 2) + right * (width - width // 2))
    return rows[0] * (height // 2) + rows[1] * (height - height // 2)


class Maker:
    """Makes files in a folder with the tools of the system. Sources are made first, then all entries beside each other."""

    def __init__(self, folder):
        self.folder = folder
        self.jobs = []  # (entry, function of its path)
        self.base = self.source("base.ppm", pixels())
        self.odd = self.source("odd.ppm", pixels(321, 241), 321, 241)
        self.tone = os.path.join(folder, ".tone.wav")
        self.run("ffmpeg", "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=44100:duration={SECONDS}", "-ac", "2", "-af", "volume=4",
                 self.tone)

    def source(self, name, data, width=WIDTH, height=HEIGHT):
        path = os.path.join(self.folder, "." + name)
        with open(path, "wb") as file:
            file.write(b"P6\n%d %d\n255\n" % (width, height) + data)
        return path

    @staticmethod
    def run(*command):
        if command[0] == "ffmpeg":
            command = ("ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", *command[1:])
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-600:]}")
        return done.stdout

    def add(self, entry, make):
        """make: a function of the path, or a command in which OUT stands for it."""
        entry.path = os.path.join(self.folder, entry.name)
        if not callable(make):
            command = tuple(make)
            make = lambda path: self.run(*(path if part == "OUT" else part for part in command))  # noqa: E731
        self.jobs.append((entry, make))

    def make(self):
        def one(job):
            entry, make = job
            try:
                make(entry.path)
            except (RuntimeError, FileNotFoundError) as error:
                if entry.optional:
                    return None  # this system has no tool for it
                raise RuntimeError(f"{entry.name} was not made: {error}") from error
            return entry
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return [entry for entry in pool.map(one, self.jobs) if entry is not None]


# By bytes

def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def exif(orientation):
    """An EXIF segment of a JPEG that says how it lies (TIFF 6.0, tag 0x0112)."""
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    block = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block


def lying(data, width, height, orientation):
    """The pixels as a camera stores them that is to be turned so: (pixels, width, height)."""
    at = {1: lambda x, y: (x, y), 2: lambda x, y: (width - 1 - x, y), 3: lambda x, y: (width - 1 - x, height - 1 - y),
          4: lambda x, y: (x, height - 1 - y), 5: lambda x, y: (y, x), 6: lambda x, y: (width - 1 - y, x),
          7: lambda x, y: (width - 1 - y, height - 1 - x), 8: lambda x, y: (y, height - 1 - x)}[orientation]
    across, down = (width, height) if orientation < 5 else (height, width)
    out = bytearray()
    for y in range(down):
        for x in range(across):
            ux, uy = at(x, y)
            out += data[(uy * width + ux) * 3:(uy * width + ux) * 3 + 3]
    return bytes(out), across, down


def s15(value):
    return struct.pack(">i", round(value * 65536))


def icc():
    """A profile of a display with sRGB's primaries and a gamma of 2.2 (ICC.1:2001, matrix and TRC)."""
    def xyz(x, y, z):
        return b"XYZ " + bytes(4) + s15(x) + s15(y) + s15(z)
    text = b"gamma 2.2\x00"
    desc = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(8 + 3 + 67 + 1)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    tags = [(b"desc", desc + bytes(-len(desc) % 4)), (b"cprt", b"text" + bytes(4) + b"none\x00\x00\x00\x00"),
            (b"wtpt", xyz(0.9642, 1, 0.8249)), (b"rXYZ", xyz(0.4361, 0.2225, 0.0139)),
            (b"gXYZ", xyz(0.3851, 0.7169, 0.0971)), (b"bXYZ", xyz(0.1431, 0.0606, 0.7139)),
            (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)]
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags:
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + s15(0.9642) + s15(1) + s15(0.8249)
    return head.ljust(128, b"\x00") + table + body


def with_profile(jpeg):
    block = b"ICC_PROFILE\x00\x01\x01" + icc()
    return jpeg[:2] + b"\xff\xe2" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def qoi(data, width, height, channels=3):
    """qoiformat.org, with runs and whole pixels alone."""
    out, run, before = b"", 0, bytes((0, 0, 0))
    parts = []
    for i in range(0, len(data), 3):
        pixel = data[i:i + 3]
        if pixel == before and run < 62:
            run += 1
            continue
        if run:
            parts.append(bytes((0xc0 | (run - 1),)))
            run = 0
        if pixel == before:
            run = 1
        else:
            parts.append(b"\xfe" + pixel)
            before = pixel
    if run:
        parts.append(bytes((0xc0 | (run - 1),)))
    out = b"qoif" + struct.pack(">IIBB", width, height, channels, 0)
    return out + b"".join(parts) + bytes(7) + b"\x01"


def tga(data, width, height, packed):
    """Truevision TGA: plain from the lowest row on, packed from the uppermost."""
    rows = [data[y * width * 3:(y + 1) * width * 3] for y in range(height)]
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, 10 if packed else 2, 0, 0, 0, 0, 0, width, height, 24, 0x20 if packed else 0)
    out = bytearray(head)
    for row in rows if packed else reversed(rows):
        turned = b"".join(row[x + 2:x - 1 if x else None:-1] for x in range(0, len(row), 3))  # blue comes first
        at = 0
        while packed and at < len(turned):
            pixel, run = turned[at:at + 3], 1
            while run < 128 and turned[at + run * 3:at + run * 3 + 3] == pixel:
                run += 1
            out += bytes((0x80 | (run - 1),)) + pixel
            at += run * 3
        if not packed:
            out += turned
    return bytes(out)


def png(rows, width, height, depth=8, kind=2, more=b""):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    stride = len(rows) // height
    body = b"".join(b"\x00" + rows[y * stride:(y + 1) * stride] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def transparent():
    """PNG with alpha: the lower right field is clear."""
    data, out = pixels(), bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            at = (y * WIDTH + x) * 3
            out += data[at:at + 3] + (b"\x00" if x >= WIDTH // 2 and y >= HEIGHT // 2 else b"\xff")
    return png(bytes(out), WIDTH, HEIGHT, 8, 6)


def svg():
    colours = ["#%02x%02x%02x" % colour for colour in QUADRANTS]
    places = [(0, 0), (WIDTH // 2, 0), (0, HEIGHT // 2), (WIDTH // 2, HEIGHT // 2)]
    fields = "".join(f'<rect x="{x}" y="{y}" width="{WIDTH // 2}" height="{HEIGHT // 2}" fill="{colour}"/>'
                     for colour, (x, y) in zip(colours, places))
    return (f'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}">{fields}</svg>\n').encode()


def mod():
    """A ProTracker module of one pattern: a square wave of 32 samples at C-2."""
    wave = bytes([40] * 16 + [216] * 16)
    sample = b"square".ljust(22, b"\x00") + struct.pack(">HBBHH", len(wave) // 2, 0, 64, 0, len(wave) // 2)
    none = bytes(22) + struct.pack(">HBBHH", 0, 0, 0, 0, 1)
    rows = b""
    for row in range(64):
        note = 428 if row % 8 == 0 and row < 16 else 0
        effect = 0x0d00 if row == 15 else 0  # then the pattern is over
        rows += struct.pack(">HH", note, (1 << 12 if note else 0) | effect) + bytes(12)
    return b"one tone".ljust(20, b"\x00") + sample + none * 30 + bytes((1, 127)) + bytes(128) + b"M.K." + rows + wave


def xm():
    """A FastTracker II module of one pattern and one instrument."""
    wave = [40] * 16 + [-40] * 16
    deltas = bytes((b - a) & 255 for a, b in zip([0] + wave, wave))
    rows = b"".join(bytes((0x83, 49, 1)) if row % 8 == 0 else b"\x80" for row in range(16))
    pattern = struct.pack("<IBHH", 9, 0, 16, len(rows)) + rows
    header = struct.pack("<IHHHHHHHH", 276, 1, 0, 1, 1, 1, 1, 6, 125) + bytes(256)
    instrument = struct.pack("<I22sBH", 263, b"square", 0, 1) + struct.pack("<I", 40) + bytes(263 - 33)
    sample = struct.pack("<IIIBbBBbB22s", len(wave), 0, len(wave), 64, 0, 1, 128, 0, 0, b"square")
    return (b"Extended Module: " + b"one tone".ljust(20) + b"\x1a" + b"corpus".ljust(20) + struct.pack("<H", 0x0104) +
            header + pattern + instrument + sample + deltas)


def midi():
    """Four notes of a piano, 1.6 s."""
    track = b"\x00\xc0\x00"
    for note in (60, 64, 67, 72):
        track += bytes((0, 0x90, note, 100)) + b"\x60" + bytes((0x80, note, 0))  # 96 ticks of 240 a second
    track += b"\x00\xff\x2f\x00"
    return (b"MThd" + struct.pack(">IHHH", 6, 0, 1, 120) + b"MTrk" + struct.pack(">I", len(track)) + track)


def turn_film(path, turn):
    """Write into an mp4 that its picture is to be turned by so many degrees clockwise (ISO 14496-12, tkhd)."""
    one = 1 << 16
    matrix = {90: (0, one, -one, 0), 180: (-one, 0, 0, -one), 270: (0, -one, one, 0)}[turn]
    data = bytearray(read(path))
    at = data.find(b"tkhd")
    a, b, c, d = matrix
    struct.pack_into(">9i", data, at + 4 + 4 + 20 + 16, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    write(path, bytes(data))


# What is made

def pictures(maker):
    def image(name, make, **more):
        more = {"width": WIDTH, "height": HEIGHT, **more}
        maker.add(Entry(name, "image", **more), make)

    def convert(name, *options, **more):
        image(name, ("convert", maker.base, *options, "OUT"), **more)

    base = pixels()
    convert("baseline.jpg", "-quality", "90")
    convert("progressive.jpg", "-quality", "90", "-interlace", "JPEG")
    convert("subsampled.jpeg", "-quality", "80", "-sampling-factor", "4:2:0")
    convert("cmyk.jpg", "-colorspace", "CMYK", "-quality", "92", tolerance=60)
    convert("gray.jpg", "-colorspace", "Gray", "-quality", "92", colours=tuple((g, g, g) for g in GRAYS), tolerance=40)

    def profiled(path):
        maker.run("convert", maker.base, "-quality", "92", path)
        write(path, with_profile(read(path)))
    image("profile.jpg", profiled)
    for value in range(1, 9):
        def lies(path, value=value):
            data, width, height = lying(base, WIDTH, HEIGHT, value)
            source = maker.source(f"lies{value}.ppm", data, width, height)
            maker.run("convert", source, "-quality", "92", path)
            jpeg = read(path)
            write(path, jpeg[:2] + exif(value) + jpeg[2:])
        image(f"lies-{value}.jpg", lies)
    image("true-colour.png", lambda path: write(path, png(base, WIDTH, HEIGHT)))
    image("deep.png", lambda path: write(path, png(bytes(b for c in base for b in (c, c)), WIDTH, HEIGHT, 16)))
    convert("palette.png", "-type", "Palette", "-define", "png:color-type=3")
    convert("interlaced.png", "-interlace", "PNG")
    image("alpha.png", lambda path: write(path, transparent()), clear=True)
    image("moves.apng", ("ffmpeg", "-loop", "1", "-framerate", "5", "-i", maker.base, "-frames:v", "4", "-vf", "hue=b=n/100,format=rgb24",
                         "-plays", "0", "-f", "apng", "OUT"), frames=4, tolerance=40)
    convert("still.gif")
    image("moves.gif", ("convert", "-delay", "20", maker.base, "(", maker.base, "-modulate", "103", ")", "(", maker.base, "-modulate",
                        "106", ")", "-loop", "0", "OUT"), frames=3, tolerance=40)
    image("lossy.webp", ("cwebp", "-quiet", "-q", "85", maker.base, "-o", "OUT"))
    image("lossless.webp", ("cwebp", "-quiet", "-lossless", maker.base, "-o", "OUT"))

    def clear_webp(path):
        source = os.path.join(maker.folder, ".clear.png")
        write(source, transparent())
        maker.run("cwebp", "-quiet", "-q", "85", source, "-o", path)
    image("alpha.webp", clear_webp, clear=True)

    def moving_webp(path):
        frames = []
        for i in range(3):
            frame = os.path.join(maker.folder, f".frame{i}.png")
            write(frame, png(pixels(colours=[tuple(min(255, c + i * 12) for c in colour) for colour in QUADRANTS]), WIDTH, HEIGHT))
            frames.append(frame)
        maker.run("img2webp", "-loop", "0", "-d", "200", "-lossy", *frames, "-o", path)
    image("moves.webp", moving_webp, frames=3, tolerance=40)

    def avif(path):
        source = os.path.join(maker.folder, ".avif.png")
        write(source, png(base, WIDTH, HEIGHT))
        maker.run("avifenc", "-s", "9", "--min", "5", "--max", "15", source, path)
    image("still.avif", avif, optional="libdav1d", tolerance=34)
    image("still.jxl", ("ffmpeg", "-i", maker.base, "-c:v", "libjxl", "-distance", "1", "OUT"), optional="libjxl")

    def heic(path):
        source = os.path.join(maker.folder, ".heic.png")
        write(source, png(base, WIDTH, HEIGHT))
        maker.run("heif-enc", "-q", "80", source, "-o", path)
    image("phone.heic", heic, optional="libheif", tolerance=34)
    convert("plain.tiff", "-compress", "None")
    convert("packed.tif", "-compress", "LZW")
    convert("deep.tiff", "-depth", "16", "-compress", "Zip")
    convert("windows.bmp")
    convert("old.bmp", "-type", "Palette")
    image("quite-ok.qoi", lambda path: write(path, qoi(base, WIDTH, HEIGHT)))
    image("targa.tga", lambda path: write(path, tga(base, WIDTH, HEIGHT, False)))
    image("packed.tga", lambda path: write(path, tga(base, WIDTH, HEIGHT, True)))
    image("program.ico", ("convert", maker.base, "-crop", "160x160+40+0", "+repage", "-resize", "128x128", "OUT"), width=128, height=128)
    image("drawing.svg", lambda path: write(path, svg()), optional="librsvg")
    convert("plain.ppm")
    convert("gray.pgm", "-colorspace", "Gray", colours=tuple((g, g, g) for g in GRAYS), tolerance=40)
    image("odd.jpg", ("convert", maker.odd, "-quality", "92", "OUT"), width=321, height=241)


def sounds(maker):
    def sound(name, make, **more):
        maker.add(Entry(name, "audio", **{"seconds": SECONDS, "tone": 440, **more}), make)

    def ffmpeg(name, *options, **more):
        sound(name, ("ffmpeg", "-i", maker.tone, *options, "OUT"), **more)

    cover = ("-i", maker.base, "-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-metadata", "title=Vier Felder",
             "-metadata", "artist=Corpus")
    ffmpeg("constant.mp3", "-c:a", "libmp3lame", "-b:a", "96k")
    ffmpeg("variable.mp3", "-c:a", "libmp3lame", "-q:a", "5")
    ffmpeg("cover.mp3", *cover, "-c:a", "libmp3lame", title="Corpus – Vier Felder")
    ffmpeg("vorbis.ogg", "-c:a", "libvorbis")
    ffmpeg("voice.opus", "-c:a", "libopus", "-ar", "48000", "-ac", "1")
    ffmpeg("opus.ogg", "-c:a", "libopus", "-ar", "48000")
    ffmpeg("lossless.flac", "-c:a", "flac")
    ffmpeg("eight.wav", "-c:a", "pcm_u8")
    ffmpeg("sixteen.wav", "-c:a", "pcm_s16le", "-ac", "1")
    ffmpeg("twentyfour.wav", "-c:a", "pcm_s24le", "-ar", "96000")
    ffmpeg("float.wav", "-c:a", "pcm_f32le")
    ffmpeg("mac.aiff", "-c:a", "pcm_s16be")
    ffmpeg("phone.m4a", *cover, "-c:a", "aac", title="Corpus – Vier Felder")
    ffmpeg("raw.aac", "-c:a", "aac", "-f", "adts", slack=0.8)
    ffmpeg("apple.m4a", "-c:a", "alac")
    ffmpeg("windows.wma", "-c:a", "wmav2")
    sound("memo.amr", ("sox", maker.tone, "-r", "8000", "-c", "1", "-t", "amr-nb", "OUT"), slack=0.5, optional="sox with AMR")
    ffmpeg("cinema.ac3", "-c:a", "ac3", slack=0.4)
    ffmpeg("packed.wv", "-c:a", "wavpack")
    ffmpeg("sun.au", "-c:a", "pcm_s16be")
    ffmpeg("core.caf", "-c:a", "pcm_s16le")
    ffmpeg("matroska.mka", "-c:a", "flac")
    ffmpeg("five-one.flac", "-af", "pan=5.1|FL=FL|FR=FR|FC=FL|LFE=FL|BL=FL|BR=FR", "-c:a", "flac")
    ffmpeg("only-sound.mp4", "-c:a", "aac")
    ffmpeg("only-sound.webm", "-c:a", "libopus", "-ar", "48000")
    sound("speech.wav", ("espeak-ng", "-w", "OUT", "One two three."), seconds=0, tone=0)
    sound("tracker.mod", lambda path: write(path, mod()), seconds=0, tone=0)
    sound("tracker.xm", lambda path: write(path, xm()), seconds=0, tone=0)
    sound("notes.mid", lambda path: write(path, midi()), seconds=0, tone=0, plays=False)


def films(maker):
    def film(name, *options, source=maker.base, rate="25", sound=True, width=WIDTH, height=HEIGHT, picture=(), after=None, **more):
        """picture: filters of it; after: what is done to the file then."""
        entry = Entry(name, "video", width, height, **{"seconds": SECONDS, "tone": 440 if sound else 0, "slack": 0.25, "tolerance": 40, **more})
        filters = ",".join([*picture, "format=yuv420p"] if "-pix_fmt" not in options else list(picture)) or "null"
        command = ["ffmpeg", "-loop", "1", "-framerate", rate, "-t", str(SECONDS), "-i", source]
        command += ["-i", maker.tone] if sound else []
        command += ["-vf", filters, *options]

        def make(path):
            maker.run(*command, path)
            if after:
                after(path)
        maker.add(entry, make)

    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16")
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=none", "-tag:v", "hvc1")
    aac, opus = ("-c:a", "aac"), ("-c:a", "libopus", "-ar", "48000")
    film("phone.mp4", *h264, *aac, "-movflags", "+faststart")
    film("end.mp4", *h264, *aac)  # its table of contents at the end
    film("pieces.mp4", *h264, *aac, "-movflags", "frag_keyframe+empty_moov", slack=0.6)
    film("phone.mov", *hevc, *aac)
    film("vp8.webm", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-c:a", "libvorbis")
    film("vp9.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", *opus)
    film("av1.mp4", "-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-crf", "30", *aac)
    film("av1.mkv", "-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-crf", "30", *opus)
    film("old.avi", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "libmp3lame")
    film("part2.mp4", "-c:v", "mpeg4", "-q:v", "2", *aac)
    film("disc.mpg", "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "mp2", slack=0.6)
    film("camera.mov", "-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s16le")
    film("motion.avi", "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")
    film("theora.ogv", "-c:v", "libtheora", "-q:v", "9", "-c:a", "libvorbis", slack=0.5)
    film("broadcast.ts", *h264, *aac, slack=0.6)
    film("mobile.3gp", "-c:v", "h263", "-q:v", "2", *aac, "-ar", "44100", picture=("scale=176:144:flags=neighbor", "setsar=12/11"),
         width=192, height=144)  # its pixels are not square
    film("flash.flv", "-c:v", "flv1", "-q:v", "2", "-c:a", "libmp3lame", "-ar", "44100")
    film("matroska.mkv", *h264, "-c:a", "flac")
    film("silent.mp4", *h264, sound=False)
    film("silent.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", sound=False)
    film("uneven.mkv", *h264, *aac, "-vsync", "vfr", picture=("select='not(mod(n,3))+lt(n,10)'",), slack=0.4)
    film("odd.mp4", *h264, "-pix_fmt", "yuv444p", *aac, source=maker.odd, width=321, height=241)
    film("odd.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", *opus, source=maker.odd, width=321, height=241)
    film("deep.mp4", *h264, "-pix_fmt", "yuv420p10le", *aac)
    film("interlaced.mp4", *h264, "-flags", "+ildct+ilme", "-x264opts", "tff=1", *aac)
    film("later.mkv", *h264, *aac, "-output_ts_offset", "12", slack=0.6)
    film("later.ts", *h264, *aac, "-output_ts_offset", "3600", slack=0.6)
    film("slow.mp4", *h264, *aac, rate="5")
    film("fast.mp4", *h264, *aac, rate="60")
    for turn, how in ((90, "transpose=cclock"), (180, "hflip,vflip"), (270, "transpose=clock")):
        film(f"turned-{turn}.mp4", *h264, *aac, picture=(how,), after=lambda path, turn=turn: turn_film(path, turn))
    # bright by far less than the most that these curves can say; colours are those of a dim picture
    hdr = ("-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-colorspace", "bt2020nc")
    dim = ("scale=in_color_matrix=bt709:out_color_matrix=bt2020", "lutyuv=y=val*0.62")
    film("hdr-pq.mp4", *hevc, *hdr, "-color_trc", "smpte2084", *aac, picture=("format=yuv420p10le", *dim), tolerance=0)
    film("hdr-hlg.mov", *hevc, *hdr, "-color_trc", "arib-std-b67", *aac, picture=("format=yuv420p10le", *dim), tolerance=0)


TOOLS = {"ffmpeg": "ffmpeg", "convert": "imagemagick", "sox": "sox", "espeak-ng": "espeak-ng", "cwebp": "webp", "img2webp": "webp"}


def make(folder):
    """All entries, made in this folder."""
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            raise RuntimeError(f"{tool} is missing (package {package})")
    maker = Maker(folder)
    pictures(maker)
    sounds(maker)
    films(maker)
    return maker.make()


def looks_like(entry, colours, tolerance=0):
    """Are these the colours in the middle of the four fields? With a tolerance of 0 only what leads counts."""
    for field, (seen, wanted) in enumerate(zip(colours, entry.colours)):
        if entry.clear and field == 3:
            continue
        if entry.tolerance:
            if max(abs(a - b) for a, b in zip(seen, wanted)) > entry.tolerance + tolerance:
                return False
        elif seen[wanted.index(max(wanted))] < seen[wanted.index(min(wanted))] + 60:
            return False
    return True


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="confab-corpus-")
    os.makedirs(folder, exist_ok=True)
    entries = make(folder)
    total = sum(os.path.getsize(entry.path) for entry in entries)
    print(f"{len(entries)} files, {total // 1024} KB, in {folder}")


if __name__ == "__main__":
    main()
