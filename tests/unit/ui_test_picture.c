/* ui_test_picture.c: the parts that all pictures go through in the helper: shrinking, camera data, frames within bounds, which part of what lies how, inks. */
#include "client/media/helper/decoders.h"
#include "client/media/helper/frames.h"
#include "client/media/helper/jpeg_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "protocol/base/mem.h"

static char path[] = "/tmp/confab-picture-XXXXXX";

/* Averages of a checkerboard, whole and in part; fractions of pixels count for what they are. */
static void test_shrink_averages(void **state)
{
    (void)state;
    uint8_t board[6 * 6 * 4];
    for (int i = 0; i < 36; i++) {
        const uint8_t value = (i % 6 + i / 6) % 2 ? 200 : 100;
        memset(board + 4 * i, value, 3);
        board[4 * i + 3] = 255;
    }
    uint8_t *out = shrink_pixels(board, 6, (struct rect4){0, 0, 6, 6}, 3, 3, true);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(out[4 * i], 150);
        assert_int_equal(out[4 * i + 3], 255);
    }
    mem_free(out);
    out = shrink_pixels(board, 6, (struct rect4){1, 2, 3, 3}, 3, 3, true);
    for (int y = 0; y < 3; y++)
        assert_memory_equal(out + 12 * y, board + 4 * (6 * (y + 2) + 1), 12);
    mem_free(out);
    const uint8_t three[] = {0, 0, 0, 255, 90, 90, 90, 255, 240, 240, 240, 255};
    out = shrink_pixels(three, 3, (struct rect4){0, 0, 3, 1}, 2, 1, false);
    assert_int_equal(out[0], 30);  /* (0 + 90 / 2) / 1.5 */
    assert_int_equal(out[4], 190); /* (90 / 2 + 240) / 1.5 */
    mem_free(out);
}

static void test_shrink_clear_pixels_have_no_colour(void **state)
{
    (void)state;
    const uint8_t two[] = {200, 10, 20, 255, 0, 255, 0, 0};
    uint8_t *out = shrink_pixels(two, 2, (struct rect4){0, 0, 2, 1}, 1, 1, true);
    assert_int_equal(out[0], 200);
    assert_int_equal(out[1], 10);
    assert_int_equal(out[3], 128);
    mem_free(out);
    out = shrink_pixels(two, 2, (struct rect4){0, 0, 2, 1}, 1, 1, false); /* four inks */
    assert_int_equal(out[0], 100);
    assert_int_equal(out[1], 133);
    mem_free(out);
}

/* The largest sums there are: 16,384 white pixels a side become one. */
static void test_shrink_does_not_overflow(void **state)
{
    (void)state;
    const int side = PICTURE_SIDE_MAX;
    uint8_t *row = mem_alloc((size_t)side, 4);
    memset(row, 255, 4 * (size_t)side);
    for (int alpha = 0; alpha < 2; alpha++) {
        struct shrink shrink;
        shrink_begin(&shrink, (struct rect4){0, 0, side, side}, 1, 1, alpha != 0);
        for (int i = 0; i < side; i++)
            shrink_row(&shrink, row);
        uint8_t *out = shrink_finish(&shrink);
        assert_memory_equal(out, row, 4);
        mem_free(out);
    }
    mem_free(row);
}

static void test_exif(void **state)
{
    (void)state;
    const uint8_t good[] = "Exif\0\0II*\0\x08\0\0\0\x02\0"
                           "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
                           "\x25\x88\x04\0\x01\0\0\0\x26\0\0\0"
                           "\0\0\0\0"
                           "\x01\0\x02\0\x05\0\x03\0\0\0\0\0\0\0\0\0\0\0";
    struct exif exif = {0};
    exif_read(good, sizeof good - 1, &exif);
    assert_int_equal(exif.orientation, 6);
    assert_true(exif.located);
    /* cut anywhere, and with any byte wrong, it is read without harm */
    for (size_t size = 0; size < sizeof good; size++) {
        uint8_t *copy = mem_copy(good, size);
        exif = (struct exif){0};
        exif_read(copy, size, &exif);
        assert_in_range(exif.orientation, 0, 8);
        mem_free(copy);
    }
    for (size_t at = 0; at < sizeof good - 1; at++) {
        uint8_t *copy = mem_copy(good, sizeof good - 1);
        copy[at] = 0xff;
        exif = (struct exif){0};
        exif_read(copy, sizeof good - 1, &exif);
        assert_in_range(exif.orientation, 0, 8);
        mem_free(copy);
    }
}

