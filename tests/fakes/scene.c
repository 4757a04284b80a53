#include "tests/fakes/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/app/action.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"
#include "server/server.h"
#include "tests/unit/tree.h"

_Noreturn static void give_up(const struct scene *scene, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    for (size_t i = 0; scene != NULL && i < scene->people_count; i++) {
        const struct person *person = scene->people[i];
        fprintf(stderr, "%s saw:\n", person->name);
        for (size_t k = 0; k < person->line_count; k++)
            fprintf(stderr, "    %s\n", person->lines[k]);
    }
    abort();
}

void scene_open(struct scene *scene)
{
    static const char *const homes[] = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"};
    char path[OS_PATH_MAX];
    struct err err = {0};
    memset(scene, 0, sizeof *scene);
    str_copy(scene->folder, sizeof scene->folder, "/tmp/confab-scene-XXXXXX");
    if (mkdtemp(scene->folder) == NULL)
        give_up(NULL, "no folder to be had");
    for (size_t i = 0; i < 3; i++) {
        path_join(path, scene->folder, homes[i]);
        file_make_folder(path, NULL);
        setenv(homes[i], path, 1);
    }
    setenv("HOME", scene->folder, 1);
    sock_start();
    scene->wake = wake_create(&err);
    if (scene->wake == NULL)
        give_up(NULL, "%s", err.text);
}

void scene_close(struct scene *scene)
{
    while (scene->people_count > 0)
        scene_remove(scene, scene->people[scene->people_count - 1]);
    scene_stop_server(scene);
    wake_destroy(scene->wake);
    remove_tree(scene->folder);
}

/* The server */

static void serve(void *arg)
{
    struct err err = {0};
    if (!server_run(arg, &err))
        give_up(NULL, "%s", err.text);
}

void scene_start_server(struct scene *scene)
{
    char data[OS_PATH_MAX];
    struct err err = {0};
    path_join(data, scene->folder, "server");
    struct server_config config = {.host = "127.0.0.1",
                                   .port = scene->port,
                                   .data_dir = data,
                                   .name = "Test",
                                   .max_upload = scene->max_upload,
                                   .plain = true,
                                   .quiet = true};
    scene->server = server_create(&config, &err);
    if (scene->server == NULL)
        give_up(scene, "%s", err.text);
    scene->port = server_port(scene->server);
    scene->thread = thread_start(serve, scene->server, &err);
    if (scene->thread == NULL)
        give_up(scene, "%s", err.text);
}

void scene_stop_server(struct scene *scene)
{
    if (scene->server == NULL)
        return;
    server_stop(scene->server);
    thread_join(scene->thread);
    server_destroy(scene->server);
    scene->server = NULL;
}

/* People */

static const char *label_or(const struct note *note)
{
    const struct file_part *file = note->message != NULL ? note->message->file : NULL;
    return file != NULL && file->label != NULL ? file->label : "";
}

static void put_row(char *line, size_t size, const struct message *message)
{
    const char *when = message->history ? "history " : "";
    switch (message->kind) {
    case MESSAGE_TEXT:
        str_format(line, size, "%ssaid %s: %s", when, message->name, message->text);
        break;
    case MESSAGE_FILE:
        str_format(line, size, "%sfile %s: %s", when, message->name, message->file->label);
        break;
    case MESSAGE_JOINED:
        str_format(line, size, "%sjoined %s", when, message->name);
        break;
    case MESSAGE_LEFT:
        str_format(line, size, "%sleft %s", when, message->name);
        break;
    case MESSAGE_INVITED:
        str_format(line, size, "%sinvited %s", when, message->text);
        break;
    }
}

static void on_note(void *context, const struct note *note)
{
    struct person *person = context;
    char line[1024] = "";
    switch (note->kind) {
    case NOTE_ONLINE:
        str_copy(line, sizeof line, "online");
        break;
    case NOTE_OFFLINE:
        str_format(line, sizeof line, "offline: %s", note->text);
        break;
    case NOTE_LOST:
        str_format(line, sizeof line, "lost: %s", note->text);
        break;
    case NOTE_ROOM_READY:
        str_format(line, sizeof line, "room %s", note->room->name);
        break;
    case NOTE_MESSAGE:
        put_row(line, sizeof line, note->message);
        break;
    case NOTE_MEMBER:
        str_copy(line, sizeof line, "member");
        break;
    case NOTE_PROGRESS:
        str_format(line, sizeof line, "progress %s", label_or(note));
        break;
    case NOTE_SENT:
        str_format(line, sizeof line, "sent %s", label_or(note));
        break;
    case NOTE_RECEIVED:
        str_format(line, sizeof line, "received %s", label_or(note));
        break;
    case NOTE_SAVED:
        str_format(line, sizeof line, "saved %s", path_base(note->text));
        break;
    case NOTE_TRANSFER_FAILED:
        str_format(line, sizeof line, "failed %s: %s", label_or(note), note->text);
        break;
    case NOTE_STORED:
        str_copy(line, sizeof line, "stored");
        break;
    case NOTE_ROOMS:
        str_copy(line, sizeof line, "rooms");
        break;
    case NOTE_HISTORY:
        str_copy(line, sizeof line, "older");
        break;
    case NOTE_FILE:
        str_format(line, sizeof line, "%s %s",
                   note->message->file->state == FILE_COMPLETE ? "whole" : "broken",
                   label_or(note));
        break;
    case NOTE_DELETED:
        str_copy(line, sizeof line, "deleted");
        break;
    case NOTE_EDITED:
        str_format(line, sizeof line, "edited %s",
                   note->message != NULL ? note->message->text : "elsewhere");
        break;
    case NOTE_REACTED:
        str_format(line, sizeof line, "reacted %s %s", note->name, note->text);
        break;
    case NOTE_READ:
        str_format(line, sizeof line, "read %s", note->room->name);
        break;
    case NOTE_NOTICE:
        str_format(line, sizeof line, "notice: %s", note->text);
        break;
    case NOTE_REFUSED:
        str_format(line, sizeof line, "refused %s", note->code);
        break;
    }
    person->lines = mem_resize(person->lines, person->line_count + 1, sizeof(char *));
    person->lines[person->line_count++] = mem_string(line);
}

