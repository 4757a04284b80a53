/* Hashes against published vectors, random bytes against the coarsest mistakes, memory that must
 * not be NULL. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"

/* FIPS 180-4 examples, and the empty text. */
#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void sha256_vectors(void **state)
{
    char hex[SHA256_HEX_SIZE];
    char *million = mem_alloc(1000000, 1);
    (void)state;
    sha256_hex("", 0, hex);
    assert_string_equal(hex, SHA_EMPTY);
    sha256_hex(NULL, 0, hex);
    assert_string_equal(hex, SHA_EMPTY);
    sha256_hex("abc", 3, hex);
    assert_string_equal(hex, SHA_ABC);
    memset(million, 'a', 1000000);
    sha256_hex(million, 1000000, hex);
    assert_string_equal(hex, SHA_MILLION_A);
    mem_free(million);
}

static void a_peek_does_not_end_it(void **state)
{
    struct sha256 *sha = sha256_create();
    char hex[SHA256_HEX_SIZE];
    (void)state;
    sha256_peek(sha, hex);
    assert_string_equal(hex, SHA_EMPTY);
    sha256_append(sha, "a", 1);
    sha256_peek(sha, hex);
    sha256_append(sha, "bc", 2);
    sha256_append(sha, NULL, 0);
    sha256_peek(sha, hex);
    assert_string_equal(hex, SHA_ABC);
    sha256_peek(sha, hex);
    assert_string_equal(hex, SHA_ABC);
    sha256_destroy(sha);
    sha256_destroy(NULL);
}

static void crc32_vectors(void **state)
{
    (void)state;
    assert_int_equal(crc32_of("123456789", 9), 0xCBF43926); /* the check value of CRC-32/ISO-HDLC */
    assert_int_equal(crc32_of("", 0), 0);
    assert_int_equal(crc32_of(NULL, 0), 0);
}

static void random_bytes_differ(void **state)
{
    static uint8_t a[10000], b[10000];
    char id[129], other[129];
    int zeros = 0;
    (void)state;
    random_fill(a, sizeof a);
    random_fill(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, a + 5000, 5000);
    for (size_t i = 0; i < sizeof a; i++)
        zeros += a[i] == 0;
    assert_true(zeros < 200); /* 39 are to be expected; 200 mean that part of it was not filled */
    random_hex(64, id);
    random_hex(64, other);
    assert_int_equal(strspn(id, "0123456789abcdef"), 128);
    assert_int_equal(id[128], '\0');
    assert_string_not_equal(id, other);
    random_hex(0, id);
    assert_string_equal(id, "");
}

static void memory_is_never_null(void **state)
{
    void *block = mem_alloc(0, 8);
    uint8_t *grown;
    (void)state;
    assert_non_null(block);
    mem_free(block);
    block = mem_copy(NULL, 0);
    assert_non_null(block);
    block = mem_resize(block, 0, 0);
    assert_non_null(block);
    grown = mem_resize(block, 100, 3);
    grown[299] = 1;
    mem_free(grown);
    assert_null(mem_string(NULL));
    block = mem_string("abc");
    assert_string_equal(block, "abc");
    mem_free(block);
    mem_free(NULL);
    grown = mem_alloc(10, 10);
    for (int i = 0; i < 100; i++)
        assert_int_equal(grown[i], 0);
    mem_free(grown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors),       cmocka_unit_test(a_peek_does_not_end_it),
        cmocka_unit_test(crc32_vectors),        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(memory_is_never_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
