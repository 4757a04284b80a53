/* Messages: the tables are sound, every type goes there and back, what is unknown passes through.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "protocol/base/name.h"
#include "protocol/wire/msg_json.h"
#include "tests/unit/msg_samples.h"

static void the_tables_are_sound(void **state)
{
    (void)state;
    for (int i = 0; i < F_COUNT; i++) {
        assert_non_null(msg_fields[i].name);
        assert_string_not_equal(msg_fields[i].name, "type");
        assert_true(msg_fields[i].limit > 0 && msg_fields[i].least <= msg_fields[i].limit);
        assert_true(msg_fields[i].limit <= NUMBER_MAX);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(msg_fields[i].name, msg_fields[k].name);
            assert_int_not_equal(msg_fields[i].offset, msg_fields[k].offset);
        }
    }
    for (int type = 0; type < MSG_COUNT; type++) {
        const struct msg_type_row *row = &msg_types[type];
        uint64_t head =
            FIELD_BIT(F_SEQ) | FIELD_BIT(F_TIME) | FIELD_BIT(F_ROOM) | FIELD_BIT(F_FROM);
        assert_non_null(row->name);
        assert_true((row->must & row->may) == 0);
        assert_true((row->must | row->may) < FIELD_BIT(F_COUNT));
        assert_true(row->payload_max <= FRAME_PAYLOAD_MAX);
        assert_true(!row->event || (row->must & head) == head);
        for (int k = 0; k < type; k++)
            assert_string_not_equal(row->name, msg_types[k].name);
    }
}

static void types_by_name(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        size_t size = strlen(msg_types[type].name);
        char *exact = mem_copy(msg_types[type].name, size); /* not terminated */
        assert_int_equal(msg_type_from_name(exact, size), type);
        assert_int_not_equal(msg_type_from_name(exact, size - 1), type);
        mem_free(exact);
    }
    assert_int_equal(msg_type_from_name("", 0), MSG_UNKNOWN);
    assert_int_equal(msg_type_from_name("SAY", 3), MSG_UNKNOWN);
    assert_int_equal(msg_type_from_name("say\0x", 5), MSG_UNKNOWN);
}

/* The header of a message as the encoder writes it, terminated. */
static char *encoded(const struct msg *msg)
{
    struct buf out;
    struct frame frame;
    char *text;
    buf_init(&out, FRAME_SIZE_MAX);
    assert_true(msg_encode(msg, &out));
    assert_int_equal(frame_next(buf_peek(&out).data, out.size, FRAME_BODY_MAX, &frame, NULL),
                     out.size);
    assert_int_equal(frame.payload.size, msg->payload.size);
    if (msg->payload.size)
        assert_memory_equal(frame.payload.data, msg->payload.data, frame.payload.size);
    text = mem_alloc(frame.header.size + 1, 1);
    memcpy(text, frame.header.data, frame.header.size);
    buf_finish(&out);
    return text;
}

/* Samples are written as the encoder writes: so decoding and encoding must give the very same text.
 */
static void there_and_back(enum msg_type type, uint64_t fields)
{
    char *header = sample_header(type, fields, F_COUNT, NULL), *back;
    struct msg msg;
    struct err err;
    if (!decode_text(header, &msg, &err))
        fail_msg("%s: %s", header, err.text);
    assert_int_equal(msg.type, type);
    assert_null(msg.extra);
    back = encoded(&msg);
    assert_string_equal(back, header);
    mem_free(back);
    mem_free(header);
    msg_destroy(&msg);
}

static void every_type_goes_there_and_back(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        there_and_back((enum msg_type)type, sample_must((enum msg_type)type));
        there_and_back((enum msg_type)type, sample_all((enum msg_type)type));
    }
    there_and_back(MSG_CHUNK, FIELD_BIT(F_FILE) | FIELD_BIT(F_OFFSET));
}

