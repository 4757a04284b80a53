/* settings_apply.c - what is remembered of the look, and making it so. */
#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "protocol/base/str.h"

int views_text_size(const struct views *views)
{
    return (int)(ui_zoom(views->ui) * 100.0f + 0.5f);
}

void views_set_text_size(struct views *views, int percent)
{
    char text[16];
    percent = percent < TEXT_SIZE_MIN   ? TEXT_SIZE_MIN
              : percent > TEXT_SIZE_MAX ? TEXT_SIZE_MAX
                                        : percent;
    str_format(text, sizeof text, "%d", percent);
    ui_set_zoom(views->ui, (float)percent / 100.0f);
    action_set_setting(views->app, "text-size", percent == 100 ? NULL : text);
}

static void apply_motion(struct views *views)
{
    const char *kept = app_setting(views->app, "motion");
    const bool system = !str_equal(kept, "on") && !str_equal(kept, "off");
    ui_set_motion(views->ui, system ? window_system_has_motion() : str_equal(kept, "on"));
}

void views_apply_settings(struct views *views)
{
    const char *size = app_setting(views->app, "text-size");
    const enum accent accent = theme_accent_of(app_setting(views->app, "accent"));
    uint64_t percent;
    if (size && str_to_u64(size, TEXT_SIZE_MAX, &percent))
        ui_set_zoom(views->ui, (float)percent / 100.0f);
    if (accent != ui_accent(views->ui))
        ui_set_accent(views->ui, accent);
    apply_motion(views);
    if (lang_set(app_setting(views->app, "language")))
        ui_again(views->ui);
}
