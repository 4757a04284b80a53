#include "tests/fakes/disk/fakedisk_inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "protocol/base/str.h"
#include "protocol/os/boot.h"
#include "protocol/os/file_parts.h"

/* file.h. Each public function takes the lock and leaves the work to one that does not. */

static os_file hand_out(struct node *node, const char *path, struct err *err)
{
    int fd = fakedisk_open_now(node) ? fcntl(node->fd, F_DUPFD_CLOEXEC, 3) : -1;
    if (fd < 0 || fd >= HANDLES_MAX) {
        if (fd >= 0)
            close(fd);
        err_set_errno(err, EMFILE, "%s can't be opened", path);
        return OS_FILE_NONE;
    }
    fakedisk.handles[fd] = node;
    fakedisk.handle_count++;
    return fd;
}

static os_file open_node(const char *path, enum file_mode mode, struct err *err)
{
    char last[OS_PATH_MAX];
    struct node *parent, *node = fakedisk_walk(path, &parent, last);
    if (node != NULL && node->folder) {
        err_set(err, ERR_FORMAT, "%s is a folder, not a file.", path);
        return OS_FILE_NONE;
    }
    if (node != NULL && mode == FILE_WRITE_NEW) {
        err_set(err, ERR_EXISTS, "%s is there already.", path);
        return OS_FILE_NONE;
    }
    if (node == NULL && (mode == FILE_READ || parent == NULL || fakedisk.fail_writes)) {
        err_set_errno(err, fakedisk.fail_writes ? EIO : ENOENT, "%s can't be opened", path);
        return OS_FILE_NONE;
    }
    if (node == NULL) {
        node = fakedisk_make_node(false);
        fakedisk_change_name(parent, last, node, NULL);
    }
    return hand_out(node, path, err);
}

