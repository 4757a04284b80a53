#!/usr/bin/env python3
# ctest labels: threads
"""How confab-server starts, refuses to start, and ends."""
import os
import signal
import socket
import subprocess
import sys
import tempfile

from peer import BIN, Peer, check, equal, start_server, run_scenes

PROGRAM = os.path.join(BIN, "confab-server")


def refused(*args, word):
    """It says one sentence with `word` in it on standard error, and exits with 1."""
    # first of all no beacon, and this computer only: nothing may leave it if it is not refused
    place = () if args[0][0].isalnum() else ("127.0.0.1", "0")
    run = subprocess.run([PROGRAM, "--no-beacon", *place, *args], stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=60)
    equal(run.returncode, 1, f"exit code of {args}: {run.stderr}")
    equal(run.stdout, "", "standard output")
    equal(run.stderr.count("\n"), 1, f"lines in {run.stderr!r}")
    check(run.stderr.startswith("confab-server: "), f"a sentence: {run.stderr!r}")
    check(word in run.stderr, f"{word!r} in {run.stderr!r}")


def scene_a_used_port():
    with socket.socket() as other, tempfile.TemporaryDirectory() as data:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused("127.0.0.1", port, "--data", data, word=port)


def scene_a_bad_address():
    with tempfile.TemporaryDirectory() as data:
        refused("not.an.address.invalid", "0", "--data", data, word="not.an.address.invalid")
        refused("192.0.2.1", "0", "--data", data, word="192.0.2.1")  # nobody's: RFC 5737


def scene_an_unwritable_data_folder():
    with tempfile.TemporaryDirectory() as data:
        path = os.path.join(data, "file")
        with open(path, "w", encoding="ascii") as file:
            file.write("not a folder")
        refused("127.0.0.1", "0", "--data", path, word=path)
        refused("127.0.0.1", "0", "--data", "/proc/nobody/here", word="/proc/nobody")


def scene_a_data_folder_in_use():
    with start_server() as server:
        refused("127.0.0.1", "0", "--data", server.data, word="in use")


def scene_options_that_do_not_fit():
    refused("127.0.0.1", "70000", word="70000")
    refused("127.0.0.1", "0", "more", word="more")
    refused("--frobnicate", word="--frobnicate")
    refused("--max-clients", "0", word="--max-clients")
    refused("--max-clients", "100001", word="--max-clients")
    refused("--max-upload", "2X", word="--max-upload")
    refused("--max-upload", "99999999T", word="--max-upload")
    refused("--sync", "sometimes", word="--sync")
    refused("--name", "a\tb", word="name")
    refused("--name", "\U0001f600" * 17, word="name")  # 68 bytes: the wire has 64 for it
    refused("--data", word="--data")


def scene_help_and_version():
    for option, word in (("--help", "Usage: confab-server [ADDRESS [PORT]]"),
                         ("--version", "confab-server ")):
        run = subprocess.run([PROGRAM, option], capture_output=True, text=True, timeout=60)
        equal((run.returncode, run.stderr), (0, ""), option)
        check(word in run.stdout, run.stdout)


def scene_quiet_is_quiet():
    with tempfile.TemporaryDirectory() as data:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([PROGRAM, "127.0.0.1", str(port), "--data", data, "--quiet",
                                   "--no-beacon"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while server.poll() is None:
            try:
                ann = Peer(port, tls=True)
                break
            except ConnectionRefusedError:
                pass
        ann.hello("ann")
        ann.expect("welcome")
        ann.join()
        ann.close()
        server.send_signal(signal.SIGTERM)
        equal(server.communicate(timeout=60), (b"", b""), "output")
        equal(server.returncode, 0, "exit code")


def scene_ctrl_c_without_anybody():
    with start_server() as server:
        server.stop()


def scene_ipv6():
    with start_server(host="::1") as server:
        check("[::1]:" in server.lines[0], server.lines[0])
        with socket.create_connection(("::1", server.port)):
            pass


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
