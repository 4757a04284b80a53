/* composer.c - where one writes: text, emoji, files. */
#include <string.h>

#include "client/platform/dialog.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/hash.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"

#define MARGIN_X 16.0f
#define MARGIN_TOP 2.0f
#define MARGIN_BOTTOM 16.0f
#define PAD_X 15.0f /* with the border */
#define PAD_Y 11.0f
#define GAP 12.0f
#define SEND 34.0f
#define SEND_RIGHT 10.0f
#define LINE_MIN 24.0f   /* the send button reaches 5 into the padding above and below */
#define FIELD_MAX 224.0f /* UX.md: 36 to min(224, a quarter of the window) */
#define NOTICE_H 44.0f   /* the strip above: a path, or "too long" */
#define EMOJI_CELL 36.0f
#define EMOJI_COLUMNS 8

static const char *const emoji[] = {
    "😀",      "😂",       "😊",    "😍", "😎",      "🤔", "😅", "😉", "😭", "😢", "😡", "😱",
    "🥳",   "😴",       "🙄", "😇", "👍",      "👎",    "👏", "🙌", "🙏", "💪", "👋", "🤝",
    "✌️", "👌",       "🤞", "👀", "❤️", "💔",    "🔥", "✨", "🎉", "🎂", "🎁", "🌅",
    "☀️", "🌧️", "☕",    "🍕", "🍎",      "⚽",    "🎵", "📷", "💡", "✅", "❌", "🚀",
};
#define EMOJI_COUNT ((int)(sizeof emoji / sizeof *emoji))

static struct field_spec spec_of(const char *placeholder)
{
    return (struct field_spec){.label = lang("Message"),
                               .placeholder = placeholder,
                               .size = TEXT_MD,
                               .bare = true,
                               .marks = true};
}

static int field_width(const struct ui *ui, int width)
{
    return width - 2 * dp(ui, MARGIN_X) - dp(ui, PAD_X) - 2 * dp(ui, ICON_LG) - 3 * dp(ui, GAP) -
           dp(ui, SEND) - dp(ui, SEND_RIGHT);
}

static int field_height(struct views *views, int width)
{
    struct ui *ui = views->ui;
    const struct field_spec spec = spec_of(NULL);
    const int quarter = ui_rect(ui).h / 4, most = dp(ui, FIELD_MAX);
    return ui_field_height(ui, &views->message, &spec, field_width(ui, width),
                           quarter < most ? quarter : most);
}

static bool is_too_long(const struct views *views)
{
    return views->message.size > TEXT_MAX;
}

static bool has_notice(const struct views *views)
{
    return views->asking_path || is_too_long(views);
}

int composer_height(struct views *views, int width)
{
    const struct ui *ui = views->ui;
    const int field = field_height(views, width), least = dp(ui, LINE_MIN);
    return dp(ui, MARGIN_TOP) + dp(ui, MARGIN_BOTTOM) + 2 * dp(ui, PAD_Y) + 2 * dp(ui, BORDER) +
           (field > least ? field : least) + (has_notice(views) ? dp(ui, NOTICE_H) : 0);
}

/* Each room has its own draft in the model; the editor holds the one on screen. */
static void follow_room(struct views *views, const struct room *room)
{
    if (views->composing == room)
        return;
    views_keep_draft(views);
    views->composing = room;
    edit_set(&views->message, room->draft ? room->draft : "");
    views->message_version = views->message.version;
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
}

static void send(struct views *views, struct room *room)
{
    struct err err = {0};
    if (is_too_long(views))
        return; /* the strip above says what to do */
    if (action_say(views->app, room, views->message.text, 0, &err))
        edit_set(&views->message, "");
    else
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
}

