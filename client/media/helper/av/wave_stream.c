/* To read a file is quick, to decode it is not: of a sound that is long every packet is read (so its length is known) and every so
 * often a window decoded; of one that is very long the windows are sought. */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/samplefmt.h>
#include <libavutil/version.h>

#include "client/media/helper/av/source.h"
#include "client/media/helper/av/wave.h"
#include "protocol/base/err.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/wire/limits.h"

#define WHOLE_US INT64_C(60000000) /* of sound is decoded: all of it, or so much in windows */
#define WINDOW_US 150000           /* of each */
#define RUN_UP 2                   /* frames behind a jump that decoders get wrong */
#define READ_BYTES_MAX \
    (192 << 20)               /* of a file from its start to its end; larger ones are sought in */
#define SOUGHT_PACKETS 6      /* of a bar, when they are sought */
#define TIME_MOST_US 3000000  /* then what was heard so far has to do */
#define SAMPLES_MAX (1 << 20) /* of a frame */

struct listener {
    AVFormatContext *format;
    const AVStream *stream;
    AVCodecContext *codec;
    AVFrame *frame;
    float *samples;
    size_t room;
    struct wave wave;
    int64_t base_us, end_us;
    int64_t cycle_us; /* in each a window is decoded; 0: all is */
    int run_up;       /* frames still to be left out */
    bool jumped, heard;
};

static int64_t to_us(const struct listener *listener, int64_t stamp)
{
    return source_us(stamp, listener->stream->time_base) - listener->base_us;
}

static int channels_of(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    return frame->ch_layout.nb_channels;
#else
    return frame->channels;
#endif
}

static float sample_of(const uint8_t *bytes, size_t at, enum AVSampleFormat packed)
{
    switch (packed) {
    case AV_SAMPLE_FMT_U8:
        return (float)(bytes[at] - 128) / 128.0F;
    case AV_SAMPLE_FMT_S16:
        return (float)((const int16_t *)(const void *)bytes)[at] / 32768.0F;
    case AV_SAMPLE_FMT_S32:
        return (float)((const int32_t *)(const void *)bytes)[at] / 2147483648.0F;
    case AV_SAMPLE_FMT_FLT:
        return ((const float *)(const void *)bytes)[at];
    case AV_SAMPLE_FMT_DBL:
        return (float)((const double *)(const void *)bytes)[at];
    default:
        return 0;
    }
}

static void hear(struct listener *listener, int64_t at_us)
{
    const AVFrame *frame = listener->frame;
    const enum AVSampleFormat form = frame->format, packed = av_get_packed_sample_fmt(form);
    const size_t channels = (size_t)channels_of(frame), count = (size_t)frame->nb_samples;
    if (count > SAMPLES_MAX || frame->sample_rate < 1)
        return;
    if (count > listener->room) {
        listener->samples = mem_resize(listener->samples, count, sizeof *listener->samples);
        listener->room = count;
    }
    for (size_t c = 0; c < channels; c++) {
        const bool planar = av_sample_fmt_is_planar(form);
        const uint8_t *bytes = frame->extended_data[planar ? c : 0];
        for (size_t i = 0; i < count; i++)
            listener->samples[i] = sample_of(bytes, planar ? i : i * channels + c, packed);
        wave_put(&listener->wave, at_us, listener->samples, count, frame->sample_rate);
    }
    listener->heard = true;
}

static void take_frames(struct listener *listener)
{
    while (avcodec_receive_frame(listener->codec, listener->frame) == 0) {
        const AVFrame *frame = listener->frame;
        int64_t at_us = listener->end_us;
        if (frame->best_effort_timestamp != AV_NOPTS_VALUE)
            at_us = to_us(listener, frame->best_effort_timestamp);
        if (frame->sample_rate > 0) {
            const int64_t end_us =
                at_us + av_rescale(frame->nb_samples, AV_TIME_BASE, frame->sample_rate);
            if (end_us > listener->end_us)
                listener->end_us = end_us;
        }
        if (listener->run_up > 0)
            listener->run_up--;
        else
            hear(listener, at_us);
        av_frame_unref(listener->frame);
    }
}

