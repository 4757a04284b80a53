#!/usr/bin/env python3
"""The Debian packages in a fresh Debian: installed with apt, started from the desktop file by ordinary users who chat
and show a picture through the packaged service; upgraded, removed, purged. CONFAB_PACKAGES is the folder of the
packages; without it they are built (cmake/package/linux/deb.sh)."""
import glob
import os
import re
import shutil
import subprocess
import sys
import time

from _debian import (SOURCE, Debian, DebianWindow, Failed, check, codename, free_port, is_listening, service,
                     unshare_mounts, wait_until, window_of)
from libgui import Picture, Screen, equal, make_photo, run
from sound import BLOCK, amplitude, captured, loudness

LOADED = ("libSDL2_mixer-2.0.so.0", "libdbus-1.so.3", "libfontconfig.so.1", "libfluidsynth.so.3", "libGL.so.1")
GREETING = "hello from a fresh Debian 🎉 مرحبا 你好"
PICTURES = os.environ.get("CONFAB_PACKAGE_PICTURES")  # a folder that gets pictures of what was seen


def packages():
    folder = os.environ.get("CONFAB_PACKAGES") or os.path.join(SOURCE, "build", "packages")
    if not os.environ.get("CONFAB_PACKAGES"):
        run("sh", os.path.join(SOURCE, "cmake/package/linux/deb.sh"), folder, patience=1500)
    found = {}
    for name in ("confab", "confab-cli", "confab-server"):
        files = glob.glob(os.path.join(folder, f"{name}_*.deb"))
        check(len(files) == 1, f"{folder} has {len(files)} packages of {name}")
        found[name] = files[0]
    return found


def older(package, folder):
    """The same package as it was in version 0.0.1."""
    tree = os.path.join(folder, "older")
    run("dpkg-deb", "-R", package, tree)
    control = os.path.join(tree, "DEBIAN", "control")
    with open(control, encoding="utf-8") as file:
        text = re.sub(r"(?m)^Version: .*$", "Version: 0.0.1", file.read())
    with open(control, "w", encoding="utf-8") as file:
        file.write(text)
    path = os.path.join(folder, os.path.basename(package).split("_")[0] + "_0.0.1.deb")
    run("dpkg-deb", "--root-owner-group", "-b", tree, path)
    shutil.rmtree(tree)
    return path


def step(text):
    print(f"{time.monotonic() - START:6.1f} s  {text}", flush=True)


def picture(screen, name):
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
        step("picture: " + screen.save(os.path.join(PICTURES, name)))


def check_libraries(debian):
    """Nothing that is linked is missing, nor what is loaded later."""
    programs = [path[len(debian.root):] for pattern in ("/usr/bin/confab*", "/usr/libexec/confab/*")
                for path in glob.glob(debian.root + pattern)]
    equal(len(programs), 5, f"programs ({programs})")
    for program in programs:
        told = debian.run("ldd", program)
        check("not found" not in told, f"{program}: {told}")
    known = debian.run("ldconfig", "-p")
    for library in LOADED:
        check(library in known, f"{library} did not come with the package")
    for name in ("Inter", "JetBrains Mono", "Noto Color Emoji"):
        check(name in debian.run("fc-match", name), f"the typeface {name} did not come with the package")


def close(screen):
    screen.xdotool("windowfocus", "--sync", window_of(screen))
    screen.xdotool("key", "--clearmodifiers", "ctrl+q")
    wait_until(lambda: window_of(screen) is None, "Ctrl+Q did not end it")


