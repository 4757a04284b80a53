#!/usr/bin/env python3
"""confab-cli and confab-server for Windows (Wine's): a script's pipes, a console, Linux clients at a Windows server."""
import json
import os
import random
import sys
import tempfile

from _windows import windows  # it knows where the other kits are
from _terminal import Terminal, script
from files import card, press
from libgui import check, equal, run_scenes, sha256, start_server
from peer import start_secure

HARD = "é ü ß · 日本語 · 👍"


def scene_script():
    """What comes in a pipe is said, what is said comes out, as UTF-8; a file goes, and one is told when nobody answers."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "Äpfel 日本.bin")
    with open(path, "wb") as file:
        file.write(random.Random(1).randbytes(3_000_000))
    with start_server() as server, windows() as (screen, wine):
        cli, address = wine.path(wine.exe("confab-cli")), ["127.0.0.1", str(server.port)]
        peer = server.peer("peer", join="lobby")
        wine.run(cli, *address, "--name", "bot", input=f"hello\r\n{HARD}\nno end of line".encode())
        for text in ("hello", HARD, "no end of line"):
            equal(peer.expect("said")["text"], text, "what was said")
        wine.run(cli, *address, "--name", "bot é 日本", "--send", wine.path(path), input=b"")
        file = peer.expect("file")
        equal((file["label"], file["name"]), (os.path.basename(path), "bot é 日本"), "the file and its sender")
        done = peer.expect("file-done")
        equal(done["sha256"], sha256(path), "the bytes")
        done = wine.run(cli, *address, "--name", "ear", "--listen", "--json", "--for", "2", input=b"heard\n")
        said = [json.loads(line) for line in done.stdout.decode().splitlines()]
        check(any(line.get("text") == "heard" for line in said), f"it printed {said}")
        server.stop()
        done = wine.run(cli, *address, "--name", "bot", input=b"hi\n", code=1)
        check(b"127.0.0.1" in done.stderr, f"it wrote {done.stderr}")


def scene_console():
    """A person at a console: what she types is said, what others say is shown."""
    with start_server() as server, windows() as (screen, wine):
        peer = server.peer("peer", join="lobby")
        ann = Terminal(server, "--yes", "--terminal", "--name", "ann", program=wine.tool("confab-cli"))
        peer.expect("joined", name="ann")
        peer.say("hello " + HARD)
        ann.wait_for(".*hello.*")
        ann.type("typed é\r")
        equal(peer.expect("said", name="ann")["text"], "typed é", "what was typed")
        ann.type("!q\r")
        peer.expect("left", name="ann")


def scene_server():
    """Linux people at a server on Windows: text, a file, Ctrl+C; what was said is there when it starts again."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "large.bin")
    with open(path, "wb") as file:
        file.write(random.Random(2).randbytes(20_000_000))
    with windows(2) as (screen, wine):
        data = os.path.join(wine.home, "Server é")

        def start():
            return start_secure(program=wine.tool("confab-server"), data=wine.path(data))
        with start() as server:
            ann = screen.window(server, name="ann")
            bob = screen.window(server, name="bob")
            ann.say(HARD)
            bob.wait_for("message", HARD, value="ann")
            screen.drag_files([path], ann)
            press(bob, card(bob, "large.bin", verb="Save"))
            card(bob, "large.bin", verb="Show in folder")
            equal(sha256(os.path.join(bob.downloads, "large.bin")), sha256(path), "the bytes")
            done = script(server, "--name", "bot", input="from a script\n")
            equal(done.returncode, 0, done.stderr)
            ann.wait_for("message", "from a script")
            check(any(os.path.getsize(os.path.join(data, "blobs", name)) == 20_000_000
                      for name in os.listdir(os.path.join(data, "blobs"))), "the file is kept")
            ann.close()
            bob.close()
            # Ctrl+C by the end of this block; it must end with 0 and say so
        wine.wait_ended("confab-server.exe")
        with start() as server:
            cy = screen.window(server, name="cy")
            cy.wait_for("message", HARD)
            cy.wait_for("message", "from a script")
            dan = server.peer("dan", join="lobby")
            dan.say("after it")
            cy.wait_for("message", "after it")
            server.kill()
            wine.wait_ended("confab-server.exe")
            cy.wait_for("text", contains="connect")
            cy.close()
        with start() as server:  # killed in the middle: what was said is there
            dan = server.peer("eve")
            dan.join("lobby", seq=0)
            dan.expect("said", text="after it")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
