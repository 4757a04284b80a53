#!/usr/bin/env python3
"""What whoever runs confab-server needs: a config file, its reload, a log for machines."""
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from peer import (BIN, PATIENCE, check, equal, frame, run_scenes, start_server,
                  uid_of)

PROGRAM = os.path.join(BIN, "confab-server")


def run(*args):
    return subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


def config(text, folder=None):
    path = os.path.join(folder or tempfile.mkdtemp(prefix="confab-config-"), "server.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def scene_a_config_file_is_checked():
    good = run("--check-config", "--config", config("# ours\nmax-clients = 20\nsync = os\n"))
    equal((good.returncode, good.stdout, good.stderr), (0, "ok\n", ""), "a good file")
    path = config("max-clients = 20\nmax-clients = 30\ncolour = red\nsync = never\n")
    bad = run("--check-config", "--config", path)
    equal((bad.returncode, bad.stdout), (1, ""), "a bad file")
    equal(bad.stderr.count("\n"), 3, bad.stderr)
    for line, word in ((2, "max-clients"), (3, "colour"), (4, "never")):
        check(any(f"{path}, line {line}: " in said and word in said
                  for said in bad.stderr.splitlines()), f"line {line} in {bad.stderr}")
    for args in (("--config", path), ("--config", "/nowhere/server.conf"), ("--check-config",)):
        bad = run(*args)
        equal((bad.returncode, bad.stderr.count("\n")), (1, 1), f"{args}: {bad.stderr}")


def scene_a_config_file_is_used():
    path = config("max-upload = 5\nname = The #1 chat\nquiet = yes\n")
    with start_server("--config", path, "--quiet=no") as server:  # start_server() says --name test
        ann = server.peer("ann", join="lobby")
        equal(ann.welcome["server"], "test", "the command line wins")
        ann.send("upload", room="lobby", id="1", label="six", size=6, kind="file")
        ann.expect("error", code="file-too-large")


def wait_log(server, text, start=0):
    """The server's log as soon as `text` is in it, behind `start` characters."""
    until = time.monotonic() + PATIENCE
    while text not in server.errors()[start:]:
        check(time.monotonic() < until, f"{text!r} in the log: {server.errors()}")
        time.sleep(0.01)
    return server.errors()


def scene_a_config_file_is_read_again():
    path = config("max-upload = 5\nmax-clients = 1\nlog-level = info\n")
    with start_server("--config", path) as server:
        ann = server.peer("ann", join="lobby")
        server.peer().hello("bob")
        server.peers[-1].expect("error", code="server-full")
        config("max-upload = 6\nmax-clients = 2\nlog-level = info\nsync = os\nport = 7\n",
               os.path.dirname(path))
        server.process.send_signal(signal.SIGHUP)
        log = wait_log(server, "was read again")
        for line in ("max-upload has changed", "max-clients has changed", "sync cannot change"):
            check(line in log, f"{line!r} in {log}")
        check("port cannot" not in log, "the command line has the last word on the port")
        server.peer("bob", join="lobby")
        ann.upload(b"sixsix", name="six")
        for text, word in (("max-clients = none\n", "line 1: max-clients"), (None, path)):
            if text is None:
                os.unlink(path)
            else:
                config(text, os.path.dirname(path))
            server.process.send_signal(signal.SIGHUP)
            log = wait_log(server, "stays as it was", len(log))
            check(word in log.splitlines()[-1], log)
        ann.say("still here")
        ann.expect("said", text="still here")


def scene_without_a_config_file_a_hangup_ends_it():
    with start_server() as server:
        server.process.send_signal(signal.SIGHUP)
        equal(server.process.wait(timeout=PATIENCE), 0, "exit code")


def scene_a_log_for_machines():
    with start_server("--log-format", "json", "--log-level", "debug") as server:
        server.peer("ann", join="lobby").bye()
        lines = [json.loads(line) for line in wait_log(server, "has ended").splitlines()]
    for line in lines:
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line)
        check(line["level"] in ("error", "warn", "info", "debug"), line)
    check(any(line.get("session") == 1 and "new -> ready" in line["text"] for line in lines), lines)


