/* The system around the window: events to inputs, the sleep and its waking, dialogs, links, fonts. With SDL's dummy screen and
 * made-up helper programs in PATH. */
#include "client/platform/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SDL.h>
#include <cmocka.h>

#include "client/platform/clipboard.h"
#include "client/platform/dialog.h"
#include "client/platform/events.h"
#include "client/platform/fonts.h"
#include "client/platform/open_url.h"
#include "client/ui/input.h"
#include "client/ui/theme.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

static struct window *window;
static struct input_queue queue;

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], here[OS_PATH_MAX / 2];
    assert_non_null(getcwd(here, sizeof here));
    assert_true(file_make_folder("bin", &err));
    snprintf(path, sizeof path, "%s/bin:/usr/bin:/bin", here);
    setenv("PATH", path, 1);
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    setenv("CONFAB_SCALE", "1.5", 1);
    unsetenv("XDG_CURRENT_DESKTOP");
    struct window_options options = {
        .title = "Test", .w = 400, .h = 300, .min_w = 100, .min_h = 100};
    window = window_open(&options, &err);
    if (!window)
        print_error("%s\n", err.text);
    input_queue_init(&queue);
    return window ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    input_queue_finish(&queue);
    window_close(window);
    return 0;
}

static void drain(void)
{
    struct input input;
    window_wait(window, &queue, 0);
    while (input_take(&queue, &input))
        mem_free(input.text);
}

/* The next input of this kind within five seconds; the caller frees its text. */
static struct input wait_for(enum input_kind kind)
{
    struct input input;
    int64_t until = clock_now_ms() + 5000;
    while (clock_now_ms() < until) {
        while (input_take(&queue, &input)) {
            if (input.kind == kind)
                return input;
            mem_free(input.text);
        }
        window_wait(window, &queue, 100);
    }
    fail_msg("no input of kind %d came", (int)kind);
    return (struct input){0};
}

static void a_window_has_the_scale_it_is_told(void **state)
{
    (void)state;
    int w, h;
    window_size_px(window, &w, &h);
    assert_int_equal(w, 600);
    assert_int_equal(h, 450);
    assert_true(window_scale(window) > 1.49f && window_scale(window) < 1.51f);
    int x, y;
    bool maximized;
    window_place(window, &x, &y, &w, &h, &maximized);
    assert_int_equal(w, 400);
}

static int wake_later(void *arg)
{
    (void)arg;
    SDL_Delay(100);
    for (int i = 0; i < 1000; i++) /* many calls, one input */
        window_wake(window);
    return 0;
}

static void another_thread_ends_the_sleep(void **state)
{
    (void)state;
    drain();
    SDL_Thread *thread = SDL_CreateThread(wake_later, "wake", NULL);
    int64_t start = clock_now_ms();
    window_wait(window, &queue, 10000);
    int64_t slept = clock_now_ms() - start;
    SDL_WaitThread(thread, NULL);
    assert_in_range(slept, 50, 5000);
    mem_free(wait_for(INPUT_WAKE).text);
    drain();
    window_wake(window); /* and again: the flag was put back */
    mem_free(wait_for(INPUT_WAKE).text);
}

static void the_sleep_has_an_end(void **state)
{
    (void)state;
    drain();
    int64_t start = clock_now_ms();
    window_wait(window, &queue, 60);
    assert_in_range(clock_now_ms() - start, 40, 3000);
}

static void push(SDL_Event *event)
{
    struct events events = {.px_per_point = 2, .drop_x = -1, .drop_y = -1};
    events_translate(&events, event, &queue);
}

static struct input take_one(void)
{
    struct input input;
    assert_true(input_take(&queue, &input));
    return input;
}

static void keys_are_told_by_what_they_mean(void **state)
{
    (void)state;
    static const struct {
        SDL_Keycode code;
        int key;
    } keys[] = {{SDLK_RETURN, KEY_ENTER}, {SDLK_KP_ENTER, KEY_ENTER}, {SDLK_k, KEY_CHAR + 'k'},
                {SDLK_F5, KEY_F1 + 4},    {SDLK_PAGEUP, KEY_PAGE_UP}, {SDLK_LSHIFT, KEY_NONE}};
    drain();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        SDL_Event e = {.type = SDL_KEYDOWN};
        e.key.keysym.sym = keys[i].code;
        e.key.keysym.mod = KMOD_LCTRL | KMOD_RSHIFT | KMOD_NUM;
        push(&e);
        struct input input = take_one();
        assert_int_equal(input.kind, INPUT_KEY);
        assert_int_equal((int)input.key, keys[i].key);
        assert_int_equal(input.mods, MOD_CTRL | MOD_SHIFT);
    }
}

