/* The server's small parts, each against what its header promises: names to things, the memory of
 * ids, people and their secrets, the helper thread, files by hash, the command line. */
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
#include "protocol/os/wake.h"
#include "server/blob.h"
#include "server/options.h"
#include "server/recent.h"
#include "server/roster.h"
#include "server/strmap.h"
#include "tests/unit/folder.h"

/* strmap and recent */

static void a_map_under_random_changes(void **state)
{
    enum { KEYS = 500, STEPS = 20000 };
    static char keys[KEYS][8];
    bool there[KEYS] = {0};
    struct strmap map = {0};
    size_t count = 0;
    (void)state;
    for (int i = 0; i < KEYS; i++)
        str_format(keys[i], sizeof keys[i], "k%d", i);
    strmap_remove(&map, "k0");
    srand(7);
    for (int step = 0; step < STEPS; step++) {
        int i = rand() % KEYS;
        if (there[i]) {
            strmap_remove(&map, keys[i]);
            count--;
        } else {
            strmap_put(&map, keys[i], keys[i]);
            count++;
        }
        there[i] = !there[i];
        i = rand() % KEYS;
        assert_ptr_equal(strmap_get(&map, keys[i]), there[i] ? keys[i] : NULL);
        assert_int_equal(map.count, count);
    }
    for (int i = 0; i < KEYS; i++)
        assert_ptr_equal(strmap_get(&map, keys[i]), there[i] ? keys[i] : NULL);
    strmap_finish(&map);
}

static void ids_are_remembered_and_forgotten(void **state)
{
    struct recent recent = {0};
    char id[16];
    enum { COUNT = RECENT_MAX * 3 };
    (void)state;
    assert_int_equal(recent_get(&recent, 5, "ann", "0"), 0);
    for (uint64_t i = 1; i <= COUNT; i++) {
        str_format(id, sizeof id, "%d", (int)i);
        recent_put(&recent, 5, "ann", id, i);
        assert_int_equal(recent_get(&recent, 5, "ann", id), i);
    }
    for (uint64_t i = 1; i <= COUNT; i++) {
        str_format(id, sizeof id, "%d", (int)i);
        assert_int_equal(recent_get(&recent, 5, "ann", id), i > COUNT - RECENT_MAX ? i : 0);
        assert_int_equal(recent_get(&recent, 5, "bob", id), 0);
    }
    /* an id twice: the newer counts, also when the older is forgotten */
    recent_put(&recent, 5, "bob", "twice", 100001);
    for (uint64_t i = 0; i < RECENT_MAX / 2; i++) {
        str_format(id, sizeof id, "x%d", (int)i);
        recent_put(&recent, 5, "ann", id, 200000 + i);
    }
    recent_put(&recent, 5, "bob", "twice", 300000);
    for (uint64_t i = 0; i < RECENT_MAX / 2 + 10; i++) {
        str_format(id, sizeof id, "y%d", (int)i);
        recent_put(&recent, 5, "ann", id, 400000 + i);
    }
    assert_int_equal(recent_get(&recent, 5, "bob", "twice"), 300000);
    recent_finish(&recent);
}

/* roster */

static struct roster *open_roster(void)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    assert_true(path_join(path, folder, "people"));
    struct roster *roster = roster_open(path, SYNC_OS, disk, &err);
    if (roster == NULL)
        fail_msg("%s", err.text);
    return roster;
}

