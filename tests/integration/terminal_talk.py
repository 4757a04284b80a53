#!/usr/bin/env python3
# ctest labels: threads
"""confab-cli for a person: the old program's questions and lines, word for word, on a real terminal."""
import os
import select
import shutil
import signal
import socket
import stat
import sys
import tempfile
import termios

from peer import check, equal, start_secure as start_server, run_scenes
from _terminal import PROGRAM, Terminal, person


def scene_the_whole_dialogue():
    """Question by question; then two terminals and a peer talk, and leave."""
    with start_server() as server:
        sravya = Terminal(server)
        sravya.wait("Would you like to connect (yes/no)?")
        sravya.type("yes\r")
        sravya.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode")
        sravya.type("1\r")
        sravya.wait("Enter your Name :")
        sravya.type("sravya\r")
        sravya.wait("Total No of Clients: 1")
        sravya.wait("Client 1 : sravya")
        sanjay = Terminal(server)
        for line, answer in (("Would you like to connect (yes/no)?", "yes\r"),
                             ("Enter your preference mode: 1.Terminal Mode 2.GUI Mode", "1\r"),
                             ("Enter your Name :", "sanjay\r")):
            sanjay.wait(line)
            sanjay.type(answer)
        sanjay.wait("Client 2 : sanjay")
        lines = sanjay.settle()
        at = lines.index("Total No of Clients: 2")
        equal(lines[at + 1:at + 3], ["Client 1 : sravya", "Client 2 : sanjay"], "in order of arrival")
        sravya.wait("sanjay joined the chat!")
        equal(lines[:3], ["Would you like to connect (yes/no)? yes",
                          "Enter your preference mode: 1.Terminal Mode 2.GUI Mode 1",
                          "Enter your Name : sanjay"], "the dialogue on the screen")
        sravya.type("hello\r")
        sanjay.wait("[sravya] hello")
        sanjay.type("hello to you\r")
        sravya.wait("[sanjay] hello to you")
        equal(sravya.count(r".*hello"), 1, "own lines are not shown twice")
        server.wait_line("[sanjay] hello to you")
        sravya.type("!q\r")
        sravya.wait("Disconnected")
        sravya.ended(0)
        sanjay.wait("sravya exited the chat")
        sanjay.type("\x04")
        sanjay.wait("Disconnected")
        sanjay.ended(0)
        server.wait_line("[LEFT] sanjay")


def scene_no_means_no():
    """The server is not even called."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ann = Terminal(None, address=["127.0.0.1", str(listener.getsockname()[1])])
        ann.wait("Would you like to connect (yes/no)?")
        ann.type("perhaps\r")
        ann.wait("Would you like to connect (yes/no)? perhaps")
        ann.wait("Would you like to connect (yes/no)?")
        ann.type("no\r")
        ann.ended(0)
        check(not ann.find("Disconnected"), "there was no connection")
        check(not select.select([listener], [], [], 0.2)[0], "the server saw something")


def scene_names_that_cannot_be():
    """A bad and a taken name: a sentence, and the question again."""
    with start_server() as server:
        server.peer("sanjay", join="lobby")
        ann = Terminal(server, "--yes")
        ann.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode")
        ann.type("3\r")
        ann.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode 3")
        ann.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode")
        ann.type("1\r")
        ann.wait("Enter your Name :")
        ann.type("\r")
        ann.wait_for(".*name.*")
        ann.wait("Enter your Name :")
        ann.type("x" * 33 + "\r")
        ann.wait_for(".*32.*")
        ann.wait("Enter your Name :")
        ann.type("SANJAY\r")
        ann.wait_for("Someone else has this name.*")
        ann.wait("Enter your Name :")
        ann.type("ann\r")
        ann.wait("Client 2 : ann")
        ann.type("!q\r")
        ann.ended(0)
        bob = Terminal(server, "--yes", "--terminal", "--name", "sanjay")
        bob.wait("Enter your Name :")  # its flag answered the question; the server did not agree
        bob.type("bob\r")
        bob.wait("Client 2 : bob")
        bob.type("half a line\x03")  # Ctrl-C
        bob.wait("Disconnected")
        bob.ended(0)


def scene_the_window_instead():
    """2 starts confab with the same address and name, from the folder of the program."""
    folder = tempfile.mkdtemp(prefix="confab-bin-")
    told = os.path.join(folder, "told")
    shutil.copy(PROGRAM, os.path.join(folder, "confab-cli"))
    with open(os.path.join(folder, "confab"), "w", encoding="ascii") as window:
        window.write(f'#!/bin/sh\necho "$@" >{told}.part\nmv {told}.part {told}\n')
    os.chmod(os.path.join(folder, "confab"), stat.S_IRWXU)
    ann = Terminal(None, "--name", "ann", address=["server.invalid", "6001"],
                   program=os.path.join(folder, "confab-cli"))
    ann.wait("Would you like to connect (yes/no)?")
    ann.type("yes\r")
    ann.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode")
    ann.type("2\r")
    ann.ended(0)
    for _ in range(200):
        if os.path.exists(told):
            break
        select.select([], [], [], 0.05)
    with open(told, encoding="ascii") as said:
        equal(said.read(), "server.invalid 6001 --name ann\n", "what the window was told")


def scene_nobody_there():
    """A wrong address: one sentence, exit 1, the terminal as it was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ann = Terminal(None, "--yes", "--terminal", "--name", "ann", address=["127.0.0.1", str(port)])
    ann.wait_for("Connection refused.*")
    ann.ended(1)


