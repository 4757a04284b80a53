#!/usr/bin/env python3
"""Pack a folder: zip.py FOLDER OUT.zip. The same files give the same bytes: names in order, every time $SOURCE_DATE_EPOCH."""
import os
import pathlib
import sys
import time
import zipfile

EXECUTABLE, PLAIN = 0o100755, 0o100644


def main():
    folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    when = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(str(path.relative_to(folder.parent)), when)
            info.external_attr = (EXECUTABLE if os.access(path, os.X_OK) else PLAIN) << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes(), compresslevel=9)


if __name__ == "__main__":
    main()
