/* reactions.c - below a bubble, what people answered with one emoji. */
#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/str.h"

/* The mock's .rx */
#define PAD_X 9.0f /* with the border */
#define PAD_Y 2.0f
#define GAP 5.0f
#define ABOVE 3.0f
#define NAMES_MAX 8 /* in a tip; the others are counted */

static const char *name_of(const struct views *views, const struct room *room, const char *uid)
{
    if (str_equal(uid, views->model->my_uid))
        return lang("You");
    const struct member *member = room_find_member(room, uid);
    return member ? member->name : lang("Someone");
}

void people_text(const struct views *views, const struct room *room,
                 const char (*uids)[UID_DIGITS + 1], size_t count, char *out, size_t size)
{
    char list[PEOPLE_TEXT_MAX], longer[PEOPLE_TEXT_MAX], others[64];
    const size_t shown = count > NAMES_MAX ? NAMES_MAX : count;
    str_copy(list, sizeof list, count ? name_of(views, room, uids[0]) : "");
    for (size_t i = 1; i < shown; i++) {
        const char *name = name_of(views, room, uids[i]);
        if (i + 1 < count)
            LANG_TEXT(longer, sizeof longer, "{1}, {2}", list, name);
        else
            LANG_TEXT(longer, sizeof longer, "{1} and {2}", list, name);
        str_copy(list, sizeof list, longer);
    }
    if (count > shown) {
        lang_count(others, sizeof others, count - shown, "{1} other", "{1} others");
        LANG_TEXT(longer, sizeof longer, "{1} and {2}", list, others);
        str_copy(list, sizeof list, longer);
    }
    str_copy(out, size, list);
}

void bubble_tip(struct views *views, ui_id id, struct rect r, const char *text, bool hovered)
{
    if (!hovered && views->tip != id)
        return;
    views->tip = hovered ? id : 0;
    ui_tip(views->ui, id, r, text, hovered);
}

static void pill_text(const struct reaction *reaction, char *out, size_t size)
{
    str_format(out, size, "%s %zu", reaction->emoji, reaction->count);
}

/* Where the pills stand in a box of this width, from its left: line by line. `draw`: in r. */
static int lay_out(struct views *views, struct room *room, struct message *message, struct rect r,
                   bool draw);

static bool pill(struct views *views, const struct room *room, const struct reaction *reaction,
                 struct rect r)
{
    struct ui *ui = views->ui;
    char text[128], who[PEOPLE_TEXT_MAX];
    pill_text(reaction, text, sizeof text);
    ui_push_id(ui, ui_id_of(ui, "reaction")); /* any word can be one, "reply" too */
    const ui_id id = ui_id_of(ui, reaction->emoji);
    ui_pop_id(ui);
    struct ui_hit hit = ui_hit(ui, id, r, "reaction", text,
                               UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS |
                                   (reaction->own ? (unsigned)UI_CHECKED : 0u));
    ui_round(ui, r, RADIUS_FULL, hit.hovered ? ROLE_HOVER : ROLE_RAISED);
    ui_border(ui, r, RADIUS_FULL, reaction->own ? ROLE_ACCENT : ROLE_LINE);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    ui_label(ui, r, text, TEXT_SM, WEIGHT_REGULAR, reaction->own ? ROLE_ACCENT : ROLE_TEXT_2,
             ALIGN_CENTER);
    if (hit.hovered)
        people_text(views, room, (const char(*)[UID_DIGITS + 1]) reaction->uids, reaction->count,
                    who, sizeof who);
    bubble_tip(views, id, r, hit.hovered ? who : NULL, hit.hovered);
    return hit.clicked;
}

static int lay_out(struct views *views, struct room *room, struct message *message, struct rect r,
                   bool draw)
{
    struct ui *ui = views->ui;
    const int line_h = ui_line_height(ui, TEXT_SM) + 2 * dp(ui, PAD_Y), gap = dp(ui, GAP);
    const struct reaction *taken = NULL;
    int widths[REACTIONS_MAX], y = dp(ui, ABOVE);
    const size_t count =
        message->reaction_count < REACTIONS_MAX ? message->reaction_count : REACTIONS_MAX;
    for (size_t i = 0; i < count; i++) {
        char text[128];
        pill_text(&message->reactions[i], text, sizeof text);
        widths[i] = ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR) + 2 * dp(ui, PAD_X);
        widths[i] = widths[i] > r.w ? r.w : widths[i];
    }
    for (size_t begin = 0, end = 0; begin < count; begin = end) {
        int w = widths[end++];
        while (end < count && w + gap + widths[end] <= r.w)
            w += gap + widths[end++];
        int x = r.x + (message->own ? r.w - w : 0);
        for (size_t i = begin; draw && i < end; i++) {
            if (pill(views, room, &message->reactions[i], rect_make(x, r.y + y, widths[i], line_h)))
                taken = &message->reactions[i];
            x += widths[i] + gap;
        }
        y += line_h + (end < count ? gap : 0);
    }
    if (taken) {
        char emoji[128]; /* the reaction may go with what is done */
        str_copy(emoji, sizeof emoji, taken->emoji);
        action_react(views->app, room, message, emoji);
        ui_again(ui);
    }
    return y;
}

int reactions_height(struct views *views, const struct message *message, int width)
{
    if (message->deleted || message->reaction_count == 0)
        return 0;
    return lay_out(views, NULL, (struct message *)(uintptr_t)message, rect_make(0, 0, width, 0),
                   false);
}

void reactions_draw(struct views *views, struct room *room, struct message *message, struct rect r)
{
    lay_out(views, room, message, r, true);
}
