/* ui_test_sound.c: what plays and what is recorded goes through SDL's devices, opened when they are needed and closed a while after; the disk driver
 * stands in for them, and there is none at all. */
#include "client/platform/sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>
#include <cmocka.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define PATIENCE_MS 20000

static atomic_int pulled, taken;
static _Atomic float level, heard;

static size_t pull(void *context, float *frames, size_t count)
{
    assert_ptr_equal(context, &pulled);
    for (size_t i = 0; i < count * SOUND_CHANNELS; i++)
        frames[i] = i < count ? atomic_load(&level) : 7; /* of the second half nothing is said */
    atomic_fetch_add(&pulled, (int)count);
    return count / 2;
}

static void take(void *context, const float *samples, size_t count)
{
    assert_ptr_equal(context, &taken);
    atomic_store(&heard, samples[count / 2]);
    atomic_fetch_add(&taken, (int)count);
}

#define UNTIL(condition)                                       \
    do {                                                       \
        const int64_t until_ms = clock_now_ms() + PATIENCE_MS; \
        while (!(condition)) {                                 \
            assert_true(clock_now_ms() < until_ms);            \
            usleep(2000);                                      \
        }                                                      \
    } while (0)

static int begin(void **state)
{
    (void)state;
    setenv("SDL_AUDIODRIVER", "disk", 1);
    setenv("SDL_DISKAUDIOFILE", "out.raw", 1);
    setenv("SDL_DISKAUDIOFILEIN", "in.raw", 1);
    atomic_store(&pulled, 0);
    atomic_store(&taken, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sound_close();
    assert_false(SDL_WasInit(SDL_INIT_AUDIO));
    return 0;
}

/* The whole of what was put out. */
static float *written(size_t *count)
{
    float *samples = (float *)(void *)file_load("out.raw", 64 << 20, count, NULL);
    assert_non_null(samples);
    *count /= sizeof *samples;
    return samples;
}

static void test_play(void **state)
{
    (void)state;
    const struct sound_port *port = sound_port();
    struct err err = {0};
    size_t count, loud = 0;
    assert_false(SDL_WasInit(SDL_INIT_AUDIO)); /* nothing before it is needed */
    atomic_store(&level, .25f);
    port->play(pull, &pulled);
    UNTIL(port->state(&err) == SOUND_READY && atomic_load(&pulled) > 10000);
    assert_true(port->delay_ms() > 0 && port->delay_ms() < 100);
    port->stop();
    const int before = atomic_load(&pulled);
    usleep(100000);
    assert_int_equal(atomic_load(&pulled), before);
    port->play(pull, &pulled); /* it is still open */
    assert_int_equal(port->state(&err), SOUND_READY);
    port->stop();
    sound_close();
    float *samples = written(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(samples[i] == 0 || samples[i] == .25f); /* and not the 7 */
        loud += samples[i] != 0;
    }
    assert_true(loud >= 9000);
    mem_free(samples);
}

/* The chime goes through the mixer as well, over what plays. */
static void test_chime_over_sound(void **state)
{
    (void)state;
    const struct sound_port *port = sound_port();
    struct err err = {0};
    size_t count, other = 0;
    atomic_store(&level, .125f);
    port->play(pull, &pulled);
    UNTIL(port->state(&err) == SOUND_READY);
    sound_chime();
    sound_chime();
    UNTIL(atomic_load(&pulled) > SOUND_RATE / 2);
    port->stop();
    sound_close();
    float *samples = written(&count);
    for (size_t i = 0; i < count; i++)
        other += samples[i] != 0 && samples[i] != .125f;
    assert_true(other > SOUND_CHIME_FRAMES);
    mem_free(samples);
}

static void test_lost_and_found(void **state)
{
    (void)state;
    const struct sound_port *port = sound_port();
    struct err err = {0};
    port->play(pull, &pulled);
    UNTIL(port->state(&err) == SOUND_READY && atomic_load(&pulled) > 0);
    SDL_Event event = {.adevice = {.type = SDL_AUDIODEVICEREMOVED, .which = 2}};
    SDL_PushEvent(&event); /* as SDL says it */
    assert_int_equal(port->state(&err), SOUND_OPENING);
    UNTIL(port->state(&err) == SOUND_READY);
    const int before = atomic_load(&pulled);
    UNTIL(atomic_load(&pulled) > before + 2000);
    setenv("SDL_AUDIODRIVER", "nonsense", 1); /* this time there is no other */
    setenv("SDL_DISKAUDIOFILE", "/nonexistent/folder/out.raw", 1);
    SDL_PushEvent(&event);
    UNTIL(port->state(&err) == SOUND_NONE);
    assert_true(strlen(err.text) > 20);
    setenv("SDL_AUDIODRIVER", "disk", 1);
    setenv("SDL_DISKAUDIOFILE", "out.raw", 1);
    port->play(pull, &pulled); /* the person tries again */
    UNTIL(port->state(&err) == SOUND_READY);
    port->stop();
}

static void test_no_device(void **state)
{
    (void)state;
    const struct sound_port *port = sound_port();
    struct err err = {0};
    setenv("SDL_AUDIODRIVER", "nonsense", 1);
    port->play(pull, &pulled);
    UNTIL(port->state(&err) == SOUND_NONE);
    assert_non_null(strstr(err.text, "Nothing can be heard"));
    sound_chime(); /* nothing happens */
    port->record(take, &taken);
    UNTIL(port->record_state(&err) == SOUND_NONE);
    assert_int_equal(atomic_load(&pulled), 0);
    port->stop();
    port->record_stop();
}

static void test_record(void **state)
{
    (void)state;
    const struct sound_port *port = sound_port();
    struct err err = {0};
    float samples[4096];
    for (size_t i = 0; i < 4096; i++)
        samples[i] = .5f;
    assert_true(file_save("in.raw", samples, sizeof samples, &err));
    port->record(take, &taken);
    UNTIL(port->record_state(&err) == SOUND_READY && atomic_load(&taken) > 0);
    assert_true(atomic_load(&heard) == .5f);
    port->record_stop();
    const int before = atomic_load(&taken);
    usleep(50000);
    assert_int_equal(atomic_load(&taken), before);
    UNTIL(!SDL_WasInit(
        SDL_INIT_AUDIO)); /* the microphone is closed at once, and all of SDL's with it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_play, begin, end),
        cmocka_unit_test_setup_teardown(test_chime_over_sound, begin, end),
        cmocka_unit_test_setup_teardown(test_lost_and_found, begin, end),
        cmocka_unit_test_setup_teardown(test_no_device, begin, end),
        cmocka_unit_test_setup_teardown(test_record, begin, end),
    };
    char folder[] = "/tmp/confab-test-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0 || SDL_Init(SDL_INIT_EVENTS) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    SDL_Quit();
    file_remove("out.raw", NULL);
    file_remove("in.raw", NULL);
    if (chdir("/") == 0)
        rmdir(folder);
    return failed;
}
