#!/usr/bin/env python3
"""An hour in the life of a server: people who talk and come back when the line breaks, people who
come and go, files, readers that stop and wake, and kill -9 now and then, always with the same data.
At the end: what was called stored is there, once; files are whole; memory is where it was.

    _soak.py MINUTES       CONFAB_BIN says where the programs are; started by tests/soak.sh
"""
import hashlib
import os
import random
import shutil
import socket
import struct
import sys
import tempfile
import threading
import time

from peer import Failed, Peer, Server, check, equal, secret_of

TALKERS, CHURNERS, UPLOADERS, SLOW = 4, 3, 2, 2
GONE = (OSError, EOFError, Failed)
RSS_MORE = 6 << 20  # bytes that the server's memory may grow while it runs without being killed
QUIET = 0.3  # the last part of the time is without kills: memory is watched there


class Soak:
    def __init__(self, minutes):
        self.data = tempfile.mkdtemp(prefix="confab-soak-")
        self.end = time.monotonic() + minutes * 60
        self.kills_end = self.end - minutes * 60 * QUIET
        self.stop = threading.Event()
        self.server = Server(self.data, "--max-clients", "1000")
        self.port = self.server.port
        self.lock = threading.Lock()
        self.kept = {}  # id -> seq, of what was called stored
        self.sent = set()
        self.files = {}  # file -> sha256
        self.count = {}
        self.failures = []

    def add(self, what, number=1):
        with self.lock:
            self.count[what] = self.count.get(what, 0) + number

    def failed(self, what):
        self.failures.append(what)
        self.stop.set()

    def dial(self, name, resume=None, rcvbuf=None):
        """A peer that said hello; waits while the server is away. None: it is over."""
        while not self.stop.is_set():
            try:
                peer = Peer(self.port, rcvbuf=rcvbuf)
            except OSError:
                time.sleep(0.05)
                continue
            try:
                peer.hello(name, resume=resume)
                peer.expect("welcome")
                return peer
            except GONE:
                peer.close()
                time.sleep(0.05)
        return None


def said_by(msg, name):
    return msg["type"] == "said" and msg["name"] == name


def talk(soak, name):
    """Keeps in an outbox what is not stored, and sends it again after a break."""
    known, outbox, seqs = 0, {}, {}
    while not soak.stop.is_set():
        peer = soak.dial(name, resume={"lobby": known} if known else None)
        if peer is None:
            return
        try:
            if not known:
                peer.join()
            for id, text in outbox.items():
                peer.say(text, id=id)
            while not soak.stop.is_set():
                time.sleep(random.uniform(0, 0.06))
                if len(outbox) < 50:
                    id = f"{name}-{random.randrange(1 << 60):x}"
                    outbox[id] = f"{id} " + "x" * random.randrange(800)
                    soak.sent.add(id)
                    peer.say(outbox[id], id=id)
                msg = peer.next(patience=0.05)
                while msg is not None:
                    if said_by(msg, name):
                        known = max(known, msg["seq"])
                        check(seqs.setdefault(msg["id"], msg["seq"]) == msg["seq"],
                              f"{msg['id']} stands there twice")
                    elif msg["type"] == "stored":
                        for id in [i for i in outbox if seqs.get(i, msg["seq"] + 1) <= msg["seq"]]:
                            soak.kept[id] = seqs.pop(id)
                            del outbox[id]
                            soak.add("stored")
                    msg = peer.next(patience=0)
        except Failed as failed:
            soak.failed(f"{name}: {failed}")
        except GONE:
            soak.add("breaks")
        finally:
            peer.close()


def churn(soak, name):
    rooms = ["lobby", "green", "blue", "red"]
    while not soak.stop.is_set():
        peer = soak.dial(f"{name}-{random.randrange(20)}")
        if peer is None:
            return
        try:
            for room in random.sample(rooms, random.randrange(1, 4)):
                peer.join(room)
            peer.send("history", room=rooms[0], before=0, count=1) if random.random() < 0.1 else None
            if random.random() < 0.5:
                peer.send("typing", room="lobby")
            time.sleep(random.uniform(0, 0.5))
            end = random.randrange(3)
            if end == 0:
                peer.send("bye")
            elif end == 1:
                peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            soak.add("visits")
        except GONE:
            pass
        finally:
            peer.close()


def send_files(soak, name):
    rng = random.Random(name)
    while not soak.stop.is_set():
        size = int(2 ** rng.uniform(0, 22))
        data = rng.randbytes(size)
        id = f"{name}-{random.randrange(1 << 60):x}"
        done = None
        while done is None and not soak.stop.is_set():
            peer = soak.dial(name)
            if peer is None:
                return
            try:
                peer.join("files")
                cut = rng.randrange(size) if rng.random() < 0.2 else None
                _, accept = peer.upload(data, id=id, room="files", cut_after=cut)
                if cut is None:
                    done = peer.expect("file-done", file=accept["file"])
                    sha256 = hashlib.sha256(data).hexdigest()
                    equal(done["sha256"], sha256, "hash")
                    if done["seq"] > 0:
                        while peer.expect("stored")["seq"] < done["seq"]:
                            pass
                    got = peer.fetch(done["file"], size)
                    check(got == data, f"{done['file']} came back otherwise")
                    soak.files[done["file"]] = sha256
                    soak.add("files")
            except (OSError, EOFError):
                soak.add("uploads cut")
            except Failed as failed:
                soak.failed(f"{name}: {failed}")
            finally:
                peer.close()
        time.sleep(2)


