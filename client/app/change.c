/* Edits and reactions: shown at once, told to the server, as they were again if it refuses them.
 *
 * While one of ours is under way, what the server knows stands in the first that waits (`before`,
 * `was`), and what the last one wants is shown. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static void send_change(struct app *app, struct outbox_item *item, struct message *message)
{
    app_random_id(item->id);
    if (app_is_online(app) && !app->outbox.paced)
        connection_send_item(app, item);
    app_touch(app, item->room, message);
}

static void show_text(struct app *app, struct message *message, const char *text, bool edited)
{
    text_set(&message->text, text);
    message->edited = edited;
    message->mentions_me = !message->own && message_mentions(text, app->model.my_name);
}

static void show_reaction(struct app *app, struct message *message, const char *emoji, bool on)
{
    message_react(message, emoji, app->model.my_uid, true, !on);
}

/* What a person did */

bool action_edit(struct app *app, struct room *room, struct message *message, const char *text,
                 struct err *err)
{
    const char *from;
    size_t size = action_trim(text, &from);
    if (!model_has_feature(&app->model, "edit"))
        return err_set(err, ERR_DENIED, "This server can't change what was said.");
    if (message->kind != MESSAGE_TEXT || !message->own || message->deleted)
        return err_set(err, ERR_DENIED, "Only what you said yourself can be changed.");
    if (message->seq == 0)
        return err_set(err, ERR_DENIED, "This message is still on its way.");
    if (size == 0)
        return err_set(err, ERR_FORMAT, "A message needs something in it. It can be deleted, too.");
    if (!action_check_text(from, size, err))
        return false;
    if (strlen(message->text) == size && memcmp(message->text, from, size) == 0)
        return true;
    struct outbox_item *item = outbox_add_change(&app->outbox, OUTBOX_EDIT, room, message->seq);
    item->text = mem_alloc(size + 1, 1);
    memcpy(item->text, from, size);
    item->before = mem_string(message->text);
    item->edited = message->edited;
    show_text(app, message, item->text, true);
    send_change(app, item, message);
    return true;
}

void action_react(struct app *app, struct room *room, struct message *message, const char *emoji)
{
    const struct reaction *reaction = message_find_reaction(message, emoji);
    const bool was = reaction != NULL && reaction->own;
    if (!model_has_feature(&app->model, "react") || message->seq == 0 || message->deleted ||
        (message->kind != MESSAGE_TEXT && message->kind != MESSAGE_FILE) || emoji[0] == '\0' ||
        strlen(emoji) > EMOJI_MAX || !word_is_clean(emoji))
        return;
    if (reaction == NULL && message->reaction_count == REACTIONS_MAX)
        return; /* nobody would see it */
    struct outbox_item *item = outbox_add_change(&app->outbox, OUTBOX_REACT, room, message->seq);
    item->text = mem_string(emoji);
    item->remove = was;
    item->was = was;
    show_reaction(app, message, emoji, !was);
    send_change(app, item, message);
}

/* What the server said */

void change_refused(struct app *app, struct outbox_item *item)
{
    struct room *room = item->room;
    struct message *message = room_find_seq(room, item->of);
    struct outbox_item *next =
        outbox_next_change(&app->outbox, item->kind, room, item->of, item->text, item);
    if (item->kind == OUTBOX_EDIT && next != NULL) {
        text_set(&next->before, item->before);
        next->edited = item->edited;
    } else if (next != NULL) {
        next->was = item->was;
    } else if (message != NULL && !message->deleted && item->kind == OUTBOX_EDIT) {
        show_text(app, message, item->before, item->edited);
    } else if (message != NULL && !message->deleted) {
        show_reaction(app, message, item->text, item->was);
    }
    outbox_remove_item(&app->outbox, item);
    app_touch(app, room, message);
}

/* Ours has become an event: it waits for `stored` only. */
static bool settle(struct app *app, const struct msg *msg)
{
    struct outbox_item *item = outbox_find(&app->outbox, msg->id);
    if (item == NULL || item->message != NULL || !str_equal(msg->from, app->model.my_uid))
        return false;
    item->seq = msg->seq;
    return true;
}

/* One of ours is still under way and is shown instead: what the server knows now is kept for when it
 * is refused. */
static bool is_hidden(struct app *app, const struct room *room, const struct msg *msg)
{
    const bool edit = msg->type == MSG_EDITED;
    struct outbox_item *first =
        !str_equal(msg->from, app->model.my_uid)
            ? NULL
            : outbox_next_change(&app->outbox, edit ? OUTBOX_EDIT : OUTBOX_REACT, room, msg->of,
                                 msg->emoji, NULL);
    if (first == NULL)
        return false;
    if (edit) {
        text_set(&first->before, msg->text);
        first->edited = true;
    } else {
        first->was = !msg->remove;
    }
    return true;
}

/* All that happened in between is here already: said again by the server. */
static bool is_known(const struct room *room, const struct msg *msg, uint64_t newest)
{
    const bool asked_again = msg->seq > room->gap_from && msg->seq < room->gap_to;
    return msg->seq >= room->oldest_seq && msg->seq <= newest && !asked_again;
}

static bool take_change(struct app *app, struct room *room, const struct msg *msg, uint64_t newest,
                        struct message **message)
{
    struct change change = {.of = msg->of,
                            .seq = msg->seq,
                            .kind = msg->type == MSG_EDITED    ? CHANGE_EDIT
                                    : msg->type == MSG_REACTED ? CHANGE_REACT
                                                               : CHANGE_DELETE,
                            .remove = msg->remove,
                            .text = msg->type == MSG_REACTED ? msg->emoji : msg->text};
    *message = room_find_seq(room, msg->of);
    if (msg->from != NULL)
        str_copy(change.from, sizeof change.from, msg->from);
    if (change.kind != CHANGE_DELETE && (is_known(room, msg, newest) || is_hidden(app, room, msg)))
        return false;
    if (change.kind == CHANGE_DELETE && *message != NULL && !(*message)->deleted) {
        outbox_remove(&app->outbox, *message);
        outbox_remove_changes(&app->outbox, room, (*message)->seq);
        action_cancel(app, room, *message);
        if ((*message)->own)
            (*message)->state = MESSAGE_STORED;
    }
    return room_change(room, &change, app->model.my_uid, message);
}

void change_on_event(struct app *app, struct room *room, const struct msg *msg, uint64_t newest,
                     const char *json)
{
    struct message *message;
    const bool settled = msg->id != NULL && settle(app, msg);
    const bool news = take_change(app, room, msg, newest, &message);
    if (!news && !(settled && json != NULL)) /* shown already; programs want it as it came, too */
        return;
    if (message != NULL && msg->type == MSG_EDITED)
        message->mentions_me = !message->own && message_mentions(message->text, app->model.my_name);
    app_touch(app, room, message);
    app_note(app, &(struct note){.kind = msg->type == MSG_EDITED    ? NOTE_EDITED
                                         : msg->type == MSG_REACTED ? NOTE_REACTED
                                                                    : NOTE_DELETED,
                                 .room = room,
                                 .message = message,
                                 .name = msg->name,
                                 .text = msg->emoji,
                                 .removed = msg->remove,
                                 .history =
                                     msg->seq <= room->history_until || msg->seq < room->oldest_seq,
                                 .json = json});
}
