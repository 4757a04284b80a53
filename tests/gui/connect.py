#!/usr/bin/env python3
"""The first screen: who am I, who is here, what went wrong, in words.

Runs in a network of its own (a network namespace), so that nothing is announced on that of this computer.
"""
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

from libgui import BIN, PATIENCE, Failed, Screen, check, equal, run, run_scenes, start_server

INSIDE = "CONFAB_GUI_INSIDE"
FOUND_WITHIN = 5.0  # seconds; UX.md says 3, sanitizers are slow


def go_inside():
    """Run this file again where there is no network but what is made below."""
    if os.environ.get(INSIDE):
        run("ip", "link", "set", "lo", "up")
        # a cable that carries announcements and leads nowhere
        run("ip", "link", "add", "wire", "type", "veth", "peer", "name", "end")
        run("ip", "link", "set", "end", "up")
        run("ip", "addr", "add", "10.77.0.1/24", "broadcast", "10.77.0.255", "dev", "wire")
        run("ip", "link", "set", "wire", "up", "multicast", "on")
        return
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    if not shutil.which("ip") or subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        print("skipped: this computer allows no network namespaces, or has no iproute2")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp(unshare[0], [*unshare, sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def enter(window, address):
    """Type an address and press Enter."""
    window.click("field", "Address")
    window.key("ctrl+a", "Delete")
    if address:
        window.wait_for("field", "Address", value="", focused=True)
        window.paste(address) if not address.isascii() else window.type(address)
    window.wait_for("field", "Address", value=address)
    window.key("Return")


def wait_words(window, *words):
    """One sentence below the address that holds all of these; near the field, inside the window, in red."""
    def look(dump):
        return next((item for item in dump["items"] if item["role"] == "text" and
                     all(word.lower() in item["label"].lower() for word in words)), None)
    text = window.wait_until(look, f"words with {words}")
    field = window.wait_for("field", "Address")
    check(0 <= text["y"] - (field["y"] + field["h"]) < 30, f"the words are not below the address: {text}, {field}")
    check(abs(text["x"] - field["x"]) < 3, "and begin where it begins")
    picture = window.pixels_of(text)
    red = max(picture.data[i] - picture.data[i + 2] for i in range(0, len(picture.data), 3))
    check(red > 60, f"the words are not red ({red})")
    return text


def scene_errors_in_words():
    """What is wrong stands below the address, the address stays, and it can be tried again."""
    with Screen() as screen, socket.socket() as nobody, socket.socket() as web:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        web.bind(("127.0.0.1", 0))
        web.listen()

        def answer():
            while True:
                try:
                    one, _ = web.accept()
                    one.recv(100)
                    one.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
                    one.close()
                except OSError:
                    return
        threading.Thread(target=answer, daemon=True).start()

        ann = screen.window(None, name="ann")
        ann.wait_for("button", "Start a chat on this computer")
        refused = f"127.0.0.1:{nobody.getsockname()[1]}"
        enter(ann, refused)
        wait_words(ann, "refused")
        equal(ann.wait_for("field", "Address")["value"], refused, "the address that was typed")
        ann.type("0")  # whoever writes has read it
        chat = f"127.0.0.1:{web.getsockname()[1]}"
        for address, words in (("127.0.0.1:99999", "127.0.0.1:99999\" is not an address"),
                               ("10.1.2.3:5050", "No route to host: 10.1.2.3:5050"),
                               ("no.such.computer.invalid", "known computer name"),
                               ("not an address at all", "not an address at all\" is not"),
                               ("[::1", "[::1\" is not an address"),
                               (chat, f"{chat}, but it is not a Confab chat server")):
            enter(ann, address)
            wait_words(ann, words)
            ann.wait_for("button", "Start a chat on this computer", disabled=False)
        enter(ann, "")
        ann.wait_for("button", "Start a chat on this computer")
        check(not ann.find("field", "Message"), "no chat was joined")

        with start_server() as server:
            enter(ann, f"127.0.0.1:{server.port}")
            ann.wait_for("field", "Message")
            ann.close()


def scene_names():
    """The name of the system's user is there; a taken or an impossible one is explained in place; it is remembered."""
    person = pwd.getpwuid(os.geteuid())
    expected = (person.pw_gecos.split(",")[0] or person.pw_name)
    with start_server() as server, Screen() as screen:
        server.peer("Taken", join="lobby")
        window = screen.window(None, name=None)
        equal(window.wait_for("field", "Your name")["value"], expected, "the name that is filled in")

        def rename(name):
            window.click("field", "Your name")
            window.key("ctrl+a")
            window.paste(name) if name else window.key("Delete")
            window.wait_for("field", "Your name", value=name)

        rename("tAKEN")
        enter(window, f"127.0.0.1:{server.port}")
        wait_words(window, "already")
        rename("")
        enter(window, f"127.0.0.1:{server.port}")
        field = window.wait_for("field", "Your name", focused=True)
        window.wait_until(lambda dump: any(item["role"] == "text" and 0 <= item["y"] - field["y"] - field["h"] < 30 and
                                           "name" in item["label"] for item in dump["items"]), "words below the name")
        rename("Žofie 日本")
        enter(window, f"127.0.0.1:{server.port}")
        window.wait_for("field", "Message")
        window.wait_for("member", "Žofie 日本", value="you")
        window.close()

        again = screen.window(None, name=None, home=window.home)
        equal(again.wait_for("field", "Your name")["value"], "Žofie 日本", "the name after a restart")
        again.wait_for("text", "Used before")
        again.wait_for("text", contains=f"port {server.port}")
        again.click("button", "Join")
        again.wait_for("field", "Message")
        again.wait_for("member", "Žofie 日本", value="you")


def scene_keys():
    """Pointing at "encrypted" shows the server's key; another key at the same address stops, in words."""
    with Screen() as screen:
        with start_server() as first:
            old = first.wait_line("  key: ").split(": ")[1]
            ann = screen.window(first, name="ann")
            ann.wait_for("field", "Message")
            ann.point(ann.wait_for("text", contains="· encrypted"))
            ann.wait_for("tip", f"Key: {old}")
            ann.leave_chat()
            ann.wait_for("button", "Start a chat on this computer")
        with start_server(port=first.port) as second:
            new = second.wait_line("  key: ").split(": ")[1]
            enter(ann, f"127.0.0.1:{second.port}")
            words = wait_words(ann, "has another key than before")["label"]
            check(old in words and new in words and "Nothing was sent" in words, words)
            known = glob.glob(os.path.join(ann.home, "**", "known-servers"), recursive=True)
            check(len(known) == 1 and known[0] in words, f"{known} in {words}")
            with open(known[0], "w", encoding="ascii"):
                pass  # what the words say
            ann.type("0")  # whoever writes has read it
            enter(ann, f"127.0.0.1:{second.port}")
            ann.wait_for("field", "Message")
            ann.close()


def scene_command_line():
    """HOST PORT joins at once; mistakes are one sentence and exit code 2."""
    with start_server() as server, Screen() as screen:
        window = screen.window(server, name="ann", room="music")
        window.wait_for("row", "music", checked=True)
        window.close()
        for words in (["--size", "big"], ["--theme", "pink"], ["--nonsense"], ["a", "1", "b"], ["--name"]):
            done = subprocess.run([window.command[0], *words], env=window.env, capture_output=True, text=True,
                                  timeout=PATIENCE)
            equal((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), f"{words}: {done.stderr}")
        check(run(window.command[0], "--version").startswith(b"confab "), "--version")
        for option in ("--name", "--ui-dump", "--no-discovery", "--downloads"):
            check(option.encode() in run(window.command[0], "--help"), f"{option} is not in --help")


def scene_start_a_chat_here():
    """One button is all it takes; the next person joins by address; the history outlives the host's window."""
    with Screen(2) as screen:
        ann = screen.window(None, name="ann")
        ann.click("button", "Start a chat on this computer")
        ann.wait_for("field", "Message")
        ann.wait_for("text", contains="this computer")
        ann.say("it is mine")
        bob = screen.window(None, name="bob", address=("127.0.0.1",))
        bob.wait_for("message", "it is mine", value="ann")
        bob.say("and I am in it")
        ann.wait_for("message", "and I am in it", value="bob")
        ann.wait_still()
        ann.close()
        bob.wait_for("button", "Retry now")
        bob.wait_for("message", "and I am in it")  # still to be read
        bob.close()

        again = screen.window(None, name="ann", home=ann.home)
        again.click("button", "Start a chat on this computer")
        again.wait_for("message", "it is mine", value="ann")
        again.wait_for("message", "and I am in it", value="bob")
        again.close()


class Announced:
    """confab-server as people start it, which calls out on the network."""

    def __init__(self, address, port, name):
        self.data = tempfile.mkdtemp()
        self.process = subprocess.Popen([os.path.join(BIN, "confab-server"), address, str(port), "--name", name,
                                         "--data", self.data], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in self.process.stdout:
            if line.startswith(b"[SERVER LISTENING]"):
                return
        raise Failed(f"no server at {address} {port}")

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        equal(self.process.returncode, 0, "exit code of the server")


def scene_found_on_the_network():
    """Servers that call out are listed with their people, and one click joins."""
    studio = Announced("0.0.0.0", 5051, "Studio")
    with Screen(2) as screen:
        ann = screen.window(None, name="ann", discovery=True)
        row = ann.wait_for("row", "Studio", patience=FOUND_WITHIN)
        ann.wait_for("text", contains="0 people")
        reading = Announced("10.77.0.1", 5052, "Reading room")
        ann.wait_for("row", "Reading room", patience=FOUND_WITHIN)
        check(ann.wait_for("text", "On this network")["y"] < row["y"], "the list has its heading")

        row = ann.settled("row", "Studio")
        join = [item for item in ann.find("button", "Join") if row["y"] < item["y"] < row["y"] + row["h"]]
        equal(len(join), 1, "buttons in the row")
        ann.point(join[0])
        screen.xdotool("click", 1)
        ann.wait_for("field", "Message")
        ann.wait_for("text", "Studio")

        bob = screen.window(None, name="bob", discovery=True)
        bob.wait_for("text", contains="1 person", patience=FOUND_WITHIN)
        bob.wait_for("row", "Studio")
        bob.point(bob.settled("row", "Studio"), fx=0.4)
        screen.xdotool("click", "--repeat", 2, "--delay", 60, 1)
        bob.wait_for("field", "Message")
        ann.wait_for("member", "bob")
        ann.say("found you")
        bob.wait_for("message", "found you")

        # who is gone is not offered any longer
        bob.leave_chat()
        bob.wait_for("row", "Reading room", patience=FOUND_WITHIN)
        reading.end()
        bob.wait_gone("row", "Reading room")
    studio.end()


def scene_host_is_found():
    """A chat that was started by the button is found by the others, and joined by a click."""
    with Screen(2) as screen:
        ann = screen.window(None, name="ann", discovery=True)
        bob = screen.window(None, name="bob", discovery=True)
        bob.wait_for("text", "Looking for chats on this network…")
        ann.click("button", "Start a chat on this computer")
        ann.wait_for("field", "Message")
        bob.wait_for("button", "Join", patience=FOUND_WITHIN)
        bob.click("button", "Join")
        bob.wait_for("field", "Message")
        ann.wait_for("member", "bob")
        bob.say("hello host")
        ann.wait_for("message", "hello host", value="bob")


def scene_no_one_there():
    with Screen() as screen:
        ann = screen.window(None, name="ann", discovery=True)
        ann.wait_for("text", "Looking for chats on this network…")
        ann.wait_for("text", contains="No chat found yet")
        equal(ann.find("button", "Join"), [], "chats that are not there")


if __name__ == "__main__":
    go_inside()
    run_scenes(sys.modules[__name__])
