source=libde265
needs=
build()
{
    threads_of_posix
    cmake_build -DENABLE_SDL=OFF -DENABLE_DECODER=OFF -DENABLE_ENCODER=OFF
}
