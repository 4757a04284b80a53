#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

struct message *message_create(enum message_kind kind)
{
    struct message *message = mem_alloc(1, sizeof *message);
    message->kind = kind;
    if (kind == MESSAGE_FILE)
        message->file = mem_alloc(1, sizeof *message->file);
    return message;
}

static void reaction_finish(struct reaction *reaction)
{
    mem_free(reaction->emoji);
    mem_free(reaction->uids);
}

static void forget_reactions(struct message *message)
{
    for (size_t i = 0; i < message->reaction_count; i++)
        reaction_finish(&message->reactions[i]);
    mem_free(message->reactions);
    message->reactions = NULL;
    message->reaction_count = 0;
}

static void file_destroy(struct file_part *file)
{
    if (file == NULL)
        return;
    char *texts[] = {file->id,
                     file->label,
                     file->kind,
                     file->sha256,
                     file->transfer.path,
                     file->transfer.saved_path,
                     file->transfer.trouble,
                     file->transfer.part,
                     file->album,
                     file->title,
                     file->picture_trouble};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        mem_free(texts[i]);
    mem_free(file->tiny);
    mem_free(file->wave);
    animation_destroy(file->animation);
    picture_destroy(file->picture);
    mem_free(file);
}

void message_destroy(struct message *message)
{
    if (message == NULL)
        return;
    mem_free(message->id);
    mem_free(message->name);
    mem_free(message->text);
    mem_free(message->trouble);
    forget_reactions(message);
    file_destroy(message->file);
    mem_free(message);
}

void message_delete(struct message *message)
{
    file_destroy(message->file);
    message->file = NULL;
    message->kind = MESSAGE_TEXT;
    message->reply = 0;
    message->edited = message->mentions_me = false;
    forget_reactions(message);
    message->deleted = true;
    text_set(&message->text, "This message was deleted.");
}

struct reaction *message_find_reaction(const struct message *message, const char *emoji)
{
    for (size_t i = 0; i < message->reaction_count; i++) {
        if (strcmp(message->reactions[i].emoji, emoji) == 0)
            return &message->reactions[i];
    }
    return NULL;
}

static struct reaction *add_reaction(struct message *message, const char *emoji)
{
    if (message->reaction_count == REACTIONS_MAX)
        return NULL;
    message->reactions =
        mem_resize(message->reactions, message->reaction_count + 1, sizeof *message->reactions);
    struct reaction *reaction = &message->reactions[message->reaction_count++];
    *reaction = (struct reaction){.emoji = mem_string(emoji)};
    return reaction;
}

static void take_back(struct message *message, struct reaction *reaction, size_t at)
{
    reaction->count--;
    memmove(reaction->uids + at, reaction->uids + at + 1,
            (reaction->count - at) * sizeof *reaction->uids);
    if (reaction->count > 0)
        return;
    reaction_finish(reaction);
    at = (size_t)(reaction - message->reactions);
    message->reaction_count--;
    memmove(reaction, reaction + 1, (message->reaction_count - at) * sizeof *reaction);
}

bool message_react(struct message *message, const char *emoji, const char *uid, bool own,
                   bool remove)
{
    struct reaction *reaction = message_find_reaction(message, emoji);
    size_t at = 0;
    if (reaction == NULL && !remove)
        reaction = add_reaction(message, emoji);
    if (reaction == NULL)
        return false;
    while (at < reaction->count && strcmp(reaction->uids[at], uid) != 0)
        at++;
    if (remove != (at < reaction->count))
        return false; /* so it is already */
    if (own)
        reaction->own = !remove;
    if (remove) {
        take_back(message, reaction, at);
        return true;
    }
    reaction->uids = mem_resize(reaction->uids, reaction->count + 1, sizeof *reaction->uids);
    str_copy(reaction->uids[reaction->count++], sizeof *reaction->uids, uid);
    return true;
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

void animation_destroy(struct animation *animation)
{
    if (animation == NULL)
        return;
    for (size_t i = 0; i < animation->count; i++)
        picture_destroy(animation->frames[i]);
    mem_free(animation->frames);
    mem_free(animation->delays_ms);
    mem_free(animation);
}
