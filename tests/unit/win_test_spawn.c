/* What protocol/os promises of programs that are started, on Windows. The program starts itself again as the
 * child that a test needs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/program.h"
#include "protocol/os/spawn.h"
#include "protocol/os/thread.h"
#include "tests/unit/child.h"
#include "tests/unit/win_folder.h"

#include <windows.h>

static char self[OS_PATH_MAX];

/* Each argument arrives as it was, whatever is in it. */
static void arguments(void **state)
{
    (void)state;
    struct err err = {0};
    static char text[4000];
    const char *const argv[] = {self,   "say",       LETTERS,     "",       "a b", "\"",
                                "\\\"", "C:\\a b\\", "tab\there", "%PATH%", NULL};
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, &err);
    assert_non_null(child);
    read_all(child, text, sizeof text);
    assert_string_equal(text, LETTERS "|"
                                      "|"
                                      "a b|"
                                      "\"|"
                                      "\\\"|"
                                      "C:\\a b\\|"
                                      "tab\there|"
                                      "%PATH%|");
    assert_int_equal(spawn_finish(child), 7);
}

/* Three handles and no other, even one that says it may be inherited; no console; in a job. */
static void what_a_child_has(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], text[300], number[32];
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    below(path, "leak.txt");
    put(path, "secret");
    HANDLE leak = open_as(path, &inherit);
    assert_true(leak != INVALID_HANDLE_VALUE);
    str_format(number, sizeof number, "%llu", (unsigned long long)(uintptr_t)leak);
    const char *const argv[] = {self, "have", number, NULL};
    os_file input = file_open(path, FILE_READ, &err);
    struct spawn *child = spawn_start(argv, input, &err);
    assert_non_null(child);
    read_all(child, text, sizeof text);
    assert_string_equal(text, "input secret, no leak, no console, in a job");
    assert_int_equal(spawn_finish(child), 0);
    file_close(input);
    CloseHandle(leak);
}

/* A child that waits for ever ends with the one who started it, who is ended himself. */
static void children_end_with_us(void **state)
{
    (void)state;
    struct err err = {0};
    char text[64] = "";
    size_t got, used = 0;
    const char *const argv[] = {self, "parent", NULL};
    struct spawn *parent = spawn_start(argv, OS_FILE_NONE, &err);
    assert_non_null(parent);
    while (!strchr(text, '\n')) {
        assert_true(
            spawn_read(parent, text + used, sizeof text - 1 - used, PATIENCE_MS, &got, &err));
        assert_true(got > 0);
        used += got;
    }
    HANDLE grandchild = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)strtoul(text, NULL, 10));
    assert_non_null(grandchild);
    assert_int_equal(WaitForSingleObject(grandchild, 0), WAIT_TIMEOUT);
    spawn_kill(parent);
    assert_int_equal(spawn_finish(parent), -1);
    assert_int_equal(WaitForSingleObject(grandchild, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(grandchild);
}

struct talk {
    struct spawn *child;
    bool ok;
};

static void write_much(void *arg)
{
    struct talk *talk = arg;
    static char bytes[1000000];
    talk->ok = spawn_write(talk->child, bytes, sizeof bytes, PATIENCE_MS, NULL);
    spawn_end_input(talk->child);
}

static void talking(void **state)
{
    (void)state;
    struct err err = {0};
    static char bytes[65536];
    size_t all = 0, got;
    const char *const argv[] = {self, "echo", NULL};
    struct talk talk = {.child = spawn_start_talk(argv, &err)};
    assert_non_null(talk.child);
    struct thread *thread = thread_start(write_much, &talk, &err);
    do {
        assert_true(spawn_read(talk.child, bytes, sizeof bytes, PATIENCE_MS, &got, &err));
        all += got;
    } while (got > 0);
    thread_join(thread);
    assert_true(talk.ok);
    assert_int_equal(all, 1000000);
    assert_int_equal(spawn_finish(talk.child), 0);
}

static void late_and_ended(void **state)
{
    (void)state;
    struct err err = {0};
    static char bytes[1000000];
    size_t got;
    const char *const argv[] = {self, "wait", NULL};
    struct spawn *child = spawn_start_talk(argv, &err);
    assert_non_null(child);
    assert_true(spawn_read(child, bytes, sizeof bytes, PATIENCE_MS, &got, &err)); /* its number */
    assert_false(spawn_read(child, bytes, 1, 50, &got, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_false(spawn_write(child, bytes, sizeof bytes, 50, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    spawn_kill(child);
    assert_false(spawn_write(child, bytes, sizeof bytes, PATIENCE_MS, &err));
    assert_int_equal(err.kind, ERR_CLOSED);
    assert_int_equal(spawn_finish(child), -1);
    const char *const missing[] = {"C:\\no such\\program.exe", NULL};
    assert_null(spawn_start(missing, OS_FILE_NONE, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

/* ---- what we are when we were started by a test ---- */

static int say(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        printf("%s|", argv[i]);
    return 7;
}

static int have(const char *number)
{
    char text[16] = "";
    BOOL in_job = FALSE;
    DWORD got = 0;
    const HANDLE leak = (HANDLE)(uintptr_t)strtoull(number, NULL, 10);
    ReadFile(GetStdHandle(STD_INPUT_HANDLE), text, sizeof text - 1, &got, NULL);
    char byte;
    const bool leaked = ReadFile(leak, &byte, 1, &got, NULL) != 0;
    IsProcessInJob(GetCurrentProcess(), NULL, &in_job);
    printf("input %s, %s, %s, %s", text, leaked ? "a leak" : "no leak",
           GetConsoleWindow() ? "a console" : "no console", in_job ? "in a job" : "in no job");
    return 0;
}

static int wait_for_ever(void)
{
    printf("%lu\n", GetCurrentProcessId());
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}

static int be_parent(void)
{
    char text[64];
    size_t got;
    const char *const argv[] = {self, "wait", NULL};
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, NULL);
    if (!child || !spawn_read(child, text, sizeof text - 1, PATIENCE_MS, &got, NULL))
        return 1;
    fwrite(text, 1, got, stdout);
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}

static int echo(void)
{
    static char bytes[65536];
    DWORD got, put_out;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof bytes, &got, NULL) && got > 0)
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, got, &put_out, NULL);
    return 0;
}

int main(int argc, char **argv)
{
    program_start(&argc, &argv);
    dirs_program(self);
    path_join(self, self, "win_test_spawn.exe");
    const char *what = argc > 1 ? argv[1] : "";
    if (str_equal(what, "say"))
        return say(argc, argv);
    if (str_equal(what, "have"))
        return have(argv[2]);
    if (str_equal(what, "wait"))
        return wait_for_ever();
    if (str_equal(what, "parent"))
        return be_parent();
    if (str_equal(what, "echo"))
        return echo();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(what_a_child_has),
        cmocka_unit_test(children_end_with_us),
        cmocka_unit_test(talking),
        cmocka_unit_test(late_and_ended),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
