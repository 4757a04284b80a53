/* bubble_tools.c - what can be done with a message: the buttons at its corner, its menu, an emoji, away with it. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/menu.h"
#include "protocol/base/str.h"

#define TOOL 28.0f
#define TOOLS_PAD 2.0f
#define TOOLS_GAP 6.0f
#define TOOLS_SHADOW_BLUR 12.0f
#define TOOLS_SHADOW_DOWN 3.0f
#define SCROLL_REST_MS 200 /* rows that pass under the pointer show no buttons */
#define QUICK_CELL 38.0f
#define QUICK_PAD 5.0f
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f

static const char *const quick[] = {"👍", "❤️", "😂", "🎉", "😮", "😢"};
#define QUICK_COUNT ((int)(sizeof quick / sizeof *quick))

static bool is_up(const struct views *views, const char *feature)
{
    return views->model->link == LINK_ONLINE && model_has_feature(views->model, feature);
}

bool message_can_be_answered(const struct message *message)
{
    return message->seq != 0 && !message->deleted;
}

static bool can_react(const struct views *views, const struct message *message)
{
    return message_can_be_answered(message) && is_up(views, "react");
}

/* The message that the menu or the emoji are about, if it is still there. */
static struct message *about(const struct room *room, uint64_t seq, const char *id)
{
    return seq ? room_find_seq(room, seq) : id && *id ? room_find_id(room, id) : NULL;
}

/* ---- an emoji for it ---- */

static void open_quick(struct views *views, const struct message *message, struct rect anchor)
{
    views->react_seq = message->seq;
    views->react_anchor = anchor;
    views->react_at = -1;
    views->react_fresh = true;
    ui_again(views->ui);
}

static struct rect quick_box(struct ui *ui, struct rect anchor)
{
    const int pad = dp(ui, QUICK_PAD), cell = dp(ui, QUICK_CELL), edge = dp(ui, SP_2);
    const struct rect all = ui_rect(ui);
    struct rect box = rect_make(0, 0, (QUICK_COUNT + 1) * cell + 2 * pad, cell + 2 * pad);
    box.x = anchor.x + anchor.w / 2 - box.w / 2;
    box.y = anchor.y - box.h - dp(ui, SP_1);
    if (box.y < edge)
        box.y = anchor.y + anchor.h + dp(ui, SP_1);
    if (box.x + box.w > all.w - edge)
        box.x = all.w - edge - box.w;
    box.x = box.x < edge ? edge : box.x;
    return box;
}

static const struct reaction *own_reaction(const struct message *message, const char *emoji)
{
    const struct reaction *reaction = message_find_reaction(message, emoji);
    return reaction && reaction->own ? reaction : NULL;
}

/* The cell that was taken: QUICK_COUNT for "more", -1 none. */
static int quick_cells(struct views *views, const struct message *message, struct rect box)
{
    struct ui *ui = views->ui;
    int taken = -1;
    struct rect in = rect_grow(box, -dp(ui, QUICK_PAD));
    for (int i = 0; i <= QUICK_COUNT; i++) {
        const bool more = i == QUICK_COUNT;
        struct rect cell = rect_cut_left(&in, dp(ui, QUICK_CELL));
        const bool on = !more && own_reaction(message, quick[i]);
        struct ui_hit hit = ui_hit(ui, ui_id_num(ui, "quick", (uint64_t)i), cell, "button",
                                   more ? lang("More emoji") : quick[i],
                                   UI_HAND | UI_KEEP_FOCUS | (on ? (unsigned)UI_CHECKED : 0u));
        if (on)
            ui_round(ui, cell, RADIUS_FULL, ROLE_SELECTED);
        if (hit.hovered || i == views->react_at)
            ui_round(ui, cell, RADIUS_FULL, ROLE_HOVER);
        if (more)
            ui_icon(ui, cell, ICON_PLUS, ICON_LG, ROLE_TEXT_2);
        else
            ui_label(ui, cell, quick[i], TEXT_XL, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_CENTER);
        if (hit.clicked)
            taken = i;
    }
    if (ui_take_key(ui, 0, KEY_RIGHT, 0))
        views->react_at = (views->react_at + 1) % (QUICK_COUNT + 1);
    if (ui_take_key(ui, 0, KEY_LEFT, 0))
        views->react_at = views->react_at > 0 ? views->react_at - 1 : QUICK_COUNT;
    if (views->react_at >= 0 && ui_take_key(ui, 0, KEY_ENTER, 0))
        taken = views->react_at;
    return taken;
}

