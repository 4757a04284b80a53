/* input.h - the one file that the helper may read, from its beginning on. */
#ifndef CONFAB_MEDIA_INPUT_H
#define CONFAB_MEDIA_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

#define INPUT_HEAD_SIZE 256                /* bytes that decoders may tell a file by */
#define INPUT_LOAD_MAX ((size_t)256 << 20) /* bytes: forms that must be in memory as a whole */

struct input {
    os_file file; /* not owned */
    uint64_t size, at;
    uint8_t head[INPUT_HEAD_SIZE];
    size_t head_size;
    void *opened; /* what FFmpeg made of it; NULL: it has not been asked */
};

bool input_open(struct input *input, os_file file, struct err *err);
/* Up to `size` bytes from `at` on, which moves; 0: the end, or it cannot be read. */
size_t input_read(struct input *input, void *bytes, size_t size);
/* The whole file, freed with mem_free(); NULL with a sentence: too large, or it cannot be read. */
uint8_t *input_load(struct input *input, size_t *size, struct err *err);

/* Big- and little-endian numbers; the caller has looked that the bytes are there. */
static inline uint32_t input_be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}
static inline uint32_t input_be32(const uint8_t *p)
{
    return input_be16(p) << 16 | input_be16(p + 2);
}
static inline uint32_t input_le16(const uint8_t *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}
static inline uint32_t input_le32(const uint8_t *p)
{
    return input_le16(p + 2) << 16 | input_le16(p);
}

#endif
