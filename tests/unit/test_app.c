/* The client without a screen against a real server, over loopback: what is said arrives once,
 * whatever happens to the wire. ctest labels: threads */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/app/address.h"
#include "client/net/cache.h"
#include "client/work/mailbox.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "tests/fakes/scene.h"

static struct scene scene;

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static bool is_settled(void *context)
{
    struct person *person = context;
    return app_is_settled(person->app);
}

static size_t texts_of(const struct person *person, const char *text)
{
    const struct room *room = person_room(person, "lobby");
    size_t count = 0;
    for (size_t i = 0; i < room->message_count; i++)
        count += str_equal(room->messages[i]->text, text);
    return count;
}

static struct message *find_file(const struct person *person, const char *label)
{
    const struct room *room = person_room(person, "lobby");
    for (size_t i = 0; i < room->message_count; i++) {
        if (room->messages[i]->file != NULL && str_equal(room->messages[i]->file->label, label))
            return room->messages[i];
    }
    return NULL;
}

static struct message *last_message(const struct person *person)
{
    const struct room *room = person_room(person, "lobby");
    return room->messages[room->message_count - 1];
}

static void save_all(struct app_config *config)
{
    config->save_all = true;
    config->auto_fetch = UINT64_MAX;
}

static void no_reconnect(struct app_config *config)
{
    config->reconnect = false;
}

static void send_file(struct person *person, const char *path)
{
    struct err err = {0};
    if (!action_send_file(person->app, person_room(person, "lobby"), path, false, &err))
        fail_msg("%s", err.text);
}

static void expect_same(const char *a, const char *b)
{
    char hash_a[65], hash_b[65];
    file_hash(a, hash_a);
    file_hash(b, hash_b);
    assert_string_equal(hash_a, hash_b);
}

static void expect_saved(const struct person *person, const char *name, const char *original)
{
    char path[OS_PATH_MAX];
    path_join(path, person->downloads, name);
    expect_same(path, original);
}

/* Talk */

static void test_say(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, 0);
    person_expect(ann, "joined Bob", 1);
    assert_int_equal(room_online(person_room(ann, "lobby")), 2);
    person_say(ann, "\n hello \n");
    struct message *mine = last_message(ann);
    assert_int_equal(mine->state, MESSAGE_PENDING);
    assert_false(app_is_settled(ann->app));
    person_expect(bob, "said Ann:  hello", 1);
    scene_until(&scene, is_settled, ann);
    assert_ptr_equal(mine, last_message(ann)); /* the bubble became the event */
    assert_int_equal(mine->state, MESSAGE_STORED);
    assert_int_equal(room_unread(person_room(bob, "lobby")), 1);
    action_mark_read(bob->app, person_room(bob, "lobby"), mine->seq);
    assert_int_equal(room_unread(person_room(bob, "lobby")), 0);
    assert_int_equal(room_unread(person_room(ann, "lobby")), 0);
    action_typing(bob->app, person_room(bob, "lobby"));
    while (
        room_find_member(person_room(ann, "lobby"), app_model(bob->app)->my_uid)->typing_until_ms ==
        0)
        scene_turn(&scene, 50);
    scene_remove(&scene, bob);
    person_expect(ann, "left Bob", 1);
}

