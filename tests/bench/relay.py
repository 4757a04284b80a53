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
    for option, value in (("--plain", None), ("--bot", "load"), ("--bot", "loadfiles")):
        if option in said:
            more += [option] if value is None else [option, value]
    return lambda port, folder: ["127.0.0.1", str(port), "--no-beacon", "--quiet", "--data", os.path.join(folder, "data"),
                                 "--max-clients", "20000", "--sync", sync, *more]


def redis(port, folder):
    return ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder, "--maxclients", "15000",
            "--client-output-buffer-limit", "pubsub 0 0 0"]


def redis_as_it_comes(port, folder):
    """With the limit that hangs up on who does not read."""
    return redis(port, folder)[:-2]


def nats(port, folder):
    return ["-a", "127.0.0.1", "-p", str(port), "-l", os.path.join(folder, "nats.log")]


def mosquitto(port, folder):
    text = f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\npersistence false\n"
    if os.geteuid() == 0:
        text += "user root\n"  # else it looks for a user of its own, who may not read this folder
    return ["-c", write(folder, "mosquitto.conf", text)]


def ngircd(port, folder):
    text = f"""[Global]
Name = irc.bench.test
Info = bench
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = "hello"
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxNickLength = 16
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
"""
    return ["-n", "-f", write(folder, "ngircd.conf", text)]


FILE_MB = 256


def floors(binaries, megabytes):
    """What the machine gives: relay_floor, which relays without a protocol."""
    program = os.path.join(binaries, "tests", "relay_floor")

    def texts(batch):
        return Relay(f"floor: send() of {batch}", "floor", program, lambda port, folder: [str(port), "texts", str(batch), "100"])

    def file(name, driver, how):
        return Relay(name, driver, program, lambda port, folder: [str(port), how, folder, str(megabytes << 20)])
    return {"texts": [texts(1), texts(64), texts(640)], "one": [texts(1)],
            "files": [file("floor: spool, sendfile()", "floor", "spool"), file("floor: sendfile()", "sendfile", "ready")]}


def relays(binaries):
    def find(name):
        return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    server = os.path.join(binaries, "confab-server")
    both = [Relay("confab" if sync == "always" else f"confab --sync {sync}", "confab", server, confab(server, sync))
            for sync in ("always", "second", "os")]
    return [*both, Relay("redis", "redis", find("redis-server"), redis),
            Relay("redis (default limits)", "redis", find("redis-server"), redis_as_it_comes), Relay("nats", "nats", find("nats-server"), nats),
            Relay("mosquitto", "mqtt", find("mosquitto"), mosquitto), Relay("ngircd", "irc", find("ngircd"), ngircd)]


class Bench:
    def __init__(self, options):
        self.load = os.path.join(options.bin, "tests", "relay_load")
        self.quick = options.quick
        self.rounds = options.rounds or (1 if options.quick else 3)
        self.chosen = options.relays.split(",") if options.relays else None
        self.all = [r for r in relays(options.bin) if r.there()]
        self.megabytes = 32 if self.quick else FILE_MB
        self.floors = floors(options.bin, self.megabytes)
        self.results = []

    def choose(self, *names, floor=None):
        """The relays of a scene, by the beginning of their names, less what --relays leaves out."""
        here = [r for r in self.all if any(r.name == n or (n.endswith("*") and r.name.startswith(n[:-1])) for n in names)]
        here += self.floors[floor] if floor else []
        return [r for r in here if self.chosen is None or r.name in self.chosen or (r.name.startswith("floor") and "floor" in self.chosen)]

    def seconds(self, whole):
        return min(0.5, whole) if self.quick else whole

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


def prefer(nice):
    """Where the kernel groups processes by session, it is the group's priority that counts."""
    os.nice(nice)
    group = "/proc/self/autogroup"
    if nice != 0 and os.path.exists(group):
        with open(group, "w", encoding="ascii") as file:
            file.write(str(nice))


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


def in_mb(value):
    return f"{value / 1e6:.1f}"


def notes(results):
    """What takes from the worth of a cell: losses, and a generator without reserves."""
    lost = sum(r.get("lost", 0) for r in results)
    load = max((r["load_share"] for r in results if "load_share" in r), default=0)
    failed = [r["failed"] for r in results if "failed" in r and len(results) > 1 and any("failed" not in o for o in results)]
    return "".join([f"; {lost} not there in the end" if lost else "", f"; generator {load:.0%} busy" if load > 0.9 else "",
                    f"; failed {len(failed)} of {len(results)}" if failed else ""])


def flood(bench):
    counts = (10, 100, 1000)
    here = bench.choose("confab*", "redis", "nats", "mosquitto", "ngircd", floor="texts")
    by_count = [bench.turns(here, "flood", receivers=n, seconds=bench.seconds(3)) for n in counts]

    def cell(results):
        rate = spread(results, "per_second", lambda v: f"{v / 1e6:.2f}")
        cost = "; " + spread(results, "server_us", lambda v: f"{v:.3f}") if not rate.startswith("failed") else ""
        return rate + cost + notes(results)

    rows = [[relay.name] + [cell(results[relay.name]) for results in by_count] for relay in here]
    table("Flood: million deliveries/s of 100 bytes; server's processor µs per delivery", ["relay"] + [f"to {n}" for n in counts], rows)


