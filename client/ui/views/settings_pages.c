/* settings_pages.c - what the pages of the settings have. Each choice is taken at once and remembered. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/platform/dialog.h"
#include "client/ui/lang.h"
#include "client/ui/views/settings_inside.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/choice.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/str.h"

#define LANGUAGES_MAX 32
#define FIELD_H 40.0f
#define STEPPER_W 148.0f
#define PORTRAIT 64.0f

static void set_word(struct views *views, const char *key, const char *word)
{
    action_set_setting(views->app, key, word);
    views_apply_settings(views);
}

/* The index of the word that is kept under `key`; 0 if it is none of them. */
static int word_at(const struct views *views, const char *key, const char *const *words, int count)
{
    const char *kept = app_setting(views->app, key);
    for (int i = 0; kept && i < count; i++)
        if (str_equal(kept, words[i]))
            return i;
    return 0;
}

/* Pills for a setting that is one of some words. */
static void words_line(struct page *page, const char *label, const char *note, const char *key,
                       const char *const *words, const char *const *labels, int count)
{
    const int taken =
        page_choices(page, label, note, labels, count, word_at(page->views, key, words, count));
    if (taken >= 0)
        set_word(page->views, key, words[taken]);
}

static void trouble(struct page *page, const char *text)
{
    if (!text[0])
        return;
    page_gap(page, SP_1);
    page_text(page, text, TEXT_SM, WEIGHT_REGULAR, ROLE_ERR);
}

/* ---- you ---- */

static void take_name(struct views *views)
{
    struct settings_place *settings = &views->settings;
    struct err err = {0};
    settings->name_trouble[0] = '\0';
    if (!action_rename(views->app, settings->name.text, &err)) {
        str_copy(settings->name_trouble, sizeof settings->name_trouble, err.text);
        return;
    }
    edit_set(&settings->name, views->model->my_name);
    edit_set(&views->name, views->model->my_name);
}

