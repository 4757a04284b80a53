#!/usr/bin/env python3
"""Private rooms and direct ones: who is in sees them, nobody else does, whatever is tried; after a restart,
a kill and a clean-out of old messages still so."""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from peer import BIN, Peer, check, direct_room, equal, run_scenes, start_server, uid_of


def names(msg):
    return [room["name"] for room in msg["rooms"]]


def listed(peer):
    """The rooms that this peer sees when it asks, by name."""
    peer.kept = [m for m in peer.kept if m["type"] != "rooms"]
    rooms, more = [], True
    peer.sync()
    peer.kept = [m for m in peer.kept if m["type"] != "rooms"]
    peer.send("list")
    while more:
        msg = peer.expect("rooms")
        rooms += msg["rooms"]
        more = msg.get("more")
    return {room["name"]: room for room in rooms}


def refused(peer, re, code="not-invited"):
    error = peer.expect("error", re=re)
    equal(error["code"], code, f"what {peer.name} is told")
    check(len(error["text"]) > 10, f"a sentence: {error}")


def try_everything(peer, room, file, seq):
    """Every message that names a room or a file, by somebody whom it is closed to."""
    peer.send("join", room=room)
    refused(peer, room)
    peer.send("join", room=room, private=True)
    refused(peer, room)
    peer.say("let me in", room=room, id="t1")
    refused(peer, "t1")
    peer.send("edit", room=room, id="t2", of=seq, text="mine now")
    refused(peer, "t2")
    peer.send("react", room=room, id="t3", of=seq, emoji="x")
    refused(peer, "t3")
    peer.send("upload", room=room, id="t4", label="f", size=5, kind="file")
    refused(peer, "t4")
    for type, more in (("history", {"before": 0, "count": 500}), ("delete", {"of": seq}),
                       ("leave", {}), ("invite", {"target": peer.name})):
        peer.send(type, room=room, **more)
        refused(peer, room)
    peer.send("fetch", file=file, offset=0)
    refused(peer, file)
    peer.send("stop", file=file)
    peer.send("typing", room=room)
    peer.send("read", room=room, seq=seq)
    refused(peer, room)
    peer.sync_over_errors()
    late = Peer(peer.server_port)
    late.hello(peer.name, resume={room: 1})
    check(room not in names(late.expect("welcome")), "listed to an outsider")
    refused(late, room)
    late.sync()
    late.bye()
    check(room not in listed(peer), "listed to an outsider")
    for msg in peer.kept:
        check(room not in str(msg) or msg["type"] == "error", f"{peer.name} heard {msg}")


def sync_over_errors(self):
    self.send("ping")
    while True:
        msg = self._next_unkept(time.monotonic() + 60)
        if msg["type"] == "pong":
            return
        if msg["type"] != "error":
            self.kept.append(msg)


Peer.sync_over_errors = sync_over_errors


def outsider(server, name):
    peer = server.peer(name, join="lobby")
    peer.server_port = server.port
    return peer


def scene_a_private_room():
    with start_server() as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        eve = outsider(server, "eve")
        check({"private", "direct"} <= set(ann.welcome["features"]), ann.welcome)
        ann.join("den", private=True)
        equal([m["name"] for m in ann.expect("rooms")["rooms"]], ["lobby", "den"], "the maker's list")
        equal(listed(ann)["den"]["private"], True, "marked")
        check("private" not in listed(ann)["lobby"], "the lobby is open")
        ann.say("psst", room="den")
        seq = ann.expect("said")["seq"]
        ann.upload(b"a secret", name="s.txt", room="den")
        file = ann.expect("file")["file"]
        ann.expect("file-done")
        try_everything(eve, "den", file, seq)
        # invited by someone who is in: all hear of it, and the new one can come at once
        ann.send("invite", room="den", target="Bob")
        event = ann.expect("invited")
        equal((event["uid"], event["text"], event["name"]), (uid_of("bob"), "bob", "ann"), "who by whom")
        equal(bob.expect("rooms")["rooms"][1]["name"], "den", "the list of who is invited")
        bob.join("den")
        bob.expect("said", text="psst")
        equal(bob.fetch(file, 8), b"a secret", "the file")
        bob.say("hello", room="den")
        ann.expect("said", text="hello")
        # who was let in may leave and come back
        bob.send("leave", room="den")
        ann.expect("left", name="bob", room="den")
        check("den" in listed(bob), "still on the list")
        bob.join("den")
        try_everything(eve, "den", file, seq)
        # nothing of it was on the server's screen
        server.peer("end", join="lobby")
        server.wait_line("[JOINED] end")
        check(not any("den" in line or "psst" in line for line in server.lines), server.lines)


