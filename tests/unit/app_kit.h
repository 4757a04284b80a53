/* app_kit.h - what the tests of the client without a screen share: one scene, and looks into rooms. */
#ifndef CONFAB_TESTS_APP_KIT_H
#define CONFAB_TESTS_APP_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "protocol/base/str.h"
#include "tests/fakes/scene.h"

static struct scene scene;

static inline int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static inline bool is_settled(void *context)
{
    struct person *person = context;
    return app_is_settled(person->app);
}

static inline size_t texts_of(const struct person *person, const char *text)
{
    const struct room *room = person_room(person, "lobby");
    size_t count = 0;
    for (size_t i = 0; i < room->message_count; i++)
        count += str_equal(room->messages[i]->text, text);
    return count;
}

static inline struct message *find_file(const struct person *person, const char *label)
{
    const struct room *room = person_room(person, "lobby");
    for (size_t i = 0; i < room->message_count; i++) {
        if (room->messages[i]->file != NULL && str_equal(room->messages[i]->file->label, label))
            return room->messages[i];
    }
    return NULL;
}

static inline struct message *last_message(const struct person *person)
{
    const struct room *room = person_room(person, "lobby");
    return room->messages[room->message_count - 1];
}

static inline void save_all(struct app_config *config)
{
    config->save_all = true;
    config->auto_fetch = UINT64_MAX;
}

static inline void no_reconnect(struct app_config *config)
{
    config->reconnect = false;
}

static inline void send_file(struct person *person, const char *path)
{
    struct err err = {0};
    if (!action_send_file(person->app, person_room(person, "lobby"), path, false, &err))
        fail_msg("%s", err.text);
}

static inline void expect_same(const char *a, const char *b)
{
    char hash_a[65], hash_b[65];
    file_hash(a, hash_a);
    file_hash(b, hash_b);
    assert_string_equal(hash_a, hash_b);
}

static inline void expect_saved(const struct person *person, const char *name, const char *original)
{
    char path[OS_PATH_MAX];
    path_join(path, person->downloads, name);
    expect_same(path, original);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
