/* A film in its bubble and in the viewer, over a model that plays what the test says. */
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "tests/unit/ui_content.h"

static const char *const both[] = {"Sanjay", "Sravya"};

static struct message *film(struct room *room, const char *label, int w, int h)
{
    struct message *message = file(room, "Sravya", 9, 10, label, "video", 90 << 20);
    message->file->width = w;
    message->file->height = h;
    message->file->duration_ms = 72000;
    return message;
}

static struct picture *frame_of(int w, int h, uint8_t r, uint8_t g, uint8_t b)
{
    struct picture *picture = picture_create(w, h);
    for (int i = 0; i < w * h; i++) {
        picture->pixels[4 * i] = b;
        picture->pixels[4 * i + 1] = g;
        picture->pixels[4 * i + 2] = r;
        picture->pixels[4 * i + 3] = 0; /* whatever: it is opaque */
    }
    return picture;
}

/* What the playback is from now on; of the frame before nothing is left. */
static void play(struct room *room, const struct message *message, enum play_state state,
                 int64_t at_ms)
{
    struct playback *playback = &screen.model->playback;
    playback->state = state;
    playback->film = true;
    playback->seq = message->seq;
    playback->position_ms = at_ms;
    playback->duration_ms = 72000;
    playback->buffered_ms = 60000;
    str_copy(playback->room, sizeof playback->room, room->name);
    model_touch(screen.model);
}

static void show_frame(struct picture *picture)
{
    if (screen.model->playback.frame)
        picture_destroy(screen.model->playback.frame);
    screen.model->playback.frame = picture;
}

static void stop(void)
{
    show_frame(NULL);
    text_set(&screen.model->playback.trouble, NULL);
    screen.model->playback.state = PLAY_NONE;
}

static void point(int x, int y)
{
    input_push(&screen.queue, &(struct input){.kind = INPUT_MOVE, .x = x, .y = y}, NULL);
}

static bool pixel_is(int x, int y, int r, int g, int b)
{
    int w, h;
    uint8_t *all = draw_read_pixels(screen.draw, &w, &h);
    assert_non_null(all);
    const uint8_t *p = all + 4 * ((size_t)y * (size_t)w + (size_t)x);
    const bool same = p[0] == r && p[1] == g && p[2] == b;
    mem_free(all);
    return same;
}

static bool film_says(const char *label, const char *state)
{
    char line[256];
    str_format(line, sizeof line, "{\"role\":\"film\",\"label\":\"%s\",\"value\":\"%s\"", label,
               state);
    return strstr(screen.dump, line) != NULL;
}

static struct rect place_of(const char *label)
{
    struct rect r;
    assert_true(find("film", label, 0, &r));
    return r;
}

/* Its place is there before anything of it is, and is not another one later. */
static void test_place(void **state)
{
    (void)state;
    open_screen(1280, 1800, 1, APP_THEME_DARK);
    struct room *lobby = enter(both, 2);
    film(lobby, "wide.mp4", 1280, 720);
    struct message *unknown = film(lobby, "unknown.mp4", 0, 0);
    film(lobby, "upright.mp4", 1080, 1920);
    film(lobby, "tiny.mp4", 64, 48);
    film(lobby, "ribbon.mp4", 6000, 200);
    show("film-place");
    stands("film", "wide.mp4", place_of("wide.mp4").x, place_of("wide.mp4").y, 420, 236);
    stands("film", "unknown.mp4", place_of("unknown.mp4").x, place_of("unknown.mp4").y, 420, 236);
    assert_int_equal(place_of("upright.mp4").h, 360);
    assert_true(near(place_of("upright.mp4").w, 202));
    assert_true(place_of("tiny.mp4").w >= 200);
    assert_false(has("film", "ribbon.mp4"));
    assert_true(has("file", "ribbon.mp4"));
    assert_true(has("text", "1:12 · 720p"));
    assert_true(has("text", "1:12 · 1080p"));
    const struct rect before = place_of("unknown.mp4");
    unknown->file->picture = paint(SUNSET, 420, 236);
    show("film-place");
    const struct rect after = place_of("unknown.mp4");
    assert_int_equal(before.y, after.y);
    assert_int_equal(before.h, after.h);
    close_screen();
}

