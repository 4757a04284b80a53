/* viewer.c - one picture or film over everything: what is there, and the keys. Put away by Escape or a click beside it. */
#include "client/ui/views/viewer_inside.h"

#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/film.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define HEAD_H 62.0f
#define GAP 18.0f         /* the mock's, above and below the picture */
#define STRIP_BELOW 62.0f /* from the strip's bottom to the window's */
#define STRIP_BELOW_LOW 18.0f
#define LOW_H 560.0f     /* lower windows have less to give away */
#define NOTE_ALPHA 0.65f /* the second line, in either theme */
#define FIT 0.95f        /* UX.md: of the room there is */

struct viewer *viewer_create(void)
{
    return mem_alloc(1, sizeof(struct viewer));
}

void viewer_destroy(struct viewer *viewer)
{
    if (!viewer)
        return;
    mem_free(viewer->seqs);
    mem_free(viewer); /* the turned pictures go with the draw list's others */
}

void viewer_open(struct views *views, uint64_t seq, bool full)
{
    views->viewer_seq = seq;
    views->viewer->full = views->viewer->alone = full;
    views->viewer->moved_ms = ui_now_ms(views->ui);
    ui_again(views->ui);
}

void viewer_turn_screen(struct views *views)
{
    struct window *window = ui_window(views->ui);
    if (!window)
        return;
    if (!window_is_fullscreen(window))
        views->viewer->full = true;
    window_set_fullscreen(window, !window_is_fullscreen(window));
}

static bool is_fullscreen(const struct views *views)
{
    return ui_window(views->ui) && window_is_fullscreen(ui_window(views->ui));
}

static void forget_turned(struct views *views)
{
    struct viewer *viewer = views->viewer;
    for (size_t i = 0; i < sizeof viewer->turned / sizeof *viewer->turned; i++) {
        draw_image_destroy(ui_draw(views->ui), viewer->turned[i].image);
        viewer->turned[i] = (struct turned){0};
    }
}

/* What comes next is a new beginning. */
static void close(struct views *views)
{
    struct viewer *viewer = views->viewer;
    views->viewer_seq = viewer->seq = 0;
    viewer->full = false;
    if (is_fullscreen(views))
        window_set_fullscreen(ui_window(views->ui), false);
    forget_turned(views);
    action_drop_detail(views->app);
    ui_focus(views->ui, viewer->alone ? viewer->focus : ui_id_of(views->ui, "message"));
    viewer->alone = false;
    ui_again(views->ui);
}

/* Another one is looked at than in the pass before. */
static void follow(struct views *views, struct room *room, struct message *message)
{
    struct viewer *viewer = views->viewer;
    if (viewer->seq == views->viewer_seq)
        return;
    if (viewer->seq == 0 && film_is_shown(message) && !film_playback(views, room, message)) {
        action_play(views->app, room, message); /* who opens a film wants to see it */
        views->film.begun = true;
    }
    if (viewer->seq == 0) {
        viewer->moved_ms = ui_now_ms(views->ui);
        viewer->focus = ui_focused(views->ui);
        ui_focus(views->ui, 0);
    }
    viewer->seq = views->viewer_seq;
    viewer_reset_picture(views);
    forget_turned(views);
    action_drop_detail(views->app);
}

static void go(struct views *views, int by)
{
    const uint64_t to = viewer_neighbour(views->viewer, by);
    struct room *room = views_room(views);
    if (to) {
        views->viewer_seq = to;
        views->viewer->alone = false;
        ui_again(views->ui);
    } else if (by < 0 && room && !room->history_complete) {
        action_load_history(views->app, room); /* there may be more before */
    }
}

/* ---- the head ---- */

/* White, for what lies below is dark in either theme. */
static bool tool(struct ui *ui, ui_id id, struct rect *head, enum icon icon, const char *label)
{
    const int side = dp(ui, SP_6);
    struct rect r = rect_middle(rect_cut_right(head, side), side);
    const bool pressed = ui_icon_button(ui, id, r, ICON_NONE, label, 0);
    ui_icon(ui, r, icon, ICON_LG, ROLE_ON_MEDIA);
    return pressed;
}

static void tools(struct views *views, struct rect *r, struct room *room, struct message *message)
{
    struct ui *ui = views->ui;
    const bool film = !picture_is_shown(message);
    if (tool(ui, ui_id_of(ui, "close"), r, ICON_X, lang("Close")))
        close(views);
    if (message->file->state == FILE_COMPLETE && !message->file->transfer.saved_path &&
        tool(ui, ui_id_of(ui, "save"), r, ICON_DOWN, lang("Save")))
        action_fetch(views->app, room, message, true);
    if (message_can_be_answered(message) &&
        tool(ui, ui_id_of(ui, "viewer reply"), r, ICON_REPLY, lang("Reply"))) {
        views_begin_reply(views, message);
        close(views);
        return;
    }
    if (film || r->w < dp(ui, 260))
        return;
    if (tool(ui, ui_id_of(ui, "viewer copy"), r, ICON_COPY, lang("Copy")))
        viewer_copy(views, room, message);
    if (tool(ui, ui_id_of(ui, "viewer turn"), r, ICON_ROTATE, lang("Turn")))
        viewer_turn_picture(views);
}

