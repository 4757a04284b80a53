/* protocol/README.md says what the program does: each row of its tables is made here from the
 * program's own tables and looked for, no other row may stand there, and the exchange in hex reads
 * and writes as shown. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

static char *readme;
static size_t rows; /* found */

static int load(void **state)
{
    FILE *file = fopen(CONFAB_TESTS_DIR "/../protocol/README.md", "rb");
    size_t size;
    (void)state;
    if (!file)
        return -1;
    readme = mem_alloc(1 << 20, 1);
    size = fread(readme, 1, (1 << 20) - 1, file);
    readme[size] = '\0';
    return fclose(file);
}

static int unload(void **state)
{
    (void)state;
    mem_free(readme);
    return 0;
}

static void assert_row(const char *row)
{
    char line[600];
    const char *at;
    str_format(line, sizeof line, "\n%s", row);
    at = strstr(readme, line);
    if (!at)
        fail_msg("protocol/README.md has no row %s", row);
    if (strstr(at + 1, line))
        fail_msg("protocol/README.md has the row twice: %s", row);
    rows++;
}

static void add(char *out, size_t size, const char *text)
{
    size_t used = strlen(out);
    assert_true(str_format(out + used, size - used, "%s", text));
}

static void types(void **state)
{
    (void)state;
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++) {
        const struct msg_type_row *it = &msg_types[type];
        char row[500], part[80];
        str_format(row, sizeof row, "| `%s` |", it->name);
        for (int id = 0; id < F_COUNT; id++) {
            if (!((it->must | it->may) & FIELD_BIT(id)))
                continue;
            str_format(part, sizeof part, " `%s`%s", msg_fields[id].name,
                       it->must & FIELD_BIT(id) ? "" : "?");
            add(row, sizeof row, part);
        }
        if (!(it->must | it->may))
            add(row, sizeof row, " -");
        str_format(part, sizeof part, it->payload_max ? " | up to %u |" : " | - |",
                   (unsigned)it->payload_max);
        add(row, sizeof row, part);
        assert_row(row);
    }
}

static void form_of(const struct msg_field *field, char *out, size_t size)
{
    unsigned long long limit = field->limit, least = field->least;
    switch (field->kind) {
    case FIELD_TEXT:
        str_format(out, size, "text, %llu to %llu bytes", least, limit);
        break;
    case FIELD_NAME:
        str_copy(out, size, "name");
        break;
    case FIELD_ROOM:
        str_copy(out, size, "room name");
        break;
    case FIELD_LABEL:
        str_format(out, size, "file name, up to %llu bytes", limit);
        break;
    case FIELD_HEX:
        str_format(out, size, "%llu hex digits", limit);
        break;
    case FIELD_EMOJI:
        str_format(out, size, "one word, %llu to %llu bytes", least, limit);
        break;
    case FIELD_KIND:
        str_copy(out, size, "one of four words");
        break;
    case FIELD_U32:
    case FIELD_U64:
    case FIELD_TIME:
        str_format(out, size, "number, 0 to %llu", limit);
        break;
    case FIELD_BOOL:
        str_copy(out, size, "true or false");
        break;
    case FIELD_WORDS:
        str_format(out, size, "list of up to %llu words", limit);
        break;
    case FIELD_ROOMS:
        str_format(out, size, "list of up to %llu rooms", limit);
        break;
    case FIELD_RESUME:
        str_format(out, size, "object of up to %llu rooms", limit);
        break;
    case FIELD_MEMBERS:
        str_format(out, size, "list of up to %llu members", limit);
        break;
    }
}

static void fields(void **state)
{
    (void)state;
    for (int id = 0; id < F_COUNT; id++) {
        char form[80], row[200];
        form_of(&msg_fields[id], form, sizeof form);
        str_format(row, sizeof row, "| `%s` | %s |", msg_fields[id].name, form);
        assert_row(row);
    }
}

