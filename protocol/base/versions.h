/* versions.h - which libraries a program has really loaded, for --version and reports of faults: lines "NAME
 * VERSION", short. Each floor adds those that it alone knows. */
#ifndef CONFAB_BASE_VERSIONS_H
#define CONFAB_BASE_VERSIONS_H

#include <stddef.h>

#define VERSIONS_SIZE 2048 /* bytes that hold all of them */

/* One more line at the end of out[size]; version NULL or "": it does not say, and has no line. */
void versions_add(char *out, size_t size, const char *name, const char *version);
/* The same of numbers: "2.26.5". */
void versions_add_numbers(char *out, size_t size, const char *name, int major, int minor,
                          int patch);
void versions_add_base(char *out, size_t size); /* OpenSSL, cJSON, utf8proc, libdeflate */

#endif
