#!/usr/bin/env python3
"""confab-cli in a pipe: posts, prints JSON, sends files, listens; and its exit codes."""
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

from peer import PATIENCE, Failed, check, equal, start_secure as start_server, run_scenes
from _terminal import PROGRAM, environment, script


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def events(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


class Listener:
    """confab-cli --listen, its standard output read line by line."""

    def __init__(self, server, *options, home=None):
        self.home = home or tempfile.mkdtemp(prefix="confab-listener-")
        self.downloads = os.path.join(self.home, "downloads")
        self.process = subprocess.Popen(
            [PROGRAM, "127.0.0.1", str(server.port), "--listen", "--downloads", self.downloads, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(self.home))

    def wait(self, fits):
        """The first line that fits."""
        for line in self.process.stdout:
            if fits(line.rstrip("\n")):
                return line.rstrip("\n")
        raise Failed(f"it ended: {self.process.stderr.read()}")

    def stop(self, code=0):
        self.process.send_signal(signal.SIGTERM)
        out, errors = self.process.communicate(timeout=PATIENCE)
        equal(self.process.returncode, code, f"exit code ({errors})")
        return out, errors


def scene_echo_posts():
    """echo hi | confab-cli HOST PORT --name bot"""
    with start_server() as server:
        dot = server.peer("dot", join="lobby")
        run = script(server, "--name", "bot", input="hi\n")
        equal((run.returncode, run.stdout, run.stderr), (0, "", ""), "exit code and output")
        equal(dot.expect("said", name="bot")["text"], "hi", "what was said")
        run = script(server, "--name", "bob", input="one\r\n\n  two\n \nno end of line")
        equal(run.returncode, 0, run.stderr)
        equal([dot.expect("said", name="bob")["text"] for _ in range(3)],
              ["one", "  two", "no end of line"], "every line is a message")
        home = tempfile.mkdtemp(prefix="confab-script-")
        for _ in range(2):  # the same person again: the name is theirs
            run = script(server, "--name", "cron", input="done\n", home=home)
            equal((run.returncode, run.stderr), (0, ""), "exit code")
            dot.expect("said", name="cron")


def scene_many_lines():
    """More lines than may be under way at once, in order, all of them, each once."""
    with start_server() as server:
        dot = server.peer("dot", join="lobby")
        run = script(server, "--name", "bot", input="".join(f"{i}\n" for i in range(2000)))
        equal((run.returncode, run.stderr), (0, ""), "exit code")
        equal([dot.expect("said")["text"] for _ in range(2000)], [str(i) for i in range(2000)], "lines")


def scene_a_room_by_address():
    """confab://HOST:PORT/ROOM, and --room."""
    with start_server() as server:
        dot = server.peer("dot", join="garden")
        run = script(server, "--name", "bot", input="rain\n",
                     address=[f"confab://127.0.0.1:{server.port}/garden"])
        equal((run.returncode, run.stderr), (0, ""), "exit code")
        equal(dot.expect("said", text="rain")["room"], "garden", "the room")
        run = script(server, "--name", "bot2", "--room", "garden", input="sun\n")
        equal((run.returncode, run.stderr), (0, ""), "exit code")
        equal(dot.expect("said", text="sun")["room"], "garden", "the room")


def scene_send():
    """--send ends when the server has it all: another one can get every byte then."""
    folder = tempfile.mkdtemp(prefix="confab-files-")
    paths = []
    for i, name in enumerate(("a.bin", "b c.bin")):
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "wb") as file:
            file.write(random.Random(i).randbytes(700_000))
    with start_server() as server:
        run = script(server, "--name", "bot", "--send", paths[0], "--send", paths[1], "--json")
        equal((run.returncode, run.stderr), (0, ""), "exit code")
        sent = [event for event in events(run) if event["type"] == "sent"]
        equal({event["label"] for event in sent}, {"a.bin", "b c.bin"}, "what was sent")
        dot = server.peer("dot", join="lobby")
        for _ in paths:
            file = dot.expect("file")
            done = dot.expect("file-done", file=file["file"])
            data = dot.fetch(file["file"], file["size"])
            equal(hashlib.sha256(data).hexdigest(), done["sha256"], "the bytes")
            check(data in [open(path, "rb").read() for path in paths], "they are those of the file")


def scene_json():
    """One JSON object a line: what is said, joined, left, sent, saved."""
    with start_server() as server:
        ear = Listener(server, "--json", "--name", "ear")
        ear.wait(lambda line: json.loads(line)["type"] == "joined" and json.loads(line)["name"] == "ear")
        dot = server.peer("dot", join="lobby")
        ear.wait(lambda line: json.loads(line)["type"] == "joined" and json.loads(line)["name"] == "dot")
        dot.say("say \"hi\"\n\u00fc")
        said = json.loads(ear.wait(lambda line: json.loads(line)["type"] == "said"))
        equal(said["text"], "say \"hi\"\n\u00fc", "the text")
        check(said["seq"] > 0 and said["room"] == "lobby" and said["name"] == "dot", "fields of the wire")
        data = random.Random(7).randbytes(300_000)
        dot.upload(data, name="cat.jpg", kind="image")
        saved = json.loads(ear.wait(lambda line: json.loads(line)["type"] == "saved"))
        equal(saved["label"], "cat.jpg", "label")
        with open(saved["path"], "rb") as file:
            equal(hashlib.sha256(file.read()).hexdigest(), hashlib.sha256(data).hexdigest(), "the bytes")
        check(len(saved["file"]) == 16 and saved["room"] == "lobby", "file and room")
        dot.bye()
        ear.wait(lambda line: json.loads(line)["type"] == "left")
        ear.stop()


def scene_listen():
    """Chat lines on standard output; --for ends it; no progress, no escape sequences."""
    with start_server() as server:
        ear = Listener(server, "--name", "ear")
        server.wait_line("[JOINED] ear")
        dot = server.peer("dot", join="lobby")
        ear.wait(lambda line: line == "dot joined the chat!")
        dot.say("one\ntwo\x1b")
        ear.wait(lambda line: line == "[dot] one")
        ear.wait(lambda line: line == "      two\u241b")
        dot.upload(b"z" * 400_000, name="z.bin")
        path = ear.wait(lambda line: line.startswith("z.bin is saved: ")).partition(": ")[2]
        equal(os.path.getsize(path), 400_000, "size of what was saved")
        out, errors = ear.stop()
        equal((out, errors), ("", ""), "the rest of the output")
        start = time.monotonic()
        run = script(server, "--name", "clock", "--listen", "--for", "1", input="tick\n")
        equal((run.returncode, run.stderr), (0, ""), "exit code")
        check(time.monotonic() - start >= 1, "it stayed a second")
        dot.expect("said", text="tick")


def scene_could_not_connect():
    """Exit 1 and one sentence."""
    with start_server() as server:
        run = script(None, "--name", "bot", input="hi\n", address=["127.0.0.1", str(free_port())])
        equal((run.returncode, run.stdout), (1, ""), "exit code and output")
        check(run.stderr.startswith("Connection refused") and run.stderr.count("\n") == 1, run.stderr)
        run = script(None, "--name", "bot", input="hi\n", address=["nobody.invalid"])
        equal((run.returncode, run.stderr.count("\n")), (1, 1), f"exit code and lines of {run.stderr!r}")
        check("nobody.invalid" in run.stderr, run.stderr)
        alone = ["unshare", "-rn"]  # a network without any interface: nothing can leave it
        if subprocess.run([*alone, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            run = subprocess.run([*alone, PROGRAM, "192.0.2.1", "--name", "bot"], input="hi\n", text=True,
                                 capture_output=True, timeout=PATIENCE,
                                 env=environment(tempfile.mkdtemp(prefix="confab-script-")))
            equal(run.returncode, 1, run.stderr)
            check(run.stderr.startswith("No route to host") and run.stderr.count("\n") == 1, run.stderr)
        server.peer("taken", join="lobby")
        run = script(server, "--name", "taken", input="hi\n")
        equal((run.returncode, run.stderr.count("\n")), (1, 1), f"exit code and lines of {run.stderr!r}")
        # nowhere to keep who one is: nothing was said, and a script must see that
        with tempfile.NamedTemporaryFile() as file:
            nowhere = dict(environment(file.name), TMPDIR=file.name)
            run = subprocess.run([PROGRAM, "127.0.0.1", str(server.port), "--name", "ann"], input="hi\n", text=True,
                                 capture_output=True, timeout=PATIENCE, env=nowhere)
            equal((run.returncode, run.stdout), (1, ""), f"exit code and output ({run.stderr!r})")


def scene_the_command_line():
    """Exit 2 for what makes no sense; --help and --version."""
    for words in ([], ["host", "70000"], ["host", "1", "2"], ["host", "--frob"], ["host", "--for", "1"],
                  ["host", "--name"], ["[::1", "5050"], ["127.0.0.1", "--name", "\x07"],
                  ["127.0.0.1", "--name", "x" * 33], ["127.0.0.1", "--room", "a/b"]):
        run = script(None, *words, address=[])
        equal((run.returncode, run.stdout), (2, ""), f"exit code and output of {words} ({run.stderr!r})")
        equal(run.stderr.count("\n"), 1, f"lines of {run.stderr!r}")
    run = script(None, "--help", address=[])
    equal((run.returncode, run.stderr), (0, ""), "--help")
    for word in ("--name", "--room", "--downloads", "--yes", "--terminal", "--json", "--send", "--listen",
                 "--for", "--version", "    0 ", "    1 ", "    2 ", "    3 "):
        check(word in run.stdout, f"{word!r} in --help")
    run = script(None, "--version", address=[])
    equal(run.returncode, 0, "--version")
    check(run.stdout.startswith("confab-cli "), run.stdout)


def scene_not_delivered():
    """Exit 3: we were there, and something did not arrive. The rest did."""
    with start_server("--max-upload", "100000") as server:
        dot = server.peer("dot", join="lobby")
        run = script(server, "--name", "bot", "--send", "/nobody/here.txt")
        equal(run.returncode, 3, run.stderr)
        check("/nobody/here.txt" in run.stderr, run.stderr)
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * 100_001)
            file.flush()
            run = script(server, "--name", "bob", "--send", file.name)
            equal(run.returncode, 3, run.stderr)
        run = script(server, "--name", "cem", input="first\n" + "x" * 16385 + "\n" + "y" * 16384 + "\nlast\n")
        equal(run.returncode, 3, run.stderr)
        equal([dot.expect("said", name="cem")["text"] for _ in range(3)], ["first", "y" * 16384, "last"], "texts")


def scene_server_restarts():
    """What was read before the server went away arrives after it is back, once."""
    with start_server() as server:
        data, port = server.data, server.port
        pipe = subprocess.Popen([PROGRAM, "127.0.0.1", str(port), "--name", "bot"], stdin=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True,
                                env=environment(tempfile.mkdtemp(prefix="confab-script-")))
        pipe.stdin.write("before\n")
        pipe.stdin.flush()
        server.wait_line("[bot] before")
        server.kill()
        pipe.stdin.write("while it was away\n")
        pipe.stdin.close()
        time.sleep(0.3)
        with start_server(data=data, port=port) as again:
            dot = again.peer("dot", join="lobby")
            dot.expect("said", text="while it was away")
            equal(pipe.wait(timeout=PATIENCE * 2), 0, "exit code")
            pipe.stderr.close()
            dot.sync()
            dot.expect_none("said", text="while it was away")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
