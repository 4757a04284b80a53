#include "client/ui/views/bubble_text.h"

#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/widgets/button.h"

#define FOLD_LINES 40 /* UX.md: long texts are folded there */

static const char show_more[] = LANG_KEY("Show more");
static const char deleted[] = LANG_KEY("Message deleted");

const char *bubble_text_of(const struct message *message)
{
    return message->deleted ? lang(deleted) : message->text;
}

/* What stands in a bubble: in a deleted one all is muted. */
static enum role role_of(const struct message *message)
{
    return message->deleted ? ROLE_TEXT_2 : message->own ? ROLE_OWN_TEXT : ROLE_TEXT;
}

static bool *expanded(struct ui *ui, const struct message *message)
{
    ui_push_id(ui, bubble_id(ui, message));
    bool *state = ui_state(ui, ui_id_of(ui, "expanded"), sizeof *state);
    ui_pop_id(ui);
    return state;
}

void bubble_text_plan(struct views *views, const struct message *message, int width_px,
                      struct bubble_text *out)
{
    struct ui *ui = views->ui;
    const char *text = bubble_text_of(message);
    out->open = expanded(ui, message);
    out->layout = ui_layout(ui, text, strlen(text), TEXT_MD, WEIGHT_REGULAR, width_px,
                            *out->open ? 0 : FOLD_LINES);
    out->folded = !*out->open && text_layout_is_cut(out->layout);
    const struct text_line last =
        text_layout_line(out->layout, text_layout_line_count(out->layout) - 1);
    out->w = text_layout_width(out->layout);
    out->h = out->text_h = text_layout_height(out->layout);
    out->last_w = last.x + last.w;
    if (out->folded) { /* the time stands beside the link */
        out->h += ui_line_height(ui, TEXT_SM) + dp(ui, SP_1);
        out->last_w = ui_label_width(ui, lang(show_more), TEXT_SM, WEIGHT_MEDIUM) + 2;
    }
}

void bubble_text_draw(struct views *views, const struct message *message,
                      const struct bubble_text *text, int x, int y)
{
    struct ui *ui = views->ui;
    const char *shown = bubble_text_of(message);
    if (!message->deleted)
        search_mark(views, text->layout, shown, strlen(shown), x, y);
    ui_paragraph(ui, message->deleted ? 0 : ui_id_of(ui, "text"), text->layout, shown,
                 strlen(shown), x, y, ui_color(ui, role_of(message)));
    if (!text->folded)
        return;
    const struct rect more = rect_make(x, y + text->text_h, text->last_w, text->h - text->text_h);
    if (ui_link(ui, ui_id_of(ui, "more"), more, lang(show_more), TEXT_SM,
                message->own ? ROLE_OWN_TEXT : ROLE_ACCENT)) {
        *text->open = true;
        ui_again(ui);
    }
}
