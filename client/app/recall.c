#include "client/app/recall.h"

#include <string.h>

#include "client/app/app_state.h"
#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#define SAVE_AFTER_MS 1000

/* The file's form */

struct recalled *recall_find(const struct recall *recall, const char *name)
{
    for (size_t i = 0; i < recall->count; i++) {
        if (name_equal(recall->rooms[i].name, name))
            return &recall->rooms[i];
    }
    return NULL;
}

struct recalled *recall_add(struct recall *recall, const char *name)
{
    struct recalled *room = recall_find(recall, name);
    if (room != NULL || recall->count == RECALL_ROOMS_MAX)
        return room;
    recall->rooms = mem_resize(recall->rooms, recall->count + 1, sizeof *recall->rooms);
    room = &recall->rooms[recall->count++];
    *room = (struct recalled){0};
    str_copy(room->name, sizeof room->name, name);
    return room;
}

void recall_finish(struct recall *recall)
{
    for (size_t i = 0; i < recall->count; i++)
        mem_free(recall->rooms[i].draft);
    mem_free(recall->rooms);
    *recall = (struct recall){0};
}

static void unescape(char *text)
{
    char *to = text;
    for (; *text != '\0'; text++) {
        if (text[0] == '\\' && text[1] != '\0')
            *to++ = *++text == 'n' ? '\n' : *text;
        else
            *to++ = *text;
    }
    *to = '\0';
}

static void read_line(struct recall *recall, char *line)
{
    char name[NAME_SIZE], *word = line, *room = strchr(line, ' ');
    if (room == NULL)
        return;
    *room++ = '\0';
    char *text = strchr(room, ' ');
    if (text != NULL)
        *text++ = '\0';
    if (!name_clean_room(room, name, NULL))
        return;
    struct recalled *recalled = recall_add(recall, name);
    if (recalled == NULL)
        return;
    recalled->joined = recalled->joined || strcmp(word, "joined") == 0;
    recalled->muted = recalled->muted || strcmp(word, "muted") == 0;
    recalled->is_private = recalled->is_private || strcmp(word, "private") == 0;
    if (strcmp(word, "draft") == 0 && text != NULL && strlen(text) <= 2 * RECALL_DRAFT_MAX) {
        unescape(text);
        mem_free(recalled->draft);
        recalled->draft = mem_string(text);
    }
}

void recall_read(struct recall *recall, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        char *line = mem_alloc(size + 1, 1);
        memcpy(line, text, size);
        read_line(recall, line);
        mem_free(line);
        text += size + (text[size] == '\n');
    }
}

static void add(struct buf *out, const char *text)
{
    buf_append(out, text, strlen(text));
}

static void add_draft(struct buf *out, const struct recalled *room)
{
    size_t size = strlen(room->draft) <= RECALL_DRAFT_MAX ? strlen(room->draft)
                                                          : utf8_cut(room->draft, RECALL_DRAFT_MAX);
    add(out, "draft ");
    add(out, room->name);
    add(out, " ");
    for (size_t i = 0; i < size; i++) {
        if (room->draft[i] == '\n')
            add(out, "\\n");
        else if (room->draft[i] == '\\')
            add(out, "\\\\");
        else
            buf_append(out, &room->draft[i], 1);
    }
    add(out, "\n");
}

static void add_word(struct buf *out, const char *word, const struct recalled *room)
{
    add(out, word);
    add(out, room->name);
    add(out, "\n");
}

void recall_write(const struct recall *recall, struct buf *out)
{
    for (size_t i = 0; i < recall->count; i++) {
        const struct recalled *room = &recall->rooms[i];
        if (room->joined)
            add_word(out, "joined ", room);
        if (room->is_private)
            add_word(out, "private ", room);
        if (room->muted)
            add_word(out, "muted ", room);
        if (room->draft != NULL && room->draft[0] != '\0' &&
            out->size + 2 * RECALL_DRAFT_MAX < RECALL_FILE_MAX)
            add_draft(out, room);
    }
}

/* The client's */

/* Called by the hash of where and who: addresses have characters that file systems do not take. */
static bool find_path(const struct app *app, char *folder, char *path)
{
    char config[OS_PATH_MAX], where[512], hash[SHA256_HEX_SIZE];
    if (!app->config.remember || app->model.host[0] == '\0' || app->uid[0] == '\0')
        return false;
    str_format(where, sizeof where, "%s %u %s", app->model.host, (unsigned)app->model.port,
               app->uid);
    sha256_hex(where, strlen(where), hash);
    hash[32] = '\0';
    dirs_config(config);
    return path_join(folder, config, "rooms") && path_join(path, folder, hash);
}

static void load(const struct app *app, struct recall *recall)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    size_t size;
    char *text =
        find_path(app, folder, path) ? file_load(path, RECALL_FILE_MAX, &size, NULL) : NULL;
    if (text != NULL && utf8_valid(text, strlen(text)))
        recall_read(recall, text);
    mem_free(text);
}

void recall_open(struct app *app)
{
    recall_finish(&app->recall);
    load(app, &app->recall);
}

void recall_room(struct app *app, struct room *room)
{
    const struct recalled *recalled = recall_find(&app->recall, room->name);
    if (room->recalled)
        return;
    room->recalled = true;
    if (recalled == NULL)
        return;
    room->muted = recalled->muted;
    if (room->draft == NULL && recalled->draft != NULL)
        text_set(&room->draft, recalled->draft);
}

void recall_later(struct app *app, struct room *room)
{
    if (!app->config.remember)
        return;
    room->unkept = true;
    if (app->recall_due_ms == INT64_MAX)
        app->recall_due_ms = clock_now_ms() + SAVE_AFTER_MS;
}

static void save(const char *folder, const char *path, const struct recall *recall)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, RECALL_FILE_MAX);
    recall_write(recall, &out);
    bool ok = out.size == 0 ? file_remove(path, &err)
                            : file_make_folder(folder, &err) &&
                                  file_save(path, buf_peek(&out).data, out.size, &err);
    if (!ok)
        log_warn("%s", err.text);
    buf_finish(&out);
}

void recall_save(struct app *app)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    struct recall recall = {0};
    bool changed = false;
    app->recall_due_ms = INT64_MAX;
    if (!find_path(app, folder, path))
        return;
    load(app, &recall);
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct room *room = app->model.rooms[i];
        struct recalled *recalled = room->unkept ? recall_add(&recall, room->name) : NULL;
        room->unkept = false;
        if (recalled == NULL)
            continue;
        if (app->config.rejoin)
            recalled->joined = room->joined;
        recalled->is_private = room->kind == ROOM_PRIVATE;
        recalled->muted = room->muted;
        mem_free(recalled->draft);
        recalled->draft = mem_string(room->draft);
        changed = true;
    }
    if (changed)
        save(folder, path, &recall);
    recall_finish(&recall);
}
