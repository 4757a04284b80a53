/* outgoing.c - files that we have written ourselves only to send them (a long text, a picture from the clipboard), each in a
 * folder of its own, so that all can have plain names; and their end. */
#include "client/app/temporary.h"
#include "client/ui/views/compose.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

void outgoing_keep(struct views *views, const char *path, bool until_left)
{
    struct composer *composer = views->composer;
    composer->outgoing =
        mem_resize(composer->outgoing, composer->outgoing_count + 1, sizeof *composer->outgoing);
    composer->outgoing[composer->outgoing_count++] =
        (struct outgoing){.path = mem_string(path), .until_left = until_left};
}

/* Nobody reads it any more: it has gone out, or its message was given up. */
static bool is_over(const struct views *views, const char *path)
{
    for (size_t i = 0; i < views->model->room_count; i++) {
        const struct room *room = views->model->rooms[i];
        for (size_t k = room->message_count; k-- > 0;) {
            const struct file_part *file = room->messages[k]->file;
            if (file && file->transfer.path && str_equal(file->transfer.path, path))
                return file->transfer.state == TRANSFER_DONE ||
                       file->transfer.state == TRANSFER_CANCELLED;
        }
    }
    return true;
}

static void forget(struct composer *composer, size_t at)
{
    temporary_remove(composer->outgoing[at].path);
    mem_free(composer->outgoing[at].path);
    composer->outgoing[at] = composer->outgoing[--composer->outgoing_count];
}

void outgoing_sweep(struct views *views)
{
    struct composer *composer = views->composer;
    for (size_t i = composer->outgoing_count; i-- > 0;)
        if (!composer->outgoing[i].until_left && is_over(views, composer->outgoing[i].path))
            forget(composer, i);
}

void outgoing_leave(struct composer *composer)
{
    while (composer->outgoing_count > 0)
        forget(composer, composer->outgoing_count - 1);
}
