/* timeline.c - a room's messages in a list: days, who came and went, what is new; scrolling, history, jumps, what is unread. */
#include <limits.h>
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/views/rows.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define ESTIMATE_H 60.0f
#define DAY_MORE_H 26.0f /* around the words: the pill and its margins */
#define NEW_MORE_H 16.0f
#define SERVICE_MORE_H 12.0f
#define NOTICE_MORE_H 12.0f
#define HISTORY_SCREENS 2   /* load older ones when the top is nearer than that */
#define FAB_AFTER_DP 480.0f /* UX.md: the way down is offered from here on */
#define NEW_PILL_H 36.0f
#define NEW_MAX 999          /* more are not counted */
#define READ_AFTER_MS 1000   /* UX.md: seen so long, with the window focused */
#define FLOATING_DAY_MS 1000 /* UX.md: the day stays so long after one has scrolled */
#define FLASH_MS 1200        /* UX.md: what was jumped to shines so long ... */
#define FLASH_FADE_MS 400    /* ... and fades at the end of it */
#define FRAME_MS 16

/* ---- what the list asks ---- */

struct context {
    struct views *views;
    struct room *room;
    struct room_place *place;
    struct rows rows;
    struct rect view;  /* the list's place on the screen */
    float floating;    /* how far the day of what is in sight is there, above everything */
    int day_y;         /* of the topmost day in sight that is not above the edge; INT_MAX: none */
    bool day_is_first; /* it belongs to the first row */
};

static int day_height(const struct ui *ui)
{
    return ui_line_height(ui, TEXT_XS) + dp(ui, DAY_MORE_H);
}

static int new_height(const struct ui *ui)
{
    return ui_line_height(ui, TEXT_XS) + dp(ui, NEW_MORE_H);
}

static const struct text_layout *notice_layout(struct ui *ui, const char *text, int width)
{
    int most = width - 2 * dp(ui, SP_5);
    most = most < dp(ui, BUBBLE_MAX_W) ? most : dp(ui, BUBBLE_MAX_W);
    return ui_layout(ui, text, strlen(text), TEXT_SM, WEIGHT_REGULAR, most > 1 ? most : 1, 0);
}

static int notice_height(struct ui *ui, const char *text, int width)
{
    return text_layout_height(notice_layout(ui, text, width)) + dp(ui, NOTICE_MORE_H);
}

/* The message itself, without what stands above and below it in its row. */
static int body_height(const struct context *context, struct ui *ui, size_t index,
                       const struct row *row, int width)
{
    const struct message *message = context->room->messages[index];
    if (row->hidden)
        return 0;
    if (rows_is_service(message))
        return ui_line_height(ui, TEXT_SM) + dp(ui, SERVICE_MORE_H);
    return bubble_measure(context->views, context->room, message, row, width);
}

static int row_measure(void *opaque, struct ui *ui, size_t index, int width)
{
    const struct context *context = opaque;
    const struct row row = rows_look(&context->rows, index);
    int h = body_height(context, ui, index, &row, width);
    h += row.day ? day_height(ui) : 0;
    h += row.new_line ? new_height(ui) : 0;
    for (size_t i = row.notice; i < row.notice_end; i++)
        h += notice_height(ui, context->place->notices[i].text, width);
    return h;
}

static int row_lead(void *opaque, struct ui *ui, size_t index, int width)
{
    const struct context *context = opaque;
    const struct row row = rows_look(&context->rows, index);
    const struct message *message = context->room->messages[index];
    (void)width;
    return (row.day ? day_height(ui) : 0) + (row.new_line ? new_height(ui) : 0) +
           (rows_is_service(message) ? 0 : bubble_lead(ui, message, &row));
}

/* ---- a row ---- */

static void draw_notice(struct ui *ui, const char *text, struct rect r)
{
    const struct text_layout *layout = notice_layout(ui, text, r.w);
    struct rect box = rect_center(r, text_layout_width(layout), text_layout_height(layout));
    ui_paragraph(ui, 0, layout, text, strlen(text), box.x, box.y, ui_color(ui, ROLE_TEXT_2));
}

