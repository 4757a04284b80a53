/* buf.h - a queue of bytes with a cap: append behind, consume in front. Not shared between threads.
 */
#ifndef CONFAB_BASE_BUF_H
#define CONFAB_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lent bytes: whoever gives them says for how long. */
struct bytes {
    const uint8_t *data;
    size_t size;
};

/* Plain; read the fields, change them through the functions. Bytes in use: data[start .. start +
 * size). */
struct buf {
    uint8_t *data;
    size_t start, size, room; /* room: bytes allocated */
    size_t cap;               /* never holds more than this; set at birth */
};

void buf_init(struct buf *buf, size_t cap);
void buf_finish(struct buf *buf);
/* False, with nothing appended, if `size` more bytes would pass the cap. */
bool buf_append(struct buf *buf, const void *bytes, size_t size);
/* Space for `size` bytes behind what is there (NULL past the cap); fill it, then buf_commit() what
 * was filled. */
uint8_t *buf_reserve(struct buf *buf, size_t size);
void buf_commit(struct buf *buf, size_t size);
/* Drop `size` bytes (<= buf->size, asserted) in front. An emptied buffer keeps at most BUF_KEEP
 * bytes of memory. */
#define BUF_KEEP 4096
void buf_consume(struct buf *buf, size_t size);
void buf_clear(struct buf *buf);
/* What is inside, until the next change. */
struct bytes buf_peek(const struct buf *buf);
size_t buf_free(const struct buf *buf); /* bytes until the cap */

#endif
