#!/bin/sh
# Confab for Windows, made on Debian 12 or 13: installs what is missing, builds the libraries (once)
# and the programs, and packs them, as a ZIP and an installer, into FOLDER: sh cmake/windows.sh [FOLDER]
# FOLDER: build/packages
set -eu

case ${1:-} in
--help | -h) sed -n '2,4s/^# \{0,1\}//p' "$0" && exit 0 ;;
esac
packages=$(realpath -m "${1:-$(dirname "$0")/../build/packages}")
cd "$(dirname "$0")/.."
sh third_party/install-debian.sh windows

echo "The libraries:"
CONFAB_WINDOWS_PREFIX=$(sh third_party/windows/libraries.sh)
export CONFAB_WINDOWS_PREFIX
. cmake/preset.sh
cached=build/windows/CMakeCache.txt
if [ -f "$cached" ] && ! grep -qx "CONFAB_WINDOWS_PREFIX:[A-Z]*=$CONFAB_WINDOWS_PREFIX" "$cached"; then
    rm -f "$cached" build/windows/build.ninja # other libraries: where each of them is was remembered
fi
if command -v ccache >/dev/null 2>&1; then
    CMAKE_C_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$(pwd -P) CCACHE_NOHASHDIR=1
    export CMAKE_C_COMPILER_LAUNCHER CCACHE_BASEDIR CCACHE_NOHASHDIR
fi
build_preset windows
sh cmake/package/windows/package.sh build/windows "$CONFAB_WINDOWS_PREFIX" "$packages"
