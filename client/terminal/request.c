#include "client/terminal/request.h"

#include <string.h>

#include "client/app/action.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

static bool is_request(enum msg_type type)
{
    return type == MSG_SAY || type == MSG_EDIT || type == MSG_REACT || type == MSG_DELETE ||
           type == MSG_READ || type == MSG_TYPING || type == MSG_JOIN || type == MSG_LEAVE ||
           type == MSG_INVITE;
}

/* Read the object with `more` ("\"id\":\"x\",") as its first fields. */
static bool decode(const char *object, const char *more, struct msg *msg, struct err *err)
{
    struct buf text;
    buf_init(&text, FRAME_HEADER_MAX);
    bool ok = buf_append(&text, "{", 1) && buf_append(&text, more, strlen(more)) &&
              buf_append(&text, object + 1, strlen(object + 1));
    struct frame frame = {.header = buf_peek(&text)};
    msg_destroy(msg);
    *err = (struct err){0};
    ok = ok ? msg_decode(msg, &frame, err)
            : err_set(err, ERR_LIMIT, "A line is longer than the server takes.");
    buf_finish(&text);
    return ok;
}

/* With what may be left out put in. A field that is there twice is refused, so each way is tried. */
static bool decode_filled(const char *object, const struct room *here, struct msg *msg,
                          struct err *err)
{
    static const char id[] = "\"id\":\"-\",";
    const char *pairs[] = {"room", here->name, NULL};
    char *json = msg_json_texts(pairs), room[NAME_SIZE * 6 + 16], both[sizeof room + sizeof id];
    str_format(room, sizeof room, "%.*s,", (int)strlen(json) - 2, json + 1);
    str_format(both, sizeof both, "%s%s", id, room);
    mem_free(json);
    const char *const ways[] = {"", id, room, both};
    struct err kept = {0};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (decode(object, ways[i], msg, err))
            return true;
        if (i == 0 || strstr(err->text, "twice") == NULL)
            kept = *err; /* what is still wrong with as much put in as there may be */
    }
    *err = kept;
    return false;
}

static bool do_to_message(struct app *app, struct room *room, const struct msg *msg,
                          struct err *err)
{
    struct message *message = room_find_seq(room, msg->of);
    if (message == NULL)
        return err_set(err, ERR_NOT_FOUND, "There is no message %llu in %s here.",
                       (unsigned long long)msg->of, room_title(room));
    if (msg->type == MSG_EDIT)
        return action_edit(app, room, message, msg->text, err);
    if (msg->type == MSG_DELETE) {
        action_delete(app, room, message);
        return true;
    }
    if (!model_has_feature(app_model(app), "react"))
        return err_set(err, ERR_DENIED, "This server has no reactions.");
    const struct reaction *reaction = message_find_reaction(message, msg->emoji);
    if (msg->remove == (reaction != NULL && reaction->own))
        action_react(app, room, message, msg->emoji);
    return true;
}

static bool act(struct app *app, const struct msg *msg, struct err *err)
{
    if (msg->type == MSG_JOIN)
        return action_make_room(app, msg->room, msg->private, err);
    struct room *room = model_find_room(app_model(app), msg->room);
    if (room == NULL || !room->joined)
        return err_set(err, ERR_NOT_FOUND, "You are not in the room %s.", msg->room);
    switch (msg->type) {
    case MSG_SAY:
        return action_say(app, room, msg->text, msg->reply, err);
    case MSG_READ:
        action_mark_read(app, room, msg->seq < room->newest_seq ? msg->seq : room->newest_seq);
        return true;
    case MSG_TYPING:
        action_typing(app, room);
        return true;
    case MSG_LEAVE:
        action_leave(app, room);
        return true;
    case MSG_INVITE:
        return action_invite(app, room, msg->target, err);
    default:
        return do_to_message(app, room, msg, err);
    }
}

bool request_take(struct app *app, struct room *here, const char *line, bool *done, struct err *err)
{
    const char *object = line + strspn(line, " \t");
    struct msg msg = {0};
    if (object[0] != '{')
        return false;
    bool ok = decode_filled(object, here, &msg, err), taken = is_request(msg.type);
    if (taken)
        *done = ok && act(app, &msg, err);
    msg_destroy(&msg);
    return taken;
}
