/* timeline.c - a room's messages as rows: days, people's groups, who came and went; scrolling, history, what is unread. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define GROUP_MS (INT64_C(300) * 1000) /* UX.md: what one person says within it belongs together */
#define ESTIMATE_H 60.0f
#define HISTORY_SCREENS 2   /* load older ones when the top is nearer than that */
#define FAB_AFTER_DP 480.0f /* UX.md: the way down is offered from here on */
#define READ_AFTER_MS 1000  /* UX.md: seen so long, with the window focused */

/* ---- the rows ---- */

static struct row *add_row(struct room_place *place, struct row row)
{
    if (place->row_count == place->row_room) {
        place->row_room = place->row_room ? 2 * place->row_room : 64;
        place->rows = mem_resize(place->rows, place->row_room, sizeof *place->rows);
    }
    place->rows[place->row_count] = row;
    return &place->rows[place->row_count++];
}

static bool is_service(const struct message *message)
{
    return message->kind == MESSAGE_JOINED || message->kind == MESSAGE_LEFT;
}

static int64_t time_of(const struct message *message)
{
    return message->time_ms ? message->time_ms : message->sent_ms;
}

static bool continues(const struct row *before, const struct message *last,
                      const struct message *next)
{
    return before && before->kind == ROW_MESSAGE && last && last->own == next->own &&
           str_equal(last->from, next->from) && time_of(next) - time_of(last) < GROUP_MS;
}

/* Those that came before message `next` did. */
static size_t add_notices(struct room_place *place, const struct room *room, size_t from,
                          size_t next)
{
    const bool end = next == room->message_count || room->messages[next]->seq == 0;
    for (; from < place->notice_count; from++) {
        if (!end && place->notices[from].after_seq >= room->messages[next]->seq)
            break;
        add_row(place,
                (struct row){.kind = ROW_NOTICE, .first = next ? next - 1 : 0, .last = from});
    }
    return from;
}

static void derive(struct room_place *place, const struct room *room)
{
    struct message *const *messages = room->messages;
    int day = 0;
    size_t notices = 0;
    bool new_line = place->new_after_seq == 0;
    place->row_count = 0;
    for (size_t i = 0; i < room->message_count; i++) {
        const struct message *message = messages[i];
        notices = add_notices(place, room, notices, i);
        const struct clock_day at = clock_local(time_of(message));
        if (i == 0 || at.day_number != day)
            add_row(
                place,
                (struct row){.kind = ROW_DAY, .first = i, .last = i, .time_ms = time_of(message)});
        day = at.day_number;
        if (!new_line && message->seq > place->new_after_seq && !message->own &&
            !is_service(message)) {
            add_row(place, (struct row){.kind = ROW_NEW, .first = i, .last = i});
            new_line = true;
        }
        struct row *before = place->row_count ? &place->rows[place->row_count - 1] : NULL;
        if (is_service(message)) {
            if (before && before->kind == ROW_SERVICE)
                before->last = i;
            else
                add_row(place, (struct row){.kind = ROW_SERVICE, .first = i, .last = i});
            continue;
        }
        const bool more = continues(before, i ? messages[i - 1] : NULL, message);
        if (more)
            before->group_last = false;
        add_row(place, (struct row){.kind = ROW_MESSAGE,
                                    .first = i,
                                    .last = i,
                                    .group_first = !more,
                                    .group_last = true});
    }
    add_notices(place, room, notices, room->message_count);
    place->stale = false;
    place->room_version = room->version;
    place->message_count = room->message_count;
    place->day_number = clock_local(clock_wall_ms()).day_number;
    place->rows_version++;
}

static bool is_stale(const struct room_place *place, const struct room *room)
{
    return place->rows_version == 0 || place->stale || place->room_version != room->version ||
           place->message_count != room->message_count ||
           place->day_number != clock_local(clock_wall_ms()).day_number;
}

/* ---- what the list asks ---- */

struct context {
    struct views *views;
    struct room *room;
    struct room_place *place;
};

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

