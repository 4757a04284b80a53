/* scene.h - a chat for tests: real clients without a screen, a real server on a thread, a wire that
 * can be cut, all in one process and one folder. Failures end the test with what was seen. */
#ifndef CONFAB_TESTS_SCENE_H
#define CONFAB_TESTS_SCENE_H

#include "client/app/action.h"
#include "client/app/app.h"
#include "protocol/os/file.h"

#define SCENE_PEOPLE_MAX 8
#define SCENE_PATIENCE_MS 30000

struct scene;

struct person {
    struct scene *scene;
    struct app *app;
    char name[NAME_SIZE];
    char downloads[OS_PATH_MAX];
    char **lines; /* what the notes said, one line each: see scene.c, on_note() */
    size_t line_count;
};

struct scene {
    char folder[OS_PATH_MAX];
    struct wake *wake;
    struct person *people[SCENE_PEOPLE_MAX];
    size_t people_count;
    struct server *server;
    struct thread *thread;
    uint16_t port;
    uint64_t max_upload; /* of the server; 0: its default */
};

/* A fresh folder that holds settings, cache and the server's data of all in it. */
void scene_open(struct scene *scene);
void scene_close(struct scene *scene);
/* Listens on 127.0.0.1, on the port of the time before if there was one; nothing goes out on the
 * network. */
void scene_start_server(struct scene *scene);
void scene_stop_server(struct scene *scene);
/* `change` may alter what app_create() is given; NULL. */
struct person *scene_add(struct scene *scene, const char *name,
                         void (*change)(struct app_config *config));
void scene_remove(struct scene *scene, struct person *person);
/* Connect to the server (or to `port`) and wait for the lobby. */
void person_enter(struct person *person, uint16_t port);
struct room *person_room(const struct person *person, const char *name);
void person_say(struct person *person, const char *text);
/* Turn all clients until `person` saw the line (again, if it did before: `times` in all). */
void person_expect(struct person *person, const char *line, size_t times);
size_t person_saw(const struct person *person, const char *line); /* lines that begin so */
/* Turn all clients until it is true. */
void scene_until(struct scene *scene, bool (*is_true)(void *context), void *context);
void scene_turn(struct scene *scene, int64_t wait_ms);
void scene_idle(struct scene *scene, int64_t for_ms);
/* A file of `size` bytes that no compression or chance makes equal to another; path into out. */
void scene_make_file(struct scene *scene, const char *name, uint64_t size, char *out);
void file_hash(const char *path, char hex[65]);

/* cutter.c: a wire between client and server that a test can cut. */
struct cutter;
struct cutter *cutter_create(uint16_t to_port);
void cutter_destroy(struct cutter *cutter);
uint16_t cutter_port(const struct cutter *cutter);
/* Let so many more bytes through from the client (up) or the server (down), then cut the
 * connection. UINT64_MAX: no end. The next connection is whole again. */
void cutter_cut_after(struct cutter *cutter, uint64_t up, uint64_t down);
void cutter_refuse(struct cutter *cutter, bool refuse); /* new connections are closed at once */
unsigned cutter_cuts(const struct cutter *cutter);

/* script.c: a server that says what a test wants. */
struct msg;
struct script;
/* Called on its thread for each message that comes in. */
typedef void (*script_on)(struct script *script, const struct msg *msg);
struct script *script_create(script_on on);
void script_destroy(struct script *script);
uint16_t script_port(const struct script *script);
void script_send(struct script *script, const struct msg *msg); /* in script_on only */
void script_send_raw(struct script *script, const void *bytes, size_t size);
void script_hang_up(struct script *script);
/* The usual answers to hello and join: welcome, an empty lobby. True if it was one of them. */
bool script_greet(struct script *script, const struct msg *msg);
unsigned script_greetings(const struct script *script);
/* Who said hello last; in script_on only. */
char *script_uid(struct script *script);

#endif
