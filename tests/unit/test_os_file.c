/* file.h: offsets past 4 GB, names that are never overwritten, locks, whole small files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef _WIN32
#include <sys/wait.h>
#endif

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/map.h"

#define FIVE_GB (UINT64_C(5) << 30)

static void put(const char *path, const char *text)
{
    struct err err = {0};
    assert_true(file_save(path, text, strlen(text), &err));
}

static void assert_holds(const char *path, const char *text)
{
    struct err err = {0};
    size_t size;
    char *got = file_load(path, 1000, &size, &err);
    assert_non_null(got);
    assert_int_equal(size, strlen(text));
    assert_string_equal(got, text);
    mem_free(got);
}

static void test_offsets_of_64_bits(void **state)
{
    (void)state;
    struct err err = {0};
    uint64_t size;
    size_t some;
    char got[8];
    os_file file = file_open("sparse.bin", FILE_WRITE, &err);
    assert_true(file != OS_FILE_NONE);
    assert_true(file_write_at(file, FIVE_GB, "far", 3, &err));
    assert_true(file_write_at(file, FIVE_GB - (UINT64_C(4) << 30), "near", 4, &err));
    assert_true(file_size(file, &size, &err));
    assert_true(size == FIVE_GB + 3);
    assert_true(file_info("sparse.bin").size == FIVE_GB + 3);
    assert_true(file_read_at(file, FIVE_GB, got, 3, &err));
    assert_memory_equal(got, "far", 3);
    assert_true(file_read_at(file, UINT64_C(1) << 30, got, 4, &err));
    assert_memory_equal(got, "near", 4);
    assert_true(file_read_some(file, FIVE_GB + 1, got, sizeof got, &some, &err));
    assert_int_equal(some, 2);
    assert_true(file_read_some(file, FIVE_GB + 3, got, sizeof got, &some, &err));
    assert_int_equal(some, 0);
    assert_false(file_read_at(file, FIVE_GB + 1, got, 3, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_true(file_truncate(file, FIVE_GB + 1, &err));
    assert_true(file_size(file, &size, &err));
    assert_true(size == FIVE_GB + 1);
    assert_true(file_sync(file, &err));
#ifndef _WIN32
    assert_true(fcntl((int)file, F_GETFD) & FD_CLOEXEC);
#endif
    file_close(file);
    file_close(OS_FILE_NONE);
    assert_true(file_remove("sparse.bin", &err));
    assert_true(file_remove("sparse.bin", &err)); /* missing is fine */
}

static void test_open_modes(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(file_open("missing", FILE_READ, &err) == OS_FILE_NONE);
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "missing"));
    os_file file = file_open("new", FILE_WRITE_NEW, &err);
    assert_true(file != OS_FILE_NONE);
    assert_true(file_write_at(file, 0, "abc", 3, &err));
    file_close(file);
    assert_true(file_open("new", FILE_WRITE_NEW, &err) == OS_FILE_NONE);
    assert_int_equal(err.kind, ERR_EXISTS);
    file = file_open("new", FILE_WRITE, &err); /* kept, not emptied */
    assert_true(file != OS_FILE_NONE);
    file_close(file);
    assert_holds("new", "abc");
    file = file_open("new", FILE_READ, &err);
    assert_true(file != OS_FILE_NONE);
    assert_false(file_write_at(file, 0, "x", 1, &err));
    assert_true(err.kind == ERR_SYSTEM || err.kind == ERR_DENIED);
    file_close(file);
    assert_true(file_open(".", FILE_READ, &err) == OS_FILE_NONE);
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_true(file_remove("new", &err));
}

