"""The real window in front of a person, for scenes: a screen, windows on it, keys, mouse, drags.

    with start_server() as server, Screen(2) as screen:
        ann = screen.window(server, name="ann")
        bob = screen.window(server, name="bob")
        ann.type("hello\\n")
        bob.wait_for("message", "hello", value="ann")

A scene finds its way by what the window says is on it (--ui-dump: role, label, value, rectangle) and
acts as a person does: X key presses, mouse moves, a drag from another program. Waits are for what
the window shows, never for seconds. A failure tells what was on the screen, and keeps a picture of it.

Standard library, and the programs Xvfb, xdotool, xwininfo, xclip and ImageMagick. What to set for a
person at work: CONFAB_GUI_KEEP=FOLDER keeps the pictures of failures there.
"""
import atexit
import contextlib
import ctypes
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

LANGUAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "assets", "lang")
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"), LANGUAGES]
sys.dont_write_bytecode = True
from catalogue import read_po  # noqa: E402
from peer import BIN, PATIENCE, Failed, check, equal, run_scenes  # noqa: E402,F401
from peer import start_secure as start_server  # noqa: E402,F401

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(BIN, "confab")
SYSTEM_PYTHON = "/usr/bin/python3"  # it has the bindings of GTK; another one in PATH may not
PYTHON = SYSTEM_PYTHON if os.path.exists(SYSTEM_PYTHON) else sys.executable
SKIPPED = 77
LOOK = 0.015  # seconds between two looks at a dump
NEEDED = {"Xvfb": "xvfb", "xdotool": "xdotool", "xwininfo": "x11-utils", "xclip": "xclip",
          "import": "imagemagick", "convert": "imagemagick"}


def is_there(program):
    return any(os.access(os.path.join(folder, program), os.X_OK)
               for folder in os.environ.get("PATH", "").split(":"))


def require_programs(*more):
    """Without a screen to draw on there is nothing to test: skipped. Anything else missing is a fault."""
    if not is_there("Xvfb"):
        print("skipped: there is no Xvfb here (package xvfb)")
        sys.exit(SKIPPED)
    for program in (*NEEDED, *more):
        if not is_there(program):
            raise Failed(f"{program} is missing (package {NEEDED.get(program, program)})")


def run(*command, env=None, input=None, patience=PATIENCE):
    """A program's standard output as bytes; it must succeed."""
    done = subprocess.run(command, env=env, input=input, capture_output=True, timeout=patience)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def wait_until(truth, what, patience=PATIENCE):
    """The first true answer of truth()."""
    until = time.monotonic() + patience
    while True:
        answer = truth()
        if answer:
            return answer
        if time.monotonic() > until:
            raise Failed(what() if callable(what) else what)
        time.sleep(LOOK)


def is_seen_first(path):
    """Pictures and films lie in the sheet before they go."""
    return os.path.isfile(path) and path.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".webm", ".mkv"))


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") \
            else hashlib.sha256(file.read()).hexdigest()


