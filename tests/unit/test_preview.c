/* test_preview.c: what confab-media answers is believed only within the limits. The helper here is a shell script that prints what a helper taken
 * over by a hostile file might print. */
#include "client/media/preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/wire/msg_json.h"

static char folder[] = "/tmp/confab-test-XXXXXX";
static char script[OS_PATH_MAX], answer[OS_PATH_MAX];

static void unused_open(struct mail *mail, void *reader)
{
    (void)mail;
    (void)reader;
}

/* Run a preview against a helper that prints `bytes` and then does `after` (shell). */
static struct preview *run(struct bytes bytes, const char *after)
{
    char text[3 * OS_PATH_MAX];
    struct err err = {0};
    assert_true(file_save(answer, bytes.data, bytes.size, &err));
    int length = snprintf(text, sizeof text, "#!/bin/sh\ncat '%s'\n%s\n", answer, after);
    assert_true(file_save(script, text, (size_t)length, &err));
    assert_int_equal(chmod(script, 0700), 0);
    struct preview *preview = preview_create(answer, unused_open);
    preview->helper = mem_string(script);
    preview->box_width = preview->box_height = 100;
    preview->want_tiny = true;
    preview->job.run(&preview->job);
    return preview;
}

static void add(struct buf *out, const struct msg *msg)
{
    assert_true(msg_encode(msg, out));
}

static void add_facts(struct buf *out)
{
    struct msg facts = {.type = MSG_FACTS, .width = 40, .height = 30};
    msg_set(&facts.kind, "image");
    add(out, &facts);
    msg_destroy(&facts);
}

static void add_pixels(struct buf *out, uint32_t width, uint32_t height, uint64_t offset,
                       size_t size)
{
    uint8_t *pixels = mem_alloc(size ? size : 1, 1);
    memset(pixels, 7, size);
    struct msg msg = {.type = MSG_PIXELS,
                      .width = width,
                      .height = height,
                      .offset = offset,
                      .payload = {pixels, size}};
    add(out, &msg);
    mem_free(pixels);
}

static void test_honest_answer(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 20);
    add_pixels(&out, 4, 2, 20, 12);
    struct msg tiny = {.type = MSG_TINY, .payload = {(const uint8_t *)"jpeg", 4}};
    add(&out, &tiny);
    struct preview *preview = run(buf_peek(&out), "");
    assert_true(preview->ok);
    assert_string_equal(preview->kind, "image");
    assert_int_equal(preview->width, 40);
    assert_int_equal(preview->picture_width, 4);
    assert_non_null(preview->pixels);
    assert_int_equal(preview->pixels[31], 7);
    assert_int_equal(preview->tiny_size, 4);
    preview_destroy(preview);
    buf_finish(&out);
}

static void expect_failure(struct buf *out, const char *after)
{
    struct preview *preview = run(buf_peek(out), after);
    assert_false(preview->ok);
    assert_null(preview->pixels);
    assert_true(strlen(preview->err.text) > 0);
    assert_string_equal(preview->kind, "file");
    preview_destroy(preview);
    buf_clear(out);
}

static void test_lies(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 8 << 20);
    add_facts(&out);
    add_pixels(&out, 101, 100, 0, 16); /* larger than was asked for */
    expect_failure(&out, "");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 33); /* one byte too many */
    expect_failure(&out, "");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 8);
    add_pixels(&out, 4, 2, UINT64_C(1) << 52, 8); /* far behind the end */
    expect_failure(&out, "");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 8);
    add_pixels(&out, 8, 8, 8, 200); /* grows under way */
    expect_failure(&out, "");
    add_facts(&out);
    add_pixels(&out, 4, 2, 8, 8); /* does not begin at the beginning */
    expect_failure(&out, "");
    const uint8_t huge[] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    add_facts(&out);
    buf_append(&out, huge, sizeof huge); /* a frame past every limit */
    expect_failure(&out, "");
    add_facts(&out);
    expect_failure(&out, "kill -SEGV $$"); /* crashed behind a good answer */
    add_facts(&out);
    expect_failure(&out, "exit 3");
    expect_failure(&out, ""); /* says nothing at all */
    buf_finish(&out);
}

static void test_half_a_picture_is_none(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 20); /* of 32 */
    expect_failure(&out, "");
    buf_finish(&out);
}

static void test_missing_file(void **state)
{
    (void)state;
    struct preview *preview = preview_create("/nowhere/at/all.jpg", unused_open);
    preview->helper = mem_string(script);
    preview->job.run(&preview->job);
    assert_false(preview->ok);
    assert_true(strlen(preview->err.text) > 0);
    preview_destroy(preview);
}

static void test_cancelled_job_kills_the_helper(void **state)
{
    (void)state;
    struct preview *preview = preview_create(script, unused_open);
    preview->helper = mem_string(script);
    atomic_store(&preview->job.cancelled, true);
    preview->job.run(&preview->job);
    assert_false(preview->ok);
    preview_destroy(preview);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    path_join(script, folder, "helper.sh");
    path_join(answer, folder, "answer");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honest_answer),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_half_a_picture_is_none),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_cancelled_job_kills_the_helper),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_remove(script, NULL);
    file_remove(answer, NULL);
    rmdir(folder);
    return failed;
}
