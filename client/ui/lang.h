/* lang.h - the languages of the window. English stands in the code and is the key: lang("Join").
 * UI thread. Every text that a person reads in a view goes through here.
 *
 * Texts with parts have {1}, {2} ... in them, so that another language can put them in its own
 * order; the parts are texts, whatever they were before. A part that is written the other way round
 * than the language is fenced off (UAX 9's isolates), so that it does not mix with its neighbours.
 *
 * The languages are the PO files of assets/lang, which are built into the program. gettext's own
 * runtime is not used: it drops LANGUAGE under C.UTF-8, needs its files installed, and is one more
 * library on Windows and macOS. */
#ifndef CONFAB_UI_LANG_H
#define CONFAB_UI_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- which ---- */

struct lang_choice {
    const char *code; /* "de" */
    const char *name; /* "Deutsch": in the language itself */
};
/* All that there are, English first; lent for good. Returns how many. */
size_t lang_list(const struct lang_choice **list);
/* From now on all texts are in this one: a code of the list; "system", NULL or "" for the system's;
 * English if it is none of these. True if that changed something: draw anew. */
bool lang_set(const char *code);
const char *lang_code(void);
/* The language is written from right to left: the window stands mirrored. */
bool lang_is_rtl(void);
/* Take a catalogue from memory as if it were built in, in place of another of this code; for tests.
 * False: it is broken and lang_set() would fall back to English. */
bool lang_load(const char *code, const char *po, size_t size);

/* ---- texts ---- */

/* The text in the person's language; `english` itself if nobody has translated it (sentences about
 * errors too, those without parts). Lent, for as long as the program runs. NULL stays NULL. */
const char *lang(const char *english);
/* A text that is looked up later: static const char *const days[] = {LANG_KEY("Sunday"), ...}. */
#define LANG_KEY(english) english
/* Fill `parts` (`count` of them, at most 9) into the translation of `english`, cut at `size` on a
 * character's border. LANG_TEXT() counts them. */
void lang_fill(char *out, size_t size, const char *english, const char *const *parts, size_t count);
#define LANG_TEXT(out, size, english, ...)                                  \
    lang_fill((out), (size), (english), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
/* "1 member", "{1} members": the form that `n` takes. {1} is the number. */
void lang_count(char *out, size_t size, uint64_t n, const char *one, const char *many);

/* "14.8 MB", "312 KB", "9 bytes", as str_size() in the person's language; "11 MB" without the
 * tenth from 10 on; "6.2 of 14.8 MB". */
#define LANG_SIZE_MAX 64
void lang_size(uint64_t bytes, char out[LANG_SIZE_MAX]);
void lang_size_short(uint64_t bytes, char out[LANG_SIZE_MAX]);
void lang_size_of(uint64_t part, uint64_t whole, char *out, size_t size);

#endif
