/* The parts of confab-media that are pure: turning, tones, loudness, marks of tunes, pace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libavcodec/defs.h>
#include <libavutil/pixfmt.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "client/media/helper/av/channel.h"
#include "client/media/helper/av/pace.h"
#include "client/media/helper/av/reel.h"
#include "client/media/helper/av/tone.h"
#include "client/media/helper/av/tune.h"
#include "client/media/helper/av/turn.h"
#include "client/media/helper/av/wave.h"
#include "client/media/helper/pipe.h"

/* 1 2 3
 * 4 5 6  as pixels of four bytes */
static void expect_turned(struct turn turn, const char *want)
{
    uint8_t in[6 * 4], out[6 * 4];
    char seen[7] = "";
    for (int i = 0; i < 6; i++)
        memset(in + 4 * i, '1' + i, 4);
    turn_pixels(in, 3, 2, turn, out);
    for (int i = 0; i < 6; i++)
        seen[i] = (char)out[4 * i];
    assert_string_equal(seen, want);
}

static void pictures_turn(void **state)
{
    (void)state;
    expect_turned((struct turn){false, false, false}, "123456");
    expect_turned((struct turn){false, true, false}, "321654");
    expect_turned((struct turn){false, false, true}, "456123");
    expect_turned((struct turn){false, true, true}, "654321");
    expect_turned((struct turn){true, false, false}, "142536");
    expect_turned((struct turn){true, true, false}, "415263"); /* clockwise */
    expect_turned((struct turn){true, false, true}, "362514");
    expect_turned((struct turn){true, true, true}, "635241");
}

static void large_pictures_turn(void **state)
{
    enum { W = 37, H = 50 };
    static uint8_t in[W * H * 4], out[W * H * 4], back[W * H * 4];
    (void)state;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i * 7 + i / 256);
    turn_pixels(in, W, H, (struct turn){true, true, false}, out);
    turn_pixels(out, H, W, (struct turn){true, false, true}, back);
    assert_memory_equal(in, back, sizeof in);
}

static void expect_gray(const struct tone *tone, int signal, int least, int most)
{
    uint8_t pixel[4] = {(uint8_t)signal, (uint8_t)signal, (uint8_t)signal, 77};
    tone_map(tone, pixel, 1, false);
    assert_in_range(pixel[1], least, most);
    assert_true(abs(pixel[0] - pixel[1]) <= 1); /* stays gray */
    assert_true(abs(pixel[2] - pixel[1]) <= 1);
    assert_int_equal(pixel[3], 77);
}

static void high_range_is_mapped(void **state)
{
    (void)state;
    assert_false(tone_is_high(AVCOL_TRC_BT709));
    struct tone *pq = tone_create(AVCOL_TRC_SMPTE2084), *hlg = tone_create(AVCOL_TRC_ARIB_STD_B67);
    expect_gray(pq, 0, 0, 0);
    expect_gray(pq, 98, 95, 125);   /* 0.38: 26 nits, a grey card */
    expect_gray(pq, 148, 225, 242); /* 0.58: 203 nits, paper */
    expect_gray(pq, 255, 254, 255);
    expect_gray(hlg, 0, 0, 0);
    expect_gray(hlg, 191, 225, 242); /* 0.75: paper */
    expect_gray(hlg, 255, 254, 255);
    int before = 0;
    for (int i = 0; i < 256; i++) {
        uint8_t pixel[4] = {(uint8_t)i, (uint8_t)i, (uint8_t)i, 0};
        tone_map(pq, pixel, 1, true);
        assert_true(pixel[1] >= before);
        before = pixel[1];
    }
    uint8_t red[4] = {0, 0, 148, 0}, red_first[4] = {148, 0, 0, 0};
    tone_map(pq, red, 1, false);
    tone_map(pq, red_first, 1, true);
    assert_true(red[2] > 200 && red[0] < 20);
    assert_int_equal(red[2], red_first[0]);
    tone_destroy(pq);
    tone_destroy(hlg);
}

