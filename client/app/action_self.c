/* action_self.c - the person: the name, and what is remembered from one day to the next. */
#include <inttypes.h>
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/app/identity.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

bool action_set_name(struct app *app, const char *name, struct err *err)
{
    char clean[NAME_SIZE];
    if (!name_clean(name, clean, err))
        return false;
    str_copy(app->model.my_name, sizeof app->model.my_name, clean);
    settings_set(app->settings, "name", clean);
    model_touch(&app->model);
    return true;
}

bool action_rename(struct app *app, const char *name, struct err *err)
{
    struct model *model = &app->model;
    char clean[NAME_SIZE], secret[IDENTITY_SECRET_SIZE];
    const bool inside = model->link == LINK_ONLINE || model->link == LINK_LOST;
    if (!inside)
        return action_set_name(app, name, err);
    if (!name_clean(name, clean, err))
        return false;
    if (str_equal(clean, model->my_name))
        return true;
    bool born;
    if (!identity_secret(model->my_name, secret, err) || !identity_share(clean, secret, &born, err))
        return false;
    if (app->name_before[0] == '\0')
        str_copy(app->name_before, sizeof app->name_before, model->my_name);
    app->name_born = born;
    action_set_name(app, clean, NULL);
    connection_rename(app);
    return true;
}

void self_on_welcome(struct app *app)
{
    app->name_before[0] = '\0';
}

bool self_on_refused(struct app *app, const char *why, const char *code)
{
    if (app->name_before[0] == '\0')
        return false;
    if (app->name_born)
        identity_forget(app->model.my_name);
    action_set_name(app, app->name_before, NULL);
    app->name_before[0] = '\0';
    app_note(app, &(struct note){.kind = NOTE_REFUSED, .text = why, .code = code});
    connection_rename(app);
    return true;
}

static const char *const theme_words[] = {"system", "dark", "light", "contrast"};

bool app_theme_of(const char *word, enum app_theme *theme)
{
    for (size_t i = 0; i < sizeof theme_words / sizeof *theme_words; i++) {
        if (str_equal(word, theme_words[i])) {
            *theme = (enum app_theme)i;
            return true;
        }
    }
    return false;
}

enum app_theme app_theme(const struct app *app)
{
    enum app_theme theme = APP_THEME_SYSTEM;
    app_theme_of(settings_get(app->settings, "theme"), &theme);
    return theme;
}

void action_set_theme(struct app *app, enum app_theme theme)
{
    settings_set(app->settings, "theme", theme_words[theme]);
    model_touch(&app->model);
}

void action_set_setting(struct app *app, const char *key, const char *value)
{
    settings_set(app->settings, key, value);
    model_touch(&app->model);
}

uint64_t app_auto_fetch(const struct app *app)
{
    return app->config.auto_fetch;
}

void action_set_auto_fetch(struct app *app, uint64_t bytes)
{
    char text[24];
    str_format(text, sizeof text, "%" PRIu64, bytes);
    app->config.auto_fetch = bytes;
    settings_set(app->settings, "auto-fetch", text);
    model_touch(&app->model);
}

void self_load(struct app *app)
{
    const char *kept = settings_get(app->settings, "auto-fetch");
    uint64_t bytes;
    if (kept != NULL && str_to_u64(kept, UINT64_MAX, &bytes))
        app->config.auto_fetch = bytes;
}

bool action_set_downloads(struct app *app, const char *folder, struct err *err)
{
    if (!file_make_folder(folder, err))
        return false;
    text_set(&app->downloads, folder);
    settings_set(app->settings, "downloads", folder);
    model_touch(&app->model);
    return true;
}
