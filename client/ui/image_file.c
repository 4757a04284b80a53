#include "client/ui/image_file.h"

#include <string.h>

#include <SDL_image.h>

#include "protocol/base/mem.h"

uint8_t *image_load_svg(const char *path, int size)
{
    SDL_RWops *file = SDL_RWFromFile(path, "rb");
    if (!file)
        return NULL;
    SDL_Surface *loaded = IMG_LoadSizedSVG_RW(file, size, size);
    SDL_RWclose(file);
    if (!loaded)
        return NULL;
    SDL_Surface *rgba = SDL_ConvertSurfaceFormat(loaded, SDL_PIXELFORMAT_RGBA32, 0);
    SDL_FreeSurface(loaded);
    if (!rgba)
        return NULL;
    uint8_t *pixels = mem_alloc((size_t)size * (size_t)size, 4);
    int w = rgba->w < size ? rgba->w : size, h = rgba->h < size ? rgba->h : size;
    for (int y = 0; y < h; y++)
        memcpy(pixels + (ptrdiff_t)y * size * 4,
               (const uint8_t *)rgba->pixels + (ptrdiff_t)y * rgba->pitch, (size_t)w * 4);
    SDL_FreeSurface(rgba);
    return pixels;
}

bool image_save_png(const char *path, const uint8_t *rgba, int w, int h, struct err *err)
{
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom((void *)(uintptr_t)rgba, w, h, 32,
                                                              w * 4, SDL_PIXELFORMAT_RGBA32);
    bool ok = surface && IMG_SavePNG(surface, path) == 0;
    if (!ok)
        err_set(err, ERR_SYSTEM, "The picture %s could not be written: %s", path, SDL_GetError());
    SDL_FreeSurface(surface);
    return ok;
}

/* ---- into memory ---- */

struct growing {
    uint8_t *data;
    size_t size, room;
};

static size_t SDLCALL grow(SDL_RWops *file, const void *data, size_t size, size_t count)
{
    struct growing *out = file->hidden.unknown.data1;
    const size_t more = size * count;
    if (out->room - out->size < more) {
        out->room = 2 * out->room + more;
        out->data = mem_resize(out->data, out->room, 1);
    }
    memcpy(out->data + out->size, data, more);
    out->size += more;
    return count;
}

static Sint64 SDLCALL tell(SDL_RWops *file, Sint64 offset, int whence)
{
    const struct growing *out = file->hidden.unknown.data1;
    return offset == 0 && whence == RW_SEEK_CUR ? (Sint64)out->size : -1;
}

uint8_t *image_png(const uint8_t *rgba, int w, int h, size_t *size)
{
    struct growing out = {0};
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom((void *)(uintptr_t)rgba, w, h, 32,
                                                              w * 4, SDL_PIXELFORMAT_RGBA32);
    SDL_RWops *file = SDL_AllocRW();
    bool ok = false;
    if (surface && file) {
        file->type = SDL_RWOPS_UNKNOWN;
        file->write = grow;
        file->seek = tell;
        file->hidden.unknown.data1 = &out;
        ok = IMG_SavePNG_RW(surface, file, 0) == 0;
    }
    if (file)
        SDL_FreeRW(file);
    SDL_FreeSurface(surface);
    if (!ok) {
        mem_free(out.data);
        return NULL;
    }
    *size = out.size;
    return out.data;
}
