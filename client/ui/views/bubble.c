/* bubble.c - one message: whose it is, what it says or shows, when, and how far it has come. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/menu.h"
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
#define RATIO_MAX 20    /* UX.md: more extreme pictures are cards */
#define CROP_RATIO 2.2f /* and from here on they are cropped */
#define PICTURE_MIN_W 100.0f
#define PICTURE_MIN_H 60.0f

enum shape { SHAPE_TEXT, SHAPE_PICTURE, SHAPE_CARD };

/* Where everything in a bubble goes, from the message and the width alone: measured and drawn from the same numbers. */
struct plan {
    enum shape shape;
    int margin;         /* above */
    struct rect bubble; /* from the row's top left */
    int who_h;
    struct bubble_text text;
    int content_w, content_h;
    int time_w, time_h;
    int trouble_h;
    char time[WHEN_SIZE];
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

bool picture_is_shown(const struct message *message)
{
    return message->kind == MESSAGE_FILE && str_equal(message->file->kind, "image") &&
           !message->file->picture_trouble && message->file->width > 0 &&
           message->file->height > 0 && message->file->width <= RATIO_MAX * message->file->height &&
           message->file->height <= RATIO_MAX * message->file->width &&
           message->file->state != FILE_FAILED && message->state != MESSAGE_FAILED;
}

void picture_size(struct views *views, const struct message *message, int most_w, int *w, int *h)
{
    const struct ui *ui = views->ui;
    int max_w = dp(ui, MEDIA_MAX_W), max_h = dp(ui, MEDIA_MAX_H);
    if (max_w > most_w)
        max_w = most_w;
    /* the file's own pixels count as logical ones, so that a small picture is not tiny on a dense screen */
    float width = (float)message->file->width * ui_scale(ui),
          height = (float)message->file->height * ui_scale(ui);
    if (width > CROP_RATIO * height)
        width = CROP_RATIO * height;
    if (height > CROP_RATIO * width)
        height = CROP_RATIO * width;
    rect_fit((int)(width + 0.5f), (int)(height + 0.5f), max_w, max_h, w, h);
    if (*w < dp(ui, PICTURE_MIN_W))
        *w = dp(ui, PICTURE_MIN_W);
    if (*h < dp(ui, PICTURE_MIN_H))
        *h = dp(ui, PICTURE_MIN_H);
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

static struct plan make_plan(struct views *views, const struct message *message,
                             const struct row *row, int width)
{
    struct ui *ui = views->ui;
    struct plan plan = {.margin = dp(ui, row->group_first ? GROUP_GAP : JOINED_GAP)};
    const int side = dp(ui, SP_5), lead = dp(ui, message->own ? OWN_INDENT : AVATAR + AVATAR_GAP);
    int most = width - 2 * side - lead;
    if (most > dp(ui, BUBBLE_MAX_W))
        most = dp(ui, BUBBLE_MAX_W);
    if (most < dp(ui, PICTURE_MIN_W))
        most = dp(ui, PICTURE_MIN_W);
    when_clock(message->time_ms ? message->time_ms : message->sent_ms, plan.time);
    plan.time_w = ui_label_width(ui, plan.time, TEXT_XS, WEIGHT_REGULAR);
    if (has_state(message))
        plan.time_w += dp(ui, CHECK_GAP) + dp(ui, CHECK);
    plan.time_h = ui_line_height(ui, TEXT_XS);
    if (!message->own && row->group_first)
        plan.who_h = ui_line_height(ui, TEXT_SM) + dp(ui, 1);

    int pad_x = dp(ui, PAD_X), pad_y = dp(ui, PAD_TOP) + dp(ui, PAD_BOTTOM);
    if (picture_is_shown(message)) {
        plan.shape = SHAPE_PICTURE;
        pad_x = dp(ui, MEDIA_PAD);
        pad_y = 2 * dp(ui, MEDIA_PAD) + (plan.who_h ? dp(ui, SP_1) : 0);
        picture_size(views, message, most - 2 * pad_x, &plan.content_w, &plan.content_h);
    } else if (message->kind == MESSAGE_FILE) {
        plan.shape = SHAPE_CARD;
        filecard_size(views, message, &plan.content_w, &plan.content_h);
        if (plan.content_w > most - 2 * pad_x)
            plan.content_w = most - 2 * pad_x;
    } else {
        plan_text(views, message, most, &plan);
    }
    if (plan.who_h && plan.shape == SHAPE_TEXT) {
        int name_w = ui_label_width(ui, message->name, TEXT_SM, WEIGHT_SEMIBOLD);
        if (name_w > most - 2 * pad_x)
            name_w = most - 2 * pad_x;
        if (plan.content_w < name_w)
            plan.content_w = name_w;
    }
    if (message->own && message->state == MESSAGE_FAILED && plan.shape == SHAPE_TEXT)
        plan.trouble_h = ui_line_height(ui, TEXT_SM) + dp(ui, JOINED_GAP);
    const int w = plan.content_w + 2 * pad_x, h = plan.who_h + plan.content_h + pad_y;
    plan.bubble = rect_make(message->own ? width - side - w : side + lead, plan.margin, w, h);
    return plan;
}

int bubble_lead(const struct ui *ui, const struct message *message, const struct row *row)
{
    const bool who = !message->own && row->group_first;
    return dp(ui, row->group_first ? GROUP_GAP : JOINED_GAP) +
           (who ? ui_line_height(ui, TEXT_SM) + dp(ui, 1) : 0);
}

int bubble_measure(struct views *views, const struct message *message, const struct row *row,
                   int width)
{
    struct plan plan = make_plan(views, message, row, width);
    return plan.bubble.y + plan.bubble.h + plan.trouble_h;
}

/* The clock or the check behind an own message's time. */
static void draw_state(struct views *views, const struct message *message, struct rect r,
                       enum role role)
{
    struct ui *ui = views->ui;
    const int64_t waited_ms = clock_wall_ms() - message->sent_ms;
    if (message->state == MESSAGE_FAILED) {
        ui_icon(ui, r, ICON_WARNING, CHECK, ROLE_ERR);
    } else if (message->state != MESSAGE_PENDING) {
        ui_icon(ui, r, ICON_CHECK, CHECK, role);
    } else if (waited_ms >= CLOCK_AFTER_MS) {
        ui_icon(ui, r, ICON_CLOCK, CHECK, role);
    } else {
        ui_wake_in(ui, (int)(CLOCK_AFTER_MS - waited_ms));
    }
}

static void draw_time(struct views *views, const struct message *message, const struct plan *plan,
                      struct rect at, enum role role)
{
    struct ui *ui = views->ui;
    if (has_state(message)) {
        draw_state(views, message, rect_cut_right(&at, dp(ui, CHECK)), role);
        rect_cut_right(&at, dp(ui, CHECK_GAP));
    }
    ui_label(ui, at, plan->time, TEXT_XS, WEIGHT_REGULAR, role, ALIGN_RIGHT);
}

static void draw_text_message(struct views *views, const struct message *message,
                              const struct plan *plan, struct rect in)
{
    struct ui *ui = views->ui;
    bubble_text_draw(views, message, &plan->text, in.x, in.y, in.w);
    struct rect time =
        rect_make(in.x + in.w - plan->time_w + dp(ui, TIME_OUT_X),
                  in.y + in.h - plan->time_h + dp(ui, TIME_OUT_Y), plan->time_w, plan->time_h);
    draw_time(views, message, plan, time, time_role(message));
}

/* What stands on a picture that is not there yet. */
static void draw_waiting(struct views *views, const struct message *message, struct rect r)
{
    struct ui *ui = views->ui;
    const struct transfer *transfer = &message->file->transfer;
    const bool moving = transfer->state == TRANSFER_ACTIVE || transfer->state == TRANSFER_WAITING;
    char size[LANG_SIZE_MAX];
    if (moving) {
        struct rect bar = rect_pad(rect_middle(r, dp(ui, 4)), r.w / 4, 0);
        ui_progress(ui, bar, message->file->label,
                    transfer->size ? (float)((double)transfer->done / (double)transfer->size)
                                   : -1.0f,
                    ROLE_ACCENT, ROLE_TRACK);
    } else if (!message->file->picture) {
        lang_size(message->file->size, size);
        struct rect middle = rect_center(r, r.w, dp(ui, 60));
        ui_icon(ui, rect_cut_top(&middle, dp(ui, 36)), ICON_IMAGE, 28, ROLE_TEXT_3);
        ui_label(ui, middle, size, TEXT_XS, WEIGHT_REGULAR, ROLE_TEXT_3, ALIGN_CENTER);
    }
}

static void draw_picture(struct views *views, struct room *room, struct message *message,
                         const struct plan *plan, struct rect r)
{
    struct ui *ui = views->ui;
    const struct corners corners = corners_all(dpf(ui, RADIUS_MD));
    struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "picture"), r, "image", message->file->label,
                               UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, message->file->picture ? "shown" : "waiting");
    action_want_picture(views->app, room, message, r.w, r.h);
    if (message->file->picture)
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, message->file->picture), r,
                         corners);
    else
        draw_round(ui_draw(ui), r, corners, ui_color(ui, ROLE_HOVER));
    draw_waiting(views, message, r);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_MD);
    if (hit.clicked && message->file->transfer.state != TRANSFER_ACTIVE &&
        !message->file->transfer.path && !message->own)
        action_fetch(views->app, room, message, false);
    if (hit.clicked && message->file->picture && message->seq)
        views->viewer_seq = message->seq;

    const int pad_x = dp(ui, 8), h = plan->time_h + dp(ui, 4), w = plan->time_w + 2 * pad_x;
    struct rect pill = rect_make(r.x + r.w - dp(ui, 8) - w, r.y + r.h - dp(ui, 8) - h, w, h);
    ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
    draw_time(views, message, plan, rect_pad(pill, pad_x, dp(ui, 2)), ROLE_ON_MEDIA);
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
    if (ui_theme(ui)->contrast)
        draw_border(ui_draw(ui), r, corners, dpf(ui, BORDER), ui_color(ui, ROLE_EDGE));
}

