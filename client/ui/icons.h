/* icons.h - our line icons and the program's own picture: SVG files of assets/ (beside the program
 * or in share/confab), rasterised by SDL_image at the size needed (its one home in the interface),
 * cached per size. UI thread. */
#ifndef CONFAB_UI_ICONS_H
#define CONFAB_UI_ICONS_H

#include <stdbool.h>
#include <stdint.h>
#include "client/ui/draw.h"
#include "protocol/base/err.h"

/* The file assets/icons/<name>.svg for each, in this order. */
enum icon {
    ICON_NONE,
    ICON_AT,
    ICON_ARROW_DOWN,
    ICON_BELL,
    ICON_BELL_OFF,
    ICON_BUBBLE,
    ICON_CHAT,
    ICON_CHECK,
    ICON_CHECKS,
    ICON_CHEVRON,
    ICON_CHEVRON_UP,
    ICON_CLIP,
    ICON_CLOCK,
    ICON_COPY,
    ICON_DOC,
    ICON_DOWN,
    ICON_EDIT,
    ICON_EXPAND,
    ICON_EYE,
    ICON_EYE_OFF,
    ICON_FILM,
    ICON_FOLDER,
    ICON_GEAR,
    ICON_HASH,
    ICON_HOST,
    ICON_IMAGE,
    ICON_INFO,
    ICON_INVITE,
    ICON_LEAVE,
    ICON_LOCK,
    ICON_MENU,
    ICON_MIC,
    ICON_MINUS,
    ICON_MOON,
    ICON_MORE,
    ICON_MUSIC,
    ICON_PANEL,
    ICON_PAUSE,
    ICON_PEOPLE,
    ICON_PLAY,
    ICON_PLUS,
    ICON_REPLY,
    ICON_RETRY,
    ICON_ROTATE,
    ICON_SCREEN,
    ICON_SEARCH,
    ICON_SEND,
    ICON_SHRINK,
    ICON_SMILE,
    ICON_SUN,
    ICON_TRASH,
    ICON_VOLUME,
    ICON_VOLUME_OFF,
    ICON_WARNING,
    ICON_WIFI,
    ICON_X,
    ICON_COUNT,
};

struct icons;
struct icons *icons_create(struct draw *draw);
void icons_destroy(struct icons *icons);
/* Paint `icon` as a size_px square in the middle of r. */
void icons_draw(struct icons *icons, enum icon icon, struct rect r, int size_px,
                struct color color);
/* The program's picture (assets/icon.svg) as size * size * 4 bytes of RGBA8 for window_set_icon(); the caller frees
 * with mem_free(). NULL if it cannot be rasterised. Needs no icons and no window. */
uint8_t *icons_app_pixels(int size);

#endif
