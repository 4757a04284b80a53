#include "client/media/helper/av/screen.h"

#include <string.h>

#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/version.h>
#include <libswscale/swscale.h>

#include "client/media/helper/picture.h"
#include "client/media/helper/av/tone.h"
#include "protocol/base/mem.h"

#define ROW_ALIGN 64  /* bytes: the scaler writes whole vectors */
#define HD_HEIGHT 720 /* from here on films that do not say mean BT.709 */
#define PLANES 4
#define FIELD_HEIGHT 4 /* both fields have whole rows of colour */

void screen_finish(struct screen *screen)
{
    sws_freeContext(screen->sws);
    tone_destroy(screen->tone);
    mem_free(screen->pixels);
    mem_free(screen->scaled);
}

static bool is_interlaced(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    const bool interlaced = frame->flags & AV_FRAME_FLAG_INTERLACED;
#else
    const bool interlaced = frame->interlaced_frame;
#endif
    return interlaced && frame->height % FIELD_HEIGHT == 0;
}

/* Do black and white lie at 0 and 255? */
static bool is_full_range(const AVFrame *frame)
{
    return frame->color_range == AVCOL_RANGE_JPEG || frame->format == AV_PIX_FMT_YUVJ420P ||
           frame->format == AV_PIX_FMT_YUVJ422P || frame->format == AV_PIX_FMT_YUVJ444P ||
           frame->format == AV_PIX_FMT_YUVJ440P;
}

