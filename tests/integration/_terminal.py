"""A person at a terminal, for scenes: confab-cli on a pseudo-terminal, and the screen that it draws.

    ann = Terminal(server, "--yes", "--terminal", "--name", "ann")
    ann.wait("Total No of Clients: 1")
    ann.type("hello\r")

Standard library only.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unicodedata

from peer import BIN, PATIENCE, Failed, equal

PROGRAM = os.path.join(BIN, "confab-cli")
CSI = re.compile(r"\x1b\[([?0-9;]*)([@-~])")


def environment(home):
    """Settings, cache and downloads of a person of their own."""
    env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home + "/config", XDG_CACHE_HOME=home + "/cache",
               XDG_DATA_HOME=home + "/data", TERM="xterm", LC_ALL="C.UTF-8")
    env.pop("NO_COLOR", None)
    return env


class Screen:
    """What a terminal shows: rows of characters, all that ever scrolled by included."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [[]]
        self.row = self.column = 0
        self.dim = False
        self.dimmed = set()  # rows that hold dimmed text
        self.rest = ""

    def lines(self):
        return ["".join(row).rstrip() for row in self.rows]

    def text(self):
        return "\n".join(self.lines())

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        at = 0
        while at < len(text):
            char = text[at]
            if char == "\x1b":
                found = CSI.match(text, at)
                if found:
                    self.control(found[1], found[2])
                    at = found.end()
                    continue
                if len(text) - at < 16:
                    self.rest = text[at:]
                    return
                raise Failed(f"an escape sequence that the screen does not know: {text[at:at + 16]!r}")
            at += 1
            if char == "\r":
                self.column = 0
            elif char == "\n":
                self.down()
            elif char == "\b":
                self.column = max(0, self.column - 1)
            elif char == "\t":
                self.column = min(self.width - 1, self.column // 8 * 8 + 8)
            elif char == "\a":
                pass
            elif ord(char) < 32 or 0x7F <= ord(char) < 0xA0:
                raise Failed(f"a control character reached the terminal: {char!r}")
            else:
                self.put(char)

    def down(self):
        self.row += 1
        while len(self.rows) <= self.row:
            self.rows.append([])

    def put(self, char):
        wide = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if unicodedata.combining(char):
            self.rows[self.row][self.column - 1] += char
            return
        if self.column + wide > self.width:
            self.column = 0
            self.down()
        row = self.rows[self.row]
        row.extend(" " * (self.column + wide - len(row)))
        row[self.column] = char
        if wide == 2:
            row[self.column + 1] = ""
        if self.dim:
            self.dimmed.add(self.row)
        self.column += wide

    def control(self, numbers, what):
        first = numbers.split(";")[0]
        count = int(first) if first.isdigit() else 1
        row = self.rows[self.row]
        top = max(0, len(self.rows) - self.height)
        if what == "A":
            self.row = max(top, self.row - count)
        elif what == "B":
            self.row = min(len(self.rows) - 1, self.row + count)
        elif what == "C":
            self.column = min(self.width - 1, self.column + count)
        elif what == "D":
            self.column = max(0, self.column - count)
        elif what == "G":
            self.column = count - 1
        elif what == "H" and not first:
            self.row, self.column = top, 0
        elif what == "J" and first == "2":
            self.rows[top:] = [[] for _ in self.rows[top:]]
        elif what == "K" and first in ("", "0"):
            del row[self.column:]
        elif what == "J" and first in ("", "0"):
            del row[self.column:]
            del self.rows[self.row + 1:]
            self.dimmed = {r for r in self.dimmed if r <= self.row}
        elif what == "P":
            del row[self.column:self.column + count]
        elif what == "@":
            row[self.column:self.column] = [" "] * count
        elif what == "m":
            self.dim = first == "2"
        elif what not in "hl":
            raise Failed(f"the screen does not know ESC [ {numbers} {what}")


class Terminal:
    """confab-cli with a person at it."""

    def __init__(self, server, *options, home=None, width=100, height=40, program=PROGRAM, term="xterm",
                 address=None):
        self.home = home or tempfile.mkdtemp(prefix="confab-person-")
        self.downloads = os.path.join(self.home, "downloads")
        self.screen = Screen(width, height)
        self.raw = b""
        self.pending = b""
        self.code = None
        self.seen = 0  # row where the next wait() begins to look
        if address is None:
            address = ["127.0.0.1", str(server.port), *server.for_clients]
        args = [program, *address, "--downloads", self.downloads, *options]
        env = environment(self.home)
        env["TERM"] = term
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
                os.execve(program, args, env)
            finally:
                os._exit(127)

    def _read(self, seconds):
        """Take what it draws; False when nothing came or it has ended."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.raw += data
        self.pending += data
        # a character may be cut in the middle
        for end in range(len(self.pending), max(-1, len(self.pending) - 4), -1):
            try:
                text = self.pending[:end].decode()
            except UnicodeDecodeError:
                continue
            self.pending = self.pending[end:]
            self.screen.feed(text)
            break
        return bool(data)

    def settle(self, quiet=0.3):
        """Read until nothing is drawn for a while; the lines on the screen."""
        while self._read(quiet):
            pass
        return self.screen.lines()

    def type(self, text):
        os.write(self.fd, text.encode())

    def find(self, pattern):
        """The last row that matches as a whole, or None."""
        for line in reversed(self.screen.lines()):
            found = re.fullmatch(pattern, line)
            if found:
                return found
        return None

    def wait(self, line, patience=PATIENCE):
        """Until this very line stands on the screen."""
        return self.wait_for(re.escape(line), patience)

    def wait_for(self, pattern, patience=PATIENCE):
        """Until a line matches; returns the match."""
        until = time.monotonic() + patience
        while True:
            found = self.find(pattern)
            if found:
                return found
            left = until - time.monotonic()
            if left <= 0 or (not self._read(min(left, 0.5)) and self._is_over()):
                if self.find(pattern):
                    continue
                raise Failed(f"no line {pattern!r} on the screen:\n{self.screen.text()}")

    def _is_over(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def count(self, pattern):
        return sum(1 for line in self.screen.lines() if re.fullmatch(pattern, line))

    def ended(self, code=0, patience=PATIENCE):
        """It ends by itself with this code; all that it drew is on the screen then."""
        until = time.monotonic() + patience
        while not self._is_over():
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                raise Failed(f"it did not end; its screen:\n{self.screen.text()}")
            self._read(0.05)
        while self._read(0.05):
            pass
        equal(self.code, code, f"exit code; the screen:\n{self.screen.text()}\n")
        flags = termios.tcgetattr(self.fd)[3]
        if not (flags & termios.ICANON and flags & termios.ECHO):
            raise Failed("it left the terminal in raw mode")
        os.close(self.fd)

    def resize(self, width):
        self.screen.width = width
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.screen.height, width, 0, 0))

    def interrupt(self):
        os.kill(self.pid, signal.SIGINT)


def person(server, name, *options, **more):
    """In the lobby already."""
    one = Terminal(server, "--yes", "--terminal", "--name", name, *options, **more)
    one.wait_for(r"Client \d+ : " + re.escape(name))
    return one


def script(server, *options, home=None, input="", address=None, patience=PATIENCE * 3, timeout=None):
    """confab-cli in a pipe: the finished process."""
    home = home or tempfile.mkdtemp(prefix="confab-script-")
    if address is None:
        address = ["127.0.0.1", str(server.port), *server.for_clients]
    return subprocess.run([PROGRAM, *address, *options], input=input, env=environment(home), text=True,
                          capture_output=True, timeout=timeout or patience)
