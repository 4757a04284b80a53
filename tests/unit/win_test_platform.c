/* What client/platform/win32 promises: the clipboard both ways, where the desktop tells what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/platform/clipboard.h"
#include "client/platform/clipboard_picture.h"
#include "client/platform/desktop.h"
#include "client/platform/locale.h"
#include "client/platform/open_url.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#include <SDL.h>
#include <windows.h>

#define WORDS "Grüße, 東京 🐟\nsecond line"

static char folder[OS_PATH_MAX];

static uint8_t *encode(const uint8_t *rgba, int w, int h, size_t *size)
{
    (void)rgba;
    (void)w;
    (void)h;
    *size = 64;
    uint8_t *bytes = mem_alloc(64, 1);
    memcpy(bytes, "\x89PNG in test", 12);
    return bytes;
}

static void text_both_ways(void **state)
{
    (void)state;
    assert_true(clipboard_set(WORDS));
    char *got = clipboard_get();
    assert_string_equal(got, WORDS);
    mem_free(got);
}

static const uint8_t rgba[2 * 3 * 4] = {
    1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255, 16, 17, 18, 128,
};

/* What we put there is had back as PNG, and as a bitmap by those who know no PNG. */
static void picture_both_ways(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX];
    size_t size;
    if (!clipboard_put_picture(rgba, 2, 3, encode, &err))
        fail_msg("%s", err.text);
    if (!clipboard_save_picture(folder, "pasted", path, &err))
        fail_msg("%s", err.text);
    assert_string_equal(path + strlen(path) - 10, "pasted.png");
    char *bytes = file_load(path, 1000, &size, &err);
    assert_non_null(bytes);
    assert_true(size >= 12);
    assert_memory_equal(bytes, "\x89PNG in test", 12);
    mem_free(bytes);

    assert_true(OpenClipboard(NULL));
    HANDLE dib = GetClipboardData(CF_DIB);
    assert_non_null(dib);
    const uint8_t *pixels = (const uint8_t *)GlobalLock(dib) + sizeof(BITMAPINFOHEADER);
    const uint8_t lowest_row[] = {15, 14, 13, 255, 18, 17, 16, 128};
    assert_memory_equal(pixels, lowest_row, sizeof lowest_row);
    GlobalUnlock(dib);
    CloseClipboard();
}

/* A bitmap alone, as from a screenshot, becomes a file that begins like one. */
static void bitmap_of_others(void **state)
{
    (void)state;
    struct err err = {0};
    char path[OS_PATH_MAX];
    size_t size;
    BITMAPINFOHEADER head = {.biSize = sizeof head,
                             .biWidth = 2,
                             .biHeight = 1,
                             .biPlanes = 1,
                             .biBitCount = 32,
                             .biCompression = BI_RGB};
    HGLOBAL dib = GlobalAlloc(GMEM_MOVEABLE, sizeof head + 8);
    uint8_t *to = GlobalLock(dib);
    memcpy(to, &head, sizeof head);
    memset(to + sizeof head, 7, 8);
    GlobalUnlock(dib);
    assert_true(OpenClipboard(NULL));
    EmptyClipboard();
    assert_non_null(SetClipboardData(CF_DIB, dib));
    CloseClipboard();
    if (!clipboard_save_picture(folder, "shot", path, &err))
        fail_msg("%s", err.text);
    char *bytes = file_load(path, 1000, &size, &err);
    assert_non_null(bytes);
    assert_memory_equal(bytes, "BM", 2);
    assert_int_equal(bytes[10], 54); /* the pixels begin behind both headers */
    SDL_Surface *picture = SDL_LoadBMP(path);
    assert_non_null(picture);
    assert_int_equal(picture->w, 2);
    SDL_FreeSurface(picture);
    mem_free(bytes);

    assert_true(clipboard_set("only text")); /* then there is no picture, and that is no error */
    err.kind = ERR_NONE;
    assert_false(clipboard_save_picture(folder, "none", path, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

static void what_the_system_tells(void **state)
{
    (void)state;
    char languages[64];
    locale_languages(languages, sizeof languages);
    assert_true(strlen(languages) >= 2);
    (void)desktop_is_dark();
    (void)desktop_has_motion();
    assert_true(desktop_scale(NULL) >= 1.0f);
}

static void only_addresses_are_opened(void **state)
{
    (void)state;
    static const char *const refused[] = {"file:///C:/Windows/notepad.exe",
                                          "C:\\Windows\\notepad.exe",
                                          "notepad.exe",
                                          "\\\\server\\share\\x.exe",
                                          "javascript:alert(1)",
                                          "ms-settings:",
                                          " https://example.org"};
    struct err err = {0};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(open_url(refused[i], &err));
        assert_int_equal(err.kind, ERR_DENIED);
    }
    static char huge[5000] = "https://example.org/";
    memset(huge + 20, 'x', sizeof huge - 21);
    assert_false(open_url(huge, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_false(open_folder_of("C:\\no such folder\\file", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static int enter(void **state)
{
    char temp[OS_PATH_MAX], name[64];
    (void)state;
    dirs_temp(temp);
    str_format(name, sizeof name, "confab platform é %lu", GetCurrentProcessId());
    return SDL_Init(SDL_INIT_VIDEO) == 0 && path_join(folder, temp, name) ? 0 : -1;
}

static int leave(void **state)
{
    static const char *const names[] = {"pasted.png", "shot.bmp"};
    char path[OS_PATH_MAX];
    (void)state;
    for (size_t i = 0; i < 2; i++)
        if (path_join(path, folder, names[i]))
            file_remove(path, NULL);
    file_remove_folder(folder, NULL);
    SDL_Quit();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_both_ways),
        cmocka_unit_test(picture_both_ways),
        cmocka_unit_test(bitmap_of_others),
        cmocka_unit_test(what_the_system_tells),
        cmocka_unit_test(only_addresses_are_opened),
    };
    SDL_SetMainReady();
    return cmocka_run_group_tests(tests, enter, leave);
}
