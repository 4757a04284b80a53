/* help.c - the sheet of shortcuts (F1, Ctrl+/), drawn from one table. Who adds a shortcut adds a line here. */
#include <string.h>

#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/str.h"

#define CARD_W 760.0f
#define COLUMNS_MIN_W 620.0f /* of the card, for two columns */
#define HEAD_H 56.0f
#define LINE_H 30.0f
#define CAP_H 22.0f
#define CAP_PAD 7.0f
#define CAP_RADIUS 6.0f

/* keys: "Ctrl+K", several after '|'. "+" alone is written as "Plus". */
struct shortcut {
    const char *keys, *what;
};
struct group {
    const char *title;
    const struct shortcut *shortcuts;
    int count;
};

static const struct shortcut rooms[] = {
    {"Ctrl+K", LANG_KEY("Go to a room or a person")},
    {"Ctrl+F", LANG_KEY("Search in this room")},
    {"Alt+↑|Ctrl+PgUp", LANG_KEY("Previous room")},
    {"Alt+↓|Ctrl+PgDn", LANG_KEY("Next room")},
    {"Ctrl+1|Ctrl+8", LANG_KEY("Room 1 to 8")},
    {"Shift+F10", LANG_KEY("Menu of a room or a person")},
};
static const struct shortcut reading[] = {
    {"PgUp|PgDn", LANG_KEY("Earlier, later messages")},
    {"Ctrl+Home|Ctrl+End", LANG_KEY("First, last message")},
    {"Ctrl+C", LANG_KEY("Copy what is marked")},
};
static const struct shortcut looking[] = {
    {"←|→", LANG_KEY("Previous, next picture")},
    {"Plus|-", LANG_KEY("Closer, further away")},
    {"1|0", LANG_KEY("Its own size, all of it")},
    {"R", LANG_KEY("Turn")},
    {"Ctrl+C|Ctrl+S", LANG_KEY("Copy, save the picture")},
    {"F|F11", LANG_KEY("Full window, full screen")},
    {"Space|M", LANG_KEY("Play or pause, sound off or on")},
    {",|.", LANG_KEY("A film's picture before, after")},
};
static const struct shortcut playing[] = {
    {"Space", LANG_KEY("Play, pause")},
    {"←|→", LANG_KEY("5 seconds back, on")},
    {"↑|↓", LANG_KEY("Louder, quieter")},
    {"M", LANG_KEY("Sound off, on")},
};
static const struct shortcut writing[] = {
    {"Enter", LANG_KEY("Send")},
    {"Shift+Enter", LANG_KEY("New line")},
    {"↑", LANG_KEY("Edit the last message")},
    {"Ctrl+Shift+U", LANG_KEY("Send files")},
    {"Ctrl+B", LANG_KEY("Bold")},
    {"Ctrl+I", LANG_KEY("Italic")},
    {"Ctrl+E", LANG_KEY("Code")},
    {"Ctrl+Z|Ctrl+Y", LANG_KEY("Undo, redo")},
    {"Ctrl+←|Ctrl+→", LANG_KEY("A word back, on")},
    {"Ctrl+A", LANG_KEY("Mark all")},
};
static const struct shortcut window[] = {
    {"Ctrl+,", LANG_KEY("Settings")},
    {"F1|Ctrl+/", LANG_KEY("This sheet")},
    {"Ctrl+Plus|Ctrl+-", LANG_KEY("Larger, smaller text")},
    {"Ctrl+0", LANG_KEY("Text as it was")},
    {"Tab|Shift+Tab", LANG_KEY("Next, previous control")},
    {"F6|Shift+F6", LANG_KEY("Next, previous part")},
    {"Esc", LANG_KEY("Close what is open")},
    {"Ctrl+Shift+D", LANG_KEY("Save a picture of the window")},
    {"Ctrl+Q", LANG_KEY("Quit")},
};

#define GROUP(title, list)                                \
    {                                                     \
        title, list, (int)(sizeof(list) / sizeof *(list)) \
    }
static const struct group groups[] = {
    GROUP(LANG_KEY("Rooms and people"), rooms),
    GROUP(LANG_KEY("Window"), window),
    GROUP(LANG_KEY("Reading"), reading),
    GROUP(LANG_KEY("Writing"), writing),
    GROUP(LANG_KEY("Pictures and films"), looking),
    GROUP(LANG_KEY("Sound and film"), playing),
};
#define GROUP_COUNT (int)(sizeof groups / sizeof *groups)

/* What stands on the key of the board at hand. */
static const char *cap_text(const char *key)
{
    return str_equal(key, "Ctrl") ? window_command_key() : str_equal(key, "Plus") ? "+" : key;
}

static int cap_width(struct ui *ui, const char *text)
{
    const int w = ui_label_width(ui, text, TEXT_XS, WEIGHT_MEDIUM) + 2 * dp(ui, CAP_PAD),
              h = dp(ui, CAP_H);
    return w > h ? w : h;
}

