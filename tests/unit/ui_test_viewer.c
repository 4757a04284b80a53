/* The viewer: where a picture stands after what a person does, and which one it is. */
#include "client/app/temporary.h"
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "tests/unit/ui_content.h"

#include "client/ui/lang.h"

static const char *const both[] = {"Sanjay", "Sravya"};

static struct room *begin(int w, int h, float scale)
{
    open_screen(w, h, scale, APP_THEME_DARK);
    ui_set_motion(screen.ui, false);
    return enter(both, 2);
}

struct stands {
    int zoom, x, y, w, h;
};

/* As the dump tells it: also what is outside of the window. */
static struct stands where(const char *label)
{
    char start[256];
    struct stands s = {0};
    read_dump();
    str_format(start, sizeof start, "{\"role\":\"viewer\",\"label\":\"%s\",\"value\":\"", label);
    const char *at = strstr(screen.dump, start);
    if (!at)
        fail_msg("%s is not looked at:\n%s", label, screen.dump);
    assert_int_equal(sscanf(at + strlen(start), "%d %d %d %d %d", &s.zoom, &s.x, &s.y, &s.w, &s.h),
                     5);
    return s;
}

static void wheel(int x, int y, float notches)
{
    input_push(&screen.queue, &(struct input){.kind = INPUT_MOVE, .x = x, .y = y}, NULL);
    input_push(&screen.queue,
               &(struct input){.kind = INPUT_WHEEL, .x = x, .y = y, .wheel_y = notches}, NULL);
    frame();
}

static void mouse(enum input_kind kind, int x, int y, int clicks)
{
    input_push(
        &screen.queue,
        &(struct input){.kind = kind, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = clicks},
        NULL);
    frame();
}

static void key(int code)
{
    press_key(code, 0);
    frame();
    screen.now_ms += 300;
    frame();
}

static struct message *open_one(struct room *room, const char *label, int w, int h)
{
    struct message *m = photo(room, "Sravya", 9, 1, label, FIELDS, w, h);
    frame();
    click("image", label);
    screen.now_ms += 300;
    frame();
    return m;
}

/* The place under the pointer is there before and after, near an edge as well; also where the words run from right to left. */
static void check_zoom(const char *language)
{
    struct room *room = begin(1280, 800, 1);
    lang_set(language);
    open_one(room, "field.jpg", 3000, 2000);
    const struct stands fit = where("field.jpg");
    assert_true(fit.w <= 1280 && fit.h <= 800 && fit.zoom < 45);
    static const double places[][2] = {{0.5, 0.5}, {0.1, 0.9}, {0.97, 0.03}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int x = fit.x + (int)(fit.w * places[i][0]), y = fit.y + (int)(fit.h * places[i][1]);
        for (int n = 1; n <= 6; n++) {
            wheel(x, y, 1);
            const struct stands now = where("field.jpg");
            const double at_x = now.x + (double)(x - fit.x) / fit.w * now.w,
                         at_y = now.y + (double)(y - fit.y) / fit.h * now.h;
            if (fabs(at_x - x) > 3 || fabs(at_y - y) > 3)
                fail_msg("%s: %d,%d went to %.1f,%.1f at %d %%", language, x, y, at_x, at_y,
                         now.zoom);
        }
        key(KEY_CHAR + '0');
        assert_int_equal(where("field.jpg").x, fit.x);
    }
    wheel(600, 400, 100);
    assert_int_equal(where("field.jpg").zoom, 800);
    wheel(600, 400, -100);
    assert_int_equal(where("field.jpg").zoom, 10);
    wheel(600, 400, 0.2f); /* a touchpad */
    assert_true(where("field.jpg").w > 300 && where("field.jpg").w < 330);
    lang_set("en");
    close_screen();
}

static void test_zoom(void **state)
{
    (void)state;
    check_zoom("en");
    check_zoom("ar");
}

