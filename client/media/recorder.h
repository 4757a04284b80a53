/* recorder.h - a voice message while it is spoken: samples from the device go to a confab-media of its own (`voice`), the file that it
 * makes goes to the disk. A thread of the recorder's does both; functions on the owner's thread but for recorder_take(). */
#ifndef CONFAB_MEDIA_RECORDER_H
#define CONFAB_MEDIA_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/work/mailbox.h"
#include "protocol/base/err.h"
#include "protocol/wire/limits.h"

#define RECORDER_LEVEL_MS 50
#define RECORDER_FILE_MAX ((uint64_t)64 << 20) /* bytes; a quarter of an hour has five million */
#define RECORDER_ANSWER_MS 15000

struct recorder;
struct recorder_mail {
    struct mail mail; /* first; freed by who opens it */
    uint64_t number;  /* the order's */
    bool ok;          /* the file is whole; else err */
    struct err err;
};

struct recorder_order { /* strings are copied */
    const char *
        path; /* made anew; it must not be there. Whoever destroys the recorder removes it or keeps it */
    const char *helper; /* NULL: confab-media */
    int64_t most_ms;    /* what is said after so long is not taken any more */
    uint64_t
        number; /* of the owner's choice: comes back with the mail, when another may be where this one was */
    struct mailbox *box;
    void (*open)(struct mail *mail, void *reader);
};
struct recorder *recorder_create(const struct recorder_order *order, struct err *err);
/* On the device's thread, with the recorder as its context: what was heard, one channel, SOUND_RATE samples a second. */
void recorder_take(void *context, const float *samples, size_t count);
int64_t recorder_ms(const struct recorder *recorder);
/* The latest `count` levels (0 to 255, RECORDER_LEVEL_MS each), the newest last, 0 before the first; returns how many there are
 * in all. */
size_t recorder_levels(const struct recorder *recorder, uint8_t *levels, size_t count);
void recorder_wave(const struct recorder *recorder, uint8_t wave[WAVE_BARS]); /* of all of it */
/* Nothing follows: the mail comes when the file is whole (or earlier if it fails). No recorder_take() afterwards. */
void recorder_finish(struct recorder *recorder);
void recorder_destroy(struct recorder *recorder); /* in any state; NULL is fine */

#endif
