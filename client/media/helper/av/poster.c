#include "client/media/helper/av/poster.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "client/media/helper/av/screen.h"
#include "client/media/helper/av/source.h"
#include "protocol/base/err.h"
#include "protocol/os/clock.h"

#define AT_US 1000000        /* where a film has begun, if it is long enough */
#define PACKETS_MAX 512      /* read for a picture, from a key picture on */
#define EXACT_US 40000       /* of time: then the picture that is there has to do */
#define TIME_MOST_US 1500000 /* for all */
#define PLACES 4
#define DULL 18       /* standard deviation of brightness: below it there is nothing to see */
#define SAMPLE_STEP 7 /* of the pixels that are looked at */

struct shooting {
    AVFormatContext *format;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame, *next;
    int64_t base_us, until_us;
    bool moved; /* something was read */
};

/* How much there is to see. */
static int contrast(const struct screen *screen)
{
    const size_t count = (size_t)screen->width * (size_t)screen->height;
    int64_t sum = 0, squares = 0, seen = 0;
    for (size_t i = 0; i < count; i += SAMPLE_STEP) {
        const uint8_t *p = screen->pixels + 4 * i;
        const int light = (p[0] * 2 + p[1] * 5 + p[2]) / 8;
        sum += light;
        squares += light * light;
        seen++;
    }
    if (seen == 0)
        return 0;
    const int64_t mean = sum / seen, variance = squares / seen - mean * mean;
    int deviation = 0;
    while ((int64_t)(deviation + 1) * (deviation + 1) <= variance)
        deviation++;
    return deviation;
}

/* The key picture before `at_us`, and from there on as near to it as there is time for. */
static bool shoot(struct shooting *shooting, int64_t at_us)
{
    AVCodecContext *codec = shooting->codec;
    const AVRational base = shooting->stream->time_base;
    const int64_t stamp = av_rescale_q(at_us + shooting->base_us, AV_TIME_BASE_Q, base);
    if ((at_us > 0 || shooting->moved) &&
        av_seek_frame(shooting->format, shooting->stream->index, stamp, AVSEEK_FLAG_BACKWARD) < 0)
        return false;
    shooting->moved = true;
    avcodec_flush_buffers(codec);
    codec->skip_frame = AVDISCARD_NONREF;
    bool found = false, ended = false, there = false;
    const int64_t until_us = clock_now_us() + EXACT_US;
    for (int i = 0; i < PACKETS_MAX && !ended && !there; i++) {
        ended = av_read_frame(shooting->format, shooting->packet) < 0;
        if (!ended && shooting->packet->stream_index != shooting->stream->index) {
            av_packet_unref(shooting->packet);
            continue;
        }
        avcodec_send_packet(codec, ended ? NULL : shooting->packet);
        av_packet_unref(shooting->packet);
        while (!there && avcodec_receive_frame(codec, shooting->next) == 0) {
            av_frame_unref(shooting->frame);
            av_frame_move_ref(shooting->frame, shooting->next);
            found = true;
            there = clock_now_us() > until_us ||
                    shooting->frame->best_effort_timestamp == AV_NOPTS_VALUE ||
                    shooting->frame->best_effort_timestamp >= stamp;
        }
        there = there || (found && clock_now_us() > until_us);
    }
    return found;
}

/* Some decoders can give a half, a quarter, an eighth of the size. */
static int choose_lowres(const AVCodecParameters *par, const struct screen *screen)
{
    const AVCodec *decoder = source_decoder((int)par->codec_id);
    const int box = screen->box_width > screen->box_height ? screen->box_width : screen->box_height;
    const int side = par->width > par->height ? par->width : par->height;
    int lowres = 0;
    while (decoder && lowres < decoder->max_lowres && side >> (lowres + 1) >= box)
        lowres++;
    return lowres;
}

static bool begin(struct shooting *shooting, AVFormatContext *format, int index,
                  const struct screen *screen)
{
    const AVCodecParameters *par = format->streams[index]->codecpar;
    *shooting = (struct shooting){.format = format,
                                  .stream = format->streams[index],
                                  .packet = av_packet_alloc(),
                                  .frame = av_frame_alloc(),
                                  .next = av_frame_alloc()};
    if (!shooting->packet || !shooting->frame || !shooting->next)
        die("Out of memory while decoding.");
    shooting->codec =
        source_open_decoder(shooting->stream, SOURCE_SLICES, choose_lowres(par, screen));
    /* smoothing the edges of blocks is not seen when they are shrunk */
    if (shooting->codec && par->width >= 2 * screen->box_width &&
        par->height >= 2 * screen->box_height)
        shooting->codec->skip_loop_filter = AVDISCARD_ALL;
    shooting->until_us = clock_now_us() + TIME_MOST_US;
    if (shooting->stream->start_time != AV_NOPTS_VALUE)
        shooting->base_us = source_us(shooting->stream->start_time, shooting->stream->time_base);
    return shooting->codec != NULL;
}

static void finish(struct shooting *shooting)
{
    avcodec_free_context(&shooting->codec);
    av_packet_free(&shooting->packet);
    av_frame_free(&shooting->frame);
    av_frame_free(&shooting->next);
}

static void swap(struct screen *a, struct screen *b)
{
    const struct screen was = *a;
    *a = *b;
    *b = was;
}

bool poster_paint(struct AVFormatContext *format, int index, int64_t duration_ms,
                  struct screen *screen)
{
    const int64_t tenth_us = duration_ms * 100;
    const int64_t first_us = duration_ms > 0 && tenth_us < AT_US ? tenth_us : AT_US;
    const int64_t places_us[PLACES] = {first_us, duration_ms * 250, duration_ms * 500,
                                       duration_ms * 750};
    struct shooting shooting;
    struct screen best = {
        .box_width = screen->box_width, .box_height = screen->box_height, .rgba = screen->rgba};
    int best_contrast = -1;
    for (unsigned i = 0; i < format->nb_streams; i++)
        format->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    bool ok = begin(&shooting, format, index, screen);
    for (int i = 0; ok && i < PLACES && best_contrast < DULL; i++) {
        if (i > 0 && (duration_ms < 1 || clock_now_us() > shooting.until_us))
            break;
        if (!shoot(&shooting, places_us[i]) && (i > 0 || !shoot(&shooting, 0)))
            continue;
        if (!screen_paint(screen, shooting.frame, shooting.stream))
            break;
        const int here = contrast(screen);
        if (here > best_contrast) {
            best_contrast = here;
            swap(screen, &best);
        }
    }
    if (best_contrast >= 0)
        swap(screen, &best);
    screen_finish(&best);
    finish(&shooting);
    return best_contrast >= 0;
}

bool poster_paint_cover(struct AVFormatContext *format, int index, struct screen *screen)
{
    struct shooting shooting;
    bool ok = begin(&shooting, format, index, screen) && shooting.stream->attached_pic.data &&
              avcodec_send_packet(shooting.codec, &shooting.stream->attached_pic) == 0;
    if (ok)
        avcodec_send_packet(shooting.codec, NULL);
    ok = ok && avcodec_receive_frame(shooting.codec, shooting.frame) == 0 &&
         screen_paint(screen, shooting.frame, shooting.stream);
    finish(&shooting);
    return ok;
}
