# For the scripts beside it, in the root of the tree: . cmake/package/linux/build.sh

# What is packed does not depend on who packs it.
umask 022
TZ=UTC LC_ALL=C.UTF-8
export TZ LC_ALL

# The programs as all packages for Linux have them, in build/deb; two runs of one commit make the same bytes.
build_for_packages()
{
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
}
