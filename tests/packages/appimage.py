#!/usr/bin/env python3
"""The AppImage on systems that have nothing but a desktop: Debian 13 where FUSE mounts it, Debian 12 where it unpacks
itself; two of them chat and see a picture. And its head alone: options, names, damage, a full disk, the cache.

CONFAB_APPIMAGE=FILE is what is tested (else the newest below build/). ctest labels: package"""
import glob
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "gui"), HERE]
from _debian import SKIPPED, Debian, unshare_mounts  # noqa: E402
from libgui import PATIENCE, Screen, Window, check, equal, make_photo, run_scenes, start_server, wait_until  # noqa: E402
from picture import check_seen  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
FOUND = sorted(glob.glob(os.path.join(ROOT, "build", "**", "Confab-*.AppImage"), recursive=True), key=os.path.getmtime)
IMAGE = os.environ.get("CONFAB_APPIMAGE") or (FOUND[-1] if FOUND else "")
MEGABYTES_MAX = 65
MOUNTED = ".mount_confab"
# What a desktop has before anybody installs anything: cmake/package/linux/desktop-libraries.txt, by Debian's packages
DESKTOP = ("libx11-6 libx11-xcb1 libxcb1 libxcb-shm0 libxcb-render0 libwayland-client0 libwayland-cursor0 libwayland-egl1 "
           "libxkbcommon0 libdrm2 libgbm1 libexpat1 zlib1g libstdc++6 libgcc-s1 fontconfig libfontconfig1 libfreetype6 "
           "libharfbuzz0b").split()
RENAMED = {"trixie": ["libasound2t64", "libglib2.0-0t64"], "bookworm": ["libasound2", "libglib2.0-0"]}


def run(*command, env=None, code=0, **more):
    """What it wrote; it must end with this code."""
    done = subprocess.run(command, env=dict(os.environ, DISPLAY="", WAYLAND_DISPLAY="", **(env or {})), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **more)
    equal(done.returncode, code, f"exit code of {command}, which wrote: {done.stdout}")
    return done.stdout


def damaged(folder, change):
    """A copy of the file in which something was changed."""
    path = os.path.join(folder, "Damaged.AppImage")
    shutil.copy(IMAGE, path)
    with open(path, "r+b") as file:
        change(file)
    return path


def flip(file, at):
    file.seek(at)
    byte = file.read(1)
    file.seek(at)
    file.write(bytes([byte[0] ^ 0x55]))


class Person(Window):
    """A window that runs from the AppImage in a Debian of its own, as an ordinary user."""

    def __init__(self, screen, server, debian, image, name):
        home = debian.person(name)
        super().__init__(screen, server, slot=len(screen.windows), name=name, home=debian.root + home)
        self.downloads = debian.root + home + "/downloads"
        words = [word.replace(debian.root, "") for word in self.command[1:]]
        self.command = debian.command(image, *words, user=name)
        # nothing of this computer's: no path to libraries, no settings
        self.env = debian.environment(home=home, DISPLAY=screen.display, SDL_AUDIODRIVER="dummy", CONFAB_REDUCED_MOTION="1")
        screen.windows.append(self)
        self.open()

    def environment(self):
        with open(f"/proc/{self.process.pid}/environ", encoding="utf-8") as file:
            return dict(pair.split("=", 1) for pair in file.read().split("\0") if "=" in pair)

    def libraries(self):
        """The files that are loaded, by their names: the folder of each."""
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as file:
            return dict(reversed(os.path.split(line.rstrip().split(maxsplit=5)[5])) for line in file if ".so" in line)


def check_libraries(window, place):
    """What a desktop has is the desktop's, the rest is ours; and nothing that other programs would load."""
    equal([word for word in window.environment() if word.startswith("LD_")], [], "variables of the loader")
    loaded = window.libraries()
    for name in ("libSDL2-2.0.so.0", "libSDL2_ttf-2.0.so.0", "libcrypto.so.3"):
        check(place in loaded.get(name, ""), f"{name} is ours: {loaded}")
    for name in ("libc.so.6", "libX11.so.6", "libfontconfig.so.1", "libglib-2.0.so.0"):
        check(not any(place in folder for file, folder in loaded.items() if file.startswith(name)), f"{name} is not: {loaded}")


