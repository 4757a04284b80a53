/* hash.h - SHA-256 (FIPS 180-4, OpenSSL's EVP), CRC-32 (zlib's sum, by libdeflate), random bytes. */
#ifndef CONFAB_BASE_HASH_H
#define CONFAB_BASE_HASH_H

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

uint32_t crc32_of(const void *bytes, size_t size);

/* Bytes nobody can guess; dies if the system has none. */
void random_fill(void *out, size_t size);
/* `bytes` random bytes as lower-case hex into out[2 * bytes + 1]: ids, secrets. bytes <= 64 */
void random_hex(size_t bytes, char *out);

#endif
