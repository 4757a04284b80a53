/* Languages: catalogues as translators write and break them, plural forms, parts, sizes; and the window in a mirror. */
#include "client/ui/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/lang_plural.h"
#include "client/ui/lang_po.h"
#include "client/ui/ui.h"
#include "client/ui/widgets/field.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define HEAD                                            \
    "msgid \"\"\nmsgstr \"\"\n"                         \
    "\"Plural-Forms: nplurals=2; plural=n != 1;\\n\"\n" \
    "\"X-Language-Name: Probe\\n\"\n\"X-Decimal-Mark: ,\\n\"\n\n"

static struct lang_po *read_text(const char *text, struct err *err)
{
    return lang_po_read(text, strlen(text), err);
}

/* ---- plural forms ---- */

static uint64_t form(const char *formula, uint64_t n)
{
    uint64_t result = 99;
    assert_true(lang_plural(formula, n, &result));
    return result;
}

static void a_formula_is_worked_out_as_c_would(void **state)
{
    (void)state;
    static const char arabic[] =
        "n == 0 ? 0 : n == 1 ? 1 : n == 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : "
        "n % 100 >= 11 ? 4 : 5;";
    static const uint64_t forms[][2] = {{0, 0},   {1, 1},    {2, 2},    {3, 3},   {10, 3},
                                        {11, 4},  {99, 4},   {100, 5},  {102, 5}, {103, 3},
                                        {111, 4}, {1000, 5}, {1002, 5}, {1003, 3}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_int_equal(form(arabic, forms[i][0]), forms[i][1]);
    static const char russian[] =
        "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)";
    assert_int_equal(form(russian, 21), 0);
    assert_int_equal(form(russian, 11), 2);
    assert_int_equal(form(russian, 34), 1);
    assert_int_equal(form(russian, 112), 2);
    assert_int_equal(form("0", UINT64_MAX), 0);
    assert_int_equal(form("n > 1", UINT64_MAX), 1);
    assert_int_equal(form("!n", 0), 1);
    assert_int_equal(form("1 + 2 * 3 - 8 / 4", 0), 5);
    assert_int_equal(form("n % 0 + n / 0", 7), 0);
}

static void what_is_no_formula_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {"",
                                         ";",
                                         "n ==",
                                         "m",
                                         "(n",
                                         "n)",
                                         "n ? 1",
                                         "n ? : 2",
                                         "1 2",
                                         "n & 1",
                                         "n = 1",
                                         "99999999999999999999",
                                         "system(\"x\")"};
    uint64_t result;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(lang_plural(broken[i], 1, &result));
    char deep[4096]; /* nobody's stack is to be filled */
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_false(lang_plural(deep, 1, &result));
    memset(deep, '!', sizeof deep - 1);
    assert_false(lang_plural(deep, 1, &result));
    for (size_t i = 0; i + 3 < sizeof deep; i += 4)
        memcpy(deep + i, "n?1:", 4);
    assert_false(lang_plural(deep, 0, &result));
}

/* ---- catalogues ---- */