def scene_three_terminals_and_a_peer():
    with start_server() as server:
        people = [person(server, name) for name in ("ann", "bob", "cem")]
        dot = server.peer("dot", join="lobby")
        for one in people:
            one.wait("dot joined the chat!")
        for one, name in zip(people, ("ann", "bob", "cem")):
            one.type(f"I am {name}\r")
            for other in people:
                if other is not one:
                    other.wait(f"[{name}] I am {name}")
            equal(dot.expect("said", name=name)["text"], f"I am {name}", "what the peer heard")
        dot.say("one\ntwo\n[ann] three")
        for one in people:
            one.wait("      two")
            one.wait("      [ann] three")  # it cannot pass for a line of ann's
        dot.bye()
        for one in people:
            one.wait("dot exited the chat")
            one.type("!q\r")
            one.ended(0)
            check(one.find("Disconnected"), "Disconnected")


def scene_a_line_being_typed_is_not_torn():
    """Lines that come in go above it, wherever the cursor is and however long it has become."""
    with start_server() as server:
        ann = person(server, "ann", width=40)
        dot = server.peer("dot", join="lobby")
        ann.wait("dot joined the chat!")
        ann.type("I am typing")
        ann.wait("> I am typing")
        dot.say("hush")
        ann.wait("[dot] hush")
        equal(ann.settle()[-2:], ["[dot] hush", "> I am typing"], "the end of the screen")
        ann.type("\x1b[D" * 6 + "not ")  # in the middle of it
        ann.wait("> I am not typing")
        dot.say("why?")
        equal(ann.wait("[dot] why?") and ann.settle()[-2:], ["[dot] why?", "> I am not typing"], "the end")
        ann.type("x")
        ann.wait("> I am not xtyping")
        ann.type("\x7f\x05 at all, or so I believe, in three lines \u65e5\u672c of this window here")
        whole = "> I am not typing at all, or so I believe, in three lines \u65e5\u672c of this window here"
        rows = [whole[:40], whole[40:78], whole[78:]]  # the two in the middle are two columns wide
        equal(ann.settle()[-3:], [row.rstrip() for row in rows], "three rows")
        for i in range(5):
            dot.say(f"line {i}")
        ann.wait("[dot] line 4")
        equal(ann.settle()[-8:], [f"[dot] line {i}" for i in range(5)] + rows, "above the rows")
        equal(ann.screen.text().count("I am not typing"), 1, "copies of what is typed")
        ann.type("\x1b")  # a lone Escape holds nothing up
        dot.say("still here?")
        ann.wait("[dot] still here?")
        ann.type("[C\x1b[999~\r")  # Right, at the end already; and a key that nobody knows
        equal(dot.expect("said", name="ann")["text"], whole[2:], "what was sent in the end")
        ann.type("!q\r")
        ann.ended(0)


