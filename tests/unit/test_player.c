/* test_player.c: what plays is in step with what is pulled, stands where its bytes are not here yet, and nothing that a helper says or does
 * not say costs more than that one sound. The helper is fake_media.c; each sample of it is its own time in seconds, each picture bears its number. */
#include "client/media/player.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/media/sound_port.h"
#include "client/work/mailbox.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/sock.h"

#define PATIENCE_MS 20000
#define PULL_FRAMES 480 /* 10 ms */

static char folder[] = "/tmp/confab-test-XXXXXX";
static char helper[OS_PATH_MAX], path[OS_PATH_MAX];
static struct mailbox *box;
static struct player *player;
static struct player_mail facts, need, failed;
static size_t filled, needs;

static void open_mail(struct mail *opened, void *reader)
{
    struct player_mail *mail = (struct player_mail *)opened;
    (void)reader;
    if (mail->player == player && mail->kind == PLAYER_FACTS)
        facts = *mail;
    if (mail->player == player && mail->kind == PLAYER_NEED)
        need = *mail;
    if (mail->player == player && mail->kind == PLAYER_FAILED)
        failed = *mail;
    filled += mail->player == player && mail->kind == PLAYER_FILLED;
    needs += mail->kind == PLAYER_NEED;
    mem_free(mail);
}

static void begin_at(const char *what, size_t size, bool whole, int64_t start_ms, int answer_ms)
{
    struct err err = {0};
    char *bytes = mem_alloc(size, 1);
    str_copy(bytes, 64, what);
    assert_true(file_save(path, bytes, size, &err));
    mem_free(bytes);
    memset(&facts, 0, sizeof facts);
    memset(&need, 0, sizeof need);
    memset(&failed, 0, sizeof failed);
    filled = 0;
    const struct player_order order = {.path = path,
                                       .size = size,
                                       .whole = whole,
                                       .start_ms = start_ms,
                                       .speed = 100,
                                       .width = 64,
                                       .height = 36,
                                       .helper = helper,
                                       .answer_ms = answer_ms,
                                       .box = box,
                                       .open = open_mail};
    player = player_create(&order, &err);
    if (!player)
        fail_msg("%s", err.text);
}

static void begin(const char *what)
{
    begin_at(what, 100, true, 0, 0);
}

static void end(void)
{
    player_destroy(player);
    player = NULL;
    mailbox_drain(box, NULL);
}

/* Until something holds; time passes, and mail is opened. */
#define UNTIL(condition)                                       \
    do {                                                       \
        const int64_t until_ms = clock_now_ms() + PATIENCE_MS; \
        while (mailbox_drain(box, NULL), !(condition)) {       \
            assert_true(clock_now_ms() < until_ms);            \
            usleep(1000);                                      \
        }                                                      \
    } while (0)

/* As a device: 10 ms each 10 ms. The first frame's time in ms, or -1 if there was none. */
static double pull(void)
{
    static float frames[PULL_FRAMES * SOUND_CHANNELS];
    usleep(10000);
    mailbox_drain(box, NULL);
    size_t got = player_pull(player, frames, PULL_FRAMES);
    for (size_t i = 0; i < PULL_FRAMES; i++) {
        assert_true(frames[2 * i] == frames[2 * i + 1]);
        assert_true(frames[2 * i] >= -1.0f && frames[2 * i] <= 1.0f);
        if (i >= got)
            assert_true(frames[2 * i] == 0);
    }
    return got > 0 ? (double)frames[0] * 1000 : -1;
}

/* The next sound, however long it takes. */
static double pull_some(void)
{
    const int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    double ms;
    while ((ms = pull()) < 0)
        assert_true(clock_now_ms() < until_ms);
    return ms;
}

