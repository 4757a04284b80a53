/* settings_inside.h - how a page of the settings is laid out: from top to bottom by `at`; run once without
 * drawing it tells its height. For settings*.c only. */
#ifndef CONFAB_UI_VIEWS_SETTINGS_INSIDE_H
#define CONFAB_UI_VIEWS_SETTINGS_INSIDE_H

#include "client/ui/views/views.h"

struct page {
    struct views *views;
    int x, w, at;
    bool draw;
    bool first; /* nothing stands above: no line between */
};

enum settings_page { PAGE_YOU, PAGE_LOOK, PAGE_FILES, PAGE_NOTICES, PAGE_ABOUT, PAGE_COUNT };

void page_gap(struct page *page, float h_dp);
/* Wrapped, over the whole width. */
void page_text(struct page *page, const char *text, enum text_size size, enum text_weight weight,
               enum role role);
/* A line of the page: what it is and a note (NULL: none), and a place of w x h px for its control: on the
 * right, or below if there is no room. Returns that place. */
struct rect page_line(struct page *page, const char *label, const char *note, int w, int h);
/* The same with pills, a switch; as the widgets answer. */
int page_choices(struct page *page, const char *label, const char *note, const char *const *labels,
                 int count, int at);
bool page_switch(struct page *page, const char *label, const char *note, bool on);

void page_you(struct page *page);
void page_look(struct page *page);
void page_files(struct page *page);
void page_notices(struct page *page);
void page_about(struct page *page);

#endif