static void test_say_limits(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    struct err err = {0};
    person_enter(ann, 0);
    struct room *lobby = person_room(ann, "lobby");
    size_t before = lobby->message_count;
    char *text = mem_alloc(TEXT_MAX + 2, 1);
    memset(text, 'a', TEXT_MAX + 1);
    assert_false(action_say(ann->app, lobby, text, 0, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_false(action_say(ann->app, lobby, "\xff\xfe", 0, &err));
    assert_true(action_say(ann->app, lobby, " \n\t ", 0, &err));
    assert_int_equal(lobby->message_count, before);
    text[TEXT_MAX] = '\0';
    assert_true(action_say(ann->app, lobby, text, 0, &err));
    scene_until(&scene, is_settled, ann);
    mem_free(text);
}

static void test_loss_sends_once(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, cutter_port(cutter));
    person_enter(bob, 0);
    /* The server hears it, and the way back is cut: nobody knows whether it arrived. */
    cutter_cut_after(cutter, UINT64_MAX, 0);
    person_say(ann, "one");
    person_expect(ann, "lost", 1);
    cutter_refuse(cutter, true);
    assert_int_equal(app_model(ann->app)->link, LINK_LOST);
    person_say(ann, "two");
    person_say(ann, "three");
    person_say(bob, "meanwhile");
    assert_false(app_is_settled(ann->app));
    cutter_refuse(cutter, false);
    action_retry_now(ann->app);
    person_expect(bob, "said Ann: three", 1);
    person_expect(ann, "said Bob: meanwhile", 1);
    scene_until(&scene, is_settled, ann);
    scene_idle(&scene, 300);
    static const char *const texts[] = {"one", "two", "three", "meanwhile"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(texts_of(ann, texts[i]), 1);
        assert_int_equal(texts_of(bob, texts[i]), 1);
    }
    assert_int_equal(person_saw(bob, "left Ann"), 0); /* she was back before anybody noticed */
    cutter_destroy(cutter);
}

static void test_server_restart(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, 0);
    person_say(ann, "before");
    scene_until(&scene, is_settled, ann);
    scene_stop_server(&scene);
    person_expect(ann, "lost", 1);
    person_say(ann, "while away");
    scene_start_server(&scene);
    person_expect(ann, "said Ann: while away", 1);
    scene_until(&scene, is_settled, ann);
    assert_int_equal(texts_of(ann, "before"), 1);
    assert_int_equal(texts_of(ann, "while away"), 1);
}

/* The server lost its data: what was there is gone, what was not safe is said again. */
static void test_server_with_empty_log(void **state)
{
    (void)state;
    char data[OS_PATH_MAX], aside[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, 0);
    for (int i = 0; i < 5; i++)
        person_say(ann, "old");
    scene_until(&scene, is_settled, ann);
    scene_stop_server(&scene);
    person_expect(ann, "lost", 1);
    person_say(ann, "new");
    path_join(data, scene.folder, "server");
    path_join(aside, scene.folder, "aside");
    assert_true(file_rename(data, aside, NULL));
    scene_start_server(&scene);
    person_expect(ann, "said Ann: new", 1);
    scene_until(&scene, is_settled, ann);
    assert_int_equal(texts_of(ann, "old"), 0);
    assert_int_equal(texts_of(ann, "new"), 1);
}

static void test_history_for_a_newcomer(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    char text[32];
    person_enter(ann, 0);
    for (int i = 0; i < 160; i++) {
        str_format(text, sizeof text, "line %d.", i);
        person_say(ann, text);
    }
    scene_until(&scene, is_settled, ann);
    struct person *bob = scene_add(&scene, "Bob", NULL);
    person_enter(bob, 0);
    person_expect(bob, "history said Ann: line 159.", 1);
    struct room *lobby = person_room(bob, "lobby");
    assert_int_equal(texts_of(bob, "line 0."), 0);
    assert_false(lobby->history_complete);
    assert_int_equal(room_unread(lobby), 0);
    for (size_t pages = 1; !lobby->history_complete; pages++) {
        assert_in_range(pages, 1, 4);
        action_load_history(bob->app, lobby);
        action_load_history(bob->app, lobby); /* asked once, however often the view says so */
        person_expect(bob, "older", pages);
    }
    assert_int_equal(lobby->oldest_seq, 1);
    for (size_t i = 0; i < lobby->message_count; i++) {
        if (i > 0)
            assert_true(lobby->messages[i]->seq > lobby->messages[i - 1]->seq);
    }
    assert_int_equal(texts_of(bob, "line 0."), 1);
    assert_int_equal(texts_of(bob, "line 100."), 1);
}

