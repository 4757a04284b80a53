/* speaker.h - decoded sound on its way out: pairs of floats, CHANNEL_RATE a second, without gaps, at any speed. */
#ifndef CONFAB_MEDIA_SPEAKER_H
#define CONFAB_MEDIA_SPEAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct AVFrame;
struct SwrContext;
struct channel;
struct tempo;

#define SPEAKER_PIECE 1024 /* frames said at a time, at least */

struct speaker {
    struct SwrContext *swr;
    int rate, format; /* what swr was made for */
    int channels;
    uint64_t layout;
    int64_t end; /* frames since the beginning of the file: behind the last of `samples` */
    bool exact;  /* nothing came since the seek: what comes first begins at `end`, to the sample */
    float *samples; /* pairs that were not said yet */
    size_t count, room;
    int percent;
    struct tempo *tempo; /* NULL: at 100 percent */
    int64_t tempo_from;  /* frames of the file: where what the tempo got begins */
    uint64_t tempo_out;  /* frames that came out of it */
};

void speaker_init(struct speaker *speaker);
void speaker_finish(struct speaker *speaker);
void speaker_seek(struct speaker *speaker, int64_t time_us); /* from there on, exactly */
void speaker_speed(struct speaker *speaker, struct channel *channel, int percent);
/* The time of the next sample to be said. */
int64_t speaker_time_us(const struct speaker *speaker);
/* Would `frame` leave a gap behind what is here? */
int64_t speaker_gap_us(const struct speaker *speaker, int64_t time_us);
/* Take a decoded frame of time_us; what lies before the end so far is left out. */
void speaker_put(struct speaker *speaker, const struct AVFrame *frame, int64_t time_us);
/* Pairs of samples that are as they are to be heard already, right behind what is here. */
void speaker_put_pairs(struct speaker *speaker, const float *pairs, size_t frames);
void speaker_put_rest(struct speaker *speaker); /* nothing follows: what resampling keeps back */
void speaker_put_silence(struct speaker *speaker, int64_t length_us); /* a piece of it at most */
/* Say what is here, if it is a piece or `all` is wanted. True if something was taken. */
bool speaker_say(struct speaker *speaker, struct channel *channel, bool all);

#endif