static void test_frames_stay_within_bounds(void **state)
{
    (void)state;
    struct frames frames;
    frames_init(&frames, 100, 1000, 1050); /* ten have room */
    for (int i = 0; i < 101; i++) {
        uint8_t *pixels = mem_alloc(100, 1);
        pixels[0] = (uint8_t)i;
        frames_add(&frames, pixels, 40);
    }
    assert_in_range(frames.count, 5, 10);
    int64_t all = 0;
    for (size_t i = 0; i < frames.count; i++) {
        assert_int_equal(frames.list[i].pixels[0], i * frames.step);
        all += frames.list[i].delay_ms;
    }
    assert_int_equal(all, 101 * 40);
    frames_finish(&frames);
    frames_init(&frames, 100, 3, 1 << 20); /* three may be */
    for (int i = 0; i < 10; i++)
        frames_add(&frames, mem_alloc(100, 1), i == 0 ? 0 : 20);
    assert_in_range(frames.count, 2, 3);
    assert_true(frames.list[0].delay_ms >= FRAMES_DELAY_DEFAULT_MS);
    frames_finish(&frames);
    frames_init(&frames, 100, 3, 150); /* not two */
    for (int i = 0; i < 10; i++)
        frames_add(&frames, mem_alloc(100, 1), 50);
    assert_int_equal(frames.count, 1);
    frames_finish(&frames);
}

static void test_limits(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(picture_check(PICTURE_SIDE_MAX, 6000, &err));
    assert_false(picture_check(PICTURE_SIDE_MAX + 1, 1, &err));
    assert_string_equal(err.text, "The picture is too large to show (16385 × 1).");
    assert_false(picture_check(10001, 10000, &err));
    assert_false(picture_check(INT64_C(1) << 40, INT64_C(1) << 40, &err));
    assert_false(picture_check(0, 10, &err));
    assert_false(picture_check(10, -1, &err));
    int w, h;
    picture_fit(16384, 1, 420, 360, &w, &h);
    assert_int_equal(w, 420);
    assert_int_equal(h, 1);
    picture_fit(100, 50, 420, 360, &w, &h);
    assert_int_equal(w, 100);
}

/* A decoder whose picture is 4 x 2 with numbers for colours. */
static void *numbers_open(struct input *input, struct picture *picture, struct err *err)
{
    (void)err;
    picture->width = 4;
    picture->height = 2;
    picture->exif.orientation = (int)input->size;
    return picture;
}

static uint8_t *numbers_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    uint8_t pixels[4 * 2 * 4];
    (void)state;
    *delay_ms = 0;
    (void)err;
    for (int i = 0; i < 8; i++)
        memcpy(pixels + 4 * i, (uint8_t[]){(uint8_t)i, 0, 0, 255}, 4);
    return shrink_pixels(pixels, 4, place->crop, place->width, place->height, true);
}

static void numbers_close(void *state)
{
    (void)state;
}

/* 0 1 2 3 / 4 5 6 7 as each orientation shows it; of what is upright, the part at (1, 0) that is 1 x 2. Source: Exif 2.32, 4.6.4 A. */
static void test_orientations(void **state)
{
    (void)state;
    static const struct decoder decoder = {NULL, numbers_open, numbers_read, numbers_close, false};
    static const char *const upright[] = {"01234567", "01234567", "32107654",
                                          "76543210", "45670123", "04152637",
                                          "40516273", "73625140", "37261504"};
    for (size_t i = 0; i <= 8; i++) {
        struct input input = {.size = i};
        struct view view;
        struct err err = {0};
        int delay_ms;
        assert_true(view_open(&view, &decoder, &input, &err));
        assert_int_equal(view.width, i < 5 ? 4 : 2);
        view_aim(&view, (struct rect4){0}, 100, 100);
        uint8_t *pixels = view_read(&view, &delay_ms, &err);
        for (int k = 0; k < 8; k++)
            assert_int_equal(pixels[4 * k], upright[i][k] - '0');
        mem_free(pixels);
        view_aim(&view, (struct rect4){1, 0, 1, 2}, 100, 100);
        assert_int_equal(view.out_width, 1);
        assert_int_equal(view.out_height, 2);
        pixels = view_read(&view, &delay_ms, &err);
        assert_int_equal(pixels[0], upright[i][1] - '0');
        assert_int_equal(pixels[4], upright[i][1 + view.width] - '0');
        mem_free(pixels);
        view_aim(&view, (struct rect4){9, 9, 5, 5}, 1, 1); /* beside it: the whole */
        assert_int_equal(view.place.crop.w * view.place.crop.h, 8);
        view_close(&view);
    }
}

