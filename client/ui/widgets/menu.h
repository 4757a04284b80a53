/* menu.h - a small list of choices that floats above everything until one is taken or something
 * else is clicked. One at a time. UI thread. */
#ifndef CONFAB_UI_WIDGETS_MENU_H
#define CONFAB_UI_WIDGETS_MENU_H

#include "client/ui/ui.h"

struct menu_item {
    const char *label; /* NULL: a separating line */
    enum icon icon;
    bool disabled, danger, checked;
};

/* Open at x, y (moved so that it stays in the window). Any open menu closes. Keyboard: arrows,
 * Enter, Escape. */
void ui_menu_open(struct ui *ui, ui_id id, int x, int y);
bool ui_menu_is_open(const struct ui *ui, ui_id id);
/* Draw it if it is open. The index taken in this pass, else -1. Call each pass, wherever in the
 * view. */
int ui_menu(struct ui *ui, ui_id id, const struct menu_item *items, int count);

#endif
