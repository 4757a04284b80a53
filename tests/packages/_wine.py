"""A Windows of our own for scenes: a fresh folder of Wine's on a screen of ours, and the programs for Windows in it.

    with start_server() as server, Screen(2) as screen, Wine(screen) as wine:
        wine.run(setup, "/S")
        ann = screen.window(server, kind=wine.windows(wine.file(r"C:\Program Files\Confab\confab.exe")), name="ann")

Windows' paths and names are written as Windows has them; path() and file() tell where one is on this computer.
"""
import atexit
import contextlib
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "gui"))
from libgui import PATIENCE, SKIPPED, Failed, Window, check, is_there, run, wait_until  # noqa: E402,F401

BUILT = os.environ.get("CONFAB_WINDOWS_PACKAGES", os.path.join(SOURCE, "build", "packages"))
PASSED = ("USER", "LC_ALL", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS")  # what Wine needs to know beside its own
LONG = 180  # seconds for what unpacks or starts a whole Windows


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def newest(ending):
    """The package with this ending, or None."""
    found = [os.path.join(BUILT, name) for name in (os.listdir(BUILT) if os.path.isdir(BUILT) else [])
             if name.startswith("confab-") and name.endswith(ending)]
    return max(found, key=os.path.getmtime, default=None)


def need_wine():
    if not is_there("wine"):
        skip("there is no wine here (packages wine and wine64)")


def need_package(ending):
    return newest(ending) or skip(f"there is no confab-*{ending} in {BUILT}: sh cmake/windows.sh makes it")


def plain(value):
    """Of a registry export: a string without its quotes and backslashes, anything else as it is."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


class Wine:
    """A Windows on a screen. Its person has files of their own: `user` is the name, spaces and all."""

    def __init__(self, screen, user="ann", folder=None):
        self.screen, self.user = screen, user
        self.folder = folder or tempfile.mkdtemp(prefix="confab-wine-")
        self.prefix = os.path.join(self.folder, "prefix")
        self.drive = os.path.join(self.prefix, "drive_c")
        # winemenubuilder would put what is installed into the menu of the one who runs the test
        self.env = dict(screen.env, WINEPREFIX=self.prefix, WINEARCH="win64", WINEDEBUG="-all", USER=user,
                        HOME=self.folder, LC_ALL="C.UTF-8",
                        DBUS_SESSION_BUS_ADDRESS="disabled:",  # else Wine starts a bus, which stays
                        WINEDLLOVERRIDES="mscoree,mshtml=d;winemenubuilder.exe=d")
        for word in ("SDL_VIDEODRIVER", "WAYLAND_DISPLAY", "LANGUAGE", "LANG", "WINELOADER", "XDG_CONFIG_HOME",
                     "XDG_CACHE_HOME", "XDG_DATA_HOME"):  # the last ones: run-test.py's
            self.env.pop(word, None)
        atexit.register(self.end)

    def start(self):
        if not os.path.isdir(self.drive):
            run("wine", "wineboot", "--init", env=self.env, patience=LONG)
            # without a window manager, what is given the keyboard has it
            self.run("reg", "add", r"HKCU\Software\Wine\X11 Driver", "/v", "UseTakeFocus", "/d", "N", "/f")
            self.settle()
            check(os.path.isdir(self.home), f"the person is not called {self.user}: "
                  f"{os.listdir(os.path.join(self.drive, 'users'))}")
        self.run("cmd", "/c", "exit")  # its services take a while; a scene has people who wait
        return self

    # places
    @property
    def home(self):
        """The person's folder."""
        return os.path.join(self.drive, "users", self.user)

    def path(self, path):
        """As Windows calls a file of this computer."""
        inside = os.path.relpath(path, self.drive)
        if not inside.startswith(".."):
            return "C:\\" + inside.replace("/", "\\")
        return "Z:" + os.path.abspath(path).replace("/", "\\")

    def file(self, path):
        """The file of this computer that Windows calls so; whether it is there or not."""
        drive, _, rest = path.partition(":\\")
        return os.path.join({"C": self.drive, "Z": "/"}[drive.upper()], *rest.split("\\"))

    def menu(self):
        """The links in the Start menu, all users' and the person's: name without ending -> file."""
        found = {}
        for top in (f"{self.drive}/ProgramData", f"{self.home}/AppData/Roaming"):
            for folder, _, names in os.walk(f"{top}/Microsoft/Windows/Start Menu"):
                for name in names:
                    if name.endswith(".lnk"):
                        found[name[:-4]] = os.path.join(folder, name)
        return found

    # programs
    def run(self, program, *words, code=0, patience=LONG, **more):
        """Run it to its end; what it wrote."""
        done = subprocess.run(["wine", program, *words], env=dict(self.env, **more.pop("env", {})), capture_output=True,
                              timeout=patience, **more)
        if done.returncode != code:
            raise Failed(f"{program} {' '.join(words)} ended with {done.returncode}: "
                         f"{(done.stdout + done.stderr).decode(errors='replace')}")
        return done

    def open(self, what, *words):
        """As a double-click does; whatever it starts goes on alone (and would hold a pipe of ours)."""
        subprocess.run(["wine", "start", what, *words], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True, timeout=LONG)

    def command(self, *words):
        """A program of this computer that runs those words in this Windows, its own after them."""
        def quoted(word):
            return "'" + word.replace("'", "'\\''") + "'"
        handle, path = tempfile.mkstemp(prefix="run-", suffix=".sh", dir=self.folder)
        with os.fdopen(handle, "w") as script:
            script.write("#!/bin/sh\nunset SDL_VIDEODRIVER XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME\n")
            for key, value in self.env.items():
                if key.startswith("WINE") or key in PASSED:
                    script.write(f"export {key}={quoted(value)}\n")
            script.write(f"exec wine {' '.join(map(quoted, words))} \"$@\"\n")
        os.chmod(path, stat.S_IRWXU)
        return path

    def windows(self, program):
        """The class of windows of a program (a file of this computer)."""
        return type("WindowsWindow", (WineWindow,), {"wine": self, "program": self.command(self.path(program))})

    def registry(self, key):
        """What is under a key: {key: {name: value as the export has it}}; empty when there is no such key."""
        handle, path = tempfile.mkstemp(suffix=".reg", dir=self.folder)
        os.close(handle)
        done = subprocess.run(["wine", "reg", "export", key, self.path(path), "/y"], env=self.env,
                              capture_output=True, timeout=LONG)
        with open(path, encoding="utf-16") as file:
            text = file.read() if done.returncode == 0 else ""
        found, into = {}, {}
        for line in text.replace("\\\n  ", "").splitlines():
            if line.startswith("["):
                into = found.setdefault(line[1:-1], {})
            elif "=" in line:
                name, value = re.fullmatch(r'(@|"(?:[^"\\]|\\.)*")=(.*)', line).groups()
                into[plain(name) if name != "@" else ""] = plain(value)
        return found

    def set_dots_per_inch(self, dots):
        """96 is 100 %; for what is started from now on."""
        self.run("reg", "add", r"HKCU\Control Panel\Desktop", "/v", "LogPixels", "/t", "REG_DWORD", "/d", str(dots), "/f")
        self.settle()

    def processes(self, *names):
        """{id: command line} of what runs in this Windows under those names (all: none given)."""
        found = {}
        mark = b"\0WINEPREFIX=" + os.fsencode(self.prefix) + b"\0"
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    line = file.read().decode(errors="replace").replace("\0", " ").strip()
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if mark not in b"\0" + file.read() + b"\0" or not line:
                        continue
                found[int(entry)] = line
        if names:
            found = {pid: line for pid, line in found.items()
                     if any(re.search(rf"(^|[\\/]){re.escape(name)}( |\"|$)", line) and "start.exe" not in line
                            for name in names)}
        return found

    def wait_ended(self, *names, patience=PATIENCE):
        wait_until(lambda: not self.processes(*names), lambda: f"still there: {self.processes(*names)}", patience)

    def settle(self):
        """Until nothing runs in it any more, Windows' own services included; what is written is on the disk."""
        try:
            subprocess.run(["wineserver", "-w"], env=self.env, timeout=60)
        except subprocess.TimeoutExpired:
            raise Failed(f"it does not come to rest: {self.processes()}") from None

    def end(self):
        """All of this Windows ends."""
        if os.path.isdir(self.prefix):
            subprocess.run(["wineserver", "-k"], env=self.env, timeout=60, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end()


class WineWindow(Window):
    """A window of confab.exe."""

    wine = None  # and program: see Wine.windows()

    def __init__(self, screen, server=None, env=None, **more):
        mine = {key: value for key, value in self.wine.env.items() if key.startswith("WINE") or key in PASSED}
        super().__init__(screen, server, env=dict(mine, **(env or {})), **more)
        # what is the person's lies where Windows has it, not where a variable says
        for word in ("SDL_VIDEODRIVER", "SDL_AUDIODRIVER", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            if word not in (env or {}):
                self.env.pop(word, None)
        self.env.setdefault("SDL_AUDIODRIVER", "dummy")

    def path(self, path):
        return self.wine.path(path)

    def _search(self):
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "^confab.exe$"],
                              env=self.screen.env, capture_output=True, text=True, timeout=PATIENCE)
        ids = done.stdout.split()
        return ids[-1] if ids else None

    def pid(self):
        """Of confab.exe itself."""
        return wait_until(lambda: next(iter(self.wine.processes("confab.exe")), None), "there is no confab.exe")

    def kill(self):
        for pid in self.wine.processes("confab.exe"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        super().kill()