def scene_every_key():
    """No key and no odd bytes end it or hang it; then the line still works."""
    with start_server() as server:
        ann = person(server, "ann")
        dot = server.peer("dot", join="lobby")
        for code in range(1, 256):
            if code in (3, 4, 19, 26, 28):  # for leaving, holding the output, stopping, quitting
                continue
            os.write(ann.fd, bytes([code]) + (b"\x1b" + bytes([code]) + b"ab" if code >= 32 else b""))
        ann.settle()
        while True:  # whatever was said by pressing Enter on the way
            msg = dot.next(0.3)
            if msg is None:
                break
        ann.type("\x1b[A\x05\x15fine\r")
        dot.expect("said", text="fine")
        ann.type("!q\r")
        ann.ended(0)


def scene_the_window_gets_smaller():
    """The line is drawn anew for the new width."""
    with start_server() as server:
        ann = person(server, "ann", width=100)
        dot = server.peer("dot", join="lobby")
        ann.wait("dot joined the chat!")
        ann.type("x" * 20)
        ann.wait("> " + "x" * 20)
        ann.resize(30)
        ann.settle()
        ann.type("y" * 20)
        ann.settle()
        dot.say("hello")
        ann.wait("[dot] hello")
        equal(ann.settle()[-3:], ["[dot] hello", "> " + "x" * 20 + "y" * 8, "y" * 12], "the end")
        ann.interrupt()
        ann.ended(0)


def scene_stopped_and_continued():
    """Ctrl-Z and back: the shell had the terminal meanwhile, now the line is edited again."""
    with start_server() as server:
        ann = person(server, "ann")
        dot = server.peer("dot", join="lobby")
        ann.type("hel")
        ann.wait("> hel")
        os.kill(ann.pid, signal.SIGSTOP)
        os.waitpid(ann.pid, os.WUNTRACED)
        mode = termios.tcgetattr(ann.fd)
        mode[3] |= termios.ICANON | termios.ECHO
        termios.tcsetattr(ann.fd, termios.TCSANOW, mode)
        os.kill(ann.pid, signal.SIGCONT)
        ann.settle()
        check(not termios.tcgetattr(ann.fd)[3] & termios.ICANON, "it has its keys again")
        ann.type("lo\r")
        dot.expect("said", text="hello")
        ann.type("!q\r")
        ann.ended(0)


def scene_control_characters():
    """Text and names of others never steer the terminal; Screen fails on any control it gets."""
    with start_server() as server:
        ann = person(server, "ann")
        dot = server.peer("dot", join="lobby")
        dot.say("\x1b[2J\x1b]0;owned\x07 \x08\x7f \u009b31m \u202eevil")
        ann.wait_for(r"\[dot\] \u241b\[2J\u241b\]0;owned\u2407 \u2408\u2421 \ufffd31m \ufffdevil")
        dot.upload(b"x", name="a\x1b[2J.txt")
        ann.wait_for(r"\[dot\] sends a_\[2J\.txt \(1 bytes?\) #1")
        ann.type("!q\r")
        ann.ended(0)
        check(b"\x1b]" not in ann.raw and b"\x9b" not in ann.raw.replace(b"\xe2\x90\x9b", b""), "raw bytes")


def scene_commands():
    with start_server() as server:
        ann = person(server, "ann")
        dot = server.peer("dot", join="lobby")
        ann.wait("dot joined the chat!")
        ann.type("!frobnicate\r")
        ann.wait_for(r"There is no command !frobnicate.*")
        ann.type("!!important\r")
        equal(dot.expect("said", name="ann")["text"], "!important", "the first line that was sent")
        ann.type("!help\r")
        for word in ("!send", "!get", "!cancel", "!who", "!rooms", "!join", "!help", "!q"):
            ann.wait_for(word + r"\b.*")
        ann.type("!who\r")
        ann.wait("Total No of Clients: 2")
        ann.type("!join garden\r")
        ann.wait("garden>")
        ann.wait("Total No of Clients: 1")
        ann.type("only flowers\r")
        dot.say("are you still there?")
        ann.wait("(lobby) [dot] are you still there?")
        dot.join("garden")
        equal(dot.expect("said", room="garden")["text"], "only flowers", "said in the garden")
        ann.type("!rooms\r")
        ann.wait("* garden, 2 people")
        ann.wait("  lobby, 2 people")
        ann.type("!join lobby\r")
        ann.wait(">")
        ann.type("back again\r")
        equal(dot.expect("said", text="back again")["room"], "lobby", "the room")
        ann.type("!join a/b\r")
        ann.wait_for(".*room.*")
        ann.type("!get 7\r")
        ann.wait("There is no file #7 here.")
        ann.type("!q\r")
        ann.ended(0)
        check("Disconnected" in ann.screen.lines(), "Disconnected")
        dot.expect_none("said", text="!frobnicate")


