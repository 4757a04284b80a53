#!/usr/bin/env python3
"""Every rule of the wire broken once, all against one server while two honest people talk: they
still do after each of it, and in the end the server's memory and descriptors are back where they
were. Tolerances: not one descriptor more; RSS_MORE bytes of memory, as the allocator keeps some."""
import json
import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import time

from peer import (Failed, Peer, check, equal, frame, run_scenes, secret_of, start_server,
                  tls_context)

ROUNDS = int(os.environ.get("CONFAB_HOSTILE_ROUNDS", "2"))
RSS_MORE = 3 << 20
TYPES_OF_SERVERS = ["said", "file", "file-done", "file-failed", "joined", "left", "welcome", "room",
                    "rooms", "stored", "accept", "history-end", "error", "who", "beacon", "person",
                    "facts", "pixels", "tiny"]
GOOD = {  # each message of a client, as it should be
    "hello": {"version": 1, "name": "eve", "secret": secret_of("eve")},
    "say": {"room": "lobby", "id": "i", "text": "t"},
    "upload": {"room": "lobby", "id": "u", "label": "l", "size": 5, "kind": "file"},
    "chunk": {"id": "u", "offset": 0},
    "finish": {"id": "u", "sha256": "0" * 64},
    "cancel": {"id": "u"},
    "fetch": {"file": "0" * 16, "offset": 0},
    "stop": {"file": "0" * 16},
    "history": {"room": "lobby", "before": 0, "count": 1},
    "join": {"room": "lobby"},
    "leave": {"room": "green"},
    "typing": {"room": "lobby"},
}
BAD_VALUES = [None, True, {}, [], [[]], -1, 1.5, 1 << 53, 1e300, "", "x" * 20000, "\0", "\ud800",
              "\u202e", {"a": {"a": {}}}, ["x"] * 300]


class Hostile:
    """One more connection of somebody who means no good."""

    def __init__(self, server):
        self.server = server
        self.count = 0

    def raw(self):
        """A socket, with TLS where the server wants it."""
        sock = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        return tls_context().wrap_socket(sock) if self.server.tls else sock

    def bare(self):
        """A socket, whatever the server wants."""
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=20)

    def peer(self, join=None):
        self.count += 1
        peer = Peer(self.server.port, tls=self.server.tls)
        peer.hello(f"eve{self.count % 5}")
        peer.expect("welcome")
        if join:
            peer.join(join)
        return peer


def pour(sock, data):
    """Send as much as the other side takes; True if it hung up on the way."""
    try:
        sock.sendall(data)
        return False
    except OSError:
        return True


def drain(sock, seconds=5):
    """All that comes until the other side closes or is quiet."""
    data = b""
    sock.settimeout(seconds)
    try:
        while piece := sock.recv(65536):
            data += piece
    except OSError:
        pass
    sock.close()
    return data


def catch_up(peer):
    """Until all that was sent is dealt with, whatever the answers were."""
    until = time.monotonic() + 60
    peer.kept.clear()
    peer.send("ping")
    while (msg := peer._next_unkept(until)) is not None and msg["type"] != "pong":
        pass
    check(msg is not None, "an answer to the ping")


def bye(peer):
    """It was only a bad message: the connection is as good as before."""
    catch_up(peer)
    peer.send("bye")
    peer.close()


# The acts. Each leaves nothing open, or hands it to `left` to be closed at the end.

def act_wrong_lengths(hostile, left):
    for h, p in [(0, 0), (1, 0), (65537, 0), (2, 1048577), (0xffffffff, 0xffffffff), (0, 5),
                 (16385, 0), (100, 16384)]:
        sock = hostile.raw()
        pour(sock, struct.pack(">II", h, p) + b"x" * 64)
        check(b"frame-too-large" in drain(sock), f"a head of {h} and {p} is answered in words")
    peer = hostile.peer("lobby")
    peer.send_raw(struct.pack(">II", 65537, 0))
    equal(peer.expect_closed()[-1]["code"], "frame-too-large", "code")
    peer.close()


def act_less_than_announced(hostile, left):
    for cut in (1, 7, 8, 9, 40):
        sock = hostile.raw()
        pour(sock, frame({"type": "hello", **GOOD["hello"]})[:cut])
        sock.close()
        sock = hostile.raw()
        pour(sock, frame({"type": "hello", **GOOD["hello"]})[:cut])
        left.append(sock)
    peer = hostile.peer("lobby")
    peer.send_raw(struct.pack(">II", 60, 1048576) + b"{" + b"x" * 5000)
    left.append(peer)


def act_wrong_types(hostile, left):
    peer = hostile.peer("lobby")
    for type in TYPES_OF_SERVERS:
        peer.send(type)
        peer.expect("error")
    for type in ("from-the-future", "", "x" * 300):
        peer.send(type)
    for header in (b"{}", b'{"type":5}', b'{"type":null}', b'{"type":["say"]}', b'{"type":"sa\\u0000y"}'):
        peer.send_raw(frame(header))
    bye(peer)


