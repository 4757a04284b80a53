/* settings.c - the card of the settings: its frame, its pages' list, how a page is laid out. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/settings_inside.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/choice.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define CARD_W 720.0f
#define CARD_H 560.0f
#define NAV_W 196.0f
#define NAV_MIN_CARD_W 560.0f /* below this all pages stand below each other */
#define NAV_ROW_H 38.0f
#define HEAD_H 56.0f
#define LABEL_MIN_W 128.0f /* a control stands beside its label if so much is left ... */
#define NOTE_MIN_W 200.0f  /* ... for a note */

static const struct {
    const char *title;
    enum icon icon;
    void (*draw)(struct page *page);
} pages[PAGE_COUNT] = {
    [PAGE_YOU] = {LANG_KEY("You"), ICON_PEOPLE, page_you},
    [PAGE_LOOK] = {LANG_KEY("Look"), ICON_SUN, page_look},
    [PAGE_FILES] = {LANG_KEY("Files"), ICON_FOLDER, page_files},
    [PAGE_NOTICES] = {LANG_KEY("Notices"), ICON_BELL, page_notices},
    [PAGE_ABOUT] = {LANG_KEY("About"), ICON_INFO, page_about},
};

/* ---- a page ---- */

void page_gap(struct page *page, float h_dp)
{
    page->at += dp(page->views->ui, h_dp);
}

static int text_at(struct page *page, int y, int w, const char *text, enum text_size size,
                   enum text_weight weight, enum role role)
{
    struct ui *ui = page->views->ui;
    const struct text_layout *layout = ui_layout(ui, text, strlen(text), size, weight, w, 0);
    const int h = text_layout_height(layout);
    if (page->draw)
        ui_paragraph(ui, 0, layout, text, strlen(text), page->x, y, ui_color(ui, role));
    return h;
}

void page_text(struct page *page, const char *text, enum text_size size, enum text_weight weight,
               enum role role)
{
    page->at += text_at(page, page->at, page->w, text, size, weight, role);
}

static int label_height(struct ui *ui, int w, const char *label, const char *note)
{
    int h = text_layout_height(ui_layout(ui, label, strlen(label), TEXT_MD, WEIGHT_MEDIUM, w, 0));
    if (note)
        h += text_layout_height(ui_layout(ui, note, strlen(note), TEXT_SM, WEIGHT_REGULAR, w, 0));
    return h;
}

struct rect page_line(struct page *page, const char *label, const char *note, int w, int h)
{
    struct ui *ui = page->views->ui;
    const int gap = dp(ui, SP_4);
    if (!page->first) {
        page_gap(page, SP_3);
        if (page->draw)
            ui_fill(ui, rect_make(page->x, page->at, page->w, dp(ui, BORDER)), ROLE_LINE);
        page->at += dp(ui, BORDER);
        page_gap(page, SP_3);
    }
    page->first = false;
    const bool beside = page->w - w - gap >= dp(ui, note ? NOTE_MIN_W : LABEL_MIN_W);
    const int text_w = beside ? page->w - w - gap : page->w, top = page->at;
    const int text_h = label_height(ui, text_w, label, note), tall = text_h > h ? text_h : h;
    int at = beside ? top + (tall - text_h) / 2 : top;
    at += text_at(page, at, text_w, label, TEXT_MD, WEIGHT_MEDIUM, ROLE_TEXT);
    if (note)
        text_at(page, at, text_w, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2);
    if (beside) {
        page->at = top + tall;
        return rect_make(page->x + page->w - w, top + (tall - h) / 2, w, h);
    }
    const int below = top + text_h + dp(ui, SP_2);
    page->at = below + h;
    return rect_make(page->x, below, page->w, h);
}

int page_choices(struct page *page, const char *label, const char *note, const char *const *labels,
                 int count, int at)
{
    struct ui *ui = page->views->ui;
    int used;
    ui_choices_height(ui, labels, count, page->w, &used);
    if (page->w - used - dp(ui, SP_4) < dp(ui, note ? NOTE_MIN_W : LABEL_MIN_W))
        used = page->w;
    const int h = ui_choices_height(ui, labels, count, used, NULL);
    const struct rect r = page_line(page, label, note, used, h);
    return page->draw ? ui_choices(ui, ui_id_of(ui, label), r, labels, count, at) : -1;
}

bool page_switch(struct page *page, const char *label, const char *note, bool on)
{
    struct ui *ui = page->views->ui;
    const struct rect r = page_line(page, label, note, dp(ui, SWITCH_W), dp(ui, SWITCH_H));
    return page->draw && ui_switch(ui, ui_id_of(ui, label), r, label, on);
}

static void draw_pages(struct page *page, bool all)
{
    struct views *views = page->views;
    for (int i = 0; i < PAGE_COUNT; i++) {
        if (!all && i != views->settings.page)
            continue;
        if (all)
            page_gap(page, i > 0 ? SP_6 : SP_4);
        page_text(page, lang(pages[i].title), TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT);
        page_gap(page, SP_4);
        page->first = true;
        pages[i].draw(page);
    }
    page_gap(page, SP_4);
}

/* ---- the card ---- */

