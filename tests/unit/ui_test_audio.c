/* Sounds on the screen: the bubble stands as designed, is where one plays and seeks, and the bar takes over when it is out of sight; a
 * voice message is spoken in the composer. The model's playback and recording are played by this test. */
#include "client/ui/lang.h"
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/unit/ui_content.h"

static struct playback *playback(void)
{
    return &screen.model->playback;
}

static void point_at(struct rect r, float at)
{
    const int x = (int)(((float)r.x + (float)r.w * at) * screen.scale),
              y = (int)(((float)r.y + (float)r.h * 0.5f) * screen.scale);
    input_push(&screen.queue, &(struct input){.kind = INPUT_MOVE, .x = x, .y = y}, NULL);
}

static void button_at(struct rect r, float at, bool down)
{
    const int x = (int)(((float)r.x + (float)r.w * at) * screen.scale),
              y = (int)(((float)r.y + (float)r.h * 0.5f) * screen.scale);
    const struct input input = {.kind = down ? INPUT_PRESS : INPUT_RELEASE,
                                .x = x,
                                .y = y,
                                .button = BUTTON_LEFT,
                                .clicks = 1};
    input_push(&screen.queue, &input, NULL);
    frame();
}

static struct rect wave(void)
{
    struct rect r;
    read_dump();
    if (!find("slider", "Position", 0, &r))
        fail_msg("no wave on the screen:\n%s", screen.dump);
    return r;
}

/* ---- the bubble ---- */