def scene_two_desktops():
    """Ann's Debian 13 mounts it, Bob's Debian 12 unpacks it; they talk, and a photo of hers is seen in both windows."""
    photo = os.path.join(tempfile.mkdtemp(), "photo.jpg")
    make_photo(photo)
    with Debian("trixie") as new, Debian("bookworm") as old, start_server() as server, Screen(2) as screen:
        images = []
        for debian in (new, old):
            debian.install(*DESKTOP, *RENAMED[debian.suite], options=["--no-install-recommends"])
            check(not debian.run("sh", "-c", "ldconfig -p | grep -E 'libSDL2|libav' || true"), "nothing of SDL or FFmpeg is there")
            folder = "/tmp/Confab's été"  # as a folder for downloads may be called
            os.mkdir(debian.root + folder)
            shutil.copy(IMAGE, debian.root + folder + "/Confab (1).AppImage")
            images.append(folder + "/Confab (1).AppImage")
        new.install("fuse3", options=["--no-install-recommends"])
        new.run("ln", "-s", "../proc/self/mounts", "/etc/mtab")  # as systemd does at the start of a computer
        old._mount("--bind", "/dev/null", "/dev/fuse")  # nor has it fusermount3
        ann = Person(screen, server, new, images[0], "ann")
        bob = Person(screen, server, old, images[1], "bob")
        mounted, unpacked_to = [window.environment()["APPDIR"] for window in (ann, bob)]
        check(mounted.startswith("/tmp/" + MOUNTED), f"{mounted} is mounted")
        check(unpacked_to.startswith("/home/bob/.cache/confab-appimage/"), f"{unpacked_to} is in the cache")
        equal(stat.S_IMODE(os.stat(old.root + os.path.dirname(unpacked_to)).st_mode), 0o700, "others cannot look into it")
        check_libraries(ann, mounted)
        check_libraries(bob, unpacked_to)
        bob.say("schön, dich zu sehen 👋")
        ann.wait_for("message", "schön, dich zu sehen 👋")
        shutil.copy(photo, new.root + "/home/ann/photo.jpg")
        os.chmod(new.root + "/home/ann/photo.jpg", 0o644)
        new_tmp = os.path.join("/home/ann", "photo.jpg")
        send(screen, server, new, images[0], new_tmp)
        for window in (ann, bob):
            window.wait_for("image", "photo.jpg", value="shown")
            window.wait_gone("progress")
            window.wait_still()
            check_seen(window, window.settled("image", "photo.jpg", value="shown"), photo, window.name)
        if os.environ.get("CONFAB_GUI_KEEP"):
            screen.save(os.path.join(os.environ["CONFAB_GUI_KEEP"], "appimage.png"))
        for window in (ann, bob):
            window.close()
        wait_until(lambda: not [name for name in os.listdir(new.root + "/tmp") if name.startswith(MOUNTED)],
                   "what was mounted goes when the program ends")


def send(screen, server, debian, image, path):
    """By the program for a terminal that is in the same file."""
    debian.run(image, "confab-cli", "127.0.0.1", str(server.port), *server.for_clients, "--name", "cat", "--room", "lobby",
               "--send", path, user="ann", HOME="/home/ann", XDG_CONFIG_HOME="/tmp/cat")


def scene_size():
    """A file that is had in a minute."""
    megabytes = os.path.getsize(IMAGE) / 1e6
    check(megabytes < MEGABYTES_MAX, f"it has {megabytes:.1f} MB")
    print(f"{megabytes:.1f} MB")


