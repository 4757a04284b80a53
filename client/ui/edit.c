#include "client/ui/edit.h"

#include <assert.h>
#include <string.h>

#include <utf8proc.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

/* At `at`, `removed` was taken out and `inserted` put in. */
struct edit_step {
    size_t at;
    char *removed, *inserted;
    size_t caret, anchor; /* before it */
};

void edit_init(struct edit *edit, size_t size_max, bool multiline)
{
    *edit = (struct edit){.size_max = size_max, .multiline = multiline};
    edit->room = 64;
    edit->text = mem_alloc(edit->room, 1);
}

void edit_init_secret(struct edit *edit, size_t size_max)
{
    edit_init(edit, size_max, false);
    edit->secret = true;
    edit->room = size_max + 1; /* it never moves and leaves no copy behind */
    edit->text = mem_resize(edit->text, edit->room, 1);
}

static void drop_steps(struct edit *edit, int from, int to)
{
    for (int i = from; i < to; i++) {
        mem_free(edit->steps[i].removed);
        mem_free(edit->steps[i].inserted);
    }
}

void edit_finish(struct edit *edit)
{
    drop_steps(edit, 0, edit->step_count);
    mem_free(edit->steps);
    if (edit->secret) {
        secret_wipe(edit->text, edit->room);
        secret_wipe(edit->composition, sizeof edit->composition);
    }
    mem_free(edit->text);
    *edit = (struct edit){0};
}

/* ---- clean text ---- */

static bool is_kept(const struct edit *edit, uint32_t rune)
{
    if (rune == '\n')
        return edit->multiline;
    return !utf8_is_control(rune);
}

/* What of `text` may stand in this field: see edit.h. The result is allocated, *size its bytes. */
static char *clean(const struct edit *edit, const char *text, size_t *size)
{
    char *out = mem_alloc(*size * 3 + 1, 1); /* an invalid byte becomes the three of U+FFFD */
    size_t n = 0, at = 0;
    while (at < *size) {
        uint32_t rune;
        size_t length = utf8_decode(text + at, *size - at, &rune);
        bool crlf = rune == '\r' && at + 1 < *size && text[at + 1] == '\n';
        at += length;
        if (crlf)
            continue;
        if (rune == '\r' || rune == 0x2028 || rune == 0x2029)
            rune = '\n';
        if (rune == '\t' || (rune == '\n' && !edit->multiline))
            rune = ' ';
        if (is_kept(edit, rune))
            n += utf8_encode(rune, out + n);
    }
    out[n] = '\0';
    *size = n;
    return out;
}

static void let_go(const struct edit *edit, char *kept)
{
    if (edit->secret)
        secret_wipe(kept, strlen(kept));
    mem_free(kept);
}

/* The most bytes <= room that end on a cluster's border. */
static size_t cut_at_cluster(const char *text, size_t size, size_t room)
{
    if (size <= room)
        return size;
    size_t at = 0;
    while (at < size) {
        size_t next = utf8_next_grapheme(text, size, at);
        if (next > room)
            break;
        at = next;
    }
    return at;
}

/* ---- changes ---- */

/* The one place where bytes change. */
static void splice(struct edit *edit, size_t at, size_t removed, const char *text, size_t size)
{
    assert(at + removed <= edit->size);
    size_t new_size = edit->size - removed + size;
    if (new_size + 1 > edit->room) {
        edit->room = (new_size + 1) * 2;
        edit->text = mem_resize(edit->text, edit->room, 1);
    }
    memmove(edit->text + at + size, edit->text + at + removed, edit->size - at - removed);
    memcpy(edit->text + at, text, size);
    edit->size = new_size;
    edit->text[new_size] = '\0';
    if (edit->secret)
        secret_wipe(edit->text + new_size, edit->room - new_size);
    edit->version++;
}

static char *copy_bytes(const char *text, size_t size)
{
    char *out = mem_alloc(size + 1, 1);
    memcpy(out, text, size);
    return out;
}

