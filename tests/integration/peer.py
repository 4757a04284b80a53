#!/usr/bin/env python3
"""A peer that speaks the wire, for scenes: start_server(), Peer, and checks. Standard library only.

    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        ann.say("hello")
        ann.expect("said", text="hello")

Run by itself it is a scene: two people greet each other.
"""
import hashlib
import itertools
import json
import os
import resource
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

HEADER_MAX, PAYLOAD_MAX = 65536, 1048576
PATIENCE = 60.0  # seconds until a missing answer is a failure; sanitizers and busy machines are slow
FEATURES = ["edit", "react", "read", "private", "direct"]
BIN = os.environ.get("CONFAB_BIN", ".")


class Failed(AssertionError):
    pass


def frame(header, payload=b""):
    """A message as bytes: header is a dict or ready bytes."""
    if not isinstance(header, bytes):
        header = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return struct.pack(">II", len(header), len(payload)) + header + payload


def secret_of(name):
    return ("a secret of " + name).ljust(16, ".")


def uid_of(name):
    return hashlib.sha256(secret_of(name).encode()).hexdigest()[:16]


def tls_context():
    """Whoever answers is believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def direct_room(one, other):
    """The room of these two people alone."""
    return "@" + "".join(sorted((uid_of(one), uid_of(other))))


class Peer:
    """One connection. Messages are dicts; a payload is under the key 'payload'."""

    ids = itertools.count(1)

    def __init__(self, port, host="127.0.0.1", rcvbuf=None, tls=False, source=None):
        self.sock = socket.socket()
        if source:
            self.sock.bind((source, 0))
        if rcvbuf:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.sock.settimeout(PATIENCE)
        self.sock.connect((host, port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls_context().wrap_socket(self.sock)
        self.poll = select.poll()  # select() ends at descriptor 1023
        self.poll.register(self.sock, select.POLLIN)
        self.bytes = bytearray()
        self.kept = []  # came while something else was expected
        self.name = None

    # out
    def send(self, type, payload=b"", **fields):
        self.sock.sendall(frame({"type": type, **fields}, payload))

    def send_raw(self, data):
        self.sock.sendall(data)

    def hello(self, name, secret=None, resume=None, **fields):
        self.name = name
        fields.setdefault("features", FEATURES)
        if resume is not None:
            fields["resume"] = resume
        self.send("hello", version=1, name=name, secret=secret or secret_of(name), client="peer.py",
                  **fields)

    def say(self, text, room="lobby", id=None, **fields):
        id = id or f"{self.name}-{os.getpid()}-{next(Peer.ids)}"
        self.send("say", room=room, id=id, text=text, **fields)
        return id

    def join(self, room="lobby", seq=None, **fields):
        self.send("join", room=room, **({} if seq is None else {"seq": seq}), **fields)
        return self.expect("room", room=room)

    def upload(self, data, name="file.bin", kind="file", room="lobby", id=None, chunk=65536,
               cut_after=None, **fields):
        """Send bytes as a file; returns (id, the accept). cut_after: stop there, do not finish."""
        id = id or f"up-{os.getpid()}-{next(Peer.ids)}"
        self.send("upload", room=room, id=id, label=name, size=len(data), kind=kind, **fields)
        accept = self.expect("accept", id=id)
        at = accept["offset"]
        end = len(data) if cut_after is None else cut_after
        while at < end:
            piece = data[at:min(at + chunk, end)]
            self.send("chunk", payload=piece, id=id, offset=at)
            at += len(piece)
        if cut_after is None:
            self.send("finish", id=id, sha256=hashlib.sha256(data).hexdigest())
        return id, accept

    def fetch(self, file, size, offset=0):
        """The bytes of a file from offset on."""
        self.send("fetch", file=file, offset=offset)
        data = bytearray()
        while True:
            chunk = self.expect("chunk", file=file)
            if chunk["offset"] != offset + len(data):
                raise Failed(f"chunk at {chunk['offset']}, not at {offset + len(data)}")
            data += chunk["payload"]
            if offset + len(data) >= size:
                return bytes(data)

    # in
    def _next(self, until):
        """The next message off the wire, None when the time is up, EOFError at the end."""
        while True:
            if len(self.bytes) >= 8:
                h, p = struct.unpack(">II", self.bytes[:8])
                if not (2 <= h <= HEADER_MAX and p <= PAYLOAD_MAX):
                    raise Failed(f"the server sent a torn frame: {bytes(self.bytes[:40])!r}")
                if len(self.bytes) >= 8 + h + p:
                    msg = json.loads(self.bytes[8:8 + h].decode())
                    msg["payload"] = bytes(self.bytes[8 + h:8 + h + p])
                    del self.bytes[:8 + h + p]
                    return msg
            left = max(0, until - time.monotonic())
            decrypted = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()
            if not decrypted and not self.poll.poll(left * 1000):
                return None
            data = self.sock.recv(1 << 18)
            if not data:
                raise EOFError(f"the server closed the connection of {self.name}")
            self.bytes += data

    def next(self, patience=PATIENCE):
        """The next message, pings answered; None when nothing comes in time."""
        if self.kept:
            return self.kept.pop(0)
        return self._next_unkept(time.monotonic() + patience)

    def _next_unkept(self, until):
        while True:
            msg = self._next(until)
            if msg is None or msg["type"] != "ping":
                return msg
            self.send("pong")

    @staticmethod
    def _fits(msg, type, fields):
        return msg["type"] == type and all(msg.get(k) == v for k, v in fields.items())

    def expect(self, type, patience=PATIENCE, **fields):
        """The next message of this type with these fields; others are kept for later."""
        for i, msg in enumerate(self.kept):
            if self._fits(msg, type, fields):
                return self.kept.pop(i)
        until = time.monotonic() + patience
        while True:
            msg = self._next_unkept(until)
            if msg is None:
                seen = [{k: v for k, v in m.items() if k != "payload"} for m in self.kept[-8:]]
                raise Failed(f"{self.name}: no {type} {fields} came; kept: {seen}")
            if self._fits(msg, type, fields):
                return msg
            if msg["type"] == "error" and type != "error":
                raise Failed(f"{self.name}: waiting for {type} {fields}, got {msg}")
            self.kept.append(msg)

    def expect_none(self, type, seconds=0.5, **fields):
        """Nothing of that kind comes for a while."""
        until = time.monotonic() + seconds
        while True:
            msg = self._next_unkept(until)
            if msg is None:
                break
            self.kept.append(msg)
        for msg in self.kept:
            if self._fits(msg, type, fields):
                raise Failed(f"{self.name}: unwanted {msg}")

    def expect_closed(self, patience=PATIENCE):
        """The server closes the connection; what came before is returned."""
        before = self.kept
        self.kept = []
        until = time.monotonic() + patience
        try:
            while True:
                msg = self._next(until)
                if msg is None:
                    raise Failed(f"{self.name}: the server did not close; before: {before}")
                before.append(msg)
        except (EOFError, ConnectionResetError):
            return before

    def sync(self):
        """Everything sent so far has been dealt with."""
        self.send("ping")
        self.expect("pong")

    def close(self):
        self.sock.close()

    def bye(self):
        self.send("bye")
        self.expect_closed()
        self.close()


class Server:
    def __init__(self, data, *options, host="127.0.0.1", port=0, program=None,
                 descriptors=None, tls=False):
        self.data = data
        self.tls = tls
        self.for_clients = [] if tls else ["--plain"]  # options that our clients need
        self.host = host
        self.lines = []
        self.peers = []
        self.program = program or os.path.join(BIN, "confab-server")
        for limit in ("--rate", "--joins", "--max-rooms"):
            if limit not in options:
                options += (limit, "0")  # a test is a machine
        command = [self.program, host, str(port), "--data", data, "--no-beacon", "--name", "test",
                   *([] if tls else ["--plain"]), *options]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        preexec_fn=self._limiter(descriptors))
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.seen = 0  # lines that wait_line() has passed
        line = self.wait_line("[SERVER LISTENING]")
        self.port = int(line.split()[-1])

    @staticmethod
    def _limiter(descriptors):
        """Let the process hold no more than that many descriptors."""
        if descriptors is None:
            return None
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.decode().rstrip("\r\n"))
                self.news.notify_all()
        with self.news:
            self.lines.append(None)  # the end
            self.news.notify_all()

    def wait_line(self, start, patience=PATIENCE):
        """The next line on its standard output that begins so."""
        until = time.monotonic() + patience
        with self.news:
            while True:
                while self.seen < len(self.lines):
                    line = self.lines[self.seen]
                    self.seen += 1
                    if line is not None and line.startswith(start):
                        return line
                left = until - time.monotonic()
                if left <= 0 or None in self.lines:
                    raise Failed(f"the server did not print {start!r}; it printed {self.lines}; "
                                 f"its log: {self.errors()}")
                self.news.wait(left)

    def errors(self):
        # the place in the file is shared with the server, which writes there
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def peer(self, name=None, join=None, resume=None, secret=None, rcvbuf=None):
        peer = Peer(self.port, self.host, rcvbuf, self.tls)
        self.peers.append(peer)
        if name:
            peer.hello(name, secret, resume)
            peer.welcome = peer.expect("welcome")
        if join:
            peer.room = peer.join(join)
        return peer

    def rss(self):
        """Resident memory in bytes."""
        if sys.platform != "linux":
            return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.process.pid)])) * 1024
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise Failed("no VmRSS")

    def sanitized(self):
        """AddressSanitizer keeps freed memory for a while, so figures of it say little."""
        with open(self.program, "rb") as program:
            return b"__asan_init" in program.read()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def stop(self, patience=PATIENCE):
        """Ctrl-C, and a clean end."""
        if self.process.poll() is None:
            self.interrupt()
        code = self.process.wait(timeout=patience)
        self.reader.join()
        self.process.stdout.close()
        if code != 0:
            raise Failed(f"the server ended with {code}: {self.errors()}")
        if "[SERVER CLOSED]" not in self.lines and "--quiet" not in self.process.args:
            raise Failed(f"no [SERVER CLOSED] in {self.lines[-5:]}")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            for peer in self.peers:
                peer.close()  # else the server waits for them to take its goodbye
            if self.process.returncode is None:
                self.stop()
        elif self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if kind is not None:
            print("server log:", self.errors()[-4000:], file=sys.stderr)


def start_server(*options, data=None, **more):
    """A server on a free port of 127.0.0.1 with a data folder of its own (or `data`). Without TLS,
    so that scenes can send any bytes; start_secure() has it."""
    return Server(data or tempfile.mkdtemp(prefix="confab-data-"), *options, **more)


def start_secure(*options, **more):
    """The same as people start it, with TLS; its peers speak that."""
    return start_server(*options, tls=True, **more)


def check(truth, what):
    if not truth:
        raise Failed(what)


def equal(a, b, what="values"):
    if a != b:
        raise Failed(f"{what}: {a!r} is not {b!r}")


def run_scenes(module):
    """Run every function called scene_* of a module in order; one line each."""
    names = sys.argv[1:] or [n for n in vars(module) if n.startswith("scene_")]
    for name in names:
        start = time.monotonic()
        try:
            getattr(module, name)()
        except BaseException:
            print(f"{name}: failed after {time.monotonic() - start:.1f} s", file=sys.stderr)
            raise
        print(f"{name}: ok ({time.monotonic() - start:.1f} s)", flush=True)


def scene_two_people_greet_each_other():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.expect("joined", name="bob")
        id = ann.say("hello bob")
        for peer in (ann, bob):
            said = peer.expect("said", text="hello bob")
            equal(said["from"], uid_of("ann"), "sender")
            equal(said["id"], id, "id")
        server.wait_line("[ann] hello bob")
        bob.say("hello ann")
        ann.expect("said", name="bob", text="hello ann")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
