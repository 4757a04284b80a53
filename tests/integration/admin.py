#!/usr/bin/env python3
"""What admins may do, what nobody else may, and deleting: on the wire and at the prompt, and after a
restart still so."""
import os
import sys
import tempfile
import time

from _terminal import person
from peer import Peer, check, equal, run_scenes, secret_of, start_server, uid_of


def admin(peer, action, target, **fields):
    """The server's answer: a notice's text, or an error's code."""
    peer.send("admin", action=action, target=target, **fields)
    while True:
        msg = peer._next_unkept(time.monotonic() + 20)
        check(msg is not None, f"an answer to {action} {target}")
        if msg["type"] == "notice":
            return msg["text"]
        if msg["type"] == "error":
            return msg["code"]
        peer.kept.append(msg)


def refused_as(server, name):
    """Somebody known comes again, is refused, and the connection closes."""
    peer = Peer(server.port)
    peer.send("hello", version=1, name=name, secret=secret_of(name))
    error = peer.expect("error")
    peer.expect_closed()
    return error


def scene_only_admins_and_not_against_admins():
    with start_server("--admin", "Ann", "--admin", "Cid") as server:
        ann = server.peer("ann", join="lobby")  # names are compared folded
        bob = server.peer("bob", join="lobby")
        cid = server.peer("cid", join="lobby")
        for action in ("kick", "ban", "unban", "mute", "unmute"):
            equal(admin(bob, action, "ann"), "not-admin", action)
        equal(admin(ann, "kick", "cid"), "not-allowed", "an admin")
        equal(admin(ann, "kick", "nobody at all"), "nobody", "an unknown name")
        equal(admin(ann, "crown", "bob"), "bad-message", "an unknown action")
        equal(admin(ann, "unban", "bob"), "nobody", "who was not banned")
        # an impostor does not get the name
        peer = Peer(server.port)
        peer.send("hello", version=1, name="Ann", secret="somebody else's secret")
        equal(peer.expect("error")["code"], "name-taken", "the name of an admin")
        cid.sync()


def scene_kick():
    with start_server("--admin", "ann") as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        check("sent out" in admin(ann, "kick", "Bob", text="too loud"), "the notice")
        error = bob.expect("error")
        equal(error["code"], "kicked", "code")
        check("too loud" in error["text"], error["text"])
        bob.expect_closed()
        ann.expect("left", name="bob")
        check("not here" in admin(ann, "kick", "bob"), "twice")
        server.peer("bob", join="lobby").sync()  # it may come back


def scene_ban_by_name_holds_over_a_restart_and_ends():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server("--admin", "ann", data=data) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        admin(ann, "ban", "bob")
        equal(bob.expect("error")["code"], "banned", "code")
        bob.expect_closed()
        equal(refused_as(server, "bob")["code"], "banned", "again")
    with start_server("--admin", "ann", data=data) as server:
        ann = server.peer("ann", join="lobby")
        equal(refused_as(server, "bob")["code"], "banned", "after a restart")
        check("again" in admin(ann, "unban", "BOB"), "unban")
        server.peer("bob", join="lobby").sync()
        # for a time, and told how long
        admin(ann, "ban", "bob", seconds=2)
        error = refused_as(server, "bob")
        check(0 < error["wait"] <= 2000, f"a wait: {error}")
        time.sleep(error["wait"] / 1000 + 0.2)
        server.peer("bob", join="lobby").sync()


def scene_ban_by_address():
    with start_server("--admin", "ann") as server:
        ann = server.peer("ann", join="lobby")
        far = Peer(server.port, source="127.0.0.9")
        far.hello("far away")
        far.join("lobby")
        check("1 connection" in admin(ann, "ban", "127.0.0.9"), "the notice counts")
        equal(far.expect("error")["code"], "banned", "code")
        far.expect_closed()
        again = Peer(server.port, source="127.0.0.9")
        again.send("hello", version=1, name="a new name", secret="a secret made for this")
        equal(again.expect("error")["code"], "banned", "with another name")
        again.expect_closed()
        server.peer("near", join="lobby").sync()  # 127.0.0.1 is another address
        check("again" in admin(ann, "unban", "127.0.0.9"), "unban")
        back = Peer(server.port, source="127.0.0.9")
        back.hello("far away")


def scene_mute():
    with start_server("--admin", "ann") as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        admin(ann, "mute", "bob", seconds=600)
        equal(bob.expect("notice")["text"], "An admin of this server lets you read only for 10 min.", "bob is told")
        id = bob.say("hello?")
        equal(bob.expect("error", re=id)["code"], "muted", "text")
        bob.send("upload", room="lobby", id="f", label="f", size=5, kind="file")
        equal(bob.expect("error", re="f")["code"], "muted", "file")
        ann.say("read this")
        bob.expect("said", text="read this")
        admin(ann, "unmute", "bob")
        equal(bob.expect("notice")["text"], "You may speak again.", "bob is told")
        bob.say("thanks")
        ann.expect("said", text="thanks")


