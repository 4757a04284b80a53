#!/usr/bin/env python3
"""What is changed of what was said: edits, reactions, what was read; who may, how much, sent again after a
reconnect, and after a restart still so."""
import sys
import tempfile

from peer import check, equal, run_scenes, start_server, uid_of

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


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
