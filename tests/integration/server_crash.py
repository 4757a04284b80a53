#!/usr/bin/env python3
"""kill -9 at random points of a write load: what was called stored is there, nothing is torn,
numbers are unique and without a gap. And damage on the disk: what is bad is left out, in words."""
import glob
import os
import random
import sys
import tempfile
import threading
import time

from peer import Failed, check, equal, run_scenes, start_secure as start_server

KILLS = int(os.environ.get("CONFAB_KILLS", "12"))


class Writer:
    """Says numbered lines as fast as the server takes them, and notes what it was promised."""

    def __init__(self, server, name, kept):
        self.peer = server.peer(name, join="lobby")
        self.name = name
        self.kept = kept  # id -> seq of what is promised, over all rounds
        self.relayed = {}  # id -> seq, not yet promised
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        outstanding = 0
        try:
            while True:
                while outstanding < 200:
                    self.peer.say("x" * random.randrange(1, 300),
                                  id=f"{self.name}-{random.randrange(1 << 60):x}")
                    outstanding += 1
                msg = self.peer.next()
                if msg["type"] == "said" and msg["name"] == self.name:
                    self.relayed[msg["id"]] = msg["seq"]
                    outstanding -= 1
                elif msg["type"] == "stored":
                    for id, seq in list(self.relayed.items()):
                        if seq <= msg["seq"]:
                            self.kept[id] = seq
                            del self.relayed[id]
        except (OSError, EOFError):
            pass  # the server was killed


def read_all(server, room="lobby"):
    """Every event of the room, as a newcomer who asks for all of it."""
    peer = server.peer("reader", join=room)
    newest = peer.room["seq"]
    events = []
    before = newest + 1
    while True:
        peer.kept.clear()
        peer.send("history", room=room, before=before, count=500)
        page = []
        for msg in iter(peer.next, None):
            if msg["type"] == "history-end":
                end = msg
                break
            if msg.get("room") == room and "seq" in msg and msg["type"] not in ("room", "stored"):
                if msg["seq"] < before:
                    page.append(msg)
        seen = {m["seq"]: m for m in page}  # a newcomer's stream may mix with the first page
        events = [seen[s] for s in sorted(seen)] + events
        if end["before"] <= 1:
            break
        before = end["before"]
    peer.bye()
    return events


def scene_kill_at_random_points():
    data = tempfile.mkdtemp(prefix="confab-data-")
    kept = {}
    seen = {}  # relayed and not yet promised: after a kill (no power cut) these are there too
    for _ in range(KILLS):
        server = start_server(data=data)
        writers = [Writer(server, f"w{i}", kept) for i in range(3)]
        time.sleep(random.uniform(0.05, 0.6))
        server.kill()
        for writer in writers:
            writer.thread.join()
            seen.update(writer.relayed)
    with start_server(data=data) as server:
        events = read_all(server)
        seqs = [e["seq"] for e in events]
        equal(seqs, list(range(1, len(seqs) + 1)), "numbers")
        by_id = {e["id"]: e["seq"] for e in events if "id" in e}
        missing = [id for id, seq in (*kept.items(), *seen.items()) if by_id.get(id) != seq]
        equal(missing, [], f"of {len(kept)} promised and {len(seen)} seen events these are missing")
        check(len(kept) > KILLS * 10, f"only {len(kept)} events were promised: the test is weak")
        equal(len(by_id), len([e for e in events if "id" in e]), "ids")
    print(f"  {KILLS} kills, {len(events)} events, {len(kept)} promised, none missing")


def log_of(data, ending):
    """The files of the lobby."""
    for name in glob.glob(data + "/rooms/*/name"):
        with open(name, encoding="utf-8") as file:
            if file.read() == "lobby":
                return sorted(glob.glob(os.path.dirname(name) + "/*" + ending))
    raise Failed("no lobby")


def fill(data, lines):
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        for i in range(lines):
            ann.say(f"line {i} " + "x" * 50)
        ann.expect("said", text=f"line {lines - 1} " + "x" * 50)
        ann.bye()


def scene_a_flipped_bit_in_the_middle():
    data = tempfile.mkdtemp(prefix="confab-data-")
    fill(data, 40)
    path = log_of(data, ".seg")[0]
    with open(path, "r+b") as file:
        bytes = bytearray(file.read())
        at = bytes.index(b"line 20 ")
        bytes[at + 3] ^= 1
        file.seek(0)
        file.write(bytes)
    with start_server(data=data) as server:
        events = read_all(server)
        seqs = [e["seq"] for e in events]
        equal(len(seqs), 42, "40 lines, ann came and went, reader came; one is missing")
        check(22 not in seqs and 21 in seqs and 23 in seqs, f"the damaged one is left out: {seqs}")
        check(not any(e.get("text", "").startswith("lin\x64") for e in events), "nothing invented")
        check("do not match their checksum" in server.errors(), server.errors())
        ann = server.peer("ann", join="lobby")
        ann.say("goes on")
        equal(ann.expect("said", text="goes on")["seq"], max(seqs) + 3, "left, joined, said")
    with start_server(data=data) as server:
        equal(server.errors(), "", "mended for good")


def scene_lost_indexes():
    data = tempfile.mkdtemp(prefix="confab-data-")
    fill(data, 40)
    for path in glob.glob(data + "/rooms/*/*.idx") + glob.glob(data + "/people/*.idx"):
        os.unlink(path)
    with start_server(data=data) as server:
        check("missing" in server.errors(), "it is said")
        events = read_all(server)
        equal(len([e for e in events if e["type"] == "said"]), 40, "lines")
        server.peer("ann").sync()
        thief = server.peer()
        thief.hello("ann", secret="somebody else's secret")
        equal(thief.expect("error")["code"], "name-taken", "names are known too")


def scene_zeros_and_noise_at_the_end():
    for tail in (bytes(5000), os.urandom(5000), b"\0\0\0\x40", b'\0\0\0\x40\0\0\0\0{"type":"said","se'):
        data = tempfile.mkdtemp(prefix="confab-data-")
        fill(data, 10)
        with open(log_of(data, ".seg")[0], "ab") as file:
            file.write(tail)
        with start_server(data=data) as server:
            check("cut off" in server.errors(), server.errors())
            events = read_all(server)
            seqs = [e["seq"] for e in events]
            equal(seqs, list(range(1, len(seqs) + 1)), "numbers")
            equal(len([e for e in events if e["type"] == "said"]), 10, "lines")


def scene_several_segments():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        for i in range(1200):
            ann.say(f"{i} " + "y" * 15000)
            if i % 50 == 49:
                ann.expect("said", text=f"{i} " + "y" * 15000)
                ann.kept.clear()
        ann.bye()
    check(len(log_of(data, ".seg")) == 3, f"segments: {log_of(data, '.seg')}")
    with start_server(data=data) as server:
        bob = server.peer("bob", resume={"lobby": 1})
        for i in range(1200):
            said = bob.expect("said")
            equal((said["seq"], said["text"][:8]), (i + 2, f"{i} yyyyyyyy"[:8]), "event")
        bob.kept.clear()
        bob.send("history", room="lobby", before=600, count=3)
        equal([bob.expect("said")["seq"] for _ in range(3)], [597, 598, 599], "history")
        equal(server.errors(), "", "nothing to mend")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
