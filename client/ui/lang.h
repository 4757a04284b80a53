/* lang.h - the languages of the window. English stands in the code and is the key: lang("Join").
 * UI thread. Every text that a person reads in a view goes through here.
 *
 * Texts with parts have {1}, {2} ... in them, so that another language can put them in its own
 * order; the parts are texts, whatever they were before (lang_number() for numbers). */
#ifndef CONFAB_UI_LANG_H
#define CONFAB_UI_LANG_H

#include <stddef.h>
#include <stdint.h>

/* The text in the person's language; `english` itself if nobody has translated it. Lent, for as
 * long as the program runs. */
const char *lang(const char *english);
/* Fill `parts` (`count` of them, at most 9) into the translation of `english`, cut at `size` on a
 * character's border. LANG_TEXT() counts them. */
void lang_fill(char *out, size_t size, const char *english, const char *const *parts, size_t count);
#define LANG_TEXT(out, size, english, ...)                                  \
    lang_fill((out), (size), (english), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
/* "1 member", "{1} members": the form that `n` takes. {1} is the number. */
void lang_count(char *out, size_t size, uint64_t n, const char *one, const char *many);

#endif
