#!/usr/bin/env python3
"""Who may come in, and how much: each limit gone past by one, what the server says then, and that
nothing is lost."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from _terminal import Terminal, script
from ops import config, wait_log
from peer import BIN, PATIENCE, Peer, Server, check, equal, run_scenes, secret_of, start_server

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


def scene_what_never_comes_again_is_waited_for_five_seconds():
    with start_server("--rate", str(RATE)) as server:
        ann = server.peer("ann", join="lobby")
        for i in range(BURST + 1):
            id = ann.say(f"m{i}")
        equal(ann.expect("error", re=id)["code"], "too-fast", "what is given up now")
        start = time.monotonic()
        while True:  # as clients do: again when it may
            ann.say("another", id="another")
            answer = ann.next()
            while answer["type"] not in ("said", "error") or answer.get("name") == "ann" and answer["id"] != "another":
                answer = ann.next()
            if answer["type"] == "said":
                break
            check(time.monotonic() - start < 15, "five seconds are enough")
            time.sleep(answer["wait"] / 1000)
        check(time.monotonic() - start > 3, "it was waited for")


def scene_who_deletes_too_fast_may_still_speak():
    with start_server("--rate", str(RATE)) as server:
        ann = server.peer("ann", join="lobby")
        for _ in range(BURST + 2):
            ann.send("delete", room="lobby", of=10 ** 6)
        codes = [ann.expect("error", re="lobby")["code"] for _ in range(BURST + 2)]
        equal(codes, ["no-such-message"] * BURST + ["too-fast"] * 2, "deleting is paid for as saying is")
        time.sleep(1)
        ann.say("still here", id="here")
        ann.expect("said", id="here")


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


def is_fast(peer):
    """May it say more at once than people may?"""
    left = {peer.say("quick") for _ in range(2 * BURST)}
    fast = True
    while left:
        msg = peer.next()
        check(msg is not None, f"answers to {left}")
        if msg["type"] == "error":
            equal(msg["code"], "too-fast", "code")
            left.remove(msg["re"])
            fast = False
        elif msg["type"] == "said":
            left.discard(msg["id"])
    return fast


def is_admin(peer):
    peer.send("admin", action="kick", target="nobody at all")
    return {"nobody": True, "not-admin": False}[peer.expect("error")["code"]]


def scene_who_is_a_machine_or_an_admin_may_change():
    path = config("bot = Robbie\nadmin = Ann\nlog-level = info\n")
    with start_server("--rate", str(RATE), "--config", path) as server:
        ann, bob = (server.peer(name, join="lobby") for name in ("ann", "bob"))
        robbie = server.peer("robbie", join="lobby")
        equal([is_admin(peer) for peer in (ann, bob, robbie)], [True, False, False], "admins")
        equal([is_fast(peer) for peer in (robbie, bob)], [True, False], "machines")
        # with another name, also on the connection that came under the old one; and back
        server.peer("robert", secret=secret_of("robbie"))
        equal(is_fast(robbie), False, "a machine of another name")
        robbie = server.peer("ROBBIE", secret=secret_of("robbie"), join="lobby")
        equal(is_fast(robbie), True, "the old name in other letters")
        # the file says something else; an admin that is none any more may be called otherwise
        folder = os.path.dirname(path)
        config("admin = BOB\nlog-level = info\n", folder)
        server.process.send_signal(signal.SIGHUP)
        read = len(wait_log(server, "was read again"))
        equal([is_admin(peer) for peer in (ann, bob)], [False, True], "admins after it")
        server.peer("anna", secret=secret_of("ann"))
        eve = server.peer("ann", secret=secret_of("eve"))
        config("bot = Cyd\nadmin = BOB\nadmin = anna\nlog-level = info\n", folder)
        server.process.send_signal(signal.SIGHUP)
        wait_log(server, "was read again", read)
        equal([is_admin(peer) for peer in (ann, bob, eve)], [True, True, False], "admins after that")
        equal(is_fast(robbie), False, "no machine after it")
        equal(is_fast(server.peer("cyd", join="lobby")), True, "a new one")
        ann.send("admin", action="kick", target="bob")
        equal(ann.expect("error")["code"], "not-allowed", "admins are safe from admins")


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


def scene_so_many_new_people_come_from_an_address():
    with start_server("--newcomers", "3", host="0.0.0.0") as server:
        for i in range(3):
            equal(try_hello(server, f"p{i}", source="127.0.0.2")["type"], "welcome", f"person {i}")
        error = try_hello(server, "p3", source="127.0.0.2")
        equal(error["code"], "too-many-newcomers", "the fourth")
        check(0 < error["wait"] <= 20000, f"three a minute: {error}")
        equal(try_hello(server, "p0", source="127.0.0.2")["type"], "welcome", "who was here before")
        equal(try_hello(server, "p3", source="127.0.0.3")["type"], "welcome", "from another address")
        for i in range(4, 10):
            equal(try_hello(server, f"p{i}")["type"], "welcome", "this computer's own")


def scene_who_comes_and_goes_makes_so_many_lines():
    """A `hello` takes people back into their rooms for nothing, but not again and again."""
    most = 256 + 5
    with start_server("--joins", "5") as server:
        for i in range(most):
            eve = server.peer("eve", resume={"lobby": 0})
            eve.expect("room")
            eve.bye()
        eve = server.peer("eve", resume={"lobby": 0})
        error = eve.expect("error", re="lobby")
        equal(error["code"], "too-fast", "once more")
        bob = server.peer("bob", resume={"lobby": 1})
        joined = sum(1 for m in iter(lambda: bob.next(0.3), None) if m["type"] == "joined")
        equal(joined, most - 1 + 1, "what others read: all but the first, and bob")


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


PASSWORD = "correct horse, battery: staple ✓"


def set_password(data, text, code=0):
    run = subprocess.run([os.path.join(BIN, "confab-server"), "--data", data, "--set-password"], input=text + "\n",
                         capture_output=True, text=True, timeout=PATIENCE)
    equal(run.returncode, code, f"--set-password: {run.stderr}")
    return run.stdout + run.stderr


def try_hello(server, name, password=None, source=None):
    """The answer to one hello on a connection of its own."""
    peer = Peer(server.port, source=source)
    peer.hello(name, **({} if password is None else {"password": password}))
    answer = peer.next()
    peer.close()
    return answer


def folder_with_password(text=PASSWORD):
    data = tempfile.mkdtemp(prefix="confab-data-")
    set_password(data, text)
    return data


def scene_a_password_is_kept_as_a_hash():
    data = folder_with_password()
    path = os.path.join(data, "password")
    equal(os.stat(path).st_mode & 0o777, 0o600, "who may read it")
    with open(path, encoding="ascii") as file:
        first = file.read()
    check(first.startswith("scrypt 16384 8 5 "), first)
    set_password(data, PASSWORD)
    with open(path, encoding="ascii") as file:
        check(file.read() != first, "each time another salt")
    set_password(data, "x" * 256)
    check("too long" in set_password(data, "x" * 257, code=1), "longer than 256 bytes")
    check("no password any more" in set_password(data, ""), "taken away")
    check(not os.path.exists(path), "the file has gone")
    with start_server(data=data) as server:
        server.peer("ann", join="lobby")


def scene_only_who_knows_the_password_comes_in():
    data = folder_with_password()
    with start_server("--log-level", "debug", data=data) as server:
        peer = Peer(server.port)
        for password, code in ((None, "password-needed"), ("wrong", "wrong-password"), (PASSWORD + " ", "wrong-password")):
            peer.hello("ann", **({} if password is None else {"password": password}))
            equal(peer.expect("error")["code"], code, f"the answer to {password}")
        peer.send("join", room="lobby")
        equal(peer.expect("error")["code"], "not-allowed", "nothing else is heard")
        peer.hello("ann", password=PASSWORD)
        peer.expect("welcome")
        peer.close()
        equal(try_hello(server, "bob", "wrong")["code"], "wrong-password", "now that it is known")
        equal(try_hello(server, "bob", PASSWORD)["type"], "welcome", "and right")
        peer = Peer(server.port)
        for _ in range(4):
            peer.hello("carl")
            equal(peer.expect("error")["code"], "password-needed", "without")
        peer.hello("carl")
        equal([m["code"] for m in peer.expect_closed()], ["password-needed"], "five hellos are enough")
        check(PASSWORD not in server.errors() and "wrong\n" not in server.errors(), "passwords in the log")
    for name in ("password", "people/000001.seg"):
        with open(os.path.join(data, name), "rb") as file:
            check(PASSWORD.encode() not in file.read(), f"the password is in {name}")


def scene_five_wrong_ones_and_the_address_waits():
    with start_server(data=folder_with_password()) as server:
        def there(password):
            return try_hello(server, "eve", password, source="127.0.0.2")
        for i in range(4):
            equal(there(f"guess {i}")["code"], "wrong-password", f"try {i + 1}")
        error = there("guess 5")
        equal(error["code"], "too-many-tries", "try 5")
        check(59000 < error["wait"] <= 60000, f"a minute: {error}")
        equal(there(PASSWORD)["code"], "too-many-tries", "even the right one has to wait")
        equal(try_hello(server, "ann", PASSWORD)["type"], "welcome", "another address")
        peer = Peer(server.port, source="127.0.0.2")
        peer.hello("eve", password=PASSWORD)
        equal([m["code"] for m in peer.expect_closed()], ["too-many-tries"], "it is closed")
        peer.close()


def scene_all_come_back_at_once():
    """After a start the first check takes time; who comes meanwhile waits for it, and is not counted as guessing."""
    with start_server(data=folder_with_password()) as server:
        peers = [Peer(server.port) for _ in range(30)]
        for i, peer in enumerate(peers):
            peer.hello(f"p{i}", password=PASSWORD)
            peer.send("hello", version=1, name="again", secret="x" * 16, password=PASSWORD)
        for peer in peers:
            peer.expect("error", code="not-allowed")
            peer.expect("welcome")
            peer.close()
        gone = [Peer(server.port) for _ in range(3)]
        for peer in gone:
            peer.hello("gone", password=PASSWORD)
            peer.close()


def scene_a_password_file():
    path = os.path.join(tempfile.mkdtemp(prefix="confab-file-"), "secret")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PASSWORD + "\nanother line\n")
    with start_server("--password-file", path) as server:
        equal(try_hello(server, "ann")["code"], "password-needed", "without")
        equal(try_hello(server, "ann", "another line")["code"], "wrong-password", "wrong")
        equal(try_hello(server, "ann", PASSWORD)["type"], "welcome", "right")
        if sys.platform == "linux":
            with open(f"/proc/{server.process.pid}/cmdline", "rb") as file:
                line = file.read()
        else:
            line = subprocess.check_output(["ps", "-ww", "-o", "args=", "-p", str(server.process.pid)])
        check(b"--password-file" in line and PASSWORD.encode() not in line, "it is in the process list")
        # the terminal client in a pipe
        run = script(server, "--name", "bob", "--password-file", path, input="hello\n")
        equal((run.returncode, run.stderr), (0, ""), "with the file")
        run = script(server, "--name", "bob", input="hello\n")
        equal(run.returncode, 1, "without")
        check("asks for a password" in run.stderr, run.stderr)
        run = script(server, "--name", "bob", "--password-file", "/nowhere", input="hello\n")
        check(run.returncode == 2 and "/nowhere" in run.stderr, f"no such file: {run.stderr}")
    for text in ("\n", "x" * 257):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        run = subprocess.run([os.path.join(BIN, "confab-server"), "127.0.0.1", "0", "--no-beacon", "--data",
                              tempfile.mkdtemp(), "--password-file", path], capture_output=True, text=True, timeout=PATIENCE)
        check(run.returncode == 1 and "1 to 256 bytes" in run.stderr, f"{text!r}: {run.stderr}")


def scene_a_damaged_password_is_no_open_door():
    data = folder_with_password()
    path = os.path.join(data, "password")
    with open(path, encoding="ascii") as file:
        good = file.read()
    words = good.split()
    for bad in ("", "scrypt", good[:-2], " ".join(["scrypt", "16385", *words[2:]]), " ".join(["scrypt", "2097152", *words[2:]]),
                " ".join(["scrypt", "16384", "8", "17", *words[4:]])):
        with open(path, "w", encoding="ascii") as file:
            file.write(bad)
        run = subprocess.run([os.path.join(BIN, "confab-server"), "127.0.0.1", "0", "--no-beacon", "--data", data],
                             capture_output=True, text=True, timeout=PATIENCE)
        check(run.returncode == 1 and "is damaged" in run.stderr, f"{bad!r}: {run.stderr}")


def scene_a_person_is_asked_and_remembered_until_the_end():
    data = folder_with_password()
    with start_server(data=data) as server:
        ann = Terminal(server, "--yes", "--terminal", "--name", "ann")
        ann.wait("This server asks for a password.")
        ann.wait_for("Password: ?")
        ann.type("wrong\r")
        ann.wait("That is not the password of this server.")
        until = time.monotonic() + PATIENCE
        while ann.count("Password: ?") < 2:  # who types before the question is asked is seen
            check(time.monotonic() < until, "it is asked for again")
            ann.settle(0.1)
        ann.type(PASSWORD + "x\x7f\r")
        ann.wait_for(r"Client \d+ : ann")
        check(PASSWORD not in ann.screen.text() and "wrong" not in ann.screen.text().replace("wrong ", ""), "it was shown")
        port = server.port
        server.stop()
        again = Server(data, port=port)  # comes back by itself, without a question
        ann.wait("Connected again.")
        ann.type("here again\r")
        again.wait_line("[ann] here again")
        ann.type("\x04")
        ann.ended()
        again.stop()
        # Ctrl-C at the question leaves the terminal as it was
    with start_server(data=data) as server:
        bob = Terminal(server, "--yes", "--terminal", "--name", "bob")
        bob.wait_for("Password: ?")
        bob.type("\x03")
        bob.ended(1)


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
