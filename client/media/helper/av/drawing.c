#include "client/media/helper/av/drawing.h"

#ifdef CONFAB_SVG_IMAGE
#include <string.h>

#include <SDL_image.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>

#include "protocol/base/err.h"

/* A pixel less than what was asked for comes of rounding: such a side is as long as it should be. */
static int side(int drawn, int wanted)
{
    return drawn == wanted - 1 ? wanted : drawn;
}

static AVFrame *copy(const SDL_Surface *surface, int w, int h)
{
    AVFrame *frame = av_frame_alloc();
    if (!frame)
        die("Out of memory while drawing.");
    frame->format = AV_PIX_FMT_RGBA;
    frame->width = side(surface->w, w);
    frame->height = side(surface->h, h);
    if (av_frame_get_buffer(frame, 0) < 0) {
        av_frame_free(&frame);
        return NULL;
    }
    for (int y = 0; y < frame->height; y++) {
        uint8_t *to = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
        memset(to, 0, (size_t)frame->width * 4);
        if (y < surface->h)
            memcpy(to, (const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch,
                   (size_t)surface->w * 4);
    }
    return frame;
}

struct AVFrame *drawing_draw(const uint8_t *bytes, size_t size, int w, int h)
{
    AVFrame *frame = NULL;
    SDL_RWops *file = SDL_RWFromConstMem(bytes, (int)size);
    SDL_Surface *drawn = file ? IMG_LoadSizedSVG_RW(file, w, h) : NULL;
    SDL_Surface *surface =
        drawn ? SDL_ConvertSurfaceFormat(drawn, SDL_PIXELFORMAT_RGBA32, 0) : NULL;
    if (surface)
        frame = copy(surface, w, h);
    SDL_FreeSurface(surface);
    SDL_FreeSurface(drawn);
    if (file)
        SDL_RWclose(file);
    return frame;
}

#else
struct AVFrame *drawing_draw(const uint8_t *bytes, size_t size, int w, int h)
{
    (void)bytes;
    (void)size;
    (void)w;
    (void)h;
    return NULL;
}
#endif
