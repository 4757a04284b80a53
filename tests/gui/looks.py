#!/usr/bin/env python3
"""Large and small, dark and light, at 100 % and 200 %: everything is there, readable, and beside each other."""
import os
import re
import sys
import tempfile

from libgui import Screen, check, equal, holds, make_photo, run_scenes, start_server, touches

CLOCK = re.compile(r"\d?\d:\d\d( [AP]M)?")
CONTROLS = ("button", "field", "row", "link", "member")
LONG = "A sentence that does not fit on one line, however wide the window is, because it goes on and on, " * 3
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
FOREIGN = ["Ο ανέφελος ουρανός", "Съешь ещё этих мягких французских булок", "مرحبا بالعالم، كيف الحال؟ 123",
           "שלום עולם", "नमस्ते दुनिया", "日本語のとても長い文章がここに入ります。", "👩‍👩‍👧‍👦 🇮🇳 🏳️‍🌈 👍🏽", "c̈ómbíñing é"]
LABEL = "Ein sehr langer Name einer Datei mit Umlauten äöü und 日本語 – endgültige Fassung (7), wirklich.pdf"
NAME = "Wolfeschlegelsteinhausenberger-D"  # 32 characters


def fill(server):
    """A room with all that is awkward; returns a peer in it."""
    photo = os.path.join(tempfile.mkdtemp(), "wide.jpg")
    width, height = make_photo(photo, megapixels=2)
    long = server.peer(NAME, join="lobby")
    short = server.peer("日本 太郎", join="lobby")
    for text in (LONG, WORD, *FOREIGN, "two\nlines", "x"):
        long.say(text)
    with open(photo, "rb") as file:
        short.upload(file.read(), "wide.jpg", kind="image", width=width, height=height)
    short.upload(b"%PDF-1.4 " * 20000, LABEL, kind="file")
    short.say("the last word")
    for name in ("music", "a-room-with-a-name-of-32-letters"):
        short.join(name)
    short.sync()
    return short


def overlap(a, b):
    """Words over words; the air above and below letters (a quarter of a line) may."""
    (_, ay, _, ah), (_, by, _, bh) = a["px"], b["px"]
    return touches(a, b) and min(ay + ah, by + bh) - max(ay, by) > min(ah, bh) / 4


def check_layout(window, where):
    """Nothing outside, nothing over something else, nothing invisible."""
    screen = window.screen
    screen.xdotool("mousemove", screen.width - 1, screen.height - 1)  # no hover, no tips
    window.wait_gone("tip")
    window.wait_gone("image", value="waiting")
    window.wait_still(0.5)
    dump = window.dump()
    items, size = dump["items"], dump["window"]
    width, height = round(size["w"] * size["scale"]), round(size["h"] * size["scale"])
    equal((width, height), (window.width, window.height), f"{where}: size in the dump and of the window")
    problems = []
    for item in items:
        x, y, w, h = item["px"]
        if x < 0 or y < 0 or x + w > width or y + h > height or w < 1 or h < 1:
            problems.append(f"outside: {item}")
    controls = [item for item in items if item["role"] in CONTROLS]
    floating = [item for item in items if item["role"] == "floating"]  # over the rows while one scrolls
    texts = [item for item in items
             if item["role"] == "text" and not any(holds(one, item) for one in floating)]
    messages = [item for item in items if item["role"] == "message"]
    timeline = [item for item in items if item["role"] in ("message", "image", "file")]

    def is_cut(item):  # rows at the timeline's upper edge are drawn in part
        return any(holds(one, item) for one in timeline) and item["y"] < 56 + 30

    for text in texts:
        for control in controls:
            if control["label"] == "To the newest":  # it lies over the rows, and may
                continue
            if touches(text, control) and not holds(control, text) and not is_cut(text):
                problems.append(f"text over a control: {text} {control}")
    for group in (controls, texts, messages):
        for i, one in enumerate(group):
            for other in group[i + 1:]:
                time = CLOCK.fullmatch(one["label"]) or CLOCK.fullmatch(other["label"])
                inside = group is controls and (holds(one, other) or holds(other, one))
                if overlap(one, other) and not time and not inside and not is_cut(one) and not is_cut(other):
                    problems.append(f"over each other: {one} {other}")
    for text in texts:
        home = [message for message in messages if touches(message, text)]
        if home and not any(holds(message, text) for message in home) and not is_cut(text):
            problems.append(f"not inside its bubble: {text} {home}")
    pixels = window.pixels()
    for text in texts:
        picture = pixels.cut(*text["px"])
        # of a row that is cut away at the top there may be nothing to see
        if picture.height > 9 * size["scale"] and text["label"].strip() and picture.contrast() < 30:
            problems.append(f"cannot be read: {text}")
    for image in items:
        if image["role"] == "image":
            colours = pixels.cut(*image["px"]).colours()
            if image.get("value") == "waiting" or colours < 50:
                problems.append(f"an empty picture, {colours} colours: {image}")
    for control in controls:
        _, y, _, h = control["px"]
        scrolled_out = y == 0 or y + h == height
        if control["role"] in ("button", "field") and min(control["w"], control["h"]) < 18 and not scrolled_out:
            problems.append(f"too small to be hit: {control}")
    check(not problems, f"{where}:\n" + "\n".join(problems[:12]))
    return dump


