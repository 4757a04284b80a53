#!/usr/bin/env python3
"""The third-party notices name what is really linked and packed, with its licence, and refuse what has none."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
NOTICES = SOURCE / "cmake/package/notices.py"
MAP = """Archive member included to satisfy reference by file (symbol)

{0}/lib/libfoo.a(foo.o)     CMakeFiles/confab.dir/main.c.obj (foo_open)
{0}/lib/libqux.dll.a(qux-1.dll.o)     CMakeFiles/confab.dir/main.c.obj (qux)
libconfab_base.a(buf.c.obj)
                              CMakeFiles/confab.dir/main.c.obj (buf_init)

Discarded input sections

 .text          0x0 {0}/lib/libunused.a(unused.o)
"""
failures = 0


def check(what, good):
    global failures
    failures += not good
    print(f"{'ok' if good else 'FAILED'}  {what}")


def library(folder, name, file, text="It is free."):
    home = folder / "licences" / name
    home.mkdir(parents=True)
    (home / "about").write_text(f"name: {name}\nversion: 1.2\nhomepage: https://{name}.example\nfile: {file}\n")
    if text is not None:
        (home / "copyright").write_text(text)


def notices(folder, *paths):
    out = folder / "notices.txt"
    out.unlink(missing_ok=True)
    run = subprocess.run([sys.executable, NOTICES, "--licences", folder / "licences", "--recipes", folder / "recipes",
                          "--out", out, *paths], capture_output=True, text=True, check=False)
    return run.returncode, out.read_text() if out.exists() else "", run.stderr


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="confab-notices-"))
    try:
        (folder / "program.map").write_text(MAP.format(folder))
        (folder / "bar.dll").write_bytes(b"MZ")
        (folder / "recipes").mkdir()
        (folder / "recipes/bar.sh").write_text('source=bar\nneeds="baz"\n')
        library(folder, "foo", "lib/libfoo.a", "Licence of foo, see /usr/share/common-licenses/Artistic")
        library(folder, "unused", "lib/libunused.a")
        library(folder, "bar", "bin/bar.dll")
        code, text, _ = notices(folder, folder / "program.map")
        check("a linked archive is named, with version, home page and licence",
              code == 0 and "foo 1.2  https://foo.example" in text and "Licence of foo" in text)
        check("what was not linked is not", "unused" not in text)
        check("a common licence that is referred to is there in full", "The \"Artistic License\"" in text)
        code, text, error = notices(folder, folder / "bar.dll")
        check("what is inside a DLL must have a licence", code != 0 and not text and "baz" in error)
        library(folder, "baz", "lib/libbaz.a")
        code, text, _ = notices(folder, folder)
        check("a folder: all that is in it, and what is inside of that",
              code == 0 and all(f"{name} 1.2" in text for name in ("foo", "bar", "baz")))
        (folder / "licences/baz/copyright").write_text("x" * ((4 << 20) + 1))
        check("a text that is far too long is no licence", notices(folder, folder)[0] != 0)
        (folder / "licences/baz/copyright").write_text(" \n")
        check("an empty one is none", notices(folder, folder)[0] != 0)
        (folder / "nobodys.ttf").write_bytes(b"\0\1\0\0")
        code, _, error = notices(folder, folder / "nobodys.ttf")
        check("a font that nobody knows is refused", code != 0 and "nobodys.ttf" in error)
        server = pathlib.Path(os.environ.get("CONFAB_BIN", SOURCE / "build/asan")) / "confab-server"
        if server.exists():
            code, text, _ = notices(folder, server)
            check("a program of Linux: the packages that its libraries are of",
                  code == 0 and "\n  cjson " in text and "\n  openssl " in text and "\n  glibc " in text)
    finally:
        shutil.rmtree(folder)
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