static void head_text(const struct message *message, char *text, size_t size)
{
    char bytes[LANG_SIZE_MAX], day[WHEN_SIZE], clock[WHEN_SIZE], length[WHEN_SIZE] = "",
                                                                 shape[48] = "";
    const struct file_part *file = message->file;
    lang_size(file->size, bytes);
    when_day(message->time_ms, day);
    when_clock(message->time_ms, clock);
    if (file->width > 0)
        str_format(shape, sizeof shape, "%d×%d · ", file->width, file->height);
    if (file->duration_ms > 0) {
        char at[PLAYING_TIME];
        playing_time(file->duration_ms, at);
        str_format(length, sizeof length, "%s · ", at);
    }
    str_format(text, size, "%s · %s%s%s · %s %s", file->label, shape, length, bytes, day, clock);
}

static void head(struct views *views, struct rect r, struct room *room, struct message *message,
                 bool over)
{
    struct ui *ui = views->ui;
    char text[LABEL_SIZE + 4 * WHEN_SIZE + LANG_SIZE_MAX];
    if (over)
        ui_fill(ui, r, ROLE_OVER_MEDIA);
    ui_block(ui, ui_id_of(ui, "viewer head"), r);
    rect_cut_left(&r, dp(ui, 20));
    rect_cut_right(&r, dp(ui, 14)); /* the icons are 6 smaller than their buttons on each side */
    ui_avatar(ui, rect_cut_left(&r, dp(ui, SP_6)), message->name);
    rect_cut_left(&r, dp(ui, SP_3));
    head_text(message, text, sizeof text);
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    char name[NAME_SIZE];
    str_copy(name, sizeof name, message->name);
    tools(views, &r, room, message);
    lines.w = r.w;
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), name, TEXT_MD, WEIGHT_SEMIBOLD,
             ROLE_ON_MEDIA, ALIGN_LEFT);
    ui_label_color(ui, lines, text, TEXT_SM, WEIGHT_REGULAR,
                   color_alpha(ui_color(ui, ROLE_ON_MEDIA), NOTE_ALPHA), ALIGN_LEFT);
}

/* ---- keys ---- */

static void keys(struct views *views, struct room *room, struct message *message, bool film,
                 struct rect place)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    if (ui_take_key(ui, 0, KEY_ESCAPE, 0)) {
        if (is_fullscreen(views))
            viewer_turn_screen(views);
        else
            close(views);
        return;
    }
    if (ui_take_key(ui, 0, KEY_F1 + 10, 0))
        viewer_turn_screen(views);
    if (ui_take_key(ui, 0, KEY_CHAR + 'f', 0)) {
        if (viewer->full && viewer->alone) {
            close(views);
            return;
        }
        viewer->full = !viewer->full;
    }
    if (ui_take_key(ui, 0, KEY_CHAR + 's', MOD_CTRL))
        action_fetch(views->app, room, message, true);
    if (ui_take_key(ui, 0, KEY_PAGE_UP, 0))
        go(views, -1);
    if (ui_take_key(ui, 0, KEY_PAGE_DOWN, 0))
        go(views, 1);
    if (film) {
        film_keys(views, room, message, 0, viewer->full);
    } else {
        if (ui_take_key(ui, 0, KEY_CHAR + 'c', MOD_CTRL))
            viewer_copy(views, room, message);
        viewer_picture_keys(views, message,
                            place); /* the arrows, while it is larger than its place */
    }
    if (ui_take_key(ui, 0, ui_key_back(ui), 0))
        go(views, -1);
    if (ui_take_key(ui, 0, ui_key_on(ui), 0))
        go(views, 1);
}

/* ---- the whole ---- */

/* What lies over it is there while the pointer moves, stands on it, or nothing else does. */
static bool is_lit(struct views *views, struct rect head, struct rect strip,
                   const struct playback *playback)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    struct rect focused;
    int x, y;
    ui_pointer(ui, &x, &y);
    if (x != viewer->x || y != viewer->y) {
        viewer->x = x;
        viewer->y = y;
        viewer->moved_ms = ui_now_ms(ui);
    }
    const uint64_t ago_ms = ui_now_ms(ui) - viewer->moved_ms;
    if (ago_ms < VIEWER_LIT_MS) {
        ui_wake_in(ui, (int)(VIEWER_LIT_MS - ago_ms));
        return true;
    }
    return rect_has(head, x, y) || rect_has(strip, x, y) || ui_focus_place(ui, &focused) ||
           views->film.held ||
           (playback && (playback->state == PLAY_PAUSED || playback->state == PLAY_ENDED));
}