static void a_catalogue_is_read_as_translators_write_it(void **state)
{
    (void)state;
    struct err err = {0};
    struct lang_po *po = read_text(
        "\xEF\xBB\xBF# words for people\r\n" HEAD
        "#: client/ui/x.c\nmsgid \"Join\"\nmsgstr \"Beitreten\"\n\n"
        "#. split\nmsgid \"\"\n\"two \"\n\"pieces\"\nmsgstr \"\"\n\"zwei \"\n\"St\\\"\\\\ck\\n\"\n"
        "msgid \"at once behind it\"\nmsgstr \"gleich\"\n# a comment at once behind it\n"
        "msgid \"{1} member\"\nmsgid_plural \"{1} members\"\nmsgstr[0] \"ein Mitglied\"\nmsgstr[1] "
        "\"{1} Mitglieder\"\n\n"
        "#, fuzzy\nmsgid \"Unsure\"\nmsgstr \"Unsicher\"\n\n"
        "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Auf\"\n\n"
        "msgid \"Empty\"\nmsgstr \"\"\n\n"
        "msgid \"{1} s\"\nmsgid_plural \"{1} s\"\nmsgstr[0] \"eine\"\nmsgstr[1] \"\"\n\n"
        "#~ msgid \"Gone\"\n#~ msgstr \"Weg\"\n\n"
        "  msgid\t\"Save\" \r\n\tmsgstr \"Sichern\"",
        &err);
    if (!po)
        fail_msg("%s", err.text);
    char field[64];
    assert_string_equal(lang_po_find(po, "Join"), "Beitreten");
    assert_string_equal(lang_po_find(po, "two pieces"), "zwei St\"\\ck\n");
    assert_string_equal(lang_po_find(po, "at once behind it"), "gleich");
    assert_string_equal(lang_po_find(po, "Save"), "Sichern");
    assert_string_equal(lang_po_find_count(po, "{1} member", 1), "ein Mitglied");
    assert_string_equal(lang_po_find_count(po, "{1} member", 0), "{1} Mitglieder");
    assert_null(lang_po_find(po, "{1} member")); /* counted things only by number */
    assert_null(lang_po_find_count(po, "Join", 1));
    static const char *const left_out[] = {"Unsure", "Open", "Empty", "Gone", "never there", ""};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        assert_null(lang_po_find(po, left_out[i]));
    assert_null(lang_po_find_count(po, "{1} s", 1));
    lang_po_field(po, "X-Language-Name", field, sizeof field);
    assert_string_equal(field, "Probe");
    lang_po_field(po, "X-Decimal-Mark", field, sizeof field);
    assert_string_equal(field, ",");
    lang_po_field(po, "Decimal-Mark", field, sizeof field);
    assert_string_equal(field, "");
    lang_po_destroy(po);
}

static void a_broken_catalogue_is_none_and_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } broken[] = {
        {"", "Line 1"},
        {"msgid \"Join\"\nmsgstr \"x\"\n", "Line 3"},
        {"msgid \"\"\nmsgstr \"X: y\\n\"\n", "Line 3"},
        {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=7; plural=0;\\n\"\n", "Line 3"},
        {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=n;\\n\"\n", "Line 3"},
        {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=n ? ;\\n\"\n", "Line 3"},
        {HEAD "msgid Join\n", "Line 7"},
        {HEAD "msgid \"Join\n", "Line 7"},
        {HEAD "msgid \"Jo\"in\"\n", "Line 7"},
        {HEAD "msgid \"\\x41\"\n", "Line 7"},
        {HEAD "msgid \"a\\", "Line 7"},
        {HEAD "msgid \"a\\\"", "Line 7"},
        {HEAD "\"lost\"\n", "Line 7"},
        {HEAD "msgstr \"of nothing\"\n", "Line 7"},
        {HEAD "msgid_plural \"of nothing\"\n", "Line 7"},
        {HEAD "msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n", "Line 10"},
        {HEAD "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", "Line 11"},
        {HEAD "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[6] \"c\"\n", "Line 9"},
        {HEAD "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[\n", "Line 9"},
        {HEAD "msgid \"a\\tb\x01\"\n", "Line 7"},
        {HEAD "msgid \"\xC3\"\n", "Line 0"},
        {HEAD "<html>\n", "Line 7"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct err err = {0};
        struct lang_po *po = read_text(broken[i].text, &err);
        if (po || strncmp(err.text, broken[i].line, strlen(broken[i].line)) != 0)
            fail_msg("case %zu: %s", i, po ? "was taken" : err.text);
    }
    assert_null(lang_po_read("a\0b", 3, NULL));
}

