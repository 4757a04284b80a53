/* ui_play FILE WIDTH HEIGHT SECONDS [HELPER] - plays without a window, as the window does: the player, the helper, SDL_mixer. For scenes and for
 * measuring; it says on its standard output, times in microseconds of one clock:
 *   begin TIME
 *   sound TIME          the first that is not silence, as it is heard (pulled, and the device's delay)
 *   beep TIME           sound after 100 ms of silence
 *   picture TIME LEVEL  one that is shown, and how bright its middle is (0 to 255)
 *   end PICTURES LATE SILENCES CPU_MS HELPER_CPU_MS    what it cost
 * What the disk driver of SDL writes (SDL_DISKAUDIOFILE) can be compared with that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "client/media/player.h"
#include "client/platform/sound.h"
#include "client/work/mailbox.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"

#define QUIET 0.01f
#define BEEPS_MAX 1000
#define SILENCE_FRAMES (SOUND_RATE / 10)

static struct player *player;
static bool failed, silent;
static int64_t beeps[BEEPS_MAX]; /* us; the first is the first sound */
static size_t beep_count;
static size_t quiet_for = SILENCE_FRAMES; /* frames */

static size_t pull(void *unused, float *frames, size_t count)
{
    (void)unused;
    const int64_t now_us = clock_now_us() + 1000 * (int64_t)(2 * 1024 * 1000 / SOUND_RATE);
    size_t got = player_pull(player, frames, count);
    for (size_t i = 0; i < got; i++) {
        if (fabsf(frames[2 * i]) < QUIET) {
            quiet_for++;
            continue;
        }
        if (quiet_for >= SILENCE_FRAMES && beep_count < BEEPS_MAX)
            beeps[beep_count++] = now_us + (int64_t)i * 1000000 / SOUND_RATE;
        quiet_for = 0;
    }
    return got;
}

static void open_mail(struct mail *opened, void *reader)
{
    struct player_mail *mail = (struct player_mail *)opened;
    (void)reader;
    if (mail->kind == PLAYER_FAILED) {
        fprintf(stderr, "%s\n", mail->err.text);
        failed = true;
    }
    silent = silent || (mail->kind == PLAYER_FACTS && mail->silent);
    mem_free(mail);
}

static void ring(void *wake)
{
    wake_ring(wake);
}

static int64_t cpu_ms(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void show(int delay_ms, int *next_ms)
{
    int width, height;
    uint8_t *pixels = player_frame(player, delay_ms, &width, &height, next_ms);
    if (!pixels)
        return;
    const size_t middle = ((size_t)(height / 2) * (size_t)width + (size_t)(width / 2)) * 4;
    printf("picture %lld %d\n", (long long)clock_now_us(), pixels[middle + 1]);
    mem_free(pixels);
}

int main(int argc, char **argv)
{
    char program[OS_PATH_MAX], helper[OS_PATH_MAX];
    struct err err = {0};
    if (argc < 5 || argc > 6)
        return 2;
    sock_start();
    dirs_program(program);
    if (!path_join(helper, program, "../confab-media"))
        return 2;
    struct wake *wake = wake_create(&err);
    struct mailbox *box = mailbox_create(ring, wake);
    struct sock_set *set = sock_set_create();
    const struct player_order order = {.path = argv[1],
                                       .size = file_info(argv[1]).size,
                                       .whole = true,
                                       .speed = 100,
                                       .width = atoi(argv[2]),
                                       .height = atoi(argv[3]),
                                       .helper = argc > 5 ? argv[5] : helper,
                                       .box = box,
                                       .open = open_mail};
    const int64_t begin_us = clock_now_us(), end_us = begin_us + atoll(argv[4]) * 1000000;
    printf("begin %lld\n", (long long)begin_us);
    player = player_create(&order, &err);
    if (!player) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    player_run(player, PLAYER_BY_SOUND);
    sound_port()->play(pull, NULL);
    while (!failed && clock_now_us() < end_us && !player_is_over(player, 0)) {
        int next_ms = -1;
        mailbox_drain(box, NULL);
        if (silent || sound_port()->state(&err) == SOUND_NONE)
            player_run(player, PLAYER_BY_WALL);
        show(silent ? 0 : sound_port()->delay_ms(), &next_ms);
        sock_set_clear(set);
        sock_set_add(set, wake_sock(wake), SOCK_READ);
        sock_set_wait(set, next_ms < 0 || next_ms > 100 ? 100 : next_ms, &err);
        wake_drain(wake);
    }
    const struct player_stats stats = player_stats(player);
    sound_port()->stop();
    player_destroy(player);
    sound_close();
    for (size_t i = 0; i < beep_count; i++)
        printf("%s %lld\n", i == 0 ? "sound" : "beep", (long long)beeps[i]);
    printf("end %llu %llu %llu %lld %lld\n", (unsigned long long)stats.pictures,
           (unsigned long long)stats.late, (unsigned long long)stats.silences,
           (long long)cpu_ms(RUSAGE_SELF), (long long)cpu_ms(RUSAGE_CHILDREN));
    mailbox_destroy(box);
    wake_destroy(wake);
    sock_set_destroy(set);
    return failed;
}