def act_what_is_no_json(hostile, left):
    peer = hostile.peer("lobby")
    for header in (b"[]", b"55", b"\0\0", b"{\"type\":\"ping\"", b"{\"type\":\"ping\"}}", b"\xff\xfe{}",
                   b"{" * 5000, b"[" * 60000, b"{\"type\":\"ping\",\"type\":\"pong\"}",
                   b"{\"type\":\"ping\",\"a\":\"\xc3\"}", b"{\"type\":\"ping\",\"a\":\"\\ud800\"}",
                   b"{\"a\":" * 40 + b"1" + b"}" * 40, b" " * 65536, os.urandom(3000)):
        peer.send_raw(frame(header))
        equal(peer.expect("error")["code"], "bad-message", f"code for {header[:40]}")
    bye(peer)


def act_bad_fields(hostile, left):
    for type, good in GOOD.items():
        if type == "hello":
            continue
        peer = hostile.peer("lobby")
        for field in good:
            peer.send(type, **{k: v for k, v in good.items() if k != field})
            for value in BAD_VALUES:
                header = json.dumps({"type": type, **good, field: value}).encode()
                if len(header) <= 65536:
                    peer.send_raw(frame(header))
            catch_up(peer)
        for payload in (b"x", bytes(262145), bytes(1048576)):
            peer.send_raw(frame({"type": type, **good}, payload))
        bye(peer)


def act_bad_hellos(hostile, left):
    for field in GOOD["hello"]:
        for value in BAD_VALUES:
            sock = hostile.raw()
            header = json.dumps({"type": "hello", **GOOD["hello"], field: value}).encode()
            pour(sock, frame(header))
            left.append(sock)
    peer = Peer(hostile.server.port, tls=hostile.server.tls)
    for _ in range(6):
        peer.hello("ann", secret="somebody else's secret")
    codes = [m["code"] for m in peer.expect_closed() if m["type"] == "error"]
    equal(codes[0], "name-taken", "code")
    peer.close()
    peer = Peer(hostile.server.port, tls=hostile.server.tls)
    peer.send("hello", version=0, name="eve", secret=secret_of("eve"))
    equal(peer.expect_closed()[-1]["code"], "version", "code")
    peer.close()


def act_out_of_order(hostile, left):
    peer = Peer(hostile.server.port, tls=hostile.server.tls)
    for type, good in GOOD.items():
        if type != "hello":
            peer.send(type, **good)
            equal(peer.expect("error")["code"], "not-allowed", f"code for {type}")
    peer.close()
    peer = hostile.peer()
    peer.send("hello", **GOOD["hello"])
    peer.expect("error", code="not-allowed")
    for type in ("say", "upload", "leave", "history"):
        peer.send(type, **GOOD[type])
        peer.expect("error", code="not-in-room")
    for type in ("chunk", "finish", "cancel", "fetch"):
        ids = {"id": type} if "id" in GOOD[type] else {}  # what is wrong with an id is said once
        peer.send(type, **{**GOOD[type], **ids})
        peer.expect("error", code="no-such-file")
    peer.send("stop", **GOOD["stop"])
    peer.send("typing", **GOOD["typing"])
    bye(peer)


def act_wrong_uploads(hostile, left):
    peer = hostile.peer("lobby")
    id = f"u{random.randrange(1 << 60)}"
    peer.send("upload", room="lobby", id=id, label="../../etc/passwd", size=100000, kind="file")
    peer.expect("accept", id=id)
    peer.send("chunk", payload=bytes(10), id=id, offset=5)
    peer.expect("error", code="bad-offset")
    peer.send("upload", room="lobby", id=id, label="x", size=7, kind="file")
    peer.expect("error")
    peer.send("upload", room="lobby", id=id, label="x", size=100000, kind="file")
    peer.expect("accept", id=id)
    peer.send("finish", id=id, sha256="0" * 64)
    peer.expect("error", code="bad-offset")
    peer.send("chunk", payload=bytes(100000), id=id, offset=0)
    peer.send("chunk", payload=bytes(1), id=id, offset=100000)
    peer.send("finish", id=id, sha256="0" * 64)
    peer.expect("error", code="hash-mismatch")
    peer.send("upload", room="lobby", id=id + "-", label="x", size=1 << 52, kind="file")
    peer.expect("error", code="file-too-large")
    for i in range(12):
        peer.send("upload", room="lobby", id=f"{id}-{i}", label="x", size=1000, kind="file")
    peer.expect("error", code="too-many-transfers")
    for i in range(12):
        peer.send("cancel", id=f"{id}-{i}")
    bye(peer)


def act_floods(hostile, left):
    peer = hostile.peer("lobby")
    pour(peer.sock, frame({"type": "pong"}) * 20000)
    pour(peer.sock, frame({"type": "typing", "room": "lobby"}) * 5000)
    pour(peer.sock, frame(b"{}") * 1000)
    for _ in range(300):
        peer.say("flood " + "x" * 100)
    bye(peer)


