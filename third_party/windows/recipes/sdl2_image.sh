source=libsdl2-image
needs=sdl2
build()
{
    # Confab's own icons: SVG read, PNG written; pictures of people go to confab-media
    [ ! -d src ] || cp src/*.[ch] include/*.h . # where later releases have them
    dll SDL2_image "-DUSE_STBIMAGE -DLOAD_PNG -DLOAD_JPG -DLOAD_BMP -DLOAD_SVG -DSDL_IMAGE_SAVE_PNG=1" \
        sdl2 IMG*.c
    headers SDL2 SDL_image.h
    pc SDL2_image -lSDL2_image "" "" "-I\${prefix}/include/SDL2"
}
