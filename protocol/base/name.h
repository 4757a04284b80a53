/* name.h - what may be a person's or a room's name, and how a file's name becomes a safe label.
 * Pure, any thread. */
#ifndef CONFAB_BASE_NAME_H
#define CONFAB_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/err.h"

#define NAME_CHARS_MAX 32 /* characters (Unicode code points) in a name after cleaning */
#define NAME_SIZE (NAME_CHARS_MAX * 4 + 1) /* bytes that hold any clean name and its NUL */
/* Bytes of a name as it is given: far more than it needs, spaces to be trimmed included. Bringing it
 * to NFC takes time with the square of its combining marks. */
#define NAME_RAW_MAX 1024
/* Bytes that hold any clean file label and its NUL (255 bytes: the usual file system limit). */
#define LABEL_SIZE 256

/* Clean `raw` into out[NAME_SIZE]: valid UTF-8, NAME_RAW_MAX bytes at most, NFC (Unicode UAX 15, by utf8proc), white space
 * trimmed at the ends and runs of spaces made one, 1 to NAME_CHARS_MAX characters, something to see
 * among them, no control (tabs and line ends inside are such) or bidi characters. False with a
 * sentence otherwise. */
bool name_clean(const char *raw, char out[NAME_SIZE], struct err *err);
/* The form in which two names are compared: NFKC case-folded, without what cannot be seen (NFKC_CF
 * of Unicode UAX 44, by utf8proc). `name` is clean. */
#define NAME_FOLD_SIZE (NAME_CHARS_MAX * 18 * 4 + 1)
void name_fold(const char *name, char out[NAME_FOLD_SIZE]);
bool name_equal(const char *a, const char *b); /* after folding */
/* Room names: as above, and no spaces, '#', '/' or '@' anywhere; or a direct room's name, which no other
 * one folds to. */
bool name_clean_room(const char *raw, char out[NAME_SIZE], struct err *err);

/* A direct room, of two people alone, is called '@' and their uids in lower-case hex digits, the
 * lower one first. */
#define DIRECT_UID_DIGITS 16
bool name_is_direct(const char *room); /* '@' and 32 such digits, whosever they are */
/* The name of the direct room of these two; false if that is one person. */
bool name_direct(const char *uid, const char *other, char out[NAME_SIZE]);
/* The uid of the one whom `uid` talks to there, into out; false if that is nobody: it is no direct
 * room, or not one of `uid`. */
bool name_direct_peer(const char *room, const char *uid, char out[DIRECT_UID_DIGITS + 1]);

/* What can be a reaction: UTF-8 without spaces, control and bidi characters, and something to see. */
bool word_is_clean(const char *text);

/* Make any text from the wire a file name that every system takes and that cannot leave its folder:
 * the last path part only, NFC; controls, bidi marks, invalid bytes and <>:"/\|?* become '_'; no
 * dots or spaces at the ends; Windows device names (CON, NUL, COM1 ... with any extension) get a
 * '_' in front; 255 bytes, cut before the extension; nothing left gives "file". Never fails; a
 * clean label stays. */
void label_clean(const char *raw, char out[LABEL_SIZE]);
/* "photo.jpg", 3 -> "photo (3).jpg"; number 0 gives the label itself. `label` is clean, and so is
 * out. */
void label_number(const char *label, unsigned number, char out[LABEL_SIZE]);

#endif