def scene_invitations_that_cannot_be():
    with start_server() as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        ann.join("den", private=True)
        for room, target, code in (("den", "nobody here", "nobody"), ("den", "ann", "not-allowed"),
                                   ("lobby", "bob", "not-allowed"), ("nowhere", "bob", "not-in-room")):
            ann.send("invite", room=room, target=target)
            refused(ann, room, code)
        two = direct_room("ann", "bob")
        ann.join(two)
        server.peer("cid")
        ann.send("invite", room=two, target="cid")
        refused(ann, two, "not-allowed")
        # an open room does not become private, and none is taken for one
        bob.join("hall")
        ann.send("join", room="hall", private=True)
        refused(ann, "hall", "not-allowed")
        ann.send("join", room="lobby", private=True)
        refused(ann, "lobby", "not-allowed")
        ann.send("join", room="DEN", private=True)  # its own
        ann.expect("room", room="den")
        bob.send("join", room="Den")  # names are compared folded
        refused(bob, "Den")


def scene_a_direct_room():
    with start_server("--admin", "adm") as server:
        ann, bob = server.peer("ann", join="lobby"), server.peer("bob", join="lobby")
        eve, adm = outsider(server, "eve"), outsider(server, "adm")
        room = direct_room("ann", "bob")
        ann.join(room)
        entry = listed(bob)[room]  # the other one's list has it, under the name of who is there
        equal(entry["title"], "ann", "title")
        equal(listed(ann)[room]["title"], "bob", "title")
        bob.join(room)
        id = ann.say("just us", room=room)
        seq = ann.expect("said", id=id)["seq"]
        equal(seq, 1, "no joined before it")
        ann.expect("stored", room=room)
        bob.expect("said", text="just us", room=room)
        bob.upload(b"for ann", name="f.txt", room=room)
        file = ann.expect("file", room=room)["file"]
        ann.expect("file-done")
        equal(ann.fetch(file, 7), b"for ann", "the file")
        ann.send("typing", room=room)
        bob.expect("typing", room=room)
        bob.send("react", room=room, id="r", of=seq, emoji="!")
        ann.expect("reacted", room=room)
        ann.send("edit", room=room, id="e", of=seq, text="just the two of us")
        bob.expect("edited", room=room)
        for other in (eve, adm):
            try_everything(other, room, file, seq)
        # both are members always, without lines
        bob.send("leave", room=room)
        bob.sync()
        bob.bye()
        ann.send("join", room=room, seq=seq)
        members = {m["name"]: m for m in ann.expect("room")["members"]}
        equal(set(members), {"ann", "bob"}, "members")
        equal(members["bob"]["online"], False, "bob has gone")
        ann.expect_none("left", room=room)
        ann.expect_none("joined", seconds=0.1, room=room)
        check(not any("just us" in line or "f.txt" in line for line in server.lines), server.lines)


