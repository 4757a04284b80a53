/* test_cache_preview.c: what was answered once is there again, whole or not at all; the oldest goes. The helper is fake_media.c, which
 * leaves a line each time it is run. */
#include "client/media/cache_preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/media/preview.h"
#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/wire/msg_json.h"

#define SIDE 40
#define FRAMES 3
#define OTHER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HASH "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static char home[] = "/tmp/confab-test-XXXXXX";
static char folder[OS_PATH_MAX];

static void unused_open(struct mail *mail, void *reader)
{
    (void)mail;
    (void)reader;
}

static struct preview *ask(const char *sha256, int box)
{
    struct preview *preview = preview_create("/nowhere", unused_open);
    preview->sha256 = mem_string(sha256);
    preview->box_width = preview->box_height = box;
    return preview;
}

static uint8_t *fill(size_t size, uint8_t first)
{
    uint8_t *bytes = mem_alloc(size, 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(first + i * 7);
    return bytes;
}

/* An answer with everything in it. */
static struct preview *answered(const char *sha256, bool moving)
{
    struct preview *preview = ask(sha256, SIDE);
    const size_t size = (size_t)4 * SIDE * 30;
    preview->ok = true;
    preview->want_frames = moving;
    str_copy(preview->kind, sizeof preview->kind, moving ? "image" : "video");
    preview->width = 4000;
    preview->height = 3000;
    preview->duration_ms = 12345;
    preview->located = true;
    preview->title = mem_string("How it is called");
    preview->wave = fill(WAVE_BARS, 3);
    preview->picture_width = SIDE;
    preview->picture_height = 30;
    preview->pixels = fill(size, 1);
    if (!moving)
        return preview;
    preview->frames = mem_alloc(FRAMES, sizeof *preview->frames);
    preview->frame_count = FRAMES;
    for (int i = 0; i < FRAMES; i++)
        preview->frames[i] = (struct preview_frame){fill(size, (uint8_t)(1 + i)), 10 * (i + 1)};
    return preview;
}

static void assert_same(const struct preview *a, const struct preview *b)
{
    const size_t size = (size_t)4 * SIDE * 30;
    assert_true(b->ok);
    assert_string_equal(a->kind, b->kind);
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->duration_ms, b->duration_ms);
    assert_int_equal(a->located, b->located);
    assert_string_equal(a->title, b->title);
    assert_memory_equal(a->wave, b->wave, WAVE_BARS);
    assert_int_equal(b->picture_width, SIDE);
    assert_int_equal(b->picture_height, 30);
    assert_memory_equal(a->pixels, b->pixels, size);
    assert_int_equal(a->frame_count, b->frame_count);
    for (size_t i = 0; i < a->frame_count; i++) {
        assert_int_equal(a->frames[i].delay_ms, b->frames[i].delay_ms);
        assert_memory_equal(a->frames[i].pixels, b->frames[i].pixels, size);
    }
}

static bool load(const char *sha256, int box, bool moving)
{
    struct preview *preview = ask(sha256, box);
    preview->want_frames = moving;
    const bool there = cache_preview_load(preview);
    assert_int_equal(there, preview->ok);
    preview_destroy(preview);
    return there;
}

static size_t files(char path[OS_PATH_MAX])
{
    char **names = NULL;
    size_t count = 0;
    assert_true(file_list(folder, &names, &count, NULL));
    if (count)
        path_join(path, folder, names[0]);
    file_list_free(names, count);
    return count;
}

static void test_what_was_kept_is_there_again(void **state)
{
    (void)state;
    for (int moving = 0; moving < 2; moving++) {
        struct preview *before = answered(HASH, moving), *after = ask(HASH, SIDE);
        after->want_frames = moving;
        assert_false(cache_preview_load(after));
        cache_preview_store(before);
        assert_true(cache_preview_load(after));
        assert_same(before, after);
        preview_destroy(before);
        preview_destroy(after);
    }
    assert_false(load(HASH, SIDE + 1, false)); /* another question */
    assert_false(load(OTHER, SIDE, false));    /* another file */
    cache_preview_trim(0);
    assert_false(load(HASH, SIDE, false));
}

static void test_what_is_not_kept(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    struct preview *preview = answered(HASH, false);
    preview->ok = false; /* an error */
    cache_preview_store(preview);
    preview->ok = true;
    preview->want_tiny = true; /* to be sent */
    cache_preview_store(preview);
    preview->want_tiny = false;
    preview->crop_width = preview->crop_height = 10;
    cache_preview_store(preview);
    preview->crop_width = preview->crop_height = 0;
    preview->sha256[5] = '/'; /* no hash, and no path either */
    cache_preview_store(preview);
    preview_destroy(preview);
    preview = answered(HASH, false);
    mem_free(preview->sha256);
    preview->sha256 = NULL;
    cache_preview_store(preview);
    preview_destroy(preview);
    preview = answered(HASH, true); /* past PREVIEW_CACHE_ONE_MAX */
    preview->box_width = preview->box_height = PREVIEW_SIDE_MAX;
    preview->picture_width = preview->picture_height = 2048;
    cache_preview_store(preview);
    preview_destroy(preview);
    assert_int_equal(files(path), 0);
}

