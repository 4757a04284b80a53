#!/usr/bin/env python3
"""The libraries of a bundle for macOS are brought into it: cmake/package/mac/libraries.py, with real Mach-O files.

A program asks for libbar by @rpath; libbar asks for libfoo by the path where Homebrew links it. Both end in Frameworks/, once,
and nothing looks outside any more; one that is missing stops it. Compiled by the Zig of cmake/mac.sh, looked at by LLVM's tools.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
INSIDE = "@executable_path/../Frameworks/"


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def tool(*names):
    return next((found for found in map(shutil.which, names) if found), None) or \
        skip(f"{names[0]} is not here: sh third_party/install-debian.sh mac")


def compiler():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path("~").expanduser() / ".cache")
    home = os.environ.get("CONFAB_ZIG")
    found = [pathlib.Path(home)] if home else sorted(cache.glob("confab/mac/zig-*/zig"))
    return found[-1] if found else skip("Zig is not here: sh cmake/mac.sh fetches it")


def run(*command, **more):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **more)


def compile_to(out, text, *options):
    out.parent.mkdir(parents=True, exist_ok=True)
    source = out.with_suffix(".c")
    source.write_text(text)
    done = run(compiler(), "cc", "-target", "aarch64-macos.11.0", source, "-o", out,
               "-Wl,-headerpad_max_install_names", *options)
    source.unlink()
    assert done.returncode == 0, done.stderr


def main():
    otool = tool("llvm-otool", "llvm-otool-14", "llvm-otool-19")
    env = dict(os.environ, OTOOL=otool, INSTALL_NAME_TOOL=tool(
        "llvm-install-name-tool", "llvm-install-name-tool-14", "llvm-install-name-tool-19"))
    with tempfile.TemporaryDirectory() as text:
        home = pathlib.Path(text).resolve()
        foo, bar = home / "Cellar/foo/1.2/lib", home / "Cellar/bar/3.4/lib"
        linked, app = home / "opt/lib/libfoo.1.dylib", home / "Confab.app"
        compile_to(foo / "libfoo.1.dylib", "int foo(void) { return 1; }", "-shared", "-install_name", linked)
        (foo / "libfoo.dylib").symlink_to("libfoo.1.dylib")
        linked.parent.mkdir(parents=True)
        linked.symlink_to(foo / "libfoo.1.dylib")
        compile_to(bar / "libbar.dylib", "int foo(void); int bar(void) { return foo(); }", "-shared", f"-L{foo}", "-lfoo",
                   "-install_name", "@rpath/libbar.dylib")
        compile_to(app / "Contents/MacOS/confab", "int bar(void); int main(void) { return bar(); }", f"-L{bar}", "-lbar",
                   f"-Wl,-rpath,{bar}")
        (foo.parent / "LICENSE").write_text("foo's licence")
        (bar.parent / "COPYING").write_text("bar's licence")
        before = run(otool, "-L", app / "Contents/MacOS/confab").stdout
        assert "@rpath/libbar.dylib" in before, before

        def bundle(one):
            return run(sys.executable, SOURCE / "cmake/package/mac/libraries.py", one, "--licences", home / "licences", env=env)

        shutil.copytree(app, home / "Broken.app")
        done = bundle(app)
        assert done.returncode == 0, done.stderr
        inside = app / "Contents/Frameworks"
        assert {p.name for p in inside.iterdir()} == {"libfoo.1.dylib", "libbar.dylib"}
        for file in [app / "Contents/MacOS/confab", *inside.iterdir()]:
            names = [line.split()[0] for line in run(otool, "-L", file).stdout.splitlines()[1:]]
            assert names and all(n.startswith((INSIDE, "/usr/lib/")) for n in names), names
        assert (home / "licences/foo/copyright").read_text() == "foo's licence"
        assert "file: libbar.dylib" in (home / "licences/bar/about").read_text()
        print("two libraries are in the bundle, under their licences")

        linked.unlink()
        done = bundle(home / "Broken.app")
        assert done.returncode != 0 and "libfoo.1.dylib, which is not there" in done.stderr, done.stderr
        print("a library that is missing is told by its name")


if __name__ == "__main__":
    main()
