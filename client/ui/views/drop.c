/* drop.c - what lies over the chat while something is dragged across it. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "protocol/base/str.h"

#define INSET 20.0f
#define RADIUS 20.0f
#define LINE 2.0f
#define DASH 6.0f
#define SIGN 44.0f
#define GAP 10.0f

static void name(const struct room *room, char *out, size_t size)
{
    if (!room)
        str_copy(out, size, lang("Join a chat first"));
    else
        LANG_TEXT(out, size,
                  room->kind == ROOM_DIRECT ? LANG_KEY("Drop to send to {1}")
                                            : LANG_KEY("Drop to send to #{1}"),
                  room_title(room));
}

void drop_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct draw *draw = ui_draw(ui);
    const struct room *room = views_room(views);
    char text[NAME_SIZE + 64];
    draw_push_layer(draw, 1);
    ui_fill(ui, r, ROLE_SCRIM);
    draw_dashes(draw, rect_grow(r, -dp(ui, INSET)), dpf(ui, RADIUS), dpf(ui, LINE), dpf(ui, DASH),
                ui_color(ui, ROLE_ACCENT));
    const char *note =
        lang(room ? LANG_KEY("Images, audio, video or any file · hold Shift to send as plain files")
                  : LANG_KEY("Then drop your files again."));
    const int most = r.w - 2 * dp(ui, INSET) - 2 * dp(ui, SP_4);
    const struct text_layout *lines =
        ui_layout(ui, note, strlen(note), TEXT_MD, WEIGHT_REGULAR, most > 1 ? most : 1, 3);
    const int icon_h = dp(ui, SIGN), title_h = ui_line_height(ui, TEXT_XL), gap = dp(ui, GAP);
    struct rect box = rect_center(r, most, icon_h + title_h + text_layout_height(lines) + 2 * gap);
    ui_icon(ui, rect_cut_top(&box, icon_h), ICON_CLIP, SIGN, ROLE_TEXT);
    rect_cut_top(&box, gap);
    name(room, text, sizeof text);
    ui_label(ui, rect_cut_top(&box, title_h), text, TEXT_XL, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_CENTER);
    rect_cut_top(&box, gap);
    ui_paragraph(ui, 0, lines, note, strlen(note), box.x + (box.w - text_layout_width(lines)) / 2,
                 box.y, ui_color(ui, ROLE_TEXT_2));
    draw_pop_layer(draw);
}
