#!/usr/bin/env python3
"""What encryption costs a file from person to person, with the real programs.

    CONFAB_BIN=build/release tests/bench/tls_files.py [MEGABYTES [ROUNDS]]

confab-cli --send, confab-server and confab-cli --listen, which saves the file; all three on one core.
Plain and TLS in turn. Processor time is what is compared: on one core it is what a file takes. The
least of all rounds is the one that other programs on the machine disturbed least; the medians stand
beside it."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
sys.dont_write_bytecode = True
from peer import BIN, start_server  # noqa: E402

CORE = 0
TICKS = os.sysconf("SC_CLK_TCK")


def processor_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cli(server, home, *options, **more):
    env = {**os.environ, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
    return subprocess.Popen([os.path.join(BIN, "confab-cli"), "127.0.0.1", str(server.port), *server.for_clients,
                             *options], env=env, stdin=subprocess.DEVNULL, **more)


def one(path, tls):
    """(seconds by the clock, processor seconds of sender, server, receiver)"""
    with tempfile.TemporaryDirectory() as home, \
            start_server(tls=tls, data=os.path.join(home, "data")) as server:
        os.sched_setaffinity(server.process.pid, {CORE})
        saved = os.path.join(home, "saved")
        receiver = cli(server, os.path.join(home, "r"), "--name", "receiver", "--downloads", saved, "--listen",
                       stdout=subprocess.DEVNULL)
        os.sched_setaffinity(receiver.pid, {CORE})
        server.wait_line("[JOINED] receiver")
        began, server_began, receiver_began = time.monotonic(), processor_s(server.process.pid), processor_s(receiver.pid)
        sender = subprocess.Popen(["taskset", "-c", str(CORE), os.path.join(BIN, "confab-cli"), "127.0.0.1", str(server.port),
                                   *server.for_clients, "--name", "sender", "--send", path],
                                  env={**os.environ, "XDG_CONFIG_HOME": os.path.join(home, "s")}, stdin=subprocess.DEVNULL)
        whole = os.path.join(saved, os.path.basename(path))
        while not os.path.exists(whole):
            time.sleep(0.01)
        took = time.monotonic() - began
        server_s = processor_s(server.process.pid) - server_began
        receiver_s = processor_s(receiver.pid) - receiver_began
        _, code, usage = os.wait4(sender.pid, 0)
        sender.returncode = code
        assert code == 0, "the sender failed"
        receiver.terminate()
        receiver.wait()
        return took, usage.ru_utime + usage.ru_stime, server_s, receiver_s


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    results = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.bin")
        with open(path, "wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1000000))
        for _ in range(rounds):
            for tls, taken in results.items():
                taken.append(one(path, tls))
    least, median = {}, {}
    for tls, taken in results.items():
        totals = [sum(row[1:]) for row in taken]
        best = taken[totals.index(min(totals))]
        least[tls], median[tls] = min(totals), statistics.median(totals)
        sender, server, receiver = (seconds * 1000 / megabytes for seconds in best[1:])
        print(f"{'TLS  ' if tls else 'plain'}: {megabytes / min(row[0] for row in taken):.0f} MB/s by the clock at best; "
              f"processor time for a GB: sender {sender:.2f} s, server {server:.2f} s, receiver {receiver:.2f} s")
    print(f"throughput of TLS on one core: {100 * least[False] / least[True]:.0f} % of plain (least of {rounds} rounds; "
          f"medians: {100 * median[False] / median[True]:.0f} %)")


if __name__ == "__main__":
    main()
