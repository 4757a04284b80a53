/* mem.h - allocation that cannot fail: a program out of memory says so and ends. Any thread. */
#ifndef CONFAB_BASE_MEM_H
#define CONFAB_BASE_MEM_H

#include <stddef.h>

/* A new zeroed block of count * size bytes (never NULL, even for 0); overflow and exhaustion end
 * the process with one sentence. Freed with mem_free(). */
void *mem_alloc(size_t count, size_t size);
/* Grow or shrink `block` (NULL is fine) to count * size bytes; new bytes are not zeroed. */
void *mem_resize(void *block, size_t count, size_t size);
/* A copy of `size` bytes, or of a NUL-terminated string (a NULL string stays NULL). */
void *mem_copy(const void *block, size_t size);
char *mem_string(const char *text);
void mem_free(void *block);

#endif
