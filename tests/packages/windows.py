#!/usr/bin/env python3
"""Confab installed on a fresh Windows (Wine's), beside a Linux window on the same screen: install, talk, links, uninstall.

    windows.py [--save] [scene...]     --save writes assets/screenshots/windows*.png

What is asked of the package: cmake/package/README.md. Files of all kinds are in windows_files.py, the other programs in
windows_programs.py.
"""
import os
import signal
import sys
import tempfile
import time
import zipfile

from _windows import Installed, chat, is_installed, seen, windows  # it knows where the other kits are
from _wine import LONG, SOURCE, Wine, need_package, need_wine
import film
import shots
from libgui import Screen, check, equal, make_photo, run_scenes, start_server, wait_until

HARD = "é ü ß · 日本語 漢字 한국어 · עברית العربية · 👍 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪"
UNINSTALL = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Confab"
LINKS = r"HKLM\Software\Classes\confab"
WITH = ["confab.exe", "confab-cli.exe", "confab-server.exe", "confab-media.exe", "confab-media-quick.exe", "Uninstall.exe",
        "assets/icons/send.svg", "fonts", "licences"]


def only(tree):
    """The values of the one key of an export."""
    check(tree, "there is no such key in the registry")
    return next(iter(tree.values()))


def under(tree, ending):
    return next((values for key, values in tree.items() if key.endswith(ending)), {})


def talk(ann, bob):
    """Two windows: words both ways, those that are hard to show too."""
    ann.say("hello from Windows")
    bob.wait_for("message", "hello from Windows", value=ann.name)
    bob.say(HARD)
    ann.wait_for("message", HARD, value=bob.name)
    ann.say(HARD + " too")
    bob.wait_for("message", HARD + " too", value=ann.name)


def scene_installed():
    """Nothing was asked; it is in the Start menu, in the list of programs, and confab:// links are its own."""
    with windows() as (screen, wine):
        if not is_installed():
            return
        for name in WITH:
            check(os.path.exists(os.path.join(wine.programs, name)), f"{name} is missing: {sorted(os.listdir(wine.programs))}")
        check(len(os.listdir(os.path.join(wine.programs, "licences"))) > 5, "licences of the libraries")
        menu = wine.menu()
        check("Confab" in menu and len(menu) >= 3, f"the Start menu has {sorted(menu)}")
        entry = only(wine.registry(UNINSTALL))
        folder = wine.path(wine.programs)
        equal((entry["DisplayName"], entry["InstallLocation"]), ("Confab", folder), "in the list of programs")
        check(f"-{entry['DisplayVersion']}-win64" in need_package("-win64.exe"), f"its version is {entry['DisplayVersion']}")
        links = wine.registry(LINKS)
        check("URL Protocol" in only(links), f"confab is no kind of link: {links}")
        equal(under(links, r"shell\open\command").get(""), f'"{folder}\\confab.exe" "%1"', "what opens a link")
        said = wine.run(wine.path(wine.exe("confab-cli")), "--version").stdout.decode()
        check(entry["DisplayVersion"] in said, f"confab-cli says {said}")


def scene_talk():
    """In a chat with a Linux window, with TLS; what is hard to show arrives, both ways."""
    with chat() as (server, screen, wine):
        start = time.monotonic()
        ann = wine.person(server)
        print(f"from the start to the chat in {time.monotonic() - start:.1f} s")
        bob = screen.window(server, name="bob")
        talk(ann, bob)
        ann.wait_for("member", "bob")
        bob.choose("Reply", "message", "hello from Windows", button=3)
        bob.say("an answer")
        ann.wait_for("message", "an answer")
        ann.type("half a sentence")
        bob.wait_for("text", contains="ann is typing")
        ann.close()
        bob.wait_for("member", "ann", value="offline")
        again = wine.person(server)
        again.wait_for("message", HARD + " too")
        again.wait_text("half a sentence")