/* "Not sent: the server is full.  Try again" under the bubble. */
static void draw_trouble(struct views *views, struct room *room, struct message *message,
                         struct rect r)
{
    struct ui *ui = views->ui;
    const char *retry = lang("Try again");
    struct rect link = rect_cut_right(&r, ui_label_width(ui, retry, TEXT_SM, WEIGHT_MEDIUM));
    rect_cut_right(&r, dp(ui, SP_2));
    if (ui_link(ui, ui_id_of(ui, "retry"), link, retry, TEXT_SM, ROLE_ACCENT))
        action_try_again(views->app, room, message);
    ui_label(ui, r, lang(message->trouble ? message->trouble : LANG_KEY("Not sent")), TEXT_SM,
             WEIGHT_REGULAR, ROLE_ERR, ALIGN_RIGHT);
}

static void open_menu(struct views *views, const struct message *message, struct rect r)
{
    struct ui *ui = views->ui;
    int x, y;
    if (message->deleted || !ui_take_right_click(ui, ui_id_of(ui, "bubble"), r))
        return;
    ui_pointer(ui, &x, &y);
    views->menu_seq = message->seq;
    str_copy(views->menu_id, sizeof views->menu_id, message->id ? message->id : "");
    ui_pop_id(ui); /* the menu belongs to the timeline, not to this message */
    ui_menu_open(ui, ui_id_of(ui, "message menu"), x, y);
    ui_push_id(ui, bubble_id(ui, message));
}

