source=libheif
needs="libde265 dav1d"
build()
{
    # one DLL with all of its C++ inside, and C outside
    threads_of_posix
    cmake_build -DBUILD_SHARED_LIBS=ON -DENABLE_PLUGIN_LOADING=OFF -DWITH_EXAMPLES=OFF \
        -DWITH_LIBDE265=ON -DWITH_DAV1D=ON -DWITH_X265=OFF -DWITH_AOM_ENCODER=OFF \
        -DWITH_AOM_DECODER=OFF -DWITH_SvtEnc=OFF -DWITH_RAV1E=OFF -DWITH_GDK_PIXBUF=OFF \
        -DBUILD_TESTING=OFF -DENABLE_PARALLEL_TILE_DECODING=ON
}
