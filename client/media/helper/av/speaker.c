#include "client/media/helper/av/speaker.h"

#include <string.h>

#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libavutil/version.h>
#include <libswresample/swresample.h>

#include "client/media/helper/av/channel.h"
#include "client/media/helper/av/tempo.h"
#include "protocol/base/mem.h"

#define LOOSE_US 40000 /* timestamps of a container are that wrong without meaning it */
#define SECOND_US 1000000
#define SAY_MOST 65536                 /* frames: FRAME_PAYLOAD_MAX holds twice as many */
#define FRAMES_MAX (CHANNEL_RATE * 60) /* that a packet may decode to */

static int64_t to_frames(int64_t us)
{
    return av_rescale(us, CHANNEL_RATE, SECOND_US);
}

static int64_t to_us(int64_t frames)
{
    return av_rescale(frames, SECOND_US, CHANNEL_RATE);
}

void speaker_init(struct speaker *speaker)
{
    *speaker = (struct speaker){.percent = 100, .exact = true};
}

void speaker_finish(struct speaker *speaker)
{
    swr_free(&speaker->swr);
    tempo_destroy(speaker->tempo);
    mem_free(speaker->samples);
}

static void tempo_anew(struct speaker *speaker, int64_t from)
{
    tempo_destroy(speaker->tempo);
    speaker->tempo = speaker->percent == 100 ? NULL : tempo_create(speaker->percent);
    speaker->tempo_from = from;
    speaker->tempo_out = 0;
}

void speaker_seek(struct speaker *speaker, int64_t time_us)
{
    swr_free(&speaker->swr);
    speaker->count = 0;
    speaker->end = to_frames(time_us);
    speaker->exact = true;
    tempo_anew(speaker, speaker->end);
}

int64_t speaker_time_us(const struct speaker *speaker)
{
    return to_us(speaker->end - (int64_t)speaker->count);
}

int64_t speaker_gap_us(const struct speaker *speaker, int64_t time_us)
{
    if (speaker->swr)
        time_us -= swr_get_delay(speaker->swr, SECOND_US);
    const int64_t gap_us = time_us - to_us(speaker->end);
    return gap_us > (speaker->exact ? 0 : LOOSE_US) ? gap_us : 0;
}

/* --- in --- */

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
static int channels_of(const AVFrame *frame)
{
    return frame->ch_layout.nb_channels;
}

static uint64_t layout_of(const AVFrame *frame)
{
    return frame->ch_layout.order == AV_CHANNEL_ORDER_NATIVE ? frame->ch_layout.u.mask : 0;
}

static struct SwrContext *swr_for(const AVFrame *frame)
{
    struct SwrContext *swr = NULL;
    AVChannelLayout in = {0}, out = AV_CHANNEL_LAYOUT_STEREO;
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&in, frame->ch_layout.nb_channels);
    else
        av_channel_layout_copy(&in, &frame->ch_layout);
    swr_alloc_set_opts2(&swr, &out, AV_SAMPLE_FMT_FLT, CHANNEL_RATE, &in,
                        (enum AVSampleFormat)frame->format, frame->sample_rate, 0, NULL);
    av_channel_layout_uninit(&in);
    return swr;
}
#else
static int channels_of(const AVFrame *frame)
{
    return frame->channels;
}

static uint64_t layout_of(const AVFrame *frame)
{
    return frame->channel_layout;
}

static struct SwrContext *swr_for(const AVFrame *frame)
{
    const int64_t in = frame->channel_layout ? (int64_t)frame->channel_layout
                                             : av_get_default_channel_layout(frame->channels);
    return swr_alloc_set_opts(NULL, AV_CH_LAYOUT_STEREO, AV_SAMPLE_FMT_FLT, CHANNEL_RATE, in,
                              (enum AVSampleFormat)frame->format, frame->sample_rate, 0, NULL);
}
#endif

/* The resampler for frames of this form; a new one if the form changes on the way. */
static bool fit_swr(struct speaker *speaker, const AVFrame *frame)
{
    if (speaker->swr && speaker->rate == frame->sample_rate && speaker->format == frame->format &&
        speaker->channels == channels_of(frame) && speaker->layout == layout_of(frame))
        return true;
    speaker_put_rest(speaker);
    swr_free(&speaker->swr);
    speaker->rate = frame->sample_rate;
    speaker->format = frame->format;
    speaker->channels = channels_of(frame);
    speaker->layout = layout_of(frame);
    speaker->swr = swr_for(frame);
    if (!speaker->swr)
        return false;
    static const double both[CHANNEL_CHANNELS] = {1, 1};      /* else one channel gets softer */
    av_opt_set_double(speaker->swr, "rematrix_maxval", 1, 0); /* and many too loud */
    if ((speaker->channels == 1 && swr_set_matrix(speaker->swr, both, 1) < 0) ||
        swr_init(speaker->swr) < 0)
        swr_free(&speaker->swr);
    return speaker->swr != NULL;
}

