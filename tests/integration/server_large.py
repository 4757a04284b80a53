#!/usr/bin/env python3
# ctest labels: alone
"""A file beyond 4 GiB: offsets have 64 bits all the way."""
import hashlib
import os
import sys
import tempfile

from peer import check, equal, run_scenes, start_server


def scene_beyond_four_gigabytes():
    """The part is made longer on the disk, as if five gigabytes of zeros had arrived before."""
    size, tail = 5 << 30, b"the end beyond four gigabytes"
    folder = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=folder) as server:
        ann = server.peer("ann", join="lobby")
        ann.send("upload", room="lobby", id="big", label="disk.img", size=size + len(tail),
                 kind="file")
        file = ann.expect("accept")["file"]
    os.truncate(os.path.join(folder, "incoming", file), size)
    hash = hashlib.sha256()
    zeros = bytes(1 << 24)
    for _ in range(size >> 24):
        hash.update(zeros)
    hash.update(tail)
    with start_server(data=folder) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.send("upload", room="lobby", id="big", label="disk.img", size=size + len(tail),
                 kind="file")
        equal(ann.expect("accept")["offset"], size, "offset")
        ann.send("chunk", payload=tail[:10], id="big", offset=size)
        check(bob.fetch(file, size + 10, offset=size - 3) == b"\0\0\0" + tail[:10], "while it grows")
        bob.send("stop", file=file)
        bob.sync()
        ann.send("chunk", payload=tail[10:], id="big", offset=size + 10)
        ann.send("finish", id="big", sha256=hash.hexdigest())
        done = ann.expect("file-done", patience=120)
        equal((done["size"], done["sha256"]), (size + len(tail), hash.hexdigest()), "done")
        bob = server.peer("bob", join="lobby")  # the first one was silent for long
        check(bob.fetch(file, size + len(tail), offset=size - 5) == bytes(5) + tail, "bytes")
        check(server.sanitized() or server.rss() < 20 << 20, "memory")
    os.unlink(os.path.join(folder, "blobs", hash.hexdigest()))


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
