/* test_instance.c: one program is told what later starts were asked for, whoever crashed, hangs, or starts at the same moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/work/mailbox.h"
#include "client/work/starts.h"
#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"

#define PATIENCE_MS 10000
#define SHORT_MS 300
#define AT_ONCE 8

static char name[64];

/* The thread of the one that looks through its mail. */
struct first {
    struct instance *instance;
    struct mailbox *box;
    struct starts *starts;
    struct thread *thread;
    struct mutex *mutex;
    struct cond *cond;
    bool rung, stop;
    char words[AT_ONCE][INSTANCE_WORD_SIZE];
    size_t count;
};

static void ring(void *context)
{
    struct first *first = context;
    mutex_lock(first->mutex);
    first->rung = true;
    cond_signal(first->cond);
    mutex_unlock(first->mutex);
}

static void follow(void *reader, const char *word)
{
    struct first *first = reader;
    assert_true(first->count < AT_ONCE);
    str_copy(first->words[first->count++], INSTANCE_WORD_SIZE, word);
}

static void turn(void *arg)
{
    struct first *first = arg;
    bool stop = false;
    while (!stop) {
        mutex_lock(first->mutex);
        while (!first->rung && !first->stop)
            cond_wait(first->cond, first->mutex, -1);
        stop = first->stop;
        first->rung = false;
        mutex_unlock(first->mutex);
        mailbox_drain(first->box, first);
    }
}

static void start(struct first *first, bool turns)
{
    struct err err = {0};
    bool told = true;
    memset(first, 0, sizeof *first);
    first->mutex = mutex_create();
    first->cond = cond_create();
    first->box = mailbox_create(ring, first);
    first->instance = instance_begin(name, "first", PATIENCE_MS, &told);
    assert_non_null(first->instance);
    assert_false(told);
    first->starts = starts_open(first->instance, first->box, follow, &err);
    assert_non_null(first->starts);
    first->thread = turns ? thread_start(turn, first, &err) : NULL;
}

static void end(struct first *first)
{
    starts_close(first->starts);
    mutex_lock(first->mutex);
    first->stop = true;
    cond_signal(first->cond);
    mutex_unlock(first->mutex);
    thread_join(first->thread);
    mailbox_destroy(first->box);
    cond_destroy(first->cond);
    mutex_destroy(first->mutex);
}

static void test_the_second_tells_the_first(void **state)
{
    (void)state;
    static const char link[] = "confab://[fe80::1%25eth0]:5050/r%C3%A4ume";
    struct first first;
    bool told = false;
    start(&first, true);
    assert_null(instance_begin(name, link, PATIENCE_MS, &told));
    assert_true(told);
    assert_null(instance_begin(name, "", PATIENCE_MS, &told));
    assert_true(told);
    end(&first);
    assert_int_equal(first.count, 2);
    assert_string_equal(first.words[0], link);
    assert_string_equal(first.words[1], "");
}

static void test_another_name_is_another_program(void **state)
{
    (void)state;
    struct first first;
    bool told = true;
    start(&first, true);
    struct instance *other = instance_begin("elsewhere", "x", PATIENCE_MS, &told);
    assert_non_null(other);
    assert_false(told);
    instance_destroy(other);
    end(&first);
    assert_int_equal(first.count, 0);
}

static void test_one_that_wants_to_be_alone_tells_nobody(void **state)
{
    (void)state;
    struct first first;
    bool told = true;
    start(&first, true);
    assert_null(instance_begin(name, NULL, PATIENCE_MS, &told));
    assert_false(told);
    end(&first);
    assert_int_equal(first.count, 0);
}

/* It has hung: the second one goes on by itself, and what it had asked for is not done later as well. */
static void test_a_first_one_that_hangs(void **state)
{
    (void)state;
    struct first first;
    bool told = true;
    start(&first, false);
    assert_null(instance_begin(name, "word", SHORT_MS, &told));
    assert_false(told);
    mailbox_drain(first.box, &first);
    end(&first);
    assert_int_equal(first.count, 0);
}

/* It ends while others wait for its answer: one of them is the first now. */
static void ender(void *arg)
{
    struct first *first = arg;
    mutex_lock(first->mutex);
    while (!first->rung)
        cond_wait(first->cond, first->mutex, -1);
    mutex_unlock(first->mutex);
    end(first);
}

static void test_a_first_one_that_ends(void **state)
{
    (void)state;
    struct first first;
    struct err err = {0};
    bool told = true;
    start(&first, false);
    struct thread *thread = thread_start(ender, &first, &err);
    struct instance *second = instance_begin(name, "word", PATIENCE_MS, &told);
    assert_non_null(second);
    assert_false(told);
    thread_join(thread);
    instance_destroy(second);
    assert_int_equal(first.count, 0);
}

struct runner {
    struct thread *thread;
    struct instance *instance;
    bool told;
};
static struct first winner;
static atomic_int firsts;

