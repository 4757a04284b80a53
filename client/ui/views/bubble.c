/* bubble.c - one message: whose it is, what it says or shows, when, and how far it has come. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define PAD_X 12.0f
#define PAD_TOP 7.0f
#define PAD_BOTTOM 8.0f
#define MEDIA_PAD 4.0f
#define GROUP_GAP 10.0f
#define JOINED_GAP 3.0f
#define AVATAR_GAP 10.0f
#define TIME_GAP 12.0f  /* between the last word and the time */
#define TIME_OUT_X 2.0f /* the time reaches so far into the padding ... */
#define TIME_OUT_Y 2.0f /* ... and below the text */
#define CHECK 13.0f
#define CHECK_GAP 3.0f
#define OWN_INDENT 44.0f /* own bubbles leave the avatars' column free on the other side */
#define CLOCK_AFTER_MS 500
#define LATE_AFTER_MS 10000 /* UX.md: then it says so, and one can try again */
#define UNDER_GAP 3.0f
#define SEEN_MAX 64 /* who are named or counted in the tip */
#define BUBBLE_MIN_W 100.0f

/* How files are shown: the first that is for it. */
static const struct bubble_shape *const shapes[] = {&shape_picture, &shape_film, &shape_audio,
                                                    &shape_card};

/* Where everything in a bubble goes, from the message and the width alone: measured and drawn from the same numbers. */
struct plan {
    const struct bubble_shape *shape; /* of a file; NULL: a text */
    struct album album;               /* of several; then shape is what the first of them has */
    const struct message *timed;      /* whose time and state is told: of several the last */
    int margin;                       /* above */
    struct rect bubble;               /* from the row's top left */
    int who_h, quote_h;
    struct bubble_text text;
    int content_w, content_h;
    int time_w, time_h;
    int most;                   /* the widest that the bubble may be, and what is below it */
    int reactions_h, trouble_h; /* below the bubble */
    char time[2 * WHEN_SIZE];
};

ui_id bubble_id(const struct ui *ui, const struct message *message)
{
    return message->seq ? ui_id_num(ui, "message", message->seq) : ui_id_of(ui, message->id);
}

static enum role time_role(const struct message *message)
{
    return message->own && !message->deleted ? ROLE_OWN_2 : ROLE_TEXT_3;
}

/* How far it has come: the clock, the check. */
static bool has_state(const struct message *message)
{
    return message->own && !message->deleted;
}

static const struct bubble_shape *shape_of(const struct message *message)
{
    for (size_t i = 0; message->file && i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i]->is_for(message))
            return shapes[i];
    return NULL;
}

/* The time stands behind the last word if there is room, else below. */
static void plan_text(struct views *views, const struct message *message, int most,
                      struct plan *plan)
{
    struct ui *ui = views->ui;
    const int inner = most - 2 * dp(ui, PAD_X), gap = dp(ui, TIME_GAP);
    struct bubble_text *text = &plan->text;
    bubble_text_plan(views, message, inner, text);
    plan->content_w = text->w;
    plan->content_h = text->h;
    int least = text->last_w + gap + plan->time_w - dp(ui, TIME_OUT_X);
    if (least > inner) {
        plan->content_h += plan->time_h - dp(ui, SP_1);
        least = plan->time_w;
    }
    if (plan->content_w < least)
        plan->content_w = least;
}

/* It fills the bubble, and the time stands on it. */
static bool is_media(const struct plan *plan)
{
    return plan->album.count || (plan->shape && plan->shape->media);
}

/* It waits for longer than one should have to. */
static bool is_late(const struct message *message)
{
    return message->own && message->state == MESSAGE_PENDING &&
           clock_now_ms() - message->sent_ms >= LATE_AFTER_MS;
}

static void plan_time(struct ui *ui, const struct message *message, struct plan *plan)
{
    char clock[WHEN_SIZE];
    when_clock(message->time_ms ? message->time_ms : message->sent_ms, clock);
    if (message->edited && !message->deleted)
        LANG_TEXT(plan->time, sizeof plan->time, "edited {1}", clock);
    else
        str_copy(plan->time, sizeof plan->time, clock);
    plan->time_w = ui_label_width(ui, plan->time, TEXT_XS, WEIGHT_REGULAR);
    if (has_state(message))
        plan->time_w += dp(ui, CHECK_GAP) + dp(ui, CHECK);
    plan->time_h = ui_line_height(ui, TEXT_XS);
}