static void test_a_file_as_memory(void **state)
{
    (void)state;
    struct err err = {0};
    struct map map;
    put("mapped", "bytes of a file");
    assert_true(map_open(&map, "mapped", &err));
    assert_int_equal(map.size, strlen("bytes of a file"));
    assert_memory_equal(map.bytes, "bytes of a file", map.size);
    map_close(&map);
    assert_int_equal(map.size, 0);
    map_close(&map);
    put("mapped", "");
    assert_false(map_open(&map, "mapped", &err)); /* nothing to see */
    assert_false(map_open(&map, "missing", &err));
    assert_non_null(strstr(err.text, "missing"));
    assert_false(map_open(&map, ".", &err));
    assert_true(file_remove("mapped", &err));
}

static void test_full_disk_has_its_kind(void **state)
{
    (void)state;
    struct err err = {0};
    os_file file = file_open("/dev/full", FILE_WRITE, &err);
    if (file == OS_FILE_NONE)
        skip();
    assert_false(file_write_at(file, 0, "x", 1, &err));
    assert_int_equal(err.kind, ERR_FULL);
    file_close(file);
}

static void test_rename_new_never_overwrites(void **state)
{
    (void)state;
    struct err err = {0};
    put("a", "from a");
    put("b", "already here");
    assert_false(file_rename_new("a", "b", &err));
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_holds("a", "from a");
    assert_holds("b", "already here");
    assert_true(file_rename_new("a", "c", &err));
    assert_false(file_info("a").exists);
    assert_holds("c", "from a");
    err.kind = ERR_NONE;
    assert_false(file_rename_new("a", "d", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(file_rename("c", "b", &err)); /* this one replaces */
    assert_holds("b", "from a");
    assert_false(file_info("c").exists);
    assert_true(file_remove("b", &err));
}

static void test_folders_and_lists(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat facts;
    char **names;
    size_t count;
    assert_true(file_make_folder("deep/er/still", &err));
    assert_true(file_make_folder("deep/er/still", &err));
    assert_true(file_make_folder("deep/er/still/", &err));
    assert_true(file_info("deep/er").is_folder);
    assert_int_equal(stat("deep/er/still", &facts), 0);
#ifndef _WIN32 /* the person's folder has an access list instead */
    assert_int_equal(facts.st_mode & 0777, 0700);
#endif
    put("deep/er/b", "2");
    put("deep/er/a", "1");
    put("deep/er/\xc3\xa4 \xe2\x98\x83.txt", "3");
    assert_true(file_list("deep/er", &names, &count, &err));
    assert_int_equal(count, 4);
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b");
    assert_string_equal(names[2], "still");
    assert_string_equal(names[3], "\xc3\xa4 \xe2\x98\x83.txt");
    file_list_free(names, count);
    assert_true(file_list("deep/er/still", &names, &count, &err));
    assert_int_equal(count, 0);
    file_list_free(names, count);
    assert_false(file_list("nowhere", &names, &count, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(file_make_folder("deep/er/a", &err));
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_false(file_make_folder("deep/er/a/under", &err));
    assert_true(file_sync_folder("deep/er", &err));
    assert_false(file_sync_folder("deep/nowhere", &err));
}

static void test_load_and_save(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat facts;
    char **names;
    size_t count, size;
    char *text;
    assert_true(file_make_folder("saved", &err));
    put("saved/x", "first");
    put("saved/x", "second, and longer");
    assert_holds("saved/x", "second, and longer");
    assert_int_equal(stat("saved/x", &facts), 0);
#ifndef _WIN32
    assert_int_equal(facts.st_mode & 0777, 0600); /* secrets live in such files */
#endif
    assert_true(file_list("saved", &names, &count, &err));
    assert_int_equal(count, 1); /* nothing temporary is left */
    file_list_free(names, count);
    text = file_load("saved/x", 18, &size, &err);
    assert_non_null(text);
    assert_int_equal(size, 18);
    mem_free(text);
    assert_null(file_load("saved/x", 17, &size, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    put("saved/empty", "");
    text = file_load("saved/empty", 0, &size, &err);
    assert_non_null(text);
    assert_string_equal(text, "");
    mem_free(text);
    assert_false(file_save("nowhere/x", "y", 1, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_null(file_load("saved/none", 100, NULL, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

#ifndef _WIN32 /* there: win_test_os.c */
/* An administrator sets the password of a service that has a user of its own. */
static void test_what_root_saves_is_the_folders_owners(void **state)
{
    struct stat facts;
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(mkdir("theirs", 0700), 0);
    assert_int_equal(chown("theirs", 61184, 61185), 0);
    put("theirs/secret", "x");
    assert_int_equal(stat("theirs/secret", &facts), 0);
    assert_int_equal(facts.st_uid, 61184);
    assert_int_equal(facts.st_gid, 61185);
    assert_int_equal(facts.st_mode & 0777, 0600);
    put("ours", "x");
    assert_int_equal(stat("ours", &facts), 0);
    assert_int_equal(facts.st_uid, 0);
}

static void test_lock(void **state)
{
    (void)state;
    struct err err = {0};
    os_file mine, second;
    assert_true(file_make_folder("data", &err));
    assert_true(file_lock_folder("data", &mine, &err));
    /* another process asks; it exits with 0 if it was refused in the right words */
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        os_file theirs;
        struct err why = {0};
        bool got = file_lock_folder("data", &theirs, &why);
        _exit(got || why.kind != ERR_EXISTS || !strstr(why.text, "in use"));
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    file_close(mine);
    assert_true(file_lock_folder("data", &second, &err));
    file_close(second);
    assert_false(file_lock_folder("nowhere", &second, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}
#endif

static void test_paths(void **state)
{
    (void)state;
    static char longest[OS_PATH_MAX];
    char out[OS_PATH_MAX];
    assert_true(path_join(out, "/a", "b"));
    assert_string_equal(out, "/a/b");
    assert_true(path_join(out, "/a/", "b"));
    assert_string_equal(out, "/a/b");
    assert_true(path_join(out, "", "b"));
    assert_string_equal(out, "b");
    memset(longest, 'x', OS_PATH_MAX - 3);
    assert_true(path_join(out, longest, "y"));
    assert_int_equal(strlen(out), OS_PATH_MAX - 1);
    assert_false(path_join(out, longest, "yz"));
    assert_string_equal(path_base("/a/b.c"), "b.c");
    assert_string_equal(path_base("b.c"), "b.c");
    assert_string_equal(path_base("/a/"), "");
    uint64_t space = 0;
    assert_true(file_free_space(".", &space));
    assert_true(space > 0);
    assert_false(file_free_space("nowhere", &space));
    assert_false(file_info("nowhere").exists);
}

#ifndef _WIN32 /* there: win_test_os.c */
static void test_where_things_are_kept(void **state)
{
    (void)state;
    struct err err = {0};
    char here[OS_PATH_MAX], path[OS_PATH_MAX], want[OS_PATH_MAX], name[200];
    assert_non_null(getcwd(here, sizeof here));
    setenv("HOME", here, 1);
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_DATA_HOME", "relative/is/ignored", 1);
    assert_true(path_join(path, here, "my cache"));
    setenv("XDG_CACHE_HOME", path, 1);
#ifndef __APPLE__
    dirs_config(path);
    assert_true(path_join(want, here, ".config/confab"));
    assert_string_equal(path, want);
    assert_true(file_info(path).is_folder);
    dirs_data(path);
    assert_true(path_join(want, here, ".local/share/confab"));
    assert_string_equal(path, want);
    dirs_cache(path);
    assert_true(path_join(want, here, "my cache/confab"));
    assert_string_equal(path, want);
    dirs_downloads(path);
    assert_true(path_join(want, here, "Downloads"));
    assert_string_equal(path, want);
    put(".config/user-dirs.dirs", "# a comment\nXDG_DESKTOP_DIR=\"$HOME/Desktop\"\n"
                                  "XDG_DOWNLOAD_DIR=\"$HOME/Mes t\\\"l\"\n");
    dirs_downloads(path);
    assert_true(path_join(want, here, "Mes t\"l"));
    assert_string_equal(path, want);
    assert_true(file_info(path).is_folder);
    put(".config/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"no/absolute/path\"\n");
    dirs_downloads(path);
    assert_true(path_join(want, here, "Downloads"));
    assert_string_equal(path, want);
    put(".config/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOMELESS\"\n");
    dirs_downloads(path);
    assert_string_equal(path, want);
    put(".config/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOME\"\n"); /* none apart from it */
    dirs_downloads(path);
    assert_string_equal(path, here);
    put(".config/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOME/cut");
    dirs_downloads(path);
    assert_string_equal(path, want);
    assert_true(path_join(path, here, "elsewhere \xc3\xa9"));
    setenv("XDG_CONFIG_HOME", path, 1); /* user-dirs.dirs lies there as well */
    assert_true(file_make_folder(path, NULL));
    put("elsewhere \xc3\xa9/user-dirs.dirs", "XDG_DOWNLOAD_DIR=\"$HOME/dl\"\n");
    dirs_downloads(path);
    assert_true(path_join(want, here, "dl"));
    assert_string_equal(path, want);
    dirs_config(path);
    assert_true(path_join(want, here, "elsewhere \xc3\xa9/confab"));
    assert_string_equal(path, want);
    unsetenv("XDG_CONFIG_HOME");
    /* no home that can be written to: still a folder */
    setenv("HOME", "/proc/nothing", 1);
    dirs_config(path);
    assert_true(file_info(path).is_folder);
    assert_int_equal(rmdir(path), 0);
    /* which nobody else has made before: there they could read and replace what we keep */
    assert_true(path_join(want, here, "public"));
    assert_int_equal(mkdir(want, 0700), 0);
    setenv("TMPDIR", want, 1);
    dirs_config(path);
    assert_true(str_starts(path, want));
    assert_int_equal(chmod(path, 0777), 0);
    str_copy(want, sizeof want, path);
    dirs_config(path);
    assert_string_not_equal(path, want);
    assert_false(file_info(path).exists);
    assert_int_equal(rmdir(want), 0);
    assert_int_equal(symlink(here, want), 0);
    dirs_config(path);
    assert_string_not_equal(path, want);
    assert_int_equal(unlink(want), 0);
    dirs_config(path);
    assert_string_equal(path, want);
    unsetenv("TMPDIR");
    setenv("HOME", here, 1);
#endif
    dirs_program(path);
    assert_true(path_join(want, path, "test_os_file"));
    assert_true(file_info(want).exists);
    dirs_user_name(name, sizeof name);
    assert_true(name[0] != '\0');
    dirs_host_name(name, sizeof name);
    assert_true(name[0] != '\0' && !strchr(name, '.'));
    (void)err;
}
#endif

/* Everything happens in a folder of our own. */
static int enter(void **state)
{
    static char folder[] = "/tmp/confab-test-file-XXXXXX";
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    char command[100];
#ifdef _WIN32
    str_format(command, sizeof command, "rmdir /s /q \\%s", (const char *)*state + 1);
    *strrchr(command, '/') = '\\';
#else
    str_format(command, sizeof command, "rm -rf %s", (const char *)*state);
#endif
    return chdir("/") == 0 ? system(command) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets_of_64_bits),
        cmocka_unit_test(test_open_modes),
        cmocka_unit_test(test_full_disk_has_its_kind),
        cmocka_unit_test(test_rename_new_never_overwrites),
        cmocka_unit_test(test_folders_and_lists),
        cmocka_unit_test(test_load_and_save),
#ifndef _WIN32
        cmocka_unit_test(test_what_root_saves_is_the_folders_owners),
        cmocka_unit_test(test_lock),
#endif
        cmocka_unit_test(test_a_file_as_memory),
        cmocka_unit_test(test_paths),
#ifndef _WIN32
        cmocka_unit_test(test_where_things_are_kept),
#endif
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