/* Six emoji and the way to all others, until one is taken or something else is pressed. */
static void quick_view(struct views *views, struct room *room)
{
    struct ui *ui = views->ui;
    struct message *message = room_find_seq(room, views->react_seq);
    if (!message || !can_react(views, message)) {
        views->react_seq = 0;
        return;
    }
    draw_push_layer(ui_draw(ui), 1);
    const struct rect box = quick_box(ui, views->react_anchor);
    ui_block(ui, ui_id_of(ui, "behind quick"), ui_rect(ui));
    ui_block(ui, ui_id_of(ui, "quick box"), box);
    draw_shadow(ui_draw(ui), box, dpf(ui, RADIUS_FULL), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_FULL, ROLE_RAISED);
    ui_border(ui, box, RADIUS_FULL, ROLE_LINE);
    const int taken = quick_cells(views, message, box);
    const bool outside = !views->react_fresh && ui_pressed_outside(ui, box);
    views->react_fresh = false;
    if (taken >= 0 && taken < QUICK_COUNT)
        action_react(views->app, room, message, quick[taken]);
    if (taken == QUICK_COUNT) {
        views->react_more_seq = message->seq;
        emoji_open(views, ui_id_of(ui, "reaction"), views->react_anchor);
    }
    if (taken >= 0 || outside || ui_take_key(ui, 0, KEY_ESCAPE, 0)) {
        views->react_seq = 0;
        ui_again(ui);
    }
    draw_pop_layer(ui_draw(ui));
}

static void picker_view(struct views *views, struct room *room)
{
    const char *emoji = emoji_view(views, ui_id_of(views->ui, "reaction"));
    struct message *message = room_find_seq(room, views->react_more_seq);
    if (emoji && message && can_react(views, message))
        action_react(views->app, room, message, emoji);
}

/* ---- the buttons ---- */

static bool tool(struct views *views, struct rect *rest, enum icon icon, const char *name,
                 const char *label, struct rect *at)
{
    struct ui *ui = views->ui;
    *at = rect_cut_left(rest, dp(ui, TOOL));
    return ui_icon_button(ui, ui_id_of(ui, name), *at, icon, label, UI_KEEP_FOCUS);
}

/* Beside the bubble's upper corner; where the window is too narrow, over it. */
static struct rect tools_place(struct ui *ui, const struct message *message, struct rect row,
                               struct rect bubble, int count)
{
    const int w = count * dp(ui, TOOL) + 2 * dp(ui, TOOLS_PAD),
              h = dp(ui, TOOL) + 2 * dp(ui, TOOLS_PAD), gap = dp(ui, TOOLS_GAP);
    struct rect at = rect_make(bubble.x + bubble.w + gap, bubble.y, w, h);
    if (message->own)
        at.x = bubble.x - gap - w;
    if (at.x >= row.x && at.x + w <= row.x + row.w)
        return at;
    at.x = message->own ? bubble.x + gap : bubble.x + bubble.w - gap - w;
    if (at.x < row.x)
        at.x = row.x;
    at.y = bubble.y - h / 2;
    return at;
}