static int space_of(const AVFrame *frame)
{
    if (frame->colorspace != AVCOL_SPC_UNSPECIFIED && frame->colorspace != AVCOL_SPC_RESERVED)
        return (int)frame->colorspace;
    return frame->height >= HD_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

/* As it lies in the file, but with square pixels: the side that is too short is stretched. */
static void square_size(const AVFrame *frame, const AVStream *stream, int *width, int *height)
{
    AVRational sar = frame->sample_aspect_ratio;
    if (sar.num < 1 || sar.den < 1)
        sar = stream->sample_aspect_ratio;
    if (sar.num < 1 || sar.den < 1)
        sar = (AVRational){1, 1};
    int64_t w = frame->width, h = frame->height;
    if (sar.num > sar.den)
        w = av_rescale(w, sar.num, sar.den);
    else
        h = av_rescale(h, sar.den, sar.num);
    *width = (int)(w < 1 ? 1 : w > PICTURE_SIDE_MAX ? PICTURE_SIDE_MAX : w);
    *height = (int)(h < 1 ? 1 : h > PICTURE_SIDE_MAX ? PICTURE_SIDE_MAX : h);
}

static void upright_size(const AVFrame *frame, const AVStream *stream, int *width, int *height)
{
    int w, h;
    square_size(frame, stream, &w, &h);
    const bool transpose = turn_of(frame, stream).transpose;
    *width = transpose ? h : w;
    *height = transpose ? w : h;
}

void screen_size(const struct AVStream *stream, int *width, int *height)
{
    AVFrame *frame = av_frame_alloc();
    if (!frame)
        die("Out of memory while opening a film.");
    frame->width = stream->codecpar->width;
    frame->height = stream->codecpar->height;
    frame->sample_aspect_ratio = stream->codecpar->sample_aspect_ratio;
    upright_size(frame, stream, width, height);
    av_frame_free(&frame);
}

/* Averaging what lies under a pixel when there is less room, else a smooth curve. */
static int filter_of(const struct screen_form *form)
{
    return form->out_width <= form->width && form->out_height <= form->height ? SWS_AREA
                                                                              : SWS_BICUBIC;
}

static bool fit_scaler(struct screen *screen, const struct screen_form *form)
{
    if (screen->sws && memcmp(form, &screen->form, sizeof *form) == 0)
        return true;
    sws_freeContext(screen->sws);
    screen->form = *form;
    screen->sws = sws_alloc_context();
    if (!screen->sws)
        die("Out of memory while playing.");
    av_opt_set_int(screen->sws, "srcw", form->width, 0);
    av_opt_set_int(screen->sws, "srch", form->height, 0);
    av_opt_set_int(screen->sws, "src_format", form->format, 0);
    av_opt_set_int(screen->sws, "src_range", form->full_range, 0);
    av_opt_set_int(screen->sws, "dstw", form->out_width, 0);
    av_opt_set_int(screen->sws, "dsth", form->out_height, 0);
    av_opt_set_int(screen->sws, "dst_format", screen->rgba ? AV_PIX_FMT_RGBA : AV_PIX_FMT_BGR0, 0);
    av_opt_set_int(screen->sws, "sws_flags", filter_of(form), 0);
    if (sws_init_context(screen->sws, NULL, NULL) < 0) {
        sws_freeContext(screen->sws);
        screen->sws = NULL;
        return false;
    }
    sws_setColorspaceDetails(screen->sws, sws_getCoefficients(form->space), form->full_range,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    return true;
}

static void fit_room(struct screen *screen, size_t pitch, size_t rows)
{
    const size_t room = pitch * rows + ROW_ALIGN;
    if (room <= screen->room)
        return;
    mem_free(screen->pixels);
    mem_free(screen->scaled);
    screen->pixels = mem_alloc(room, 1);
    screen->scaled = mem_alloc(room, 1);
    screen->room = room;
}

static void map_tones(struct screen *screen, const AVFrame *frame, uint8_t *pixels, size_t count)
{
    if (!tone_is_high((int)frame->color_trc))
        return;
    if (!screen->tone || screen->tone_of != (int)frame->color_trc) {
        tone_destroy(screen->tone);
        screen->tone_of = (int)frame->color_trc;
        screen->tone = tone_create(screen->tone_of);
    }
    tone_map(screen->tone, pixels, count, screen->rgba);
}

bool screen_paint(struct screen *screen, const struct AVFrame *frame, const struct AVStream *stream)
{
    const struct turn turn = turn_of(frame, stream);
    int full_w, full_h;
    upright_size(frame, stream, &full_w, &full_h);
    picture_fit(full_w, full_h, screen->box_width, screen->box_height, &screen->width,
                &screen->height);
    const int w = turn.transpose ? screen->height : screen->width;
    const int h = turn.transpose ? screen->width : screen->height;
    /* Of two interlaced fields only one is shown, at its full height: half as sharp, and nothing is torn. */
    const int fields = is_interlaced(frame) ? 2 : 1;
    const struct screen_form form = {.width = frame->width,
                                     .height = frame->height / fields,
                                     .format = frame->format,
                                     .space = space_of(frame),
                                     .full_range = is_full_range(frame),
                                     .out_width = w,
                                     .out_height = h};
    if (frame->width < 1 || frame->height < 1 || !fit_scaler(screen, &form))
        return false;
    const size_t row = 4 * (size_t)w, pitch = (row + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
    fit_room(screen, pitch, (size_t)h);
    int pitches[PLANES] = {0};
    for (int i = 0; i < PLANES; i++)
        pitches[i] = frame->linesize[i] * fields;
    uint8_t *const target = turn_is_none(turn) ? screen->pixels : screen->scaled;
    uint8_t *planes[PLANES] = {target};
    const int out_pitches[PLANES] = {(int)pitch};
    if (sws_scale(screen->sws, (const uint8_t *const *)frame->data, pitches, 0, form.height, planes,
                  out_pitches) <= 0)
        return false;
    for (size_t y = 1; y < (size_t)h && pitch != row; y++)
        memmove(target + y * row, target + y * pitch, row);
    map_tones(screen, frame, target, (size_t)w * (size_t)h);
    if (!turn_is_none(turn))
        turn_pixels(screen->scaled, w, h, turn, screen->pixels);
    return true;
}
