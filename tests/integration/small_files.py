#!/usr/bin/env python3
"""small_files.py: two hundred files that are whole before anybody can ask for them all arrive.

A small file's `file` and `file-done` come in one breath, so that the hash passes the network thread before the order to fetch does.
"""
import hashlib
import os
import subprocess
import sys
import tempfile

from peer import BIN, start_secure as start_server

COUNT = 200

with start_server() as server, tempfile.TemporaryDirectory() as folder:
    command = [os.path.join(BIN, "confab-cli"), "127.0.0.1", str(server.port), "--name", "rob", "--json", "--listen",
               "--downloads", folder]
    receiver = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        ann = server.peer("ann", join="lobby")
        ann.expect("joined", name="rob")
        files = {f"{i}.txt": os.urandom(i * 7 % 5000) for i in range(COUNT)}
        for label, data in files.items():
            ident = f"small-{label}"
            ann.send("upload", room="lobby", id=ident, label=label, size=len(data), kind="file")
            if data:
                ann.send("chunk", data, id=ident, offset=0)
            ann.send("finish", id=ident, sha256=hashlib.sha256(data).hexdigest())
            ann.expect("file-done")
        saved = 0
        while saved < COUNT:
            line = receiver.stdout.readline()
            if not line:
                sys.exit(f"the receiver ended after {saved} of {COUNT} files")
            saved += '"type":"saved"' in line
        for label, data in files.items():
            with open(os.path.join(folder, label), "rb") as file:
                assert file.read() == data, label
    finally:
        receiver.terminate()
        receiver.wait()
print(f"{COUNT} files arrived")
