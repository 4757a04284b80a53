#include "server/guests.h"

#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define LINE (UID_DIGITS + 1)

static bool paths_of(const char *folder, char *list, char *mark, struct err *err)
{
    return (path_join(list, folder, GUESTS_FILE) && path_join(mark, folder, PRIVATE_FILE)) ||
           err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
}

bool guests_begin(const char *folder, const char *uid, struct err *err)
{
    char list[OS_PATH_MAX], mark[OS_PATH_MAX], line[LINE + 1];
    str_format(line, sizeof line, "%s\n", uid);
    return paths_of(folder, list, mark, err) && file_save(mark, "", 0, err) &&
           file_save(list, line, strlen(line), err);
}

bool guests_clear(const char *folder, struct err *err)
{
    char list[OS_PATH_MAX], mark[OS_PATH_MAX];
    return paths_of(folder, list, mark, err) && file_remove(list, err) && file_remove(mark, err);
}

bool guests_has(const struct guests *guests, const char *uid)
{
    return strmap_get(&guests->uids, uid) != NULL;
}

static void add(struct guests *guests, const char *uid)
{
    char *own = mem_string(uid);
    strmap_put(&guests->uids, own, own);
}

/* What is no uid is passed over. */
static void read_lines(struct guests *guests, const char *text)
{
    char uid[UID_DIGITS + 1];
    while (*text) {
        size_t size = strcspn(text, "\r\n");
        str_format(uid, sizeof uid, "%.*s", size == UID_DIGITS ? UID_DIGITS : 0, text);
        if (strspn(uid, "0123456789abcdef") == UID_DIGITS && !guests_has(guests, uid) &&
            guests->uids.count < GUESTS_MAX)
            add(guests, uid);
        else if (size > 0)
            log_warn("%s: a line names nobody, and is passed over", guests->path);
        text += size;
        text += strspn(text, "\r\n");
    }
}

struct guests *guests_load(const char *folder, struct disk *disk)
{
    char path[OS_PATH_MAX], mark[OS_PATH_MAX];
    size_t size;
    struct err err = {0};
    if (!paths_of(folder, path, mark, NULL) || (!file_info(path).exists && !file_info(mark).exists))
        return NULL;
    struct guests *guests = mem_alloc(1, sizeof *guests);
    guests->disk = disk;
    guests->path = mem_string(path);
    char *text = file_load(path, (size_t)GUESTS_MAX * 2 * LINE, &size, &err);
    if (text != NULL) {
        read_lines(guests, text);
        guests->size = size;
        guests->torn = size > 0 && text[size - 1] != '\n';
    } else {
        log_error("nobody is let into a private room: %s", err.text);
        guests->size = file_info(path).size;
    }
    mem_free(text);
    return guests;
}

/* The line is the system's at once, so our death does not take it back; the disk's soon, before the
 * events that come later, as its sync goes first on the same lane. */

static void sync_list(struct guests *guests);

static void run(struct disk_job *job)
{
    struct guests *guests = (struct guests *)job;
    guests->err = (struct err){0};
    guests->ok = file_sync(guests->file, &guests->err);
    file_close(guests->file);
}

static void on_done(struct disk_job *job)
{
    struct guests *guests = (struct guests *)job;
    if (!guests->ok)
        log_error("who was invited may be forgotten: %s", guests->err.text);
    if (guests->again)
        sync_list(guests);
}

static void sync_list(struct guests *guests)
{
    struct err err = {0};
    guests->again = guests->job.out;
    if (guests->again)
        return;
    guests->file = file_open(guests->path, FILE_WRITE, &err);
    if (guests->file == OS_FILE_NONE) {
        log_error("who was invited may be forgotten: %s", err.text);
        return;
    }
    guests->job.run = run;
    guests->job.done = on_done;
    guests->job.urgent = true;
    disk_submit(guests->disk, &guests->job);
}

static bool append(struct guests *guests, const char *uid, struct err *err)
{
    char line[LINE + 2];
    str_format(line, sizeof line, "%s%s\n", guests->torn ? "\n" : "", uid);
    os_file file = file_open(guests->path, FILE_WRITE, err);
    if (file == OS_FILE_NONE)
        return false;
    bool ok = file_write_at(file, guests->size, line, strlen(line), err);
    file_close(file);
    guests->size += ok ? strlen(line) : 0;
    guests->torn = guests->torn && !ok;
    return ok;
}

bool guests_add(struct guests *guests, const char *uid, struct err *err)
{
    if (guests_has(guests, uid))
        return true;
    if (guests->uids.count >= GUESTS_MAX)
        return err_set(err, ERR_LIMIT, "More people cannot be invited into one room.");
    if (!append(guests, uid, err))
        return false;
    add(guests, uid);
    sync_list(guests);
    return true;
}

void guests_destroy(struct guests *guests)
{
    if (guests == NULL)
        return;
    for (size_t i = 0; i < guests->uids.room; i++)
        mem_free(guests->uids.slots[i].value);
    strmap_finish(&guests->uids);
    mem_free(guests->path);
    mem_free(guests);
}
