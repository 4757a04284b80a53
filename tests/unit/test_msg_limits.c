/* What a message must not be: every field at its limit and one past it, of the wrong kind, missing
 * or twice; payloads too large; JSON that is broken, too deep or not quite UTF-8. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "protocol/base/name.h"
#include "protocol/wire/msg_json.h"
#include "tests/unit/msg_samples.h"

static enum msg_type type_with(int id)
{
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++)
        if ((msg_types[type].must | msg_types[type].may) & FIELD_BIT(id))
            return (enum msg_type)type;
    fail_msg("no type has the field %s", msg_fields[id].name);
    return MSG_UNKNOWN;
}

/* Is the message with this value of one field taken? */
static bool takes(int id, const char *value)
{
    enum msg_type type = type_with(id);
    char *header = sample_header(type, sample_must(type), id, value);
    struct msg msg;
    struct err err;
    bool ok = decode_text(header, &msg, &err);
    if (ok)
        assert_int_equal(msg.type, type);
    else
        assert_true(err.kind != ERR_NONE && err.text[0]);
    msg_destroy(&msg);
    mem_free(header);
    return ok;
}

static void assert_takes(int id, const char *value)
{
    if (!takes(id, value))
        fail_msg("%s: %.80s was refused", msg_fields[id].name, value);
}

static void assert_refuses(int id, const char *value)
{
    if (takes(id, value))
        fail_msg("%s: %.80s was taken", msg_fields[id].name, value);
}

/* `count` times `piece` between `front` and `back`, pieces separated by `comma`. One value at a
 * time. */
static const char *many(const char *front, const char *piece, size_t count, const char *comma,
                        const char *back)
{
    static char *text;
    size_t step = strlen(piece) + strlen(comma), used = strlen(front);
    mem_free(text);
    text = mem_alloc(strlen(front) + count * step + strlen(back) + 1, 1);
    strcpy(text, front);
    for (size_t i = 0; i < count; i++) {
        strcpy(text + used, i ? comma : "");
        used += i ? strlen(comma) : 0;
        strcpy(text + used, piece);
        used += strlen(piece);
    }
    strcpy(text + used, back);
    return text;
}

static const char *long_text(size_t size)
{
    return many("\"", "a", size, "", "\"");
}

static void check_text(int id)
{
    size_t least = (size_t)msg_fields[id].least, most = (size_t)msg_fields[id].limit;
    assert_takes(id, long_text(least));
    assert_takes(id, long_text(most));
    assert_refuses(id, long_text(most + 1));
    if (least > 0)
        assert_refuses(id, long_text(least - 1));
    /* bytes count, not characters */
    if (most / 2 + 1 >= least)
        assert_refuses(id, many("\"", "\xC3\xA9", most / 2 + 1, "", "\""));
    assert_refuses(id, "\"0123456789abcdef\\u0000\"");
}

static void check_number(int id)
{
    uint64_t limit = msg_fields[id].limit;
    char value[40];
    assert_takes(id, "0");
    assert_takes(id, "-0");
    assert_takes(id, "1.0");
    assert_takes(id, "1e1");
    str_format(value, sizeof value, "%llu", (unsigned long long)limit);
    assert_takes(id, value);
    str_format(value, sizeof value, "%llu", (unsigned long long)limit + 1);
    assert_refuses(id, value);
    str_format(value, sizeof value, "%llu.5", (unsigned long long)limit);
    assert_refuses(id, limit < NUMBER_MAX / 4 ? value : "4503599627370495.5");
    assert_refuses(id, "9007199254740992");     /* 2^53 */
    assert_refuses(id, "9007199254740993");     /* a double can't hold it */
    assert_refuses(id, "18446744073709551616"); /* 2^64 */
    assert_refuses(id, "-1");
    assert_refuses(id, "-1e300");
    assert_refuses(id, "1.5");
    assert_refuses(id, "1e-300");
    assert_refuses(id, "1e300");
    assert_refuses(id, "1e999");
    assert_refuses(id, "\"1\"");
    assert_refuses(id, "true");
}

static void check_hex(int id)
{
    size_t digits = (size_t)msg_fields[id].limit;
    assert_takes(id, many("\"", "0", digits, "", "\""));
    assert_takes(id, many("\"", "f", digits, "", "\""));
    assert_refuses(id, many("\"", "0", digits - 1, "", "\""));
    assert_refuses(id, many("\"", "0", digits + 1, "", "\""));
    assert_refuses(id, many("\"", "F", digits, "", "\""));
    assert_refuses(id, many("\"", "g", digits, "", "\""));
    assert_refuses(id, many("\"", "0", digits, "", "\\u0000\""));
    assert_refuses(id, "\"\"");
}

