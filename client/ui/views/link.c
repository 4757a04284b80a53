/* link.c - before a link of a message opens in the browser, a card shows where it leads. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/platform/open_url.h"
#include "client/ui/lang.h"
#include "client/markup/link_text.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"

#define LINK_W 460.0f
#define TITLE_H 24.0f
#define LINES_MAX \
    12 /* of the address are in sight: a window is not higher; it can be copied whole */

void views_ask_link(struct views *views, const char *text, size_t size)
{
    char address[LINK_ADDRESS_SIZE];
    if (!link_address(text, size, address))
        return;
    mem_free(views->link);
    views->link = mem_string(address);
    views->link_focus = ui_focused(views->ui);
    views->link_comes = true;
    ui_again(views->ui);
}

static void close_card(struct views *views)
{
    mem_free(views->link);
    views->link = NULL;
    ui_focus(views->ui, views->link_focus);
    ui_again(views->ui);
}

static void open_it(struct views *views)
{
    struct err err = {0};
    if (!open_url(views->link, &err))
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
    close_card(views);
}

static void copy_it(struct views *views)
{
    clipboard_set(views->link);
    ui_toast(views->ui, TOAST_INFO, lang("The address is copied"));
    close_card(views);
}

void link_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    char host[LINK_HOST_SIZE], warning[LINK_HOST_SIZE + 128];
    if (!views->link)
        return;
    if (views->link_comes)
        ui_focus(ui, ui_id_of(ui, "link open"));
    views->link_comes = false;
    const int pad = dp(ui, SP_5), gap = dp(ui, SP_3), button_h = ui_button_small_height(ui);
    const int room_w = r.w - 2 * dp(ui, SP_3);
    const int w = (dp(ui, LINK_W) < room_w ? dp(ui, LINK_W) : room_w) - 2 * pad;
    const struct text_layout *address = ui_layout(ui, views->link, strlen(views->link), TEXT_CODE,
                                                  WEIGHT_REGULAR, w - 2 * dp(ui, SP_2), LINES_MAX);
    const struct text_layout *other = NULL;
    if (link_ascii_host(views->link, host)) {
        LANG_TEXT(warning, sizeof warning,
                  "Some letters may only look familiar. The name is really: {1}", host);
        other = ui_layout(ui, warning, strlen(warning), TEXT_SM, WEIGHT_REGULAR, w, 0);
    }
    const int address_h = text_layout_height(address) + 2 * dp(ui, SP_2);
    const int other_h = other ? text_layout_height(other) + gap : 0;
    const int h = 2 * pad + dp(ui, TITLE_H) + gap + address_h + other_h + gap + button_h;
    struct rect in = rect_grow(card_begin(views, r, "link", LINK_W, h), -pad);
    struct rect buttons = rect_cut_bottom(&in, button_h);
    ui_label(ui, rect_cut_top(&in, dp(ui, TITLE_H)), lang("Open this address in the browser?"),
             TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_top(&in, gap);
    const struct rect box = rect_cut_top(&in, address_h);
    ui_round(ui, box, RADIUS_SM, ROLE_BG);
    ui_paragraph(ui, ui_id_of(ui, "link address"), address, views->link, strlen(views->link),
                 box.x + dp(ui, SP_2), box.y + dp(ui, SP_2), ui_color(ui, ROLE_TEXT));
    if (other)
        ui_paragraph(ui, 0, other, warning, strlen(warning), in.x, in.y + gap,
                     ui_color(ui, ROLE_WARN));
    const char *const labels[] = {lang("Open"), lang("Copy"), lang("Cancel")};
    struct rect places[3];
    for (int i = 0; i < 3; i++) {
        places[i] = rect_cut_right(&buttons, ui_button_width(ui, labels[i], ICON_NONE));
        rect_cut_right(&buttons, dp(ui, SP_2));
    }
    const bool cancels = ui_button(ui, ui_id_of(ui, "link cancel"), places[2], labels[2], ICON_NONE,
                                   BUTTON_GHOST, 0);
    const bool copies =
        ui_button(ui, ui_id_of(ui, "link copy"), places[1], labels[1], ICON_NONE, BUTTON_GHOST, 0);
    const bool opens = ui_button(ui, ui_id_of(ui, "link open"), places[0], labels[0], ICON_NONE,
                                 BUTTON_PRIMARY, 0);
    const bool escaped = ui_take_key(ui, 0, KEY_ESCAPE, 0);
    card_end(views);
    if (opens)
        open_it(views);
    else if (copies)
        copy_it(views);
    else if (cancels || escaped)
        close_card(views);
}
