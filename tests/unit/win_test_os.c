/* What protocol/os promises, on Windows: names of all kinds, files that others have open, programs that
 * are started, many sockets. The program starts itself again as the child that a test needs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/instance.h"
#include "protocol/os/map.h"
#include "protocol/os/program.h"
#include "protocol/os/sock.h"
#include "protocol/os/spawn.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"

#include <windows.h>
#include <sddl.h>

#define PATIENCE_MS 20000
#define LETTERS "Grüße aus Zürich, 東京 & 🐟"

static char self[OS_PATH_MAX], folder[OS_PATH_MAX];

static void below(char *out, const char *name)
{
    assert_true(path_join(out, folder, name));
}

static void put(const char *path, const char *text)
{
    struct err err = {0};
    if (!file_save(path, text, strlen(text), &err))
        fail_msg("%s", err.text);
}

static void has(const char *path, const char *text)
{
    struct err err = {0};
    char *got = file_load(path, 1000, NULL, &err);
    if (!got)
        fail_msg("%s", err.text);
    assert_string_equal(got, text);
    mem_free(got);
}

/* For reading, and nobody else may write or remove it. */
static HANDLE open_as(const char *path, SECURITY_ATTRIBUTES *attributes)
{
    wchar_t wide[1000];
    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 1000);
    return CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, attributes, OPEN_EXISTING, 0, NULL);
}

/* ---- files ---- */

static void names_of_all_kinds(void **state)
{
    (void)state;
    static const char *const names[] = {"plain.txt",           LETTERS ".txt",
                                        "with  two spaces",    "e\xCC\x81 in two parts",
                                        "-begins with a dash", "100% & (more); 'it' is ^fine!"};
    struct err err = {0};
    char path[OS_PATH_MAX], inside[OS_PATH_MAX], **list;
    size_t count, found = 0;
    below(path, LETTERS);
    assert_true(file_make_folder(path, &err));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(path_join(inside, path, names[i]));
        put(inside, names[i]);
        has(inside, names[i]);
    }
    assert_true(file_list(path, &list, &count, &err));
    assert_int_equal(count, sizeof names / sizeof *names);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            found += str_equal(list[i], names[k]);
    assert_int_equal(found, count);
    file_list_free(list, count);
}

/* Far beyond the 260 units that Windows had once, and with '/' and ".." in it. */
static void long_paths(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], inside[OS_PATH_MAX], other[OS_PATH_MAX], **list;
    size_t count;
    below(path, "long");
    for (int i = 0; i < 12; i++) {
        str_copy(inside, sizeof inside, path);
        assert_true(path_join(path, inside, "forty letters é and so on, all of them ."));
        path[strlen(path) - 1] = 'x';
    }
    if (!file_make_folder(path, &err))
        fail_msg("%s", err.text);
    assert_true(strlen(path) > 480);
    assert_true(path_join(inside, path, "file.txt"));
    assert_true(path_join(other, path, "../other.txt"));
    put(inside, "far in");
    put(other, "one up");
    has(inside, "far in");
    has(other, "one up");
    assert_true(file_rename(inside, other, &err));
    has(other, "far in");
    assert_false(file_info(inside).exists);
    assert_true(file_list(path, &list, &count, &err));
    assert_int_equal(count, 0);
    file_list_free(list, count);
    assert_true(file_remove_folder(path, &err));
}

/* As on POSIX: what somebody has open is replaced and removed all the same. */
static void what_is_open_can_be_replaced(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], fresh[OS_PATH_MAX], bytes[8];
    size_t got;
    below(path, "open.txt");
    below(fresh, "fresh.txt");
    put(path, "old");
    put(fresh, "new");
    os_file reader = file_open(path, FILE_READ, &err);
    assert_true(reader != OS_FILE_NONE);
    if (!file_rename(fresh, path, &err))
        fail_msg("%s", err.text);
    has(path, "new");
    assert_true(file_read_some(reader, 0, bytes, sizeof bytes, &got, &err));
    assert_int_equal(got, 3);
    assert_memory_equal(bytes, "old", 3);
    file_close(reader);

    reader = file_open(path, FILE_READ, &err);
    assert_true(file_remove(path, &err));
    file_close(reader);
    assert_false(file_info(path).exists);
    put(path, "again");
    put(fresh, "new");
    assert_false(file_rename_new(fresh, path, &err));
    assert_int_equal(err.kind, ERR_EXISTS);
}

/* Somebody reads it without allowing others anything, for a moment: a virus scanner. */
static void let_go(void *handle)
{
    Sleep(60);
    CloseHandle(handle);
}