static void want_neighbours(struct views *views, struct room *room, struct rect place)
{
    for (int by = -1; by <= 1; by += 2) {
        const uint64_t seq = viewer_neighbour(views->viewer, by);
        struct message *message = seq ? room_find_seq(room, seq) : NULL;
        if (!message || !message->file)
            continue;
        int w, h;
        rect_fit(message->file->width, message->file->height, place.w, place.h, &w, &h);
        action_want_picture(views->app, room, message, w, h);
    }
}

static void draw_film(struct views *views, struct room *room, struct message *message,
                      struct rect whole, struct rect place, bool lit)
{
    struct ui *ui = views->ui;
    const bool full = views->viewer->full;
    const struct rect r =
        full ? whole : film_contain(place, message->file->width, message->file->height);
    const struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "viewer"), whole, "viewer",
                                     message->file->label, UI_QUIET | (lit ? 0u : UI_NO_POINTER));
    ui_note(ui, "viewer", message->file->label, full ? "full" : NULL, r, 0);
    if (full)
        draw_fill(ui_draw(ui), whole, (struct color){0, 0, 0, 255});
    film_view(views, room, message, r, FILM_VIEWER, lit);
    if (hit.clicked && !rect_has(r, hit.x, hit.y))
        views->viewer_seq = 0;
}

/* Whom one looks at a picture of is who wants it, however large it is. */
static void fetch(struct views *views, struct room *room, struct message *message)
{
    if (picture_is_shown(message) && !message->own && !message->file->transfer.path &&
        message->file->transfer.state == TRANSFER_NONE && message->file->state == FILE_COMPLETE)
        action_fetch(views->app, room, message, false);
}

static struct rect strip_of(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const int below = dp(ui, r.h < dp(ui, LOW_H) ? STRIP_BELOW_LOW : STRIP_BELOW);
    return rect_make(r.x + dp(ui, 20), r.y + r.h - below - dp(ui, VIEWER_STRIP_H),
                     r.w > 2 * dp(ui, 20) ? r.w - 2 * dp(ui, 20) : 0, dp(ui, VIEWER_STRIP_H));
}

static void view(struct views *views, struct rect r, struct room *room, struct message *message)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    const bool film = !picture_is_shown(message);
    struct rect rest = r;
    const struct rect top = rect_cut_top(&rest, dp(ui, HEAD_H));
    struct rect strip = strip_of(views, r), place = rest;
    if (viewer->full) {
        place = r;
        strip = (struct rect){0};
    } else if (viewer->count >= 2) {
        place.y += dp(ui, GAP);
        place.h = strip.y - dp(ui, GAP) - place.y;
    } else {
        strip = (struct rect){0};
    }
    if (place.h < 1)
        place.h = 1;
    if (!viewer->full)
        place = rect_center(place, (int)((float)place.w * FIT),
                            viewer->count >= 2 ? place.h : (int)((float)place.h * FIT));
    const struct playback *playback = film ? film_playback(views, room, message) : NULL;
    const bool lit = is_lit(views, top, strip, playback);
    ui_block(ui, ui_id_of(ui, "viewer ground"), r);
    ui_fill(ui, r, ROLE_VIEWER);
    if (film)
        draw_film(views, room, message, r, place, lit);
    else
        viewer_picture(views, room, message, r, place, lit);
    const float alpha = ui_animate(ui, ui_id_of(ui, "viewer lit"), lit);
    const bool over = viewer->full || (!film && viewer_is_zoomed(views, message, place));
    keys(views, room, message, film, place);
    if (alpha <= 0 || !views->viewer_seq)
        return;
    draw_push_alpha(ui_draw(ui), alpha);
    if (!rect_is_empty(strip))
        viewer_strip(views, strip, room);
    head(views, top, room, message, over);
    draw_pop_alpha(ui_draw(ui));
}

void viewer_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct room *room = views_room(views);
    struct message *message =
        room && views->viewer_seq ? room_find_seq(room, views->viewer_seq) : NULL;
    /* deleted while one looks at it, or its file turned out to be no picture */
    if (!message || !media_is_shown(message)) {
        if (views->viewer->seq || views->viewer_seq)
            close(views);
        return;
    }
    viewer_gather(views, room);
    follow(views, room, message);
    draw_push_layer(ui_draw(ui), 1);
    fetch(views, room, message);
    viewer_go_on_copying(views, room, message);
    view(views, r, room, message);
    want_neighbours(views, room, r);
    draw_pop_layer(ui_draw(ui));
    if (!views->viewer_seq && views->viewer->seq)
        close(views);
}
