/* What is changed of what was said: clients without a screen against a real server. ctest labels: threads */
#include "tests/unit/app_kit.h"

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/fakes/scene.h"

static bool has_come_back(void *context)
{
    const struct message *message = context;
    return message->seq != 0;
}

/* Another may have seen what one said before one's own event is back. */
static void edit(struct person *person, struct message *message, const char *text)
{
    struct err err = {0};
    scene_until(&scene, has_come_back, message);
    if (!action_edit(person->app, person_room(person, "lobby"), message, text, &err))
        fail_msg("%s", err.text);
}

static struct message *find_text(const struct person *person, const char *text)
{
    const struct room *room = person_room(person, "lobby");
    for (size_t i = 0; i < room->message_count; i++) {
        if (str_equal(room->messages[i]->text, text))
            return room->messages[i];
    }
    return NULL;
}

static struct person *ann, *bob;

static void enter_both(void)
{
    scene_start_server(&scene);
    ann = scene_add(&scene, "Ann", NULL);
    bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, 0);
}

static void test_edit(void **state)
{
    (void)state;
    enter_both();
    person_say(ann, "helo");
    person_expect(bob, "said Ann: helo", 1);
    person_expect(ann, "stored", 1);
    struct message *message = find_text(ann, "helo");
    edit(ann, message, "\n\nhello @Bob \n");
    assert_string_equal(message->text, "hello @Bob"); /* at once */
    assert_true(message->edited);
    person_expect(bob, "edited hello @Bob", 1);
    assert_true(find_text(bob, "hello @Bob")->edited);
    assert_true(find_text(bob, "hello @Bob")->mentions_me);
    assert_int_equal(room_unread_mentions(person_room(bob, "lobby")), 1);
    scene_until(&scene, is_settled, ann);
    /* a newcomer sees what it says now */
    struct person *cid = scene_add(&scene, "Cid", NULL);
    person_enter(cid, 0);
    person_expect(cid, "history said Ann: helo", 1);
    person_expect(cid, "edited hello @Bob", 1);
    /* nobody changes what others said; not the server's word alone */
    struct err err = {0};
    assert_false(action_edit(bob->app, person_room(bob, "lobby"), find_text(bob, "hello @Bob"),
                             "I am a fool", &err));
    assert_false(action_edit(ann->app, person_room(ann, "lobby"), message, " \n", &err));
    assert_true(action_edit(ann->app, person_room(ann, "lobby"), message, "hello @Bob", &err));
    assert_true(app_is_settled(ann->app)); /* nothing new: nothing is sent */
    char *text = mem_alloc(TEXT_MAX + 2, 1);
    memset(text, 'a', TEXT_MAX + 1);
    assert_false(action_edit(ann->app, person_room(ann, "lobby"), message, text, &err));
    text[TEXT_MAX] = '\0';
    assert_true(action_edit(ann->app, person_room(ann, "lobby"), message, text, &err));
    mem_free(text);
    scene_until(&scene, is_settled, ann);
}

/* Deleted by its sender in another window while it is edited here. */
static void test_edit_refused(void **state)
{
    (void)state;
    enter_both();
    person_say(bob, "from me");
    person_expect(ann, "said Bob: from me", 1);
    struct message *message = find_text(ann, "from me");
    message->own = true; /* a client that believes so; the server does not */
    edit(ann, message, "from someone");
    edit(ann, message, "from nobody");
    person_expect(ann, "refused not-allowed", 2);
    assert_string_equal(message->text, "from me");
    assert_false(message->edited);
    assert_true(app_is_settled(ann->app));
    assert_string_equal(find_text(bob, "from me")->text, "from me");
}

static void test_react(void **state)
{
    (void)state;
    enter_both();
    person_say(ann, "cake?");
    person_expect(bob, "said Ann: cake?", 1);
    struct room *room = person_room(bob, "lobby");
    struct message *message = find_text(bob, "cake?");
    action_react(bob->app, room, message, "\xF0\x9F\x8E\x82");
    assert_int_equal(message->reaction_count, 1); /* at once */
    assert_true(message->reactions[0].own);
    person_expect(ann, "reacted Bob \xF0\x9F\x8E\x82", 1);
    struct message *of_ann = find_text(ann, "cake?");
    assert_int_equal(of_ann->reactions[0].count, 1);
    assert_false(of_ann->reactions[0].own);
    assert_string_equal(of_ann->reactions[0].uids[0], app_model(bob->app)->my_uid);
    /* on, off and on again before the server has said anything: what shows is what was wanted last */
    action_react(bob->app, room, message, "\xF0\x9F\x8E\x82");
    assert_int_equal(message->reaction_count, 0);
    action_react(bob->app, room, message, "\xF0\x9F\x8E\x82");
    action_react(bob->app, room, message, "\xF0\x9F\x8E\x82");
    assert_int_equal(message->reaction_count, 0);
    person_expect(ann, "reacted Bob", 4);
    scene_until(&scene, is_settled, bob);
    assert_int_equal(message->reaction_count, 0);
    assert_int_equal(of_ann->reaction_count, 0);
    /* nothing that is no reaction */
    action_react(bob->app, room, message, "");
    action_react(bob->app, room, message, "two words");
    action_react(bob->app, room, message, "\x07");
    char long_one[EMOJI_MAX + 2] = "";
    memset(long_one, 'e', EMOJI_MAX + 1);
    action_react(bob->app, room, message, long_one);
    assert_true(app_is_settled(bob->app));
    long_one[EMOJI_MAX] = '\0';
    action_react(bob->app, room, message, long_one);
    person_expect(ann, "reacted Bob eeee", 1);
    /* what is deleted has none */
    action_delete(ann->app, person_room(ann, "lobby"), of_ann);
    person_expect(bob, "deleted", 1);
    assert_int_equal(message->reaction_count, 0);
    action_react(bob->app, room, message, "x");
    assert_int_equal(message->reaction_count, 0);
}