def scene_delete():
    data = tempfile.mkdtemp(prefix="confab-data-")
    blobs = os.path.join(data, "blobs")
    with start_server("--admin", "ann", data=data) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        bob.say("mine")
        mine = ann.expect("said", text="mine")["seq"]
        ann.say("hers")
        hers = bob.expect("said", text="hers")["seq"]
        bob.upload(b"a file to be deleted", name="x.bin")
        file = ann.expect("file")
        ann.expect("file-done")
        equal(len(os.listdir(blobs)), 1, "files kept")
        for seq, code in ((hers, "not-admin"), (10 ** 6, "no-such-message"), (1, "no-such-message")):
            bob.send("delete", room="lobby", of=seq)
            equal(bob.expect("error")["code"], code, f"delete {seq}")
        bob.send("delete", room="elsewhere", of=mine)
        equal(bob.expect("error")["code"], "not-in-room", "another room")
        bob.send("delete", room="lobby", of=mine)
        event = ann.expect("deleted", of=mine)
        equal(event["from"], uid_of("bob"), "who did it")
        ann.send("delete", room="lobby", of=file["seq"])
        bob.expect("deleted", of=file["seq"])
        ann.sync()
        equal(os.listdir(blobs), [], "the file is gone")
        bob.send("fetch", file=file["file"], offset=0)
        equal(bob.expect("error")["code"], "no-such-file", "fetch")
        # one that is still being sent
        bob.send("upload", room="lobby", id="slow", label="slow", size=100000, kind="file")
        slow = ann.expect("file", label="slow")
        ann.send("delete", room="lobby", of=slow["seq"])
        ann.expect("file-failed", file=slow["file"])
        # the same content under two events goes with the second only
        for id in ("one", "two"):
            bob.upload(b"twice the same", name=id)
        one = ann.expect("file", label="one")
        ann.expect("file-done", file=one["file"])
        two = ann.expect("file", label="two")
        ann.expect("file-done", file=two["file"])
        bob.send("delete", room="lobby", of=one["seq"])
        ann.expect("deleted", of=one["seq"])
        equal(ann.fetch(two["file"], 14), b"twice the same", "the other one")
    with start_server("--admin", "ann", data=data) as server:
        carl = server.peer("carl", join="lobby")
        carl.expect("deleted", of=mine)
        equal(carl.fetch(two["file"], 14), b"twice the same", "after a restart")
        carl.send("fetch", file=one["file"], offset=0)
        equal(carl.expect("error")["code"], "no-such-file", "after a restart")
        equal(server.errors(), "", "nothing to mend")


def scene_the_name_of_an_admin_is_not_given_up():
    """Else whoever takes it next would be the admin."""
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server("--admin", "ann", data=data) as server:
        server.peer("ann").bye()
        peer = server.peer()
        peer.hello("someone", secret=secret_of("ann"))
        equal([m["code"] for m in peer.expect_closed()], ["not-allowed"], "another name")
        peer = server.peer()
        peer.hello("ANN", secret=secret_of("ann"))
        equal(peer.expect("welcome")["name"], "ANN", "the same, written otherwise")
        peer = server.peer()
        peer.hello("ann", secret=secret_of("eve"))
        equal(peer.expect("error")["code"], "name-taken", "it is still hers")
    with start_server(data=data) as server:
        peer = server.peer()
        peer.hello("someone", secret=secret_of("ann"))
        peer.expect("welcome")  # who is no admin any more is free


def scene_a_long_reason_is_cut_between_letters():
    with start_server("--admin", "ann") as server:
        ann = server.peer("ann", join="lobby")
        for i in range(4):
            bob = server.peer("bob", join="lobby")
            admin(ann, "kick", "bob", text="x" * i + "\u20ac" * 100)
            reason = bob.expect("error", code="kicked")["text"]
            check(reason.endswith("x" * i + "\u20ac" * ((200 - i) // 3)), reason)


def scene_a_damaged_list_of_bans():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with open(os.path.join(data, "bans"), "w") as bans:
        bans.write(f"person {uid_of('bob')} 0 bob\nnonsense\nmute x y z\n" + "a" * 5000 + "\n")
    with start_server(data=data) as server:
        equal(refused_as(server, "bob")["code"], "banned", "the good line holds")
        server.peer("ann", join="lobby").sync()
        check(server.errors().count("makes no sense") == 3, server.errors())


def scene_at_the_prompt():
    with start_server("--admin", "ann") as server:
        bob = server.peer("bob", join="lobby")
        ann = person(server, "ann")
        bob.say("something rude")
        ann.wait("[bob] something rude")
        ann.type("!delete 1\r")
        ann.wait("A message of bob was deleted.")
        bob.expect("deleted")
        ann.type("!delete 7\r")
        ann.wait("There is no such message here.")
        ann.type("!mute bob 10m\r")
        ann.wait("bob may read only for 10 min.")
        ann.type("!mute bob 10 minutes\r")
        ann.wait_for(r"Say whom: !mute NAME 10m .*")
        ann.type("!kick bob\r")
        ann.wait("bob was sent out.")
        equal(bob.expect("error")["code"], "kicked", "code")
        carl = person(server, "carl")
        carl.wait_for(r".*\[bob\] This message was deleted\.")
        equal(carl.count("something rude"), 0, "deleted, and shown")
        carl.type("!ban ann\r")
        carl.wait("Only an admin of this server may do that.")
        ann.type("!kick carl\r")
        carl.wait_for(r".*An admin of this server has closed your connection\.")
        carl.ended(1)  # and it does not come back by itself
        ann.type("!q\r")
        ann.ended()


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
