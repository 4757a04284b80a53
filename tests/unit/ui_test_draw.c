/* Shapes as pixels: edges, corners, clips, layers, pictures. And the pure parts under them: rectangles, colours, scaling. */
#include "client/ui/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/draw_scale.h"
#include "client/ui/icons.h"
#include "protocol/base/mem.h"

#define W 120
#define H 100

static const struct color black = {0, 0, 0, 255}, white = {255, 255, 255, 255};
static struct draw *draw;
static uint8_t *pixels;

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    draw = draw_create_offscreen(W, H, &err);
    if (!draw)
        print_error("%s\n", err.text);
    return draw ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    mem_free(pixels);
    pixels = NULL;
    draw_destroy(draw);
    return 0;
}

static void flush(void)
{
    int w, h;
    draw_flush(draw);
    mem_free(pixels);
    pixels = draw_read_pixels(draw, &w, &h);
    assert_non_null(pixels);
    assert_int_equal(w, W);
    assert_int_equal(h, H);
}

static int red(int x, int y)
{
    return pixels[(y * W + x) * 4];
}

/* The sum of all red, in whole white pixels. */
static double area(void)
{
    double sum = 0;
    for (int i = 0; i < W * H; i++)
        sum += pixels[i * 4];
    return sum / 255;
}

static void a_fill_covers_its_rectangle_and_no_more(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_fill(draw, (struct rect){10, 20, 30, 40}, white);
    flush();
    assert_int_equal(area(), 30 * 40);
    assert_int_equal(red(10, 20), 255);
    assert_int_equal(red(39, 59), 255);
    assert_int_equal(red(9, 20), 0);
    assert_int_equal(red(40, 59), 0);
}

static void corners_are_round_and_lose_the_right_area(void **state)
{
    (void)state;
    for (float r = 1; r <= 30; r += 0.75f) {
        draw_begin(draw, black);
        draw_round(draw, (struct rect){10, 10, 80, 61}, corners_all(r), white);
        flush();
        double want = 80 * 61 - (4 - 3.14159265) * (double)(r * r);
        assert_true(area() > want - 1.5 && area() < want + 1.5);
        for (int y = 0; y < 61; y++) /* the same from both sides and from below */
            for (int x = 0; x < 40; x++) {
                assert_int_equal(red(10 + x, 10 + y), red(89 - x, 10 + y));
                assert_int_equal(red(10 + x, 10 + y), red(10 + x, 70 - y));
            }
    }
}

static void a_bubble_has_one_small_corner(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_round(draw, (struct rect){10, 10, 80, 60}, (struct corners){18, 18, 5, 18}, white);
    flush();
    assert_int_equal(red(12, 12), 0);
    assert_int_equal(red(12, 67), 0);
    assert_int_equal(red(87, 67), 255);
    assert_int_equal(red(89, 69), 0);
    double lost = (1 - 3.14159265 / 4) * (3 * 18 * 18 + 25);
    assert_true(area() > 80 * 60 - lost - 1 && area() < 80 * 60 - lost + 1);
}

static void translucent_shapes_paint_no_pixel_twice(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_round(draw, (struct rect){5, 5, 71, 33}, (struct corners){16, 3, 9, 0},
               (struct color){255, 255, 255, 128});
    draw_border(draw, (struct rect){5, 50, 71, 33}, corners_all(12), 3,
                (struct color){255, 255, 255, 128});
    flush();
    for (int i = 0; i < W * H; i++)
        assert_true(pixels[i * 4] <= 129);
}

static void a_border_is_the_difference_of_two_shapes(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_border(draw, (struct rect){10, 10, 80, 60}, corners_all(12), 2, white);
    flush();
    double ring = 80 * 60 - 76 * 56 - (4 - 3.14159265) * (144 - 100);
    assert_true(area() > ring - 2 && area() < ring + 2);
    assert_int_equal(red(50, 10), 255);
    assert_int_equal(red(50, 11), 255);
    assert_int_equal(red(50, 12), 0);
    assert_int_equal(red(50, 40), 0);
}

