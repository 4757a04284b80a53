/* Rooms for some only, and what outlives the program: clients without a screen
 * against a real server. ctest labels: threads */
#include "tests/unit/app_kit.h"

#include "client/app/recall.h"
#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"
#include "tests/fakes/scene.h"

static struct person *ann, *bob;

static void like_a_window(struct app_config *config)
{
    config->remember = config->rejoin = config->directs = true;
}

static void enter_both(void)
{
    scene_start_server(&scene);
    ann = scene_add(&scene, "Ann", like_a_window);
    bob = scene_add(&scene, "Bob", like_a_window);
    person_enter(ann, 0);
    person_enter(bob, 0);
    person_expect(ann, "joined Bob", 1);
}

static struct room *find(const struct person *person, const char *name)
{
    return model_find_room(app_model(person->app), name);
}

static bool is_joined(const struct person *person, const char *name)
{
    const struct room *room = find(person, name);
    return room != NULL && room->joined;
}

static void say(struct person *person, const char *room, const char *text)
{
    struct err err = {0};
    if (!action_say(person->app, person_room(person, room), text, 0, &err))
        fail_msg("%s", err.text);
}

static void test_private_room(void **state)
{
    (void)state;
    struct err err = {0};
    enter_both();
    assert_true(action_make_room(ann->app, "attic", true, &err));
    person_expect(ann, "room attic", 1);
    assert_int_equal(person_room(ann, "attic")->kind, ROOM_PRIVATE);
    assert_ptr_equal(app_model(ann->app)->room, person_room(ann, "attic"));
    assert_null(find(bob, "attic"));
    /* who was not invited is refused, and nothing of it stays */
    assert_true(action_join(bob->app, "attic", &err));
    person_expect(bob, "refused not-invited", 1);
    assert_null(find(bob, "attic"));
    assert_string_equal(app_model(bob->app)->room->name, "lobby");
    assert_false(action_invite(ann->app, person_room(ann, "lobby"), "Bob", &err)); /* open to all */
    assert_false(action_invite(ann->app, person_room(ann, "attic"), "", &err));
    assert_true(action_invite(ann->app, person_room(ann, "attic"), "Nobody at all", &err));
    person_expect(ann, "refused nobody", 1);
    assert_true(action_invite(ann->app, person_room(ann, "attic"), "bob", &err));
    person_expect(ann, "invited Bob", 1);
    person_expect(bob, "rooms", 1);
    assert_int_equal(person_room(bob, "attic")->kind, ROOM_PRIVATE);
    action_show_room(bob->app, person_room(bob, "attic"));
    person_expect(bob, "room attic", 1);
    say(bob, "attic", "dusty here");
    person_expect(ann, "said Bob: dusty here", 1);
    assert_true(action_make_room(ann->app, "attic", true, &err)); /* it is there: shown */
    assert_false(action_make_room(ann->app, "lobby", true, &err));
    assert_false(action_make_room(ann->app, "no good", true, &err));
    action_disconnect(ann->app);
    assert_false(action_make_room(ann->app, "cellar", true, &err));
}

static void test_room_of_two(void **state)
{
    (void)state;
    enter_both();
    struct person *cid = scene_add(&scene, "Cid", like_a_window);
    person_enter(cid, 0);
    person_expect(ann, "joined Cid", 1);
    char name[NAME_SIZE];
    name_direct(app_model(ann->app)->my_uid, app_model(bob->app)->my_uid, name);
    action_open_direct(ann->app, app_model(ann->app)->my_uid); /* nobody talks to oneself */
    action_open_direct(ann->app, "no uid");
    action_open_direct(ann->app, app_model(bob->app)->my_uid);
    person_expect(ann, "room @", 1);
    struct room *room = person_room(ann, name);
    assert_int_equal(room->kind, ROOM_DIRECT);
    assert_string_equal(room_title(room), "Bob");
    assert_string_equal(room->peer, app_model(bob->app)->my_uid);
    assert_ptr_equal(app_model(ann->app)->room, room);
    assert_int_equal(room->member_count, 2);
    say(ann, name, "psst");
    person_expect(bob, "said Ann: psst", 1); /* who is in it unasked, and sees it unread */
    struct room *of_bob = person_room(bob, name);
    assert_string_equal(room_title(of_bob), "Ann");
    assert_int_equal(room_unread(of_bob), 1);
    assert_string_equal(app_model(bob->app)->room->name, "lobby"); /* not shown by itself */
    assert_null(find(cid, name));
    say(bob, name, "yes?");
    person_expect(ann, "said Bob: yes?", 1);
    assert_int_equal(person_saw(cid, "said"), 0);
    action_mark_read(ann->app, room, room->newest_seq);
    while (app_next_due_ms(ann->app) < INT64_MAX)
        scene_turn(&scene, 100);
    /* those of two are last; leaving one is not possible */
    const struct model *model = app_model(ann->app);
    assert_ptr_equal(model->rooms[model->room_count - 1], room);
    action_leave(ann->app, room);
    assert_true(room->joined);
    /* whether the other is here is seen elsewhere */
    assert_true(room_find_member(room, room->peer)->online);
    assert_true(model_is_online(model, room->peer));
    action_disconnect(bob->app);
    person_expect(ann, "left Bob", 1);
    assert_false(room_find_member(room, room->peer)->online);
    /* the next time it is there again, and with it what was said */
    scene_remove(&scene, ann);
    ann = scene_add(&scene, "Ann", like_a_window);
    person_enter(ann, 0);
    person_expect(ann, "history said Bob: yes?", 1);
    assert_string_equal(room_title(person_room(ann, name)), "Bob");
}

