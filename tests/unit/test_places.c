/* test_places.c: what came with the program is found from where the program lies, in each system's layout, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/places.h"
#include "tests/unit/tree.h"

static char root[OS_PATH_MAX]; /* of this test: its name has a space and an é */

static void put(const char *name)
{
    char path[OS_PATH_MAX], folder[OS_PATH_MAX];
    assert_true(path_join(path, root, name));
    str_copy(folder, sizeof folder, path);
    folder[path_base(folder) - folder - 1] = '\0';
    assert_true(file_make_folder(folder, NULL));
    assert_true(file_save(path, name, strlen(name), NULL));
}

static void take(const char *name)
{
    char path[OS_PATH_MAX];
    assert_true(path_join(path, root, name));
    assert_true(file_remove(path, NULL));
}

/* A file that put() made says where it was put. */
static void expect(bool (*find)(char *, const char *, const char *), const char *program,
                   const char *name, const char *want)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX] = "?";
    assert_true(path_join(folder, root, program));
    bool found = find(path, folder, name);
    if (!want) {
        assert_false(found);
        assert_string_equal(path, "");
        return;
    }
    assert_true(found);
    char *text = file_load(path, OS_PATH_MAX, NULL, NULL);
    assert_non_null(text);
    assert_string_equal(text, want);
    mem_free(text);
}

static void test_every_layout(void **state)
{
    (void)state;
    put("usr/bin/confab");
    put("usr/share/confab/icons/a.svg");
    put("usr/libexec/confab/confab-media");
    expect(places_asset, "usr/bin", "icons/a.svg", "usr/share/confab/icons/a.svg");
    expect(places_asset, "usr/libexec/confab", "icons/a.svg", "usr/share/confab/icons/a.svg");
    expect(places_helper, "usr/bin", "confab-media", "usr/libexec/confab/confab-media");
    put("Program Files/Confab/confab-media.exe");
    put("Program Files/Confab/assets/icons/a.svg");
    put("Program Files/Confab/fonts/Inter-Regular.otf");
    expect(places_asset, "Program Files/Confab", "icons/a.svg",
           "Program Files/Confab/assets/icons/a.svg");
    expect(places_asset, "Program Files/Confab", "fonts/Inter-Regular.otf",
           "Program Files/Confab/fonts/Inter-Regular.otf");
    expect(places_helper, "Program Files/Confab", "confab-media",
           "Program Files/Confab/confab-media.exe");
    put("Confab.app/Contents/MacOS/confab-media");
    put("Confab.app/Contents/Resources/icons/a.svg");
    expect(places_asset, "Confab.app/Contents/MacOS", "icons/a.svg",
           "Confab.app/Contents/Resources/icons/a.svg");
    expect(places_helper, "Confab.app/Contents/MacOS", "confab-media",
           "Confab.app/Contents/MacOS/confab-media");
    put("build/assets/icons/a.svg");
    put("build/tests/test_places");
    expect(places_asset, "build", "icons/a.svg", "build/assets/icons/a.svg");
    expect(places_asset, "build/tests", "icons/a.svg", "build/assets/icons/a.svg");
}

static void test_beside_the_program_comes_first(void **state)
{
    (void)state;
    put("x/bin/confab-media");
    put("x/libexec/confab/confab-media");
    put("x/bin/assets/notices.txt");
    put("x/share/confab/notices.txt");
    expect(places_helper, "x/bin", "confab-media", "x/bin/confab-media");
    expect(places_asset, "x/bin", "notices.txt", "x/bin/assets/notices.txt");
    take("x/bin/confab-media");
    take("x/bin/assets/notices.txt");
    expect(places_helper, "x/bin", "confab-media", "x/libexec/confab/confab-media");
    expect(places_asset, "x/bin", "notices.txt", "x/share/confab/notices.txt");
    take("x/libexec/confab/confab-media");
    take("x/share/confab/notices.txt");
    expect(places_helper, "x/bin", "confab-media", NULL);
    expect(places_asset, "x/bin", "notices.txt", NULL);
}

static void test_a_folder_is_an_asset_and_no_helper(void **state)
{
    (void)state;
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    put("y/bin/confab-media/inside");
    put("y/share/confab/fonts/a.otf");
    assert_true(path_join(folder, root, "y/bin"));
    assert_true(places_asset(path, folder, "fonts"));
    assert_true(file_info(path).is_folder);
    expect(places_helper, "y/bin", "confab-media", NULL);
}

static void test_no_way_out(void **state)
{
    (void)state;
    static const char *const names[] = {
        "../secret",    "icons/../../secret", "..",        ".",   "",        "/etc/passwd",
        "icons//a.svg", "..\\secret",         "C:/secret", "./a", "icons/.", "icons/..",
        "icons/",       "secret:stream",
    };
    put("z/secret");
    put("z/share/confab/icons/a.svg");
    put("z/bin/..secret");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        expect(places_asset, "z/bin", names[i], NULL);
        expect(places_helper, "z/bin", names[i], NULL);
    }
    expect(places_asset, "z/bin", "..secret", "z/bin/..secret"); /* an odd name, but no way up */
}

static void test_too_long(void **state)
{
    (void)state;
    char name[OS_PATH_MAX + 10], path[OS_PATH_MAX];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_false(places_asset(path, root, name));
    assert_false(places_helper(path, root, name));
    name[OS_PATH_MAX - 2] = '\0';
    assert_false(places_asset(path, root, name));
    assert_false(places_helper(path, root, name));
    assert_false(places_asset(path, name, "icons/a.svg"));
}

/* The programs of the build folder find the pictures of the source tree. */
static void test_this_build(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    assert_true(dirs_asset(path, "icons/send.svg"));
    assert_true(file_info(path).size > 0);
    assert_true(dirs_asset(path, "icons"));
    assert_false(dirs_asset(path, "icons/none.svg"));
    assert_true(dirs_helper(path, "test_places"));
    assert_false(dirs_helper(path, "test_no_places"));
}

static int enter(void **state)
{
    (void)state;
    char here[OS_PATH_MAX], name[64];
    dirs_temp(here);
    str_format(name, sizeof name, "confab pl\xc3\xa9 %p", (void *)here);
    return path_join(root, here, name) && file_make_folder(root, NULL) ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    remove_tree(root);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_layout),
        cmocka_unit_test(test_beside_the_program_comes_first),
        cmocka_unit_test(test_a_folder_is_an_asset_and_no_helper),
        cmocka_unit_test(test_no_way_out),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_this_build),
    };
    return cmocka_run_group_tests_name("places", tests, enter, leave);
}
