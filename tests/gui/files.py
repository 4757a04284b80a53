#!/usr/bin/env python3
"""Photos, songs, films and papers, sent by drop, by paper-clip and by !send: each arrives as it was, at everyone."""
import hashlib
import os
import random
import sys
import tempfile

from libgui import (Screen, check, equal, holds, is_seen_first, is_there, make_film, make_pdf, make_photo, make_song, run_scenes,
                    sha256, start_server, wait_until)
from _terminal import person, script
from _wire import SlowWire

NAMES = ["photo.jpg", "song.ogg", "film.mp4", "report.pdf"]


def make_files(seed):
    """One of each kind, their contents unlike those of any other seed; a folder."""
    folder = tempfile.mkdtemp(prefix=f"confab-files-{seed}-")
    paths = [os.path.join(folder, name) for name in NAMES]
    make_photo(paths[0], megapixels=12 if seed == 1 else 1, seed=seed)
    make_song(paths[1], 1 + seed)
    make_film(paths[2], 1 + seed)
    make_pdf(paths[3], 30 + seed)
    return paths


def card(window, label, place=-1, verb=None):
    """The button on a file's card, once it is there; with verb: the one that says so."""
    def look(dump):
        cards = [item for item in dump["items"] if item["role"] == "file" and item["label"] == label]
        if not cards or place >= len(cards):
            return None
        return next((item for item in dump["items"] if item["role"] == "button" and
                     holds(cards[place], item) and verb in (None, item["label"])), None)
    return window.wait_until(look, f"{verb or 'a button'} on the card of {label}")


def press(window, button):
    window.focus()
    window.point(button)
    window.screen.xdotool("click", 1)


def save(window, label, name):
    """The newest message of that label and person, saved by mouse."""
    message = window.wait_for("message", label, value=name)
    inside = [item for item in window.find("button", "Save") if holds(message, item)]
    if not label.endswith(".pdf"):  # what is seen and heard in the chat has no card
        window.click("message", label, value=name, button=3)
        window.click("menuitem", "Save", disabled=False)  # once all of it is at the server
    elif inside:
        press(window, inside[-1])
    else:
        window.wait_until(lambda dump: any(item["label"] == "Save" and holds(message, item) for item in dump["items"]),
                          f"a button Save on {label} of {name}")
        return save(window, label, name)


def scene_every_way_to_all():
    """Each kind of file by each of the three ways; sha256 at the other two is that of the sender."""
    sets = {name: make_files(seed) for seed, name in enumerate(("ann", "bob", "cy"), 1)}
    with start_server() as server, Screen(2, height=1900) as screen:
        ann = screen.window(server, name="ann")
        # no file chooser in PATH: the paper-clip then asks for a path
        bob = screen.window(server, name="bob", env={"PATH": tempfile.mkdtemp()})
        cy = person(server, "cy", width=160)
        for window in (ann, bob):
            window.wait_for("member", "cy")
            os.makedirs(window.downloads, exist_ok=True)
            with open(os.path.join(window.downloads, "report.pdf"), "wb") as mine:
                mine.write(b"mine")

        screen.drag_files(sets["ann"], ann)
        for label in NAMES:
            bob.wait_for("message", label, value="ann")
            cy.wait_for(rf"\[ann\] sends {label} .*")

        for path in sets["bob"]:
            bob.click("button", "Send files")
            bob.wait_for("field", "File path", focused=True)
            bob.paste(path)
            bob.key("Return")
            bob.wait_gone("field", "File path")
            if is_seen_first(path):
                bob.send_sheet()
        for label in NAMES:
            ann.wait_for("message", label, value="bob")
            cy.wait_for(rf"\[bob\] sends {label} .*")

        cy.type("!send " + " ".join(sets["cy"]) + "\r")
        for window in (ann, bob):
            for label in NAMES:
                window.wait_for("message", label, value="cy")

        for window, name in ((ann, "ann"), (bob, "bob")):
            expected = {"report.pdf": hashlib.sha256(b"mine").hexdigest()}
            for sender in ("ann", "bob", "cy"):
                if sender == name:
                    continue
                for label, path in zip(NAMES, sets[sender]):
                    save(window, label, sender)
                    stem, dot = os.path.splitext(label)
                    count = sum(one.startswith(stem) for one in expected)
                    file = f"{stem} ({count}){dot}" if count else label
                    expected[file] = sha256(path)
                    arrived = os.path.join(window.downloads, file)
                    wait_until(lambda: os.path.exists(arrived) and sha256(arrived) == expected[file],
                               lambda: f"{arrived} of {sender} did not arrive whole: "
                               f"{os.listdir(window.downloads)}; {window.report()}")
            equal({file: sha256(os.path.join(window.downloads, file)) for file in os.listdir(window.downloads)},
                  expected, f"what {name} has saved")
        wanted = sorted(sha256(path) for sender in ("ann", "bob") for path in sets[sender])
        wait_until(lambda: sorted(sha256(os.path.join(cy.downloads, file)) for file in os.listdir(cy.downloads)) ==
                   wanted, lambda: f"at the terminal: {os.listdir(cy.downloads)}, {cy.screen.text()}")
        for window, name in ((ann, "ann"), (bob, "bob")):
            window.wait_until(lambda dump: ["KB" in item["value"] for item in dump["items"]
                                            if item["role"] == "file" and item["label"] == "report.pdf" and
                                            "saved" not in item["value"]] == [True],
                              "one card of report.pdf that says its size and nothing of saving: one's own")
        equal(ann.find("toast", contains="wrong"), [], "complaints")


