/* Where there is no libsonic: FFmpeg's own filter. libavfilter needs some thirty libraries more, which every look at a file would wait
 * for, so it is not what Confab takes first. */
#include "client/media/helper/av/tempo.h"

#if !__has_include(<sonic.h>)
#include <string.h>

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/version.h>

#include "client/media/helper/av/channel.h"
#include "protocol/base/err.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define WORDS_SIZE 128

struct tempo {
    AVFilterGraph *graph;
    AVFilterContext *in, *out;
    AVFrame *ready; /* what came out and was not taken: from `taken` frames on */
    size_t taken;
};

static AVFilterContext *add(struct tempo *tempo, const char *name, const char *words,
                            AVFilterContext *before)
{
    AVFilterContext *filter = NULL;
    if (avfilter_graph_create_filter(&filter, avfilter_get_by_name(name), name, words, NULL,
                                     tempo->graph) < 0 ||
        (before && avfilter_link(before, 0, filter, 0) < 0))
        die("FFmpeg cannot change the speed of sound.");
    return filter;
}

struct tempo *tempo_create(int percent)
{
    char form[WORDS_SIZE], speed[WORDS_SIZE];
    struct tempo *tempo = mem_alloc(1, sizeof *tempo);
    tempo->graph = avfilter_graph_alloc();
    tempo->ready = av_frame_alloc();
    if (!tempo->graph || !tempo->ready)
        die("Out of memory while playing.");
    str_format(form, sizeof form,
               "sample_rate=%d:sample_fmt=flt:channel_layout=stereo:time_base=1/%d", CHANNEL_RATE,
               CHANNEL_RATE);
    /* below a half it takes two */
    const int first = percent < 50 ? 50 : percent;
    str_format(speed, sizeof speed, "%d.%02d", first / 100, first % 100);
    tempo->in = add(tempo, "abuffer", form, NULL);
    AVFilterContext *last = add(tempo, "atempo", speed, tempo->in);
    if (percent < 50) {
        str_format(speed, sizeof speed, "0.%02d", percent * 2);
        AVFilterContext *second = NULL;
        if (avfilter_graph_create_filter(&second, avfilter_get_by_name("atempo"), "second", speed,
                                         NULL, tempo->graph) < 0 ||
            avfilter_link(last, 0, second, 0) < 0)
            die("FFmpeg cannot change the speed of sound.");
        last = second;
    }
    /* abuffersink gives what atempo gives: packed floats, as they came */
    tempo->out = add(tempo, "abuffersink", NULL, last);
    if (avfilter_graph_config(tempo->graph, NULL) < 0)
        die("FFmpeg cannot change the speed of sound.");
    return tempo;
}

void tempo_destroy(struct tempo *tempo)
{
    if (!tempo)
        return;
    av_frame_free(&tempo->ready);
    avfilter_graph_free(&tempo->graph);
    mem_free(tempo);
}

void tempo_put(struct tempo *tempo, const float *samples, size_t frames)
{
    AVFrame *frame = av_frame_alloc();
    if (!frame)
        die("Out of memory while playing.");
    frame->format = AV_SAMPLE_FMT_FLT;
    frame->sample_rate = CHANNEL_RATE;
    frame->nb_samples = (int)frames;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 28, 100)
    av_channel_layout_default(&frame->ch_layout, CHANNEL_CHANNELS);
#else
    frame->channels = CHANNEL_CHANNELS;
    frame->channel_layout = AV_CH_LAYOUT_STEREO;
#endif
    if (av_frame_get_buffer(frame, 0) < 0)
        die("Out of memory while playing.");
    memcpy(frame->data[0], samples, frames * CHANNEL_CHANNELS * sizeof *samples);
    if (av_buffersrc_add_frame(tempo->in, frame) < 0)
        die("Out of memory while playing.");
    av_frame_free(&frame);
}

size_t tempo_take(struct tempo *tempo, float *samples, size_t frames)
{
    if (tempo->taken >= (size_t)tempo->ready->nb_samples) {
        av_frame_unref(tempo->ready);
        tempo->taken = 0;
        if (av_buffersink_get_frame(tempo->out, tempo->ready) < 0)
            return 0;
    }
    const size_t left = (size_t)tempo->ready->nb_samples - tempo->taken;
    const size_t count = left < frames ? left : frames;
    memcpy(samples,
           (const float *)(const void *)tempo->ready->data[0] + CHANNEL_CHANNELS * tempo->taken,
           count * CHANNEL_CHANNELS * sizeof *samples);
    tempo->taken += count;
    return count;
}

void tempo_end(struct tempo *tempo)
{
    (void)av_buffersrc_add_frame(tempo->in, NULL);
}
#endif
