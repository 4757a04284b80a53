#include "client/media/player.h"

#include <assert.h>
#include <string.h>

#include "client/media/player_inside.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"

#define FRAME_BYTES (SOUND_CHANNELS * sizeof(float))
#define PRIME_FRAMES ((size_t)60 * FRAMES_PER_MS) /* of sound before it begins: a few pulls */
#define FAR_US 150000 /* sound that is so far from the clock is early or late, not jitter */
#define AHEAD_US \
    25000 /* so far the clock runs on behind what was pulled: with it, the device stands still */
#define PULL_SHARE 10 /* a pull that is off moves the clock by a tenth of that */

/* ---- the clock; with the mutex held ---- */

static bool is_looked_at(const struct player *player)
{
    return player->film && player->width > 0;
}

static int64_t scaled(const struct player *player, int64_t us)
{
    return us * player->speed / 100;
}

/* The place of what is pulled now. */
static int64_t clock_at(const struct player *player, int64_t now_us)
{
    if (player->how == PLAYER_STANDS || player->stalls || !player->anchored)
        return player->anchor_at;
    int64_t at = player->anchor_at + scaled(player, now_us - player->anchor_us);
    const bool by_sound = player->how == PLAYER_BY_SOUND && player->has_sound &&
                          !player->sound_gone && !(player->ended && player->ring_count == 0);
    const int64_t most = player->pulled_us + scaled(player, AHEAD_US);
    return by_sound && at > most ? most : at;
}

static void set_clock(struct player *player, int64_t at_us, int64_t now_us)
{
    player->anchor_at = at_us;
    player->anchor_us = now_us;
}

bool player_has_room_for_shot(struct player *player, uint64_t bytes)
{
    player->crowded = player->shot_count == PLAYER_PICTURES_MAX ||
                      (player->shot_count >= PICTURES_LEAST &&
                       player->shot_bytes + bytes > PLAYER_PICTURES_BYTES);
    /* Whatever its sound was to be, it does not come before these. */
    if (player->crowded && player->ring_count == 0)
        player->sound_gone = true;
    return !player->crowded;
}

/* There is nothing to go on with, though there should be. */
static bool is_dry(const struct player *player)
{
    if (player->ended)
        return false;
    if (player->film && (player->sound_gone || !player->has_sound))
        return is_looked_at(player) && player->shot_count == 0;
    return player->ring_count == 0;
}

/* Enough to begin, or to go on after it was dry. */
static bool is_primed(const struct player *player)
{
    if (player->ended)
        return true;
    const bool heard = player->ring_count >= PRIME_FRAMES ||
                       (player->facts && (!player->has_sound || player->sound_gone));
    if (!player->film || !is_looked_at(player))
        return heard;
    const bool full = player->ring_count == FRAMES_MAX; /* its pictures begin later than that */
    return player->crowded || full || (player->shot_count > 0 && heard);
}

/* Where it begins: where it was asked to, or where there is something. */
static int64_t beginning(const struct player *player)
{
    int64_t first = INT64_MAX;
    if (player->ring_count > 0)
        first = player_head_us(player);
    if (player->shot_count > 0 && player->shots[0].time_us < first)
        first = player->shots[0].time_us;
    return first != INT64_MAX && first > player->base_us ? first : player->base_us;
}

void player_advance(struct player *player, int64_t now_us)
{
    if (player->how == PLAYER_STANDS)
        return;
    if (player->stalls && is_primed(player)) {
        player->stalls = false;
        if (!player->anchored)
            player->anchor_at = beginning(player);
        player->anchor_us = now_us;
        player->pulled_us = player->anchor_at;
    } else if (!player->stalls && is_dry(player)) {
        set_clock(player, clock_at(player, now_us), now_us);
        player->stalls = true;
    }
    if (player->stalls)
        return;
    if (!player->anchored &&
        (player->how == PLAYER_BY_WALL || player->ring_count == 0 || player->sound_gone)) {
        player->anchored = true; /* else the first pull does it */
        player->anchor_us = now_us;
    }
    if (player->how != PLAYER_BY_WALL || player->ring_count == 0)
        return;
    /* Nobody hears it: it goes by. */
    const int64_t over = (clock_at(player, now_us) - player_head_us(player)) * 100 / player->speed;
    if (over > 0) {
        const uint64_t frames = (uint64_t)over * SOUND_RATE / 1000000;
        player_drop_sound(player,
                          frames < player->ring_count ? (size_t)frames : player->ring_count);
        cond_signal(player->room);
    }
}

/* ---- the ring ---- */