static void race(void *arg)
{
    struct runner *runner = arg;
    struct err err = {0};
    runner->instance = instance_begin(name, "again", PATIENCE_MS, &runner->told);
    if (!runner->instance)
        return;
    atomic_fetch_add(&firsts, 1);
    winner.instance = runner->instance;
    winner.starts = starts_open(runner->instance, winner.box, follow, &err);
}

static void test_many_at_once(void **state)
{
    (void)state;
    struct runner runners[AT_ONCE] = {0};
    struct err err = {0};
    memset(&winner, 0, sizeof winner);
    winner.mutex = mutex_create();
    winner.cond = cond_create();
    winner.box = mailbox_create(ring, &winner);
    winner.thread = thread_start(turn, &winner, &err);
    atomic_store(&firsts, 0);
    for (size_t i = 0; i < AT_ONCE; i++)
        runners[i].thread = thread_start(race, &runners[i], &err);
    size_t told = 0;
    for (size_t i = 0; i < AT_ONCE; i++) {
        thread_join(runners[i].thread);
        told += runners[i].told;
    }
    end(&winner);
    assert_int_equal(atomic_load(&firsts), 1);
    assert_int_equal(told, AT_ONCE - 1);
    assert_int_equal(winner.count, AT_ONCE - 1);
    for (size_t i = 0; i < winner.count; i++)
        assert_string_equal(winner.words[i], "again");
}

static void test_words_past_the_limit(void **state)
{
    (void)state;
    struct first first;
    char word[INSTANCE_WORD_SIZE + 10];
    bool told;
    start(&first, true);
    memset(word, 'w', sizeof word);
    word[INSTANCE_WORD_SIZE - 2] = '\0'; /* with its line's end it just fits */
    assert_null(instance_begin(name, word, PATIENCE_MS, &told));
    assert_true(told);
    word[INSTANCE_WORD_SIZE - 2] = 'w';
    word[INSTANCE_WORD_SIZE - 1] = '\0';
    assert_false(instance_tell(name, word, SHORT_MS));
    assert_false(instance_tell(name, "two\nlines", SHORT_MS));
    end(&first);
    assert_int_equal(first.count, 1);
    assert_int_equal(strlen(first.words[0]), INSTANCE_WORD_SIZE - 2);
}

#ifndef _WIN32
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char run_folder[OS_PATH_MAX];

/* The only thing that lies in a folder. */
static void only_entry(const char *folder, char out[OS_PATH_MAX])
{
    char **names;
    size_t count;
    assert_true(file_list(folder, &names, &count, NULL));
    assert_int_equal(count, 1);
    assert_true(path_join(out, folder, names[0]));
    file_list_free(names, count);
}

static void find_socket(struct sockaddr_un *at)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    only_entry(run_folder, folder);
    assert_true(path_join(path, folder, "open"));
    *at = (struct sockaddr_un){.sun_family = AF_UNIX};
    assert_true(str_copy(at->sun_path, sizeof at->sun_path, path));
}

