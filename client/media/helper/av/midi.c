#include "client/media/helper/av/midi.h"

#include <libavformat/avio.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/channel.h"
#include "client/media/helper/av/speaker.h"
#include "client/media/helper/av/synth.h"
#include "client/media/helper/run.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define FILE_MAX (8 << 20) /* notes are small */
#define MS_US 1000

/* All of it; NULL with a sentence. */
static uint8_t *read_all(struct channel *channel, uint64_t size, struct err *err)
{
    if (size < 1 || size > FILE_MAX) {
        err_set(err, ERR_LIMIT, "This file is too large to be notes.");
        return NULL;
    }
    uint8_t *bytes = mem_alloc(size, 1);
    if (avio_read(channel_io(channel), bytes, (int)size) == (int)size)
        return bytes;
    mem_free(bytes);
    err_set(err, ERR_FORMAT, "The file is damaged: it ends too early.");
    return NULL;
}

static bool obey(struct channel *channel, struct synth *synth, struct speaker *speaker)
{
    struct orders *orders = &channel->orders;
    orders->show = false;
    if (orders->speed)
        speaker_speed(speaker, channel, orders->percent);
    orders->speed = false;
    if (!orders->seek)
        return true;
    orders->seek = false;
    channel->serial = orders->seek_serial;
    speaker_seek(speaker, orders->seek_ms * MS_US);
    return synth_seek(synth, orders->seek_ms * MS_US);
}

/* Until the client goes, or something fails. */
static void perform(struct channel *channel, struct synth *synth, struct speaker *speaker)
{
    float pairs[CHANNEL_CHANNELS * SPEAKER_PIECE];
    bool ok = true, over = false;
    while (ok) {
        if (over)
            channel_wait(channel);
        if (channel_listen(channel)) {
            over = over && !channel->orders.seek;
            ok = obey(channel, synth, speaker);
        } else if (synth_read(synth, pairs, SPEAKER_PIECE)) {
            speaker_put_pairs(speaker, pairs, SPEAKER_PIECE);
            speaker_say(speaker, channel, false);
        } else {
            while (speaker_say(speaker, channel, true))
                ;
            channel_ended(channel);
            over = true;
        }
    }
}

int midi_run(int argc, char **argv, os_file input)
{
    uint64_t size, start_ms, percent;
    (void)input; /* a pipe: channel.h */
    if (argc != 6 || !str_to_u64(argv[1], NUMBER_MAX, &size) ||
        !str_to_u64(argv[2], DURATION_MAX_MS, &start_ms) ||
        !str_to_u64(argv[3], PERCENT_MAX, &percent))
        return RUN_USAGE;
    struct err err = {0};
    struct speaker speaker;
    struct channel *channel = channel_create(size);
    uint8_t *bytes = read_all(channel, size, &err);
    struct synth *synth = bytes ? synth_create(&err) : NULL;
    speaker_init(&speaker);
    /* of the file nothing but its size was looked at until here */
    if (synth && sandbox_enter(SANDBOX_PLAY, &err) && synth_take(synth, bytes, size, &err)) {
        answer_facts(
            &(struct facts){.kind = "audio", .duration_ms = synth_duration_us(synth) / MS_US});
        speaker_speed(&speaker, channel, percent > 0 ? (int)percent : 100);
        speaker_seek(&speaker, (int64_t)start_ms * MS_US);
        if (start_ms == 0 || synth_seek(synth, (int64_t)start_ms * MS_US))
            perform(channel, synth, &speaker);
    } else {
        channel_error(channel, &err);
    }
    mem_free(bytes);
    speaker_finish(&speaker);
    synth_destroy(synth);
    channel_destroy(channel);
    return 1;
}
