#include "server/password.h"

#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/wire/limits.h"
#include "server/disk.h"

/* 16 MiB and about a fifth of a second for each guess. Source: OWASP's Password Storage Cheat
 * Sheet, scrypt, the row with the memory that a small server has. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 5
/* What a file may ask for: 128 * N * R bytes are needed. */
#define SCRYPT_N_MAX 1048576
#define SCRYPT_R_MAX 8
#define SCRYPT_P_MAX 16

#define SALT_SIZE 16
#define HASH_SIZE 32
#define KEY_SIZE 32
#define FILE_SIZE_MAX 1024
#define FILE_NAME "password"

struct stored { /* as in the file */
    uint32_t n, r, p;
    uint8_t salt[SALT_SIZE], hash[HASH_SIZE];
};

struct check {
    struct disk_job job; /* first */
    struct stored stored;
    char text[PASSWORD_MAX + 1];
    bool right, failed;
    void (*done)(void *context, bool right);
    void *context; /* NULL: forgotten */
    struct password *password;
};

struct password {
    bool needed;
    bool known; /* `quick` is its hash */
    uint8_t key[KEY_SIZE];
    char quick[SHA256_HEX_SIZE];
    struct stored stored;
    struct disk *thread; /* NULL until needed */
    struct wake *wake;
    struct check check;
};

/* The file: "scrypt N R P salt hash", numbers in decimal, bytes in hex. */

static bool path_of(const char *folder, char path[OS_PATH_MAX], struct err *err)
{
    return path_join(path, folder, FILE_NAME) ||
           err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
}

static bool derive(const struct stored *stored, const char *text, uint8_t hash[HASH_SIZE])
{
    return scrypt_derive(text, stored->salt, SALT_SIZE, stored->n, stored->r, stored->p, hash,
                         HASH_SIZE);
}

bool password_save(const char *folder, const char *text, struct err *err)
{
    char path[OS_PATH_MAX], line[FILE_SIZE_MAX];
    char salt[2 * SALT_SIZE + 1], hash[2 * HASH_SIZE + 1];
    struct stored stored = {.n = SCRYPT_N, .r = SCRYPT_R, .p = SCRYPT_P};
    if (!path_of(folder, path, err) || !file_make_folder(folder, err))
        return false;
    if (text[0] == '\0')
        return file_remove(path, err);
    random_fill(stored.salt, SALT_SIZE);
    if (!derive(&stored, text, stored.hash))
        return err_set(err, ERR_FULL, "There is not enough memory to hash the password.");
    str_hex(stored.salt, SALT_SIZE, salt);
    str_hex(stored.hash, HASH_SIZE, hash);
    str_format(line, sizeof line, "scrypt %u %u %u %s %s\n", stored.n, stored.r, stored.p, salt,
               hash);
    return file_save(path, line, strlen(line), err);
}

