/* bubble_quote.c - in a bubble, what it answers. */
#include "client/ui/lang.h"
#include "client/markup/markup.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/bubble_text.h"
#include "protocol/base/str.h"

/* The mock's .q */
#define LINE 3.0f
#define PAD_X 8.0f
#define PAD_Y 2.0f
#define RADIUS 4.0f
#define MARGIN_TOP 2.0f
#define MARGIN_BOTTOM 5.0f
#define TEXT_MOST 300 /* bytes of a line that are looked at */

void message_line(const struct message *message, char *out, size_t size)
{
    static const struct {
        const char *kind, *line;
    } lines[] = {{"image", LANG_KEY("Photo · {1}")},
                 {"audio", LANG_KEY("Audio · {1}")},
                 {"video", LANG_KEY("Video · {1}")}};
    if (!message->file) {
        const char *text = bubble_text_of(message);
        markup_line(text ? text : "", out, size);
        return;
    }
    if (message->file->voice) {
        str_copy(out, size, lang("Voice message"));
        return;
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (str_equal(message->file->kind, lines[i].kind)) {
            LANG_TEXT(out, size, lines[i].line, message->file->label);
            return;
        }
    LANG_TEXT(out, size, "File · {1}", message->file->label);
}

/* What it answers may not have been loaded. */
static void parts(const struct room *room, const struct message *message, char name[NAME_SIZE],
                  char line[TEXT_MOST])
{
    const struct message *source = room_find_seq(room, message->reply);
    str_copy(name, NAME_SIZE, source ? source->name : lang("Earlier message"));
    if (source)
        message_line(source, line, TEXT_MOST);
    else
        str_copy(line, TEXT_MOST, "…");
}

int quote_height(const struct ui *ui, const struct message *message)
{
    if (!message->reply || message->deleted)
        return 0;
    return 2 * ui_line_height(ui, TEXT_SM) + 2 * dp(ui, PAD_Y) + dp(ui, MARGIN_TOP) +
           dp(ui, MARGIN_BOTTOM);
}

int quote_width(struct views *views, const struct room *room, const struct message *message)
{
    struct ui *ui = views->ui;
    char name[NAME_SIZE], line[TEXT_MOST];
    if (!quote_height(ui, message))
        return 0;
    parts(room, message, name, line);
    const int a = ui_label_width(ui, name, TEXT_SM, WEIGHT_SEMIBOLD),
              b = ui_label_width(ui, line, TEXT_SM, WEIGHT_REGULAR);
    return (a > b ? a : b) + dp(ui, LINE) + 2 * dp(ui, PAD_X);
}

void quote_draw(struct views *views, struct room *room, const struct message *message,
                struct rect r)
{
    struct ui *ui = views->ui;
    char name[NAME_SIZE], line[TEXT_MOST];
    parts(room, message, name, line);
    rect_cut_top(&r, dp(ui, MARGIN_TOP));
    rect_cut_bottom(&r, dp(ui, MARGIN_BOTTOM));
    struct ui_hit hit =
        ui_hit(ui, ui_id_of(ui, "quote"), r, "quote", line, UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    ui_note_value(ui, name);
    const bool own = message->own;
    ui_round(ui, r, RADIUS, own ? ROLE_OWN_QUOTE : ROLE_QUOTE);
    if (hit.hovered)
        ui_round(ui, r, RADIUS, own ? ROLE_OWN_QUOTE : ROLE_QUOTE);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS);
    if (hit.clicked)
        views_jump_to(views, room, message->reply);
    struct rect in = r;
    const struct rect bar = rect_cut_left(&in, dp(ui, LINE));
    draw_round(ui_draw(ui), bar, (struct corners){dpf(ui, RADIUS), 0, 0, dpf(ui, RADIUS)},
               ui_color(ui, own ? ROLE_OWN_TEXT : ROLE_ACCENT));
    in = rect_pad(in, dp(ui, PAD_X), dp(ui, PAD_Y));
    ui_label(ui, rect_cut_top(&in, ui_line_height(ui, TEXT_SM)), name, TEXT_SM, WEIGHT_SEMIBOLD,
             own ? ROLE_OWN_TEXT : ROLE_ACCENT, ALIGN_LEFT);
    ui_label(ui, in, line, TEXT_SM, WEIGHT_REGULAR, own ? ROLE_OWN_TEXT : ROLE_TEXT_2, ALIGN_LEFT);
}
