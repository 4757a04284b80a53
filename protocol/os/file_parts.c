#include "protocol/os/file_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#ifdef _WIN32
#define SEPARATORS "/\\"
#else
#define SEPARATORS "/"
#endif

bool file_read_at(os_file file, uint64_t offset, void *bytes, size_t size, struct err *err)
{
    uint8_t *next = bytes;
    while (size > 0) {
        size_t got;
        if (!file_read_some(file, offset, next, size, &got, err))
            return false;
        if (got == 0)
            return err_set(err, ERR_FORMAT, "A file is shorter than it should be.");
        next += got;
        offset += got;
        size -= got;
    }
    return true;
}

char *file_load(const char *path, size_t cap, size_t *size, struct err *err)
{
    char *text = NULL;
    uint64_t length;
    os_file file = file_open(path, FILE_READ, err);
    if (file == OS_FILE_NONE)
        return NULL;
    if (!file_size(file, &length, err))
        goto out;
    if (length > cap) {
        char most[STR_SIZE_MAX];
        str_size(cap, most);
        err_set(err, ERR_LIMIT, "%s is too large: at most %s are read.", path, most);
        goto out;
    }
    text = mem_alloc(1, (size_t)length + 1);
    if (!file_read_at(file, 0, text, (size_t)length, err)) {
        mem_free(text);
        text = NULL;
        goto out;
    }
    if (size)
        *size = (size_t)length;
out:
    file_close(file);
    return text;
}

/* Random bytes in the temporary name: two programs that save the same file do not share it. */
#define BESIDE_BYTES 4

bool file_save(const char *path, const void *bytes, size_t size, struct err *err)
{
    char beside[OS_PATH_MAX], number[2 * BESIDE_BYTES + 1];
    random_hex(BESIDE_BYTES, number);
    if (!str_format(beside, sizeof beside, "%s.%s.new", path, number))
        return err_set(err, ERR_LIMIT, "The path of a file is too long.");
    os_file file = file_open_private(beside, err);
    if (file == OS_FILE_NONE)
        return false;
    /* on disk before the rename: else a power cut leaves the new name with nothing in it */
    bool ok = file_write_at(file, 0, bytes, size, err) && file_sync(file, err);
    file_close(file);
    if (ok && file_rename(beside, path, err))
        return true;
    file_remove(beside, NULL);
    return false;
}

void file_sync_above(const char *path)
{
    char above[OS_PATH_MAX];
    if (!str_copy(above, sizeof above, path))
        return;
    for (size_t end = strlen(above); end > 0; end--) {
        if (!strchr(SEPARATORS, above[end - 1]))
            continue;
        above[end] = '\0';
        file_sync_folder(above, NULL);
    }
    if (!strchr(SEPARATORS, path[0]))
        file_sync_folder(".", NULL);
}

bool file_lock_words(struct err *err, const char *folder)
{
    return err_set(err, ERR_EXISTS,
                   "%s is in use by another Confab on this computer. End that one, or choose "
                   "another folder.",
                   folder);
}

void file_names_add(struct file_names *list, const char *name)
{
    if (str_equal(name, ".") || str_equal(name, ".."))
        return;
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 16;
        list->names = mem_resize(list->names, list->room, sizeof *list->names);
    }
    list->names[list->count++] = mem_string(name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void file_names_take(struct file_names *list, char ***names, size_t *count)
{
    if (list->count > 1)
        qsort(list->names, list->count, sizeof *list->names, by_name);
    *names = list->names;
    *count = list->count;
}

void file_list_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(names[i]);
    mem_free(names);
}

bool path_join(char *out, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    bool ended = length > 0 && strchr(SEPARATORS, folder[length - 1]);
    return str_format(out, OS_PATH_MAX, "%s%s%s", folder, ended || length == 0 ? "" : "/", name);
}

const char *path_base(const char *path)
{
    const char *base = path;
    for (const char *at = path; *at; at++)
        if (strchr(SEPARATORS, *at))
            base = at + 1;
    return base;
}