def scene_direct_rooms_that_cannot_be():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        low, high = sorted((uid_of("ann"), uid_of("bob")))
        for room, code in ((direct_room("ann", "bob"), "nobody"),  # who was never here
                           (direct_room("bob", "cid"), "not-invited"),
                           ("@" + high + low, "not-invited"), ("@" + uid_of("ann") * 2, "not-invited")):
            ann.send("join", room=room)
            refused(ann, room, code)
        for bad in ("@ann", "@", "@" + low, "@" + (low + high).upper(), "x@" + low + high):
            ann.send("join", room=bad)
            equal(ann.expect("error")["code"], "bad-message", bad)
        equal(list(listed(ann)), ["lobby"], "rooms")


def scene_no_other_name_leads_into_a_direct_room():
    """Names are the same if they fold to the same: a room of that kind, made before the two met, would have
    been theirs and the maker's."""
    pairs = {str(10 + i): chr(0x2469 + i) for i in range(11)}  # circled 10 to 20
    with start_server() as server:
        eve = outsider(server, "eve")
        ann = server.peer("ann", join="lobby")
        for i in range(1000):
            room = direct_room("ann", f"bob{i}")
            at = next((at for at in range(1, 32) if room[at:at + 2] in pairs), None)
            if at is not None:
                break
        bob = server.peer(f"bob{i}", join="lobby")
        trap = "\uff20" + room[1:at] + pairs[room[at:at + 2]] + room[at + 2:]
        eve.send("join", room=trap)
        equal(eve.expect("error")["code"], "bad-message", "what eve is told")
        equal(ann.join(room)["room"], room, "the room of two")
        bob.join(room)
        ann.say("for you alone", room=room)
        bob.expect("said", text="for you alone")
        eve.sync()
        check("alone" not in str(eve.kept), "eve has heard it")
        check(trap not in listed(ann), "listed")


def scene_the_other_hears_of_it_at_once():
    with start_server() as server:
        ann, bob = server.peer("ann"), server.peer("bob")
        old = Peer(server.port)
        old.hello("bob", features=[])  # a program of before, which would not understand such a name
        equal(names(old.expect("welcome")), ["lobby"], "its list")
        room = direct_room("ann", "bob")
        ann.join(room)
        check(room in names(bob.expect("rooms")), "made")
        ann.say("hi", room=room)
        entry = {r["name"]: r for r in bob.expect("rooms")["rooms"]}[room]
        equal((entry["seq"], entry["title"]), (1, "ann"), "first spoken in")
        equal(names(server.peer("bob").welcome), ["lobby", room], "with the welcome")
        check(all(room not in names(m) for m in [old.next(0.3)] if m), "to one who does not know")
        old.close()


def scene_after_a_restart_and_a_kill():
    data = tempfile.mkdtemp(prefix="confab-data-")
    room = direct_room("ann", "bob")
    for round in range(4):
        server = start_server(data=data)
        with server:
            ann, bob = server.peer("ann"), server.peer("bob")
            eve = outsider(server, "eve")
            cid = server.peer(f"cid{round}")
            if round == 0:
                ann.join("den", private=True)
                ann.send("invite", room="den", target="bob")
                ann.expect("invited")
                ann.upload(b"a secret", name="s.txt", room="den")
                den_file = ann.expect("file")["file"]
                ann.expect("file-done")
                ann.join(room)
                ann.upload(b"a letter", name="l.txt", room=room)
                two_file = ann.expect("file")["file"]
                ann.expect("file-done")
            else:
                ann.join("den")
                ann.join(room)
            ann.send("invite", room="den", target=f"cid{round}")
            ann.expect("invited", text=f"cid{round}")
            check("den" in names(cid.expect("rooms")), "the list")
            bob.join("den")
            bob.join(room)
            for guest in range(round):
                server.peer(f"cid{guest}", join="den")
            ann.say(f"round {round}", room="den")
            ann.say(f"round {round}", room=room)
            for peer in (ann, bob):
                peer.expect("said", room="den", text=f"round {round}")
                peer.expect("said", room=room, text=f"round {round}")
            ann.expect("stored", room="den")
            ann.expect("stored", room=room)
            equal(bob.fetch(den_file, 8), b"a secret", "the file")
            equal(bob.fetch(two_file, 8), b"a letter", "the letter")
            try_everything(eve, "den", den_file, 3)
            try_everything(eve, room, two_file, 1)
            if round % 2:
                server.kill()