static void push_step(struct edit *edit, size_t at, size_t removed, const char *text, size_t size)
{
    drop_steps(edit, edit->step_at, edit->step_count);
    edit->step_count = edit->step_at;
    if (edit->step_count == EDIT_UNDO_MAX) {
        drop_steps(edit, 0, 1);
        memmove(edit->steps, edit->steps + 1, (EDIT_UNDO_MAX - 1) * sizeof *edit->steps);
        edit->step_count--;
    }
    if (!edit->steps)
        edit->steps = mem_alloc(EDIT_UNDO_MAX, sizeof *edit->steps);
    edit->steps[edit->step_count++] = (struct edit_step){
        .at = at,
        .removed = copy_bytes(edit->text + at, removed),
        .inserted = copy_bytes(text, size),
        .caret = edit->caret,
        .anchor = edit->anchor,
    };
    edit->step_at = edit->step_count;
}

/* Typing goes into the step before, so that undo takes back a word and not a letter. */
static bool merge_step(struct edit *edit, size_t at, const char *text, size_t size)
{
    if (!edit->merging || edit->step_at == 0 || edit->step_at != edit->step_count)
        return false;
    struct edit_step *step = &edit->steps[edit->step_at - 1];
    size_t had = strlen(step->inserted);
    if (step->at + had != at)
        return false;
    /* the space ends a word; what follows it begins a new step */
    if (had > 0 && strchr(" \n", step->inserted[had - 1]) && !strchr(" \n", text[0]))
        return false;
    step->inserted = mem_resize(step->inserted, had + size + 1, 1);
    memcpy(step->inserted + had, text, size);
    step->inserted[had + size] = '\0';
    return true;
}

static void replace(struct edit *edit, size_t begin, size_t end, const char *text, size_t size,
                    bool typed)
{
    if (begin == end && size == 0)
        return;
    if (!edit->secret && !(typed && begin == end && merge_step(edit, begin, text, size)))
        push_step(edit, begin, end - begin, text, size);
    splice(edit, begin, end - begin, text, size);
    edit->caret = edit->anchor = begin + size;
    edit->merging = typed;
}

void edit_set(struct edit *edit, const char *text)
{
    size_t size = strlen(text);
    char *kept = clean(edit, text, &size);
    size = cut_at_cluster(kept, size, edit->size_max);
    splice(edit, 0, edit->size, kept, size);
    let_go(edit, kept);
    edit->caret = edit->anchor = size;
    drop_steps(edit, 0, edit->step_count);
    edit->step_count = edit->step_at = 0;
    edit->merging = false;
    edit_compose(edit, NULL, 0);
}

bool edit_insert(struct edit *edit, const char *text, size_t size)
{
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    char *kept = clean(edit, text, &size);
    size_t fits = cut_at_cluster(kept, size, edit->size_max - (edit->size - (end - begin)));
    bool typed = fits > 0 && utf8_next_grapheme(kept, fits, 0) == fits;
    replace(edit, begin, end, kept, fits, typed);
    let_go(edit, kept);
    return fits == size;
}

/* The run of the mark's character that ends (or begins) at `at` has room for the mark: "**" is not
 * the mark "*", "***" is both. */
static bool has_mark(const struct edit *edit, size_t at, const char *mark, bool before)
{
    const size_t length = strlen(mark);
    size_t run = 0;
    if (before)
        while (run < at && edit->text[at - 1 - run] == mark[0])
            run++;
    else
        while (at + run < edit->size && edit->text[at + run] == mark[0])
            run++;
    return run == length || run == 3;
}

