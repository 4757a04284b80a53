/* player_talk.c - what is said to the helper, and what is believed of what it says. Two threads: each may be held up by the other end,
 * neither holds up the other. */
#include <string.h>

#include "client/media/player_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"

#define READ_SIZE ((size_t)64 << 10)
#define FAR_APART_US 20000 /* a sound that does not begin where the one before ended */
#define DATA_MAX ((uint64_t)FRAME_PAYLOAD_MAX)

static void free_mail(struct mail *mail)
{
    mem_free(mail);
}

static struct player_mail *new_mail(struct player *player, enum player_mail_kind kind)
{
    struct player_mail *mail = mem_alloc(1, sizeof *mail);
    mail->mail.open = player->open;
    mail->mail.drop = free_mail;
    mail->number = player->number;
    mail->kind = kind;
    return mail;
}

/* Once, whatever else goes wrong afterwards. */
static void fail(struct player *player, const struct err *why)
{
    mutex_lock(player->mutex);
    const bool first = !player->failed && !player->ending;
    player->failed = true;
    cond_signal(player->order);
    mutex_unlock(player->mutex);
    spawn_kill(player->child);
    if (!first)
        return;
    struct player_mail *mail = new_mail(player, PLAYER_FAILED);
    mail->err = *why;
    player_tell(player, mail);
}

/* ---- listening ---- */

static bool goes_on(const struct player *player)
{
    return !player->ending && !player->failed;
}

/* Something new is there; if the owner waits for it, it is told. Called without the mutex. */
static void on_filled(struct player *player)
{
    mutex_lock(player->mutex);
    player_advance(player, clock_now_us());
    const bool tell = player->hungry && (player->ended || player->shot_count > 0 ||
                                         (!player->stalls && player->ring_count > 0));
    if (tell)
        player->hungry = false;
    mutex_unlock(player->mutex);
    if (tell)
        player_tell(player, new_mail(player, PLAYER_FILLED));
}

static bool take_facts(struct player *player, const struct msg *msg)
{
    const bool film = strcmp(msg->kind, "video") == 0;
    if (!film && strcmp(msg->kind, "audio") != 0)
        return false;
    mutex_lock(player->mutex);
    const bool first = !player->facts;
    player->facts = true;
    player->film = film;
    player->has_sound = !film || !msg->silent;
    mutex_unlock(player->mutex);
    if (!first)
        return true;
    struct player_mail *mail = new_mail(player, PLAYER_FACTS);
    mail->film = film;
    mail->silent = film && msg->silent;
    mail->width = (int)msg->width;
    mail->height = (int)msg->height;
    mail->duration_ms = msg->duration;
    player_tell(player, mail);
    return true;
}

/* Is it of now? Of an older serial it is left out, of a newer one nobody has spoken. Mutex held. */
static bool is_current(const struct player *player, uint32_t serial)
{
    return serial == player->serial && goes_on(player);
}

static bool has_room_for_sound(const struct player *player)
{
    if (player->ring_count < FRAMES_AHEAD)
        return true;
    /* Its pictures come later in the file, and are needed now. */
    return player->film && player->width > 0 && player->shot_count < 2 &&
           player->ring_count < FRAMES_MAX;
}

static void note_time(struct player *player, int64_t time_us)
{
    if (player->mark_count > 0) {
        const struct mark *last = &player->marks[player->mark_count - 1];
        const int64_t expected = last->time_us + (int64_t)(player->sound_in - last->index) * 1000 /
                                                     FRAMES_PER_MS * player->speed / 100;
        const int64_t off = time_us - expected;
        if ((off < FAR_APART_US && off > -FAR_APART_US) || player->mark_count == MARKS_MAX)
            return;
    }
    player->marks[player->mark_count++] = (struct mark){player->sound_in, time_us};
}

/* No sample is louder than full, and each is a number: what comes may be anything, and goes to somebody's ears. */
static void copy_samples(float *to, const uint8_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float sample;
        memcpy(&sample, from + i * sizeof sample, sizeof sample);
        to[i] = sample >= -1.0f ? (sample <= 1.0f ? sample : 1.0f) : sample < -1.0f ? -1.0f : 0.0f;
    }
}