os_file file_open(const char *path, enum file_mode mode, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    os_file file = open_node(path, mode, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return file;
}

os_file file_open_private(const char *path, struct err *err)
{
    os_file file = file_open(path, FILE_WRITE, err);
    if (file != OS_FILE_NONE && !file_truncate(file, 0, err)) {
        file_close(file);
        return OS_FILE_NONE;
    }
    return file;
}

void file_close(os_file file)
{
    if (file == OS_FILE_NONE)
        return;
    pthread_mutex_lock(&fakedisk.lock);
    assert(fakedisk.handles[file] != NULL);
    fakedisk.handles[file] = NULL;
    fakedisk.handle_count--;
    close((int)file);
    pthread_mutex_unlock(&fakedisk.lock);
}

bool file_read_some(os_file file, uint64_t offset, void *bytes, size_t size, size_t *got,
                    struct err *err)
{
    ssize_t done = pread((int)file, bytes, size, (off_t)offset);
    *got = 0;
    if (done < 0)
        return err_set_errno(err, errno, "A file can't be read");
    *got = (size_t)done;
    return true;
}

static bool write_node(struct node *node, uint64_t offset, const void *bytes, size_t size,
                       struct err *err)
{
    uint64_t end = offset + size, more = end > node->size ? end - node->size : 0;
    bool fits = more <= fakedisk.room && fakedisk.used <= fakedisk.room - more;
    if (fakedisk.fail_writes)
        return err_set_errno(err, EIO, "A file can't be written");
    if (!fits) { /* a part of it does */
        uint64_t left = fakedisk.used < fakedisk.room ? fakedisk.room - fakedisk.used : 0;
        if (size - more + left == 0)
            return err_set_errno(err, ENOSPC, "A file can't be written");
        size = (size_t)(size - more + left);
        more = left;
        end = offset + size;
    }
    for (size_t done = 0; done < size;) {
        ssize_t n =
            pwrite(node->fd, (const uint8_t *)bytes + done, size - done, (off_t)(offset + done));
        if (n <= 0)
            return err_set_errno(err, errno, "A file can't be written");
        done += (size_t)n;
    }
    if (fakedisk_change() && size > 0)
        fakedisk_push_piece(node, offset, bytes, size);
    fakedisk_maybe_cut();
    if (end > node->size)
        node->size = end;
    if (node->links > 0)
        fakedisk.used += more;
    return fits || err_set_errno(err, ENOSPC, "A file can't be written");
}

bool file_write_at(os_file file, uint64_t offset, const void *bytes, size_t size, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool ok = size == 0 || write_node(fakedisk.handles[file], offset, bytes, size, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok;
}

bool file_size(os_file file, uint64_t *size, struct err *err)
{
    (void)err;
    pthread_mutex_lock(&fakedisk.lock);
    *size = fakedisk.handles[file]->size;
    pthread_mutex_unlock(&fakedisk.lock);
    return true;
}

static bool truncate_node(struct node *node, uint64_t size, struct err *err)
{
    if (fakedisk.fail_writes)
        return err_set_errno(err, EIO, "A file can't be cut to its length");
    if (size == node->size)
        return true;
    if (ftruncate(node->fd, (off_t)size) != 0)
        return err_set_errno(err, errno, "A file can't be cut to its length");
    if (fakedisk_change())
        fakedisk_push_piece(node, size, NULL, 0);
    if (node->links > 0)
        fakedisk.used = fakedisk.used - node->size + size;
    node->size = size;
    fakedisk_maybe_cut();
    return true;
}

bool file_truncate(os_file file, uint64_t size, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool ok = truncate_node(fakedisk.handles[file], size, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok;
}

void file_make_sparse(os_file file)
{
    (void)file;
}

bool file_sync(os_file file, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    struct node *node = fakedisk.handles[file];
    bool ok = !fakedisk.fail_syncs;
    fakedisk.changes++;
    fakedisk_maybe_cut(); /* before anything is brought */
    if (!fakedisk.dark)
        fakedisk_bring_pieces(node, ok);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok || err_set_errno(err, EIO, "A file could not be brought to the disk");
}

struct file_info file_info(const char *path)
{
    char last[OS_PATH_MAX];
    pthread_mutex_lock(&fakedisk.lock);
    const struct node *node = fakedisk_walk(path, NULL, last);
    struct file_info info = {.exists = node != NULL,
                             .is_folder = node != NULL && node->folder,
                             .size = node != NULL && !node->folder ? node->size : 0};
    pthread_mutex_unlock(&fakedisk.lock);
    return info;
}

static bool rename_node(const char *from, const char *to, bool replace, struct err *err)
{
    char old_name[OS_PATH_MAX], new_name[OS_PATH_MAX];
    struct node *old_parent, *new_parent;
    struct node *node = fakedisk_walk(from, &old_parent, old_name);
    bool taken = fakedisk_walk(to, &new_parent, new_name) != NULL;
    if (fakedisk.fail_writes || node == NULL || new_parent == NULL)
        return err_set_errno(err, fakedisk.fail_writes ? EIO : ENOENT, "%s can't be renamed to %s",
                             from, path_base(to));
    if (taken && !replace)
        return err_set(err, ERR_EXISTS, "%s is there already.", to);
    /* within a folder it is one step; between two, each may come to the disk without the other */
    fakedisk_change_name(new_parent, new_name, node, old_parent == new_parent ? old_name : NULL);
    if (old_parent != new_parent)
        fakedisk_change_name(old_parent, old_name, NULL, NULL);
    return true;
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool ok = rename_node(from, to, true, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok;
}

bool file_rename_new(const char *from, const char *to, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool ok = rename_node(from, to, false, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok;
}

bool file_remove(const char *path, struct err *err)
{
    char last[OS_PATH_MAX];
    struct node *parent;
    pthread_mutex_lock(&fakedisk.lock);
    const struct node *node = fakedisk_walk(path, &parent, last);
    bool fails = node != NULL && (fakedisk.fail_writes || node->folder);
    if (node != NULL && !fails)
        fakedisk_change_name(parent, last, NULL, NULL);
    pthread_mutex_unlock(&fakedisk.lock);
    return !fails || err_set_errno(err, EIO, "%s can't be removed", path);
}

static bool make_folders(const char *path, struct err *err)
{
    char part[OS_PATH_MAX], last[OS_PATH_MAX];
    str_copy(part, sizeof part, path);
    for (char *end = part + 1;; end++) {
        char kept = *end;
        struct node *parent;
        if (kept != '/' && kept != '\0')
            continue;
        *end = '\0';
        const struct node *node = fakedisk_walk(part, &parent, last);
        if ((node != NULL && !node->folder) || (node == NULL && fakedisk.fail_writes))
            return err_set_errno(err, EIO, "The folder %s can't be made", part);
        if (node == NULL && parent != NULL)
            fakedisk_change_name(parent, last, fakedisk_make_node(true), NULL);
        *end = kept;
        if (kept == '\0')
            return true;
    }
}

bool file_make_folder(const char *path, struct err *err)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool ok = make_folders(path, err);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok;
}

bool file_sync_folder(const char *path, struct err *err)
{
    char last[OS_PATH_MAX];
    pthread_mutex_lock(&fakedisk.lock);
    struct node *folder = fakedisk_walk(path, NULL, last);
    bool ok = folder != NULL && folder->folder && !fakedisk.fail_syncs;
    fakedisk.changes++;
    fakedisk_maybe_cut();
    if (ok && !fakedisk.dark)
        fakedisk_bring_names(folder, folder->changes.count);
    pthread_mutex_unlock(&fakedisk.lock);
    return ok || err_set_errno(err, EIO, "The folder %s could not be brought to the disk", path);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
    (void)path;
    pthread_mutex_lock(&fakedisk.lock);
    *bytes = fakedisk.used < fakedisk.room ? fakedisk.room - fakedisk.used : 0;
    pthread_mutex_unlock(&fakedisk.lock);
    return true;
}

bool file_list(const char *path, char ***names, size_t *count, struct err *err)
{
    char last[OS_PATH_MAX];
    struct file_names list = {0};
    pthread_mutex_lock(&fakedisk.lock);
    const struct node *folder = fakedisk_walk(path, NULL, last);
    bool ok = folder != NULL && folder->folder;
    for (size_t i = 0; ok && i < folder->now.count; i++)
        file_names_add(&list, folder->now.list[i].text);
    pthread_mutex_unlock(&fakedisk.lock);
    file_names_take(&list, names, count);
    return ok || err_set_errno(err, ENOENT, "The folder %s can't be read", path);
}

bool file_lock_folder(const char *folder, os_file *held, struct err *err)
{
    char path[OS_PATH_MAX];
    *held =
        path_join(path, folder, FILE_LOCK_NAME) ? file_open(path, FILE_WRITE, err) : OS_FILE_NONE;
    return *held != OS_FILE_NONE;
}

/* boot.h: a computer whose power was cut has started anew. */
bool boot_id(char out[BOOT_ID_SIZE])
{
    pthread_mutex_lock(&fakedisk.lock);
    str_format(out, BOOT_ID_SIZE, "start %u", fakedisk.starts);
    pthread_mutex_unlock(&fakedisk.lock);
    return true;
}