int64_t player_head_us(const struct player *player)
{
    const uint64_t head = player->sound_in - player->ring_count;
    size_t i = player->mark_count;
    while (i > 1 && player->marks[i - 1].index > head)
        i--;
    if (i == 0)
        return player->base_us;
    const struct mark *mark = &player->marks[i - 1];
    return mark->time_us + scaled(player, (int64_t)(head - mark->index) * 1000 / FRAMES_PER_MS);
}

void player_drop_sound(struct player *player, size_t count)
{
    player->ring_start = (player->ring_start + count) % FRAMES_MAX;
    player->ring_count -= count;
    const uint64_t head = player->sound_in - player->ring_count;
    size_t over = 0; /* marks that are passed: one must stay, from which the rest is counted */
    while (over + 1 < player->mark_count && player->marks[over + 1].index <= head)
        over++;
    player->mark_count -= over;
    memmove(player->marks, player->marks + over, player->mark_count * sizeof *player->marks);
}

static void copy_out(struct player *player, float *frames, size_t count)
{
    const size_t behind = FRAMES_MAX - player->ring_start;
    const size_t first = count < behind ? count : behind;
    memcpy(frames, player->ring + player->ring_start * SOUND_CHANNELS, first * FRAME_BYTES);
    memcpy(frames + first * SOUND_CHANNELS, player->ring, (count - first) * FRAME_BYTES);
    player_drop_sound(player, count);
}

/* What is too late is left out, what is too early is waited for. Returns how far the sound is from the clock. */
static int64_t line_up(struct player *player, int64_t at_us)
{
    int64_t off = player_head_us(player) - at_us;
    if (off < -FAR_US) {
        uint64_t frames = (uint64_t)(-off * 100 / player->speed) * SOUND_RATE / 1000000;
        player_drop_sound(player,
                          frames < player->ring_count ? (size_t)frames : player->ring_count);
        off = player_head_us(player) - at_us;
    }
    return off;
}

size_t player_pull(void *context, float *frames, size_t count)
{
    struct player *player = context;
    size_t given = 0;
    mutex_lock(player->mutex);
    const int64_t now_us = clock_now_us();
    player_advance(player, now_us);
    if (player->how == PLAYER_BY_SOUND && !player->stalls && player->ring_count > 0) {
        if (!player->anchored) {
            set_clock(player, beginning(player), now_us);
            player->anchored = true;
        }
        const int64_t at_us = clock_at(player, now_us);
        const int64_t off = line_up(player, at_us);
        if (off <= FAR_US && player->ring_count > 0) {
            given = count < player->ring_count ? count : player->ring_count;
            if (off > -FAR_US)
                set_clock(player, at_us + off / PULL_SHARE, now_us);
            copy_out(player, frames, given);
            player->pulled_us = player_head_us(player);
            player->pulled_at = now_us;
        }
        if (given < count && !player->ended)
            player->stats.silences++;
    }
    player_advance(player, now_us);
    cond_signal(player->room);
    mutex_unlock(player->mutex);
    memset(frames + given * SOUND_CHANNELS, 0, (count - given) * FRAME_BYTES);
    return given;
}

/* ---- the owner's ---- */

void player_tell(struct player *player, struct player_mail *mail)
{
    mail->player = player;
    mailbox_post(player->box, &mail->mail);
}

/* All that was decoded goes. */
void player_flush(struct player *player)
{
    for (size_t i = 0; i < player->shot_count; i++)
        mem_free(player->shots[i].pixels);
    player->shot_count = 0;
    player->shot_bytes = 0;
    player->crowded = false;
    player->ring_start = player->ring_count = 0;
    player->sound_in = 0;
    player->mark_count = 0;
}

/* Notes need instruments, which are files: the helper may open some then, and is told by another word. */
static const char *word_for(os_file file)
{
    uint8_t head[12] = {0};
    size_t got = 0;
    const bool midi = file_read_some(file, 0, head, sizeof head, &got, NULL) &&
                      (memcmp(head, "MThd", 4) == 0 ||
                       (memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "RMID", 4) == 0));
    return midi ? "midi" : "play";
}

static bool start_helper(struct player *player, const struct player_order *order, struct err *err)
{
    char helper[OS_PATH_MAX], size[24], start[24], percent[16], width[16], height[16];
    if (order->helper)
        str_copy(helper, sizeof helper, order->helper);
    else if (!dirs_helper(helper, "confab-media"))
        return err_set(err, ERR_NOT_FOUND,
                       "The program confab-media is missing beside Confab: install Confab anew to "
                       "play sound and film.");
    str_format(size, sizeof size, "%llu", (unsigned long long)order->size);
    str_format(start, sizeof start, "%lld", (long long)order->start_ms);
    str_format(percent, sizeof percent, "%d", player->speed);
    str_format(width, sizeof width, "%d", player->width);
    str_format(height, sizeof height, "%d", player->height);
    const char *const argv[] = {helper, word_for(player->file), size, start, percent, width, height,
                                NULL};
    player->child = spawn_start_talk(argv, err);
    return player->child != NULL;
}