static struct plan make_plan(struct views *views, const struct room *room,
                             const struct message *message, const struct row *row, int width)
{
    struct ui *ui = views->ui;
    struct plan plan = {.margin = dp(ui, row->group_first ? GROUP_GAP : JOINED_GAP)};
    const int side = dp(ui, SP_5), lead = dp(ui, message->own ? OWN_INDENT : AVATAR + AVATAR_GAP);
    int most = width - 2 * side - lead;
    if (most > dp(ui, BUBBLE_MAX_W))
        most = dp(ui, BUBBLE_MAX_W);
    if (most < dp(ui, BUBBLE_MIN_W))
        most = dp(ui, BUBBLE_MIN_W);
    plan.timed = row->last > row->first ? room->messages[row->last] : message;
    plan_time(ui, plan.timed, &plan);
    plan.quote_h = quote_height(ui, message);
    if (!message->own && row->group_first)
        plan.who_h = ui_line_height(ui, TEXT_SM) + dp(ui, 1);

    int pad_x = dp(ui, PAD_X), pad_y = dp(ui, PAD_TOP) + dp(ui, PAD_BOTTOM);
    plan.shape = shape_of(message);
    if (row->last > row->first)
        album_plan(views, room, row, most - 2 * dp(ui, MEDIA_PAD), &plan.album);
    if (is_media(&plan)) {
        pad_x = dp(ui, MEDIA_PAD);
        pad_y = 2 * dp(ui, MEDIA_PAD) + (plan.who_h || plan.quote_h ? dp(ui, SP_1) : 0);
    }
    if (plan.album.count) {
        plan.content_w = plan.album.w;
        plan.content_h = plan.album.h;
    } else if (plan.shape) {
        plan.shape->size(views, room, message, most - 2 * pad_x, &plan.content_w, &plan.content_h);
    } else {
        plan_text(views, message, most, &plan);
    }
    if (plan.who_h && !plan.shape) {
        int name_w = ui_label_width(ui, message->name, TEXT_SM, WEIGHT_SEMIBOLD);
        if (name_w > most - 2 * pad_x)
            name_w = most - 2 * pad_x;
        if (plan.content_w < name_w)
            plan.content_w = name_w;
    }
    if (plan.quote_h && !is_media(&plan)) {
        const int quote_w = quote_width(views, room, message), inner = most - 2 * pad_x;
        if (plan.content_w < quote_w)
            plan.content_w = quote_w < inner ? quote_w : inner;
    }
    if (!plan.shape && ((message->own && message->state == MESSAGE_FAILED) || is_late(message)))
        plan.trouble_h = ui_line_height(ui, TEXT_SM) + dp(ui, UNDER_GAP);
    plan.most = most;
    plan.reactions_h = reactions_height(views, message, most);
    for (int i = 1; i < plan.album.count; i++)
        plan.reactions_h += reactions_height(views, plan.album.messages[i], most);
    const int w = plan.content_w + 2 * pad_x,
              h = plan.who_h + plan.quote_h + plan.content_h + pad_y;
    plan.bubble = rect_make(message->own ? width - side - w : side + lead, plan.margin, w, h);
    return plan;
}

int bubble_lead(const struct ui *ui, const struct message *message, const struct row *row)
{
    const bool who = !message->own && row->group_first;
    return dp(ui, row->group_first ? GROUP_GAP : JOINED_GAP) +
           (who ? ui_line_height(ui, TEXT_SM) + dp(ui, 1) : 0);
}

int bubble_measure(struct views *views, const struct room *room, const struct message *message,
                   const struct row *row, int width)
{
    struct plan plan = make_plan(views, room, message, row, width);
    return plan.bubble.y + plan.bubble.h + plan.reactions_h + plan.trouble_h;
}

