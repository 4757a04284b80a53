/* What protocol/os promises, on Windows: names of all kinds, files that others have open, many
 * sockets, where things are. */
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
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"
#include "tests/unit/win_folder.h"

#include <windows.h>
#include <sddl.h>

#define PATIENCE_MS 20000

static void has(const char *path, const char *text)
{
    struct err err = {0};
    char *got = file_load(path, 1000, NULL, &err);
    if (!got)
        fail_msg("%s", err.text);
    assert_string_equal(got, text);
    mem_free(got);
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
    assert_true(path_join(asked, path, "win_test_os.exe"));
    assert_true(file_info(asked).exists);
    dirs_user_name(name, sizeof name);
    assert_true(name[0] != '\0');
    dirs_host_name(name, sizeof name);
    assert_true(name[0] != '\0');
}

int main(void)
{
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
        cmocka_unit_test(many_sockets),
        cmocka_unit_test(a_bell_of_our_own),
        cmocka_unit_test(a_pipe_of_another),
        cmocka_unit_test(known_folders),
    };
    sock_start();
    return cmocka_run_group_tests(tests, enter, leave);
}