def export(data, room="lobby"):
    done = run("--export", room, "--data", data)
    equal((done.returncode, done.stderr), (0, ""), f"export of {room}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def scene_a_room_is_exported():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        ann.say("two\nlines \u2028 and \"quotes\"")
        ann.upload(b"x" * 1000, name="x.bin")
        ann.expect("file-done")
        running = export(server.data)
        equal([line["type"] for line in running], ["joined", "said", "file", "file-done"], "types")
        equal([line["seq"] for line in running], [1, 2, 3, 4], "numbers")
        equal(running[1]["text"], "two\nlines \u2028 and \"quotes\"", "text")
        server.peer("bob", join="other").say("elsewhere", room="other")
        server.peers[-1].expect("said")
        equal(export(server.data, "OTHER")[1]["text"], "elsewhere", "the other room")
        none = run("--export", "nowhere", "--data", server.data)
        equal((none.returncode, none.stdout, none.stderr.count("\n")), (1, "", 1), none.stderr)
    equal(export(server.data)[:4], running, "without a server")


def scene_an_export_while_people_talk():
    with start_server("--sync", "os") as server:
        ann = server.peer("ann", join="lobby")
        for round in range(20):
            for i in range(50):
                ann.say(f"{round} {i} " + "x" * 3000)
            ann.sync()
            lines = export(server.data)
            equal([line["seq"] for line in lines], list(range(1, len(lines) + 1)), "numbers")
            check(len(lines) >= 50 * round + 51, f"{len(lines)} lines in round {round}")


class Writer(threading.Thread):
    """Talks until it is told to stop; what was said to be stored is in `safe`."""

    def __init__(self, server):
        super().__init__()
        self.peer = server.peer("writer", join="lobby")
        self.safe, self.sent, self.ending = 0, {}, False
        self.start()

    def run(self):
        number = 0
        while not self.ending:
            number += 1
            self.peer.say(f"message {number} " + "y" * 2000)
            if number % 10 == 0:
                self.take()
                time.sleep(0.01)  # the server prints it all, and is to be read to the end

    def take(self):
        while self.safe < 1 or self.peer.poll.poll(0) or self.peer.bytes:
            msg = self.peer.next()
            if msg["type"] == "stored":
                self.safe = max(self.safe, msg["seq"])
            elif msg["type"] == "said":
                self.sent[msg["seq"]] = msg["text"]


def scene_a_backup_is_a_copy_of_the_folder():
    with start_server() as server, tempfile.TemporaryDirectory() as folder:
        ann = server.peer("ann", join="lobby")
        data = os.urandom(300000)
        id, accept = ann.upload(data, name="kept.bin")
        done = ann.expect("file-done")
        ann.expect("stored", seq=done["seq"])
        writer = Writer(server)
        for round in range(3):
            said = len(writer.sent)
            while len(writer.sent) < said + 100:
                check(writer.is_alive(), "the writer")
                time.sleep(0.01)
            safe, copy = writer.safe, os.path.join(folder, str(round))
            subprocess.run(["cp", "-r", server.data, copy], check=True)
            with start_server(data=copy) as again:
                texts = {line["seq"]: line["text"] for line in export(copy)
                         if line["type"] == "said"}
                for seq, text in list(writer.sent.items()):
                    check(seq > safe or texts.get(seq) == text, f"event {seq} of {safe}")
                bob = again.peer("bob", join="lobby")
                equal(bob.fetch(accept["file"], len(data)), data, "the file")
                bob.say("on we go")
                bob.expect("said", text="on we go")
        writer.ending = True
        writer.join()


def room_folder(server, room="lobby"):
    return os.path.join(server.data, "rooms", hashlib.sha256(room.encode()).hexdigest()[:16])


def wait_first(server, least):
    """The first event that is kept, as soon as that is `least` or more."""
    until = time.monotonic() + PATIENCE
    while (first := export(server.data)[0]["seq"]) < least:
        check(time.monotonic() < until, f"events from {first} on are still there")
        time.sleep(0.1)
    return first


