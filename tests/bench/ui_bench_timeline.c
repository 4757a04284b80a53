/* ui_bench_timeline.c - what a room with very many messages costs the window's thread: to open it, to scroll, and when
 * messages come at its end and its beginning. The views are drawn into memory, 1280 x 800 pixels; there is no server.
 * Run it from a release build: build/release/tests/ui_bench_timeline [MESSAGES] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/app/action.h"
#include "client/model/model.h"
#include "client/ui/icons.h"
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define FRAMES_MAX 4096
#define FRAME_MS 16

static struct {
    struct draw *draw;
    struct text *text;
    struct icons *icons;
    struct ui *ui;
    struct app *app;
    struct views *views;
    struct input_queue queue;
    struct room *room;
    uint64_t now_ms;
    double ms[FRAMES_MAX];
    int count;
} bench;

static void open_window(void)
{
    const struct app_config config = {
        .name = "me", .observe = views_observe, .observe_context = &bench.views};
    struct err err = {0};
    bench.now_ms = 1000;
    bench.draw = draw_create_offscreen(1280, 800, &err);
    bench.text = bench.draw ? text_create(bench.draw, &err) : NULL;
    bench.app = bench.text ? app_create(&config, &err) : NULL;
    if (!bench.app) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    bench.icons = icons_create(bench.draw);
    bench.ui = ui_create(NULL, bench.draw, bench.text, bench.icons);
    ui_set_scale(bench.ui, 1);
    bench.views = views_create(bench.app, bench.ui);
    ui_set_handler(bench.ui, views_on_input, bench.views);
    input_queue_init(&bench.queue);
    input_push(&bench.queue, &(struct input){.kind = INPUT_FOCUS, .on = true}, NULL);
}

static struct model *model(void)
{
    return (struct model *)(uintptr_t)app_model(bench.app); /* played by this program */
}

static void close_window(void)
{
    views_destroy(bench.views);
    bench.views = NULL;
    model()->link = LINK_OFFLINE;
    model_forget_server(model());
    app_destroy(bench.app);
    ui_destroy(bench.ui);
    icons_destroy(bench.icons);
    text_destroy(bench.text);
    draw_destroy(bench.draw);
    input_queue_finish(&bench.queue);
}

/* One frame, as the window's loop makes it; its time is noted. */
static void frame(void)
{
    const int64_t begin_us = clock_now_us();
    do {
        ui_begin(bench.ui, &bench.queue, bench.now_ms);
        root_view(bench.views);
    } while (ui_end(bench.ui));
    draw_flush(bench.draw);
    text_end_frame(bench.text);
    if (bench.count < FRAMES_MAX)
        bench.ms[bench.count++] = (double)(clock_now_us() - begin_us) / 1000;
    bench.now_ms += FRAME_MS;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The times since the last call. */
static void tell(const char *what)
{
    const int n = bench.count;
    qsort(bench.ms, (size_t)n, sizeof *bench.ms, compare);
    printf("%-44s %5d frames   p50 %7.2f   p99 %7.2f   most %7.2f ms\n", what, n, bench.ms[n / 2],
           bench.ms[n * 99 / 100], bench.ms[n - 1]);
    bench.count = 0;
}

/* Texts of unlike lengths, each its own, so that no layout is there twice. */
static void say(uint64_t seq)
{
    static const char *const names[] = {"Ann", "Bo", "Cy", "me"};
    static const char words[] =
        "the quick brown fox jumps over the lazy dog and then it sits down to write a long letter "
        "about what it has seen on the way, which nobody has asked for but all will read in the "
        "end";
    const size_t who = (seq / 3) % 4;
    struct message *message = message_create(MESSAGE_TEXT);
    char text[256];
    str_format(text, sizeof text, "%llu %.*s", (unsigned long long)seq,
               (int)(seq * 37 % (sizeof words - 1)), words);
    message->own = who == 3;
    message->state = message->own ? MESSAGE_STORED : MESSAGE_RELAYED;
    message->seq = seq;
    message->time_ms = message->sent_ms =
        clock_wall_ms() - INT64_C(200000) * 20000 + (int64_t)seq * 20000;
    str_format(message->from, sizeof message->from, "%016zx", who + 1);
    text_set(&message->name, names[who]);
    text_set(&message->text, text);
    room_add_message(bench.room, message);
}

static void wheel(float notches)
{
    input_push(&bench.queue,
               &(struct input){.kind = INPUT_WHEEL, .x = 600, .y = 300, .wheel_y = notches}, NULL);
}

int main(int argc, char **argv)
{
    const uint64_t messages = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000, first = 10001;
    uint64_t next = first;
    open_window();
    model()->link = LINK_ONLINE;
    str_copy(model()->server_name, NAME_SIZE, "Bench");
    str_copy(model()->my_uid, UID_DIGITS + 1, "0000000000000004");
    struct room *small = model_add_room(model(), "small");
    bench.room = small;
    small->joined = small->history_complete = true;
    model()->room = small;
    say(1);
    for (int i = 0; i < 5; i++)
        frame(); /* fonts are open, icons made */
    bench.room = model_add_room(model(), "large");
    bench.room->joined = bench.room->history_complete = true;
    while (next < first + messages)
        say(next++);
    bench.room->read_seq = bench.room->newest_seq = next - 1;
    bench.count = 0;

    printf("%llu messages, 1280 x 800\n", (unsigned long long)messages);
    model()->room = bench.room;
    model_touch(model());
    frame();
    tell("the first frame of the room");
    for (int i = 0; i < 600; i++) {
        wheel(.5f);
        frame();
    }
    tell("scrolled by 30 px");
    for (int i = 0; i < 300; i++) {
        wheel(12);
        frame();
    }
    tell("scrolled by a screen: all rows are new");
    for (int i = 0; i < 600; i++) {
        say(next++);
        frame();
    }
    tell("a new one at the end, while one reads");
    input_push(&bench.queue, &(struct input){.kind = INPUT_KEY, .key = KEY_END, .mods = MOD_CTRL},
               NULL);
    for (int i = 0; i < 30; i++)
        frame();
    bench.count = 0;
    for (int i = 0; i < 600; i++) {
        for (int k = 0; k < (i % 5 == 0 ? 4 : 3); k++)
            say(next++); /* 200 a second at 60 frames */
        frame();
    }
    tell("200 a second at the end, in sight");
    input_push(&bench.queue, &(struct input){.kind = INPUT_KEY, .key = KEY_HOME, .mods = MOD_CTRL},
               NULL);
    for (int i = 0; i < 30; i++)
        frame();
    bench.count = 0;
    uint64_t oldest = first;
    for (int i = 0; i < 150; i++) {
        for (int k = 0; k < HISTORY_PAGE; k++)
            say(--oldest);
        frame();
    }
    tell("50 older ones above what is read");
    for (int i = 0; i < 600; i++) {
        ui_redraw(bench.ui);
        frame();
    }
    tell("nothing changes");
    close_window();
    return 0;
}
