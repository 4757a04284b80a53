source=fribidi
needs=
build()
{
    # later releases can leave more out
    options=-Ddocs=false
    for part in bin tests; do
        ! grep -q "^option('$part'" meson_options.txt || options="$options -D$part=false"
    done
    # shellcheck disable=SC2086
    meson_build $options
    # its header asks who links a DLL
    sed -i 's/^Cflags:.*/& -DFRIBIDI_LIB_STATIC/' "$out$at/lib/pkgconfig/fribidi.pc"
}