/* As others see it. */
static void portrait(struct page *page)
{
    struct views *views = page->views;
    struct ui *ui = views->ui;
    const int side = dp(ui, PORTRAIT);
    struct rect r = rect_make(page->x, page->at, page->w, side);
    page->at += side;
    page_gap(page, SP_4);
    if (!page->draw)
        return;
    const char *name =
        views->settings.name.size ? views->settings.name.text : views->model->my_name;
    ui_avatar(ui, rect_cut_left(&r, side), name);
    rect_cut_left(&r, dp(ui, SP_4));
    ui_label(ui, r, name, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
}

void page_you(struct page *page)
{
    portrait(page);
    struct views *views = page->views;
    struct ui *ui = views->ui;
    struct settings_place *settings = &views->settings;
    const char *change = lang("Change");
    const int button_w = ui_button_width(ui, change, ICON_NONE), gap = dp(ui, SP_2);
    struct rect r =
        page_line(page, lang("Your name"),
                  lang("What others call you. With another name you stay the same person."),
                  page->w, dp(ui, FIELD_H));
    if (page->draw) {
        const struct field_spec spec = {.label = lang("Your new name"),
                                        .size = TEXT_MD,
                                        .invalid = settings->name_trouble[0] != '\0'};
        const bool same = str_equal(settings->name.text, views->model->my_name);
        const struct rect button = rect_cut_right(&r, button_w);
        rect_cut_right(&r, gap);
        const unsigned did = ui_field(ui, ui_id_of(ui, "settings name"), r, &settings->name, &spec);
        const bool pressed = ui_button(ui, ui_id_of(ui, "settings rename"), button, change,
                                       ICON_NONE, BUTTON_GHOST, same ? UI_DISABLED : 0);
        if (did & FIELD_CHANGED)
            settings->name_trouble[0] = '\0';
        if (pressed || did & FIELD_SUBMIT)
            take_name(views);
        settings->close = settings->close || did & FIELD_CANCEL;
    }
    trouble(page, settings->name_trouble);
}

/* ---- look ---- */

static void theme_line(struct page *page)
{
    static const enum app_theme themes[] = {APP_THEME_SYSTEM, APP_THEME_DARK, APP_THEME_LIGHT,
                                            APP_THEME_CONTRAST};
    const char *const labels[] = {lang("As the system"), lang("Dark"), lang("Light"),
                                  lang("High contrast")};
    int at = 0;
    for (int i = 0; i < 4; i++)
        if (themes[i] == app_theme(page->views->app))
            at = i;
    const int taken = page_choices(page, lang("Theme"), NULL, labels, 4, at);
    if (taken >= 0)
        action_set_theme(page->views->app, themes[taken]);
}

static void accent_line(struct page *page)
{
    struct views *views = page->views;
    struct ui *ui = views->ui;
    const char *const names[ACCENT_COUNT] = {
        [ACCENT_BLUE] = lang("Blue"),     [ACCENT_VIOLET] = lang("Violet"),
        [ACCENT_PINK] = lang("Pink"),     [ACCENT_RED] = lang("Red"),
        [ACCENT_ORANGE] = lang("Orange"), [ACCENT_YELLOW] = lang("Yellow"),
        [ACCENT_GREEN] = lang("Green"),   [ACCENT_TEAL] = lang("Teal")};
    const int side = dp(ui, SWATCH), gap = dp(ui, SP_1);
    int a_line = (page->w + gap) / (side + gap);
    a_line = a_line > ACCENT_COUNT ? ACCENT_COUNT : a_line < 1 ? 1 : a_line;
    const int lines = (ACCENT_COUNT + a_line - 1) / a_line;
    const struct rect r = page_line(page, lang("Accent"), NULL, a_line * (side + gap) - gap,
                                    lines * (side + gap) - gap);
    for (int i = 0; page->draw && i < ACCENT_COUNT; i++) {
        const struct rect at =
            rect_make(r.x + i % a_line * (side + gap), r.y + i / a_line * (side + gap), side, side);
        if (ui_swatch(ui, ui_id_num(ui, "accent", (uint64_t)i), at, names[i],
                      theme_accent(ui_theme(ui), (enum accent)i), i == (int)ui_accent(ui)))
            set_word(views, "accent", theme_accent_word((enum accent)i));
    }
}

static void size_line(struct page *page)
{
    struct views *views = page->views;
    struct ui *ui = views->ui;
    const int percent = views_text_size(views), h = dp(ui, SP_6);
    char text[32], number[16];
    str_format(number, sizeof number, "%d", percent);
    LANG_TEXT(text, sizeof text, "{1} %", number);
    struct rect r = page_line(page, lang("Text size"), NULL, dp(ui, STEPPER_W), h);
    if (!page->draw)
        return;
    r.w = dp(ui, STEPPER_W) < r.w ? dp(ui, STEPPER_W) : r.w;
    ui_round(ui, r, RADIUS_FULL, ROLE_RAISED);
    ui_border(ui, r, RADIUS_FULL, ROLE_LINE);
    const bool less =
        ui_icon_button(ui, ui_id_of(ui, "smaller"), rect_cut_left(&r, h), ICON_MINUS,
                       lang("Smaller text"), percent <= TEXT_SIZE_MIN ? UI_DISABLED : 0);
    const struct rect more_r = rect_cut_right(&r, h);
    ui_label(ui, r, text, TEXT_SM, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTER);
    const bool more =
        ui_icon_button(ui, ui_id_of(ui, "larger"), more_r, ICON_PLUS, lang("Larger text"),
                       percent >= TEXT_SIZE_MAX ? UI_DISABLED : 0);
    if (less || more)
        views_set_text_size(views, percent + (more ? TEXT_SIZE_STEP : -TEXT_SIZE_STEP));
}

/* Each under the name that it has for itself, so that a person finds it whatever is on now. */
static void language_line(struct page *page)
{
    const struct lang_choice *list;
    const size_t known = lang_list(&list);
    const char *words[LANGUAGES_MAX + 1] = {"system"}, *labels[LANGUAGES_MAX + 1];
    int count = 1;
    labels[0] = lang("As the system");
    for (size_t i = 0; i < known && count <= LANGUAGES_MAX; i++, count++) {
        words[count] = list[i].code;
        labels[count] = list[i].name;
    }
    words_line(page, lang("Language"), NULL, "language", words, labels, count);
}

void page_look(struct page *page)
{
    static const char *const motions[] = {"system", "on", "off"};
    const char *const motion_labels[] = {lang("As the system"), lang("On"), lang("Off")};
    theme_line(page);
    accent_line(page);
    size_line(page);
    language_line(page);
    words_line(page, lang("Motion"), lang("Slides, fades and smooth scrolling"), "motion", motions,
               motion_labels, 3);
}

/* ---- files ---- */

static void take_folder(struct views *views, const char *path)
{
    struct settings_place *settings = &views->settings;
    struct err err = {0};
    settings->folder_trouble[0] = '\0';
    if (!action_set_downloads(views->app, path, &err))
        str_copy(settings->folder_trouble, sizeof settings->folder_trouble, err.text);
    else
        edit_set(&settings->folder, app_downloads(views->app));
}

bool settings_on_chosen(struct views *views, unsigned token, const char *path)
{
    if (token == 0 || token != views->settings.chooser)
        return false;
    if (path && *path)
        take_folder(views, path);
    else
        views->settings.chooser = 0;
    return true;
}

static void choose_folder(struct views *views)
{
    struct err err = {0};
    const unsigned token = dialog_choose_folder(ui_window(views->ui), lang("Folder for downloads"),
                                                app_downloads(views->app), &err);
    if (token)
        views->settings.chooser = token;
    else
        str_copy(views->settings.folder_trouble, sizeof views->settings.folder_trouble, err.text);
}

static void folder_line(struct page *page)
{
    struct views *views = page->views;
    struct ui *ui = views->ui;
    struct settings_place *settings = &views->settings;
    const char *choose = lang("Choose…");
    const bool can_choose = dialog_available();
    const bool differs = !str_equal(settings->folder.text, app_downloads(views->app));
    const int button_w = can_choose ? ui_button_width(ui, choose, ICON_NONE) : 0,
              gap = dp(ui, SP_2);
    struct rect r = page_line(page, lang("Folder for downloads"),
                              lang("Where files go that you save."), page->w, dp(ui, FIELD_H));
    if (page->draw) {
        const struct field_spec spec = {.label = lang("Folder for downloads"),
                                        .size = TEXT_SM,
                                        .invalid = settings->folder_trouble[0] != '\0'};
        const struct rect button = rect_cut_right(&r, button_w);
        rect_cut_right(&r, can_choose ? gap : 0);
        const unsigned did =
            ui_field(ui, ui_id_of(ui, "settings folder"), r, &settings->folder, &spec);
        if (can_choose && ui_button(ui, ui_id_of(ui, "settings choose"), button, choose, ICON_NONE,
                                    BUTTON_GHOST, 0))
            choose_folder(views);
        if (did & FIELD_CHANGED)
            settings->folder_trouble[0] = '\0';
        if (did & FIELD_SUBMIT)
            take_folder(views, settings->folder.text);
        settings->close = settings->close || did & FIELD_CANCEL;
    }
    trouble(page, settings->folder_trouble);
    if (differs && !settings->folder_trouble[0]) {
        page_gap(page, SP_1);
        page_text(page, lang("Press Enter to use this folder."), TEXT_SM, WEIGHT_REGULAR,
                  ROLE_TEXT_2);
    }
}

void page_files(struct page *page)
{
    static const uint64_t sizes[] = {0, UINT64_C(1) << 20, UINT64_C(8) << 20, UINT64_C(32) << 20,
                                     UINT64_C(128) << 20};
    char texts[5][32];
    const char *labels[5] = {lang("Never")};
    int at = -1;
    folder_line(page);
    for (int i = 0; i < 5; i++) {
        char number[16];
        str_format(number, sizeof number, "%" PRIu64, sizes[i] >> 20);
        LANG_TEXT(texts[i], sizeof texts[i], "Up to {1} MB", number);
        if (i > 0)
            labels[i] = texts[i];
        if (app_auto_fetch(page->views->app) == sizes[i])
            at = i;
    }
    const int taken =
        page_choices(page, lang("Show pictures by themselves"),
                     lang("Larger ones are fetched when you click them."), labels, 5, at);
    if (taken >= 0)
        action_set_auto_fetch(page->views->app, sizes[taken]);
}

/* ---- notices ---- */

static void switch_line(struct page *page, const char *label, const char *note, const char *key,
                        bool at_first)
{
    const char *kept = app_setting(page->views->app, key);
    const bool on = kept ? str_equal(kept, "on") : at_first;
    if (page_switch(page, label, note, on))
        set_word(page->views, key, on ? "off" : "on");
}

void page_notices(struct page *page)
{
    static const char *const levels[] = {"all", "mentions", "off"};
    const char *const labels[] = {lang("Every message"), lang("Mentions only"), lang("Off")};
    words_line(page, lang("Notifications"),
               lang("While you look at another window. Who mentions you or writes to you alone is "
                    "always told."),
               "notices", levels, labels, 3);
    switch_line(page, lang("Sound"), lang("A short one with each notification"), "sound", true);
    switch_line(page, lang("Do not disturb"), lang("Nothing at all, until you turn it off"),
                "quiet", false);
}
