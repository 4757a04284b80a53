/* What files weigh is known without looking, whatever comes, goes, fails or is there twice; the oldest
 * go first, whole, and none that is in use; and a restart counts the same. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "server/blob.h"
#include "server/contents.h"
#include "tests/unit/folder.h"

/* Contents: called a, b, c ... here; 64 times that letter on the disk. */

static const char *hash_of(char letter)
{
    static char hashes[4][SHA256_HEX_SIZE];
    static unsigned turn;
    char *hash = hashes[turn++ % 4];
    memset(hash, letter, SHA256_HEX_SIZE - 1);
    hash[SHA256_HEX_SIZE - 1] = '\0';
    return hash;
}

static bool stands(const struct contents *contents, char letter)
{
    char path[OS_PATH_MAX];
    contents_path(contents, hash_of(letter), path);
    return file_info(path).exists;
}

/* Put it on the disk, and one blob with it. */
static struct content *come(struct contents *contents, char letter, size_t size, int64_t time_ms)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    uint8_t *bytes = mem_alloc(size + 1, 1);
    contents_path(contents, hash_of(letter), path);
    assert_true(file_save(path, bytes, size, &err));
    mem_free(bytes);
    struct content *content = contents_take(contents, hash_of(letter), time_ms);
    contents_came(contents, content, size);
    return content;
}

static struct contents *open_contents(void)
{
    struct err err = {0};
    struct contents *contents = contents_open(folder, disk, &err);
    if (contents == NULL)
        fail_msg("%s", err.text);
    return contents;
}

static void let_go(struct contents *contents, uint64_t least, uint64_t bytes, uint64_t files)
{
    uint64_t count, before = contents_bytes(contents);
    assert_int_equal(contents_let_go(contents, least, &count), bytes);
    assert_int_equal(count, files);
    assert_int_equal(contents_bytes(contents), before - bytes);
}

static void the_oldest_go_first(void **state)
{
    (void)state;
    struct contents *contents = open_contents();
    let_go(contents, 1, 0, 0);
    come(contents, 'c', 300, 30);
    come(contents, 'a', 100, 10);
    come(contents, 'd', 400, 40);
    come(contents, 'b', 200, 20);
    come(contents, 'e', 0, 5); /* the oldest, but nothing is won by it */
    assert_int_equal(contents_bytes(contents), 1000);
    let_go(contents, 0, 0, 0);
    let_go(contents, 1, 100, 1);
    assert_true(!stands(contents, 'a') && stands(contents, 'b') && stands(contents, 'e'));
    let_go(contents, 201, 500, 2);
    assert_true(!stands(contents, 'b') && !stands(contents, 'c') && stands(contents, 'd'));
    let_go(contents, 1000, 400, 1);
    let_go(contents, 1000, 0, 0);
    /* and what has come back is a file like others */
    struct content *again = come(contents, 'a', 100, 50);
    assert_true(again->here && again->refs == 2);
    let_go(contents, 1, 100, 1);
    contents_close(contents);
}

static void what_is_named_again_is_young(void **state)
{
    (void)state;
    struct contents *contents = open_contents();
    struct content *a = come(contents, 'a', 100, 10);
    struct content *b = come(contents, 'b', 200, 20);
    come(contents, 'c', 300, 30);
    let_go(contents, 0, 0, 0);
    assert_ptr_equal(contents_take(contents, hash_of('a'), 0), a); /* its message comes soon */
    contents_renew(contents, a, 25);
    contents_renew(contents, a, 15);                 /* an older one says nothing */
    assert_int_equal(contents_bytes(contents), 600); /* once */
    let_go(contents, 1, 200, 1);
    assert_true(stands(contents, 'a') && !b->here);
    contents_drop(contents, a);
    assert_true(stands(contents, 'a'));
    contents_drop(contents, a);
    assert_true(!stands(contents, 'a') && stands(contents, 'c'));
    assert_int_equal(contents_bytes(contents), 300);
    contents_drop(contents, b); /* whose file went long ago */
    let_go(contents, 1, 300, 1);
    contents_close(contents);
}

