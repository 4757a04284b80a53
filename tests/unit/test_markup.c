/* What a message says by its marks: each case is the source and how it is shown. And whatever is
 * said, no byte of it is lost. */
#include "client/markup/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/base/mem.h"

/* The names that the cases know. */
static size_t mention(void *context, const char *text, size_t size, size_t at)
{
    (void)context;
    static const char *const names[] = {"@Ann", "@Bob B"};
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(names[i]);
        if (size - at >= n && memcmp(text + at, names[i], n) == 0)
            return n;
    }
    return 0;
}

/* Blocks in order, apart by nothing but a line feed or a fence's line; spans in order inside them. */
static void check_promises(const struct markup *m, const char *text, size_t size)
{
    size_t at = 0, spans = 0;
    assert_true(m->block_count > 0);
    for (size_t b = 0; b < m->block_count; b++) {
        const struct markup_block *block = &m->blocks[b];
        assert_true(block->begin >= at && block->end >= block->begin && block->end <= size);
        if (block->kind != MARKUP_CODE && b && m->blocks[b - 1].kind != MARKUP_CODE)
            assert_true(block->begin == at + 1 && text[at] == '\n');
        assert_int_equal(block->first_span, spans);
        spans += block->span_count;
        size_t place = block->begin;
        for (size_t i = block->first_span; i < spans; i++) {
            const struct markup_span *span = &m->spans[i];
            assert_true(span->begin >= place && span->end > span->begin && span->end <= block->end);
            assert_true(span->marks != 0);
            place = span->end;
        }
        at = block->end;
    }
    assert_int_equal(spans, m->span_count);
}

static void put(char *out, const char *word)
{
    assert_true(strlen(out) + strlen(word) < 4096);
    strcat(out, word);
}

/* Text as it is shown, marks as tags: <b>, <i>, <c>, <a>, <@>; blocks apart by '|', quotes with
 * their depth, code in [info:...]. */
static void show(const char *text, char *out)
{
    static const struct {
        unsigned mark;
        const char *on, *off;
    } tags[] = {{MARK_BOLD, "<b>", "</b>"},
                {MARK_ITALIC, "<i>", "</i>"},
                {MARK_CODE, "<c>", "</c>"},
                {MARK_LINK, "<a>", "</a>"},
                {MARK_MENTION, "<@>", "</@>"}};
    struct markup m;
    size_t size = strlen(text);
    markup_parse(&m, text, size, mention, NULL);
    check_promises(&m, text, size);
    out[0] = '\0';
    for (size_t b = 0; b < m.block_count; b++) {
        const struct markup_block *block = &m.blocks[b];
        size_t span = block->first_span, last = span + block->span_count;
        unsigned on = 0;
        if (b)
            put(out, "|");
        if (block->kind == MARKUP_CODE) {
            put(out, "[");
            strncat(out, text + block->info_begin, block->info_end - block->info_begin);
            put(out, ":");
        }
        for (unsigned i = 0; i < block->depth; i++)
            put(out, ">");
        for (size_t at = block->begin; at <= block->end; at++) {
            while (span < last && m.spans[span].end <= at)
                span++;
            unsigned marks = span < last && m.spans[span].begin <= at ? m.spans[span].marks : 0;
            if ((marks & MARK_HIDDEN) && at < block->end)
                continue;
            for (size_t t = 5; t-- > 0;)
                if ((on & tags[t].mark) && !(marks & tags[t].mark))
                    put(out, tags[t].off);
            for (size_t t = 0; t < 5; t++)
                if ((marks & tags[t].mark) && !(on & tags[t].mark))
                    put(out, tags[t].on);
            on = marks;
            if (at < block->end)
                put(out, (char[]){text[at], '\0'});
        }
        if (block->kind == MARKUP_CODE)
            put(out, "]");
    }
    markup_finish(&m);
}

static void expect(const char *text, const char *shown)
{
    char out[4096];
    show(text, out);
    if (strcmp(out, shown) != 0)
        print_error("of: %s\n", text);
    assert_string_equal(out, shown);
}

static void emphasis(void **state)
{
    (void)state;
    expect("", "");
    expect("plain", "plain");
    expect("**bold** and *italic*", "<b>bold</b> and <i>italic</i>");
    expect("_italic_ too", "<i>italic</i> too");
    expect("***both***", "<b><i>both</i></b>");
    expect("**a *b* c**", "<b>a <i>b</i> c</b>");
    expect("*a **b** c*", "<i>a <b>b</b> c</i>");
    expect("(**a**), \"*b*\"!", "(<b>a</b>), \"<i>b</i>\"!");
    expect("**two\nlines**", "<b>two\nlines</b>");
    expect("**not\n\nover an empty line**", "**not\n\nover an empty line**");
    expect("\xE8\xBF\x99**\xE7\xB2\x97**\xE5\xAD\x97",
           "\xE8\xBF\x99<b>\xE7\xB2\x97</b>\xE5\xAD\x97"); /* no spaces between words there */
}

