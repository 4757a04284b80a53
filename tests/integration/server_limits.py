#!/usr/bin/env python3
"""Every limit of the wire, and one more; strangers who speak something else. The server says why,
and others notice nothing."""
import os
import socket
import struct
import sys
import time

from peer import (PATIENCE, Failed, Peer, check, equal, frame, run_scenes, secret_of,
                  start_server)

TEXT_MAX, ID_MAX, NAME_CHARS_MAX = 16384, 64, 32


def still_fine(server):
    """Two honest people still talk."""
    ann = server.peer("ann", join="lobby")
    bob = server.peer("bob", join="lobby")
    id = ann.say("all well?")
    bob.expect("said", id=id)
    ann.bye()
    bob.bye()


def refused(peer, code, **fields):
    error = peer.expect("error", **fields)
    equal(error["code"], code, f"code of {error}")
    check(len(error["text"]) > 10, f"a sentence: {error}")


def scene_fields_at_their_limit_and_one_more():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        ann.say("x" * TEXT_MAX, id="i" * ID_MAX)
        equal(len(ann.expect("said", id="i" * ID_MAX)["text"]), TEXT_MAX, "the longest text")
        ann.say("x" * (TEXT_MAX + 1), id="long")
        refused(ann, "bad-message", re="long")
        ann.say("x", id="i" * (ID_MAX + 1))
        refused(ann, "bad-message")
        ann.say("", id="empty")
        refused(ann, "bad-message", re="empty")
        ann.send("say", room="lobby", id="no-text")
        refused(ann, "bad-message", re="no-text")
        ann.say("\x01" * TEXT_MAX, id="escapes")  # six bytes each in JSON: more than a header holds
        ann.expect_closed()
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        ann.say("x", id="n", reply=1 << 53)
        refused(ann, "bad-message", re="n")
        ann.say("x", id="n", reply=-1)
        refused(ann, "bad-message", re="n")
        ann.send("history", room="lobby", before=0, count=501)
        refused(ann, "bad-message")
        ann.send("history", room="lobby", before=0, count=500)
        ann.expect("history-end")
        ann.send("upload", room="lobby", id="u", label="x", size=1, kind="poem")
        refused(ann, "bad-message", re="u")
        ann.send("upload", payload=bytes(24577), room="lobby", id="u", label="x", size=1,
                 kind="file")
        refused(ann, "bad-message", re="u")
        ann.send("upload", payload=bytes(24576), room="lobby", id="u", label="x", size=262145,
                 kind="file")
        ann.expect("accept", id="u")
        ann.send("chunk", payload=bytes(262145), id="u", offset=0)
        refused(ann, "bad-message", re="u")
        ann.send("chunk", payload=bytes(262144), id="u", offset=0)
        ann.sync()
        ann.send("chunk", payload=b"x", offset=0)
        refused(ann, "bad-message")
        ann.send("ping", payload=b"x")
        refused(ann, "bad-message")
        ann.say("after all that", id="end")
        ann.expect("said", id="end")


def scene_names_at_their_limit_and_one_more():
    with start_server() as server:
        for i, (name, good) in enumerate((("x" * NAME_CHARS_MAX, True), ("x" * (NAME_CHARS_MAX + 1), False),
                           ("\U0001f600" * NAME_CHARS_MAX, True), ("", False), ("   ", False),
                           ("a\nb", False), ("a\u202eb", False))):
            peer = server.peer()
            peer.hello(name, secret=f"secret of person {i}")
            if good:
                equal(peer.expect("welcome")["name"], name, "name")
            else:
                refused(peer, "bad-name")
        ann = server.peer("ann")
        for room in ("a b", "#a", "a/b", "a@b", "x" * 33, ""):
            ann.send("join", room=room)
            refused(ann, "bad-message")
        for length, good in ((15, False), (16, True), (128, True), (129, False)):
            peer = server.peer()
            peer.hello(f"s{length}", secret="s" * length)
            if good:
                peer.expect("welcome")
            else:
                refused(peer, "bad-message")


