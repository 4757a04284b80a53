#!/usr/bin/env python3
"""Who may include whom: checks every #include of the tree against the floors of the build.

    layers.py SOURCE_DIR        exit 1 and one line for each breach
"""
import os
import re
import sys

BASE, OS, WIRE, NET = "protocol/base", "protocol/os", "protocol/wire", "protocol/net"
PROTOCOL = [BASE, OS, WIRE, NET]
HEADLESS = ["client/model", "client/work", "client/net", "client/app"]

# folder: what its files may include beside their own folder, folders or single headers. The longest
# matching folder counts.
FLOORS = {
    BASE: [],
    OS: [BASE],
    WIRE: [BASE],
    NET: [BASE, OS, WIRE],
    "server": PROTOCOL,
    "client/model": [BASE, WIRE, "protocol/net/beacon.h"],  # the list of servers heard is plain data
    "client/markup": [BASE],
    "client/work": [BASE, OS],
    "client/net": PROTOCOL + ["client/work"],
    "client/media": PROTOCOL + ["client/work"],
    "client/media/helper": [BASE, OS, WIRE, "client/media"],
    "client/app": PROTOCOL + HEADLESS + ["server", "client/media/preview.h", "client/media/player.h",
                   "client/media/recorder.h",
                   "client/media/sound_port.h"],
    "client/terminal": PROTOCOL + HEADLESS,
    "client/platform": [BASE, OS, "client/ui/input.h",  # what a person did: plain data, filled here
                        "client/media/sound_port.h"],
    "client/ui": PROTOCOL + HEADLESS + ["client/markup", "client/platform", "client/media"],
    "client/main.c": PROTOCOL + HEADLESS + ["client/platform", "client/media", "client/ui", "server"],
}
# views are built of widgets, widgets of the ui: never the other way round
UI_RANK = ["client/ui", "client/ui/widgets", "client/ui/views"]

# a library's header: the only places that may include it
HOMES = {
    r"<cjson/|<cJSON": ["protocol/wire/msg_json_", "protocol/base/"],
    r"<openssl/ssl": ["protocol/net/link_tls.c", "protocol/net/tls_"],
    r"<openssl/": ["protocol/base/", "protocol/net/link_tls.c", "protocol/net/tls_", "protocol/os/"],
    r"<utf8proc": ["protocol/base/", "client/markup/", "client/ui/"],
    r"<editline/|<histedit": ["client/terminal/"],
    r"<SDL2?/?SDL_ttf|<SDL_ttf": ["client/ui/text"],
    r"<SDL2/SDL_mixer|<SDL_mixer": ["client/media/helper/", "client/platform/sdl/sound"],
    r"<SDL2/SDL_image|<SDL_image": ["client/media/", "client/ui/image_file.c", "client/platform/sdl/"],
    r"<lib(av|sw)": ["client/media/helper/av/"],
    r"<(jpeglib|png|webp/|lcms2|libheif/|tiffio)": ["client/media/helper/"],
    r"<fribidi|<linebreak": ["client/ui/"],
    r"<dbus/": ["client/platform/linux/bus.h"],
    r"<fontconfig": ["client/platform/"],
    r"<SDL": ["client/media/", "client/ui/", "client/platform/", "client/main.c"],
    r"<(winsock2|ws2tcpip|windows|iphlpapi|sys/socket|netinet/)": ["protocol/os/", "client/platform/"],
}
SYSTEM_IFDEF = re.compile(r"#\s*(?:if|ifdef|ifndef|elif)\b.*\b(_WIN32|__linux__|__APPLE__|__MINGW32__)\b")
SYSTEM_IFDEF_HOMES = ["protocol/os/", "client/platform/"]
SYSTEM_FOLDER = re.compile(r"/(posix|win32|linux|mac)/")  # chosen by the build: a home of its system


def folder_of(path, table):
    best = ""
    for folder in table:
        if (path == folder or path.startswith(folder + "/")) and len(folder) > len(best):
            best = folder
    return best


def breaches(path, text):
    own = folder_of(path, FLOORS)
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path}:{number}"
        if SYSTEM_IFDEF.match(line) and not any(path.startswith(h) for h in SYSTEM_IFDEF_HOMES):
            yield f"{where}: a system's name outside protocol/os and client/platform: {line.strip()}"
        match = re.match(r'\s*#\s*include\s+(["<][^">]+[">])', line)
        if not match:
            continue
        what = match.group(1)
        if what.startswith("<"):
            for pattern, homes in HOMES.items():
                if re.match(pattern, what):
                    at_home = any(path.startswith(h) for h in homes)
                    if not at_home and not (re.match(r"<win|<ws2|<iph|<sys|<net", what) and SYSTEM_FOLDER.search(path)):
                        yield f"{where}: {what} has its home in {', '.join(homes)}"
                    break
            continue
        target = what.strip('"')
        if target == "version.h":
            continue
        there = folder_of(target, FLOORS)
        if not there:
            yield f"{where}: {what} is not written from the root of the tree"
        elif there != own and there not in FLOORS[own] and target not in FLOORS[own]:
            yield f"{where}: {own} may not include {there} ({what})"
        elif there == own == "client/ui":
            mine, theirs = (UI_RANK.index(folder_of(p, UI_RANK)) for p in (path, target))
            if theirs > mine:
                yield f"{where}: {UI_RANK[mine]} may not include {UI_RANK[theirs]} ({what})"


def main():
    source = sys.argv[1]
    files, found = 0, []
    for top in ("protocol", "server", "client"):
        for folder, _, names in os.walk(os.path.join(source, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".m")):
                    path = os.path.join(folder, name)
                    with open(path, encoding="utf-8") as handle:
                        found += breaches(os.path.relpath(path, source), handle.read())
                    files += 1
    for line in found:
        print(line)
    print(f"{files} files, {len(found)} breaches")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
