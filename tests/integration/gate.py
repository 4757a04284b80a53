#!/usr/bin/env python3
"""Who may come in, and how much: each limit gone past by one, what the server says then, and that
nothing is lost."""
import re
import sys
import time

from _terminal import script
from peer import check, equal, run_scenes, start_server

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


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
