#!/usr/bin/env python3
"""relay_memory.py [MEGABYTES]: the server's memory while one large file goes to three receivers at once.

    CONFAB_BIN=build/release python3 tests/bench/relay_memory.py 2000

A wire peer sends the file; three others fetch it while it is still being sent and hash what they get. Printed: the server's resident memory before,
and at its highest.
"""
import hashlib
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
from peer import start_server  # noqa: E402

CHUNK = 262144
RECEIVERS = 3


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def receive(peer, file, size, results, at):
    peer.send("fetch", file=file, offset=0)
    digest, got = hashlib.sha256(), 0
    while got < size:
        chunk = peer.expect("chunk", file=file)
        digest.update(chunk["payload"])
        got += len(chunk["payload"])
    results[at] = digest.hexdigest()


def main():
    size = int(sys.argv[1] if len(sys.argv) > 1 else 2000) * 1000000
    with start_server("--max-upload", "8G") as server:
        ann = server.peer("ann", join="lobby")
        receivers = [server.peer(f"bob{i}", join="lobby") for i in range(RECEIVERS)]
        before = highest = resident_kb(server.process.pid)
        ann.send("upload", room="lobby", id="big", label="big.bin", size=size, kind="file")
        file = ann.expect("accept", id="big")["file"]
        results = [None] * RECEIVERS
        threads = [threading.Thread(target=receive, args=(peer, file, size, results, i)) for i, peer in enumerate(receivers)]
        for thread in threads:
            thread.start()
        digest, sent, count = hashlib.sha256(), 0, 0
        while sent < size:
            block = (count.to_bytes(8, "big") * (CHUNK // 8))[:min(CHUNK, size - sent)]
            ann.send("chunk", block, id="big", offset=sent)
            digest.update(block)
            sent += len(block)
            count += 1
            if count % 64 == 0:
                highest = max(highest, resident_kb(server.process.pid))
        ann.send("finish", id="big", sha256=digest.hexdigest())
        while any(thread.is_alive() for thread in threads):
            highest = max(highest, resident_kb(server.process.pid))
            time.sleep(0.02)
        assert results == [digest.hexdigest()] * RECEIVERS, "a receiver got other bytes"
        ann.expect("file-done", file=file)
    print(f"{size / 1e6:.0f} MB to {RECEIVERS} receivers: server memory {before / 1024:.1f} MB before, {highest / 1024:.1f} MB at most")


main()