static void decode(struct listener *listener, const AVPacket *packet)
{
    if (listener->jumped) {
        avcodec_flush_buffers(listener->codec);
        listener->run_up = RUN_UP;
        listener->jumped = false;
    }
    avcodec_send_packet(listener->codec, packet);
    take_frames(listener);
}

/* From the start to the end. */
static void read_through(struct listener *listener, AVPacket *packet)
{
    const int64_t until_us = clock_now_us() + TIME_MOST_US;
    while (clock_now_us() < until_us && av_read_frame(listener->format, packet) >= 0) {
        if (packet->stream_index == listener->stream->index) {
            const int64_t at_us =
                packet->pts == AV_NOPTS_VALUE ? listener->end_us : to_us(listener, packet->pts);
            const int64_t end_us =
                at_us +
                (packet->duration > 0 ? to_us(listener, packet->duration) + listener->base_us : 0);
            if (end_us > listener->end_us)
                listener->end_us = end_us;
            if (listener->cycle_us == 0 || at_us % listener->cycle_us < WINDOW_US)
                decode(listener, packet);
            else
                listener->jumped = true;
        }
        av_packet_unref(packet);
    }
    avcodec_send_packet(listener->codec, NULL);
    take_frames(listener);
}

static void read_here_and_there(struct listener *listener, AVPacket *packet, int64_t duration_us)
{
    const int64_t until_us = clock_now_us() + TIME_MOST_US;
    for (int64_t i = 0; i < WAVE_BARS && clock_now_us() < until_us; i++) {
        const int64_t at_us = listener->base_us + duration_us * (2 * i + 1) / (2 * WAVE_BARS);
        if (av_seek_frame(listener->format, -1, at_us, AVSEEK_FLAG_BACKWARD) < 0)
            continue;
        listener->jumped = true;
        int left = SOUGHT_PACKETS;
        while (left > 0 && av_read_frame(listener->format, packet) >= 0) {
            if (packet->stream_index == listener->stream->index) {
                decode(listener, packet);
                left--;
            }
            av_packet_unref(packet);
        }
    }
}

bool wave_of_stream(struct AVFormatContext *format, int index, uint8_t bars[WAVE_BARS],
                    int64_t *duration_ms)
{
    struct listener listener = {.format = format, .stream = format->streams[index]};
    AVPacket *packet = av_packet_alloc();
    listener.frame = av_frame_alloc();
    listener.codec = source_open_decoder(listener.stream, 1, 0);
    if (!packet || !listener.frame)
        die("Out of memory while listening.");
    if (listener.codec) {
        const int64_t duration_us = *duration_ms * 1000;
        if (listener.stream->start_time != AV_NOPTS_VALUE)
            listener.base_us = to_us(&listener, listener.stream->start_time);
        for (unsigned i = 0; i < format->nb_streams; i++)
            if ((int)i != index)
                format->streams[i]->discard = AVDISCARD_ALL;
        if (duration_us > WHOLE_US)
            listener.cycle_us = WINDOW_US * (duration_us / WHOLE_US + 1);
        if (duration_us > WHOLE_US && avio_size(format->pb) > READ_BYTES_MAX) {
            read_here_and_there(&listener, packet, duration_us);
        } else {
            read_through(&listener, packet);
            if (listener.heard && (duration_us < 1 || format->duration_estimation_method ==
                                                          AVFMT_DURATION_FROM_BITRATE))
                *duration_ms =
                    listener.end_us / 1000 < DURATION_MAX_MS ? listener.end_us / 1000 : 0;
        }
        wave_bars(&listener.wave, *duration_ms * 1000, bars);
    }
    avcodec_free_context(&listener.codec);
    av_frame_free(&listener.frame);
    av_packet_free(&packet);
    wave_finish(&listener.wave);
    mem_free(listener.samples);
    return listener.heard;
}