def act_never_reading(hostile, left):
    peer = hostile.peer("lobby")
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.sock.settimeout(1)
    ask = frame({"type": "history", "room": "lobby", "before": 0, "count": 500}) + \
        frame({"type": "list"}) * 20
    for _ in range(500):
        if pour(peer.sock, ask):
            break  # it listens no more to who does not listen
    left.append(peer)


def act_half_open(hostile, left):
    for i in range(40):
        sock = hostile.raw() if i % 2 else hostile.bare()
        if i % 4 == 0:  # a reset instead of an end
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if i % 3 == 0:
            left.append(sock)
        else:
            sock.close()
    peer = hostile.peer("lobby")
    if not hostile.server.tls:
        peer.sock.shutdown(socket.SHUT_WR)
        peer.expect_closed()
    peer.close()


def act_byte_at_a_time(hostile, left):
    sock = hostile.raw()
    for byte in frame({"type": "hello", **GOOD["hello"]}) + frame({"type": "bye"}):
        sock.send(bytes([byte]))
    check(b'"welcome"' in drain(sock), "slow is not wrong")


def act_garbage(hostile, left):
    for data in (os.urandom(100000), b"\0" * 100000, b"\xff" * 100000, b"GET / HTTP/1.1\r\n\r\n",
                 b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n\r\n" * 1000, b"\x80\x2e\x01\x03\x01" * 100):
        for connect in (hostile.raw, hostile.bare):
            sock = connect()
            if not pour(sock, data):
                drain(sock, 0.3)
            sock.close()


def act_the_other_language(hostile, left):
    """TLS to a server that has none, and back; a handshake that breaks off, or goes wrong."""
    sock = hostile.bare()
    if hostile.server.tls:
        pour(sock, frame({"type": "hello", **GOOD["hello"]}))
        answer = drain(sock)
        check(b"error" in answer, f"plain words to who speaks plain: {answer}")
    else:
        sock.settimeout(10)
        try:
            tls_context().wrap_socket(sock)
            raise Failed("a server without TLS shook hands")
        except OSError:
            pass
        sock.close()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        tls_context().wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    hello = outgoing.read()
    broken = bytearray(hello)
    broken[len(broken) // 2] ^= 0xff
    for data in (hello[:1], hello[:5], hello[:-1], hello, bytes(broken), hello + b"x" * 20000,
                 hello * 50, b"\x16\x03\x01\xff\xff" + bytes(70000)):
        sock = hostile.bare()
        pour(sock, data)
        drain(sock, 0.2)
    if hostile.server.tls:
        sock = hostile.raw()
        os.write(sock.fileno(), os.urandom(20000))  # past the encryption
        drain(sock, 0.5)


# The scenes

def descriptors(server):
    if sys.platform != "linux":
        return len(subprocess.check_output(["lsof", "-p", str(server.process.pid)]).splitlines())
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def settle(server, at_most):
    """Until no more than that many descriptors are open."""
    until = time.monotonic() + 40
    while (now := descriptors(server)) > at_most and time.monotonic() < until:
        time.sleep(0.1)
    return now


def attack(server, acts, honest):
    ann, bob = honest
    hostile = Hostile(server)
    for name, act in acts:
        left = []
        start = time.monotonic()
        try:
            act(hostile, left)
        except BaseException:
            print(f"  in {name}", file=sys.stderr)
            raise
        check(server.process.poll() is None, f"{name} ended the server: {server.errors()}")
        for a, b in ((ann, bob), (bob, ann)):
            a.kept.clear()
            b.kept.clear()
            id = a.say(f"after {name}")
            b.expect("said", id=id)
            seq = a.expect("said", id=id)["seq"]
            while a.expect("stored")["seq"] < seq:
                pass
        for one in left:
            one.close()
        took = time.monotonic() - start
        if took > 5:
            print(f"  {name} took {took:.1f} s")


def besiege(*options, **more):
    acts = [(n[4:], f) for n, f in globals().items() if n.startswith("act_")]
    with start_server("--max-clients", "1000", *options, **more) as server:
        honest = [server.peer(name, join="lobby") for name in ("ann", "bob")]
        fresh = descriptors(server)
        attack(server, acts, honest)  # once to grow what grows once
        settle(server, fresh)
        rss, before = server.rss(), descriptors(server)
        for _ in range(ROUNDS):
            random.shuffle(acts)
            attack(server, acts, honest)
        after = settle(server, before)
        grown = server.rss() - rss
        print(f"  {len(acts)} acts {ROUNDS} times: descriptors {before} -> {after}, "
              f"memory {rss >> 10} KB {grown / 1024:+.0f} KB")
        check(after <= before, f"descriptors: {before} before, {after} after")
        check(server.sanitized() or grown <= RSS_MORE, f"memory has grown by {grown}")
        for peer in honest:
            bye(peer)
    for line in server.errors().splitlines():
        check(" error " not in line and "Sanitizer" not in line, line)


def scene_every_rule_broken():
    besiege()


def scene_every_rule_broken_with_tls():
    besiege(tls=True)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
