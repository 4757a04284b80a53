#!/usr/bin/env python3
# ctest labels: threads
"""Talk through the server: names, rooms, history, seats, ids sent twice, restarts, goodbyes."""
import sys
import tempfile
import time

from peer import check, equal, start_secure as start_server, run_scenes, uid_of


def scene_a_name_belongs_to_its_secret():
    with start_server() as server:
        ann = server.peer("Ann")
        equal(ann.welcome["uid"], uid_of("Ann"), "uid")
        thief = server.peer()
        thief.hello("ANN", secret="quite another secret")
        equal(thief.expect("error")["code"], "name-taken", "code")
        thief.hello("Bea", secret="quite another secret")  # the same connection may try again
        thief.expect("welcome", name="Bea")
        # the same secret may take a new name, and then the old one is free
        again = server.peer()
        again.hello("Anna", secret="a secret of Ann.")
        equal(again.expect("welcome")["uid"], uid_of("Ann"), "uid after a rename")
        other = server.peer("Ann", secret="a third secret, long enough")
        check(other.welcome["uid"] != uid_of("Ann"), "a new person has a new uid")


def scene_too_many_tries_end_the_connection():
    with start_server() as server:
        server.peer("ann")
        thief = server.peer()
        for _ in range(5):
            thief.hello("ann", secret="quite another secret")
        msgs = thief.expect_closed()
        equal([m["code"] for m in msgs], ["name-taken"] * 5, "answers")


def scene_several_connections_of_one_person():
    with start_server() as server:
        bob = server.peer("bob", join="lobby")
        one = server.peer("ann", join="lobby")
        two = server.peer("ann", join="lobby")
        bob.expect("joined", name="ann")
        one.bye()
        bob.expect_none("left")
        two.say("still here")
        bob.expect("said", text="still here")
        two.bye()
        bob.expect("left", name="ann")


def scene_rooms_come_into_being():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        equal([r["name"] for r in ann.welcome["rooms"]], ["lobby"], "rooms at first")
        bob = server.peer("bob")
        bob.join("garden")
        rooms = ann.expect("rooms")["rooms"]
        equal([r["name"] for r in rooms], ["lobby", "garden"], "rooms then")
        equal(rooms[1]["people"], 1, "people in the garden")
        ann.say("nobody hears me", room="garden")
        equal(ann.expect("error")["code"], "not-in-room", "code")
        bob.say("green here", room="garden")
        bob.expect("said", room="garden", seq=2)
        ann.send("join", room="GARDEN")  # names are compared folded
        ann.expect("room", room="garden")
        ann.expect("said", text="green here", room="garden")
        bob.expect("joined", name="ann", room="garden")
        ann.send("leave", room="garden")
        bob.expect("left", name="ann", room="garden")
        bob.say("alone again", room="garden")
        bob.expect("said", text="alone again")
        ann.expect_none("said", text="alone again")
        ann.send("list")
        equal([r["people"] for r in ann.expect("rooms")["rooms"]], [1, 1], "people")


def scene_history_for_who_comes_late():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(150):
            ann.say(f"line {i}")
        ann.expect("said", text="line 149")
        bob = server.peer("bob", join="lobby")
        room = bob.room
        equal(room["seq"], 152, "newest: two joined, 150 lines")
        equal(room["first"], 53, "the newest hundred follow")
        equal([m["name"] for m in room["members"]], ["ann", "bob"], "members")
        seqs = [bob.next()["seq"] for _ in range(100)]
        equal(seqs, list(range(53, 153)), "events that follow")
        bob.send("history", room="lobby", before=53, count=30)
        seqs = [bob.next()["seq"] for _ in range(30)]
        equal(seqs, list(range(23, 53)), "history")
        equal(bob.expect("history-end", room="lobby")["before"], 23, "before")
        bob.send("history", room="lobby", before=23, count=500)
        seqs = [bob.next()["seq"] for _ in range(22)]
        equal(seqs, list(range(1, 23)), "the rest")
        equal(bob.expect("history-end")["before"], 1, "before")
        bob.send("history", room="lobby", before=1, count=10)
        equal(bob.expect("history-end")["before"], 0, "nothing is older")
        carl = server.peer("carl", resume={"lobby": 149})
        equal(carl.expect("room")["first"], 150, "resume goes on behind what is known")
        equal([carl.next()["seq"] for _ in range(4)], [150, 151, 152, 153], "resumed events")
        dora = server.peer("dora", resume={"lobby": 99999})  # from a server that knew more
        equal(dora.expect("room")["first"], 55, "then one is as good as new")


def scene_what_is_sent_again_is_not_doubled():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.say("once", id="the-id")
        seq = ann.expect("said", id="the-id")["seq"]
        check(ann.expect("stored", room="lobby")["seq"] >= 1, "stored")
        ann.say("once", id="the-id")
        equal(ann.expect("said", id="the-id")["seq"], seq, "told again which event it is")
        while ann.expect("stored", room="lobby")["seq"] < seq:
            pass
        bob.say("once", id="the-id")  # another person's id is another id
        bob.expect("said", id="the-id", name="bob")
        bob.expect("said", id="the-id", name="ann")
        bob.expect_none("said", id="the-id")
    with start_server(data=data) as server:
        ann = server.peer("ann", resume={"lobby": seq})
        ann.say("once", id="the-id")
        equal(ann.expect("said", id="the-id", name="ann")["seq"], seq, "known after a restart")
        while ann.expect("stored", room="lobby")["seq"] < seq:
            pass