static void test_pan(void **state)
{
    (void)state;
    struct room *room = begin(1280, 800, 1);
    open_one(room, "field.jpg", 3000, 2000);
    const struct stands fit = where("field.jpg");
    mouse(INPUT_PRESS, 600, 400, 1); /* all of it is seen: there is nowhere to go */
    mouse(INPUT_MOVE, 700, 450, 0);
    mouse(INPUT_RELEASE, 700, 450, 1);
    assert_int_equal(where("field.jpg").x, fit.x);
    mouse(INPUT_PRESS, 640, 400, 2);
    mouse(INPUT_RELEASE, 640, 400, 2);
    const struct stands whole = where("field.jpg");
    assert_int_equal(whole.zoom, 100);
    assert_int_equal(whole.w, 3000);
    mouse(INPUT_PRESS, 600, 400, 1);
    mouse(INPUT_MOVE, 650, 420, 0);
    mouse(INPUT_MOVE, 700, 430, 0);
    mouse(INPUT_RELEASE, 700, 430, 1);
    assert_int_equal(where("field.jpg").x, whole.x + 100);
    assert_int_equal(where("field.jpg").y, whole.y + 30);
    key(KEY_RIGHT);
    assert_int_equal(where("field.jpg").x, whole.x + 40);
    for (int i = 0; i < 100; i++)
        key(KEY_LEFT); /* it does not get lost */
    assert_true(where("field.jpg").x <= 640);
    mouse(INPUT_PRESS, 640, 400, 2);
    mouse(INPUT_RELEASE, 640, 400, 2);
    assert_int_equal(where("field.jpg").x, fit.x);
    mouse(INPUT_PRESS, 20, 400, 1); /* beside it */
    mouse(INPUT_RELEASE, 20, 400, 1);
    read_dump();
    assert_false(has("viewer", "field.jpg"));
    close_screen();
}

static void test_small_and_turned(void **state)
{
    (void)state;
    struct room *room = begin(1280, 800, 2);
    open_one(room, "small.png", 100, 60);
    assert_int_equal(where("small.png").w, 200); /* as large as in a bubble */
    key(KEY_CHAR + 'r');
    assert_int_equal(where("small.png").w, 120);
    assert_int_equal(where("small.png").h, 200);
    key(KEY_CHAR + 'r');
    key(KEY_CHAR + 'r');
    key(KEY_CHAR + 'r');
    assert_int_equal(where("small.png").w, 200);
    show("viewer-small-200");
    close_screen();
}

/* A picture of four colours stands on its side as one turns it. */
static void test_turned_pixels(void **state)
{
    (void)state;
    struct room *room = begin(1280, 800, 1);
    struct message *m = open_one(room, "four.png", 400, 200);
    const uint8_t colors[4][3] = {{250, 0, 0}, {0, 250, 0}, {0, 0, 250}, {250, 250, 0}};
    struct picture *picture = picture_create(400, 200);
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 400; x++) {
            const uint8_t *c = colors[(y >= 100) * 2 + (x >= 200)];
            uint8_t *p = picture->pixels + 4 * ((size_t)y * 400 + (size_t)x);
            p[0] = c[0], p[1] = c[1], p[2] = c[2], p[3] = 255;
        }
    picture_destroy(m->file->picture);
    m->file->picture = picture;
    static const int top_left[] = {0, 2, 3, 1}; /* which colour is there after so many quarters */
    for (int turns = 0; turns < 4; turns++) {
        const struct stands s = where("four.png");
        int w, h;
        frame();
        uint8_t *all = draw_read_pixels(screen.draw, &w, &h);
        const uint8_t *p =
            all + 4 * ((size_t)(s.y + s.h / 4) * (size_t)w + (size_t)(s.x + s.w / 4));
        const uint8_t *c = colors[top_left[turns]];
        assert_int_equal(p[0], c[0]);
        assert_int_equal(p[1], c[1]);
        assert_int_equal(p[2], c[2]);
        mem_free(all);
        key(KEY_CHAR + 'r');
    }
    close_screen();
}

/* Pictures and films in the order in which they were sent; cards are left out. */
static void test_all_of_the_room(void **state)
{
    (void)state;
    struct room *room = begin(1280, 800, 1);
    photo(room, "Sravya", 9, 1, "one.jpg", SUNSET, 400, 300);
    struct message *film = file(room, "Sravya", 9, 2, "two.mp4", "video", 90 << 20);
    film->file->width = 1280, film->file->height = 720;
    file(room, "Sravya", 9, 3, "not.pdf", "file", 1000);
    struct message *three = photo(room, "Sravya", 9, 4, "three.jpg", LAMP, 400, 300);
    photo(room, "Sravya", 9, 5, "four.jpg", DUSK, 400, 300);
    frame();
    click("image", "four.jpg");
    key(KEY_RIGHT); /* there is no more */
    where("four.jpg");
    show("viewer-strip");
    assert_true(has("thumb", "one.jpg"));
    assert_true(has("thumb", "two.mp4"));
    assert_false(has("thumb", "not.pdf"));
    key(KEY_LEFT);
    where("three.jpg");
    key(KEY_LEFT);
    read_dump();
    assert_true(has("viewer", "two.mp4"));
    key(KEY_LEFT);
    key(KEY_LEFT);
    where("one.jpg");
    mouse(INPUT_MOVE, 640, 300, 0);
    click("thumb", "three.jpg");
    where("three.jpg");
    message_delete(three);
    room->version++;
    model_touch(screen.model);
    frame();
    read_dump();
    assert_false(has("viewer", "three.jpg"));
    assert_false(has("viewer", "four.jpg"));
    close_screen();
}

