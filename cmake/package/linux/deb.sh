#!/bin/sh
# Build the Debian packages for the release of Debian that this runs on: sh cmake/package/linux/deb.sh [FOLDER]
# FOLDER (build/packages) gets confab_VERSION_ARCHITECTURE.deb, and the same of confab-cli and
# confab-server. Two runs of one commit make the same bytes.
set -eu

cd "$(dirname "$0")/../../.."
out=${1:-build/packages}
sh third_party/install-debian.sh build package

. cmake/package/linux/build.sh
build_for_packages
rm -rf build/deb/deb
(cd build/deb && cpack -G DEB -B deb >cpack.log) || { cat build/deb/cpack.log >&2 && exit 1; }
mkdir -p "$out"
for package in build/deb/deb/*.deb; do
    cp "$package" "$out/"
    echo "$out/${package##*/}"
done
