source=ffmpeg
needs="zlib opus dav1d"
build()
{
    # Everything that is read, and of what is written the one form that confab-media writes.
    # It keeps these words: "needs" is a name without a path of this machine.
    mkdir "$work/build"
    cd "$work/build"
    ln -s "$prefix" needs
    ../source/configure --prefix=$at --enable-cross-compile --cross-prefix=$triple- --arch=x86_64 \
        --target-os=mingw32 --cc="$cc" --enable-shared --disable-static --disable-debug \
        --disable-doc --disable-programs --disable-autodetect --enable-w32threads --enable-zlib \
        --enable-libopus --enable-libdav1d --pkg-config=pkg-config --pkg-config-flags=--static \
        --disable-avdevice --disable-avfilter --disable-postproc --disable-network \
        --disable-hwaccels --disable-protocols --disable-encoders --enable-encoder=libopus \
        --disable-muxers --enable-muxer=ogg,opus \
        --extra-cflags=-Ineeds/include --extra-ldflags="-static-libgcc -Wl,--no-insert-timestamp -Lneeds/lib"
    make -j "$jobs"
    make install DESTDIR="$out"
    rm -f "$out$at"/bin/*.lib
}