static void pills_and_circles_need_no_radius(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_round(draw, (struct rect){10, 10, 60, 17}, corners_all(9999), white);
    draw_circle(draw, (struct rect){10, 40, 41, 41}, white);
    flush();
    double want = 43 * 17 + 3.14159265 * (8.5 * 8.5 + 20.5 * 20.5);
    assert_true(area() > want - 3 && area() < want + 3);
}

static void a_shadow_is_soft_and_keeps_its_weight(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_shadow(draw, (struct rect){45, 35, 30, 30}, 6, 12, 0, white);
    flush();
    double want = 30 * 30 - (4 - 3.14159265) * 36;
    assert_true(area() > want * 0.97 && area() < want * 1.03);
    for (int x = 25; x < 59; x++) /* from outside to the middle it only grows */
        assert_true(red(x, 50) <= red(x + 1, 50));
    assert_in_range(red(45, 50), 100, 155); /* half way at the edge */
    /* stretched: a large box looks like the small one at its edges */
    int edge = red(45, 50);
    draw_begin(draw, black);
    draw_shadow(draw, (struct rect){45, 0, 200, 200}, 6, 12, 0, white);
    flush();
    assert_in_range(red(45, 60), edge - 8, edge + 8);
    assert_in_range(red(110, 60), 250, 255);
}

static void clips_nest_and_alphas_multiply(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_push_clip(draw, (struct rect){10, 10, 50, 50});
    draw_push_clip(draw, (struct rect){40, 40, 50, 50});
    draw_push_alpha(draw, 0.5f);
    draw_push_alpha(draw, 0.5f);
    draw_fill(draw, (struct rect){0, 0, W, H}, white);
    draw_pop_alpha(draw);
    draw_pop_alpha(draw);
    draw_pop_clip(draw);
    draw_pop_clip(draw);
    flush();
    assert_in_range(red(45, 45), 62, 66);
    assert_int_equal(red(39, 45), 0);
    assert_int_equal(red(60, 45), 0);
}

static void higher_layers_lie_above_whatever_the_order(void **state)
{
    (void)state;
    draw_begin(draw, black);
    draw_push_clip(draw, (struct rect){0, 0, 5, 5});
    draw_push_layer(draw, 1); /* leaves the clip behind */
    draw_fill(draw, (struct rect){10, 10, 10, 10}, white);
    draw_pop_layer(draw);
    draw_pop_clip(draw);
    draw_fill(draw, (struct rect){0, 0, W, H}, black);
    flush();
    assert_int_equal(area(), 100);
}

static void the_same_list_is_painted_once(void **state)
{
    (void)state;
    uint64_t before = draw_painted(draw);
    for (int i = 0; i < 5; i++) {
        draw_begin(draw, black);
        draw_round(draw, (struct rect){3, 3, 20, 20}, corners_all(4.25f), white);
        draw_flush(draw);
    }
    assert_int_equal(draw_painted(draw), before + 1);
    draw_invalidate(draw);
    draw_begin(draw, black);
    draw_round(draw, (struct rect){3, 3, 20, 20}, corners_all(4.25f), white);
    draw_flush(draw);
    assert_int_equal(draw_painted(draw), before + 2);
    draw_begin(draw, black);
    draw_round(draw, (struct rect){3, 4, 20, 20}, corners_all(4.25f), white);
    draw_flush(draw);
    assert_int_equal(draw_painted(draw), before + 3);
}

static struct draw_image *stripes(int w, int h)
{
    uint8_t *rgba = mem_alloc((size_t)(w * h), 4);
    for (int i = 0; i < w * h; i++)
        memset(rgba + i * 4, i % w % 2 ? 255 : 0, 3), rgba[i * 4 + 3] = 255;
    struct draw_image *image = draw_image_create(draw, w, h, rgba, w * 4);
    mem_free(rgba);
    return image;
}

