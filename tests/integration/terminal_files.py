#!/usr/bin/env python3
"""Files by confab-cli at a terminal: !send, received files, !get, !cancel."""
import hashlib
import os
import random
import sys
import tempfile
import time

from peer import check, equal, start_secure as start_server, run_scenes
from _terminal import person


def make(folder, name, size, seed):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(random.Random(seed).randbytes(size))
    return path


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def saved(one, label):
    """The path that the screen names for a received file."""
    return one.wait_for(rf"{label} is saved: (.*)")[1]


def scene_files_both_ways():
    """Whole, equal, under their name, into the download folder; and never over another."""
    folder = tempfile.mkdtemp(prefix="confab-files-")
    cat = make(folder, "cat.jpg", 3_100_000, 1)
    other = make(folder, "my notes.txt", 5000, 2)
    empty = make(folder, "empty", 0, 3)
    with start_server() as server:
        ann = person(server, "ann", width=160)
        bob = person(server, "bob", width=160)
        ann.wait("bob joined the chat!")
        with open(os.path.join(bob.downloads, "cat.jpg"), "wb") as mine:
            mine.write(b"mine")
        ann.type(f"!send {cat}\r")
        ann.wait("File Successfully sent")
        bob.wait("[ann] sends cat.jpg (3.1 MB) #1")
        path = saved(bob, r"cat\.jpg")
        equal(os.path.dirname(path), bob.downloads, "where it is saved")
        equal(sha256(path), sha256(cat), "the bytes")
        with open(os.path.join(bob.downloads, "cat.jpg"), "rb") as mine:
            equal(mine.read(), b"mine", "what was there before")
        bob.type(f'!send "{other}" {empty}\r')
        ann.wait("[bob] sends my notes.txt (5 KB) #2")
        equal(sha256(saved(ann, r"my notes\.txt")), sha256(other), "the bytes")
        equal(os.path.getsize(saved(ann, "empty")), 0, "an empty file")
        bob.wait_for("File Successfully sent.*")
        bob.type("!send /nobody/here.txt\r")
        bob.wait_for(r".*/nobody/here\.txt.*")
        bob.type(f"!send {folder}\r")
        bob.wait_for(f".*{folder}.*folder.*|.*folder.*{folder}.*")
        equal(ann.count(".*nobody.*"), 0, "lines about what was not sent")
        ann.type("!send cat.jp\x7f\x15still talking\r")
        bob.wait("[ann] still talking")
        for one in (ann, bob):
            one.settle()
            equal(one.count("(Sending|Getting) .*"), 0, "progress left behind")
            one.type("!q\r")
            one.ended(0)


def feed(peer, id, data, at, done):
    """Upload further, slowly enough to be seen, until done(); returns where it stopped."""
    while not done():
        check(at + 40_000 <= len(data), "the file is at its end and nothing was seen")
        peer.send("chunk", payload=data[at:at + 40_000], id=id, offset=at)
        at += 40_000
        time.sleep(0.06)
    return at


def scene_progress_is_one_line():
    """While a file is on its way: bytes, percent; one line that is redrawn, the prompt under it."""
    with start_server() as server:
        ann = person(server, "ann", width=160)
        dot = server.peer("dot", join="lobby")
        ann.wait("dot joined the chat!")
        data = random.Random(4).randbytes(4_000_000)
        id, _ = dot.upload(data, name="song.ogg", cut_after=1_000_000)
        ann.wait_for(r"\[dot\] sends song\.ogg \(4\.0 MB\) #1")
        at = feed(dot, id, data, 1_000_000, lambda: ann.settle(0.01) and ann.find(r"Getting #1 song\.ogg: .* of 4\.0 MB, \d\d %.*"))
        ann.type("typing on")
        ann.wait("> typing on")
        ann.settle()
        equal(ann.count("Getting .*"), 1, "progress lines")
        check(ann.screen.lines()[-2].startswith("Getting"), "it stands above the prompt")
        dot.say("soon")
        ann.wait("[dot] soon")
        equal(ann.settle()[-3], "[dot] soon", "above both")
        before = ann.find(r"Getting .*")[0]
        at = feed(dot, id, data, at, lambda: ann.settle(0.01) and ann.find(r"Getting .*")[0] != before)
        ann.settle()
        equal(ann.count("Getting .*"), 1, "progress lines")
        while at < len(data):
            dot.send("chunk", payload=data[at:at + 200_000], id=id, offset=at)
            at += 200_000
        dot.send("finish", id=id, sha256=hashlib.sha256(data).hexdigest())
        equal(sha256(saved(ann, r"song\.ogg")), hashlib.sha256(data).hexdigest(), "the bytes")
        equal(ann.settle()[-1], "> typing on", "what was being typed")
        equal(ann.count("Getting .*"), 0, "progress left behind")
        ann.type("\x15!q\r")
        ann.ended(0)


