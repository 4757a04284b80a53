/* sheet.c - pictures from the clipboard, looked at once more before they are sent: with a caption, or without one of them. */
#include <string.h>

#include "client/platform/clipboard_picture.h"
#include "client/ui/lang.h"
#include "client/ui/views/compose.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define SHEET_W 440.0f
#define TITLE_H 24.0f
#define PICTURE_H 280.0f /* of a single one, at most */
#define THUMB_H 48.0f    /* of each of several */
#define ROW_GAP 8.0f
#define CAPTION_H 44.0f
#define CAPTION_MAX_H 96.0f

/* ---- what is in it ---- */

static void drop_item(struct composer *composer, int at)
{
    look_end(composer->sheet[at].look);
    mem_free(composer->sheet[at].path);
    composer->sheet_count--;
    memmove(&composer->sheet[at], &composer->sheet[at + 1],
            (size_t)(composer->sheet_count - at) * sizeof *composer->sheet);
}

void sheet_drop(struct composer *composer)
{
    while (composer->sheet_count > 0) {
        outgoing_remove(composer->sheet[composer->sheet_count - 1].path);
        drop_item(composer, composer->sheet_count - 1);
    }
    edit_set(&composer->caption, "");
}

static void close_sheet(struct views *views)
{
    sheet_drop(views->composer);
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
    ui_again(views->ui);
}

void sheet_add(struct views *views, const char *path)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    if (composer->sheet_count == 0) {
        edit_set(&composer->caption, "");
        ui_focus(ui, ui_id_of(ui, "caption"));
    }
    composer->sheet[composer->sheet_count++] = (struct sheet_item){
        .path = mem_string(path),
        .size = file_info(path).size,
        .look = look_begin(views->app, path, dp(ui, SHEET_W)),
    };
    ui_again(ui);
}

bool sheet_paste(struct views *views)
{
    struct composer *composer = views->composer;
    char folder[OS_PATH_MAX], path[OS_PATH_MAX], name[64];
    const struct clock_day now = clock_local(clock_wall_ms());
    struct err err = {0};
    if (!views_room(views))
        return false;
    if (composer->sheet_count == SHEET_MAX) {
        ui_toast(views->ui, TOAST_INFO, lang("Send these first, then the next ones."));
        return true;
    }
    str_format(name, sizeof name, "Picture %04d-%02d-%02d %02d.%02d.%02d", now.year, now.month,
               now.day, now.hour, now.minute, now.second);
    if (outgoing_folder(folder, &err) && clipboard_save_picture(folder, name, path, &err))
        sheet_add(views, path);
    else if (err.text[0])
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
    else
        return false;
    return true;
}

/* ---- sending ---- */

/* What could not be sent stays in the sheet. */
static void send(struct views *views, struct room *room)
{
    struct composer *composer = views->composer;
    struct err err = {0};
    for (int i = 0; i < composer->sheet_count;) {
        const char *path = composer->sheet[i].path;
        if (!action_send_file(views->app, room, path, false, &err)) {
            ui_toast(views->ui, TOAST_ERR, lang(err.text));
            i++;
            continue;
        }
        outgoing_keep(views, path, true); /* the bubble may still want to look into it */
        drop_item(composer, i);
    }
    if (composer->sheet_count > 0)
        return;
    if (composer->caption.size > 0 &&
        !action_say(views->app, room, composer->caption.text, views->reply_seq, &err)) {
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
        edit_set(&views->message, composer->caption.text); /* it is not lost */
    }
    list_to_bottom(views_place(views, room)->list);
    if (!views->edit_seq)
        views_cancel_reply_edit(views);
    close_sheet(views);
}

/* ---- drawing ---- */

static void describe(const struct sheet_item *item, char *out, size_t size)
{
    char bytes[LANG_SIZE_MAX];
    lang_size(item->size, bytes);
    if (item->look->width > 0)
        str_format(out, size, "%d×%d · %s", item->look->width, item->look->height, bytes);
    else
        str_copy(out, size, bytes);
}

static void picture(struct views *views, struct rect r, const struct sheet_item *item)
{
    struct ui *ui = views->ui;
    const struct picture *seen = item->look->picture;
    ui_note(ui, "image", path_base(item->path), seen ? "shown" : "waiting", r, 0);
    if (seen) {
        int w, h;
        rect_fit(seen->width, seen->height, r.w, r.h, &w, &h);
        draw_image_fit(ui_draw(ui), pictures_get(views->pictures, seen), rect_center(r, w, h),
                       corners_all(dpf(ui, RADIUS_SM)));
        return;
    }
    ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    ui_icon(ui, r, item->look->done ? ICON_DOC : ICON_IMAGE, ICON_LG, ROLE_TEXT_3);
}

/* True if it is to be left out. */
static bool row(struct views *views, struct rect r, const struct sheet_item *item, int index)
{
    struct ui *ui = views->ui;
    char text[96], name[LABEL_SIZE];
    const int side = dp(ui, THUMB_H), x = dp(ui, SP_6);
    const struct rect thumb = rect_cut_left(&r, side),
                      close = rect_middle(rect_cut_right(&r, x), x);
    picture(views, thumb, item);
    rect_cut_left(&r, dp(ui, SP_3));
    rect_cut_right(&r, dp(ui, SP_2));
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    label_middle(views, path_base(item->path), TEXT_MD, WEIGHT_MEDIUM, lines.w, name, sizeof name);
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), name, TEXT_MD, WEIGHT_MEDIUM,
             ROLE_TEXT, ALIGN_LEFT);
    describe(item, text, sizeof text);
    ui_label(ui, lines, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    return ui_icon_button(ui, ui_id_num(ui, "leave out", (uint64_t)index), close, ICON_X,
                          lang("Leave out"), 0);
}