void bubble_draw(struct views *views, struct room *room, struct message *message,
                 const struct row *row, struct rect r)
{
    struct ui *ui = views->ui;
    const struct plan plan = make_plan(views, message, row, r.w);
    struct rect bubble = rect_shift(plan.bubble, r.x, r.y);
    ui_note(ui, "message", message->file ? message->file->label : bubble_text_of(message),
            message->name, bubble, 0);
    ui_push_id(ui, bubble_id(ui, message));
    if (!message->own && row->group_last) {
        const int side = dp(ui, AVATAR);
        ui_avatar(ui, rect_make(r.x + dp(ui, SP_5), bubble.y + bubble.h - side, side, side),
                  message->name);
    }
    draw_shell(views, message, row, bubble);
    open_menu(views, message, bubble);

    const bool picture = plan.shape == SHAPE_PICTURE;
    struct rect in = bubble;
    if (plan.who_h) {
        struct rect who = rect_pad(in, dp(ui, PAD_X), 0);
        who.y += dp(ui, PAD_TOP);
        who.h = ui_line_height(ui, TEXT_SM);
        ui_label_color(ui, who, message->name, TEXT_SM, WEIGHT_SEMIBOLD,
                       theme_name(ui_theme(ui), message->name), ALIGN_LEFT);
    }
    const int pad_x = dp(ui, picture ? MEDIA_PAD : PAD_X);
    const int pad_top =
        picture ? dp(ui, MEDIA_PAD) + (plan.who_h ? dp(ui, SP_1) : 0) : dp(ui, PAD_TOP);
    in = rect_make(bubble.x + pad_x, bubble.y + pad_top + plan.who_h, plan.content_w,
                   plan.content_h);
    switch (plan.shape) {
    case SHAPE_TEXT:
        draw_text_message(views, message, &plan, in);
        break;
    case SHAPE_PICTURE:
        draw_picture(views, room, message, &plan, in);
        break;
    case SHAPE_CARD:
        filecard_draw(views, room, message, in);
        break;
    }
    if (plan.trouble_h) {
        const int below = bubble.y + bubble.h + dp(ui, JOINED_GAP);
        draw_trouble(views, room, message,
                     rect_make(r.x + dp(ui, SP_5), below, r.w - 2 * dp(ui, SP_5), plan.trouble_h));
    }
    ui_pop_id(ui);
}

