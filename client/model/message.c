#include <assert.h>
#include <stdatomic.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"

struct message *message_create(enum message_kind kind)
{
    struct message *message = mem_alloc(1, sizeof *message);
    message->kind = kind;
    return message;
}

void message_destroy(struct message *message)
{
    if (message == NULL)
        return;
    char *texts[] = {message->id,
                     message->name,
                     message->text,
                     message->trouble,
                     message->file,
                     message->label,
                     message->file_kind,
                     message->sha256,
                     message->transfer.path,
                     message->transfer.saved_path,
                     message->transfer.trouble,
                     message->picture_trouble};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        mem_free(texts[i]);
    mem_free(message->tiny);
    picture_destroy(message->picture);
    mem_free(message);
}

static void forget(char **text)
{
    mem_free(*text);
    *text = NULL;
}

void message_delete(struct message *message)
{
    char **texts[] = {&message->text,      &message->label,  &message->file,
                      &message->file_kind, &message->sha256, &message->picture_trouble};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        forget(texts[i]);
    mem_free(message->tiny);
    picture_destroy(message->picture);
    message->tiny = NULL;
    message->tiny_size = 0;
    message->picture = NULL;
    message->picture_is_tiny = false;
    message->kind = MESSAGE_TEXT;
    message->reply = 0;
    message->deleted = true;
    message->text = mem_string("This message was deleted.");
}

struct picture *picture_create(int width, int height)
{
    /* Textures are kept by serial, so that one address used twice is two pictures. */
    static atomic_uint serial;
    assert(width > 0 && height > 0);
    struct picture *picture = mem_alloc(1, sizeof *picture);
    picture->serial = atomic_fetch_add(&serial, 1) + 1;
    picture->width = width;
    picture->height = height;
    picture->pixels = mem_alloc((size_t)width * (size_t)height, 4);
    return picture;
}

void picture_destroy(struct picture *picture)
{
    if (picture == NULL)
        return;
    mem_free(picture->pixels);
    mem_free(picture);
}
