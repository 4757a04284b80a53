/* Files that are sent together: which belong to one album, in which order everyone gets them, and what is said about them.
 * ctest labels: threads */
#include "tests/unit/app_kit.h"

#include "client/app/app_state.h"
#include "protocol/base/mem.h"
#include "tests/fakes/scene.h"

#define FILES_MAX 32

/* n.jpg, n.mp4 or n.bin, as `endings` has it: "jjmb". */
static size_t make_items(const char *endings, struct send_item *items)
{
    static char paths[FILES_MAX][OS_PATH_MAX];
    size_t count = 0;
    for (; endings[count] != '\0'; count++) {
        char name[32];
        str_format(name, sizeof name, "%02zu.%s", count,
                   endings[count] == 'j'   ? "jpg"
                   : endings[count] == 'm' ? "mp4"
                                           : "bin");
        /* the first is the largest: it takes longer than those behind it */
        scene_make_file(&scene, name, count == 0 ? 3 << 20 : 2000 + count, paths[count]);
        items[count] = (struct send_item){.path = paths[count]};
    }
    return count;
}

static void send_together(struct person *person, const char *endings, enum send_as as,
                          const char *caption)
{
    struct send_item items[FILES_MAX];
    struct err err = {0};
    const size_t count = make_items(endings, items);
    if (!action_send_files(person->app, person_room(person, "lobby"), items, count, as, caption, 0,
                           &err))
        fail_msg("%s", err.text);
}

/* What the person sees of the others' files and texts, in order: "a00.jpg a01.jpg 02.bin :text", where a letter stands for
 * each album. */
static void describe(const struct person *person, char *out, size_t size)
{
    const struct room *room = person_room(person, "lobby");
    const char *last = NULL;
    char letter = 'a' - 1, part[LABEL_SIZE + 8];
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < room->message_count; i++) {
        const struct message *message = room->messages[i];
        if (message->kind == MESSAGE_TEXT) {
            str_format(part, sizeof part, "%s:%s", at ? " " : "", message->text);
        } else if (message->file != NULL) {
            const char *album = message->file->album;
            letter = (char)(letter + (album != NULL && !str_equal(album, last)));
            last = album != NULL ? album : last;
            str_format(part, sizeof part, "%s%.*s%s", at ? " " : "", album != NULL, &letter,
                       message->file->label);
        } else {
            continue;
        }
        at += str_copy(out + at, size - at, part) ? strlen(part) : 0;
    }
}

static void expect_order(const struct person *person, const char *wanted)
{
    char seen[4096];
    describe(person, seen, sizeof seen);
    assert_string_equal(seen, wanted);
}

struct two {
    struct person *ann, *bob;
};

static struct two enter(void)
{
    scene_start_server(&scene);
    struct two two = {scene_add(&scene, "Ann", NULL), scene_add(&scene, "Bob", NULL)};
    person_enter(two.ann, 0);
    person_enter(two.bob, 0);
    return two;
}

static void test_album_in_order_with_caption(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "jjmjj", SEND_TOGETHER, " \nlook at these \n");
    expect_order(two.ann, "a00.jpg a01.jpg a02.mp4 a03.jpg a04.jpg :look at these");
    scene_until(&scene, is_settled, two.ann);
    person_expect(two.bob, "whole 04.jpg", 1);
    expect_order(two.bob, "a00.jpg a01.jpg a02.mp4 a03.jpg a04.jpg :look at these");
    expect_order(two.ann, "a00.jpg a01.jpg a02.mp4 a03.jpg a04.jpg :look at these");
}

static void test_albums_of_ten(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "jjjjjjjjjjjj", SEND_TOGETHER, NULL);
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.ann, "a00.jpg a01.jpg a02.jpg a03.jpg a04.jpg a05.jpg a06.jpg a07.jpg "
                          "a08.jpg a09.jpg b10.jpg b11.jpg");
}

static void test_one_alone_is_no_album(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "jbb", SEND_TOGETHER, "papers");
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.ann, "00.jpg 01.bin 02.bin :papers");
}

static void test_other_files_come_behind(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "bjbj", SEND_TOGETHER, "");
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.ann, "a01.jpg a03.jpg 00.bin 02.bin");
}

static void test_singly_and_as_files(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "jj", SEND_SINGLY, NULL);
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.ann, "00.jpg 01.jpg");
    assert_string_equal(find_file(two.ann, "00.jpg")->file->kind, "image");
    send_together(two.ann, "jj", SEND_AS_FILES, NULL);
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.ann, "00.jpg 01.jpg 00.jpg 01.jpg");
    assert_string_equal(last_message(two.ann)->file->kind, "file");
}