def scene_link():
    """A confab:// link that is opened anywhere opens Confab, or the room in the one that runs."""
    if not is_installed():
        return
    with chat() as (server, screen, wine):
        peer = server.peer("peer", join="garden")
        address = f"confab://127.0.0.1:{server.port}"
        settings = os.path.join(wine.home, "AppData", "Roaming", "Confab")
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "settings"), "a", encoding="utf-8") as file:  # else it asks: links.py
            file.write(f"recent.1 = {server.port} 127.0.0.1 Studio\n")
        wine.open(f"{address}/garden")
        peer.expect("joined", room="garden")
        wait_until(lambda: wine.processes("confab.exe"), "there is no confab.exe")
        peer.join("pond")
        wine.open(f"{address}/pond")
        peer.expect("joined", room="pond")
        wait_until(lambda: len(wine.processes("confab.exe")) == 1, lambda: f"windows: {wine.processes('confab.exe')}")
        wine.run("taskkill", "/IM", "confab.exe")
        wine.wait_ended("confab.exe")


def scene_ends():
    """Asked to close, by its cross or by taskkill, it leaves the chat and ends well; killed, it leaves no helper behind."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "holiday.mp4")
    film.make_film(path)
    with chat() as (server, screen, wine):
        peer = server.peer("peer", join="lobby")
        ann = wine.person(server)
        uid = peer.expect("joined", name="ann")["from"]
        ann.say("bye")
        ann.ask_to_close()
        equal(peer.expect("left", name="ann")["from"], uid, "who left")
        ann.ended(0)
        wine.open_from_menu("127.0.0.1", str(server.port), "--name", "ann")
        peer.expect("joined", name="ann")
        wine.run("taskkill", "/IM", "confab.exe")
        peer.expect("left", name="ann")
        wine.wait_ended("confab.exe")
        ann = wine.person(server)
        film.send(server.peer("dan", join="lobby"), path, width=640, height=360, duration=int(film.LENGTH * 1000))
        film.wait_poster(ann)
        ann.click("film", value="poster", fy=0.4)
        film.film(ann, "playing")
        helpers = wine.processes("confab-media.exe", "confab-media-quick.exe")
        check(helpers, "a film plays without its helper")
        os.kill(ann.pid(), signal.SIGKILL)
        wine.wait_ended("confab.exe", "confab-media.exe", "confab-media-quick.exe")
        ann.kill()
        ann.process = None


def scene_portable():
    """The ZIP, unpacked anywhere and started from there."""
    if not is_installed():
        return
    need_wine()
    archive = need_package("-win64.zip")
    with start_server() as server, Screen(2, width=1000, height=700) as screen, Wine(screen) as wine:
        into = os.path.join(wine.home, "Desktop", "my tools é")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(into)
        found = [os.path.join(place, "confab.exe") for place, _, names in os.walk(into) if "confab.exe" in names]
        equal(len(found), 1, "confab.exe in the ZIP")
        ann = screen.window(server, kind=wine.windows(found[0]), name="ann")
        bob = screen.window(server, name="bob")
        talk(ann, bob)
        photo = os.path.join(wine.folder, "cat.jpg")
        make_photo(photo, megapixels=1, seed=3)
        screen.drag_files([photo], bob)
        seen(ann, "cat.jpg", photo, "what Windows shows")
        ann.close()
        bob.close()


def scene_elsewhere():
    """A person and a folder with spaces and é in their names; what is hers stays when Confab goes."""
    if not is_installed():
        return
    need_wine()
    folder = tempfile.mkdtemp()
    photo = os.path.join(folder, "été 2024 100%.jpg")
    make_photo(photo, megapixels=1, seed=5)
    with start_server() as server, Screen(2, width=1000, height=700) as screen, \
            Installed(screen, user="Zoé van Dyck") as wine:
        Wine.start(wine)
        wine.programs = os.path.join(wine.drive, "Mes outils été", "Confab")
        wine.install(*("/D=" + wine.path(wine.programs)).split(" "))  # without quotation marks, as NSIS has it
        check(os.path.exists(wine.exe("confab")), f"not there: {os.listdir(wine.drive)}")
        ann = wine.person(server, options=["--downloads", wine.path(os.path.join(wine.home, "Downloads"))])
        bob = screen.window(server, name="bob")
        talk(ann, bob)
        screen.drag_files([photo], bob)
        name = os.path.basename(photo)
        seen(ann, name, photo, "what Windows shows")
        ann.click("image", name, value="shown", button=3)
        ann.click("menuitem", "Save", disabled=False)
        ann.wait_for("toast", contains="Saved")
        ann.close()
        bob.close()
        hers = [os.path.join(wine.home, *words) for words in (
            ("Downloads", name), ("AppData", "Roaming", "Confab"), ("AppData", "Local", "Confab"))]
        for path in hers:
            check(os.path.exists(path), f"{path} is not there; there are {os.listdir(os.path.dirname(path))}")
        mine = os.path.join(wine.programs, "notes.txt")  # where nothing of a person should be, and yet
        with open(mine, "w") as file:
            file.write("mine")
        entry = only(wine.registry(UNINSTALL))
        equal(entry["UninstallString"], f'"{wine.path(wine.programs)}\\Uninstall.exe"', "what uninstalls")
        wine.run(entry["UninstallString"].strip('"'), "/S")
        wait_until(lambda: os.listdir(wine.programs) == ["notes.txt"], lambda: f"left: {os.listdir(wine.programs)}", LONG)
        wine.settle()
        equal(wine.menu(), {}, "the Start menu")
        equal((wine.registry(UNINSTALL), wine.registry(LINKS)), ({}, {}), "the registry")
        for path in [*hers, mine]:
            check(os.path.exists(path), f"{path} went with Confab")


def scene_looks():
    """The pictures for the README: what is seen first, and a chat, with what is to be on it."""
    with start_server("--name", "Studio") as server, windows(1, width=1280, height=800) as (screen, wine):
        first = screen.window(None, kind=wine.windows(wine.exe("confab")), name="Sanjay")
        first.wait_for("button", "Start a chat on this computer")
        shots.move_away(first)
        first.wait_still()
        shots.save(first, "windows")
        first.close()
        screen.windows.remove(first)
        window = wine.windows(wine.exe("confab"))(screen, server, name="Sanjay")
        screen.windows.append(window)
        people = shots.fill(server, window, tempfile.mkdtemp())
        # Wine says nothing of a pointer that is gone at once: by way of a place where nothing is
        screen.xdotool("mousemove", window.x + 100, window.y + 600)
        shots.take(window, people, "windows-chat")
        check(window.pixels().colours() > 500, "pictures are seen")
        check(len(window.find("image")) >= 6, "photos in the chat and in the list of shared media")


def scene_sharp():
    """Where letters are to be twice as large, everything is, and sharp; a narrow window shows what it can."""
    with chat(width=1280, height=960) as (server, screen, wine):
        peer = server.peer("peer", join="lobby")
        peer.say(HARD)
        wine.set_dots_per_inch(192)
        try:
            ann = wine.person(server, size=(640, 480))
            ann.wait_for("message", HARD)
            size = ann.dump()["window"]
            equal((ann.width, ann.height), (1280, 960), "the window's size on the screen")
            equal((size["scale"], size["w"], size["h"]), (2, 640, 480), "how large things are, and how much is drawn")
            shots.move_away(ann)
            ann.wait_still()
            shots.save(ann, "windows-200")
            ann.close()
        finally:
            wine.set_dots_per_inch(96)
        ann = wine.person(server, size=(380, 640))
        ann.wait_for("message", HARD)
        shots.move_away(ann)
        ann.wait_still()
        shots.save(ann, "windows-narrow")
        for item in ann.find("button"):
            check(item["x"] >= 0 and item["x"] + item["w"] <= 381, f"out of sight: {item}")


def scene_uninstall():
    """Installed over itself, then while it runs, then taken away: no file, link or key is left."""
    if not is_installed():
        return
    with chat() as (server, screen, wine):
        ann = wine.person(server)
        ann.say("before the update")
        ann.close()
        peer = server.peer("peer", join="lobby")
        wine.open_from_menu("127.0.0.1", str(server.port), "--name", "ann")
        peer.expect("joined", name="ann")
        wine.install()  # it asks the window to close
        peer.expect("left", name="ann")
        wine.wait_ended("confab.exe")
        ann = wine.person(server)
        ann.wait_for("message", "before the update")
        ann.close()
        wine.run(wine.path(os.path.join(wine.programs, "Uninstall.exe")), "/S")
        wait_until(lambda: not os.path.exists(wine.programs), lambda: f"left: {os.listdir(wine.programs)}", LONG)
        wine.settle()
        equal((wine.menu(), wine.registry(UNINSTALL), wine.registry(LINKS)), ({}, {}, {}), "what is left")
        check(os.path.isdir(os.path.join(wine.home, "AppData", "Roaming", "Confab")), "her settings are gone")


if __name__ == "__main__":
    if "--save" in sys.argv:
        sys.argv.remove("--save")
        shots.OUT = os.path.join(SOURCE, "assets", "screenshots")
    run_scenes(sys.modules[__name__])
