#!/usr/bin/env python3
"""What comes while one looks elsewhere is told: in the title, the task bar, by a sound and by the desktop."""
import os
import sys
import tempfile

from _desktop import desktop, need_bus
from libgui import Screen, check, equal, run, run_scenes, start_server, wait_until


def title(window):
    return window.screen.xdotool("getwindowname", window.id).strip()


def wants_attention(window):
    said = run("xprop", "-id", str(window.id), "WM_HINTS", "_NET_WM_STATE", env=window.screen.env).decode()
    return "urgency" in said.lower() or "DEMANDS_ATTENTION" in said


def open_two(screen, server, **env):
    """Ann, whose window lies behind the one of another person; a peer who talks."""
    ann = screen.window(server, name="ann", env=env)
    bob = screen.window(server, name="bob")
    bob.wait_for("member", "ann")
    ann.wait_for("member", "bob")
    return ann, bob


def scene_title_and_task_bar():
    """The title counts; the task bar flashes; both stop when the window is looked at."""
    with start_server() as server, Screen(2, manager=True) as screen:
        peer = server.peer("peer", join="lobby")
        ann, bob = open_two(screen, server)
        bob.focus()
        ann.wait_still()
        check(not wants_attention(ann), "attention is asked for before anything has come")
        peer.say("one")
        wait_until(lambda: title(ann).startswith("(1)"), lambda: f"the title is {title(ann)!r}")
        wait_until(lambda: wants_attention(ann), "the task bar does not flash")
        peer.say("two")
        wait_until(lambda: title(ann).startswith("(2)"), lambda: f"the title is {title(ann)!r}")
        ann.focus()
        wait_until(lambda: not title(ann).startswith("("), lambda: f"the title is {title(ann)!r}")
        wait_until(lambda: not wants_attention(ann), "the task bar flashes on")


def scene_notifications():
    """Who, where and the first line, as text; a burst is one; a click shows the room; a look takes it away."""
    if not need_bus():
        return
    with start_server() as server, Screen(2, manager=True) as screen, desktop(screen) as shell:
        peer = server.peer("peer", join="lobby")
        ann, bob = open_two(screen, server, DBUS_SESSION_BUS_ADDRESS=shell.address)
        bob.focus()
        ann.wait_still()
        peer.say("<b>bold</b> & so on\nsecond line")
        first = shell.wait("notify")
        equal(first["title"], "peer in lobby", "title")
        equal(first["body"], "&lt;b&gt;bold&lt;/b&gt; &amp; so on", "text: shown as it is, no markup")
        equal(first["app"], "Confab", "program")
        for number in range(20):
            peer.say(f"quick {number}")
        told = 0
        while True:
            one = shell.wait("notify")
            told += 1
            if one["body"].endswith("quick 19"):
                break
        check(told <= 6, f"20 messages in a burst made {told} notifications")
        peer.join("music")
        ann.wait_for("row", "music")
        ann.click("row", "music")
        peer.sync()
        ann.click("row", "lobby")
        ann.wait_still()
        shell.wait("closed")
        bob.focus()
        peer.say("over here", room="music")
        one = shell.wait("notify", title="peer in music")
        shell.command(f"click {one['notify']}")
        ann.wait_for("message", "over here")
        shell.wait("closed", closed=one["notify"])


def scene_who_looks_is_not_told():
    """Nothing while the window has the keyboard."""
    if not need_bus():
        return
    with start_server() as server, Screen(2) as screen, desktop(screen) as shell:
        peer = server.peer("peer", join="lobby")
        ann, bob = open_two(screen, server, DBUS_SESSION_BUS_ADDRESS=shell.address)
        ann.focus()
        ann.wait_still()
        peer.say("seen")
        ann.wait_for("message", "seen")
        bob.focus()
        peer.say("unseen")
        equal(shell.wait("notify")["body"], "unseen", "the first notification is about")


def scene_sound():
    """A short sound of our own, from a device that is opened for it; none when it is off."""
    with start_server() as server, Screen(2) as screen:
        peer = server.peer("peer", join="lobby")
        recording = os.path.join(tempfile.mkdtemp(), "sound.raw")
        ann, bob = open_two(screen, server, SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=recording)
        bob.focus()
        ann.wait_still()
        check(not os.path.exists(recording), "the device was opened before there was anything to play")
        peer.say("ding")
        wait_until(lambda: os.path.exists(recording) and os.path.getsize(recording) > 20000, "no sound was played")
        with open(recording, "rb") as file:
            check(any(file.read()), "only silence was played")


def scene_what_the_settings_say():
    """Mentions only, do not disturb, no sound: from the settings, at once."""
    if not need_bus():
        return
    with start_server() as server, Screen(2) as screen, desktop(screen) as shell:
        peer = server.peer("peer", join="lobby")
        recording = os.path.join(tempfile.mkdtemp(), "sound.raw")
        ann, bob = open_two(screen, server, DBUS_SESSION_BUS_ADDRESS=shell.address, SDL_AUDIODRIVER="disk",
                            SDL_DISKAUDIOFILE=recording)
        ann.key("ctrl+comma")
        ann.click("row", "Notices")
        ann.click("choice", "Mentions only")
        ann.click("switch", "Sound")
        ann.wait_until(lambda dump: any(i["label"] == "Sound" and not i.get("checked") for i in dump["items"]
                                        if i["role"] == "switch"), "the sound is still on")
        bob.focus()
        peer.say("of no interest")
        peer.say("@ann look")
        equal(shell.wait("notify")["body"], "@ann look", "only mentions are told, but")
        ann.click("switch", "Do not disturb")
        bob.focus()
        peer.say("@ann not now")
        ann.wait_for("message", "@ann not now")
        ann.click("switch", "Do not disturb")
        bob.focus()
        peer.say("@ann now")
        equal(shell.wait("notify")["body"], "@ann now", "what was said while one was not to be disturbed was told, too:")
        check(not os.path.exists(recording), "a sound was played though it is off")


def scene_muted():
    """A muted room tells of mentions alone, in the title, too; it is still muted the next day."""
    if not need_bus():
        return
    with start_server() as server, Screen(2) as screen, desktop(screen) as shell:
        peer = server.peer("peer", join="lobby")
        ann, bob = open_two(screen, server, DBUS_SESSION_BUS_ADDRESS=shell.address)
        ann.click("button", "Mute")
        ann.wait_still()
        for _ in range(2):
            bob.focus()
            peer.say("noise")
            ann.wait_for("message", "noise")
            peer.say("@ann a word")
            equal(shell.wait("notify")["body"], "@ann a word", "of a muted room is told")
            wait_until(lambda: title(ann).startswith("(1)"), lambda: f"the title is {title(ann)!r}")
            ann.focus()
            wait_until(lambda: not title(ann).startswith("("), lambda: f"the title is {title(ann)!r}")
            ann.close()
            ann.open()
            ann.wait_for("member", "peer")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