static void what_is_in_use_stays(void **state)
{
    (void)state;
    struct contents *contents = open_contents();
    struct content *a = come(contents, 'a', 100, 10);
    come(contents, 'b', 200, 20);
    contents_hold(contents, a, 2);
    assert_int_equal(contents_held(contents), 100);
    let_go(contents, 1, 200, 1);
    let_go(contents, 1, 0, 0);
    contents_release(contents, a, 1);
    let_go(contents, 1, 0, 0);
    contents_release(contents, a, 1);
    assert_int_equal(contents_held(contents), 0);
    let_go(contents, 1, 100, 1);
    contents_hold(contents, a, 1); /* somebody sends it again */
    assert_int_equal(contents_held(contents), 0);
    come(contents, 'a', 100, 30);
    assert_int_equal(contents_held(contents), 100);
    let_go(contents, 1, 0, 0);
    contents_release(contents, a, 1);
    let_go(contents, 1, 100, 1);
    contents_close(contents);
}

static void a_start_counts_what_is_there(void **state)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    (void)state;
    struct contents *contents = open_contents();
    come(contents, 'a', 100, 10);
    come(contents, 'b', 200, 20);
    come(contents, 'c', 300, 30);
    let_go(contents, 1, 100, 1);
    contents_close(contents);
    assert_true(path_join(path, folder, "README") && file_save(path, "not ours", 8, &err));
    contents = open_contents();
    assert_int_equal(contents_bytes(contents), 500);
    /* messages name two, one of which went; nobody names b, and it is as old as its file: new */
    assert_false(contents_take(contents, hash_of('a'), 10)->here);
    assert_true(contents_take(contents, hash_of('c'), 30)->here);
    let_go(contents, 1, 300, 1);
    assert_true(stands(contents, 'b'));
    let_go(contents, 1, 200, 1);
    assert_true(file_info(path).exists);
    contents_close(contents);
}

/* Blobs */

static void on_checked(struct blob *blob, const struct err *err)
{
    if (err->kind != ERR_NONE)
        blob_fail(blob);
}

static struct blob_store *open_store(void)
{
    struct err err = {0};
    struct blob_store *store = blob_store_open(folder, true, disk, on_checked, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    return store;
}

static struct blob *begin(struct blob_store *store, const char *text, const char *known)
{
    struct err err = {0};
    struct blob *blob = blob_create(store, "", strlen(text));
    assert_true(blob_begin(blob, known, &err) && blob_use(blob, &err));
    return blob;
}

static struct blob *whole(struct blob_store *store, const char *text, int64_t time_ms)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    sha256_hex(text, strlen(text), sha256);
    struct blob *blob = begin(store, text, NULL);
    blob_date(blob, time_ms);
    assert_true(blob_append(blob, text, strlen(text), &err));
    blob_finish(blob, sha256);
    disk_drain(disk);
    blob_release(blob);
    assert_int_equal(blob->state, BLOB_DONE);
    return blob;
}

/* What the folder really holds. */
static uint64_t weigh(const char *name)
{
    char path[OS_PATH_MAX], inside[OS_PATH_MAX];
    char **names;
    size_t count = 0;
    uint64_t bytes = 0;
    assert_true(path_join(path, folder, name) && file_list(path, &names, &count, NULL));
    for (size_t i = 0; i < count; i++) {
        assert_true(path_join(inside, path, names[i]));
        if (strstr(names[i], ".old") == NULL) /* on Windows: removed, and still open somewhere */
            bytes += file_info(inside).size;
    }
    file_list_free(names, count);
    return bytes;
}

static void check_bytes(const struct blob_store *store, uint64_t bytes, uint64_t held)
{
    assert_int_equal(weigh("blobs") + weigh("incoming"), bytes);
    assert_int_equal(blob_store_bytes(store), bytes);
    assert_int_equal(blob_store_held(store), held);
}

