/* edit.h - a text being edited: bytes, caret, selection, undo. Knows no screen, no keys, no
 * clipboard. UI thread.
 *
 * The text is always valid UTF-8 without control characters other than '\n' (and without that if
 * single-line): what is put in is cleaned first ("\r\n" and '\r' become '\n', tabs become spaces,
 * other controls go). Moves and deletions go by grapheme cluster (UAX 29) or by word (runs of
 * letters and digits, as utf8proc classes them). Offsets are bytes on cluster borders.
 *
 * A secret editor (a password's) has one line and one block of memory for its text, which is wiped
 * of what is not text any more, and remembers nothing: there is no undo. */
#ifndef CONFAB_UI_EDIT_H
#define CONFAB_UI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#define EDIT_UNDO_MAX 200 /* steps remembered; the oldest go first */

struct edit_step; /* one step of undo, inside edit.c */

/* Read the fields; change them through the functions. */
struct edit {
    char *text; /* NUL-terminated, never NULL after edit_init */
    size_t size, room, size_max;
    size_t caret, anchor; /* selection between them; equal: none */
    bool multiline, secret;
    unsigned version; /* grows with every change of the text: views compare it */
    /* what an input method is composing at the caret; not part of the text. "" if nothing */
    char composition[256];
    size_t composition_caret; /* byte in it */
    struct edit_step *steps;
    int step_count, step_at; /* steps before step_at can be undone, from there on redone */
    bool merging;            /* the next typed character joins the last step */
};

enum edit_unit {
    EDIT_CLUSTER,
    EDIT_WORD,
    EDIT_LINE,
    EDIT_ALL
}; /* EDIT_LINE: to the '\n' or the end */

/* size_max: bytes the text may have; what does not fit is not put in (whole clusters only). */
void edit_init(struct edit *edit, size_t size_max, bool multiline);
void edit_init_secret(struct edit *edit, size_t size_max);
void edit_finish(struct edit *edit);

/* Replace everything, caret at the end, undo forgotten. */
void edit_set(struct edit *edit, const char *text);
/* Put text in the place of the selection, caret behind it. Typed single characters join one undo
 * step up to a space. False if some of it did not fit. */
bool edit_insert(struct edit *edit, const char *text, size_t size);
/* Put `mark` on both sides of the selection, which stays selected, or take it away where it is
 * already (also where it lies just outside of the selection). Without a selection the caret stands
 * between the two. One step of undo; nothing happens if it does not fit. */
void edit_wrap(struct edit *edit, const char *mark);
/* Delete the selection or, without one, a unit backward or forward. */
void edit_delete(struct edit *edit, enum edit_unit unit, bool forward);
/* Move the caret by a unit; `select` keeps the anchor. Without `select` a selection collapses to
 * its edge for EDIT_CLUSTER. EDIT_ALL goes to the very start or end. */
void edit_move(struct edit *edit, enum edit_unit unit, bool forward, bool select);
void edit_move_to(struct edit *edit, size_t at, bool select); /* snaps back to a cluster border */
void edit_select(struct edit *edit, size_t anchor, size_t caret);
void edit_select_all(struct edit *edit);
void edit_select_word(struct edit *edit, size_t at); /* double click */
void edit_select_line(struct edit *edit, size_t at); /* triple click */
bool edit_undo(struct edit *edit);                   /* false: nothing to undo */
bool edit_redo(struct edit *edit);

bool edit_has_selection(const struct edit *edit);
void edit_selection(const struct edit *edit, size_t *begin, size_t *end); /* begin <= end */
/* A copy of the selected text, "" if none; the caller frees it with mem_free(). */
char *edit_selected(const struct edit *edit);
/* What the input method shows; "" or NULL ends it. Longer than the field holds: cut. `caret`:
 * characters into it, as SDL counts. */
void edit_compose(struct edit *edit, const char *text, size_t caret);
bool edit_is_composing(const struct edit *edit);

#endif