static void test_rooms(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    struct err err = {0};
    person_enter(ann, 0);
    person_enter(bob, 0);
    assert_false(action_join(ann->app, "no spaces please", &err));
    assert_true(action_join(ann->app, "garden", &err));
    person_expect(ann, "room garden", 1);
    assert_ptr_equal(app_model(ann->app)->room, person_room(ann, "garden"));
    action_list_rooms(bob->app);
    person_expect(bob, "rooms", 1);
    struct room *garden = person_room(bob, "garden");
    assert_false(garden->joined);
    assert_int_equal(garden->people, 1);
    action_show_room(bob->app, garden);
    person_expect(bob, "room garden", 1);
    assert_true(action_say(bob->app, garden, "roses", 0, &err));
    person_expect(ann, "said Bob: roses", 1);
    action_leave(bob->app, garden);
    assert_ptr_equal(app_model(bob->app)->room, person_room(bob, "lobby"));
    person_expect(ann, "left Bob", 1);
}

/* Refusals */

static void test_name_taken(void **state)
{
    (void)state;
    char config[OS_PATH_MAX], other[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, 0);
    /* Another computer: other secrets. */
    path_join(config, scene.folder, "XDG_CONFIG_HOME");
    path_join(other, scene.folder, "other");
    setenv("XDG_CONFIG_HOME", other, 1);
    struct person *second = scene_add(&scene, "ANN", NULL);
    action_connect(second->app, "127.0.0.1", scene.port);
    person_expect(second, "offline", 1);
    assert_int_equal(app_model(second->app)->link, LINK_OFFLINE);
    assert_string_equal(app_model(second->app)->trouble, msg_code_sentence(CODE_NAME_TAKEN));
    assert_int_equal(app_next_due_ms(second->app), INT64_MAX); /* it does not try again */
    setenv("XDG_CONFIG_HOME", config, 1);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    scene_start_server(&scene);
    scene_stop_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    struct err err = {0};
    action_connect(ann->app, "127.0.0.1", scene.port);
    person_expect(ann, "offline", 1);
    assert_non_null(strstr(app_model(ann->app)->trouble, "refused"));
    assert_false(action_connect_text(ann->app, "one two three", &err));
    assert_int_equal(err.kind, ERR_ADDRESS);
}

static void test_without_reconnect(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", no_reconnect);
    person_enter(ann, 0);
    scene_stop_server(&scene);
    person_expect(ann, "offline", 1);
    assert_int_equal(person_saw(ann, "lost"), 0);
}

/* Files */

static void test_files_of_all_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t size;
    } files[] = {{"empty.bin", 0},
                 {"one.bin", 1},
                 {"chunk.bin", CHUNK_MAX},
                 {"chunk1.bin", CHUNK_MAX + 1},
                 {"many.bin", 5 * CHUNK_MAX + 17},
                 {"big.bin", 20 << 20}};
    char paths[6][OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    person_enter(ann, 0);
    person_enter(bob, 0);
    for (size_t i = 0; i < 6; i++) {
        scene_make_file(&scene, files[i].name, files[i].size, paths[i]);
        send_file(ann, paths[i]);
    }
    assert_int_equal(last_message(ann)->state, MESSAGE_PENDING);
    scene_until(&scene, is_settled, ann);
    person_expect(ann, "sent ", 6);
    person_expect(bob, "saved ", 6);
    for (size_t i = 0; i < 6; i++) {
        expect_saved(bob, files[i].name, paths[i]);
        struct message *message = find_file(bob, files[i].name);
        assert_int_equal(message->file->state, FILE_COMPLETE);
        assert_int_equal(message->file->transfer.state, TRANSFER_DONE);
        assert_int_equal(message->file->transfer.done, files[i].size);
    }
    assert_true(person_saw(ann, "progress big.bin") > 0);
}

