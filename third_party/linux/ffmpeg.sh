#!/bin/sh
# FFmpeg as the AppImage carries it: sh third_party/linux/ffmpeg.sh; the last line of its output is the prefix.
#
# Debian's own FFmpeg has every encoder, filter and device, and needs 90 libraries for them. Confab reads files that are
# open already and writes one form, voice messages: this is Debian's source of the same version (so the programs that
# were linked with Debian's run with it) with what protocol-less reading needs. It is built once for each version and
# recipe and kept in ${XDG_CACHE_HOME:-~/.cache}/confab/linux.
set -eu

cd "$(dirname "$0")/../.."
. third_party/linux/source.sh

# Everything that decodes; of what is written Opus in Ogg; none of what talks to a network, a device or a screen.
options="--disable-autodetect --disable-programs --disable-doc --disable-debug --disable-static --enable-shared
    --disable-avdevice --disable-avfilter --disable-postproc --disable-network --disable-protocols --disable-hwaccels
    --disable-encoders --disable-muxers --enable-encoder=libopus --enable-muxer=ogg
    --enable-zlib --enable-bzlib --enable-lzma --enable-libdav1d --enable-libopus --enable-librsvg --enable-libjxl
    --enable-libopenmpt"

version=$(dpkg-query -W -f '${source:Version}' libavcodec-dev)
prefix=$(source_prefix ffmpeg "$0" "$options")
if [ ! -f "$prefix/done" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    echo "Building FFmpeg for the AppImage (some minutes, once): $prefix" >&2
    source_unpack ffmpeg "$work/ffmpeg" >&2
    cc=cc
    command -v ccache >/dev/null 2>&1 && cc="ccache cc"
    (
        cd "$work/ffmpeg"
        # a fixed prefix: FFmpeg keeps how it was configured as a text inside; file names in it are from its own root
        # shellcheck disable=SC2086
        ./configure --prefix=/usr --libdir=/usr/lib --cc="$cc" \
            --extra-cflags="-ffile-prefix-map=$work/ffmpeg=." $options >"$work/log" 2>&1 &&
            make -j"$(nproc)" >>"$work/log" 2>&1 && make install DESTDIR="$work/out" >>"$work/log" 2>&1
    ) || { tail -n 20 "$work/log" >&2; echo "FFmpeg could not be built." >&2; exit 1; }
    mkdir -p "$prefix"
    cp -a "$work"/out/usr/lib/lib*.so.* "$prefix/"
    strip --strip-unneeded "$prefix"/lib*.so.*
    cp "$work/ffmpeg/COPYING.LGPLv2.1" "$prefix/"
    echo "$options" | tr -s ' \n' ' ' >"$prefix/done"
fi
echo "$prefix"
