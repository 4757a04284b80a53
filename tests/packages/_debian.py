"""A fresh Debian in a folder, for packages to be installed into and people to work in.

    unshare_mounts()                          # first of all: nothing stays mounted, however the test ends
    with Debian("bookworm") as debian:
        debian.run("apt-get", "install", "-y", "/tmp/confab.deb")

It comes from the mirror that this system uses. What debootstrap made, and the packages that apt loaded, stay in
~/.cache/confab/debian for the next time; the Debian itself is new each time.
"""
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gui"))
import libgui  # noqa: E402
from libgui import Failed, Window, check, wait_until  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "confab", "debian")
PATIENCE = 1500  # of apt and debootstrap, which load hundreds of megabytes
SKIPPED = 77
INSIDE = "CONFAB_TEST_UNSHARED"


def unshare_mounts():
    """Goes on in a mount namespace of its own."""
    if os.environ.get(INSIDE) == "1":
        return
    if os.geteuid() != 0:
        print("skipped: only root may make a Debian in a folder")
        sys.exit(SKIPPED)
    for program, package in (("debootstrap", "debootstrap"), ("unshare", "util-linux")):
        if not shutil.which(program):
            print(f"skipped: {program} is missing (package {package})")
            sys.exit(SKIPPED)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def codename():
    """This system's release of Debian, like bookworm."""
    with open("/etc/os-release", encoding="utf-8") as file:
        found = re.search(r"(?m)^VERSION_CODENAME=(\w+)", file.read())
    check(found, "/etc/os-release has no VERSION_CODENAME")
    return found.group(1)


def mirror():
    """Where this system has its packages of Debian from."""
    told = libgui.run("apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(CODENAME)",
                      "Created-By: Packages", patience=PATIENCE).decode()
    for line in told.splitlines():
        where, origin, name = line.split(" ", 2)
        if origin == "Debian" and "-" not in name:
            return where
    raise Failed("this system has no list of Debian's packages; apt-get update first")


class Debian:
    def __init__(self, suite):
        self.suite = suite
        self.root = tempfile.mkdtemp(prefix=f"confab-{suite}-")
        self.shared = os.path.join(self.root, "shared")  # the same path inside and outside
        self.mounts = []

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.end()

    def _make(self):
        base = os.path.join(CACHE, f"{self.suite}.tar")
        os.makedirs(CACHE, exist_ok=True)
        if not os.path.exists(base):
            print(f"debootstrap {self.suite}", flush=True)
            with tempfile.TemporaryDirectory(dir=CACHE) as work:
                libgui.run("debootstrap", "--variant=minbase", self.suite, f"{work}/root", mirror(), patience=PATIENCE)
                libgui.run("tar", "-C", f"{work}/root", "--exclude=./var/cache/apt/archives/*.deb", "-cf",
                           f"{work}/base.tar", ".", patience=PATIENCE)
                os.rename(f"{work}/base.tar", base)
        libgui.run("tar", "-C", self.root, "-xf", base, patience=PATIENCE)
        os.chmod(self.root, 0o755)
        self._mount("-t", "proc", "proc", "/proc")
        self._mount("--rbind", "/dev", "/dev")
        archives = os.path.join(CACHE, f"{self.suite}-archives")
        os.makedirs(archives, exist_ok=True)
        self._mount("--bind", archives, "/var/cache/apt/archives")
        os.makedirs(self.shared, mode=0o777)
        os.chmod(self.shared, 0o777)
        os.makedirs(self.root + self.shared)
        self._mount("--bind", self.shared, self.shared)
        # the screen of a test
        os.makedirs("/tmp/.X11-unix", exist_ok=True)
        os.makedirs(self.root + "/tmp/.X11-unix", exist_ok=True)
        self._mount("--bind", "/tmp/.X11-unix", "/tmp/.X11-unix")
        shutil.copy("/etc/resolv.conf", self.root + "/etc/resolv.conf")
        self.write("/etc/apt/sources.list", f"deb {mirror()} {self.suite} main\n")
        # it lives for minutes: nothing has to be safe on a disk
        self.write("/etc/dpkg/dpkg.cfg.d/test", "force-unsafe-io\n")
        # no service is started in here
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
        self.run("apt-get", "-q", "update")

    def _mount(self, *words):
        *how, place = words
        libgui.run("mount", *how, self.root + place)
        self.mounts.insert(0, self.root + place)

    def end(self):
        for place in self.mounts:
            subprocess.run(["umount", "-R", "-l", place], capture_output=True, check=False)
        with open("/proc/self/mounts", encoding="utf-8") as file:
            left = [line.split()[1] for line in file if self.root in line]
        check(not left, f"still mounted: {left}")  # before anything is removed below it
        shutil.rmtree(self.root, ignore_errors=True)

    def command(self, *words, user=None):
        return ["chroot", *([f"--userspec={user}:{user}"] if user else []), self.root, *words]

    def environment(self, home="/root", **more):
        return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LC_ALL": "C.UTF-8",
                "DEBIAN_FRONTEND": "noninteractive", **more}

    def run(self, *words, user=None, **more):
        """What the command prints; it must succeed."""
        done = subprocess.run(self.command(*words, user=user), env=self.environment(**more), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE, check=False)
        told = done.stdout.decode(errors="replace")
        check(done.returncode == 0, f"{' '.join(words)}: {told[-4000:]}")
        return told

    def fails(self, *words):
        return subprocess.run(self.command(*words), env=self.environment(), capture_output=True,
                              timeout=PATIENCE, check=False).returncode != 0

    def install(self, *packages, options=()):
        self.run("apt-get", "-q", "-y", *options, "install", *packages)

    def bring(self, path):
        """A copy of a file in here; its path inside."""
        shutil.copy(path, self.root + "/tmp/")
        return "/tmp/" + os.path.basename(path)

    def write(self, path, text, mode=0o644):
        with open(self.root + path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.root + path, mode)

    def read(self, path):
        with open(self.root + path, encoding="utf-8") as file:
            return file.read()

    def exists(self, path):
        return os.path.lexists(self.root + path)

    def person(self, name, home=None):
        """An ordinary user, with a home that is really there; its path."""
        home = home or f"/home/{name}"
        self.run("useradd", "--create-home", "--home-dir", home, "--shell", "/bin/bash", name)
        return home


