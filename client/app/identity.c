#include "client/app/identity.h"

#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#define FILE_NAME_DIGITS 32
#define FILE_CAP 1024

static bool find_file(const char *name, char *path, struct err *err)
{
    char base[OS_PATH_MAX], folder[OS_PATH_MAX], folded[NAME_FOLD_SIZE], digest[SHA256_HEX_SIZE];
    dirs_config(base);
    name_fold(name, folded);
    sha256_hex(folded, strlen(folded), digest);
    digest[FILE_NAME_DIGITS] = '\0';
    if (!path_join(folder, base, "identities") || !path_join(path, folder, digest))
        return err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", base);
    return file_make_folder(folder, err);
}

/* "secret 0123...\nname Ann\n" */
static bool load(const char *path, char secret[IDENTITY_SECRET_SIZE], struct err *err)
{
    static const char head[] = "secret ";
    size_t size = 0;
    uint8_t bytes[IDENTITY_SECRET_DIGITS / 2];
    char *text = file_load(path, FILE_CAP, &size, err);
    if (text == NULL)
        return false;
    bool ok = size > sizeof head + IDENTITY_SECRET_DIGITS && str_starts(text, head) &&
              text[sizeof head - 1 + IDENTITY_SECRET_DIGITS] == '\n';
    if (ok) {
        memcpy(secret, text + sizeof head - 1, IDENTITY_SECRET_DIGITS);
        secret[IDENTITY_SECRET_DIGITS] = '\0';
        ok = str_unhex(secret, bytes, sizeof bytes);
    }
    mem_free(text);
    if (!ok)
        return err_set(err, ERR_FORMAT,
                       "The file %s, which holds who you are, is damaged. Remove it to begin anew "
                       "under another name.",
                       path);
    return true;
}

/* Write it whole beside its place, then give it its name unless somebody was first. */
static bool make(const char *path, const char *name, const char *secret, struct err *err)
{
    char beside[OS_PATH_MAX], digits[17], text[FILE_CAP];
    struct err why = {0};
    random_hex(8, digits);
    str_format(text, sizeof text, "secret %s\nname %s\n", secret, name);
    if (!str_format(beside, sizeof beside, "%s.%s", path, digits))
        return err_set(err, ERR_LIMIT, "The path %s is too long.", path);
    if (!file_save(beside, text, strlen(text), err))
        return false;
    if (file_rename_new(beside, path, &why))
        return true;
    file_remove(beside, NULL);
    if (why.kind == ERR_EXISTS)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

bool identity_secret(const char *name, char secret[IDENTITY_SECRET_SIZE], struct err *err)
{
    char path[OS_PATH_MAX], fresh[IDENTITY_SECRET_SIZE];
    if (!find_file(name, path, err))
        return false;
    random_hex(IDENTITY_SECRET_DIGITS / 2, fresh);
    if (!file_info(path).exists && !make(path, name, fresh, err))
        return false;
    return load(path, secret, err);
}

bool identity_share(const char *name, const char *secret, bool *born, struct err *err)
{
    char path[OS_PATH_MAX], there[IDENTITY_SECRET_SIZE];
    *born = false;
    if (!find_file(name, path, err))
        return false;
    if (!file_info(path).exists) {
        if (!make(path, name, secret, err))
            return false;
        *born = true;
    }
    if (!load(path, there, err))
        return false;
    if (strcmp(there, secret) == 0)
        return true;
    return err_set(err, ERR_EXISTS,
                   "On this computer %s is somebody else. Leave the chat and join it as %s.", name,
                   name);
}

void identity_forget(const char *name)
{
    char path[OS_PATH_MAX];
    if (find_file(name, path, NULL))
        file_remove(path, NULL);
}

void identity_uid(const char *secret, char uid[UID_DIGITS + 1])
{
    char digest[SHA256_HEX_SIZE];
    sha256_hex(secret, strlen(secret), digest);
    memcpy(uid, digest, UID_DIGITS);
    uid[UID_DIGITS] = '\0';
}
