/* utf8.h - UTF-8 without tables of our own (utf8proc has them). Pure, any thread. */
#ifndef CONFAB_BASE_UTF8_H
#define CONFAB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the character at text[0..size): its code point in *rune, returns its length in bytes (1 to
 * 4). An invalid or cut sequence gives U+FFFD and length 1; size 0 gives 0. */
size_t utf8_decode(const char *text, size_t size, uint32_t *rune);
/* Write rune (a valid scalar value) into out[4], return the length. */
size_t utf8_encode(uint32_t rune, char out[4]);
bool utf8_valid(const char *text, size_t size);
size_t utf8_length(const char *text); /* characters */
/* The largest n <= size at which text can be cut without splitting a character. */
size_t utf8_cut(const char *text, size_t size);
/* Byte offset of the grapheme cluster border after / before `at` (Unicode UAX 29, by utf8proc). */
size_t utf8_next_grapheme(const char *text, size_t size, size_t at);
size_t utf8_previous_grapheme(const char *text, size_t size, size_t at);
/* Columns a terminal needs for text (wide characters 2, combining and control ones 0). */
size_t utf8_columns(const char *text, size_t size);
/* True for the marks that reorder or hide text: U+061C, 200E, 200F, 202A-202E, 2066-2069. */
bool utf8_is_bidi_control(uint32_t rune);
/* True for C0, DEL, C1 and the line and paragraph separators U+2028/2029. */
bool utf8_is_control(uint32_t rune);
/* True for what words consist of: letters, digits, marks on them, '_'. */
bool utf8_is_word(uint32_t rune);
/* Copy into out[size] with every control character as its picture (U+2400 block; C1, bidi marks and
 * invalid bytes as U+FFFD), keeping '\n' and '\t' when `lines`. So shown text can never steer a
 * terminal. Cut at a character boundary, terminated. */
void utf8_show(const char *text, bool lines, char *out, size_t size);

#endif
