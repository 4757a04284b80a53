#!/usr/bin/env python3
"""Put the libraries of a bundle into it: libraries.py Confab.app [--also LIBRARY]... [--search FOLDER]... [--licences FOLDER]

Every program in Contents/MacOS and every library that one of them asks for, through as many others as it takes, is made to
look in Contents/Frameworks. What belongs to macOS (/usr/lib, /System) stays where it is. --also: a library that is loaded by
name later. --search: where names that begin with @rpath are looked for after what the file itself says. --licences: of each
Homebrew package that a library is of, NAME/about and NAME/copyright are written there, for notices.py.

OTOOL and INSTALL_NAME_TOOL name the tools, if they are not Apple's.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

INSIDE = "@executable_path/../Frameworks/"
LICENCE_NAMES = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE)", re.IGNORECASE)


def otool(option, path):
    return subprocess.run([os.environ.get("OTOOL", "otool"), option, path], check=True, capture_output=True,
                          text=True).stdout


def asked_for(path):
    """The libraries that a program or library names, without its own name."""
    own = set(otool("-D", path).split("\n")[1:])
    names = re.findall(r"^\s+(\S.*?) \(compatibility", otool("-L", path), re.MULTILINE)
    return [n for n in names if n not in own and not n.startswith(("/usr/lib/", "/System/"))]


def rpaths(path):
    return re.findall(r"cmd LC_RPATH\n.*\n\s+path (.*) \(offset", otool("-l", path))


def find(name, asker, program, search):
    """The file that a name stands for, seen from the file that asks."""
    def resolve(text):
        return text.replace("@loader_path", str(asker.parent)).replace("@executable_path", str(program.parent))
    if name.startswith("@rpath/"):
        rest = name[len("@rpath/"):]
        places = [pathlib.Path(resolve(r)) / rest for r in rpaths(asker)] + [s / rest for s in search]
    else:
        places = [pathlib.Path(resolve(name))]
    for place in places:
        if place.exists():
            return place
    sys.exit(f"libraries: {asker} needs {name}, which is not there")


def about_package(library, folder):
    """.../Cellar/NAME/VERSION/lib/libfoo.dylib: what notices.py wants to know of NAME."""
    parts = library.resolve().parts
    if "Cellar" not in parts:
        return
    at = parts.index("Cellar")
    name, version, home = parts[at + 1], parts[at + 2], pathlib.Path(*parts[:at + 3])
    texts = [p for p in sorted(home.iterdir()) if p.is_file() and LICENCE_NAMES.match(p.name)]
    if not texts:
        sys.exit(f"libraries: {name} has no licence in {home}")
    to = folder / name
    to.mkdir(parents=True, exist_ok=True)
    about = to / "about"
    if not about.exists():
        about.write_text(f"name: {name}\nversion: {version}\n")
        (to / "copyright").write_text("\n\n".join(t.read_text(errors="replace") for t in texts))
    with about.open("a") as f:
        f.write(f"file: {library.name}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", type=pathlib.Path)
    parser.add_argument("--also", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--search", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--licences", type=pathlib.Path)
    args = parser.parse_args()
    frameworks = args.app / "Contents/Frameworks"
    frameworks.mkdir(exist_ok=True)
    programs = sorted((args.app / "Contents/MacOS").iterdir())
    taken = {}  # the name inside -> where it came from

    def take(source):
        if source.name not in taken:
            taken[source.name] = source
            shutil.copy(source.resolve(), frameworks / source.name)
            (frameworks / source.name).chmod(0o755)
            if args.licences:
                about_package(source, args.licences)
            waiting.append((frameworks / source.name, source))
        return source.name

    waiting = [(p, p) for p in programs]
    for library in args.also:
        take(library)
    while waiting:
        file, origin = waiting.pop()
        changes = []
        if file.parent == frameworks:
            changes += ["-id", INSIDE + file.name]
        for name in asked_for(origin):
            if not name.startswith(INSIDE):
                changes += ["-change", name, INSIDE + take(find(name, origin, programs[0], args.search))]
        if changes:
            subprocess.run([os.environ.get("INSTALL_NAME_TOOL", "install_name_tool"), *changes, file], check=True)
    for file in [*programs, *frameworks.iterdir()]:
        outside = [n for n in asked_for(file) if not n.startswith(INSIDE)]
        if outside:
            sys.exit(f"libraries: {file.name} still looks outside of the bundle: {', '.join(outside)}")
    print(f"libraries: {len(taken)} in {frameworks}")


if __name__ == "__main__":
    main()
