/* What commands do about messages, which they name by how far they are from the end, and about people. */
#include <string.h>

#include "client/app/action.h"
#include "client/terminal/chat.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define LISTED_MOST 100
#define LISTED_USUALLY 20

static bool can_be_named(const struct message *message)
{
    return message->seq != 0 && !message->deleted &&
           (message->kind == MESSAGE_TEXT || message->kind == MESSAGE_FILE);
}

/* The Nth text or file from the end; 0: the newest of ours. NULL: it was said that there is none. */
static struct message *find(struct chat *chat, unsigned number)
{
    const struct room *room = chat_room(chat);
    unsigned seen = 0;
    for (size_t i = room->message_count; i > 0; i--) {
        struct message *message = room->messages[i - 1];
        if (!can_be_named(message))
            continue;
        seen++;
        if (number == 0 ? message->own : seen == number)
            return message;
    }
    chat_tell(chat, "There is no such message here.");
    return NULL;
}

void act_reply(struct chat *chat, unsigned number, const char *text)
{
    const struct message *message = find(chat, number);
    struct err err = {0};
    if (message == NULL)
        return;
    if (!action_say(chat->terminal.app, chat_room(chat), text, message->seq, &err)) {
        chat_tell(chat, err.text);
        return;
    }
    lines_about(&chat->out, "You answer", message);
    chat_flush(chat);
}

void act_edit(struct chat *chat, unsigned number, const char *text)
{
    struct message *message = find(chat, number);
    struct err err = {0};
    if (message == NULL)
        return;
    if (!action_edit(chat->terminal.app, chat_room(chat), message, text, &err)) {
        chat_tell(chat, err.text);
        return;
    }
    lines_about(&chat->out, "It says now:", message);
    chat_flush(chat);
}

void act_react(struct chat *chat, unsigned number, const char *emoji)
{
    struct message *message = find(chat, number);
    if (message == NULL)
        return;
    const struct reaction *reaction = message_find_reaction(message, emoji);
    const bool was = reaction != NULL && reaction->own;
    if (!model_has_feature(app_model(chat->terminal.app), "react")) {
        chat_tell(chat, "This server has no reactions.");
        return;
    }
    action_react(chat->terminal.app, chat_room(chat), message, emoji);
    reaction = message_find_reaction(message, emoji);
    if (was == (reaction != NULL && reaction->own)) {
        chat_tell(chat, "A reaction is one word, best an emoji; a message has 20 kinds at most.");
        return;
    }
    lines_about(&chat->out, was ? "You take your reaction back from" : "You react to", message);
    chat_flush(chat);
}

void act_delete(struct chat *chat, unsigned number)
{
    struct message *message = find(chat, number);
    if (message != NULL)
        action_delete(chat->terminal.app, chat_room(chat), message);
}

void act_list(struct chat *chat, unsigned count)
{
    const struct room *room = chat_room(chat);
    size_t first = room->message_count;
    unsigned left = count == 0 ? LISTED_USUALLY : count < LISTED_MOST ? count : LISTED_MOST;
    unsigned number = 0;
    for (; first > 0 && number < left; first--)
        number += can_be_named(room->messages[first - 1]);
    if (number == 0)
        chat_tell(chat, "Nothing was said here yet.");
    for (size_t i = first; i < room->message_count; i++) {
        if (!can_be_named(room->messages[i]))
            continue;
        lines_numbered(&chat->out, room, room->messages[i], number--);
        chat_flush(chat);
    }
}

/* ---- people ---- */

/* How much of `text` the name is, in whatever case, with a blank or the end behind it; 0: it is not. */
static size_t name_at(const char *text, const char *name)
{
    char part[NAME_SIZE];
    for (size_t at = 0;; at++) {
        if (text[at] != ' ' && text[at] != '\0')
            continue;
        if (at > 0 && at < sizeof part) {
            memcpy(part, text, at);
            part[at] = '\0';
            if (name_equal(part, name))
                return at;
        }
        if (text[at] == '\0' || at >= sizeof part)
            return 0;
    }
}

/* Whose name the text begins with, the longest if several fit ("Ann", "Ann Lee"); *size: of it. */
static const char *find_person(const struct model *model, const char *text, size_t *size)
{
    const char *uid = NULL;
    *size = 0;
    for (size_t i = 0; i < model->room_count; i++) {
        const struct room *room = model->rooms[i];
        for (size_t k = 0; k < room->member_count; k++) {
            size_t length = name_at(text, room->members[k].name);
            if (length > *size && strcmp(room->members[k].uid, model->my_uid) != 0) {
                *size = length;
                uid = room->members[k].uid;
            }
        }
        size_t length = room->kind == ROOM_DIRECT ? name_at(text, room->title) : 0;
        if (length > *size) {
            *size = length;
            uid = room->peer;
        }
    }
    return uid;
}

/* "Ann Lee" in quotes is Ann Lee. */
static char *without_quotes(const char *text)
{
    const char *end = text[0] == '"' ? strchr(text + 1, '"') : NULL;
    char *copy = mem_string(text);
    if (end != NULL) {
        size_t size = (size_t)(end - text) - 1;
        memmove(copy, text + 1, size);
        memmove(copy + size, end + 1, strlen(end));
    }
    return copy;
}

void act_direct(struct chat *chat, const char *typed)
{
    const struct model *model = app_model(chat->terminal.app);
    struct app *app = chat->terminal.app;
    char *text = without_quotes(typed), name[NAME_SIZE];
    size_t size;
    const char *uid = find_person(model, text, &size);
    struct err err = {0};
    if (!model_has_feature(model, "direct")) {
        chat_tell(chat, "This server has no rooms of two.");
    } else if (uid == NULL || !name_direct(model->my_uid, uid, name)) {
        chat_tell(chat, "Nobody in your rooms is called so. !who lists who is here.");
    } else {
        const struct room *room = model_find_room(model, name);
        const bool inside = room != NULL && room->joined;
        action_open_direct(app, uid);
        const char *rest = text + size + strspn(text + size, " ");
        if (inside)
            notes_show_other_room(chat);
        else
            chat_enter(chat, name);
        if (*rest && !action_say(app, model_find_room(model, name), rest, 0, &err))
            chat_tell(chat, err.text);
    }
    mem_free(text);
}

void act_invite(struct chat *chat, const char *name)
{
    struct err err = {0};
    char *whom = without_quotes(name);
    if (!action_invite(chat->terminal.app, chat_room(chat), whom, &err))
        chat_tell(chat, err.text);
    mem_free(whom);
}

void act_leave(struct chat *chat)
{
    struct room *room = chat_room(chat);
    const struct model *model = app_model(chat->terminal.app);
    size_t joined = 0;
    for (size_t i = 0; i < model->room_count; i++)
        joined += model->rooms[i]->joined;
    if (room->kind == ROOM_DIRECT) {
        chat_tell(chat, "A room of two can't be left; !join goes to another one.");
    } else if (joined < 2) {
        chat_tell(chat, "This is the only room you are in; !q leaves the chat.");
    } else {
        action_leave(chat->terminal.app, room);
        notes_show_other_room(chat);
    }
}
