/* How far one has read, in all windows and from one day to the next: clients without a screen against a
 * real server. ctest labels: threads */
#include "tests/unit/app_kit.h"

#include "protocol/os/clock.h"
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

static void say(struct person *person, const char *room, const char *text)
{
    struct err err = {0};
    if (!action_say(person->app, person_room(person, room), text, 0, &err))
        fail_msg("%s", err.text);
}

static bool nothing_unread(void *person)
{
    return room_unread(person_room(person, "lobby")) == 0;
}

static bool bob_read_all(void *person)
{
    const struct room *room = person_room(person, "lobby");
    const struct member *member = room_find_member(room, app_model(bob->app)->my_uid);
    return member->read_seq == room->newest_seq;
}

static void test_read_everywhere(void **state)
{
    (void)state;
    enter_both();
    struct person *phone = scene_add(&scene, "Bob", like_a_window);
    person_enter(phone, 0);
    say(ann, "lobby", "one");
    say(ann, "lobby", "two");
    person_expect(bob, "said Ann: two", 1);
    person_expect(phone, "said Ann: two", 1);
    assert_int_equal(room_unread(person_room(phone, "lobby")), 2);
    action_mark_read(bob->app, person_room(bob, "lobby"), person_room(bob, "lobby")->newest_seq);
    scene_until(&scene, nothing_unread, phone); /* the other window, too */
    scene_until(&scene, bob_read_all, ann);     /* and others see how far one is */
    say(ann, "lobby", "three");
    person_expect(bob, "said Ann: three", 1);
    while (app_next_due_ms(bob->app) < INT64_MAX)
        scene_turn(&scene, 100);
    /* what is said while one is not there is unread when one comes back */
    scene_remove(&scene, phone);
    scene_remove(&scene, bob);
    scene_stop_server(&scene);
    scene_start_server(&scene);
    person_expect(ann, "online", 2);
    say(ann, "lobby", "four");
    person_expect(ann, "said Ann: four", 1);
    bob = scene_add(&scene, "Bob", like_a_window);
    person_enter(bob, 0);
    person_expect(bob, "history said Ann: four", 1);
    assert_int_equal(room_unread(person_room(bob, "lobby")), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_read_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
