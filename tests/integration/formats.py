#!/usr/bin/env python3
"""formats.py: what confab-media makes of each file of the corpus (tests/media): kind, upright size, length, colours, how it moves; and
what is heard and seen when it plays."""
import array
import concurrent.futures
import io
import json
import os
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
sys.dont_write_bytecode = True
import corpus  # noqa: E402
from _terminal import script  # noqa: E402
from peer import start_secure as start_server  # noqa: E402

HELPER = os.path.join(os.environ["CONFAB_BIN"], "confab-media")
LINKED = subprocess.run(["ldd", HELPER], capture_output=True, text=True).stdout if sys.platform == "linux" else ""
BOX = 200
PLAIN = {  # not to be taken for something that is shown or heard
    "text.txt": b"one two three\n" * 500, "empty.mp4": b"", "short.jpg": b"\xff\xd8\xff", "paper.pdf": b"%PDF-1.4\n1 0 obj\n" * 40,
    "table.csv": b"1,2,3\n" * 2000, "page.html": b"<!DOCTYPE html><html><body>" + b"<p>words</p>" * 400,
    "numbers.json": b'{"a": [1, 2, 3]}' * 300, "zeros.mp3": bytes(200000), "program.bin": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 400,
    "archive.zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes((i * 131 + (i >> 8) * 29) & 255 for i in range(60000)),
    "noise.mkv": b"".join(struct.pack("<I", (i * 2654435761) & 0xffffffff) for i in range(30000)),
    "list.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n",
}


def frames(stream):
    """(header, payload) of each frame."""
    while True:
        head = stream.read(8)
        if len(head) < 8:
            return
        header, payload = struct.unpack(">II", head)
        yield json.loads(stream.read(header)), stream.read(payload)


def look(path):
    """The helper's answer: facts, the first picture as (width, height, bytes), how many frames, and its words by type."""
    with open(path, "rb") as file:
        run = subprocess.run([HELPER, "look", str(BOX), str(BOX), "tiny", "wave", "frames"], stdin=file, capture_output=True, timeout=120)
    answer, pictures = {}, {}
    for msg, payload in frames(io.BytesIO(run.stdout)):
        if msg["type"] == "pixels":
            picture = pictures.setdefault(msg.get("serial", 0), [msg["width"], msg["height"], b""])
            picture[2] += payload
        else:
            answer.setdefault(msg["type"], (msg, payload))
    return answer, pictures, run