/* A message of ours keeps its key from pending to relayed, so that nothing jumps: the key is its id. */
static uint64_t row_key(void *opaque, size_t index)
{
    const struct context *context = opaque;
    const struct row *row = &context->place->rows[index];
    const struct message *message = context->room->messages[row->first];
    switch (row->kind) {
    case ROW_DAY:
        return (UINT64_C(1) << 62) | (uint64_t)clock_local(row->time_ms).day_number;
    case ROW_NEW:
        return UINT64_C(1) << 61;
    case ROW_SERVICE:
        return (UINT64_C(1) << 60) | message->seq;
    case ROW_NOTICE:
        return (UINT64_C(1) << 59) | context->place->notices[row->last].number;
    case ROW_MESSAGE:
        break;
    }
    return message->own && message->id ? hash_of(message->id) | (UINT64_C(1) << 63) : message->seq;
}

static const struct text_layout *notice_layout(struct ui *ui, const char *text, int width)
{
    int most = width - 2 * dp(ui, SP_5);
    most = most < dp(ui, BUBBLE_MAX_W) ? most : dp(ui, BUBBLE_MAX_W);
    return ui_layout(ui, text, strlen(text), TEXT_SM, WEIGHT_REGULAR, most > 1 ? most : 1, 0);
}

static void draw_notice(struct ui *ui, const char *text, struct rect r)
{
    const struct text_layout *layout = notice_layout(ui, text, r.w);
    struct rect box = rect_center(r, text_layout_width(layout), text_layout_height(layout));
    ui_paragraph(ui, 0, layout, text, strlen(text), box.x, box.y, ui_color(ui, ROLE_TEXT_2));
}

static int row_measure(void *opaque, struct ui *ui, size_t index, int width)
{
    const struct context *context = opaque;
    const struct row *row = &context->place->rows[index];
    switch (row->kind) {
    case ROW_DAY:
        return ui_line_height(ui, TEXT_XS) + dp(ui, 26);
    case ROW_NEW:
        return ui_line_height(ui, TEXT_XS) + dp(ui, 16);
    case ROW_SERVICE:
        return ui_line_height(ui, TEXT_SM) + dp(ui, 12);
    case ROW_NOTICE:
        return text_layout_height(
                   notice_layout(ui, context->place->notices[row->last].text, width)) +
               dp(ui, 12);
    case ROW_MESSAGE:
        break;
    }
    return bubble_measure(context->views, context->room->messages[row->first], row, width);
}

