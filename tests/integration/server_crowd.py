#!/usr/bin/env python3
# ctest labels: alone
"""Many connections, and one that stops reading: the others notice nothing."""
import hashlib
import os
import resource
import socket
import sys
import tempfile
import threading
import time

from peer import Peer, check, equal, frame, run_scenes, secret_of, start_server, uid_of

CROWD = 2000


def scene_two_thousand_connections():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with start_server("--max-clients", str(CROWD + 10)) as server:
        ann = server.peer("ann", join="lobby")
        crowd = []
        for i in range(CROWD):
            peer = Peer(server.port)
            peer.hello(f"p{i}", resume={"lobby": 1})
            crowd.append(peer)
            if i % 200 == 199:  # let it answer: what nobody reads fills the system's buffers
                peer.expect("welcome")
                for one in crowd:
                    one.send("pong")  # nobody counts as dead on a busy machine
        ann.expect("joined", name=f"p{CROWD - 1}", patience=60)
        ann.kept.clear()
        start = time.monotonic()
        ann.say("hello everybody", id="all")
        ann.expect("said", id="all")
        threads = []
        missing = []

        def read(part):
            for peer in part:  # among two million joined lines: parsing them would be the test
                tail = bytes(peer.bytes)
                peer.sock.settimeout(60)
                try:
                    peer.send("pong")
                    while b'"id":"all"' not in tail:
                        data = peer.sock.recv(1 << 20)
                        check(data, "closed")
                        tail = tail[-64:] + data
                except BaseException as error:
                    missing.append((peer.name, error))

        for peer in crowd:
            peer.send("pong")
        for i in range(4):
            threads.append(threading.Thread(target=read, args=(crowd[i::4],)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        equal(missing, [], "who did not hear it")
        took = time.monotonic() - start
        members = Peer(server.port)
        members.hello("last")
        members.send("join", room="lobby")
        count = 0
        members.expect("welcome")
        while True:
            page = members.expect("room", patience=60)
            check(len(page["members"]) <= 256, "a page has 256 members")
            count += len(page["members"])
            if not page.get("more"):
                break
        equal(count, CROWD + 2, "members")
        print(f"  {CROWD} people had read two million joined lines and it after {took:.0f} s; "
              f"the server has {server.rss() / 1e6:.1f} MB")
        for peer in crowd:
            peer.close()
        members.close()
        ann.expect("left", patience=60)


def scene_a_reader_that_stops():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        slow = Peer(server.port, rcvbuf=4096)
        slow.hello("slow")
        slow.join()
        stop = threading.Event()

        def stay_alive():  # it does not read, but it is there
            while not stop.wait(5):
                slow.send("pong")

        keeper = threading.Thread(target=stay_alive)
        keeper.start()
        lines, size = 3000, 8000
        text = "z" * size
        early = worst = 0
        try:
            for i in range(lines):
                start = time.monotonic()
                ann.say(f"{i} {text}"[:size])
                check(bob.expect("said")["text"].startswith(f"{i} "), "in order")
                worst = max(worst, time.monotonic() - start)
                ann.expect("said")
                ann.kept.clear()
                if i == 300:
                    early = server.rss()
            late = server.rss()
        finally:
            stop.set()
            keeper.join()
        check(server.sanitized() or late - early < 4 << 20, f"memory grew from {early} to {late}")
        for i in range(lines):  # now it wakes, and gets everything
            check(slow.expect("said")["text"].startswith(f"{i} "), f"line {i}")
            slow.kept.clear()
        print(f"  {lines * size / 1e6:.0f} MB behind; others waited {worst * 1000:.0f} ms at most; "
              f"memory {early / 1e6:.1f} -> {late / 1e6:.1f} MB")


def scene_a_list_longer_than_the_queue():
    """Seats are kept for a while after a start; so many with long names come to more than a mebibyte."""
    most = 9000
    data = tempfile.mkdtemp(prefix="confab-data-")
    lobby = os.path.join(data, "rooms", hashlib.sha256(b"lobby").hexdigest()[:16])
    people = os.path.join(data, "people")
    for folder in (lobby, people):
        os.makedirs(folder)
    with open(os.path.join(lobby, "name"), "w", encoding="ascii") as file:
        file.write("lobby")
    names = [f"{i:05}" + "\u30f6" * 27 for i in range(most)]
    with open(os.path.join(people, "000001.seg"), "wb") as file:
        for name in names:
            file.write(frame({"type": "person", "time": 1, "name": name, "uid": uid_of(name),
                              "sha256": hashlib.sha256(secret_of(name).encode()).hexdigest()}))
    with open(os.path.join(lobby, "000001.seg"), "wb") as file:
        for i, name in enumerate(names):
            file.write(frame({"type": "joined", "seq": i + 1, "time": 1, "room": "lobby",
                              "from": uid_of(name), "name": name}))
    with start_server("--max-clients", "500", data=data) as server:
        ann = server.peer("ann")
        ann.send("join", room="lobby")
        page = ann.expect("room")
        listed = {m["uid"] for m in page["members"]}
        gone = [server.peer(name, join=None) for name in names[100:110]]
        for peer in gone:  # who was listed already leaves while the list is under way
            peer.send("join", room="lobby", seq=most)
            peer.sync()
            peer.bye()
        while page.get("more"):
            page = ann.expect("room")
            listed |= {m["uid"] for m in page["members"]}
        equal(len(listed), most + 1, "members")
        ann.say("all there", id="all")
        ann.expect("said", id="all")


def scene_many_come_and_go():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(300):
            sock = socket.create_connection(("127.0.0.1", server.port))
            if i % 3 == 0:
                sock.sendall(frame({"type": "hello", "version": 1, "name": f"g{i}",
                                    "secret": secret_of(f"g{i}")})
                             + frame({"type": "join", "room": "lobby"}))
            if i % 3 == 1:
                sock.sendall(b"\0\0\0\x20")
            sock.close()
        ann.say("still here", id="still")
        ann.expect("said", id="still")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
