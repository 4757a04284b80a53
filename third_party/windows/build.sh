#!/bin/sh
# Build one library, for libraries.sh: build.sh RECIPE WORK SOURCE VERSION
# SOURCE is a .dsc, or upstream's tarball alone.
# WORK has prefix/ (what the library needs) and out/ (where it is to go). A recipe says
#   source=  Debian's source package, or package= an installed package with the library in it
#   needs=   names of other recipes
#   bare=yes upstream's tarball alone will do, where a mirror lacks Debian's part of the source
#   build()  with the functions below; it runs in the unpacked source
set -eu

recipe=$1
work=$2
from=$3
version=$4
root=$(cd "$(dirname "$0")/../.." && pwd -P)
triple=x86_64-w64-mingw32
prefix=$work/prefix
out=$work/out
at=/confab-windows # a prefix that is nowhere: nothing of this machine gets into the library
jobs=${CONFAB_JOBS:-$(nproc)}
name=$(basename "$recipe" .sh)

launcher=
if command -v ccache >/dev/null 2>&1; then
    launcher=ccache
    export CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
fi
cc="$launcher $triple-gcc-win32"
cc=${cc# }
cxx=$(echo "$cc" | sed 's/-gcc/-g++/')
flags="-O2 -ffile-prefix-map=$work=."
link="-static-libgcc -Wl,--no-insert-timestamp"
export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" PKG_CONFIG_PATH=
export CONFAB_WINDOWS_PREFIX="$prefix" LC_ALL=C.UTF-8 TZ=UTC

# C++ with threads: of Debian's two compilers the other one. What is built with it is a DLL that has
# all of that inside.
threads_of_posix()
{
    cc=$(echo "$cc" | sed 's/-win32$/-posix/')
    cxx=$(echo "$cxx" | sed 's/-win32$/-posix/')
    link="-static -static-libgcc -static-libstdc++ -Wl,--no-insert-timestamp"
}

# cmake_configure OPTION...: for a static library, unless they say otherwise
cmake_configure()
{
    cmake -S . -B "$work/build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$root/cmake/mingw-toolchain.cmake" \
        -DCONFAB_MINGW_CC="$(command -v "${cc##* }")" -DCONFAB_MINGW_CXX="$(command -v "${cxx##* }")" \
        -DCMAKE_C_COMPILER_LAUNCHER="$launcher" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" \
        -DCMAKE_C_FLAGS_RELEASE=-DNDEBUG -DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG \
        -DCMAKE_SHARED_LINKER_FLAGS="$link" \
        -DCMAKE_INSTALL_PREFIX="$at" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF \
        -DCMAKE_POLICY_VERSION_MINIMUM=3.5 "$@"
}

# cmake_build OPTION...
cmake_build()
{
    cmake_configure "$@"
    ninja -C "$work/build" -j "$jobs"
    DESTDIR=$out ninja -C "$work/build" install
}

# meson_build OPTION...
meson_build()
{
    words=$(echo "$cc" | sed "s/ /', '/")
    cxx_words=$(echo "$cxx" | sed "s/ /', '/")
    cat >"$work/cross.ini" <<END_OF_INI
[binaries]
c = ['$words']
cpp = ['$cxx_words']
ar = '$triple-ar'
strip = '$triple-strip'
windres = '$triple-windres'
pkgconfig = 'pkg-config'
nasm = 'nasm'
[built-in options]
c_args = ['-ffile-prefix-map=$work=.']
cpp_args = ['-ffile-prefix-map=$work=.']
[properties]
pkg_config_libdir = '$prefix/lib/pkgconfig'
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
END_OF_INI
    meson setup "$work/build" . --cross-file "$work/cross.ini" --prefix "$at" --libdir lib \
        --buildtype release -Ddefault_library=static "$@"
    ninja -C "$work/build" -j "$jobs"
    DESTDIR=$out ninja -C "$work/build" install
}

# configure_build OPTION...: autoconf
configure_build()
{
    [ -x configure ] || autoreconf -fi
    CC=$cc CFLAGS=$flags CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib" \
        ./configure --host=$triple --prefix="$at" --disable-shared --enable-static "$@"
    make -j "$jobs"
    make install DESTDIR="$out"
}

# archive NAME FLAGS FILE.c...: a static library without a build system
archive()
{
    library=$1
    more=$2
    shift 2
    mkdir -p "$work/build" "$out/lib"
    for file; do
        # shellcheck disable=SC2086
        $cc $flags $more -c "$file" -o "$work/build/$(basename "$file" .c).o"
    done
    $triple-ar rcs "$out/lib/lib$library.a" "$work"/build/*.o
}

# dll NAME FLAGS "MODULES" FILE.c...: a DLL of one folder's C files, with what pkg-config knows linked in
dll()
{
    library=$1
    more=$2
    modules=$3
    shift 3
    mkdir -p "$out/bin" "$out/lib"
    # shellcheck disable=SC2046,SC2086
    $cc $flags -DBUILD_SDL -DDLL_EXPORT $more $(pkg-config --cflags $modules) -shared "$@" $link \
        $(pkg-config --static --libs $modules | sed 's/-mwindows//; s/-lSDL2main//; s/-Dmain=[^ ]*//') \
        -o "$out/bin/$library.dll" -Wl,--out-implib,"$out/lib/lib$library.dll.a"
}

# headers FOLDER FILE...: into include/FOLDER
headers()
{
    mkdir -p "$out/include/$1"
    to=$out/include/$1
    shift
    cp "$@" "$to"
}

# pc NAME "LIBS" ["PRIVATE LIBS" ["NEEDED MODULES" ["CFLAGS"]]]: a pkg-config file
pc()
{
    upstream=$(echo "$version" | sed 's/^[0-9]*://; s/-[^-]*$//; s/[+~].*//')
    mkdir -p "$out/lib/pkgconfig"
    cat >"$out/lib/pkgconfig/$1.pc" <<END_OF_PC
prefix=\${pcfiledir}/../..
Name: $1
Description: $1 for Windows
Version: $upstream
Libs: -L\${prefix}/lib $2
Libs.private: ${3:-}
Requires.private: ${4:-}
Cflags: -I\${prefix}/include ${5:-}
END_OF_PC
}

case $from in
*.dsc)
    dpkg-source --no-check -x "$from" "$work/source"
    cd "$work/source"
    SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp)
    ;;
