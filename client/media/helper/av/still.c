#include "client/media/helper/av/still.h"

#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "client/media/helper/av/source.h"
#include "client/media/helper/av/turn.h"
#include "protocol/base/mem.h"

#define PACKETS_MAX 512             /* read this far for a picture, no further */
#define CLEAR_PIXELS_MAX (32 << 20) /* up to here what is transparent is shrunk with care */
#define INPUT_HEAD_LEAST 26         /* bytes that tell a size */
#define ICON_SIDE 256               /* what 0 means in an icon */

struct still {
    AVFormatContext *format; /* not owned */
    AVCodecContext *codec;
    AVFrame *frame;
    struct picture *picture;
    int index;
    int width, height;
    bool ended;
};

bool still_is_picture(const struct input *input, const struct AVFormatContext *format)
{
    if (source_is_image(format))
        return true;
    return input->head_size >= 12 && (memcmp(input->head + 4, "ftypavif", 8) == 0 ||
                                      memcmp(input->head + 4, "ftypavis", 8) == 0);
}

/* Do black and white lie at 0 and 255? Gray pictures do not say so, but are meant that way. */
static bool is_full_range(const AVFrame *frame)
{
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(frame->format);
    return frame->color_range == AVCOL_RANGE_JPEG ||
           (frame->color_range == AVCOL_RANGE_UNSPECIFIED && form && form->nb_components <= 2);
}

/* From the frame's cropped part to w x h RGBA. */
static uint8_t *scale(const AVFrame *frame, int w, int h, int flags)
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
    av_opt_set_int(sws, "sws_flags", flags | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, 0);
    if (sws_init_context(sws, NULL, NULL) >= 0) {
        const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(frame->format);
        const bool named = frame->colorspace != AVCOL_SPC_UNSPECIFIED &&
                           frame->colorspace != AVCOL_SPC_RGB && form &&
                           !(form->flags & AV_PIX_FMT_FLAG_RGB);
        const int *matrix = sws_getCoefficients(named ? (int)frame->colorspace : SWS_CS_DEFAULT);
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

static bool is_clear(const AVFrame *frame)
{
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(frame->format);
    return form && form->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL) &&
           (int64_t)frame->width * frame->height <= CLEAR_PIXELS_MAX;
}

uint8_t *still_scale(struct AVFrame *frame, const struct place *place, struct err *err)
{
    uint8_t *pixels = NULL;
    const struct rect4 crop = place->crop;
    if (crop.x + crop.w > frame->width || crop.y + crop.h > frame->height) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    if (is_clear(frame)) {
        /* what cannot be seen must not shine through at the edges */
        uint8_t *whole = scale(frame, frame->width, frame->height, SWS_POINT);
        if (whole)
            pixels = shrink_pixels(whole, frame->width, crop, place->width, place->height, true);
        mem_free(whole);
    } else {
        frame->crop_left = (size_t)crop.x;
        frame->crop_top = (size_t)crop.y;
        frame->crop_right = (size_t)(frame->width - crop.x - crop.w);
        frame->crop_bottom = (size_t)(frame->height - crop.y - crop.h);
        if (av_frame_apply_cropping(frame, AV_FRAME_CROP_UNALIGNED) >= 0)
            pixels = scale(frame, place->width, place->height, SWS_AREA);
    }
    if (!pixels)
        err_set(err, ERR_FORMAT, "The picture's colours are in a form that cannot be shown.");
    return pixels;
}

/* The largest of an icon's pictures, else the one that counts. */
static int choose_stream(AVFormatContext *format)
{
    if (strcmp(format->iformat->name, "ico") != 0)
        return av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    int best = -1;
    int64_t most = 0;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVCodecParameters *par = format->streams[i]->codecpar;
        const int64_t w = par->width > 0 ? par->width : ICON_SIDE;
        const int64_t h = par->height > 0 ? par->height : ICON_SIDE;
        if (w * h > most) {
            most = w * h;
            best = (int)i;
        }
    }
    return best;
}

static void still_close(void *state)
{
    struct still *still = state;
    av_frame_free(&still->frame);
    avcodec_free_context(&still->codec);
    mem_free(still);
}

static bool next_frame(struct still *still)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        die("Out of memory while decoding.");
    av_frame_unref(still->frame);
    bool found = avcodec_receive_frame(still->codec, still->frame) == 0;
    for (int i = 0; i < PACKETS_MAX && !found && !still->ended; i++) {
        still->ended = av_read_frame(still->format, packet) < 0;
        if (!still->ended && packet->stream_index != still->index) {
            av_packet_unref(packet);
            continue;
        }
        avcodec_send_packet(still->codec, still->ended ? NULL : packet);
        av_packet_unref(packet);
        found = avcodec_receive_frame(still->codec, still->frame) == 0;
    }
    av_packet_free(&packet);
    return found && still->frame->width > 0 && still->frame->height > 0;
}