static void fields_arrive_where_they_belong(void **state)
{
    char *header = sample_header(MSG_HELLO, sample_all(MSG_HELLO), F_COUNT, NULL);
    struct msg msg;
    (void)state;
    assert_true(decode_text(header, &msg, NULL));
    mem_free(header);
    assert_int_equal(msg.version, 1);
    assert_string_equal(msg.name, "Zo\xC3\xAB");
    assert_string_equal(msg.secret, "0123456789abcdef");
    assert_string_equal(msg.features, "edit react");
    assert_string_equal(msg.password, "open sesame");
    assert_string_equal(msg.client, "confab 0.1.0");
    assert_int_equal(msg.resume_count, 2);
    assert_string_equal(msg.resume[0].name, "lobby");
    assert_int_equal(msg.resume[0].seq, 7);
    assert_string_equal(msg.resume[1].name, "caf\xC3\xA9");
    msg_destroy(&msg);

    header = sample_header(MSG_FILE, sample_all(MSG_FILE), F_COUNT, NULL);
    assert_true(decode_text(header, &msg, NULL));
    mem_free(header);
    assert_int_equal(msg.seq, 5);
    assert_int_equal(msg.time, INT64_C(1769856067123));
    assert_string_equal(msg.room, "lobby");
    assert_string_equal(msg.from, "0123456789abcdef");
    assert_string_equal(msg.id, "m-1");
    assert_string_equal(msg.label, "photo.jpg");
    assert_string_equal(msg.file, "00000000000000a7");
    assert_string_equal(msg.kind, "image");
    assert_int_equal(msg.size, INT64_C(5368709120));
    assert_int_equal(msg.width, 4000);
    assert_int_equal(msg.height, 3000);
    assert_int_equal(msg.duration, 61000);
    assert_string_equal(msg.sha256, SAMPLE_SHA);
    msg_destroy(&msg);

    header = sample_header(MSG_ROOM, sample_all(MSG_ROOM), F_COUNT, NULL);
    assert_true(decode_text(header, &msg, NULL));
    mem_free(header);
    assert_int_equal(msg.member_count, 2);
    assert_string_equal(msg.members[0].uid, "0123456789abcdef");
    assert_string_equal(msg.members[0].name, "Ann Lee");
    assert_true(msg.members[0].online);
    assert_false(msg.members[1].online);
    assert_true(msg.more);
    msg_destroy(&msg);
}

static void the_bytes_are_as_documented(void **state)
{
    static const char expected[] =
        "\0\0\0\x83\0\0\0\0"
        "{\"type\":\"said\",\"seq\":5,\"time\":1769856067123,\"room\":\"lobby\","
        "\"from\":\"0123456789abcdef\",\"id\":\"m-1\",\"name\":\"Ann\",\"text\":\"a/b "
        "\\\"\xC3\xA9\\\"\\t\"}";
    struct msg msg = {.type = MSG_SAID, .seq = 5, .time = INT64_C(1769856067123)};
    struct buf out;
    (void)state;
    msg_set(&msg.room, "lobby");
    msg_set(&msg.from, "0123456789abcdef");
    msg_set(&msg.id, "m-1");
    msg_set(&msg.name, "Ann");
    msg_set(&msg.text, "a/b \"\xC3\xA9\"\t");
    buf_init(&out, FRAME_SIZE_MAX);
    assert_true(msg_encode(&msg, &out));
    assert_int_equal(out.size, sizeof expected - 1);
    assert_memory_equal(buf_peek(&out).data, expected, out.size);
    buf_finish(&out);
    msg_destroy(&msg);
}

static void numbers_are_printed_whole(void **state)
{
    static const uint64_t numbers[] = {1,
                                       2147483647,
                                       2147483648,
                                       4294967295,
                                       4294967296,
                                       1000000000000000,
                                       1000000000000000000 / 1000,
                                       NUMBER_MAX,
                                       999999999999999};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct msg msg = {.type = MSG_STORED, .seq = numbers[i]}, back;
        char expected[100], *text;
        msg_set(&msg.room, "r");
        text = encoded(&msg);
        str_format(expected, sizeof expected, "{\"type\":\"stored\",\"seq\":%llu,\"room\":\"r\"}",
                   (unsigned long long)numbers[i]);
        assert_string_equal(text, expected);
        assert_true(decode_text(text, &back, NULL));
        assert_true(back.seq == numbers[i]);
        mem_free(text);
        msg_destroy(&msg);
        msg_destroy(&back);
    }
}