static void a_scanner_is_waited_for(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], fresh[OS_PATH_MAX];
    below(path, "scanned.txt");
    below(fresh, "scanned.new");
    put(path, "old");
    put(fresh, "new");
    HANDLE scanner = open_as(path, NULL);
    assert_true(scanner != INVALID_HANDLE_VALUE);
    struct thread *thread = thread_start(let_go, scanner, &err);
    bool renamed = file_rename(fresh, path, &err);
    thread_join(thread);
    if (!renamed)
        fail_msg("%s", err.text);
    has(path, "new");
}

static bool is_left(const char *part)
{
    char **list;
    size_t count;
    bool found = false;
    assert_true(file_list(folder, &list, &count, NULL));
    for (size_t i = 0; i < count; i++)
        found |= strstr(list[i], part) != NULL;
    file_list_free(list, count);
    return found;
}

/* What cannot be renamed leaves what has that name alone: it was never away, for a program that ends in
 * that moment would be without it. */
static void what_is_held_replaces_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], fresh[OS_PATH_MAX];
    wchar_t wide[1000];
    below(path, "kept.txt");
    below(fresh, "kept.new");
    put(path, "old");
    put(fresh, "new");
    HANDLE scanner = open_as(fresh, NULL);
    assert_true(scanner != INVALID_HANDLE_VALUE);
    MultiByteToWideChar(CP_UTF8, 0, folder, -1, wide, 1000);
    HANDLE change = FindFirstChangeNotificationW(wide, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    assert_true(change != INVALID_HANDLE_VALUE);
    assert_false(file_rename(fresh, path, &err));
    CloseHandle(scanner);
    assert_int_equal(WaitForSingleObject(change, 500), WAIT_TIMEOUT);
    FindCloseChangeNotification(change);
    has(path, "old");
    has(fresh, "new");
}

static void a_folder_is_not_replaced(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], fresh[OS_PATH_MAX];
    below(path, "holiday");
    below(fresh, "holiday.new");
    assert_true(file_make_folder(path, &err));
    put(fresh, "new");
    assert_false(file_rename(fresh, path, &err));
    assert_true(file_info(path).is_folder);
    has(fresh, "new");
}

/* As on POSIX, where the folder's rights count and not the file's. */
static void a_read_only_file_is_replaced(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX], fresh[OS_PATH_MAX];
    wchar_t wide[1000];
    below(path, "guarded.txt");
    below(fresh, "guarded.new");
    put(path, "old");
    put(fresh, "new");
    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 1000);
    assert_true(SetFileAttributesW(wide, FILE_ATTRIBUTE_READONLY));
    if (!file_rename(fresh, path, &err))
        fail_msg("%s", err.text);
    has(path, "new");
    assert_false(is_left(".old"));
}

static void a_lock_is_of_one(void **state)
{
    (void)state;
    struct err err = {0};
    os_file mine, second;
    char path[OS_PATH_MAX];
    below(path, "data");
    assert_true(file_make_folder(path, &err));
    assert_true(file_lock_folder(path, &mine, &err));
    assert_false(file_lock_folder(path, &second, &err));
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_non_null(strstr(err.text, "in use"));
    file_close(mine);
    assert_true(file_lock_folder(path, &mine, &err));
    file_close(mine);
}

static void a_file_as_memory(void **state)
{
    (void)state;
    struct err err = {0};
    struct map map;
    char path[OS_PATH_MAX];
    below(path, "mapped " LETTERS);
    put(path, "in memory");
    os_file writer = file_open(path, FILE_WRITE, &err); /* we write it still */
    assert_true(writer != OS_FILE_NONE);
    if (!map_open(&map, path, &err))
        fail_msg("%s", err.text);
    assert_int_equal(map.size, 9);
    assert_memory_equal(map.bytes, "in memory", 9);
    map_close(&map);
    file_close(writer);
}

/* What Windows cannot have as a file's name is another one when it is saved. */
static void reserved_names(void **state)
{
    (void)state;
    static const char *const names[] = {"CON",
                                        "nul.txt",
                                        "COM1.txt",
                                        "lpt9.tar.gz",
                                        "dots...",
                                        "space ",
                                        "a<b>c:d\"e/f\\g|h?i*j.txt",
                                        "CONIN$",
                                        "aux",
                                        "stream.txt:hidden",
                                        "COM\xC2\xB9.png"};
    char safe[LABEL_SIZE], path[OS_PATH_MAX], **list, box[OS_PATH_MAX];
    struct err err = {0};
    size_t count;
    below(box, "saved");
    assert_true(file_make_folder(box, &err));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        label_clean(names[i], safe);
        assert_true(path_join(path, box, safe));
        put(path, names[i]);
        assert_true(file_list(box, &list, &count, &err));
        if (count != 1 || !str_equal(list[0], safe))
            fail_msg("\"%s\" as \"%s\" became \"%s\"", names[i], safe, count ? list[0] : "nothing");
        file_list_free(list, count);
        assert_true(file_remove(path, &err));
    }
}