def scene_from_a_script():
    """confab-cli --send in a pipe; a card in the window."""
    paths = make_files(4)
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        done = script(server, "--name", "bot", "--send", paths[3])
        equal(done.returncode, 0, done.stderr)
        ann.wait_for("text", contains="bot left the chat")  # nothing moves after that
        press(ann, card(ann, "report.pdf", verb="Save"))
        card(ann, "report.pdf", verb="Show in folder")
        equal(sha256(os.path.join(ann.downloads, "report.pdf")), sha256(paths[3]), "sha256")


def scene_cards():
    """What a card says and does while a file comes slowly, and when it does not come."""
    data = random.Random(1).randbytes(8_000_000)
    with start_server() as server, Screen() as screen:
        ann = screen.window(server, name="ann")
        peer = server.peer("peer", join="lobby")
        half = len(data) // 2
        id, _ = peer.upload(data, "data.bin", cut_after=half)
        peer.sync()
        ann.wait_for("file", "data.bin", contains="8.0 MB")
        equal(ann.find("file", "data.bin")[0]["value"], "8.0 MB · still being sent", "what the card says")

        press(ann, card(ann, "data.bin", verb="Save"))
        bar = ann.wait_for("progress", "data.bin", value="50")
        line = ann.wait_for("file", "data.bin")["value"]
        check(line.startswith("4.0 of 8.0 MB"), line)
        accent = ann.pixels_of(bar)
        left, right = accent.mean(2, 1, 20, 2), accent.mean(accent.width - 24, 1, 20, 2)
        check(left[2] > right[2] + 60, f"a bar that is half full: {left} and {right}")

        press(ann, card(ann, "data.bin", verb="Cancel"))
        ann.wait_gone("progress")
        equal(os.listdir(ann.downloads) if os.path.isdir(ann.downloads) else [], [], "left after a cancel")
        button = ann.wait_until(lambda dump: next((item for item in dump["items"] if item["role"] == "button" and
                                                   item["label"] in ("Save", "Try again")), None), "another try")
        press(ann, button)
        ann.wait_for("progress", "data.bin")
        at = half
        while at < len(data):
            peer.send("chunk", payload=data[at:at + 65536], id=id, offset=at)
            at += 65536
        peer.send("finish", id=id, sha256=hashlib.sha256(data).hexdigest())
        card(ann, "data.bin", verb="Show in folder")
        ann.wait_for("file", "data.bin", value="8.0 MB · saved")
        equal(sha256(os.path.join(ann.downloads, "data.bin")), hashlib.sha256(data).hexdigest(), "sha256")

        id, _ = peer.upload(data[1:], "never.bin", cut_after=100_000)
        ann.wait_for("file", "never.bin")
        peer.send("cancel", id=id)
        ann.wait_until(lambda dump: any(item["role"] == "file" and item["label"] == "never.bin" and
                                        "still" not in item["value"] and "MB" not in item["value"]
                                        for item in dump["items"]), "that never.bin will not come")
        equal([item for item in ann.find("button", "Save")], [], "ways to save what is not there")


