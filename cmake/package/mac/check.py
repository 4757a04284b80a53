#!/usr/bin/env python3
"""Is everything in a Confab.app, and is it what macOS wants? check.py Confab.app ARCHITECTURE..."""
import pathlib
import plistlib
import struct
import sys

PROGRAMS = {"confab", "confab-cli", "confab-server", "confab-media", "confab-media-quick"}
CPUS = {"arm64": 0x0100000C, "x86_64": 0x01000007}
FAT, MACHO, EXECUTABLE = 0xCAFEBABE, 0xFEEDFACF, 2
INSIDE = "@executable_path/../Frameworks/"
LC_LOAD_DYLIB, LC_BUILD_VERSION, PLATFORM_MACOS = 0xC, 0x32, 1


def numbers(version):
    return [int(n) for n in version.split(".")]


def slices(data):
    """The programs in a file, one for each processor."""
    magic, count = struct.unpack_from(">II", data)
    if magic != FAT:
        return [data]
    places = [struct.unpack_from(">5I", data, 8 + 20 * i)[2:4] for i in range(count)]
    return [data[at:at + size] for at, size in places]


def read(program):
    """Processor, libraries asked for and least system of one program."""
    magic, cpu, _, kind, count = struct.unpack_from("<5I", program)
    assert magic == MACHO and kind == EXECUTABLE, "no 64-bit program of macOS"
    libraries, least, at = [], None, 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", program, at)
        if command == LC_LOAD_DYLIB:
            name = at + struct.unpack_from("<I", program, at + 8)[0]
            libraries.append(program[name:program.index(b"\0", name)].decode())
        elif command == LC_BUILD_VERSION:
            platform, version = struct.unpack_from("<II", program, at + 8)
            assert platform == PLATFORM_MACOS, "not for macOS"
            least = f"{version >> 16}.{version >> 8 & 255}"
        at += size
    return cpu, libraries, least


def icon_parts(data):
    assert data[:4] == b"icns" and struct.unpack_from(">I", data, 4)[0] == len(data), "no icon"
    at, parts = 8, []
    while at < len(data):
        parts.append(data[at:at + 4].decode())
        at += struct.unpack_from(">I", data, at + 4)[0]
    assert at == len(data), "the icon ends in the middle of a part"
    return parts


def main():
    app, architectures = pathlib.Path(sys.argv[1]), sys.argv[2:]
    contents = app / "Contents"
    info = plistlib.loads((contents / "Info.plist").read_bytes())
    assert info["CFBundleIdentifier"] == "org.confab.Confab" and "@" not in info["CFBundleVersion"], info
    assert info["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["confab"], info
    assert (contents / "MacOS" / info["CFBundleExecutable"]).exists(), "the program that Info.plist names is not there"
    for key in ("NSMicrophoneUsageDescription", "NSLocalNetworkUsageDescription"):
        assert info[key], key
    for language in info["CFBundleLocalizations"]:
        assert (contents / f"Resources/{language}.lproj/InfoPlist.strings").exists(), language
    print("Info.plist:", info["CFBundleIdentifier"], info["CFBundleVersion"])
    parts = icon_parts((contents / "Resources" / info["CFBundleIconFile"]).read_bytes())
    assert {"ic08", "ic09", "ic10"} <= set(parts), parts
    print("icon:", " ".join(parts))
    for needed in ("icons/send.svg", "icon.png", "LICENSE"):
        assert (contents / "Resources" / needed).exists(), f"Resources/{needed} is not there"
    there = {p.name for p in (contents / "MacOS").iterdir()}
    assert there == PROGRAMS, there
    for name in sorted(PROGRAMS):
        cpus = set()
        for program in slices((contents / "MacOS" / name).read_bytes()):
            cpu, libraries, least = read(program)
            cpus.add(cpu)
            assert numbers(least) <= numbers(info["LSMinimumSystemVersion"]), f"{name} wants macOS {least}"
            system = [n for n in libraries if n.startswith(("/usr/lib/", "/System/"))]
            inside = [n for n in libraries if n.startswith(INSIDE)]
            for library in inside:
                assert (contents / "Frameworks" / library.removeprefix(INSIDE)).exists(), f"{library} is not there"
        assert cpus == {CPUS[a] for a in architectures}, f"{name} is for other processors"
        others = sorted(pathlib.PurePath(n).stem for n in libraries if n not in system and n not in inside)
        print(f"{name}: {' '.join(architectures)}; of macOS {len(system)}, in the bundle {len(inside)}, "
              f"not here: {' '.join(others) or 'none'}")


if __name__ == "__main__":
    main()