static void pictures_shrink_to_their_average(void **state)
{
    (void)state;
    struct draw_image *image = stripes(400, 300);
    draw_begin(draw, black);
    draw_image_fit(draw, image, (struct rect){10, 10, 100, 75}, corners_all(0));
    flush();
    assert_in_range(red(60, 40), 125, 130); /* nearest would give 0 or 255 */
    draw_begin(draw, black);
    draw_image_cover(draw, image, (struct rect){10, 10, 40, 40}, corners_all(12));
    flush();
    assert_int_equal(red(10, 10), 0);       /* its corner is cut */
    assert_in_range(red(30, 30), 115, 140); /* 7.5 stripes in a pixel */
    draw_image_destroy(draw, image);        /* the list still names it */
    draw_begin(draw, black);
    flush();
    assert_int_equal(area(), 0);
}

static void many_sizes_of_one_picture_are_bounded(void **state)
{
    (void)state;
    struct draw_image *image = stripes(64, 64);
    for (int frame = 0; frame < 40; frame++) {
        draw_begin(draw, black);
        for (int i = 0; i < 6; i++) /* more sizes in one frame than are kept */
            draw_image_fit(draw, image, (struct rect){0, 0, 10 + frame + i, 20}, corners_all(3));
        draw_flush(draw);
    }
    draw_image_destroy(draw, image);
}

static void sizes_of_lists_that_were_begun_anew_do_not_count(void **state)
{
    (void)state;
    struct draw_image *image = stripes(64, 64);
    for (int pass = 0; pass < 6; pass++) { /* as when several keys change the size at once */
        draw_begin(draw, black);
        draw_image_fit(draw, image, (struct rect){0, 0, 10 + pass, 20}, corners_all(0));
        draw_image_fit(draw, image, (struct rect){40, 0, 20 + pass, 20}, corners_all(0));
    }
    flush();
    assert_in_range(red(5, 10), 100, 150);
    assert_in_range(red(50, 10), 100, 150);
    draw_image_destroy(draw, image);
}

static void transparent_pixels_lend_no_colour(void **state)
{
    (void)state;
    /* red beside transparent green: what is between is red at half strength, never brown */
    const uint8_t src[8] = {255, 0, 0, 255, 0, 255, 0, 0};
    uint8_t dst[4];
    scale_pixels(src, 8, 0, 0, 2, 1, 2, 1, dst, 1, 1);
    assert_int_equal(dst[0], 255);
    assert_int_equal(dst[1], 0);
    assert_in_range(dst[3], 127, 128);
    uint8_t large[4 * 64];
    scale_pixels(src, 8, 0, 0, 2, 1, 2, 1, large, 64, 1);
    assert_int_equal(large[3], 255);
    assert_int_equal(large[4 * 63 + 3], 0);
}

static void a_frame_is_saved_as_png(void **state)
{
    (void)state;
    struct err err = {0};
    draw_begin(draw, black);
    draw_fill(draw, (struct rect){0, 0, 10, 10}, white);
    draw_flush(draw);
    assert_true(draw_save_png(draw, "frame.png", &err));
    FILE *file = fopen("frame.png", "rb");
    char magic[4] = {0};
    assert_non_null(file);
    assert_int_equal(fread(magic, 1, 4, file), 4);
    fclose(file);
    assert_memory_equal(magic, "\x89PNG", 4);
    remove("frame.png");
    assert_false(draw_save_png(draw, "no/such/folder/frame.png", &err));
    assert_true(strlen(err.text) > 10);
}

static void every_icon_is_there_and_draws(void **state)
{
    (void)state;
    struct icons *icons = icons_create(draw);
    for (int i = ICON_NONE + 1; i < ICON_COUNT; i++) {
        draw_begin(draw, black);
        icons_draw(icons, (enum icon)i, (struct rect){20, 20, 40, 40}, 40, white);
        flush();
        if (area() < 20)
            print_error("icon %d draws nothing\n", i);
        assert_true(area() > 20 && area() < 900);
    }
    uint8_t *app = icons_app_pixels(64);
    assert_non_null(app);
    assert_int_equal(app[3], 0);                       /* round corner */
    assert_int_equal(app[(32 * 64 + 4) * 4 + 3], 255); /* blue edge */
    mem_free(app);
    icons_destroy(icons);
}