def scene_old_messages_and_their_files_go():
    with start_server("--keep-messages", "100") as server:
        ann = server.peer("ann", join="lobby")
        kept, gone = b"k" * 5000, b"g" * (16 << 20)
        _, first = ann.upload(gone, name="gone.bin")
        ann.expect("file-done")
        bob = server.peer("bob", join="lobby", rcvbuf=4096)  # and reads nothing for now
        cyd = server.peer("cyd", join="lobby", rcvbuf=4096)  # stands in the middle of a file
        cyd.send("fetch", file=first["file"], offset=0)
        read = len(cyd.expect("chunk", offset=0)["payload"])
        for i in range(1000):
            ann.say(f"{i} " + "x" * 4000)
        until = time.monotonic() + PATIENCE
        while not os.path.exists(os.path.join(room_folder(server), "000002.seg")):
            check(time.monotonic() < until, "the next segment begins")
            ann.sync()
            time.sleep(0.1)
        for i in range(150):
            ann.say(f"again {i}")
        _, second = ann.upload(kept, name="kept.bin")
        last = ann.expect("file-done")["seq"]
        start = wait_first(server, last - 300)
        check(start <= last - 99, f"at least a hundred of {last} stay, not from {start} on")
        check(ann.fetch(second["file"], len(kept)) == kept, "the file whose event is there")
        ann.send("fetch", file=first["file"], offset=0)
        ann.expect("error", code="no-such-file")
        blobs = os.path.join(server.data, "blobs")
        equal(len(os.listdir(blobs)), 2, "cyd still reads it")
        ann.send("history", room="lobby", before=start + 10, count=500)
        equal(ann.expect("history-end")["before"], start, "the beginning of history")
        ann.send("history", room="lobby", before=start, count=500)
        equal(ann.expect("history-end")["before"], 0, "nothing is older")
        # who stood between two messages goes on with the first that is kept, and is told so
        while read < len(gone):
            read += len(cyd.expect("chunk", offset=read)["payload"])
        equal(cyd.expect("room")["first"], start, "where it goes on")
        for seq in range(start, last + 1):
            cyd.expect("said" if seq < last - 1 else "file" if seq < last else "file-done",
                       seq=seq)
        ann.sync()
        equal(os.listdir(blobs), [hashlib.sha256(kept).hexdigest()], "contents of files")
        # who stood in one: half a message had come, so it must come back; all numbers rise
        seen = []
        try:
            while not seen or seen[-1] < last:
                msg = bob.next()
                if "seq" in msg and msg["type"] not in ("room", "stored"):
                    seen.append(msg["seq"])
        except (EOFError, ConnectionResetError):
            bob = server.peer("bob", resume={"lobby": seen[-1]})
            while seen[-1] < last:
                msg = bob.next()
                if "seq" in msg and msg["type"] not in ("room", "stored", "joined", "left"):
                    seen.append(msg["seq"])
        equal(seen, sorted(set(seen)), "numbers rise")
        check(set(range(start, last + 1)) - set(seen) <= set(), "all that is kept has come")
    with start_server("--keep-messages", "100", data=server.data) as server:
        ann = server.peer("ann")
        check(ann.join(seq=1)["first"] >= start, "after a restart")
        number = ann.say("on we go")
        check(ann.expect("said", id=number)["seq"] > last, "numbers go on")


def scene_a_room_is_silent_for_too_long():
    with start_server() as server:
        server.peer("ann", join="lobby").bye()
    folder = room_folder(server)
    for name in os.listdir(folder):
        if name != "name":
            os.unlink(os.path.join(folder, name))
    days = int(time.time() * 1000) - 3 * 86400000
    with open(os.path.join(folder, "000001.seg"), "wb") as seg:
        for seq in range(1, 51):
            seg.write(frame({"type": "said", "seq": seq, "time": days + seq, "room": "lobby",
                             "from": uid_of("ann"), "name": "ann", "id": str(seq), "text": "old"}))
    with start_server("--keep-days", "4", data=server.data) as server:
        equal(server.peer("bob").join(seq=1)["first"], 2, "all are young enough")
    with start_server("--keep-days", "2", data=server.data) as server:
        until = time.monotonic() + PATIENCE
        while any(line["text"] == "old" for line in export(server.data) if "text" in line):
            check(time.monotonic() < until, "old events go")
            time.sleep(0.1)
        bob = server.peer("bob", join="lobby")
        bob.say("new")
        check(bob.expect("said", text="new")["seq"] > 50, "numbers go on")


def figures(server):
    """What Prometheus would read: name with labels -> number."""
    with open(os.path.join(server.data, "metrics"), encoding="ascii") as file:
        port = int(file.read())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        check(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), "type")
        text = answer.read().decode()
    found, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("#"):
            name, value = re.fullmatch(r'(confab_\w+(?:\{[^}]*\})?) ([0-9.+e-]+)', line).groups()
            check(re.sub(r"(_bucket|_sum|_count)?(\{.*)?$", "", name) in typed or
                  re.sub(r"\{.*", "", name) in typed, f"a type for {name}")
            check(name not in found, f"{name} twice")
            found[name] = float(value)
    return found


