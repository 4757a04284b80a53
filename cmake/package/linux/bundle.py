#!/usr/bin/env python3
"""Copy what programs need beside them: bundle.py INTO [--leave FILE] [--prefer FOLDER] [--also LIBRARY...] -- PROGRAM...

Walks from each program to the libraries that it names and on to those that these name, and copies them into INTO. What
FILE lists (a name a line, # begins a comment) stays with the system, and so does what only that needs. A library of
FOLDER is taken before the system's of the same name. --also is what is loaded later, by its name. The programs find
them by an RPATH relative to themselves, which holds for what the libraries need in turn and, unlike an environment
variable, is not handed down to programs that are started."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess

C_LIBRARY = re.compile(r"^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|anl|mvec|nsl|nss_.*|BrokenLocale)\.so\.\d+)$")


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def needed_by(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", path))


class Finder:
    """Names to files, as the loader of this system would: the preferred folder, what it knows, the folders beside."""

    def __init__(self, prefer):
        self.folders = [pathlib.Path(prefer)] if prefer else []
        self.known = {}
        for name, path in re.findall(r"^\s*(\S+) \(libc6,x86-64.*\) => (\S+)$", run("/sbin/ldconfig", "-p"), re.M):
            self.known.setdefault(name, path)

    def find(self, name, beside):
        for folder in self.folders:
            if (folder / name).exists():
                return folder / name
        if name in self.known:
            return pathlib.Path(self.known[name])
        path = re.search(r"\(R(?:UN)?PATH\).*\[(.*)\]", run("readelf", "-dW", beside))
        for folder in path.group(1).split(":") if path else []:
            if (pathlib.Path(folder) / name).exists():
                return pathlib.Path(folder) / name
        raise SystemExit(f"{name}, which {beside} needs, is not on this system.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("into", type=pathlib.Path)
    parser.add_argument("--leave", type=pathlib.Path)
    parser.add_argument("--prefer")
    parser.add_argument("--also", nargs="*", default=[])
    parser.add_argument("programs", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    leave = set()
    if args.leave:
        leave = {line.split("#")[0].strip() for line in args.leave.read_text().splitlines()}
    finder = Finder(args.prefer)
    args.into.mkdir(parents=True, exist_ok=True)
    queue = [(name, program) for program in args.programs for name in needed_by(program)]
    queue += [(name, args.programs[0]) for name in args.also]
    done = set()
    while queue:
        name, beside = queue.pop()
        if name in done or name in leave or C_LIBRARY.match(name):
            continue
        done.add(name)
        path = finder.find(name, beside)
        queue += [(more, path) for more in needed_by(path)]
        copy = args.into / name
        shutil.copy(path, copy)
        copy.chmod(0o644)
        run("patchelf", "--remove-rpath", copy)  # where Debian has the rest: ours are all in one folder
    for program in args.programs:
        way = os.path.relpath(args.into, program.parent)
        run("patchelf", "--force-rpath", "--set-rpath", f"$ORIGIN/{way}", program)


main()