static void draw_new_line(struct ui *ui, struct rect r)
{
    const char *text = lang("New messages");
    const int w = ui_label_width(ui, text, TEXT_XS, WEIGHT_SEMIBOLD), gap = dp(ui, 10);
    struct rect in = rect_pad(r, dp(ui, SP_5), 0);
    struct rect label = rect_center(in, w, r.h);
    struct rect line = rect_middle(in, dp(ui, 1));
    ui_fill(ui, rect_make(line.x, line.y, label.x - gap - line.x, line.h), ROLE_UNREAD_LINE);
    ui_fill(ui, rect_make(label.x + w + gap, line.y, line.x + line.w - label.x - w - gap, line.h),
            ROLE_UNREAD_LINE);
    ui_label(ui, label, text, TEXT_XS, WEIGHT_SEMIBOLD, ROLE_ERR, ALIGN_CENTER);
}

/* The same day floats over it while one scrolls: it is not there twice. */
static void draw_day(struct context *context, struct ui *ui, const struct message *message,
                     struct rect r, bool first)
{
    char text[WHEN_SIZE];
    const bool covered = r.y < context->view.y && context->floating > 0;
    if (r.y >= context->view.y && r.y < context->day_y) {
        context->day_y = r.y;
        context->day_is_first = first;
    }
    when_day(rows_time(message), text);
    draw_push_alpha(ui_draw(ui), covered ? 1 - context->floating : 1);
    if (!covered || context->floating < 1)
        ui_pill(ui, r, text, ROLE_RAISED, ROLE_TEXT_2, ALIGN_CENTER);
    draw_pop_alpha(ui_draw(ui));
}

/* Those who came and went: one line for all, which opens; the lines of an open run close it. */
static void draw_service(struct context *context, struct ui *ui, size_t index,
                         const struct row *row, struct rect r)
{
    char text[2 * NAME_SIZE + 128];
    const bool opened = rows_is_opened(&context->rows, index), many = row->last > index;
    enum role role = ROLE_TEXT_3;
    rows_service_text(context->room, index, row->last, text, sizeof text);
    r = rect_pad(r, dp(ui, SP_5), 0);
    if (many || opened) {
        const int w = ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR) + 2 * dp(ui, SP_2);
        struct rect at = rect_center(r, w < r.w ? w : r.w, r.h - dp(ui, SP_1));
        struct ui_hit hit =
            ui_hit(ui, ui_id_num(ui, "service", context->room->messages[index]->seq), at, "button",
                   text, UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
        role = hit.hovered ? ROLE_TEXT_2 : ROLE_TEXT_3;
        if (hit.focus_visible)
            ui_focus_ring(ui, at, RADIUS_SM);
        if (hit.clicked && opened)
            rows_close(context->place, context->room, index);
        else if (hit.clicked)
            rows_open(context->place, context->room, index, row->last);
        if (hit.clicked)
            ui_again(ui);
    }
    ui_label(ui, r, text, TEXT_SM, WEIGHT_REGULAR, role, ALIGN_CENTER);
}

static void draw_flash(struct context *context, struct ui *ui, struct rect r)
{
    const uint64_t past = ui_now_ms(ui) - context->place->flash_ms;
    if (past >= FLASH_MS) {
        context->place->flash_seq = 0;
        return;
    }
    const uint64_t left = FLASH_MS - past;
    const bool fades = left < FLASH_FADE_MS && ui_motion(ui);
    draw_push_alpha(ui_draw(ui), fades ? (float)left / FLASH_FADE_MS : 1);
    ui_fill(ui, r, ROLE_SELECTED);
    draw_pop_alpha(ui_draw(ui));
    ui_note(ui, "flash", NULL, NULL, r, 0);
    ui_wake_in(ui, fades ? FRAME_MS : (int)(left > FLASH_FADE_MS ? left - FLASH_FADE_MS : left));
}

