/* The client without a screen against a real server, over loopback: what is said arrives once,
 * whatever happens to the wire. ctest labels: threads */
#include "tests/unit/app_kit.h"

#include <stdlib.h>

#include "client/app/address.h"
#include "client/work/mailbox.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/fakes/scene.h"

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

/* Hosting */

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
        CASE(test_host_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