static void ring(void *context)
{
    wake_ring(context);
}

struct person *scene_add(struct scene *scene, const char *name,
                         void (*change)(struct app_config *config))
{
    struct person *person = mem_alloc(1, sizeof *person);
    struct err err = {0};
    person->scene = scene;
    str_copy(person->name, sizeof person->name, name);
    path_join(person->downloads, scene->folder, name);
    struct app_config config = {.name = name,
                                .downloads = person->downloads,
                                .auto_fetch = 8 << 20,
                                .reconnect = true,
                                .plain = true,
                                .ring = ring,
                                .ring_context = scene->wake,
                                .observe = on_note,
                                .observe_context = person};
    if (change != NULL)
        change(&config);
    person->app = app_create(&config, &err);
    if (person->app == NULL)
        give_up(scene, "%s", err.text);
    scene->people[scene->people_count++] = person;
    return person;
}

void scene_remove(struct scene *scene, struct person *person)
{
    size_t at = 0;
    while (scene->people[at] != person)
        at++;
    scene->people[at] = scene->people[--scene->people_count];
    app_destroy(person->app);
    for (size_t i = 0; i < person->line_count; i++)
        mem_free(person->lines[i]);
    mem_free(person->lines);
    mem_free(person);
}

/* Turns */

void scene_turn(struct scene *scene, int64_t wait_ms)
{
    int64_t now_ms = clock_now_ms(), due_ms = now_ms + wait_ms;
    for (size_t i = 0; i < scene->people_count; i++) {
        app_turn(scene->people[i]->app);
        int64_t next_ms = app_next_due_ms(scene->people[i]->app);
        if (next_ms < due_ms)
            due_ms = next_ms > now_ms ? next_ms : now_ms;
    }
    struct sock_set *set = sock_set_create();
    sock_set_clear(set);
    sock_set_add(set, wake_sock(scene->wake), SOCK_READ);
    if (sock_set_wait(set, due_ms - now_ms, NULL) > 0)
        wake_drain(scene->wake);
    sock_set_destroy(set);
}

void scene_until(struct scene *scene, bool (*is_true)(void *context), void *context)
{
    int64_t end_ms = clock_now_ms() + SCENE_PATIENCE_MS;
    while (!is_true(context)) {
        if (clock_now_ms() > end_ms)
            give_up(scene, "it did not come true in time");
        scene_turn(scene, 100);
    }
}

void scene_idle(struct scene *scene, int64_t for_ms)
{
    int64_t end_ms = clock_now_ms() + for_ms;
    while (clock_now_ms() < end_ms)
        scene_turn(scene, end_ms - clock_now_ms());
}

size_t person_saw(const struct person *person, const char *line)
{
    size_t count = 0;
    for (size_t i = 0; i < person->line_count; i++)
        count += str_starts(person->lines[i], line);
    return count;
}

void person_expect(struct person *person, const char *line, size_t times)
{
    int64_t end_ms = clock_now_ms() + SCENE_PATIENCE_MS;
    while (person_saw(person, line) < times) {
        if (clock_now_ms() > end_ms)
            give_up(person->scene, "%s did not see \"%s\" %zu times", person->name, line, times);
        scene_turn(person->scene, 100);
    }
}

void person_enter(struct person *person, uint16_t port)
{
    size_t before = person_saw(person, "room ");
    action_connect(person->app, "127.0.0.1", port != 0 ? port : person->scene->port);
    person_expect(person, "room ", before + 1);
}

struct room *person_room(const struct person *person, const char *name)
{
    struct room *room = model_find_room(app_model(person->app), name);
    if (room == NULL)
        give_up(person->scene, "%s knows no room %s", person->name, name);
    return room;
}

void person_say(struct person *person, const char *text)
{
    struct err err = {0};
    if (!action_say(person->app, person_room(person, "lobby"), text, 0, &err))
        give_up(person->scene, "%s", err.text);
}

/* Files */

void scene_make_file(struct scene *scene, const char *name, uint64_t size, char *out)
{
    static uint8_t block[65536];
    struct err err = {0};
    path_join(out, scene->folder, name);
    file_remove(out, NULL);
    os_file file = file_open(out, FILE_WRITE_NEW, &err);
    for (uint64_t at = 0; at < size; at += sizeof block) {
        uint64_t left = size - at;
        random_fill(block, sizeof block);
        if (!file_write_at(file, at, block, left < sizeof block ? (size_t)left : sizeof block,
                           &err))
            give_up(scene, "%s", err.text);
    }
    file_close(file);
}

void file_hash(const char *path, char hex[65])
{
    static uint8_t block[65536];
    struct sha256 *sha = sha256_create();
    struct err err = {0};
    size_t got = 1;
    os_file file = file_open(path, FILE_READ, &err);
    if (file == OS_FILE_NONE)
        give_up(NULL, "%s", err.text);
    for (uint64_t at = 0; got > 0; at += got) {
        if (!file_read_some(file, at, block, sizeof block, &got, &err))
            give_up(NULL, "%s", err.text);
        sha256_append(sha, block, got);
    }
    sha256_peek(sha, hex);
    sha256_destroy(sha);
    file_close(file);
}