static void test_sound(void **state)
{
    (void)state;
    double last = -1, all = 0;
    begin("sound 600");
    player_run(player, PLAYER_BY_SOUND);
    while (!player_is_over(player, 0)) {
        double ms = pull();
        if (ms < 0)
            continue;
        assert_true(ms > last); /* in order, nothing twice, nothing left out */
        if (last >= 0)
            assert_true(ms - last > 9.9 && ms - last < 10.1);
        last = ms;
        all += 10;
    }
    assert_int_equal(all, 600);
    assert_true(facts.duration_ms == 600 && !facts.film);
    assert_int_equal(failed.kind, PLAYER_FACTS); /* none came */
    end();
}

static void test_position_is_what_is_heard(void **state)
{
    (void)state;
    begin_at("sound 900", 100, true, 100, 0);
    player_run(player, PLAYER_BY_SOUND);
    assert_int_equal(player_position_ms(player, 0), 100);
    assert_int_equal(pull_some() + .5, 100);
    for (int i = 0; i < 20; i++) {
        double ms = pull_some();
        int64_t now = player_position_ms(player, 0);
        assert_true((double)now > ms - 100 && (double)now < ms + 150);
        assert_true(player_position_ms(player, 50) <= now);
    }
    player_run(player, PLAYER_STANDS);
    int64_t stood = player_position_ms(player, 0);
    assert_true(pull() < 0 && pull() < 0);
    assert_int_equal(player_position_ms(player, 0), stood);
    end();
}

static void test_seek(void **state)
{
    (void)state;
    begin("sound 900");
    player_run(player, PLAYER_BY_SOUND);
    pull_some();
    player_seek(player, 700);
    assert_int_equal(player_position_ms(player, 0), 700);
    assert_int_equal(pull_some() + .5, 700); /* nothing of what was decoded before */
    player_seek(player, 200);
    player_seek(player, 300);
    assert_int_equal(pull_some() + .5, 300);
    player_seek(player, 100000);
    UNTIL(player_is_over(player, 0));
    player_seek(player, 50);
    assert_false(player_is_over(player, 0));
    assert_int_equal(pull_some() + .5, 50);
    end();
}

static void test_speed(void **state)
{
    (void)state;
    begin("sound 900");
    player_run(player, PLAYER_BY_SOUND);
    pull_some();
    player_speed(player, 200);
    double first = pull_some(), next = pull_some();
    assert_true(next - first > 19.8 && next - first < 20.2); /* 10 ms of it hold twice as much */
    player_speed(player, 5);                                 /* no slower than half */
    first = pull_some();
    next = pull_some();
    assert_true(next - first > 4.8 && next - first < 5.2);
    end();
}

/* Pictures come by the sound that is pulled, and none comes twice. */
static void test_film(void **state)
{
    (void)state;
    int width, height, next_ms, seen = 0, last = -1;
    begin("film 800 50");
    UNTIL(facts.film);
    assert_true(facts.width == 640 && facts.height == 360 && !facts.silent);
    player_run(player, PLAYER_BY_SOUND);
    while (!player_is_over(player, 0)) {
        pull();
        int64_t now_ms = player_position_ms(player, 0);
        uint8_t *pixels = player_frame(player, 0, &width, &height, &next_ms);
        if (!pixels)
            continue;
        int number = pixels[0] | pixels[1] << 8;
        mem_free(pixels);
        assert_true(width == 64 && height == 36 && number > last);
        /* the one whose time it is, or the last before */
        assert_true(number * 20 <= now_ms + 20);
        last = number;
        seen++;
    }
    assert_int_equal(last, 39);
    struct player_stats stats = player_stats(player);
    assert_int_equal(stats.pictures, 40);
    assert_int_equal(stats.late + (uint64_t)seen, 40);
    end();
}

static void test_silent_film_by_the_wall(void **state)
{
    (void)state;
    int width, height, next_ms, last = -1;
    begin("silent 400 50");
    player_run(player, PLAYER_BY_WALL);
    while (!player_is_over(player, 0)) {
        usleep(3000);
        mailbox_drain(box, NULL);
        uint8_t *pixels = player_frame(player, 0, &width, &height, &next_ms);
        if (pixels)
            last = pixels[0];
        mem_free(pixels);
    }
    assert_true(facts.silent);
    assert_int_equal(last, 19);
    end();
}

