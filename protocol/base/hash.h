/* hash.h - SHA-256 (FIPS 180-4, OpenSSL's EVP), scrypt for passwords, CRC-32 (zlib's sum, by libdeflate), random bytes. */
#ifndef CONFAB_BASE_HASH_H
#define CONFAB_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_HEX_SIZE 65 /* with its NUL */

struct sha256; /* a hash under way; one owner, any thread */

struct sha256 *sha256_create(void);
void sha256_destroy(struct sha256 *sha);
void sha256_append(struct sha256 *sha, const void *bytes, size_t size);
/* The digest of everything so far; appending may go on afterwards. */
void sha256_peek(const struct sha256 *sha, char hex[SHA256_HEX_SIZE]);
void sha256_hex(const void *bytes, size_t size, char hex[SHA256_HEX_SIZE]);

/* Slow on purpose, so that guessing is: scrypt (RFC 7914, OpenSSL's EVP_PBE_scrypt). n: a power of
 * two; it takes 128 * n * r bytes, and p times as long. False: there is no memory for that. */
bool scrypt_derive(const char *password, const void *salt, size_t salt_size, uint64_t n, uint32_t r,
                   uint32_t p, void *out, size_t out_size);
/* Whether two secrets are equal, in a time that does not tell where they differ. */
bool secret_equal(const void *a, const void *b, size_t size);
void secret_wipe(void *secret, size_t size); /* also where the compiler sees no use in it */

uint32_t crc32_of(const void *bytes, size_t size);

/* Bytes nobody can guess; dies if the system has none. */
void random_fill(void *out, size_t size);
/* `bytes` random bytes as lower-case hex into out[2 * bytes + 1]: ids, secrets. bytes <= 64 */
void random_hex(size_t bytes, char *out);

#endif
