source=libsdl2-ttf
needs="sdl2 freetype harfbuzz"
build()
{
    dll SDL2_ttf "-DTTF_USE_HARFBUZZ=1" "sdl2 harfbuzz freetype2" SDL_ttf.c
    headers SDL2 SDL_ttf.h
    pc SDL2_ttf -lSDL2_ttf "" "" "-I\${prefix}/include/SDL2"
}