/* A folder for each, so that all can have the same plain name. */
static void send_as_file(struct views *views, struct room *room)
{
    char temporary[OS_PATH_MAX], folder[OS_PATH_MAX], path[OS_PATH_MAX], name[64], id[17];
    struct err err = {0};
    dirs_temp(temporary);
    random_hex(8, id);
    str_format(name, sizeof name, "confab-message-%s", id);
    if (!path_join(folder, temporary, name) || !path_join(path, folder, "message.txt"))
        err_set(&err, ERR_LIMIT, "The name of the temporary folder is too long.");
    else if (file_make_folder(folder, &err) &&
             file_save(path, views->message.text, views->message.size, &err) &&
             action_send_file(views->app, room, path, true, &err)) {
        edit_set(&views->message, "");
        list_to_bottom(views_place(views, room)->list);
        ui_focus(views->ui, ui_id_of(views->ui, "message"));
        return;
    }
    ui_toast(views->ui, TOAST_ERR, lang(err.text)); /* the text stays */
}

static void too_long(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const char *send_label = lang("Send as file");
    char text[192], size[LANG_SIZE_MAX];
    struct rect button = rect_middle(rect_cut_right(&r, ui_button_width(ui, send_label, ICON_NONE)),
                                     ui_button_small_height(ui));
    if (ui_button(ui, ui_id_of(ui, "as file"), button, send_label, ICON_NONE, BUTTON_PRIMARY, 0))
        send_as_file(views, room);
    lang_size(views->message.size, size);
    LANG_TEXT(text, sizeof text, "This text is too long for one message ({1}).", size);
    rect_cut_right(&r, dp(ui, SP_2));
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
        views_send_path(views, views->path.text, false);
        edit_set(&views->path, "");
        views->asking_path = false;
    }
    if (ui_button(ui, ui_id_of(ui, "no path"), cancel, cancel_label, ICON_NONE, BUTTON_GHOST, 0) ||
        did & FIELD_CANCEL)
        views->asking_path = false;
    if (!views->asking_path)
        ui_focus(ui, ui_id_of(ui, "message"));
}

static void attach(struct views *views)
{
    struct ui *ui = views->ui;
    struct err err = {0};
    if (!dialog_available()) {
        views->asking_path = !views->asking_path;
        ui_focus(ui, ui_id_of(ui, views->asking_path ? "path" : "message"));
        return;
    }
    if (views->chooser)
        return; /* it is open */
    views->chooser = dialog_open_files(ui_window(ui), lang("Send files"), &err);
    if (!views->chooser)
        ui_toast(ui, TOAST_ERR, lang(err.text));
}

static void emoji_grid(struct views *views, struct rect smile)
{
    struct ui *ui = views->ui;
    struct draw *draw = ui_draw(ui);
    const int cell = dp(ui, EMOJI_CELL), pad = dp(ui, SP_2);
    const int w = EMOJI_COLUMNS * cell + 2 * pad, h = EMOJI_COUNT / EMOJI_COLUMNS * cell + 2 * pad;
    int x = smile.x + smile.w - w;
    if (x < pad)
        x = pad;
    struct rect box = rect_make(x, smile.y - h - dp(ui, SP_3), w, h);
    draw_push_layer(draw, 1);
    ui_block(ui, ui_id_of(ui, "emoji"), box);
    draw_shadow(draw, box, dpf(ui, RADIUS_MD), dpf(ui, 28), dp(ui, 8), ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, box, RADIUS_MD, ROLE_LINE);
    for (int i = 0; i < EMOJI_COUNT; i++) {
        struct rect at = rect_make(box.x + pad + i % EMOJI_COLUMNS * cell,
                                   box.y + pad + i / EMOJI_COLUMNS * cell, cell, cell);
        struct ui_hit hit = ui_hit(ui, ui_id_num(ui, "one emoji", (uint64_t)i), at, "button",
                                   emoji[i], UI_HAND | UI_KEEP_FOCUS);
        if (hit.hovered)
            ui_round(ui, at, RADIUS_SM, ROLE_HOVER);
        ui_label(ui, at, emoji[i], TEXT_LG, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_CENTER);
        if (hit.clicked) {
            edit_insert(&views->message, emoji[i], strlen(emoji[i]));
            views->emoji_open = false;
            ui_focus(ui, ui_id_of(ui, "message"));
        }
    }
    draw_pop_layer(draw);
    if (ui_pressed_outside(ui, box) && ui_pressed_outside(ui, smile))
        views->emoji_open = false;
    if (!views->emoji_open)
        ui_again(ui);
}