void tools_draw(struct views *views, struct room *room, struct message *message, struct rect row,
                struct rect bubble)
{
    struct ui *ui = views->ui;
    const uint64_t scrolled_ms = list_scrolled_ms(views_place(views, room)->list);
    if (!message_can_be_answered(message) || !ui_is_pointing(ui, row) ||
        (scrolled_ms && ui_now_ms(ui) - scrolled_ms < SCROLL_REST_MS)) {
        if (views->tools_seq == message->seq)
            views->tools_seq = 0;
        if (scrolled_ms && ui_now_ms(ui) - scrolled_ms < SCROLL_REST_MS)
            ui_wake_in(ui, SCROLL_REST_MS);
        return;
    }
    if (views->tools_seq != message->seq)
        views->tools_ms = ui_now_ms(ui);
    views->tools_seq = message->seq;
    const uint64_t past = ui_now_ms(ui) - views->tools_ms;
    const bool fades = past < MOTION_MS && ui_motion(ui), react = can_react(views, message);
    struct rect box = tools_place(ui, message, row, bubble, react ? 3 : 2), at;
    if (fades)
        ui_wake_in(ui, 16);
    draw_push_alpha(ui_draw(ui), fades ? (float)past / MOTION_MS : 1);
    ui_block(ui, ui_id_of(ui, "tools"), box);
    draw_shadow(ui_draw(ui), box, dpf(ui, RADIUS_SM), dpf(ui, TOOLS_SHADOW_BLUR),
                dp(ui, TOOLS_SHADOW_DOWN), ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_SM, ROLE_RAISED);
    ui_border(ui, box, RADIUS_SM, ROLE_LINE);
    struct rect rest = rect_grow(box, -dp(ui, TOOLS_PAD));
    if (react && tool(views, &rest, ICON_SMILE, "react", lang("React"), &at))
        open_quick(views, album_head(room, message), at);
    if (tool(views, &rest, ICON_REPLY, "reply", lang("Reply"), &at))
        views_begin_reply(views, message);
    if (tool(views, &rest, ICON_MORE, "more tools", lang("More"), &at))
        tools_open_menu(views, message, at.x, at.y + at.h);
    draw_pop_alpha(ui_draw(ui));
}

/* ---- the menu ---- */

void tools_open_menu(struct views *views, const struct message *message, int x, int y)
{
    struct ui *ui = views->ui;
    views->menu_seq = message->seq;
    str_copy(views->menu_id, sizeof views->menu_id, message->id ? message->id : "");
    ui_pop_id(ui); /* the menu belongs to the timeline, not to this message */
    ui_menu_open(ui, ui_id_of(ui, "message menu"), x, y);
    ui_push_id(ui, bubble_id(ui, message));
    views->menu_at = rect_make(x, y, 1, 1);
}

static void delete_confirmed(struct views *views, const struct confirm *confirm)
{
    struct room *room = model_find_room(views->model, confirm->room);
    struct message *message = room ? about(room, confirm->seq, confirm->id) : NULL;
    if (!message || message->deleted)
        return;
    if (message->seq)
        action_delete(views->app, room, message);
    else
        action_cancel(views->app, room, message); /* nobody has seen it */
}

enum choice {
    CHOICE_REPLY,
    CHOICE_REACT,
    CHOICE_EDIT,
    CHOICE_COPY,
    CHOICE_SAVE,
    CHOICE_DIRECT,
    CHOICE_LINE,
    CHOICE_DELETE,
    CHOICE_COUNT
};

static bool can_save(const struct message *message)
{
    /* what others are still sending is fetched as it grows, as the card's button does */
    return message->file && message->seq && !message->file->transfer.saved_path &&
           (message->file->state == FILE_COMPLETE ||
            (message->file->state == FILE_COMING && !message->own));
}