/* Who of the others has seen it; true if all have. */
static bool seen_by(const struct views *views, const struct room *room,
                    const struct message *message, char *out, size_t size)
{
    char uids[SEEN_MAX][UID_DIGITS + 1];
    size_t seen = 0, others = 0;
    for (size_t i = 0; i < room->member_count; i++) {
        const struct member *member = &room->members[i];
        if (str_equal(member->uid, views->model->my_uid))
            continue;
        others++;
        if (member->read_seq < message->seq)
            continue;
        if (seen < SEEN_MAX)
            memcpy(uids[seen], member->uid, sizeof uids[seen]);
        seen++;
    }
    if (out && seen > 0) {
        char people[PEOPLE_TEXT_MAX];
        people_text(views, room, (const char(*)[UID_DIGITS + 1]) uids,
                    seen < SEEN_MAX ? seen : SEEN_MAX, people, sizeof people);
        LANG_TEXT(out, size, "Seen by {1}", people);
    } else if (out) {
        str_copy(out, size, lang("Nobody has seen it yet"));
    }
    return others > 0 && seen == others;
}

/* The clock or the check behind an own message's time. */
static void draw_state(struct views *views, const struct room *room, const struct message *message,
                       struct rect r, enum role role)
{
    struct ui *ui = views->ui;
    if (message->state == MESSAGE_FAILED || is_late(message)) {
        ui_icon(ui, r, ICON_WARNING, CHECK, ROLE_ERR);
        ui_note(ui, "state", "warning", NULL, r, 0);
    } else if (message->state != MESSAGE_PENDING) {
        const bool all = seen_by(views, room, message, NULL, 0);
        ui_icon(ui, r, all ? ICON_CHECKS : ICON_CHECK, CHECK, role);
        ui_note(ui, "state", all ? "seen" : "sent", NULL, r, 0);
    } else {
        const int64_t waited_ms = clock_now_ms() - message->sent_ms;
        const int64_t next_ms = waited_ms < CLOCK_AFTER_MS ? CLOCK_AFTER_MS : LATE_AFTER_MS;
        if (waited_ms >= CLOCK_AFTER_MS) {
            ui_icon(ui, r, ICON_CLOCK, CHECK, role);
            ui_note(ui, "state", "clock", NULL, r, 0);
        }
        ui_wake_in(ui, (int)(next_ms - waited_ms));
    }
}

/* Over the time and the check. */
static void draw_seen_tip(struct views *views, const struct room *room,
                          const struct message *message, struct rect r)
{
    struct ui *ui = views->ui;
    char text[PEOPLE_TEXT_MAX + 64];
    if (!message->seq || !model_has_feature(views->model, "read"))
        return;
    const ui_id id = ui_id_of(ui, "seen");
    struct ui_hit hit = ui_hit(ui, id, r, "seen", NULL, UI_QUIET | UI_KEEP_FOCUS);
    if (hit.hovered)
        seen_by(views, room, message, text, sizeof text);
    bubble_tip(views, id, r, hit.hovered ? text : NULL, hit.hovered);
}

static void draw_time(struct views *views, const struct room *room, const struct message *message,
                      const struct plan *plan, struct rect at, enum role role)
{
    struct ui *ui = views->ui;
    if (has_state(message)) {
        draw_seen_tip(views, room, message, at);
        draw_state(views, room, message, rect_cut_right(&at, dp(ui, CHECK)), role);
        rect_cut_right(&at, dp(ui, CHECK_GAP));
    }
    ui_label(ui, at, plan->time, TEXT_XS, WEIGHT_REGULAR, role, ALIGN_RIGHT);
}

static void draw_text_message(struct views *views, const struct room *room,
                              const struct message *message, const struct plan *plan,
                              struct rect in)
{
    struct ui *ui = views->ui;
    bubble_text_draw(views, message, &plan->text, in.x, in.y, in.w);
    struct rect time =
        rect_make(in.x + in.w - plan->time_w + dp(ui, TIME_OUT_X),
                  in.y + in.h - plan->time_h + dp(ui, TIME_OUT_Y), plan->time_w, plan->time_h);
    draw_time(views, room, message, plan, time, time_role(message));
}

/* On what fills the bubble: in its corner. */
static void draw_time_pill(struct views *views, const struct room *room,
                           const struct message *message, const struct plan *plan, struct rect r)
{
    struct ui *ui = views->ui;
    const int pad_x = dp(ui, 8), h = plan->time_h + dp(ui, 4), w = plan->time_w + 2 * pad_x;
    struct rect pill = rect_make(r.x + r.w - dp(ui, 8) - w, r.y + r.h - dp(ui, 8) - h, w, h);
    ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
    draw_time(views, room, message, plan, rect_pad(pill, pad_x, dp(ui, 2)), ROLE_ON_MEDIA);
}