/* What was jumped to is in this row. */
static bool flashes(const struct context *context, const struct row *row)
{
    for (size_t i = row->first; i <= row->last; i++)
        if (context->room->messages[i]->seq == context->place->flash_seq)
            return true;
    return false;
}

static void row_draw(void *opaque, struct ui *ui, size_t index, struct rect r)
{
    struct context *context = opaque;
    const struct row row = rows_look(&context->rows, index);
    struct message *message = context->room->messages[index];
    if (row.day)
        draw_day(context, ui, message, rect_cut_top(&r, day_height(ui)),
                 index == list_first_row(context->place->list));
    if (row.new_line)
        draw_new_line(ui, rect_cut_top(&r, new_height(ui)));
    const int h = body_height(context, ui, index, &row, r.w);
    struct rect body = rect_make(r.x, r.y, r.w, h);
    if (context->place->flash_seq && !row.hidden && flashes(context, &row))
        draw_flash(context, ui, body);
    if (!row.hidden && rows_is_service(message))
        draw_service(context, ui, index, &row, body);
    else if (!row.hidden)
        bubble_draw(context->views, context->room, message, &row, body);
    int y = r.y + h;
    for (size_t i = row.notice; i < row.notice_end; i++) {
        const char *text = context->place->notices[i].text;
        const int notice_h = notice_height(ui, text, r.w);
        draw_notice(ui, text, rect_make(r.x, y, r.w, notice_h));
        y += notice_h;
    }
}

/* ---- around the list ---- */

static void empty(struct views *views, struct rect r, const struct room *room)
{
    struct ui *ui = views->ui;
    char text[NAME_SIZE + 64];
    struct rect box = rect_center(r, r.w, dp(ui, 110));
    ui_icon(ui, rect_cut_top(&box, dp(ui, 52)),
            room->kind == ROOM_DIRECT    ? ICON_CHAT
            : room->kind == ROOM_PRIVATE ? ICON_LOCK
                                         : ICON_HASH,
            40, ROLE_TEXT_3);
    LANG_TEXT(text, sizeof text,
              room->kind == ROOM_DIRECT ? LANG_KEY("Nothing was said to {1} yet")
                                        : LANG_KEY("Nothing was said in {1} yet"),
              room_title(room));
    ui_label(ui, rect_cut_top(&box, dp(ui, 28)), text, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_CENTER);
    ui_label(ui, rect_cut_top(&box, dp(ui, 24)),
             lang("Write something, or drop a file on the window."), TEXT_MD, WEIGHT_REGULAR,
             ROLE_TEXT_2, ALIGN_CENTER);
}

/* The day of what is in sight stays at the top edge while one scrolls; the next day's pushes it out. */
static void floating_day(struct context *context)
{
    struct ui *ui = context->views->ui;
    const struct rect r = context->view;
    const size_t first = list_first_row(context->place->list);
    const int h = day_height(ui);
    if (context->floating <= 0 || first >= context->room->message_count ||
        (context->day_is_first && context->day_y < r.y + r.h))
        return;
    char text[WHEN_SIZE];
    when_day(rows_time(context->room->messages[first]), text);
    const int y = context->day_y < r.y + h ? context->day_y - h : r.y;
    draw_push_clip(ui_draw(ui), r);
    draw_push_alpha(ui_draw(ui), context->floating);
    const struct rect pill =
        ui_pill(ui, rect_make(r.x, y, r.w, h), text, ROLE_RAISED, ROLE_TEXT_2, ALIGN_CENTER);
    ui_note(ui, "floating", text, NULL, pill, 0);
    draw_pop_alpha(ui_draw(ui));
    draw_pop_clip(ui_draw(ui));
}