static void test_rooms_of_the_last_time(void **state)
{
    (void)state;
    struct err err = {0};
    enter_both();
    assert_true(action_join(ann->app, "garden", &err));
    person_expect(ann, "room garden", 1);
    assert_true(action_join(ann->app, "yard", &err));
    person_expect(ann, "room yard", 1);
    action_leave(ann->app, person_room(ann, "yard"));
    action_keep_draft(ann->app, person_room(ann, "garden"), "r\\ed\n roses \\n\n");
    action_set_muted(ann->app, person_room(ann, "garden"), true);
    say(bob, "lobby", "hello");
    person_expect(ann, "said Bob: hello", 1);
    scene_remove(&scene, ann);
    ann = scene_add(&scene, "Ann", like_a_window);
    person_enter(ann, 0);
    person_expect(ann, "room ", 2);
    assert_true(is_joined(ann, "garden"));
    assert_false(is_joined(ann, "yard"));
    assert_string_equal(app_model(ann->app)->room->name, "lobby");
    assert_string_equal(person_room(ann, "garden")->draft, "r\\ed\n roses \\n\n");
    assert_true(person_room(ann, "garden")->muted);
    assert_false(person_room(ann, "lobby")->muted);
    /* another person of this computer has rooms of its own */
    assert_false(is_joined(bob, "garden"));
    /* what is empty again is forgotten, a moment later */
    action_keep_draft(ann->app, person_room(ann, "garden"), "");
    action_set_muted(ann->app, person_room(ann, "garden"), false);
    assert_true(app_next_due_ms(ann->app) < INT64_MAX);
    while (app_next_due_ms(ann->app) < INT64_MAX)
        scene_turn(&scene, 100);
    struct person *again = scene_add(&scene, "Ann", like_a_window);
    person_enter(again, 0);
    person_expect(again, "room ", 2);
    assert_null(person_room(again, "garden")->draft);
    assert_false(person_room(again, "garden")->muted);
    /* who only pipes something through is not in all of them */
    struct person *pipe = scene_add(&scene, "Ann", NULL);
    person_enter(pipe, 0);
    person_say(pipe, "piped");
    person_expect(pipe, "said Ann: piped", 1);
    assert_false(is_joined(pipe, "garden"));
}

/* A server that has lost its data must not get a private room back as one that is open to all. */
static void test_private_rooms_stay_private(void **state)
{
    (void)state;
    struct err err = {0};
    char data[OS_PATH_MAX], old[OS_PATH_MAX];
    enter_both();
    assert_true(action_make_room(ann->app, "attic", true, &err));
    person_expect(ann, "room attic", 1);
    scene_remove(&scene, ann);
    ann = scene_add(&scene, "Ann", like_a_window);
    person_enter(ann, 0);
    person_expect(ann, "room ", 2); /* the lobby, and where she was */
    assert_true(is_joined(ann, "attic"));
    assert_int_equal(person_room(ann, "attic")->kind, ROOM_PRIVATE);
    scene_remove(&scene, ann);
    scene_stop_server(&scene);
    path_join(data, scene.folder, "server");
    path_join(old, scene.folder, "lost");
    assert_true(file_rename(data, old, &err));
    scene_start_server(&scene);
    ann = scene_add(&scene, "Ann", like_a_window);
    person_enter(ann, 0);
    assert_false(is_joined(ann, "attic"));
    struct person *carol = scene_add(&scene, "Carol", like_a_window);
    person_enter(carol, 0);
    person_expect(ann, "joined Carol", 1);
    assert_null(find(carol, "attic"));
}

static void test_kept_rooms_have_limits(void **state)
{
    (void)state;
    struct recall recall = {0}, again = {0};
    struct buf out;
    char name[NAME_SIZE];
    for (int i = 0; i <= RECALL_ROOMS_MAX; i++) {
        str_format(name, sizeof name, "room%d", i);
        struct recalled *room = recall_add(&recall, name);
        assert_int_equal(room != NULL, i < RECALL_ROOMS_MAX);
        if (room != NULL)
            room->joined = true;
    }
    char *draft = mem_alloc(RECALL_DRAFT_MAX + 2, 1);
    memset(draft, '\n', RECALL_DRAFT_MAX + 1);
    recall.rooms[0].draft = mem_string(draft);
    for (int i = 1; i < RECALL_ROOMS_MAX; i++)
        recall.rooms[i].draft = mem_string(draft);
    buf_init(&out, RECALL_FILE_MAX);
    recall_write(&recall, &out);
    assert_true(out.size < RECALL_FILE_MAX);
    buf_append(&out, "", 1);
    recall_read(&again, (const char *)buf_peek(&out).data);
    assert_int_equal(again.count, RECALL_ROOMS_MAX);
    assert_true(again.rooms[RECALL_ROOMS_MAX - 1].joined); /* no draft, but not forgotten */
    assert_int_equal(strlen(again.rooms[0].draft), RECALL_DRAFT_MAX);
    recall_finish(&again);
    /* what somebody else wrote into it */
    recall_read(
        &again,
        "\n\njoined\njoined \nfoo bar\njoined no#good\ndraft x\ndraft y \\\nmuted z \njoined");
    assert_false(recall_find(&again, "bar")->joined);
    assert_null(recall_find(&again, "x")->draft);
    assert_string_equal(recall_find(&again, "y")->draft, "\\");
    assert_true(recall_find(&again, "z")->muted);
    assert_null(recall_find(&again, "no#good"));
    recall_finish(&again);
    recall_finish(&recall);
    buf_finish(&out);
    mem_free(draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_private_room),           CASE(test_room_of_two),
        CASE(test_rooms_of_the_last_time), CASE(test_private_rooms_stay_private),
        CASE(test_kept_rooms_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