/* A film that nobody hears goes on all the same, and its sound goes by. */
static void test_film_without_device(void **state)
{
    (void)state;
    int width, height, next_ms;
    begin("film 700 50");
    player_run(player, PLAYER_BY_WALL);
    while (!player_is_over(player, 0)) {
        usleep(3000);
        mailbox_drain(box, NULL);
        mem_free(player_frame(player, 0, &width, &height, &next_ms));
    }
    assert_int_equal(player_stats(player).pictures, 35);
    end();
}

/* Its first picture comes later than the sound that there is room for. */
static void test_film_whose_pictures_come_late(void **state)
{
    (void)state;
    int width, height, next_ms;
    begin("late 20000 50");
    player_run(player, PLAYER_BY_SOUND);
    assert_int_equal(pull_some() + .5, 0);
    player_seek(player, 5900);
    uint8_t *pixels;
    UNTIL((pixels = player_frame(player, 0, &width, &height, &next_ms)) != NULL);
    assert_int_equal(pixels[0] | pixels[1] << 8, 300);
    mem_free(pixels);
    end();
}

/* A seek shows its picture also while the film stands; and what is decoded ahead is bounded. */
static void test_stands(void **state)
{
    (void)state;
    int width, height, next_ms;
    uint8_t *pixels;
    begin("film 100000 50");
    UNTIL((pixels = player_frame(player, 0, &width, &height, &next_ms)) != NULL);
    assert_int_equal(pixels[0], 0);
    mem_free(pixels);
    assert_null(player_frame(player, 0, &width, &height, &next_ms));
    player_seek(player, 2000);
    UNTIL((pixels = player_frame(player, 0, &width, &height, &next_ms)) != NULL);
    assert_int_equal(pixels[0], 100);
    mem_free(pixels);
    usleep(200000);
    assert_true(player_stats(player).pictures <= 2 * PLAYER_PICTURES_MAX + 2);
    assert_int_equal(player_position_ms(player, 0), 2000);
    end();
}

static void test_show(void **state)
{
    (void)state;
    int width, height, next_ms;
    uint8_t *pixels;
    begin("film 100000 50");
    player_show(player, 32, 18);
    player_seek(player, 1000);
    UNTIL((pixels = player_frame(player, 0, &width, &height, &next_ms)) != NULL);
    mem_free(pixels);
    assert_true(width == 32 && height == 18);
    player_show(player, 0, 0); /* nobody looks: the sound goes on */
    player_run(player, PLAYER_BY_SOUND);
    player_seek(player, 3000);
    double ms = pull_some();
    assert_true(ms >= 999); /* louder than full is full: the time stands in the position */
    assert_true(player_position_ms(player, 0) >= 2990);
    end();
}

/* Bytes that are not here yet are asked for once, and waited for without end. */
static void test_growing(void **state)
{
    (void)state;
    begin_at("long 500", 200000, false, 0, 1000);
    player_run(player, PLAYER_BY_SOUND);
    UNTIL(need.size > 0);
    assert_true(need.offset == 0 && player_waits_for_bytes(player) && player_is_dry(player));
    player_have(player, &(struct player_range){0, 70000}, 1, false);
    UNTIL(need.offset == 131072); /* of 65536 on it got what there was */
    usleep(1200000);              /* longer than it may be silent when all is here */
    mailbox_drain(box, NULL);
    assert_int_equal(failed.err.kind, ERR_NONE);
    const struct player_range apart[] = {{0, 70000}, {140000, 200000}};
    player_have(player, apart, 2, false);
    assert_true(pull() < 0);
    player_have(player, NULL, 0, true);
    assert_int_equal(pull_some() + .5, 0);
    end();
}

