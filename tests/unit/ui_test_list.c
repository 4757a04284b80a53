/* The virtual list: what is read stays where it is, the bottom sticks, and 100,000 rows cost what ten do. */
#include "client/ui/widgets/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/widgets/heights.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"

#define VIEW_H 300

static struct draw *draw;
static struct text *text;
static struct icons *icons;
static struct ui *ui;
static struct input_queue queue;
static struct list *list;

/* The model: rows with keys and heights. */
static struct row {
    uint64_t key;
    int h;
} * rows;
static size_t row_count;
static uint64_t now_ms = 1000;
static int measured, drawn_bottom;
static struct {
    uint64_t key;
    struct rect r;
} drawn[200];
static int drawn_count;
static bool from_bottom;

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    draw = draw_create_offscreen(400, VIEW_H, &err);
    text = draw ? text_create(draw, &err) : NULL;
    if (!text) {
        print_error("%s\n", err.text);
        return -1;
    }
    icons = icons_create(draw);
    ui = ui_create(NULL, draw, text, icons);
    ui_set_motion(ui, false);
    input_queue_init(&queue);
    return 0;
}

static int end(void **state)
{
    (void)state;
    input_queue_finish(&queue);
    ui_destroy(ui);
    icons_destroy(icons);
    text_destroy(text);
    draw_destroy(draw);
    return 0;
}

static int measure(void *context, struct ui *u, size_t index, int width)
{
    (void)context;
    (void)u;
    assert_int_equal(width, 400);
    measured++;
    return rows[index].h;
}

static void draw_row(void *context, struct ui *u, size_t index, struct rect r)
{
    (void)context;
    (void)u;
    assert_int_equal(r.h, rows[index].h);
    assert_true(drawn_count < 200);
    drawn[drawn_count].key = rows[index].key;
    drawn[drawn_count++].r = r;
    drawn_bottom = r.y + r.h;
}

static void frame(void)
{
    struct list_source source = {.count = row_count,
                                 .measure = measure,
                                 .draw = draw_row,
                                 .estimate_px = 50,
                                 .from_bottom = from_bottom};
    do {
        ui_begin(ui, &queue, now_ms);
        drawn_count = 0;
        measured = 0;
        ui_list(ui, ui_id_of(ui, "list"), (struct rect){0, 0, 400, VIEW_H}, list, &source, true);
    } while (ui_end(ui));
}

static void start(size_t count, bool bottom)
{
    list_destroy(list);
    list = list_create();
    rows = mem_resize(rows, count + 1000, sizeof *rows);
    row_count = count;
    list_reset(list, count, SIZE_MAX);
    from_bottom = bottom;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct row){1000 + i, 20 + (int)(i * 37 % 90)};
    frame();
}

static void stop(void)
{
    list_destroy(list);
    mem_free(rows);
    list = NULL;
    rows = NULL;
}

static void append(int h)
{
    rows[row_count] = (struct row){row_count ? rows[row_count - 1].key + 1 : 1, h};
    list_insert(list, row_count++, 1);
}

static void wheel(float notches)
{
    input_push(&queue, &(struct input){.kind = INPUT_WHEEL, .x = 100, .y = 100, .wheel_y = notches},
               NULL);
    frame();
}

static void key(int code, unsigned mods)
{
    input_push(&queue,
               &(struct input){.kind = INPUT_KEY, .key = (enum input_key)code, .mods = mods}, NULL);
    frame();
}

static int y_of(uint64_t row_key)
{
    for (int i = 0; i < drawn_count; i++)
        if (drawn[i].key == row_key)
            return drawn[i].r.y;
    return -9999;
}

/* Rows in sight: without gaps, in order, from above the top edge to below the bottom edge. */
static void check_tiling(void)
{
    for (int i = 1; i < drawn_count; i++)
        assert_int_equal(drawn[i].r.y, drawn[i - 1].r.y + drawn[i - 1].r.h);
    assert_true(drawn[0].r.y <= 0 || list_first_row(list) == 0);
    assert_true(drawn_bottom >= VIEW_H || list_end_row(list) == row_count);
}

static void a_timeline_begins_at_its_end(void **state)
{
    (void)state;
    start(1000, true);
    check_tiling();
    assert_int_equal(drawn_bottom, VIEW_H);
    assert_int_equal(drawn[drawn_count - 1].key, 1999);
    assert_true(list_is_at_bottom(list));
    stop();
}