def scene_what_was_said_before():
    """Who comes later sees the last 20 lines, dimmed and with their time."""
    with start_server() as server:
        dot = server.peer("dot", join="lobby")
        for i in range(30):
            dot.say(f"line {i}")
        dot.sync()
        ann = person(server, "ann")
        ann.wait_for(r"\d\d:\d\d \[dot\] line 29")
        ann.settle()
        earlier = [line for line in ann.screen.lines() if "[dot]" in line]
        equal([line[6:] for line in earlier], [f"[dot] line {i}" for i in range(10, 30)], "the last 20")
        rows = [i for i, line in enumerate(ann.screen.lines()) if "[dot]" in line]
        check(set(rows) <= ann.screen.dimmed, "they are dimmed")
        dot.say("now")
        ann.wait("[dot] now")
        check(ann.screen.lines().index("[dot] now") not in ann.screen.dimmed, "what is new is not dimmed")
        ann.type("!q\r")
        ann.ended(0)


def scene_server_away_and_back():
    """It says so, comes back by itself, and what was typed meanwhile arrives once."""
    with start_server() as server:
        ann = person(server, "ann")
        bob = person(server, "bob")
        ann.wait("bob joined the chat!")
        ann.type("before\r")
        bob.wait("[ann] before")
        data, port = server.data, server.port
        server.kill()
        ann.wait_for(".*Trying again.*")
        bob.wait_for(".*Trying again.*")
        ann.type("while it was away\r")
        again = start_server(data=data, port=port)
        with again:
            ann.wait("Connected again.")
            bob.wait("Connected again.")
            bob.wait("[ann] while it was away")
            bob.type("welcome back\r")
            ann.wait("[bob] welcome back")
            ann.settle()
            bob.settle()
            equal(bob.count(r"\[ann\] while it was away"), 1, "how often it arrived")
            equal(bob.count(r"\[ann\] before"), 1, "nothing old is shown again")
            equal(ann.count("Connected again."), 1, "it says so once")
            check(not bob.find("ann exited the chat") and bob.count("ann joined the chat!") == 0,
                  "nobody left")
            for one in (ann, bob):
                one.type("!q\r")
                one.ended(0)


def scene_history_of_the_editor():
    """What was typed comes back with Up, in the next run too; answers to questions do not."""
    with start_server() as server:
        dot = server.peer("dot", join="lobby")
        home = tempfile.mkdtemp(prefix="confab-person-")
        ann = person(server, "ann", home=home)
        ann.type("remember gr\u00fc\u00dfe\r")
        dot.expect("said", text="remember gr\u00fc\u00dfe")
        ann.type("!q\r")
        ann.ended(0)
        ann = Terminal(server, "--yes", home=home)
        ann.wait("Enter your preference mode: 1.Terminal Mode 2.GUI Mode")
        ann.type("1\r")
        ann.wait("Enter your Name :")
        ann.type("ann\r")
        ann.wait("Client 2 : ann")
        ann.type("\x1b[A\x1b[A")
        ann.wait("> remember gr\u00fc\u00dfe")
        ann.type("\r")
        dot.expect("said", text="remember gr\u00fc\u00dfe")
        ann.type("\x04")
        ann.ended(0)
        check(os.stat(home + "/config/confab/history").st_mode & 0o077 == 0, "it is the person's own")


def scene_a_terminal_that_can_do_nothing():
    """TERM=dumb: no cursor movements, and it works."""
    with start_server() as server:
        ann = person(server, "ann", term="dumb")
        dot = server.peer("dot", join="lobby")
        ann.type("hello\r")
        dot.expect("said", text="hello")
        dot.say("hello ann")
        ann.wait("[dot] hello ann")
        ann.type("!q\r")
        ann.ended(0)
        check(b"\x1b" not in ann.raw, "no escape sequence")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
