#!/usr/bin/env python3
"""Memory that runs out: one allocation after the other finds none (tests/failing-server). The server
refuses the request and goes on, or ends with a sentence and code 1; it never crashes, and what was
called stored is there afterwards. CONFAB_ALLOCATIONS: how many of the first 2,000 are tried."""
import os
import random
import re
import shutil
import sys
import tempfile

from peer import BIN, Failed, Server, check, equal, run_scenes, start_server

FIRST = 2000
TRIED = int(os.environ.get("CONFAB_ALLOCATIONS", "12"))
PROGRAM = os.path.join(BIN, "tests", "failing-server")


def talk(server, kept):
    """A visit of two; notes in `kept` what was promised (id -> seq)."""
    ann = server.peer("ann", join="lobby")
    bob = server.peer("bob", join="lobby")
    for i in range(4):
        id = ann.say(f"line {i} " + "x" * 500)
        seq = ann.expect("said", id=id)["seq"]  # or an error: refused
        bob.expect("said", id=id)
        while ann.expect("stored")["seq"] < seq:
            pass
        kept[id] = seq
    data = os.urandom(70000)
    ann.upload(data)
    file = ann.expect("file")
    done = ann.expect("file-done")
    bob.expect("file-done")
    equal(bob.fetch(file["file"], done["size"]), data, "bytes")
    bob.join("green")
    bob.say("to nobody", room="green")
    bob.send("history", room="lobby", before=0, count=5)
    bob.expect("history-end")
    bob.send("typing", room="lobby")
    bob.send("list")
    bob.expect("rooms")
    bob.send("leave", room="green")
    bob.bye()
    ann.bye()


def run(variable, number, data, tls):
    """Start, talk, stop: (exit code, what stands on standard error)."""
    kept = {}
    more = {variable: str(number)}
    if variable == "CONFAB_FAIL_CRYPTO":  # OpenSSL's start leaks when it finds no memory half-way
        more["LSAN_OPTIONS"] = os.environ.get("LSAN_OPTIONS", "") + ":detect_leaks=0"
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        server = Server(data, program=PROGRAM, tls=tls)
    except Failed as failed:
        return None, str(failed), kept
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
    try:
        talk(server, kept)
    except (OSError, EOFError, Failed):
        pass  # refused, or it has ended
    for peer in server.peers:
        peer.close()
    if server.process.poll() is None:
        server.interrupt()
    code = server.process.wait(timeout=60)
    server.reader.join()
    server.process.stdout.close()
    return code, server.errors(), kept


def check_one(variable, number, tls):
    data = tempfile.mkdtemp(prefix="confab-data-")
    code, errors, kept = run(variable, number, data, tls)
    what = f"{variable}={number}: ended with {code}: {errors}"
    check("Sanitizer" not in errors and "Assertion" not in errors and "runtime error" not in errors,
          what)
    if code is None or code == 1:
        check(re.search(r"[a-z].* [a-z].*\.", errors), what)
    else:
        equal(code, 0, what)
    with start_server(data=data) as server:
        cat = server.peer("cat", resume={"lobby": 1})
        for id, seq in kept.items():
            equal(cat.expect("said", id=id)["seq"], seq, what)
    shutil.rmtree(data)
    return code


def allocations(tls):
    """How many a whole visit takes: ours, OpenSSL's."""
    data = tempfile.mkdtemp(prefix="confab-data-")
    code, errors, kept = run("CONFAB_COUNT_ALLOCATIONS", 1, data, tls)
    shutil.rmtree(data)
    equal((code, len(kept)), (0, 4), f"without a failure: {errors}")
    return [int(n) for n in re.search(r"allocations: (\d+) and (\d+)", errors).groups()]


def try_all(variable, which, tls):
    count = allocations(tls)[which]
    last = min(count, FIRST)
    numbers = range(1, last + 1)
    if TRIED < last:
        numbers = sorted(random.sample(numbers, TRIED))
    ends = [check_one(variable, number, tls) for number in numbers]
    refused = sum(code == 0 for code in ends)
    print(f"  {len(ends)} of the first {last} of {count} allocations: "
          f"{refused} were lived through, {len(ends) - refused} ended it in words")


def scene_our_own_memory():
    try_all("CONFAB_FAIL_ALLOCATION", 0, tls=False)


def scene_our_own_memory_with_tls():
    try_all("CONFAB_FAIL_ALLOCATION", 0, tls=True)


def scene_memory_of_openssl():
    try_all("CONFAB_FAIL_CRYPTO", 1, tls=True)


if __name__ == "__main__":
    if not os.path.exists(PROGRAM):
        print("no tests/failing-server on this system: skipped")
        sys.exit(77)
    run_scenes(sys.modules[__name__])
