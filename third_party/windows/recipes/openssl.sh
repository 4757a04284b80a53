source=openssl
needs=
build()
{
    # It keeps its compiler's flags in words: none with a path of this machine.
    # Without what TLS 1.3, certificates and SHA-256 have no use for: a third less to compile.
    CC=$cc CFLAGS=-O2 ./Configure mingw64 --prefix=$at --libdir=lib --openssldir=/ssl \
        no-shared no-tests no-engine no-legacy no-dso no-ssl3 no-comp no-cms no-ts no-ocsp no-srp \
        no-rfc3779 no-ct no-aria no-camellia no-seed no-idea no-bf no-cast no-rc2 no-rc4 \
        no-md4 no-mdc2 no-whirlpool no-rmd160 no-sm2 no-sm3 no-sm4 no-dtls no-gost \
        AR=$triple-ar RANLIB=$triple-ranlib RC=$triple-windres
    make -j "$jobs" build_libs
    make install_dev DESTDIR="$out"
}