static bool take_sound(struct player *player, const struct msg *msg)
{
    const size_t frame = SOUND_CHANNELS * sizeof(float);
    size_t left = msg->payload.size / frame;
    const uint8_t *from = msg->payload.data;
    if (msg->payload.size % frame != 0 || msg->time < 0 || msg->time > DURATION_MAX_MS)
        return false;
    mutex_lock(player->mutex);
    const bool honest = player->facts && msg->serial <= player->serial;
    bool first = true;
    while (honest && left > 0) {
        while (is_current(player, msg->serial) && !has_room_for_sound(player))
            cond_wait(player->room, player->mutex, -1);
        if (!is_current(player, msg->serial))
            break;
        if (first)
            note_time(player, msg->time * 1000);
        first = false;
        const size_t end = (player->ring_start + player->ring_count) % FRAMES_MAX;
        size_t count = FRAMES_MAX - player->ring_count;
        if (count > FRAMES_MAX - end)
            count = FRAMES_MAX - end;
        if (count > left)
            count = left;
        if (count > FRAMES_AHEAD)
            count = FRAMES_AHEAD;
        copy_samples(player->ring + end * SOUND_CHANNELS, from, count * SOUND_CHANNELS);
        player->ring_count += count;
        player->sound_in += count;
        player->sound_gone = false;
        from += count * frame;
        left -= count;
    }
    mutex_unlock(player->mutex);
    if (honest)
        on_filled(player);
    return honest;
}

/* The first bytes of a picture: is it one that was asked for? Waits until there is room. */
static bool begin_picture(struct player *player, const struct msg *msg)
{
    const uint64_t width = msg->width, height = msg->height, size = width * height * 4;
    mutex_lock(player->mutex);
    const bool honest = player->facts && player->film && msg->serial <= player->serial &&
                        width >= 1 && height >= 1 && width <= (uint64_t)player->most_width &&
                        height <= (uint64_t)player->most_height && msg->offset == 0 &&
                        msg->time >= 0 && msg->time <= DURATION_MAX_MS;
    while (honest && is_current(player, msg->serial) && !player_has_room_for_shot(player, size)) {
        player_advance(player, clock_now_us());
        cond_wait(player->room, player->mutex, -1);
    }
    if (honest && is_current(player, msg->serial))
        player->stats.pictures++;
    mutex_unlock(player->mutex);
    if (honest) {
        player->coming = (struct shot){NULL, (int)width, (int)height, msg->time * 1000};
        player->coming.pixels = mem_resize(NULL, size, 1);
        player->coming_got = 0;
        player->coming_serial = msg->serial;
    }
    return honest;
}

static void keep_picture(struct player *player)
{
    struct shot *coming = &player->coming;
    mutex_lock(player->mutex);
    /* Between its first byte and its last there may have been a seek; never is there less room. */
    if (is_current(player, player->coming_serial) && player->shot_count < PLAYER_PICTURES_MAX) {
        player->shots[player->shot_count++] = *coming;
        player->shot_bytes += (uint64_t)coming->width * (uint64_t)coming->height * 4;
        coming->pixels = NULL;
    }
    mutex_unlock(player->mutex);
    mem_free(coming->pixels);
    *coming = (struct shot){0};
    on_filled(player);
}

/* Where the bytes of a `pixels` go; NULL: they are none that may come now. */
static uint8_t *place_pixels(struct player *player, const struct msg *msg)
{
    struct shot *coming = &player->coming;
    if (!coming->pixels && !begin_picture(player, msg))
        return NULL;
    const size_t size = (size_t)coming->width * (size_t)coming->height * 4;
    if (msg->width != (uint32_t)coming->width || msg->height != (uint32_t)coming->height ||
        msg->time * 1000 != coming->time_us || msg->serial != player->coming_serial ||
        msg->offset != player->coming_got || msg->payload.size == 0 ||
        msg->payload.size > size - player->coming_got)
        return NULL;
    return coming->pixels + player->coming_got;
}

static void on_pixels(struct player *player, size_t count)
{
    player->coming_got += count;
    if (player->coming_got == (size_t)player->coming.width * (size_t)player->coming.height * 4)
        keep_picture(player);
}

static bool take_pixels(struct player *player, const struct msg *msg)
{
    uint8_t *place = place_pixels(player, msg);
    if (!place)
        return false;
    memcpy(place, msg->payload.data, msg->payload.size);
    on_pixels(player, msg->payload.size);
    return true;
}

static bool take_ended(struct player *player, const struct msg *msg)
{
    mutex_lock(player->mutex);
    const bool honest = player->facts && msg->serial <= player->serial;
    if (honest && msg->serial == player->serial)
        player->ended = true;
    mutex_unlock(player->mutex);
    if (honest)
        on_filled(player);
    return honest;
}

