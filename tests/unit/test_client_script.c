/* The client against servers that a test wrote: strange ones, slow ones, lying ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "client/app/app.h"
#include "client/net/net.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "tests/fakes/scene.h"

static struct scene scene;
static struct script *script;
static atomic_uint step; /* what a script has done so far; each begins at 0 */

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    atomic_store(&step, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    if (script != NULL)
        script_destroy(script);
    script = NULL;
    return 0;
}

static struct person *join(script_on on)
{
    script = script_create(on);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, script_port(script));
    return ann;
}

static struct person *knock(script_on on)
{
    script = script_create(on);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    action_connect(ann->app, "127.0.0.1", script_port(script));
    return ann;
}

static void expect_offline(struct person *ann, const char *word)
{
    person_expect(ann, "offline", 1);
    const char *trouble = app_model(ann->app)->trouble;
    if (strstr(trouble, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", trouble, word);
    assert_int_equal(app_model(ann->app)->link, LINK_OFFLINE);
    assert_int_equal(app_next_due_ms(ann->app), INT64_MAX); /* not tried again */
}

static struct msg_member bob = {.uid = "b0b0b0b0b0b0b0b0", .name = "Bob", .online = true};

static struct msg said(uint64_t seq, char *text)
{
    return (struct msg){.type = MSG_SAID,
                        .seq = seq,
                        .time = 1000,
                        .room = "lobby",
                        .from = bob.uid,
                        .name = bob.name,
                        .id = text,
                        .text = text};
}

/* Who answers, and how */

static void speaks_http(struct script *server, const struct msg *msg)
{
    static const char text[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    (void)msg;
    script_send_raw(server, text, sizeof text - 1);
}

static void test_a_web_server(void **state)
{
    (void)state;
    expect_offline(knock(speaks_http), "not a Confab chat server");
}

static void speaks_another_json(struct script *server, const struct msg *msg)
{
    static const char frame[] = "\0\0\0\x0a\0\0\0\0{\"ok\":true";
    (void)msg;
    script_send_raw(server, frame, sizeof frame - 1);
}

static void test_another_protocol(void **state)
{
    (void)state;
    expect_offline(knock(speaks_another_json), "not a Confab chat server");
}

static void hangs_up(struct script *server, const struct msg *msg)
{
    (void)msg;
    script_hang_up(server);
}

static void test_hang_up_before_a_word(void **state)
{
    (void)state;
    expect_offline(knock(hangs_up), "closed the connection");
}

static void says_nothing(struct script *server, const struct msg *msg)
{
    (void)server;
    (void)msg;
}

static void test_no_answer_in_time(void **state)
{
    (void)state;
    int64_t since_ms = clock_now_ms();
    expect_offline(knock(says_nothing), "no answer");
    int64_t took_ms = clock_now_ms() - since_ms;
    assert_in_range(took_ms, NET_ANSWER_WITHIN_MS - 100, NET_ANSWER_WITHIN_MS + 5000);
}

static const char *refusal;
static void refuses(struct script *server, const struct msg *msg)
{
    struct msg error = {.type = MSG_ERROR, .code = (char *)refusal, .text = "Because."};
    (void)msg;
    script_send(server, &error);
}

static void test_refusals_of_hello(void **state)
{
    (void)state;
    static const enum msg_error_code codes[] = {CODE_NAME_TAKEN, CODE_VERSION, CODE_SERVER_FULL};
    for (size_t i = 0; i < 3; i++) {
        refusal = msg_code_word(codes[i]);
        struct person *ann = knock(refuses);
        expect_offline(ann, msg_code_sentence(codes[i]));
        scene_remove(&scene, ann);
        script_destroy(script);
        script = NULL;
    }
    refusal = "bad-weather"; /* a code from the future: the server's own words */
    expect_offline(knock(refuses), "Because.");
}

/* Refusals that end it */

static void waits_long(struct script *server, const struct msg *msg)
{
    static const uint32_t waits_ms[] = {500, 43000, 121000, 7201000};
    struct msg error = {.type = MSG_ERROR,
                        .code = (char *)msg_code_word(CODE_TOO_MANY_TRIES),
                        .text = "Slower.",
                        .wait = waits_ms[atomic_load(&step)]};
    (void)msg;
    script_send(server, &error);
}

static void test_too_many_tries_and_for_how_long(void **state)
{
    (void)state;
    static const char *const words[] = {" Try again in 1 s.", " Try again in 43 s.",
                                        " Try again in 3 min.", " Try again in 3 h."};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        atomic_store(&step, i);
        struct person *ann = knock(waits_long);
        expect_offline(ann, words[i]);
        expect_offline(ann, msg_code_sentence(CODE_TOO_MANY_TRIES));
        assert_true(app_model(ann->app)->password_asked);
        assert_true(app_model(ann->app)->password_refused);
        scene_remove(&scene, ann);
        script_destroy(script);
        script = NULL;
    }
}

static void sends_out(struct script *server, const struct msg *msg)
{
    struct msg error = {.type = MSG_ERROR,
                        .code = (char *)msg_code_word(CODE_KICKED),
                        .text = "You are sent out. Reason: too loud"};
    if (script_greet(server, msg) || msg->type != MSG_SAY)
        return;
    script_send(server, &error);
    script_hang_up(server);
}

/* Who was sent out does not come back without being asked, and can come back. */
static void test_sent_out(void **state)
{
    (void)state;
    struct person *ann = join(sends_out);
    person_say(ann, "HELLO");
    expect_offline(ann, "You are sent out. Reason: too loud");
    assert_false(app_model(ann->app)->password_asked);
    assert_int_equal(person_saw(ann, "lost"), 0);
    scene_idle(&scene, 1500);
    assert_int_equal(script_greetings(script), 1);
    action_connect(ann->app, "127.0.0.1", script_port(script));
    person_expect(ann, "online", 2);
}

static void guards(struct script *server, const struct msg *msg)
{
    static const char right[] = "open sesame";
    struct msg error = {.type = MSG_ERROR, .text = "No."};
    if (msg->type == MSG_SAY)
        script_hang_up(server);
    if (msg->type != MSG_HELLO) {
        script_greet(server, msg);
        return;
    }
    const unsigned hellos = atomic_fetch_add(&step, 1);
    if (msg->password == NULL)
        error.code = (char *)msg_code_word(CODE_PASSWORD_NEEDED);
    else if (hellos == 3) /* another one at this address guessed */
        error.code = (char *)msg_code_word(CODE_TOO_MANY_TRIES);
    else if (!str_equal(msg->password, right))
        error.code = (char *)msg_code_word(CODE_WRONG_PASSWORD);
    if (error.code != NULL)
        script_send(server, &error);
    else
        script_greet(server, msg);
}

/* Asked, wrong, right; and what was right is said again after a loss, as often as it takes. */
static void test_password(void **state)
{
    (void)state;
    struct person *ann = knock(guards);
    const struct model *model = app_model(ann->app);
    expect_offline(ann, msg_code_sentence(CODE_PASSWORD_NEEDED));
    assert_true(model->password_asked && !model->password_refused);
    action_set_password(ann->app, "open barley");
    action_connect(ann->app, "127.0.0.1", script_port(script));
    person_expect(ann, "offline", 2);
    assert_string_equal(model->trouble, msg_code_sentence(CODE_WRONG_PASSWORD));
    assert_true(model->password_asked && model->password_refused);
    action_set_password(ann->app, "open sesame");
    person_enter(ann, script_port(script));
    assert_false(model->password_asked || model->password_refused);
    person_say(ann, "hello");
    person_expect(ann, "lost", 2); /* hung up, then too many tries */
    person_expect(ann, "online", 2);
    assert_int_equal(person_saw(ann, "offline"), 2);
    assert_int_equal(atomic_load(&step), 5);
    action_disconnect(ann->app); /* the text would be said again, and hung up on */
}

/* Events */

static void skips_numbers(struct script *server, const struct msg *msg)
{
    if (msg->type == MSG_JOIN) {
        script_greet(server, msg);
        struct msg first = said(1, "one"), jump = said(5, "five");
        struct msg future = {.type = MSG_UNKNOWN,
                             .seq = 6,
                             .time = 1,
                             .room = "lobby",
                             .from = bob.uid,
                             .extra = "{\"type\":\"waved\"}"};
        struct msg last = said(7, "seven");
        script_send(server, &first);
        script_send(server, &first); /* the same again */
        script_send(server, &jump);
        script_send(server, &future);
        script_send(server, &last);
    } else if (msg->type == MSG_HISTORY) {
        atomic_fetch_add(&step, 1);
        struct msg two = said(2, "two"), three = said(3, "three"), five = said(5, "five");
        struct msg end = {.type = MSG_HISTORY_END, .room = "lobby", .before = 2};
        if (msg->before != 5 || msg->count != 3)
            abort();
        script_send(server, &two); /* four is lost for ever */
        script_send(server, &three);
        script_send(server, &five);
        script_send(server, &end);
    } else {
        script_greet(server, msg);
    }
}

static void test_a_gap_is_asked_for_once(void **state)
{
    (void)state;
    struct person *ann = join(skips_numbers);
    person_expect(ann, "said Bob: three", 1);
    person_expect(ann, "older", 1);
    const struct room *lobby = person_room(ann, "lobby");
    static const uint64_t order[] = {1, 2, 3, 5, 7};
    assert_int_equal(lobby->message_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(lobby->messages[i]->seq, order[i]);
    assert_int_equal(lobby->newest_seq, 7); /* what is unknown counts too */
    assert_int_equal(person_saw(ann, "said Bob: one"), 1);
    assert_int_equal(person_saw(ann, "said Bob: five"), 1);
    scene_idle(&scene, 200);
    assert_int_equal(atomic_load(&step), 1);
}

static void lists_many(struct script *server, const struct msg *msg)
{
    if (msg->type != MSG_JOIN) {
        script_greet(server, msg);
        return;
    }
    static char uids[5][UID_DIGITS + 1], names[5][8];
    struct msg_member members[5];
    for (size_t i = 0; i < 5; i++) {
        str_format(uids[i], sizeof uids[i], "%016zx", i + 1);
        str_format(names[i], sizeof names[i], "P%zu", 5 - i);
        members[i] = (struct msg_member){.uid = uids[i], .name = names[i], .online = i != 2};
    }
    struct msg first = {.type = MSG_ROOM,
                        .room = "lobby",
                        .seq = 9,
                        .members = members,
                        .member_count = 3,
                        .more = true};
    struct msg rest = {
        .type = MSG_ROOM, .room = "lobby", .seq = 9, .members = members + 3, .member_count = 2};
    struct msg old = {
        .type = MSG_LEFT, .seq = 9, .time = 1, .room = "lobby", .from = uids[0], .name = names[0]};
    struct msg new = {.type = MSG_JOINED,
                      .seq = 10,
                      .time = 1,
                      .room = "lobby",
                      .from = uids[2],
                      .name = names[2]};
    script_send(server, &first);
    script_send(server, &rest);
    script_send(server, &old); /* the list knows that already: P5 came back since */
    script_send(server, &new);
}

static void test_members_over_several_frames(void **state)
{
    (void)state;
    struct person *ann = join(lists_many);
    person_expect(ann, "member", 1);
    const struct room *lobby = person_room(ann, "lobby");
    assert_int_equal(person_saw(ann, "room lobby"), 1);
    assert_int_equal(person_saw(ann, "member"), 1);
    assert_int_equal(lobby->member_count, 5);
    assert_int_equal(room_online(lobby), 5);
    for (size_t i = 0; i < 5; i++) {
        char name[8];
        str_format(name, sizeof name, "P%zu", i + 1);
        assert_string_equal(lobby->members[i].name, name);
    }
}

/* Saying */

static void refuses_once(struct script *server, const struct msg *msg)
{
    if (script_greet(server, msg) || msg->type != MSG_SAY)
        return;
    if (atomic_fetch_add(&step, 1) == 0) {
        struct msg error = {.type = MSG_ERROR,
                            .code = (char *)msg_code_word(CODE_DISK_FULL),
                            .text = "Full.",
                            .re = msg->id};
        script_send(server, &error);
        return;
    }
    struct msg event = said(1, msg->text);
    struct msg stored = {.type = MSG_STORED, .room = "lobby", .seq = 1};
    event.from = script_uid(server);
    event.name = "Ann";
    event.id = msg->id;
    script_send(server, &event);
    script_send(server, &stored);
}

static void test_refused_and_tried_again(void **state)
{
    (void)state;
    struct person *ann = join(refuses_once);
    struct room *lobby = person_room(ann, "lobby");
    person_say(ann, "hello");
    person_expect(ann, "refused disk-full", 1);
    struct message *message = lobby->messages[0];
    assert_int_equal(message->state, MESSAGE_FAILED);
    assert_string_equal(message->trouble, msg_code_sentence(CODE_DISK_FULL));
    assert_true(app_is_settled(ann->app));
    action_try_again(ann->app, lobby, message);
    assert_false(app_is_settled(ann->app));
    person_expect(ann, "stored", 1);
    assert_int_equal(lobby->message_count, 1);
    assert_int_equal(message->state, MESSAGE_STORED);
    assert_null(message->trouble);
    assert_true(app_is_settled(ann->app));
}

static void says_bye(struct script *server, const struct msg *msg)
{
    struct msg bye = {.type = MSG_BYE, .text = "Back at eight."};
    if (!script_greet(server, msg) && msg->type == MSG_SAY)
        script_send(server, &bye);
}

static void test_bye_is_a_loss_and_is_retried(void **state)
{
    (void)state;
    struct person *ann = join(says_bye);
    person_say(ann, "hello");
    person_expect(ann, "lost: Back at eight.", 1);
    int64_t wait_ms = app_next_due_ms(ann->app) - clock_now_ms();
    assert_in_range(wait_ms + 1000, 1000, 2300); /* a second, a little more or less */
    person_expect(ann, "online", 2);             /* by itself, and what was said is said again */
    person_expect(ann, "lost: Back at eight.", 2);
    action_disconnect(ann->app);
    assert_int_equal(app_model(ann->app)->link, LINK_OFFLINE);
    assert_int_equal(app_next_due_ms(ann->app), INT64_MAX);
}

/* Files */

#define FILE_ID "00000000000000f1"

static void offer(struct script *server, const char *bytes)
{
    char sha256[SHA256_HEX_SIZE];
    sha256_hex(bytes, strlen(bytes), sha256);
    struct msg file = {.type = MSG_FILE,
                       .seq = 1,
                       .time = 1,
                       .room = "lobby",
                       .from = bob.uid,
                       .name = bob.name,
                       .id = "f",
                       .file = FILE_ID,
                       .label = "poem.txt",
                       .size = strlen(bytes),
                       .kind = "file"};
    struct msg done = {.type = MSG_FILE_DONE,
                       .seq = 2,
                       .time = 1,
                       .room = "lobby",
                       .from = bob.uid,
                       .file = FILE_ID,
                       .sha256 = sha256,
                       .size = strlen(bytes)};
    script_send(server, &file);
    script_send(server, &done);
}

static void send_chunk(struct script *server, uint64_t offset, const char *bytes)
{
    struct msg chunk = {.type = MSG_CHUNK,
                        .file = FILE_ID,
                        .offset = offset,
                        .payload = {(const uint8_t *)bytes, strlen(bytes)}};
    script_send(server, &chunk);
}

static void lies_about_bytes(struct script *server, const struct msg *msg)
{
    script_greet(server, msg);
    if (msg->type == MSG_JOIN)
        offer(server, "true words");
    if (msg->type != MSG_FETCH)
        return;
    switch (atomic_fetch_add(&step, 1)) {
    case 0:
        send_chunk(server, 0, "lies words");
        break;
    case 1:
        send_chunk(server, 3, "true"); /* a hole in front */
        break;
    case 2:
        send_chunk(server, 0, "true words and more"); /* past the end */
        break;
    default:
        send_chunk(server, 0, "true ");
        send_chunk(server, 5, "words");
    }
}

static void test_bytes_that_are_not_the_file(void **state)
{
    (void)state;
    char **names, *text, path[OS_PATH_MAX];
    size_t count, size;
    struct person *ann = join(lies_about_bytes);
    person_expect(ann, "whole poem.txt", 1);
    struct room *lobby = person_room(ann, "lobby");
    struct message *message = lobby->messages[0];
    static const char *const troubles[] = {"did not arrive as it was sent", "the wrong part",
                                           "the wrong part"};
    for (size_t i = 0; i < 3; i++) {
        action_fetch(ann->app, lobby, message, true);
        person_expect(ann, "failed poem.txt", i + 1);
        assert_int_equal(message->file->transfer.state, TRANSFER_FAILED);
        assert_non_null(strstr(message->file->transfer.trouble, troubles[i]));
        assert_true(file_list(ann->downloads, &names, &count, NULL));
        assert_int_equal(count, 0); /* nothing half or false is left behind */
        file_list_free(names, count);
    }
    action_try_again(ann->app, lobby, message);
    person_expect(ann, "saved poem.txt", 1);
    assert_true(path_join(path, ann->downloads, "poem.txt"));
    text = file_load(path, 100, &size, NULL);
    assert_string_equal(text, "true words");
    mem_free(text);
}

static void refuses_files(struct script *server, const struct msg *msg)
{
    script_greet(server, msg);
    if (msg->type == MSG_JOIN)
        offer(server, "true words");
    if (msg->type != MSG_FETCH && msg->type != MSG_UPLOAD)
        return;
    struct msg error = {
        .type = MSG_ERROR, .code = (char *)msg_code_word(CODE_GONE), .text = "Gone."};
    error.re = msg->type == MSG_FETCH ? msg->file : msg->id;
    script_send(server, &error);
}

static void test_files_refused(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    struct err err = {0};
    struct person *ann = join(refuses_files);
    person_expect(ann, "whole poem.txt", 1);
    struct room *lobby = person_room(ann, "lobby");
    action_fetch(ann->app, lobby, lobby->messages[0], false);
    person_expect(ann, "failed poem.txt", 1);
    scene_make_file(&scene, "mine.bin", 10, path);
    assert_true(action_send_file(ann->app, lobby, path, true, &err));
    person_expect(ann, "failed mine.bin", 1);
    struct message *mine = lobby->messages[1];
    assert_int_equal(mine->state, MESSAGE_FAILED);
    assert_string_equal(mine->trouble, msg_code_sentence(CODE_GONE));
    assert_true(app_is_settled(ann->app));
    action_cancel(ann->app, lobby, mine); /* thrown away: nobody has seen it */
    assert_int_equal(lobby->message_count, 1);
}

/* Only three at once are asked for; the others follow when one ends. */
static void counts_uploads(struct script *server, const struct msg *msg)
{
    if (!script_greet(server, msg) && msg->type == MSG_UPLOAD)
        atomic_fetch_add(&step, 1);
}

static void test_three_at_once(void **state)
{
    (void)state;
    char path[OS_PATH_MAX], name[16];
    struct err err = {0};
    struct person *ann = join(counts_uploads);
    struct room *lobby = person_room(ann, "lobby");
    for (int i = 0; i < 5; i++) {
        str_format(name, sizeof name, "%d.bin", i);
        scene_make_file(&scene, name, 10, path);
        assert_true(action_send_file(ann->app, lobby, path, true, &err));
    }
    while (atomic_load(&step) < NET_UPLOADS_MAX)
        scene_turn(&scene, 20);
    scene_idle(&scene, 200);
    assert_int_equal(atomic_load(&step), NET_UPLOADS_MAX);
    action_cancel(ann->app, lobby, lobby->messages[0]);
    while (atomic_load(&step) < NET_UPLOADS_MAX + 1)
        scene_turn(&scene, 20);
    action_cancel(ann->app, lobby, lobby->messages[4]); /* not announced: nobody hears of it */
    assert_int_equal(lobby->messages[4]->state, MESSAGE_FAILED);
    scene_idle(&scene, 200);
    assert_int_equal(atomic_load(&step), NET_UPLOADS_MAX + 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_a_web_server),
        CASE(test_another_protocol),
        CASE(test_hang_up_before_a_word),
        CASE(test_no_answer_in_time),
        CASE(test_refusals_of_hello),
        CASE(test_too_many_tries_and_for_how_long),
        CASE(test_sent_out),
        CASE(test_password),
        CASE(test_a_gap_is_asked_for_once),
        CASE(test_members_over_several_frames),
        CASE(test_refused_and_tried_again),
        CASE(test_bye_is_a_loss_and_is_retried),
        CASE(test_bytes_that_are_not_the_file),
        CASE(test_files_refused),
        CASE(test_three_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
