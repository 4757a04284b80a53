/* The small parts of the client, each against its header: settings, identities, addresses, outbox,
 * cache. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <utime.h>

#include "client/app/address.h"
#include "client/app/identity.h"
#include "client/app/kind.h"
#include "client/app/outbox.h"
#include "client/app/settings.h"
#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/thread.h"
#include "tests/fakes/scene.h"

static struct scene scene; /* for its folder, and the homes in it */

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static void in_folder(const char *name, char *out)
{
    assert_true(path_join(out, scene.folder, name));
}

static char *load(const char *path)
{
    size_t size;
    struct err err = {0};
    char *text = file_load(path, 1 << 20, &size, &err);
    if (text == NULL)
        fail_msg("%s", err.text);
    return text;
}

static void expect_file(const char *path, const char *expected)
{
    char *text = load(path);
    assert_string_equal(text, expected);
    mem_free(text);
}

/* Settings */

static void test_settings_keep_what_they_do_not_know(void **state)
{
    (void)state;
    static const char text[] = "# mine\nname = Ann\n\nfuture.thing=  a = b  \nnonsense\n";
    char path[OS_PATH_MAX];
    in_folder("settings", path);
    assert_true(file_save(path, text, sizeof text - 1, NULL));
    struct settings *settings = settings_create(path);
    assert_string_equal(settings_get(settings, "name"), "Ann");
    assert_string_equal(settings_get(settings, "future.thing"), "a = b");
    assert_null(settings_get(settings, "nonsense"));
    assert_null(settings_get(settings, "# mine"));
    settings_set(settings, "name", "Bob\nevil = yes");
    assert_string_equal(settings_get(settings, "name"), "Bob evil = yes");
    settings_set(settings, "theme", "dark");
    expect_file(path, "# mine\nname = Bob evil = yes\n\nfuture.thing = a = b\nnonsense\n"
                      "theme = dark\n");
    settings_set(settings, "name", NULL);
    settings_set(settings, "not.there", NULL);
    settings_destroy(settings);
    settings = settings_create(path);
    assert_null(settings_get(settings, "name"));
    assert_null(settings_get(settings, "evil"));
    assert_string_equal(settings_get(settings, "theme"), "dark");
    settings_destroy(settings);
}

static void test_settings_of_two_programs(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    in_folder("settings", path);
    struct settings *one = settings_create(path), *two = settings_create(path);
    settings_set(one, "theme", "dark");
    settings_set(two, "name", "Ann");
    settings_set(one, "window.width", "800");
    expect_file(path, "theme = dark\nname = Ann\nwindow.width = 800\n");
    assert_string_equal(settings_get(one, "name"), "Ann");
    settings_destroy(one);
    settings_destroy(two);
}

static void test_settings_limits(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    in_folder("settings", path);
    struct settings *settings = settings_create(path);
    char *value = mem_alloc(SETTINGS_LINE_MAX + 2, 1);
    memset(value, 'v', SETTINGS_LINE_MAX + 1);
    settings_set(settings, "long", value); /* cut, not refused: nothing hangs on it */
    assert_int_equal(strlen(settings_get(settings, "long")), SETTINGS_LINE_MAX - 1);
    settings_destroy(settings);
    mem_free(value);
    /* A file past the limit is not ours: it is not read, and not shortened by our writing. */
    char *huge = mem_alloc(SETTINGS_FILE_MAX + 2, 1);
    memset(huge, '#', SETTINGS_FILE_MAX + 1);
    assert_true(file_save(path, huge, SETTINGS_FILE_MAX + 1, NULL));
    settings = settings_create(path);
    assert_null(settings_get(settings, "long"));
    settings_set(settings, "theme", "dark");
    assert_string_equal(settings_get(settings, "theme"), "dark");
    assert_int_equal(file_info(path).size, SETTINGS_FILE_MAX + 1);
    settings_destroy(settings);
    mem_free(huge);
}

static void test_settings_in_memory(void **state)
{
    (void)state;
    struct settings *settings = settings_create(NULL);
    settings_set(settings, "name", "Ann");
    settings_set(settings, "name", "Bob");
    assert_string_equal(settings_get(settings, "name"), "Bob");
    settings_destroy(settings);
}

/* Identities */

