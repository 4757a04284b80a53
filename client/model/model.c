#include "client/model/model.h"

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

void text_set(char **field, const char *text)
{
    char *copy = mem_string(text); /* first: text may lie in the old one */
    mem_free(*field);
    *field = copy;
}

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
}

void model_finish(struct model *model)
{
    model_forget_server(model);
    mem_free(model->rooms);
    mem_free(model->trouble);
    mem_free(model->seen);
    memset(model, 0, sizeof *model);
}

void model_touch(struct model *model)
{
    model->version++;
}

struct room *model_find_room(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->room_count; i++) {
        if (name_equal(model->rooms[i]->name, name))
            return model->rooms[i];
    }
    return NULL;
}

bool model_is_online(const struct model *model, const char *uid)
{
    if (strcmp(uid, model->my_uid) == 0)
        return model->link == LINK_ONLINE;
    for (size_t i = 0; i < model->room_count; i++) {
        const struct member *member = room_find_member(model->rooms[i], uid);
        if (member != NULL && member->online)
            return true;
    }
    return false;
}

bool model_has_feature(const struct model *model, const char *word)
{
    size_t size = strlen(word);
    const char *at = model->features;
    while (at != NULL && at[0] != '\0') {
        size_t length = strcspn(at, " ");
        if (length == size && memcmp(at, word, size) == 0)
            return true;
        at += length + (at[length] == ' ');
    }
    return false;
}

static int compare_rooms(const struct room *a, const struct room *b)
{
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    bool lobby_a = strcmp(a->name, "lobby") == 0, lobby_b = strcmp(b->name, "lobby") == 0;
    if (lobby_a != lobby_b)
        return lobby_a ? -1 : 1;
    name_fold(a->name, fold_a);
    name_fold(b->name, fold_b);
    return strcmp(fold_a, fold_b);
}

struct room *model_add_room(struct model *model, const char *name)
{
    static uint64_t rooms_ever;
    struct room *room = model_find_room(model, name);
    if (room != NULL)
        return room;
    room = mem_alloc(1, sizeof *room);
    str_copy(room->name, sizeof room->name, name);
    room->change_count = ++rooms_ever << 32;
    model->rooms = mem_resize(model->rooms, model->room_count + 1, sizeof(struct room *));
    size_t at = model->room_count++;
    while (at > 0 && compare_rooms(room, model->rooms[at - 1]) < 0) {
        model->rooms[at] = model->rooms[at - 1];
        at--;
    }
    model->rooms[at] = room;
    model_touch(model);
    return room;
}

static void room_destroy(struct room *room)
{
    for (size_t i = 0; i < room->message_count; i++)
        message_destroy(room->messages[i]);
    mem_free(room->messages);
    mem_free(room->members);
    mem_free(room->draft);
    mem_free(room->gone);
    mem_free(room);
}

void model_remove_room(struct model *model, struct room *room)
{
    size_t at = 0;
    while (model->rooms[at] != room)
        at++;
    model->room_count--;
    memmove(model->rooms + at, model->rooms + at + 1,
            (model->room_count - at) * sizeof(struct room *));
    if (model->room == room)
        model->room = NULL;
    room_destroy(room);
    model_touch(model);
}

void model_forget_server(struct model *model)
{
    for (size_t i = 0; i < model->room_count; i++)
        room_destroy(model->rooms[i]);
    model->room_count = 0;
    model->room = NULL;
    model->server_name[0] = '\0';
    model->encrypted = model->first_visit = false;
    model->key_words[0] = '\0';
    model->max_upload = 0;
    text_set(&model->features, NULL);
    model_touch(model);
}
