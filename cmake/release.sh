#!/bin/sh
# Every package of a release that can be made on this system, and SHA256SUMS: sh cmake/release.sh [OPTIONS]
#
#   --only KIND,...   of: source deb appimage windows mac (all)
#   --out FOLDER      where they go (build/release-VERSION)
#   --twice           make everything a second time, in another folder, and compare: what differs is told, and fails
#   --dirty           with what is changed here and not committed; not for others
#
# They are made in a clean clone of the commit that is checked out, so nothing of this folder gets into them. What is built
# of other projects' sources (FFmpeg, the libraries for Windows) is kept in ~/.cache/confab and is the same for both times.
# How a release is made, step by step: cmake/package/README.md.
set -eu

fail()
{
    echo "release: $*" >&2
    exit 1
}

only="source deb appimage windows mac"
out=
twice=
dirty=
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) sed -n '2,11s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --only) [ $# -gt 1 ] || fail "--only wants kinds"; only=$(echo "$2" | tr ',' ' ') && shift ;;
    --out) [ $# -gt 1 ] || fail "--out wants a folder"; out=$2 && shift ;;
    --twice) twice=yes ;;
    --dirty) dirty=yes ;;
    *) fail "there is no option $1 (--help)" ;;
    esac
    shift
done
for kind in $only; do
    case $kind in
    source | deb | appimage | windows | mac) ;;
    *) fail "\"$kind\" is no kind of package: source deb appimage windows mac" ;;
    esac
done
[ -z "$out" ] || out=$(realpath -m "$out")
cd "$(dirname "$0")/.."
root=$(pwd -P)

# --- what is released ----------------------------------------------------------------------------------------
git rev-parse -q --verify HEAD >/dev/null 2>&1 || fail "this folder is not a git repository: a release is made of a commit"
commit=$(git rev-parse HEAD)
changed=$(git status --porcelain)
[ -z "$changed" ] || [ -n "$dirty" ] ||
    fail "there are changes that are not committed (--dirty takes them along, for a trial):
$changed"
version=$(sed -n 's/^project(confab VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ -n "$version" ] || fail "CMakeLists.txt does not say the version"
tag=$(git tag --points-at HEAD 'v[0-9]*' | head -n 1)
if [ -n "$tag" ]; then
    [ "$tag" = "v$version" ] || fail "the commit has the tag $tag, but CMakeLists.txt says $version"
    grep -q "^## $version ([0-9]\{4\}-[0-9][0-9]-[0-9][0-9])\$" CHANGELOG.md ||
        fail "CHANGELOG.md has no heading \"## $version (YEAR-MONTH-DAY)\": a release has a date"
fi
out=${out:-$root/build/release-$version}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
echo "Confab $version, commit $(git rev-parse --short=10 HEAD), ${tag:-not tagged: a trial}${changed:+, with changes}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# clone FOLDER: the commit and nothing else
clone()
{
    git clone -q --no-checkout "$root" "$1"
    git -C "$1" checkout -q --detach "$commit"
    if [ -n "$changed" ]; then
        git ls-files -z --deleted | (cd "$1" && xargs -0 -r rm -f --)
        git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read 2>/dev/null |
            tar -x -C "$1"
    fi
}

# --- each kind: make_KIND FOLDER, in a clone -----------------------------------------------------------------
make_source()
{
    name=confab-$version
    if [ -n "$changed" ]; then
        git ls-files -z --cached --others --exclude-standard | sort -z |
            tar -c --null --no-recursion --files-from=- --transform "s,^,$name/," --owner=0 --group=0 --numeric-owner \
                --mode=go=rX,u+rw,a-s --mtime="@$SOURCE_DATE_EPOCH" --format=pax \
                --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime
    else
        git archive --format=tar --prefix="$name/" HEAD
    fi >"$1/$name.tar" # and no pipe, which would hide a failure
    gzip -9 -n "$1/$name.tar"
}
make_deb() { sh cmake/package/linux/deb.sh "$1"; }
make_appimage() { sh cmake/package/linux/appimage.sh "$1"; }
make_windows() { sh cmake/windows.sh "$1"; }
# Nothing that a Mac would run is made here: whether it compiles, links and is put together.
make_mac() { sh cmake/mac.sh; }

# make_all CLONE OUT
make_all()
{
    mkdir -p "$2"
    clone "$1"
    for kind in $only; do
        began=$(date +%s)
        (cd "$1" && "make_$kind" "$2" >"$work/log" 2>&1) || {
            tail -n 30 "$work/log" >&2
            fail "$kind could not be made"
        }
        echo "  $kind: $(($(date +%s) - began)) s"
    done
}

# --- two times the same? -------------------------------------------------------------------------------------
# unpack FILE FOLDER: what is in it; false: it cannot be looked into
unpack()
{
    mkdir -p "$2"
    case $1 in
    *.deb) dpkg-deb -R "$1" "$2" && (cd "$2" && ar x "$1" && tar --full-time -tvf data.tar.* >listing && ar tv "$1" >>listing) ;;
    *.tar.gz) tar -xzf "$1" -C "$2" && tar --full-time -tvf "$1" >"$2/listing" ;;
    *.zip) python3 -m zipfile -e "$1" "$2" && python3 -m zipfile -l "$1" >"$2/listing" ;;
    *.AppImage) (cd "$2" && "$1" --appimage-extract) ;;
    *) return 1 ;;
    esac >/dev/null 2>&1
}

# compare FIRST SECOND: two folders of packages
compare()
{
    same=yes
    for file in "$1"/*; do
        name=${file##*/}
        if cmp -s "$file" "$2/$name"; then
            echo "  the same twice: $name"
            continue
        fi
        same=
        echo "  NOT the same: $name"
        rm -rf "$work/a" "$work/b"
        if [ -e "$2/$name" ] && unpack "$file" "$work/a" && unpack "$2/$name" "$work/b"; then
            differs=$(cd "$work" && diff -rq --no-dereference a b) || true
            echo "${differs:-what can be unpacked of it is the same}" | sed 's/^/    /'
        fi
    done
    [ -n "$same" ]
}

if [ "$out" = "$root/build/release-$version" ]; then
    rm -rf "$out"
elif [ -n "$(ls -A "$out" 2>/dev/null)" ]; then
    fail "$out is not empty"
fi
make_all "$work/confab" "$out"
if [ -n "$twice" ]; then
    echo "Once more:"
    # somewhere else, as somebody else might have it set
    # shellcheck disable=SC2030,SC2031
    (
        umask 027
        TZ=Pacific/Auckland LC_ALL=C
        export TZ LC_ALL
        make_all "$work/another-folder/with-a-longer-name" "$work/second"
    )
    compare "$out" "$work/second" || fail "two runs of one commit made different packages"
fi
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\n' | LC_ALL=C sort | xargs -r -d '\n' sha256sum >"$work/sums" &&
    mv "$work/sums" SHA256SUMS && chmod 644 SHA256SUMS)
cat "$out/SHA256SUMS"
echo "In $out"
