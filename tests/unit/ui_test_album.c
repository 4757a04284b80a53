/* Pictures that were sent together: where they stand for any number and shape, and the bubble they are in. */
#include "client/ui/views/album_layout.h"
#include "client/ui/views/root.h"
#include "client/ui/views/views.h"
#include "protocol/base/mem.h"
#include "tests/unit/ui_content.h"

#define WIDTH 420
#define MOST_H 450
#define CELL_GAP 4

/* ---- the grid ---- */

static bool is_apart(struct rect a, struct rect b)
{
    return a.x + a.w + CELL_GAP <= b.x || b.x + b.w + CELL_GAP <= a.x ||
           a.y + a.h + CELL_GAP <= b.y || b.y + b.h + CELL_GAP <= a.y;
}

/* Every point of the box is in a cell, or within a gap of one. */
static void is_filled(const struct rect *cells, int count, int w, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            bool found = false;
            for (int i = 0; i < count && !found; i++)
                found = rect_has(rect_grow(cells[i], CELL_GAP), x, y);
            if (!found)
                fail_msg("nothing at %d,%d of %dx%d", x, y, w, h);
        }
}

static void check_grid(const float *shapes, int count, int width)
{
    struct rect cells[ALBUM_CELLS_MAX], again[ALBUM_CELLS_MAX];
    const int h = album_layout(shapes, count, width, CELL_GAP, MOST_H, cells);
    assert_in_range(h, 30, MOST_H);
    for (int i = 0; i < count; i++) {
        assert_in_range(cells[i].x, 0, width - 1);
        assert_in_range(cells[i].y, 0, h - 1);
        assert_in_range(cells[i].w, 24, width);
        assert_in_range(cells[i].h, 24, h);
        assert_true(cells[i].x + cells[i].w <= width && cells[i].y + cells[i].h <= h);
        for (int k = 0; k < i; k++)
            assert_true(is_apart(cells[i], cells[k]));
    }
    is_filled(cells, count, width, h);
    assert_int_equal(album_layout(shapes, count, width, CELL_GAP, MOST_H, again), h);
    assert_memory_equal(again, cells, (size_t)count * sizeof *cells);
}

static void test_grid_of_any_shapes(void **state)
{
    (void)state;
    static const float some[] = {1.5f,  0.67f, 1,     1.78f, 0,    0.56f,
                                 1.33f, 21,    0.05f, 0.75f, 1.5f, 2.2f};
    for (int count = 2; count <= ALBUM_CELLS_MAX; count++)
        for (int turn = 0; turn < 12; turn++) {
            float shapes[ALBUM_CELLS_MAX], same[ALBUM_CELLS_MAX];
            for (int i = 0; i < count; i++) {
                shapes[i] = some[(i * 5 + turn) % 12];
                same[i] = some[turn];
            }
            check_grid(shapes, count, WIDTH);
            check_grid(same, count, WIDTH);
            check_grid(shapes, count, 280); /* a narrow window */
        }
}

static void test_reading_order(void **state)
{
    (void)state;
    const float shapes[10] = {1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f};
    struct rect cells[ALBUM_CELLS_MAX];
    for (int count = 2; count <= 10; count++) {
        album_layout(shapes, count, WIDTH, CELL_GAP, MOST_H, cells);
        for (int i = 1; i < count; i++)
            assert_true(cells[i].y > cells[i - 1].y ||
                        (cells[i].y == cells[i - 1].y && cells[i].x > cells[i - 1].x));
    }
    const float tall[3] = {0.67f, 1.5f, 1.5f}; /* the tall one at the left, whole */
    const int h = album_layout(tall, 3, WIDTH, CELL_GAP, MOST_H, cells);
    assert_int_equal(cells[0].h, h);
    assert_int_equal(cells[1].x, cells[2].x);
}

/* ---- the bubble ---- */

static struct room *enter_room(void)
{
    static const char *const names[] = {"Sanjay", "Sravya", "Likitha"};
    return enter(names, 3);
}