static void parts_count_and_cannot_go(void **state)
{
    struct err err = {0};
    uint64_t count;
    (void)state;
    struct blob_store *store = open_store();
    struct blob *half = begin(store, "0123456789", NULL);
    check_bytes(store, 0, 0);
    assert_true(blob_append(half, "01234", 5, &err));
    check_bytes(store, 5, 5);
    assert_int_equal(blob_store_let_go(store, 5, &count), 0);
    assert_true(blob_append(half, "56789", 5, &err));
    blob_finish(half, hash_of('0')); /* a lie */
    disk_drain(disk);
    assert_int_equal(half->state, BLOB_FAILED);
    check_bytes(store, 0, 0);
    blob_release(half);
    struct blob *other = begin(store, "0123456789", NULL);
    assert_true(blob_append(other, "01234", 5, &err));
    blob_release(other);
    blob_discard(other);
    check_bytes(store, 0, 0);
    whole(store, "0123456789", 1);
    check_bytes(store, 10, 0);
    blob_store_close(store);
}

static void a_part_is_counted_after_a_restart(void **state)
{
    struct err err = {0};
    (void)state;
    struct blob_store *store = open_store();
    struct blob *half = blob_create(store, "00112233445566aa", 10);
    assert_true(blob_begin(half, NULL, &err) && blob_use(half, &err));
    assert_true(blob_append(half, "01234", 5, &err));
    blob_release(half);
    whole(store, "the same", 1);
    check_bytes(store, 13, 5);
    blob_store_close(store);
    store = open_store();
    half = blob_create(store, "00112233445566aa", 10);
    assert_true(blob_begin(half, NULL, &err));
    blob_store_sweep(store);
    check_bytes(store, 13, 5);
    blob_store_close(store);
}

static void one_content_of_two_messages(void **state)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    uint64_t count;
    (void)state;
    struct blob_store *store = open_store();
    struct blob *first = whole(store, "twice", 1);
    struct blob *between = whole(store, "between", 2);
    struct blob *second = whole(store, "twice", 3); /* sent in full */
    check_bytes(store, 12, 0);
    sha256_hex("twice", 5, sha256);
    struct blob *third = begin(store, "twice", sha256); /* known: not sent at all */
    check_bytes(store, 12, 5);
    blob_date(third, 4);
    assert_int_equal(blob_store_let_go(store, 12, &count), 7); /* the upload needs it */
    assert_true(blob_is_let_go(between) && !blob_is_let_go(first));
    blob_finish(third, sha256);
    disk_drain(disk);
    blob_release(third);
    check_bytes(store, 5, 0);
    assert_true(blob_use(first, &err)); /* somebody reads it, by whichever name */
    assert_int_equal(blob_store_let_go(store, 5, &count), 0);
    blob_release(first);
    assert_int_equal(blob_store_let_go(store, 5, &count), 5);
    assert_int_equal(count, 1);
    check_bytes(store, 0, 0);
    assert_true(blob_is_let_go(first) && blob_is_let_go(second) && blob_is_let_go(third));
    assert_false(blob_use(first, &err));
    assert_ptr_equal(blob_find(store, first->id), first);
    whole(store, "twice", 5); /* and it is back for all */
    assert_true(blob_use(first, &err));
    blob_release(first);
    check_bytes(store, 5, 0);
    blob_store_close(store);
}

static void a_restart_finds_who_went(void **state)
{
    char ids[2][FILE_DIGITS + 1], hashes[2][SHA256_HEX_SIZE];
    uint64_t count;
    (void)state;
    struct blob_store *store = open_store();
    const struct blob *blobs[2] = {whole(store, "older", 1), whole(store, "newer!", 2)};
    for (int i = 0; i < 2; i++) {
        str_copy(ids[i], sizeof ids[i], blobs[i]->id);
        str_copy(hashes[i], sizeof hashes[i], blobs[i]->sha256);
    }
    assert_int_equal(blob_store_let_go(store, 1, &count), 5);
    blob_store_close(store);
    store = open_store();
    for (int i = 0; i < 2; i++) {
        struct blob *blob = blob_create(store, ids[i], i == 0 ? 5 : 6);
        blob_date(blob, i + 1);
        blob_set_done(blob, hashes[i]);
        assert_int_equal(blob_is_let_go(blob), i == 0);
    }
    check_bytes(store, 6, 0);
    blob_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_oldest_go_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_named_again_is_young, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_in_use_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_start_counts_what_is_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_count_and_cannot_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_part_is_counted_after_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_content_of_two_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_restart_finds_who_went, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