/* Ends the word that `*text` begins with, and moves `*text` to the one after it. */
static char *take_word(char **text)
{
    char *word = *text, *end = word + strcspn(word, " \n");
    *text = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

static bool take_cost(char **text, uint32_t least, uint32_t most, uint32_t *cost)
{
    uint64_t value;
    if (!str_to_u64(take_word(text), most, &value) || value < least)
        return false;
    *cost = (uint32_t)value;
    return true;
}

/* Cuts `text` into its words. */
static bool parse(char *text, struct stored *stored)
{
    return strcmp(take_word(&text), "scrypt") == 0 &&
           take_cost(&text, 2, SCRYPT_N_MAX, &stored->n) && (stored->n & (stored->n - 1)) == 0 &&
           take_cost(&text, 1, SCRYPT_R_MAX, &stored->r) &&
           take_cost(&text, 1, SCRYPT_P_MAX, &stored->p) &&
           str_unhex(take_word(&text), stored->salt, SALT_SIZE) &&
           str_unhex(take_word(&text), stored->hash, HASH_SIZE);
}

static void quick_hash(const struct password *password, const char *text, char out[SHA256_HEX_SIZE])
{
    struct sha256 *sha = sha256_create();
    sha256_append(sha, password->key, KEY_SIZE);
    sha256_append(sha, text, strlen(text));
    sha256_peek(sha, out);
    sha256_destroy(sha);
}

static void know(struct password *password, const char *text)
{
    quick_hash(password, text, password->quick);
    password->known = true;
}

/* The first line of whoever's file. */
static bool take_file(struct password *password, const char *path, struct err *err)
{
    size_t size;
    char *text = file_load(path, FILE_SIZE_MAX, &size, err);
    if (text == NULL)
        return false;
    text[strcspn(text, "\r\n")] = '\0';
    size_t length = strlen(text);
    bool fits = length > 0 && length <= PASSWORD_MAX;
    if (fits)
        know(password, text);
    password->needed = true;
    secret_wipe(text, size);
    mem_free(text);
    return fits ||
           err_set(err, ERR_FORMAT, "The first line of %s should be a password of 1 to %d bytes.",
                   path, PASSWORD_MAX);
}

static bool take_folder(struct password *password, const char *folder, struct err *err)
{
    char path[OS_PATH_MAX];
    size_t size;
    if (!path_of(folder, path, err))
        return false;
    if (!file_info(path).exists)
        return true;
    char *text = file_load(path, FILE_SIZE_MAX, &size, err);
    if (text == NULL)
        return false;
    bool ok = parse(text, &password->stored);
    mem_free(text);
    password->needed = true;
    return ok || err_set(err, ERR_FORMAT,
                         "%s is damaged. Set the password again with --set-password.", path);
}

struct password *password_open(const char *folder, const char *file, struct wake *wake,
                               struct err *err)
{
    struct password *password = mem_alloc(1, sizeof *password);
    password->wake = wake;
    random_fill(password->key, KEY_SIZE);
    if (file != NULL ? take_file(password, file, err) : take_folder(password, folder, err))
        return password;
    password_close(password);
    return NULL;
}

void password_close(struct password *password)
{
    if (password == NULL)
        return;
    password->check.context = NULL;
    disk_destroy(password->thread);
    secret_wipe(password, sizeof *password);
    mem_free(password);
}

bool password_is_needed(const struct password *password)
{
    return password->needed;
}

/* Checking */

enum password_answer password_try(struct password *password, const char *text)
{
    char quick[SHA256_HEX_SIZE];
    if (!password->known)
        return PASSWORD_LATER;
    quick_hash(password, text, quick);
    return secret_equal(quick, password->quick, sizeof quick) ? PASSWORD_RIGHT : PASSWORD_WRONG;
}

static void run(struct disk_job *job)
{
    struct check *check = (struct check *)job;
    uint8_t hash[HASH_SIZE];
    check->failed = !derive(&check->stored, check->text, hash);
    check->right = !check->failed && secret_equal(hash, check->stored.hash, HASH_SIZE);
}

static void on_done(struct disk_job *job)
{
    struct check *check = (struct check *)job;
    void *context = check->context;
    if (check->failed)
        log_error("a password could not be checked: there is not enough memory");
    if (check->right)
        know(check->password, check->text);
    secret_wipe(check->text, sizeof check->text);
    check->context = NULL;
    if (context != NULL)
        check->done(context, check->right);
}

bool password_check(struct password *password, const char *text,
                    void (*done)(void *context, bool right), void *context)
{
    struct check *check = &password->check;
    struct err err = {0};
    if (check->job.out)
        return false;
    if (password->thread == NULL)
        password->thread = disk_create(password->wake, &err);
    if (password->thread == NULL) {
        log_error("a password could not be checked: %s", err.text);
        return false;
    }
    check->job.run = run;
    check->job.done = on_done;
    check->stored = password->stored;
    check->password = password;
    check->done = done;
    check->context = context;
    str_copy(check->text, sizeof check->text, text);
    disk_submit(password->thread, &check->job);
    return true;
}

void password_forget(struct password *password, const void *context)
{
    if (password->check.context == context)
        password->check.context = NULL;
}

bool password_is_checking(const struct password *password, const void *context)
{
    return password->check.job.out && password->check.context == context;
}

void password_collect(struct password *password)
{
    if (password->thread != NULL)
        disk_collect(password->thread);
}