def exec_line(desktop_file, *arguments):
    """The command of a desktop file as the specification has it, its %u and %U being these arguments."""
    found = re.search(r"(?m)^Exec=(.*)$", desktop_file)
    check(found, "the desktop file has no Exec=")
    words = []
    for word in found.group(1).split():
        if word in ("%u", "%U"):
            words += arguments
        elif not word.startswith("%"):
            words.append(word.strip('"'))
    return words


class DebianWindow(Window):
    """A window of the installed confab, started by its desktop file's command as an ordinary user."""

    def __init__(self, screen, debian, user, home, slot=0, address=(), options=(), env=None):
        desktop = debian.read("/usr/share/applications/org.confab.Confab.desktop")
        super().__init__(screen, slot=slot, name=user, home=debian.root + home)
        self.server = bool(address)
        self.downloads = debian.root + home + "/Downloads"
        dump = home + "/dump.json"
        self.command = debian.command(
            *exec_line(desktop, *address), "--name", user, "--ui-dump", dump, "--no-discovery", "--size",
            f"{screen.slot_width}x{screen.slot_height}", *options, user=user)
        self.env = debian.environment(home=home, **{"DISPLAY": screen.display, "SDL_AUDIODRIVER": "dummy",
                                                    "CONFAB_REDUCED_MOTION": "1", **(env or {})})
        screen.windows.append(self)
        self.open()


def window_of(screen):
    """The window that desktops take for the desktop file's, or None."""
    done = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "org.confab.Confab"], env=screen.env,
                          capture_output=True, text=True, check=False)
    return (done.stdout.split() or [None])[-1]


def free_port():
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def is_listening(port):
    with contextlib.closing(socket.socket()) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def service(debian, port):
    """The packaged service as systemd would run it: its command line, its data folder, a user of its own."""
    unit = debian.read("/usr/lib/systemd/system/confab-server.service")
    words = re.search(r"(?m)^ExecStart=(.*)$", unit).group(1).replace("%S", "/var/lib").split()
    checked = re.search(r"(?m)^ExecStartPre=(.*)$", unit).group(1).split()
    debian.run(*checked)
    data = debian.root + "/var/lib/confab"
    os.makedirs(data, mode=0o700, exist_ok=True)
    dynamic = 61184  # the first of systemd's dynamic users
    os.chown(data, dynamic, dynamic)
    log = open(debian.root + "/tmp/server.log", "ab")
    process = subprocess.Popen(debian.command(*words, user=dynamic), env=debian.environment(home="/"), stdout=log,
                               stderr=log)
    try:
        wait_until(lambda: is_listening(port), lambda: "the server does not listen: " + debian.read("/tmp/server.log"))
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
