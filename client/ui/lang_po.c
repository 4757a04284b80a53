#include "client/ui/lang_po.h"

#include <string.h>

#include "client/ui/lang_plural.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define FORMULA_CHECKED 1000 /* the formula must give a form for all numbers up to here */

struct entry {
    char *key;                   /* NULL: this slot is free */
    char *texts[LANG_FORMS_MAX]; /* one, or one for each plural form */
    bool plural;
};

struct lang_po {
    struct entry *slots; /* open addressing; a power of two, at most half full */
    size_t slot_count, count;
    char *header;
    char formula[512];
    uint64_t form_count;
};

/* ---- the table ---- */

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Where `key` is, or would go. */
static struct entry *slot_of(const struct lang_po *po, const char *key)
{
    size_t i = (size_t)hash(key) & (po->slot_count - 1);
    while (po->slots[i].key && !str_equal(po->slots[i].key, key))
        i = (i + 1) & (po->slot_count - 1);
    return &po->slots[i];
}

static void finish_entry(struct entry *entry)
{
    mem_free(entry->key);
    for (int i = 0; i < LANG_FORMS_MAX; i++)
        mem_free(entry->texts[i]);
    *entry = (struct entry){0};
}

static void grow(struct lang_po *po)
{
    struct entry *old = po->slots;
    const size_t had = po->slot_count;
    po->slot_count = had ? had * 2 : 256;
    po->slots = mem_alloc(po->slot_count, sizeof *po->slots);
    for (size_t i = 0; i < had; i++)
        if (old[i].key)
            *slot_of(po, old[i].key) = old[i];
    mem_free(old);
}

/* ---- reading ---- */

enum part { PART_NONE, PART_CONTEXT, PART_KEY, PART_MANY, PART_TEXT };

struct reader {
    struct lang_po *po;
    struct err *err;
    int line;
    struct entry entry; /* the one that is being read */
    bool fuzzy, context;
    enum part part;
    size_t form; /* of PART_TEXT */
    char text[LANG_PO_TEXT_MAX];
    size_t size;
};

static bool bad(const struct reader *r, const char *what)
{
    return err_set(r->err, ERR_FORMAT, "Line %d of the catalogue: %s.", r->line, what);
}

/* The text of the part before is whole: keep it. */
static bool end_part(struct reader *r)
{
    char **to = r->part == PART_KEY    ? &r->entry.key
                : r->part == PART_TEXT ? &r->entry.texts[r->form]
                                       : NULL;
    if (to && *to)
        return bad(r, "this text is there already");
    if (to)
        *to = mem_string(r->text);
    r->part = PART_NONE;
    r->size = 0;
    r->text[0] = '\0';
    return true;
}

static bool take_header(struct reader *r)
{
    struct lang_po *po = r->po;
    char forms[sizeof po->formula + 32];
    uint64_t form;
    po->header = mem_string(r->entry.texts[0] ? r->entry.texts[0] : "");
    lang_po_field(po, "Plural-Forms", forms, sizeof forms);
    const char *count = strstr(forms, "nplurals="), *formula = strstr(forms, "plural=");
    if (!count || !formula)
        return bad(r, "the header has no Plural-Forms");
    po->form_count = (uint64_t)(count[9] - '0');
    if (po->form_count < 1 || po->form_count > LANG_FORMS_MAX ||
        !str_copy(po->formula, sizeof po->formula, formula + 7))
        return bad(r, "Plural-Forms has too many forms");
    for (uint64_t n = 0; n <= FORMULA_CHECKED; n++)
        if (!lang_plural(po->formula, n, &form) || form >= po->form_count)
            return bad(r, "Plural-Forms has no form for each number");
    return true;
}

static bool is_whole(const struct reader *r)
{
    const size_t want = r->entry.plural ? (size_t)r->po->form_count : 1;
    for (size_t i = 0; i < want; i++)
        if (!r->entry.texts[i] || !r->entry.texts[i][0])
            return false;
    return true;
}

static bool end_entry(struct reader *r)
{
    if (!end_part(r))
        return false;
    struct entry *entry = &r->entry;
    const bool any = entry->key != NULL;
    if (any && !r->po->header) {
        if (entry->key[0])
            return bad(r, "the header must come first");
        if (!take_header(r))
            return false;
    } else if (any && !r->fuzzy && !r->context && is_whole(r)) {
        struct lang_po *po = r->po;
        if (po->count == LANG_PO_ENTRIES_MAX)
            return bad(r, "too many texts");
        if (2 * (po->count + 1) > po->slot_count)
            grow(po);
        struct entry *slot = slot_of(po, entry->key);
        if (slot->key)
            return bad(r, "this English text is there already");
        *slot = *entry;
        *entry = (struct entry){0};
        po->count++;
    }
    finish_entry(entry);
    if (any) /* else the marks are those of the entry to come */
        r->fuzzy = r->context = false;
    return true;
}