def scene_the_list_outlives_old_messages():
    """Retention takes the events, invitations among them; who was let in stays so, and nobody else comes in."""
    data = tempfile.mkdtemp(prefix="confab-data-")
    room = direct_room("ann", "bob")
    with start_server("--keep-messages", "100", "--rate", "0", data=data) as server:
        ann, bob = server.peer("ann"), server.peer("bob")
        ann.join("den", private=True)
        ann.join(room)
        ann.send("invite", room="den", target="bob")
        ann.expect("invited")
        for i in range(600):
            ann.say(f"{i} " + "x" * 200, room="den")
            ann.say(f"{i} " + "x" * 200, room=room)
        for where in ("den", room):
            ann.expect("said", room=where, text="599 " + "x" * 200)

        def first(where):
            ann.kept.clear()
            ann.send("history", room=where, before=2, count=1)
            return ann.expect("history-end", room=where)["before"]
        until = time.monotonic() + 120
        while (first("den"), first(room)) != (0, 0):
            check(time.monotonic() < until, "old messages do not go")
            for i in range(60):
                ann.say("more", room="den")
                ann.say("more", room=room)
            time.sleep(0.5)
    with start_server("--keep-messages", "100", data=data) as server:
        bob, eve = server.peer("bob"), outsider(server, "eve")
        bob.join("den")
        equal({m["name"] for m in bob.join(room)["members"]}, {"ann", "bob"}, "members")
        eve.send("join", room="den")
        refused(eve, "den")
        eve.send("join", room=room)
        refused(eve, room)


def scene_a_damaged_list_lets_nobody_in():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=data) as server:
        server.peer("ann").join("den", private=True)
    paths = [os.path.join(folder, "guests") for folder, _, files in os.walk(data) if "guests" in files]
    equal(len(paths), 1, "lists")
    equal(open(paths[0], encoding="ascii").read(), uid_of("ann") + "\n", "the list")
    for damage in (b"", b"nonsense\n" * 3, b"\xff\x00" * 1000, b"x" * 1000000):
        with open(paths[0], "wb") as file:
            file.write(damage)
        with start_server(data=data) as server:
            ann = server.peer("ann")
            ann.send("join", room="den")
            refused(ann, "den")
            check("den" not in listed(ann), "listed")
    with open(paths[0], "w", encoding="ascii") as file:  # mended by hand, as on any system
        file.write(f"what\r\n{uid_of('ann')}\r\n\r\n{uid_of('ann')}\n{uid_of('bob')}")
    with start_server(data=data) as server:
        server.peer("ann").join("den")
        server.peer("bob").join("den")


def scene_a_lost_list_lets_nobody_in():
    for kept, lost in (("guests", "private"), ("private", "guests")):
        data = tempfile.mkdtemp(prefix="confab-data-")
        with start_server(data=data) as server:
            ann = server.peer("ann")
            ann.join("den", private=True)
            ann.say("psst", room="den")
        folder = next(path for path, _, files in os.walk(data) if "guests" in files)
        os.remove(os.path.join(folder, lost))
        with start_server(data=data) as server:
            eve = server.peer("eve", join="lobby")
            eve.send("join", room="den")
            refused(eve, "den")
            check("den" not in listed(eve), "listed")
            ann = server.peer("ann")
            if kept == "guests":
                ann.join("den")
                ann.expect("said", text="psst")
            else:
                ann.send("join", room="den")
                refused(ann, "den")