static struct rect tool(const struct ui *ui, struct rect r, int center_x)
{
    const int side = dp(ui, SP_6);
    return rect_make(center_x - side / 2, r.y + r.h / 2 - side / 2, side, side);
}

static void box(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    char placeholder[NAME_SIZE + 64];
    const int one_line = dp(ui, LINE_MIN) + 2 * dp(ui, PAD_Y) + 2 * dp(ui, BORDER);
    ui_round(ui, r, RADIUS_LG, ROLE_RAISED);
    ui_border(ui, r, RADIUS_LG, ROLE_LINE);
    /* the tools stay with the last line when the field grows */
    struct rect line = rect_make(r.x, r.y + r.h - one_line, r.w, one_line);
    const int pad = dp(ui, PAD_X), icon = dp(ui, ICON_LG), gap = dp(ui, GAP);
    struct rect clip = tool(ui, line, r.x + pad + icon / 2);
    struct rect go = rect_middle(
        rect_make(r.x + r.w - dp(ui, SEND_RIGHT) - dp(ui, SEND), line.y, dp(ui, SEND), line.h),
        dp(ui, SEND));
    struct rect smile = tool(ui, line, go.x - gap - icon / 2);
    struct rect field = rect_make(r.x + pad + icon + gap, r.y + dp(ui, PAD_Y) + dp(ui, BORDER),
                                  go.x - 2 * gap - icon - (r.x + pad + icon + gap),
                                  r.h - 2 * dp(ui, PAD_Y) - 2 * dp(ui, BORDER));

    const int text_h = field_height(views, r.w + 2 * dp(ui, MARGIN_X));
    if (text_h < field.h)
        field = rect_middle(field, text_h);
    LANG_TEXT(placeholder, sizeof placeholder, "Message #{1}", room->name);
    const struct field_spec spec = spec_of(placeholder);
    /* before the field, which has the keyboard and takes Escape too; a composition's is not ours */
    if (views->emoji_open && !edit_is_composing(&views->message) &&
        ui_take_key(ui, 0, KEY_ESCAPE, 0))
        views->emoji_open = false;
    if (ui_icon_button(ui, ui_id_of(ui, "attach"), clip, ICON_CLIP, "Send files", UI_KEEP_FOCUS))
        attach(views);
    const unsigned did = ui_field(ui, ui_id_of(ui, "message"), field, &views->message, &spec);
    if (views->message.version != views->message_version) {
        views->message_version = views->message.version;
        if (views->message.size > 0)
            action_typing(views->app, room);
        ui_again(ui); /* the field may want another height */
    }
    if (ui_icon_button(ui, ui_id_of(ui, "smile"), smile, ICON_SMILE, lang("Emoji"), UI_KEEP_FOCUS))
        views->emoji_open = !views->emoji_open;
    const bool pressed =
        ui_round_button(ui, ui_id_of(ui, "send"), go, ICON_SEND, lang("Send"), UI_KEEP_FOCUS);
    if (pressed || did & FIELD_SUBMIT)
        send(views, room);
    if (views->emoji_open)
        emoji_grid(views, smile);
}

void composer_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    follow_room(views, room);
    if (views->compose)
        ui_focus(ui, ui_id_of(ui, "message"));
    views->compose = false;
    views->composer_top = r.y;
    r = rect_pad(r, dp(ui, MARGIN_X), 0);
    rect_cut_top(&r, dp(ui, MARGIN_TOP));
    rect_cut_bottom(&r, dp(ui, MARGIN_BOTTOM));
    if (has_notice(views)) {
        struct rect notice = rect_pad(rect_cut_top(&r, dp(ui, NOTICE_H)), dp(ui, SP_1), 0);
        if (is_too_long(views))
            too_long(views, notice, room);
        else
            ask_path(views, notice);
    }
    box(views, r, room);
}