def touches(a, b):
    """Two items lie over each other by more than a rounded edge."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = a["px"], b["px"]
    return min(ax + aw, bx + bw) - max(ax, bx) > 1 and min(ay + ah, by + bh) - max(ay, by) > 1


def holds(outer, inner, slack=1):
    (ox, oy, ow, oh), (ix, iy, iw, ih) = outer["px"], inner["px"]
    return (ox - slack <= ix and oy - slack <= iy and ix + iw <= ox + ow + slack and
            iy + ih <= oy + oh + slack)


class Picture:
    """Pixels, RGB."""

    def __init__(self, width, height, data):
        self.width, self.height, self.data = width, height, data
        if len(data) != width * height * 3:
            raise Failed(f"a picture of {width}x{height} has {len(data)} bytes")

    @staticmethod
    def of_file(path, width, height):
        """A file's picture, scaled to exactly this size."""
        return Picture(width, height, run("convert", path, "-auto-orient", "-resize", f"{width}x{height}!",
                                          "-depth", "8", "rgb:-"))

    def mean(self, x, y, w, h):
        """The mean colour of a rectangle as (r, g, b), 0 to 255."""
        x, y = int(x), int(y)
        w, h = max(1, int(w)), max(1, int(h))
        if x < 0 or y < 0 or x + w > self.width or y + h > self.height:
            raise Failed(f"{w}x{h} at {x},{y} is not inside of {self.width}x{self.height}")
        rows = [self.data[((y + row) * self.width + x) * 3:((y + row) * self.width + x + w) * 3]
                for row in range(h)]
        return tuple(sum(sum(row[channel::3]) for row in rows) / (w * h) for channel in range(3))

    def cut(self, x, y, w, h):
        rows = (self.data[((y + row) * self.width + x) * 3:((y + row) * self.width + x + w) * 3]
                for row in range(h))
        return Picture(w, h, b"".join(rows))

    def difference(self, other, columns=6, rows=5):
        """The greatest distance between the mean colours of any of columns x rows fields (0 to 255)."""
        worst = 0
        for row in range(rows):
            for column in range(columns):
                means = [one.mean(column * one.width // columns, row * one.height // rows,
                                  one.width // columns, one.height // rows) for one in (self, other)]
                worst = max(worst, *(abs(a - b) for a, b in zip(*means)))
        return worst

    def colours(self):
        """How many different ones there are (of some thousands of pixels)."""
        step = max(1, len(self.data) // 3 // 20000) * 3
        return len({self.data[i:i + 3] for i in range(0, len(self.data), step)})

    def contrast(self):
        """The difference between the brightest and the darkest value of green, which the eye goes by."""
        green = self.data[1::3]
        return max(green) - min(green)


class Screen:
    """An X server of our own, `windows` windows wide, with a strip below them for what is dragged."""

    STRIP = 120

    def __init__(self, windows=1, width=1280, height=800, manager=False):
        require_programs(*(["openbox"] if manager else []))
        self.slot_width, self.slot_height = width, height
        self.windows = []
        self.width, self.height = width * windows, height + Screen.STRIP
        self.manager = None
        self.folder = tempfile.mkdtemp(prefix="confab-screen-")
        readable, writable = os.pipe()
        self.log = open(os.path.join(self.folder, "xvfb.log"), "w+b")
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writable), "-screen", "0", f"{self.width}x{self.height}x24",
             "-nolisten", "tcp", "-noreset", "-ac"],
            pass_fds=[writable], stdout=self.log, stderr=self.log)
        os.close(writable)
        atexit.register(self._end, self.server)
        with os.fdopen(readable) as answer:
            number = answer.readline().strip()
        if not number:
            self.log.seek(0)
            raise Failed(f"Xvfb did not start: {self.log.read().decode(errors='replace')}")
        self.display = ":" + number
        self.env = dict(os.environ, DISPLAY=self.display, XAUTHORITY="")
        if manager:
            self.manager = subprocess.Popen(["openbox"], env=self.env, stdout=self.log, stderr=self.log)
            atexit.register(self._end, self.manager)
            wait_until(lambda: b"_NET_SUPPORTING_WM_CHECK(WINDOW)" in
                       run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", env=self.env),
                       "openbox did not start")

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def window(self, server=None, kind=None, **more):
        """Another window, at the next free place; with a server: in its chat already. kind: another class of Window."""
        taken = {window.slot for window in self.windows if window.process is not None}
        slot = next(slot for slot in range(len(self.windows) + 1) if slot not in taken)
        check((slot + 1) * self.slot_width <= self.width, "the screen has no place for one more window")
        window = (kind or Window)(self, server, slot=slot, **more)
        self.windows.append(window)
        window.open()
        return window

    def xdotool(self, *words):
        return run("xdotool", *map(str, words), env=self.env).decode()

    def search(self, title):
        """The id of a visible window of any program with that title, or None."""
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"], env=self.env,
                              capture_output=True, text=True, timeout=PATIENCE)
        ids = done.stdout.split()  # xdotool ends with 1 when there is none
        return ids[-1] if ids else None

    def pixels(self, x=0, y=0, w=None, h=None):
        """What the screen shows there."""
        w, h = w or self.width, h or self.height
        return Picture(w, h, run("import", "-silent", "-window", "root", "-crop", f"{w}x{h}+{x}+{y}",
                                 "+repage", "-depth", "8", "rgb:-", env=self.env))

    def save(self, path):
        run("import", "-silent", "-window", "root", path, env=self.env)
        return path

    def evidence(self):
        """A picture of the whole screen that outlives the scene; its path."""
        folder = os.environ.get("CONFAB_GUI_KEEP")
        if folder:
            os.makedirs(folder, exist_ok=True)
        else:  # outside of the test's own folder, which goes with it
            folder = "/tmp"
        handle, path = tempfile.mkstemp(prefix="confab-gui-", suffix=".png", dir=folder)
        os.close(handle)
        try:
            return self.save(path)
        except (Failed, OSError, subprocess.TimeoutExpired) as why:
            return f"no picture: {why}"

    def clipboard(self):
        """What another program would paste; nothing while nobody has put anything there."""
        done = subprocess.run(["xclip", "-selection", "clipboard", "-out"], env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=PATIENCE)
        return done.stdout.decode() if done.returncode == 0 else ""

    def put_clipboard(self, text):
        # xclip stays to serve the clipboard until somebody else takes it: it must hold no pipe of ours
        subprocess.run(["xclip", "-selection", "clipboard", "-in"], env=self.env,
                       input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True, timeout=PATIENCE)

    @contextlib.contextmanager
    def dragging(self, paths, window, x, y):
        """Files are being dragged from another program over x, y (logical) of a window; dropped at the end."""
        source = DragSource(self, paths)
        try:
            source.drag_to(window, x, y)
            yield source
            source.drop()
        finally:
            source.close()

    def drag_files(self, paths, window, x=None, y=None, send=True):
        """A whole drag and drop, like a person does it; pictures and films are looked at, and sent with Return."""
        with self.dragging(paths, window, x, y):
            pass
        if send and any(is_seen_first(path) for path in paths):
            window.send_sheet()

    def end(self):
        for window in self.windows:
            window.kill()
        for process in (self.manager, self.server):
            if process:
                self._end(process)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            print(f"picture of the screen: {self.evidence()}", file=sys.stderr)
            for window in self.windows:
                print(window.report(), file=sys.stderr)
        try:
            if kind is None:
                for window in self.windows:
                    window.close()
        finally:
            self.end()