/* Each byte of the head, some of the rest, a shorter and a longer file: it is as if there were none. */
static void test_what_is_damaged_is_not_there(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    struct preview *preview = answered(HASH, true);
    cache_preview_store(preview);
    assert_int_equal(files(path), 1);
    size_t size = 0;
    char *good = file_load(path, 1 << 20, &size, NULL);
    assert_non_null(good);
    for (size_t at = 0; at < size + 2; at += at < 256 ? 1 : 1009) {
        char *bad = mem_alloc(size + 1, 1);
        memcpy(bad, good, size);
        size_t length = at < size ? size : at == size ? size - 1 : size + 1;
        if (at < size)
            bad[at] = (char)(bad[at] ^ 0x81);
        assert_true(file_save(path, bad, length, NULL));
        mem_free(bad);
        assert_false(load(HASH, SIDE, true));
        assert_false(file_info(path).exists); /* and is made anew */
    }
    for (size_t length = 0; length < size; length += 401) {
        assert_true(file_save(path, good, length, NULL));
        assert_false(load(HASH, SIDE, true));
    }
    /* under the name of another one */
    char other[OS_PATH_MAX];
    struct preview *else_where = answered(OTHER, true);
    cache_preview_store(else_where);
    assert_int_equal(files(other), 1);
    assert_true(file_save(other, good, size, NULL));
    assert_false(load(OTHER, SIDE, true));
    assert_true(file_save(path, good, size, NULL));
    assert_true(load(HASH, SIDE, true));
    mem_free(good);
    preview_destroy(preview);
    preview_destroy(else_where);
    cache_preview_trim(0);
}

static void test_the_oldest_goes(void **state)
{
    (void)state;
    char hash[] = HASH, path[OS_PATH_MAX];
    for (int i = 0; i < 6; i++) {
        hash[0] = (char)('0' + i);
        struct preview *preview = answered(hash, false);
        cache_preview_store(preview);
        preview_destroy(preview);
        usleep(20000); /* so that the clock of the disk tells them apart */
    }
    assert_int_equal(files(path), 6);
    const uint64_t each = file_info(path).size;
    cache_preview_trim(3 * each + 5);
    assert_int_equal(files(path), 3);
    for (int i = 0; i < 6; i++) {
        hash[0] = (char)('0' + i);
        assert_int_equal(load(hash, SIDE, false), i >= 3);
    }
    cache_preview_trim(0);
    assert_int_equal(files(path), 0);
}

/* The helper runs once for two equal questions, and again for what failed. */
static void test_the_helper_is_asked_once(void **state)
{
    (void)state;
    char program[OS_PATH_MAX], helper[OS_PATH_MAX], answer[OS_PATH_MAX], mark[OS_PATH_MAX];
    dirs_program(program);
    path_join(helper, program, "fake_media");
    path_join(answer, home, "answer");
    path_join(mark, home, "mark");
    struct buf out;
    buf_init(&out, 1 << 20);
    buf_append(&out, "0 ", 2);
    buf_append(&out, mark, strlen(mark));
    buf_append(&out, "\n", 1);
    struct msg facts = {.type = MSG_FACTS, .width = 40, .height = 30};
    msg_set(&facts.kind, "image");
    assert_true(msg_encode(&facts, &out));
    msg_destroy(&facts);
    uint8_t *pixels = fill(32, 5);
    struct msg msg = {.type = MSG_PIXELS, .width = 4, .height = 2, .payload = {pixels, 32}};
    assert_true(msg_encode(&msg, &out));
    assert_true(file_save(answer, buf_peek(&out).data, out.size, NULL));
    for (int i = 0; i < 3; i++) {
        struct preview *preview = ask(HASH, 100);
        mem_free(preview->path);
        preview->path = mem_string(answer);
        preview->helper = mem_string(helper);
        preview->job.run(&preview->job);
        assert_true(preview->ok);
        assert_memory_equal(preview->pixels, pixels, 32);
        char *asked = file_load(mark, 1000, NULL, NULL);
        assert_string_equal(asked, "look 100 100\n");
        mem_free(asked);
        preview_destroy(preview);
    }
    mem_free(pixels);
    buf_finish(&out);
    file_remove(answer, NULL);
    file_remove(mark, NULL);
    cache_preview_trim(0);
}

int main(void)
{
    if (!mkdtemp(home) || setenv("XDG_CACHE_HOME", home, 1) != 0)
        return 1;
    path_join(folder, home, "confab/previews");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_kept_is_there_again),
        cmocka_unit_test(test_what_is_not_kept),
        cmocka_unit_test(test_what_is_damaged_is_not_there),
        cmocka_unit_test(test_the_oldest_goes),
        cmocka_unit_test(test_the_helper_is_asked_once),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_remove_folder(folder, NULL);
    path_join(folder, home, "confab");
    file_remove_folder(folder, NULL);
    rmdir(home);
    return failed;
}