def play(path):
    """All that is heard (stereo floats) and, of what is seen, one picture of the middle; the words said besides."""
    with open(path, "rb") as file:
        data = file.read()
    run = subprocess.Popen([HELPER, "play", str(len(data)), "0", "100", str(BOX), str(BOX)], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    sound, picture, words, count = bytearray(), None, {}, 0
    for msg, payload in frames(run.stdout):
        kind = msg["type"]
        if kind == "need":
            part = data[msg["offset"]:msg["offset"] + min(msg["size"], 1 << 20)]
            header = json.dumps({"type": "data", "offset": msg["offset"]}).encode()
            run.stdin.write(struct.pack(">II", len(header), len(part)) + header + part)
            run.stdin.flush()
        elif kind == "sound":
            sound += payload
        elif kind == "pixels":
            count += msg.get("offset", 0) == 0
            if picture is None or 700 <= msg.get("time", 0) < 900:
                picture = [msg["width"], msg["height"], payload]
        else:
            words.setdefault(kind, msg)
        if kind in ("ended", "error"):
            break
    run.kill()
    run.communicate()
    samples = array.array("f")
    samples.frombytes(bytes(sound))
    return samples, picture, count, words


def pitch(samples):
    """Hz, by how often the left channel rises through zero; its ends, where encoders ring, aside."""
    left = samples[0::2][4800:-4800]
    rises = sum(1 for a, b in zip(left, left[1:]) if a < 0 <= b)
    return rises * 48000 / max(1, len(left))


def trouble_of_play(entry):
    if not entry.plays:
        return None
    samples, picture, count, words = play(entry.path)
    if "ended" not in words:
        return f"does not play to its end: {words}"
    if entry.tone or entry.kind == "audio":
        seconds = len(samples) / 2 / 48000
        if max(map(abs, samples), default=0) < 0.05:
            return "is silent"
        if entry.seconds and abs(seconds - entry.seconds) > entry.slack:
            return f"is heard for {seconds:.2f} s, not {entry.seconds}"
        if entry.tone and abs(pitch(samples) - entry.tone) > 8:
            return f"sounds with {pitch(samples):.0f} Hz, not {entry.tone}"
    if entry.kind == "video":
        if count < 4:
            return f"shows {count} pictures"
        width, height, data = picture
        seen = [(b[2], b[1], b[0]) for b in middles(width, height, data)]
        if len(data) != width * height * 4 or not corpus.looks_like(entry, seen):
            return f"looks wrong while it plays: {seen}"
    return None


def middles(width, height, data):
    """The colours in the middle of the four fields, and whether the last is clear."""
    out = []
    for row in (1, 3):
        for column in (1, 3):
            at = ((height * row // 4) * width + width * column // 4) * 4
            out.append(tuple(data[at:at + 4]))
    return out


def trouble_of(entry):
    """What is wrong with the answer to a file of the corpus; None: nothing."""
    answer, pictures, run = look(entry.path)
    if "facts" not in answer:
        return f"no facts; it ended with {run.returncode}: {run.stderr.decode(errors='replace')[-1500:]}"
    facts = answer["facts"][0]
    words = {name: msg.get("text", "") for name, (msg, _) in answer.items() if name in ("facts", "error")}
    if entry.optional.startswith("lib") and facts["kind"] == "file" and entry.optional not in LINKED:
        return None  # this confab-media was built without it
    if facts["kind"] != entry.kind:
        return f"is {facts['kind']}, not {entry.kind}: {words}"
    if entry.kind != "audio" and (facts.get("width"), facts.get("height")) != (entry.width, entry.height):
        return f"is {facts.get('width')}x{facts.get('height')}, not {entry.width}x{entry.height}"
    if entry.seconds and abs(facts.get("duration", 0) / 1000 - entry.seconds) > entry.slack:
        return f"lasts {facts.get('duration')} ms, not {entry.seconds} s"
    if entry.title and facts.get("text") != entry.title:
        return f"is called {facts.get('text')!r}, not {entry.title!r}"
    if entry.kind == "audio":
        wave = answer.get("wave", (None, b""))[1]
        return None if not entry.tone or (len(wave) == 100 and max(wave) > 40) else f"has no wave: {list(wave)[:20]}"
    if not pictures:
        return f"has no picture: {words}"
    width, height, data = pictures[min(pictures)]
    if len(data) != width * height * 4:
        return f"has {len(data)} bytes of a picture of {width}x{height}"
    if abs(width / height - entry.width / entry.height) > 0.03:
        return f"is shown as {width}x{height}"
    seen = middles(width, height, data)
    if entry.clear != (seen[3][3] == 0):
        return f"is clear where it should not be, or not where it should: {seen}"
    if not corpus.looks_like(entry, [colour[:3] for colour in seen]):
        return f"looks wrong: {seen}, not {entry.colours}"
    if len(pictures) < entry.frames:
        return f"has {len(pictures)} frames, not {entry.frames}"
    if answer.get("tiny", (None, b""))[1][:2] != b"\xff\xd8":
        return "has no tiny preview"
    return None


def trouble_of_plain(path):
    answer, _, run = look(path)
    if "facts" not in answer:
        return f"no facts; it ended with {run.returncode}"
    return None if answer["facts"][0]["kind"] == "file" else f"is taken for {answer['facts'][0]}"


def trouble_of_sending(folder, entries):
    """What a sender says of a file: what its content is, whatever it is called."""
    named = {entry.name: entry for entry in entries}
    cases = {"clip": (named["vp9.webm"].path, "video"), "song.jpg": (named["vorbis.ogg"].path, "audio"),
             "photo.mp3": (named["baseline.jpg"].path, "image"), "fake.mp4": (os.path.join(folder, "text.txt"), "file")}
    wrong = []
    with start_server() as server:
        peer = server.peer("ann", join="lobby")
        paths = []
        for name, (source, _) in cases.items():
            paths.append(os.path.join(folder, name))
            corpus.write(paths[-1], corpus.read(source))
        run = script(server, "--name", "bob", *(word for path in paths for word in ("--send", path)))
        if run.returncode != 0:
            return f"confab-cli: {run.stderr}"
        for name, (_, kind) in cases.items():
            file = peer.expect("file", label=name)
            preview = {"audio": len(file["payload"]) == 100, "file": not file["payload"]}.get(kind, file["payload"][:2] == b"\xff\xd8")
            if file["kind"] != kind or not preview:
                wrong.append(f"{name} is sent as {file['kind']} with {len(file['payload'])} bytes of a preview")
    return "; ".join(wrong) or None


def main():
    if not os.path.exists(HELPER):
        print("skipped: this build has no confab-media")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory(prefix="confab-corpus-") as folder:
        entries = corpus.make(folder)
        if len(entries) < 60:
            raise SystemExit(f"the corpus has {len(entries)} files only")
        jobs = [(entry.name, trouble_of, entry) for entry in entries]
        jobs += [(entry.name, trouble_of_play, entry) for entry in entries if entry.kind != "image"]
        for name, data in PLAIN.items():
            path = os.path.join(folder, name)
            corpus.write(path, data)
            jobs.append((name, trouble_of_plain, path))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (name, _, _), trouble in zip(jobs, pool.map(lambda job: job[1](job[2]), jobs)):
                failed += trouble is not None
                if trouble:
                    print(f"{name} {trouble}")
        trouble = trouble_of_sending(folder, entries)
        failed += trouble is not None
        if trouble:
            print(trouble)
    print(f"{len(entries)} files of real formats, {len(PLAIN)} others: {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
