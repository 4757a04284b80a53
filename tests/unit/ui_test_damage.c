/* Only what changed is painted, and the screen is the same as if all of it had been. */
#include "client/ui/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <SDL.h>

#include "client/ui/draw_damage.h"
#include "client/ui/draw_inside.h"
#include "protocol/base/mem.h"

#define W 700
#define H 500
#define SHAPES 40
#define ROUNDS 80

static const struct color ground = {10, 20, 30, 255};

struct shape { /* one thing on the screen: it may move, change colour, come and go */
    bool there;
    int kind;
    struct rect r, clip;
    struct color color;
    float alpha, radius;
    int layer, image;
};

struct screen {
    struct draw *draw;
    struct draw_image *images[3];
};

static int below(int n)
{
    return rand() % n;
}

static struct rect any_rect(void)
{
    return (struct rect){below(W + 100) - 50, below(H + 100) - 50, 1 + below(300), 1 + below(200)};
}

static struct shape any_shape(void)
{
    static const uint8_t alphas[] = {255, 255, 255, 128, 3};
    return (struct shape){
        .there = below(4) != 0,
        .kind = below(6),
        .r = any_rect(),
        .clip = below(2) ? (struct rect){0, 0, W, H} : any_rect(),
        .color = {(uint8_t)below(256), (uint8_t)below(256), (uint8_t)below(256), alphas[below(5)]},
        .alpha = below(3) ? 1.0f : 0.4f,
        .radius = (float)below(30),
        .layer = below(3),
        .image = below(3),
    };
}

static struct screen make_screen(void)
{
    struct err err = {0};
    struct screen screen = {.draw = draw_create_offscreen(W, H, &err)};
    assert_non_null(screen.draw);
    for (int i = 0; i < 3; i++) { /* the third lets something through */
        uint8_t rgba[40 * 30 * 4];
        for (size_t k = 0; k < sizeof rgba; k++)
            rgba[k] = k % 4 == 3 ? (i == 2 ? (uint8_t)k : 255) : (uint8_t)(k * (size_t)(i + 3));
        screen.images[i] = draw_image_create(screen.draw, 40, 30, rgba, 160);
    }
    return screen;
}

static void end_screen(struct screen *screen)
{
    for (int i = 0; i < 3; i++)
        draw_image_destroy(screen->draw, screen->images[i]);
    draw_destroy(screen->draw);
}

static void show(const struct screen *screen, const struct shape shapes[SHAPES])
{
    struct draw *draw = screen->draw;
    draw_begin(draw, ground);
    for (int i = 0; i < SHAPES; i++) {
        const struct shape *s = &shapes[i];
        if (!s->there)
            continue;
        const struct corners corners = {s->radius, s->radius, 5, s->radius};
        draw_push_layer(draw, s->layer);
        draw_push_clip(draw, s->clip);
        draw_push_alpha(draw, s->alpha);
        switch (s->kind) {
        case 0:
            draw_fill(draw, s->r, s->color);
            break;
        case 1:
            draw_round(draw, s->r, corners, s->color);
            break;
        case 2:
            draw_border(draw, s->r, corners, 2, s->color);
            break;
        case 3:
            draw_shadow(draw, s->r, s->radius, 20, 4, s->color);
            break;
        case 4:
            draw_image_cover(draw, screen->images[s->image], s->r, corners);
            break;
        default:
            draw_image_at(draw, screen->images[s->image], s->r.x, s->r.y, s->color);
        }
        draw_pop_alpha(draw);
        draw_pop_clip(draw);
        draw_pop_layer(draw);
    }
    draw_flush(draw);
}

static void change(struct shape shapes[SHAPES])
{
    struct shape *s = &shapes[below(SHAPES)];
    switch (below(4)) {
    case 0:
        *s = any_shape();
        break;
    case 1:
        s->r.x += below(9) - 4;
        break;
    case 2:
        s->color.g = (uint8_t)(s->color.g + 40);
        break;
    default:
        s->there = !s->there;
    }
}

static void a_changed_screen_is_as_if_painted_anew(void **state)
{
    (void)state;
    struct shape shapes[SHAPES];
    struct screen kept = make_screen();
    srand(7);
    for (int i = 0; i < SHAPES; i++)
        shapes[i] = any_shape();
    show(&kept, shapes);
    for (int round = 0; round < ROUNDS; round++) {
        for (int n = below(3); n >= 0; n--)
            change(shapes);
        show(&kept, shapes);
        struct screen fresh = make_screen();
        show(&fresh, shapes);
        const SDL_Surface *a = kept.draw->surface, *b = fresh.draw->surface;
        assert_memory_equal(a->pixels, b->pixels, (size_t)(a->pitch * a->h));
        end_screen(&fresh);
    }
    end_screen(&kept);
}

static struct draw_command fill(struct rect r, uint8_t red)
{
    return (struct draw_command){
        .dst = r, .clip = {0, 0, W, H}, .color = {red, 0, 0, 255}, .solid = true};
}

static int covered(const struct rect *rects, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += rects[i].w * rects[i].h;
        for (int k = 0; k < i; k++)
            assert_false(rect_touches(rects[i], rects[k]));
    }
    return sum;
}

static void a_small_change_costs_a_small_part(void **state)
{
    (void)state;
    struct draw_damage *damage = draw_damage_create();
    struct rect rects[DRAW_DAMAGE_MAX];
    struct draw_command list[2] = {fill((struct rect){0, 0, W, H}, 1),
                                   fill((struct rect){100, 100, 20, 20}, 2)};
    int count = draw_damage_find(damage, list, 2, ground, W, H, rects);
    assert_int_equal(covered(rects, count), W * H); /* the first one is all new */
    assert_int_equal(draw_damage_find(damage, list, 2, ground, W, H, rects), 0);
    list[1].color.r = 3;
    count = draw_damage_find(damage, list, 2, ground, W, H, rects);
    assert_in_range(covered(rects, count), 400, 4 * 64 * 64);
    list[1].dst.y = 300; /* where it was and where it is now */
    count = draw_damage_find(damage, list, 2, ground, W, H, rects);
    assert_in_range(covered(rects, count), 800, 8 * 64 * 64);
    draw_damage_all(damage);
    count = draw_damage_find(damage, list, 2, ground, W, H, rects);
    assert_int_equal(covered(rects, count), W * H);
    count = draw_damage_find(damage, list, 2, ground, W - 1, H, rects);
    assert_int_equal(covered(rects, count), (W - 1) * H); /* resized */
    draw_damage_destroy(damage);
}

static void more_pieces_than_are_kept_are_all_of_it(void **state)
{
    (void)state;
    struct draw_damage *damage = draw_damage_create();
    struct rect rects[DRAW_DAMAGE_MAX];
    struct draw_command list[400];
    size_t count = 0;
    const int w = 64 * 40, h = 64 * 20;
    draw_damage_find(damage, list, 0, ground, w, h, rects);
    for (int y = 0; y < 20; y++)
        for (int x = y % 2; x < 40; x += 2) { /* a chessboard */
            list[count] = fill((struct rect){x * 64, y * 64, 9, 9}, 9);
            list[count++].clip = (struct rect){0, 0, w, h};
        }
    assert_int_equal(draw_damage_find(damage, list, count, ground, w, h, rects), 1);
    assert_int_equal(rects[0].w * rects[0].h, w * h);
    draw_damage_destroy(damage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_screen_is_as_if_painted_anew),
        cmocka_unit_test(a_small_change_costs_a_small_part),
        cmocka_unit_test(more_pieces_than_are_kept_are_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
