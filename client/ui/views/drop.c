/* drop.c - what lies over the chat while something is dragged across it. */
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "protocol/base/str.h"

void drop_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct draw *draw = ui_draw(ui);
    const struct room *room = views_room(views);
    char text[NAME_SIZE + 64];
    draw_push_layer(draw, 1);
    ui_fill(ui, r, ROLE_SCRIM);
    draw_dashes(draw, rect_grow(r, -dp(ui, 20)), dpf(ui, 20), dpf(ui, 2), dpf(ui, 6),
                ui_color(ui, ROLE_ACCENT));
    const int icon_h = dp(ui, 44), title_h = ui_line_height(ui, TEXT_XL),
              note_h = ui_line_height(ui, TEXT_MD);
    struct rect box =
        rect_center(r, r.w - 2 * dp(ui, SP_6), icon_h + title_h + note_h + 2 * dp(ui, 10));
    if (room)
        LANG_TEXT(text, sizeof text, "Drop to send to #{1}", room->name);
    else
        str_copy(text, sizeof text, lang("Join a chat first"));
    ui_icon(ui, rect_cut_top(&box, icon_h), ICON_CLIP, 44, ROLE_TEXT);
    rect_cut_top(&box, dp(ui, 10));
    ui_label(ui, rect_cut_top(&box, title_h), text, TEXT_XL, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_CENTER);
    rect_cut_top(&box, dp(ui, 10));
    ui_label(
        ui, box,
        lang(room ? LANG_KEY("Images, audio, video or any file · hold Shift to send as plain files")
                  : LANG_KEY("Then drop your files again.")),
        TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_CENTER);
    draw_pop_layer(draw);
}
