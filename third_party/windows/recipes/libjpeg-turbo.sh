source=libjpeg-turbo
needs=
build()
{
    # its install folders want to be told that "lib" is no file of here
    cmake_build -DENABLE_SHARED=OFF -DENABLE_STATIC=ON -DWITH_TURBOJPEG=OFF -DREQUIRE_SIMD=ON \
        -DCMAKE_INSTALL_LIBDIR:STRING=lib
}