def scene_programs():
    """The other programs by a word or by a name; words and the exit code go through."""
    folder = tempfile.mkdtemp()
    link = os.path.join(folder, "confab-cli")
    os.symlink(os.path.abspath(IMAGE), link)
    for way, name in (([IMAGE], "confab"), ([IMAGE, "confab"], "confab"), ([IMAGE, "confab-cli"], "confab-cli"),
                      ([IMAGE, "confab-server"], "confab-server"), ([link], "confab-cli")):
        equal(run(*way, "--version").split()[0], name, f"the program of {way[1:] or way}")
    said = run(link, "--no such option", code=2)
    check("--no such option" in said, f"one word with its spaces: {said}")


def scene_options():
    """What is for the head and not for the program."""
    folder = tempfile.mkdtemp()
    offset = int(run(IMAGE, "--appimage-offset"))
    with open(IMAGE, "rb") as file:
        head = file.read(11)
        file.seek(offset)
        equal((head[:4], head[8:11], file.read(4)), (b"\x7fELF", b"AI\x02", b"hsqs"), "type 2 of the specification")
    equal(run(IMAGE, "--appimage-version").strip(), run(IMAGE, "--version").split()[1], "version")
    run(IMAGE, "--appimage-nonsense", code=127)
    run(IMAGE, "--appimage-extract", "*.desktop", cwd=folder)
    equal([path.name for path in pathlib.Path(folder).glob("squashfs-root/*.desktop") if path.is_file()],
          ["org.confab.Confab.desktop"], "what was asked for")
    run(IMAGE, "--appimage-extract", cwd=folder)
    equal(run(folder + "/squashfs-root/AppRun", "confab-server", "--version", env=dict(os.environ, APPDIR="/usr")).split()[0],
          "confab-server", "it runs where it was unpacked, also in a terminal that is an AppImage")
    notices = pathlib.Path(folder, "squashfs-root/usr/share/confab/notices.txt").read_text(encoding="utf-8")
    for part in ("libsdl2", "ffmpeg", "squashfuse", "lzo2", "zlib", "fonts-inter"):
        check(f"  {part} " in notices, f"{part} is in the notices")
    process = subprocess.Popen([IMAGE, "--appimage-mount"], stdout=subprocess.PIPE, text=True)
    place = process.stdout.readline().strip()
    check(os.path.exists(place + "/AppRun"), f"mounted in {place}")
    process.send_signal(signal.SIGTERM)
    process.wait()
    process.stdout.close()
    wait_until(lambda: not os.path.exists(place), f"{place} goes with it")


def scene_formats():
    """Its own FFmpeg and its own FluidSynth read all that the tests of the media helper have, and play it."""
    folder = tempfile.mkdtemp()
    run(IMAGE, "--appimage-extract", cwd=folder)
    programs = os.path.join(folder, "programs")
    os.mkdir(programs)
    for found in (*pathlib.Path(folder).glob("squashfs-root/usr/libexec/confab/*"), *pathlib.Path(folder).glob("squashfs-root/usr/bin/*")):
        os.symlink(found, os.path.join(programs, found.name))
    for script in ("formats.py", "play.py"):
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "integration", script)], text=True, timeout=600,
                              env=dict(os.environ, CONFAB_BIN=programs), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        equal(done.returncode, 0, f"exit code of {script}, which wrote: {done.stdout[-3000:]}")


def scene_pipe():
    """What was written is at its end when the program has ended, though files are served for a moment longer."""
    said = subprocess.run(f"'{IMAGE}' confab-cli --version | cat", shell=True, capture_output=True, timeout=PATIENCE)
    check(said.stdout.startswith(b"confab-cli "), said)


