#!/usr/bin/env python3
"""What a person sets is so at once, and still so the next day."""
import os
import re
import shutil
import sys
import tempfile

import libgui
from _desktop import desktop, need_bus
from libgui import LANGUAGES, Screen, Window, check, equal, read_po, run, run_scenes, start_server, wait_until


def kept(window):
    """The settings on disk."""
    with open(window.home + "/config/confab/settings", encoding="utf-8") as file:
        return dict(line.strip().split(" = ", 1) for line in file if " = " in line)


def without(window, *options):
    """As a person starts it, who gives no such options."""
    for word in options:
        at = window.command.index(word)
        del window.command[at:at + 2]


def plain(screen, server, **more):
    """A window that remembers its size, theme and folder by itself."""
    window = Window(screen, server, **more)
    without(window, "--size", "--theme", "--downloads")
    screen.windows.append(window)
    window.open()
    return window


def again(window):
    window.close()
    window.open()


def is_checked(window, label, role="choice"):
    window.wait_until(lambda dump: any(i["role"] == role and i["label"] == label and i.get("checked")
                                       for i in dump["items"]), f"{label} is not chosen")


def focused(dump):
    return next((i for i in dump["items"] if i.get("focused")), None)


def tab(window):
    """Tab; what has the keyboard then."""
    before = focused(window.dump())
    place = (before["role"], before["label"]) if before else None
    window.key("Tab")
    window.wait_until(lambda dump: focused(dump) and (focused(dump)["role"], focused(dump)["label"]) != place,
                      f"Tab does not go on from {place}")
    window.wait_still(0.1)
    return focused(window.dump())


