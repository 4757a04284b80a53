/* test_preview.c: what confab-media answers is believed only within the limits. The helper here is fake_media.c, which says what one taken over
 * by a hostile file might say. */
#include "client/media/preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/os/dirs.h"
#include "protocol/wire/msg_json.h"

static char folder[] = "/tmp/confab-test-XXXXXX";
static char helper[OS_PATH_MAX], answer[OS_PATH_MAX];

static bool moving; /* all frames are asked for */

static void unused_open(struct mail *mail, void *reader)
{
    (void)mail;
    (void)reader;
}

/* What the helper is to say, and the line that tells it how it is to end. */
static void save_answer(struct bytes bytes, const char *line)
{
    struct buf file;
    struct err err = {0};
    buf_init(&file, 16 << 20);
    buf_append(&file, line, strlen(line));
    buf_append(&file, "\n", 1);
    buf_append(&file, bytes.data, bytes.size);
    assert_true(file_save(answer, buf_peek(&file).data, file.size, &err));
    buf_finish(&file);
}

/* Run a preview against a helper that says `bytes` and then ends: "crash" or with that number. */
static struct preview *run(struct bytes bytes, const char *end)
{
    save_answer(bytes, end);
    struct preview *preview = preview_create(answer, unused_open);
    preview->helper = mem_string(helper);
    preview->box_width = preview->box_height = 100;
    preview->want_tiny = true;
    preview->want_frames = moving;
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
    struct preview *preview = run(buf_peek(&out), "0");
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

static void expect_failure(struct buf *out, const char *end)
{
    struct preview *preview = run(buf_peek(out), end);
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
    expect_failure(&out, "0");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 33); /* one byte too many */
    expect_failure(&out, "0");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 8);
    add_pixels(&out, 4, 2, UINT64_C(1) << 52, 8); /* far behind the end */
    expect_failure(&out, "0");
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 8);
    add_pixels(&out, 8, 8, 8, 200); /* grows under way */
    expect_failure(&out, "0");
    add_facts(&out);
    add_pixels(&out, 4, 2, 8, 8); /* does not begin at the beginning */
    expect_failure(&out, "0");
    const uint8_t huge[] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    add_facts(&out);
    buf_append(&out, huge, sizeof huge); /* a frame past every limit */
    expect_failure(&out, "0");
    add_facts(&out);
    expect_failure(&out, "crash"); /* crashed behind a good answer */
    add_facts(&out);
    expect_failure(&out, "3");
    expect_failure(&out, "0"); /* says nothing at all */
    buf_finish(&out);
}

static void test_half_a_picture_is_none(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    add_facts(&out);
    add_pixels(&out, 4, 2, 0, 20); /* of 32 */
    expect_failure(&out, "0");
    buf_finish(&out);
}

/* `count` frames of 4 x 2, the n-th filled with n. */
static void add_frame(struct buf *out, uint32_t serial, int64_t delay_ms, uint32_t width)
{
    uint8_t pixels[64];
    memset(pixels, (int)serial, sizeof pixels);
    struct msg msg = {.type = MSG_PIXELS,
                      .width = width,
                      .height = 2,
                      .serial = serial,
                      .time = delay_ms,
                      .payload = {pixels, 8 * width}};
    add(out, &msg);
}

static struct preview *run_moving(struct buf *out, bool frames)
{
    moving = frames;
    struct preview *preview = run(buf_peek(out), "0");
    moving = false;
    buf_clear(out);
    return preview;
}

static void test_moving(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    add_facts(&out);
    for (uint32_t i = 0; i < 3; i++)
        add_frame(&out, i, 40 + (int64_t)i, 4);
    struct preview *preview = run_moving(&out, true);
    assert_true(preview->ok);
    assert_int_equal(preview->frame_count, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(preview->frames[i].delay_ms, 40 + i);
        assert_int_equal(preview->frames[i].pixels[31], i);
    }
    assert_memory_equal(preview->pixels, preview->frames[0].pixels, 32);
    preview_destroy(preview);
    /* one that has a single frame stands still */
    add_facts(&out);
    add_frame(&out, 0, 0, 4);
    preview = run_moving(&out, true);
    assert_true(preview->ok && preview->pixels && preview->frame_count == 0);
    preview_destroy(preview);
    buf_finish(&out);
}

