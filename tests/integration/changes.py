#!/usr/bin/env python3
"""What is changed of what was said: edits, reactions, what was read; who may, how much, sent again after a
reconnect, and after a restart still so."""
import glob
import os
import sys
import tempfile
import time

from peer import Peer, check, direct_room, equal, run_scenes, start_server, uid_of

THUMB, HEART = "\N{THUMBS UP SIGN}", "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"


def said(peer, text, room="lobby"):
    """Say it; its number."""
    id = peer.say(text, room=room)
    return peer.expect("said", id=id)["seq"]


def edit(peer, of, text, id, room="lobby", **more):
    peer.send("edit", room=room, id=id, of=of, text=text, **more)


def react(peer, of, emoji, id, room="lobby", **more):
    peer.send("react", room=room, id=id, of=of, emoji=emoji, **more)


def refused(peer, id, code):
    error = peer.expect("error", re=id)
    equal(error["code"], code, "code")
    check(len(error["text"]) > 10, f"a sentence: {error}")


def scene_edit():
    with start_server() as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        check({"edit", "react"} <= set(ann.welcome["features"]), ann.welcome)
        of = said(ann, "helo")
        edit(ann, of, "hello", "e1", mood="better")
        for peer in (ann, bob):
            event = peer.expect("edited", of=of)
            equal(event["text"], "hello", "text")
            equal((event["from"], event["name"], event["id"]), (uid_of("ann"), "ann", "e1"), "who")
            equal(event["mood"], "better", "what the server does not know passes through")
            check(event["seq"] > of and event["time"] > 0, f"an event: {event}")
        ann.expect("stored", seq=event["seq"])
        server.wait_line("[ann, edited] hello")
        edit(ann, of, "hello!", "e2")  # as often as one likes
        bob.expect("edited", id="e2", text="hello!")


def scene_who_may_edit_what():
    with start_server("--admin", "adm") as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        adm = server.peer("adm", join="lobby")
        of = said(ann, "mine")
        for peer in (bob, adm):  # not even an admin puts words into one's mouth
            edit(peer, of, "yours", "b1")
            refused(peer, "b1", "not-allowed")
        ann.upload(b"bytes", name="f.txt")
        file = ann.expect("file")["seq"]
        edit(ann, file, "text", "a1")
        refused(ann, "a1", "not-allowed")
        edit(ann, 99999, "text", "a2")
        refused(ann, "a2", "no-such-message")
        edit(ann, 1, "text", "a3")  # a joined
        refused(ann, "a3", "no-such-message")
        edit(ann, of, "mine again", "a4")
        seq = ann.expect("edited", id="a4")["seq"]
        edit(ann, seq, "an edit of an edit", "a5")
        refused(ann, "a5", "no-such-message")
        ann.send("delete", room="lobby", of=of)
        ann.expect("deleted", of=of)
        edit(ann, of, "back", "a6")
        refused(ann, "a6", "not-allowed")
        react(bob, of, THUMB, "b2")
        refused(bob, "b2", "not-allowed")
        # not in the room, not a room
        server.peer("eve").send("edit", room="lobby", id="x", of=of, text="t")
        refused(server.peers[-1], "x", "not-in-room")
        edit(ann, of, "t", "a7", room="nowhere")
        refused(ann, "a7", "not-in-room")


def scene_react():
    with start_server() as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        of = said(ann, "look")
        react(bob, of, THUMB, "r1")
        for peer in (ann, bob):
            event = peer.expect("reacted", of=of)
            equal((event["emoji"], event["from"], event["name"]), (THUMB, uid_of("bob"), "bob"), "reaction")
            check("remove" not in event, event)
        react(ann, of, HEART, "r2")
        bob.expect("reacted", of=of, emoji=HEART, name="ann")
        react(bob, of, THUMB, "r3", remove=True)
        equal(ann.expect("reacted", id="r3")["remove"], True, "taken back")
        ann.upload(b"bytes", name="f.txt")
        react(bob, ann.expect("file")["seq"], THUMB, "r4")  # files too
        ann.expect("reacted", id="r4")
        react(bob, 99999, THUMB, "r5")
        refused(bob, "r5", "no-such-message")
        react(bob, event["seq"], THUMB, "r6")  # a reaction to a reaction
        refused(bob, "r6", "no-such-message")