static void pointers_are_in_pixels(void **state)
{
    (void)state;
    drain();
    SDL_Event e = {.type = SDL_MOUSEBUTTONDOWN};
    e.button.button = SDL_BUTTON_RIGHT;
    e.button.clicks = 7;
    e.button.x = 21;
    e.button.y = 10;
    push(&e);
    struct input input = take_one();
    assert_int_equal(input.kind, INPUT_PRESS);
    assert_int_equal(input.button, BUTTON_RIGHT);
    assert_int_equal(input.x, 42);
    assert_int_equal(input.y, 20);
    assert_int_equal(input.clicks, 3);
    e.button.button = 9; /* a button that nobody knows */
    push(&e);
    assert_null(input_peek(&queue));
}

static void dropped_files_come_one_by_one(void **state)
{
    (void)state;
    drain();
    struct events events = {.px_per_point = 1, .drop_x = 30, .drop_y = 40};
    static const struct {
        uint32_t type;
        const char *file;
        enum input_kind kind;
    } steps[] = {{SDL_DROPBEGIN, NULL, INPUT_DROP_OVER},
                 {SDL_DROPFILE, "/tmp/drop file \xC3\xA9.txt", INPUT_DROP_FILE},
                 {SDL_DROPFILE, "/tmp/b", INPUT_DROP_FILE},
                 {SDL_DROPTEXT, "words", INPUT_DROP_TEXT},
                 {SDL_DROPCOMPLETE, NULL, INPUT_DROP_END}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        SDL_Event e = {.type = steps[i].type};
        e.drop.file = steps[i].file ? SDL_strdup(steps[i].file) : NULL;
        events_translate(&events, &e, &queue);
        struct input input = take_one();
        assert_int_equal(input.kind, steps[i].kind);
        if (steps[i].file)
            assert_string_equal(input.text, steps[i].file);
        if (i < 4) {
            assert_int_equal(input.x, 30);
            assert_int_equal(input.y, 40);
        }
        mem_free(input.text);
    }
    assert_false(events.dropping);
    assert_int_equal(events.drop_x, -1);
}

static void text_and_composition_are_copied(void **state)
{
    (void)state;
    drain();
    SDL_Event e = {.type = SDL_TEXTEDITING_EXT};
    e.editExt.text = SDL_strdup("\xE3\x81\x8B");
    e.editExt.start = 1;
    push(&e);
    struct input input = take_one();
    assert_int_equal(input.kind, INPUT_COMPOSE);
    assert_string_equal(input.text, "\xE3\x81\x8B");
    assert_int_equal(input.caret, 1);
    mem_free(input.text);
    SDL_Event t = {.type = SDL_TEXTINPUT};
    strcpy(t.text.text, "\xC3\xA9");
    push(&t);
    input = take_one();
    assert_int_equal(input.kind, INPUT_TEXT);
    assert_string_equal(input.text, "\xC3\xA9");
    mem_free(input.text);
}

