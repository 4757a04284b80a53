#include "client/media/recorder.h"

#include <math.h>
#include <string.h>

#include "client/media/preview.h"
#include "client/media/sound_port.h"
#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/spawn.h"
#include "protocol/os/thread.h"
#include "protocol/wire/msg_json.h"

#define HEARD_MAX \
    ((size_t)SOUND_RATE * 10 * sizeof(float)) /* not taken by the helper yet: it is stuck */
#define AT_ONCE ((size_t)SOUND_RATE / 5 * sizeof(float)) /* that the thread is woken for */
#define LEVEL_FRAMES (SOUND_RATE / 1000 * RECORDER_LEVEL_MS)

struct recorder {
    struct spawn *child;
    struct thread *thread;
    uint64_t number;
    struct mailbox *box;
    void (*open)(struct mail *mail, void *reader);
    os_file file;
    uint64_t written;
    uint64_t most; /* samples */

    struct mutex *mutex; /* for all that follows */
    struct cond *heard_more;
    struct buf heard; /* samples that the helper has not got yet */
    bool finished, ending;
    uint64_t samples; /* in all */
    float peak;       /* of the level that is being measured */
    size_t peak_of;   /* samples of it */
    uint8_t *levels;
    size_t level_count, level_room;
    uint8_t wave[WAVE_BARS]; /* as the helper measured it, like that of any sound */
    bool has_wave;
};

/* ---- the device's thread ---- */

/* About as loud as it seems: 255 at full swing, half of that at a fifth of it. */
static uint8_t level_of(float peak)
{
    const float level = powf(peak < 1.0f ? peak : 1.0f, 0.45f) * 255.0f;
    return (uint8_t)level;
}

static void measure(struct recorder *recorder, float sample)
{
    const float swing = fabsf(sample);
    if (swing > recorder->peak)
        recorder->peak = swing;
    if (++recorder->peak_of < LEVEL_FRAMES || recorder->level_count == recorder->level_room)
        return;
    recorder->levels[recorder->level_count++] = level_of(recorder->peak);
    recorder->peak = 0;
    recorder->peak_of = 0;
}

void recorder_take(void *context, const float *samples, size_t count)
{
    struct recorder *recorder = context;
    mutex_lock(recorder->mutex);
    if (count > recorder->most - recorder->samples)
        count = (size_t)(recorder->most - recorder->samples);
    if (!recorder->finished && buf_append(&recorder->heard, samples, count * sizeof *samples)) {
        for (size_t i = 0; i < count; i++)
            measure(recorder, samples[i]);
        recorder->samples += count;
        if (recorder->heard.size >= AT_ONCE)
            cond_signal(recorder->heard_more);
    }
    mutex_unlock(recorder->mutex);
}

/* ---- its own thread ---- */

static bool take_result(struct recorder *recorder, const struct msg *msg)
{
    const uint64_t end = msg->offset + msg->payload.size;
    if (msg->offset > RECORDER_FILE_MAX || end > RECORDER_FILE_MAX ||
        !file_write_at(recorder->file, msg->offset, msg->payload.data, msg->payload.size, NULL))
        return false;
    if (end > recorder->written)
        recorder->written = end;
    return true;
}

static bool take(struct recorder *recorder, const struct frame *frame)
{
    struct msg msg = {0};
    bool ok = msg_decode(&msg, frame, NULL) && msg.type != MSG_ERROR;
    if (ok && msg.type == MSG_RESULT) {
        ok = take_result(recorder, &msg);
    } else if (ok && msg.type == MSG_WAVE && msg.payload.size == WAVE_BARS) {
        mutex_lock(recorder->mutex);
        memcpy(recorder->wave, msg.payload.data, WAVE_BARS);
        recorder->has_wave = true;
        mutex_unlock(recorder->mutex);
    }
    msg_destroy(&msg);
    return ok;
}

/* What the helper has to say until it is silent (patience_ms 0) or ends. */
static bool hear(struct recorder *recorder, struct buf *in, int64_t patience_ms, bool *ended)
{
    for (;;) {
        uint8_t *room = buf_reserve(in, buf_free(in) < 65536 ? buf_free(in) : 65536);
        struct err err = {0};
        size_t got = 0;
        if (!room)
            return false;
        if (!spawn_read(recorder->child, room, buf_free(in) < 65536 ? buf_free(in) : 65536,
                        patience_ms, &got, &err))
            return err.kind == ERR_TIMEOUT && patience_ms == 0;
        buf_commit(in, got);
        for (;;) {
            struct frame frame;
            struct bytes bytes = buf_peek(in);
            long used = frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL);
            if (used < 0 || (used > 0 && !take(recorder, &frame)))
                return false;
            if (used == 0)
                break;
            buf_consume(in, (size_t)used);
        }
        *ended = got == 0;
        if (*ended)
            return true;
    }
}

/* True with samples in `out`, or with none at the end of all. False: nobody wants it any more. */
static bool next_samples(struct recorder *recorder, struct buf *out)
{
    buf_clear(out);
    mutex_lock(recorder->mutex);
    while (!recorder->ending && !recorder->finished && recorder->heard.size < AT_ONCE)
        cond_wait(recorder->heard_more, recorder->mutex, -1);
    const bool ok = !recorder->ending;
    const struct bytes bytes = buf_peek(&recorder->heard);
    if (ok && bytes.size > 0)
        buf_append(out, bytes.data, bytes.size);
    buf_clear(&recorder->heard);
    mutex_unlock(recorder->mutex);
    return ok;
}

