#!/bin/sh
# Build the Debian packages for the release of Debian that this runs on: sh cmake/package/linux/deb.sh [FOLDER]
# FOLDER (build/packages) gets confab_VERSION_ARCHITECTURE.deb, and the same of confab-cli and
# confab-server. Two runs of one commit make the same bytes.
set -eu

cd "$(dirname "$0")/../../.."
out=${1:-build/packages}
sh third_party/install-debian.sh build run package

# Debian's own flags for hardening; what is built names no folder of this machine
DEB_BUILD_MAINT_OPTIONS='hardening=+all reproducible=+fixfilepath'
export DEB_BUILD_MAINT_OPTIONS
CFLAGS="$(dpkg-buildflags --get CFLAGS) -g0"
LDFLAGS=$(dpkg-buildflags --get LDFLAGS)
export CFLAGS LDFLAGS
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
fi
export SOURCE_DATE_EPOCH

cmake -S . -B build/deb -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
    -DCONFAB_TESTS=OFF >/dev/null
ninja -C build/deb --quiet
rm -rf build/deb/deb
(cd build/deb && cpack -G DEB -B deb >cpack.log) || { cat build/deb/cpack.log >&2 && exit 1; }
mkdir -p "$out"
for package in build/deb/deb/*.deb; do
    cp "$package" "$out/"
    echo "$out/${package##*/}"
done
