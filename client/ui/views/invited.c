/* invited.c - a link that was clicked somewhere else leads to a chat: nobody is taken to strangers unasked. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

static bool is_at(const struct address *address, const char *host, uint16_t port)
{
    return port == address->port && str_equal(host, address->host);
}

/* This person has been there before. */
static bool is_known(const struct model *model, const struct address *address)
{
    for (size_t i = 0; i < model->recent_count; i++)
        if (is_at(address, model->recent[i].host, model->recent[i].port))
            return true;
    return false;
}

static void place_of(const struct address *address, char *out, size_t size)
{
    const bool number = strchr(address->host, ':') != NULL;
    if (address->port == WIRE_PORT)
        str_copy(out, size, address->host);
    else
        str_format(out, size, "%s%s%s:%u", number ? "[" : "", address->host, number ? "]" : "",
                   (unsigned)address->port);
}

/* At the end of a pass, for it may free the rooms. */
static void go(struct views *views, const struct confirm *confirm)
{
    (void)confirm;
    if (views->model->link == LINK_OFFLINE && !connect_take_name(views))
        return;
    views->leaving = views->model->link != LINK_OFFLINE;
    views->following = true;
    ui_again(views->ui);
}

void invited_follow(struct views *views)
{
    const struct address *address = &views->invited;
    views->following = false;
    if (address->room[0])
        action_join(views->app, address->room, NULL);
    action_connect(views->app, address->host, address->port);
    ui_again(views->ui);
}

static void ask(struct views *views)
{
    const struct model *model = views->model;
    char place[sizeof views->invited.host + 16];
    place_of(&views->invited, place, sizeof place);
    const char *name =
        model->link == LINK_OFFLINE && views->name.size ? views->name.text : model->my_name;
    LANG_TEXT(views->invited_title, sizeof views->invited_title, "Join the chat at {1}?", place);
    if (model->link == LINK_OFFLINE)
        LANG_TEXT(
            views->invited_text, sizeof views->invited_text,
            "A link leads there. Whoever runs it will see your name, {1}, and what you write.",
            name);
    else
        LANG_TEXT(
            views->invited_text, sizeof views->invited_text,
            "A link leads there. Whoever runs it will see your name, {1}, and what you write. "
            "You leave this chat for it.",
            name);
    views_confirm(views, views->invited_title, views->invited_text, lang("Join"), go, NULL, NULL);
    views->confirm.harmless = true;
    if (model->link ==
        LINK_OFFLINE) /* whoever wants another name first finds it there afterwards */
        edit_set(&views->address, place);
}

void invited_by(struct views *views, const char *link)
{
    const struct model *model = views->model;
    struct address address;
    struct err err = {0};
    if (!address_parse(link, &address, &err)) {
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
        return;
    }
    if (model->link != LINK_OFFLINE && is_at(&address, model->host, model->port)) {
        if (address.room[0] && !action_join(views->app, address.room, &err))
            ui_toast(views->ui, TOAST_ERR, lang(err.text));
        return;
    }
    views->invited = address;
    if (model->link == LINK_OFFLINE && is_known(model, &address))
        go(views, NULL);
    else
        ask(views);
}