static void test_stands_as_designed(void **state)
{
    (void)state;
    static const struct {
        enum app_theme theme;
        float scale;
        const char *name;
    } cases[] = {{APP_THEME_DARK, 1, "audio-dark"},
                 {APP_THEME_LIGHT, 1, "audio-light"},
                 {APP_THEME_DARK, 2, "audio-dark-200"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_screen(1280, 800, cases[i].scale, cases[i].theme);
        fill_chat();
        show(cases[i].name);
        stands("message", "theme-v3.ogg", 332, 361, 354, 85);
        stands("audio", "theme-v3.ogg", 344, 387, 330, 51);
        stands("button", "Pause", 344, 392, 40, 40);
        stands("slider", "Position", 396, 390, 278, 28);
        stands_nth("text", "theme-v3.ogg", 1, 396, 418, 0, 0); /* the first is in the panel */
        stands("text", "0:38 / 1:31 · 1×", 588, 418, 86, 0);
        assert_false(has("bar", ""));
        close_screen();
    }
}

/* What is played is in the accent's colour, what is not is not. */
static void test_wave_shows_what_is_played(void **state)
{
    (void)state;
    int w, h;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_chat();
    show("audio-wave");
    const struct rect r = wave();
    uint8_t *pixels = draw_read_pixels(screen.draw, &w, &h);
    const struct color accent = ui_color(screen.ui, ROLE_ACCENT);
    int last = -1, first_rest = -1;
    for (int x = r.x; x < r.x + r.w; x++) {
        const uint8_t *p = pixels + 4 * ((size_t)(r.y + r.h / 2) * (size_t)w + (size_t)x);
        if (p[0] == accent.r && p[1] == accent.g && p[2] == accent.b)
            last = x;
        else if (p[0] > 60 && first_rest < 0 && x > last + 2)
            first_rest = x;
    }
    mem_free(pixels);
    assert_in_range(last, r.x + 38300 * 278 / 91000 - 5, r.x + 38300 * 278 / 91000 + 1);
    assert_in_range(first_rest, last + 1, last + 6);
    close_screen();
}

static struct room *one_sound(struct message **message)
{
    open_screen(1000, 700, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    *message = sound(lobby, "Likitha", 10, 44, "theme.ogg", 100000);
    lobby->read_seq = screen.seq;
    show("audio-one");
    return lobby;
}

static void test_button_plays_and_pauses(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    assert_true(has("text", "1:40\"")); /* how long it is, and nothing else */
    plays(lobby, message, PLAY_PLAYING, 5000);
    show("audio-plays");
    assert_true(has("text", "0:05 / 1:40 · 1×"));
    click("button", "Pause");
    assert_int_equal(playback()->state, PLAY_PAUSED);
    show("audio-paused");
    assert_true(has("button", "Play\""));
    assert_true(has("text", "0:05 / 1:40 · 1×"));
    playback()->state = PLAY_ENDED;
    model_touch(screen.model);
    show("audio-ended");
    assert_true(has("button", "Play again"));
    playback()->state = PLAY_FAILED;
    text_set(&playback()->trouble, "This sound is damaged and cannot be played.");
    model_touch(screen.model);
    show("audio-failed");
    assert_true(has("text", "This sound is damaged"));
    assert_true(has("button", "Try again"));
    close_screen();
}

static void test_wave_seeks(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    plays(lobby, message, PLAY_PAUSED, 5000);
    show("audio-seek");
    const struct rect r = wave();
    point_at(r, 0.25f);
    frame();
    read_dump();
    assert_true(has("time", "0:2")); /* 24 or 25 s */
    button_at(r, 0.25f, true);
    assert_int_equal(playback()->position_ms, 5000); /* not before it is let go */
    button_at(r, 0.25f, false);
    assert_in_range(playback()->position_ms, 24500, 25500);
    button_at(r, 0.5f, true);
    point_at(r, 0.9f);
    frame();
    button_at(r, 0.9f, false);
    assert_in_range(playback()->position_ms, 89500, 90500);
    button_at(r, 0.5f, true); /* out of it, and beyond its end */
    point_at(rect_make(r.x + 400, r.y + 200, 1, 1), 0);
    frame();
    button_at(rect_make(r.x + 400, r.y + 200, 1, 1), 0, false);
    assert_int_equal(playback()->position_ms, 100000);
    close_screen();
}

static void test_keys(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    plays(lobby, message, PLAY_PAUSED, 50000);
    show("audio-keys");
    button_at(wave(), 0.5f, true);
    button_at(wave(), 0.5f, false); /* the keyboard is there now */
    press_key(KEY_RIGHT, 0);
    frame();
    assert_in_range(playback()->position_ms, 54000, 56000);
    press_key(KEY_LEFT, 0);
    press_key(KEY_LEFT, 0);
    frame();
    assert_in_range(playback()->position_ms, 44000, 46000);
    press_key(KEY_DOWN, 0);
    frame();
    assert_int_equal(playback()->volume, 70);
    press_key(KEY_UP, 0);
    frame();
    assert_int_equal(playback()->volume, 80);
    press_key(KEY_CHAR + 'm', 0);
    frame();
    assert_true(playback()->quiet);
    for (int i = 0; i < 12; i++) {
        press_key(KEY_LEFT, 0);
        frame();
    }
    assert_int_equal(playback()->position_ms, 0);
    playback()->state = PLAY_PLAYING;
    press_key(KEY_SPACE, 0);
    frame();
    assert_int_equal(playback()->state, PLAY_PAUSED);
    close_screen();
}

/* The message itself has the focus, as Tab gives it. */
static void test_keys_of_the_message(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    plays(lobby, message, PLAY_PLAYING, 50000);
    ui_push_id(screen.ui, ui_id_of(screen.ui, lobby->name));
    ui_push_id(screen.ui, ui_id_num(screen.ui, "message", message->seq));
    ui_focus(screen.ui, ui_id_of(screen.ui, "row"));
    ui_pop_id(screen.ui);
    ui_pop_id(screen.ui);
    frame(); /* nobody writes any more */
    press_key(KEY_SPACE, 0);
    frame();
    assert_int_equal(playback()->state, PLAY_PAUSED);
    press_key(KEY_RIGHT, 0);
    frame();
    assert_int_equal(playback()->position_ms, 55000);
    show("audio-focus");
    assert_false(has("menuitem", ""));
    close_screen();
}

static void test_speed_goes_round(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    plays(lobby, message, PLAY_PAUSED, 5000);
    show("audio-speed");
    static const int speeds[] = {150, 200, 50, 100};
    for (size_t i = 0; i < 4; i++) {
        click("button", "Speed");
        assert_int_equal(playback()->speed, speeds[i]);
        show("audio-speed");
    }
    close_screen();
}

/* Moves in its own bubble, and nowhere else. */
static void test_repaints_only_its_bubble(void **state)
{
    (void)state;
    int w, h;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *lobby = fill_chat();
    const struct message *message = room_find_seq(lobby, playback()->seq);
    show("audio-before");
    struct rect bubble;
    assert_true(find("message", "theme-v3.ogg", 0, &bubble));
    uint8_t *before = draw_read_pixels(screen.draw, &w, &h);
    plays(lobby, message, PLAY_PLAYING, 60000);
    frame();
    uint8_t *after = draw_read_pixels(screen.draw, &w, &h);
    int changed = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = 4 * ((size_t)y * (size_t)w + (size_t)x);
            if (memcmp(before + i, after + i, 3) == 0)
                continue;
            changed++;
            assert_true(rect_has(bubble, x, y));
        }
    assert_true(changed > 100);
    mem_free(before);
    mem_free(after);
    close_screen();
}

/* What stands still asks for no pass; what plays asks for the next pixel's. */
static void test_idle_when_paused(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    plays(lobby, message, PLAY_PLAYING, 5000);
    ui_focus(screen.ui, 0);
    show("audio-awake");
    assert_in_range(ui_next_due_ms(screen.ui), 1, 1000);
    plays(lobby, message, PLAY_PAUSED, 5000);
    for (int i = 0; i < 5; i++) {
        screen.now_ms += 2000;
        frame();
    }
    assert_int_equal(ui_next_due_ms(screen.ui), -1);
    close_screen();
}

static void test_states(void **state)
{
    (void)state;
    open_screen(700, 900, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    struct message *m = sound(lobby, "Likitha", 10, 1, "a.mp3", 61000);
    text_set(&m->file->title,
             "Ana Bekuta - Zlatiborske zore, a title that is longer than there is room for");
    sound(lobby, "Sanjay", 10, 2, "mine.mp3", 9000);
    m = sound(lobby, "Sanjay", 10, 3, "sent.wav", 9000);
    m->file->transfer = (struct transfer){
        .state = TRANSFER_ACTIVE, .upload = true, .done = 3000000, .size = 9000000};
    file(lobby, "Likitha", 10, 4, "old.ogg", "audio", 999999); /* an old program's */
    m = sound(lobby, "Likitha", 10, 5, "voice.ogg", 4200);
    m->file->voice = true;
    m = sound(lobby, "Likitha", 10, 6, "broken.ogg", 4200);
    m->file->state = FILE_FAILED;
    m = sound(lobby, "Sravya", 10, 7, "comes.flac", 421000);
    m->file->state = FILE_COMING;
    m->file->transfer =
        (struct transfer){.state = TRANSFER_ACTIVE, .done = 3000000, .size = 9000000};
    plays(lobby, m, PLAY_WAITING, 20000);
    lobby->read_seq = screen.seq;
    show("audio-states");
    assert_true(has("audio", "a.mp3"));
    assert_true(has("text", "3.0 of 9.0 MB"));
    assert_true(has("button", "Cancel"));
    assert_true(has("audio", "old.ogg"));
    assert_true(has("text", "Voice message"));
    assert_false(has("text", "voice.ogg"));
    assert_true(has("new", ""));
    assert_true(has("file", "broken.ogg")); /* a card */
    assert_false(has("audio", "broken.ogg"));
    assert_true(strstr(screen.dump, "\"value\":\"waiting\"") != NULL);
    action_set_theme(screen.app, APP_THEME_LIGHT);
    show("audio-states-light");
    close_screen();
}

static void test_heard_voice_has_no_dot(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    message->file->voice = true;
    show("audio-new");
    assert_true(has("new", ""));
    plays(lobby, message, PLAY_PLAYING, 100);
    show("audio-heard");
    assert_false(has("new", ""));
    playback()->state = PLAY_NONE;
    model_touch(screen.model);
    show("audio-heard");
    assert_false(has("new", ""));
    close_screen();
}

/* ---- the bar ---- */

static void test_bar_in_another_room(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message), *design;
    design = model_add_room(screen.model, "design");
    design->joined = design->history_complete = true;
    say(design, "Sravya", 10, 30, "the grid is off by one");
    plays(lobby, message, PLAY_PLAYING, 50000);
    show("audio-bar-no");
    assert_false(has("bar", ""));
    screen.model->room = design;
    model_touch(screen.model);
    show("audio-bar");
    assert_true(has("bar", "theme.ogg"));
    stands("bar", "theme.ogg", 264, 56, 464, 48);
    assert_true(has("button", "Sound off"));
    click("button", "Pause");
    assert_int_equal(playback()->state, PLAY_PAUSED);
    show("audio-bar-paused");
    assert_true(has("bar", "theme.ogg"));
    button_at(wave(), 0.25f, true);
    button_at(wave(), 0.25f, false);
    assert_in_range(playback()->position_ms, 24000, 26000);
    click("button", "Sound off");
    assert_true(playback()->quiet);
    show("audio-bar-quiet");
    click("button", "theme.ogg");
    show("audio-bar-back");
    assert_ptr_equal(screen.model->room, lobby);
    assert_false(has("bar", ""));
    assert_true(has("audio", "theme.ogg"));
    screen.model->room = design;
    show("audio-bar-again");
    click("button", "Stop");
    assert_int_equal(playback()->state, PLAY_NONE);
    show("audio-bar-gone");
    assert_false(has("bar", ""));
    close_screen();
}

/* It comes when its bubble is scrolled away, and what one reads does not move. */
static void test_bar_when_scrolled_away(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    for (int i = 0; i < 60; i++)
        say(lobby, i % 2 ? "Sravya" : "Likitha", 10, 45, "a line that is read");
    plays(lobby, message, PLAY_PLAYING, 50000);
    show("audio-far");
    assert_true(has("bar", "theme.ogg"));
    press_key(KEY_HOME, MOD_CTRL);
    for (int i = 0; i < 20; i++) {
        frame();
        screen.now_ms += 100;
    }
    show("audio-near");
    assert_true(has("audio", "theme.ogg"));
    assert_false(has("bar", ""));
    close_screen();
}

static void test_bar_is_narrow(void **state)
{
    (void)state;
    open_screen(380, 480, 1, APP_THEME_LIGHT);
    struct room *lobby = enter(people, 3);
    struct message *message = sound(lobby, "Likitha", 10, 44, "theme-v3.ogg", 100000);
    struct room *design = model_add_room(screen.model, "design");
    design->joined = design->history_complete = true;
    plays(lobby, message, PLAY_PLAYING, 50000);
    show("audio-narrow");
    struct rect r;
    assert_true(find("message", "theme-v3.ogg", 0, &r));
    assert_true(r.x >= 0 && r.x + r.w <= 380);
    screen.model->room = design;
    show("audio-narrow-bar");
    assert_true(find("button", "Stop", 0, &r));
    assert_true(r.x + r.w <= 380);
    assert_true(find("button", "theme-v3.ogg", 0, &r));
    assert_true(r.w >= 80);
    assert_false(has("slider", "Volume"));
    close_screen();
}

static void test_mirrored(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    lang_set("ar");
    plays(lobby, message, PLAY_PAUSED, 25000);
    show("audio-arabic");
    struct rect button, line;
    assert_true(find("button", lang("Play"), 0, &button));
    assert_true(find("slider", lang("Position"), 0, &line));
    assert_true(button.x > line.x + line.w);
    point_at(line, 0.25f); /* three quarters, as one reads */
    button_at(line, 0.25f, true);
    button_at(line, 0.25f, false);
    assert_in_range(playback()->position_ms, 74000, 76000);
    press_key(KEY_LEFT, 0); /* that is on */
    frame();
    assert_in_range(playback()->position_ms, 79000, 81000);
    close_screen();
    lang_set("en");
}

/* ---- a voice message ---- */

static struct recording *recording(void)
{
    return &screen.model->recording;
}

/* The program has no microphone here: the test speaks. */
static void speaks(const struct room *room, int64_t ms)
{
    recording()->active = true;
    str_copy(recording()->room, sizeof recording()->room, room->name);
    recording()->ms = ms;
    recording()->level = 0.5f;
    for (int i = 0; i < WAVE_BARS; i++)
        recording()->levels[i] = (uint8_t)(255 * fabs(sin(i * .3)));
    text_set(&recording()->trouble, NULL);
    model_touch(screen.model);
}

static void test_microphone(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    assert_true(has("button", "Record a voice message"));
    type_text("x");
    show("voice-text");
    assert_false(has("button", "Record a voice message"));
    assert_true(has("button", "Send\""));
    press_key(KEY_BACKSPACE, 0);
    show("voice-none");
    speaks(lobby, 5200);
    show("voice");
    assert_true(has("recording", "0:05"));
    assert_true(has("meter", ""));
    assert_false(has("field", "Message"));
    click("button", "Cancel");
    assert_false(recording()->active);
    speaks(lobby, 5200);
    show("voice");
    press_key(KEY_ESCAPE, 0);
    frame();
    assert_false(recording()->active);
    speaks(lobby, RECORDING_MAX_MS - 3500);
    show("voice-late");
    assert_true(has("text", "4 s left"));
    struct room *design = model_add_room(screen.model, "design");
    design->joined = design->history_complete = true;
    screen.model->room = design;
    speaks(lobby, 9000);
    show("voice-elsewhere"); /* it goes on, and is seen */
    assert_true(has("text", "For lobby"));
    press_key(KEY_ENTER, 0);
    frame();
    assert_false(recording()->active);
    action_set_theme(screen.app, APP_THEME_LIGHT);
    ui_set_motion(screen.ui, false);
    speaks(design, 9000);
    show("voice-light-still");
    close_screen();
}

/* How long one can still speak is read in a small window too, whatever the language. */
static void test_words_of_the_end_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *language, *text;
    } ends[] = {{"en", "10 s left"}, {"de", "noch 10 s"}, {"ar", "بقيت 10 ثوانٍ"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct rect r = {0};
        open_screen(380, 700, 1, APP_THEME_DARK);
        struct room *lobby = enter(people, 3);
        lang_set(ends[i].language);
        speaks(lobby, RECORDING_MAX_MS - 9500);
        show("voice-late-narrow");
        if (!find("text", ends[i].text, 0, &r))
            fail_msg("%s: no words of the end:\n%s", ends[i].language, screen.dump);
        const int w = ui_label_width(screen.ui, ends[i].text, TEXT_SM, WEIGHT_REGULAR);
        if (r.w < w)
            fail_msg("%s: %d px of %d", ends[i].language, r.w, w);
        lang_set("en");
        close_screen();
    }
}