static void check_name(int id)
{
    assert_takes(id, long_text(NAME_CHARS_MAX));
    assert_refuses(id, long_text(NAME_CHARS_MAX + 1));
    assert_takes(id, many("\"", "\xF0\x9F\x98\x80", NAME_CHARS_MAX, "", "\""));
    assert_refuses(id, "\"\"");
    assert_refuses(id, "\"  \"");
    assert_refuses(id, "\"a\\nb\"");
    assert_refuses(id, "\"a\\u202eb\"");
    assert_refuses(id, "\"a\\u0000\"");
    if (msg_fields[id].kind == FIELD_ROOM) {
        assert_refuses(id, "\"a b\"");
        assert_refuses(id, "\"#a\"");
        assert_refuses(id, "\"a/b\"");
        assert_refuses(id, "\"a@b\"");
        assert_takes(id, many("\"@", "0123456789abcdef", 2, "", "\""));
        assert_refuses(id, many("\"@", "0123456789abcdef", 1, "", "\""));
        assert_refuses(id, many("\"@", "0123456789abcdef", 2, "", "0\""));
        assert_refuses(id, many("\"@", "0123456789abcdeF", 2, "", "\""));
        assert_refuses(id, many("\" @", "0123456789abcdef", 2, "", "\""));
        assert_refuses(id, many("\"\xEF\xBC\xA0", "0123456789abcdef", 2, "", "\"")); /* a wide @ */
    }
}

static void check_emoji(int id)
{
    assert_takes(id, long_text(EMOJI_MAX));
    assert_refuses(id, long_text(EMOJI_MAX + 1));
    assert_takes(id, many("\"", "\xF0\x9F\x98\x80", EMOJI_MAX / 4, "", "\""));
    assert_refuses(id, many("\"", "\xF0\x9F\x98\x80", EMOJI_MAX / 4 + 1, "", "\""));
    assert_takes(id, "\"\xE2\x9D\xA4\xEF\xB8\x8F\"");
    assert_takes(id, "\"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\"");
    assert_refuses(id, "\"\"");
    assert_refuses(id, "\"a b\"");
    assert_refuses(id, "\"a\xC2\xA0\"");
    assert_refuses(id, "\"a\\n\"");
    assert_refuses(id, "\"a\\u202e\"");
    assert_refuses(id, "\"\\u200d\"");        /* nothing to see */
    assert_refuses(id, "\"\\ufe0f\\u200b\""); /* the same */
    assert_refuses(id, "\"a\\u0000\"");
}

static void check_kind(int id)
{
    assert_takes(id, "\"image\"");
    assert_takes(id, "\"audio\"");
    assert_takes(id, "\"video\"");
    assert_takes(id, "\"file\"");
    assert_refuses(id, "\"folder\"");
    assert_refuses(id, "\"Image\"");
    assert_refuses(id, "\"\"");
}

static void check_bool(int id)
{
    assert_takes(id, "true");
    assert_takes(id, "false");
    assert_refuses(id, "0");
    assert_refuses(id, "1");
    assert_refuses(id, "\"true\"");
}

static void check_words(int id)
{
    char value[200];
    assert_takes(id, "[]");
    assert_takes(id, many("[", "\"a\"", FEATURES_MAX, ",", "]"));
    assert_refuses(id, many("[", "\"a\"", FEATURES_MAX + 1, ",", "]"));
    str_format(value, sizeof value, "[%s]", long_text(WORD_MAX));
    assert_takes(id, value);
    str_format(value, sizeof value, "[%s]", long_text(WORD_MAX + 1));
    assert_refuses(id, value);
    assert_refuses(id, "[\"\"]");
    assert_refuses(id, "[\"a b\"]");
    assert_refuses(id, "[1]");
    assert_refuses(id, "[[\"a\"]]");
    assert_refuses(id, "\"a\"");
}