static void few_rows_stand_at_the_bottom(void **state)
{
    (void)state;
    start(2, true);
    assert_int_equal(drawn_bottom, VIEW_H);
    assert_int_equal(drawn[0].r.y, VIEW_H - rows[0].h - rows[1].h);
    start(2, false);
    assert_int_equal(drawn[0].r.y, 0);
    start(0, true);
    assert_int_equal(drawn_count, 0);
    append(40); /* the first message of a room */
    frame();
    assert_int_equal(drawn_bottom, VIEW_H);
    stop();
}

static void new_rows_push_up_only_at_the_bottom(void **state)
{
    (void)state;
    start(500, true);
    append(70);
    frame();
    assert_int_equal(drawn_bottom, VIEW_H);
    assert_int_equal(drawn[drawn_count - 1].key, rows[row_count - 1].key);
    wheel(2);
    assert_false(list_is_at_bottom(list));
    uint64_t reading = drawn[2].key;
    int y = y_of(reading);
    append(70);
    frame();
    assert_int_equal(y_of(reading), y);
    assert_true(list_px_below(list) > 100);
    wheel(-50);
    assert_true(list_is_at_bottom(list));
    assert_int_equal(drawn_bottom, VIEW_H);
    append(70);
    frame();
    assert_int_equal(drawn_bottom, VIEW_H);
    stop();
}

static void slow_scrolling_leaves_the_bottom(void **state)
{
    (void)state;
    start(500, true);
    for (int i = 0; i < 20; i++)
        wheel(0.1f); /* a touchpad: 6 px each, less than the tolerance */
    assert_in_range(list_px_below(list), 118, 122);
    wheel(-1.8f);
    assert_in_range(list_px_below(list), 10, 14);
    assert_true(list_is_at_bottom(list)); /* within 15 px counts ... */
    frame();
    assert_in_range(list_px_below(list), 10, 14); /* ... but does not jump by itself */
    append(40);
    frame();
    assert_int_equal(drawn_bottom, VIEW_H);
    stop();
}

static void the_wheel_moves_by_what_it_says_even_over_unseen_rows(void **state)
{
    (void)state;
    start(2000, true);
    for (int i = 0; i < 60; i++) {
        uint64_t reading = drawn[1].key;
        int y = y_of(reading);
        wheel(1);
        check_tiling();
        assert_in_range(y_of(reading) - y, 59,
                        61); /* rows above it had other heights than estimated */
    }
    stop();
}

static void older_rows_in_front_move_nothing(void **state)
{
    (void)state;
    start(300, true);
    wheel(30);
    uint64_t reading = drawn[2].key;
    int y = y_of(reading);
    memmove(rows + 50, rows, row_count * sizeof *rows);
    for (size_t i = 0; i < 50; i++)
        rows[i] = (struct row){i + 1, 33};
    row_count += 50;
    for (size_t i = 0; i < 50; i++) /* as the model tells it: one by one */
        list_insert(list, i, 1);
    frame();
    assert_int_equal(y_of(reading), y);
    check_tiling();
    stop();
}

static void a_row_that_grows_or_goes_above_moves_nothing(void **state)
{
    (void)state;
    start(300, true);
    wheel(20);
    uint64_t reading = drawn[3].key;
    int y = y_of(reading);
    size_t first = list_first_row(list);
    rows[first - 2].h += 200; /* out of sight: a picture has come */
    frame();
    assert_int_equal(y_of(reading), y);
    memmove(rows + first - 5, rows + first - 4, (row_count - first + 4) * sizeof *rows);
    row_count--;
    list_remove(list, first - 5, 1);
    frame();
    assert_int_equal(y_of(reading), y);
    stop();
}

static void the_anchor_may_vanish(void **state)
{
    (void)state;
    start(300, true);
    wheel(20);
    size_t first = list_first_row(list), end_row = list_end_row(list);
    memmove(rows + first, rows + end_row, (row_count - end_row) * sizeof *rows);
    row_count -= end_row - first; /* all that was in sight is deleted */
    list_remove(list, first, end_row - first);
    frame();
    check_tiling();
    assert_in_range(list_first_row(list), first - 8, first + 8);
    list_remove(list, 3, row_count - 3);
    row_count = 3;
    frame();
    check_tiling();
    list_remove(list, 0, 3);
    row_count = 0;
    frame();
    assert_int_equal(drawn_count, 0);
    stop();
}

