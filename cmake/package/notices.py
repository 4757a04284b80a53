#!/usr/bin/env python3
"""Write the third-party notices of what was built or packed: name, version, home page and licence of each library and
font that is really in it. Fails when one has no licence text.

    notices.py [--licences FOLDER] [--recipes FOLDER] [--debian PACKAGE]... [--title TEXT] [--folder FOLDER] --out notices.txt PATH...

A PATH is one of, and of a folder all that are in it:
    NAME.map       a linker's map of one of our programs: its static archives
    a DLL, a .so   a library in the package
    a program      ELF: the libraries that it asks for. PE, Mach-O: nothing of itself, its map or --licences says it
    a font
Where a licence is found:
    --licences     FOLDER/LIBRARY/about and copyright, for libraries that were built or fetched for another system.
                   about has lines "name: ", "version: ", "homepage: ", "file: lib/libfoo.a" (any number of files)
    --recipes      FOLDER/LIBRARY.sh has a line needs="OTHER...": these are inside LIBRARY's DLL
    else           the Debian package that the file is of, and its copyright file; --debian names one more
--folder takes each licence as a file of its own, too.
"""
import argparse
import functools
import pathlib
import re
import subprocess
import sys

COMMON = pathlib.Path("/usr/share/common-licenses")
DOC = pathlib.Path("/usr/share/doc")
FONTS = {".otf", ".ttf", ".ttc"}
MAGIC = {b"MZ": "pe", b"\x7fELF": "elf", b"\xcf\xfa\xed\xfe": "macho", b"\xca\xfe\xba\xbe": "macho"}
LICENCE_BYTES_MAX = 4 << 20


class Missing(Exception):
    """Something that is in the package has no licence text."""


class Part:
    """A library or font, under one licence text."""

    def __init__(self, name, version, home, text):
        self.name, self.version, self.home, self.text = name, version, home, text


def read_text(path):
    data = path.read_bytes()[: LICENCE_BYTES_MAX + 1]
    if not data.strip() or len(data) > LICENCE_BYTES_MAX:
        raise Missing(f"{path} is empty or far too long for a licence")
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\f", "")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


class Prefix:
    """The libraries of --licences."""

    def __init__(self, folder, recipes):
        self.folder, self.recipes = folder, recipes
        self.about, self.library_of = {}, {}
        for about in sorted(folder.glob("*/about")) if folder else []:
            lines = [line.split(": ", 1) for line in about.read_text().splitlines() if ": " in line]
            name = about.parent.name
            self.about[name] = dict(lines)
            for key, value in lines:
                if key == "file":
                    self.library_of[pathlib.PurePath(value).name.lower()] = name

    def find(self, path):
        """The library that the file of this name is of, or None."""
        return self.library_of.get(pathlib.PurePath(path).name.lower())

    def inside(self, library):
        """It and all that it was linked with."""
        found, todo = set(), [library]
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            recipe = self.recipes / f"{name}.sh" if self.recipes else None
            if recipe and recipe.exists():
                needs = re.search(r'^needs="?([^"\n]*)"?$', recipe.read_text(), re.M)
                todo += needs.group(1).split() if needs else []
        return found

    def part(self, library):
        about = self.about.get(library)
        copyright_file = self.folder / library / "copyright"
        if about is None or not copyright_file.exists():
            raise Missing(f"{library} has no licence text in {self.folder}")
        return Part(about.get("name", library), about.get("version", ""), about.get("homepage", ""),
                    read_text(copyright_file))


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # no Debian
        return ""


class Debian:
    """The packages of this system."""

    def __init__(self):
        self.linked = {}
        for line in run("/sbin/ldconfig", "-p").splitlines():
            words = re.match(r"\s*(\S+) \((.*)\) => (\S+)", line)
            if words and "x86-64" in words.group(2) or words and "64" in words.group(2):
                self.linked.setdefault(words.group(1), words.group(3))

    @functools.cached_property
    def packages(self):
        """The package of each library and font of this system, by its path and by the name of the file: all at once, for
        dpkg-query takes its time for each."""
        found = {}
        for names in sorted(pathlib.Path("/var/lib/dpkg/info").glob("*.list")):
            package = names.name.removesuffix(".list").split(":")[0]
            for line in names.read_text(errors="replace").splitlines():
                if ".so" in line or pathlib.PurePath(line).suffix in FONTS | {".a"}:
                    found[line.removeprefix("/usr")] = package  # /lib and /usr/lib are one
                    found.setdefault(pathlib.PurePath(line).name, package)
        return found

    def package_of(self, path):
        """Of a file that lies where a package put it, or is a copy of one that the loader knows, or by its name alone:
        compilers for other systems have libraries of the same names."""
        path = pathlib.Path(path)
        known = pathlib.Path(self.linked.get(path.name, path))
        for place in (path.resolve(), known, known.resolve()):
            if str(place).removeprefix("/usr") in self.packages:
                return self.packages[str(place).removeprefix("/usr")]
        for name in (path.resolve().name, path.name):
            if name in self.packages:
                return self.packages[name]
        raise Missing(f"{path} is of no Debian package, and nothing else says what its licence is")

    def part(self, package):
        copyright_file = DOC / package / "copyright"
        if not copyright_file.exists():
            raise Missing(f"the Debian package {package} has no {copyright_file}")
        words = run("dpkg-query", "-W", "-f", "${source:Package}\t${source:Version}\t${Homepage}\n", package)
        source, version, home = words.split("\n")[0].split("\t")
        return Part(source, version, home, read_text(copyright_file))