/* The eight ways to lie, as camera data number them. */
static int number_turn(struct turn turn)
{
    static const int numbers[2][2][2] = {{{1, 4}, {2, 3}}, {{5, 8}, {6, 7}}};
    return numbers[turn.transpose][turn.mirror_x][turn.mirror_y];
}

static void read_profile(struct still *still)
{
    const AVFrameSideData *side = av_frame_get_side_data(still->frame, AV_FRAME_DATA_ICC_PROFILE);
    if (side)
        colour_set_profile(&still->picture->colour, side->data, side->size);
}

static bool open_codec(struct still *still, struct err *err)
{
    AVStream *stream = still->format->streams[still->index];
    const AVCodec *decoder = source_decoder((int)stream->codecpar->codec_id);
    if (!decoder)
        return err_set(err, ERR_FORMAT, "This kind of picture cannot be shown here.");
    if (stream->codecpar->width > 0 &&
        !picture_check(stream->codecpar->width, stream->codecpar->height, err))
        return false;
    still->codec = avcodec_alloc_context3(decoder);
    still->frame = av_frame_alloc();
    if (!still->codec || !still->frame)
        die("Out of memory while decoding.");
    avcodec_parameters_to_context(still->codec, stream->codecpar);
    still->codec->pkt_timebase = stream->time_base;
    still->codec->max_pixels = PICTURE_PIXELS_MAX;
    still->codec->thread_count = 1; /* the sandbox has room for one */
    /* the size counts that the picture itself has, and how it lies is known only then */
    if (avcodec_open2(still->codec, decoder, NULL) < 0 || !next_frame(still))
        return err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
    return picture_check(still->frame->width, still->frame->height, err);
}

/* The size that the head names: past the limits FFmpeg says nothing but that it failed. */
static bool check_head(const struct input *input, struct err *err)
{
    const uint8_t *head = input->head;
    int64_t width = 1, height = 1;
    if (input->head_size < INPUT_HEAD_LEAST)
        return true;
    if (memcmp(head, "GIF8", 4) == 0) {
        width = input_le16(head + 6);
        height = input_le16(head + 8);
    } else if (memcmp(head, "BM", 2) == 0 && input_le32(head + 14) >= 40) {
        width = (int32_t)input_le32(head + 18);
        height = llabs((int64_t)(int32_t)input_le32(head + 22)); /* negative: the top comes first */
    } else if (memcmp(head, "qoif", 4) == 0) {
        width = input_be32(head + 4);
        height = input_be32(head + 8);
    } else if (memcmp(head, "8BPS", 4) == 0) {
        height = input_be32(head + 14);
        width = input_be32(head + 18);
    }
    return picture_check(width, height, err);
}

static void *still_open(struct input *input, struct picture *picture, struct err *err)
{
    if (!check_head(input, err))
        return NULL;
    struct still *still = mem_alloc(1, sizeof *still);
    still->format = input->opened;
    still->picture = picture;
    still->index = choose_stream(still->format);
    if (still->index < 0) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        mem_free(still);
        return NULL;
    }
    if (!open_codec(still, err)) {
        still_close(still);
        return NULL;
    }
    picture->width = still->width = still->frame->width;
    picture->height = still->height = still->frame->height;
    const char *name = still->format->iformat->name;
    picture->moves =
        strcmp(name, "gif") == 0 || strcmp(name, "apng") == 0 || !source_is_image(still->format);
    picture->exif.orientation =
        number_turn(turn_of(still->frame, still->format->streams[still->index]));
    read_profile(still);
    return still;
}

static int frame_delay_ms(const struct still *still)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    const int64_t duration = still->frame->duration;
#else
    const int64_t duration = still->frame->pkt_duration;
#endif
    const int64_t ms = av_rescale_q(duration, still->format->streams[still->index]->time_base,
                                    (AVRational){1, 1000});
    return ms < 0 ? 0 : ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static uint8_t *still_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct still *still = state;
    if (still->frame->width == 0 && !next_frame(still)) /* open() has decoded the first */
        return NULL;
    *delay_ms = frame_delay_ms(still);
    uint8_t *pixels = NULL;
    if (still->frame->width == still->width && still->frame->height == still->height)
        pixels = still_scale(still->frame, place, err);
    av_frame_unref(still->frame);
    return pixels;
}

const struct decoder decoder_still = {NULL, still_open, still_read, still_close, true};