static void test_moving_lies(void **state)
{
    (void)state;
    static const struct {
        uint32_t serial;
        int64_t delay_ms;
        uint32_t width;
        bool asked;
    } second[] = {
        {1, 40, 4, false},                        /* nobody asked */
        {2, 40, 4, true},                         /* one is left out */
        {0, 40, 4, true},                         /* the first again */
        {1, 40, 3, true},                         /* another size */
        {1, 0, 4, true},                          /* no time */
        {1, ANIMATION_DELAY_MAX_MS + 1, 4, true}, /* for ever */
    };
    struct buf out;
    buf_init(&out, 8 << 20);
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        add_facts(&out);
        add_frame(&out, 0, 40, 4);
        add_frame(&out, second[i].serial, second[i].delay_ms, second[i].width);
        struct preview *preview = run_moving(&out, second[i].asked);
        assert_false(preview->ok);
        assert_null(preview->pixels);
        assert_int_equal(preview->frame_count, 0);
        preview_destroy(preview);
    }
    add_facts(&out); /* without end */
    for (uint32_t i = 0; i < ANIMATION_FRAMES_MAX + 1; i++)
        add_frame(&out, i, 40, 4);
    struct preview *preview = run_moving(&out, true);
    assert_false(preview->ok);
    preview_destroy(preview);
    buf_finish(&out);
}

/* The words that the helper was started with are in answer.words. */
static struct preview *run_smaller(struct buf *out, const char *to, const char *end)
{
    char line[2 * OS_PATH_MAX];
    snprintf(line, sizeof line, "%s %s.words", end, answer);
    save_answer(buf_peek(out), line);
    struct preview *preview = preview_create_smaller(answer, to, unused_open);
    preview->helper = mem_string(helper);
    preview->job.run(&preview->job);
    buf_clear(out);
    return preview;
}

static void test_smaller(void **state)
{
    (void)state;
    char to[OS_PATH_MAX], words[OS_PATH_MAX];
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_true(path_join(to, folder, "small.jpg"));
    assert_true(path_join(words, folder, "answer.words"));
    add_facts(&out);
    struct msg result = {.type = MSG_RESULT, .payload = {(const uint8_t *)"half", 4}};
    add(&out, &result);
    result.offset = 4;
    add(&out, &result);
    struct preview *preview = run_smaller(&out, to, "0");
    assert_true(preview->ok);
    assert_int_equal(preview->width, 40);
    size_t size;
    char *text = file_load(to, 100, &size, NULL);
    assert_string_equal(text, "halfhalf");
    mem_free(text);
    text = file_load(words, 100, &size, NULL);
    assert_string_equal(text, "smaller 2048 82\n");
    mem_free(text);
    preview_destroy(preview);
    /* never over a file that is there */
    add_facts(&out);
    preview = run_smaller(&out, to, "0");
    assert_false(preview->ok);
    assert_int_equal(file_info(to).size, 8);
    preview_destroy(preview);
    file_remove(to, NULL);
    /* no half one is left: a hole, a crash, nothing at all */
    add_facts(&out);
    add(&out, &result);
    preview = run_smaller(&out, to, "0");
    assert_false(preview->ok || file_info(to).exists);
    preview_destroy(preview);
    add_facts(&out);
    result.offset = 0;
    add(&out, &result);
    preview = run_smaller(&out, to, "crash");
    assert_false(preview->ok || file_info(to).exists);
    preview_destroy(preview);
    add_facts(&out);
    preview = run_smaller(&out, to, "0");
    assert_false(preview->ok || file_info(to).exists);
    preview_destroy(preview);
    file_remove(words, NULL);
    buf_finish(&out);
}

static void test_missing_file(void **state)
{
    (void)state;
    struct preview *preview = preview_create("/nowhere/at/all.jpg", unused_open);
    preview->helper = mem_string(helper);
    preview->job.run(&preview->job);
    assert_false(preview->ok);
    assert_true(strlen(preview->err.text) > 0);
    preview_destroy(preview);
}

static void test_cancelled_job_kills_the_helper(void **state)
{
    (void)state;
    struct preview *preview = preview_create(answer, unused_open);
    preview->helper = mem_string(helper);
    atomic_store(&preview->job.cancelled, true);
    preview->job.run(&preview->job);
    assert_false(preview->ok);
    preview_destroy(preview);
}

int main(void)
{
    char program[OS_PATH_MAX];
    if (!mkdtemp(folder))
        return 1;
    dirs_program(program);
    path_join(helper, program, "fake_media");
    path_join(answer, folder, "answer");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honest_answer),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_half_a_picture_is_none),
        cmocka_unit_test(test_moving),
        cmocka_unit_test(test_moving_lies),
        cmocka_unit_test(test_smaller),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_cancelled_job_kills_the_helper),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_remove(answer, NULL);
    rmdir(folder);
    return failed;
}
