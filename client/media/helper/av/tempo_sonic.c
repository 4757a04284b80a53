#include "client/media/helper/av/tempo.h"

#if __has_include(<sonic.h>) /* else tempo_filter.c */
#include <sonic.h>

#include "client/media/helper/av/channel.h"
#include "protocol/base/err.h"
#include "protocol/base/mem.h"

struct tempo {
    sonicStream stream;
};

struct tempo *tempo_create(int percent)
{
    struct tempo *tempo = mem_alloc(1, sizeof *tempo);
    tempo->stream = sonicCreateStream(CHANNEL_RATE, CHANNEL_CHANNELS);
    if (!tempo->stream)
        die("Out of memory while playing.");
    sonicSetSpeed(tempo->stream, (float)percent / 100.0F);
    return tempo;
}

void tempo_destroy(struct tempo *tempo)
{
    if (!tempo)
        return;
    sonicDestroyStream(tempo->stream);
    mem_free(tempo);
}

void tempo_put(struct tempo *tempo, const float *samples, size_t frames)
{
    /* read only, in spite of its type */
    if (!sonicWriteFloatToStream(tempo->stream, (float *)(uintptr_t)samples, (int)frames))
        die("Out of memory while playing.");
}

size_t tempo_take(struct tempo *tempo, float *samples, size_t frames)
{
    const int got = sonicReadFloatFromStream(tempo->stream, samples, (int)frames);
    return got > 0 ? (size_t)got : 0;
}

void tempo_end(struct tempo *tempo)
{
    sonicFlushStream(tempo->stream);
}
#endif