static void test_same_name_twice(void **state)
{
    (void)state;
    char path[OS_PATH_MAX], first[OS_PATH_MAX], copy[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    person_enter(ann, 0);
    person_enter(bob, 0);
    scene_make_file(&scene, "photo.bin", 1000, path);
    path_join(first, scene.folder, "first");
    send_file(ann, path);
    person_expect(bob, "saved photo.bin", 1);
    assert_true(file_rename(path, first, NULL));
    scene_make_file(&scene, "photo.bin", 2000, path);
    send_file(ann, path);
    person_expect(bob, "saved photo (1).bin", 1);
    expect_saved(bob, "photo.bin", first);
    expect_saved(bob, "photo (1).bin", path);
    /* Saving what is saved: the same path again, no third copy. */
    struct message *message = find_file(bob, "photo.bin");
    action_fetch(bob->app, person_room(bob, "lobby"), message, true);
    person_expect(bob, "saved photo.bin", 2);
    path_join(copy, bob->downloads, "photo (2).bin");
    assert_false(file_info(copy).exists);
}

static void test_fetch_then_save(void **state)
{
    (void)state;
    char path[OS_PATH_MAX], cached[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, 0);
    scene_make_file(&scene, "song.bin", 300000, path);
    send_file(ann, path);
    person_expect(bob, "whole song.bin", 1);
    struct message *message = find_file(bob, "song.bin");
    assert_int_equal(message->file->transfer.state,
                     TRANSFER_NONE); /* unasked, nothing is fetched */
    action_fetch(bob->app, person_room(bob, "lobby"), message, false);
    person_expect(bob, "received song.bin", 1);
    assert_true(cache_find(message->file->sha256, cached));
    assert_string_equal(message->file->transfer.path, cached);
    expect_same(cached, path);
    action_fetch(bob->app, person_room(bob, "lobby"), message, true);
    person_expect(bob, "saved song.bin", 1);
    expect_saved(bob, "song.bin", path);
}

static void test_upload_cut_and_resumed(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    person_enter(ann, cutter_port(cutter));
    person_enter(bob, 0);
    scene_make_file(&scene, "film.bin", 12 << 20, path);
    cutter_cut_after(cutter, 5 << 20, UINT64_MAX);
    send_file(ann, path);
    person_expect(ann, "lost", 1);
    assert_int_equal(cutter_cuts(cutter), 1);
    cutter_cut_after(cutter, 5 << 20, UINT64_MAX); /* and once more: would not do for all of it */
    action_retry_now(ann->app);
    person_expect(ann, "lost", 2);
    /* What is left is less than the whole: it went on, not anew. (How much less is not said: a
     * cut may take what was on its way.) */
    cutter_cut_after(cutter, 11 << 20, UINT64_MAX);
    action_retry_now(ann->app);
    person_expect(ann, "sent film.bin", 1);
    assert_int_equal(cutter_cuts(cutter), 2);
    person_expect(bob, "saved film.bin", 1);
    expect_saved(bob, "film.bin", path);
    scene_until(&scene, is_settled, ann);
    assert_int_equal(person_saw(bob, "file Ann: film.bin"), 1);
    cutter_destroy(cutter);
}

static void test_download_cut_and_resumed(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, cutter_port(cutter));
    scene_make_file(&scene, "film.bin", 12 << 20, path);
    send_file(ann, path);
    person_expect(bob, "whole film.bin", 1);
    cutter_cut_after(cutter, UINT64_MAX, 7 << 20);
    action_fetch(bob->app, person_room(bob, "lobby"), find_file(bob, "film.bin"), true);
    person_expect(bob, "lost", 1);
    cutter_cut_after(cutter, UINT64_MAX, 6 << 20); /* not enough for all of it */
    action_retry_now(bob->app);
    person_expect(bob, "saved film.bin", 1);
    assert_int_equal(cutter_cuts(cutter), 1);
    expect_saved(bob, "film.bin", path);
    cutter_destroy(cutter);
}