static bool talk(struct recorder *recorder, struct buf *in, struct buf *out)
{
    bool ended = false;
    for (;;) {
        if (!next_samples(recorder, out))
            return false;
        const struct bytes bytes = buf_peek(out);
        if (bytes.size == 0)
            break;
        if (!spawn_write(recorder->child, bytes.data, bytes.size, RECORDER_ANSWER_MS, NULL) ||
            !hear(recorder, in, 0, &ended) || ended)
            return false;
    }
    spawn_end_input(recorder->child);
    return hear(recorder, in, RECORDER_ANSWER_MS, &ended) && ended && recorder->written > 0 &&
           in->size == 0;
}

static void drop(struct mail *mail)
{
    mem_free(mail);
}

static void body(void *arg)
{
    struct recorder *recorder = arg;
    struct buf in, out;
    buf_init(&in, FRAME_SIZE_MAX);
    buf_init(&out, HEARD_MAX);
    const bool ok = talk(recorder, &in, &out);
    buf_finish(&in);
    buf_finish(&out);
    mutex_lock(recorder->mutex);
    const bool wanted = !recorder->ending;
    recorder->finished = true;
    mutex_unlock(recorder->mutex);
    if (!ok)
        spawn_kill(recorder->child);
    if (!wanted)
        return;
    struct recorder_mail *mail = mem_alloc(1, sizeof *mail);
    mail->mail.open = recorder->open;
    mail->mail.drop = drop;
    mail->number = recorder->number;
    mail->ok = ok;
    if (!ok)
        err_set(&mail->err, ERR_SYSTEM, "The voice message could not be recorded. Try again.");
    mailbox_post(recorder->box, &mail->mail);
}

/* ---- the owner's ---- */

static bool start_helper(struct recorder *recorder, const char *wanted, struct err *err)
{
    char helper[OS_PATH_MAX];
    if (wanted)
        str_copy(helper, sizeof helper, wanted);
    else if (!dirs_helper(helper, "confab-media"))
        return err_set(err, ERR_NOT_FOUND,
                       "The program confab-media is missing beside Confab: install Confab anew to "
                       "record voice messages.");
    const char *const argv[] = {helper, "voice", NULL};
    recorder->child = spawn_start_talk(argv, err);
    return recorder->child != NULL;
}

struct recorder *recorder_create(const struct recorder_order *order, struct err *err)
{
    struct recorder *recorder = mem_alloc(1, sizeof *recorder);
    recorder->number = order->number;
    recorder->box = order->box;
    recorder->open = order->open;
    recorder->most = (uint64_t)order->most_ms * SOUND_RATE / 1000;
    recorder->mutex = mutex_create();
    recorder->heard_more = cond_create();
    buf_init(&recorder->heard, HEARD_MAX);
    recorder->level_room = (size_t)(order->most_ms / RECORDER_LEVEL_MS) + 1;
    recorder->levels = mem_alloc(recorder->level_room, 1);
    recorder->file = file_open(order->path, FILE_WRITE_NEW, err);
    bool ok = recorder->file != OS_FILE_NONE && start_helper(recorder, order->helper, err);
    if (ok)
        recorder->thread = thread_start(body, recorder, err);
    if (recorder->thread)
        return recorder;
    if (recorder->file != OS_FILE_NONE)
        file_remove(order->path, NULL);
    recorder_destroy(recorder);
    return NULL;
}

int64_t recorder_ms(const struct recorder *recorder)
{
    mutex_lock(recorder->mutex);
    const uint64_t samples = recorder->samples;
    mutex_unlock(recorder->mutex);
    return (int64_t)(samples * 1000 / SOUND_RATE);
}

size_t recorder_levels(const struct recorder *recorder, uint8_t *levels, size_t count)
{
    memset(levels, 0, count);
    mutex_lock(recorder->mutex);
    const size_t all = recorder->level_count, some = all < count ? all : count;
    memcpy(levels + count - some, recorder->levels + all - some, some);
    mutex_unlock(recorder->mutex);
    return all;
}

void recorder_wave(const struct recorder *recorder, uint8_t wave[WAVE_BARS])
{
    mutex_lock(recorder->mutex);
    const size_t count = recorder->has_wave ? 0 : recorder->level_count;
    memcpy(wave, recorder->wave, WAVE_BARS);
    for (size_t i = 0; count > 0 && i < WAVE_BARS; i++) {
        const size_t from = i * count / WAVE_BARS, to = (i + 1) * count / WAVE_BARS;
        for (size_t k = from; k < to || k == from; k++)
            if (recorder->levels[k] > wave[i])
                wave[i] = recorder->levels[k];
    }
    mutex_unlock(recorder->mutex);
}

void recorder_finish(struct recorder *recorder)
{
    mutex_lock(recorder->mutex);
    recorder->finished = true;
    cond_signal(recorder->heard_more);
    mutex_unlock(recorder->mutex);
}

void recorder_destroy(struct recorder *recorder)
{
    if (!recorder)
        return;
    mutex_lock(recorder->mutex);
    recorder->ending = true;
    cond_signal(recorder->heard_more);
    mutex_unlock(recorder->mutex);
    if (recorder->child)
        spawn_kill(recorder->child);
    thread_join(recorder->thread);
    if (recorder->child)
        spawn_finish(recorder->child);
    file_close(recorder->file);
    buf_finish(&recorder->heard);
    cond_destroy(recorder->heard_more);
    mutex_destroy(recorder->mutex);
    mem_free(recorder->levels);
    mem_free(recorder);
}