static void payload_travels_with_the_header(void **state)
{
    struct msg msg = {.type = MSG_CHUNK, .offset = 3}, back = {0};
    struct buf out;
    struct frame frame;
    (void)state;
    msg_set(&msg.id, "u");
    msg.payload = (struct bytes){(const uint8_t *)"\0\xFF{", 3};
    buf_init(&out, FRAME_SIZE_MAX);
    assert_true(msg_encode(&msg, &out));
    assert_true(frame_next(buf_peek(&out).data, out.size, FRAME_BODY_MAX, &frame, NULL) > 0);
    assert_true(msg_decode(&back, &frame, NULL));
    assert_int_equal(back.payload.size, 3);
    assert_memory_equal(back.payload.data, "\0\xFF{", 3);
    msg_destroy(&back);
    msg_destroy(&msg);
    buf_finish(&out);
}

static void unknown_fields_pass_through(void **state)
{
    char *header, *back;
    struct msg msg;
    (void)state;
    assert_true(decode_text("{\"mood\":\"sunny\",\"type\":\"say\",\"room\":\"lobby\",\"id\":\"1\","
                            "\"text\":\"x\",\"deep\":{\"a\":[1,true,null,\"\\u00e9\"]},\"port\":7}",
                            &msg, NULL));
    assert_string_equal(
        msg.extra, "{\"mood\":\"sunny\",\"deep\":{\"a\":[1,true,null,\"\xC3\xA9\"]},\"port\":7}");
    assert_int_equal(msg.port, 0); /* a say has no port: it is not for us */
    back = encoded(&msg);
    assert_string_equal(back, "{\"type\":\"say\",\"room\":\"lobby\",\"id\":\"1\",\"text\":\"x\","
                              "\"mood\":\"sunny\",\"deep\":{\"a\":[1,true,null,\"\xC3\xA9\"]},"
                              "\"port\":7}");
    mem_free(back);
    msg_destroy(&msg);

    header = sample_header(MSG_PING, 0, F_COUNT, NULL);
    assert_true(decode_text(header, &msg, NULL));
    assert_null(msg.extra);
    mem_free(header);
    msg_destroy(&msg);
}

/* Someone who says more than a `say` has must not write the server's part of the `said`. */
static void extra_cannot_pose_as_a_field(void **state)
{
    struct msg msg = {.type = MSG_SAID, .seq = 5, .time = 6}, back;
    char *text;
    (void)state;
    msg_set(&msg.room, "lobby");
    msg_set(&msg.from, "0123456789abcdef");
    msg_set(&msg.id, "m-1");
    msg_set(&msg.name, "Ann");
    msg_set(&msg.text, "x");
    msg_set(&msg.extra, "{\"type\":\"left\",\"seq\":99,\"from\":\"fedcba9876543210\",\"reply\":1,"
                        "\"name\":\"Bo\",\"ok\":1}");
    text = encoded(&msg);
    assert_string_equal(text, "{\"type\":\"said\",\"seq\":5,\"time\":6,\"room\":\"lobby\","
                              "\"from\":\"0123456789abcdef\",\"id\":\"m-1\",\"name\":\"Ann\","
                              "\"text\":\"x\",\"ok\":1}");
    assert_true(decode_text(text, &back, NULL));
    assert_int_equal(back.seq, 5);
    mem_free(text);
    msg_destroy(&back);
    msg_destroy(&msg);
}

static void unknown_types_pass_through(void **state)
{
    static const char header[] =
        "{\"seq\":9,\"time\":8,\"room\":\"lobby\",\"from\":\"0123456789abcdef\",\"type\":\"waved\","
        "\"text\":7,\"hand\":\"left\"}";
    struct msg msg;
    char *back;
    (void)state;
    assert_true(decode_bytes(header, strlen(header), FRAME_PAYLOAD_MAX, &msg, NULL));
    assert_int_equal(msg.type, MSG_UNKNOWN);
    assert_int_equal(msg.seq, 9); /* it counts in the room's log */
    assert_string_equal(msg.room, "lobby");
    assert_null(msg.text); /* whatever it means there */
    assert_string_equal(msg.extra, "{\"type\":\"waved\",\"text\":7,\"hand\":\"left\"}");
    back = encoded(&msg);
    assert_string_equal(back, "{\"seq\":9,\"time\":8,\"room\":\"lobby\","
                              "\"from\":\"0123456789abcdef\",\"type\":\"waved\",\"text\":7,"
                              "\"hand\":\"left\"}");
    mem_free(back);
    msg_destroy(&msg);
}

