/* fold.h - characters as they are compared when words are looked for: without case, accents and
 * width, and without what cannot be seen. Pure, any thread. */
#ifndef CONFAB_BASE_FOLD_H
#define CONFAB_BASE_FOLD_H

#include <stddef.h>
#include <stdint.h>

#define FOLD_RUNES_MAX 18 /* one character can become so many (U+FDFA does) */

/* The code points that `rune` is compared as, by utf8proc: NFKD and case-folded, without accents
 * (e for é, ss for ß, nothing for a lone U+0301). Marks that are letters to their readers, such as
 * the vowel signs of Devanagari and Thai or the voice marks of kana, stay. Returns how many. */
size_t fold_rune(uint32_t rune, uint32_t out[FOLD_RUNES_MAX]);

#endif
