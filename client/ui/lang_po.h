/* lang_po.h - one language's catalogue, read from the PO file that a translator edits. Pure, but for memory.
 *
 * Understood: the header with Plural-Forms and our X- fields, msgid, msgid_plural, msgstr, msgstr[n], texts over several
 * lines, comments. Entries that are marked fuzzy, empty, obsolete or have a context are left out: English stands there.
 * Source: the GNU gettext manual, "The Format of PO Files". */
#ifndef CONFAB_UI_LANG_PO_H
#define CONFAB_UI_LANG_PO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

#define LANG_PO_BYTES_MAX ((size_t)1 << 20)
#define LANG_PO_ENTRIES_MAX 8192
#define LANG_PO_TEXT_MAX 4096 /* bytes of one text */
#define LANG_FORMS_MAX 6      /* Arabic's; no language has more */

struct lang_po;

/* NULL and a sentence with the line's number if anything in it is not as it must be: half a catalogue is none. The bytes
 * are not kept. */
struct lang_po *lang_po_read(const char *bytes, size_t size, struct err *err);
void lang_po_destroy(struct lang_po *po);

/* The translation, NULL if there is none. Lent, as long as the catalogue lives. */
const char *lang_po_find(const struct lang_po *po, const char *english);
const char *lang_po_find_count(const struct lang_po *po, const char *one, uint64_t n);
/* The value of a line of the header, as "X-Language-Name"; "" if it has none. */
void lang_po_field(const struct lang_po *po, const char *name, char *out, size_t size);

/* The catalogues in this program, by code ("ar", "de"): made by cmake/lang.cmake from assets/lang. */
struct lang_file {
    const char *code;
    const unsigned char *bytes;
    size_t size;
};
extern const struct lang_file lang_files[];
extern const size_t lang_file_count;

#endif
