#include "client/media/helper/av/turn.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libavformat/avformat.h>
#include <libavutil/frame.h>

#define TILE 16 /* px: rows and columns of a tile are in the cache together */

/* The display matrix maps (x, y) to (a x + c y, b x + d y) with a, b, c, d at 0, 1, 3, 4 (libavutil/display.h). */
static struct turn turn_of_matrix(const int32_t *m)
{
    struct turn turn = {false, m[0] < 0, m[4] < 0};
    if (llabs((int64_t)m[1]) > llabs((int64_t)m[0]))
        turn = (struct turn){true, m[3] < 0, m[1] < 0};
    return turn;
}

static const uint8_t *matrix_of_stream(const AVStream *stream)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *side =
        av_packet_side_data_get(stream->codecpar->coded_side_data,
                                stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return side && side->size >= 9 * sizeof(int32_t) ? side->data : NULL;
#else
    return av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
#endif
}

struct turn turn_of(const struct AVFrame *frame, const struct AVStream *stream)
{
    const AVFrameSideData *side =
        frame ? av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX) : NULL;
    const uint8_t *matrix =
        side && side->size >= 9 * sizeof(int32_t) ? side->data : matrix_of_stream(stream);
    return matrix ? turn_of_matrix((const int32_t *)(const void *)matrix) : (struct turn){0};
}

bool turn_is_none(struct turn turn)
{
    return !turn.transpose && !turn.mirror_x && !turn.mirror_y;
}

static void turn_tile(const uint8_t *pixels, size_t w, size_t h, struct turn turn, uint8_t *out,
                      size_t left, size_t top)
{
    const size_t out_w = turn.transpose ? h : w, out_h = turn.transpose ? w : h;
    const size_t right = left + TILE < out_w ? left + TILE : out_w;
    const size_t bottom = top + TILE < out_h ? top + TILE : out_h;
    for (size_t y = top; y < bottom; y++)
        for (size_t x = left; x < right; x++) {
            const size_t u = turn.mirror_x ? out_w - 1 - x : x;
            const size_t v = turn.mirror_y ? out_h - 1 - y : y;
            const size_t from = turn.transpose ? u * w + v : v * w + u;
            memcpy(out + 4 * (y * out_w + x), pixels + 4 * from, 4);
        }
}

void turn_pixels(const uint8_t *pixels, int w, int h, struct turn turn, uint8_t *out)
{
    const size_t out_w = (size_t)(turn.transpose ? h : w), out_h = (size_t)(turn.transpose ? w : h);
    for (size_t top = 0; top < out_h; top += TILE)
        for (size_t left = 0; left < out_w; left += TILE)
            turn_tile(pixels, (size_t)w, (size_t)h, turn, out, left, top);
}
