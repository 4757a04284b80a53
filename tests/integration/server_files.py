#!/usr/bin/env python3
"""Files through the server: whole, cut, resumed, fetched while they grow, refused."""
import hashlib
import os
import random
import sys
import tempfile

from peer import check, equal, start_secure as start_server, run_scenes, uid_of


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def scene_a_file_arrives_whole():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        data = noise(3000001)
        id, accept = ann.upload(data, name="photo.jpg", kind="image", width=40, height=30,
                                payload_note="x")
        equal(accept["offset"], 0, "offset")
        file = bob.expect("file", id=id)
        equal((file["label"], file["size"], file["kind"], file["width"], file["from"]),
              ("photo.jpg", len(data), "image", 40, uid_of("ann")), "facts")
        done = bob.expect("file-done", file=file["file"])
        equal((done["sha256"], done["size"]), (sha256(data), len(data)), "done")
        check(bob.fetch(file["file"], len(data)) == data, "bytes")
        check(bob.fetch(file["file"], len(data), offset=2999999) == data[2999999:], "the end")
        ann.expect("file-done", file=file["file"])
        while ann.expect("stored")["seq"] < done["seq"]:
            pass
        carl = server.peer("carl", join="lobby")  # comes late
        check(carl.fetch(carl.expect("file")["file"], len(data)) == data, "bytes for a latecomer")
        equal(os.listdir(server.data + "/incoming"), [], "nothing left behind")
        equal(os.listdir(server.data + "/blobs"), [sha256(data)], "blob")


def scene_a_preview_travels_with_the_announcement():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.send("upload", payload=b"tiny picture", room="lobby", id="p", label="../../a:b?.png",
                 size=5, kind="image")
        file = bob.expect("file", id="p")
        equal((file["payload"], file["label"]), (b"tiny picture", "a_b_.png"), "file")


def scene_an_empty_file():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.upload(b"", name="empty")
        file = bob.expect("file")
        equal(bob.expect("file-done")["sha256"], sha256(b""), "hash")
        bob.send("fetch", file=file["file"], offset=0)
        chunk = bob.expect("chunk", file=file["file"])
        equal((chunk["offset"], chunk["payload"]), (0, b""), "an empty chunk is the answer")


def scene_fetched_while_it_grows():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        data = noise(1000000)
        ann.send("upload", room="lobby", id="g", label="film.mp4", size=len(data), kind="video")
        ann.expect("accept")
        file = bob.expect("file")["file"]
        bob.send("fetch", file=file, offset=0)
        got = b""
        for at in range(0, len(data), 100000):
            ann.send("chunk", payload=data[at:at + 100000], id="g", offset=at)
            while len(got) < at + 100000:  # what is there comes before the next bytes are sent
                chunk = bob.expect("chunk", file=file)
                equal(chunk["offset"], len(got), "offset")
                got += chunk["payload"]
        check(got == data, "bytes")
        bob.expect_none("file-done")
        ann.send("finish", id="g", sha256=sha256(data))
        bob.expect("file-done", file=file)


def scene_fetched_ahead_of_its_sender():
    """A place that has not arrived yet is waited for; another one can be asked for meanwhile."""
    with start_server() as server:
        ann, bob, cat = (server.peer(name, join="lobby") for name in ("ann", "bob", "cat"))
        data = noise(1500000)
        ann.send("upload", room="lobby", id="film", label="film.mp4", size=len(data), kind="video")
        ann.expect("accept", id="film")
        file = bob.expect("file", id="film")["file"]
        cat.expect("file", id="film")

        def send(start, end):
            for at in range(start, end, 100000):
                ann.send("chunk", payload=data[at:min(at + 100000, end)], id="film", offset=at)

        def take(peer, start, end):
            while start < end:
                chunk = peer.expect("chunk", file=file)
                equal(chunk["offset"], start, "offset")
                check(data[start:start + len(chunk["payload"])] == chunk["payload"], "bytes")
                start += len(chunk["payload"])
            return start

        send(0, 700000)
        ann.sync()
        bob.send("fetch", file=file, offset=1200000)  # nothing there yet
        cat.send("fetch", file=file, offset=650000)
        take(cat, 650000, 700000)
        bob.expect_none("chunk", file=file)
        bob.send("fetch", file=file, offset=600000)  # away from there: at once
        take(bob, 600000, 700000)
        bob.send("fetch", file=file, offset=1400000)
        bob.send("fetch", file=file, offset=1300000)  # the last one counts
        bob.sync()
        send(700000, 1350000)
        take(cat, 700000, 1350000)
        at = take(bob, 1300000, 1350000)
        send(1350000, len(data))
        ann.send("finish", id="film", sha256=sha256(data))
        take(cat, 1350000, len(data))
        take(bob, at, len(data))
        bob.expect("file-done", file=file)
        equal(bob.fetch(file, len(data), 1499990), data[1499990:], "the end once more")