/* Changed while the wire is cut: shown at once, told later, once. */
static void test_changed_while_away(void **state)
{
    (void)state;
    enter_both();
    struct cutter *cutter = cutter_create(scene.port);
    struct person *cid = scene_add(&scene, "Cid", NULL);
    person_enter(cid, cutter_port(cutter));
    person_say(cid, "frist");
    person_expect(bob, "said Cid: frist", 1);
    scene_until(&scene, is_settled, cid);
    cutter_refuse(cutter, true);
    cutter_cut_after(cutter, 0, 0);
    struct message *message = find_text(cid, "frist");
    edit(cid, message, "first");
    action_react(cid->app, person_room(cid, "lobby"), message, "ok");
    person_expect(cid, "lost", 1);
    edit(cid, message, "First!");
    assert_string_equal(message->text, "First!");
    cutter_refuse(cutter, false);
    action_retry_now(cid->app);
    person_expect(bob, "edited First!", 1);
    person_expect(bob, "reacted Cid ok", 1);
    scene_until(&scene, is_settled, cid);
    assert_string_equal(message->text, "First!");
    assert_int_equal(person_saw(bob, "edited first"), 1);
    assert_int_equal(person_saw(bob, "reacted"), 1);
    assert_int_equal(message->reactions[0].count, 1);
    scene_remove(&scene, cid);
    cutter_destroy(cutter);
}

static bool keeps_changes(void *context)
{
    return person_room(context, "lobby")->kept_count > 0;
}

/* Changes come with the newest page of history, what they are about pages later. */
static void test_changes_before_their_messages(void **state)
{
    (void)state;
    enter_both();
    person_say(ann, "old one");
    person_say(ann, "old two");
    person_expect(bob, "said Ann: old two", 1);
    struct message *one = find_text(ann, "old one"), *two = find_text(ann, "old two");
    struct room *of_bob = person_room(bob, "lobby");
    edit(ann, one, "edited early");
    action_react(bob->app, of_bob, room_find_seq(of_bob, one->seq), "gone");
    person_expect(ann, "reacted Bob gone", 1);
    for (int i = 0; i < 130; i++) {
        char text[32];
        str_format(text, sizeof text, "filler %d", i);
        person_say(ann, text);
    }
    person_expect(bob, "said Ann: filler 129", 1);
    edit(ann, one, "edited late");
    action_react(bob->app, of_bob, room_find_seq(of_bob, one->seq), "gone");
    action_react(bob->app, of_bob, room_find_seq(of_bob, one->seq), "kept");
    action_delete(ann->app, person_room(ann, "lobby"), two);
    person_expect(bob, "deleted", 1);
    person_expect(bob, "edited edited late", 1);
    scene_until(&scene, is_settled, ann);
    scene_until(&scene, is_settled, bob);
    struct person *cid = scene_add(&scene, "Cid", NULL);
    person_enter(cid, 0);
    person_expect(cid, "history said Ann: filler 129", 1);
    struct room *room = person_room(cid, "lobby");
    scene_until(&scene, keeps_changes, cid); /* they come behind the newest text */
    assert_null(room_find_seq(room, one->seq));
    for (size_t pages = 1; !room->history_complete; pages++) {
        action_load_history(cid->app, room);
        person_expect(cid, "older", pages);
    }
    struct message *here = room_find_seq(room, one->seq);
    assert_string_equal(here->text, "edited late");
    assert_true(here->edited);
    assert_int_equal(here->reaction_count, 1);
    assert_string_equal(here->reactions[0].emoji, "kept");
    assert_true(room_find_seq(room, two->seq)->deleted);
    assert_int_equal(room->kept_count, 0); /* all is here: nothing has to be remembered */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_edit),
        CASE(test_edit_refused),
        CASE(test_react),
        CASE(test_changed_while_away),
        CASE(test_changes_before_their_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
