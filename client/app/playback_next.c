/* Which sound plays when one has ended. */
#include <string.h>

#include "client/app/app_state.h"
#include "client/app/playback.h"
#include "protocol/base/str.h"

#define NEXT_ROWS_MAX 10  /* how far down the room the next sound may be */
#define NEXT_OTHERS_MAX 3 /* ... with so many messages of others between */
#define NEXT_TEXT_MAX \
    200 /* bytes: a longer one of another's is a message of its own, not a remark */

static bool is_sound(const struct message *message)
{
    return message->kind == MESSAGE_FILE && message->file != NULL && !message->deleted &&
           str_equal(message->file->kind, "audio") && message->file->state != FILE_FAILED;
}

/* A person who sends several sounds is listened to to the end; short remarks of others do not end that. */
static struct message *next_sound(const struct room *room, const struct message *message)
{
    size_t at = 0, others = 0;
    while (at < room->message_count && room->messages[at] != message)
        at++;
    for (size_t i = at + 1; i < room->message_count && i <= at + NEXT_ROWS_MAX; i++) {
        struct message *next = room->messages[i];
        const bool same = str_equal(next->from, message->from);
        if (same && is_sound(next))
            return next;
        if (next->deleted || (next->kind != MESSAGE_TEXT && next->kind != MESSAGE_FILE) || same)
            continue;
        if (next->kind == MESSAGE_FILE || ++others > NEXT_OTHERS_MAX ||
            (next->text != NULL && strlen(next->text) > NEXT_TEXT_MAX))
            return NULL;
    }
    return NULL;
}

/* Nobody has clicked on the next one: what is large stays where it is. */
static bool comes_unasked(const struct app *app, const struct message *message)
{
    char path[OS_PATH_MAX];
    return message->file->size <= app->config.auto_fetch || picture_find_here(message, path);
}

struct message *playback_next(const struct app *app, const struct room *room,
                              const struct message *message)
{
    struct message *next = next_sound(room, message);
    return next != NULL && comes_unasked(app, next) ? next : NULL;
}