/* One that is cancelled holds up neither those behind it nor what is said. */
static void test_cancelled_one(void **state)
{
    (void)state;
    const struct two two = enter();
    send_together(two.ann, "jjj", SEND_TOGETHER, "two");
    action_cancel(two.ann->app, person_room(two.ann, "lobby"), find_file(two.ann, "01.jpg"));
    person_expect(two.bob, "whole 02.jpg", 1);
    scene_until(&scene, is_settled, two.ann);
    const struct room *room = person_room(two.bob, "lobby");
    assert_string_equal(room->messages[room->message_count - 1]->text, "two");
    assert_string_equal(find_file(two.bob, "02.jpg")->file->album,
                        find_file(two.bob, "00.jpg")->file->album);
}

/* What was said about the files waits for them across a loss of the connection too. */
static void test_caption_waits_offline(void **state)
{
    (void)state;
    scene_start_server(&scene);
    struct cutter *cutter = cutter_create(scene.port);
    struct two two = {scene_add(&scene, "Ann", NULL), scene_add(&scene, "Bob", NULL)};
    person_enter(two.ann, cutter_port(cutter));
    person_enter(two.bob, 0);
    cutter_cut_after(cutter, 1 << 20, UINT64_MAX);
    send_together(two.ann, "jjjj", SEND_TOGETHER, "at last");
    person_expect(two.ann, "lost", 1);
    action_retry_now(two.ann->app);
    scene_until(&scene, is_settled, two.ann);
    person_expect(two.bob, "whole 03.jpg", 1);
    expect_order(two.bob, "a00.jpg a01.jpg a02.jpg a03.jpg :at last");
    cutter_destroy(cutter);
}

/* Without the helper nothing can be made smaller: that one fails and says so, those behind it and the caption go, and trying
 * again sends it as it is. */
static void test_what_cannot_be_made_smaller(void **state)
{
    (void)state;
    const struct two two = enter();
    struct send_item items[2];
    struct err err = {0};
    make_items("jj", items);
    items[0].smaller = true;
    struct room *room = person_room(two.ann, "lobby");
    assert_true(action_send_files(two.ann->app, room, items, 2, SEND_TOGETHER, "one", 0, &err));
    person_expect(two.bob, "whole 01.jpg", 1);
    scene_until(&scene, is_settled, two.ann);
    expect_order(two.bob, "a01.jpg :one");
    struct message *message = find_file(two.ann, "00.jpg");
    assert_int_equal(message->state, MESSAGE_FAILED);
    assert_non_null(strstr(message->trouble, "smaller"));
    action_try_again(two.ann->app, room, message);
    person_expect(two.bob, "whole 00.jpg", 1);
    assert_int_equal(find_file(two.bob, "00.jpg")->file->size, 3 << 20);
    scene_until(&scene, is_settled, two.ann);
}

/* Whoever wanted a smaller copy did not want the original to be seen, nor what the camera wrote into it. */
static void test_smaller_one_is_tried_again(void **state)
{
    (void)state;
    const struct two two = enter();
    struct send_item items[1];
    struct err err = {0};
    make_items("j", items);
    items[0].smaller = true;
    two.ann->app->can_look = true; /* the helper is asked, and is not there */
    struct room *room = person_room(two.ann, "lobby");
    assert_true(action_send_files(two.ann->app, room, items, 1, SEND_TOGETHER, NULL, 0, &err));
    struct message *message = find_file(two.ann, "00.jpg");
    action_cancel(two.ann->app, room, message);
    action_try_again(two.ann->app, room, message);
    scene_until(&scene, is_settled, two.ann);
    assert_int_equal(message->state, MESSAGE_FAILED);
    assert_non_null(strstr(message->trouble, "smaller"));
    assert_null(find_file(two.bob, "00.jpg"));
}

static void test_all_or_none(void **state)
{
    (void)state;
    const struct two two = enter();
    struct send_item items[3];
    struct err err = {0};
    make_items("jj", items);
    items[2] = (struct send_item){.path = "/nowhere/gone.jpg"};
    assert_false(action_send_files(two.ann->app, person_room(two.ann, "lobby"), items, 3,
                                   SEND_TOGETHER, "x", 0, &err));
    assert_non_null(strstr(err.text, "gone.jpg"));
    expect_order(two.ann, "");
    char *text = mem_alloc(TEXT_MAX + 2, 1);
    memset(text, 'x', TEXT_MAX + 1);
    assert_false(action_send_files(two.ann->app, person_room(two.ann, "lobby"), items, 2,
                                   SEND_TOGETHER, text, 0, &err));
    mem_free(text);
    expect_order(two.ann, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_album_in_order_with_caption), CASE(test_albums_of_ten),
        CASE(test_one_alone_is_no_album),       CASE(test_other_files_come_behind),
        CASE(test_singly_and_as_files),         CASE(test_cancelled_one),
        CASE(test_caption_waits_offline),       CASE(test_all_or_none),
        CASE(test_what_cannot_be_made_smaller), CASE(test_smaller_one_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
