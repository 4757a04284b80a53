/* composer.c - where one writes: text, emoji, files. */
#include <string.h>

#include "client/app/temporary.h"
#include "client/platform/dialog.h"
#include "client/ui/lang.h"
#include "client/ui/views/compose.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

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

int composer_height(struct views *views, int width)
{
    const struct ui *ui = views->ui;
    const int least = dp(ui, LINE_MIN),
              field = voice_is_on(views) ? least : field_height(views, width);
    return dp(ui, MARGIN_TOP) + dp(ui, MARGIN_BOTTOM) + 2 * dp(ui, PAD_Y) + 2 * dp(ui, BORDER) +
           (field > least ? field : least) + (voice_is_on(views) ? 0 : compose_bar_height(views));
}

/* Each room has its own draft in the model; the editor holds the one on screen. */
static void follow_room(struct views *views, const struct room *room)
{
    if (views->composing == room)
        return;
    views_keep_draft(views);
    views->reply_seq = views->edit_seq = 0;
    emoji_close(views);
    views->composing = room;
    edit_set(&views->message, room->draft ? room->draft : "");
    views->message_version = views->message.version;
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
}

/* ---- sending ---- */

static void delete_edited(struct views *views, const struct confirm *confirm)
{
    struct room *room = model_find_room(views->model, confirm->room);
    struct message *message = room ? room_find_seq(room, confirm->seq) : NULL;
    if (message && !message->deleted)
        action_delete(views->app, room, message);
    views_cancel_reply_edit(views);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \n")] == '\0';
}

/* What was edited; an empty text is no message. */
static void save(struct views *views, struct room *room)
{
    struct message *message = room_find_seq(room, views->edit_seq);
    struct err err = {0};
    if (!message || message->deleted || str_equal(message->text, views->message.text))
        views_cancel_reply_edit(views);
    else if (is_blank(views->message.text))
        views_confirm(views, lang("Delete this message?"),
                      lang("Nothing is left of its text. It will be gone for everyone."),
                      lang("Delete"), delete_edited, room, message);
    else if (action_edit(views->app, room, message, views->message.text, &err))
        views_cancel_reply_edit(views);
    else
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
}

static void send(struct views *views, struct room *room)
{
    struct err err = {0};
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
    if (composer_is_too_long(views))
        return; /* the strip above says what to do */
    if (views->edit_seq) {
        save(views, room);
        return;
    }
    if (is_blank(views->message.text))
        return; /* what is answered stays */
    if (!action_say(views->app, room, views->message.text, views->reply_seq, &err)) {
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
        return;
    }
    edit_set(&views->message, "");
    views_cancel_reply_edit(views);
}

void composer_send_as_file(struct views *views, struct room *room)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    struct err err = {0};
    if (!temporary_folder(folder, &err) || !path_join(path, folder, "message.txt") ||
        !file_make_folder(folder, &err) ||
        !file_save(path, views->message.text, views->message.size, &err)) {
        ui_toast(views->ui, TOAST_ERR, lang(err.text)); /* the text stays */
        return;
    }
    if (!action_send_file(views->app, room, path, true, &err)) {
        temporary_remove(path);
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
        return;
    }
    outgoing_keep(views, path, false);
    edit_set(&views->message, "");
    list_to_bottom(views_place(views, room)->list);
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
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

static struct rect tool(const struct ui *ui, struct rect r, int center_x)
{
    const int side = dp(ui, SP_6);
    return rect_make(center_x - side / 2, r.y + r.h / 2 - side / 2, side, side);
}

/* The last message of ours that can be changed. */
static const struct message *last_own(const struct room *room)
{
    for (size_t i = room->message_count; i-- > 0;) {
        const struct message *message = room->messages[i];
        if (message->own && message->seq && message->kind == MESSAGE_TEXT && !message->deleted)
            return message;
    }
    return NULL;
}

static void on_change(struct views *views, struct room *room)
{
    struct ui *ui = views->ui;
    if (views->message.version == views->message_version)
        return;
    views->message_version = views->message.version;
    if (views->message.size > 0)
        action_typing(views->app, room);
    views_keep_draft(views);
    ui_again(ui); /* the field may want another height */
}

static void on_field(struct views *views, struct room *room, unsigned did)
{
    on_change(views, room);
    if (did & FIELD_UP && model_has_feature(views->model, "edit")) {
        const struct message *message = last_own(room);
        if (message)
            views_begin_edit(views, message);
    }
    if (did & FIELD_CANCEL && (views->reply_seq || views->edit_seq))
        views_cancel_reply_edit(views);
    else if (did & FIELD_CANCEL)
        list_to_bottom(views_place(views, room)->list); /* all is read */
    if (did & FIELD_SUBMIT)
        send(views, room);
}