def scene_known_content_is_no_way_to_a_file():
    """Whoever knows a file's hash gets its bytes from the rooms that are open to them, from no others."""
    data, sha = b"the plans " * 100, hashlib.sha256(b"the plans " * 100).hexdigest()
    with start_server() as server:
        ann, bob, eve = (server.peer(n, join="lobby") for n in ("ann", "bob", "eve"))
        room = direct_room("ann", "bob")
        ann.join(room)
        bob.join(room)
        ann.upload(data, room=room)
        bob.expect("file-done")
        eve.send("upload", room="lobby", id="u", label="f", kind="file", size=len(data), sha256=sha)
        equal(eve.expect("accept")["offset"], 0, "as if it were not here")
        eve.send("finish", id="u", sha256=sha)
        equal(eve.expect("error")["code"], "bad-offset", "no bytes, no file")
        bob.send("upload", room="lobby", id="u", label="f", kind="file", size=len(data), sha256=sha)
        equal(bob.expect("accept")["offset"], len(data), "bob has it, and may show it")
        bob.send("finish", id="u", sha256=sha)
        file = eve.expect("file-done", **{"from": uid_of("bob")})["file"]
        equal(eve.fetch(file, len(data)), data, "now it is open")


def scene_content_that_no_room_has_is_nobodys():
    """A room's folder was lost, or its file was deleted while somebody still fetches it: the bytes are on the
    disk for a while, and a hash does not lead to them."""
    data, sha = b"the plans " * 100, hashlib.sha256(b"the plans " * 100).hexdigest()
    folder = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=folder) as server:
        ann = server.peer("ann")
        ann.join("den", private=True)
        ann.upload(data, room="den")
        ann.expect("file-done")
    lost = [path for path, _, files in os.walk(folder) if "guests" in files]
    shutil.rmtree(lost[0])
    with start_server(data=folder) as server:
        eve = server.peer("eve", join="lobby")
        eve.send("upload", room="lobby", id="u", label="f", kind="file", size=len(data), sha256=sha)
        equal(eve.expect("accept")["offset"], 0, "as if it were not here")
        eve.send("chunk", id="u", offset=0, payload=data)
        eve.send("finish", id="u", sha256=sha)
        equal(eve.fetch(eve.expect("file-done")["file"], len(data)), data, "who has it may send it")


def scene_many_rooms():
    """More than one list holds; each in its place."""
    with start_server("--max-clients", "400", "--newcomers", "0") as server:
        ann = server.peer("ann")
        for i in range(255):
            ann.join(f"r{i}")
        ann.send("join", room="one-more")
        refused(ann, "one-more", "too-many-rooms")
        for i in range(20):
            server.peer(f"p{i}").close()
            ann.join(direct_room("ann", f"p{i}"))
        all = listed(ann)
        equal(len(all), 276, "rooms")
        equal(list(all)[0], "lobby", "the lobby stands first")
        again = Peer(server.port)
        again.hello("ann")
        welcome = again.expect("welcome")
        equal((len(welcome["rooms"]), welcome["more"]), (256, True), "the welcome")
        rest = again.expect("rooms")
        equal((len(rest["rooms"]), "more" in rest), (20, False), "the rest")
        equal(len(listed(server.peer("p3"))), 257, "somebody else")


def scene_begun_talks_have_a_limit():
    with start_server("--max-clients", "400", "--newcomers", "0") as server:
        ann = server.peer("ann", join="lobby")
        for i in range(257):
            server.peer(f"p{i}").close()
        for i in range(256):
            ann.join(direct_room("ann", f"p{i}"))
        ann.send("join", room=direct_room("ann", "p256"))
        refused(ann, direct_room("ann", "p256"), "too-many-rooms")
        other = server.peer("p256")
        other.join(direct_room("ann", "p256"))  # the other one may
        ann.join(direct_room("ann", "p256"))


