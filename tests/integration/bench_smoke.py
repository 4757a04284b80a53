#!/usr/bin/env python3
"""The load generator (tests/bench) against the real server with small numbers: counts, never times."""
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from peer import BIN, PATIENCE, Failed, check, equal, run_scenes

LOAD = os.path.join(BIN, "tests", "relay_load")


@contextlib.contextmanager
def quiet_server():
    """It prints nothing, so that it need not print a flood; whoever calls knows the port."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="confab-bench-") as folder:
        process = subprocess.Popen([os.path.join(BIN, "confab-server"), "127.0.0.1", str(port), "--plain", "--no-beacon", "--quiet", "--sync", "os",
                                    "--bot", "load", "--bot", "loadfiles", "--data", os.path.join(folder, "data")])
        try:
            until = time.monotonic() + PATIENCE
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                check(process.poll() is None and time.monotonic() < until, "the server listens")
                time.sleep(0.05)
            yield process.pid, port
            process.terminate()
            equal(process.wait(PATIENCE), 0, "exit code of the server")
        finally:
            process.kill()
            process.wait()


def load(scene, **values):
    """One run of the generator with a server of its own: what it prints."""
    words = [f"{key}={value}" for key, value in values.items()]
    with quiet_server() as (pid, port):
        done = subprocess.run([LOAD, scene, "confab", str(port), f"pid={pid}", *words], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise Failed(f"relay_load {scene}: {done.stderr}")
    return json.loads(done.stdout)


def scene_a_flood_reaches_everybody():
    result = load("flood", receivers=5, seconds=0.3, window=100)
    equal(result["lost"], 0, "lost")
    check(result["deliveries"] > 0, "something was delivered")


def scene_a_reader_that_stopped_gets_everything():
    result = load("stops", receivers=3, seconds=0.4, window=100)
    equal(result["lost"], 0, "lost")
    equal(result["hung_up"], False, "hung up")
    check(result["behind"] > 0, "it was behind")


def scene_paced_texts_reach_everybody():
    result = load("paced", receivers=5, seconds=0.3, rate=50, idle=10)
    equal(result["lost"], 0, "lost")
    check(result["texts"] > 0, "texts were sent")


def scene_files_reach_everybody_and_texts_pass():
    check(load("files", receivers=2, megabytes=3)["gb_per_second"] > 0, "bytes arrived")
    equal(load("mixed", receivers=2, megabytes=2, seconds=0.3, rate=50)["lost"], 0, "lost")


if __name__ == "__main__":
    if not os.path.exists(LOAD):
        sys.exit(77)  # Linux only
    run_scenes(sys.modules[__name__])