/* "..." at the end of a line: its characters behind what r->text has. */
static bool add_quoted(struct reader *r, const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    if (end - at < 2 || *at != '"' || end[-1] != '"')
        return bad(r, "a text stands in \"quotes\"");
    for (at++, end--; at < end; at++) {
        char c = *at;
        if (c == '"')
            return bad(r, "a quote inside a text is written \\\"");
        if (c == '\\') {
            at++;
            const char *known = at < end ? strchr("n\nt\t\"\"\\\\", *at) : NULL;
            if (!known)
                return bad(r, "after \\ comes n, t, \" or \\");
            c = known[1];
        } else if ((unsigned char)c < 0x20 || c == 0x7F) {
            return bad(r, "a control character");
        }
        if (r->size + 1 >= sizeof r->text)
            return bad(r, "this text is too long");
        r->text[r->size++] = c;
        r->text[r->size] = '\0';
    }
    return true;
}

/* Behind "msgstr": "[2]" or nothing. */
static bool take_form(struct reader *r, const char **at, const char *end)
{
    r->form = 0;
    if (*at < end && **at == '[') {
        if (end - *at < 3 || (*at)[1] < '0' || (*at)[1] >= '0' + LANG_FORMS_MAX || (*at)[2] != ']')
            return bad(r, "there is no such plural form");
        r->form = (size_t)((*at)[1] - '0');
        *at += 3;
    }
    return true;
}

static bool word(const char **at, const char *end, const char *text)
{
    const size_t size = strlen(text);
    if ((size_t)(end - *at) < size || memcmp(*at, text, size) != 0)
        return false;
    *at += size;
    return true;
}

static bool take_line(struct reader *r, const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    if (at == end)
        return r->entry.texts[0] || r->part == PART_TEXT ? end_entry(r) : end_part(r);
    if (*at == '#') {
        const bool over = r->part == PART_TEXT; /* a comment belongs to what follows */
        if (over && !end_entry(r))
            return false;
        const bool flags = at + 1 < end && at[1] == ',';
        for (const char *p = at; flags && p + 5 <= end; p++)
            r->fuzzy = r->fuzzy || memcmp(p, "fuzzy", 5) == 0;
        return true;
    }
    if (*at == '"')
        return r->part == PART_NONE ? bad(r, "a text of nothing") : add_quoted(r, at, end);
    const bool context = word(&at, end, "msgctxt");
    const bool many = !context && word(&at, end, "msgid_plural");
    const bool key = !context && !many && word(&at, end, "msgid");
    const bool text = !context && !many && !key && word(&at, end, "msgstr");
    if (!context && !many && !key && !text)
        return bad(r, "this is no part of a PO file");
    /* an entry begins with its context, else with its key */
    const bool begins = context || (key && r->part != PART_CONTEXT);
    if (begins ? !end_entry(r) : !end_part(r))
        return false;
    if ((many || text) && !r->entry.key)
        return bad(r, "this belongs to no msgid");
    r->context = r->context || context;
    r->entry.plural = r->entry.plural || many;
    r->part = context ? PART_CONTEXT : many ? PART_MANY : key ? PART_KEY : PART_TEXT;
    return (!text || take_form(r, &at, end)) && add_quoted(r, at, end);
}

static bool read_lines(struct reader *r, const char *bytes, size_t size)
{
    if (size > LANG_PO_BYTES_MAX)
        return bad(r, "the file is too large");
    if (!utf8_valid(bytes, size) || memchr(bytes, '\0', size))
        return bad(r, "the file is not UTF-8 text");
    const char *at = bytes, *end = bytes + size;
    (void)word(&at, end, "\xEF\xBB\xBF"); /* some editors put a mark there */
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *stop = line_end ? line_end : end;
        r->line++;
        if (!take_line(r, at, stop))
            return false;
        at = line_end ? line_end + 1 : end;
    }
    r->line++;
    return end_entry(r) && (r->po->header || bad(r, "there is no header"));
}

struct lang_po *lang_po_read(const char *bytes, size_t size, struct err *err)
{
    struct reader *r = mem_alloc(1, sizeof *r);
    struct lang_po *po = mem_alloc(1, sizeof *po);
    r->po = po;
    r->err = err;
    grow(po);
    if (!read_lines(r, bytes, size)) {
        lang_po_destroy(po);
        po = NULL;
    }
    finish_entry(&r->entry);
    mem_free(r);
    return po;
}

void lang_po_destroy(struct lang_po *po)
{
    if (!po)
        return;
    for (size_t i = 0; i < po->slot_count; i++)
        finish_entry(&po->slots[i]);
    mem_free(po->slots);
    mem_free(po->header);
    mem_free(po);
}

/* ---- asking ---- */

const char *lang_po_find(const struct lang_po *po, const char *english)
{
    const struct entry *entry = slot_of(po, english);
    return entry->key && !entry->plural ? entry->texts[0] : NULL;
}

const char *lang_po_find_count(const struct lang_po *po, const char *one, uint64_t n)
{
    const struct entry *entry = slot_of(po, one);
    uint64_t form = 0;
    if (!entry->key || !entry->plural || !lang_plural(po->formula, n, &form) ||
        form >= po->form_count)
        return NULL;
    return entry->texts[form];
}

void lang_po_field(const struct lang_po *po, const char *name, char *out, size_t size)
{
    const size_t length = strlen(name);
    out[0] = '\0';
    for (const char *line = po->header; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *value = line + length + 1;
        value += strspn(value, " ");
        str_format(out, size, "%.*s", (int)strcspn(value, "\n"), value);
        return;
    }
}