/* ---- programs ---- */

static void read_all(struct spawn *child, char *out, size_t size)
{
    struct err err = {0};
    size_t used = 0, got;
    do {
        if (!spawn_read(child, out + used, size - 1 - used, PATIENCE_MS, &got, &err))
            fail_msg("%s", err.text);
        used += got;
    } while (got > 0 && used < size - 1);
    out[used] = '\0';
}

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

/* ---- the network ---- */

#define PAIRS 300

/* select() over far more than the 64 of a plain fd_set; each that has something is told. */
static void many_sockets(void **state)
{
    (void)state;
    struct err err = {0};
    struct sock_address address, from;
    static os_sock near_end[PAIRS], far_end[PAIRS];
    size_t moved, ready = 0;
    char byte;
    os_sock listener = sock_listen("127.0.0.1", 0, &err);
    assert_true(listener != OS_SOCK_NONE);
    assert_true(sock_local_address(listener, &address));
    struct sock_set *set = sock_set_create();
    for (size_t i = 0; i < PAIRS; i++) {
        near_end[i] = sock_connect(&address, &err);
        assert_true(near_end[i] != OS_SOCK_NONE);
        sock_set_clear(set);
        sock_set_add(set, listener, SOCK_READ);
        assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
        far_end[i] = sock_accept(listener, &from, &err);
        assert_true(far_end[i] != OS_SOCK_NONE);
    }
    for (size_t i = 0; i < PAIRS; i += 3)
        assert_int_equal(sock_send(far_end[i], "x", 1, &moved), SOCK_OK);
    const int64_t until = clock_now_ms() + PATIENCE_MS;
    while (ready < PAIRS / 3 && clock_now_ms() < until) {
        sock_set_clear(set);
        for (size_t i = 0; i < PAIRS; i++)
            sock_set_add(set, near_end[i], SOCK_READ);
        assert_true(sock_set_wait(set, PATIENCE_MS, &err) > 0);
        ready = 0;
        for (size_t i = 0; i < PAIRS; i++)
            if (sock_set_ready(set, near_end[i]) & SOCK_READ) {
                assert_int_equal(i % 3, 0);
                ready++;
            }
    }
    assert_int_equal(ready, PAIRS / 3);
    for (size_t i = 0; i < PAIRS; i++) {
        if (i % 3 == 0)
            assert_int_equal(sock_receive(near_end[i], &byte, 1, &moved), SOCK_OK);
        sock_close(near_end[i]);
        sock_close(far_end[i]);
    }
    sock_close(listener);
    sock_set_destroy(set);
}

static void ring_many(void *arg)
{
    for (int i = 0; i < 10000; i++)
        wake_ring(arg);
}

/* Woken by ourselves, and by nobody else who knows the port. */
static void a_bell_of_our_own(void **state)
{
    (void)state;
    struct err err = {0};
    struct wake *wake = wake_create(&err);
    struct sock_set *set = sock_set_create();
    struct sock_address address;
    const uint8_t loopback[4] = {127, 0, 0, 1};
    assert_non_null(wake);
    sock_set_add(set, wake_sock(wake), SOCK_READ);
    assert_true(sock_local_address(wake_sock(wake), &address));
    os_sock stranger = sock_udp_open(0, &err);
    sock_udp_send(stranger, loopback, sock_address_port(&address), NULL, "x", 1);
    assert_int_equal(sock_set_wait(set, 100, &err), 0);
    struct thread *thread = thread_start(ring_many, wake, &err);
    assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
    thread_join(thread);
    wake_drain(wake);
    assert_int_equal(sock_set_wait(set, 0, &err), 0);
    sock_close(stranger);
    sock_set_destroy(set);
    wake_destroy(wake);
}

/* ---- where things are ---- */

/* Somebody else of this computer has made the pipe first, and lets everybody in: what came through it
 * would not be this person's. */