static void cap(struct ui *ui, struct rect r, const char *text)
{
    ui_round(ui, r, CAP_RADIUS, ROLE_RAISED);
    ui_border(ui, r, CAP_RADIUS, ROLE_LINE);
    ui_label(ui, r, text, TEXT_XS, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTER);
}

/* Walks through the caps of `keys` from the right edge of r, or only measures them. Returns their width. */
static int caps(struct ui *ui, struct rect r, const char *keys, bool draw)
{
    const int gap = dp(ui, 3), wide = dp(ui, SP_2), all = draw ? caps(ui, r, keys, false) : 0;
    int x = r.x + r.w - all, used = 0;
    for (const char *at = keys; *at;) {
        char key[16];
        const size_t size = strcspn(at, "+|");
        str_format(key, sizeof key, "%.*s", (int)size, at);
        const int w = cap_width(ui, cap_text(key));
        if (draw)
            cap(ui, rect_middle(rect_make(x + used, r.y, w, r.h), dp(ui, CAP_H)), cap_text(key));
        used += w;
        at += size;
        if (*at)
            used += *at++ == '|' ? wide : gap;
    }
    return used;
}

static void shortcut_row(struct ui *ui, struct rect r, const struct shortcut *shortcut)
{
    const int w = caps(ui, r, shortcut->keys, true);
    ui_note(ui, "shortcut", lang(shortcut->what), shortcut->keys, r, 0);
    rect_cut_right(&r, w + dp(ui, SP_2));
    ui_label(ui, r, lang(shortcut->what), TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

static int group_height(const struct ui *ui, const struct group *group)
{
    return dp(ui, LINE_H) * (group->count + 1) + dp(ui, SP_4);
}

static void group_view(struct ui *ui, struct rect r, const struct group *group)
{
    ui_label(ui, rect_cut_top(&r, dp(ui, LINE_H)), lang(group->title), TEXT_MD, WEIGHT_SEMIBOLD,
             ROLE_TEXT, ALIGN_LEFT);
    for (int i = 0; i < group->count; i++)
        shortcut_row(ui, rect_cut_top(&r, dp(ui, LINE_H)), &group->shortcuts[i]);
}

/* Half of the groups in each column. Returns the height of the taller one. */
static int sheet(struct ui *ui, struct rect r, int columns, bool draw)
{
    int tall[2] = {0, 0};
    const int gap = dp(ui, SP_6), w = columns == 2 ? (r.w - gap) / 2 : r.w;
    for (int i = 0; i < GROUP_COUNT; i++) {
        const int c = columns == 2 && i >= (GROUP_COUNT + 1) / 2 ? 1 : 0,
                  h = group_height(ui, &groups[i]);
        if (draw)
            group_view(ui, rect_make(r.x + c * (w + gap), r.y + tall[c], w, h), &groups[i]);
        tall[c] += h;
    }
    return tall[0] > tall[1] ? tall[0] : tall[1];
}

static void close_help(struct views *views)
{
    views->help_open = views->help_shown = false;
    ui_focus(views->ui, views->help_focus);
    ui_again(views->ui);
}

void help_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    if (!views->help_open)
        return;
    if (!views->help_shown) {
        views->help_shown = true;
        views->help_focus = ui_focused(ui);
        ui_focus(ui, ui_id_of(ui, "close help"));
        ui_again(ui);
    }
    const int pad = dp(ui, SP_5), side = dp(ui, SP_6);
    const int room_w = r.w - 2 * dp(ui, SP_3),
              w = dp(ui, CARD_W) < room_w ? dp(ui, CARD_W) : room_w;
    const int columns = w >= dp(ui, COLUMNS_MIN_W) ? 2 : 1;
    const int content_h = sheet(ui, rect_make(0, 0, w - 2 * pad, 0), columns, false);
    struct rect card =
        card_begin(views, r, "help", CARD_W, dp(ui, HEAD_H) + content_h + dp(ui, SP_2));
    struct rect head = rect_pad(rect_cut_top(&card, dp(ui, HEAD_H)), pad, 0);
    struct rect button =
        rect_shift(rect_middle(rect_cut_right(&head, side), side), dp(ui, SP_2), 0);
    const bool pressed =
        ui_icon_button(ui, ui_id_of(ui, "close help"), button, ICON_X, lang("Close"), 0);
    ui_label(ui, head, lang("Shortcuts"), TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_bottom(&card, dp(ui, SP_2));
    struct rect in = ui_scroll_begin(ui, ui_id_of(ui, "help"), card, content_h);
    sheet(ui, rect_pad(in, pad, 0), columns, true);
    ui_scroll_end(ui);
    const bool close = pressed || ui_take_key(ui, 0, KEY_ESCAPE, 0) ||
                       ui_take_key(ui, 0, KEY_F1, 0) ||
                       ui_take_key(ui, 0, KEY_CHAR + '/', MOD_CTRL);
    card_end(views);
    if (close)
        close_help(views);
}
