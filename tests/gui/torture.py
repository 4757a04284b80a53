#!/usr/bin/env python3
"""Text that is hard to show: twelve scripts, mixed directions, emoji, marks, what cannot be seen, a word without end. Sent
through a real server, selected and copied back: byte for byte what was sent."""
import sys

from libgui import Screen, check, equal, run_scenes, start_server, wait_until

LONG_WORD = "".join(chr(ord("a") + number * 7 % 26) for number in range(2000))
TEXTS = [
    "Zażółć gęślą jaźń · Ελληνικά · Кириллица · Հայերեն · ქართული",
    "السَّلَامُ عَلَيْكُمْ ١٢٣ — שָׁלוֹם עֲלֵיכֶם 456",
    "नमस्ते क्षत्रिय हिन्दी · বাংলা ভাষা · தமிழ் மொழி · สวัสดีชาวโลก น้ำ",
    "日本語とひらがな・カタカナ 中国漢字體 한국어 안녕하세요 뷁",
    "abc שלום def مرحبا 123 (ghi) - ١٢٣ xyz!",
    "שלום (hello) עולם, 3.14 ועוד",
    "👩‍👩‍👧‍👦 👨🏿‍🚀 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪🇯🇵 👍🏽👍🏿 ☎️ 1️⃣ ❤️‍🔥 text 🎉 between",
    "Ẑ̃̈ e\u0301 a\u0323\u0302 Z̷̢̧̛͓a̸̡l̶g̵o and on",
    "zero\u200bwidth \u200cjoiners\u200d, word\u2060joiner, no\u00a0break, soft\u00adhyphen",
    "three   spaces   and\n\n   a line between",
    LONG_WORD,
]


def say_all(window, person):
    """What is too fast for a person waits, and comes all the same."""
    for text in TEXTS:
        person.say(text)
    for text in TEXTS:
        window.wait_for("message", text)


def same(screen, text):
    """The clipboard comes to hold this."""
    wait_until(lambda: screen.clipboard() == text, lambda: f"{text[:60]!r} on the clipboard: {screen.clipboard()[:60]!r}")


def scene_every_text_comes_back():
    """Typed here, seen there; selected with the mouse and copied, each for itself."""
    with start_server("--bot", "ann") as server, Screen(1, 1280, 1500) as screen:
        bob = server.peer("bob", join="lobby")
        window = screen.window(server, name="ann")
        for number, text in enumerate(TEXTS):
            window.say(text)
            said = bob.expect("said", name="ann")
            equal(said["text"], text, f"what the server relays of text {number}")
        window.wait_gone("text", contains="typing")
        for text in TEXTS:
            screen.put_clipboard("something else")
            window.click("text", text, times=3)
            window.key("ctrl+c")
            same(screen, text)


def drag(window, begin, end):
    """Press at one place (logical), move to the other, let go."""
    screen = window.screen
    screen.xdotool("mousemove", *window.on_screen(*begin), "mousedown", 1)
    screen.xdotool("mousemove", *window.on_screen((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2))
    screen.xdotool("mousemove", *window.on_screen(*end))
    screen.xdotool("mouseup", 1)


def scene_across_all_of_them():
    """From the first to the last: all texts, with the name before them."""
    with start_server("--bot", "bob") as server, Screen(1, 1280, 1500) as screen:
        bob = server.peer("bob", join="lobby")
        window = screen.window(server, name="ann")
        say_all(window, bob)
        window.wait_still()
        screen.put_clipboard("something else")
        first, last = window.wait_for("text", TEXTS[0]), window.wait_for("text", LONG_WORD)
        drag(window, (first["x"] - 3, first["y"] + 2), (last["x"] + last["w"] + 2, last["y"] + last["h"] + 4))
        window.key("ctrl+c")
        wait_until(lambda: LONG_WORD in screen.clipboard(), "the last text on the clipboard")
        head, _, texts = screen.clipboard().partition("\n")
        check(head.startswith("bob, "), f"{head!r} does not say who")
        equal(texts, "\n".join(TEXTS), "what was selected")


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
