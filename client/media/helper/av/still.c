#include "client/media/helper/av/still.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <string.h>

#include "protocol/base/mem.h"

#define STILL_PACKETS_MAX 512 /* read this far for the first picture, no further */
#define JPEG_TRIES 5

/* How a picture must be turned to stand upright: first transposed (rows become columns), then mirrored. */
struct turn {
    bool transpose, mirror_x, mirror_y;
};

/* The display matrix maps (x, y) to (a x + c y, b x + d y) with a, b, c, d at 0, 1, 3, 4 (libavutil/display.h). */
static struct turn turn_of_matrix(const int32_t *m)
{
    struct turn turn = {false, m[0] < 0, m[4] < 0};
    if (llabs((int64_t)m[1]) > llabs((int64_t)m[0]))
        turn = (struct turn){true, m[3] < 0, m[1] < 0};
    return turn;
}

static struct turn turn_of(const AVFrame *frame, const AVStream *stream)
{
    const AVFrameSideData *side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (side && side->size >= 9 * sizeof(int32_t))
        return turn_of_matrix((const int32_t *)(const void *)side->data);
    const uint8_t *matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    return matrix ? turn_of_matrix((const int32_t *)(const void *)matrix) : (struct turn){0};
}

void still_fit(int width, int height, int box_width, int box_height, int *w, int *h)
{
    *w = width;
    *h = height;
    if (*w > box_width) {
        *h = (int)((int64_t)height * box_width / width);
        *w = box_width;
    }
    if (*h > box_height) {
        *w = (int)((int64_t)width * box_height / height);
        *h = box_height;
    }
    if (*w < 1)
        *w = 1;
    if (*h < 1)
        *h = 1;
}

/* The first frame that the decoder gives; false at the end of the file or past the limits. */
static bool first_frame(AVFormatContext *format, int index, AVCodecContext *codec, AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        die("Out of memory while decoding.");
    bool found = false, ended = false;
    for (int i = 0; i < STILL_PACKETS_MAX && !found && !ended; i++) {
        ended = av_read_frame(format, packet) < 0;
        if (!ended && packet->stream_index != index) {
            av_packet_unref(packet);
            continue;
        }
        avcodec_send_packet(codec, ended ? NULL : packet);
        av_packet_unref(packet);
        found = avcodec_receive_frame(codec, frame) == 0;
    }
    av_packet_free(&packet);
    return found;
}

/* Do black and white lie at 0 and 255? Gray pictures do not say so, but are meant that way. */
static bool is_full_range(const AVFrame *frame)
{
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(frame->format);
    return frame->color_range == AVCOL_RANGE_JPEG ||
           (frame->color_range == AVCOL_RANGE_UNSPECIFIED && form && form->nb_components <= 2);
}

/* Scale to w x h RGBA as it lies in the file (not turned). */
static uint8_t *scale(const AVFrame *frame, int w, int h)
{
    struct SwsContext *sws = sws_alloc_context();
    uint8_t *pixels = NULL;
    if (!sws)
        die("Out of memory while scaling.");
    av_opt_set_int(sws, "srcw", frame->width, 0);
    av_opt_set_int(sws, "srch", frame->height, 0);
    av_opt_set_int(sws, "src_format", frame->format, 0);
    av_opt_set_int(sws, "src_range", is_full_range(frame), 0);
    av_opt_set_int(sws, "dstw", w, 0);
    av_opt_set_int(sws, "dsth", h, 0);
    av_opt_set_int(sws, "dst_format", AV_PIX_FMT_RGBA, 0);
    av_opt_set_int(sws, "sws_flags", SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, 0);
    if (sws_init_context(sws, NULL, NULL) >= 0) {
        const int *matrix = sws_getCoefficients(
            frame->colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : (int)frame->colorspace);
        sws_setColorspaceDetails(sws, matrix, is_full_range(frame),
                                 sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
        pixels = mem_alloc((size_t)w * (size_t)h, 4);
        uint8_t *planes[4] = {pixels};
        int pitches[4] = {4 * w};
        sws_scale(sws, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
                  planes, pitches);
    }
    sws_freeContext(sws);
    return pixels;
}

/* Turn w x h pixels; takes `pixels`, returns the turned ones (h x w when transposed). */
static uint8_t *apply_turn(uint8_t *pixels, int w, int h, struct turn turn)
{
    if (!turn.transpose && !turn.mirror_x && !turn.mirror_y)
        return pixels;
    const int out_w = turn.transpose ? h : w, out_h = turn.transpose ? w : h;
    uint32_t *out = mem_alloc((size_t)w * (size_t)h, 4);
    for (int y = 0; y < out_h; y++)
        for (int x = 0; x < out_w; x++) {
            int u = turn.mirror_x ? out_w - 1 - x : x, v = turn.mirror_y ? out_h - 1 - y : y;
            size_t from = turn.transpose ? (size_t)u * (size_t)w + (size_t)v
                                         : (size_t)v * (size_t)w + (size_t)u;
            memcpy(&out[(size_t)y * (size_t)out_w + (size_t)x], pixels + 4 * from, 4);
        }
    mem_free(pixels);
    return (uint8_t *)out;
}

/* JPEG can be decoded at a half, a quarter, an eighth: the smallest that still covers the longer side of the box, since the
 * orientation (and so which side is the width) is known only afterwards. */
static int choose_lowres(const AVCodec *decoder, const AVCodecParameters *par, int box_width,
                         int box_height)
{
    const int box = box_width > box_height ? box_width : box_height;
    const int side = par->width > par->height ? par->width : par->height;
    int lowres = 0;
    while (lowres < decoder->max_lowres && (side >> (lowres + 1)) >= box)
        lowres++;
    return lowres;
}

bool still_decode(struct AVFormatContext *format, int index, int box_width, int box_height,
                  struct still *still, struct err *err)
{
    const AVStream *stream = format->streams[index];
    const AVCodecParameters *par = stream->codecpar;
    const AVCodec *decoder = avcodec_find_decoder(par->codec_id);
    if (!decoder)
        return err_set(err, ERR_FORMAT, "This kind of picture cannot be shown here.");
    if (par->width > STILL_SIDE_MAX || par->height > STILL_SIDE_MAX ||
        (int64_t)par->width * par->height > STILL_PIXELS_MAX)
        return err_set(err, ERR_LIMIT, "The picture is too large to show (%d × %d).", par->width,
                       par->height);

    AVCodecContext *codec = avcodec_alloc_context3(decoder);
    AVFrame *frame = av_frame_alloc();
    if (!codec || !frame)
        die("Out of memory while decoding.");
    bool ok = false;
    avcodec_parameters_to_context(codec, par);
    codec->max_pixels = STILL_PIXELS_MAX;
    codec->thread_count = 1; /* the sandbox has room for one */
    codec->lowres = choose_lowres(decoder, par, box_width, box_height);
    if (avcodec_open2(codec, decoder, NULL) < 0 || !first_frame(format, index, codec, frame) ||
        frame->width < 1 || frame->height < 1) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        goto out;
    }
    struct turn turn = turn_of(frame, stream);
    const int full_w = par->width > 0 ? par->width : frame->width << codec->lowres;
    const int full_h = par->height > 0 ? par->height : frame->height << codec->lowres;
    still->width = turn.transpose ? full_h : full_w;
    still->height = turn.transpose ? full_w : full_h;
    still_fit(still->width, still->height, box_width, box_height, &still->picture_width,
              &still->picture_height);
    int w = turn.transpose ? still->picture_height : still->picture_width;
    int h = turn.transpose ? still->picture_width : still->picture_height;
    still->pixels = scale(frame, w, h);
    if (!still->pixels) {
        err_set(err, ERR_FORMAT, "The picture's colours are in a form that cannot be shown.");
        goto out;
    }
    still->pixels = apply_turn(still->pixels, w, h, turn);
    ok = true;
out:
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    return ok;
}

