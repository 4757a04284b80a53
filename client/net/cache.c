#include "client/net/cache.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
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

struct cached {
    char path[OS_PATH_MAX];
    struct file_info info;
};

static int compare_age(const void *left, const void *right)
{
    const struct cached *a = left, *b = right;
    return (a->info.modified_ms > b->info.modified_ms) -
           (a->info.modified_ms < b->info.modified_ms);
}

static bool is_part(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && strcmp(name + size - 5, ".part") == 0;
}

void cache_trim(uint64_t cap)
{
    char folder[OS_PATH_MAX];
    char **names = NULL;
    size_t count = 0, kept = 0;
    uint64_t total = 0;
    cache_folder(folder);
    if (!file_list(folder, &names, &count, NULL))
        return;
    struct cached *files = mem_alloc(count, sizeof *files);
    int64_t now_ms = clock_wall_ms();
    for (size_t i = 0; i < count; i++) {
        struct cached *file = &files[kept];
        if (!path_join(file->path, folder, names[i]))
            continue;
        file->info = file_info(file->path);
        if (!file->info.exists || file->info.is_folder)
            continue;
        if (is_part(names[i])) { /* perhaps another program's, under way */
            if (now_ms - file->info.modified_ms > PART_KEPT_MS)
                file_remove(file->path, NULL);
            continue;
        }
        total += file->info.size;
        kept++;
    }
    file_list_free(names, count);
    if (kept > 1)
        qsort(files, kept, sizeof *files, compare_age);
    for (size_t i = 0; i < kept && total > cap; i++) {
        if (file_remove(files[i].path, NULL))
            total -= files[i].info.size;
    }
    mem_free(files);
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
