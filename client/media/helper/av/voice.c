#include "client/media/helper/av/voice.h"

#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libavutil/version.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/wave.h"
#include "client/media/helper/pipe.h"
#include "client/media/helper/run.h"
#include "protocol/base/err.h"

#define RATE 48000
#define BITS_A_SECOND 32000 /* speech has all it needs */
#define PAGE_US 200000      /* of sound, before it is passed on */
#define IO_SIZE 4096

struct voice {
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVFrame *frame; /* being filled: frame->nb_samples are in it */
    AVPacket *packet;
    struct wave wave;
    int64_t heard; /* samples that were encoded */
    uint64_t written;
};

/* FFmpeg 7 made the bytes const. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
static int io_write(void *opaque, const uint8_t *bytes, int size)
#else
static int io_write(void *opaque, uint8_t *bytes, int size)
#endif
{
    struct voice *voice = opaque;
    answer_result(bytes, (size_t)size, voice->written);
    voice->written += (uint64_t)size;
    return size;
}

/* libopus knows speech; FFmpeg's own encoder stands in where it was built without. */
static const AVCodec *find_encoder(void)
{
    const AVCodec *encoder = avcodec_find_encoder_by_name("libopus");
    return encoder ? encoder : avcodec_find_encoder(AV_CODEC_ID_OPUS);
}

static bool open_encoder(struct voice *voice)
{
    const AVCodec *encoder = find_encoder();
    voice->codec = encoder ? avcodec_alloc_context3(encoder) : NULL;
    if (!voice->codec)
        return false;
    AVCodecContext *codec = voice->codec;
    codec->sample_rate = RATE;
    codec->bit_rate = BITS_A_SECOND;
    codec->time_base = (AVRational){1, RATE};
    codec->sample_fmt =
        strcmp(encoder->name, "libopus") == 0 ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
    codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    av_channel_layout_default(&codec->ch_layout, 1);
#else
    codec->channels = 1;
    codec->channel_layout = AV_CH_LAYOUT_MONO;
#endif
    av_opt_set(codec->priv_data, "application", "voip", 0); /* libopus alone has it */
    return avcodec_open2(codec, encoder, NULL) >= 0 && codec->frame_size > 0;
}

static bool open_file(struct voice *voice)
{
    const AVOutputFormat *ogg = av_guess_format("ogg", NULL, NULL);
    voice->format = avformat_alloc_context();
    voice->stream = voice->format ? avformat_new_stream(voice->format, NULL) : NULL;
    uint8_t *buffer = av_malloc(IO_SIZE);
    AVIOContext *io = avio_alloc_context(buffer, IO_SIZE, 1, voice, NULL, io_write, NULL);
    if (!voice->stream || !buffer || !io)
        die("Out of memory while recording.");
    voice->format->pb = io;
    voice->format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
#if LIBAVFORMAT_VERSION_MAJOR >= 59
    voice->format->oformat = ogg;
#else
    voice->format->oformat = (AVOutputFormat *)(uintptr_t)ogg;
#endif
    AVDictionary *options = NULL;
    av_dict_set_int(&options, "page_duration", PAGE_US, 0);
    voice->stream->time_base = voice->codec->time_base;
    bool ok = ogg && avcodec_parameters_from_context(voice->stream->codecpar, voice->codec) >= 0 &&
              avformat_write_header(voice->format, &options) >= 0;
    av_dict_free(&options);
    return ok;
}

static bool open_frame(struct voice *voice)
{
    voice->packet = av_packet_alloc();
    voice->frame = av_frame_alloc();
    if (!voice->packet || !voice->frame)
        die("Out of memory while recording.");
    AVFrame *frame = voice->frame;
    frame->nb_samples = voice->codec->frame_size;
    frame->format = voice->codec->sample_fmt;
    frame->sample_rate = RATE;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    av_channel_layout_default(&frame->ch_layout, 1);
#else
    frame->channels = 1;
    frame->channel_layout = AV_CH_LAYOUT_MONO;
#endif
    const bool ok = av_frame_get_buffer(frame, 0) >= 0;
    frame->nb_samples = 0;
    return ok;
}

/* NULL: nothing follows. */
static bool encode(struct voice *voice, const AVFrame *frame)
{
    if (avcodec_send_frame(voice->codec, frame) < 0)
        return false;
    int code;
    while ((code = avcodec_receive_packet(voice->codec, voice->packet)) == 0) {
        av_packet_rescale_ts(voice->packet, voice->codec->time_base, voice->stream->time_base);
        if (av_write_frame(voice->format, voice->packet) < 0)
            return false;
        av_packet_unref(voice->packet);
    }
    avio_flush(voice->format->pb);
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF;
}

static bool encode_frame(struct voice *voice)
{
    AVFrame *frame = voice->frame;
    const float *samples = (const float *)(const void *)frame->data[0];
    wave_put(&voice->wave, voice->heard * 1000000 / RATE, samples, (size_t)frame->nb_samples, RATE);
    frame->pts = voice->heard;
    voice->heard += frame->nb_samples;
    const bool ok = encode(voice, frame) && av_frame_make_writable(frame) >= 0;
    frame->nb_samples = 0;
    return ok;
}

static bool put(struct voice *voice, const float *samples, size_t count)
{
    AVFrame *frame = voice->frame;
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i];
        if (!(sample >= -1.0F)) /* also what is no number */
            sample = sample < -1.0F ? -1.0F : 0;
        ((float *)(void *)frame->data[0])[frame->nb_samples++] = sample > 1.0F ? 1.0F : sample;
        if (frame->nb_samples == voice->codec->frame_size && !encode_frame(voice))
            return false;
    }
    return true;
}

/* Until nothing more comes. */
static bool record(struct voice *voice)
{
    float samples[IO_SIZE];
    size_t have = 0, got;
    bool ok = true;
    while (ok && (got = pipe_read((uint8_t *)samples + have, sizeof samples - have)) > 0) {
        have += got;
        const size_t whole = have / sizeof *samples, rest = have % sizeof *samples;
        ok = put(voice, samples, whole);
        memmove(samples, samples + whole, rest);
        have = rest;
    }
    if (ok && voice->frame->nb_samples > 0)
        ok = encode_frame(voice);
    return ok && encode(voice, NULL) && av_write_trailer(voice->format) >= 0;
}

static void finish(struct voice *voice)
{
    if (voice->format && voice->format->pb) {
        av_freep(&voice->format->pb->buffer);
        avio_context_free(&voice->format->pb);
    }
    avformat_free_context(voice->format);
    avcodec_free_context(&voice->codec);
    av_frame_free(&voice->frame);
    av_packet_free(&voice->packet);
    wave_finish(&voice->wave);
}

int voice_run(int argc, char **argv, os_file input)
{
    (void)argv;
    (void)input; /* a pipe */
    if (argc != 1)
        return RUN_USAGE;
    struct voice voice = {0};
    uint8_t bars[WAVE_BARS];
    const bool ok =
        open_encoder(&voice) && open_file(&voice) && open_frame(&voice) && record(&voice);
    if (ok) {
        const int64_t duration_ms = voice.heard * 1000 / RATE;
        wave_bars(&voice.wave, duration_ms * 1000, bars);
        answer_facts(&(struct facts){.kind = "audio", .duration_ms = duration_ms});
        answer_wave(bars);
    } else {
        struct err err = {0};
        err_set(&err, ERR_SYSTEM,
                "What you say cannot be recorded: this computer's FFmpeg cannot make Opus files.");
        answer_error(&err);
    }
    finish(&voice);
    return ok ? 0 : 1;
}