static void draw_shell(struct views *views, const struct message *message, const struct row *row,
                       struct rect r)
{
    struct ui *ui = views->ui;
    const float radius = dpf(ui, RADIUS_LG), tail = dpf(ui, RADIUS_TAIL);
    struct corners corners = corners_all(radius);
    if (row->group_last && message->own)
        corners.br = tail;
    else if (row->group_last)
        corners.bl = tail;
    if (message->deleted) { /* only its outline is left */
        draw_border(ui_draw(ui), r, corners, dpf(ui, BORDER), ui_color(ui, ROLE_LINE));
        return;
    }
    if (!message->own)
        draw_shadow(ui_draw(ui), r, radius, dpf(ui, 1), dp(ui, 1),
                    ui_color(ui, ROLE_BUBBLE_SHADOW));
    draw_round(ui_draw(ui), r, corners, ui_color(ui, message->own ? ROLE_OWN : ROLE_OTHER));
    if (message->mentions_me)
        draw_round(ui_draw(ui), r, corners, ui_color(ui, ROLE_SELECTED));
    if (ui_theme(ui)->contrast)
        draw_border(ui_draw(ui), r, corners, dpf(ui, BORDER), ui_color(ui, ROLE_EDGE));
}

/* "The server is full.  Try again" under the bubble; what only waits can be hurried while we are cut off. */
static void draw_trouble(struct views *views, struct room *room, struct message *message,
                         struct rect r)
{
    struct ui *ui = views->ui;
    const bool failed = message->state == MESSAGE_FAILED;
    const char *retry = failed ? lang("Try again") : lang("Retry");
    const char *text = !failed            ? lang("Not sent yet")
                       : message->trouble ? lang(message->trouble)
                                          : lang("Not sent");
    struct rect link = {0};
    if (failed || views->model->link == LINK_LOST) {
        link = rect_cut_right(&r, ui_label_width(ui, retry, TEXT_SM, WEIGHT_MEDIUM));
        rect_cut_right(&r, dp(ui, SP_2));
    }
    /* the sentence first: it goes with what the link does */
    ui_label(ui, r, text, TEXT_SM, WEIGHT_REGULAR, ROLE_ERR, ALIGN_RIGHT);
    if (rect_is_empty(link) ||
        !ui_link(ui, ui_id_of(ui, "retry"), link, retry, TEXT_SM, ROLE_ACCENT))
        return;
    if (failed)
        action_try_again(views->app, room, message);
    else
        action_retry_now(views->app);
}

/* What is not text or a button: a double click answers, a right click or Enter opens the menu. */
static void take_clicks(struct views *views, struct room *room, struct message *message,
                        const struct bubble_shape *shape, struct rect r, struct rect bubble)
{
    struct ui *ui = views->ui;
    int x, y;
    if (message->deleted)
        return;
    const ui_id id = ui_id_of(ui, "row");
    if (shape && shape->keys)
        shape->keys(views, room, message, id);
    struct ui_hit hit = ui_hit(ui, id, r, "said", NULL, UI_QUIET | UI_FOCUSABLE | UI_KEEP_FOCUS);
    if (hit.focus_visible)
        ui_focus_ring(ui, bubble, RADIUS_LG);
    if (hit.clicked && hit.focus_visible)
        tools_open_menu(views, message, bubble.x + dp(ui, SP_4), bubble.y + dp(ui, SP_4));
    else if (hit.pressed && hit.clicks == 2 && message_can_be_answered(message))
        views_begin_reply(views, message);
    if (ui_take_right_click(ui, ui_id_of(ui, "bubble"), bubble)) {
        ui_pointer(ui, &x, &y);
        tools_open_menu(views, message, x, y);
    }
}

/* Clicks, buttons and menu are about the one that is pointed at. */
static void draw_album(struct views *views, struct room *room, const struct plan *plan,
                       struct rect row, struct rect bubble, struct rect in)
{
    struct ui *ui = views->ui;
    struct message *pointed = album_pointed(views, &plan->album, in);
    ui_pop_id(ui);
    ui_push_id(ui, bubble_id(ui, pointed));
    take_clicks(views, room, pointed, NULL, row, bubble);
    ui_pop_id(ui);
    album_draw(views, room, &plan->album, in);
    ui_push_id(ui, bubble_id(ui, pointed));
    tools_draw(views, room, pointed, row, bubble);
    ui_pop_id(ui);
    ui_push_id(ui, bubble_id(ui, plan->album.messages[0]));
}