/* How far it is there. */
static float floats(struct ui *ui, const struct list *list)
{
    const uint64_t at = list_scrolled_ms(list), past = ui_now_ms(ui) - at;
    const bool on = at != 0 && past < FLOATING_DAY_MS && list_px_above(list) > 0;
    if (on)
        ui_wake_in(ui, (int)(FLOATING_DAY_MS - past));
    return ui_animate(ui, ui_id_of(ui, "floating day"), on);
}

static uint64_t newest_seq(const struct room *room)
{
    const size_t settled = room->message_count - room->pending_count;
    return settled ? room->messages[settled - 1]->seq : 0;
}

/* What came after `after`, NEW_MAX at most. */
static int below_count(const struct room *room, uint64_t after)
{
    int count = 0;
    for (size_t i = room->message_count; i-- > 0 && count < NEW_MAX;) {
        const struct message *message = room->messages[i];
        if (message->seq && message->seq <= after)
            break;
        count += message->seq && !message->own && !message->deleted && !rows_is_service(message);
    }
    return count;
}

/* What was at the bottom for a second, with the window in front, has been read. */
static void mark_read(struct views *views, struct room *room, const struct room_place *place)
{
    struct ui *ui = views->ui;
    int64_t *since_ms = ui_state(ui, ui_id_of(ui, "read"), sizeof *since_ms);
    const uint64_t newest = newest_seq(room);
    if (room->read_seq >= newest || !ui_has_keyboard(ui) || !list_is_at_bottom(place->list)) {
        *since_ms = 0;
        return;
    }
    const int64_t now_ms = clock_now_ms();
    if (*since_ms == 0)
        *since_ms = now_ms;
    if (now_ms - *since_ms >= READ_AFTER_MS)
        action_mark_read(views->app, room, newest);
    else
        ui_wake_in(ui, (int)(READ_AFTER_MS - (now_ms - *since_ms)));
}