static void test_states_of_a_film(void **state)
{
    (void)state;
    open_screen(1280, 700, 1, APP_THEME_DARK);
    struct room *lobby = enter(both, 2);
    struct message *m = film(lobby, "a.mp4", 1280, 720);
    m->file->picture = paint(DUSK, 420, 236);
    show("film-poster");
    assert_true(film_says("a.mp4", "poster"));
    assert_false(has("slider", "Position"));
    play(lobby, m, PLAY_OPENING, 0);
    m->file->transfer = (struct transfer){.state = TRANSFER_ACTIVE, .done = 10, .size = 100};
    show("film-opening");
    assert_true(film_says("a.mp4", "opening"));
    assert_true(has("progress", "a.mp4"));
    m->file->transfer.state = TRANSFER_NONE;
    play(lobby, m, PLAY_WAITING, 1000);
    show("film-waiting");
    assert_true(film_says("a.mp4", "waiting"));
    play(lobby, m, PLAY_PAUSED, 36000);
    show_frame(frame_of(420, 236, 40, 90, 160));
    show("film-paused");
    assert_true(has("slider", "Position"));
    assert_true(has("button", "Play"));
    assert_true(has("button", "Full window"));
    assert_true(has("text", "0:36 / 1:12"));
    play(lobby, m, PLAY_ENDED, 72000);
    show("film-ended");
    assert_true(film_says("a.mp4", "ended"));
    play(lobby, m, PLAY_FAILED, 0);
    text_set(&screen.model->playback.trouble, "The helper ended.");
    show("film-failed");
    assert_true(has("text", "The helper ended."));
    assert_true(has("link", "Try again"));
    assert_false(has("slider", "Position"));
    stop();
    close_screen();
}

/* What can be pressed comes with the pointer, and goes when that has stood still for two seconds. */
static void test_fades(void **state)
{
    (void)state;
    open_screen(1280, 700, 1, APP_THEME_LIGHT);
    struct room *lobby = enter(both, 2);
    struct message *m = film(lobby, "a.mp4", 1280, 720);
    play(lobby, m, PLAY_PLAYING, 20000);
    show_frame(frame_of(420, 236, 40, 90, 160));
    show("film-plays");
    assert_false(has("slider", "Position"));
    const struct rect r = place_of("a.mp4");
    point(r.x + 50, r.y + 50);
    frame();
    point(r.x + 60, r.y + 60);
    frame();
    screen.now_ms += 300;
    frame();
    read_dump();
    assert_true(has("slider", "Position"));
    assert_true(has("button", "Pause"));
    screen.now_ms += 2100;
    frame();
    screen.now_ms += 300;
    frame();
    read_dump();
    assert_false(has("slider", "Position"));
    stop();
    close_screen();
}