/* A JPEG of four inks, with and without Adobe's block, which turns them round. */
static uint8_t *make_inks(bool adobe, unsigned long *size)
{
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, size);
    info.image_width = info.image_height = 32;
    info.input_components = 4;
    info.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&info);
    info.write_Adobe_marker = adobe;
    jpeg_start_compress(&info, TRUE);
    uint8_t line[32 * 4];
    for (int i = 0; i < 32; i++) {
        const uint8_t inks[4] = {0, 255, 255, 0}; /* red */
        for (int c = 0; c < 4; c++)
            line[4 * i + c] = adobe ? (uint8_t)(255 - inks[c]) : inks[c];
    }
    for (int y = 0; y < 32; y++) {
        JSAMPROW row = line;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return bytes;
}

static uint8_t *decode_file(const void *bytes, size_t size, struct view *view, struct err *err)
{
    assert_true(file_save(path, bytes, size, err));
    os_file file = file_open(path, FILE_READ, err);
    struct input input;
    uint8_t *pixels = NULL;
    int delay_ms;
    assert_true(input_open(&input, file, err));
    const struct decoder *decoder = decoders_find(&input);
    assert_non_null(decoder);
    if (view_open(view, decoder, &input, err)) {
        view_aim(view, (struct rect4){0}, 100, 100);
        pixels = view_read(view, &delay_ms, err);
        view_close(view);
    }
    file_close(file);
    return pixels;
}

static void test_inks(void **state)
{
    (void)state;
    for (int adobe = 0; adobe < 2; adobe++) {
        unsigned long size = 0;
        struct view view;
        struct err err = {0};
        uint8_t *jpeg = make_inks(adobe != 0, &size);
        uint8_t *pixels = decode_file(jpeg, size, &view, &err);
        assert_non_null(pixels);
        assert_true(pixels[0] > 250 && pixels[1] < 5 && pixels[2] < 5 && pixels[3] == 255);
        mem_free(pixels);
        free(jpeg);
    }
}

/* What is written is read again; clear lies on white; cut at each place it is shown as far as it goes, or a sentence comes. */
static void test_jpeg_out(void **state)
{
    (void)state;
    uint8_t pixels[40 * 24 * 4] = {0};
    for (int i = 0; i < 40 * 24; i++)
        memcpy(pixels + 4 * i, i % 40 < 20 ? "\x10\x20\xe0\xff" : "\0\0\0\0", 4);
    size_t size = 0;
    uint8_t *jpeg = jpeg_out(pixels, 40, 24, 90, &size);
    assert_non_null(jpeg);
    struct view view;
    struct err err = {0};
    uint8_t *out = decode_file(jpeg, size, &view, &err);
    assert_int_equal(view.out_width, 40);
    assert_in_range(out[2], 200, 240);
    assert_in_range(out[4 * 39], 250, 255);
    mem_free(out);
    for (size_t cut = 3; cut < size; cut += 7) {
        err = (struct err){0};
        out = decode_file(jpeg, cut, &view, &err);
        assert_true(out != NULL || err.text[0]);
        mem_free(out);
    }
    mem_free(jpeg);
}

int main(void)
{
    int file = mkstemp(path);
    if (file < 0)
        return 1;
    close(file); /* on Windows nothing else replaces what is open */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shrink_averages),
        cmocka_unit_test(test_shrink_clear_pixels_have_no_colour),
        cmocka_unit_test(test_shrink_does_not_overflow),
        cmocka_unit_test(test_exif),
        cmocka_unit_test(test_frames_stay_within_bounds),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_orientations),
        cmocka_unit_test(test_inks),
        cmocka_unit_test(test_jpeg_out),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove(path);
    return failed;
}