static void rectangles_are_cut_without_a_rest(void **state)
{
    (void)state;
    struct rect rest = {10, 10, 100, 50};
    struct rect left = rect_cut_left(&rest, 30), right = rect_cut_right(&rest, 20);
    struct rect top = rect_cut_top(&rest, 15), bottom = rect_cut_bottom(&rest, 1000);
    assert_int_equal(left.w + right.w + top.w, 100);
    assert_int_equal(top.h + bottom.h, 50);
    assert_true(rect_is_empty(rest));
    assert_true(rect_is_empty(rect_intersect(left, right)));
    int w, h;
    rect_fit(4032, 3024, 420, 360, &w, &h);
    assert_int_equal(w, 420);
    assert_int_equal(h, 315);
    rect_fit(100, 50, 420, 360, &w, &h);
    assert_int_equal(w, 100);
    rect_fit(1, 100000, 420, 360, &w, &h);
    assert_int_equal(w, 1);
    assert_int_equal(h, 360);
    rect_fit(0, -4, 420, 360, &w, &h);
    assert_int_equal(h, 360);
    struct rect out = rect_center((struct rect){0, 0, 9, 9}, 10, 10);
    assert_int_equal(out.x, -1);
}

/* ---- right to left ---- */

/* A page with one of everything that has a left and a right; nothing in it is symmetrical. */
static void crooked_page(void)
{
    static const uint8_t picture[2 * 4] = {255, 255, 255, 255, 40, 40, 40, 255};
    struct draw_image *image = draw_image_create(draw, 2, 1, picture, 8);
    draw_begin(draw, black);
    draw_fill(draw, (struct rect){3, 2, 20, 5}, white);
    draw_round(draw, (struct rect){5, 10, 40, 20}, (struct corners){9, 2, 0, 5}, white);
    draw_border(draw, (struct rect){50, 10, 40, 20}, (struct corners){9, 2, 0, 5}, 2, white);
    draw_dashes(draw, (struct rect){5, 34, 41, 20}, 6, 2, 3, white);
    draw_shadow(draw, (struct rect){60, 40, 30, 12}, 4, 6, 2, white);
    draw_circle(draw, (struct rect){95, 5, 20, 10}, white);
    draw_push_clip(draw, (struct rect){10, 60, 30, 20});
    draw_push_clip(draw, (struct rect){0, 66, 33, 40});
    assert_int_equal(draw_clip(draw).x, 10);
    assert_int_equal(draw_clip(draw).w, 23);
    draw_fill(draw, (struct rect){0, 0, W, H}, white);
    draw_pop_clip(draw);
    draw_pop_clip(draw);
    draw_image_fit(draw, image, (struct rect){60, 60, 40, 20}, (struct corners){9, 2, 0, 5});
    draw_begin_order(draw, (struct rect){60, 84, 40, 10});
    assert_int_equal(draw_clip(draw).w, W);
    draw_fill(draw, (struct rect){60, 84, 7, 10}, white);
    draw_end_order(draw);
    draw_image_destroy(draw, image);
    flush();
}

static void a_mirrored_page_is_the_page_in_a_mirror(void **state)
{
    (void)state;
    crooked_page();
    uint8_t *plain = pixels;
    pixels = NULL;
    draw_set_mirror(draw, true);
    crooked_page();
    assert_true(draw_is_mirrored(draw));
    for (int y = 0; y < H; y++) {
        const bool picture = y >= 60 && y < 84, ordered = y >= 84;
        for (int x = 0; x < W && !ordered; x++)
            if (!picture || W - 1 - x < 58)
                assert_int_equal(red(x, y), plain[(y * W + W - 1 - x) * 4]);
    }
    /* a picture stands at the other side, its rounded corners too, and is the same picture */
    assert_int_equal(red(20 + 4, 70), 255);
    assert_int_equal(red(20 + 36, 70), 40);
    assert_int_equal(red(59, 60), 0); /* the corner that was top left */
    assert_int_equal(red(20, 79), 255);
    /* what has an order of its own keeps it in its box */
    assert_int_equal(red(20, 90), 255);
    assert_int_equal(red(26, 90), 255);
    assert_int_equal(red(27, 90), 0);
    assert_int_equal(red(19, 90), 0);
    mem_free(plain);
    draw_set_mirror(draw, false);
    draw_begin(draw, black);
    assert_false(draw_is_mirrored(draw));
    flush();
}

