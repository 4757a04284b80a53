/* Strings, sizes for people, errors and log lines. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "protocol/base/err.h"
#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static void copies_are_cut_between_characters(void **state)
{
    char out[5];
    (void)state;
    assert_true(str_copy(out, sizeof out, "abcd"));
    assert_string_equal(out, "abcd");
    assert_false(str_copy(out, sizeof out, "abcde"));
    assert_string_equal(out, "abcd");
    assert_false(str_copy(out, sizeof out, "abc\xC3\xA9"));
    assert_string_equal(out, "abc");
    assert_false(str_copy(out, sizeof out, "a\xF0\x9F\x98\x80"));
    assert_string_equal(out, "a");
    assert_true(str_copy(out, sizeof out, "\xF0\x9F\x98\x80"));
    assert_false(str_copy(out, 1, "a"));
    assert_string_equal(out, "");
    assert_true(str_copy(out, 1, ""));
}

static void formats_are_cut_between_characters(void **state)
{
    char out[6];
    (void)state;
    assert_true(str_format(out, sizeof out, "%d-%s", 12, "ab"));
    assert_string_equal(out, "12-ab");
    assert_false(str_format(out, sizeof out, "%d-%s", 12, "a\xC3\xA9"));
    assert_string_equal(out, "12-a");
    assert_false(str_format(out, sizeof out, "%zu", (size_t)1234567));
    assert_string_equal(out, "12345");
}

static void equality_and_prefixes(void **state)
{
    (void)state;
    assert_true(str_equal("a", "a"));
    assert_false(str_equal("a", "b"));
    assert_true(str_equal(NULL, NULL));
    assert_false(str_equal("a", NULL));
    assert_false(str_equal(NULL, ""));
    assert_true(str_starts("!send x", "!send"));
    assert_false(str_starts("!se", "!send"));
    assert_true(str_starts("a", ""));
}

static void numbers(void **state)
{
    uint64_t value = 77;
    (void)state;
    assert_true(str_to_u64("0", 0, &value));
    assert_int_equal(value, 0);
    assert_true(str_to_u64("65535", 65535, &value));
    assert_int_equal(value, 65535);
    assert_true(str_to_u64("18446744073709551615", UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    value = 77;
    assert_false(str_to_u64("65536", 65535, &value));
    assert_false(str_to_u64("18446744073709551616", UINT64_MAX, &value));
    assert_false(str_to_u64("99999999999999999999999", UINT64_MAX, &value));
    assert_false(str_to_u64("", 9, &value));
    assert_false(str_to_u64("-1", 9, &value));
    assert_false(str_to_u64("+1", 9, &value));
    assert_false(str_to_u64(" 1", 9, &value));
    assert_false(str_to_u64("1 ", 9, &value));
    assert_false(str_to_u64("1a", 99, &value));
    assert_false(str_to_u64("0x1", 99, &value));
    assert_int_equal(value, 77);
}

static void hex(void **state)
{
    const uint8_t bytes[] = {0x00, 0x9f, 0xa0, 0xff};
    uint8_t back[4];
    char out[9];
    (void)state;
    str_hex(bytes, sizeof bytes, out);
    assert_string_equal(out, "009fa0ff");
    assert_true(str_unhex("009fA0Ff", back, sizeof back));
    assert_memory_equal(back, bytes, sizeof bytes);
    assert_false(str_unhex("009fa0f", back, sizeof back));
    assert_false(str_unhex("009fa0ff0", back, sizeof back));
    assert_false(str_unhex("009fa0fg", back, sizeof back));
    assert_false(str_unhex("", back, 1));
    assert_true(str_unhex("", back, 0));
}

static void sizes_for_people(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},
        {1, "1 byte"},
        {9, "9 bytes"},
        {999, "999 bytes"},
        {1000, "1 KB"},
        {1499, "1 KB"},
        {1500, "2 KB"},
        {312000, "312 KB"},
        {999499, "999 KB"},
        {999500, "1.0 MB"},
        {14800000, "14.8 MB"},
        {999949999, "999.9 MB"},
        {999950000, "1.0 GB"},
        {UINT64_C(2000000000), "2.0 GB"},
        {UINT64_C(999949999999), "999.9 GB"},
        {UINT64_C(999950000000), "1.0 TB"},
        {UINT64_MAX, "18.4 EB"},
    };
    char out[STR_SIZE_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str_size(cases[i].bytes, out);
        assert_string_equal(out, cases[i].text);
    }
}

static void errors_hold_a_whole_sentence(void **state)
{
    char wide[ERR_TEXT_MAX * 2 + 1];
    struct err err = {0};
    (void)state;
    assert_false(err_set(&err, ERR_ADDRESS, "\"%s\" is not an address", "xyz"));
    assert_int_equal(err.kind, ERR_ADDRESS);
    assert_string_equal(err.text, "\"xyz\" is not an address");
    assert_false(err_set(NULL, ERR_ADDRESS, "%d", 1));
    for (size_t i = 0; i < ERR_TEXT_MAX; i++)
        memcpy(wide + 2 * i, "\xC3\xA9", 3);
    err_set(&err, ERR_LIMIT, "%s", wide);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 2); /* 383 would split one */
    assert_true(utf8_valid(err.text, strlen(err.text)));
    err_set_errno(&err, EPIPE, "%s", wide); /* no space left for the reason */
    assert_true(strlen(err.text) < ERR_TEXT_MAX);
}