def scene_a_long_payload_is_refused_before_it_is_here():
    """Else everybody could make the server keep a megabyte."""
    with start_server() as server:
        crowd = [server.peer(f"p{i}", join="lobby") for i in range(60)]
        before = server.rss()
        for text in ("short", "x" * 10000):  # also with a header that does not come in one piece
            header = frame({"type": "say", "room": "lobby", "id": "long", "text": text})[8:]
            for peer in crowd:
                peer.send_raw(struct.pack(">II", len(header), 1 << 20) + header + bytes(900000))
            for peer in crowd:
                refused(peer, "bad-message", re="long")
            check(server.sanitized() or server.rss() - before < 16 << 20, "memory")
            for peer in crowd:
                peer.send_raw(bytes((1 << 20) - 900000))
                peer.sync()
        crowd[0].send("from-the-future", payload=bytes(1 << 20))
        crowd[0].say("still in step", id="step")
        crowd[0].expect("said", id="step")


def scene_a_name_that_is_hard_to_read():
    """Thousands of accents on one letter, in an order that costs the square of their number."""
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        for _ in range(20):
            ann.send("join", room="a" + "\u0301" * 7000 + "\u0316" * 7000)
        start = time.monotonic()
        bob.sync()
        took = time.monotonic() - start
        for _ in range(20):
            refused(ann, "bad-message")
        check(took < 3, f"bob waited {took:.1f} s")


def scene_what_is_not_json():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for header in (b"{}", b"[]", b"not json", b'{"type":7}', b'{"type":"say"', b"\xff\xfe",
                       b'{"type":"say","id":"\xff","room":"lobby","text":"x"}',
                       b'{"type":"ping","type":"ping"}', b'{"type":"ping"}}', b"null",
                       b'{"type":"ping","a":' + b"[" * 16 + b"]" * 16 + b"}",
                       b'{"type":"say","room":"lobby","id":"n","text":"a\\u0000b"}'):
            ann.send_raw(frame(header))
            refused(ann, "bad-message")
        ann.say("still understood")
        ann.expect("said", text="still understood")


def scene_out_of_order():
    with start_server() as server:
        ann = server.peer()
        ann.name = "nobody"
        for type, fields in (("say", {"room": "lobby", "id": "x", "text": "x"}),
                             ("join", {"room": "lobby"}), ("list", {}), ("typing", {"room": "l"}),
                             ("fetch", {"file": "0" * 16, "offset": 0}),
                             ("history", {"room": "lobby", "before": 0, "count": 1})):
            ann.send(type, **fields)
            refused(ann, "not-allowed")
        ann.hello("ann")
        ann.expect("welcome")
        ann.hello("ann")
        refused(ann, "not-allowed")
        for type in ("said", "welcome", "stored", "person", "beacon"):  # what only servers say
            ann.send(type, **{"seq": 1, "time": 1, "room": "lobby", "from": "0" * 16, "name": "x",
                              "id": "x", "text": "x", "version": 1, "server": "x", "uid": "0" * 16,
                              "max_upload": 1, "rooms": [], "sha256": "0" * 64, "port": 1,
                              "people": 1})
            refused(ann, "not-allowed")
        ann.send("say", room="lobby", id="x", text="x")
        refused(ann, "not-in-room", re="x")
        ann.join("lobby")
        ann.say("now it works")
        ann.expect("said")


def scene_an_old_client():
    with start_server() as server:
        ann = server.peer()
        ann.send("hello", version=0, name="ann", secret=secret_of("ann"))
        equal([m["code"] for m in ann.expect_closed()], ["version"], "the answer")
        new = server.peer()
        new.send("hello", version=9, name="new", secret=secret_of("new"), features=["telepathy"])
        equal(new.expect("welcome")["version"], 1, "the server's own version")