static void check_rooms(int id)
{
    assert_takes(id, "[]");
    assert_takes(id, "[{\"name\":\"a\"}]");
    assert_takes(id, "[{\"name\":\"a\",\"topic\":\"from the future\"}]");
    assert_takes(id, "[{\"name\":\"a\",\"seq\":9007199254740991,\"people\":1000000}]");
    assert_takes(id, many("[", "{\"name\":\"a\",\"seq\":1,\"people\":1}", ROOMS_MAX, ",", "]"));
    assert_refuses(id, many("[", "{\"name\":\"a\"}", ROOMS_MAX + 1, ",", "]"));
    assert_refuses(id, "[{\"name\":\"a\",\"seq\":9007199254740992}]");
    assert_refuses(id, "[{\"name\":\"a\",\"people\":1000001}]");
    assert_refuses(id, "[{\"name\":\"a\",\"people\":-1}]");
    assert_refuses(id, "[{\"name\":\"a b\"}]");
    assert_takes(id, "[{\"name\":\"a\",\"private\":true,\"title\":\"Ann Lee\"}]");
    assert_refuses(id, "[{\"name\":\"a\",\"private\":1}]");
    assert_refuses(id, "[{\"name\":\"a\",\"title\":\"\"}]");
    assert_refuses(id, "[{\"name\":\"a\",\"title\":7}]");
    assert_refuses(id, "[{\"name\":\"a\",\"title\":\"a\\nb\"}]");
    assert_refuses(id, "[{\"seq\":1}]");
    assert_refuses(id, "[{\"name\":\"a\"},7]");
    assert_refuses(id, "[\"a\"]");
    assert_refuses(id, "{\"a\":{\"name\":\"a\"}}");
}

static void check_resume(int id)
{
    assert_takes(id, "{}");
    assert_takes(id, "{\"a\":9007199254740991}");
    assert_takes(id, many("{", "\"a\":1", ROOMS_MAX, ",", "}"));
    assert_refuses(id, many("{", "\"a\":1", ROOMS_MAX + 1, ",", "}"));
    assert_refuses(id, "{\"a\":9007199254740992}");
    assert_refuses(id, "{\"a\":-1}");
    assert_refuses(id, "{\"a\":\"1\"}");
    assert_refuses(id, "{\"a b\":1}");
    assert_refuses(id, "{\"\":1}");
    assert_refuses(id, "[1]");
}

static void check_members(int id)
{
#define MEMBER(more) "{\"uid\":\"0123456789abcdef\",\"name\":\"A\"" more "}"
    assert_takes(id, "[]");
    assert_takes(id, "[" MEMBER("") "]");
    assert_takes(id, "[" MEMBER(",\"mood\":1") "]");
    assert_takes(id, many("[", MEMBER(""), MEMBERS_MAX, ",", "]"));
    assert_refuses(id, many("[", MEMBER(""), MEMBERS_MAX + 1, ",", "]"));
    assert_refuses(id, "[" MEMBER(",\"online\":1") "]");
    assert_takes(id, "[" MEMBER(",\"read\":9007199254740991") "]");
    assert_refuses(id, "[" MEMBER(",\"read\":9007199254740992") "]");
    assert_refuses(id, "[" MEMBER(",\"read\":true") "]");
    assert_refuses(id, "[{\"uid\":\"0123456789abcdef\"}]");
    assert_refuses(id, "[{\"name\":\"A\"}]");
    assert_refuses(id, "[{\"uid\":\"0123456789abcde\",\"name\":\"A\"}]");
    assert_refuses(id, "[{\"uid\":\"0123456789abcdef\",\"name\":\"\"}]");
    assert_refuses(id, "[[]]");
    assert_refuses(id, "{}");
#undef MEMBER
}

static void every_field_at_its_limit_and_past_it(void **state)
{
    (void)state;
    for (int id = 0; id < F_COUNT; id++) {
        assert_refuses(id, "null");
        switch (msg_fields[id].kind) {
        case FIELD_TEXT:
        case FIELD_LABEL:
            check_text(id);
            break;
        case FIELD_NAME:
        case FIELD_ROOM:
            check_name(id);
            break;
        case FIELD_HEX:
            check_hex(id);
            break;
        case FIELD_EMOJI:
            check_emoji(id);
            break;
        case FIELD_KIND:
            check_kind(id);
            break;
        case FIELD_U32:
        case FIELD_U64:
        case FIELD_TIME:
            check_number(id);
            break;
        case FIELD_BOOL:
            check_bool(id);
            break;
        case FIELD_WORDS:
            check_words(id);
            break;
        case FIELD_ROOMS:
            check_rooms(id);
            break;
        case FIELD_RESUME:
            check_resume(id);
            break;
        case FIELD_MEMBERS:
            check_members(id);
            break;
        }
        if (msg_fields[id].kind <= FIELD_KIND) {
            assert_refuses(id, "7");
            assert_refuses(id, "true");
            assert_refuses(id, "[\"a\"]");
            assert_refuses(id, "{}");
        }
    }
    many("", "", 0, "", "");
}

