#!/usr/bin/env python3
"""A full disk: uploads are refused or fail in words, talk goes on as long as there is any room, and
everything works again when there is. Needs root for a small file system of its own, else skipped."""
import ctypes
import os
import sys
import tempfile
import time

from peer import Failed, check, equal, run_scenes, start_server

CLONE_NEWNS = 0x20000
MEGABYTE = 1 << 20


def small_disk(megabytes):
    """A folder that holds no more than that, seen by us and our children alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder = tempfile.mkdtemp(prefix="confab-small-")
    if libc.unshare(CLONE_NEWNS) != 0 or \
            libc.mount(b"none", b"/", None, (1 << 14) | (1 << 18), None) != 0 or \
            libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, f"size={megabytes}m".encode()) != 0:
        print("no right to mount a small file system: skipped")
        sys.exit(77)
    return folder


def told(peer, text):
    """Say it; the event, or the error."""
    id = peer.say(text)
    until = time.monotonic() + 20
    while (msg := peer._next_unkept(until)) is not None:
        if msg["type"] == "error" or (msg["type"] == "said" and msg["id"] == id):
            return msg
    raise Failed(f"no answer to {id}")


def scene_uploads_end_and_talk_goes_on():
    data = small_disk(40)
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        # more than there is: refused before a byte was sent
        ann.send("upload", room="lobby", id="big", label="big", size=30 * MEGABYTE, kind="file")
        equal(ann.expect("error", re="big")["code"], "disk-full", "code")
        # two that fit one by one, and not together: one fails on the way
        for id in ("one", "two"):
            ann.send("upload", room="lobby", id=id, label=id, size=23 * MEGABYTE, kind="file")
            ann.expect("accept", id=id)
        for at in range(0, 23 * MEGABYTE, 262144):
            for id in ("one", "two"):
                ann.send("chunk", payload=bytes(262144), id=id, offset=at)
        failed = bob.expect("file-failed")
        equal(failed["code"], "disk-full", "code")
        check("no space left" in failed["text"], failed["text"])
        ann.expect("error", code="disk-full")
        ann.sync()
        until = time.monotonic() + 20
        while os.statvfs(data).f_bavail < 100 and time.monotonic() < until:
            time.sleep(0.05)  # the failed part goes when the last job on it is through
        # fill it to the brim from outside: messages wait in memory, none is called stored
        with open(os.path.join(data, "ballast"), "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass
        for count in range(5000):  # until the last page of the log's file is full
            answer = told(ann, "x" * 1000)
            if answer["type"] == "error":
                break
        equal(answer.get("code"), "disk-full", "code")
        check("messages" in answer["text"], answer["text"])
        ann.sync()
        bob.say("can you hear me?", id="bob-full")
        equal(bob.expect("error", re="bob-full")["code"], "disk-full", "said again")
        # and room again: nothing was lost, without a restart
        os.unlink(os.path.join(data, "ballast"))
        for _ in range(100):
            msg = told(bob, "here again")
            if msg["type"] == "said":
                break
            time.sleep(0.1)
        equal(msg.get("text"), "here again", "text")
        while bob.expect("stored")["seq"] < msg["seq"]:
            pass
        check("takes messages again" in server.errors(), server.errors())
    with start_server(data=data) as server:
        carl = server.peer("carl", join="lobby")
        carl.expect("said", text="here again", seq=msg["seq"])
        equal(server.errors(), "", "nothing to mend")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