static void icons_that_point_turn_round_and_others_do_not(void **state)
{
    (void)state;
    static const struct {
        enum icon icon;
        bool points;
    } some[] = {{ICON_SEND, true}, {ICON_REPLY, true}, {ICON_RETRY, false}, {ICON_MUSIC, false}};
    struct icons *icons = icons_create(draw);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        uint8_t *seen[2];
        for (int mirror = 0; mirror < 2; mirror++) {
            draw_set_mirror(draw, mirror == 1);
            draw_begin(draw, black);
            icons_draw(icons, some[i].icon, (struct rect){20, 20, 40, 40}, 40, white);
            flush();
            seen[mirror] = pixels;
            pixels = NULL;
        }
        bool same = true, turned = true;
        for (int y = 20; y < 60; y++)
            for (int x = 0; x < 40; x++) {
                const int in_mirror = seen[1][(y * W + W - 60 + x) * 4];
                same = same && in_mirror == seen[0][(y * W + 20 + x) * 4];
                turned = turned && in_mirror == seen[0][(y * W + 59 - x) * 4];
            }
        assert_int_equal(turned, some[i].points);
        assert_int_equal(same, !some[i].points);
        mem_free(seen[0]);
        mem_free(seen[1]);
    }
    draw_set_mirror(draw, false);
    icons_destroy(icons);
}

static void names_have_the_mocks_colours(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int hue;
    } people[] = {{"Sanjay", 262}, {"Sravya", 28},   {"Studio", 28},     {"Likitha", 46},
                  {"Sarat", 28},   {"Sehouriey", 4}, {"Sreehitha", 324}, {"Reading room", 4}};
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        assert_int_equal(theme_hue(people[i].name), people[i].hue);
    struct color disc = theme_avatar("Studio"); /* measured in the picture: 186 119 59 */
    assert_in_range(disc.r, 185, 187);
    assert_in_range(disc.g, 117, 120);
    assert_in_range(disc.b, 58, 60);
    struct theme theme;
    theme_init(&theme, THEME_SYSTEM, ACCENT_BLUE, false);
    assert_false(theme.dark);
    assert_int_equal(theme_color(&theme, ROLE_ACCENT).r, 0x1f);
    theme_init(&theme, THEME_DARK, ACCENT_BLUE, false);
    assert_int_equal(theme_color(&theme, ROLE_BG).b, 0x16);
    for (int i = 0; i < ROLE_COUNT; i++) /* no role was forgotten */
        assert_true(theme.colors[i].a > 0 || i == ROLE_BUBBLE_SHADOW || i == ROLE_EDGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_covers_its_rectangle_and_no_more),
        cmocka_unit_test(corners_are_round_and_lose_the_right_area),
        cmocka_unit_test(a_bubble_has_one_small_corner),
        cmocka_unit_test(translucent_shapes_paint_no_pixel_twice),
        cmocka_unit_test(a_border_is_the_difference_of_two_shapes),
        cmocka_unit_test(pills_and_circles_need_no_radius),
        cmocka_unit_test(a_shadow_is_soft_and_keeps_its_weight),
        cmocka_unit_test(clips_nest_and_alphas_multiply),
        cmocka_unit_test(higher_layers_lie_above_whatever_the_order),
        cmocka_unit_test(the_same_list_is_painted_once),
        cmocka_unit_test(pictures_shrink_to_their_average),
        cmocka_unit_test(many_sizes_of_one_picture_are_bounded),
        cmocka_unit_test(transparent_pixels_lend_no_colour),
        cmocka_unit_test(a_frame_is_saved_as_png),
        cmocka_unit_test(sizes_of_lists_that_were_begun_anew_do_not_count),
        cmocka_unit_test(every_icon_is_there_and_draws),
        cmocka_unit_test(rectangles_are_cut_without_a_rest),
        cmocka_unit_test(a_mirrored_page_is_the_page_in_a_mirror),
        cmocka_unit_test(icons_that_point_turn_round_and_others_do_not),
        cmocka_unit_test(names_have_the_mocks_colours),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