static void what_only_looks_like_emphasis(void **state)
{
    (void)state;
    static const char *const same[] = {
        "2*3*4 and 2**10 or 3**5",
        "snake_case_name",
        "__init__.py",
        "* a list\n* of two",
        "a * b * c",
        "**open",
        "*",
        "****",
        "** **",
        "# heading",
        "- item\n  - deeper",
        "1. one\n\n\n2.  two  ",
        "[a]: http",
        "===",
        "   three   spaces   ",
        "*no_",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        expect(same[i], same[i]);
    expect("*a **b*", "*a *<i>b</i>");
}

static void escapes(void **state)
{
    (void)state;
    expect("\\*not italic\\*", "*not italic*");
    expect("C:\\temp\\*.txt and C:\\_x\\*", "C:\\temp\\*.txt and C:\\_x\\*");
    expect("\\\\server\\share", "\\\\server\\share");
    expect("\\`tick\\`", "`tick`");
    expect("a\\", "a\\");
}

static void code(void **state)
{
    (void)state;
    expect("`a*b*c` d", "<c>a*b*c</c> d");
    expect("``co`de``", "<c>co`de</c>");
    expect("`open *i*", "`open <i>i</i>");
    expect("``a`", "``a`");
    expect("`http://a.b`", "<c>http://a.b</c>");
    expect("**`a`**", "<b><c>a</c></b>");
    expect("```a b```", "<c>a b</c>");
    expect("` `` `", "<c> `` </c>");
}

static void fences(void **state)
{
    (void)state;
    expect("```\na\n b\n```", "[:a\n b]");
    expect("```c\nint x;\n```", "[c:int x;]");
    expect("before\n```\n*a*\n```\nafter", "before|[:*a*]|after");
    expect("```\nno end\n", "[:no end\n]");
    expect("```\n```", "[:]");
    expect("```", "[:]");
    expect("```\na\n```\n", "[:a]");
    expect("```\na\n```\n\n", "[:a]|\n");
    expect("```\n\n\n```", "[:\n]");
    expect("````\n```\n````", "[:```]");
    expect("```int x = 1;\nint y;\n```", "[:int x = 1;\nint y;]");
    expect("```\nint y;```\nafter", "[:int y;]|after");
    expect("```c\na\n```\n```c\nb\n```", "[c:a]|[c:b]");
    expect(" ```\nx\n ```  \ny", "[:x]|y");
    expect("```\r\nx\r\n```", "[:x\r]");
}

static void quotes(void **state)
{
    (void)state;
    expect("> a\n> *b*\nc", ">a\n<i>b</i>|c");
    expect("> a\n>> b\n> > c\n> d", ">a|>>b\nc|>d");
    expect(">a", ">a");
    expect(">_< and >:( or ->", ">_< and >:( or ->");
    expect(">", ">");
    expect(">\n>", ">\n");
    expect("a > b", "a > b");
    expect("> **a\n> b**", "><b>a\nb</b>");
    expect(">>>>>>>> deep", ">>>>>>>> deep");
}

static void links(void **state)
{
    (void)state;
    expect("see https://a.b/c?d=1&e=%20#f, ok", "see <a>https://a.b/c?d=1&e=%20#f</a>, ok");
    expect("HTTP://A.b", "<a>HTTP://A.b</a>");
    expect("www.a.b.", "<a>www.a.b</a>.");
    expect("(https://a.b/c_(d))", "(<a>https://a.b/c_(d)</a>)");
    expect("[x](https://a.b)", "[x](<a>https://a.b</a>)");
    expect("**https://a.b**", "<b><a>https://a.b</a></b>");
    expect("https://a.b/*x*y_z_", "<a>https://a.b/*x*y_z</a>_");
    expect("https:// http:/a ftp://a xhttp://a", "https:// http:/a ftp://a xhttp://a");
    expect("a@www.b.c http://a@b", "a@www.b.c <a>http://a@b</a>");
    expect("http://127.0.0.1:80/", "<a>http://127.0.0.1:80/</a>");
    expect("http://[::1]/x", "<a>http://[::1]/x</a>");
    expect("<https://a.b>", "<<a>https://a.b</a>>");
    expect("http://a.b\xE2\x80\xAE/c", "<a>http://a.b</a>\xE2\x80\xAE/c"); /* bidi control */
    expect("http://\xD0\xB0.b", "<a>http://\xD0\xB0.b</a>");
    expect("\xE7\x9C\x8Bhttp://a.b\xE3\x80\x82", "\xE7\x9C\x8B<a>http://a.b</a>\xE3\x80\x82");
}

static void a_link_has_a_longest_length(void **state)
{
    (void)state;
    char *text = mem_alloc(LINK_BYTES_MAX + 2, 1);
    for (size_t size = LINK_BYTES_MAX; size <= LINK_BYTES_MAX + 1; size++) {
        struct markup m;
        memset(text, 'a', size);
        memcpy(text, "https://", 8);
        markup_parse(&m, text, size, NULL, NULL);
        assert_int_equal(m.span_count, size <= LINK_BYTES_MAX ? 1 : 0);
        markup_finish(&m);
    }
    mem_free(text);
}

static void mentions(void **state)
{
    (void)state;
    expect("hi @Ann and @Bob B, @Eve", "hi <@>@Ann</@> and <@>@Bob B</@>, @Eve");
    expect("mail@Ann `@Ann`", "mail@Ann <c>@Ann</c>");
    expect("**@Ann**", "<b><@>@Ann</@></b>");
    char many[(MENTIONS_MAX + 2) * 5 + 1] = "";
    for (int i = 0; i < MENTIONS_MAX + 2; i++)
        strcat(many, "@Ann ");
    struct markup m;
    markup_parse(&m, many, strlen(many), mention, NULL);
    assert_int_equal(m.span_count, MENTIONS_MAX);
    markup_finish(&m);
}

/* The fuzzer's other half: what would take a parser the square of its length ends, and breaks no
 * promise. */
static void hostile_texts_end(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "*",
        "_",
        "`",
        "* ",
        " *a",
        "*a ",
        "**a",
        "a**",
        "*a_ ",
        "_a* ",
        "``` ",
        "```\n",
        "```a\n",
        "`a``",
        "```\nx```\n",
        "> ",
        ">",
        ">\n",
        "> a\n>> b\n",
        "@",
        "@Ann",
        "\\*",
        "http://",
        "http://a",
        "www.a ",
        "(http://a",
        "[",
        "https://a)))",
        "\n",
        "**a*",
        "***a** b* ",
        " ` `` ``` ````",
        "\xF0\x9F\x91\xA9",
        "\xFF",
        "h",
        "*\xE4\xBD\xA0",
    };
    enum { SIZE = 16 * 1024 };
    char *text = mem_alloc(SIZE + 1, 1);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t n = strlen(parts[i]), size = 0;
        struct markup m;
        for (; size + n <= SIZE; size += n)
            memcpy(text + size, parts[i], n);
        markup_parse(&m, text, size, mention, NULL);
        check_promises(&m, text, size);
        markup_finish(&m);
    }
    mem_free(text);
}