static void a_catalogue_has_its_limits(void **state)
{
    (void)state;
    struct err err = {0};
    const size_t size = LANG_PO_BYTES_MAX + 1;
    char *text = mem_alloc(size + 1, 1);
    memset(text, '\n', size);
    memcpy(text, HEAD, strlen(HEAD));
    assert_null(lang_po_read(text, size, &err));
    struct lang_po *po = lang_po_read(text, size - 1, &err);
    assert_non_null(po);
    lang_po_destroy(po);

    size_t used = strlen(HEAD);
    used += (size_t)sprintf(text + used, "msgid \"");
    memset(text + used, 'a', LANG_PO_TEXT_MAX);
    memcpy(text + used + LANG_PO_TEXT_MAX, "\"\n", 3);
    assert_null(read_text(text, &err));

    used = strlen(HEAD);
    for (int i = 0; i <= LANG_PO_ENTRIES_MAX; i++)
        used += (size_t)sprintf(text + used, "msgid \"key %d\"\nmsgstr \"word %d\"\n", i, i);
    assert_null(read_text(text, &err));
    *strstr(text, "msgid \"key 8192\"") = '\0';
    po = read_text(text, &err);
    assert_non_null(po);
    assert_string_equal(lang_po_find(po, "key 8191"), "word 8191");
    assert_string_equal(lang_po_find(po, "key 0"), "word 0");
    lang_po_destroy(po);
    mem_free(text);
}

/* Whatever is cut off or flipped: no crash, and a whole catalogue or none. */
static void a_damaged_catalogue_does_no_harm(void **state)
{
    (void)state;
    assert_true(lang_file_count >= 2);
    const struct lang_file *file = &lang_files[0];
    const size_t size = file->size < 6000 ? file->size : 6000;
    char *copy = mem_alloc(size, 1);
    for (size_t i = 0; i < size; i += 7) {
        char *part = mem_alloc(i + 1, 1); /* of its own size, so that reading on is seen */
        memcpy(part, file->bytes, i);
        lang_po_destroy(lang_po_read(part, i, NULL));
        mem_free(part);
        memcpy(copy, file->bytes, size);
        copy[i] ^= (char)(1 << (i % 8));
        lang_po_destroy(lang_po_read(copy, size, NULL));
    }
    mem_free(copy);
}

/* ---- choosing ---- */

#ifndef _WIN32 /* there it is not the environment that says it: win_test_platform.c */
static void system_says(const char *language, const char *all, const char *messages,
                        const char *last)
{
    const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    const char *const values[] = {language, all, messages, last};
    for (int i = 0; i < 4; i++)
        if (values[i])
            setenv(names[i], values[i], 1);
        else
            unsetenv(names[i]);
    lang_set("system");
}

