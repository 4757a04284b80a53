#include "client/media/helper/frames.h"

#include "protocol/base/mem.h"

void frames_init(struct frames *frames, size_t size, size_t most, size_t most_bytes)
{
    *frames = (struct frames){.size = size, .most = most, .most_bytes = most_bytes, .step = 1};
}

/* Leave out every other one; who stays is shown for the time of both. */
static void thin_out(struct frames *frames)
{
    size_t kept = 0;
    for (size_t i = 0; i < frames->count; i++) {
        if (i % 2 == 0) {
            frames->list[kept++] = frames->list[i];
        } else {
            frames->list[kept - 1].delay_ms += frames->list[i].delay_ms;
            mem_free(frames->list[i].pixels);
        }
    }
    frames->count = kept;
    frames->step *= 2;
}

void frames_add(struct frames *frames, uint8_t *pixels, int delay_ms)
{
    if (delay_ms < FRAMES_DELAY_MIN_MS)
        delay_ms = FRAMES_DELAY_DEFAULT_MS;
    while (
        frames->seen % frames->step == 0 && frames->count > 1 &&
        (frames->count >= frames->most || (frames->count + 1) * frames->size > frames->most_bytes))
        thin_out(frames);
    if (frames->seen++ % frames->step != 0) {
        frames->list[frames->count - 1].delay_ms += delay_ms;
        mem_free(pixels);
        return;
    }
    if ((frames->count + 1) * frames->size > frames->most_bytes && frames->count > 0) {
        mem_free(pixels); /* not even two have room: it stands still */
        return;
    }
    frames->list = mem_resize(frames->list, frames->count + 1, sizeof *frames->list);
    frames->list[frames->count++] = (struct frames_one){pixels, delay_ms};
}

void frames_finish(struct frames *frames)
{
    for (size_t i = 0; i < frames->count; i++)
        mem_free(frames->list[i].pixels);
    mem_free(frames->list);
}