static void test_identity(void **state)
{
    (void)state;
    char first[IDENTITY_SECRET_SIZE], again[IDENTITY_SECRET_SIZE], other[IDENTITY_SECRET_SIZE];
    char uid[UID_DIGITS + 1], folder[OS_PATH_MAX], base[OS_PATH_MAX], path[OS_PATH_MAX];
    char **names;
    size_t count;
    assert_true(identity_secret("Ann", first, NULL));
    assert_true(identity_secret("ANN", again, NULL)); /* equal when folded: one person */
    assert_true(identity_secret("Bob", other, NULL));
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_int_equal(strlen(first), IDENTITY_SECRET_DIGITS);
    identity_uid("0123456789abcdef", uid);
    assert_string_equal(uid, "9f9f5111f7b27a78"); /* printf 0123456789abcdef | sha256sum */
    dirs_config(base);
    assert_true(path_join(folder, base, "identities"));
    assert_true(file_list(folder, &names, &count, NULL));
    assert_int_equal(count, 2); /* nothing was left beside */
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        assert_true(path_join(path, folder, names[i]));
        assert_int_equal(stat(path, &info), 0);
#ifndef _WIN32 /* the person's folder has an access list instead */
        assert_int_equal(info.st_mode & 0777, 0600);
#endif
    }
    file_list_free(names, count);
}

static void test_identity_damaged(void **state)
{
    (void)state;
    char secret[IDENTITY_SECRET_SIZE], folder[OS_PATH_MAX], base[OS_PATH_MAX], path[OS_PATH_MAX];
    char **names;
    size_t count;
    static const char *const texts[] = {
        "", "secret 12\n", "nonsense",
        ("secret zz00000000000000000000000000000000000000000000000000"
         "0000000000\nname Ann\n")};
    assert_true(identity_secret("Ann", secret, NULL));
    dirs_config(base);
    assert_true(path_join(folder, base, "identities"));
    assert_true(file_list(folder, &names, &count, NULL));
    assert_true(path_join(path, folder, names[0]));
    file_list_free(names, count);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err err = {0};
        assert_true(file_save(path, texts[i], strlen(texts[i]), NULL));
        assert_false(identity_secret("Ann", secret, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
}

#define RACERS 8
struct racer {
    struct thread *thread;
    char secret[IDENTITY_SECRET_SIZE];
    bool ok;
};

static void race(void *arg)
{
    struct racer *racer = arg;
    racer->ok = identity_secret("Cat", racer->secret, NULL);
}

static void test_identity_of_many_at_once(void **state)
{
    (void)state;
    struct racer racers[RACERS] = {0};
    for (size_t i = 0; i < RACERS; i++)
        racers[i].thread = thread_start(race, &racers[i], NULL);
    for (size_t i = 0; i < RACERS; i++) {
        thread_join(racers[i].thread);
        assert_true(racers[i].ok);
        assert_string_equal(racers[i].secret, racers[0].secret);
    }
}

/* Addresses */

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
        const char *room;
    } good[] = {
        {"10.0.0.5", "10.0.0.5", WIRE_PORT, ""},
        {"  host.local \n", "host.local", WIRE_PORT, ""},
        {"10.0.0.5:6000", "10.0.0.5", 6000, ""},
        {"10.0.0.5  6000", "10.0.0.5", 6000, ""},
        {"host:65535", "host", 65535, ""},
        {"::1", "::1", WIRE_PORT, ""},
        {"fe80::1%eth0", "fe80::1%eth0", WIRE_PORT, ""},
        {"[::1]", "::1", WIRE_PORT, ""},
        {"[::1]:7", "::1", 7, ""},
        {"::1 7", "::1", 7, ""},
        {"confab://host:1/garden", "host", 1, "garden"},
        {"confab://[::1]/garden", "::1", WIRE_PORT, "garden"},
        {"confab://host", "host", WIRE_PORT, ""},
        {"confab://host/", "host", WIRE_PORT, ""},
        {"CONFAB://Host/Garden/", "Host", WIRE_PORT, "Garden"},
        {"confab://host/r%C3%A4ume%2b", "host", WIRE_PORT, "r\xc3\xa4ume+"},
        {"confab://host/r\xc3\xa4ume", "host", WIRE_PORT, "r\xc3\xa4ume"},
        {"confab://h%6Fst:7?name=x#top", "host", 7, ""},
        {"confab://host/garden?password=x", "host", WIRE_PORT, "garden"},
        {"confab://[fe80::1%25eth0]:7/garden", "fe80::1%eth0", 7, "garden"},
        {"confab://my-pc_2.local", "my-pc_2.local", WIRE_PORT, ""},
    };
    static const char *const bad[] = {
        "", "   ", ":5050", "host:", "host:0", "host:65536", "host:x", "host 1 2", "one two", "a/b",
        "me@host", "[::1", "[]:5", "[::1]5050", "confab://", "http://host/", "host:-1",
        "confab:///room", "[::1]:", "host:5050abc", "host: 50 50",
        /* links are of strangers */
        "confab://", "confab:///", "confab://me@host", "confab://me:secret@host/garden",
        "confab://host:0", "confab://host:99999", "confab://host%00.evil", "confab://host%0aevil",
        "confab://host\x1b[2J", "confab://ho st", "confab://host%20evil", "confab://host 5050",
        "confab://\xe2\x80\xaehost", "confab://h\xc3\xb6st", "confab://host%", "confab://host%4",
        "confab://host%zz", "confab://host/%zz", "confab://host/%00", "confab://host/a%0ab",
        "confab://host/a%2Fb", "confab://host/a/b", "confab://host/a%20b", "confab://host/%ff",
        "confab://host/a%E2%80%AEb", "confab://host/%C0%AF",
        "confab://host/@0123456789abcdef0123456789abcdef",
        "confab://host/%400123456789abcdef0123456789abcdef", "confab://host/..%2f..%2fetc",
        "confab://-host", "confab://host/ 5050", "confab://host/%20a", "confab://[::1",
        "confab://::1]", "confab://<script>", "confab://host/\xff"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct address address;
        struct err err = {0};
        if (!address_parse(good[i].text, &address, &err))
            fail_msg("\"%s\": %s", good[i].text, err.text);
        assert_string_equal(address.host, good[i].host);
        assert_int_equal(address.port, good[i].port);
        assert_string_equal(address.room, good[i].room);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct address address;
        struct err err = {0};
        if (address_parse(bad[i], &address, &err))
            fail_msg("\"%s\" was taken for %s port %u", bad[i], address.host, address.port);
        assert_int_equal(err.kind, ERR_ADDRESS);
    }
    char longest[600];
    struct address address;
    memset(longest, 'h', sizeof longest);
    longest[255] = '\0';
    assert_true(address_parse(longest, &address, NULL));
    longest[255] = 'h';
    longest[256] = '\0';
    assert_false(address_parse(longest, &address, NULL));
    memcpy(longest, "confab://h/", 11);
    longest[11 + NAME_CHARS_MAX] = '\0';
    assert_true(address_parse(longest, &address, NULL));
    assert_int_equal(strlen(address.room), NAME_CHARS_MAX);
    longest[11 + NAME_CHARS_MAX] = 'h';
    longest[11 + NAME_CHARS_MAX + 1] = '\0';
    assert_false(address_parse(longest, &address, NULL));
    memset(longest, 'h', sizeof longest);
    longest[599] = '\0';
    assert_false(address_parse(longest, &address, NULL));
}