def scene_cut_and_resumed():
    data = noise(700000)
    folder = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=folder) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.upload(data, id="cut", name="song.ogg", cut_after=196608)
        ann.sync()
        ann.close()
        file = bob.expect("file", id="cut")["file"]
        ann = server.peer("ann", resume={"lobby": 2})
        ann.expect("room")
        _, accept = ann.upload(data, id="cut", name="song.ogg", cut_after=400000)
        equal((accept["offset"], accept["file"]), (196608, file), "goes on where it stopped")
        ann.sync()
        server.stop()
    with start_server(data=folder) as server:  # also across a restart
        ann = server.peer("ann", resume={"lobby": 2})
        ann.expect("room")
        _, accept = ann.upload(data, id="cut", name="song.ogg")
        equal((accept["offset"], accept["file"]), (400000, file), "after a restart too")
        done = ann.expect("file-done", file=file)
        equal(done["sha256"], sha256(data), "hash")
        bob = server.peer("bob", resume={"lobby": 0})
        check(bob.fetch(file, len(data)) == data, "bytes")
        equal(sum(1 for _ in iter(lambda: bob.next(0.3), None)
                  if _["type"] == "file"), 1, "one file event")
        # sent once more under the same id: known
        _, accept = ann.upload(data, id="cut", name="song.ogg")
        equal(accept["offset"], len(data), "nothing to send")
        equal(ann.expect("file-done")["seq"], done["seq"], "told again")


def scene_killed_while_uploading():
    data = noise(5000000)
    folder = tempfile.mkdtemp(prefix="confab-data-")
    at = 0
    for round in range(4):
        with start_server(data=folder) as server:
            ann = server.peer("ann", join="lobby")
            until = (round + 1) * 1200000
            _, accept = ann.upload(data, id="k", cut_after=until if until < len(data) else None)
            check(accept["offset"] >= at, f"{accept['offset']} bytes of {at} were kept")
            if until < len(data):
                ann.sync()
                at = until
                server.kill()
            else:
                done = ann.expect("file-done")
                equal(done["sha256"], sha256(data), "hash")
                check(ann.fetch(done["file"], len(data)) == data, "bytes")
        if until < len(data):
            continue
    with start_server(data=folder) as server:
        ann = server.peer("ann", join="lobby")
        _, accept = ann.upload(data, id="k")
        ann.expect("file-done")


def scene_the_same_bytes_are_kept_once():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        data = noise(300000)
        ann.upload(data)
        first = ann.expect("file-done")
        _, accept = bob.upload(data, sha256=sha256(data))
        equal(accept["offset"], len(data), "done at once")
        second = bob.expect("file-done", file=accept["file"])
        check(second["file"] != first["file"], "two files")
        _, accept = bob.upload(data)  # without saying so before
        equal(accept["offset"], 0, "unknown until it is hashed")
        third = bob.expect("file-done", file=accept["file"])
        equal(len(os.listdir(server.data + "/blobs")), 1, "one blob")
        for done in (first, second, third):
            check(ann.fetch(done["file"], len(data)) == data, "bytes")


