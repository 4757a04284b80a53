/* spawn.h, thread.h, wake.h, signals.h, clock.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/signals.h"
#include "protocol/os/spawn.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"
#include "tests/unit/child.h"

/* All of a child's output as text. */
static struct spawn *shell(const char *script, os_file input)
{
    struct err err = {0};
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct spawn *child = spawn_start(argv, input, &err);
    assert_non_null(child);
    return child;
}

static void test_output_and_exit_code(void **state)
{
    (void)state;
    char text[1000];
    struct spawn *child = shell("echo one; echo two; exit 7", OS_FILE_NONE);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "one\ntwo\n");
    assert_int_equal(spawn_finish(child), 7);
}

struct talk {
    struct spawn *child;
    size_t size;
    bool ok;
};

static void write_all(void *arg)
{
    struct talk *talk = arg;
    char *bytes = malloc(talk->size);
    memset(bytes, 'x', talk->size);
    talk->ok = spawn_write(talk->child, bytes, talk->size, PATIENCE_MS, NULL);
    spawn_end_input(talk->child);
    free(bytes);
}

/* More than the pipes hold goes in on one thread and comes out on another. */
static void test_talk(void **state)
{
    (void)state;
    struct err err = {0};
    const char *const argv[] = {"cat", NULL};
    struct talk talk = {.child = spawn_start_talk(argv, &err), .size = 1000000};
    char bytes[65536];
    size_t all = 0, got;
    assert_non_null(talk.child);
    struct thread *thread = thread_start(write_all, &talk, &err);
    do {
        assert_true(spawn_read(talk.child, bytes, sizeof bytes, PATIENCE_MS, &got, &err));
        all += got;
    } while (got > 0);
    thread_join(thread);
    assert_true(talk.ok);
    assert_int_equal(all, talk.size);
    assert_int_equal(spawn_finish(talk.child), 0);
}

/* A child that does not read, and one that has ended. */
static void test_talk_to_nobody(void **state)
{
    (void)state;
    struct err err = {0};
    static char bytes[1000000];
    signal(SIGPIPE, SIG_IGN); /* as sock_start() does */
    const char *const argv[] = {"sleep", "100", NULL};
    struct spawn *child = spawn_start_talk(argv, &err);
    assert_non_null(child);
    assert_false(spawn_write(child, bytes, sizeof bytes, 50, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    spawn_kill(child);
    assert_false(spawn_write(child, bytes, sizeof bytes, PATIENCE_MS, &err));
    assert_int_equal(err.kind, ERR_CLOSED);
    assert_int_equal(spawn_finish(child), -1);
}

static void test_input_is_the_file(void **state)
{
    (void)state;
    struct err err = {0};
    char text[1000];
    char path[] = "/tmp/confab-test-input-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_true(file_save(path, "from a file", 11, &err));
    os_file file = file_open(path, FILE_READ, &err);
    assert_true(file != OS_FILE_NONE);
    struct spawn *child = shell("cat", file);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "from a file");
    assert_int_equal(spawn_finish(child), 0);
    /* ours is still open */
    size_t got;
    assert_true(file_read_some(file, 0, text, 4, &got, &err));
    assert_int_equal(got, 4);
    file_close(file);
    assert_true(file_remove(path, &err));
    child = shell("cat; echo nothing", OS_FILE_NONE);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "nothing\n");
    assert_int_equal(spawn_finish(child), 0);
}

static void test_nothing_else_is_inherited(void **state)
{
    (void)state;
    char text[1000];
    if (access("/proc/self/fd", R_OK) != 0)
        skip();
    int leak = dup(0); /* without close-on-exec, as a careless library would have it */
    int far = fcntl(0, F_DUPFD, 600);
    assert_true(leak > 2 && far >= 600);
    /* not by listing the folder: that would open it */
    struct spawn *child = shell("n=0; while [ $n -le 700 ]; do"
                                " [ ! -e /proc/$$/fd/$n ] || echo $n; n=$((n + 1)); done",
                                OS_FILE_NONE);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "0\n1\n2\n");
    assert_int_equal(spawn_finish(child), 0);
    close(leak);
    close(far);
}