static void test_upload_over_a_server_restart(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, cutter_port(cutter));
    scene_make_file(&scene, "film.bin", 8 << 20, path);
    cutter_cut_after(cutter, 3 << 20, UINT64_MAX);
    send_file(ann, path);
    person_expect(ann, "lost", 1);
    scene_stop_server(&scene);
    scene_start_server(&scene);
    action_retry_now(ann->app);
    person_expect(ann, "sent film.bin", 1);
    scene_until(&scene, is_settled, ann);
    struct person *bob = scene_add(&scene, "Bob", NULL);
    person_enter(bob, 0);
    person_expect(bob, "history file Ann: film.bin", 1);
    action_fetch(bob->app, person_room(bob, "lobby"), find_file(bob, "film.bin"), true);
    person_expect(bob, "saved film.bin", 1);
    expect_saved(bob, "film.bin", path);
    cutter_destroy(cutter);
}

/* Sent while the wire is cut: the bubble is there at once, and goes out when it can. */
static void test_send_file_while_away(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    person_enter(ann, 0);
    person_enter(bob, 0);
    scene_stop_server(&scene);
    person_expect(ann, "lost", 1);
    scene_make_file(&scene, "later.bin", 100000, path);
    send_file(ann, path);
    scene_start_server(&scene);
    person_expect(bob, "saved later.bin", 1);
    scene_until(&scene, is_settled, ann);
    assert_int_equal(person_saw(bob, "file Ann: later.bin"), 1);
}

static void test_upload_refusals(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    struct err err = {0};
    scene.max_upload = 1000;
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, 0);
    struct room *lobby = person_room(ann, "lobby");
    size_t before = lobby->message_count;
    scene_make_file(&scene, "large.bin", 1001, path);
    assert_false(action_send_file(ann->app, lobby, path, false, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_false(action_send_file(ann->app, lobby, scene.folder, false, &err));
    assert_non_null(strstr(err.text, "folder"));
    path_join(path, scene.folder, "nothing");
    assert_false(action_send_file(ann->app, lobby, path, false, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_int_equal(lobby->message_count, before);
    scene_make_file(&scene, "fits.bin", 1000, path);
    assert_true(action_send_file(ann->app, lobby, path, false, &err));
    scene_until(&scene, is_settled, ann);
    assert_int_equal(person_saw(ann, "sent fits.bin"), 1);
}

static void test_cancel_upload(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, cutter_port(cutter));
    person_enter(bob, 0);
    scene_make_file(&scene, "film.bin", 64 << 20, path);
    cutter_cut_after(cutter, 2 << 20, UINT64_MAX); /* so that it surely is not through */
    send_file(ann, path);
    person_expect(bob, "file Ann: film.bin", 1);
    person_expect(ann, "lost", 1);
    action_cancel(ann->app, person_room(ann, "lobby"), find_file(ann, "film.bin"));
    assert_int_equal(find_file(ann, "film.bin")->file->transfer.state, TRANSFER_CANCELLED);
    assert_true(app_is_settled(ann->app));
    person_expect(bob, "broken film.bin", 1); /* when she is back, the server hears of it */
    assert_int_equal(find_file(bob, "film.bin")->file->state, FILE_FAILED);
    action_fetch(bob->app, person_room(bob, "lobby"), find_file(bob, "film.bin"), false);
    person_expect(bob, "failed film.bin", 1);
    cutter_destroy(cutter);
}

static void test_file_changes_while_sent(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, cutter_port(cutter));
    person_enter(bob, 0);
    scene_make_file(&scene, "film.bin", 8 << 20, path);
    cutter_cut_after(cutter, 2 << 20, UINT64_MAX);
    send_file(ann, path);
    person_expect(ann, "lost", 1);
    assert_int_equal(truncate(path, 1 << 20), 0);
    action_retry_now(ann->app);
    person_expect(ann, "failed film.bin: film.bin changed while it was sent", 1);
    person_expect(bob, "broken film.bin", 1);
    assert_true(app_is_settled(ann->app));
    /* Once more, as it is now. */
    action_try_again(ann->app, person_room(ann, "lobby"), find_file(ann, "film.bin"));
    person_expect(ann, "sent film.bin", 1);
    assert_int_equal(last_message(bob)->file->size, 1 << 20);
    cutter_destroy(cutter);
}

static void test_stop_download(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    char **names;
    size_t count;
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, cutter_port(cutter));
    scene_make_file(&scene, "film.bin", 8 << 20, path);
    send_file(ann, path);
    person_expect(bob, "whole film.bin", 1);
    struct message *message = find_file(bob, "film.bin");
    cutter_cut_after(cutter, UINT64_MAX, 2 << 20);
    action_fetch(bob->app, person_room(bob, "lobby"), message, true);
    person_expect(bob, "lost", 1);
    action_cancel(bob->app, person_room(bob, "lobby"), message);
    while (message->file->transfer.state != TRANSFER_CANCELLED)
        scene_turn(&scene, 50);
    assert_true(file_list(bob->downloads, &names, &count, NULL));
    assert_int_equal(count, 0); /* no half file is left */
    file_list_free(names, count);
    action_try_again(bob->app, person_room(bob, "lobby"), message);
    person_expect(bob, "saved film.bin", 1);
    expect_saved(bob, "film.bin", path);
    cutter_destroy(cutter);
}