/* Whatever it asks for, its owner is not flooded. */
static void test_greedy(void **state)
{
    (void)state;
    const int64_t since_ms = clock_now_ms();
    needs = 0;
    begin_at("greedy 500", 1000, false, 0, 0);
    player_have(player, &(struct player_range){0, 64}, 1, false);
    UNTIL(needs > 3);
    usleep(300000);
    mailbox_drain(box, NULL);
    assert_true((int64_t)needs <= (clock_now_ms() - since_ms) / 10);
    end();
}

static void test_what_goes_wrong(void **state)
{
    (void)state;
    static const char *const words[] = {"crash 500",   "hang 500",     "lie 500",   "future 500",
                                        "garbage 500", "giant 500 50", "early 500", "error 500"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int width, height, next_ms;
        begin_at(words[i], 100, true, 0, strstr(words[i], "hang") ? 200 : 0);
        player_run(player, PLAYER_BY_WALL);
        const int64_t until_ms = clock_now_ms() + PATIENCE_MS;
        while (failed.err.kind == ERR_NONE) {
            if (clock_now_ms() > until_ms)
                fail_msg("%s: nobody saw it", words[i]);
            usleep(2000);
            mailbox_drain(box, NULL);
            mem_free(player_frame(player, 0, &width, &height, &next_ms));
        }
        assert_true(strlen(failed.err.text) > 20);
        if (strstr(words[i], "error"))
            assert_string_equal(failed.err.text, "It is broken in the middle.");
        end();
    }
}

/* Nothing comes to somebody's ears that is louder than full, or no number. */
static void test_samples_are_tamed(void **state)
{
    (void)state;
    begin("nan 200");
    player_run(player, PLAYER_BY_SOUND);
    assert_true(pull_some() == 0);
    end();
    begin("loud 200");
    player_run(player, PLAYER_BY_SOUND);
    assert_true(pull_some() <= 1000); /* pull() looks at each */
    end();
}

static void test_end_at_any_time(void **state)
{
    (void)state;
    static const char *const words[] = {"film 5000 50", "hang 500", "long 500", "crash 500"};
    for (int i = 0; i < 24; i++) {
        begin_at(words[i % 4], 100, i % 4 != 2, 0, 0);
        player_run(player, i % 2 ? PLAYER_BY_SOUND : PLAYER_BY_WALL);
        usleep((useconds_t)(i * 3000));
        if (i % 3 == 0)
            player_seek(player, 400);
        end();
    }
}

static void test_cannot_begin(void **state)
{
    (void)state;
    struct err err = {0};
    struct player_order order = {
        .path = "/nonexistent/sound", .helper = helper, .box = box, .open = open_mail};
    assert_null(player_create(&order, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    order.path = path;
    order.helper = "/nonexistent/confab-media";
    assert_null(player_create(&order, &err));
}

static int open_all(void **state)
{
    char program[OS_PATH_MAX];
    (void)state;
    sock_start();
    dirs_program(program);
    box = mailbox_create(NULL, NULL);
    return path_join(helper, program, "fake_media") && mkdtemp(folder) != NULL &&
                   path_join(path, folder, "file")
               ? 0
               : -1;
}

static int close_all(void **state)
{
    (void)state;
    mailbox_destroy(box);
    file_remove(path, NULL);
    rmdir(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_position_is_what_is_heard),
        cmocka_unit_test(test_seek),
        cmocka_unit_test(test_speed),
        cmocka_unit_test(test_film_whose_pictures_come_late),
        cmocka_unit_test(test_film),
        cmocka_unit_test(test_silent_film_by_the_wall),
        cmocka_unit_test(test_film_without_device),
        cmocka_unit_test(test_stands),
        cmocka_unit_test(test_show),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_greedy),
        cmocka_unit_test(test_what_goes_wrong),
        cmocka_unit_test(test_samples_are_tamed),
        cmocka_unit_test(test_end_at_any_time),
        cmocka_unit_test(test_cannot_begin),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
