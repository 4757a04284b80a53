#!/bin/sh
# Install what is missing of debian.txt: sh third_party/install-debian.sh SECTION...
# Sections: those of the file. When nothing is missing it needs no network and no rights.
set -eu

here=$(dirname "$0")
if [ $# -eq 0 ]; then
    echo "usage: sh third_party/install-debian.sh build|run|test|package|windows ... (the sections of debian.txt)" >&2
    exit 2
fi

if [ "$(uname)" = Darwin ]; then
    exec sh "$here/install-homebrew.sh" "$@"
fi
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    list=
    for pair in dnf:fedora.txt pacman:arch.txt; do
        command -v "${pair%%:*}" >/dev/null 2>&1 && list="third_party/${pair#*:}" && break
    done
    [ "$(uname -o 2>/dev/null)" = Msys ] && list=third_party/msys2.txt
    echo "This is not Debian or Ubuntu, so nothing was installed." >&2
    echo "What is needed is listed in ${list:-third_party/ (one list for each package manager)}." >&2
    exit 0
fi

# One line for each wanted package, its alternatives on it: "a" or "a b"
wanted=$(awk -v sections=" $* " '
    { sub(/#.*/, "") }
    /^\[.*\]/ { name = $0; gsub(/[][ \t]/, "", name); on = index(sections, " " name " ") > 0; next }
    on && NF { gsub(/\|/, " "); $1 = $1; print }' "$here/debian.txt")
if [ -z "$wanted" ]; then
    echo "third_party/debian.txt has no section like: $*" >&2
    exit 2
fi

# "name" of all that is installed, foreign architectures aside
# shellcheck disable=SC2086
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
    awk '$1 == "installed" { print $2 }') || true
missing=$(printf '%s\n' "$wanted" | awk -v have="$(echo $installed)" '
    BEGIN { n = split(have, names, " "); for (i = 1; i <= n; i++) is[names[i]] = 1 }
    { for (i = 1; i <= NF; i++) if ($i in is) next; print }')
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Not everything is installed, and this needs root. As root run:" >&2
        echo "  sh third_party/install-debian.sh $*" >&2
        exit 1
    fi
    root=sudo
fi
apt()
{
    $root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

apt update || echo "apt-get update failed; trying with the package lists that are here." >&2
choice=$(printf '%s\n' "$missing" | while read -r first others; do
    pick=$first
    for name in $first $others; do
        if apt-cache show "$name" >/dev/null 2>&1; then
            pick=$name
            break
        fi
    done
    echo "$pick"
done)
echo "Installing with apt: $(echo $choice)"
# shellcheck disable=SC2086
apt install -y --no-install-recommends $choice