static struct message *of_album(struct room *room, const char *name, const char *label, int kind,
                                int w, int h, const char *album)
{
    struct message *message = photo(room, name, 10, 42, label, kind, w, h);
    text_set(&message->file->album, album);
    return message;
}

static void fill_album(struct room *room, const char *name, int count)
{
    static const int sizes[][2] = {{300, 200}, {200, 300}, {240, 240}, {320, 180}};
    for (int i = 0; i < count; i++) {
        char label[16];
        str_format(label, sizeof label, "%d.jpg", i);
        of_album(room, name, label, i % PICTURE_COUNT, sizes[i % 4][0], sizes[i % 4][1], "trip");
    }
    room->read_seq = room->newest_seq = screen.seq;
}

/* The panel at the side has the pictures too. */
static struct rect find_cell(const char *label)
{
    struct rect album, r = {0};
    assert_true(find("album", "", 0, &album));
    for (int i = 0; find("image", label, i, &r); i++)
        if (rect_has(album, r.x + r.w / 2, r.y + r.h / 2))
            return r;
    fail_msg("no %s in the album", label);
    return r;
}

static int cells_on_screen(void)
{
    struct rect album, r;
    int count = 0;
    assert_true(find("album", "", 0, &album));
    for (int i = 0; find("image", "", i, &r); i++)
        count += rect_has(album, r.x + r.w / 2, r.y + r.h / 2); /* the panel has them too */
    return count;
}

static void test_one_bubble(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    say(room, "Likitha", 10, 41, "before");
    fill_album(room, "Sravya", 5);
    say(room, "Likitha", 10, 43, "behind");
    show("album");
    struct rect album, r;
    assert_true(find("album", "0.jpg", 0, &album));
    assert_int_equal(album.w, WIDTH);
    assert_false(find("album", "", 1, &r));
    assert_int_equal(cells_on_screen(), 5);
    for (int i = 0; i < 5; i++) { /* a message each, in its cell */
        char label[16];
        str_format(label, sizeof label, "%d.jpg", i);
        assert_true(find("message", label, 0, &r));
        assert_true(rect_has(album, r.x, r.y) && r.w < WIDTH);
    }
    assert_true(has("message", "before") && has("message", "behind"));
    click("image", "3.jpg"); /* the viewer, at that picture */
    read_dump();
    assert_true(has("viewer", "3.jpg"));
    close_screen();
}

/* What others say in between, another person's pictures, another album, other files: each ends it. */
static void test_what_ends_an_album(void **state)
{
    (void)state;
    open_screen(1280, 2000, 1, APP_THEME_LIGHT);
    struct room *room = enter_room();
    of_album(room, "Sravya", "a.jpg", SUNSET, 300, 200, "one");
    of_album(room, "Sravya", "b.jpg", SUNSET, 300, 200, "one");
    of_album(room, "Sravya", "c.jpg", SUNSET, 300, 200, "two");
    of_album(room, "Likitha", "d.jpg", SUNSET, 300, 200, "two");
    say(room, "Likitha", 10, 42, "hm");
    of_album(room, "Likitha", "e.jpg", SUNSET, 300, 200, "two");
    of_album(room, "Likitha", "f.jpg", SUNSET, 300, 200, "two");
    photo(room, "Likitha", 10, 42, "g.jpg", SUNSET, 300, 200);
    room->read_seq = room->newest_seq = screen.seq;
    show("albums");
    struct rect r;
    assert_true(find("album", "a.jpg", 0, &r) && find("album", "e.jpg", 0, &r));
    assert_false(find("album", "", 2, &r));
    close_screen();
}

static void test_deleting_one_reflows(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    fill_album(room, "Sanjay", 4);
    show("album own");
    message_delete(room->messages[1]);
    message_delete(room->messages[2]);
    model_touch(screen.model);
    show("album after deleting");
    assert_int_equal(cells_on_screen(), 2);
    struct rect r;
    assert_false(find("album", "", 1, &r));
    assert_false(has("message", "Message deleted"));
    message_delete(
        room->messages[3]); /* the last one: a picture like any other, and the row that says it */
    model_touch(screen.model);
    show("album of one");
    assert_true(has("message", "0.jpg") && has("message", "Message deleted"));
    close_screen();
}