def scene_stored_never_overtakes_the_event():
    with start_server() as server:
        bob = server.peer("bob", join="lobby")
        for i in range(1500):
            bob.say(f"{i} " + "x" * 5000)
        bob.expect("said", text="1499 " + "x" * 5000)
        ann = server.peer(rcvbuf=8192)  # far behind, and does not read yet
        ann.hello("ann", resume={"lobby": 1})
        for i in range(3):
            ann.say("mine", id=f"mine-{i}")
            bob.expect("said", id=f"mine-{i}")
        time.sleep(0.5)  # the disk is through long before ann is
        seen = {}
        stored = 0
        while len(seen) < 3 or stored < max(seen.values()):
            msg = ann.next()
            if msg["type"] == "said":
                check(msg["seq"] > stored, "an event behind the stored that covers it")
                if msg["text"] == "mine":
                    seen[msg["id"]] = msg["seq"]
            elif msg["type"] == "stored":
                stored = msg["seq"]


def scene_a_broken_connection_keeps_its_seat():
    with start_server() as server:
        bob = server.peer("bob", join="lobby")
        ann = server.peer("ann", join="lobby")
        bob.expect("joined", name="ann")
        start = time.monotonic()
        ann.close()
        ann = server.peer("ann", resume={"lobby": 2})
        ann.expect("room")
        bob.expect_none("joined", name="ann")
        bob.expect_none("left")
        ann.close()
        again = time.monotonic()
        bob.expect("left", name="ann")
        check(time.monotonic() - again > 4.5, "the seat was kept for five seconds")
        check(again - start < 5, "the scene was fast enough to mean something")
        member = server.peer("carl", join="lobby").room["members"]
        equal([m["name"] for m in member], ["bob", "carl"], "who is in")


def scene_a_restart_keeps_history_and_seats():
    data = tempfile.mkdtemp(prefix="confab-data-")
    with start_server(data=data) as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        bob.join("garden")
        ann.say("before the restart")
        ann.expect("said", text="before the restart")
        server.interrupt()
        for peer in (ann, bob):
            check(peer.expect_closed()[-1]["type"] == "bye", "the last word is bye")
        server.stop()
    with start_server(data=data) as server:
        carl = server.peer("carl", join="lobby")
        equal([(m["name"], m["online"]) for m in carl.room["members"]],
              [("ann", False), ("bob", False), ("carl", True)], "seats are kept")
        carl.expect("said", text="before the restart", seq=3)
        ann = server.peer("ann", resume={"lobby": 3})
        ann.expect("room")
        ann.expect("joined", name="carl", seq=4)
        carl.expect_none("joined", name="ann", seq=5)
        equal([r["name"] for r in ann.welcome["rooms"]], ["lobby", "garden"], "rooms")


def scene_typing_is_told_and_forgotten():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        for _ in range(5):
            ann.send("typing", room="lobby")
        typing = bob.expect("typing", room="lobby")
        equal(typing["from"], uid_of("ann"), "who types")
        check("seq" not in typing, "typing is no event")
        bob.expect_none("typing")
        ann.expect_none("typing")


def scene_the_console_tells_what_happens():
    with start_server() as server:
        equal(server.lines[0].split(" at ")[0], "test", "the server's name")
        equal(server.lines[1:3], ["[ACTIVATING SERVER]",
                                  "For Server Termination, use the Keyboard Interrupt (Ctrl-C)"],
              "the old words")
        ann = server.peer("sravya", join="lobby")
        server.wait_line("[JOINED] sravya")
        ann.say("hello")
        server.wait_line("[sravya] hello")
        ann.say("a\x1b[31mred\nline")
        server.wait_line("[sravya] a\u241b[31mred\u240aline")
        ann.upload(b"x" * 3100000, name="cat.jpg")
        server.wait_line("[FILE] sravya sends cat.jpg (3.1 MB)")
        server.wait_line("[FILE] cat.jpg complete")
        ann.bye()
        server.wait_line("[LEFT] sravya")
        bob = server.peer("sanjay", join="lobby")  # it goes on when everybody has gone
        server.wait_line("[JOINED] sanjay")
        bob.say("anyone?")
        server.wait_line("[sanjay] anyone?")


def scene_unknown_things_pass():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        bob = server.peer("bob", join="lobby")
        ann.send("telepathy", strength=11)
        ann.say("with more", mood="sunny", seq=77, time=3)
        said = bob.expect("said", text="with more")
        equal(said["mood"], "sunny", "a field from the future")
        check(said["seq"] < 77 and said["time"] > 1600000000000, "but not what is the server's")


def scene_times_and_numbers_rise():
    with start_server() as server:
        ann = server.peer("ann", join="lobby")
        for i in range(20):
            ann.say(str(i))
        msgs = [ann.expect("said") for _ in range(20)]
        equal([m["seq"] for m in msgs], list(range(2, 22)), "numbers")
        check(all(a["time"] <= b["time"] for a, b in zip(msgs, msgs[1:])), "times")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