def scene_damage():
    """A file that is not whole or not right says so, and starts nothing."""
    folder = tempfile.mkdtemp()
    size = os.path.getsize(IMAGE)
    said = run(damaged(folder, lambda file: file.truncate(size * 2 // 3)), "--version", code=127)
    check("is not whole" in said and "Download it again" in said, said)
    for at in (size // 2, size - 100):
        said = run(damaged(folder, lambda file: flip(file, at)), "--version", code=127)
        check("is damaged. Download it again" in said, said)


def unpacked(cache, *words, **more):
    return run(IMAGE, *(words or ("--version",)), env={"APPIMAGE_EXTRACT_AND_RUN": "1", "XDG_CACHE_HOME": cache}, **more)


def folders(cache):
    return sorted(os.listdir(os.path.join(cache, "confab-appimage")))


def scene_cache():
    """Unpacked once; what is missing is put back; old versions go unless they are in use; nobody else's folder is used."""
    cache = tempfile.mkdtemp()
    unpacked(cache)
    (mine,) = folders(cache)
    program = pathlib.Path(cache, "confab-appimage", mine, "usr/bin/confab")
    made = program.stat().st_ino
    unpacked(cache)
    equal(program.stat().st_ino, made, "it is not unpacked again")
    program.unlink()
    unpacked(cache)
    check(program.exists(), "what something took away is there again")
    for name in ("confab-0.0.1-00000000", "confab-0.0.2-00000000", "confab-0.0.1-00000000.part.1", "else"):
        os.makedirs(os.path.join(cache, "confab-appimage", name, "usr"))
    holder = subprocess.Popen(["flock", "-s", os.path.join(cache, "confab-appimage/confab-0.0.2-00000000/.in-use"), "cat"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdin.write(b"up\n")
    holder.stdin.flush()
    holder.stdout.readline()
    unpacked(cache)
    equal(folders(cache), sorted(["confab-0.0.2-00000000", mine, "else"]), "what is left")
    holder.communicate()
    unpacked(cache)
    equal(folders(cache), sorted([mine, "else"]), "what is left when nothing runs from it")


def scene_foreign_cache():
    """A folder that others can write to, or that is a link or of somebody else, is not used."""
    cache, temp = tempfile.mkdtemp(), tempfile.mkdtemp()
    own = os.path.join(cache, "confab-appimage")
    os.mkdir(own, 0o777)
    os.chmod(own, 0o777)
    unpacked(cache)
    equal(stat.S_IMODE(os.stat(own).st_mode), 0o700, "it is closed to others")
    shutil.rmtree(own)
    os.symlink(tempfile.mkdtemp(), own)
    run(IMAGE, "--version", env={"APPIMAGE_EXTRACT_AND_RUN": "1", "XDG_CACHE_HOME": cache, "TMPDIR": temp})
    equal(os.listdir(own), [], "where the link points to")
    equal(len(os.listdir(os.path.join(temp, f"confab-appimage-{os.geteuid()}"))), 1, "unpacked elsewhere")
    if os.geteuid() == 0:
        os.unlink(own)
        os.mkdir(own)
        os.chown(own, 65534, -1)
        run(IMAGE, "--version", env={"APPIMAGE_EXTRACT_AND_RUN": "1", "XDG_CACHE_HOME": cache, "TMPDIR": temp})
        equal(os.listdir(own), [], "somebody else's folder")


def scene_full_disk():
    """It says how much it needs, leaves no half of it, and runs when there is room."""
    cache = tempfile.mkdtemp()
    script = 'mount -t tmpfs -o size=$1 tmpfs "$0" && shift && "$@"; code=$?; find "$0" -name "confab-0*"; exit $code'
    env = {"APPIMAGE_EXTRACT_AND_RUN": "1", "XDG_CACHE_HOME": cache}
    said = run("unshare", "-m", "sh", "-c", script, cache, "16m", IMAGE, "--version", env=env, code=127)
    check("not enough room" in said and " MB" in said, said)
    check("/confab-appimage/" not in said.replace("/confab-appimage:", ""), f"nothing is left of it: {said}")
    said = run("unshare", "-m", "sh", "-c", script, cache, "1g", IMAGE, "--version", env=env)
    check(said.startswith("confab "), said)


if not IMAGE:
    print("skipped: there is no AppImage (sh cmake/package/linux/appimage.sh makes it)")
    sys.exit(SKIPPED)
unshare_mounts()
IMAGE = os.path.abspath(IMAGE)
run_scenes(sys.modules[__name__])
