#!/usr/bin/env python3
"""pictures.py: every form of picture looks as ImageMagick shows it; parts of it, all frames of what moves, and smaller copies are right.

Runs the real helper, as preview.c does, on files made here.
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
sys.dont_write_bytecode = True
import corpus  # noqa: E402
from _media import (FAILED, ask, check, convert, difference, ffmpeg, frames_of, look, reference,  # noqa: E402
                    with_orientation)

BYTES_MAX = 24 << 20  # ANIMATION_BYTES_MAX


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def make_source(folder):
    path = os.path.join(folder, "source.png")
    convert("-size", "600x400", "gradient:red-blue", "-fill", "yellow", "-draw", "circle 120,90 120,20", "-fill", "lime",
            "-draw", "rectangle 400,250 590,390", "-alpha", "off", "-depth", "8", path)
    return path


def forms(folder, source):
    """Name, how it is made, how far it may be from the source."""
    two = ["(", "+clone", "-negate", ")"]
    made = [
        ("progressive.jpg", ["-interlace", "JPEG"], 4), ("411.jpg", ["-sampling-factor", "4x1"], 5),
        ("16.png", ["-depth", "16", "-define", "png:bit-depth=16"], 2), ("interlaced.png", ["-interlace", "PNG"], 2),
        ("palette.png", ["-colors", "200", "-define", "png:color-type=3"], 5),
        ("lzw.tiff", ["-compress", "LZW"], 2), ("zip.tiff", ["-compress", "Zip"], 2), ("16.tiff", ["-depth", "16"], 2),
        ("pages.tiff", two, 2), ("bottom.bmp", [], 2), ("old.bmp", ["-define", "bmp:format=bmp3"], 2), ("plain.tga", ["-compress", "None"], 2),
        ("run.tga", ["-compress", "RLE"], 2), ("binary.ppm", [], 2), ("deep.ppm", ["-depth", "16"], 2),  ("text.ppm", ["-compress", "None"], 2), ("alpha.pam", [], 2),
        ("brush.pcx", [], 2), ("photoshop.psd", ["-compress", "None"], 2), ("lossless.webp", ["-define", "webp:lossless=true"], 2), ("one.gif", [], 8)]
    for name, how, most in made:
        path = os.path.join(folder, name)
        convert(source, *how, path)
        yield path, most
    for name, coder, most in [("qoi.qoi", "qoi", 2), ("jxl.jxl", "libjxl", 4)]:
        path = os.path.join(folder, name)
        try:
            ffmpeg("-i", source, "-c:v", coder, path)
        except subprocess.CalledProcessError:
            continue  # this FFmpeg has none
        yield path, most
    for tool, name in [("heif-enc", "phone.heic"), ("avifenc", "still.avif")]:
        path = os.path.join(folder, name)
        try:
            subprocess.run([tool, *(["-q", "90"] if tool == "heif-enc" else ["-s", "9"]), source, "-o", path], check=True, capture_output=True)
        except FileNotFoundError:
            continue
        yield path, 5


def check_forms(folder, source):
    for path, most in forms(folder, source):
        facts, size, pixels, tiny, error = look(path, 420, 360, "tiny")
        name = os.path.basename(path)
        check(f"{name}: is an image of 600x400 in 420x280",
              facts == {"type": "facts", "kind": "image", "width": 600, "height": 400} and size == (420, 280), (facts, size, error))
        # ImageMagick writes TGA upside down, and knows it when it reads
        seen = difference(pixels, reference(path if name.endswith("tga") else source, 420, 280)) if size == (420, 280) else 255
        check(f"{name}: looks like the source", seen < most, seen)
        check(f"{name}: has a tiny JPEG", tiny[:2] == b"\xff\xd8" and len(tiny) <= 24576, len(tiny))


def check_colours(folder, source):
    cmyk = os.path.join(folder, "cmyk.jpg")
    convert(source, "-colorspace", "CMYK", "-quality", "95", cmyk)
    tiff = os.path.join(folder, "cmyk.tiff")
    convert(source, "-colorspace", "CMYK", tiff)
    deep = os.path.join(folder, "cmyk16.tiff")
    convert(source, "-colorspace", "CMYK", "-depth", "16", "-compress", "LZW", deep)
    for path in cmyk, tiff, deep:
        _, size, pixels, _, error = look(path)
        seen = difference(pixels, reference(source, *size)) if size == (420, 280) else 255
        check(f"{os.path.basename(path)}: inks look like the source", seen < 5, (seen, error))
    swapped = corpus.icc().replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    png = os.path.join(folder, "swapped.png")
    profile = os.path.join(folder, "swapped.icc")
    write(profile, swapped)
    for name in "swapped.png", "swapped.jpg", "swapped.webp", "swapped.tiff":
        path = os.path.join(folder, name)
        convert("-size", "64x64", "xc:#e01010", "-quality", "95", "+profile", "*", "-profile", profile, path)
        _, size, pixels, _, error = look(path)
        check(f"{name}: a profile that swaps red and blue is followed", pixels[2:3] > b"\xa0" and pixels[0:1] < b"\x60",
              (pixels[:4], error))
    check("a profile was there at all", swapped[:128] in read(png) or b"iCCP" in read(png))
    gray = os.path.join(folder, "gray-alpha.png")
    convert("-size", "64x64", "xc:gray(50%)", "-alpha", "set", "-channel", "A", "-evaluate", "set", "50%", "-define",
            "png:color-type=4", gray)
    _, _, pixels, _, _ = look(gray)
    check("gray-alpha.png: is half clear", pixels[3] in (127, 128) and abs(pixels[0] - 127) < 3, pixels[:4])
    clear = os.path.join(folder, "clear-palette.png")
    convert("-size", "64x64", "xc:none", "-fill", "red", "-draw", "rectangle 32,0 63,63", "-colors", "8", "PNG8:" + clear)
    _, _, pixels, _, _ = look(clear)
    check("clear-palette.png: is clear on the left", pixels[3] == 0 and pixels[4 * 40:4 * 40 + 4] == b"\xff\0\0\xff", pixels[:4])
    edge = os.path.join(folder, "edge.png")
    convert("-size", "400x400", "xc:#00ff0000", "-fill", "red", "-draw", "rectangle 201,0 399,399", edge)
    _, size, pixels, _, _ = look(edge, 50, 50)
    mixed = pixels[4 * 25:4 * 25 + 4]
    check("edge.png: what cannot be seen does not shine through", mixed[0] > 250 and mixed[1] < 5 and 0 < mixed[3] < 255, mixed)
    svg = os.path.join(folder, "drawn.svg")
    write(svg, b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><rect width="90" height="60" fill="#f00" fill-opacity="0.5"/>'
               b'<text x="9" y="9">words</text><circle cx="45" cy="30" r="5" fill="#00f"/></svg>')
    facts, size, pixels, _, error = look(svg, 420, 360, "crop", 40, 25, 10, 10)
    middle = 4 * (180 * 360 + 180)
    check("drawn.svg: a part of it is drawn as large as is wanted", size == (360, 360) and pixels[middle:middle + 4] == b"\0\0\xff\xff"
          and abs(pixels[0] - 255) < 3 and abs(pixels[3] - 128) < 3, (facts, size, pixels[:4], error))
    icon = os.path.join(folder, "sizes.ico")
    convert("(", "-size", "16x16", "xc:red", ")", "(", "-size", "48x48", "xc:blue", ")", "(", "-size", "32x32", "xc:lime", ")", icon)
    facts, size, pixels, _, _ = look(icon)
    check("sizes.ico: the largest one is shown", size == (48, 48) and pixels[:4] == b"\0\0\xff\xff", (size, pixels[:4]))


def check_words(folder):
    """Words of a drawing, in whatever fonts it asks for: the long dash is a thin line in each, and a missing letter a box."""
    fonts = subprocess.run(["fc-match", "sans-serif"], capture_output=True) if shutil.which("fc-match") else None
    if fonts is None or not fonts.stdout:
        print("      no fonts here")
        return
    for font in ("", "sans-serif", "Arial", "Times New Roman", "monospace", "Comic Sans MS", "No Such Font", "serif' font-weight='bold"):
        path = os.path.join(folder, "words.svg")
        write(path, f"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='100'><text y='60' font-size='50' font-family='{font}'>\u2014\u2014\u2014</text></svg>".encode())
        _, (width, height), pixels, _, error = look(path, 200, 100)
        rows = [y for y in range(height) if any(pixels[4 * (width * y + x) + 3] > 128 for x in range(width))]
        check(f"words.svg in {font or 'any font'}: a dash is a line", error is None and 1 <= len(rows) <= 12 and rows[-1] - rows[0] < 12, (error, rows))


def animation(path, *more):
    """[(delay, size, pixels)] and the facts."""
    out, facts = [], None
    for header, payload in frames_of(ask(path, "look", 420, 360, *more).stdout):
        if header["type"] == "facts":
            facts = header
        if header["type"] == "pixels":
            number = header.get("serial", 0)
            if number == len(out):
                out.append([header.get("time", 0), (header["width"], header["height"]), b""])
            out[number][2] += payload
    return out, facts


def check_moving(folder):
    gif = os.path.join(folder, "moves.gif")
    convert("-size", "120x80", "-dispose", "None", "-delay", "5", "xc:white", "-dispose", "Background", "-delay", "30", "-page", "+20+10",
            "(", "-size", "50x40", "xc:red", ")", "-dispose", "Previous", "-delay", "1", "-page", "+60+30", "(", "-size", "30x30", "xc:blue", ")",
            "-dispose", "None", "-delay", "12", "-page", "+0+50", "(", "-size", "20x20", "xc:lime", ")", "-loop", "0", gif)
    seen, facts = animation(gif, "frames", "tiny")
    check("moves.gif: delays, too short ones as browsers take them", [one[0] for one in seen] == [50, 300, 100, 120], [one[0] for one in seen])
    for i, one in enumerate(seen):
        want = os.path.join(folder, f"coalesced-{i}.png")
        convert(gif, "-coalesce", "-delete", ",".join(str(j) for j in range(4) if j != i), want)
        far = difference(one[2], reference(want, 120, 80))
        check(f"moves.gif: frame {i} is what lies on what was before", one[1] == (120, 80) and far < 2, far)
    seen, _ = animation(gif)
    check("moves.gif: stands still if nobody asks", len(seen) == 1 and seen[0][0] == 0, len(seen))
    parts = []
    for i, colour in enumerate(["red", "lime", "blue"]):
        parts.append(os.path.join(folder, f"part-{i}.png"))
        convert("-define", "png:color-type=2", "-size", "100x60", f"xc:{colour}", "-fill", "black", "-draw", f"rectangle {10 * i},0 {10 * i + 30},30", parts[i])
    apng, webp, avif = (os.path.join(folder, name) for name in ["moves.png", "moves.webp", "moves.avif"])
    ffmpeg("-framerate", "4", "-i", os.path.join(folder, "part-%d.png"), "-pix_fmt", "rgb24", "-f", "apng", "-plays", "0", apng)
    made = [apng]
    try:
        subprocess.run(["img2webp", "-loop", "0", "-d", "250", "-lossless", *parts, "-o", webp], check=True, capture_output=True)
        made.append(webp)
    except FileNotFoundError:
        pass
    try:
        ffmpeg("-framerate", "4", "-i", os.path.join(folder, "part-%d.png"), "-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "10", avif)
        made.append(avif)
    except subprocess.CalledProcessError:
        pass
    for path in made:
        name = os.path.basename(path)
        seen, facts = animation(path, "frames", "tiny")
        check(f"{name}: three frames of a quarter of a second", [one[0] for one in seen] == [250] * 3, [one[0] for one in seen])
        check(f"{name}: is an image of 100x60", facts and facts["kind"] == "image" and facts["width"] == 100, facts)
        for i, one in enumerate(seen[:3]):
            far = difference(one[2], reference(parts[i], 100, 60)) if len(one[2]) == 24000 else 255
            check(f"{name}: frame {i} is the right one", far < 8, far)
    long = os.path.join(folder, "long.gif")
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=420x360:rate=25:duration=4", "-vf", "format=pal8", long)
    seen, _ = animation(long, "frames")
    total = sum(one[0] for one in seen)
    check("long.gif: all of it is covered, within the bytes", 8 < len(seen) <= BYTES_MAX // (4 * 420 * 360) and abs(total - 4000) < 200,
          (len(seen), total))
    step, last = 1, os.path.join(folder, "last.png")
    while (100 + step - 1) // step > BYTES_MAX // (4 * 420 * 360):
        step *= 2
    ffmpeg("-i", long, "-vf", f"select=eq(n\\,{(len(seen) - 1) * step})", "-frames:v", "1", last)
    last = difference(seen[-1][2], reference(last, 420, 360)) if seen else 255
    check("long.gif: the last frame is one of the last", last < 12, last)


def check_crops(folder, source):
    turned = os.path.join(folder, "turned.jpg")
    photo = os.path.join(folder, "large.jpg")
    convert(source, "-resize", "2400x1600!", "-quality", "92", photo)
    for value in 1, 2, 3, 4, 5, 6, 7, 8:
        write(turned, with_orientation(read(photo), value))
        facts, size, pixels, _, _ = look(turned, 200, 200, "crop", 400, 300, 800, 600)
        far = difference(pixels, reference(turned, 200, 150, "+repage", "-crop", "800x600+400+300", "+repage")) if size == (200, 150) else 255
        check(f"crop of orientation {value}: is that part of the upright picture", far < 5, (size, far))
    for name in "large.png", "large.webp", "large.tiff", "large.bmp":
        path = os.path.join(folder, name)
        convert(photo, path)
        _, size, pixels, _, error = look(path, 200, 200, "crop", 1000, 500, 200, 200)
        far = difference(pixels, reference(photo, 200, 200, "-crop", "200x200+1000+500", "+repage")) if size == (200, 200) else 255
        check(f"crop of {name}: pixel by pixel", far < 5, (size, far, error))
    _, size, _, _, _ = look(photo, 200, 200, "crop", 2300, 1500, 800, 600)
    check("crop beyond the edge: is cut there", size == (100, 100), size)


def gps_block(orientation):
    """EXIF with an orientation and a place: Exif 2.32, 4.6.6."""
    head = b"MM\x00*\x00\x00\x00\x08\x00\x02" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(">HHII", 0x8825, 4, 1, 38)
    gps = b"\x00\x00\x00\x00" + struct.pack(">H", 2) + struct.pack(">HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack(">HHII", 2, 5, 3, 68)
    return head + gps + b"\x00\x00\x00\x00" + struct.pack(">6I", 52, 1, 31, 1, 0, 1)


def check_located(folder, source):
    block = gps_block(6)
    paths = {name: os.path.join(folder, "where." + name) for name in ["jpg", "png", "webp", "tiff", "heic"]}
    nowhere = os.path.join(folder, "nowhere.jpg")
    convert(source, nowhere)
    check("nowhere.jpg: says nothing of a place", "located" not in look(nowhere)[0])
    jpeg = read(nowhere)
    body = b"Exif\0\0" + block
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x/>"
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(one) + 2) + one for one in (xmp, body))
    end = 4 + struct.unpack(">H", jpeg[4:6])[0]
    write(paths["jpg"], jpeg[:end] + segments + jpeg[end:])  # behind JFIF and another block
    png = read(source)
    write(paths["png"], png[:-12] + chunk(b"eXIf", block) + png[-12:])  # behind the picture
    convert(source, "-define", "webp:lossless=true", paths["webp"])
    bitstream = read(paths["webp"])[12:]
    extended = b"VP8X" + struct.pack("<I", 10) + bytes([8, 0, 0, 0]) + struct.pack("<I", 599)[:3] + struct.pack("<I", 399)[:3]
    exif = b"EXIF" + struct.pack("<I", len(block)) + block + (b"\0" if len(block) % 2 else b"")
    inside = b"WEBP" + extended + bitstream + exif
    write(paths["webp"], b"RIFF" + struct.pack("<I", len(inside)) + inside)
    convert(source, paths["tiff"])
    write(paths["tiff"], with_gps_pointer(read(paths["tiff"])))
    try:
        subprocess.run(["heif-enc", paths["jpg"], "-o", paths["heic"]], check=True, capture_output=True)
    except FileNotFoundError:
        del paths["heic"]
    for name, path in paths.items():
        facts, size, pixels, _, error = look(path)
        check(f"where.{name}: says that it knows a place", facts and facts.get("located") is True, (facts, error))
        if name in ("jpg", "png", "webp"):
            check(f"where.{name}: stands upright", (facts["width"], facts["height"]) == (400, 600), facts)
    return paths["jpg"]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_gps_pointer(tiff):
    """The same TIFF, its directory copied to the end with one entry more."""
    order = "<" if tiff[:2] == b"II" else ">"
    at, = struct.unpack(order + "I", tiff[4:8])
    count, = struct.unpack(order + "H", tiff[at:at + 2])
    entries = tiff[at + 2:at + 2 + 12 * count]
    pad = b"\0" * (len(tiff) % 2)
    place = len(tiff) + len(pad)
    gps = struct.pack(order + "H", 1) + struct.pack(order + "HHI", 2, 5, 3) + struct.pack(order + "I", 8) + struct.pack(order + "I", 0)
    entries += struct.pack(order + "HHII", 0x8825, 4, 1, place)
    directory = struct.pack(order + "H", count + 1) + entries + struct.pack(order + "I", 0)
    return tiff[:4] + struct.pack(order + "I", place + len(gps)) + tiff[8:] + pad + gps + directory


def check_smaller(folder, source, located):
    small = os.path.join(folder, "smaller.jpg")
    clear = os.path.join(folder, "clear.gif")
    convert("-size", "300x200", "xc:none", "-fill", "red", "-draw", "rectangle 0,0 150,199", clear)
    for path, side, upright in [(located, 150, (100, 150)), (source, 2048, (600, 400)), (clear, 2048, (300, 200))]:
        name = os.path.basename(path)
        run = ask(path, "smaller", side, 82)
        said = frames_of(run.stdout)
        jpeg = b""
        for header, payload in said:
            if header["type"] == "result":
                assert header.get("offset", 0) == len(jpeg) and len(payload) <= 262144
                jpeg += payload
        write(small, jpeg)
        facts = said[0][0] if said else {}
        check(f"smaller {name}: is an upright JPEG of {upright}", jpeg[:2] == b"\xff\xd8" and (facts.get("width"), facts.get("height")) == upright,
              facts)
        check(f"smaller {name}: nothing of the camera is left", b"Exif" not in jpeg and b"http" not in jpeg and len(jpeg) > 500)
        far = difference(look(small, *upright)[2], reference(path, *upright)) if jpeg else 255
        check(f"smaller {name}: looks like the source", far < 6, far)
    facts = frames_of(ask(__file__, "smaller", 2048, 82).stdout)[0][0]
    check("smaller: what is no picture is none", facts["kind"] == "file", facts)


def check_limits(folder, source):
    png, jpeg = read(source), read(os.path.join(folder, "nowhere.jpg"))
    at = jpeg.index(b"\xff\xc0") + 5
    gif = read(os.path.join(folder, "one.gif"))
    cases = {
        "png": png[:16] + struct.pack(">II", 20000, 20000) + png[24:], "jpg": jpeg[:at] + struct.pack(">HH", 20000, 20000) + jpeg[at + 4:],
        "gif": gif[:6] + struct.pack("<HH", 20000, 20000) + gif[10:]}
    for name, data in cases.items():
        path = os.path.join(folder, "huge." + name)
        write(path, data)
        facts, size, _, _, error = look(path)
        check(f"huge.{name}: one honest sentence", facts["kind"] == "file" and size == (0, 0) and "too large to show (20000 × 20000)" in (error or ""),
              (facts, error))
    large = os.path.join(folder, "hundred.bmp")  # megapixels, and more than the memory that there is if it were read at once
    with open(large, "wb") as file:
        file.write(b"BM" + struct.pack("<IIIIiiHH", 54 + 4 * 10000 * 9990, 0, 54, 40, 10000, 9990, 1, 32) + bytes(24))
        file.truncate(54 + 4 * 10000 * 9990)
    facts, size, pixels, _, error = look(large)
    check("hundred.bmp: is shown", facts["kind"] == "image" and size == (360, 360) and pixels[:4] == b"\0\0\0\xff", (facts, size, error))
    for name, data in {"jpg": jpeg, "png": png, "webp": read(os.path.join(folder, "where.webp"))}.items():
        path = os.path.join(folder, "cut." + name)
        write(path, data[:len(data) * 2 // 3])
        _, size, pixels, _, error = look(path)
        far = difference(pixels[:4 * 420 * 60], reference(source, 420, 280)[:3 * 420 * 60]) if size == (420, 280) else 255
        check(f"cut.{name}: what came is shown", name == "webp" or far < 5, (size, far, error))
    for words in [["look"], ["look", "1"], ["look", "1", "x"], ["look", "1", "1", "crop", "1"], ["look", "5000", "1"], ["smaller", "0", "82"],
                  ["smaller", "100", "101"], ["smaller", "100", "82", "more"], ["dance"]]:
        check(f"{' '.join(words)}: is refused", ask(source, *words).returncode == 2)


def main():
    with tempfile.TemporaryDirectory(prefix="confab-pictures-") as folder:
        source = make_source(folder)
        check_forms(folder, source)
        check_colours(folder, source)
        check_words(folder)
        check_moving(folder)
        check_crops(folder, source)
        check_smaller(folder, source, check_located(folder, source))
        check_limits(folder, source)
    if FAILED:
        sys.exit(f"{len(FAILED)} failed: " + "; ".join(FAILED))


main()