static void emoji_button(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "smile");
    const bool open = emoji_is_open(views, id);
    if (!ui_icon_button(ui, id, r, ICON_SMILE, lang("Emoji"),
                        UI_KEEP_FOCUS | (open ? UI_CHECKED : 0u)))
        return;
    if (open) {
        emoji_close(views);
        return;
    }
    ui_focus(ui, ui_id_of(ui, "message")); /* it gets the keyboard back */
    emoji_open(views, id, r);
}

/* A picture instead of a text: before the field sees the key. */
static void paste(struct views *views)
{
    struct ui *ui = views->ui;
    unsigned mods;
    if (ui_focused(ui) == ui_id_of(ui, "message") && !edit_is_composing(&views->message) &&
        ui_peek_key(ui, &mods) == KEY_CHAR + 'v' && mods == MOD_CTRL && sheet_paste(views))
        ui_take_key(ui, 0, KEY_CHAR + 'v', MOD_CTRL);
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
    struct rect rest = r;
    if (voice_is_on(views)) {
        voice_view(
            views, clip,
            rect_make(clip.x + clip.w + gap, line.y, go.x - gap - (clip.x + clip.w + gap), line.h),
            go, room);
        return;
    }
    compose_bar_view(views, rect_pad(rect_cut_top(&rest, compose_bar_height(views)), pad, 0), room);
    struct rect field = rect_make(r.x + pad + icon + gap, rest.y + dp(ui, PAD_Y) + dp(ui, BORDER),
                                  go.x - 2 * gap - icon - (r.x + pad + icon + gap),
                                  rest.h - 2 * dp(ui, PAD_Y) - 2 * dp(ui, BORDER));

    const int text_h = field_height(views, r.w + 2 * dp(ui, MARGIN_X));
    if (text_h < field.h)
        field = rect_middle(field, text_h);
    if (room->kind == ROOM_DIRECT)
        LANG_TEXT(placeholder, sizeof placeholder, "Message {1}", room_title(room));
    else
        LANG_TEXT(placeholder, sizeof placeholder, "Message #{1}", room_title(room));
    const struct field_spec spec = spec_of(placeholder);
    if (ui_icon_button(ui, ui_id_of(ui, "attach"), clip, ICON_CLIP, lang("Send files"),
                       UI_KEEP_FOCUS) ||
        ui_take_key(ui, 0, KEY_CHAR + 'u', MOD_CTRL | MOD_SHIFT))
        attach(views);
    /* what floats gets the keys before the field */
    const char *emoji = emoji_view(views, ui_id_of(ui, "smile"));
    if (emoji)
        edit_insert(&views->message, emoji, strlen(emoji));
    completion_view(views, r, field, room);
    paste(views);
    const unsigned did = ui_field(ui, ui_id_of(ui, "message"), field, &views->message, &spec);
    emoji_button(views, smile);
    if (views->message.size == 0 && !views->edit_seq && !views->reply_seq) {
        voice_button(views, go, room);
        on_field(views, room, did);
        return;
    }
    const bool pressed = ui_round_button(
        ui, ui_id_of(ui, "send"), go, views->edit_seq ? ICON_CHECK : ICON_SEND,
        lang(views->edit_seq ? LANG_KEY("Save changes") : LANG_KEY("Send")), UI_KEEP_FOCUS);
    on_field(views, room, did);
    if (pressed && !(did & FIELD_SUBMIT))
        send(views, room);
}

/* What was answered or edited may be gone. */
static void follow_message(struct views *views, const struct room *room)
{
    const uint64_t seq = views->edit_seq ? views->edit_seq : views->reply_seq;
    const struct message *message = seq ? room_find_seq(room, seq) : NULL;
    if (message && message->deleted)
        views_cancel_reply_edit(views);
}

void composer_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    follow_room(views, room);
    follow_message(views, room);
    voice_follow(views);
    if (views->compose)
        ui_focus(ui, ui_id_of(ui, "message"));
    views->compose = false;
    views->composer_top = r.y;
    r = rect_pad(r, dp(ui, MARGIN_X), 0);
    rect_cut_top(&r, dp(ui, MARGIN_TOP));
    rect_cut_bottom(&r, dp(ui, MARGIN_BOTTOM));
    box(views, r, room);
}

/* ---- what it remembers ---- */

struct composer *composer_create(void)
{
    struct composer *composer = mem_alloc(1, sizeof *composer);
    edit_init(&composer->search, NAME_SIZE, false);
    edit_init(&composer->caption, TEXT_MAX, true);
    composer->picked = -1;
    return composer;
}

void composer_destroy(struct composer *composer)
{
    sheet_drop(composer);
    outgoing_leave(composer);
    mem_free(composer->outgoing);
    edit_finish(&composer->search);
    edit_finish(&composer->caption);
    mem_free(composer);
}
