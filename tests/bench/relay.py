#!/usr/bin/env python3
"""relay.py: Confab beside other relays, all in one run: who delivers how much, how fast, for what.

    python3 tests/bench/relay.py --bin build/release [--only flood] [--relays confab,redis] [--quick]

Each measurement starts its server anew on a free port of 127.0.0.1 with a folder of its own, pinned
to core 0, and the load generator (relay_load) pinned to core 1. The relays take turns, three times
over; printed are medians, with the lowest and highest behind them. What is not installed is left out.
See README.md in this folder.
"""
import argparse
import json
import os
import platform
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SERVER_CORE, LOAD_CORE = "0", "1"
PATIENCE = 20.0  # seconds until a server that does not listen is a failure


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Relay:
    """How one server is started. `driver` is what relay_load calls its protocol."""

    def __init__(self, name, driver, program, command):
        self.name, self.driver, self.command = name, driver, command
        self.program = program

    def there(self):
        return self.program is not None

    def start(self, folder):
        port = free_port()
        command = ["taskset", "-c", SERVER_CORE, self.program, *self.command(port, folder)]
        with open(os.path.join(folder, "log"), "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    return process, port
            time.sleep(0.05)
        stop(process)
        with open(os.path.join(folder, "log"), encoding="utf-8", errors="replace") as log:
            raise SystemExit(f"{self.name} does not listen: {log.read()[-2000:]}")


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def confab(program, sync):
    """Options come and go with versions: those that lift limits are given where --help has them."""
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    more = []
    for option, value in (("--plain", None), ("--bot", "load"), ("--max-per-address", "20000")):
        if option in said:
            more += [option] if value is None else [option, value]
    return lambda port, folder: ["127.0.0.1", str(port), "--no-beacon", "--quiet", "--data", os.path.join(folder, "data"),
                                 "--max-clients", "20000", "--sync", sync, *more]


def redis(port, folder):
    return ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder, "--maxclients", "15000",
            "--client-output-buffer-limit", "pubsub 0 0 0"]


def relays(binaries):
    def find(name):
        return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    server = os.path.join(binaries, "confab-server")
    both = [Relay("confab" if sync == "always" else f"confab --sync {sync}", "confab", server, confab(server, sync))
            for sync in ("always", "second", "os")]
    return [*both, Relay("redis", "redis", find("redis-server"), redis)]


class Bench:
    def __init__(self, options):
        self.load = os.path.join(options.bin, "tests", "relay_load")
        self.quick = options.quick
        self.rounds = options.rounds or (1 if options.quick else 3)
        chosen = options.relays.split(",") if options.relays else None
        self.relays = [r for r in relays(options.bin) if r.there() and (chosen is None or r.name in chosen)]
        self.results = []

    def measure(self, relay, scene, **values):
        """One measurement with a server of its own; the result is what relay_load prints."""
        folder = tempfile.mkdtemp(prefix="relay-bench-")
        process, port = relay.start(folder)
        try:
            words = [f"{k}={v}" for k, v in values.items()]
            command = ["taskset", "-c", LOAD_CORE, self.load, scene, relay.driver, str(port), f"pid={process.pid}", *words]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            if done.returncode == 0:
                result = json.loads(done.stdout)
            else:
                result = {"scene": scene, "failed": done.stderr.strip()[-300:]}
        finally:
            stop(process)
            shutil.rmtree(folder, ignore_errors=True)
        result["relay"] = relay.name
        self.results.append(result)
        print(json.dumps(result), file=sys.stderr, flush=True)
        return result

    def turns(self, relays_here, scene, **values):
        """All relays, one after the other, `rounds` times: {relay name: results}."""
        results = {relay.name: [] for relay in relays_here}
        for _ in range(self.rounds):
            for relay in relays_here:
                results[relay.name].append(self.measure(relay, scene, **values))
        return results


def spread(results, key, show):
    """Median (lowest to highest) of what was measured; a failure is said."""
    values = [r[key] for r in results if key in r]
    if not values:
        return "failed: " + results[0].get("failed", "?")[:60]
    middle = show(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({show(min(values))} to {show(max(values))})"


def table(title, head, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def flood(bench):
    counts = (10, 100, 1000)
    by_count = [bench.turns(bench.relays, "flood", receivers=n, seconds=0.5 if bench.quick else 3) for n in counts]

    def cell(results):
        if "per_second" not in results[0]:
            return spread(results, "per_second", str)
        rate = spread(results, "per_second", lambda v: f"{v / 1e6:.2f}")
        lost = sum(r.get("lost", 0) for r in results)
        load = max(r["load_share"] for r in results if "load_share" in r)
        notes = (f"; lost {lost}" if lost else "") + (f"; generator {load:.0%} busy" if load > 0.9 else "")
        return f"{rate}; {spread(results, 'server_us', lambda v: f'{v:.3f}')}{notes}"

    rows = [[relay.name] + [cell(results[relay.name]) for results in by_count] for relay in bench.relays]
    table("Flood: million deliveries/s of 100 bytes; server's processor µs per delivery", ["relay"] + [f"{n} receivers" for n in counts], rows)


SCENES = {"flood": flood}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.environ.get("CONFAB_BIN", "build/release"), help="folder with confab-server and tests/relay_load")
    parser.add_argument("--only", default=",".join(SCENES), help="scenes, with commas: " + ", ".join(SCENES))
    parser.add_argument("--relays", help="relays, with commas; default: all that are installed")
    parser.add_argument("--quick", action="store_true", help="once and short: does it run at all?")
    parser.add_argument("--rounds", type=int, help="how often; default 3")
    parser.add_argument("--json", help="write every single result to this file")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    bench = Bench(options)
    print(f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, {bench.rounds} rounds")
    for scene in options.only.split(","):
        SCENES[scene](bench)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(bench.results, file, indent=1)


main()