def scene_limits():
    with start_server("--rate", "2") as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        of = said(ann, "x")
        for bad in ("", "a b", "\n", "\u200d", "x" * 65, THUMB * 17):
            react(ann, of, bad, "bad")
            refused(ann, "bad", "bad-message")
        edit(ann, of, "x" * 16385, "long")
        refused(ann, "long", "bad-message")
        edit(ann, of, "", "none")
        refused(ann, "none", "bad-message")
        edit(ann, of, "x" * 16384, "most")
        ann.expect("edited", id="most")
        # a burst of 7, then 2 a second; what is too fast comes again with its id
        for i in range(40):
            react(bob, of, "x" * 64, f"r{i}")
        error = bob.expect("error")
        check(error["wait"] >= 1000, f"a wait: {error}")
        passed = 0
        errors = [error]
        bob.send("ping")
        while (msg := bob.next())["type"] != "pong":
            errors += [msg] if msg["type"] == "error" else []
            passed += msg["type"] == "reacted"
        check(all(e["code"] == "too-fast" for e in errors), f"{errors}")
        check(passed >= 6 and passed + len(errors) <= 40, f"{passed} reactions, {len(errors)} refused")


def scene_sent_again_after_a_reconnect():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=data) as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        of = said(ann, "helo")
        edit(ann, of, "hello", "e1")
        edited = ann.expect("edited")["seq"]
        react(ann, of, THUMB, "r1")
        reacted = ann.expect("reacted")["seq"]
        ann.close()
        ann = server.peer("ann", resume={"lobby": 0})
        edit(ann, of, "hello", "e1")
        equal(ann.expect("edited", id="e1")["seq"], edited, "the same event")
        react(ann, of, THUMB, "r1")
        equal(ann.expect("reacted", id="r1")["seq"], reacted, "the same event")
        ann.expect("stored", room="lobby")
        bob.say("end")
        bob.expect("said", text="end")
        equal(sum(m["type"] in ("edited", "reacted") for m in bob.kept), 2, "once each")
        server.kill()
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        equal(ann.expect("edited", of=of)["text"], "hello", "after a restart")
        equal(ann.expect("reacted", of=of)["emoji"], THUMB, "after a restart")
        edit(ann, of, "hello", "e1")
        equal(ann.expect("edited", id="e1", seq=edited)["text"], "hello", "the same event after a restart")
        ann.send("delete", room="lobby", of=of)
        ann.expect("deleted", of=of)
        server.kill()
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        edit(ann, of, "back", "e9")
        refused(ann, "e9", "not-allowed")  # deleted stays deleted


def scene_muted_and_banned():
    with start_server("--admin", "adm") as server:
        adm, bob = server.peer("adm", join="lobby"), server.peer("bob", join="lobby")
        of = said(bob, "mine")
        adm.send("admin", action="mute", target="bob")
        bob.expect("notice")
        edit(bob, of, "changed", "e1")
        refused(bob, "e1", "muted")
        react(bob, of, THUMB, "r1")
        refused(bob, "r1", "muted")


def read(peer, seq, room="lobby"):
    peer.send("read", room=room, seq=seq)


def read_of(peer, name, room="lobby"):
    """How far that person has read, as the list of members says."""
    peer.send("join", room=room, seq=1)
    return {m["name"]: m.get("read", 0) for m in peer.expect("room")["members"]}[name]