static void a_name_is_clean_on_arrival(void **state)
{
    struct msg msg;
    (void)state;
    assert_true(decode_text("{\"type\":\"hello\",\"version\":1,\"secret\":\"0123456789abcdef\","
                            "\"name\":\" Zoe\xCC\x88  X \"}",
                            &msg, NULL));
    assert_string_equal(msg.name, "Zo\xC3\xAB X");
    msg_destroy(&msg);
    assert_true(decode_text("{\"type\":\"upload\",\"room\":\"lobby\",\"id\":\"1\",\"size\":0,"
                            "\"kind\":\"file\",\"label\":\"../../a:b.png\"}",
                            &msg, NULL));
    assert_string_equal(msg.label, "a_b.png");
    msg_destroy(&msg);
}

static void the_largest_lists_fit(void **state)
{
    char widest[NAME_SIZE] = "", quotes[NAME_CHARS_MAX + 1];
    struct msg msg = {.type = MSG_WELCOME, .version = 1, .max_upload = NUMBER_MAX};
    char *text;
    (void)state;
    for (int i = 0; i < NAME_CHARS_MAX; i++)
        strcat(widest, "\xF0\x9F\x98\x80");
    memset(quotes, '"', NAME_CHARS_MAX); /* two bytes each in JSON */
    quotes[NAME_CHARS_MAX] = '\0';
    msg_set(&msg.server, "s");
    msg_set(&msg.uid, "0123456789abcdef");
    msg_set(&msg.name, quotes);
    msg.room_count = ROOMS_MAX;
    msg.rooms = mem_alloc(ROOMS_MAX, sizeof *msg.rooms);
    for (size_t i = 0; i < ROOMS_MAX; i++) {
        bool direct = i % 2;
        msg.rooms[i] = (struct msg_room){
            .name = mem_string(direct ? "@0123456789abcdeffedcba9876543210" : widest),
            .seq = NUMBER_MAX,
            .people = PEOPLE_MAX,
            .private = !direct,
            .title = direct ? mem_string(widest) : NULL};
    }
    text = encoded(&msg);
    mem_free(text);
    msg_destroy(&msg);

    msg = (struct msg){.type = MSG_ROOM, .seq = NUMBER_MAX, .first = NUMBER_MAX};
    msg_set(&msg.room, widest);
    msg.member_count = MEMBERS_MAX;
    msg.members = mem_alloc(MEMBERS_MAX, sizeof *msg.members);
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        msg.members[i] = (struct msg_member){mem_string("0123456789abcdef"), mem_string(widest),
                                             false, NUMBER_MAX};
    text = encoded(&msg);
    mem_free(text);
    msg_destroy(&msg);
}

static void what_does_not_fit_is_not_written(void **state)
{
    struct msg msg = {.type = MSG_PING};
    struct buf out;
    size_t size = FRAME_HEADER_MAX - strlen("{\"type\":\"ping\",\"x\":\"\"}");
    char *extra = mem_alloc(FRAME_HEADER_MAX + 20, 1);
    (void)state;
    buf_init(&out, FRAME_SIZE_MAX);
    memset(extra, 'x', FRAME_HEADER_MAX);
    memcpy(extra, "{\"x\":\"", 6);
    strcpy(extra + 6 + size, "\"}");
    msg.extra = extra;
    assert_true(msg_encode(&msg, &out)); /* to the last byte */
    assert_int_equal(out.size, FRAME_HEAD_SIZE + FRAME_HEADER_MAX);
    extra[6 + size] = 'x';
    strcpy(extra + 6 + size + 1, "\"}");
    assert_false(msg_encode(&msg, &out));
    assert_int_equal(out.size, FRAME_HEAD_SIZE + FRAME_HEADER_MAX);
    msg.extra = NULL;
    buf_finish(&out);
    mem_free(extra);

    buf_init(&out, 22);
    assert_false(msg_encode(&msg, &out)); /* {"type":"ping"} is 15, the head 8 */
    assert_int_equal(out.size, 0);
    buf_finish(&out);
}

