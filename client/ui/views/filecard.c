/* filecard.c - a file as a card: what it is, how far it has come, what can be done with it. */
#include <string.h>

#include "client/platform/open_url.h"
#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/str.h"

#define CARD_W 300.0f
#define CARD_PAD_Y 3.0f
#define CARD_ICON 44.0f
#define CARD_GAP 12.0f
#define BAR_H 4.0f
#define BAR_GAP 6.0f

/* What the card says and does, from where the file is. */
struct card {
    enum icon icon;
    const char *verb; /* of a click on the icon, for tip and dump; NULL: nothing to do */
    char line[ERR_TEXT_MAX + 64];
    float fraction; /* of the bar; < -1: no bar */
    bool bad;       /* the line tells a failure */
};
#define NO_BAR (-2.0f)

static enum icon kind_icon(const struct message *message)
{
    if (str_equal(message->file->kind, "image"))
        return ICON_IMAGE;
    if (str_equal(message->file->kind, "audio"))
        return ICON_MUSIC;
    if (str_equal(message->file->kind, "video"))
        return ICON_FILM;
    return ICON_DOC;
}

/* "6.2 of 14.8 MB · 11 MB/s · 1 s left" */
static void moving_line(const struct transfer *transfer, char *out, size_t size)
{
    char progress[2 * LANG_SIZE_MAX], rate[LANG_SIZE_MAX], left[64];
    lang_size_of(transfer->done, transfer->size, progress, sizeof progress);
    if (transfer->rate < 1) {
        str_copy(out, size, progress);
        return;
    }
    lang_size_short((uint64_t)transfer->rate, rate); /* "11 MB/s": the rest is noise */
    const double seconds = (double)(transfer->size - transfer->done) / transfer->rate;
    if (seconds < 60)
        lang_count(left, sizeof left, (uint64_t)seconds + 1, "{1} s left", "{1} s left");
    else if (seconds < 3600)
        lang_count(left, sizeof left, (uint64_t)(seconds / 60) + 1, "{1} min left", "{1} min left");
    else
        str_copy(left, sizeof left, lang("over an hour left"));
    LANG_TEXT(out, size, "{1} · {2}/s · {3}", progress, rate, left);
}

static float fraction_of(const struct transfer *transfer)
{
    return transfer->size ? (float)((double)transfer->done / (double)transfer->size) : 0.0f;
}

static void card_of(const struct message *message, struct card *card)
{
    const struct transfer *transfer = &message->file->transfer;
    char size[LANG_SIZE_MAX];
    lang_size(message->file->size, size);
    *card = (struct card){.icon = kind_icon(message), .fraction = NO_BAR};
    if (message->state == MESSAGE_FAILED ||
        (message->own && transfer->upload && transfer->state == TRANSFER_FAILED)) {
        card->icon = ICON_RETRY;
        card->verb = LANG_KEY("Try again");
        card->bad = true;
        str_copy(card->line, sizeof card->line,
                 message->trouble    ? lang(message->trouble)
                 : transfer->trouble ? lang(transfer->trouble)
                                     : lang("Not sent"));
    } else if (message->file->state == FILE_FAILED) {
        card->bad = true;
        card->icon = ICON_WARNING;
        str_copy(
            card->line, sizeof card->line,
            lang(message->trouble ? message->trouble : LANG_KEY("The file did not arrive whole.")));
    } else if (transfer->state == TRANSFER_ACTIVE) {
        card->icon = ICON_X;
        card->verb = LANG_KEY("Cancel");
        card->fraction = fraction_of(transfer);
        moving_line(transfer, card->line, sizeof card->line);
    } else if (transfer->state == TRANSFER_WAITING) {
        card->icon = ICON_X;
        card->verb = LANG_KEY("Cancel");
        card->fraction = fraction_of(transfer);
        LANG_TEXT(card->line, sizeof card->line, "{1} · waiting", size);
    } else if (transfer->state == TRANSFER_FAILED) {
        card->icon = ICON_RETRY;
        card->verb = LANG_KEY("Try again");
        card->bad = true;
        str_copy(card->line, sizeof card->line,
                 lang(transfer->trouble ? transfer->trouble : LANG_KEY("Not received")));
    } else if (transfer->saved_path) {
        card->icon = ICON_FOLDER;
        card->verb = LANG_KEY("Show in folder");
        LANG_TEXT(card->line, sizeof card->line, "{1} · saved", size);
    } else if (message->own) {
        str_copy(card->line, sizeof card->line, size);
    } else {
        card->icon = ICON_DOWN;
        card->verb = LANG_KEY("Save");
        if (message->file->state == FILE_COMING)
            LANG_TEXT(card->line, sizeof card->line, "{1} · still being sent", size);
        else
            str_copy(card->line, sizeof card->line, size);
    }
}

/* Why there is nothing to see of it. */
static const struct text_layout *sentence_layout(struct views *views, const struct message *message,
                                                 int w, const char **text)
{
    if (!message->file->picture_trouble || str_equal(message->file->kind, "file"))
        return NULL;
    *text = lang(message->file->picture_trouble);
    return ui_layout(views->ui, *text, strlen(*text), TEXT_SM, WEIGHT_REGULAR, w > 1 ? w : 1, 3);
}

static int sentence_height(struct views *views, const struct message *message, int w)
{
    const char *text;
    const struct text_layout *layout = sentence_layout(views, message, w, &text);
    return layout ? text_layout_height(layout) + dp(views->ui, SP_1) : 0;
}

