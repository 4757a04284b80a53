/* Files between clients without a screen and a real server, over loopback: each arrives whole,
 * whatever happens to the wire. ctest labels: threads */
#include "tests/unit/app_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/fakes/scene.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