static void names_belong_to_secrets(void **state)
{
    enum msg_error_code code = CODE_COUNT;
    (void)state;
    struct roster *roster = open_roster();
    struct person *ann = roster_admit(roster, "the secret of ann", "Ann", 1, &code);
    assert_non_null(ann);
    assert_string_equal(ann->name, "Ann");
    assert_int_equal(strlen(ann->uid), UID_DIGITS);
    assert_ptr_equal(roster_admit(roster, "the secret of ann", "Ann", 2, &code), ann);
    assert_null(roster_admit(roster, "the secret of bob", "ANN", 3, &code));
    assert_int_equal(code, CODE_NAME_TAKEN);
    struct person *bob = roster_admit(roster, "the secret of bob", "Bob", 4, &code);
    assert_non_null(bob);
    assert_null(roster_admit(roster, "the secret of ann", "bob", 5, &code));
    assert_string_equal(ann->name, "Ann"); /* what was refused changed nothing */
    assert_ptr_equal(roster_admit(roster, "the secret of ann", "Anna", 6, &code), ann);
    assert_ptr_equal(roster_admit(roster, "the secret of ann", "ANNA", 7, &code), ann);
    struct person *other = roster_admit(roster, "another secret of an Ann", "ann", 8, &code);
    assert_non_null(other); /* the name was free again */
    char uid[UID_DIGITS + 1];
    str_copy(uid, sizeof uid, ann->uid);
    roster_close(roster);

    roster = open_roster(); /* all of it is known after a restart */
    ann = roster_find(roster, uid);
    assert_non_null(ann);
    assert_string_equal(ann->name, "ANNA");
    assert_null(roster_admit(roster, "a fourth secret here", "Bob", 9, &code));
    assert_null(roster_admit(roster, "a fourth secret here", "Ann", 9, &code));
    assert_null(roster_admit(roster, "a fourth secret here", "anna", 9, &code));
    assert_int_equal(roomlog_last_seq(roster_log(roster)), 5); /* only changes are written */
    assert_null(roster_find(roster, "0000000000000000"));
    roster_close(roster);
}

static void secrets_are_not_written_down(void **state)
{
    char path[OS_PATH_MAX];
    enum msg_error_code code;
    size_t size;
    (void)state;
    struct roster *roster = open_roster();
    assert_non_null(roster_admit(roster, "unmistakable secret", "Ann", 1, &code));
    roster_close(roster);
    str_format(path, sizeof path, "%s/people/000001.seg", folder);
    char *bytes = file_load(path, 1 << 16, &size, NULL);
    assert_non_null(bytes);
    assert_true(size > 50);
    assert_null(strstr(bytes + 8, "unmistakable"));
    mem_free(bytes);
}

/* blobs */

static struct err checked;
static int checked_count;

static void on_checked(struct blob *blob, const struct err *err)
{
    checked = *err;
    checked_count++;
    if (err->kind != ERR_NONE)
        blob_fail(blob);
}

static struct blob_store *open_store(void)
{
    struct err err = {0};
    struct blob_store *store = blob_store_open(folder, true, disk, on_checked, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    checked_count = 0;
    return store;
}

/* `size` bytes from a seed, in odd pieces; what an upload does. */
static void feed(struct blob *blob, const uint8_t *bytes, size_t size)
{
    struct err err = {0};
    while (blob->have < size) {
        size_t piece = size - (size_t)blob->have < 100003 ? size - (size_t)blob->have : 100003;
        if (!blob_append(blob, bytes + blob->have, piece, &err))
            fail_msg("%s", err.text);
    }
}

static uint8_t *noise(size_t size)
{
    uint8_t *bytes = mem_alloc(size, 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 7 ^ i);
    return bytes;
}

static bool is_there(const char *sub, const char *name)
{
    char path[OS_PATH_MAX];
    str_format(path, sizeof path, "%s/%s/%s", folder, sub, name);
    return file_info(path).exists;
}

static void check_content(struct blob *blob, const uint8_t *bytes, size_t size)
{
    struct err err = {0};
    uint8_t *got = mem_alloc(size + 1, 1);
    assert_true(blob_use(blob, &err));
    assert_true(file_read_at(blob->file, 0, got, size, &err));
    assert_memory_equal(got, bytes, size);
    blob_release(blob);
    mem_free(got);
}

static void a_file_grows_and_is_checked(void **state)
{
    enum { SIZE = 20000000 }; /* several hash jobs */
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    uint8_t *bytes = noise(SIZE);
    (void)state;
    sha256_hex(bytes, SIZE, sha256);
    struct blob_store *store = open_store();
    struct blob *blob = blob_create(store, "", SIZE);
    assert_ptr_equal(blob_find(store, blob->id), blob);
    assert_true(blob_begin(blob, NULL, &err) && blob_use(blob, &err));
    feed(blob, bytes, SIZE / 2);
    check_content(blob, bytes, SIZE / 2); /* readable while it grows */
    feed(blob, bytes, SIZE);
    blob_finish(blob, sha256);
    disk_drain(disk);
    assert_int_equal(checked_count, 1);
    assert_int_equal(checked.kind, ERR_NONE);
    assert_int_equal(blob->state, BLOB_DONE);
    blob_release(blob);
    assert_true(is_there("blobs", sha256) && !is_there("incoming", blob->id));
    check_content(blob, bytes, SIZE);

    /* the same content again, announced: nothing to send */
    struct blob *same = blob_create(store, "", SIZE);
    assert_true(blob_begin(same, sha256, &err));
    assert_true(same->linked);
    assert_int_equal(same->have, SIZE);
    check_content(same, bytes, SIZE);
    blob_finish(same, sha256);
    disk_drain(disk);
    assert_int_equal(same->state, BLOB_DONE);
    /* ... and announced with a size that is not its own */
    struct blob *liar = blob_create(store, "", SIZE + 1);
    assert_true(blob_begin(liar, sha256, &err));
    assert_false(liar->linked);
    assert_int_equal(liar->have, 0);
    size_t growing;
    blob_growing(store, &growing);
    assert_int_equal(growing, 1);
    blob_store_close(store);
    mem_free(bytes);
}

static void wrong_bytes_are_not_kept(void **state)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    (void)state;
    sha256_hex("other bytes", 11, sha256);
    struct blob_store *store = open_store();
    struct blob *blob = blob_create(store, "00112233445566aa", 5);
    assert_true(blob_begin(blob, NULL, &err) && blob_use(blob, &err));
    feed(blob, (const uint8_t *)"bytes", 5);
    blob_finish(blob, sha256);
    disk_drain(disk);
    assert_int_equal(checked.kind, ERR_HASH);
    assert_int_equal(blob->state, BLOB_FAILED);
    blob_release(blob);
    assert_false(blob_use(blob, &err));
    assert_false(is_there("incoming", "00112233445566aa"));
    assert_false(is_there("blobs", sha256));
    blob_store_close(store);
}

