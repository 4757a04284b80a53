/* lang_plural.h - which plural form a number takes: the formula that stands in a PO file's Plural-Forms. Pure.
 * Source: the GNU gettext manual, "Additional functions for plural forms": C's operators on n. */
#ifndef CONFAB_UI_LANG_PLURAL_H
#define CONFAB_UI_LANG_PLURAL_H

#include <stdbool.h>
#include <stdint.h>

/* Work out `formula`, which ends at ';' or with the text. False if it is none; dividing by zero gives 0. */
bool lang_plural(const char *formula, uint64_t n, uint64_t *form);

#endif