/* limits.h names them, the table must carry them: a wrong one here would pass the walk above. */
static void the_table_carries_the_named_limits(void **state)
{
    static const struct {
        int id;
        uint64_t least, limit;
    } named[] = {
        {F_TEXT, 1, 16384},
        {F_ID, 1, 64},
        {F_RE, 1, 128},
        {F_FROM, 16, 16},
        {F_UID, 16, 16},
        {F_FILE, 16, 16},
        {F_SHA256, 64, 64},
        {F_SECRET, 16, 128},
        {F_PASSWORD, 1, 256},
        {F_CLIENT, 1, 64},
        {F_EMOJI, 1, 64},
        {F_SERVER, 1, 64},
        {F_CODE, 1, 64},
        {F_LABEL, 0, 1024},
        {F_FEATURES, 0, 32},
        {F_ROOMS, 0, 256},
        {F_RESUME, 0, 256},
        {F_MEMBERS, 0, 256},
        {F_WIDTH, 0, 1000000},
        {F_HEIGHT, 0, 1000000},
        {F_DURATION, 0, UINT64_C(2592000000)},
        {F_HOW_MANY, 0, 500},
        {F_PORT, 0, 65535},
        {F_VERSION, 0, 65535},
        {F_PEOPLE, 0, 1000000},
        {F_SEQ, 0, UINT64_C(9007199254740991)},
        {F_SIZE, 0, UINT64_C(9007199254740991)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        assert_true(msg_fields[named[i].id].limit == named[i].limit);
        assert_true(msg_fields[named[i].id].least == named[i].least);
    }
}

static void a_missing_field_is_named(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        for (int id = 0; id < F_COUNT; id++) {
            char *header, quoted[64];
            struct msg msg;
            struct err err;
            if (!(msg_types[type].must & FIELD_BIT(id)))
                continue;
            header =
                sample_header((enum msg_type)type,
                              sample_must((enum msg_type)type) & ~FIELD_BIT(id), F_COUNT, NULL);
            assert_false(decode_text(header, &msg, &err));
            str_format(quoted, sizeof quoted, "\"%s\"", msg_fields[id].name);
            assert_non_null(strstr(err.text, quoted));
            msg_destroy(&msg);
            mem_free(header);
        }
    }
}

static void a_field_twice_is_refused(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        for (int id = 0; id < F_COUNT; id++) {
            char *header, *doubled;
            struct msg msg;
            size_t size;
            if (!(sample_all((enum msg_type)type) & FIELD_BIT(id)))
                continue;
            header = sample_header((enum msg_type)type, sample_must((enum msg_type)type), id,
                                   sample_json[id]);
            size = strlen(header) + strlen(sample_json[id]) + 40;
            doubled = mem_alloc(size, 1);
            str_format(doubled, size, "%.*s,\"%s\":%s}", (int)strlen(header) - 1, header,
                       msg_fields[id].name, sample_json[id]);
            assert_true(decode_text(header, &msg, NULL));
            msg_destroy(&msg);
            assert_false(decode_text(doubled, &msg, NULL));
            msg_destroy(&msg);
            mem_free(doubled);
            mem_free(header);
        }
    }
}