/* Foreign programs may send more than there are cells. */
static void test_more_than_cells(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    fill_album(room, "Sravya", 14);
    show("album of many");
    assert_int_equal(cells_on_screen(), 10);
    assert_true(has("text", "+4"));
    close_screen();
}

static void test_jump_into_it(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    fill_album(room, "Sravya", 6);
    const uint64_t inner = screen.seq - 2;
    for (int i = 0; i < 80; i++)
        say(room, "Likitha", 10, 50, "and so on");
    room->read_seq = room->newest_seq = screen.seq;
    show("below the album");
    assert_false(has("album", ""));
    views_jump_to(screen.views, room, inner);
    for (int i = 0; i < 20; i++) {
        frame();
        screen.now_ms += 20;
    }
    read_dump();
    struct rect r;
    assert_true(find("album", "0.jpg", 0, &r));
    assert_in_range(r.y, 56, 600);
    assert_true(has("flash", ""));
    close_screen();
}

/* Cells tell of their own uploads and failures; the buttons are about the one that is pointed at. */
static void test_cells_of_their_own(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    fill_album(room, "Sanjay", 4);
    struct transfer *moving = &room->messages[1]->file->transfer;
    *moving = (struct transfer){.state = TRANSFER_ACTIVE, .upload = true, .done = 50, .size = 100};
    struct message *failed = room->messages[2];
    failed->file->transfer = (struct transfer){.state = TRANSFER_FAILED, .upload = true};
    text_set(&failed->file->transfer.trouble, "The disk is full.");
    show("album under way");
    assert_true(has("progress", "1.jpg"));
    assert_true(has("button", "Cancel") && has("button", "Try again"));
    assert_non_null(strstr(screen.dump, "The disk is full."));
    const struct rect r = find_cell("3.jpg");
    input_push(&screen.queue, &(struct input){.kind = INPUT_MOVE, .x = r.x + 5, .y = r.y + 5},
               NULL);
    frame();
    screen.now_ms += 300;
    frame();
    click("button", "Reply");
    assert_int_equal(screen.views->reply_seq, room->messages[3]->seq);
    close_screen();
}

/* ---- what moves, and what comes instead of what was there ---- */

static struct picture *plain(int w, int h, uint8_t red, uint8_t blue)
{
    struct picture *picture = picture_create(w, h);
    for (int i = 0; i < w * h; i++)
        memcpy(picture->pixels + 4 * (ptrdiff_t)i, (uint8_t[]){red, 0, blue, 255}, 4);
    return picture;
}

static void pixel_in(struct rect r, uint8_t rgb[3])
{
    int w, h;
    uint8_t *all = draw_read_pixels(screen.draw, &w, &h);
    assert_non_null(all);
    memcpy(rgb, all + 4 * ((ptrdiff_t)(r.y + r.h / 3) * w + r.x + r.w / 2), 3);
    mem_free(all);
}

static bool is_red(struct rect r)
{
    uint8_t rgb[3];
    pixel_in(r, rgb);
    return rgb[0] > rgb[2];
}

static struct message *moving(struct room *room)
{
    struct message *message = photo(room, "Sravya", 10, 42, "blink.gif", SUNSET, 200, 150);
    struct animation *animation = mem_alloc(1, sizeof *animation);
    animation->frames = mem_alloc(2, sizeof *animation->frames);
    animation->delays_ms = mem_alloc(2, sizeof *animation->delays_ms);
    animation->count = 2;
    animation->frames[0] = plain(200, 150, 255, 0);
    animation->frames[1] = plain(200, 150, 0, 255);
    animation->delays_ms[0] = 100;
    animation->delays_ms[1] = 40;
    message->file->animation = animation;
    return message;
}

