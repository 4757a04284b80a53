#!/usr/bin/env python3
"""The load generator (tests/bench) against the real server with small numbers: counts, never times."""
import json
import os
import subprocess
import sys

from peer import BIN, Failed, check, equal, run_scenes, start_server

LOAD = os.path.join(BIN, "tests", "relay_load")


def load(server, scene, **values):
    words = [f"{key}={value}" for key, value in values.items()]
    done = subprocess.run([LOAD, scene, "confab", str(server.port), f"pid={server.process.pid}", *words],
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise Failed(f"relay_load {scene}: {done.stderr}")
    return json.loads(done.stdout)


def scene_a_flood_reaches_everybody():
    with start_server("--sync", "os") as server:
        result = load(server, "flood", receivers=5, seconds=0.3, window=100)
        equal(result["lost"], 0, "lost")
        check(result["deliveries"] > 0, "something was delivered")


def scene_a_reader_that_stopped_gets_everything():
    with start_server("--sync", "os") as server:
        result = load(server, "stops", receivers=3, seconds=0.4, window=100)
        equal(result["lost"], 0, "lost")
        equal(result["hung_up"], False, "hung up")
        check(result["behind"] > 0, "it was behind")


def scene_paced_texts_reach_everybody():
    with start_server("--sync", "os") as server:
        result = load(server, "paced", receivers=5, seconds=0.3, rate=50, idle=10)
        equal(result["lost"], 0, "lost")
        check(result["texts"] >= 10, "texts were sent")


def scene_files_reach_everybody_and_texts_pass():
    with start_server("--sync", "os") as server:
        check(load(server, "files", receivers=2, megabytes=3)["gb_per_second"] > 0, "bytes arrived")
    with start_server("--sync", "os") as server:
        equal(load(server, "mixed", receivers=2, megabytes=2, seconds=0.3, rate=50)["lost"], 0, "lost")


if __name__ == "__main__":
    if not os.path.exists(LOAD):
        sys.exit(77)  # Linux only
    run_scenes(sys.modules[__name__])