static bool new_pill(struct ui *ui, ui_id id, struct rect r, int count)
{
    char text[64];
    if (count >= NEW_MAX)
        str_copy(text, sizeof text, lang("999+ new"));
    else
        lang_count(text, sizeof text, (uint64_t)count, "{1} new", "{1} new");
    const int pad = dp(ui, SP_4), icon = dp(ui, ICON_MD), gap = dp(ui, 6);
    const int h = dp(ui, NEW_PILL_H), right = r.x + r.w;
    r.w = 2 * pad + icon + gap + ui_label_width(ui, text, TEXT_SM, WEIGHT_SEMIBOLD);
    r = rect_make(right - r.w, r.y + r.h - h, r.w, h);
    struct ui_hit hit =
        ui_hit(ui, id, r, "button", lang("To the newest"), UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    ui_note_value(ui, text);
    draw_shadow(ui_draw(ui), r, dpf(ui, RADIUS_FULL), dpf(ui, 28), dp(ui, 8),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, r, RADIUS_FULL, hit.hovered ? ROLE_ACCENT_2 : ROLE_ACCENT);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    struct rect in = rect_pad(r, pad, 0);
    ui_icon(ui, rect_cut_left(&in, icon), ICON_ARROW_DOWN, ICON_MD, ROLE_ON_ACCENT);
    rect_cut_left(&in, gap);
    ui_label(ui, in, text, TEXT_SM, WEIGHT_SEMIBOLD, ROLE_ON_ACCENT, ALIGN_LEFT);
    return hit.clicked;
}

/* The way down: a disc, or what has come meanwhile. */
static void jump_button(struct views *views, struct rect r, const struct room *room,
                        struct room_place *place)
{
    struct ui *ui = views->ui;
    if (list_is_at_bottom(place->list))
        place->bottom_seq = newest_seq(room);
    const int below = below_count(room, place->bottom_seq);
    if (list_is_at_bottom(place->list) ||
        (below == 0 && list_px_below(place->list) < dpf(ui, FAB_AFTER_DP)))
        return;
    const int side = dp(ui, FAB);
    const ui_id id = ui_id_of(ui, "to the newest");
    struct rect at =
        rect_make(r.x + r.w - dp(ui, SP_5) - side, r.y + r.h - side - dp(ui, SP_2), side, side);
    if (below > 0 ? new_pill(ui, id, at, below)
                  : ui_fab(ui, id, at, ICON_ARROW_DOWN, lang("To the newest"), 0)) {
        list_to_bottom(place->list);
        ui_again(ui);
    }
}

/* ---- history, and jumps that need it ---- */

/* Older messages are under way, and one waits for them. */
static void loading_pill(struct ui *ui, struct rect r)
{
    const char *text = lang("Loading older messages…");
    const struct rect pill = ui_pill(ui, rect_make(r.x, r.y, r.w, day_height(ui)), text,
                                     ROLE_RAISED, ROLE_TEXT_2, ALIGN_CENTER);
    ui_note(ui, "floating", text, NULL, pill, 0);
}

void views_jump_to(struct views *views, struct room *room, uint64_t seq)
{
    if (room != views_room(views))
        action_show_room(views->app, room);
    str_copy(views->jump_room, sizeof views->jump_room, room->name);
    views->jump_seq = seq;
    views->jump_ms = ui_now_ms(views->ui);
    ui_again(views->ui);
}

/* Bring it into sight if it is here; ask for what is older if it may be there. */
static void follow_jump(struct views *views, struct room *room, struct room_place *place,
                        const struct rows *rows)
{
    if (!views->jump_seq || !name_equal(views->jump_room, room->name))
        return;
    const size_t at = room_index_of(room, views->jump_seq);
    if (at < room->message_count && room->messages[at]->seq == views->jump_seq) {
        list_to_row(place->list, rows_first_of(rows, at));
        place->flash_seq = views->jump_seq;
        place->flash_ms = ui_now_ms(views->ui);
        views->jump_seq = 0;
    } else if (room->history_complete || room->oldest_seq <= views->jump_seq) {
        views->jump_seq = 0;
        ui_toast(views->ui, TOAST_INFO, lang("That message is not here any more."));
    } else if (list_scrolled_ms(place->list) > views->jump_ms) {
        views->jump_seq = 0; /* the person goes elsewhere */
    } else if (!room->history_asked) {
        action_load_history(views->app, room);
    }
}

static void follow_history(struct views *views, struct rect r, struct room *room,
                           const struct room_place *place)
{
    const double above = list_px_above(place->list);
    if (room->history_complete)
        return;
    if (!room->history_asked && above < (double)HISTORY_SCREENS * r.h)
        action_load_history(views->app, room);
    if (room->history_asked && (above <= 0 || views->jump_seq))
        loading_pill(views->ui, r);
}

void timeline_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    struct room_place *place = views_place(views, room);
    rows_follow(place, room);
    if (room->message_count == 0) {
        empty(views, r, room);
        return;
    }
    struct context context = {
        .views = views, .room = room, .place = place, .view = r, .day_y = INT_MAX};
    rows_begin(&context.rows, room, place);
    const struct list_source source = {
        .count = room->message_count,
        .measure = row_measure,
        .draw = row_draw,
        .lead = row_lead,
        .context = &context,
        .estimate_px = dp(ui, ESTIMATE_H),
        .pad_bottom_px = dp(ui, SP_2),
        .from_bottom = true,
    };
    ui_push_id(ui, ui_id_of(ui, room->name));
    context.floating = floats(ui, place->list);
    follow_jump(views, room, place, &context.rows);
    bubble_text_begin(views);
    ui_list(ui, ui_id_of(ui, "timeline"), r, place->list, &source, true);
    bubble_text_end(views, room);
    place->anchor_seq = room->messages[list_anchor(place->list)]->seq;
    floating_day(&context);
    follow_history(views, r, room, place);
    mark_read(views, room, place);
    jump_button(views, r, room, place);
    ui_pop_id(ui);
}