def read_slowly(soak, name):
    """Does not read for a while, then wakes and gets everything in order."""
    while not soak.stop.is_set():
        peer = soak.dial(name, rcvbuf=4096)
        if peer is None:
            return
        try:
            last = peer.join()["seq"]
            for _ in range(random.randrange(1, 8)):
                if soak.stop.wait(4):
                    return
                peer.send("pong")
            peer.send("ping")
            while (msg := peer.next(patience=30)) is not None and msg["type"] != "pong":
                if "seq" in msg and msg.get("room") == "lobby" and msg["type"] != "room":
                    if msg["seq"] > last:
                        equal(msg["seq"], last + 1, f"{name}: the next number")
                        last = msg["seq"]
            soak.add("awakenings")
        except Failed as failed:
            soak.failed(f"{name}: {failed}")
        except GONE:
            pass
        finally:
            peer.close()


def kill_and_start(soak):
    soak.server.kill()
    soak.add("kills")
    for _ in range(50):
        try:
            soak.server = Server(soak.data, "--max-clients", "1000", port=soak.port)
            return
        except Failed as failed:
            if "in use" not in str(failed):
                raise
            time.sleep(0.2)
    raise Failed("the port stays in use")


def read_everything(soak, room):
    peer = Peer(soak.port)
    peer.hello("reader")
    newest = peer.join(room, seq=1)["seq"]
    events, last = [], 1
    while last < newest:
        msg = peer.next()
        check(msg is not None, f"{room}: nothing comes behind {last}")
        if msg.get("room") == room and "seq" in msg and msg["type"] not in ("room", "stored"):
            equal(msg["seq"], last + 1, f"{room}: the next number")
            last = msg["seq"]
            events.append(msg)
    peer.bye()
    return events


def check_everything(soak):
    events = read_everything(soak, "lobby")
    ids = [m["id"] for m in events if m["type"] == "said"]
    equal(len(ids), len(set(ids)), "every id once")
    by_id = {m["id"]: m["seq"] for m in events if m["type"] == "said"}
    missing = [id for id, seq in soak.kept.items() if by_id.get(id) != seq and seq > 1]
    equal(missing, [], "missing of what was called stored")
    check(set(ids) <= soak.sent, "nothing invented")
    done = {m["file"]: m["sha256"] for m in read_everything(soak, "files") if m["type"] == "file-done"}
    for file, sha256 in soak.files.items():
        equal(done.get(file), sha256, f"file {file}")
    for file, sha256 in done.items():
        with open(os.path.join(soak.data, "blobs", sha256), "rb") as blob:
            equal(hashlib.sha256(blob.read()).hexdigest(), sha256, f"blob of {file}")
    return len(events)


def main(minutes):
    soak = Soak(minutes)
    jobs = [(talk, "talker", TALKERS), (churn, "churn", CHURNERS), (send_files, "files", UPLOADERS),
            (read_slowly, "slow", SLOW)]
    threads = [threading.Thread(target=job, args=(soak, f"{name}{i}"))
               for job, name, count in jobs for i in range(count)]
    for thread in threads:
        thread.start()
    next_kill = time.monotonic() + random.uniform(5, 30)
    start_rss, rss = None, []
    try:
        while time.monotonic() < soak.end and not soak.stop.wait(1):
            now = time.monotonic()
            if now < soak.kills_end and now >= next_kill:
                kill_and_start(soak)
                next_kill = now + random.uniform(2, max(10, minutes * 1.5))
            check(soak.server.process.poll() is None, f"the server ended: {soak.server.errors()}")
            if now >= soak.kills_end + minutes * 60 * QUIET / 4:
                rss.append(soak.server.rss())
                start_rss = start_rss or rss[0]
    finally:
        soak.stop.set()
        for thread in threads:
            thread.join()
    equal(soak.failures, [], "failures")
    end_rss = soak.server.rss()
    events = check_everything(soak)
    print(f"{minutes:g} minutes, {events} events in the lobby, "
          + ", ".join(f"{n} {what}" for what, n in sorted(soak.count.items())))
    print(f"memory while nobody kills: {start_rss >> 10} KB at the start, {max(rss) >> 10} KB at most, "
          f"{end_rss >> 10} KB at the end", flush=True)
    check(soak.server.sanitized() or end_rss - start_rss <= RSS_MORE, "memory has grown")
    soak.server.stop()
    equal(soak.server.errors(), "", "the server's log")
    shutil.rmtree(soak.data)


if __name__ == "__main__":
    main(float(sys.argv[1]))