def scene_sending_slowly():
    """The sender sees how far it has come, and can take it back; the other one is told."""
    folder = tempfile.mkdtemp()
    paths = []
    for name, size in (("large.bin", 3_000_000), ("second.bin", 600_000)):
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "wb") as file:
            file.write(random.Random(size).randbytes(size))
    with start_server() as server, Screen(2) as screen, SlowWire(server.port, rate=400_000) as wire:
        ann = screen.window(server, name="ann", address=("127.0.0.1", str(wire.port)))
        bob = screen.window(server, name="bob")
        screen.drag_files(paths[:1], ann)
        ann.wait_until(lambda dump: any(item["role"] == "progress" and 5 < int(item["value"]) < 95
                                        for item in dump["items"]), "progress between 5 and 95 %")
        line = ann.wait_for("file", "large.bin", contains=" left")["value"]
        check(" of 3.0 MB" in line and "B/s" in line, line)
        ann.type("talk does not wait\n")
        bob.wait_for("message", "talk does not wait")
        press(ann, card(ann, "large.bin", verb="Cancel"))
        ann.wait_gone("progress")
        bob.wait_until(lambda dump: any(item["role"] == "file" and "MB" not in item["value"]
                                        for item in dump["items"]), "that large.bin will not come")
        screen.drag_files(paths[1:], ann)
        press(bob, card(bob, "second.bin", verb="Save"))
        card(bob, "second.bin", verb="Show in folder")
        equal(sha256(os.path.join(bob.downloads, "second.bin")), sha256(paths[1]), "sha256")
        ann.wait_for("file", "second.bin", value="600 KB")


def scene_what_cannot_be_sent():
    """A folder, and a file that is gone: one sentence, nothing in the chat."""
    folder = tempfile.mkdtemp()
    gone = os.path.join(folder, "gone.txt")
    with start_server("--max-upload", "1M") as server, Screen() as screen:
        ann = screen.window(server, name="ann", env={"PATH": tempfile.mkdtemp()})
        screen.drag_files([folder], ann)
        ann.wait_for("toast", contains="folder")
        with open(gone, "wb") as file:
            file.write(bytes(2_000_000))
        screen.drag_files([gone], ann)
        ann.wait_for("toast", contains="gone.txt")
        ann.click("button", "Send files")
        ann.wait_for("field", "File path")
        ann.paste(gone + ".not")
        ann.key("Return")
        ann.wait_for("toast", contains="gone.txt.not")
        equal(ann.find("message"), [], "messages")


def scene_file_chooser():
    """The paper-clip opens the desktop's own window to choose files."""
    if not is_there("yad"):
        print("no yad here: its window is not tried")
        return
    paths = make_files(5)
    with start_server() as server, Screen(2, manager=True, width=900, height=700) as screen:
        ann = screen.window(server, name="ann")
        bob = server.peer("bob", join="lobby")
        ann.click("button", "Send files")
        chooser = wait_until(lambda: screen.search("Send files"), "no window to choose files")
        screen.xdotool("windowactivate", "--sync", chooser)
        screen.xdotool("type", "--delay", 30, "--", paths[3])
        # Alt+O is OK; GTK completes the path meanwhile, and may not take the first one
        wait_until(lambda: screen.search("Send files") is None or screen.xdotool("key", "alt+o") is None,
                   "the window to choose files does not close")
        bob.expect("file", label="report.pdf", name="ann")
        bob.expect("file-done", sha256=sha256(paths[3]))
        ann.wait_for("file", "report.pdf")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
