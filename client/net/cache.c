#include "client/net/cache.h"

#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#define PART_KEPT_MS (INT64_C(24) * 3600 * 1000)
#define NUMBER_MAX_TRIED 10000 /* "photo (9999).jpg": then something is wrong */

void cache_folder(char *out)
{
    char base[OS_PATH_MAX];
    dirs_cache(base);
    if (!path_join(out, base, "files"))
        str_copy(out, OS_PATH_MAX, base);
    file_make_folder(out, NULL);
}

bool cache_find(const char *sha256, char *out)
{
    char folder[OS_PATH_MAX];
    cache_folder(folder);
    if (!path_join(out, folder, sha256))
        return false;
    struct file_info info = file_info(out);
    return info.exists && !info.is_folder;
}

void cache_trim(uint64_t cap)
{
    char folder[OS_PATH_MAX];
    cache_folder(folder);
    file_trim_folder(folder, cap, ".part", PART_KEPT_MS);
}

bool part_path(const char *folder, const char *label, char *out, struct err *err)
{
    /* The label is cut so that with what comes behind it is a name that file systems take. */
    char digits[17], stem[LABEL_SIZE - 24], name[LABEL_SIZE];
    random_hex(8, digits);
    str_copy(stem, sizeof stem, label);
    str_format(name, sizeof name, "%s.%s.part", stem, digits);
    if (!path_join(out, folder, name))
        return err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", folder);
    return true;
}

bool save_part(const char *part, const char *folder, const char *label, char *out, struct err *err)
{
    char clean[LABEL_SIZE], name[LABEL_SIZE];
    label_clean(label, clean);
    for (unsigned number = 0; number < NUMBER_MAX_TRIED; number++) {
        struct err why = {0};
        label_number(clean, number, name);
        if (!path_join(out, folder, name))
            return err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", folder);
        if (file_rename_new(part, out, &why))
            return true;
        if (why.kind != ERR_EXISTS) {
            if (err != NULL)
                *err = why;
            return false;
        }
    }
    return err_set(err, ERR_EXISTS, "There are too many files called %s in %s.", clean, folder);
}

#define COPY_SLICE 262144

static bool copy_bytes(os_file in, os_file out, const atomic_bool *cancelled, struct err *err)
{
    uint8_t *slice = mem_alloc(COPY_SLICE, 1);
    uint64_t at = 0;
    size_t got = 0;
    bool ok;
    while ((ok = file_read_some(in, at, slice, COPY_SLICE, &got, err)) && got > 0) {
        if (cancelled != NULL && atomic_load(cancelled)) {
            ok = err_set(err, ERR_CANCELLED, "You cancelled this.");
            break;
        }
        if (!(ok = file_write_at(out, at, slice, got, err)))
            break;
        at += got;
    }
    mem_free(slice);
    return ok;
}

bool save_copy(const char *from, const char *folder, const char *label,
               const atomic_bool *cancelled, char *out, struct err *err)
{
    char part[OS_PATH_MAX];
    bool ok = false;
    os_file target = OS_FILE_NONE;
    os_file source = file_open(from, FILE_READ, err);
    if (source == OS_FILE_NONE)
        return false;
    if (!file_make_folder(folder, err) || !part_path(folder, label, part, err))
        goto out;
    target = file_open(part, FILE_WRITE_NEW, err);
    if (target == OS_FILE_NONE)
        goto out;
    ok = copy_bytes(source, target, cancelled, err);
    file_close(target);
    ok = ok && save_part(part, folder, label, out, err);
    if (!ok)
        file_remove(part, NULL);
out:
    file_close(source);
    return ok;
}