static void a_shortcut_types_nothing(void **state)
{
    (void)state;
    drain();
    struct events events = {.px_per_point = 1, .drop_x = -1, .drop_y = -1};
    SDL_Event down = {.type = SDL_KEYDOWN}, up = {.type = SDL_KEYUP},
              text = {.type = SDL_TEXTINPUT};
    strcpy(text.text.text, "1");
    static const struct {
        Uint16 mods;
        bool types;
    } cases[] = {{KMOD_NONE, true},
                 {KMOD_LSHIFT, true},
                 {KMOD_LCTRL, false},
                 {KMOD_LCTRL | KMOD_LSHIFT, false},
                 {KMOD_LCTRL | KMOD_RALT, true}, /* AltGr on Windows */
                 {KMOD_RCTRL, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        down.key.keysym.sym = SDLK_1;
        down.key.keysym.mod = cases[i].mods;
        events_translate(&events, &down, &queue);
        struct input input = take_one();
        assert_int_equal(input.kind, INPUT_KEY);
        events_translate(&events, &text, &queue);
        assert_int_equal(queue.count, cases[i].types ? 1 : 0);
        drain();
        events_translate(&events, &up, &queue);
        events_translate(&events, &text, &queue); /* of an input method, with no key */
        input = take_one();
        assert_int_equal(input.kind, INPUT_TEXT);
        mem_free(input.text);
    }
}

static void the_clipboard_gives_back_what_was_put_in(void **state)
{
    (void)state;
    assert_true(clipboard_set("caf\xC3\xA9 \xF0\x9F\x91\x8D"));
    char *text = clipboard_get();
    assert_string_equal(text, "caf\xC3\xA9 \xF0\x9F\x91\x8D");
    mem_free(text);
}

static void program(const char *name, const char *body)
{
    char path[64];
    snprintf(path, sizeof path, "bin/%s", name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", body);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
}

static void chosen_files_come_back_with_their_token(void **state)
{
    (void)state;
    struct err err = {0};
    drain();
    program("zenity", "echo \"$@\" > asked; printf '/tmp/one file.jpg\\n/tmp/b.ogg\\n'");
    assert_true(dialog_available());
    unsigned token = dialog_open_files(window, "Send files", &err);
    assert_true(token > 0);
    struct input input = wait_for(INPUT_CHOSEN);
    assert_int_equal(input.token, token);
    assert_string_equal(input.text, "/tmp/one file.jpg");
    mem_free(input.text);
    input = wait_for(INPUT_CHOSEN);
    assert_string_equal(input.text, "/tmp/b.ogg");
    mem_free(input.text);
    input = wait_for(INPUT_CHOSEN);
    assert_string_equal(input.text, "");
    mem_free(input.text);
    size_t size;
    char *asked = file_load("asked", 1000, &size, &err);
    assert_non_null(asked);
    assert_non_null(strstr(asked, "--file-selection --title=Send files --multiple"));
    mem_free(asked);
    dialog_cancel();
}

static void a_closed_dialog_answers_nothing_but_its_end(void **state)
{
    (void)state;
    struct err err = {0};
    drain();
    program("zenity", "echo /tmp/half; exit 1");
    unsigned token = dialog_save_file(window, "Save", "/tmp", "a b.pdf", &err);
    struct input input = wait_for(INPUT_CHOSEN);
    assert_int_equal(input.token, token);
    assert_string_equal(input.text, "");
    mem_free(input.text);
    dialog_cancel();
}

static void one_dialog_at_a_time_and_it_can_be_put_away(void **state)
{
    (void)state;
    struct err err = {0};
    drain();
    program("zenity", "exec sleep 60");
    assert_true(dialog_open_files(window, "Send files", &err) > 0);
    assert_int_equal(dialog_open_files(window, "Send files", &err), 0);
    assert_true(strlen(err.text) > 10);
    int64_t start = clock_now_ms();
    dialog_cancel();
    assert_true(clock_now_ms() - start < 5000);
    drain();
    remove("bin/zenity");
}

static void links_are_handed_on_and_only_links(void **state)
{
    (void)state;
    struct err err = {0};
    program("xdg-open", "echo \"$1\" > opened.tmp; mv opened.tmp opened");
    remove("opened");
    assert_false(open_url("file:///etc/passwd", &err));
    assert_false(open_url("javascript:alert(1)", &err));
    assert_false(open_url("-x http://a", &err));
    assert_true(open_url("https://example.org/?a=1&b=2", &err));
    int64_t until = clock_now_ms() + 5000;
    while (access("opened", R_OK) != 0 && clock_now_ms() < until)
        SDL_Delay(10);
    size_t size;
    char *opened = file_load("opened", 1000, &size, &err);
    assert_non_null(opened);
    assert_string_equal(opened, "https://example.org/?a=1&b=2\n");
    mem_free(opened);
}

static void there_is_a_font_for_every_wish(void **state)
{
    (void)state;
    struct font_file file;
    assert_true(fonts_find(FONT_UI, 400, &file));
    assert_int_equal(access(file.path, R_OK), 0);
    assert_true(fonts_find(FONT_MONO, 400, &file));
    assert_false(file.color);
    assert_true(fonts_find_for(0x05D0, 400, true, &file)); /* alef */
    assert_false(fonts_find_for(0x10FFFF, 400, true, &file));
    fonts_close();
    assert_true(fonts_find(FONT_UI, 700, &file)); /* starts again by itself */
    fonts_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_has_the_scale_it_is_told),
        cmocka_unit_test(another_thread_ends_the_sleep),
        cmocka_unit_test(the_sleep_has_an_end),
        cmocka_unit_test(keys_are_told_by_what_they_mean),
        cmocka_unit_test(pointers_are_in_pixels),
        cmocka_unit_test(dropped_files_come_one_by_one),
        cmocka_unit_test(text_and_composition_are_copied),
        cmocka_unit_test(a_shortcut_types_nothing),
        cmocka_unit_test(the_clipboard_gives_back_what_was_put_in),
        cmocka_unit_test(chosen_files_come_back_with_their_token),
        cmocka_unit_test(a_closed_dialog_answers_nothing_but_its_end),
        cmocka_unit_test(one_dialog_at_a_time_and_it_can_be_put_away),
        cmocka_unit_test(links_are_handed_on_and_only_links),
        cmocka_unit_test(there_is_a_font_for_every_wish),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
