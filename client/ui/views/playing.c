#include "client/ui/views/playing.h"

#include "client/ui/lang.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define WAIT_SHOWN_MS 150 /* what begins at once does not flash */
#define FRAME_MS 16
#define VOLUME_STEP 10
#define HEARD_MAX 512 /* the oldest are forgotten */
#define TIP_LAYER 2

struct heard {
    char room[NAME_SIZE];
    uint64_t seq;
};

struct playing {
    struct heard now;      /* which one plays, as of the pass before */
    enum play_state state; /* and since when */
    uint64_t since_ms;
    bool seen, was_seen; /* in this pass, and before it */
    bool bar;            /* was there in the pass before */
    struct heard heard[HEARD_MAX];
    size_t heard_count;
};

struct playing *playing_create(void)
{
    return mem_alloc(1, sizeof(struct playing));
}

void playing_destroy(struct playing *playing)
{
    mem_free(playing);
}

static const struct playback *playback(const struct views *views)
{
    return &views->model->playback;
}

/* ---- what is known ---- */

bool playing_is(const struct views *views, const struct room *room, const struct message *message)
{
    const struct playback *now = playback(views);
    return now->state != PLAY_NONE && message->seq != 0 && now->seq == message->seq &&
           name_equal(now->room, room->name);
}

bool playing_is_on(const struct views *views)
{
    const enum play_state state = playback(views)->state;
    return state == PLAY_OPENING || state == PLAY_PLAYING || state == PLAY_WAITING;
}

bool playing_waits(const struct views *views)
{
    const struct playing *playing = views->playing;
    if (playing->state != PLAY_OPENING && playing->state != PLAY_WAITING)
        return false;
    const uint64_t past = ui_now_ms(views->ui) - playing->since_ms;
    if (past >= WAIT_SHOWN_MS)
        return true;
    ui_wake_in(views->ui, (int)(WAIT_SHOWN_MS - past));
    return false;
}

int64_t playing_length_ms(const struct views *views, const struct room *room,
                          const struct message *message)
{
    const bool here = playing_is(views, room, message);
    return here && playback(views)->duration_ms > 0 ? playback(views)->duration_ms
                                                    : message->file->duration_ms;
}

float playing_at(const struct views *views, const struct room *room, const struct message *message)
{
    const int64_t length_ms = playing_length_ms(views, room, message);
    if (!playing_is(views, room, message) || length_ms <= 0)
        return 0;
    const double at = (double)playback(views)->position_ms / (double)length_ms;
    return at < 0 ? 0 : at > 1 ? 1 : (float)at;
}

void playing_time(int64_t ms, char out[PLAYING_TIME])
{
    const int64_t s = ms > 0 ? ms / 1000 : 0;
    if (s < 3600)
        str_format(out, PLAYING_TIME, "%d:%02d", (int)(s / 60), (int)(s % 60));
    else
        str_format(out, PLAYING_TIME, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
                   (int)(s % 60));
}

void playing_times(const struct views *views, const struct room *room,
                   const struct message *message, char *out, size_t size)
{
    char at[PLAYING_TIME], length[PLAYING_TIME];
    const int64_t length_ms = playing_length_ms(views, room, message);
    /* to the nearest second, but no sound is none long */
    playing_time(length_ms < 1000 ? 1000 : length_ms + 500, length);
    if (length_ms <= 0)
        length[0] = '\0';
    playing_time(playback(views)->position_ms, at);
    if (!playing_is(views, room, message))
        str_copy(out, size, length);
    else if (!length[0])
        str_copy(out, size, at);
    else
        str_format(out, size, "%s / %s", at, length);
}

static const struct {
    int percent;
    const char *text;
} speeds[] = {{100, LANG_KEY("1×")},
              {150, LANG_KEY("1.5×")},
              {200, LANG_KEY("2×")},
              {50, LANG_KEY("0.5×")}}; /* UX.md: in this order, round and round */
#define SPEED_COUNT (sizeof speeds / sizeof *speeds)

static size_t speed_index(const struct views *views)
{
    for (size_t i = 0; i < SPEED_COUNT; i++)
        if (speeds[i].percent == playback(views)->speed)
            return i;
    return 0;
}

const char *playing_speed(const struct views *views)
{
    return lang(speeds[speed_index(views)].text);
}

void playing_next_speed(struct views *views)
{
    action_set_speed(views->app, speeds[(speed_index(views) + 1) % SPEED_COUNT].percent);
}

const char *playing_name(const struct message *message)
{
    return message->file->voice                              ? lang("Voice message")
           : message->file->title && message->file->title[0] ? message->file->title
                                                             : message->file->label;
}

/* ---- what a person does ---- */

void playing_toggle(struct views *views, struct room *room, struct message *message)
{
    const enum play_state state = playback(views)->state;
    if (!playing_is(views, room, message) || state == PLAY_ENDED || state == PLAY_FAILED)
        action_play(views->app, room, message);
    else
        action_pause(views->app, state != PLAY_PAUSED);
}

void playing_seek(struct views *views, struct room *room, struct message *message, float at)
{
    const int64_t length_ms = playing_length_ms(views, room, message);
    const enum play_state state = playback(views)->state;
    if (!playing_is(views, room, message) || state == PLAY_ENDED || state == PLAY_FAILED)
        action_play(views->app, room, message);
    if (length_ms > 0)
        action_seek(views->app, (int64_t)((double)length_ms * (double)at + 0.5));
}

static void seek_by(struct views *views, int64_t ms)
{
    const struct playback *now = playback(views);
    int64_t to = now->position_ms + ms;
    if (now->duration_ms > 0 && to > now->duration_ms)
        to = now->duration_ms;
    action_seek(views->app, to < 0 ? 0 : to);
}