class DragSource:
    """A small window of another program (_dragsource.py) from which files are dragged."""

    STEPS = 12

    def __init__(self, screen, paths):
        self.screen = screen
        self.x, self.y = 20, screen.slot_height + 20
        self.process = subprocess.Popen(
            [PYTHON, os.path.join(HERE, "_dragsource.py"), str(self.x), str(self.y), *paths],
            env=dict(screen.env, GDK_BACKEND="x11", NO_AT_BRIDGE="1"), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        atexit.register(Screen._end, self.process)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said = ""
        self.wait("ready")

    def wait(self, word):
        def look():
            self.said += (self.process.stdout.read() or b"").decode()
            if word in self.said.split():
                return True
            if self.process.poll() is not None:
                raise Failed(f"the drag source ended: {self.process.stderr.read().decode()}")
            return False
        wait_until(look, lambda: f"the drag source did not say {word!r}, only {self.said.split()}")

    def drag_to(self, window, x=None, y=None):
        size = window.dump()["window"]
        x = size["w"] / 2 if x is None else x
        y = size["h"] / 2 if y is None else y
        to_x, to_y = window.on_screen(x, y)
        from_x, from_y = self.x + 30, self.y + 30
        mouse = self.screen.xdotool
        mouse("mousemove", from_x, from_y)
        mouse("mousedown", 1)
        for step in range(1, self.STEPS + 1):
            mouse("mousemove", from_x + (to_x - from_x) * step // self.STEPS,
                  from_y + (to_y - from_y) * step // self.STEPS)
            if step == 2:
                self.wait("drag-begin")
        # GTK asks the window under the pointer only while the pointer moves
        mouse("mousemove", to_x + 1, to_y, "mousemove", to_x, to_y)

    def leave(self):
        """Out of every window, still holding the button."""
        self.screen.xdotool("mousemove", self.x + 200, self.y + 40, "mousemove", self.x + 210, self.y + 40)

    def drag_on(self, window, x, y):
        to_x, to_y = window.on_screen(x, y)
        for step in range(self.STEPS, -1, -1):
            self.screen.xdotool("mousemove", to_x, to_y + step)

    def drop(self):
        self.screen.xdotool("mouseup", 1)
        self.wait("drag-end")
        if "drag-failed" in self.said.split():
            raise Failed(f"the drop was refused: {self.said.split()}")

    def close(self):
        self.screen.xdotool("mouseup", 1)
        Screen._end(self.process)
        self.process.stdout.close()
        self.process.stderr.close()


class Window:
    """A window of confab, and the person in front of it. What runs it and finds it on the screen is for another
    system to say otherwise (tests/packages/_wine.py)."""

    program = PROGRAM

    def path(self, path):
        """As the program is to be told it."""
        return path

    def __init__(self, screen, server=None, name=None, slot=0, options=(), home=None, env=None, scale=None,
                 size=None, theme="dark", address=None, discovery=False, room=None, language=None):
        self.screen, self.server, self.name = screen, server, name
        self.home = home or tempfile.mkdtemp(prefix="confab-home-")
        self.downloads = os.path.join(self.home, "downloads")
        self.dump_path = os.path.join(self.home, "dump.json")
        self.slot = slot
        self.x, self.y = slot * screen.slot_width, 0
        self.id = None
        self.process = None
        self.scale = scale
        width, height = size or (screen.slot_width, screen.slot_height)
        if server and address is None:
            address = ("127.0.0.1", str(server.port), *server.for_clients)
        self.command = [self.program, *(address or ()), "--ui-dump", self.path(self.dump_path),
                        "--downloads", self.path(self.downloads), "--size", f"{width}x{height}"]
        for word, value in (("--name", name), ("--theme", theme), ("--room", room)):
            if value:
                self.command += [word, value]
        if not discovery:
            self.command.append("--no-discovery")
        self.command += options
        # screens of others are no business of ours; nor are their settings
        self.env = dict(screen.env, HOME=self.home, XDG_CONFIG_HOME=self.home + "/config",
                        XDG_CACHE_HOME=self.home + "/cache", XDG_DATA_HOME=self.home + "/data",
                        XDG_RUNTIME_DIR=self.home, TMPDIR=self.home, SDL_VIDEODRIVER="x11",
                        SDL_AUDIODRIVER="dummy", LC_ALL="C.UTF-8", NO_AT_BRIDGE="1",
                        CONFAB_REDUCED_MOTION="1")  # things are at once where they go
        for word in ("LANGUAGE", "CONFAB_SCALE", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "GTK_THEME",
                     "DBUS_SESSION_BUS_ADDRESS", "GDK_SCALE", "QT_SCALE_FACTOR"):
            self.env.pop(word, None)
        if scale:
            self.env["CONFAB_SCALE"] = str(scale)
        if language:
            self.env["LANGUAGE"] = language
        self.speaks(language)
        self.env.update(env or {})

    def speaks(self, language):
        self.words_said = {}
        if language and language != "en":
            self.words_said = {entry.key: entry.texts[0] for entry in read_po(f"{LANGUAGES}/{language}.po")}

    def word(self, english):
        """What the window says for this, in its language."""
        return self.words_said.get(english, english)

    # its life
    def open(self):
        self.log = open(os.path.join(self.home, "log"), "ab+")
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.dump_path)
        self.process = subprocess.Popen(self.command, env=self.env, stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL)
        atexit.register(Screen._end, self.process)
        self.wait_for()
        found = wait_until(self._search, lambda: f"no window of process {self.process.pid}; {self.report()}")
        self.id = found
        if self.screen.manager is None:
            self.screen.xdotool("windowmove", self.id, self.x, self.y)
        wait_until(self._has_settled, "the window does not stay in its place")
        self.focus()
        if self.server:
            self.wait_for("field", self.word("Message"))

    def _search(self):
        """Its id; xdotool ends with 1 while there is none."""
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                              env=self.screen.env, capture_output=True, text=True, timeout=PATIENCE)
        ids = done.stdout.split()
        return ids[-1] if ids else None

    def _geometry(self):
        said = {}
        for line in run("xwininfo", "-id", self.id, env=self.screen.env).decode().splitlines():
            word, _, value = line.strip().rpartition(" ")
            said[word.strip().rstrip(":")] = value
        return [int(said[key]) for key in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")]

    def _has_settled(self):
        x, y, w, h = self._geometry()
        if self.screen.manager is None and (x, y) != (self.x, self.y):
            return False
        self.x, self.y, self.width, self.height = x, y, w, h
        return True

    def focus(self):
        if self.screen.manager is None:
            self.screen.xdotool("windowraise", self.id, "windowfocus", "--sync", self.id)
        else:
            self.screen.xdotool("windowactivate", "--sync", self.id)

    def resize(self, width, height):
        """To this many device pixels."""
        self.screen.xdotool("windowsize", self.id, width, height)
        wait_until(lambda: self._has_settled() and (self.width, self.height) == (width, height),
                   "the window did not take its new size")
        self.wait_until(lambda dump: round(dump["window"]["w"] * dump["window"]["scale"]) == width and
                        round(dump["window"]["h"] * dump["window"]["scale"]) == height,
                        f"a frame of {width}x{height}")

    def ask_to_close(self):
        """What the cross in a window's corner does (ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong

        class ClientMessage(ctypes.Structure):
            _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int),
                        ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("kind", ctypes.c_ulong),
                        ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("room", ctypes.c_long * 24)]

        display = ctypes.c_void_p(x11.XOpenDisplay(self.screen.display.encode()))
        if not display.value:
            raise Failed("the screen is gone")
        atom = x11.XInternAtom
        event = ClientMessage(33, 0, 1, display, int(self.id), atom(display, b"WM_PROTOCOLS", 0), 32)
        event.data[0] = atom(display, b"WM_DELETE_WINDOW", 0)
        x11.XSendEvent(display, ctypes.c_ulong(int(self.id)), 0, ctypes.c_long(0), ctypes.byref(event))
        x11.XCloseDisplay(display)

    def close(self):
        """Close it, and it ends well; sanitizers have nothing to say."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.ask_to_close()
        self.ended(0)

    def ended(self, code=0, patience=PATIENCE):
        try:
            was = self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            raise Failed(f"the window of {self.name} did not end; {self.report()}") from None
        said = self.words()
        self.process = None
        self.log.close()
        equal(was, code, f"exit code of the window of {self.name}, which wrote:\n{said}\n")
        for word in ("runtime error:", "AddressSanitizer", "LeakSanitizer"):
            check(word not in said, f"the window of {self.name} wrote:\n{said}")

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def words(self):
        """What it wrote on its standard output and error."""
        if self.log.closed:
            return ""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-6000:]

    # what it shows
    def dump(self):
        try:
            with open(self.dump_path, encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {"window": {"w": 0, "h": 0, "scale": 1, "theme": ""}, "items": []}

    def report(self):
        """For people: everything on it, and what it wrote."""
        dump = self.dump()
        size = dump["window"]
        lines = [f"--- window of {self.name}: {size['w']:.0f}x{size['h']:.0f} at {size['scale']}, {size['theme']}"]
        for item in dump["items"]:
            flags = " ".join(flag for flag in ("focused", "disabled", "checked") if item.get(flag))
            value = f" = {item['value'][:200]!r}" if "value" in item else ""
            lines.append(f"{item['x']:7.1f} {item['y']:7.1f} {item['w']:7.1f} {item['h']:7.1f}  {item['role']} "
                         f"{item['label'][:200]!r}{value} {flags}")
        code = self.process.poll() if self.process else "closed"
        lines.append(f"--- it wrote (exit code {code}): {self.words()}")
        return "\n".join(lines)

    @staticmethod
    def _fits(item, role, label, contains, value, flags):
        return ((role is None or item["role"] == role) and (label is None or item["label"] == label) and
                (contains is None or contains in item["label"] or contains in item.get("value", "")) and
                (value is None or item.get("value", "") == value) and
                all(item.get(flag, False) == state for flag, state in flags.items()))

    def find(self, role=None, label=None, contains=None, value=None, **flags):
        """All items like that, from top to bottom as painted."""
        return [item for item in self.dump()["items"] if self._fits(item, role, label, contains, value, flags)]

    def wait_until(self, truth, what, patience=PATIENCE):
        """Until truth(dump) holds; its answer."""
        def look():
            if self.process.poll() is not None:
                raise Failed(f"the window of {self.name} ended while waiting for {what}; {self.report()}")
            return truth(self.dump())
        return wait_until(look, lambda: f"the window of {self.name} does not show {what};\n{self.report()}",
                          patience)

    def wait_for(self, role=None, label=None, contains=None, value=None, patience=PATIENCE, **flags):
        """Until there is such an item: the last one of them."""
        wanted = ", ".join(f"{key} {word!r}" for key, word in (("role", role), ("label", label),
                           ("contains", contains), ("value", value), *flags.items()) if word is not None)
        return self.wait_until(lambda dump: next(
            (item for item in reversed(dump["items"]) if self._fits(item, role, label, contains, value, flags)),
            None), wanted or "anything", patience)

    def wait_gone(self, role=None, label=None, contains=None, value=None, patience=PATIENCE, **flags):
        self.wait_until(lambda dump: not any(
            self._fits(item, role, label, contains, value, flags) for item in dump["items"]),
            f"the end of {(role, label, contains, value, flags)}", patience)

    def frame(self):
        """Another value after each drawn frame: it replaces the dump."""
        state = os.stat(self.dump_path)
        return state.st_mtime_ns, state.st_ino

    def wait_still(self, quiet=0.4, patience=PATIENCE, blinking=True):
        """Until everything has been the same for a moment; blinking=False: not even the caret was drawn."""
        state = [None, time.monotonic()]

        def look(dump):
            now = dump if blinking else self.frame()
            if now != state[0]:
                state[:] = [now, time.monotonic()]
            return time.monotonic() - state[1] > quiet
        self.wait_until(look, "the same for a while", patience)

    def messages(self):
        """(name, text) of the messages in sight."""
        return [(item["value"], item["label"]) for item in self.find("message")]

    def text(self):
        """What stands in the composer."""
        return self.wait_for("field", self.word("Message")).get("value", "")

    def wait_text(self, text):
        return self.wait_for("field", self.word("Message"), value=text)

    def pixels(self):
        """The window's own picture."""
        return self.screen.pixels(self.x, self.y, self.width, self.height)

    def pixels_of(self, item):
        return self.pixels().cut(*item["px"])

    # what the person does
    def on_screen(self, x, y):
        """Where a place of the window (logical) is on the screen."""
        scale = self.dump()["window"]["scale"]
        return int(self.x + x * scale), int(self.y + y * scale)

    def point(self, item, fx=0.5, fy=0.5):
        x, y = item["x"] + item["w"] * fx, item["y"] + item["h"] * fy
        self.screen.xdotool("mousemove", *self.on_screen(x, y))

    def settled(self, role=None, label=None, **more):
        """Such an item, once it stays where it is."""
        last = []

        def look():
            item = self.wait_for(role, label, **more)
            stays = last == [item["px"]]
            last[:] = [item["px"]]
            time.sleep(0 if stays else 0.06)
            return item if stays else None
        return wait_until(look, lambda: f"{(role, label)} does not come to rest; {self.report()}")

    def click(self, role, label=None, button=1, times=1, fx=0.5, fy=0.5, **more):
        item = self.settled(role, label, **more)
        self.wait_until(lambda dump: not any(over["role"] == "toast" and touches(over, item)
                                             for over in dump["items"]), f"{item} without a toast over it")
        self.focus()  # a window manager would
        self.point(item, fx, fy)
        self.screen.xdotool("click", "--repeat", times, "--delay", 60, button)
        return item

    def send_sheet(self):
        """What lies in the sheet goes."""
        self.wait_for("card", "send")
        self.wait_for("field", self.word("Caption"), focused=True)
        self.key("Return")
        self.wait_gone("card", "send")

    def drag(self, role, label, to):
        """Take an item with the mouse and let it go in the middle of another one."""
        item = self.settled(role, label)
        self.focus()
        self.point(item)
        self.screen.xdotool("mousedown", 1)
        try:
            x, y = item["x"] + item["w"] / 2, item["y"] + item["h"] / 2
            for part in (0.3, 0.6, 0.9, 1):
                self.screen.xdotool("mousemove", *self.on_screen(
                    x + (to["x"] + to["w"] / 2 - x) * part, y + (to["y"] + to["h"] / 2 - y) * part))
        finally:
            self.screen.xdotool("mouseup", 1)

    def choose(self, choice, role, label=None, button=1, **more):
        """Open the menu of an item, take the choice."""
        self.click(role, label, button=button, **more)
        self.click("menuitem", choice)
        self.wait_gone("menuitem")

    def set_theme(self, name):
        """By the settings: "Light", "Dark"."""
        self.key("ctrl+comma")
        self.wait_for("card", "settings")
        if self.find("row", "Look"):  # in a narrow window all is on one page
            self.click("row", "Look")
        self.click("choice", name)
        self.wait_for("choice", name, checked=True)
        self.key("Escape")
        self.wait_gone("card", "settings")

    def set_language(self, language, name):
        """By the settings: "de", "Deutsch"."""
        self.key("ctrl+comma")
        self.wait_for("card", "settings")
        if self.find("row", self.word("Look")):
            self.click("row", self.word("Look"))
        self.click("choice", name)
        self.wait_for("choice", name, checked=True)
        self.speaks(language)
        self.wait_for("choice", self.word("Dark"))
        self.key("Escape")
        self.wait_gone("card", "settings")

    def leave_chat(self):
        self.choose("Leave the chat", "button", "Server")

    def wheel(self, notches, x=None, y=None):
        """Turn the wheel over a place: positive is up."""
        size = self.dump()["window"]
        at = self.on_screen(size["w"] / 2 if x is None else x, size["h"] / 2 if y is None else y)
        self.screen.xdotool("mousemove", *at, "click", "--repeat", abs(notches), "--delay", 8,
                            4 if notches > 0 else 5)

    def key(self, *keys):
        """Press keys one after the other: "Return", "shift+Return", "ctrl+Left"."""
        self.focus()
        self.screen.xdotool("key", "--delay", 12, *keys)

    def type(self, text):
        """Type what is on a US keyboard; a line end is Return."""
        check(text.isascii(), f"{text!r} is not on the keyboard: paste it")
        self.focus()
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if line:
                self.screen.xdotool("type", "--delay", 8, "--", line)
            if number + 1 < len(lines):
                self.screen.xdotool("key", "Return")

    def paste(self, text):
        self.screen.put_clipboard(text)
        self.key("ctrl+v")

    def say(self, text):
        """Write a message and send it, and wait until it stands there."""
        self.wait_for("field", self.word("Message"))
        if text.isascii() and "\n" not in text:
            self.type(text)
        else:
            self.paste(text)
        self.wait_text(text)
        self.key("Return")
        self.wait_for("message", text)
        self.wait_text("")


def make_photo(path, megapixels=12, colours="tomato-steelblue", seed=1):
    """A JPEG of a camera's size: clouds of colours (plasma), 4 to 3."""
    height = int((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = height * 4 // 3
    run("convert", "-seed", str(seed), "-size", f"{width // 8}x{height // 8}", f"plasma:{colours}",
        "-filter", "Triangle", "-resize", f"{width}x{height}!", "-quality", "88", path)
    return width, height


def make_song(path, seconds=3):
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}",
        "-c:a", "libvorbis", path)


def make_film(path, seconds=2):
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}", "-c:v", "mpeg4", "-q:v", "5",
        "-c:a", "aac", "-shortest", path)


def make_pdf(path, pages=40):
    """A real one, with an outline of objects and a cross-reference table (PDF 1.4)."""
    kids = [4 + 2 * i for i in range(pages)]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % k for k in kids)),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for i, kid in enumerate(kids):
        text = b"BT /F1 24 Tf 72 720 Td (Page %d of the report) Tj ET" % (i + 1)
        objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                    b"/Resources << /Font << /F1 3 0 R >> >> >>" % (kid + 1),
                    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += (b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % (len(objects) + 1, table, len(objects) + 1, len(out)))
    with open(path, "wb") as file:
        file.write(out)
