#!/usr/bin/env python3
"""What whoever runs confab-server needs: a config file, and what follows here."""
import os
import subprocess
import sys
import tempfile

from peer import BIN, check, equal, start_server, run_scenes

PROGRAM = os.path.join(BIN, "confab-server")


def run(*args):
    return subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


def config(text, folder=None):
    path = os.path.join(folder or tempfile.mkdtemp(prefix="confab-config-"), "server.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def scene_a_config_file_is_checked():
    good = run("--check-config", "--config", config("# ours\nmax-clients = 20\nsync = os\n"))
    equal((good.returncode, good.stdout, good.stderr), (0, "ok\n", ""), "a good file")
    path = config("max-clients = 20\nmax-clients = 30\ncolour = red\nsync = never\n")
    bad = run("--check-config", "--config", path)
    equal((bad.returncode, bad.stdout), (1, ""), "a bad file")
    equal(bad.stderr.count("\n"), 3, bad.stderr)
    for line, word in ((2, "max-clients"), (3, "colour"), (4, "never")):
        check(any(f"{path}, line {line}: " in said and word in said
                  for said in bad.stderr.splitlines()), f"line {line} in {bad.stderr}")
    for args in (("--config", path), ("--config", "/nowhere/server.conf"), ("--check-config",)):
        bad = run(*args)
        equal((bad.returncode, bad.stderr.count("\n")), (1, 1), f"{args}: {bad.stderr}")


def scene_a_config_file_is_used():
    path = config("max-upload = 5\nname = The #1 chat\nquiet = yes\n")
    with start_server("--config", path, "--quiet=no") as server:  # start_server() says --name test
        ann = server.peer("ann", join="lobby")
        equal(ann.welcome["server"], "test", "the command line wins")
        ann.send("upload", room="lobby", id="1", label="six", size=6, kind="file")
        ann.expect("error", code="file-too-large")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