def scene_what_goes_wrong_is_said():
    with start_server("--max-upload", "1M") as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        equal(ann.welcome["max_upload"], 1 << 20, "limit")

        def refused(code, **fields):
            error = ann.expect("error", **fields)
            equal(error["code"], code, "code")
            check(error["text"], "and a sentence")

        ann.send("upload", room="lobby", id="a", label="x", size=(1 << 20) + 1, kind="file")
        refused("file-too-large", re="a")
        ann.send("upload", room="nowhere", id="a", label="x", size=1, kind="file")
        refused("not-in-room", re="a")
        for _ in range(3):
            ann.send("chunk", payload=b"x", id="unknown", offset=0)
        refused("no-such-file", re="unknown")
        ann.sync()  # once, not three times
        equal(ann.kept and [m for m in ann.kept if m["type"] == "error"], [], "errors")
        # a wrong place
        ann.send("upload", room="lobby", id="b", label="x", size=10, kind="file")
        ann.expect("accept")
        ann.send("chunk", payload=b"x", id="b", offset=1)
        refused("bad-offset", re="b")
        ann.send("upload", room="lobby", id="b", label="x", size=10, kind="file")
        equal(ann.expect("accept")["offset"], 0, "asked again, told again")
        ann.send("chunk", payload=b"x" * 11, id="b", offset=0)
        refused("bad-offset", re="b")
        ann.send("upload", room="lobby", id="b", label="x", size=10, kind="file")
        file = ann.expect("accept")["file"]
        ann.send("finish", id="b", sha256=sha256(b"x" * 10))
        refused("bad-offset", re="b")
        # the wrong hash
        ann.send("upload", room="lobby", id="b", label="x", size=10, kind="file")
        ann.expect("accept")
        ann.send("chunk", payload=b"x" * 10, id="b", offset=0)
        ann.send("finish", id="b", sha256=sha256(b"y" * 10))
        refused("hash-mismatch", re="b")
        equal(bob.expect("file-failed", file=file)["code"], "hash-mismatch", "for everybody")
        bob.send("fetch", file=file, offset=0)
        equal(bob.expect("error", re=file)["code"], "gone", "code")
        # cancelled
        ann.send("upload", room="lobby", id="c", label="x", size=10, kind="file")
        file = ann.expect("accept")["file"]
        bob.send("fetch", file=file, offset=0)
        bob.sync()
        ann.send("cancel", id="c")
        failed = bob.expect("file-failed", file=file)
        equal(failed["code"], "cancelled", "code")
        equal(bob.expect("error", re=file)["code"], "gone", "the download ends")
        ann.send("upload", room="lobby", id="c", label="x", size=10, kind="file")
        refused("gone", re="c")
        # fetching
        bob.send("fetch", file="0" * 16, offset=0)
        equal(bob.expect("error", re="0" * 16)["code"], "no-such-file", "code")
        ann.upload(b"ten bytes!")
        file = bob.expect("file-done")["file"]
        bob.send("fetch", file=file, offset=11)
        equal(bob.expect("error", re=file)["code"], "bad-offset", "code")
        bob.send("leave", room="lobby")
        bob.send("fetch", file=file, offset=0)
        equal(bob.expect("error", re=file)["code"], "not-in-room", "code")
        equal(os.listdir(server.data + "/incoming"), [], "nothing left behind")


def scene_too_many_at_once():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(8):
            ann.send("upload", room="lobby", id=f"u{i}", label="x", size=10, kind="file")
            ann.expect("accept", id=f"u{i}")
        ann.send("upload", room="lobby", id="u8", label="x", size=10, kind="file")
        equal(ann.expect("error", re="u8")["code"], "too-many-transfers", "code")
        ann.send("cancel", id="u0")
        ann.send("upload", room="lobby", id="u8", label="x", size=10, kind="file")
        ann.expect("accept", id="u8")


def scene_an_id_is_one_file_at_a_time():
    """One that was sent and is asked for again stays in the list of what its sender sends."""
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        ann.join("den")
        ann.upload(b"x", id="x")
        ann.expect("file-done")
        ann.upload(b"x", id="x", cut_after=0)  # known: only finish is missing
        for i in range(7):
            ann.send("upload", room="lobby", id=f"u{i}", label="x", size=10, kind="file")
            ann.expect("accept", id=f"u{i}")
        ann.send("upload", room="den", id="x", label="another", size=10, kind="file")
        equal(ann.expect("error", re="x")["code"], "bad-message", "the same id in another room")
        elsewhere = server.peer("ann", join="lobby")
        elsewhere.send("upload", room="lobby", id="e", label="x", size=10, kind="file")
        elsewhere.expect("accept", id="e")
        ann.send("upload", room="lobby", id="e", label="x", size=10, kind="file")
        equal(ann.expect("error", re="e")["code"], "too-many-transfers", "a ninth, taken over")
        ann.send("cancel", id="u0")
        ann.send("upload", room="lobby", id="e", label="x", size=10, kind="file")
        ann.expect("accept", id="e")
        elsewhere.send("chunk", payload=b"x", id="e", offset=0)
        equal(elsewhere.expect("error", re="e")["code"], "no-such-file", "from where it was taken")