static void a_part_goes_on_after_a_restart(void **state)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    const uint8_t *bytes = (const uint8_t *)"the first half, the second half";
    size_t size = strlen((const char *)bytes);
    (void)state;
    sha256_hex(bytes, size, sha256);
    struct blob_store *store = open_store();
    struct blob *blob = blob_create(store, "00112233445566bb", size);
    assert_true(blob_begin(blob, NULL, &err) && blob_use(blob, &err));
    feed(blob, bytes, 15);
    blob_release(blob);
    blob_store_close(store);

    store = open_store();
    blob = blob_create(store, "00112233445566bb", size);
    assert_true(blob_begin(blob, NULL, &err) && blob_use(blob, &err));
    assert_int_equal(blob->have, 15);
    blob_store_sweep(store); /* it is not one of those that nobody knows */
    assert_true(is_there("incoming", "00112233445566bb"));
    feed(blob, bytes, size);
    blob_finish(blob, sha256);
    disk_drain(disk);
    assert_int_equal(blob->state, BLOB_DONE);
    blob_release(blob);
    blob_store_close(store);

    /* a part that nobody knows goes; one that is longer than its file is refused */
    char path[OS_PATH_MAX];
    str_format(path, sizeof path, "%s/incoming/00112233445566cc", folder);
    assert_true(file_save(path, "too long", 8, &err));
    store = open_store();
    blob = blob_create(store, "00112233445566cc", 7);
    assert_false(blob_begin(blob, NULL, &err));
    blob_discard(blob);
    assert_true(file_save(path, "unknown", 7, &err));
    blob_store_sweep(store);
    assert_false(is_there("incoming", "00112233445566cc"));
    blob_store_close(store);
}

static void nothing_is_a_file_too(void **state)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    (void)state;
    sha256_hex("", 0, sha256);
    struct blob_store *store = open_store();
    struct blob *blob = blob_create(store, "", 0);
    assert_true(blob_begin(blob, NULL, &err));
    blob_finish(blob, sha256);
    disk_drain(disk);
    assert_int_equal(blob->state, BLOB_DONE);
    assert_true(is_there("blobs", sha256));
    blob_store_close(store);
}

