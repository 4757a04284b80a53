/* tell.c - what came while the person looks elsewhere: a flash in the task bar, a sound, a notification of the
 * desktop, all by the rules of client/app/notice.h. */
#include "client/app/notice.h"
#include "client/platform/notify.h"
#include "client/platform/sound.h"
#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

static bool has_focus(const struct views *views)
{
    const struct window *window = ui_window(views->ui);
    return window ? window_has_focus(window) : ui_has_keyboard(views->ui);
}

static bool is_on(const struct views *views, const char *key, bool at_first)
{
    const char *kept = app_setting(views->app, key);
    return kept ? str_equal(kept, "on") : at_first;
}

static struct notice_rules rules_of(const struct views *views)
{
    const char *level = app_setting(views->app, "notices");
    return (struct notice_rules){.level = str_equal(level, "mentions") ? NOTICE_MENTIONS
                                          : str_equal(level, "off")    ? NOTICE_OFF
                                                                       : NOTICE_ALL,
                                 .quiet = is_on(views, "quiet", false),
                                 .focused = has_focus(views)};
}

void tell_on_message(struct views *views, const struct note *note)
{
    const struct notice_rules rules = rules_of(views);
    notices_add(&views->notices, &rules, note->room, note->message);
}

void tell_seen(struct views *views)
{
    notices_forget(&views->notices);
    if (ui_window(views->ui))
        notify_withdraw();
}

static void popup(const struct news *news)
{
    char title[2 * NAME_SIZE + 32], text[NOTICE_TEXT_SIZE + NAME_SIZE + 64], count[64];
    if (news->direct && news->one_room)
        str_copy(title, sizeof title, news->name);
    else if (!news->one_room)
        str_copy(title, sizeof title, "Confab");
    else if (news->count == 1)
        LANG_TEXT(title, sizeof title, "{1} in {2}", news->name, news->title);
    else
        str_copy(title, sizeof title, news->title);
    lang_count(count, sizeof count, news->count, "{1} new message", "{1} new messages");
    if (news->count > 1 && news->one_room)
        LANG_TEXT(text, sizeof text, "{1}, the last from {2}: {3}", count, news->name, news->text);
    else if (news->count > 1)
        str_copy(text, sizeof text, count);
    else if (news->file)
        LANG_TEXT(text, sizeof text, "Sent a file: {1}", news->text);
    else
        str_copy(text, sizeof text, news->text);
    notify_show(title, text, news->room);
}

void tell_view(struct views *views)
{
    struct news news;
    const int64_t now_ms = clock_now_ms();
    if (notices_take(&views->notices, now_ms, &news) && ui_window(views->ui)) {
        window_flash(ui_window(views->ui));
        if (is_on(views, "sound", true))
            sound_chime();
        if (news.popup)
            popup(&news);
    }
    const int64_t due_ms = notices_due_ms(&views->notices);
    if (due_ms != INT64_MAX)
        ui_wake_in(views->ui, due_ms > now_ms ? (int)(due_ms - now_ms) : 1);
}

void tell_clicked(struct views *views, const char *tag)
{
    struct room *room = tag ? model_find_room(views->model, tag) : NULL;
    if (ui_window(views->ui))
        window_raise(ui_window(views->ui));
    if (room && views_room(views))
        action_show_room(views->app, room);
}