/* What lies over it goes when nothing moves. */
static void test_hides(void **state)
{
    (void)state;
    struct room *room = begin(1280, 800, 1);
    open_one(room, "one.jpg", 800, 600);
    read_dump();
    assert_true(has("button", "Close"));
    mouse(INPUT_MOVE, 640, 400, 0);
    screen.now_ms += 2100;
    frame();
    read_dump();
    assert_false(has("button", "Close"));
    mouse(INPUT_MOVE, 650, 400, 0);
    read_dump();
    assert_true(has("button", "Close"));
    mouse(INPUT_MOVE, 650, 20, 0); /* over it, it stays */
    screen.now_ms += 2100;
    frame();
    read_dump();
    assert_true(has("button", "Close"));
    close_screen();
}

/* Who presses a picture twice wants to see it, all of it. */
static void test_opened_by_two_clicks(void **state)
{
    (void)state;
    struct rect r = {0};
    struct room *room = begin(1280, 800, 1);
    photo(room, "Sravya", 9, 1, "field.jpg", FIELDS, 3000, 2000);
    frame();
    read_dump();
    assert_true(find("image", "field.jpg", 0, &r));
    for (int clicks = 1; clicks <= 2; clicks++) {
        mouse(INPUT_PRESS, r.x + r.w / 2, r.y + r.h / 2, clicks);
        mouse(INPUT_RELEASE, r.x + r.w / 2, r.y + r.h / 2, clicks);
        screen.now_ms += 100;
    }
    assert_true(where("field.jpg").w <= 1280);
    for (int clicks = 1; clicks <= 2; clicks++) { /* there it is another word */
        mouse(INPUT_PRESS, 640, 400, clicks);
        mouse(INPUT_RELEASE, 640, 400, clicks);
    }
    assert_int_equal(where("field.jpg").w, 3000);
    close_screen();
}

/* Files that are dropped on it, the settings and the keys' card are seen, for they take the keys. */
static void test_cards_lie_over_it(void **state)
{
    (void)state;
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    struct err err = {0};
    struct room *room = begin(1280, 800, 1);
    open_one(room, "one.jpg", 800, 600);
    assert_true(temporary_folder(folder, &err) && file_make_folder(folder, &err));
    assert_true(path_join(path, folder, "two.jpg") && file_save(path, "two", 3, &err));
    input_push(&screen.queue, &(struct input){.kind = INPUT_DROP_FILE}, path);
    input_push(&screen.queue, &(struct input){.kind = INPUT_DROP_END}, NULL);
    frame();
    read_dump();
    assert_true(has("card", "send"));
    click("button", "Cancel");
    read_dump();
    assert_false(has("card", "send"));
    assert_true(has("viewer", "one.jpg")); /* one goes on looking, and does not write */
    type_text("r");
    frame();
    assert_true(!room->draft || !*room->draft);
    press_key(KEY_F1, 0);
    frame();
    read_dump();
    assert_true(has("card", "help"));
    assert_false(has("viewer", "one.jpg"));
    key(KEY_ESCAPE);
    read_dump();
    assert_false(has("card", "help"));
    assert_true(has("viewer", "one.jpg"));
    key(KEY_ESCAPE);
    read_dump();
    assert_false(has("viewer", "one.jpg"));
    temporary_remove(path);
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zoom),
        cmocka_unit_test(test_pan),
        cmocka_unit_test(test_small_and_turned),
        cmocka_unit_test(test_turned_pixels),
        cmocka_unit_test(test_all_of_the_room),
        cmocka_unit_test(test_hides),
        cmocka_unit_test(test_cards_lie_over_it),
        cmocka_unit_test(test_opened_by_two_clicks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