static void test_unwritable_downloads(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    scene_make_file(&scene, "Bob", 1, path); /* a file where the folder should be */
    person_enter(ann, 0);
    person_enter(bob, 0);
    scene_make_file(&scene, "photo.bin", 1000, path);
    send_file(ann, path);
    person_expect(bob, "failed photo.bin", 1);
    assert_int_equal(find_file(bob, "photo.bin")->file->transfer.state, TRANSFER_FAILED);
}

/* A hundred files at once: all arrive, whatever the queues are. */
static void test_many_files(void **state)
{
    (void)state;
    char path[OS_PATH_MAX], name[32];
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", save_all);
    person_enter(ann, 0);
    person_enter(bob, 0);
    for (int i = 0; i < 100; i++) {
        str_format(name, sizeof name, "file-%d.bin", i);
        scene_make_file(&scene, name, (uint64_t)i * 700, path);
        send_file(ann, path);
    }
    person_say(ann, "all dropped");
    person_expect(bob, "saved ", 100);
    scene_until(&scene, is_settled, ann);
    assert_int_equal(person_saw(bob, "failed"), 0);
}

static void on_loopback(struct app_config *config)
{
    config->host_bind = "127.0.0.1";
}

static void test_host_inside(void **state)
{
    (void)state;
    struct err err = {0};
    struct person *ann = scene_add(&scene, "Ann", on_loopback),
                  *bob = scene_add(&scene, "Bob", NULL);
    if (!action_host(ann->app, &err))
        fail_msg("%s", err.text);
    person_expect(ann, "room lobby", 1);
    assert_true(app_model(ann->app)->hosting);
    person_enter(bob, app_model(ann->app)->port);
    person_say(bob, "nice place");
    person_expect(ann, "said Bob: nice place", 1);
    assert_int_equal(app_model(ann->app)->recent_count, 0);
    assert_int_equal(app_model(bob->app)->recent_count, 1);
    action_disconnect(ann->app);
    person_expect(bob, "lost", 1);
    assert_int_equal(app_model(ann->app)->room_count, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_say),
        CASE(test_say_limits),
        CASE(test_loss_sends_once),
        CASE(test_server_restart),
        CASE(test_server_with_empty_log),
        CASE(test_history_for_a_newcomer),
        CASE(test_rooms),
        CASE(test_name_taken),
        CASE(test_nobody_listens),
        CASE(test_without_reconnect),
        CASE(test_files_of_all_sizes),
        CASE(test_same_name_twice),
        CASE(test_fetch_then_save),
        CASE(test_upload_cut_and_resumed),
        CASE(test_download_cut_and_resumed),
        CASE(test_upload_over_a_server_restart),
        CASE(test_send_file_while_away),
        CASE(test_upload_refusals),
        CASE(test_cancel_upload),
        CASE(test_file_changes_while_sent),
        CASE(test_stop_download),
        CASE(test_unwritable_downloads),
        CASE(test_many_files),
        CASE(test_host_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