static void test_signals_are_as_by_default(void **state)
{
    (void)state;
    char text[100];
    signal(SIGPIPE, SIG_IGN); /* as sock_start() does; a child must die of it as usual */
    struct spawn *child = shell("kill -PIPE $$; echo survived", OS_FILE_NONE);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "");
    assert_int_equal(spawn_finish(child), -1);
}

static void test_time_out_and_kill(void **state)
{
    (void)state;
    struct err err = {0};
    char byte;
    size_t got;
    struct spawn *child = shell("exec sleep 100", OS_FILE_NONE);
    int64_t began = clock_now_ms();
    assert_false(spawn_read(child, &byte, 1, 50, &got, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_in_range(clock_now_ms() - began, 49, 10000);
    spawn_kill(child);
    assert_true(spawn_read(child, &byte, 1, PATIENCE_MS, &got, &err));
    assert_int_equal(got, 0);
    assert_int_equal(spawn_finish(child), -1);
}

static void test_what_cannot_start(void **state)
{
    (void)state;
    struct err err = {0};
    const char *const missing[] = {"/no/such/program", NULL};
    const char *const unknown[] = {"confab-no-such-program", NULL};
    assert_null(spawn_start(missing, OS_FILE_NONE, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "/no/such/program"));
    assert_null(spawn_start(unknown, OS_FILE_NONE, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    const char *const folder[] = {"/", NULL};
    assert_null(spawn_start(folder, OS_FILE_NONE, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    err.kind = ERR_NONE;
    assert_false(spawn_detached(missing, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void test_detached(void **state)
{
    (void)state;
    struct err err = {0};
    char path[] = "/tmp/confab-test-fifo-XXXXXX";
    char script[100], got[2] = "";
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    str_format(script, sizeof script, "echo y >%s", path);
    const char *const argv[] = {"sh", "-c", script, NULL};
    assert_true(spawn_detached(argv, &err));
    int64_t until = clock_now_ms() + PATIENCE_MS;
    while (got[0] != 'y') {
        assert_true(clock_now_ms() < until);
        fd = open(path, O_RDONLY);
        assert_true(fd >= 0);
        if (read(fd, got, 1) != 1)
            usleep(2000);
        close(fd);
    }
    assert_true(file_remove(path, &err));
    close(ends[0]);
    close(ends[1]);
}

struct shared {
    struct mutex *mutex;
    struct cond *cond;
    int value;
    bool blocked;
};

static void produce(void *arg)
{
    struct shared *shared = arg;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (int i = 0; i < 1000; i++) {
        mutex_lock(shared->mutex);
        shared->value++;
        shared->blocked = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGINT);
        cond_signal(shared->cond);
        mutex_unlock(shared->mutex);
    }
}

static void test_threads(void **state)
{
    (void)state;
    struct err err = {0};
    struct shared shared = {mutex_create(), cond_create(), 0, false};
    struct thread *threads[4];
    for (size_t i = 0; i < 4; i++) {
        threads[i] = thread_start(produce, &shared, &err);
        assert_non_null(threads[i]);
    }
    mutex_lock(shared.mutex);
    while (shared.value < 4000)
        cond_wait(shared.cond, shared.mutex, -1);
    assert_true(shared.blocked);
    int64_t began = clock_now_ms();
    while (cond_wait(shared.cond, shared.mutex, 40)) /* left-over signals */
        continue;
    assert_in_range(clock_now_ms() - began, 39, 10000);
    mutex_unlock(shared.mutex);
    for (size_t i = 0; i < 4; i++)
        thread_join(threads[i]);
    thread_join(NULL);
    cond_destroy(shared.cond);
    mutex_destroy(shared.mutex);
}

static void ring_many(void *arg)
{
    for (int i = 0; i < 100000; i++) /* more than a pipe holds: must not block */
        wake_ring(arg);
}

static void test_wake_from_another_thread(void **state)
{
    (void)state;
    struct err err = {0};
    struct wake *wake = wake_create(&err);
    struct sock_set *set = sock_set_create();
    sock_set_add(set, wake_sock(wake), SOCK_READ);
    assert_int_equal(sock_set_wait(set, 0, &err), 0);
    struct thread *thread = thread_start(ring_many, wake, &err);
    assert_non_null(thread);
    assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
    thread_join(thread);
    wake_drain(wake);
    assert_int_equal(sock_set_wait(set, 0, &err), 0);
    sock_set_destroy(set);
    wake_destroy(wake);
}

static void test_signals_ring_the_bell(void **state)
{
    (void)state;
    struct err err = {0};
    struct wake *wake = wake_create(&err);
    struct sock_set *set = sock_set_create();
    signal(SIGHUP, SIG_IGN); /* nohup: stays ignored */
    assert_false(signals_quit());
    signals_watch(wake);
    raise(SIGHUP);
    assert_false(signals_quit());
    sock_set_add(set, wake_sock(wake), SOCK_READ);
    raise(SIGTERM);
    assert_true(signals_quit());
    assert_int_equal(sock_set_wait(set, 0, &err), 1);
    wake_drain(wake);
    assert_int_equal(sock_set_wait(set, 0, &err), 0);
    assert_false(signals_reload());
    signals_watch_reload();
    raise(SIGHUP);
    raise(SIGHUP);
    assert_true(signals_reload());
    assert_false(signals_reload()); /* asked for twice, once is enough */
    assert_int_equal(sock_set_wait(set, 0, &err), 1);
    wake_drain(wake);

    signals_watch_snapshot();
    assert_false(signals_snapshot());
    raise(SIGUSR1);
    assert_int_equal(sock_set_wait(set, 0, &err), 1);
    assert_true(signals_snapshot());
    assert_false(signals_snapshot()); /* told once */
    signal(SIGUSR1, SIG_DFL);
    signals_watch(NULL);
    sock_set_destroy(set);
    wake_destroy(wake);
}

static void test_clocks(void **state)
{
    (void)state;
    int64_t a = clock_now_ms(), b = clock_now_ms();
    assert_true(b >= a);
    assert_true(clock_wall_ms() > INT64_C(1700000000000));
    setenv("TZ", "UTC0", 1);
    tzset();
    struct clock_day day = clock_local(INT64_C(1769855467123)); /* 2026-01-31T10:31:07.123Z */
    assert_int_equal(day.year, 2026);
    assert_int_equal(day.month, 1);
    assert_int_equal(day.day, 31);
    assert_int_equal(day.hour, 10);
    assert_int_equal(day.minute, 31);
    assert_int_equal(day.second, 7);
    assert_int_equal(day.weekday, 6);
    assert_int_equal(day.day_number, 20484);
    for (int64_t at = -1000; at < 40000; at += 13) /* 1967 to 2079 */
        assert_int_equal(clock_local(at * 86400000 + 1).day_number, at);
    assert_int_equal(clock_local(-1).day_number, -1);
    assert_int_equal(clock_local(-1).second, 59);
    setenv("TZ", "IST-5:30", 1); /* ahead of UTC by 5 h 30 min */
    tzset();
    day = clock_local(INT64_C(1769855467123) + 14 * 3600000);
    assert_int_equal(day.day, 1);
    assert_int_equal(day.month, 2);
    assert_int_equal(day.day_number, 20485);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_and_exit_code),
        cmocka_unit_test(test_talk),
        cmocka_unit_test(test_talk_to_nobody),
        cmocka_unit_test(test_input_is_the_file),
        cmocka_unit_test(test_nothing_else_is_inherited),
        cmocka_unit_test(test_signals_are_as_by_default),
        cmocka_unit_test(test_time_out_and_kill),
        cmocka_unit_test(test_what_cannot_start),
        cmocka_unit_test(test_detached),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_wake_from_another_thread),
        cmocka_unit_test(test_signals_ring_the_bell),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
