/* failing.c - memory that runs out once, for the program that this is linked into. Of our own code's
 * allocations (the linker leads them here, --wrap) and cJSON's (by its hooks) number
 * CONFAB_FAIL_ALLOCATION finds none; of OpenSSL's (by its hooks) number CONFAB_FAIL_CRYPTO. On all
 * threads, from 1 on. With CONFAB_COUNT_ALLOCATIONS both numbers are told at the end. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <cjson/cJSON.h>
#include <openssl/crypto.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

struct memory {
    atomic_ulong allocations;
    unsigned long fails_at;
};
static struct memory ours, crypto;

static bool fails(struct memory *memory)
{
    return atomic_fetch_add(&memory->allocations, 1) + 1 == memory->fails_at;
}

void *__wrap_malloc(size_t size)
{
    return fails(&ours) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(&ours) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails(&ours) ? NULL : __real_realloc(block, size);
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails(&crypto) ? NULL : __real_malloc(size);
}

static void *crypto_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails(&crypto) ? NULL : __real_realloc(block, size);
}

static void crypto_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

static void tell(void)
{
    fprintf(stderr, "allocations: %lu and %lu\n", atomic_load(&ours.allocations),
            atomic_load(&crypto.allocations));
}

static unsigned long number_from(const char *variable)
{
    const char *text = getenv(variable);
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
    cJSON_Hooks hooks = {.malloc_fn = __wrap_malloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
    if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
        abort(); /* OpenSSL has allocated already: then nothing is tested */
    ours.fails_at = number_from("CONFAB_FAIL_ALLOCATION");
    crypto.fails_at = number_from("CONFAB_FAIL_CRYPTO");
    if (getenv("CONFAB_COUNT_ALLOCATIONS") != NULL)
        atexit(tell);
}
