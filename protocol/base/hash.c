#include "protocol/base/hash.h"
#include <assert.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <libdeflate.h>
#include "protocol/base/err.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

struct sha256 {
    EVP_MD_CTX *context;
};

/* These fail only when memory or the library itself is broken. */
static void must(int ok)
{
    if (ok != 1)
        die("The cryptographic library (OpenSSL) does not work on this computer.");
}

/* OpenSSL 3.0 whose start found no memory reads through NULL at the first use of it: ask first. */
static void ask_for_library(void)
{
    must(OSSL_LIB_CTX_get0_global_default() != NULL);
}

static EVP_MD_CTX *context_create(void)
{
    ask_for_library();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    must(context != NULL);
    return context;
}

static void digest_hex(EVP_MD_CTX *context, char hex[SHA256_HEX_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    must(EVP_DigestFinal_ex(context, digest, &size));
    assert(size == SHA256_SIZE);
    str_hex(digest, SHA256_SIZE, hex);
}

struct sha256 *sha256_create(void)
{
    struct sha256 *sha = mem_alloc(1, sizeof *sha);
    sha->context = context_create();
    must(EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL));
    return sha;
}

void sha256_destroy(struct sha256 *sha)
{
    if (!sha)
        return;
    EVP_MD_CTX_free(sha->context);
    mem_free(sha);
}

void sha256_append(struct sha256 *sha, const void *bytes, size_t size)
{
    must(EVP_DigestUpdate(sha->context, bytes, size));
}

void sha256_peek(const struct sha256 *sha, char hex[SHA256_HEX_SIZE])
{
    EVP_MD_CTX *copy = context_create(); /* finishing one spoils it for more */
    must(EVP_MD_CTX_copy_ex(copy, sha->context));
    digest_hex(copy, hex);
    EVP_MD_CTX_free(copy);
}

void sha256_hex(const void *bytes, size_t size, char hex[SHA256_HEX_SIZE])
{
    struct sha256 *sha = sha256_create();
    sha256_append(sha, bytes, size);
    digest_hex(sha->context, hex);
    sha256_destroy(sha);
}

bool scrypt_derive(const char *password, const void *salt, size_t salt_size, uint64_t n, uint32_t r,
                   uint32_t p, void *out, size_t out_size)
{
    uint64_t memory = 128 * r * (n + p + 2); /* a little more than it takes */
    ask_for_library();
    return EVP_PBE_scrypt(password, strlen(password), salt, salt_size, n, r, p, memory, out,
                          out_size) == 1;
}

bool secret_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}

void secret_wipe(void *secret, size_t size)
{
    OPENSSL_cleanse(secret, size);
}

uint32_t crc32_of(const void *bytes, size_t size)
{
    return size == 0 ? 0 : libdeflate_crc32(0, bytes, size);
}

void random_fill(void *out, size_t size)
{
    uint8_t *at = out;
    ask_for_library();
    while (size > 0) {
        int part = size > 4096 ? 4096 : (int)size;
        if (RAND_bytes(at, part) != 1)
            die("This computer has no random numbers to make a secret from.");
        at += part;
        size -= (size_t)part;
    }
}

void random_hex(size_t bytes, char *out)
{
    uint8_t random[64];
    assert(bytes <= sizeof random);
    random_fill(random, bytes);
    str_hex(random, bytes, out);
}