/* Enter sends while nothing else has the keyboard: a button that was gone to by Tab is what it presses. */
static void test_enter_while_one_speaks(void **state)
{
    (void)state;
    struct message *message;
    struct room *lobby = one_sound(&message);
    speaks(lobby, 5200);
    frame();
    for (int i = 0; i < 40 && !focused("button", "Play"); i++) {
        press_key(KEY_TAB, 0);
        frame();
        read_dump();
    }
    assert_true(focused("button", "Play"));
    press_key(KEY_ENTER, 0);
    frame();
    assert_true(recording()->active);
    close_screen();
}

static void test_no_microphone(void **state)
{
    (void)state;
    struct message *message;
    one_sound(&message);
    click("button", "Record a voice message");
    show("voice-nothing");
    assert_true(has("toast", "This program has no microphone"));
    close_screen();
}

int main(void)
{
    lang_set("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stands_as_designed),
        cmocka_unit_test(test_wave_shows_what_is_played),
        cmocka_unit_test(test_button_plays_and_pauses),
        cmocka_unit_test(test_wave_seeks),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_keys_of_the_message),
        cmocka_unit_test(test_speed_goes_round),
        cmocka_unit_test(test_repaints_only_its_bubble),
        cmocka_unit_test(test_idle_when_paused),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_heard_voice_has_no_dot),
        cmocka_unit_test(test_bar_in_another_room),
        cmocka_unit_test(test_bar_when_scrolled_away),
        cmocka_unit_test(test_bar_is_narrow),
        cmocka_unit_test(test_mirrored),
        cmocka_unit_test(test_microphone),
        cmocka_unit_test(test_words_of_the_end_are_whole),
        cmocka_unit_test(test_enter_while_one_speaks),
        cmocka_unit_test(test_no_microphone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