/* It waits for one answer at a time: a need that nobody met is given up for a newer one, as it has sought elsewhere since. */
static bool take_need(struct player *player, const struct msg *msg)
{
    if (msg->size == 0)
        return false;
    mutex_lock(player->mutex);
    player->need = (struct need){.offset = msg->offset, .size = msg->size};
    cond_signal(player->order);
    mutex_unlock(player->mutex);
    return true;
}

/* The helper may have been taken over by what it decodes, so it is believed nothing beyond the limits. */
static bool take(struct player *player, const struct frame *frame, struct err *why)
{
    struct msg msg = {0};
    bool ok = msg_decode(&msg, frame, NULL);
    if (ok && msg.type == MSG_FACTS)
        ok = take_facts(player, &msg);
    else if (ok && msg.type == MSG_SOUND)
        ok = take_sound(player, &msg);
    else if (ok && msg.type == MSG_PIXELS)
        ok = take_pixels(player, &msg);
    else if (ok && msg.type == MSG_NEED)
        ok = take_need(player, &msg);
    else if (ok && msg.type == MSG_ENDED)
        ok = take_ended(player, &msg);
    else if (ok && msg.type == MSG_ERROR) {
        err_set(why, ERR_FORMAT, "%s", msg.text);
        ok = false;
    }
    msg_destroy(&msg);
    return ok;
}

/* It owes us something: it has all that it asked for, and has not said that nothing follows. */
static bool is_due(struct player *player)
{
    mutex_lock(player->mutex);
    const bool silent_film =
        player->film && player->width == 0; /* nothing may be all that there is */
    const bool due = !player->ended && player->need.size == 0 && !silent_film &&
                     clock_now_ms() - player->asked_ms >= player->answer_ms;
    mutex_unlock(player->mutex);
    return due;
}

/* Up to `most` bytes of what it says; 0: it has ended, or is stuck (then *why says so). */
static size_t hear_some(struct player *player, void *bytes, size_t most, struct err *why)
{
    struct err err = {0};
    size_t got = 0;
    while (!spawn_read(player->child, bytes, most, player->answer_ms, &got, &err)) {
        if (err.kind != ERR_TIMEOUT)
            return 0;
        if (is_due(player)) {
            err_set(why, ERR_TIMEOUT,
                    "This cannot be played: looking into it takes too long. Save it and try "
                    "another program.");
            return 0;
        }
    }
    return got;
}

static bool hear(struct player *player, struct buf *in, struct err *why)
{
    const size_t most = READ_SIZE < buf_free(in) ? READ_SIZE : buf_free(in);
    uint8_t *room = buf_reserve(in, most);
    const size_t got = room ? hear_some(player, room, most, why) : 0;
    buf_commit(in, got);
    return got > 0;
}

/* The bytes of a picture that are still to come go where they belong, without a stop in the buffer. */
static bool hear_picture(struct player *player, struct buf *in, struct err *why)
{
    struct frame frame;
    struct msg msg = {0};
    const struct bytes bytes = buf_peek(in);
    if (!frame_header(bytes.data, bytes.size, &frame) || frame.payload.size < READ_SIZE)
        return true;
    bool ok = msg_decode(&msg, &frame, NULL);
    if (ok && msg.type == MSG_PIXELS) {
        const size_t head = FRAME_HEAD_SIZE + frame.header.size, size = frame.payload.size;
        uint8_t *place = place_pixels(player, &msg);
        size_t done = bytes.size - head;
        ok = place != NULL;
        if (ok)
            memcpy(place, bytes.data + head, done);
        for (size_t got; ok && done < size; done += got) {
            got = hear_some(player, place + done, size - done, why);
            ok = got > 0;
        }
        buf_clear(in);
        if (ok)
            on_pixels(player, size);
    }
    msg_destroy(&msg);
    return ok;
}

static bool take_all(struct player *player, struct buf *in, struct err *why)
{
    for (;;) {
        struct frame frame;
        struct bytes bytes = buf_peek(in);
        long used = frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL);
        if (used == 0)
            return true;
        if (used < 0 || !take(player, &frame, why))
            return false;
        buf_consume(in, (size_t)used);
    }
}

void player_listen(void *arg)
{
    struct player *player = arg;
    struct err why = {0};
    struct buf in;
    buf_init(&in, FRAME_SIZE_MAX);
    bool ok = true;
    while (ok && hear(player, &in, &why))
        ok = take_all(player, &in, &why) && hear_picture(player, &in, &why);
    buf_finish(&in);
    if (why.kind == ERR_NONE)
        err_set(&why, ERR_FORMAT,
                "This cannot be played: it is damaged, or of a kind that is not known here.");
    fail(player, &why);
}