void bubble_menu(struct views *views, struct room *room)
{
    struct ui *ui = views->ui;
    ui_push_id(ui, ui_id_of(ui, room->name)); /* as in the timeline, where it is opened */
    if (!ui_menu_is_open(ui, ui_id_of(ui, "message menu"))) {
        ui_pop_id(ui); /* looking for a message by its id walks through all */
        return;
    }
    struct message *message =
        views->menu_seq ? room_find_seq(room, views->menu_seq) : room_find_id(room, views->menu_id);
    const bool file = message && message->kind == MESSAGE_FILE;
    /* what others are still sending is fetched as it grows, as the card's button does */
    const bool can_save = file && message->seq && !message->file->transfer.saved_path &&
                          (message->file->state == FILE_COMPLETE ||
                           (message->file->state == FILE_COMING && !message->own));
    const struct menu_item items[] = {
        {.label = lang(file ? LANG_KEY("Copy name") : LANG_KEY("Copy text")), .icon = ICON_COPY},
        {.label = lang("Save"), .icon = ICON_DOWN, .disabled = !can_save},
    };
    int taken = ui_menu(ui, ui_id_of(ui, "message menu"), items, file ? 2 : 1);
    ui_pop_id(ui);
    if (!message || message->deleted)
        return;
    if (taken == 0)
        clipboard_set(file ? message->file->label : message->text);
    else if (taken == 1)
        action_fetch(views->app, room, message, true);
}