void still_finish(struct still *still)
{
    mem_free(still->pixels);
    still->pixels = NULL;
}

/* RGBA on white to the full-range YUV of JPEG. */
static bool fill_yuv(AVFrame *frame, const struct still *still)
{
    const size_t count = (size_t)still->picture_width * (size_t)still->picture_height;
    uint8_t *opaque = mem_alloc(count, 4);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = still->pixels + 4 * i;
        for (int c = 0; c < 3; c++)
            opaque[4 * i + (size_t)c] = (uint8_t)((p[c] * p[3] + 255 * (255 - p[3]) + 127) / 255);
        opaque[4 * i + 3] = 255;
    }
    struct SwsContext *sws = sws_getContext(
        still->picture_width, still->picture_height, AV_PIX_FMT_RGBA, still->picture_width,
        still->picture_height, AV_PIX_FMT_YUVJ420P, SWS_BICUBIC, NULL, NULL, NULL);
    const uint8_t *planes[4] = {opaque};
    const int pitches[4] = {4 * still->picture_width};
    bool ok = sws && sws_scale(sws, planes, pitches, 0, still->picture_height, frame->data,
                               frame->linesize) > 0;
    sws_freeContext(sws);
    mem_free(opaque);
    return ok;
}

static bool encode_once(AVFrame *frame, int quality, uint8_t **jpeg, size_t *size)
{
    const AVCodec *encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *codec = encoder ? avcodec_alloc_context3(encoder) : NULL;
    AVPacket *packet = av_packet_alloc();
    bool ok = false;
    if (!codec || !packet)
        goto out;
    codec->width = frame->width;
    codec->height = frame->height;
    codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
    codec->time_base = (AVRational){1, 25};
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = quality * FF_QP2LAMBDA;
    codec->thread_count = 1;
    frame->quality = codec->global_quality;
    frame->pts = 0;
    if (avcodec_open2(codec, encoder, NULL) < 0 || avcodec_send_frame(codec, frame) < 0 ||
        avcodec_receive_packet(codec, packet) < 0)
        goto out;
    *jpeg = av_memdup(packet->data, (size_t)packet->size);
    *size = (size_t)packet->size;
    ok = *jpeg != NULL;
out:
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    return ok;
}

bool still_to_jpeg(const struct still *still, size_t cap, uint8_t **jpeg, size_t *size)
{
    static const int qualities[JPEG_TRIES] = {4, 7, 11, 17, 28}; /* quantiser: 2 best, 31 worst */
    AVFrame *frame = av_frame_alloc();
    bool ok = false;
    if (!frame)
        return false;
    frame->width = still->picture_width;
    frame->height = still->picture_height;
    frame->format = AV_PIX_FMT_YUVJ420P;
    frame->color_range = AVCOL_RANGE_JPEG;
    if (av_frame_get_buffer(frame, 0) < 0 || !fill_yuv(frame, still))
        goto out;
    for (int i = 0; i < JPEG_TRIES && !ok; i++) {
        if (!encode_once(frame, qualities[i], jpeg, size))
            break;
        ok = *size <= cap;
        if (!ok)
            av_freep(jpeg);
    }
out:
    av_frame_free(&frame);
    return ok;
}
