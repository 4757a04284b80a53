"""A desktop that shows notifications and has a look of its own, for scenes: a message bus with _notifier.py on it."""
import atexit
import contextlib
import json
import os
import subprocess
import tempfile

from libgui import HERE, PYTHON, Screen, is_there, wait_until


class Desktop:
    """A message bus of our own with a desktop on it that shows notifications."""

    def __init__(self, screen, script, *words):
        self.said = []
        self.rest = ""
        self.folder = tempfile.mkdtemp(prefix="confab-bus-")
        self.address = f"unix:path={self.folder}/bus"
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={self.address}"],
                                    env=screen.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(Screen._end, self.bus)
        wait_until(lambda: os.path.exists(f"{self.folder}/bus"), "no message bus")
        self.words = [PYTHON, os.path.join(HERE, script), *words]
        self.env = dict(screen.env, DBUS_SESSION_BUS_ADDRESS=self.address)
        self.start()

    def start(self):
        """What is on the bus; also once more, when it has ended."""
        self.shell = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.env)
        atexit.register(Screen._end, self.shell)
        os.set_blocking(self.shell.stdout.fileno(), False)
        self.wait("ready")

    def look(self):
        self.rest += (self.shell.stdout.read() or b"").decode()
        *lines, self.rest = self.rest.split("\n")
        self.said += [json.loads(line) for line in lines]
        return self.said

    def wait(self, key, **more):
        """The next of this kind with these values; what came before it is dropped."""
        def find():
            for at, one in enumerate(self.look()):
                if key in one and all(one.get(k) == v for k, v in more.items()):
                    del self.said[:at + 1]
                    return one
            return None
        return wait_until(find, lambda: f"no {key} {more}, only {self.said}")

    def command(self, text):
        self.shell.stdin.write((text + "\n").encode())
        self.shell.stdin.flush()

    def end(self):
        for process in (self.shell, self.bus):
            Screen._end(process)
        self.shell.stdin.close()
        self.shell.stdout.close()


@contextlib.contextmanager
def desktop(screen, script="_notifier.py", *words):
    """script: what is on the bus, and what it is told"""
    one = Desktop(screen, script, *words)
    try:
        yield one
    finally:
        one.end()


def need_bus():
    if is_there("dbus-daemon"):
        return True
    print("skipped: there is no dbus-daemon here (package dbus)")
    return False