void edit_wrap(struct edit *edit, const char *mark)
{
    const size_t length = strlen(mark);
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    const size_t size = end - begin;
    char *text = mem_alloc(size + 2 * length + 1, 1);
    if (has_mark(edit, begin, mark, true) && has_mark(edit, end, mark, false)) {
        memcpy(text, edit->text + begin, size);
        replace(edit, begin - length, end + length, text, size, false);
        edit_select(edit, begin - length, end - length);
    } else if (size > 2 * length && has_mark(edit, begin, mark, false) &&
               has_mark(edit, end, mark, true)) {
        memcpy(text, edit->text + begin + length, size - 2 * length);
        replace(edit, begin, end, text, size - 2 * length, false);
        edit_select(edit, begin, end - 2 * length);
    } else if (edit->size + 2 * length <= edit->size_max) {
        memcpy(text, mark, length);
        memcpy(text + length, edit->text + begin, size);
        memcpy(text + length + size, mark, length);
        replace(edit, begin, end, text, size + 2 * length, false);
        edit_select(edit, begin + length, end + length);
    }
    mem_free(text);
}

/* ---- moves ---- */

enum class { CLASS_SPACE, CLASS_WORD, CLASS_SIGN };

static enum class class_at(const struct edit *edit, size_t at) {
    uint32_t rune; utf8_decode(edit->text + at, edit->size - at, &rune);
    switch (utf8proc_category((utf8proc_int32_t)rune)){
        case UTF8PROC_CATEGORY_LU : case UTF8PROC_CATEGORY_LL : case UTF8PROC_CATEGORY_LT : case
        UTF8PROC_CATEGORY_LM : case UTF8PROC_CATEGORY_LO : case UTF8PROC_CATEGORY_MN : case
        UTF8PROC_CATEGORY_MC : case UTF8PROC_CATEGORY_ME : case UTF8PROC_CATEGORY_ND : case
        UTF8PROC_CATEGORY_NL : case UTF8PROC_CATEGORY_NO : case
        UTF8PROC_CATEGORY_PC : return CLASS_WORD;
        case UTF8PROC_CATEGORY_ZS : case UTF8PROC_CATEGORY_CC : return CLASS_SPACE;
        default : return CLASS_SIGN;
    }
}

static size_t next(const struct edit *edit, size_t at)
{
    return at < edit->size ? utf8_next_grapheme(edit->text, edit->size, at) : edit->size;
}

static size_t previous(const struct edit *edit, size_t at)
{
    return at > 0 ? utf8_previous_grapheme(edit->text, edit->size, at) : 0;
}

static size_t line_start(const struct edit *edit, size_t at)
{
    while (at > 0 && edit->text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct edit *edit, size_t at)
{
    while (at < edit->size && edit->text[at] != '\n')
        at++;
    return at;
}

static size_t snap(const struct edit *edit, size_t at)
{
    if (at >= edit->size)
        return edit->size;
    size_t here = line_start(edit, at); /* no cluster crosses a line's end */
    while (here < at) {
        size_t after = next(edit, here);
        if (after > at)
            break;
        here = after;
    }
    return here;
}

/* The character (not cluster) before `at`: to look for a word's start this is enough, and it costs
 * the same anywhere in a long line, while clusters can only be found from its beginning. */
static size_t character_before(const struct edit *edit, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)edit->text[at] & 0xC0) == 0x80);
    return at;
}

/* Where the run of `class` that ends at `at` begins. */
static size_t run_start(const struct edit *edit, size_t at, enum class class)
{
    while (at > 0 && class_at(edit, character_before(edit, at)) == class)
        at = character_before(edit, at);
    return at;
}

/* Forward: over spaces, then over one run of a kind. Backward the same from the other side. */
static size_t word_forward(const struct edit *edit, size_t at)
{
    while (at < edit->size && class_at(edit, at) == CLASS_SPACE)
        at = next(edit, at);
    if (at == edit->size)
        return at;
    enum class class = class_at(edit, at);
    while (at < edit->size && class_at(edit, at) == class)
        at = next(edit, at);
    return at;
}

static size_t word_backward(const struct edit *edit, size_t at)
{
    at = run_start(edit, at, CLASS_SPACE);
    if (at == 0)
        return 0;
    return snap(edit, run_start(edit, at, class_at(edit, character_before(edit, at))));
}