static void text_for_people_who_script(void **state)
{
    struct msg msg = {.type = MSG_PONG};
    char *text = msg_to_text(&msg);
    (void)state;
    assert_string_equal(text, "{\"type\":\"pong\"}");
    mem_free(text);
    msg.payload = (struct bytes){(const uint8_t *)"abc", 3};
    msg_set(&msg.extra, "{\"payload\":\"mine\",\"z\":1}");
    text = msg_to_text(&msg);
    assert_string_equal(text, "{\"type\":\"pong\",\"payload\":3,\"z\":1}");
    mem_free(text);
    msg_destroy(&msg);
}

static void a_clone_owns_everything(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        char *header =
            sample_header((enum msg_type)type, sample_all((enum msg_type)type), F_COUNT, NULL);
        char *payload = mem_copy("xyz", 3), *text;
        struct msg msg, *clone;
        assert_true(decode_text(header, &msg, NULL));
        if (msg_types[type].payload_max)
            msg.payload = (struct bytes){(const uint8_t *)payload, 3};
        msg_set(&msg.extra, "{\"x\":1}");
        clone = msg_clone(&msg);
        memset(payload, 0, 3);
        mem_free(payload);
        msg_destroy(&msg);
        assert_int_equal(msg.type, 0);
        if (msg_types[type].payload_max)
            assert_memory_equal(clone->payload.data, "xyz", 3);
        text = encoded(clone);
        assert_memory_equal(text, header, strlen(header) - 1);
        assert_string_equal(text + strlen(header) - 1, ",\"x\":1}");
        mem_free(text);
        mem_free(header);
        msg_clone_free(clone);
    }
    msg_clone_free(NULL);
}

static void setting_a_field_to_itself(void **state)
{
    struct msg msg = {0};
    (void)state;
    msg_set(&msg.text, "abc");
    msg_set(&msg.text, msg.text + 1);
    assert_string_equal(msg.text, "bc");
    msg_set(&msg.text, NULL);
    assert_null(msg.text);
    msg_destroy(&msg);
    msg_destroy(&msg);
}

static void error_codes(void **state)
{
    (void)state;
    for (int code = 0; code < CODE_COUNT; code++) {
        const char *word = msg_code_word((enum msg_error_code)code);
        const char *sentence = msg_code_sentence((enum msg_error_code)code);
        assert_true(word[0] && strlen(word) <= WORD_MAX);
        assert_int_equal(sentence[strlen(sentence) - 1], '.');
        assert_int_equal(msg_code_from_word(word), code);
        assert_string_equal(msg_code_explain(word, "other"), sentence);
    }
    assert_string_equal(msg_code_word(CODE_BAD_FRAME), "frame-too-large");
    assert_string_equal(msg_code_word(CODE_NAME_TAKEN), "name-taken");
    assert_int_equal(msg_code_from_word("from-the-future"), CODE_COUNT);
    assert_int_equal(msg_code_from_word(NULL), CODE_COUNT);
    assert_string_equal(msg_code_explain("from-the-future", "Because."), "Because.");
    assert_true(strlen(msg_code_explain("from-the-future", "")) > 0);
    assert_true(strlen(msg_code_explain(NULL, NULL)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_are_sound),
        cmocka_unit_test(types_by_name),
        cmocka_unit_test(every_type_goes_there_and_back),
        cmocka_unit_test(fields_arrive_where_they_belong),
        cmocka_unit_test(the_bytes_are_as_documented),
        cmocka_unit_test(numbers_are_printed_whole),
        cmocka_unit_test(payload_travels_with_the_header),
        cmocka_unit_test(unknown_fields_pass_through),
        cmocka_unit_test(extra_cannot_pose_as_a_field),
        cmocka_unit_test(unknown_types_pass_through),
        cmocka_unit_test(a_name_is_clean_on_arrival),
        cmocka_unit_test(the_largest_lists_fit),
        cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(text_for_people_who_script),
        cmocka_unit_test(a_clone_owns_everything),
        cmocka_unit_test(setting_a_field_to_itself),
        cmocka_unit_test(error_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