static void draw_album_reactions(struct views *views, struct room *room, const struct album *album,
                                 struct rect r)
{
    struct ui *ui = views->ui;
    for (int i = 0; i < album->count; i++) {
        struct message *message = album->messages[i];
        ui_push_id(ui, bubble_id(ui, message));
        reactions_draw(views, room, message,
                       rect_cut_top(&r, reactions_height(views, message, r.w)));
        ui_pop_id(ui);
    }
}

void bubble_draw(struct views *views, struct room *room, struct message *message,
                 const struct row *row, struct rect r)
{
    struct ui *ui = views->ui;
    const struct plan plan = make_plan(views, room, message, row, r.w);
    struct rect bubble = rect_shift(plan.bubble, r.x, r.y);
    if (!plan.album.count) /* else each is told */
        ui_note(ui, "message", message->file ? message->file->label : bubble_text_of(message),
                message->name, bubble, 0);
    ui_push_id(ui, bubble_id(ui, message));
    if (!message->own && row->group_last) {
        const int side = dp(ui, AVATAR);
        ui_avatar(ui, rect_make(r.x + dp(ui, SP_5), bubble.y + bubble.h - side, side, side),
                  message->name);
    }
    draw_shell(views, message, row, bubble);
    if (!plan.album.count)
        take_clicks(views, room, message, plan.shape, r, bubble);

    const bool media = is_media(&plan);
    struct rect in = bubble;
    if (plan.who_h) {
        struct rect who = rect_pad(in, dp(ui, PAD_X), 0);
        who.y += dp(ui, PAD_TOP);
        who.h = ui_line_height(ui, TEXT_SM);
        ui_label_color(ui, who, message->name, TEXT_SM, WEIGHT_SEMIBOLD,
                       theme_name(ui_theme(ui), message->name), ALIGN_LEFT);
    }
    const int pad_x = dp(ui, media ? MEDIA_PAD : PAD_X);
    const bool above = plan.who_h || plan.quote_h;
    const int pad_top = media ? dp(ui, MEDIA_PAD) + (above ? dp(ui, SP_1) : 0) : dp(ui, PAD_TOP);
    in = rect_make(bubble.x + pad_x, bubble.y + pad_top + plan.who_h + plan.quote_h, plan.content_w,
                   plan.content_h);
    if (plan.quote_h)
        quote_draw(views, room, message,
                   rect_make(bubble.x + dp(ui, media ? SP_2 : PAD_X),
                             bubble.y + pad_top + plan.who_h,
                             bubble.w - 2 * dp(ui, media ? SP_2 : PAD_X), plan.quote_h));
    if (plan.album.count)
        draw_album(views, room, &plan, r, bubble, in);
    else if (plan.shape)
        plan.shape->draw(views, room, message, in);
    else
        draw_text_message(views, room, message, &plan, in);
    if (media && !(plan.shape->hides_time && plan.shape->hides_time(views, room, message)))
        draw_time_pill(views, room, plan.timed, &plan, in);
    int y = bubble.y + bubble.h;
    if (plan.reactions_h) {
        const int x = r.x + dp(ui, SP_5) + (message->own ? 0 : dp(ui, AVATAR + AVATAR_GAP));
        const int end = message->own ? bubble.x + bubble.w : x + plan.most;
        struct rect lines =
            rect_make(message->own ? end - plan.most : x, y, plan.most, plan.reactions_h);
        if (plan.album.count)
            draw_album_reactions(views, room, &plan.album, lines);
        else
            reactions_draw(views, room, message, lines);
        y += plan.reactions_h;
    }
    if (plan.trouble_h)
        draw_trouble(views, room, message,
                     rect_make(r.x + dp(ui, SP_5), y + dp(ui, UNDER_GAP), r.w - 2 * dp(ui, SP_5),
                               plan.trouble_h - dp(ui, UNDER_GAP)));
    if (!plan.album.count)
        tools_draw(views, room, message, r, bubble);
    ui_pop_id(ui);
}