static void payloads_past_their_limit(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        char *header =
            sample_header((enum msg_type)type, sample_must((enum msg_type)type), F_COUNT, NULL);
        struct msg msg;
        struct err err;
        assert_true(decode_bytes(header, strlen(header), msg_types[type].payload_max, &msg, NULL));
        msg_destroy(&msg);
        assert_false(
            decode_bytes(header, strlen(header), msg_types[type].payload_max + 1, &msg, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
        msg_destroy(&msg);
        mem_free(header);
    }
    assert_int_equal(msg_types[MSG_UPLOAD].payload_max, 24576);
    assert_int_equal(msg_types[MSG_FILE].payload_max, 24576);
    assert_int_equal(msg_types[MSG_CHUNK].payload_max, 262144);
    assert_int_equal(msg_types[MSG_SAY].payload_max, 0);
}

static bool reads(const char *header)
{
    struct msg msg;
    struct err err;
    bool ok = decode_text(header, &msg, &err);
    assert_true(ok || err.text[0]);
    msg_destroy(&msg);
    return ok;
}

static void a_chunk_is_of_one_thing(void **state)
{
    (void)state;
    assert_true(reads("{\"type\":\"chunk\",\"offset\":0,\"id\":\"1\"}"));
    assert_true(reads("{\"type\":\"chunk\",\"offset\":0,\"file\":\"0123456789abcdef\"}"));
    assert_false(reads("{\"type\":\"chunk\",\"offset\":0}"));
    assert_false(
        reads("{\"type\":\"chunk\",\"offset\":0,\"id\":\"1\",\"file\":\"0123456789abcdef\"}"));
}

static void depth(void **state)
{
    char header[300];
    (void)state;
    for (int deep = JSON_DEPTH_MAX - 1; deep <= JSON_DEPTH_MAX; deep++) {
        str_format(header, sizeof header, "{\"type\":\"ping\",\"x\":%.*s%.*s}", deep,
                   "[[[[[[[[[[[[[[[[[[[[", deep, "]]]]]]]]]]]]]]]]]]]]");
        assert_int_equal(reads(header), deep + 1 <= JSON_DEPTH_MAX); /* the object is one */
    }
    assert_true(reads("{\"type\":\"ping\",\"x\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[{{{{\\\"[[[[[\"}"));
    assert_true(
        reads("{\"type\":\"ping\",\"x\":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]}"));
    assert_false(
        reads(many("{\"type\":\"ping\",\"x\":", "[", 60000, "", ""))); /* no deep recursion */
    assert_false(reads(many("{\"type\":\"ping\",\"x\":", "{\"a\":", 10000, "", "")));
    many("", "", 0, "", "");
}

static void parts(void **state)
{
    const char *front = "{\"type\":\"ping\",\"x\":["; /* three */
    (void)state;
    assert_true(reads(many(front, "1", JSON_PARTS_MAX - 3 + 1, ",", "]}")));
    assert_false(reads(many(front, "1", JSON_PARTS_MAX - 3 + 2, ",", "]}")));
    assert_true(reads(many("{\"type\":\"ping\",\"x\":\"", ",[{", 20000, "", "\"}")));
    many("", "", 0, "", "");
}

static void texts_with_tricks(void **state)
{
    (void)state;
#define SAY(text) "{\"type\":\"say\",\"room\":\"a\",\"id\":\"1\",\"text\":\"" text "\"}"
    assert_true(reads(SAY("x")));
    assert_true(reads(SAY("\\ud83d\\ude00")));
    assert_true(reads(SAY("\\\\u0000"))); /* a backslash, then letters */
    assert_true(reads(SAY("\\u001b\\n\\t")));
    assert_false(reads(SAY("a\\u0000b")));
    assert_false(reads(SAY("\\\\\\u0000")));
    assert_false(reads(SAY("\\ud83d")));
    assert_false(reads(SAY("\\ud83dx")));
    assert_false(reads(SAY("\\ude00")));
    assert_false(reads(SAY("\\ude00\\ud83d")));
    assert_false(reads(SAY("\\ud83d\\ud83d")));
    assert_false(reads(SAY("\\u12")));
    assert_false(reads(SAY("\\u12g4")));
    assert_false(reads(SAY("\\x")));
    assert_false(reads(SAY("a\nb")));
    assert_false(reads(SAY("a\x01")));
    assert_false(reads(SAY("\xFF")));
    assert_false(reads(SAY("\xC3")));
    assert_false(reads(SAY("\xC0\x80")));
    assert_false(reads(SAY("\xED\xA0\xBD")));
    assert_false(reads("{\"type\":\"ping\",\"x\\u0000\":1}")); /* in a key, too */
    assert_false(reads("{\"type\":\"ping\",\"x\":\"\xFF\"}"));
    assert_false(reads("{\"type\":\"ping\",\"x\":\"\\u0000\"}"));
#undef SAY
}

static void what_is_not_one_object(void **state)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "[\"type\",\"ping\"]",
        "\"ping\"",
        "12",
        "null",
        "  ",
        "{\"type\":7}",
        "{\"type\":null}",
        "{\"type\":[\"ping\"]}",
        "{\"Type\":\"ping\"}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
        "{\"type\":\"ping\",\"type\":\"pong\"}",
        "{\"type\":\"shiny\",\"type\":\"shiny\"}",
        "{\"type\":\"ping\"}x",
        "{\"type\":\"ping\"}{}",
        "{\"type\":\"ping\"}]",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{type:\"ping\"}",
        "{'type':'ping'}",
        "\xEF\xBB\xBF{\"type\":\"ping\"}",
        "{\"type\":\xC2\xA0\"ping\"}",
        "{\"type\":\"ping\",\"x\":NaN}",
        "{\"type\":\"ping\",\"x\":tru}",
        "{\"1\":1,", /* made cJSON 1.7.15 look past the end */
        "{\"type\":\"ping\",\"x\":-}",
    };
    struct msg msg;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (reads(bad[i]))
            fail_msg("%s was taken", bad[i]);
    assert_true(reads(" \t\r\n{ \"type\" : \"ping\" }\r\n "));
    assert_true(reads("{\"\\u0074ype\":\"p\\u0069ng\"}"));
    assert_false(decode_bytes("{\"type\":\"ping\"}\0", 16, 0, &msg, NULL));
    assert_false(decode_bytes("\0{\"type\":\"ping\"}", 16, 0, &msg, NULL));
    assert_false(decode_bytes("\0\0", 2, 0, &msg, NULL));
}