static size_t target(const struct edit *edit, enum edit_unit unit, bool forward)
{
    switch (unit) {
    case EDIT_CLUSTER:
        return forward ? next(edit, edit->caret) : previous(edit, edit->caret);
    case EDIT_WORD:
        return forward ? word_forward(edit, edit->caret) : word_backward(edit, edit->caret);
    case EDIT_LINE:
        return forward ? line_end(edit, edit->caret) : line_start(edit, edit->caret);
    case EDIT_ALL:
        break;
    }
    return forward ? edit->size : 0;
}

void edit_delete(struct edit *edit, enum edit_unit unit, bool forward)
{
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    if (begin == end) {
        size_t to = target(edit, unit, forward);
        begin = to < edit->caret ? to : edit->caret;
        end = to < edit->caret ? edit->caret : to;
    }
    replace(edit, begin, end, "", 0, false);
}

void edit_move(struct edit *edit, enum edit_unit unit, bool forward, bool select)
{
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    edit->merging = false;
    if (begin != end && !select && unit == EDIT_CLUSTER)
        edit->caret = forward ? end : begin;
    else
        edit->caret = target(edit, unit, forward);
    if (!select)
        edit->anchor = edit->caret;
}

void edit_move_to(struct edit *edit, size_t at, bool select)
{
    edit->caret = snap(edit, at);
    edit->merging = false;
    if (!select)
        edit->anchor = edit->caret;
}

void edit_select(struct edit *edit, size_t anchor, size_t caret)
{
    edit->anchor = snap(edit, anchor);
    edit->caret = snap(edit, caret);
    edit->merging = false;
}

void edit_select_all(struct edit *edit)
{
    edit_select(edit, 0, edit->size);
}

void edit_select_word(struct edit *edit, size_t at)
{
    at = snap(edit, at);
    if (edit->size == 0)
        return;
    if (at == edit->size)
        at = previous(edit, at);
    enum class class = class_at(edit, at);
    size_t begin = run_start(edit, at, class), end = at;
    while (end < edit->size && class_at(edit, end) == class)
        end = next(edit, end);
    edit_select(edit, begin, end);
}

void edit_select_line(struct edit *edit, size_t at)
{
    at = snap(edit, at);
    edit_select(edit, line_start(edit, at), line_end(edit, at));
}

bool edit_undo(struct edit *edit)
{
    if (edit->step_at == 0)
        return false;
    struct edit_step *step = &edit->steps[--edit->step_at];
    splice(edit, step->at, strlen(step->inserted), step->removed, strlen(step->removed));
    edit->caret = step->caret;
    edit->anchor = step->anchor;
    edit->merging = false;
    return true;
}

bool edit_redo(struct edit *edit)
{
    if (edit->step_at == edit->step_count)
        return false;
    struct edit_step *step = &edit->steps[edit->step_at++];
    size_t size = strlen(step->inserted);
    splice(edit, step->at, strlen(step->removed), step->inserted, size);
    edit->caret = edit->anchor = step->at + size;
    edit->merging = false;
    return true;
}

/* ---- questions ---- */

bool edit_has_selection(const struct edit *edit)
{
    return edit->caret != edit->anchor;
}

void edit_selection(const struct edit *edit, size_t *begin, size_t *end)
{
    *begin = edit->caret < edit->anchor ? edit->caret : edit->anchor;
    *end = edit->caret < edit->anchor ? edit->anchor : edit->caret;
}

char *edit_selected(const struct edit *edit)
{
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    return copy_bytes(edit->text + begin, end - begin);
}

void edit_compose(struct edit *edit, const char *text, size_t caret)
{
    if (edit->secret)
        secret_wipe(edit->composition, sizeof edit->composition);
    str_copy(edit->composition, sizeof edit->composition, text ? text : "");
    edit->version++;
    size_t size = strlen(edit->composition), at = 0;
    for (; caret > 0 && at < size; caret--) {
        uint32_t rune;
        at += utf8_decode(edit->composition + at, size - at, &rune);
    }
    edit->composition_caret = at;
}

bool edit_is_composing(const struct edit *edit)
{
    return edit->composition[0] != '\0';
}