def geometry(window):
    out = run("xwininfo", "-id", str(window.id), env=window.screen.env).decode()
    return [int(re.search(words + r":\s+(-?\d+)", out).group(1))
            for words in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")]


def scene_by_keys_alone():
    """Ctrl+comma opens, Tab reaches everything, Escape closes and gives the keyboard back."""
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        ann.wait_for("field", "Message")
        ann.key("ctrl+comma")
        ann.wait_for("card", "settings")
        seen = set()
        for _ in range(10):
            item = tab(ann)
            seen.add((item["role"], item["label"]))
        for wanted in (("button", "Close"), ("row", "Look"), ("row", "About"), ("field", "Your new name")):
            check(wanted in seen, f"Tab does not reach {wanted}, only {sorted(seen)}")
        check(("field", "Message") not in seen, "Tab goes to what lies below the card")
        ann.key("Escape")
        ann.wait_gone("card", "settings")
        ann.type("hello\n")
        ann.wait_for("message", "hello")


def scene_look():
    """Theme, accent and text size are so at once, and after a restart."""
    with start_server() as server, Screen() as screen:
        ann = plain(screen, server, name="ann")
        ann.key("ctrl+comma")
        ann.click("row", "Look")
        ann.click("choice", "Light")
        ann.wait_until(lambda dump: dump["window"]["theme"] == "light", "not light")
        ann.click("choice", "High contrast")
        ann.wait_until(lambda dump: dump["window"]["theme"] == "contrast", "no high contrast")
        ann.click("choice", "Green")
        is_checked(ann, "Green")
        ann.click("choice", "Off")
        for percent in (110, 120, 130):
            ann.click("button", "Larger text")
            ann.wait_for("text", f"{percent} %")
        equal({key: kept(ann).get(key) for key in ("theme", "accent", "text-size", "motion")},
              {"theme": "contrast", "accent": "green", "text-size": "130", "motion": "off"}, "kept")
        ann.key("Escape")
        ann.wait_gone("card", "settings")
        ann.key("ctrl+minus")
        again(ann)
        equal(ann.dump()["window"]["theme"], "contrast", "theme after a restart")
        ann.key("ctrl+comma")
        ann.click("row", "Look")
        ann.wait_for("text", "120 %")
        is_checked(ann, "Green")
        is_checked(ann, "Off")
        for _ in range(12):
            ann.key("ctrl+equal")
        ann.wait_until(lambda dump: kept(ann).get("text-size") == "200", "not at 200 %")
        ann.key("ctrl+0")
        ann.wait_until(lambda dump: "text-size" not in kept(ann), "not at 100 % again")


def scene_language():
    """Another language, also one that is written from right to left: at once, and the next day."""
    with start_server() as server, Screen() as screen:
        ann = plain(screen, server, name="ann")
        ann.key("ctrl+comma")
        ann.click("row", "Look")
        for name, settings in (("Deutsch", "Einstellungen"), ("العربية", "الإعدادات")):
            ann.click("choice", name)
            ann.wait_for("text", settings)
        ann.words_said = {entry.key: entry.texts[0] for entry in read_po(f"{LANGUAGES}/ar.po")}
        again(ann)
        ann.key("ctrl+comma")
        ann.wait_for("text", "الإعدادات")


def scene_another_name():
    """One comes back under it; rooms and talk stay, and so does who one is."""
    with start_server() as server, Screen() as screen:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann")
        without(ann, "--name")
        uid = peer.expect("joined", name="ann")["from"]
        ann.type("from ann\n")
        ann.wait_for("message", "from ann")
        peer.expect("said", text="from ann")
        ann.key("ctrl+comma")
        ann.click("field", "Your new name")
        ann.key("ctrl+a")
        ann.type("annika\n")
        equal(peer.expect("joined", name="annika")["from"], uid, "who has the new name")
        ann.wait_for("member", "annika")
        ann.key("Escape")
        ann.wait_gone("card", "settings")
        ann.wait_for("message", "from ann")
        ann.type("from annika\n")
        said = peer.expect("said", text="from annika")
        equal((said["name"], said["from"]), ("annika", uid), "who said it")
        ann.wait_for("message", "from annika")
        again(ann)
        ann.wait_for("message", "from annika")
        ann.type("the next day\n")
        said = peer.expect("said", text="the next day")
        equal((said["name"], said["from"]), ("annika", uid), "who said it on the next day")


def scene_a_name_that_is_taken():
    """The server says no: the old name is back, and nothing is lost."""
    with start_server() as server, Screen() as screen:
        peer = server.peer("peer", join="lobby")
        ann = screen.window(server, name="ann")
        uid = peer.expect("joined", name="ann")["from"]
        ann.key("ctrl+comma")
        for name, why in (("peer", "toast"), ("", "text")):
            ann.click("field", "Your new name")
            ann.key("ctrl+a", "BackSpace")
            ann.type(name + "\n")
            ann.wait_for(why, contains="name")
            ann.wait_for("member", "ann")
        ann.key("Escape")
        ann.wait_gone("card", "settings")
        ann.type("still ann\n")
        said = peer.expect("said", text="still ann")
        equal((said["name"], said["from"]), ("ann", uid), "who said it")


def scene_folder():
    """Where files go that are saved: what is typed, made if need be; nonsense is refused."""
    with start_server() as server, Screen() as screen:
        peer = server.peer("peer", join="lobby")
        ann = plain(screen, server, name="ann")
        folder = os.path.join(tempfile.mkdtemp(), "my files")
        ann.key("ctrl+comma")
        ann.click("row", "Files")
        ann.click("field", "Folder for downloads")
        ann.key("ctrl+a")
        ann.type("/proc/nowhere\n")
        ann.wait_for("text", contains="/proc/nowhere")
        ann.key("ctrl+a")
        ann.type(folder + "\n")
        wait_until(lambda: kept(ann).get("downloads") == folder, "the folder is not kept")
        ann.click("choice", "Never")
        is_checked(ann, "Never")
        ann.key("Escape")
        again(ann)
        peer.upload(b"hello" * 100, "note.txt", kind="file")
        ann.wait_for("message", contains="note.txt")
        ann.key("ctrl+comma")
        ann.click("row", "Files")
        is_checked(ann, "Never")
        ann.wait_for("field", "Folder for downloads", value=folder)


def scene_size_and_place():
    """The window comes back where it was, as large as it was; not where no screen is any more."""
    with Screen(2, manager=True) as screen:
        ann = plain(screen, None, name="ann")
        equal(geometry(ann)[2:], [1000, 680], "its size at first")
        screen.xdotool("windowsize", ann.id, 900, 600, "windowmove", ann.id, 300, 150)
        wait_until(lambda: geometry(ann)[2:] == [900, 600], "it does not take its new size")
        ann.wait_still(0.3)
        there = geometry(ann)
        for _ in range(2):
            again(ann)
            wait_until(lambda: geometry(ann) == there, lambda: f"it was at {there}, now it is at {geometry(ann)}")
        ann.close()
        path = ann.home + "/config/confab/settings"
        with open(path, encoding="utf-8") as file:
            text = re.sub("window.x = .*", "window.x = 5000", file.read())
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        ann.open()
        x, _, width, _ = geometry(ann)
        check(0 <= x and x + width <= screen.width, f"it came back where no screen is: {geometry(ann)}")


def scene_maximized():
    """It comes back maximised, and then has the size of before."""
    def twice_on_the_title():
        x, y, _, _ = geometry(ann)
        screen.xdotool("mousemove", x + 300, y - 8, "click", "--repeat", 2, "--delay", 60, 1)
    with Screen(2, manager=True) as screen:
        ann = plain(screen, None, name="ann")
        small = geometry(ann)
        twice_on_the_title()
        wait_until(lambda: geometry(ann)[2] > 2000, "it is not maximised")
        again(ann)
        equal(kept(ann).get("window.maximized"), "1", "kept")
        wait_until(lambda: geometry(ann)[2] > 2000, lambda: f"it came back as {geometry(ann)}")
        twice_on_the_title()
        wait_until(lambda: geometry(ann)[2:] == small[2:], lambda: f"it was {small}, now {geometry(ann)}")


def scene_small_and_large():
    """All of it can be reached at 380x480 and 200 %."""
    with Screen(1, 380, 480) as screen:
        ann = screen.window(None, name="ann")
        ann.click("button", "Settings")
        ann.wait_for("card", "settings")
        for _ in range(10):
            ann.key("ctrl+equal")
        ann.wait_until(lambda dump: kept(ann).get("text-size") == "200", "not at 200 %")
        seen = set()
        for _ in range(34):
            item = tab(ann)
            x, y, w, h = item["px"]
            check(x >= 0 and y >= 0 and x + w <= 380 and y + h <= 480, f"{item['label']} is not in sight")
            seen.add(item["label"])
        for wanted in ("Your new name", "High contrast", "Teal", "Smaller text", "Up to 8 MB", "Mentions only",
                       "Do not disturb"):
            check(wanted in seen, f"Tab does not reach {wanted}, only {sorted(seen)}")


def scene_scale_changes():
    """The desktop's scale changes while it runs: all is larger, and the window with it."""
    def set_dpi(dpi):
        run("xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}\n",
            env=screen.env)
    with Screen(2, manager=True) as screen:
        set_dpi(120)
        ann = plain(screen, None, name="ann")
        equal(ann.dump()["window"]["scale"], 1.25, "scale at first")
        equal(geometry(ann)[2:], [1250, 850], "size at 125 %")
        for dpi, size in ((96, [1000, 680]), (144, [1500, 920]), (192, [2000, 920])):
            set_dpi(dpi)
            ann.wait_until(lambda dump: dump["window"]["scale"] == dpi / 96, f"not at {dpi} dpi")
            wait_until(lambda: geometry(ann)[2] == size[0], lambda: f"{geometry(ann)} at {dpi} dpi")


def scene_as_the_system():
    """Dark, light and motion as the desktop has them, also when it changes its mind."""
    if not need_bus():
        return
    with Screen() as screen, desktop(screen) as shell:
        home = tempfile.mkdtemp()
        with open(home + "/gsettings", "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ncat {home}/look\n")
        os.chmod(home + "/gsettings", 0o755)

        def look(scheme):
            with open(home + "/new", "w", encoding="utf-8") as file:
                file.write(f"org.gnome.desktop.interface color-scheme '{scheme}'\n"
                           "org.gnome.desktop.interface enable-animations true\n")
            os.rename(home + "/new", home + "/look")
        look("prefer-light")
        ann = plain(screen, None, name="ann", env={
            "DBUS_SESSION_BUS_ADDRESS": shell.address, "XDG_CURRENT_DESKTOP": "GNOME",
            "PATH": home + ":" + os.environ["PATH"]})
        equal(ann.dump()["window"]["theme"], "light", "theme at first")
        for scheme, theme in (("prefer-dark", "dark"), ("prefer-light", "light")):
            look(scheme)
            shell.command("theme")
            ann.wait_until(lambda dump: dump["window"]["theme"] == theme, f"it did not become {theme}")


def scene_shortcuts():
    """F1 and Ctrl+/ show the sheet; what it says is so."""
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        for opens in ("F1", "ctrl+slash"):
            ann.key(opens)
            ann.wait_for("card", "help")
            ann.wait_for("shortcut", "Settings", value="Ctrl+,")
            ann.key("F1" if opens != "F1" else "Escape")
            ann.wait_gone("card", "help")
        ann.key("ctrl+comma")
        ann.wait_for("card", "settings")


def scene_about():
    """What a report of a fault needs: version, system, every library, those of confab-media too; copied with one click. The licences open
    where they came with the program."""
    with tempfile.TemporaryDirectory() as home, Screen() as screen:
        for name in os.listdir(os.path.dirname(libgui.PROGRAM)):
            if name in ("confab", "confab-media", "confab-media-quick"):
                shutil.copy(os.path.join(os.path.dirname(libgui.PROGRAM), name), home)
        os.symlink(os.path.join(os.path.dirname(libgui.PROGRAM), "assets"), os.path.join(home, "assets"))
        with open(os.path.join(home, "xdg-open"), "w") as file:
            file.write(f"#!/bin/sh\nprintf '%s' \"$1\" >'{home}/opened.new' && mv '{home}/opened.new' '{home}/opened'\n")
        os.chmod(os.path.join(home, "xdg-open"), 0o755)
        ann = screen.window(None, name="ann", env={"PATH": home + ":" + os.environ["PATH"]})
        ann.key("ctrl+comma")
        ann.click("row", "About")
        version = run(libgui.PROGRAM, "--version").decode()
        first, *lines = version.splitlines()
        ann.wait_for("text", first.replace("confab", "Confab"))
        media = run(os.path.join(os.path.dirname(libgui.PROGRAM), "confab-media"), "--version").decode().splitlines()[1:]
        ann.wait_for("text", contains=media[0])
        ann.click("button", "Copy")
        wait_until(lambda: media[-1] in screen.clipboard(), "what is copied does not tell of confab-media")
        copied = screen.clipboard().splitlines()
        equal([copied[0], *copied[2:]], [first.replace("confab", "Confab"), *lines, *media], "what is copied")
        check(not ann.find("button", "Licences of the libraries"), "a button for licences that are not here")
        ann.close()
        Window.program, before = os.path.join(home, "confab"), Window.program
        try:
            with open(os.path.join(home, "notices.txt"), "w") as file:
                file.write("licences")
            ann = screen.window(None, name="ann", env={"PATH": home + ":" + os.environ["PATH"]})
        finally:
            Window.program = before
        ann.key("ctrl+comma")
        ann.click("row", "About")
        ann.click("button", "Licences of the libraries")
        wait_until(lambda: os.path.exists(home + "/opened"), "nothing was opened")
        with open(home + "/opened") as file:
            equal(os.path.realpath(file.read()), os.path.realpath(home + "/notices.txt"), "what was opened")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