def scene_figures_are_right():
    with start_server("--metrics", "0", "--max-upload", "5000") as server:
        before = figures(server)
        equal(before["confab_connections_total"], 0, "connections at first")
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.expect("joined", name="bob")
        for i in range(10):
            ann.say(f"number {i}")
        ann.send("upload", room="lobby", id="large", label="l", size=5001, kind="file")
        ann.expect("error", code="file-too-large")
        _, accept = ann.upload(b"x" * 5000, name="x.bin")
        done = ann.expect("file-done")
        ann.expect("stored", seq=done["seq"])
        bob.fetch(accept["file"], 5000)
        cyd = server.peer("cyd")
        cyd.bye()
        bob.sync()
        now = figures(server)
        for name, value in (("connections", 2), ("ready", 2), ("people", 2), ("rooms", 1),
                            ("connections_total", 3), ("turned_away_total", 0),
                            ("events_total", 14), ("deliveries_total", 1 + 12 * 2),
                            ("cursors", 2), ("cursors_behind", 0), ("bytes_behind", 0),
                            ("uploads", 0), ("uploads_total", 1), ("uploads_done_total", 1),
                            ("uploads_failed_total", 0), ("downloads_total", 1), ("downloads", 0),
                            ('errors_total{code="file-too-large"}', 1),
                            ('errors_total{code="gone"}', 0), ("events_not_stored", 0),
                            ("logs_stuck", 0)):
            equal(now["confab_" + name], value, name)
        for name in ("turn_seconds", "sync_seconds"):
            counts = [now[f'confab_{name}_bucket{{le="{le}"}}']
                      for le in ("5e-05", "0.001", "1", "+Inf")]
            equal(counts, sorted(counts), f"{name} rises")
            equal(counts[-1], now[f"confab_{name}_count"], name)
            check(counts[-1] > before[f"confab_{name}_count"], f"{name} are counted")
            check(now[f"confab_{name}_sum"] > 0, f"{name} take time")
        check(now["confab_messages_in_total"] >= 2 * 2 + 10 + 4, "messages")
        check(5000 < now["confab_bytes_in_total"] < 50000, "bytes in")
        check(5000 < now["confab_bytes_out_total"] < 50000, "bytes out")
        check(1 << 20 < now["confab_memory_bytes"] < 1 << 32, "memory")
        page = run("--status", "--data", server.data)
        equal((page.returncode, page.stderr), (0, ""), "--status")
        for line in ("people             2 with 2 connections; 3 connections so far, 0 turned away",
                     "refusals           file-too-large 1", "readers behind     0 of 2, by 0 bytes"):
            check(line in page.stdout.splitlines(), f"{line!r} in {page.stdout}")


def scene_readers_behind_are_counted():
    with start_server("--metrics", "0") as server:
        ann = server.peer("ann", join="lobby")
        server.peer("bob", join="lobby", rcvbuf=4096)  # and reads nothing
        for i in range(800):
            ann.say("x" * 16000)
        ann.sync()
        now = figures(server)
        equal(now["confab_cursors_behind"], 1, "bob")
        check(now["confab_bytes_behind"] > 1000000, now["confab_bytes_behind"])


def scene_no_figures():
    with start_server() as server:
        none = run("--status", "--data", server.data)
        equal((none.returncode, none.stdout), (1, ""), "without --metrics")
        check("--metrics" in none.stderr and none.stderr.count("\n") == 1, none.stderr)
    with start_server("--metrics", "0") as server:
        with open(os.path.join(server.data, "metrics"), encoding="ascii") as file:
            port = file.read().strip()
        with tempfile.TemporaryDirectory() as data:
            taken = run("127.0.0.1", "0", "--no-beacon", "--data", data, "--metrics", port)
            check(taken.returncode == 1 and port in taken.stderr, taken.stderr)
        server.kill()
        dead = run("--status", "--data", server.data)
        check(dead.returncode == 1 and "without a goodbye" in dead.stderr, dead.stderr)
    with start_server("--metrics", "0", data=server.data):
        equal(run("--status", "--data", server.data).returncode, 0, "after a crash")
    check(not os.path.exists(os.path.join(server.data, "metrics")), "a goodbye")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