static void test_kinds(void **state)
{
    (void)state;
    assert_string_equal(kind_of_label("a.JPG"), "image");
    assert_string_equal(kind_of_label("a.b.mkv"), "video");
    assert_string_equal(kind_of_label("song.ogg"), "audio");
    assert_string_equal(kind_of_label("paper.pdf"), "file");
    assert_string_equal(kind_of_label("jpg"), "file");
    assert_string_equal(kind_of_label("a."), "file");
    assert_string_equal(kind_of_label("a.jpgjpgjpgjpg"), "file");
}

/* The outbox */

static struct message *pending(struct room *room, enum message_kind kind, const char *id)
{
    struct message *message = message_create(kind);
    message->own = true;
    text_set(&message->id, id);
    return room_add_message(room, message);
}

static void relay(struct room *room, struct message *message, uint64_t seq)
{
    message->seq = seq;
    message->state = MESSAGE_RELAYED;
    room_settle_message(room, message);
}

static void remember(void *context, const struct outbox_item *item)
{
    strcat(context, item->message->id);
}

static void test_outbox(void **state)
{
    (void)state;
    struct model model;
    struct outbox outbox = {0};
    char ids[16] = "";
    model_init(&model);
    struct room *lobby = model_add_room(&model, "lobby"), *other = model_add_room(&model, "other");
    struct message *a = pending(lobby, MESSAGE_TEXT, "a"), *b = pending(lobby, MESSAGE_TEXT, "b");
    struct message *file = pending(lobby, MESSAGE_FILE, "f"),
                   *c = pending(other, MESSAGE_TEXT, "c");
    outbox_add(&outbox, lobby, a);
    outbox_add(&outbox, lobby, file);
    outbox_add(&outbox, lobby, b);
    outbox_add(&outbox, other, c);
    outbox_each(&outbox, remember, ids);
    assert_string_equal(ids, "abc"); /* in order; files are the net's */
    relay(lobby, a, 7);
    relay(lobby, file, 8);
    relay(lobby, b, 9);
    relay(other, c, 5);
    assert_null(outbox_on_stored(&outbox, lobby, 6)); /* not as far as that */
    assert_true(outbox_has(&outbox, a));
    assert_ptr_equal(outbox_on_stored(&outbox, lobby, 8), file);
    assert_false(outbox_has(&outbox, a));
    assert_true(outbox_has(&outbox, file)); /* the event is safe, the bytes are not all there */
    assert_true(outbox_has(&outbox, b));
    assert_int_equal(a->state, MESSAGE_STORED);
    assert_int_equal(b->state, MESSAGE_RELAYED);
    outbox_on_whole(&outbox, file);
    assert_false(outbox_has(&outbox, file));
    /* Whole first, stored later. */
    struct message *second = pending(lobby, MESSAGE_FILE, "g");
    outbox_add(&outbox, lobby, second);
    relay(lobby, second, 10);
    outbox_on_whole(&outbox, second);
    assert_true(outbox_has(&outbox, second));
    assert_ptr_equal(outbox_on_stored(&outbox, lobby, 100), second);
    assert_true(outbox_has(&outbox, c)); /* of another room */
    outbox_remove(&outbox, c);
    outbox_remove(&outbox, c);
    assert_true(outbox_is_empty(&outbox));
    outbox_add(&outbox, lobby, a); /* after it ran empty the end is right */
    outbox_add(&outbox, lobby, b);
    ids[0] = '\0';
    outbox_each(&outbox, remember, ids);
    assert_string_equal(ids, "ab");
    outbox_clear(&outbox);
    assert_true(outbox_is_empty(&outbox));
    model_finish(&model);
}