def places(dump):
    """Where everything is in logical units, without what changes by itself."""
    return {(item["role"], item["label"]): (item["x"], item["y"], item["w"], item["h"]) for item in dump["items"]
            if not re.search(r"\d:\d\d|joined|theme", item["label"])}


def scene_every_size():
    """The same content at 100 % and 200 %, dark and light, wide and as narrow as it goes."""
    with start_server() as server:
        fill(server)
        home = tempfile.mkdtemp()  # one person: a name belongs to who had it first
        for width, height in ((1280, 800), (700, 600), (380, 480)):
            seen = {}
            for scale, theme in ((1, "dark"), (2, "light")):
                where = f"{width}x{height} at {scale * 100} %, {theme}"
                for peer in server.peers:
                    peer.sync()  # else they are taken for dead while the windows are looked at
                with Screen(1, width * scale, height * scale) as screen:
                    window = screen.window(server, name="me", home=home, size=(width, height), scale=scale,
                                           theme=theme)
                    window.wait_for("message", "the last word")
                    window.wait_for("file", LABEL)
                    if height == 800:
                        window.wait_for("image", "wide.jpg", value="shown")
                    seen[scale] = check_layout(window, where)
                    equal(seen[scale]["window"]["scale"], scale, "scale")
                    equal(seen[scale]["window"]["theme"], theme, "theme")
                    for label in ("Record a voice message", "Send files", "Emoji", "Members"):
                        window.wait_for("button", label)
                    check((len(window.find("member")) > 0) == (width >= 860), f"{where}: members")
                    check((len(window.find("row", "lobby")) > 0) == (width >= 606), f"{where}: rooms")
                print(f"{where}: ok", flush=True)
            one, two = places(seen[1]), places(seen[2])
            equal(set(one) ^ set(two), set(), f"what is there at only one of 100 % and 200 %, {width}x{height}")
            for key, rect in one.items():
                far = max(abs(a - b) for a, b in zip(rect, two[key]))
                check(far <= 4 + 0.02 * max(rect[2:]), f"{width}x{height}: {key} is at {rect} and {two[key]}")


def scene_first_screen():
    """The connect screen at each size, with an error in it."""
    for width, height, scale, theme in ((1280, 800, 1, "dark"), (1000, 680, 2, "light"), (380, 480, 1, "light"),
                                        (380, 480, 2, "dark")):
        with Screen(1, width * scale, height * scale) as screen:
            window = screen.window(None, name=NAME, size=(width, height), scale=scale, theme=theme)
            where = f"the first screen, {width}x{height} at {scale * 100} %, {theme}"
            check_layout(window, where)
            window.click("field", "Address")
            window.type("this is not an address\n")
            window.wait_for("text", contains="is not an address:")
            check_layout(window, where + ", with an error")
            window.wheel(-10)
            window.wait_for("button", "Start a chat on this computer")
            check_layout(window, where + ", scrolled")


def scene_sizes_change():
    """Resized under the hand, and by Ctrl and + and -; the theme by the settings."""
    with start_server() as server, Screen() as screen:
        fill(server)
        window = screen.window(server, name="me")
        window.wait_for("image", "wide.jpg", value="shown")
        for width, height in ((900, 700), (607, 500), (380, 480), (1280, 800)):
            window.resize(width, height)
            window.wait_for("message", "the last word")  # it was at the bottom and stays there
            check_layout(window, f"resized to {width}x{height}")
        window.key("ctrl+plus", "ctrl+plus", "ctrl+plus")
        window.wait_until(lambda dump: window.find("button", "Record a voice message")[0]["px"][2] > 40, "a larger button")
        window.wait_text("")  # and not a text of three +
        check_layout(window, "130 %")
        window.key("ctrl+0")
        window.wait_until(lambda dump: window.find("button", "Record a voice message")[0]["px"][2] == 34, "the button as it was")
        before = sum(window.pixels().mean(600, 30, 100, 10))
        window.set_theme("Light")
        check_layout(window, "after a change to light")
        check(sum(window.pixels().mean(600, 30, 100, 10)) > before + 300, "it is light now")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
