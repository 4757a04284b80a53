package=libz-mingw-w64-dev
needs=
build()
{
    # The archive alone: beside libz.dll.a, -lz would be the DLL.
    mkdir -p "$out/lib"
    cp "/usr/$triple/lib/libz.a" "$out/lib"
    headers . "/usr/$triple/include/zlib.h" "/usr/$triple/include/zconf.h"
    pc zlib -lz
}