static void a_pipe_of_another(void **state)
{
    (void)state;
    static const char name[] = "a folder of settings";
    _Alignas(8) uint8_t room[256];
    char whole[400], hex[SHA256_HEX_SIZE], pipe_name[100], *sid;
    struct err err = {0};
    SECURITY_ATTRIBUTES rights = {.nLength = sizeof rights};
    DWORD size, session = 0;
    HANDLE token;
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    assert_true(GetTokenInformation(token, TokenUser, room, sizeof room, &size));
    CloseHandle(token);
    assert_true(ConvertSidToStringSidA(((TOKEN_USER *)(void *)room)->User.Sid, &sid));
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    str_format(whole, sizeof whole, "%s\n%lu\n%s", sid, (unsigned long)session, name);
    LocalFree(sid);
    sha256_hex(whole, strlen(whole), hex);
    str_format(pipe_name, sizeof pipe_name, "\\\\.\\pipe\\confab-%.32s", hex);
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorA(
        "O:BAD:(A;;GA;;;WD)", SDDL_REVISION_1, &rights.lpSecurityDescriptor, NULL));
    HANDLE pipe = CreateNamedPipeA(pipe_name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                   PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, 100, 100, 0, &rights);
    LocalFree(rights.lpSecurityDescriptor);
    assert_true(pipe != INVALID_HANDLE_VALUE);
    assert_null(instance_keep(name, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    CloseHandle(pipe);
    struct instance *instance = instance_keep(name, &err);
    if (!instance)
        fail_msg("%s", err.text);
    instance_destroy(instance);
}

/* A variable of XDG goes before them; without it, they are asked. */
static void known_folders(void **state)
{
    (void)state;
    static const wchar_t *const variables[] = {L"XDG_CONFIG_HOME", L"XDG_DATA_HOME",
                                               L"XDG_CACHE_HOME"};
    char path[OS_PATH_MAX], name[300], asked[OS_PATH_MAX];
    wchar_t wide[1000], before[3][1000] = {0};
    void (*const all[])(char *) = {dirs_config, dirs_data, dirs_cache, dirs_downloads, dirs_temp};
    path_join(asked, folder, "confab");
    MultiByteToWideChar(CP_UTF8, 0, folder, -1, wide, 1000);
    for (size_t i = 0; i < 3; i++) {
        GetEnvironmentVariableW(variables[i], before[i], 1000);
        SetEnvironmentVariableW(variables[i], wide);
        all[i](path);
        assert_string_equal(path, asked);
        SetEnvironmentVariableW(variables[i], NULL);
    }
    assert_true(file_remove_folder(asked, NULL));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        all[i](path);
        assert_true(path[1] == ':');
        assert_true(file_info(path).is_folder);
    }
    dirs_config(path);
    assert_non_null(strstr(path, "Roaming"));
    dirs_cache(path);
    assert_non_null(strstr(path, "Local"));
    dirs_downloads(path);
    assert_non_null(strstr(path, "Downloads"));
    for (size_t i = 0; i < 3; i++)
        SetEnvironmentVariableW(variables[i], before[i][0] ? before[i] : NULL);
    dirs_program(path);
    assert_true(strlen(path) < strlen(self) && strncmp(path, self, strlen(path)) == 0);
    dirs_user_name(name, sizeof name);
    assert_true(name[0] != '\0');
    dirs_host_name(name, sizeof name);
    assert_true(name[0] != '\0');
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

static int enter(void **state)
{
    char temp[OS_PATH_MAX], name[64];
    (void)state;
    dirs_temp(temp);
    str_format(name, sizeof name, "confab test é %lu", GetCurrentProcessId());
    return path_join(folder, temp, name) && file_make_folder(folder, NULL) ? 0 : -1;
}

static void remove_tree(const char *path)
{
    char **names, inside[OS_PATH_MAX];
    size_t count;
    if (!file_info(path).is_folder) {
        file_remove(path, NULL);
        return;
    }
    if (file_list(path, &names, &count, NULL)) {
        for (size_t i = 0; i < count; i++)
            if (path_join(inside, path, names[i]))
                remove_tree(inside);
        file_list_free(names, count);
    }
    file_remove_folder(path, NULL);
}

static int leave(void **state)
{
    (void)state;
    remove_tree(folder);
    return file_info(folder).exists ? -1 : 0;
}

int main(int argc, char **argv)
{
    program_start(&argc, &argv);
    dirs_program(self);
    path_join(self, self, "win_test_os.exe");
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
        cmocka_unit_test(names_of_all_kinds),
        cmocka_unit_test(long_paths),
        cmocka_unit_test(what_is_open_can_be_replaced),
        cmocka_unit_test(a_scanner_is_waited_for),
        cmocka_unit_test(what_is_held_replaces_nothing),
        cmocka_unit_test(a_folder_is_not_replaced),
        cmocka_unit_test(a_read_only_file_is_replaced),
        cmocka_unit_test(a_lock_is_of_one),
        cmocka_unit_test(a_file_as_memory),
        cmocka_unit_test(reserved_names),
        cmocka_unit_test(arguments),
        cmocka_unit_test(what_a_child_has),
        cmocka_unit_test(children_end_with_us),
        cmocka_unit_test(talking),
        cmocka_unit_test(late_and_ended),
        cmocka_unit_test(many_sockets),
        cmocka_unit_test(a_bell_of_our_own),
        cmocka_unit_test(a_pipe_of_another),
        cmocka_unit_test(known_folders),
    };
    sock_start();
    return cmocka_run_group_tests(tests, enter, leave);
}