static void errors_from_the_system(void **state)
{
    static const struct {
        int code;
        enum err_kind kind;
    } cases[] = {
        {ENOSPC, ERR_FULL},   {ENOENT, ERR_NOT_FOUND}, {EEXIST, ERR_EXISTS}, {EPERM, ERR_DENIED},
        {EACCES, ERR_DENIED}, {EROFS, ERR_DENIED},     {EIO, ERR_SYSTEM},
    };
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(err_set_errno(&err, cases[i].code, "Can't write %s", "x"));
        assert_int_equal(err.kind, cases[i].kind);
        assert_true(str_starts(err.text, "Can't write x: "));
        assert_string_equal(err.text + 15, strerror(cases[i].code));
    }
#ifdef EDQUOT
    assert_false(err_set_errno(&err, EDQUOT, "Can't write %s", "x"));
    assert_int_equal(err.kind, ERR_FULL);
#endif
    assert_false(err_set_errno(NULL, EIO, "x"));
}

/* What log_about writes on standard error. */
static size_t captured_about(enum log_level level, struct log_about about, const char *text,
                             char *out, size_t size)
{
    int kept = dup(2), ends[2];
    ssize_t got;
    assert_int_equal(pipe(ends), 0);
    fflush(stderr);
    dup2(ends[1], 2);
    log_about(level, about, "%s", text);
    fflush(stderr);
    dup2(kept, 2);
    close(kept);
    close(ends[1]);
    got = read(ends[0], out, size - 1);
    close(ends[0]);
    assert_true(got >= 0);
    out[got] = '\0';
    return (size_t)got;
}

static size_t captured(enum log_level level, const char *text, char *out, size_t size)
{
    return captured_about(level, (struct log_about){0}, text, out, size);
}

static void a_log_line_says_whom_it_is_about(void **state)
{
    const struct log_about both = {.session = 7, .room = "a \"b\"\n\\"}, room = {.room = "lobby"},
                           session = {.session = 7};
    char out[4096], longest[LOG_LINE_MAX * 2];
    (void)state;
    captured_about(LOG_ERROR, both, "x", out, sizeof out);
    assert_string_equal(out + 24, " error session 7 in room a \"b\"?\\: x\n");
    captured_about(LOG_ERROR, session, "x", out, sizeof out);
    assert_string_equal(out + 24, " error session 7: x\n");
    captured_about(LOG_ERROR, room, "x", out, sizeof out);
    assert_string_equal(out + 24, " error room lobby: x\n");
    log_set_format(LOG_JSON);
    captured_about(LOG_ERROR, both, "say \"hi\"\t\\", out, sizeof out);
    assert_memory_equal(out, "{\"time\":\"2", 10);
    assert_string_equal(out + 32, "Z\",\"level\":\"error\",\"session\":7,"
                                  "\"room\":\"a \\\"b\\\"?\\\\\","
                                  "\"text\":\"say \\\"hi\\\"?\\\\\"}\n");
    captured(LOG_ERROR, "x", out, sizeof out);
    assert_string_equal(out + 32, "Z\",\"level\":\"error\",\"text\":\"x\"}\n");
    memset(longest, '"', sizeof longest - 1); /* twice as long, and still whole */
    longest[sizeof longest - 1] = '\0';
    captured_about(LOG_ERROR, (struct log_about){.session = UINT32_MAX, .room = longest}, longest,
                   out, sizeof out);
    assert_string_equal(out + strlen(out) - 5, "\\\"\"}\n");
    log_set_format(LOG_TEXT);
}

static void a_log_line_cannot_be_forged(void **state)
{
    char out[4096], longest[LOG_LINE_MAX * 2];
    (void)state;
    log_set_level(LOG_INFO);
    captured(LOG_INFO, "a\nb\033[2J\xC2\x9B\xE2\x80\xAE \xC3\xA9\xFFz", out, sizeof out);
    assert_string_equal(out + 24, " info a?b?[2J?? \xC3\xA9?z\n");
    assert_int_equal(out[4], '-');
    assert_int_equal(out[10], 'T');
    assert_int_equal(out[19], '.');
    assert_int_equal(out[23], 'Z');
    assert_int_equal(captured(LOG_DEBUG, "quiet", out, sizeof out), 0);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_true(captured(LOG_ERROR, longest, out, sizeof out) <= LOG_LINE_MAX + 64);
    assert_int_equal(out[strlen(out) - 1], '\n');
    log_set_level(LOG_WARN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(formats_are_cut_between_characters),
        cmocka_unit_test(equality_and_prefixes),
        cmocka_unit_test(numbers),
        cmocka_unit_test(hex),
        cmocka_unit_test(sizes_for_people),
        cmocka_unit_test(errors_hold_a_whole_sentence),
        cmocka_unit_test(errors_from_the_system),
        cmocka_unit_test(a_log_line_cannot_be_forged),
        cmocka_unit_test(a_log_line_says_whom_it_is_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