static void the_system_says_which(void **state)
{
    (void)state;
    const struct {
        const char *language, *all, *messages, *last, *code;
    } cases[] = {
        {NULL, NULL, NULL, NULL, "en"},
        {NULL, NULL, NULL, "de_AT.UTF-8", "de"},
        {NULL, NULL, NULL, "ar", "ar"},
        {NULL, NULL, "ar_EG.UTF-8@x", "de_DE", "ar"},
        {NULL, "de", "ar", "fr_FR", "de"},
        {"ar", NULL, NULL, "de_DE.UTF-8", "ar"},
        {"xx:yy:de", NULL, NULL, "en_GB", "de"},
        {"de:ar", "C.UTF-8", NULL, NULL, "de"}, /* gettext would drop it */
        {"de", "C", NULL, NULL, "en"},
        {"de", NULL, NULL, "POSIX", "en"},
        {":::", NULL, NULL, "xx_YY", "en"},
        {"en:de", NULL, NULL, "de_DE", "en"},
        {"", "", "", "DE-de", "de"},
        {"../../etc/passwd", NULL, NULL, "%s%s%n", "en"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        system_says(cases[i].language, cases[i].all, cases[i].messages, cases[i].last);
        if (!str_equal(lang_code(), cases[i].code))
            fail_msg("case %zu: %s", i, lang_code());
    }
    char *long_word = mem_alloc(100001, 1);
    memset(long_word, 'd', 100000);
    system_says(long_word, NULL, NULL, "ar");
    mem_free(long_word);
    lang_set("en");
}
#endif

static void the_person_says_which(void **state)
{
    (void)state;
    const struct lang_choice *list;
    const size_t count = lang_list(&list);
    assert_true(count >= 3);
    assert_string_equal(list[0].code, "en");
    assert_string_equal(list[0].name, "English");
    bool german = false, arabic = false;
    for (size_t i = 0; i < count; i++) {
        german = german || (str_equal(list[i].code, "de") && str_equal(list[i].name, "Deutsch"));
        arabic = arabic || (str_equal(list[i].code, "ar") && str_equal(list[i].name, "العربية"));
    }
    assert_true(german && arabic);
    assert_true(lang_set("de"));
    assert_false(lang_set("de"));
    assert_false(lang_is_rtl());
    assert_string_equal(lang("Cancel"), "Abbrechen");
    assert_true(lang_set("ar"));
    assert_true(lang_is_rtl());
    assert_true(lang_set("tlh"));
    assert_string_equal(lang_code(), "en");
    assert_string_equal(lang("Cancel"), "Cancel");
    assert_string_equal(lang("{no key of ours}"), "{no key of ours}");
    assert_null(lang(NULL));
}

static void a_broken_language_falls_back_to_english(void **state)
{
    (void)state;
    assert_false(lang_load("zz", "<<<<<<< mine", 12));
    lang_set("zz");
    assert_string_equal(lang_code(), "en");
    assert_string_equal(lang("Join"), "Join");
    const struct lang_choice *list;
    const size_t count = lang_list(&list);
    for (size_t i = 0; i < count; i++)
        assert_string_not_equal(list[i].code, "zz");
}

/* ---- texts ---- */

#define PROBE                                                                                 \
    HEAD "msgid \"{1} gave {2} to {3}\"\nmsgstr \"{3} hat {2} von {1}, ja {1}{4}\"\n\n"       \
         "msgid \"Add {1}\"\nmsgstr \"%s %n {1}\"\n\n"                                        \
         "msgid \"{1} MB\"\nmsgstr \"{1} MB\"\n\n"                                            \
         "msgid \"{1} of {2}\"\nmsgstr \"{1} von {2}\"\n\n"                                   \
         "msgid \"{1} byte\"\nmsgid_plural \"{1} bytes\"\nmsgstr[0] \"ein Byte\"\nmsgstr[1] " \
         "\"{1} Byte\"\n"

static void begin_probe(void)
{
    assert_true(lang_load("probe", PROBE, strlen(PROBE)));
    lang_set("en");
    assert_true(lang_set("probe"));
}

static void parts_stand_where_the_language_wants_them(void **state)
{
    (void)state;
    char out[128];
    begin_probe();
    LANG_TEXT(out, sizeof out, "{1} gave {2} to {3}", "Ann", "{1}%s", "Bob");
    assert_string_equal(out, "Bob hat {1}%s von Ann, ja Ann{4}");
    LANG_TEXT(out, sizeof out, "Add {1}", "%s");
    assert_string_equal(out, "%s %n %s");
    lang_set("en");
    LANG_TEXT(out, sizeof out, "{1} gave {2} to {3}", "Ann", "it", "Bob");
    assert_string_equal(out, "Ann gave it to Bob");
    LANG_TEXT(out, sizeof out, "{0} {} {1} {10} {", "x");
    assert_string_equal(out, "{0} {} x {10} {");
    lang_count(out, sizeof out, 1, "{1} day", "{1} days");
    assert_string_equal(out, "1 day");
    lang_count(out, sizeof out, 0, "{1} day", "{1} days");
    assert_string_equal(out, "0 days");
}

static void a_part_of_the_other_direction_is_fenced_off(void **state)
{
    (void)state;
    char out[64];
    lang_set("en");
    LANG_TEXT(out, sizeof out, "{1} is here", "Ann 2");
    assert_string_equal(out, "Ann 2 is here");
    LANG_TEXT(out, sizeof out, "{1} is here", "سارة");
    assert_string_equal(out, "\u2068سارة\u2069 is here");
    lang_set("ar");
    LANG_TEXT(out, sizeof out, "<{1}>", "Ann");
    assert_string_equal(out, "<\u2068"
                             "Ann\u2069>");
    LANG_TEXT(out, sizeof out, "<{1}>", "سارة");
    assert_string_equal(out, "<سارة>");
    LANG_TEXT(out, sizeof out, "<{1}>", "12");
    assert_string_equal(out, "<12>");
    /* cut, a fence still has its end, and no character is halved */
    for (size_t size = 1; size < 20; size++) {
        LANG_TEXT(out, size, "é{1}", "Ännchen");
        assert_true(strlen(out) < size);
        const char *begin = strstr(out, "\u2068");
        assert_true(!begin == !strstr(out, "\u2069"));
    }
    lang_set("en");
}

static void sizes_are_written_as_in_the_language(void **state)
{
    (void)state;
    char out[LANG_SIZE_MAX];
    lang_set("en");
    lang_size(14800000, out);
    assert_string_equal(out, "14.8 MB");
    lang_size(1, out);
    assert_string_equal(out, "1 byte");
    lang_size(UINT64_MAX, out);
    assert_string_equal(out, "18.4 EB");
    lang_size_short(11500000, out);
    assert_string_equal(out, "11 MB");
    lang_size_short(1500000, out);
    assert_string_equal(out, "1.5 MB");
    lang_size_of(6200000, 14800000, out, sizeof out);
    assert_string_equal(out, "6.2 of 14.8 MB");
    lang_size_of(900000, 14800000, out, sizeof out);
    assert_string_equal(out, "900 KB of 14.8 MB");
    begin_probe();
    lang_size(14800000, out);
    assert_string_equal(out, "14,8 MB");
    lang_size_of(6200000, 14800000, out, sizeof out);
    assert_string_equal(out, "6,2 von 14,8 MB");
    lang_size(1, out);
    assert_string_equal(out, "ein Byte");
    lang_size(12, out);
    assert_string_equal(out, "12 Byte");
    lang_set("en");
}

/* ---- the window in a mirror ---- */

static struct draw *draw;
static struct text *text;
static struct icons *icons;
static struct ui *ui;
static struct input_queue queue;
static struct edit edit;
static struct ui_hit hit;
static int back_key;

static void page(void)
{
    const struct field_spec spec = {.label = "Name", .size = TEXT_MD, .pad_x_dp = 10};
    hit = ui_hit(ui, ui_id_of(ui, "b"), (struct rect){10, 20, 100, 30}, "button", "Join",
                 UI_FOCUSABLE);
    ui_label(ui, (struct rect){150, 20, 200, 30}, "start", TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT,
             ALIGN_LEFT);
    ui_label(ui, (struct rect){150, 60, 200, 30}, "end", TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT,
             ALIGN_RIGHT);
    ui_field(ui, ui_id_of(ui, "f"), (struct rect){10, 100, 300, 40}, &edit, &spec);
    back_key = ui_key_back(ui);
}

static void frame(void)
{
    do {
        ui_begin(ui, &queue, 1000);
        page();
    } while (ui_end(ui));
    draw_flush(draw);
}

static struct rect place_of(const char *role, const char *label)
{
    char dump[8192] = "", start[64];
    struct rect r = {0};
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(ui_dump(ui, file));
    rewind(file);
    dump[fread(dump, 1, sizeof dump - 1, file)] = '\0';
    fclose(file);
    str_format(start, sizeof start, "{\"role\":\"%s\",\"label\":\"%s\"", role, label);
    const char *at = strstr(dump, start);
    if (!at)
        fail_msg("no %s %s in %s", role, label, dump);
    else
        assert_int_equal(
            sscanf(strstr(at, "\"px\""), "\"px\":[%d,%d,%d,%d]", &r.x, &r.y, &r.w, &r.h), 4);
    return r;
}

static void push(enum input_kind kind, int x, int y)
{
    input_push(&queue,
               &(struct input){.kind = kind, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = 1},
               NULL);
}

static void key(enum input_key key)
{
    input_push(&queue, &(struct input){.kind = INPUT_KEY, .key = key}, NULL);
    frame();
}

static void open_window(void)
{
    struct err err = {0};
    draw = draw_create_offscreen(600, 400, &err);
    text = text_create(draw, &err);
    assert_non_null(text);
    icons = icons_create(draw);
    ui = ui_create(NULL, draw, text, icons);
    input_queue_init(&queue);
    edit_init(&edit, 200, false);
}

static void close_window(void)
{
    edit_finish(&edit);
    input_queue_finish(&queue);
    ui_destroy(ui);
    icons_destroy(icons);
    text_destroy(text);
    draw_destroy(draw);
    lang_set("en");
}

static void the_window_stands_mirrored_and_the_pointer_with_it(void **state)
{
    (void)state;
    open_window();
    frame();
    assert_int_equal(place_of("button", "Join").x, 10);
    const int start_w = place_of("text", "start").w;
    assert_int_equal(back_key, KEY_LEFT);
    push(INPUT_MOVE, 20, 30);
    frame();
    assert_true(hit.hovered);

    lang_set("ar"); /* while the pointer stands still: it is over nothing now */
    frame();
    assert_int_equal(place_of("button", "Join").x, 600 - 110);
    assert_int_equal(place_of("button", "Join").w, 100);
    assert_false(hit.hovered);
    assert_int_equal(back_key, KEY_RIGHT);
    const struct rect start = place_of("text", "start"), end = place_of("text", "end");
    assert_int_equal(start.x + start.w, 600 - 150);
    assert_int_equal(start.w, start_w);
    assert_int_equal(end.x, 600 - 350);
    push(INPUT_MOVE, 585, 30);
    push(INPUT_PRESS, 585, 30);
    frame();
    push(INPUT_RELEASE, 585, 30);
    ui_begin(ui, &queue, 1000);
    page();
    assert_true(hit.clicked);
    while (ui_end(ui)) {
        ui_begin(ui, &queue, 1000);
        page();
    }
    assert_int_equal(hit.x, 600 - 1 - 585);
    push(INPUT_MOVE, 20, 30);
    frame();
    assert_false(hit.hovered);
    close_window();
}

static void click_field(int x)
{
    push(INPUT_MOVE, x, 120);
    push(INPUT_PRESS, x, 120);
    frame();
    push(INPUT_RELEASE, x, 120);
    frame();
}

static void carets_and_arrows_go_where_the_eye_sees_them(void **state)
{
    (void)state;
    open_window();
    lang_set("ar");
    edit_set(&edit, "hello");
    frame();
    const struct rect field = place_of("field", "Name");
    assert_int_equal(field.x, 600 - 310);
    const int right = field.x + field.w - 10; /* the text ends there */
    click_field(right + 4);
    assert_int_equal(edit.caret, 5);
    click_field(field.x + 12); /* far left of it all */
    assert_int_equal(edit.caret, 0);
    key(KEY_RIGHT);
    assert_int_equal(edit.caret, 1);
    key(KEY_LEFT);
    assert_int_equal(edit.caret, 0);
    edit_set(&edit, "سلام"); /* from the right: left goes on */
    frame();
    click_field(right + 4);
    assert_int_equal(edit.caret, 0);
    key(KEY_LEFT);
    assert_int_equal(edit.caret, strlen("س"));
    key(KEY_RIGHT);
    assert_int_equal(edit.caret, 0);
    lang_set("en");
    frame();
    key(KEY_LEFT);
    assert_int_equal(edit.caret, strlen("س"));
    close_window();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_formula_is_worked_out_as_c_would),
        cmocka_unit_test(what_is_no_formula_is_refused),
        cmocka_unit_test(a_catalogue_is_read_as_translators_write_it),
        cmocka_unit_test(a_broken_catalogue_is_none_and_says_where),
        cmocka_unit_test(a_catalogue_has_its_limits),
        cmocka_unit_test(a_damaged_catalogue_does_no_harm),
#ifndef _WIN32
        cmocka_unit_test(the_system_says_which),
#endif
        cmocka_unit_test(the_person_says_which),
        cmocka_unit_test(a_broken_language_falls_back_to_english),
        cmocka_unit_test(parts_stand_where_the_language_wants_them),
        cmocka_unit_test(a_part_of_the_other_direction_is_fenced_off),
        cmocka_unit_test(sizes_are_written_as_in_the_language),
        cmocka_unit_test(the_window_stands_mirrored_and_the_pointer_with_it),
        cmocka_unit_test(carets_and_arrows_go_where_the_eye_sees_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