static int fit(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static void set_size(struct player *player, int width, int height)
{
    const bool seen = width > 0 && height > 0;
    player->width = seen ? fit(width, 1, PLAYER_SIDE_MAX) : 0;
    player->height = seen ? fit(height, 1, PLAYER_SIDE_MAX) : 0;
    if (player->width > player->most_width)
        player->most_width = player->width;
    if (player->height > player->most_height)
        player->most_height = player->height;
}

struct player *player_create(const struct player_order *order, struct err *err)
{
    struct player *player = mem_alloc(1, sizeof *player);
    player->box = order->box;
    player->number = order->number;
    player->open = order->open;
    player->size = order->size;
    player->whole = order->whole;
    player->answer_ms = order->answer_ms > 0 ? order->answer_ms : PLAYER_ANSWER_MS;
    player->speed = fit(order->speed, PLAYER_SPEED_MIN, PLAYER_SPEED_MAX);
    player->base_us = player->anchor_at = order->start_ms * 1000;
    player->stalls = player->fresh = player->hungry = true;
    player->asked_ms = clock_now_ms();
    player->mutex = mutex_create();
    player->room = cond_create();
    player->order = cond_create();
    set_size(player, order->width, order->height);
    player->file = file_open(order->path, FILE_READ, err);
    bool ok = player->file != OS_FILE_NONE && start_helper(player, order, err);
    if (ok) {
        player->ring = mem_alloc(FRAMES_MAX, FRAME_BYTES);
        player->speaker = thread_start(player_speak, player, err);
        player->listener = player->speaker ? thread_start(player_listen, player, err) : NULL;
        ok = player->listener != NULL;
    }
    if (ok)
        return player;
    player_destroy(player);
    return NULL;
}

void player_destroy(struct player *player)
{
    if (!player)
        return;
    mutex_lock(player->mutex);
    player->ending = true;
    cond_signal(player->room);
    cond_signal(player->order);
    mutex_unlock(player->mutex);
    if (player->child)
        spawn_kill(player->child); /* whoever reads from it or writes to it is woken by that */
    thread_join(player->listener);
    thread_join(player->speaker);
    if (player->child)
        spawn_finish(player->child);
    file_close(player->file);
    player_flush(player);
    mem_free(player->coming.pixels);
    mem_free(player->ring);
    cond_destroy(player->room);
    cond_destroy(player->order);
    mutex_destroy(player->mutex);
    mem_free(player);
}

void player_have(struct player *player, const struct player_range *ranges, size_t count, bool whole)
{
    mutex_lock(player->mutex);
    player->range_count = count < PLAYER_RANGES_MAX ? count : PLAYER_RANGES_MAX;
    if (player->range_count > 0)
        memcpy(player->ranges, ranges, player->range_count * sizeof *ranges);
    player->whole = player->whole || whole;
    player->asked_ms = clock_now_ms();
    cond_signal(player->order);
    mutex_unlock(player->mutex);
}

static void seek(struct player *player, int64_t ms)
{
    if (ms < 0)
        ms = 0;
    if (ms > DURATION_MAX_MS)
        ms = DURATION_MAX_MS;
    player_flush(player);
    player->serial++;
    player->ended = player->sound_gone = player->anchored = false;
    if (player->facts)
        player->need.size = 0; /* the seek ends the wait for it */
    player->stalls = player->fresh = player->hungry = true;
    player->base_us = player->pulled_us = ms * 1000;
    set_clock(player, player->base_us, clock_now_us());
    player->want_seek = true;
    player->seek_ms = ms;
    player->asked_ms = clock_now_ms();
    cond_signal(player->room);
    cond_signal(player->order);
}

void player_seek(struct player *player, int64_t ms)
{
    mutex_lock(player->mutex);
    seek(player, ms);
    mutex_unlock(player->mutex);
}

static int64_t position_us(const struct player *player, int delay_ms, int64_t now_us)
{
    const int64_t at = clock_at(player, now_us) - scaled(player, (int64_t)delay_ms * 1000);
    return at > player->base_us ? at : player->base_us;
}

/* What was decoded at the old speed goes, so that the new one is heard at once. */
void player_speed(struct player *player, int percent)
{
    percent = fit(percent, PLAYER_SPEED_MIN, PLAYER_SPEED_MAX);
    mutex_lock(player->mutex);
    if (percent != player->speed) {
        const int64_t at_us = position_us(player, 0, clock_now_us());
        player->speed = percent;
        player->want_speed = true;
        seek(player, at_us / 1000);
    }
    mutex_unlock(player->mutex);
}

void player_show(struct player *player, int width, int height)
{
    mutex_lock(player->mutex);
    const int before_width = player->width, before_height = player->height;
    set_size(player, width, height);
    if (player->width != before_width || player->height != before_height) {
        player->want_show = true;
        /* While nobody looked and nothing was to be heard, it went on without its helper. */
        if (before_width == 0 && player->film && !player->has_sound)
            seek(player, position_us(player, 0, clock_now_us()) / 1000);
        cond_signal(player->room);
        cond_signal(player->order);
    }
    mutex_unlock(player->mutex);
}

void player_run(struct player *player, enum player_run how)
{
    mutex_lock(player->mutex);
    const int64_t now_us = clock_now_us();
    if (player->how != how) {
        set_clock(player, clock_at(player, now_us), now_us);
        player->how = how;
        if (how == PLAYER_BY_SOUND && player->ring_count > 0)
            player->anchored = false;        /* from the first pull on */
        player->base_us = player->anchor_at; /* never back behind it */
        player->pulled_us = player->anchor_at;
        player_advance(player, now_us);
    }
    cond_signal(player->room);
    mutex_unlock(player->mutex);
}

int64_t player_position_ms(const struct player *player, int delay_ms)
{
    mutex_lock(player->mutex);
    const int64_t at_us = position_us(player, delay_ms, clock_now_us());
    mutex_unlock(player->mutex);
    return at_us / 1000;
}

static struct shot take_shot(struct player *player, size_t at)
{
    struct shot shot = player->shots[at];
    for (size_t i = 0; i < at; i++)
        mem_free(player->shots[i].pixels);
    for (size_t i = 0; i <= at; i++)
        player->shot_bytes -=
            (uint64_t)player->shots[i].width * (uint64_t)player->shots[i].height * 4;
    player->shot_count -= at + 1;
    player->crowded = false;
    memmove(player->shots, player->shots + at + 1, player->shot_count * sizeof *player->shots);
    cond_signal(player->room);
    return shot;
}

uint8_t *player_frame(struct player *player, int delay_ms, int *width, int *height, int *next_ms)
{
    struct shot shot = {0};
    mutex_lock(player->mutex);
    const int64_t now_us = clock_now_us();
    player_advance(player, now_us);
    const int64_t at_us = position_us(player, delay_ms, now_us);
    const bool runs = player->how != PLAYER_STANDS && !player->stalls && player->anchored;
    size_t due = 0;
    while (runs && due < player->shot_count && player->shots[due].time_us <= at_us)
        due++;
    if (due == 0 && player->fresh && player->shot_count > 0)
        due = 1;
    if (due > 0) {
        shot = take_shot(player, due - 1);
        player->stats.late += due - 1;
        player->fresh = false;
    }
    *next_ms = -1;
    if (runs && player->shot_count > 0) {
        const int64_t left_us = (player->shots[0].time_us - at_us) * 100 / player->speed;
        *next_ms = left_us > 1000 ? (int)(left_us / 1000 < 1000 ? left_us / 1000 : 1000) : 1;
    }
    player->hungry = player->hungry || *next_ms < 0;
    mutex_unlock(player->mutex);
    *width = shot.width;
    *height = shot.height;
    return shot.pixels;
}

bool player_is_dry(const struct player *player)
{
    mutex_lock(player->mutex);
    const bool dry = player->how != PLAYER_STANDS && player->stalls && !player->failed;
    mutex_unlock(player->mutex);
    return dry;
}

bool player_waits_for_bytes(const struct player *player)
{
    mutex_lock(player->mutex);
    const bool waits = player->need.size > 0 && player->need.told;
    mutex_unlock(player->mutex);
    return waits;
}

bool player_is_over(const struct player *player, int delay_ms)
{
    mutex_lock(player->mutex);
    const int64_t since_us = clock_now_us() - player->pulled_at;
    const bool over = player->ended && player->ring_count == 0 && player->shot_count == 0 &&
                      since_us >= (int64_t)delay_ms * 1000;
    mutex_unlock(player->mutex);
    return over;
}

struct player_stats player_stats(const struct player *player)
{
    mutex_lock(player->mutex);
    const struct player_stats stats = player->stats;
    mutex_unlock(player->mutex);
    return stats;
}