def paced(bench):
    here = bench.choose("confab", "redis", "nats", "mosquitto", "ngircd", floor="one")
    results = bench.turns(here, "paced", receivers=1000, rate=100, seconds=bench.seconds(5))
    rows = [[relay.name] + [spread(results[relay.name], key, lambda v: f"{v:.1f}") for key in ("first_ms", "p50_ms", "p99_ms")]
            + [spread(results[relay.name], "server_share", lambda v: f"{v:.0%}") + notes(results[relay.name])] for relay in here]
    table("Paced: 100 texts/s to 1,000 receivers; ms until the last one has it", ["relay", "first", "p50", "p99", "server's core busy"], rows)


def files(bench):
    counts = (1, 4, 16)
    here = bench.choose("confab", "redis", "nats", "mosquitto", floor="files")
    by_count = [bench.turns(here, "files", receivers=n, megabytes=bench.megabytes) for n in counts]
    rows = [[relay.name] + [spread(results[relay.name], "gb_per_second", lambda v: f"{v:.2f}") + notes(results[relay.name]) for results in by_count]
            + [spread(by_count[-1][relay.name], "rss", in_mb)] for relay in here]
    table(f"File of {bench.megabytes} MiB to many: GB/s in all; server's memory at {counts[-1]} receivers, MB",
          ["relay"] + [f"to {n}" for n in counts] + ["memory"], rows)


def mixed(bench):
    here = bench.choose("confab", "redis", "nats", "mosquitto")
    results = bench.turns(here, "mixed", receivers=4, rate=100, megabytes=bench.megabytes, seconds=bench.seconds(5))
    rows = [[relay.name] + [spread(results[relay.name], key, lambda v: f"{v:.2f}") for key in ("p50_ms", "p99_ms", "gb_per_second")]
            + [spread(results[relay.name], "rss", in_mb) + notes(results[relay.name])] for relay in here]
    table("Text while files flow to the same 4 receivers: ms until the last one has it", ["relay", "p50", "p99", "GB/s of files", "memory, MB"], rows)


def idle(bench):
    here = bench.choose("confab", "redis", "nats", "mosquitto", "ngircd")
    many = 500 if bench.quick else 9800
    both = [bench.turns(here, "paced", receivers=100, rate=100, idle=count, seconds=bench.seconds(4)) for count in (0, many)]
    rows = [[relay.name, spread(both[1][relay.name], "idle_bytes", lambda v: f"{v / 1000:.2f}")]
            + [spread(results[relay.name], "p50_ms", lambda v: f"{v:.2f}") for results in both] + [notes(both[1][relay.name])] for relay in here]
    table(f"{many:,} idle connections beside 100 talking", ["relay", "KB each", "p50 without them, ms", "p50 with them, ms", ""], rows)


def stops(bench):
    here = bench.choose("confab", "redis", "redis (default limits)", "nats", "mosquitto", "ngircd")
    results = bench.turns(here, "stops", receivers=10, seconds=bench.seconds(6))

    def end(result):
        if "failed" in result:
            return result["failed"][:60]
        if result["hung_up"]:
            return "was hung up on"
        return "got everything" if result["lost"] == 0 else f"lost {result['lost']}"

    rows = []
    for relay in here:
        mine = results[relay.name]
        rows.append([relay.name] + [spread(mine, key, lambda v: f"{v / 1000:.0f}") for key in ("rate_without", "rate_with")]
                    + [spread(mine, "rss_before", in_mb), spread(mine, "rss", in_mb), ", ".join(sorted({end(r) for r in mine}))])
    table("One of 10 readers stops: texts/s (thousands) that the others get, server's memory (MB), what becomes of the reader",
          ["relay", "all read", "one stopped", "memory before", "memory at most", "the reader"], rows)


SCENES = {"flood": flood, "paced": paced, "files": files, "mixed": mixed, "idle": idle, "stops": stops}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.environ.get("CONFAB_BIN", "build/release"), help="folder with confab-server and tests/relay_load")
    parser.add_argument("--only", default=",".join(SCENES), help="scenes, with commas: " + ", ".join(SCENES))
    parser.add_argument("--relays", help="relays, with commas; default: all that are installed")
    parser.add_argument("--quick", action="store_true", help="once and short: does it run at all?")
    parser.add_argument("--rounds", type=int, help="how often; default 3")
    parser.add_argument("--nice", type=int, default=0, help="priority of servers and generator, like -10 on a machine that others use (needs root)")
    parser.add_argument("--json", help="write every single result to this file")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    prefer(options.nice)
    bench = Bench(options)
    print(f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, {bench.rounds} rounds")
    for scene in options.only.split(","):
        SCENES[scene](bench)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(bench.results, file, indent=1)


main()
