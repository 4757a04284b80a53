source=libsdl2
needs=
build()
{
    cmake_build -DSDL_SHARED=ON -DSDL_STATIC=OFF -DSDL_TEST=OFF -DBUILD_SHARED_LIBS=ON
    # our main() is our own, and not every program that draws has no console
    sed -i 's/-lmingw32//; s/-lSDL2main//; s/-mwindows//; s/-Dmain=SDL_main//' \
        "$out$at/lib/pkgconfig/sdl2.pc"
}