/* The cache, and names in the download folder */

static void put(const char *folder, const char *name, size_t size, time_t age_s)
{
    char path[OS_PATH_MAX];
    char *bytes = mem_alloc(size + 1, 1);
    assert_true(path_join(path, folder, name));
    assert_true(file_save(path, bytes, size, NULL));
    mem_free(bytes);
    struct utimbuf times = {.actime = time(NULL) - age_s, .modtime = time(NULL) - age_s};
    assert_int_equal(utime(path, &times), 0);
}

static bool has(const char *folder, const char *name)
{
    char path[OS_PATH_MAX];
    return path_join(path, folder, name) && file_info(path).exists;
}

static void test_cache_lets_go_of_the_oldest(void **state)
{
    (void)state;
    char folder[OS_PATH_MAX];
    cache_folder(folder);
    put(folder, "new", 1000, 10);
    put(folder, "old", 1000, 3000);
    put(folder, "middle", 1000, 200);
    put(folder, "fresh.part", 1000, 60);            /* another program's, perhaps */
    put(folder, "stale.part", 1000, 25 * 3600 + 1); /* nobody's any more */
    cache_trim(3000);
    assert_true(has(folder, "old"));
    assert_true(has(folder, "fresh.part"));
    assert_false(has(folder, "stale.part"));
    cache_trim(2999);
    assert_false(has(folder, "old"));
    assert_true(has(folder, "middle"));
    cache_trim(0);
    assert_false(has(folder, "middle"));
    assert_false(has(folder, "new"));
    assert_true(has(folder, "fresh.part"));
}

static void test_saving_never_overwrites(void **state)
{
    (void)state;
    char folder[OS_PATH_MAX], source[OS_PATH_MAX], out[OS_PATH_MAX];
    struct err err = {0};
    atomic_bool cancelled;
    atomic_init(&cancelled, false);
    in_folder("saved", folder);
    scene_make_file(&scene, "source", 600000, source);
    static const char *const expected[] = {"photo.jpg", "photo (1).jpg", "photo (2).jpg"};
    for (size_t i = 0; i < 3; i++) {
        if (!save_copy(source, folder, "photo.jpg", &cancelled, out, &err))
            fail_msg("%s", err.text);
        assert_string_equal(path_base(out), expected[i]);
        assert_int_equal(file_info(out).size, 600000);
    }
    assert_true(save_copy(source, folder, "../../evil", &cancelled, out, &err));
    assert_true(str_starts(out, folder));
    assert_string_equal(path_base(out), "evil");
    char label[LABEL_SIZE];
    memset(label, 'n', sizeof label);
    memcpy(label + LABEL_SIZE - 5, ".jpg", 5);
    assert_true(save_copy(source, folder, label, &cancelled, out, &err)); /* 255 bytes, as it is */
    assert_string_equal(path_base(out), label);
    atomic_store(&cancelled, true);
    assert_false(save_copy(source, folder, "no.jpg", &cancelled, out, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    in_folder("nothing", source);
    assert_false(save_copy(source, folder, "no.jpg", NULL, out, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    char **names;
    size_t count;
    assert_true(file_list(folder, &names, &count, NULL));
    assert_int_equal(count, 5); /* no part is left */
    file_list_free(names, count);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_settings_keep_what_they_do_not_know),
        CASE(test_settings_of_two_programs),
        CASE(test_settings_limits),
        CASE(test_settings_in_memory),
        CASE(test_identity),
        CASE(test_identity_damaged),
        CASE(test_identity_of_many_at_once),
        CASE(test_addresses),
        CASE(test_kinds),
        CASE(test_outbox),
        CASE(test_cache_lets_go_of_the_oldest),
        CASE(test_saving_never_overwrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
