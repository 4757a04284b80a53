source=harfbuzz
needs=freetype
build()
{
    # all of it is one file: nothing of libstdc++ is needed
    mkdir -p "$work/build" "$out/lib"
    # shellcheck disable=SC2046,SC2086
    $cxx $flags -std=c++11 -fno-exceptions -fno-rtti -fno-threadsafe-statics -DHAVE_FREETYPE=1 \
        $(pkg-config --cflags freetype2) -Isrc -c src/harfbuzz.cc -o "$work/build/harfbuzz.o"
    $triple-ar rcs "$out/lib/libharfbuzz.a" "$work/build/harfbuzz.o"
    headers harfbuzz src/hb*.h
    pc harfbuzz -lharfbuzz "" freetype2 "-I\${prefix}/include/harfbuzz"
}