def scene_frames_that_lie():
    with start_server() as server:
        for head in ((65537, 0), (0, 0), (1, 0), (2, 1048577), (0xffffffff, 0xffffffff)):
            ann = server.peer("ann")
            ann.send_raw(struct.pack(">II", *head) + b"{}")
            msgs = ann.expect_closed()
            equal([m["code"] for m in msgs if m["type"] == "error"], ["frame-too-large"], head)
        stranger = server.peer()  # a smaller mouth before hello
        stranger.send_raw(struct.pack(">II", 16384, 1))
        equal([m["code"] for m in stranger.expect_closed()], ["frame-too-large"], "stranger")
        still_fine(server)


def scene_strangers_of_other_kinds():
    with start_server() as server:
        with socket.create_connection(("127.0.0.1", server.port)) as web:
            web.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            web.settimeout(20)
            answer = b""
            while data := web.recv(4096):
                answer += data
            check(answer.startswith(b"HTTP/1.1 400 ") and b"Confab chat server" in answer, answer)
        for noise in (bytes(1000), b"\xff" * 100000, os.urandom(65536), b"\x16\x03\x01\x02\x00\x01",
                      b"SSH-2.0-OpenSSH\r\n", b"{\"type\":\"hello\"}\n"):
            peer = server.peer()
            try:
                peer.send_raw(noise)
                peer.sock.shutdown(socket.SHUT_WR)
                peer.expect_closed()
            except (BrokenPipeError, ConnectionResetError):
                pass
        still_fine(server)


def scene_byte_by_byte():
    with start_server() as server:
        slow = server.peer()
        slow.name = "slow"
        for byte in frame({"type": "hello", "version": 1, "name": "slow",
                           "secret": secret_of("slow")}):
            slow.send_raw(bytes([byte]))
        slow.expect("welcome")
        still_fine(server)


def scene_much_before_hello():
    with start_server() as server:
        stranger = server.peer()
        junk = frame({"type": "from-the-future", "x": "y" * 16000})
        for _ in range(6):
            stranger.send_raw(junk)
        stranger.sync()
        stranger.send_raw(junk)
        equal([m["code"] for m in stranger.expect_closed()], ["not-allowed"], "the answer")
        still_fine(server)


def scene_silence_before_hello():
    with start_server() as server:
        start = time.monotonic()
        stranger = server.peer()
        half = server.peer()
        half.send_raw(struct.pack(">II", 100, 0) + b'{"type":')  # begun and never finished
        for peer in (stranger, half):
            equal([m["code"] for m in peer.expect_closed()], ["not-allowed"], "the answer")
        check(9.5 < time.monotonic() - start < 18, "after ten seconds")
        still_fine(server)


def scene_a_hello_within_the_time_that_is_told():
    with start_server("--hello-within", "1") as server:
        start = time.monotonic()
        stranger = server.peer()
        equal([m["code"] for m in stranger.expect_closed()], ["not-allowed"], "the answer")
        check(0.9 < time.monotonic() - start < 9, "after one second")
        ann = server.peer("ann", join="lobby")  # and who said it may be silent
        time.sleep(2)
        ann.sync()


def scene_silence_after_hello():
    with start_server() as server:
        bob = server.peer("bob", join="lobby")
        ann = server.peer("ann", join="lobby")
        start = time.monotonic()
        pings = 0
        try:
            while (msg := ann._next(start + 60)) is not None:  # pings stay without an answer
                pings += msg["type"] == "ping"
                bob.next(0)  # which answers its own
        except (EOFError, ConnectionResetError):
            pass
        check(29 < time.monotonic() - start < 50, "after thirty seconds")
        check(pings >= 2, f"{pings} pings")
        bob.say("I answered mine")
        bob.expect("said", text="I answered mine")


def scene_a_full_server():
    with start_server("--max-clients", "3") as server:
        people = [server.peer(f"p{i}") for i in range(3)]
        late = server.peer()
        late.hello("late")
        equal([m["code"] for m in late.expect_closed()], ["server-full"], "the answer")
        people[0].bye()
        server.peer("late")