/* ---- speaking ---- */

/* How many bytes from `offset` on are here; 0: none yet. */
static uint64_t bytes_here(const struct player *player, uint64_t offset)
{
    if (player->whole)
        return player->size - offset;
    for (size_t i = 0; i < player->range_count; i++) {
        const struct player_range *range = &player->ranges[i];
        if (range->from <= offset && offset < range->to)
            return (range->to < player->size ? range->to : player->size) - offset;
    }
    return 0;
}

/* In how many ms the owner may hear of another need: what decodes may ask without end. */
static int64_t tell_in_ms(const struct player *player)
{
    return player->told_ms + PLAYER_NEED_EVERY_MS - clock_now_ms();
}

/* When there may be something to say though nobody signals it, for cond_wait(). */
static int64_t wait_ms(const struct player *player)
{
    const int64_t left_ms = tell_in_ms(player);
    if (player->need.size == 0 || player->need.told)
        return -1;
    return left_ms > 0 ? left_ms : 0;
}

/* The answer to an open need: how many bytes; 0: behind the end. False: they are not here, and the owner is told once. */
static bool answer(struct player *player, uint64_t *size, struct player_mail **mail)
{
    struct need *need = &player->need;
    const bool behind = need->offset >= player->size;
    const uint64_t here = behind ? 0 : bytes_here(player, need->offset);
    *size = need->size < here ? need->size : here;
    if (*size > DATA_MAX)
        *size = DATA_MAX;
    if (behind || here > 0)
        return true;
    if (!need->told && tell_in_ms(player) <= 0) {
        need->told = true;
        player->told_ms = clock_now_ms();
        *mail = new_mail(player, PLAYER_NEED);
        (*mail)->offset = need->offset;
        (*mail)->size = need->size;
    }
    return false;
}

/* What is to be said next; false: nothing for now. *size: bytes of the file that go with it. Mutex held. */
static bool next_word(struct player *player, struct msg *msg, uint64_t *size,
                      struct player_mail **mail)
{
    *size = 0;
    if (player->want_show) {
        player->want_show = false;
        *msg = (struct msg){
            .type = MSG_SHOW, .width = (uint32_t)player->width, .height = (uint32_t)player->height};
    } else if (player->want_speed) {
        player->want_speed = false;
        *msg = (struct msg){.type = MSG_SPEED, .percent = (uint32_t)player->speed};
    } else if (player->want_seek) {
        player->want_seek = false;
        *msg = (struct msg){.type = MSG_SEEK, .time = player->seek_ms, .serial = player->serial};
    } else if (player->need.size > 0 && answer(player, size, mail)) {
        *msg = (struct msg){.type = MSG_DATA, .offset = player->need.offset};
        player->need.size = 0;
    } else {
        return false;
    }
    return true;
}

static bool say(struct player *player, const struct msg *msg, struct buf *out)
{
    buf_clear(out);
    const bool ok = msg_encode(msg, out);
    const struct bytes bytes = buf_peek(out);
    return ok && spawn_write(player->child, bytes.data, bytes.size, -1, NULL);
}

void player_speak(void *arg)
{
    struct player *player = arg;
    uint8_t *bytes = mem_alloc(1, DATA_MAX);
    struct buf out;
    bool ok = true;
    buf_init(&out, FRAME_SIZE_MAX);
    while (ok) {
        struct msg msg = {0};
        uint64_t size = 0;
        struct player_mail *mail = NULL;
        bool something = false;
        mutex_lock(player->mutex);
        while (goes_on(player) && !something && !mail) {
            something = next_word(player, &msg, &size, &mail);
            if (!something && !mail)
                cond_wait(player->order, player->mutex, wait_ms(player));
        }
        ok = goes_on(player);
        mutex_unlock(player->mutex);
        if (mail && ok)
            player_tell(player, mail);
        else
            mem_free(mail);
        if (ok && something) {
            size_t got = 0;
            if (size > 0 &&
                !file_read_some(player->file, msg.offset, bytes, (size_t)size, &got, NULL))
                got = 0; /* the helper makes of it what it can */
            msg.payload = (struct bytes){bytes, got};
            ok = say(player, &msg, &out); /* false: it ended, and who listens says why */
            mutex_lock(player->mutex);
            player->asked_ms = clock_now_ms();
            mutex_unlock(player->mutex);
        }
    }
    buf_finish(&out);
    mem_free(bytes);
}
