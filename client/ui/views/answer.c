/* answer.c - what the composer is for: a new message, an answer to one, or another text for one's own. */
#include "client/ui/views/views.h"

void views_begin_reply(struct views *views, const struct message *message)
{
    if (message->seq == 0 || message->deleted)
        return;
    if (views->edit_seq)
        views_cancel_reply_edit(views);
    views->reply_seq = message->seq;
    views->compose = true;
    ui_again(views->ui);
}

void views_begin_edit(struct views *views, const struct message *message)
{
    if (message->seq == 0 || message->deleted || message->kind != MESSAGE_TEXT || !message->own)
        return;
    views_keep_draft(views);
    views->reply_seq = 0;
    views->edit_seq = message->seq;
    edit_set(&views->message, message->text);
    views->message_version = views->message.version; /* nobody types that */
    views->compose = true;
    ui_again(views->ui);
}

void views_cancel_reply_edit(struct views *views)
{
    const struct room *room = views_room(views);
    if (views->edit_seq) {
        edit_set(&views->message, room && room->draft ? room->draft : "");
        views->message_version = views->message.version;
    }
    views->reply_seq = views->edit_seq = 0;
    ui_again(views->ui);
}