static void codes(void **state)
{
    (void)state;
    for (int code = 0; code < CODE_COUNT; code++) {
        char row[400];
        str_format(row, sizeof row, "| `%s` | %s |", msg_code_word((enum msg_error_code)code),
                   msg_code_sentence((enum msg_error_code)code));
        assert_row(row);
    }
}

static void limits(void **state)
{
#define LIMIT(name) \
    {               \
#name, name \
    }
    static const struct {
        const char *name;
        long value;
    } named[] = {
        LIMIT(FRAME_HEADER_MIN),     LIMIT(FRAME_HEADER_MAX), LIMIT(FRAME_PAYLOAD_MAX),
        LIMIT(FRAME_STRANGER_MAX),   LIMIT(JSON_DEPTH_MAX),   LIMIT(JSON_PARTS_MAX),
        LIMIT(STRANGER_BYTES_MAX),   LIMIT(PREVIEW_MAX),      LIMIT(CHUNK_MAX),
        LIMIT(REACTIONS_MAX),        LIMIT(WORD_MAX),         LIMIT(HISTORY_JOIN),
        LIMIT(HELLO_WITHIN_MS),      LIMIT(PING_EVERY_MS),    LIMIT(DEAD_AFTER_MS),
        LIMIT(TYPING_EVERY_MS),      LIMIT(TYPING_HIDE_MS),   LIMIT(SEAT_KEPT_MS),
        LIMIT(SEAT_KEPT_RESTART_MS), LIMIT(UPLOAD_KEPT_MS),   LIMIT(BEACON_EVERY_MS),
        LIMIT(BEACON_STALE_MS),      LIMIT(WAVE_BARS),
    };
#undef LIMIT
    (void)state;
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        char row[100];
        str_format(row, sizeof row, "| `%s` | %ld |", named[i].name, named[i].value);
        assert_row(row);
    }
}

/* Whatever else looks like a row of these tables is about something that the program does not have.
 */
static void nothing_else(void **state)
{
    size_t all = 0;
    (void)state;
    for (const char *at = readme; (at = strstr(at, "\n| `")) != NULL; at++)
        all++;
    assert_int_equal(all, rows);
}

/* The bytes of the dump that begins at *at; *at moves behind it. */
static size_t read_dump(const char **at, uint8_t *bytes, size_t room)
{
    size_t size = 0;
    unsigned offset, byte;
    while (sscanf(*at, "%4x", &offset) == 1 && offset == size) {
        const char *line = *at + 6;
        for (int i = 0;
             i < 16 && size < room && sscanf(line + 3 * i, "%2x", &byte) == 1 && line[3 * i] != ' ';
             i++)
            bytes[size++] = (uint8_t)byte;
        *at = strchr(*at, '\n') + 1;
    }
    return size;
}

static void the_exchange_in_hex(void **state)
{
    static const enum msg_type types_shown[] = {MSG_SAY, MSG_SAID, MSG_STORED};
    const char *at = strstr(readme, "### One exchange in hex");
    (void)state;
    assert_non_null(at);
    for (int i = 0; i < 3; i++) {
        uint8_t bytes[1000];
        struct frame frame;
        struct msg msg = {0};
        struct buf out;
        size_t size;
        at = strstr(at, "\n0000  ");
        assert_non_null(at);
        at++;
        size = read_dump(&at, bytes, sizeof bytes);
        assert_int_equal(frame_next(bytes, size, FRAME_BODY_MAX, &frame, NULL), size);
        assert_true(msg_decode(&msg, &frame, NULL));
        assert_int_equal(msg.type, types_shown[i]);
        buf_init(&out, FRAME_SIZE_MAX);
        assert_true(msg_encode(&msg, &out));
        assert_int_equal(out.size, size);
        assert_memory_equal(buf_peek(&out).data, bytes, size);
        buf_finish(&out);
        msg_destroy(&msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types),        cmocka_unit_test(fields),
        cmocka_unit_test(codes),        cmocka_unit_test(limits),
        cmocka_unit_test(nothing_else), cmocka_unit_test(the_exchange_in_hex),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
