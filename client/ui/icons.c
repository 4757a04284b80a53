#include "client/ui/icons.h"

#include <string.h>

#include "client/ui/image_file.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#define CACHE_MAX 128 /* icons x sizes on the screen at once stay far below */

/* clang-format off: a line for each, so that one more is one more line */
static const char *const names[ICON_COUNT] = {
    [ICON_ARROW_DOWN] = "arrow-down",
    [ICON_AT] = "at",
    [ICON_BELL] = "bell",
    [ICON_BELL_OFF] = "bell-off",
    [ICON_BUBBLE] = "bubble",
    [ICON_CHAT] = "chat",
    [ICON_CHECK] = "check",
    [ICON_CHECKS] = "checks",
    [ICON_CHEVRON] = "chevron",
    [ICON_CHEVRON_UP] = "chevron-up",
    [ICON_CLIP] = "clip",
    [ICON_CLOCK] = "clock",
    [ICON_COPY] = "copy",
    [ICON_DOC] = "doc",
    [ICON_DOWN] = "down",
    [ICON_EDIT] = "edit",
    [ICON_EXPAND] = "expand",
    [ICON_EYE] = "eye",
    [ICON_EYE_OFF] = "eye-off",
    [ICON_FILM] = "film",
    [ICON_FOLDER] = "folder",
    [ICON_GEAR] = "gear",
    [ICON_HASH] = "hash",
    [ICON_HOST] = "host",
    [ICON_IMAGE] = "image",
    [ICON_INFO] = "info",
    [ICON_INVITE] = "invite",
    [ICON_LEAVE] = "leave",
    [ICON_LOCK] = "lock",
    [ICON_MENU] = "menu",
    [ICON_MIC] = "mic",
    [ICON_MINUS] = "minus",
    [ICON_MOON] = "moon",
    [ICON_MORE] = "more",
    [ICON_MUSIC] = "music",
    [ICON_PANEL] = "panel",
    [ICON_PAUSE] = "pause",
    [ICON_PEOPLE] = "people",
    [ICON_PLAY] = "play",
    [ICON_PLUS] = "plus",
    [ICON_REPLY] = "reply",
    [ICON_RETRY] = "retry",
    [ICON_ROTATE] = "rotate",
    [ICON_SCREEN] = "screen",
    [ICON_SEARCH] = "search",
    [ICON_SEND] = "send",
    [ICON_SHRINK] = "shrink",
    [ICON_SMILE] = "smile",
    [ICON_SUN] = "sun",
    [ICON_TRASH] = "trash",
    [ICON_VOLUME] = "volume",
    [ICON_VOLUME_OFF] = "volume-off",
    [ICON_WARNING] = "warning",
    [ICON_WIFI] = "wifi",
    [ICON_X] = "x",
};

/* They point along the line of reading. What shows a thing or a way up and down does not. */
static const bool points[ICON_COUNT] = {
    [ICON_LEAVE] = true, [ICON_PANEL] = true,  [ICON_REPLY] = true,
    [ICON_SEND] = true,  [ICON_VOLUME] = true, [ICON_VOLUME_OFF] = true,
};
/* clang-format on */

struct entry {
    enum icon icon;
    int size;
    bool flipped;
    struct draw_image *image; /* NULL: could not be read; not tried again */
};

struct icons {
    struct draw *draw;
    struct entry entries[CACHE_MAX];
    int count, next; /* next: the one to go when full */
};

struct icons *icons_create(struct draw *draw)
{
    struct icons *icons = mem_alloc(1, sizeof *icons);
    icons->draw = draw;
    return icons;
}

void icons_destroy(struct icons *icons)
{
    if (!icons)
        return;
    for (int i = 0; i < icons->count; i++)
        draw_image_destroy(icons->draw, icons->entries[i].image);
    mem_free(icons);
}

static uint8_t *load(const char *name, int size)
{
    char path[OS_PATH_MAX];
    uint8_t *pixels = dirs_asset(path, name) ? image_load_svg(path, size) : NULL;
    if (!pixels)
        log_warn("The picture %s is missing: the program is not installed whole", name);
    return pixels;
}

static void flip(uint8_t *pixels, int size)
{
    uint32_t *rgba = (uint32_t *)(void *)pixels;
    for (int y = 0; y < size; y++, rgba += size)
        for (int x = 0; x < size / 2; x++) {
            const uint32_t left = rgba[x];
            rgba[x] = rgba[size - 1 - x];
            rgba[size - 1 - x] = left;
        }
}

static struct draw_image *make(struct icons *icons, enum icon icon, int size, bool flipped)
{
    char name[64];
    str_format(name, sizeof name, "icons/%s.svg", names[icon]);
    uint8_t *pixels = load(name, size);
    if (!pixels)
        return NULL;
    if (flipped)
        flip(pixels, size);
    struct draw_image *image = draw_image_create_fixed(icons->draw, size, size, pixels, size * 4);
    mem_free(pixels);
    return image;
}

static struct draw_image *find(struct icons *icons, enum icon icon, int size, bool flipped)
{
    for (int i = 0; i < icons->count; i++)
        if (icons->entries[i].icon == icon && icons->entries[i].size == size &&
            icons->entries[i].flipped == flipped)
            return icons->entries[i].image;
    struct entry *entry;
    if (icons->count < CACHE_MAX) {
        entry = &icons->entries[icons->count++];
    } else {
        entry = &icons->entries[icons->next];
        icons->next = (icons->next + 1) % CACHE_MAX;
        draw_image_destroy(icons->draw, entry->image);
    }
    *entry = (struct entry){icon, size, flipped, make(icons, icon, size, flipped)};
    return entry->image;
}

void icons_draw(struct icons *icons, enum icon icon, struct rect r, int size_px, struct color color)
{
    if (icon == ICON_NONE || size_px <= 0)
        return;
    const bool flipped = points[icon] && draw_is_mirrored(icons->draw);
    struct draw_image *image = find(icons, icon, size_px, flipped);
    struct rect to = rect_center(r, size_px, size_px);
    if (image)
        draw_image_at(icons->draw, image, to.x, to.y, color);
}

uint8_t *icons_app_pixels(int size)
{
    return load("icon.svg", size);
}