static void loudness_is_seen(void **state)
{
    static float samples[48000];
    struct wave wave = {0};
    uint8_t bars[WAVE_BARS];
    (void)state;
    wave_bars(&wave, 0, bars);
    assert_int_equal(bars[0] + bars[99], 0); /* of nothing at all */
    for (int second = 0; second < 4; second++) {
        for (size_t i = 0; i < 48000; i++)
            samples[i] = (i % 100 < 50 ? 0.25F : -0.25F) * (float)second;
        wave_put(&wave, second * INT64_C(1000000), samples, 48000, 48000);
    }
    wave_bars(&wave, 4000000, bars);
    assert_int_equal(bars[10], 0);
    assert_true(bars[35] < bars[60] && bars[60] < bars[85]);
    assert_true(bars[85] > 250);
    /* what is no number, far away, or before the start is left out */
    samples[0] = (float)(0.0 * 1e308 * 1e308 * 1e308);
    samples[1] = 1e30F;
    wave_put(&wave, INT64_MAX / 2, samples, 48000, 48000);
    wave_put(&wave, -5000000, samples, 2, 48000);
    wave_bars(&wave, 4000000, bars);
    assert_true(bars[85] > 250);
    wave_finish(&wave);
}

static void tunes_are_known(void **state)
{
    uint8_t head[TUNE_HEAD_SIZE] = {0};
    (void)state;
    assert_false(tune_is_midi(head, sizeof head) || tune_is_module(head, sizeof head));
    assert_false(tune_is_module(head, 0));
    memcpy(head + 1080, "16CN", 4);
    assert_true(tune_is_module(head, sizeof head));
    assert_false(tune_is_module(head, sizeof head - 5));
    memcpy(head, "MThd", 4);
    assert_true(tune_is_midi(head, sizeof head));
    assert_false(tune_is_midi(head, 3));
}

static void slow_machines_leave_pictures_out(void **state)
{
    struct pace pace;
    struct channel channel = {.was_full = true};
    struct track film = {0};
    (void)state;
    pace_begin(&pace);
    assert_false(pace_is_late(&pace, 0));
    pace_said(&pace, &channel, 0, 100);
    pace_painted(&pace, 0);
    channel.was_full = false;
    channel.idle_us = -200000; /* as if 0.2 s had gone by at work */
    pace_said(&pace, &channel, 10000, 100);
    assert_true(pace_is_late(&pace, 10000));
    assert_false(pace_is_late(&pace, 300000)); /* now and then one is shown */
    channel.idle_us = -700000;
    pace_said(&pace, &channel, 20000, 100);
    pace_hurry(&pace, &film);
    assert_int_equal(film.skip, AVDISCARD_NONREF);
    channel.was_full = true; /* the client has enough again */
    pace_said(&pace, &channel, 30000, 100);
    pace_hurry(&pace, &film);
    assert_false(pace_is_late(&pace, 30000));
    assert_int_equal(film.skip, AVDISCARD_DEFAULT);
}

#ifndef _WIN32
/* A helper that its file keeps busy for ever: it reads nothing, and so does not see by that that its client has gone. */
static void nobody_is_decoded_for(void **state)
{
    int input[2], status = 0;
    (void)state;
    assert_int_equal(pipe(input), 0);
    const pid_t child = fork();
    if (child == 0) {
        volatile bool busy = true;
        dup2(input[0], STDIN_FILENO);
        close(input[1]);
        alarm(30); /* ends it by a signal */
        pipe_prepare();
        while (busy)
            continue;
    }
    close(input[0]);
    assert_int_equal(write(input[1], "x", 1), 1); /* what it did not read does not keep it */
    close(input[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_turn),         cmocka_unit_test(large_pictures_turn),
        cmocka_unit_test(high_range_is_mapped),  cmocka_unit_test(loudness_is_seen),
        cmocka_unit_test(tunes_are_known),       cmocka_unit_test(slow_machines_leave_pictures_out),
#ifndef _WIN32
        cmocka_unit_test(nobody_is_decoded_for),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
