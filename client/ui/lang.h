/* lang.h - the languages of the window. English stands in the code and is the key: lang("Join").
 * UI thread. Every text that a person reads in a view goes through here.
 *
 * Texts with parts have {1}, {2} ... in them, so that another language can put them in its own
 * order; the parts are texts, whatever they were before (lang_number() for numbers). */
#ifndef CONFAB_UI_LANG_H
#define CONFAB_UI_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text in the person's language; `english` itself if nobody has translated it (sentences about
 * errors too, those without parts). Lent, for as long as the program runs. NULL stays NULL. */
const char *lang(const char *english);
/* The language is written from right to left: the window stands mirrored. */
bool lang_is_rtl(void);
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