static void every_truncation_of_every_type(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        char *header =
            sample_header((enum msg_type)type, sample_all((enum msg_type)type), F_COUNT, NULL);
        for (size_t size = FRAME_HEADER_MIN; size < strlen(header); size++) {
            struct msg msg;
            assert_false(decode_bytes(header, size, 0, &msg, NULL));
            msg_destroy(&msg);
        }
        mem_free(header);
    }
}

/* Each byte of each good header changed in a few ways: it reads or it does not, but it never
 * breaks. */
static void every_byte_changed(void **state)
{
    static const char changes[] = {'\0', '"', '\\', '{', '[', '}', ',', ':', '9', '\xFF', '\x80'};
    size_t refused = 0;
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        char *header =
            sample_header((enum msg_type)type, sample_all((enum msg_type)type), F_COUNT, NULL);
        size_t size = strlen(header);
        for (size_t i = 0; i < size; i++) {
            for (size_t k = 0; k < sizeof changes; k++) {
                char kept = header[i];
                struct msg msg;
                header[i] = changes[k];
                refused += !decode_bytes(header, size, 0, &msg, NULL);
                msg_destroy(&msg);
                header[i] = kept;
            }
        }
        mem_free(header);
    }
    assert_true(refused > 10000);
}

static void an_error_can_name_what_it_answers(void **state)
{
    struct msg msg;
    struct err err;
    (void)state;
    assert_false(
        decode_text("{\"type\":\"say\",\"room\":\"a b\",\"text\":5,\"id\":\"x7\"}", &msg, &err));
    assert_int_equal(msg.type, MSG_SAY);
    assert_string_equal(msg.id, "x7");
    assert_non_null(strstr(err.text, "room")); /* the first fault */
    msg_destroy(&msg);
    assert_false(decode_text("{\"id\":\"x8\",\"type\":\"say\"}", &msg, &err));
    assert_string_equal(msg.id, "x8");
    msg_destroy(&msg);
    assert_false(decode_text("{\"type\":\"say\"}", &msg, NULL)); /* no err wanted */
    msg_destroy(&msg);
}

static void unknown_types_keep_the_limits_of_an_event(void **state)
{
    (void)state;
    assert_true(reads("{\"type\":\"shiny\",\"text\":5,\"id\":[],\"port\":-1}"));
    assert_true(reads("{\"type\":\"\"}"));
    assert_false(reads("{\"type\":\"shiny\",\"seq\":-1}"));
    assert_false(reads("{\"type\":\"shiny\",\"room\":\"a b\"}"));
    assert_false(reads("{\"type\":\"shiny\",\"from\":\"me\"}"));
    assert_false(reads("{\"type\":\"shiny\",\"time\":1e300}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_at_its_limit_and_past_it),
        cmocka_unit_test(the_table_carries_the_named_limits),
        cmocka_unit_test(a_missing_field_is_named),
        cmocka_unit_test(a_field_twice_is_refused),
        cmocka_unit_test(payloads_past_their_limit),
        cmocka_unit_test(a_chunk_is_of_one_thing),
        cmocka_unit_test(depth),
        cmocka_unit_test(parts),
        cmocka_unit_test(texts_with_tricks),
        cmocka_unit_test(what_is_not_one_object),
        cmocka_unit_test(every_truncation_of_every_type),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(an_error_can_name_what_it_answers),
        cmocka_unit_test(unknown_types_keep_the_limits_of_an_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