def scene_too_many_strangers():
    with start_server("--max-clients", "1") as server:
        peers = [server.peer() for _ in range(66)]  # 1 and 64 who have not said hello
        equal([m["code"] for m in peers[-1].expect_closed()], ["server-full"], "the answer")
        for peer in peers:
            peer.close()
        # one who comes in the same turn of the loop as these ends may still find it full
        until = time.monotonic() + PATIENCE
        while True:
            ann = server.peer()
            ann.hello("ann")
            if ann.next()["type"] == "welcome":
                return
            ann.close()
            check(time.monotonic() < until, "there is room again")


def scene_too_many_rooms():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(255):
            ann.send("join", room=f"r{i}")
        ann.expect("room", room="r254")
        ann.send("join", room="one-more")
        refused(ann, "too-many-rooms", re="one-more")
        again = server.peer("ann", resume={"lobby": 1, **{f"r{i}": 0 for i in range(255)}})
        equal(len({again.expect("room")["room"] for _ in range(256)}), 256, "rooms resumed")


def scene_as_many_rooms_as_are_told():
    with start_server("--rooms", "3") as server:
        ann = server.peer("ann", join="lobby")
        for room in ("one", "two"):
            ann.join(room)
        ann.send("join", room="three")
        refused(ann, "too-many-rooms", re="three")
        server.peer("bob", join="two")
    with start_server("--rooms", "1", data=server.data) as server:  # those that are there stay
        ann = server.peer("ann", join="two")
        ann.send("join", room="three")
        refused(ann, "too-many-rooms", re="three")


def scene_as_many_transfers_as_a_connection_may_have():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        files = []
        for i in range(9):  # eight each
            bob = server.peer(f"bob{i}", join="lobby")
            for j in range(8):
                id = f"{i}-{j}"
                bob.send("upload", room="lobby", id=id, label="l", size=1, kind="file")
                files.append(bob.expect("accept", id=id)["file"])
        for file in files[:64]:  # none ends before its byte comes
            ann.send("fetch", file=file, offset=0)
        ann.sync()
        ann.send("fetch", file=files[64], offset=0)
        refused(ann, "too-many-transfers", re=files[64])
        ann.send("stop", file=files[0])
        ann.send("fetch", file=files[64], offset=0)
        ann.sync()
        check(not any(msg["type"] == "error" for msg in ann.kept), "there is room again")
        pages = [frame({"type": "history", "room": "lobby", "before": 0, "count": 1})] * 9
        ann.send_raw(b"".join(pages))  # all in one turn of the server
        refused(ann, "too-many-transfers", re="lobby")
        for _ in range(8):
            ann.expect("history-end")


def scene_who_asks_and_does_not_listen():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(100):
            ann.say("x" * 10000)
        ann.expect("stored")
        rude = Peer(server.port, rcvbuf=4096)
        rude.hello("rude")
        rude.join()
        before = server.rss()
        asked = 0
        rude.sock.settimeout(3)
        try:
            for _ in range(200000):
                rude.send("list")
                rude.send("history", room="lobby", before=0, count=500)
                asked += 1
        except (socket.timeout, ConnectionError):
            pass  # the server stopped to read, or closed
        check(asked < 200000, "it was held back")
        check(server.sanitized() or server.rss() - before < 16 << 20, "memory")
        still_fine(server)


def scene_out_of_descriptors():
    with start_server("--max-clients", "500", descriptors=60) as server:
        ann = server.peer("ann", join="lobby")
        crowd = []
        told = False
        for _ in range(80):
            peer = Peer(server.port)
            crowd.append(peer)
            try:
                msg = peer._next(time.monotonic() + 0.05)
                told |= msg is not None and msg.get("code") == "server-full"
            except (EOFError, ConnectionError):
                pass
        check(told, "someone was told in words")
        ann.say("the others talk on", id="on")
        ann.expect("said", id="on")
        for peer in crowd:
            peer.close()
        bob = None
        until = time.monotonic() + 20
        while bob is None and time.monotonic() < until:
            try:
                bob = server.peer("bob", join="lobby")
            except (Failed, EOFError, OSError):
                bob = None
                time.sleep(0.2)
        check(bob is not None, "people come in again")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