def scene_read():
    with start_server() as server:
        ann, bob, old = server.peer("ann", join="lobby"), server.peer("bob", join="lobby"), Peer(server.port)
        old.hello("cid", features=[])
        old.join("lobby")
        check("read" in ann.welcome["features"], ann.welcome)
        phone = server.peer("ann", join="lobby")
        first, second = said(bob, "one"), said(bob, "two")
        read(ann, first)
        for peer in (bob, phone):  # the others, and the same person's other computer
            equal(peer.expect("read", room="lobby")["from"], uid_of("ann"), "who")
        read(ann, second)
        bob.expect("read", seq=second)
        phone.expect("read", seq=second)
        read(phone, first)  # it never goes back
        read(ann, 10 ** 9)  # nor into what is to come
        bob.say("three")
        third = bob.expect("said", text="three")["seq"]
        equal(read_of(bob, "ann"), second, "the list of members")
        equal(read_of(bob, "bob"), 0, "bob says nothing of it")
        read(phone, third)
        ann.expect("read", seq=third)
        bob.expect("read", seq=third)
        for peer in (bob, ann, phone):
            peer.sync()
            check(not [m for m in peer.kept if m["type"] == "read"], f"once each: {peer.kept}")
        old.sync()
        check(not [m for m in old.kept if m["type"] == "read"], "to one who would take it for an event")
        read(ann, third, room="nowhere")
        equal(ann.expect("error")["code"], "not-in-room", "code")


def scene_read_by_many_in_a_moment():
    """A crowd that reads: each mark comes to each, the newest one at least."""
    with start_server() as server:
        crowd = [server.peer(f"p{i}", join="lobby") for i in range(20)]
        for i in range(30):
            seq = said(crowd[0], f"{i}")
            for peer in crowd:
                read(peer, seq)
        for peer in crowd:
            for other in crowd:
                if other is not peer:
                    peer.expect("read", seq=seq, **{"from": uid_of(other.name)})


def scene_read_after_a_restart():
    data = tempfile.mkdtemp(prefix="confab-data-")
    rooms = ["lobby", "den", direct_room("ann", "bob")]
    newest = 0
    for round in range(5):
        with start_server(data=data) as server:
            ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
            ann.join("den", private=True)
            if round == 0:
                ann.send("invite", room="den", target="bob")
                bob.expect("rooms")
            bob.join("den")
            for room in rooms[2:]:
                ann.join(room)
                bob.join(room)
            for room in rooms:
                if round:
                    equal(read_of(ann, "bob", room), marks[room], f"{room} after a restart")
            marks = {}
            for room in rooms:
                seq = said(ann, f"in round {round}", room)
                bob.expect("said", room=room, text=f"in round {round}")
                read(bob, seq, room)
                ann.expect("read", room=room, seq=seq)
                marks[room] = seq
            if round % 2 == 0:
                server.kill()
            if round == 3:  # the end of the newest file is torn: what is before it holds
                server.stop()
                path = sorted(glob.glob(os.path.join(data, "marks", "*.seg")))[-1]
                with open(path, "ab") as file:
                    file.write(b"\x00\x00\x00\x40\x00\x00\x00\x00{\"type\":\"re")


def size_of(file):
    try:
        return file.stat().st_size
    except FileNotFoundError:  # it has just gone
        return 0


def scene_marks_stay_small():
    data = tempfile.mkdtemp(prefix="confab-data-")

    def weight():
        with os.scandir(os.path.join(data, "marks")) as files:
            return sum(size_of(file) for file in files)
    with start_server(data=data) as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        most = 0  # bytes
        for i in range(5000):
            ann.say(f"{i}")
            if i % 500 == 499:
                last = ann.expect("said", text=f"{i}")["seq"]
                for seq in range(last - 499, last + 1):
                    read(bob, seq)
                ann.expect("read", seq=last)
                most = max(most, weight())
        until = time.monotonic() + 120
        while weight() > 250000:  # 5,000 take twice as much
            check(time.monotonic() < until, f"{weight()} bytes of marks")
            time.sleep(0.2)
        check(most > 300000, f"it was {most} bytes before")
        equal(read_of(ann, "bob"), last, "kept")
        server.kill()
    with start_server(data=data) as server:
        equal(read_of(server.peer("ann", join="lobby"), "bob"), last, "after a kill")


def scene_read_has_a_rate():
    with start_server("--rate", "1000") as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        for i in range(1200):
            ann.say(f"{i}")
        last = ann.expect("said", text="1199")["seq"]
        for seq in range(last - 1199, last + 1):
            read(bob, seq)
        error = bob.expect("error")
        equal((error["code"], error["re"]), ("too-fast", "lobby"), "code")
        check(error["wait"] > 0, f"a wait: {error}")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