*.tar.*)
    mkdir "$work/source"
    tar -xf "$from" -C "$work/source" --strip-components=1
    cd "$work/source"
    SOURCE_DATE_EPOCH=$(stat -c %Y .)
    ;;
*)
    SOURCE_DATE_EPOCH=0
    ;;
esac
export SOURCE_DATE_EPOCH
# shellcheck source=/dev/null
. "$recipe"
build

# what was installed below the prefix that is nowhere
cd "$work"
if [ -d "$out$at" ]; then
    cp -a "$out$at/." "$out"
    rm -rf "${out:?}$at"
fi
rm -rf "$out/share" "$out/lib"/*.la
if [ -d "$out/bin" ]; then # DLLs alone
    find "$out/bin" ! -type d ! -name '*.dll' -delete
    rmdir "$out/bin" 2>/dev/null || true
fi
for folder in "$out"/*; do
    case $(basename "$folder") in
    bin | include | lib) ;;
    *) echo "$name installed something outside of its prefix: $folder" && exit 1 ;;
    esac
done
for file in "$out"/bin/*.dll; do
    [ ! -f "$file" ] || $triple-strip --strip-unneeded "$file"
done
for file in "$out"/lib/pkgconfig/*.pc; do
    [ -f "$file" ] || continue
    sed -i "s|$at|\${pcfiledir}/../..|g" "$file"
    # a DLL has inside what it needs
    [ ! -d "$out/bin" ] || sed -i '/^\(Libs\|Requires\)\.private:/d' "$file"
done
# what a notice of it needs: the generator takes those whose files were linked
mkdir -p "$out/licences/$name"
home=
case $from in
*.dsc)
    cp "$work/source/debian/copyright" "$out/licences/$name/copyright"
    home=$(sed -n 's/^Homepage: *//p' "$work/source/debian/control" | head -n 1)
    ;;
*.tar.*)
    (cd "$work/source" && cat COPYING* LICEN[CS]E*) >"$out/licences/$name/copyright" 2>/dev/null || true
    [ -s "$out/licences/$name/copyright" ]
    ;;
*)
    # shellcheck disable=SC2154
    cp "/usr/share/doc/$package/copyright" "$out/licences/$name/copyright"
    home=$(dpkg-query -W -f '${Homepage}' "$package")
    ;;
esac
{
    echo "name: $name"
    echo "version: $version"
    echo "homepage: $home"
    (cd "$out" && find bin lib \( -name '*.a' -o -name '*.dll' \) ! -name '*.dll.a' 2>/dev/null |
        sort | sed 's/^/file: /')
} >"$out/licences/$name/about"
grep -q '^file: ' "$out/licences/$name/about" || { echo "$name built no library" && exit 1; }
