#!/usr/bin/env python3
"""Who may come in, and how much: each limit gone past by one, what the server says then, and that
nothing is lost."""
import os
import re
import sys
import tempfile
import time

from _terminal import script
from peer import PATIENCE, Peer, check, equal, run_scenes, start_server

RATE, BURST = 3, 10


def said_of(peer, count):
    """The texts of the next `count` messages."""
    return [peer.expect("said")["text"] for _ in range(count)]


def scene_the_eleventh_message_is_too_fast():
    with start_server("--rate", str(RATE)) as server:
        ann = server.peer("ann", join="lobby")
        ids = [ann.say(f"m{i}") for i in range(BURST + 3)]
        for id in ids[BURST:]:
            error = ann.expect("error", re=id)
            equal(error["code"], "too-fast", "code")
            check(error["wait"] >= 1000, f"a wait: {error}")
        equal(said_of(ann, BURST), [f"m{i}" for i in range(BURST)], "the burst")
        # nothing overtakes: what was refused first comes first, though there is room again
        time.sleep(error["wait"] / 1000)
        late = ann.say("m12", id=ids[12])
        equal(ann.expect("error", re=late)["code"], "too-fast", "what would overtake")
        for i in range(BURST, BURST + 3):
            ann.say(f"m{i}", id=ids[i])
            ann.expect("said", text=f"m{i}", id=ids[i])
        ann.sync()


def scene_a_person_has_one_bucket_however_many_connections():
    with start_server("--rate", str(RATE)) as server:
        ann = [server.peer("ann", join="lobby") for _ in range(2)]
        bob = server.peer("bob", join="lobby")
        for i in range(BURST):
            ann[i % 2].say(f"m{i}")
        for peer in ann:
            peer.sync()
        id = ann[0].say("one more")
        equal(ann[0].expect("error", re=id)["code"], "too-fast", "the eleventh")
        bob.say("bob is another person")
        bob.expect("said", text="bob is another person")


def scene_a_machine_may_be_fast():
    with start_server("--rate", str(RATE), "--bot", "Robbie") as server:
        robbie = server.peer("robbie", join="lobby")
        for i in range(100):
            robbie.say(f"m{i}")
        equal(said_of(robbie, 100), [f"m{i}" for i in range(100)], "all at once")
        # the name is owned by its secret
        thief = server.peer()
        thief.hello("ROBBIE", secret="the secret of somebody else")
        equal(thief.expect("error")["code"], "name-taken", "another person with that name")


def scene_who_pastes_much_loses_nothing():
    """confab-cli says forty lines at once: all arrive, in order, each once."""
    lines = [f"line {i}" for i in range(30)]
    with start_server("--rate", str(RATE)) as server:
        bob = server.peer("bob", join="lobby")
        run = script(server, "--name", "ann", input="".join(line + "\n" for line in lines))
        equal(run.returncode, 0, f"its end: {run.stderr}")
        equal(run.stderr, "", "complaints")
        equal(said_of(bob, len(lines)), lines, "what bob reads")
        bob.expect_none("said", 0.2)
        check(re.search("too-fast", server.errors()) is None, "a limit is no warning")


def scene_files_are_messages_too():
    with start_server("--rate", "1") as server:
        ann = server.peer("ann", join="lobby")
        for i in range(4):
            ann.upload(b"x", name=f"{i}.txt")
        ann.send("upload", room="lobby", id="one-more", label="5.txt", size=1, kind="file")
        error = ann.expect("error", re="one-more")
        equal(error["code"], "too-fast", "the fifth file")
        ann.say("talk goes on")
        ann.expect("said", text="talk goes on")
        time.sleep(error["wait"] / 1000)
        ann.upload(b"x", name="5.txt", id="one-more")


def scene_who_sends_many_files_loses_none():
    folder = tempfile.mkdtemp(prefix="confab-files-")
    names = [f"{i:02}.txt" for i in range(BURST + 5)]
    for name in names:
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(name)
    with start_server("--rate", str(RATE)) as server:
        bob = server.peer("bob", join="lobby")
        run = script(server, "--name", "ann", *(word for name in names for word in ("--send", os.path.join(folder, name))))
        equal(run.returncode, 0, f"its end: {run.stderr}")
        labels = {}
        for _ in names:
            file = bob.expect("file")
            labels[file["file"]] = file["label"]
        done = [labels[bob.expect("file-done")["file"]] for _ in names]
        equal(sorted(done), names, "what arrived")


def scene_an_address_has_so_many_connections():
    with start_server("--max-per-address", "2", host="0.0.0.0") as server:
        here = [Peer(server.port) for _ in range(4)]  # this computer itself is not counted
        two = [Peer(server.port, source="127.0.0.2") for _ in range(2)]
        for peer in here + two:
            peer.sync()
        late = Peer(server.port, source="127.0.0.2")
        equal([m["code"] for m in late.expect_closed()], ["too-many-connections"], "the third")
        late.close()
        Peer(server.port, source="127.0.0.3").sync()  # another one
        two.pop().close()
        until = time.monotonic() + PATIENCE
        while True:  # until the server has seen that one has gone
            again = Peer(server.port, source="127.0.0.2")
            again.send("ping")
            if again.next()["type"] == "pong":
                break
            again.close()
            check(time.monotonic() < until, "there is room again")
        for peer in here + two + [again]:
            peer.close()


def scene_a_person_comes_into_so_many_rooms():
    with start_server("--joins", "5", "--max-rooms", "0") as server:
        ann = server.peer("ann")
        for i in range(5):
            ann.join(f"room{i}")
        ann.send("join", room="room5")
        error = ann.expect("error", re="room5")
        equal(error["code"], "too-fast", "the sixth")
        check(11000 <= error["wait"] <= 12000, f"5 a minute: {error}")
        server.peer("bob").join("room5")


def scene_a_person_makes_so_many_rooms():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server("--max-rooms", "2", data=data) as server:
        ann = server.peer("ann")
        for room in ("lobby", "one", "two", "one"):
            ann.join(room)
        ann.send("join", room="three")
        equal(ann.expect("error", re="three")["code"], "too-many-rooms", "the third")
        server.peer("bob").join("three")
        ann.join("three")
    with start_server("--max-rooms", "2", data=data) as server:
        ann = server.peer("ann", resume={"one": 0, "four": 0})
        equal(ann.expect("error")["re"], "four", "after a restart, in hello")
        bob = server.peer("bob")
        bob.join("four")
        bob.send("join", room="five")
        equal(bob.expect("error", re="five")["code"], "too-many-rooms", "bob's third")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
