#!/usr/bin/env python3
"""Copy the DLLs that programs need beside them: dlls.py FOLDER PREFIX/bin [NAME.dll...]

Reads what each program and DLL of FOLDER imports (objdump), takes what is in PREFIX/bin, and what that imports in turn.
NAME: what is loaded by name later. Fails on a DLL that is neither there nor part of every Windows.
"""
import pathlib
import re
import shutil
import subprocess
import sys

OBJDUMP = "x86_64-w64-mingw32-objdump"
# Of every Windows since 8.1, in all editions: those for Europe have no Media Foundation.
WINDOWS = set("""advapi32 avrt bcrypt bcryptprimitives cfgmgr32 comctl32 comdlg32 crypt32 d3d11 dnsapi dwmapi dxgi gdi32
    hid imm32 iphlpapi kernel32 mswsock msvcrt ncrypt netapi32 normaliz ntdll ole32 oleaut32 opengl32 powrprof propsys psapi
    rpcrt4 secur32 setupapi shell32 shcore shlwapi ucrtbase user32 userenv usp10 uxtheme version winmm wintrust ws2_32
    wtsapi32""".split())


def imports(path):
    text = subprocess.run([OBJDUMP, "-p", path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"DLL Name: (\S+)", text))


def main():
    folder, source, *named = sys.argv[1:]
    folder = pathlib.Path(folder)
    there = {path.name.lower(): path for path in pathlib.Path(source).glob("*.dll")}
    todo = [(name, "the program, when it is needed") for name in named]
    for path in sorted(folder.glob("*.exe")) + sorted(folder.glob("*.dll")):
        todo += [(name, path.name) for name in sorted(imports(path))]
    taken = set()
    while todo:
        name, wanted_by = todo.pop(0)
        key = name.lower()
        if key in taken or key.removesuffix(".dll") in WINDOWS:
            continue
        if key not in there:
            sys.exit(f"dlls: {name}, wanted by {wanted_by}, is neither in {source} nor a part of Windows.")
        taken.add(key)
        shutil.copy(there[key], folder)
        todo += [(other, there[key].name) for other in sorted(imports(there[key]))]
    print("dlls: " + (" ".join(sorted(taken)) or "none"))


if __name__ == "__main__":
    main()