/* One is shown large, several in rows. */
static int items_height(const struct ui *ui, const struct composer *composer)
{
    if (composer->sheet_count == 1)
        return dp(ui, PICTURE_H) + dp(ui, SP_1) + ui_line_height(ui, TEXT_SM);
    return composer->sheet_count * (dp(ui, THUMB_H) + dp(ui, ROW_GAP)) - dp(ui, ROW_GAP);
}

static int items(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct composer *composer = views->composer;
    char text[96];
    int left_out = -1;
    if (composer->sheet_count == 1) {
        const struct rect line = rect_cut_bottom(&r, ui_line_height(ui, TEXT_SM));
        rect_cut_bottom(&r, dp(ui, SP_1));
        picture(views, r, &composer->sheet[0]);
        describe(&composer->sheet[0], text, sizeof text);
        ui_label(ui, line, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_CENTER);
        return -1;
    }
    for (int i = 0; i < composer->sheet_count; i++) {
        if (row(views, rect_cut_top(&r, dp(ui, THUMB_H)), &composer->sheet[i], i))
            left_out = i;
        rect_cut_top(&r, dp(ui, ROW_GAP));
    }
    return left_out;
}

static void title(struct views *views, struct rect r, const struct room *room)
{
    char text[NAME_SIZE + 64];
    LANG_TEXT(text, sizeof text,
              room->kind == ROOM_DIRECT ? LANG_KEY("Send to {1}") : LANG_KEY("Send to #{1}"),
              room_title(room));
    ui_label(views->ui, r, text, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
}

void sheet_view(struct views *views, struct rect r)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    struct room *room = views_room(views);
    unsigned mods;
    if (composer->sheet_count == 0 || !room)
        return;
    const struct field_spec spec = {.label = lang("Caption"),
                                    .placeholder = lang("Add a caption"),
                                    .size = TEXT_MD,
                                    .pad_y_dp = SP_3,
                                    .marks = true};
    const int pad = dp(ui, 20), gap = dp(ui, SP_3), button_h = ui_button_small_height(ui),
              title_h = dp(ui, TITLE_H), room_w = r.w - 2 * dp(ui, SP_3);
    const int w = (dp(ui, SHEET_W) < room_w ? dp(ui, SHEET_W) : room_w) - 2 * pad;
    const int wanted_h = ui_field_height(ui, &composer->caption, &spec, w, dp(ui, CAPTION_MAX_H));
    const int caption_h = wanted_h > dp(ui, CAPTION_H) ? wanted_h : dp(ui, CAPTION_H);
    const int h = 2 * pad + title_h + items_height(ui, composer) + caption_h + button_h + 3 * gap;
    if (ui_peek_key(ui, &mods) == KEY_CHAR + 'v' && mods == MOD_CTRL && sheet_paste(views))
        ui_take_key(ui, 0, KEY_CHAR + 'v', MOD_CTRL);
    struct rect in = rect_grow(card_begin(views, r, "send", SHEET_W, h), -pad);
    title(views, rect_cut_top(&in, title_h), room);
    rect_cut_top(&in, gap);
    struct rect buttons = rect_cut_bottom(&in, button_h);
    rect_cut_bottom(&in, gap);
    const struct rect caption = rect_cut_bottom(&in, caption_h);
    rect_cut_bottom(&in, gap);
    const bool many = composer->sheet_count > 1; /* a single one takes what room there is */
    const struct rect list =
        many ? ui_scroll_begin(ui, ui_id_of(ui, "sheet"), in, items_height(ui, composer)) : in;
    const int left_out = items(views, list);
    if (many)
        ui_scroll_end(ui);
    const unsigned did = ui_field(ui, ui_id_of(ui, "caption"), caption, &composer->caption, &spec);
    const char *yes = lang("Send"), *no = lang("Cancel");
    const struct rect yes_r = rect_cut_right(&buttons, ui_button_width(ui, yes, ICON_NONE));
    rect_cut_right(&buttons, dp(ui, SP_2));
    const struct rect no_r = rect_cut_right(&buttons, ui_button_width(ui, no, ICON_NONE));
    const bool stays =
        ui_button(ui, ui_id_of(ui, "sheet no"), no_r, no, ICON_NONE, BUTTON_GHOST, 0);
    const bool goes =
        ui_button(ui, ui_id_of(ui, "sheet yes"), yes_r, yes, ICON_NONE, BUTTON_PRIMARY, 0);
    const bool escaped = did & FIELD_CANCEL || ui_take_key(ui, 0, KEY_ESCAPE, 0);
    card_end(views);
    if (goes || did & FIELD_SUBMIT) {
        send(views, room);
    } else if (stays || escaped) {
        close_sheet(views);
    } else if (left_out >= 0) {
        outgoing_remove(composer->sheet[left_out].path);
        drop_item(composer, left_out);
        ui_again(ui);
    }
}