def check_started_by_double_click(debian, screen, user, home):
    """GIO starts it from its desktop file, as desktops do; it is the window that the desktop file speaks of."""
    environment = debian.environment(home=home, DISPLAY=screen.display, SDL_AUDIODRIVER="dummy")
    started = subprocess.Popen(debian.command("gio", "launch", "/usr/share/applications/org.confab.Confab.desktop",
                                              user=user), env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    window = wait_until(lambda: window_of(screen), "no window came of the desktop file")
    check("org.confab.Confab" in run("xprop", "-id", window, "WM_CLASS", env=screen.env).decode(), "WM_CLASS")
    wait_until(lambda: screen.pixels().colours() > 60, "the window stays empty")
    time.sleep(1)  # for the picture alone
    picture(screen, "first-start.png")
    close(screen)
    started.wait(timeout=60)


def click_link(debian, screen, user, home, link):
    """What a click on it in another program does; a desktop's xdg-open may last as long as the window."""
    return subprocess.Popen(debian.command("xdg-open", link, user=user),
                            env=debian.environment(home=home, DISPLAY=screen.display, SDL_AUDIODRIVER="dummy"))


def hears(path, hertz):
    """Somewhere in what was put out (SDL's disk driver writes it down) nothing but this tone is heard."""
    samples = captured(path)
    blocks = (samples[at:at + BLOCK] for at in range(0, len(samples) - BLOCK + 1, BLOCK))
    return any(loudness(block) > 0.01 and amplitude(block, hertz) > 0.9 * loudness(block) for block in blocks)


def check_talk(debian, homes, port):
    photo = os.path.join(debian.shared, "été 2024.jpg")
    make_photo(photo, megapixels=2)
    song = os.path.join(debian.shared, "song.ogg")
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-c:a", "libvorbis", song)
    for path in (photo, song):
        os.chmod(path, 0o644)
    address = ("127.0.0.1", str(port))
    heard = homes["ben"] + "/heard.raw"
    with Screen(2) as screen:
        check_started_by_double_click(debian, screen, "cleo", homes["cleo"])
        step("started from the desktop file")
        ann = DebianWindow(screen, debian, "ann", homes["ann"], slot=0, address=address)
        ben = DebianWindow(screen, debian, "ben", homes["ben"], slot=1, address=address,
                           env={"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": heard})
        ann.say(GREETING)
        ben.wait_for("message", GREETING)
        ben.say("hello ann")
        ann.wait_for("message", "hello ann")
        step("both talk")
        screen.drag_files([photo], ann, 640, 400)
        item = ben.settled("image", os.path.basename(photo), value="shown")
        ben.wait_still()
        item = ben.settled("image", os.path.basename(photo), value="shown")
        seen = ben.pixels_of(item)
        wanted = Picture.of_file(photo, seen.width, seen.height)
        top = (0, 0, seen.width, seen.height * 4 // 5)
        difference = seen.cut(*top).difference(wanted.cut(*top), 6, 6)
        check(difference < 24, f"what ben sees differs by {difference:.0f} of 255 from the photo")
        step("the picture is seen")
        screen.drag_files([song], ann, 640, 400)
        ben.wait_for("audio", "song.ogg")
        ben.wait_still()
        ben.click("button", "Play")
        wait_until(lambda: hears(debian.root + heard, 440), "the song is not heard")
        step("the song is heard")
        picture(screen, "two-people.png")
        link = f"confab://127.0.0.1:{port}/garden"
        click_link(debian, screen, "ann", homes["ann"], link).wait(timeout=60)
        ann.wait_for("row", "garden")
        step("xdg-open reached the open window")
        picture(screen, "link.png")
        ann.close()
        ben.close()
        screen.windows.clear()
        # and with no window open it opens one
        clicked = click_link(debian, screen, "ann", homes["ann"], link)
        wait_until(lambda: window_of(screen), "no window came of the link")
        close(screen)
        clicked.wait(timeout=60)


def files_of(debian, folder):
    return sorted(os.path.join(where, name)[len(debian.root):] for where, _, names in os.walk(debian.root + folder)
                  for name in names)


def check_terminal(debian, home, port):
    """The terminal client, alone on its line."""
    debian.run("sh", "-c", f"echo from the terminal | confab-cli 127.0.0.1 {port} --name dora", user="ann", home=home)


def main():
    with Debian(codename()) as debian:
        found = packages()
        told = run("lintian", "--fail-on", "error,warning", *found.values(), patience=1500).decode()
        step(f"lintian: {told.strip() or 'nothing'}")
        inside = {name: debian.bring(path) for name, path in found.items()}
        step(f"a fresh {debian.suite}, {len(debian.run('dpkg-query', '-f', '.', '-W'))} packages")

        # the server: an older version, a changed setting, the new one
        debian.install(debian.bring(older(found["confab-server"], debian.shared)))
        port = free_port()
        changed = f"address = 127.0.0.1\nport = {port}\nno-beacon = yes\nname = The house\n"
        debian.write("/etc/confab/server.conf", changed)
        debian.install(inside["confab-server"])
        equal(debian.read("/etc/confab/server.conf"), changed, "the settings after an upgrade")
        check(debian.exists("/etc/systemd/system/multi-user.target.wants/confab-server.service"),
              "the service is not enabled")
        check(debian.fails("test", "-e", "/usr/bin/confab"), "the server brought the window along")
        step("the server is installed and upgraded")

        debian.install(inside["confab-cli"])
        count = len(debian.run("dpkg-query", "-f", ".", "-W"))
        check(debian.fails("sh", "-c", "ldconfig -p | grep -q libSDL2"), "the terminal client brought SDL along")
        step(f"the terminal client is installed, {count} packages")

        debian.install(inside["confab"])
        debian.install(inside["confab"], options=["--reinstall"])
        count = len(debian.run("dpkg-query", "-f", ".", "-W"))
        step(f"the window is installed twice, {count} packages")
        debian.install("libglib2.0-bin", "systemd")  # gio: what desktops start programs with
        told = debian.run("sh", "-c", "systemd-analyze verify --man=no confab-server.service 2>&1 || true")
        check("confab" not in told, f"the unit: {told}")
        check_libraries(debian)

        homes = {"ann": debian.person("ann"), "ben": debian.person("ben", "/home/ben müller"),
                 "cleo": debian.person("cleo")}
        with service(debian, port):
            check_terminal(debian, homes["ann"], port)
            check_talk(debian, homes, port)
        check(not is_listening(port), "the server still listens")
        step("the server ended")

        # removed: what people and the chat have stays; purged: the chat's goes
        theirs = {name: files_of(debian, home) for name, home in homes.items()}
        check(any(path.endswith("/settings") for path in theirs["ann"]), f"ann has no settings: {theirs['ann']}")
        kept = files_of(debian, "/var/lib/confab")
        check(kept, "the server kept nothing")
        debian.run("apt-get", "-q", "-y", "remove", "confab", "confab-cli", "confab-server")
        for name, home in homes.items():
            equal(files_of(debian, home), theirs[name], f"what {name} has after the removal")
        equal(files_of(debian, "/var/lib/confab"), kept, "what the server has after the removal")
        check(debian.exists("/etc/confab/server.conf"), "the settings went with the removal")
        left = debian.run("sh", "-c", "find /usr -iname '*confab*'")
        equal(left, "", "what the packages left in /usr")
        debian.run("apt-get", "-q", "-y", "purge", "confab", "confab-cli", "confab-server")
        left = debian.run("sh", "-c", "find /etc /usr /var/lib -path /var/lib/dpkg -prune -o -iname '*confab*' -print")
        equal(left, "", "what is left after the purge")
        for name, home in homes.items():
            equal(files_of(debian, home), theirs[name], f"what {name} has after the purge")
        step("removed and purged; what people have is still theirs")


START = time.monotonic()
if __name__ == "__main__":
    unshare_mounts()
    try:
        main()
    except Failed as why:
        sys.exit(f"deb.py: {why}")
