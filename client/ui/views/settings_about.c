/* settings_about.c - what this program is, for people and for reports of faults. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/platform/open_url.h"
#include "client/platform/versions.h"
#include "client/ui/lang.h"
#include "client/ui/views/settings_inside.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/versions.h"
#include "protocol/os/dirs.h"
#include "protocol/os/system.h"
#include "version.h"

#define REPORT_SIZE (2 * VERSIONS_SIZE + 512)

void views_add_versions(char *out, size_t size)
{
    platform_add_versions(out, size);
    text_add_versions(out, size);
    versions_add_base(out, size);
}

/* Ours; asked once, for SDL_mixer is loaded for it. */
static const char *own_libraries(struct views *views)
{
    struct settings_place *settings = &views->settings;
    if (!settings->libraries) {
        settings->libraries = mem_alloc(VERSIONS_SIZE, 1);
        views_add_versions(settings->libraries, VERSIONS_SIZE);
    }
    return settings->libraries;
}

/* Those of confab-media, behind its own line; "" until it has answered. */
static const char *helper_libraries(struct views *views)
{
    const char *said = app_helper_versions(views->app);
    const char *end = said ? strchr(said, '\n') : NULL;
    return end ? end + 1 : "";
}

static const char *licence_of(const char *library)
{
    static const struct {
        const char *name, *licence;
    } licences[] = {
        {"SDL2", "zlib"},
        {"fontconfig", "MIT"},
        {"FreeType", "FreeType License"},
        {"HarfBuzz", "MIT"},
        {"FriBidi", "LGPL 2.1 or later"},
        {"libunibreak", "zlib"},
        {"OpenSSL", "Apache 2.0"},
        {"cJSON", "MIT"},
        {"utf8proc", "MIT"},
        {"libdeflate", "MIT"},
        {"FFmpeg", "LGPL 2.1 or later"},
        {"libtiff", "libtiff"},
        {"libheif", "LGPL 3 or later"},
        {"libjpeg-turbo", "IJG, BSD 3-Clause"},
        {"libpng", "libpng 2.0"},
        {"libwebp", "BSD 3-Clause"},
        {"Little CMS", "MIT"},
    };
    for (size_t i = 0; i < sizeof licences / sizeof *licences; i++)
        if (str_starts(library, licences[i].name))
            return licences[i].licence;
    return NULL;
}

static void fact(struct page *page, const char *label, const char *text)
{
    if (!page->first)
        page_gap(page, SP_3);
    page->first = false;
    page_text(page, label, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2);
    page_text(page, text, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT);
}

/* Each of the lines with its licence. */
static void list(struct page *page, const char *lines)
{
    char line[128];
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
        const size_t size = (size_t)(end - lines) + 1;
        str_copy(line, size < sizeof line ? size : sizeof line, lines);
        const size_t used = strlen(line);
        const char *licence = licence_of(line);
        if (licence)
            str_format(line + used, sizeof line - used, " · %s", licence);
        page_text(page, line, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2);
    }
}

static void copy_report(struct views *views)
{
    char report[REPORT_SIZE], system[128];
    system_name(system, sizeof system);
    str_format(report, sizeof report, "Confab %s\n%s\n%s%s", CONFAB_VERSION_FULL, system,
               own_libraries(views), helper_libraries(views));
    clipboard_set(report);
    ui_toast(views->ui, TOAST_INFO, lang("Copied"));
}

static void open_notices(struct views *views, const char *path)
{
    struct err err = {0};
    if (!open_asset(path, &err))
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
}

/* A button beside the one before, or below it where there is no room. */
static bool button(struct page *page, struct rect *row, const char *name, const char *label,
                   enum icon icon)
{
    struct ui *ui = page->views->ui;
    const int h = ui_button_small_height(ui), w = ui_button_width(ui, label, icon);
    if (row->w < w) {
        page_gap(page, SP_2);
        *row = rect_make(page->x, page->at, page->w, h);
        page->at += h;
    }
    const struct rect r = rect_cut_left(row, w < row->w ? w : row->w);
    rect_cut_left(row, dp(ui, SP_2));
    return page->draw && ui_button(ui, ui_id_of(ui, name), r, label, icon, BUTTON_GHOST, 0);
}

static void buttons(struct page *page)
{
    char path[OS_PATH_MAX];
    struct rect row = {0};
    page_gap(page, SP_2);
    if (button(page, &row, "about copy", lang("Copy"), ICON_COPY))
        copy_report(page->views);
    if (dirs_asset(path, "notices.txt") &&
        button(page, &row, "about notices", lang("Licences of the libraries"), ICON_DOC))
        open_notices(page->views, path);
}

static void shortcuts_link(struct page *page)
{
    struct ui *ui = page->views->ui;
    page_gap(page, SP_3);
    const int h = dp(ui, SP_5);
    if (page->draw &&
        ui_link(ui, ui_id_of(ui, "settings shortcuts"), rect_make(page->x, page->at, page->w, h),
                lang("Shortcuts (F1)"), TEXT_MD, ROLE_ACCENT)) {
        page->views->settings.close = true;
        page->views->help_open = true;
    }
    page->at += h;
}

void page_about(struct page *page)
{
    char system[128];
    struct views *views = page->views;
    const struct model *model = views->model;
    system_name(system, sizeof system);
    fact(page, lang("Version"), "Confab " CONFAB_VERSION_FULL);
    fact(page, lang("System"), system);
    fact(page, lang("Licence"), "MIT");
    if (views_room(views))
        fact(page, lang("Connected to"), model->server_name);
    if (views_room(views) && model->key_words[0]) {
        fact(page, lang("Words of the server's key"), model->key_words);
        page_text(page, lang("If its console shows the same words, nobody listens in between."),
                  TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2);
    }
    buttons(page);
    shortcuts_link(page);
    page_gap(page, SP_4);
    page_text(page, lang("Made with"), TEXT_MD, WEIGHT_SEMIBOLD, ROLE_TEXT);
    page_gap(page, SP_1);
    list(page, own_libraries(views));
    list(page, helper_libraries(views));
    page_text(page, "Inter, JetBrains Mono, Noto · SIL Open Font License 1.1", TEXT_SM,
              WEIGHT_REGULAR, ROLE_TEXT_2);
}