static void volume_by(struct views *views, int percent)
{
    const int to = playback(views)->volume + percent;
    action_set_volume(views->app, to < 0 ? 0 : to > 100 ? 100 : to, false);
}

void playing_keys(struct views *views, struct room *room, struct message *message, ui_id id)
{
    struct ui *ui = views->ui;
    if (ui_focused(ui) != id || !message->seq)
        return;
    if (ui_take_key(ui, id, KEY_SPACE, 0))
        playing_toggle(views, room, message);
    if (!playing_is(views, room, message))
        return;
    if (ui_take_key(ui, id, ui_key_back(ui), 0))
        seek_by(views, -PLAYING_STEP_MS);
    if (ui_take_key(ui, id, ui_key_on(ui), 0))
        seek_by(views, PLAYING_STEP_MS);
    if (ui_take_key(ui, id, KEY_UP, 0))
        volume_by(views, VOLUME_STEP);
    if (ui_take_key(ui, id, KEY_DOWN, 0))
        volume_by(views, -VOLUME_STEP);
    if (ui_take_key(ui, id, KEY_CHAR + 'm', 0))
        action_set_volume(views->app, playback(views)->volume, !playback(views)->quiet);
}

/* ---- on the screen ---- */

void playing_wake(struct views *views, int width)
{
    const struct playback *now = playback(views);
    if (now->state != PLAY_PLAYING)
        return;
    const int64_t speed = now->speed > 0 ? now->speed : 100;
    int64_t ms = 1000 - now->position_ms % 1000;
    if (now->duration_ms > 0 && width > 0) { /* the line's next pixel */
        const int64_t px = now->position_ms * width / now->duration_ms + 1;
        const int64_t then = (px * now->duration_ms + width - 1) / width - now->position_ms;
        ms = then < ms ? then : ms;
    }
    ms = ms * 100 / speed;
    ui_wake_in(views->ui, ms < FRAME_MS ? FRAME_MS : (int)ms);
}

void playing_tip(struct views *views, struct rect r, int x, int64_t length_ms)
{
    struct ui *ui = views->ui;
    char text[PLAYING_TIME];
    if (length_ms <= 0 || r.w <= 0)
        return;
    x = x < r.x ? r.x : x > r.x + r.w ? r.x + r.w : x;
    playing_time(length_ms * (x - r.x) / r.w, text);
    const int w = ui_label_width(ui, text, TEXT_XS, WEIGHT_MEDIUM) + 2 * dp(ui, SP_2),
              h = ui_line_height(ui, TEXT_XS) + dp(ui, SP_1);
    struct rect box = rect_make(x - w / 2, r.y - h - dp(ui, 2), w, h);
    const struct rect all = ui_rect(ui);
    box.x = box.x + w > all.w ? all.w - w : box.x;
    box.x = box.x < 0 ? 0 : box.x;
    box.y = box.y < 0 ? r.y + r.h + dp(ui, 2) : box.y;
    draw_push_layer(ui_draw(ui), TIP_LAYER);
    ui_round(ui, box, RADIUS_FULL, ROLE_RAISED);
    ui_border(ui, box, RADIUS_FULL, ROLE_LINE);
    ui_label(ui, box, text, TEXT_XS, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTER);
    ui_note(ui, "time", text, NULL, box, 0);
    draw_pop_layer(ui_draw(ui));
}

/* ---- heard or not ---- */

static bool was_heard(const struct playing *playing, const char *room, uint64_t seq)
{
    const size_t count =
        playing->heard_count < HEARD_MAX ? playing->heard_count : (size_t)HEARD_MAX;
    for (size_t i = 0; i < count; i++)
        if (playing->heard[i].seq == seq && name_equal(playing->heard[i].room, room))
            return true;
    return false;
}

bool playing_is_new(const struct views *views, const struct room *room,
                    const struct message *message)
{
    return message->file->voice && !message->own && !message->history && message->seq &&
           !was_heard(views->playing, room->name, message->seq);
}

/* ---- in sight or not ---- */

static bool has_bar(const struct views *views)
{
    const enum play_state state = playback(views)->state;
    return !views->playing->was_seen && (state == PLAY_OPENING || state == PLAY_PLAYING ||
                                         state == PLAY_WAITING || state == PLAY_PAUSED);
}

int playing_bar_height(const struct views *views)
{
    return has_bar(views) ? dp(views->ui, PLAYING_BAR_H) : 0;
}

void playing_seen(struct views *views)
{
    views->playing->seen = true;
}

void playing_begin(struct views *views)
{
    struct playing *playing = views->playing;
    const struct playback *now = playback(views);
    const bool other = now->seq != playing->now.seq || !str_equal(now->room, playing->now.room);
    playing->seen = false;
    if (other) { /* where one has just clicked, most likely */
        playing->was_seen = true;
        playing->now.seq = now->seq;
        str_copy(playing->now.room, sizeof playing->now.room, now->room);
    }
    if (other || now->state != playing->state)
        playing->since_ms = ui_now_ms(views->ui);
    playing->state = now->state;
    if (now->state != PLAY_PLAYING || was_heard(playing, now->room, now->seq))
        return;
    playing->heard[playing->heard_count++ % HEARD_MAX] = playing->now;
}

void playing_end(struct views *views, struct list *list)
{
    struct playing *playing = views->playing;
    const int before = playing_bar_height(views);
    playing->was_seen = playing->seen;
    const int by = playing_bar_height(views) - before;
    if (by == 0)
        return;
    list_top_moved(list, by);
    ui_again(views->ui);
}
