/* outgoing.c - files that we have written ourselves only to send them (a long text, a picture from the clipboard), each in a
 * folder of its own, so that all can have plain names; and their end. */
#include "client/ui/views/compose.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"

bool outgoing_folder(char *out, struct err *err)
{
    char temporary[OS_PATH_MAX], name[64], id[17];
    dirs_temp(temporary);
    random_hex(8, id);
    str_format(name, sizeof name, "confab-outgoing-%s", id);
    return path_join(out, temporary, name) ||
           err_set(err, ERR_LIMIT, "The name of the temporary folder is too long.");
}

void outgoing_keep(struct views *views, const char *path, bool until_left)
{
    struct composer *composer = views->composer;
    composer->outgoing =
        mem_resize(composer->outgoing, composer->outgoing_count + 1, sizeof *composer->outgoing);
    composer->outgoing[composer->outgoing_count++] =
        (struct outgoing){.path = mem_string(path), .until_left = until_left};
}

/* With its folder, which is empty then. */
void outgoing_remove(const char *path)
{
    char folder[OS_PATH_MAX];
    const size_t size = (size_t)(path_base(path) - path);
    file_remove(path, NULL);
    if (size > 1 && size < sizeof folder) {
        str_copy(folder, size, path); /* without the separator */
        file_remove_folder(folder, NULL);
    }
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
    outgoing_remove(composer->outgoing[at].path);
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