static void offsets_have_64_bits(void **state)
{
    const uint64_t far = UINT64_C(5) << 30;
    struct err err = {0};
    char path[OS_PATH_MAX], got[8] = "";
    (void)state;
    struct blob_store *store = open_store();
    str_format(path, sizeof path, "%s/incoming/00112233445566dd", folder);
    os_file part = file_open(path, FILE_WRITE_NEW, &err);
    assert_true(file_truncate(part, far, &err)); /* sparse */
    file_close(part);
    struct blob *blob = blob_create(store, "00112233445566dd", far + 7);
    assert_true(blob_begin(blob, NULL, &err));
    assert_true(blob->have == far);
    /* hashing five gigabytes is for the scene in server_files.py */
    blob->hashed = blob->synced = far;
    assert_true(blob_use(blob, &err));
    assert_true(blob_append(blob, "the end", 7, &err));
    assert_true(file_read_at(blob->file, far, got, 7, &err));
    assert_string_equal(got, "the end");
    assert_true(blob->have == far + 7);
    blob_release(blob);
    blob_store_close(store);
}

/* the helper thread */

struct note {
    struct disk_job job;
    char letter;
};
static char written[16];

static void run_nothing(struct disk_job *job)
{
    (void)job;
}

static void note_done(struct disk_job *job)
{
    size_t size = strlen(written);
    written[size] = ((struct note *)job)->letter;
    if (((struct note *)job)->letter == 'a') { /* done may submit again */
        ((struct note *)job)->letter = 'z';
        disk_submit(disk, job);
    }
}

static void jobs_come_back(void **state)
{
    struct note notes[3] = {{.letter = 'a'}, {.letter = 'b'}, {.letter = 'c'}};
    (void)state;
    memset(written, 0, sizeof written);
    for (int i = 0; i < 3; i++) {
        notes[i].job.run = run_nothing;
        notes[i].job.done = note_done;
        notes[i].job.urgent = i == 1;
        disk_submit(disk, &notes[i].job);
        assert_true(notes[i].job.out);
    }
    disk_drain(disk);
    assert_int_equal(strlen(written), 4);
    for (int i = 0; i < 3; i++)
        assert_false(notes[i].job.out);
    assert_non_null(strchr(written, 'z'));
    assert_true(strchr(written, 'a') < strchr(written, 'c')); /* in turn among their kind */
}

/* the command line */

static struct options o;

