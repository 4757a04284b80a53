#!/usr/bin/env python3
"""What the data folder may hold: the oldest files make room for newer ones, whole, and never one that
somebody needs right now; what does not fit is refused in words; talk goes on; and a restart knows it
all."""
import hashlib
import os
import signal
import sys

from ops import config, export, figures, run, wait_log
from peer import check, equal, run_scenes, start_server

MEGABYTE = 1 << 20
QUOTA = 16 * MEGABYTE
FILES = QUOTA - QUOTA // 16  # what files may come to while there is little talk


def limited(*options, **more):
    return start_server("--quota", "16M", "--metrics", "0", "--log-level", "info", *options, **more)


def content(number, size):
    return hashlib.sha256(str(number).encode()).digest()[:16] * (size // 16) + bytes(size % 16)


def weight(data):
    """Bytes of messages and files that the folder really holds."""
    total = 0
    for name in ("rooms", "people", "blobs", "incoming"):
        for folder, _, files in os.walk(os.path.join(data, name)):
            for file in files:
                try:
                    if file not in ("name", "next"):
                        total += os.path.getsize(os.path.join(folder, file))
                except FileNotFoundError:
                    pass
    return total


def send(peer, number, size, **fields):
    """A whole file; its name on the server."""
    _, accept = peer.upload(content(number, size), name=f"{number}.bin", chunk=262144, **fields)
    done = peer.expect("file-done", file=accept["file"])
    while peer.expect("stored")["seq"] < done["seq"]:
        pass
    return accept["file"]


def refused(peer, file):
    """The code with which a fetch is refused."""
    peer.send("fetch", file=file, offset=0)
    error = peer.expect("error", re=file)
    check(len(error["text"]) > 20, f"a sentence: {error}")
    return error["code"]


def check_figures(server, let_go):
    now = figures(server)
    equal(now["confab_disk_bytes"], weight(server.data), "what is on the disk")
    equal(now["confab_quota_bytes"], QUOTA, "the quota")
    equal(now["confab_files_let_go_total"], let_go, "files that went")
    check(now["confab_disk_bytes"] <= QUOTA, f"too much: {now['confab_disk_bytes']}")
    return now["confab_disk_bytes"]


def scene_the_oldest_go_first():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        files = [send(ann, i, 4 * MEGABYTE) for i in range(3)]
        check_figures(server, 0)
        equal("quota" in server.errors(), False, "nothing to tell yet")
        files += [send(ann, i, 4 * MEGABYTE) for i in range(3, 5)]
        used = check_figures(server, 2)
        equal([refused(bob, file) for file in files[:2]], ["let-go"] * 2, "the oldest")
        for i in range(2, 5):
            equal(bob.fetch(files[i], 4 * MEGABYTE), content(i, 4 * MEGABYTE), f"file {i}")
        page = run("--status", "--data", server.data).stdout
        check("of at most 16.8 MB; 2 files (8.4 MB) were let go" in page, page)
        check("come to its quota of 16.8 MB" in server.errors(), server.errors())
        bob.say("all well?")
        ann.expect("said", text="all well?")
        bob.expect("stored")
        used = check_figures(server, 2)
    with limited(data=server.data) as server:
        check(0 <= check_figures(server, 0) - used < 1000, "the same after a restart, and who left")
        bob = server.peer("bob", join="lobby")
        equal([refused(bob, file) for file in files[:2]], ["let-go"] * 2, "after a restart")
        equal(bob.fetch(files[2], 4 * MEGABYTE), content(2, 4 * MEGABYTE), "what is there")
        send(bob, 5, 4 * MEGABYTE)
        equal(refused(bob, files[2]), "let-go", "the oldest now")
        equal(bob.fetch(files[3], 4 * MEGABYTE), content(3, 4 * MEGABYTE), "the next one")
        check_figures(server, 1)
        # and it comes back to who needs it
        send(bob, 0, 4 * MEGABYTE)
        equal(bob.fetch(files[0], 4 * MEGABYTE), content(0, 4 * MEGABYTE), "sent anew")


def scene_what_does_not_fit_is_refused():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        small = send(ann, 1, 1000)
        ann.send("upload", room="lobby", id="large", label="l", size=FILES + 1, kind="file")
        error = ann.expect("error", re="large")
        equal(error["code"], "over-quota", "code")
        check("may keep" in error["text"], error["text"])
        equal(ann.fetch(small, 1000), content(1, 1000), "nothing has gone for it")
        equal(os.listdir(os.path.join(server.data, "incoming")), [], "nothing has come of it")
        check_figures(server, 0)
        whole = send(ann, 2, FILES)  # just fits, and all else goes
        equal(refused(ann, small), "let-go", "the small one")
        check_figures(server, 1)
        equal(ann.fetch(whole, FILES), content(2, FILES), "the largest there can be")


def scene_an_announcement_costs_nothing():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        old = send(ann, 1, 8 * MEGABYTE)
        ann.send("upload", room="lobby", id="idle", label="l", size=FILES, kind="file")
        ann.expect("accept", id="idle")
        equal(ann.fetch(old, 8 * MEGABYTE), content(1, 8 * MEGABYTE), "still there")
        ann.send("chunk", payload=bytes(MEGABYTE // 4), id="idle", offset=0)
        equal(ann.fetch(old, 8 * MEGABYTE), content(1, 8 * MEGABYTE), "and now")
        ann.send("cancel", id="idle")
        ann.expect("file-failed")
        check_figures(server, 0)


def scene_halves_count_and_stay():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        half, _ = ann.upload(content(1, 12 * MEGABYTE), id="half", cut_after=10 * MEGABYTE,
                             chunk=262144)
        ann.sync()
        check(check_figures(server, 0) > 10 * MEGABYTE, "a half counts")
        bob.send("upload", room="lobby", id="b", label="b", size=6 * MEGABYTE, kind="file")
        equal(bob.expect("error", re="b")["code"], "over-quota", "no room beside it")
        small = send(bob, 2, 4 * MEGABYTE)
        # it needs the room that the small one has
        ann.send("upload", room="lobby", id="half", label="x", size=12 * MEGABYTE, kind="file")
        at = ann.expect("accept", id="half")["offset"]
        equal(at, 10 * MEGABYTE, "where it goes on")
        rest = content(1, 12 * MEGABYTE)
        while at < len(rest):
            ann.send("chunk", payload=rest[at:at + 262144], id="half", offset=at)
            at += 262144
        ann.send("finish", id="half", sha256=hashlib.sha256(rest).hexdigest())
        ann.expect("file-done", size=len(rest))
        equal(refused(bob, small), "let-go", "the whole one went")
    with limited(data=server.data) as server:  # two that fit one by one, and not together
        ann = server.peer("ann", join="lobby")
        for id in ("one", "two"):
            ann.send("upload", room="lobby", id=id, label=id, size=9 * MEGABYTE, kind="file")
            ann.expect("accept", id=id)
        for at in range(0, 9 * MEGABYTE, 262144):
            for id in ("one", "two"):
                ann.send("chunk", payload=bytes(262144), id=id, offset=at)
        failed = ann.next()
        while failed["type"] != "error":
            failed = ann.next()
        equal(failed["code"], "over-quota", "one fails")
        ann.expect("file-failed", code="over-quota")
        other = "two" if failed["re"] == "one" else "one"
        ann.send("finish", id=other, sha256=hashlib.sha256(bytes(9 * MEGABYTE)).hexdigest())
        ann.expect("file-done", size=9 * MEGABYTE)


def scene_nothing_goes_that_is_fetched():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        cyd = server.peer("cyd", join="lobby", rcvbuf=4096)
        oldest = send(ann, 1, 6 * MEGABYTE)
        second = send(ann, 2, 6 * MEGABYTE)
        cyd.send("fetch", file=oldest, offset=0)
        data = cyd.expect("chunk", file=oldest)["payload"]
        send(ann, 3, 6 * MEGABYTE)
        equal(refused(ann, second), "let-go", "the second oldest")
        check_figures(server, 1)
        # more than there is without the one that is read
        ann.send("upload", room="lobby", id="l", label="l", size=10 * MEGABYTE, kind="file")
        equal(ann.expect("error", re="l")["code"], "over-quota", "code")
        while len(data) < 6 * MEGABYTE:
            data += cyd.expect("chunk", file=oldest, offset=len(data))["payload"]
        equal(data, content(1, 6 * MEGABYTE), "to its end")
        cyd.sync()
        send(ann, 4, 10 * MEGABYTE)
        equal(refused(cyd, oldest), "let-go", "and then it may go")


def scene_one_content_of_two_messages():
    with limited() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        data = content(1, 4 * MEGABYTE)
        files = [send(ann, 1, 4 * MEGABYTE)]
        other = send(ann, 2, 4 * MEGABYTE)
        once = figures(server)["confab_disk_file_bytes"]
        bob.send("upload", room="lobby", id="again", label="a", size=len(data), kind="file",
                 sha256=hashlib.sha256(data).hexdigest())
        files.append(bob.expect("accept", id="again", offset=len(data))["file"])
        bob.send("finish", id="again", sha256=hashlib.sha256(data).hexdigest())
        bob.expect("file-done", file=files[1])
        files.append(send(bob, 1, 4 * MEGABYTE))  # and in full
        equal(figures(server)["confab_disk_file_bytes"], once, "counted once")
        send(ann, 3, 8 * MEGABYTE)
        equal(refused(bob, other), "let-go", "what nobody has named since")
        for file in files:
            equal(bob.fetch(file, len(data)), data, "under each name")
        send(ann, 4, 6 * MEGABYTE)
        equal([refused(bob, file) for file in files], ["let-go"] * 3, "all three together")
        check_figures(server, 2)


def scene_talk_goes_on():
    with limited("--sync", "os") as server:  # it lags behind nobody
        ann = server.peer("ann", join="lobby")
        files = [send(ann, i, FILES // 3) for i in range(3)]
        check_figures(server, 0)
        for i in range(100):
            ann.say(f"{i} " + "x" * 16000)
        ann.expect("said", text="99 " + "x" * 16000)
        equal(refused(ann, files[0]), "let-go", "files go for talk, too")
        equal(len(ann.fetch(files[1], FILES // 3)), FILES // 3, "but no more than are needed")
        most = 0
        for i in range(1500):
            ann.say(f"{i} " + "y" * 16000)
            if i % 50 == 0:
                ann.sync()
                most = max(most, weight(server.data))
                ann.kept.clear()
        last = ann.expect("said", text="1499 " + "y" * 16000)["seq"]
        equal([refused(ann, file) for file in files], ["no-such-file"] * 3, "with their messages")
        check(most <= QUOTA + MEGABYTE, f"at most {most}")  # of which is what came in one turn
        check(weight(server.data) > QUOTA * 3 // 4, "and not much less than may be")
        first = export(server.data)[0]["seq"]
        check(last - 1050 < first < last - 500, f"{first} to {last} are kept")
        ann.send("upload", room="lobby", id="u", label="u", size=10 * MEGABYTE, kind="file")
        equal(ann.expect("error", re="u")["code"], "over-quota", "no file takes a message's place")
    with limited(data=server.data) as server:
        ann = server.peer("ann", join="lobby")
        ann.say("numbers go on")
        check(ann.expect("said", text="numbers go on")["seq"] > last, "numbers")


def scene_the_quota_changes():
    path = config("quota = 64M\nlog-level = info\n")
    with start_server("--config", path, "--metrics", "0") as server:
        ann = server.peer("ann", join="lobby")
        files = [send(ann, i, 8 * MEGABYTE) for i in range(4)]
        config("quota = 16M\nlog-level = info\n", os.path.dirname(path))
        server.process.send_signal(signal.SIGHUP)
        log = wait_log(server, "are let go")
        check("quota has changed" in log, log)
        equal([refused(ann, file) for file in files[:3]], ["let-go"] * 3, "at once")
        equal(len(ann.fetch(files[3], 8 * MEGABYTE)), 8 * MEGABYTE, "the newest")
        check_figures(server, 3)
        config("log-level = info\n", os.path.dirname(path))
        server.process.send_signal(signal.SIGHUP)
        wait_log(server, "was read again", len(log))
        send(ann, 9, FILES)
        equal(len(ann.fetch(files[3], 8 * MEGABYTE)), 8 * MEGABYTE, "no limit any more")
    for value, code in (("16M", 0), (str(QUOTA - 1), 1), ("0", 1), ("much", 1)):
        checked = run("--check-config", "--config", config(f"quota = {value}\n"))
        equal(checked.returncode, code, f"quota = {value}: {checked.stderr}")
    check("--quota SIZE" in run("--help").stdout, "--help")


def scene_a_start_is_too_large():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        files = [send(ann, i, 8 * MEGABYTE) for i in range(3)]
    with limited(data=server.data) as server:
        wait_log(server, "are let go")
        ann = server.peer("ann", join="lobby")
        equal([refused(ann, file) for file in files[:2]], ["let-go"] * 2, "the oldest")
        equal(len(ann.fetch(files[2], 8 * MEGABYTE)), 8 * MEGABYTE, "the newest")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