static float *space(struct speaker *speaker, size_t frames)
{
    if (speaker->count + frames > speaker->room) {
        speaker->room = speaker->count + frames + SPEAKER_PIECE;
        speaker->samples = mem_resize(speaker->samples, speaker->room,
                                      CHANNEL_CHANNELS * sizeof *speaker->samples);
    }
    return speaker->samples + CHANNEL_CHANNELS * speaker->count;
}

/* Convert into the space behind what is there; returns the frames that came out. */
static size_t convert(struct speaker *speaker, const AVFrame *frame)
{
    const int in = frame ? frame->nb_samples : 0;
    const int most = swr_get_out_samples(speaker->swr, in);
    if (most <= 0 || most > FRAMES_MAX)
        return 0;
    uint8_t *out = (uint8_t *)space(speaker, (size_t)most);
    const uint8_t **planes = frame ? (const uint8_t **)frame->extended_data : NULL;
    const int got = swr_convert(speaker->swr, &out, most, planes, in);
    return got > 0 ? (size_t)got : 0;
}

void speaker_put(struct speaker *speaker, const struct AVFrame *frame, int64_t time_us)
{
    if (frame->nb_samples < 1 || frame->sample_rate < 1 || !fit_swr(speaker, frame))
        return;
    const int64_t at = to_frames(time_us - swr_get_delay(speaker->swr, SECOND_US));
    size_t got = convert(speaker, frame);
    const int64_t early = speaker->end - at; /* frames of it that were wanted already */
    if (early > 0 && (speaker->exact || to_us(early) > LOOSE_US)) {
        const size_t skip = early < (int64_t)got ? (size_t)early : got;
        float *fresh = speaker->samples + CHANNEL_CHANNELS * speaker->count;
        memmove(fresh, fresh + CHANNEL_CHANNELS * skip,
                (got - skip) * CHANNEL_CHANNELS * sizeof *fresh);
        got -= skip;
    }
    speaker->count += got;
    speaker->end += (int64_t)got;
    if (got > 0)
        speaker->exact = false;
}

void speaker_put_rest(struct speaker *speaker)
{
    if (!speaker->swr || speaker->exact)
        return;
    const size_t got = convert(speaker, NULL);
    speaker->count += got;
    speaker->end += (int64_t)got;
}

void speaker_put_silence(struct speaker *speaker, int64_t length_us)
{
    int64_t frames = to_frames(length_us);
    if (frames < 1)
        frames = 1;
    if (frames > SPEAKER_PIECE)
        frames = SPEAKER_PIECE;
    float *fresh = space(speaker, (size_t)frames);
    memset(fresh, 0, (size_t)frames * CHANNEL_CHANNELS * sizeof *fresh);
    speaker->count += (size_t)frames;
    speaker->end += frames;
}

void speaker_put_pairs(struct speaker *speaker, const float *pairs, size_t frames)
{
    memcpy(space(speaker, frames), pairs, frames * CHANNEL_CHANNELS * sizeof *pairs);
    speaker->count += frames;
    speaker->end += (int64_t)frames;
}

/* --- out --- */

static int64_t to_ms(int64_t frames)
{
    return frames < 0 ? 0 : frames * 1000 / CHANNEL_RATE;
}

static void say_tempo(struct speaker *speaker, struct channel *channel)
{
    float out[CHANNEL_CHANNELS * SPEAKER_PIECE];
    size_t got;
    while ((got = tempo_take(speaker->tempo, out, SPEAKER_PIECE)) > 0) {
        const int64_t at =
            speaker->tempo_from + (int64_t)speaker->tempo_out * speaker->percent / 100;
        channel_sound(channel, to_ms(at), out, got);
        speaker->tempo_out += got;
    }
}

bool speaker_say(struct speaker *speaker, struct channel *channel, bool all)
{
    if (speaker->count == 0 || (speaker->count < SPEAKER_PIECE && !all)) {
        if (all && speaker->tempo) {
            tempo_end(speaker->tempo);
            say_tempo(speaker, channel);
        }
        return false;
    }
    const size_t count = speaker->count < SAY_MOST ? speaker->count : SAY_MOST;
    if (speaker->tempo) {
        tempo_put(speaker->tempo, speaker->samples, count);
        say_tempo(speaker, channel);
    } else {
        channel_sound(channel, to_ms(speaker->end - (int64_t)speaker->count), speaker->samples,
                      count);
    }
    speaker->count -= count;
    memmove(speaker->samples, speaker->samples + CHANNEL_CHANNELS * count,
            speaker->count * CHANNEL_CHANNELS * sizeof *speaker->samples);
    return true;
}

void speaker_speed(struct speaker *speaker, struct channel *channel, int percent)
{
    if (percent == speaker->percent)
        return;
    if (speaker->tempo) {
        tempo_end(speaker->tempo);
        say_tempo(speaker, channel);
    }
    speaker->percent = percent;
    tempo_anew(speaker, speaker->end - (int64_t)speaker->count);
}
