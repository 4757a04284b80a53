#!/bin/sh
# The AppImage, for any desktop with a glibc as new as this system's: sh cmake/package/linux/appimage.sh [FOLDER]
# FOLDER (build/packages) gets Confab-VERSION-x86_64.AppImage. Made of Debian's parts alone: cmake/package/README.md says
# how. Two runs of one commit make the same bytes.
set -eu

cd "$(dirname "$0")/../../.."
[ "$(uname -m)" = x86_64 ] || { echo "The AppImage is made on x86_64." >&2 && exit 1; }
sh third_party/install-debian.sh build run package
. cmake/package/linux/build.sh
here=$(pwd -P)/cmake/package/linux
mkdir -p "${1:-build/packages}"
out=$(cd "${1:-build/packages}" && pwd -P)
ffmpeg=$(sh third_party/linux/ffmpeg.sh)
build_for_packages
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' build/deb/CMakeCache.txt)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dir=$work/Confab.AppDir
usr=$dir/usr

# --- the folder --------------------------------------------------------------------------------------------
DESTDIR=$dir cmake --install build/deb --prefix /usr >"$work/install.log" || { cat "$work/install.log" >&2 && exit 1; }
rm -rf "$usr/lib/systemd" "${dir:?}/etc" # a service is the business of packages that install one
strip --strip-unneeded "$usr"/bin/* "$usr"/libexec/confab/*

python3 "$here/bundle.py" "$usr/lib/confab" --leave "$here/desktop-libraries.txt" \
    --also libSDL2_mixer-2.0.so.0 libdbus-1.so.3 -- "$usr"/bin/*
python3 "$here/bundle.py" "$usr/lib/confab/media" --prefer "$ffmpeg" --also libfluidsynth.so.3 \
    -- "$usr"/libexec/confab/*

# the newest version of glibc's functions that anything in it asks for
find "$usr/bin" "$usr/lib" "$usr/libexec" -type f -exec readelf -VW {} + 2>/dev/null |
    grep -o 'GLIBC_[0-9]*\.[0-9]*' | sort -uV | tail -n 1 | sed 's/GLIBC_//' >"$usr/share/confab/glibc"

# The head: static, so that it runs wherever Linux does. --gc-sections drops what libfuse would load.
(
    cd "$here/appimage"
    cc -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Os -Wall -Wextra -Werror -static -s -ffunction-sections -fdata-sections \
        -Wl,--gc-sections -Wl,--build-id=none \
        -Wl,-Map,"$work/head.map" -I/usr/include/fuse3 main.c mount.c unpack.c -o "$work/head" \
        -lsquashfuse_ll -lfuse3 -lz -llzma -llz4 -llzo2 -lzstd -ldeflate -lpthread 2>"$work/cc.log"
) || { cat "$work/cc.log" >&2 && exit 1; }

# Fonts for a system without them, and instruments for MIDI
sh cmake/package/fonts.sh "$usr/share/confab/fonts"
cp -L /usr/share/sounds/sf2/TimGM6mb.sf2 "$usr/share/confab/instruments.sf2"
python3 cmake/package/notices.py --debian timgm6mb-soundfont --out "$usr/share/confab/notices.txt" \
    "$work/head.map" "$usr/lib" "$usr/share/confab/fonts"

cp "$here/AppRun" "$dir/"
cp "$usr/share/applications/org.confab.Confab.desktop" "$usr/share/icons/hicolor/scalable/apps/org.confab.Confab.svg" "$dir/"
cp "$usr/share/icons/hicolor/256x256/apps/org.confab.Confab.png" "$dir/.DirIcon"

find "$dir" -type d -exec chmod 755 {} +
find "$dir" -type f ! -perm -100 -exec chmod 644 {} +
find "$dir" -type f -perm -100 -exec chmod 755 {} +

# --- the file ----------------------------------------------------------------------------------------------
env -u SOURCE_DATE_EPOCH mksquashfs "$dir" "$work/files" -comp zstd \
    -Xcompression-level "${CONFAB_SQUASH_LEVEL:-19}" -b 512K -root-owned -no-xattrs -noappend -quiet \
    -no-progress -all-time "$SOURCE_DATE_EPOCH" -mkfs-time "$SOURCE_DATE_EPOCH" >"$work/squash.log" ||
    { cat "$work/squash.log" >&2 && exit 1; }

python3 - "$work/files" "$version" >"$work/seal" <<'END'
import struct, sys, zlib
files = open(sys.argv[1], "rb").read()
sys.stdout.buffer.write(struct.pack("<QI60s", len(files), zlib.crc32(files), sys.argv[2].encode()[:59]))
END
objcopy --update-section .seal="$work/seal" "$work/head"
printf 'AI\002' | dd of="$work/head" bs=1 seek=8 conv=notrunc status=none
cat "$work/head" "$work/files" >"$out/Confab-$version-x86_64.AppImage"
chmod 755 "$out/Confab-$version-x86_64.AppImage"
echo "$out/Confab-$version-x86_64.AppImage"