/* "Ann joined the chat" · "Ann and Bob joined the chat" · "5 people joined, 2 left" */
static void service_text(const struct room *room, const struct row *row, char *out, size_t size)
{
    size_t joined = 0, left = 0;
    for (size_t i = row->first; i <= row->last; i++) {
        joined += room->messages[i]->kind == MESSAGE_JOINED;
        left += room->messages[i]->kind == MESSAGE_LEFT;
    }
    const char *first = room->messages[row->first]->name, *last = room->messages[row->last]->name;
    if (joined + left == 1 && joined)
        LANG_TEXT(out, size, "{1} joined the chat", first);
    else if (joined + left == 1)
        LANG_TEXT(out, size, "{1} left the chat", first);
    else if (joined == 2 && left == 0 && !str_equal(first, last))
        LANG_TEXT(out, size, "{1} and {2} joined the chat", first, last);
    else if (left == 2 && joined == 0 && !str_equal(first, last))
        LANG_TEXT(out, size, "{1} and {2} left the chat", first, last);
    else if (joined == 1 && left == 1 && room->messages[row->first]->kind == MESSAGE_JOINED)
        LANG_TEXT(out, size, "{1} joined, {2} left", first, last);
    else if (joined == 1 && left == 1)
        LANG_TEXT(out, size, "{1} left, {2} joined", first, last);
    else if (joined && left) {
        char came[64], went[64];
        lang_count(came, sizeof came, joined, "{1} joined", "{1} joined");
        lang_count(went, sizeof went, left, "{1} left", "{1} left");
        LANG_TEXT(out, size, "{1}, {2}", came, went);
    } else if (joined)
        lang_count(out, size, joined, "{1} person joined the chat", "{1} people joined the chat");
    else
        lang_count(out, size, left, "{1} person left the chat", "{1} people left the chat");
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

static void row_draw(void *opaque, struct ui *ui, size_t index, struct rect r)
{
    const struct context *context = opaque;
    const struct row *row = &context->place->rows[index];
    char text[2 * NAME_SIZE + 128];
    switch (row->kind) {
    case ROW_DAY:
        when_day(row->time_ms, text);
        ui_pill(ui, r, text, ROLE_RAISED, ROLE_TEXT_2, ALIGN_CENTER);
        break;
    case ROW_NEW:
        draw_new_line(ui, r);
        break;
    case ROW_SERVICE:
        service_text(context->room, row, text, sizeof text);
        ui_label(ui, rect_pad(r, dp(ui, SP_5), 0), text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_3,
                 ALIGN_CENTER);
        break;
    case ROW_NOTICE:
        draw_notice(ui, context->place->notices[row->last].text, r);
        break;
    case ROW_MESSAGE:
        bubble_draw(context->views, context->room, context->room->messages[row->first], row, r);
        break;
    }
}

/* ---- around the list ---- */

static void empty(struct views *views, struct rect r, const struct room *room)
{
    struct ui *ui = views->ui;
    char text[NAME_SIZE + 64];
    struct rect box = rect_center(r, r.w, dp(ui, 110));
    ui_icon(ui, rect_cut_top(&box, dp(ui, 52)), ICON_HASH, 40, ROLE_TEXT_3);
    LANG_TEXT(text, sizeof text, "Nothing was said in {1} yet", room->name);
    ui_label(ui, rect_cut_top(&box, dp(ui, 28)), text, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_CENTER);
    ui_label(ui, rect_cut_top(&box, dp(ui, 24)),
             lang("Write something, or drop a file on the window."), TEXT_MD, WEIGHT_REGULAR,
             ROLE_TEXT_2, ALIGN_CENTER);
}

static uint64_t newest_seq(const struct room *room)
{
    for (size_t i = room->message_count; i-- > 0;)
        if (room->messages[i]->seq)
            return room->messages[i]->seq;
    return 0;
}

static int below_count(const struct room *room, uint64_t after)
{
    int count = 0;
    for (size_t i = room->message_count; i-- > 0;) {
        const struct message *message = room->messages[i];
        if (message->seq && message->seq <= after)
            break;
        count += message->seq && !message->own && !message->deleted && !is_service(message);
    }
    return count;
}

void views_jump_to(struct views *views, struct room *room, uint64_t seq)
{
    if (room != views_room(views))
        action_show_room(views->app, room);
    str_copy(views->jump_room, sizeof views->jump_room, room->name);
    views->jump_seq = seq;
    ui_again(views->ui);
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
    struct rect at =
        rect_make(r.x + r.w - dp(ui, SP_5) - side, r.y + r.h - side - dp(ui, SP_2), side, side);
    if (ui_fab(ui, ui_id_of(ui, "to the newest"), at, ICON_DOWN, lang("To the newest"), below)) {
        list_to_bottom(place->list);
        ui_again(ui);
    }
}

void timeline_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    struct room_place *place = views_place(views, room);
    if (room->message_count == 0) {
        empty(views, r, room);
        return;
    }
    if (is_stale(place, room))
        derive(place, room);
    struct context context = {views, room, place};
    const struct list_source source = {
        .count = place->row_count,
        .version = place->rows_version,
        .key = row_key,
        .measure = row_measure,
        .draw = row_draw,
        .context = &context,
        .estimate_px = dp(ui, ESTIMATE_H),
        .pad_bottom_px = dp(ui, SP_2),
        .from_bottom = true,
    };
    ui_push_id(ui, ui_id_of(ui, room->name));
    ui_list(ui, ui_id_of(ui, "timeline"), r, place->list, &source, true);
    if (!room->history_complete && !room->history_asked) {
        const size_t rows_in_sight = list_end_row(place->list) - list_first_row(place->list);
        if (list_first_row(place->list) < HISTORY_SCREENS * rows_in_sight)
            action_load_history(views->app, room);
    }
    mark_read(views, room, place);
    jump_button(views, r, room, place);
    ui_pop_id(ui);
}
