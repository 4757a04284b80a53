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
    picture_destroy(model->playback.frame);
    mem_free(model->playback.trouble);
    mem_free(model->recording.trouble);
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

static int rank_of(const struct room *room)
{
    return room->kind == ROOM_DIRECT ? 2 : strcmp(room->name, "lobby") != 0;
}

static int compare_rooms(const struct room *a, const struct room *b)
{
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    if (rank_of(a) != rank_of(b))
        return rank_of(a) - rank_of(b);
    name_fold(room_title(a), fold_a);
    name_fold(room_title(b), fold_b);
    int order = strcmp(fold_a, fold_b);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* rooms[count] takes its place among those before it. */
static void settle_last(struct model *model, size_t count, struct room *room)
{
    size_t at = count;
    while (at > 0 && compare_rooms(room, model->rooms[at - 1]) < 0) {
        model->rooms[at] = model->rooms[at - 1];
        at--;
    }
    model->rooms[at] = room;
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
    if (name_is_direct(name)) {
        room->kind = ROOM_DIRECT;
        if (!name_direct_peer(name, model->my_uid, room->peer))
            room->peer[0] = '\0';
    }
    model->rooms = mem_resize(model->rooms, model->room_count + 1, sizeof(struct room *));
    settle_last(model, model->room_count++, room);
    model_touch(model);
    return room;
}

static void take_room(struct model *model, const struct room *room)
{
    size_t at = 0;
    while (model->rooms[at] != room)
        at++;
    model->room_count--;
    memmove(model->rooms + at, model->rooms + at + 1,
            (model->room_count - at) * sizeof(struct room *));
}

void model_set_title(struct model *model, struct room *room, const char *title)
{
    if (strcmp(room->title, title) == 0)
        return;
    str_copy(room->title, sizeof room->title, title);
    take_room(model, room);
    settle_last(model, model->room_count++, room);
    room->version++;
    model_touch(model);
}

static void room_destroy(struct room *room)
{
    for (size_t i = 0; i < room->message_count; i++)
        message_destroy(room->messages[i]);
    if (room->messages != NULL)
        mem_free(room->messages - room->message_front);
    mem_free(room->members);
    mem_free(room->draft);
    room_clear_changes(room);
    mem_free(room);
}

void model_remove_room(struct model *model, struct room *room)
{
    take_room(model, room);
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
    picture_destroy(model->detail.picture);
    model->detail = (struct detail){0};
    model_touch(model);
}
