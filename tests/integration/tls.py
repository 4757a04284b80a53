#!/usr/bin/env python3
"""TLS as people meet it: keys are remembered, a changed one stops, each mismatch is told in words."""
import hashlib
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from peer import (BIN, PATIENCE, Failed, Peer, check, equal,
                  run_scenes, start_secure, start_server, tls_context)

CLIENT = os.path.join(BIN, "confab-cli")
IDLE = 200  # connections, for the memory of one
IDLE_MOST = 40 * 1024
CLIENT_HELLO_TIME = 14  # s: hello is due within 10, and it may linger 2


class Home:
    """A person's configuration, kept from visit to visit."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="home-")
        self.known = os.path.join(self.folder, "confab", "known-servers")

    def visit(self, port, *options, text="hello"):
        env = {**os.environ, "XDG_CONFIG_HOME": self.folder}
        return subprocess.run([CLIENT, "127.0.0.1", str(port), "--name", "ann", *options], env=env, text=True,
                              input=text + "\n", capture_output=True, timeout=PATIENCE)

    def lines(self):
        with open(self.known, encoding="ascii") as file:
            return file.read().splitlines()


def key_of(server):
    """Words and hex, as the console shows them."""
    words = server.wait_line("  key: ").split(": ")[1]
    return words, server.wait_line("  the same whole, SHA-256: ").split()[-1]


def scene_a_key_is_remembered():
    home = Home()
    with start_secure() as server:
        words, fingerprint = key_of(server)
        check(re.fullmatch("([a-z]{2,7} ){9}[a-z]{2,7}", words), f"ten words: {words}")
        mode = os.stat(os.path.join(server.data, "tls.pem")).st_mode & 0o777
        equal(mode, 0o600, "mode of the key's file")
        with socket.create_connection(("127.0.0.1", server.port)) as bare, \
                tls_context().wrap_socket(bare) as sock:
            equal(hashlib.sha256(sock.getpeercert(True)).hexdigest(), fingerprint, "fingerprint")
            equal(sock.version(), "TLSv1.3", "version")
        for _ in range(2):
            run = home.visit(server.port)
            equal((run.returncode, run.stdout, run.stderr), (0, "", ""), "a visit")
            equal(home.lines(), [f"127.0.0.1:{server.port} {fingerprint}"], "known servers")


def scene_a_changed_key_stops():
    home = Home()
    with start_secure() as first:
        old_words, old = key_of(first)
        equal(home.visit(first.port).returncode, 0, "exit code")
    with start_secure(port=first.port) as second:
        new_words, new = key_of(second)
        witness = second.peer("bob", join="lobby")
        run = home.visit(second.port, text="not for strangers")
        equal(run.returncode, 1, "exit code")
        for part in ("has another key than before", old_words, new_words, "Nothing was sent", home.known):
            check(part in run.stderr, f"{part!r} in {run.stderr!r}")
        check(old in run.stderr and new in run.stderr, f"both whole in the log: {run.stderr!r}")
        equal(home.lines(), [f"127.0.0.1:{first.port} {old}"], "known servers")
        witness.expect_none("joined", 0.3, name="ann")
        with open(home.known, "w", encoding="ascii"):
            pass  # what the sentence says
        equal(home.visit(second.port).returncode, 0, "exit code")
        witness.expect("said", text="hello")
        equal(home.lines(), [f"127.0.0.1:{first.port} {new}"], "known servers")


def scene_a_damaged_list_is_told():
    home = Home()
    with start_secure() as server:
        os.makedirs(os.path.dirname(home.known))
        with open(home.known, "w", encoding="ascii") as file:
            file.write(f"127.0.0.1:{server.port} nonsense\n")
        run = home.visit(server.port)
        equal(run.returncode, 1, "exit code")
        check("known-servers is damaged" in run.stderr, run.stderr)


def scene_plain_to_tls_in_words():
    home = Home()
    with start_secure() as server:
        run = home.visit(server.port, "--plain")
        equal(run.returncode, 1, "exit code")
        check("speaks encrypted only" in run.stderr, run.stderr)
        peer = Peer(server.port)
        peer.hello("ann")
        equal([m["code"] for m in peer.expect_closed()], ["encrypted-only"], "answers")
        with socket.create_connection(("127.0.0.1", server.port)) as web:
            web.sendall(b"GET / HTTP/1.1\r\n\r\n")
            check(b"This is a Confab chat server" in web.makefile("rb").read(), "a page for browsers")


def scene_tls_to_plain_in_words():
    home = Home()
    with start_server() as server:
        run = home.visit(server.port)
        equal(run.returncode, 1, "exit code")
        check("speaks without encryption, so nothing was sent" in run.stderr, run.stderr)
        check(not os.path.exists(home.known), "nothing is known of it")
        equal(home.visit(server.port, "--plain").returncode, 0, "exit code")
        with socket.create_connection(("127.0.0.1", server.port)) as bare:
            try:
                tls_context().wrap_socket(bare)
                raise Failed("a handshake with a server that speaks plain")
            except ssl.SSLError:
                pass


def scene_who_is_turned_away_hears_why():
    """A server that is full has no handshake to spare: it says so in plain."""
    home = Home()
    with start_secure("--max-clients", "1") as server:
        server.peer("bob", join="lobby")
        run = home.visit(server.port)
        equal((run.returncode, run.stderr.strip()), (1, "The server is full. Try again when someone has left."), "end")
        crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(70)]
        run = home.visit(server.port)
        equal((run.returncode, run.stderr.strip()), (1, "The server is full. Try again when someone has left."), "end")
        for sock in crowd:
            sock.close()


def scene_garbage_and_half_handshakes():
    """Strangers that begin TLS and do not go on; two honest people notice nothing."""
    with start_secure() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        started = time.monotonic()
        silent = socket.create_connection(("127.0.0.1", server.port))
        half = socket.create_connection(("127.0.0.1", server.port))
        outgoing = ssl.MemoryBIO()
        stranger = tls_context().wrap_bio(ssl.MemoryBIO(), outgoing)
        try:
            stranger.do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = outgoing.read()
        half.sendall(hello[:len(hello) // 2])
        for tail in (b"\xff" * 300, struct.pack(">BHH", 23, 0x0303, 64) + b"x" * 64, b"GET / HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", server.port)) as rude:
                rude.sendall(hello + tail)
                answer = b""
                try:
                    while part := rude.recv(65536):
                        answer += part
                except ConnectionResetError:
                    pass
                check(answer[:1] in (b"", b"\x15", b"\x16"), f"answer {answer[:8]!r}")
        ann.say("still here")
        bob.expect("said", text="still here")
        for sock in (silent, half):
            sock.settimeout(PATIENCE)
            try:
                while sock.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            sock.close()
            took = time.monotonic() - started
            if not server.sanitized():
                check(took < CLIENT_HELLO_TIME, f"a stranger stayed for {took:.1f} s")
        ann.say("and still")
        bob.expect("said", text="and still")


def scene_a_cut_is_told_from_an_end():
    with start_secure("--log-level", "info") as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        bob.close()  # no close_notify
        ann.expect("left")
        check("cut off before its end" in server.errors(), server.errors())
        carl = server.peer("carl", join="lobby")
        try:
            carl.sock.unwrap()  # close_notify
        except ssl.SSLError:
            pass  # talk that was on its way
        ann.expect("left")
        cuts = [line for line in server.errors().splitlines() if "cut off" in line]
        check(all(": bob" in line for line in cuts), f"cuts: {cuts}")


def scene_memory_of_an_idle_connection():
    with start_secure("--max-clients", str(IDLE + 50)) as server:
        if server.sanitized():
            return
        warm = [server.peer(f"w{i}", join="lobby") for i in range(20)]
        for peer in warm:
            peer.sync()
        before = server.rss()
        idle = [server.peer(f"i{i}", join=f"room{i % 50}") for i in range(IDLE)]
        for peer in idle:
            peer.sync()
        time.sleep(0.2)
        each = (server.rss() - before) / IDLE
        print(f"an idle TLS connection: {each / 1024:.1f} KB (with its person and room)", flush=True)
        check(each < IDLE_MOST, f"{each:.0f} bytes")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
