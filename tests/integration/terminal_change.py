#!/usr/bin/env python3
# ctest labels: threads
"""confab-cli: answers, edits, reactions, rooms of two and private ones, over restarts; and the same as JSON."""
import json
import subprocess
import sys
import tempfile

from peer import Failed, check, equal, start_secure as start_server, run_scenes
from _terminal import PROGRAM, environment, person, script


def scene_answer_edit_react():
    """Messages are named by how far they are from the end; !last lists them."""
    with start_server() as server:
        ann = person(server, "ann")
        bob = person(server, "bob")
        ann.wait("bob joined the chat!")
        ann.type("helo everybody\r")
        bob.wait("[ann] helo everybody")
        bob.type("!reply 1 hi ann\r")
        bob.wait("You answer [ann] helo everybody")
        ann.wait("[bob] (to ann: helo everybody) hi ann")
        ann.type("!edit 2 hello everybody\r")
        ann.wait("It says now: [ann] hello everybody")
        bob.wait("[ann] hello everybody (edited)")
        bob.type("!react 2 \N{BIRTHDAY CAKE}\r")
        ann.wait("bob reacts \N{BIRTHDAY CAKE} to [ann] hello everybody")
        ann.type("!last 5\r")
        ann.wait("  2 [ann] hello everybody (edited) (\N{BIRTHDAY CAKE})")
        ann.wait("  1 [bob] (to ann: hello everybody) hi ann")
        bob.type("!react 2 \N{BIRTHDAY CAKE}\r")
        ann.wait("bob takes back \N{BIRTHDAY CAKE} from [ann] hello everybody")
        bob.type("!edit 2 I am a fool\r")
        bob.wait("Only what you said yourself can be changed.")
        bob.type("!react 2 two words\r")
        bob.wait_for("A reaction is one word.*")
        bob.type("!reply 99 what\r")
        bob.wait("There is no such message here.")
        bob.type("!reply what\r")
        bob.wait("Say to which and what: !reply 2 TEXT")
        equal(ann.count(r".*helo everybody.*"), 2, "the line that was typed, and the answer to it")
        for one in (ann, bob):
            one.type("!q\r")
            one.ended(0)


def scene_still_so_after_a_restart():
    """The server and both people start again: what was changed is changed, the room of two is there."""
    data, homes = tempfile.mkdtemp(prefix="confab-server-"), [tempfile.mkdtemp(prefix="confab-home-") for _ in range(2)]
    with start_server(data=data) as server:
        ann = person(server, "ann lee", home=homes[0])
        bob = person(server, "bob", home=homes[1])
        ann.wait("bob joined the chat!")
        ann.type("frist\r")
        bob.wait("[ann lee] frist")
        bob.type("!react 1 +1\r")
        ann.wait("bob reacts +1 to [ann lee] frist")
        ann.type("!edit 1 first\r")
        bob.wait("[ann lee] first (edited) (+1)")
        bob.type("!dm Ann Lee are you there?\r")
        bob.wait("ann lee>")
        ann.wait("(bob) [bob] are you there?")
        bob.type("!join garden\r")
        bob.wait("garden>")
        for one in (ann, bob):
            one.type("!q\r")
            one.ended(0)
        server.stop()
    with start_server(data=data, port=server.port) as server:
        bob = person(server, "bob", home=homes[1])
        bob.wait_for(r"\d\d:\d\d \[ann lee\] first \(edited\) \(\+1\)")
        ann = person(server, "ann lee", home=homes[0])
        ann.type("!dm bob\r")
        ann.wait("bob>")
        ann.type("now I am\r")
        bob.wait("(ann lee) [ann lee] now I am")
        bob.type("!rooms\r")
        bob.wait("* lobby, 2 people")
        bob.wait("  garden, 1 person")
        bob.wait("  ann lee, the two of you")
        bob.type("!join ann lee\r")
        bob.wait("ann lee>")
        for one in (ann, bob):
            one.type("!q\r")
            one.ended(0)