static void test_it_moves_while_in_sight(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    ui_set_motion(screen.ui, true);
    struct room *room = enter_room();
    moving(room);
    room->read_seq = room->newest_seq = screen.seq;
    show("moves");
    struct rect r;
    assert_true(find("message", "blink.gif", 0, &r));
    int changes = 0;
    bool red = is_red(r);
    for (int i = 0; i < 28; i++) { /* four rounds of 140 ms */
        screen.now_ms += 20;
        frame();
        changes += is_red(r) != red;
        red = is_red(r);
    }
    assert_int_equal(changes, 8);
    assert_in_range(ui_next_due_ms(screen.ui), 1, 100); /* it sleeps until then, and no longer */
    /* nobody has looked at the window for long */
    input_push(&screen.queue, &(struct input){.kind = INPUT_FOCUS, .on = false}, NULL);
    screen.now_ms += 40000;
    frame();
    screen.now_ms += 5;
    frame();
    assert_true(ui_next_due_ms(screen.ui) < 0 || ui_next_due_ms(screen.ui) > 100);
    close_screen();
}

static void test_it_stands_still_without_motion(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    moving(room);
    room->read_seq = room->newest_seq = screen.seq;
    frame();
    ui_set_motion(screen.ui, false);
    show("stands still");
    struct rect r;
    assert_true(has("text", "GIF"));
    assert_true(find("message", "blink.gif", 0, &r));
    assert_true(is_red(r));
    screen.now_ms += 110;
    frame();
    assert_true(is_red(r));
    click("message", "blink.gif");
    read_dump();
    assert_false(has("text", "GIF"));
    assert_false(has("viewer", ""));
    screen.now_ms += 110;
    frame();
    assert_false(is_red(r));
    close_screen();
}

/* The large picture comes over the small one within MOTION_MS. */
static void test_it_fades_in(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    ui_set_motion(screen.ui, true);
    struct room *room = enter_room();
    struct message *message = photo(room, "Sravya", 10, 42, "sunset.jpg", SUNSET, 200, 150);
    picture_destroy(message->file->picture);
    message->file->picture = plain(20, 15, 0, 255);
    message->file->picture_is_tiny = true;
    room->read_seq = room->newest_seq = screen.seq;
    show("small one");
    struct rect r;
    uint8_t rgb[3];
    assert_true(find("message", "sunset.jpg", 0, &r));
    picture_destroy(message->file->picture);
    message->file->picture = plain(200, 150, 255, 0);
    message->file->picture_is_tiny = false;
    frame();
    screen.now_ms += MOTION_MS / 2;
    frame();
    pixel_in(r, rgb);
    assert_in_range(rgb[0], 60, 200);
    assert_in_range(rgb[2], 60, 200);
    screen.now_ms += MOTION_MS;
    frame();
    pixel_in(r, rgb);
    assert_int_equal(rgb[0], 255);
    assert_int_equal(rgb[2], 0);
    close_screen();
}

static void test_looks(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        float scale;
        enum app_theme theme;
        const char *name;
    } looks[] = {{1280, 900, 1, APP_THEME_DARK, "look dark"},
                 {1280, 900, 1, APP_THEME_LIGHT, "look light"},
                 {1280, 900, 2, APP_THEME_DARK, "look twice"},
                 {380, 900, 1, APP_THEME_DARK, "look narrow"}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        open_screen(looks[i].w, looks[i].h, looks[i].scale, looks[i].theme);
        struct room *room = enter_room();
        fill_album(room, "Sravya", 3);
        fill_album(room, "Sanjay", 7);
        show(looks[i].name);
        struct rect r;
        assert_true(find("album", "0.jpg", 1, &r));
        assert_true(r.x >= 0 && r.x + r.w <= looks[i].w);
        close_screen();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid_of_any_shapes),
        cmocka_unit_test(test_reading_order),
        cmocka_unit_test(test_one_bubble),
        cmocka_unit_test(test_what_ends_an_album),
        cmocka_unit_test(test_deleting_one_reflows),
        cmocka_unit_test(test_more_than_cells),
        cmocka_unit_test(test_jump_into_it),
        cmocka_unit_test(test_cells_of_their_own),
        cmocka_unit_test(test_it_moves_while_in_sight),
        cmocka_unit_test(test_it_stands_still_without_motion),
        cmocka_unit_test(test_it_fades_in),
        cmocka_unit_test(test_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