def kind_of(path):
    if path.suffix == ".map":
        return "map"
    if path.suffix.lower() in FONTS:
        return "font"
    with path.open("rb") as file:
        head = file.read(4)
    return next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)


def archives_of(map_file):
    """The archives of which something was linked: the first table of a map of GNU ld."""
    found, inside = set(), False
    for line in map_file.read_text(errors="replace").splitlines():
        if line.startswith("Archive member included"):
            inside = True
        elif inside and line and not line[0].isspace():
            member = re.match(r"(.*\.a)\(.*\)$", line)
            if not member:
                break
            found.add(member.group(1))
    if not inside:
        raise Missing(f"{map_file} is not the map of a linker")
    return found


def files_in(paths):
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink())
        elif path.exists():
            yield path
        else:
            raise Missing(f"{path} is not there")


def parts_of(options):
    prefix, debian = Prefix(options.licences, options.recipes), Debian()
    libraries, packages = set(), set(options.debian)

    def take(file):
        library = prefix.find(file)
        if library:
            libraries.update(prefix.inside(library) if str(file).endswith(".dll") else {library})
        else:
            packages.add(debian.package_of(file))

    files = list(files_in(options.paths))
    names = {file.name for file in files}
    for file in files:
        kind = kind_of(file)
        if kind == "map":
            for archive in archives_of(file):
                # the others are ours, of the build folder, and what says where a DLL is: that is in the package itself
                if pathlib.PurePath(archive).is_absolute() and not archive.endswith(".dll.a"):
                    take(archive)
        elif kind == "font":
            take(file)
        elif kind == "pe" and file.suffix.lower() == ".dll":
            take(file)
        elif kind == "macho" and ".dylib" in file.name:
            take(file)
        elif kind == "elf" and ".so" in file.name:
            take(file)
        elif kind == "elf":
            facts = run("objdump", "-p", str(file))
            if not facts:
                raise Missing(f"objdump does not say what {file} needs")
            for needed in re.findall(r"NEEDED +(\S+)", facts):
                if needed not in names:
                    packages.add(debian.package_of(debian.linked.get(needed, needed)))
    found = {}
    for part in [prefix.part(name) for name in sorted(libraries)] + [debian.part(p) for p in sorted(packages)]:
        twin = found.setdefault((part.name, part.version), part)
        if twin is not part and part.text not in twin.text:  # two packages of one source
            twin.text += "\n\n" + part.text
    return sorted(found.values(), key=lambda part: (part.name.lower(), part.version))


def common_licences(parts):
    """The texts that Debian's copyright files refer to instead of having them."""
    text = "\n".join(part.text for part in parts)
    names = set(re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9+])", text))
    found = {}
    for name in sorted(names):
        path = COMMON / name
        if not path.exists():
            path = COMMON / name.removesuffix(".0")  # some packages write GPL-3.0
        if not path.exists():
            raise Missing(f"a licence text refers to {COMMON / name}, which is not there")
        found[path.resolve().name] = read_text(path)
    return found


def write(out, title, parts, common):
    rule = "=" * 78
    lines = [title, "",
             "It is made of these parts of others, each under its own licence below. What a licence says of an",
             "operating system's package holds for the part as it was built from that package's source.", ""]
    lines += [f"  {part.name} {part.version}  {part.home}".rstrip() for part in parts]
    for part in parts:
        lines += ["", rule, f"{part.name} {part.version}"] + ([part.home] if part.home else [])
        lines += [rule, "", part.text]
    for name, text in common.items():
        lines += ["", rule, f"/usr/share/common-licenses/{name}", rule, "", text]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--licences", type=pathlib.Path)
    parser.add_argument("--recipes", type=pathlib.Path)
    parser.add_argument("--debian", action="append", default=[])
    parser.add_argument("--title", default="Third-party notices of Confab")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    try:
        parts = parts_of(options)
        common = common_licences(parts)
        write(options.out, options.title, parts, common)
        if options.folder:
            options.folder.mkdir(parents=True, exist_ok=True)
            for name, text in [(part.name, part.text) for part in parts] + list(common.items()):
                (options.folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8", newline="\n")
    except (Missing, OSError) as problem:
        sys.exit(f"notices: {problem}.")
    print(f"notices: {len(parts)} parts of others: " + " ".join(part.name for part in parts))


if __name__ == "__main__":
    main()