static void the_last_row_may_grow_at_the_bottom(void **state)
{
    (void)state;
    start(300, true);
    rows[299].h += 80;
    frame();
    assert_int_equal(drawn_bottom, VIEW_H);
    stop();
}

static void keys_page_and_jump(void **state)
{
    (void)state;
    start(1000, true);
    uint64_t top = drawn[1].key;
    key(KEY_PAGE_UP, 0);
    assert_true(y_of(top) > VIEW_H / 2 - 30);
    key(KEY_HOME, MOD_CTRL);
    assert_int_equal(drawn[0].key, 1000);
    assert_int_equal(drawn[0].r.y, 0);
    key(KEY_END, MOD_CTRL);
    assert_int_equal(drawn_bottom, VIEW_H);
    assert_int_equal(drawn[drawn_count - 1].key, 1999);
    stop();
}

static void a_row_is_brought_into_sight(void **state)
{
    (void)state;
    start(1000, true);
    list_to_row(list, 234);
    frame();
    assert_in_range(y_of(1234), VIEW_H / 3 - 1, VIEW_H / 3 + 1);
    list_to_row(list, 0);
    frame();
    assert_int_equal(y_of(1000), 0);
    stop();
}

static void many_rows_cost_what_few_do(void **state)
{
    (void)state;
    start(100000, true);
    int64_t begin_ms = clock_now_ms();
    for (int i = 0; i < 300; i++) {
        wheel(i % 2 ? 30.0f : -29.0f);
        assert_true(measured < 60);
        assert_true(drawn_count < 30);
    }
    for (int i = 0; i < 30; i++) {
        append(44);
        frame();
    }
    int64_t took = clock_now_ms() - begin_ms;
    print_message("300 scrolls and 30 new rows over 100000: %lld ms\n", (long long)took);
    key(KEY_HOME, MOD_CTRL);
    assert_int_equal(drawn[0].key, 1000);
    stop();
}

static void heights_agree_with_a_simple_sum(void **state)
{
    (void)state;
    srand(5);
    for (size_t n = 0; n < 70; n++) {
        struct heights heights = {0};
        int copy[200];
        size_t count = n / 2;
        heights_reset(&heights, count, 7);
        for (size_t i = 0; i < count; i++)
            copy[i] = 7;
        for (int change = 0; change < 60 || count != n; change++) {
            const size_t at = (size_t)rand() % (count + 1), more = (size_t)rand() % 3;
            if (count + more <= 150 && (change % 3 == 0 || count < n)) {
                memmove(copy + at + more, copy + at, (count - at) * sizeof *copy);
                for (size_t i = at; i < at + more; i++)
                    copy[i] = change + 1;
                heights_insert(&heights, at, more, change + 1);
                count += more;
            } else if (at + more <= count && count - more >= n) {
                memmove(copy + at, copy + at + more, (count - at - more) * sizeof *copy);
                heights_remove(&heights, at, more);
                count -= more;
            }
            if (at < count) {
                copy[at] = 1 + rand() % 50;
                heights_set(&heights, at, copy[at]);
            }
            if (change % 5 == 0)
                heights_before(&heights, at); /* puts the tree right now and then */
        }
        int64_t sum = 0;
        assert_int_equal(heights_at(&heights, -1), 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(heights_before(&heights, i), sum);
            assert_int_equal(heights_at(&heights, sum), i);
            assert_int_equal(heights_at(&heights, sum + copy[i] - 1), i);
            sum += copy[i];
        }
        assert_int_equal(heights_before(&heights, n), sum);
        assert_int_equal(heights_at(&heights, sum), n);
        heights_finish(&heights);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timeline_begins_at_its_end),
        cmocka_unit_test(few_rows_stand_at_the_bottom),
        cmocka_unit_test(new_rows_push_up_only_at_the_bottom),
        cmocka_unit_test(slow_scrolling_leaves_the_bottom),
        cmocka_unit_test(the_wheel_moves_by_what_it_says_even_over_unseen_rows),
        cmocka_unit_test(older_rows_in_front_move_nothing),
        cmocka_unit_test(a_row_that_grows_or_goes_above_moves_nothing),
        cmocka_unit_test(the_anchor_may_vanish),
        cmocka_unit_test(the_last_row_may_grow_at_the_bottom),
        cmocka_unit_test(keys_page_and_jump),
        cmocka_unit_test(a_row_is_brought_into_sight),
        cmocka_unit_test(many_rows_cost_what_few_do),
        cmocka_unit_test(heights_agree_with_a_simple_sum),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