def scene_private_room():
    """Made by one, seen by who is invited."""
    with start_server() as server:
        ann = person(server, "ann")
        bob = person(server, "bob")
        ann.type("!make private attic\r")
        ann.wait("attic>")
        bob.type("!rooms\r")
        bob.wait("* lobby, 2 people")
        bob.type("!join attic\r")
        bob.wait("This room is private: someone in it must invite you.")
        check(not bob.find(r".*attic, .*"), "a private room was listed")
        ann.type("!invite bob\r")
        ann.wait("ann invited bob")
        bob.type("!join attic\r")
        bob.wait("attic>")
        bob.type("!rooms\r")
        bob.wait("* attic, 2 people, private")
        bob.type("!leave\r")
        ann.wait("bob exited the chat")
        bob.type("!leave\r")
        bob.wait_for("This is the only room you are in.*")
        for one in (ann, bob):
            one.type("!q\r")
            one.ended(0)


class Bot:
    """confab-cli --json --listen, line by line both ways."""

    def __init__(self, server, name):
        self.process = subprocess.Popen(
            [PROGRAM, "127.0.0.1", str(server.port), "--json", "--listen", "--name", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(tempfile.mkdtemp(prefix="confab-bot-")))

    def ask(self, **fields):
        self.process.stdin.write(json.dumps(fields) + "\n")
        self.process.stdin.flush()

    def expect(self, **fields):
        for line in self.process.stdout:
            event = json.loads(line)
            if all(event.get(key) == value for key, value in fields.items()):
                return event
        raise Failed(f"it ended: {self.process.stderr.read()}")

    def end(self):
        self.process.terminate()
        self.process.communicate(timeout=30)


def scene_json_both_ways():
    """A bot sees answers, edits and reactions as events, and does the same."""
    with start_server() as server:
        ann = person(server, "ann")
        bot = Bot(server, "bot")
        ann.wait("bot joined the chat!")
        ann.type("ping\r")
        said = bot.expect(type="said", text="ping")
        bot.ask(type="say", text="pong", reply=said["seq"])
        ann.wait("[bot] (to ann: ping) pong")
        bot.ask(type="react", of=said["seq"], emoji="+1")
        ann.wait("bot reacts +1 to [ann] ping")
        bot.expect(type="reacted", of=said["seq"], emoji="+1")
        ann.type("!edit 2 ping!\r")
        equal(bot.expect(type="edited", of=said["seq"])["text"], "ping!", "the new text")
        bot.ask(type="edit", of=said["seq"] + 1, text="pong!", room="lobby")
        ann.wait("[bot] (to ann: ping!) pong! (edited)")
        ann.type("!dm bot psst\r")
        secret = bot.expect(type="said", text="psst")
        bot.ask(type="say", room=secret["room"], text='{"so":"it is"}', id="x1")
        ann.wait('[bot] {"so":"it is"}')
        bot.process.stdin.write('{"type":"nothing that we know"}\n')
        bot.process.stdin.flush()
        ann.wait('(lobby) [bot] {"type":"nothing that we know"}')
        bot.end()
        ann.type("!q\r")
        ann.ended(0)


def scene_json_refusals():
    """What cannot be done is said, and the exit code tells."""
    with start_server() as server:
        run = script(server, "--name", "bot", "--json", input='{"type":"edit","of":999,"text":"x"}\n')
        check("There is no message 999" in run.stderr, run.stderr)
        check(run.returncode != 0, "it was not done, and the exit code is 0")
        run = script(server, "--name", "bop", "--json", input='{"type":"say"}\n')
        check("text" in run.stderr, run.stderr)
        run = script(server, "--name", "boq", "--json", input='{"type":"say","room":"nowhere","text":"x"}\n')
        check("You are not in the room nowhere." in run.stderr, run.stderr)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
