/* wave.h - how loud a sound is along its way, and how long it is. */
#ifndef CONFAB_MEDIA_WAVE_H
#define CONFAB_MEDIA_WAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/wire/limits.h"

struct AVFormatContext;

/* Loudness by blocks of time, while the sound goes by. */
struct wave {
    struct wave_block
        *blocks; /* one per WAVE_BLOCK_US; those that nothing was heard of are empty */
    size_t count, room;
};
#define WAVE_BLOCK_US 20000

void wave_finish(struct wave *wave);
/* Samples -1 .. 1 of one channel from time_us on, `rate` a second. */
void wave_put(struct wave *wave, int64_t time_us, const float *samples, size_t count, int rate);
/* Of a sound that is so long: 0 nothing .. 255 its loudest part, with the distance between loud and soft as it is heard, wide enough
 * to be seen. */
void wave_bars(const struct wave *wave, int64_t duration_us, uint8_t bars[WAVE_BARS]);

/* Go through the stream `index` of an open file from its start. All packets are read, so *duration_ms becomes exact; of a long sound
 * some are decoded. False if nothing of it can be decoded (and *duration_ms stays). */
bool wave_of_stream(struct AVFormatContext *format, int index, uint8_t bars[WAVE_BARS],
                    int64_t *duration_ms);

#endif