static void draw_sentence(struct views *views, const struct message *message, struct rect r)
{
    const char *text;
    const struct text_layout *layout = sentence_layout(views, message, r.w, &text);
    if (layout)
        ui_paragraph(views->ui, 0, layout, text, strlen(text), r.x, r.y,
                     ui_color(views->ui, message->own ? ROLE_OWN_2 : ROLE_TEXT_2));
}

static void card_size(struct views *views, const struct room *room, const struct message *message,
                      int most_w, int *w, int *h)
{
    (void)room;
    const struct ui *ui = views->ui;
    struct card card;
    card_of(message, &card);
    int text_h = ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM);
    if (card.fraction > NO_BAR)
        text_h += dp(ui, BAR_GAP) + dp(ui, BAR_H);
    const int icon_h = dp(ui, CARD_ICON);
    *w = dp(ui, CARD_W) < most_w ? dp(ui, CARD_W) : most_w;
    *h = (text_h > icon_h ? text_h : icon_h) + 2 * dp(ui, CARD_PAD_Y) +
         sentence_height(views, message, *w);
}

static void act(struct views *views, struct room *room, struct message *message,
                const struct card *card)
{
    struct err err = {0};
    if (str_equal(card->verb, "Cancel"))
        action_cancel(views->app, room, message);
    else if (str_equal(card->verb, "Try again"))
        action_try_again(views->app, room, message);
    else if (str_equal(card->verb, "Save"))
        action_fetch(views->app, room, message, true);
    else if (str_equal(card->verb, "Show in folder") &&
             !open_folder_of(message->file->transfer.saved_path, &err))
        ui_toast(views->ui, TOAST_ERR, err.text);
}

static void card_draw(struct views *views, struct room *room, struct message *message,
                      struct rect r)
{
    struct ui *ui = views->ui;
    struct card card;
    char name[2 * LABEL_SIZE], clock[WHEN_SIZE];
    card_of(message, &card);
    ui_note(ui, "file", message->file->label, card.line, r, 0);
    ui_push_id(ui, ui_id_num(ui, "card", message->seq));
    const int sentence_h = sentence_height(views, message, r.w);
    if (sentence_h)
        draw_sentence(views, message, rect_cut_bottom(&r, sentence_h - dp(ui, SP_1)));
    rect_cut_bottom(&r, sentence_h ? dp(ui, SP_1) : 0);
    r = rect_pad(r, 0, dp(ui, CARD_PAD_Y));
    struct rect icon = rect_middle(rect_cut_left(&r, dp(ui, CARD_ICON)), dp(ui, CARD_ICON));
    rect_cut_left(&r, dp(ui, CARD_GAP));
    const enum role soft = message->own ? ROLE_OWN_SOFT : ROLE_ACCENT_SOFT;
    ui_round(ui, icon, 10, soft);
    ui_icon(ui, icon, card.icon, ICON_MD, message->own ? ROLE_OWN_TEXT : ROLE_ACCENT);
    if (card.verb) {
        struct ui_hit hit = ui_hit(ui, ui_id_of(ui, card.verb), icon, "button", lang(card.verb),
                                   UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
        if (hit.hovered)
            ui_round(ui, icon, 10, soft);
        if (hit.focus_visible)
            ui_focus_ring(ui, icon, 10);
        if (hit.clicked)
            act(views, room, message, &card);
    }
    const bool bar = card.fraction > NO_BAR;
    const int name_h = ui_line_height(ui, TEXT_MD), line_h = ui_line_height(ui, TEXT_SM);
    struct rect lines =
        rect_middle(r, name_h + line_h + (bar ? dp(ui, BAR_GAP) + dp(ui, BAR_H) : 0));
    label_middle(views, message->file->label, TEXT_MD, WEIGHT_MEDIUM, lines.w, name, sizeof name);
    ui_label(ui, rect_cut_top(&lines, name_h), name, TEXT_MD, WEIGHT_MEDIUM,
             message->own ? ROLE_OWN_TEXT : ROLE_TEXT, ALIGN_LEFT);
    struct rect line = rect_cut_top(&lines, line_h);
    if (!bar && message->seq) {
        when_clock(message->time_ms, clock);
        struct rect when = rect_cut_right(
            &line, ui_label_width(ui, clock, TEXT_XS, WEIGHT_REGULAR) + dp(ui, SP_2));
        ui_label(ui, when, clock, TEXT_XS, WEIGHT_REGULAR, message->own ? ROLE_OWN_2 : ROLE_TEXT_3,
                 ALIGN_RIGHT);
    }
    ui_label(ui, line, card.line, TEXT_SM, WEIGHT_REGULAR,
             card.bad       ? ROLE_ERR
             : message->own ? ROLE_OWN_2
                            : ROLE_TEXT_2,
             ALIGN_LEFT);
    if (bar) {
        rect_cut_top(&lines, dp(ui, BAR_GAP));
        ui_progress(ui, rect_cut_top(&lines, dp(ui, BAR_H)), message->file->label, card.fraction,
                    message->own ? ROLE_OWN_TEXT : ROLE_ACCENT, ROLE_TRACK);
    }
    ui_pop_id(ui);
}

/* Any file can be one. */
static bool is_file(const struct message *message)
{
    return message->file != NULL;
}

const struct bubble_shape shape_card = {.is_for = is_file, .size = card_size, .draw = card_draw};