def scene_direct_rooms_have_a_limit():
    with start_server("--max-clients", "400", "--newcomers", "0") as server:
        for i in range(130):
            server.peer(f"p{i}").close()
        left = 4096
        for i in range(130):
            peer = server.peer(f"p{i}")
            for other in range(i + 1, 130):
                room = direct_room(f"p{i}", f"p{other}")
                peer.send("join", room=room)
                if left == 0:
                    refused(peer, room, "too-many-rooms")
                    return
                peer.expect("room", room=room)
                left -= 1
            peer.close()
        check(False, "no limit")


def scene_direct_rooms_leave_descriptors_for_people():
    with start_server("--max-clients", "400", "--newcomers", "0", descriptors=700) as server:
        for i in range(30):
            server.peer(f"p{i}").close()
        made, code = 0, None
        for i in range(30):
            peer = server.peer(f"p{i}")
            for other in range(i + 1, 30):
                room = direct_room(f"p{i}", f"p{other}")
                peer.send("join", room=room)
                msg = peer.next()
                while msg["type"] == "rooms":
                    msg = peer.next()
                if msg["type"] == "error":
                    code = msg["code"]
                    break
                made += 1
            peer.close()
            if code is not None:
                break
        equal(code, "too-many-rooms", f"what too many are told, after {made}")
        check(made >= 100, f"no more than {made}")
        for i in range(50):
            server.peer(f"q{i}", join="lobby")


def scene_all_direct_rooms_at_once_when_one_connects():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server("--max-clients", "400", "--newcomers", "0", data=data) as server:
        for i in range(200):
            server.peer(f"p{i}").close()
        ann = server.peer("ann", join="lobby")
        for i in range(200):
            ann.join(direct_room("ann", f"p{i}"))
            ann.say("hi", room=direct_room("ann", f"p{i}"))
            ann.expect("said")
    with start_server("--max-clients", "400", "--joins", "5", data=data) as server:
        ann = server.peer("ann", join="lobby")
        for i in range(200):
            ann.join(direct_room("ann", f"p{i}"))
        for i in range(100):
            ann.send("join", room=direct_room("ann", f"p{i}"))
        error = ann.expect("error")
        equal(error["code"], "too-fast", "but not for ever")


def scene_a_hello_makes_few_direct_rooms():
    """Each one that is made waits for the disk, and everybody with it."""
    with start_server("--max-clients", "400", "--newcomers", "0", "--joins", "5") as server:
        for i in range(100):
            server.peer(f"p{i}").close()
        rooms = [direct_room("ann", f"p{i}") for i in range(100)]
        ann = server.peer("ann", resume={room: 0 for room in rooms})
        sync_over_errors(ann)
        made = {m["room"] for m in ann.kept if m["type"] == "room"}
        check(5 <= len(made) < 20, f"{len(made)} rooms")
        late = Peer(server.port)
        late.hello("ann", resume={room: 0 for room in made})  # what is there costs nothing
        for room in made:
            late.expect("room", room=room)


def scene_invitations_have_a_rate():
    with start_server("--rate", "2") as server:
        ann = server.peer("ann", join="lobby")
        for i in range(40):
            server.peer(f"p{i}").close()
        ann.join("den", private=True)
        for i in range(40):
            ann.send("invite", room="den", target=f"p{i}")
        refused(ann, "den", "too-fast")


def scene_export():
    data = tempfile.mkdtemp(prefix="confab-data-")
    room = direct_room("ann", "bob")
    with start_server(data=data) as server:
        ann, _ = server.peer("ann"), server.peer("bob")
        ann.join("den", private=True)
        ann.say("a", room="den")
        ann.expect("stored", room="den")
        ann.join(room)
        ann.say("b", room=room)
        ann.expect("stored", room=room)
        ann.send("edit", room=room, id="e", of=1, text="c")
        ann.expect("stored", seq=2)
        for name, types in (("den", ["joined", "said"]), (room, ["said", "edited"])):
            out = subprocess.run([os.path.join(BIN, "confab-server"), "--export", name, "--data", data],
                                 check=True, capture_output=True).stdout
            equal([json.loads(line)["type"] for line in out.splitlines()], types, name)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