def scene_half_uploads_have_an_end():
    """Each waits an hour for its sender, so a person has only so many of them."""
    with start_server() as server:
        for i in range(8):
            ann = server.peer("ann", join="lobby")
            for k in range(8):
                ann.send("upload", room="lobby", id=f"u{i}-{k}", label="x", size=10, kind="file")
                ann.expect("accept")
            ann.close()
        ann = server.peer("ann", join="lobby")
        ann.send("upload", room="lobby", id="one-more", label="x", size=10, kind="file")
        equal(ann.expect("error", re="one-more")["code"], "too-many-transfers", "the 65th")
        ann.upload(b"0123456789", id="u3-3")  # those go on
        ann.expect("file-done")
        ann.upload(b"0123456789", id="one-more")
        server.peer("bob", join="lobby").upload(b"bob is another person")


def scene_a_download_that_waits_holds_up_nobody():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(5):  # whose sender has gone, or means no good
            ann.upload(bytes(100000), id=f"half{i}", cut_after=50000)
        ann.upload(b"whole", id="whole")
        bob = server.peer("bob", join="lobby")
        files = {id: bob.expect("file", id=id)["file"]
                 for id in [*(f"half{i}" for i in range(5)), "whole"]}
        for file in files.values():
            bob.send("fetch", file=file, offset=0)
        for i in range(5):
            equal(len(bob.expect("chunk", file=files[f"half{i}"])["payload"]), 50000, "what is there")
        equal(bob.expect("chunk", file=files["whole"])["payload"], b"whole", "the one behind them")


def scene_content_goes_with_the_last_that_has_it():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        data = noise(100000)
        ann.upload(data)
        mine = ann.expect("file")["seq"]
        ann.expect("file-done")
        bob.send("upload", room="lobby", id="b", label="x", size=len(data), kind="file",
                 sha256=sha256(data))
        equal(bob.expect("accept", id="b")["offset"], len(data), "the server has it")
        ann.send("delete", room="lobby", of=mine)
        ann.expect("deleted", of=mine)
        ann.sync()
        equal(len(os.listdir(server.data + "/blobs")), 1, "bob's needs it")
        bob.send("cancel", id="b")
        bob.expect("file-failed")
        bob.sync()
        equal(os.listdir(server.data + "/blobs"), [], "nobody's needs it any more")


def scene_many_downloads_take_turns():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        datas = [noise(400000, seed) for seed in range(12)]
        files = []
        for data in datas:
            ann.upload(data)
            files.append(ann.expect("file-done")["file"])
        bob = server.peer("bob", join="lobby")
        for file in files:
            bob.send("fetch", file=file, offset=0)
        bob.send("stop", file=files[11])
        got = dict.fromkeys(files, b"")
        order = []
        while any(len(got[f]) < 400000 for f in files[:11]):
            chunk = bob.expect("chunk")
            equal(chunk["offset"], len(got[chunk["file"]]), "offset")
            got[chunk["file"]] += chunk["payload"]
            order.append(chunk["file"])
        for file, data in list(zip(files, datas))[:11]:
            check(got[file] == data, "bytes")
        check(len(set(order[:8])) >= 4, f"several flow at once: {order[:8]}")
        check(files[10] not in order[:8], "and not all of them")
        check(len(got[files[11]]) < 400000, "the stopped one stopped")


def scene_text_passes_a_download():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        size = 64 << 20
        data = bytes(size)
        ann.upload(data, chunk=262144)
        file = ann.expect("file-done")["file"]
        bob.send("fetch", file=file, offset=0)
        bob.expect("chunk")  # now it flows
        ann.say("are you there?")
        got = 0
        for msg in iter(bob.next, None):
            if msg["type"] == "chunk":
                got += len(msg["payload"])
            elif msg.get("text") == "are you there?":
                break
        check(got < size / 2, f"the text came after {got} bytes of {size}")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