def scene_progress_of_a_large_file():
    """Sending shows how far it is and how long it takes; and then that it is done."""
    folder = tempfile.mkdtemp(prefix="confab-files-")
    large = os.path.join(folder, "large.bin")
    with open(large, "wb") as file:
        file.truncate(400_000_000)
    with start_server() as server:
        ann = person(server, "ann", width=160)
        ann.type(f"!send {large}\r")
        ann.wait_for(r"Sending #1 large\.bin: .* of 400(\.0)? MB, \d+ %, .*/s, \d+ .*left")
        ann.type("!q")
        ann.wait_for("> !q")
        equal(ann.count("Sending .*"), 1, "progress lines")
        ann.wait("File Successfully sent")
        ann.settle()
        equal(ann.count("Sending .*"), 0, "progress left behind")
        ann.type("\r")
        ann.ended(0)


def scene_a_file_of_the_history():
    """It is not fetched unasked; !get N does it, and again when it was removed."""
    with start_server() as server:
        dot = server.peer("dot", join="lobby")
        data = random.Random(5).randbytes(70_000)
        dot.upload(data, name="old.pdf")
        dot.expect("file-done")
        ann = person(server, "ann", width=160)
        ann.wait_for(r"\d\d:\d\d \[dot\] sends old\.pdf \(70 KB\) #1")
        ann.settle()
        check(not ann.find("old.pdf is saved.*"), "it was fetched unasked")
        ann.type("!get 1\r")
        first = saved(ann, r"old\.pdf")
        equal(sha256(first), hashlib.sha256(data).hexdigest(), "the bytes")
        ann.type("!get #1\r")
        ann.settle()
        equal(ann.count(r"old\.pdf is saved: .*"), 2, "it says where it is")
        equal(os.listdir(ann.downloads), ["old.pdf"], "one copy is enough")
        os.remove(first)
        ann.type("!get 1\r")
        for _ in range(200):
            if os.path.exists(first):
                break
            ann.settle(0.05)
        equal(sha256(first), hashlib.sha256(data).hexdigest(), "the bytes, after it was removed")
        ann.type("!q\r")
        ann.ended(0)


def scene_cancelled():
    """A file that is cancelled by its sender, and one that its receiver does not want."""
    with start_server() as server:
        ann = person(server, "ann", width=160)
        dot = server.peer("dot", join="lobby")
        ann.wait("dot joined the chat!")
        id, _ = dot.upload(b"x" * 500_000, name="film.mp4", cut_after=200_000)
        ann.wait_for(r"Getting #1 film\.mp4.*")
        dot.send("cancel", id=id)
        ann.wait_for(r"film\.mp4: .+")
        id, _ = dot.upload(b"y" * 500_000, name="other.mp4", cut_after=200_000)
        ann.wait_for(r"Getting #2 other\.mp4.*")
        ann.type("!cancel 2\r")
        ann.wait("Stopped #2 other.mp4.")
        ann.settle()
        equal(ann.count("Getting .*"), 0, "progress left behind")
        ann.type("!cancel 2\r")
        ann.wait("File #2 is not on its way.")
        ann.type("!q\r")
        ann.ended(0)
        equal(os.listdir(ann.downloads), [], "half files in the download folder")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