static bool close_button(struct views *views, struct rect head)
{
    struct ui *ui = views->ui;
    const int side = dp(ui, SP_6);
    rect_cut_right(&head, dp(ui, SP_3));
    return ui_icon_button(ui, ui_id_of(ui, "close settings"),
                          rect_middle(rect_cut_right(&head, side), side), ICON_X, lang("Close"), 0);
}

static void nav(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct rect head = rect_cut_top(&r, dp(ui, HEAD_H));
    ui_label(ui, rect_pad(head, dp(ui, SP_5), 0), lang("Settings"), TEXT_LG, WEIGHT_SEMIBOLD,
             ROLE_TEXT, ALIGN_LEFT);
    for (int i = 0; i < PAGE_COUNT; i++) {
        const bool open = i == views->settings.page;
        struct rect row = rect_pad(rect_cut_top(&r, dp(ui, NAV_ROW_H)), dp(ui, SP_3), dp(ui, 1));
        struct ui_hit hit = ui_row(ui, ui_id_num(ui, "settings page", (uint64_t)i), row,
                                   lang(pages[i].title), RADIUS_SM, open ? UI_CHECKED : 0u);
        row = rect_pad(row, dp(ui, SP_3), 0);
        ui_icon(ui, rect_cut_left(&row, dp(ui, ICON_MD)), pages[i].icon, ICON_MD,
                open ? ROLE_TEXT : ROLE_TEXT_2);
        rect_cut_left(&row, dp(ui, SP_3));
        ui_label(ui, row, lang(pages[i].title), TEXT_MD, open ? WEIGHT_MEDIUM : WEIGHT_REGULAR,
                 open ? ROLE_TEXT : ROLE_TEXT_2, ALIGN_LEFT);
        if (hit.clicked)
            views->settings.page = i;
    }
}

static void content(struct views *views, struct rect r, bool all)
{
    struct ui *ui = views->ui;
    const int pad = dp(ui, all ? SP_4 : SP_5);
    struct page page = {.views = views, .w = r.w - 2 * pad};
    draw_pages(&page, all);
    struct rect in = ui_scroll_begin(
        ui, ui_id_num(ui, "settings", all ? PAGE_COUNT : (uint64_t)views->settings.page), r,
        page.at);
    page = (struct page){
        .views = views, .x = in.x + pad, .w = r.w - 2 * pad, .at = in.y, .draw = true};
    draw_pages(&page, all);
    ui_scroll_end(ui);
}

static void open_settings(struct views *views)
{
    struct settings_place *settings = &views->settings;
    settings->shown = true;
    settings->focus = ui_focused(views->ui);
    settings->name_trouble[0] = settings->folder_trouble[0] = '\0';
    edit_set(&settings->name, views->model->my_name);
    edit_set(&settings->folder, app_downloads(views->app));
    ui_focus(views->ui, ui_id_of(views->ui, "close settings"));
    ui_again(views->ui); /* what lies below has the pointer no more */
}

static void close_settings(struct views *views)
{
    views->settings_open = views->settings.shown = views->settings.close = false;
    ui_focus(views->ui, views->settings.focus);
    ui_again(views->ui);
}

void settings_button(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const int side = dp(ui, SP_6), edge = dp(ui, SP_2);
    r = rect_pad(r, edge, edge);
    struct rect corner = rect_cut_top(&r, side);
    if (ui_icon_button(ui, ui_id_of(ui, "settings"), rect_cut_right(&corner, side), ICON_GEAR,
                       lang("Settings"), 0)) {
        views->settings_open = true;
        ui_again(ui);
    }
}

void settings_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    if (!views->settings_open)
        return;
    if (!views->settings.shown)
        open_settings(views);
    struct rect card = card_begin(views, r, "settings", CARD_W, dp(ui, CARD_H));
    const bool all = card.w < dp(ui, NAV_MIN_CARD_W);
    bool close;
    draw_push_clip(ui_draw(ui), card);
    if (all) {
        struct rect head = rect_cut_top(&card, dp(ui, HEAD_H));
        ui_fill(ui, rect_make(head.x, head.y + head.h - dp(ui, BORDER), head.w, dp(ui, BORDER)),
                ROLE_LINE);
        close = close_button(views, head);
        ui_label(ui, rect_pad(head, dp(ui, SP_4), 0), lang("Settings"), TEXT_LG, WEIGHT_SEMIBOLD,
                 ROLE_TEXT, ALIGN_LEFT);
    } else {
        struct rect side = rect_cut_left(&card, dp(ui, NAV_W));
        ui_fill(ui, rect_pad(rect_cut_right(&side, dp(ui, BORDER)), 0, dp(ui, BORDER)), ROLE_LINE);
        nav(views, side);
        close = close_button(views, rect_make(card.x, card.y, card.w, dp(ui, HEAD_H)));
        rect_cut_top(&card, dp(ui, SP_4));
    }
    rect_cut_bottom(&card, dp(ui, BORDER));
    content(views, card, all);
    draw_pop_clip(ui_draw(ui));
    close |= views->settings.close || ui_take_key(ui, 0, KEY_ESCAPE, 0) ||
             ui_take_key(ui, 0, KEY_CHAR + ',', MOD_CTRL);
    card_end(views);
    if (close)
        close_settings(views);
}
