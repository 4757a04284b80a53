/* What is changed of what was said: edits and reactions (deleting is in on_admin.c). They are events
 * with an id, so like `say` they can be sent again and happen once. */
#include "protocol/base/str.h"
#include "server/console.h"
#include "server/session.h"
#include "server/state.h"

/* May this person change something of event `of`? False: it was told about `id`. */
static bool may_change(struct session *session, struct follow *follow, const struct msg *msg)
{
    if (session_was_sent(session, follow, msg->id))
        return false;
    if (roomlog_is_stuck(follow->room->log)) {
        session_refuse_event(session, CODE_DISK_FULL, msg->id);
        return false;
    }
    return gate_may_say(session, msg->id);
}

static bool publish(struct session *session, struct follow *follow, struct msg *event)
{
    enum msg_error_code code;
    uint64_t seq = room_publish(follow->room, event, &code);
    if (seq != 0)
        follow->sent_seq = seq;
    else
        session_refuse_event(session, code, event->id);
    return seq != 0;
}

/* What event `of` is; MSG_UNKNOWN: nobody has said it, or it went. *own: this person has. */
static enum msg_type type_of(struct session *session, struct room *room, uint64_t of, bool *own)
{
    struct msg event = {0};
    enum msg_type type = room_read(room, of, &event) ? event.type : MSG_UNKNOWN;
    *own = str_equal(event.from, session->person->uid);
    msg_destroy(&event);
    return type;
}

/* What the person wants to change, in a room that it follows. NULL, and said so: there is no such thing. */
static struct follow *find_target(struct session *session, const struct msg *msg,
                                  enum msg_type *type, bool *own)
{
    struct follow *follow = session_follow(session, msg->room, msg->id);
    if (follow == NULL || !may_change(session, follow, msg))
        return NULL;
    *type = type_of(session, follow->room, msg->of, own);
    if (*type != MSG_SAID && *type != MSG_FILE)
        session_error(session, CODE_NO_SUCH_MESSAGE, msg->id, NULL);
    else if (room_is_deleted(follow->room, msg->of))
        session_error(session, CODE_NOT_ALLOWED, msg->id, "This message was deleted.");
    else
        return follow;
    return NULL;
}

void on_edit(struct session *session, struct msg *msg)
{
    enum msg_type type;
    bool own;
    struct follow *follow = find_target(session, msg, &type, &own);
    if (follow == NULL)
        return;
    if (!own) {
        session_error(session, CODE_NOT_ALLOWED, msg->id, "You can edit your own messages only.");
    } else if (type != MSG_SAID) {
        session_error(session, CODE_NOT_ALLOWED, msg->id, "A file can't be edited.");
    } else {
        struct msg event = {
            .type = MSG_EDITED,
            .from = session->person->uid,
            .name = session->person->name,
            .id = msg->id,
            .text = msg->text,
            .of = msg->of,
            .extra = msg->extra,
        };
        if (publish(session, follow, &event))
            console_said(session->server, follow->room, session->person->name, msg->text, true);
    }
}

void on_react(struct session *session, struct msg *msg)
{
    enum msg_type type;
    bool own;
    struct follow *follow = find_target(session, msg, &type, &own);
    if (follow == NULL)
        return;
    struct msg event = {
        .type = MSG_REACTED,
        .from = session->person->uid,
        .name = session->person->name,
        .id = msg->id,
        .of = msg->of,
        .emoji = msg->emoji,
        .remove = msg->remove,
        .extra = msg->extra,
    };
    publish(session, follow, &event);
}
