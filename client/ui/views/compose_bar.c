/* compose_bar.c - what stands above the text in the composer's box: the message that is answered or edited, a text that
 * is too long, a path to type. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/compose.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "protocol/base/str.h"

#define QUOTE_H 42.0f
#define QUOTE_LINE 3.0f
#define QUOTE_RADIUS 4.0f
#define STRIP_H 40.0f
#define CLOSE 30.0f

static uint64_t about(const struct views *views)
{
    return views->edit_seq ? views->edit_seq : views->reply_seq;
}

bool composer_is_too_long(const struct views *views)
{
    return views->message.size > TEXT_MAX;
}

int compose_bar_height(const struct views *views)
{
    const struct ui *ui = views->ui;
    int h = 0;
    if (about(views))
        h += dp(ui, QUOTE_H) + dp(ui, SP_2);
    if (views->asking_path || composer_is_too_long(views))
        h += dp(ui, STRIP_H) + dp(ui, SP_1);
    return h;
}

/* As in a bubble: a line, whose it is, what it says. A click shows it. */
static void quote(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const struct message *message = room_find_seq(room, about(views));
    char head[NAME_SIZE + 64], text[320] = "";
    const struct rect close = rect_middle(rect_cut_right(&r, dp(ui, CLOSE)), dp(ui, CLOSE));
    rect_cut_right(&r, dp(ui, SP_2));
    if (views->edit_seq)
        str_copy(head, sizeof head, lang("Edit message"));
    else
        LANG_TEXT(head, sizeof head, "Reply to {1}", message ? message->name : "…");
    if (message)
        message_line(message, text, sizeof text);
    const struct ui_hit hit =
        ui_hit(ui, ui_id_of(ui, "answered"), r, "quote", text, UI_HAND | UI_KEEP_FOCUS);
    ui_round(ui, r, QUOTE_RADIUS, hit.hovered ? ROLE_SELECTED : ROLE_QUOTE);
    struct rect in = r;
    ui_fill(ui, rect_cut_left(&in, dp(ui, QUOTE_LINE)), ROLE_ACCENT);
    in = rect_pad(in, dp(ui, SP_2), 0);
    in = rect_middle(in, 2 * ui_line_height(ui, TEXT_SM));
    ui_label(ui, rect_cut_top(&in, ui_line_height(ui, TEXT_SM)), head, TEXT_SM, WEIGHT_SEMIBOLD,
             ROLE_ACCENT, ALIGN_LEFT);
    ui_label(ui, in, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (hit.clicked)
        views_jump_to(views, room, about(views));
    if (ui_icon_button(ui, ui_id_of(ui, "no answer"), close, ICON_X, lang("Cancel"),
                       UI_KEEP_FOCUS)) {
        views_cancel_reply_edit(views);
        ui_focus(ui, ui_id_of(ui, "message"));
    }
}

static void too_long(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const char *send_label = lang("Send as file");
    char text[192], size[LANG_SIZE_MAX];
    if (!views->edit_seq) { /* what was said as a text stays one */
        const struct rect button =
            rect_middle(rect_cut_right(&r, ui_button_width(ui, send_label, ICON_NONE)),
                        ui_button_small_height(ui));
        if (ui_button(ui, ui_id_of(ui, "as file"), button, send_label, ICON_NONE, BUTTON_PRIMARY,
                      0))
            composer_send_as_file(views, room);
        rect_cut_right(&r, dp(ui, SP_2));
    }
    lang_size(views->message.size, size);
    LANG_TEXT(text, sizeof text, "This text is too long for one message ({1}).", size);
    const struct text_layout *layout =
        ui_layout(ui, text, strlen(text), TEXT_SM, WEIGHT_REGULAR, r.w, 2);
    r = rect_middle(r, text_layout_height(layout));
    ui_paragraph(ui, 0, layout, text, strlen(text), r.x, r.y, ui_color(ui, ROLE_WARN));
}

/* Where the system has no file chooser: a path to type or paste. */
static void ask_path(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct field_spec spec = {
        .label = lang("File path"), .placeholder = lang("Path of a file"), .size = TEXT_MD};
    const char *cancel_label = lang("Cancel"), *send_label = lang("Send");
    const int gap = dp(ui, SP_2), h = dp(ui, 36);
    struct rect cancel =
        rect_middle(rect_cut_right(&r, ui_button_width(ui, cancel_label, ICON_NONE)), h);
    rect_cut_right(&r, gap);
    struct rect go = rect_middle(rect_cut_right(&r, ui_button_width(ui, send_label, ICON_NONE)), h);
    rect_cut_right(&r, gap);
    const unsigned did = ui_field(ui, ui_id_of(ui, "path"), rect_middle(r, h), &views->path, &spec);
    const bool sent =
        ui_button(ui, ui_id_of(ui, "send path"), go, send_label, ICON_NONE, BUTTON_PRIMARY, 0);
    if ((sent || did & FIELD_SUBMIT) && views->path.size > 0) {
        sheet_take(views, views->path.text, false);
        sheet_take_end(views);
        edit_set(&views->path, "");
        views->asking_path = false;
    }
    if (ui_button(ui, ui_id_of(ui, "no path"), cancel, cancel_label, ICON_NONE, BUTTON_GHOST, 0) ||
        did & FIELD_CANCEL)
        views->asking_path = false;
    if (!views->asking_path && views->composer->sheet_count == 0)
        ui_focus(ui, ui_id_of(ui, "message"));
}

void compose_bar_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    if (about(views)) {
        rect_cut_top(&r, dp(ui, SP_2));
        quote(views, rect_cut_top(&r, dp(ui, QUOTE_H)), room);
    }
    rect_cut_top(&r, dp(ui, SP_1));
    if (composer_is_too_long(views))
        too_long(views, r, room);
    else if (views->asking_path)
        ask_path(views, r);
}
