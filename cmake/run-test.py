#!/usr/bin/env python3
"""Run one test: run-test.py --seconds N [--in FOLDER] -- COMMAND...

The test works in a temporary folder of its own (or in FOLDER); HOME, TMPDIR and the XDG folders are
there in any case, so that nobody's settings are touched. What it leaves running is ended, and a test that outlives its time is ended and fails.
Exit code: the test's own; 124 when the time was up.
"""
import argparse
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36


def children():
    """Process ids of all our descendants, daemons too (we are their reaper). Linux only."""
    parents = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="latin-1") as stat:
                    parents[int(entry)] = int(stat.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    found, todo = [], [os.getpid()]
    while todo:
        parent = todo.pop()
        for pid, its_parent in parents.items():
            if its_parent == parent:
                found.append(pid)
                todo.append(pid)
    return found


def end_children(group):
    for sig, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0)):
        until = time.monotonic() + patience
        sent = set()
        while time.monotonic() < until:
            left = children()
            if not left:
                return
            for pid in left:
                if pid not in sent:
                    sent.add(pid)
                    try:
                        os.kill(pid, sig)
                    except OSError:
                        pass
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass
            time.sleep(0.02)
        try:
            os.killpg(group, sig)
        except OSError:
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--in", dest="folder")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    seconds, command = args.seconds, args.command[1:]
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass
    folder = tempfile.mkdtemp(prefix="confab-test-")
    env = dict(os.environ, HOME=folder, TMPDIR=folder, XDG_DATA_HOME=folder + "/.local/share",
               XDG_CONFIG_HOME=folder + "/.config", XDG_CACHE_HOME=folder + "/.cache",
               XDG_RUNTIME_DIR=folder, PYTHONDONTWRITEBYTECODE="1")
    test = subprocess.Popen(command, cwd=args.folder or folder, env=env, stdin=subprocess.DEVNULL,
                            start_new_session=True)

    def stop(signum, _frame):
        raise SystemExit(128 + signum)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = 1
    try:
        code = test.wait(timeout=seconds)
        if code < 0:
            print(f"{command[-1]} was ended by signal {-code}", file=sys.stderr)
            code = 128 - code
    except subprocess.TimeoutExpired:
        print(f"{command[-1]} took longer than {seconds:.0f} seconds and was ended", file=sys.stderr)
        code = 124
    finally:
        end_children(test.pid)
        shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