/* Each picture of it is on the screen, opaque, with round corners; what is around it stays as it is. */
static void test_pictures(void **state)
{
    (void)state;
    open_screen(1280, 700, 1, APP_THEME_DARK);
    struct room *lobby = enter(both, 2);
    struct message *m = film(lobby, "a.mp4", 1280, 720);
    play(lobby, m, PLAY_PLAYING, 0);
    show_frame(frame_of(420, 236, 200, 10, 30));
    show("film-red");
    const struct rect r = place_of("a.mp4");
    assert_true(pixel_is(r.x + 200, r.y + 100, 200, 10, 30));
    assert_true(pixel_is(r.x + 3, r.y + 100, 200, 10, 30));
    assert_true(pixel_is(r.x + 200, r.y + 235, 200, 10, 30));
    assert_false(pixel_is(r.x, r.y, 200, 10, 30));
    assert_false(pixel_is(r.x + r.w - 1, r.y + r.h - 1, 200, 10, 30));
    const uint64_t painted = draw_painted(screen.draw);
    frame();
    assert_int_equal(draw_painted(screen.draw), painted); /* the same picture costs nothing */
    show_frame(frame_of(420, 236, 20, 210, 30));
    frame();
    assert_int_equal(draw_painted(screen.draw), painted + 1);
    assert_true(pixel_is(r.x + 200, r.y + 100, 20, 210, 30));
    /* of another size than it is shown: until the right one comes */
    show_frame(frame_of(64, 36, 20, 10, 230));
    frame();
    assert_true(pixel_is(r.x + 2, r.y + 100, 20, 10, 230));
    assert_true(pixel_is(r.x + 417, r.y + 130, 20, 10, 230));
    stop();
    frame();
    assert_false(pixel_is(r.x + 200, r.y + 100, 20, 10, 230));
    close_screen();
}

/* Over the whole window, and back in its bubble. */
static void test_full(void **state)
{
    (void)state;
    open_screen(1280, 720, 1, APP_THEME_DARK);
    struct room *lobby = enter(both, 2);
    struct message *m = film(lobby, "a.mp4", 1280, 720);
    play(lobby, m, PLAY_PAUSED, 0);
    show_frame(frame_of(420, 236, 200, 10, 30));
    frame();
    click("button", "Full window");
    show_frame(frame_of(1280, 720, 10, 200, 30));
    show("film-full");
    stands("viewer", "a.mp4", 0, 0, 1280, 720);
    assert_true(pixel_is(5, 300, 10, 200, 30));
    assert_true(pixel_is(1275, 300, 10, 200, 30));
    assert_true(has("slider", "Position"));
    press_key(KEY_ESCAPE, 0);
    show("film-back");
    assert_false(has("viewer", "a.mp4"));
    assert_true(film_says("a.mp4", "paused"));
    stop();
    close_screen();
}

static void press_twice(int x, int y)
{
    point(x, y);
    frame();
    for (int clicks = 1; clicks <= 2; clicks++)
        for (int up = 0; up < 2; up++) {
            input_push(&screen.queue,
                       &(struct input){.kind = up ? INPUT_RELEASE : INPUT_PRESS,
                                       .x = x,
                                       .y = y,
                                       .button = BUTTON_LEFT,
                                       .clicks = clicks},
                       NULL);
            frame();
        }
}

/* Pressed twice it is as large as the window, and goes on as it did; what did not play yet plays. */
static void test_pressed_twice(void **state)
{
    (void)state;
    static const enum play_state before[] = {PLAY_PLAYING, PLAY_PAUSED, PLAY_ENDED, PLAY_NONE};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        open_screen(1280, 720, 1, APP_THEME_DARK);
        struct room *lobby = enter(both, 2);
        struct message *m = film(lobby, "a.mp4", 1280, 720);
        m->file->transfer.state = TRANSFER_WAITING; /* its bytes are on their way */
        if (before[i] != PLAY_NONE)
            play(lobby, m, before[i], 3000);
        show("film-twice");
        const struct rect r = place_of("a.mp4");
        press_twice(r.x + r.w / 2, r.y + r.h / 2);
        show("film-twice-large");
        stands("viewer", "a.mp4", 0, 0, 1280, 720);
        const enum play_state now = screen.model->playback.state;
        const bool runs = now == PLAY_OPENING || now == PLAY_PLAYING || now == PLAY_WAITING;
        if (runs != (before[i] != PLAY_PAUSED))
            fail_msg("it was %d and is %d", (int)before[i], (int)now);
        stop();
        close_screen();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place), cmocka_unit_test(test_states_of_a_film),
        cmocka_unit_test(test_fades), cmocka_unit_test(test_pictures),
        cmocka_unit_test(test_full),  cmocka_unit_test(test_pressed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
