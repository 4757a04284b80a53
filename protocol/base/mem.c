#include "protocol/base/mem.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/err.h"

_Noreturn static void out_of_memory(size_t count, size_t size)
{
    die("There is not enough memory for %zu x %zu bytes more.", count, size);
}

void *mem_alloc(size_t count, size_t size)
{
    void *block;
    if (count == 0 || size == 0)
        count = size = 1; /* calloc(0) may say NULL */
    block = calloc(count, size);
    if (!block)
        out_of_memory(count, size);
    return block;
}

void *mem_resize(void *block, size_t count, size_t size)
{
    void *resized;
    if (count == 0 || size == 0)
        count = size = 1; /* realloc(block, 0) may free */
    if (count > SIZE_MAX / size)
        out_of_memory(count, size);
    resized = realloc(block, count * size);
    if (!resized)
        out_of_memory(count, size);
    return resized;
}

void *mem_copy(const void *block, size_t size)
{
    void *copy = mem_resize(NULL, 1, size);
    if (size)
        memcpy(copy, block, size);
    return copy;
}

char *mem_string(const char *text)
{
    return text ? mem_copy(text, strlen(text) + 1) : NULL;
}

void mem_free(void *block)
{
    free(block);
}