static void longer_than_the_limit_is_plain_behind_it(void **state)
{
    (void)state;
    size_t size = MARKUP_BYTES_MAX + 20;
    char *text = mem_alloc(size + 1, 1);
    memset(text, ' ', size);
    memcpy(text, "*a*", 3);
    memcpy(text + size - 3, "*a*", 3);
    struct markup m;
    markup_parse(&m, text, size, NULL, NULL);
    check_promises(&m, text, size);
    assert_int_equal(m.blocks[m.block_count - 1].end, size);
    assert_int_equal(m.span_count, 3);
    markup_finish(&m);
    mem_free(text);
}

static void one_line_of_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"**bold** and `code`\n\nthen *more*", "bold and code then more"},
        {"> quoted\nanswer", "quoted answer"},
        {"```c\nint  a;\n```", "int a;"},
        {"  spaces\t and\nlines  ", "spaces and lines"},
        {"2*3*4 snake_case", "2*3*4 snake_case"},
    };
    char out[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        markup_line(cases[i].text, out, sizeof out);
        assert_string_equal(out, cases[i].line);
    }
    markup_line("ab\xC3\xA9", out, 4); /* no half of a character */
    assert_string_equal(out, "ab");
    char large[MARKUP_BYTES_MAX];
    memset(large, '*', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    markup_line(large, out, sizeof out);
    assert_int_equal(strlen(out), sizeof out - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emphasis),
        cmocka_unit_test(what_only_looks_like_emphasis),
        cmocka_unit_test(escapes),
        cmocka_unit_test(code),
        cmocka_unit_test(fences),
        cmocka_unit_test(quotes),
        cmocka_unit_test(links),
        cmocka_unit_test(a_link_has_a_longest_length),
        cmocka_unit_test(mentions),
        cmocka_unit_test(hostile_texts_end),
        cmocka_unit_test(longer_than_the_limit_is_plain_behind_it),
        cmocka_unit_test(one_line_of_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
