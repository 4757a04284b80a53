#!/bin/sh
# Get and build the libraries that Confab for Windows needs: sh third_party/windows/libraries.sh
# From Debian's source packages, with mingw-w64, on Debian 12 or 13. What is built stays in
# ~/.cache/confab/windows and is not built again. The last line is the folder in which all is.
#   --where     only say where that folder is; 1 if it is not built yet
#   --update    look for newer source packages now (else once a day)
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/confab/windows
logs=$cache/logs
store=$cache/built # a folder for each library and each state of its recipe, source and needs
triple=x86_64-w64-mingw32
edition=2 # raise it when a change of build.sh must build everything again
unused_days=60

# In the order in which they are built; each comes after what it needs.
libraries="zlib cjson utf8proc libdeflate openssl sdl2 libpng freetype
    harfbuzz sdl2_ttf sdl2_image sdl2_mixer fribidi libunibreak cmocka libjpeg-turbo libwebp
    lcms2 libtiff sonic opus dav1d ffmpeg libde265 libheif"

say()
{
    echo "$*" >&2
}

fail()
{
    say "libraries.sh: $*"
    exit 1
}

# fail_with LOG WORDS...: with the end of the log
fail_with()
{
    log=$1
    shift
    say "libraries.sh: $*"
    say "The last lines of $log:"
    tail -n 25 "$log" | sed 's/^/    /' >&2
    exit 1
}

. "$here/sources.sh"

only_where=
update=
for option; do
    case $option in
    --where) only_where=yes ;;
    --update) update=now ;;
    --help | -h) sed -n '2,6s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) fail "no such option: $option (see --help)" ;;
    esac
done

mkdir -p "$store" "$logs"
for tool in $triple-gcc-win32 $triple-g++-win32 $triple-g++-posix cmake ninja meson nasm pkg-config dpkg-source flock; do
    command -v "$tool" >/dev/null 2>&1 ||
        fail "$tool is missing. Run: sh third_party/install-debian.sh build windows"
done
if [ -z "$only_where" ]; then
    # what a run starts has the lock too: if the run is ended and its compiler goes on, it is held
    exec 9>"$cache/lock"
    if ! flock -n 9; then
        say "Another run is at work in $cache; waiting for it."
        flock 9
    fi
fi
sources_update "$update"
works=$cache/work
case $works in
*[!A-Za-z0-9/._+-]*) # the build systems of some libraries stop at a space
    works=$(mktemp -d)
    trap 'rm -rf "$works"' EXIT
    ;;
esac
compiler=$($triple-gcc-win32 --version | head -n 1)

# get NAME WHAT: a word of what its recipe says: source, package, needs
get()
{
    sed -n "s/^$2=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$here/recipes/$1.sh"
}

# versions_of NAME: what is to be had, highest first
versions_of()
{
    package=$(get "$1" package)
    if [ -n "$package" ]; then # a library of this system, built for Windows by Debian
        dpkg-query -W -f '${Version}\n' "$package" 2>/dev/null ||
            fail "$package is missing. Run: sh third_party/install-debian.sh build windows"
    else
        sources_versions "$(get "$1" source)" "$(get "$1" bare)"
    fi
}

# key_of NAME VERSION: says what it is made of; the keys of its needs are in $keys
key_of()
{
    {
        echo "$edition $compiler $2"
        cat "$here/recipes/$1.sh"
        for need in $(get "$1" needs); do
            echo "$keys" | grep "^$need "
        done
    } | sha256sum | cut -c 1-16
}

# closure NAME...: these and all that they need
closure()
{
    for one; do
        echo "$one"
        # shellcheck disable=SC2046
        closure $(get "$one" needs)
    done
}

# build NAME VERSION KEY: into $store/NAME-KEY
build()
{
    work=$works/$1
    log=$logs/$1.log
    rm -rf "$work"
    mkdir -p "$work/prefix" "$work/out"
    # shellcheck disable=SC2046
    for need in $(closure $(get "$1" needs) | sort -u); do
        cp -a "$store/$need-$(echo "$keys" | sed -n "s/^$need //p")/." "$work/prefix"
    done
    from=-
    [ -n "$(get "$1" package)" ] || from=$(sources_file "$(get "$1" source)" "$2")
    begin=$(date +%s)
    printf '%-14s %-24s ' "$1" "$2" >&2
    if ! sh "$here/build.sh" "$here/recipes/$1.sh" "$work" "$from" "$2" >"$log" 2>&1; then
        say "failed"
        fail_with "$log" "$1 could not be built."
    fi
    rm -rf "$store/$1-$3.part"
    mv "$work/out" "$store/$1-$3.part"
    mv "$store/$1-$3.part" "$store/$1-$3"
    rm -rf "$work"
    say "$(($(date +%s) - begin)) s"
}

keys=
for name in $libraries; do
    key=
    for version in $(versions_of "$name"); do
        key=$(key_of "$name" "$version")
        [ -d "$store/$name-$key" ] || [ -n "$only_where" ] ||
            sources_fetch "$(get "$name" source)" "$version" && break
        # a mirror can lag behind its own list: then the one before
        say "$name $version could not be fetched ($logs/$(get "$name" source)-fetch.log); trying another."
        key=
    done
    [ -n "$key" ] || {
        rm -f "$tarballs/$(get "$name" source)"_*.missing # the network, perhaps: ask again
        fail "The source of $name could not be fetched. Is there a network?"
    }
    keys="$keys$name $key
"
    if [ -d "$store/$name-$key" ]; then
        touch "$store/$name-$key"
    elif [ -z "$only_where" ]; then
        build "$name" "$version" "$key"
    fi
done

prefix=$cache/$(echo "$keys" | sha256sum | cut -c 1-16)
if [ ! -d "$prefix" ]; then
    if [ -n "$only_where" ]; then
        say "The libraries for Windows are not built yet: sh third_party/windows/libraries.sh"
        exit 1
    fi
    rm -rf "$prefix.part"
    mkdir "$prefix.part"
    for name in $libraries; do
        cp -a "$store/$name-$(echo "$keys" | sed -n "s/^$name //p")/." "$prefix.part"
    done
    mv "$prefix.part" "$prefix"
fi
touch "$prefix"
if [ -z "$only_where" ]; then # what nobody asked for since long
    find "$cache" "$store" -mindepth 1 -maxdepth 1 -name '*[0-9a-f]' -mtime "+$unused_days" \
        -type d -exec rm -rf {} +
fi
echo "$prefix"