/* Those choices that make sense for it, in order; returns how many. */
static int choices_of(const struct views *views, const struct room *room,
                      const struct message *message, enum choice *choices)
{
    const bool said = message_can_be_answered(message);
    const bool has[CHOICE_COUNT] = {
        [CHOICE_REPLY] = said,
        [CHOICE_REACT] = can_react(views, message),
        [CHOICE_EDIT] = said && message->own && !message->file && is_up(views, "edit"),
        [CHOICE_COPY] = true,
        [CHOICE_SAVE] = message->file != NULL,
        [CHOICE_DIRECT] = !message->own && room->kind != ROOM_DIRECT && is_up(views, "direct"),
        [CHOICE_LINE] = message->own,
        [CHOICE_DELETE] = message->own && (said || message->state == MESSAGE_FAILED),
    };
    int count = 0;
    for (int i = 0; i < CHOICE_COUNT; i++)
        if (has[i] && (i != CHOICE_LINE || has[CHOICE_DELETE]))
            choices[count++] = (enum choice)i;
    return count;
}

static void take(struct views *views, struct room *room, struct message *message,
                 enum choice choice)
{
    switch (choice) {
    case CHOICE_REPLY:
        views_begin_reply(views, message);
        break;
    case CHOICE_REACT:
        open_quick(views, album_head(room, message), views->menu_at);
        break;
    case CHOICE_EDIT:
        views_begin_edit(views, message);
        break;
    case CHOICE_COPY:
        clipboard_set(message->file ? message->file->label : message->text);
        break;
    case CHOICE_SAVE:
        action_fetch(views->app, room, message, true);
        break;
    case CHOICE_DIRECT:
        action_open_direct(views->app, message->from);
        break;
    case CHOICE_DELETE:
        views_confirm(views, lang("Delete this message?"),
                      lang("It goes for everyone in the room. This can't be taken back."),
                      lang("Delete"), delete_confirmed, room, message);
        break;
    case CHOICE_LINE:
    case CHOICE_COUNT:
        break;
    }
}

static void menu_view(struct views *views, struct room *room)
{
    struct ui *ui = views->ui;
    ui_push_id(ui, ui_id_of(ui, room->name)); /* as in the timeline, where it is opened */
    const ui_id id = ui_id_of(ui, "message menu");
    if (!ui_menu_is_open(ui, id)) {
        ui_pop_id(ui); /* looking for a message by its id walks through all */
        return;
    }
    struct message *message = about(room, views->menu_seq, views->menu_id);
    const bool file = message && message->file;
    const struct menu_item all[CHOICE_COUNT] = {
        [CHOICE_REPLY] = {.label = lang("Reply"), .icon = ICON_REPLY},
        [CHOICE_REACT] = {.label = lang("React"), .icon = ICON_SMILE},
        [CHOICE_EDIT] = {.label = lang("Edit"), .icon = ICON_EDIT},
        [CHOICE_COPY] = {.label = lang(file ? LANG_KEY("Copy name") : LANG_KEY("Copy text")),
                         .icon = ICON_COPY},
        [CHOICE_SAVE] = {.label = lang("Save"),
                         .icon = ICON_DOWN,
                         .disabled = !message || !can_save(message)},
        [CHOICE_DIRECT] = {.label = lang("Open direct message"), .icon = ICON_BUBBLE},
        [CHOICE_DELETE] = {.label = lang("Delete"), .icon = ICON_TRASH, .danger = true},
    };
    enum choice choices[CHOICE_COUNT];
    struct menu_item items[CHOICE_COUNT];
    const int count = message && !message->deleted ? choices_of(views, room, message, choices) : 0;
    for (int i = 0; i < count; i++)
        items[i] = all[choices[i]];
    if (count == 0) /* it has gone while one chose */
        ui_menu_open(ui, 0, 0, 0);
    const int taken = count ? ui_menu(ui, id, items, count) : -1;
    ui_pop_id(ui);
    if (taken >= 0)
        take(views, room, message, choices[taken]);
}

void bubble_menu(struct views *views, struct room *room)
{
    picker_view(views, room);
    menu_view(views, room);
    if (views->react_seq)
        quick_view(views, room);
}
