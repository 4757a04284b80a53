/* What the admins of a server may do (gate.h says who is one), and deleting. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"
#include "server/session.h"
#include "server/state.h"

#define REASON_SIZE 201 /* bytes of an admin's reason that are told, and NUL */

enum admin_action { ACT_KICK, ACT_BAN, ACT_UNBAN, ACT_MUTE, ACT_UNMUTE, ACT_COUNT };
static const char *const actions[ACT_COUNT] = {"kick", "ban", "unban", "mute", "unmute"};

static enum admin_action action_of(const char *word)
{
    int action = 0;
    while (action < ACT_COUNT && strcmp(actions[action], word) != 0)
        action++;
    return (enum admin_action)action;
}

static void notice(struct session *session, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
static void notice(struct session *session, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    struct msg msg = {.type = MSG_NOTICE, .text = text};
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    log_about(LOG_INFO, session_about(session), "%s, admin: %s", session_name(session), text);
    session_reply(session, &msg);
}

/* What was done to somebody who stays is told to that person, wherever connected. */
static void tell(const struct server *server, const struct person *person, const char *text)
{
    const struct msg msg = {.type = MSG_NOTICE, .text = (char *)text};
    for (size_t i = 0; i < server->session_count; i++) {
        if (server->sessions[i]->person == person && server->sessions[i]->state == SESSION_READY)
            session_reply(server->sessions[i], &msg);
    }
}

/* " for 90 s", " for 2 h", or nothing: for good */
static const char *for_how_long(uint32_t seconds, char out[32])
{
    out[0] = '\0';
    if (seconds >= 2 * 86400)
        str_format(out, 32, " for %" PRIu32 " days", seconds / 86400);
    else if (seconds >= 2 * 3600)
        str_format(out, 32, " for %" PRIu32 " h", seconds / 3600);
    else if (seconds >= 2 * 60)
        str_format(out, 32, " for %" PRIu32 " min", seconds / 60);
    else if (seconds > 0)
        str_format(out, 32, " for %" PRIu32 " s", seconds);
    return out;
}

/* Close what `goes` names, with the reason. Returns how many that were. */
struct goner {
    const struct person *person; /* NULL: by address */
    const char *address;
};
static unsigned close_all(struct server *server, const struct goner *goner,
                          enum msg_error_code code, const char *reason)
{
    char text[ERR_TEXT_MAX], cut[REASON_SIZE];
    unsigned count = 0;
    str_copy(text, sizeof text, msg_code_sentence(code));
    if (reason != NULL) {
        str_copy(cut, sizeof cut, reason);
        str_format(text, sizeof text, "%s Reason: %s", msg_code_sentence(code), cut);
    }
    for (size_t i = server->session_count; i > 0; i--) {
        struct session *session = i <= server->session_count ? server->sessions[i - 1] : NULL;
        if (session == NULL || session->state == SESSION_GOING)
            continue;
        bool goes = goner->person != NULL ? session->person == goner->person
                                          : strcmp(session->host->name, goner->address) == 0;
        if (!goes || gate_is_admin(session))
            continue;
        session->said_bye = true; /* no seat is kept for it */
        session_refuse(session, code, text);
        count++;
    }
    return count;
}

static void keep(struct session *session, enum ban_kind kind, const char *key, const char *name,
                 uint32_t seconds, struct err *err)
{
    int64_t now_ms = clock_wall_ms();
    struct ban ban = {.kind = kind, .until_ms = seconds > 0 ? now_ms + seconds * INT64_C(1000) : 0};
    str_copy(ban.key, sizeof ban.key, key);
    str_copy(ban.name, sizeof ban.name, name);
    bans_set(session->server->bans, &ban, now_ms, err);
}

/* Did writing down fail? Then that is told: it holds until the server ends. */
static bool told_trouble(struct session *session, const struct err *err)
{
    if (err->kind == ERR_NONE)
        return false;
    log_error("the list of bans: %s", err->text);
    session_error(session, err->kind == ERR_FULL ? CODE_DISK_FULL : CODE_INTERNAL, NULL, err->text);
    return err->kind == ERR_LIMIT;
}

static void ban_address(struct session *session, const struct msg *msg, const char *network)
{
    char length[32];
    struct err err = {0};
    keep(session, BAN_ADDRESS, network, "", msg->seconds, &err);
    if (told_trouble(session, &err))
        return;
    unsigned count =
        close_all(session->server, &(struct goner){.address = network}, CODE_BANNED, msg->text);
    notice(session, "Nobody from %s is let in%s; %u %s closed.", network,
           for_how_long(msg->seconds, length), count,
           count == 1 ? "connection was" : "connections were");
}

static void act_on_person(struct session *session, const struct msg *msg, enum admin_action action,
                          struct person *person)
{
    char length[32], text[128];
    struct err err = {0};
    const struct goner goner = {.person = person};
    for_how_long(msg->seconds, length);
    if (person->admin) {
        session_error(session, CODE_NOT_ALLOWED, msg->target, "Admins cannot do that to admins.");
    } else if (action == ACT_KICK) {
        unsigned count = close_all(session->server, &goner, CODE_KICKED, msg->text);
        notice(session, count > 0 ? "%s was sent out." : "%s is not here.", person->name);
    } else if (action == ACT_BAN) {
        keep(session, BAN_PERSON, person->uid, person->name, msg->seconds, &err);
        if (told_trouble(session, &err))
            return;
        close_all(session->server, &goner, CODE_BANNED, msg->text);
        notice(session, "%s is not let in any more%s.", person->name, length);
    } else {
        keep(session, BAN_MUTE, person->uid, person->name, msg->seconds, &err);
        if (told_trouble(session, &err))
            return;
        notice(session, "%s may read only%s.", person->name, length);
        str_format(text, sizeof text, "An admin of this server lets you read only%s.", length);
        tell(session->server, person, text);
    }
}

/* Also of a name that its person has given up since. */
static void lift(struct session *session, const struct msg *msg, enum ban_kind kind,
                 const struct person *person, const char *network)
{
    struct bans *bans = session->server->bans;
    struct err err = {0};
    const struct ban *named = bans_of_name(bans, kind, msg->target);
    char key[SOCK_ADDRESS_SIZE] = "";
    if (named != NULL)
        str_copy(key, sizeof key, named->key);
    else if (person != NULL)
        str_copy(key, sizeof key, person->uid);
    bool lifted = key[0] != '\0' && bans_lift(bans, kind, key, &err);
    if (!lifted && err.kind == ERR_NONE && kind == BAN_PERSON && network[0] != '\0')
        lifted = bans_lift(bans, BAN_ADDRESS, network, &err);
    if (told_trouble(session, &err))
        return;
    if (!lifted && err.kind == ERR_NONE)
        session_error(session, CODE_NOBODY, msg->target,
                      kind == BAN_MUTE ? "Nobody of that name is muted."
                                       : "Nobody of that name or address is banned.");
    else
        notice(session, kind == BAN_MUTE ? "%s may speak again." : "%s may come in again.",
               msg->target);
    if (lifted && kind == BAN_MUTE && person != NULL)
        tell(session->server, person, "You may speak again.");
}

void on_admin(struct session *session, struct msg *msg)
{
    enum admin_action action = action_of(msg->action);
    struct person *person = roster_named(session->server->roster, msg->target);
    struct sock_address address;
    char network[SOCK_ADDRESS_SIZE] = "";
    if (sock_address_parse(msg->target, &address))
        sock_address_network(&address, network);
    if (!gate_is_admin(session))
        session_error(session, CODE_NOT_ADMIN, msg->target, NULL);
    else if (action == ACT_COUNT)
        session_error(session, CODE_BAD_MESSAGE, msg->target,
                      "An admin can kick, ban, unban, mute and unmute.");
    else if (action == ACT_UNBAN || action == ACT_UNMUTE)
        lift(session, msg, action == ACT_UNBAN ? BAN_PERSON : BAN_MUTE, person, network);
    else if (person != NULL)
        act_on_person(session, msg, action, person);
    else if (action == ACT_BAN && network[0] != '\0')
        ban_address(session, msg, network);
    else
        session_error(session, CODE_NOBODY, msg->target, NULL);
}

/* Deleting */

void on_delete(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->room);
    enum msg_error_code code;
    if (follow == NULL || !gate_may_act(session, msg->room))
        return;
    struct room *room = follow->room;
    struct msg event = {0};
    bool found = room_read(room, msg->of, &event);
    bool own = found && str_equal(event.from, session->person->uid);
    bool fits = found && (event.type == MSG_SAID || event.type == MSG_FILE);
    bool is_file = fits && event.type == MSG_FILE;
    msg_destroy(&event);
    if (!fits) {
        session_error(session, CODE_NO_SUCH_MESSAGE, msg->room, NULL);
        return;
    }
    if (!own && !gate_is_admin(session)) {
        session_error(session, CODE_NOT_ADMIN, msg->room, NULL);
        return;
    }
    struct msg deleted = {.type = MSG_DELETED,
                          .from = session->person->uid,
                          .name = session->person->name,
                          .of = msg->of};
    uint64_t seq = room_publish(room, &deleted, &code);
    if (seq == 0)
        session_error(session, code, msg->room, NULL);
    else
        room_add_deleted(room, msg->of);
    if (seq != 0 && is_file)
        files_delete(room, msg->of);
    if (seq != 0 && !own)
        notice(session, "Message %" PRIu64 " in %s is deleted.", msg->of, room->name);
}