/* Killed in the middle: its socket still lies there. */
static void test_a_first_one_that_crashed(void **state)
{
    (void)state;
    struct first first;
    struct stat info;
    struct sockaddr_un at;
    bool told = false;
    int pipes[2];
    char byte;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        bool nobody;
        if (instance_begin(name, "x", PATIENCE_MS, &nobody) && write(pipes[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    find_socket(&at);
    assert_int_equal(stat(at.sun_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    start(&first, true);
    assert_null(instance_begin(name, "again", PATIENCE_MS, &told));
    assert_true(told);
    end(&first);
    assert_int_equal(first.count, 1);
    assert_int_not_equal(stat(at.sun_path, &info), 0); /* who ends well leaves none */
    close(pipes[0]);
    close(pipes[1]);
}

static int call(void)
{
    struct sockaddr_un at;
    find_socket(&at);
    const int sock = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(sock, (const struct sockaddr *)&at, sizeof at), 0);
    return sock;
}

/* Whatever others of this person's programs say there, who starts next is heard. */
static void test_callers_that_say_nonsense(void **state)
{
    (void)state;
    struct first first;
    char flood[4 * INSTANCE_WORD_SIZE];
    bool told;
    start(&first, true);
    const int silent = call(), flooding = call(), binary = call(), cut = call();
    memset(flood, 'f', sizeof flood);
    assert_true(write(flooding, flood, sizeof flood) > 0);
    assert_int_equal(write(binary, "a\0b\n", 4), 4);
    assert_int_equal(write(cut, "half", 4), 4);
    close(cut);
    assert_null(instance_begin(name, "sense", PATIENCE_MS, &told));
    assert_true(told);
    close(silent);
    close(flooding);
    close(binary);
    end(&first);
    assert_int_equal(first.count, 1);
    assert_string_equal(first.words[0], "sense");
}

/* Nobody but this person: only the superuser can try that. */
static void test_callers_that_are_others(void **state)
{
    (void)state;
    struct first first;
    int status;
    if (geteuid() != 0)
        skip();
    start(&first, true);
    struct sockaddr_un at;
    char folder[OS_PATH_MAX];
    find_socket(&at);
    only_entry(run_folder, folder);
    chmod(at.sun_path, 0777); /* as if the folders were open to all */
    chmod(folder, 0755);
    chmod(run_folder, 0755);
    pid_t child = fork();
    if (child == 0) {
        size_t got = 0;
        char answer[8];
        int sock = socket(AF_UNIX, SOCK_STREAM, 0);
        if (setuid(65534) != 0 || connect(sock, (const struct sockaddr *)&at, sizeof at) != 0)
            _exit(2);
        if (write(sock, "evil\n", 5) == 5)
            got = (size_t)read(sock, answer, sizeof answer);
        _exit(got > 0 && got < sizeof answer ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    end(&first);
    assert_int_equal(first.count, 0);
}

/* Each start of a Flatpak has a run folder of its own; app/ID in it is the one that they share. */
static void test_starts_of_a_flatpak(void **state)
{
    (void)state;
    char apps[OS_PATH_MAX], app[OS_PATH_MAX], path[OS_PATH_MAX], lock[OS_PATH_MAX], **names;
    size_t count;
    bool told = true;
    assert_true(path_join(apps, run_folder, "app"));
    assert_true(path_join(app, apps, "org.confab.Confab"));
    assert_true(file_make_folder(app, NULL));
    setenv("FLATPAK_ID", "org.confab.Confab", 1);
    struct instance *instance = instance_begin(name, "word", PATIENCE_MS, &told);
    assert_non_null(instance);
    assert_true(file_list(app, &names, &count, NULL));
    assert_int_equal(count, 1);
    instance_destroy(instance);
    unsetenv("FLATPAK_ID");
    assert_true(path_join(path, app, names[0]));
    assert_true(path_join(lock, path, "confab.lock"));
    assert_true(file_remove(lock, NULL));
    assert_true(file_remove_folder(path, NULL) && file_remove_folder(app, NULL) &&
                file_remove_folder(apps, NULL));
    file_list_free(names, count);
}

/* A folder that is too far down for a socket, or that cannot be written: everybody is alone, and starts. */
static void test_no_place_for_a_socket(void **state)
{
    (void)state;
    char deep[OS_PATH_MAX];
    bool told = true;
    str_format(deep, sizeof deep, "%s/%0120d", run_folder, 0);
    assert_true(file_make_folder(deep, NULL));
    setenv("XDG_RUNTIME_DIR", deep, 1);
    assert_null(instance_begin(name, "word", PATIENCE_MS, &told));
    assert_false(told);
    setenv("XDG_RUNTIME_DIR", run_folder, 1);
    assert_int_equal(rmdir(deep), 0);
    if (geteuid() == 0)
        return; /* nothing is closed to it */
    chmod(run_folder, 0500);
    told = true;
    assert_null(instance_begin("unheard", "word", PATIENCE_MS, &told));
    assert_false(told);
    chmod(run_folder, 0700);
}
#endif

static int enter(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    sock_start();
#ifndef _WIN32
    str_copy(run_folder, sizeof run_folder, "/tmp/confab-test-XXXXXX");
    if (!mkdtemp(run_folder))
        return -1;
    setenv("XDG_RUNTIME_DIR", run_folder, 1);
    setenv("XDG_CONFIG_HOME", run_folder, 1);
#endif
    return str_format(name, sizeof name, "test %lld \xc3\xa9", (long long)clock_wall_ms()) ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
#ifndef _WIN32
    char **names, path[OS_PATH_MAX], inside[OS_PATH_MAX];
    size_t count;
    if (!file_list(run_folder, &names, &count, NULL))
        return -1;
    for (size_t i = 0; i < count; i++) {
        path_join(path, run_folder, names[i]);
        path_join(inside, path, "confab.lock");
        file_remove(inside, NULL);
        file_remove_folder(path, NULL);
    }
    file_list_free(names, count);
    file_remove_folder(run_folder, NULL);
#endif
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef _WIN32
        cmocka_unit_test(test_a_first_one_that_crashed), /* the only one in its folder so far */
        cmocka_unit_test(test_callers_that_say_nonsense),
        cmocka_unit_test(test_callers_that_are_others),
#endif
        cmocka_unit_test(test_the_second_tells_the_first),
        cmocka_unit_test(test_one_that_wants_to_be_alone_tells_nobody),
        cmocka_unit_test(test_a_first_one_that_hangs),
        cmocka_unit_test(test_a_first_one_that_ends),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_words_past_the_limit),
        cmocka_unit_test(test_another_name_is_another_program),
#ifndef _WIN32
        cmocka_unit_test(test_starts_of_a_flatpak),
        cmocka_unit_test(test_no_place_for_a_socket),
#endif
    };
    return cmocka_run_group_tests_name("instance", tests, enter, leave);
}