/* What is in o stays there until the next. */
static bool parse(const char *line)
{
    static char words[512];
    char *argv[16] = {"confab-server"};
    int argc = 1;
    struct err err = {0};
    str_copy(words, sizeof words, line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    options_finish(&o);
    bool ok = options_load(argc, argv, &o, NULL, &err);
    assert_int_equal(ok, err.kind == ERR_NONE);
    return ok;
}

static void options_say_what_is_wanted(void **state)
{
    (void)state;
    assert_true(parse(""));
    assert_null(o.config.host);
    assert_int_equal(o.config.port, 5050);
    assert_true(o.config.beacon && !o.config.quiet && o.config.sync == SYNC_ALWAYS);
    assert_true(parse("::1 0 --data d --name n --max-clients 2000 --max-upload 2G --quiet"));
    assert_string_equal(o.config.host, "::1");
    assert_int_equal(o.config.port, 0);
    assert_string_equal(o.config.data_dir, "d");
    assert_string_equal(o.config.name, "n");
    assert_int_equal(o.config.max_clients, 2000);
    assert_true(o.config.max_upload == UINT64_C(2) << 30 && o.config.quiet);
    assert_true(parse("--sync=second --no-beacon --beacon-port=7 --log-level debug 1.2.3.4"));
    assert_true(o.config.sync == SYNC_SECOND && !o.config.beacon && o.level == LOG_DEBUG);
    assert_int_equal(o.config.beacon_port, 7);
    assert_string_equal(o.config.host, "1.2.3.4");
    assert_true(parse("--max-upload 500k") && o.config.max_upload == 500 << 10);
    assert_true(parse("--max-upload 7") && o.config.max_upload == 7);
    assert_true(parse("") && o.config.rate == 3 && o.config.bots.count == 0);
    assert_true(parse("--rate 7 --bot a --bot b") && o.config.rate == 7);
    assert_int_equal(o.config.bots.count, 2);
    assert_string_equal(o.config.bots.names[1], "b");
    assert_true(parse("--rate 0") && o.config.rate == 0);
    assert_true(parse("--help") && o.help && parse("--version") && o.version);
    assert_true(parse("--address 1.2.3.4 --port=9 --quiet=no --no-beacon=no"));
    assert_string_equal(o.config.host, "1.2.3.4");
    assert_true(o.config.port == 9 && !o.config.quiet && o.config.beacon);
    options_finish(&o);
}

static void options_that_do_not_fit(void **state)
{
    static const char *const lines[] = {
        "a 1 c",
        "a 65536",
        "a -1",
        "--data",
        "--data --quiet",
        "--max-clients 0",
        "--max-clients x",
        "--max-clients 100001",
        "--max-upload 0",
        "--max-upload G",
        "--max-upload 9000T",
        "--max-upload 1.5G",
        "--rate -1",
        "--rate 1000001",
        "--bot=",
        "--sync never",
        "--log-level loud",
        "--beacon-port 0",
        "--beacon-port 65536",
        "--no-such-thing",
        "--quiet=perhaps",
        "--config",
        "--config /nowhere/at/all",
        "--name=",
        "--max-upload 99999999999999999999",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (parse(lines[i]))
            fail_msg("«%s» was taken", lines[i]);
    }
    options_finish(&o);
}

/* The file with that text, the line after it; problems go into `said`. */
static bool load(const char *text, const char *more, char *said, size_t room)
{
    char path[OS_PATH_MAX], line[512] = "";
    char *argv[] = {"confab-server", line, (char *)more};
    struct err err = {0};
    FILE *problems = tmpfile();
    assert_non_null(problems);
    assert_true(path_join(path, folder, "server.conf"));
    assert_true(file_save(path, text, strlen(text), NULL));
    assert_true(str_format(line, sizeof line, "--config=%s", path));
    options_finish(&o);
    bool ok = options_load(more != NULL ? 3 : 2, argv, &o, problems, &err);
    assert_int_equal(ok, err.kind == ERR_NONE);
    rewind(problems);
    said[fread(said, 1, room - 1, problems)] = '\0';
    fclose(problems);
    return ok;
}

static void a_file_says_what_is_wanted(void **state)
{
    char said[1024];
    (void)state;
    assert_true(load("# ours\n\n  max-clients = 20\r\nname=The #1 = best \n\tquiet = yes\n"
                     "max-upload = 1G\nno-beacon = yes\nport = 7\naddress = ::1\nsync = os",
                     "--max-upload=5", said, sizeof said));
    assert_string_equal(said, "");
    assert_int_equal(o.config.max_clients, 20);
    assert_string_equal(o.config.name, "The #1 = best");
    assert_string_equal(o.config.host, "::1");
    assert_true(o.config.quiet && !o.config.beacon && o.config.sync == SYNC_OS);
    assert_true(o.config.port == 7 && o.config.max_upload == 5); /* the command line wins */
    assert_true(load("", NULL, said, sizeof said) && o.config.port == 5050);
    options_finish(&o);
}

static void a_file_that_does_not_fit(void **state)
{
    char said[2048];
    unsigned lines = 0;
    (void)state;
    assert_false(load("max-clients = many\nfoo = 1\nquiet = yes\nquiet = no\nhelp = yes\nwhat\n"
                      "sync = never\nname = a\tb\ndata =\nport = 70000\n# fine",
                      NULL, said, sizeof said));
    for (const char *at = said; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 9);
    assert_non_null(strstr(said, "server.conf, line 1: max-clients cannot be \"many\": use a "
                                 "number from 1 to 100000."));
    assert_non_null(strstr(said, "line 2: There is no option \"foo\""));
    assert_non_null(strstr(said, "line 4: quiet was set in line 3 already."));
    assert_non_null(strstr(said, "line 5: help is for the command line only."));
    assert_non_null(strstr(said, "line 6: \"what\" is not of the form name = value."));
    assert_non_null(strstr(said, "line 7: sync cannot be \"never\": use always, second or os."));
    assert_non_null(strstr(said, "line 10: port"));
    options_finish(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_under_random_changes),
        cmocka_unit_test(ids_are_remembered_and_forgotten),
        cmocka_unit_test_setup_teardown(names_belong_to_secrets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_are_not_written_down, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_grows_and_is_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_bytes_are_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_part_goes_on_after_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_a_file_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(offsets_have_64_bits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(jobs_come_back, set_up, tear_down),
        cmocka_unit_test(options_say_what_is_wanted),
        cmocka_unit_test(options_that_do_not_fit),
        cmocka_unit_test_setup_teardown(a_file_says_what_is_wanted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_does_not_fit, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
