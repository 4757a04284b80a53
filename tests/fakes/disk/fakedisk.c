#include "tests/fakes/disk/fakedisk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file_parts.h"

#define HANDLES_MAX 65536

struct piece { /* a write that is not brought yet; bytes NULL: a cut to length `offset` */
    uint64_t offset;
    size_t size;
    uint8_t *bytes;
};
struct name {
    char *text;
    struct node *node; /* in a list of changes: NULL removes */
    char *gone;        /* the same: a name that is removed with it; NULL: none */
};
struct names {
    struct name *list;
    size_t count, room;
};
struct node { /* a file or a folder; kept until the disk is closed or its power is back */
    bool folder;
    /* folder: as seen now, as brought, and the changes in between */
    struct names now, safe, changes;
    /* file: a descriptor of what is seen now (-1: nobody has asked since the power is back), what is
     * brought, and the writes in between */
    int fd;
    unsigned links; /* names it has now */
    uint64_t size;
    uint8_t *image;
    size_t image_size;
    struct piece *pieces;
    size_t piece_count, piece_room;
    bool reached; /* for the sweep after a cut */
    struct node *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    struct node *root, *all;
    struct node *handles[HANDLES_MAX];
    size_t handle_count;
    uint64_t changes, cut_at, used, room;
    bool dark, fail_writes, fail_syncs;
    uint64_t random;
} disk;

/* xorshift64 (Marsaglia 2003): the same choices on every machine */
static size_t below(size_t limit)
{
    disk.random ^= disk.random << 13;
    disk.random ^= disk.random >> 7;
    disk.random ^= disk.random << 17;
    return (size_t)(disk.random % limit);
}

/* Names */

static struct node *make_node(bool folder)
{
    struct node *node = mem_alloc(1, sizeof *node);
    node->folder = folder;
    node->fd = -1;
    node->next = disk.all;
    disk.all = node;
    return node;
}

static struct name *find_name(const struct names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i].text, text) == 0)
            return &names->list[i];
    }
    return NULL;
}

static void push_name(struct names *names, const char *text, struct node *node, const char *gone)
{
    if (names->count == names->room) {
        names->room = names->room == 0 ? 8 : names->room * 2;
        names->list = mem_resize(names->list, names->room, sizeof *names->list);
    }
    names->list[names->count++] = (struct name){mem_string(text), node, mem_string(gone)};
}

static void set_name(struct names *names, const char *text, struct node *node)
{
    struct name *name = find_name(names, text);
    if (name != NULL && node != NULL) {
        name->node = node;
    } else if (name != NULL) {
        mem_free(name->text);
        *name = names->list[--names->count];
    } else if (node != NULL) {
        push_name(names, text, node, NULL);
    }
}

static void clear_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        mem_free(names->list[i].text);
        mem_free(names->list[i].gone);
    }
    mem_free(names->list);
    *names = (struct names){0};
}

/* The first `count` changes are brought. */
static void bring_names(struct node *folder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct name *change = &folder->changes.list[i];
        set_name(&folder->safe, change->text, change->node);
        if (change->gone != NULL)
            set_name(&folder->safe, change->gone, NULL);
    }
    clear_names(&folder->changes);
}

/* The node at `path`; NULL: there is none. `parent` (may be NULL) and `last` are filled if all but
 * the last part are folders. */
static struct node *walk(const char *path, struct node **parent, char last[OS_PATH_MAX])
{
    struct node *node = disk.root;
    if (parent != NULL)
        *parent = NULL;
    while (*path != '\0') {
        size_t size = strcspn(path, "/");
        if (size > 0) {
            const struct name *name;
            if (node == NULL || !node->folder)
                return NULL;
            memcpy(last, path, size);
            last[size] = '\0';
            name = find_name(&node->now, last);
            if (path[size + strspn(path + size, "/")] == '\0' && parent != NULL)
                *parent = node;
            node = name != NULL ? name->node : NULL;
        }
        path += size + strspn(path + size, "/");
    }
    return node;
}

/* A change happens: true while it is to be remembered for the time after a cut. */
static bool change(void)
{
    disk.changes++;
    return !disk.dark;
}

static void maybe_cut(void)
{
    if (disk.cut_at != 0 && disk.changes >= disk.cut_at)
        disk.dark = true;
}

/* The same for the names as they are now. A file that has lost its last one takes no room. */
static void link_now(struct node *folder, const char *text, struct node *node)
{
    struct name *name = find_name(&folder->now, text);
    struct node *old = name != NULL ? name->node : NULL;
    if (node != NULL && !node->folder && node->links++ == 0)
        disk.used += node->size;
    if (old != NULL && !old->folder && --old->links == 0)
        disk.used -= old->size;
    set_name(&folder->now, text, node);
}

/* `gone` (may be NULL) is removed in the same step. */
static void change_name(struct node *folder, const char *text, struct node *node, const char *gone)
{
    if (change())
        push_name(&folder->changes, text, node, gone);
    link_now(folder, text, node);
    if (gone != NULL)
        link_now(folder, gone, NULL);
    maybe_cut();
}

/* Contents */

static void free_pieces(struct node *node)
{
    for (size_t i = 0; i < node->piece_count; i++)
        mem_free(node->pieces[i].bytes);
    mem_free(node->pieces);
    node->pieces = NULL;
    node->piece_count = node->piece_room = 0;
}

static void push_piece(struct node *node, uint64_t offset, const void *bytes, size_t size)
{
    if (node->piece_count == node->piece_room) {
        node->piece_room = node->piece_room == 0 ? 8 : node->piece_room * 2;
        node->pieces = mem_resize(node->pieces, node->piece_room, sizeof *node->pieces);
    }
    node->pieces[node->piece_count++] =
        (struct piece){offset, size, bytes != NULL ? mem_copy(bytes, size) : NULL};
}

static void set_image_size(struct node *node, size_t size)
{
    if (size > node->image_size) {
        node->image = mem_resize(node->image, size, 1);
        memset(node->image + node->image_size, 0, size - node->image_size);
    }
    node->image_size = size;
}

/* Bring the first `size` bytes of a piece. */
static void bring_piece(struct node *node, const struct piece *piece, size_t size)
{
    if (piece->bytes == NULL) {
        set_image_size(node, (size_t)piece->offset);
        return;
    }
    if (piece->offset + size > node->image_size)
        set_image_size(node, (size_t)piece->offset + size);
    memcpy(node->image + piece->offset, piece->bytes, size);
}

/* What a cut leaves of the unsynced writes. */
static void tear(struct node *node)
{
    enum { LOST, KEPT, TORN, MIXED, ZEROED, WAYS };
    size_t way = below(WAYS), up_to = node->piece_count == 0 ? 0 : below(node->piece_count);
    for (size_t i = 0; i < node->piece_count; i++) {
        const struct piece *piece = &node->pieces[i];
        bool last = i == up_to, keep = below(2) == 0;
        if (way == KEPT || (way == TORN && i < up_to) || (way >= MIXED && keep))
            bring_piece(node, piece, piece->size);
        else if (way == TORN && last && piece->bytes != NULL)
            bring_piece(node, piece, below(piece->size + 1));
        else if (way == ZEROED && piece->bytes != NULL &&
                 piece->offset + piece->size > node->image_size)
            set_image_size(node, (size_t)piece->offset + piece->size);
    }
}

static void close_now(struct node *node)
{
    if (node->fd >= 0)
        close(node->fd);
    node->fd = -1;
}

/* A descriptor of the node's own, with the image in it at first. */
static bool open_now(struct node *node)
{
    static const char *folder;
    char path[OS_PATH_MAX];
    if (node->fd >= 0)
        return true;
    if (folder == NULL)
        folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    str_format(path, sizeof path, "%s/fakedisk-XXXXXX", folder);
    node->fd = mkstemp(path);
    if (node->fd < 0)
        return false;
    unlink(path);
    fcntl(node->fd, F_SETFD, FD_CLOEXEC);
    for (size_t done = 0; done < node->image_size;) {
        ssize_t size = pwrite(node->fd, node->image + done, node->image_size - done, (off_t)done);
        if (size <= 0)
            abort();
        done += (size_t)size;
    }
    return true;
}

static void free_node(struct node *node)
{
    clear_names(&node->now);
    clear_names(&node->safe);
    clear_names(&node->changes);
    free_pieces(node);
    close_now(node);
    mem_free(node->image);
    mem_free(node);
}

/* The disk itself */

void fakedisk_open(void)
{
    assert(disk.root == NULL);
    disk.root = make_node(true);
    disk.room = UINT64_MAX;
    disk.random = 1;
}

void fakedisk_close(void)
{
    assert(disk.handle_count == 0);
    while (disk.all != NULL) {
        struct node *node = disk.all;
        disk.all = node->next;
        free_node(node);
    }
    disk.root = NULL;
    disk.changes = disk.cut_at = disk.used = 0;
    disk.dark = disk.fail_writes = disk.fail_syncs = false;
}

uint64_t fakedisk_changes(void)
{
    pthread_mutex_lock(&lock);
    uint64_t changes = disk.changes;
    pthread_mutex_unlock(&lock);
    return changes;
}

void fakedisk_cut(uint64_t after)
{
    pthread_mutex_lock(&lock);
    disk.cut_at = after == 0 ? 0 : disk.changes + after;
    pthread_mutex_unlock(&lock);
}

bool fakedisk_is_dark(void)
{
    pthread_mutex_lock(&lock);
    bool dark = disk.dark;
    pthread_mutex_unlock(&lock);
    return dark;
}

static void reach(struct node *node)
{
    if (node->reached)
        return;
    node->reached = true;
    if (!node->folder) {
        close_now(node);
        tear(node);
        free_pieces(node);
        node->size = node->image_size;
        return;
    }
    bring_names(node, node->changes.count == 0 ? 0 : below(node->changes.count + 1));
    clear_names(&node->now);
    for (size_t i = 0; i < node->safe.count; i++) {
        reach(node->safe.list[i].node);
        link_now(node, node->safe.list[i].text, node->safe.list[i].node);
    }
}

void fakedisk_power(uint64_t seed)
{
    assert(disk.handle_count == 0);
    disk.random = seed * 2654435761u + 1;
    disk.used = 0;
    disk.cut_at = 0;
    disk.dark = disk.fail_writes = disk.fail_syncs = false;
    for (struct node *node = disk.all; node != NULL; node = node->next) {
        node->reached = false;
        node->links = 0;
    }
    reach(disk.root);
    for (struct node **at = &disk.all; *at != NULL;) {
        struct node *node = *at;
        if (node->reached) {
            at = &node->next;
        } else {
            *at = node->next;
            free_node(node);
        }
    }
}

void fakedisk_set_room(uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    disk.room = bytes;
    pthread_mutex_unlock(&lock);
}

void fakedisk_fail(bool writes, bool syncs)
{
    pthread_mutex_lock(&lock);
    disk.fail_writes = writes;
    disk.fail_syncs = syncs;
    pthread_mutex_unlock(&lock);
}

/* file.h. Each public function takes the lock and leaves the work to one that does not. */

static os_file hand_out(struct node *node, const char *path, struct err *err)
{
    int fd = open_now(node) ? fcntl(node->fd, F_DUPFD_CLOEXEC, 3) : -1;
    if (fd < 0 || fd >= HANDLES_MAX) {
        if (fd >= 0)
            close(fd);
        err_set_errno(err, EMFILE, "%s can't be opened", path);
        return OS_FILE_NONE;
    }
    disk.handles[fd] = node;
    disk.handle_count++;
    return fd;
}

static os_file open_node(const char *path, enum file_mode mode, struct err *err)
{
    char last[OS_PATH_MAX];
    struct node *parent, *node = walk(path, &parent, last);
    if (node != NULL && node->folder) {
        err_set(err, ERR_FORMAT, "%s is a folder, not a file.", path);
        return OS_FILE_NONE;
    }
    if (node != NULL && mode == FILE_WRITE_NEW) {
        err_set(err, ERR_EXISTS, "%s is there already.", path);
        return OS_FILE_NONE;
    }
    if (node == NULL && (mode == FILE_READ || parent == NULL || disk.fail_writes)) {
        err_set_errno(err, disk.fail_writes ? EIO : ENOENT, "%s can't be opened", path);
        return OS_FILE_NONE;
    }
    if (node == NULL) {
        node = make_node(false);
        change_name(parent, last, node, NULL);
    }
    return hand_out(node, path, err);
}

os_file file_open(const char *path, enum file_mode mode, struct err *err)
{
    pthread_mutex_lock(&lock);
    os_file file = open_node(path, mode, err);
    pthread_mutex_unlock(&lock);
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
    pthread_mutex_lock(&lock);
    assert(disk.handles[file] != NULL);
    disk.handles[file] = NULL;
    disk.handle_count--;
    close((int)file);
    pthread_mutex_unlock(&lock);
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
    bool fits = more <= disk.room && disk.used <= disk.room - more;
    if (disk.fail_writes)
        return err_set_errno(err, EIO, "A file can't be written");
    if (!fits) { /* a part of it does */
        uint64_t left = disk.used < disk.room ? disk.room - disk.used : 0;
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
    if (change() && size > 0)
        push_piece(node, offset, bytes, size);
    maybe_cut();
    if (end > node->size)
        node->size = end;
    if (node->links > 0)
        disk.used += more;
    return fits || err_set_errno(err, ENOSPC, "A file can't be written");
}

bool file_write_at(os_file file, uint64_t offset, const void *bytes, size_t size, struct err *err)
{
    pthread_mutex_lock(&lock);
    bool ok = size == 0 || write_node(disk.handles[file], offset, bytes, size, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool file_size(os_file file, uint64_t *size, struct err *err)
{
    (void)err;
    pthread_mutex_lock(&lock);
    *size = disk.handles[file]->size;
    pthread_mutex_unlock(&lock);
    return true;
}

static bool truncate_node(struct node *node, uint64_t size, struct err *err)
{
    if (disk.fail_writes)
        return err_set_errno(err, EIO, "A file can't be cut to its length");
    if (size == node->size)
        return true;
    if (ftruncate(node->fd, (off_t)size) != 0)
        return err_set_errno(err, errno, "A file can't be cut to its length");
    if (change())
        push_piece(node, size, NULL, 0);
    if (node->links > 0)
        disk.used = disk.used - node->size + size;
    node->size = size;
    maybe_cut();
    return true;
}

bool file_truncate(os_file file, uint64_t size, struct err *err)
{
    pthread_mutex_lock(&lock);
    bool ok = truncate_node(disk.handles[file], size, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool file_sync(os_file file, struct err *err)
{
    pthread_mutex_lock(&lock);
    struct node *node = disk.handles[file];
    bool ok = !disk.fail_syncs;
    disk.changes++;
    maybe_cut(); /* before anything is brought */
    if (!disk.dark) {
        for (size_t i = 0; ok && i < node->piece_count; i++)
            bring_piece(node, &node->pieces[i], node->pieces[i].size);
        free_pieces(node);
    }
    pthread_mutex_unlock(&lock);
    return ok || err_set_errno(err, EIO, "A file could not be brought to the disk");
}

struct file_info file_info(const char *path)
{
    char last[OS_PATH_MAX];
    pthread_mutex_lock(&lock);
    const struct node *node = walk(path, NULL, last);
    struct file_info info = {.exists = node != NULL,
                             .is_folder = node != NULL && node->folder,
                             .size = node != NULL && !node->folder ? node->size : 0};
    pthread_mutex_unlock(&lock);
    return info;
}

static bool rename_node(const char *from, const char *to, bool replace, struct err *err)
{
    char old_name[OS_PATH_MAX], new_name[OS_PATH_MAX];
    struct node *old_parent, *new_parent;
    struct node *node = walk(from, &old_parent, old_name);
    bool taken = walk(to, &new_parent, new_name) != NULL;
    if (disk.fail_writes || node == NULL || new_parent == NULL)
        return err_set_errno(err, disk.fail_writes ? EIO : ENOENT, "%s can't be renamed to %s",
                             from, path_base(to));
    if (taken && !replace)
        return err_set(err, ERR_EXISTS, "%s is there already.", to);
    /* within a folder it is one step; between two, each may come to the disk without the other */
    change_name(new_parent, new_name, node, old_parent == new_parent ? old_name : NULL);
    if (old_parent != new_parent)
        change_name(old_parent, old_name, NULL, NULL);
    return true;
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    pthread_mutex_lock(&lock);
    bool ok = rename_node(from, to, true, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool file_rename_new(const char *from, const char *to, struct err *err)
{
    pthread_mutex_lock(&lock);
    bool ok = rename_node(from, to, false, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool file_remove(const char *path, struct err *err)
{
    char last[OS_PATH_MAX];
    struct node *parent;
    pthread_mutex_lock(&lock);
    const struct node *node = walk(path, &parent, last);
    bool fails = node != NULL && (disk.fail_writes || node->folder);
    if (node != NULL && !fails)
        change_name(parent, last, NULL, NULL);
    pthread_mutex_unlock(&lock);
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
        const struct node *node = walk(part, &parent, last);
        if ((node != NULL && !node->folder) || (node == NULL && disk.fail_writes))
            return err_set_errno(err, EIO, "The folder %s can't be made", part);
        if (node == NULL && parent != NULL)
            change_name(parent, last, make_node(true), NULL);
        *end = kept;
        if (kept == '\0')
            return true;
    }
}

bool file_make_folder(const char *path, struct err *err)
{
    pthread_mutex_lock(&lock);
    bool ok = make_folders(path, err);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool file_sync_folder(const char *path, struct err *err)
{
    char last[OS_PATH_MAX];
    pthread_mutex_lock(&lock);
    struct node *folder = walk(path, NULL, last);
    bool ok = folder != NULL && folder->folder && !disk.fail_syncs;
    disk.changes++;
    maybe_cut();
    if (ok && !disk.dark)
        bring_names(folder, folder->changes.count);
    pthread_mutex_unlock(&lock);
    return ok || err_set_errno(err, EIO, "The folder %s could not be brought to the disk", path);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
    (void)path;
    pthread_mutex_lock(&lock);
    *bytes = disk.used < disk.room ? disk.room - disk.used : 0;
    pthread_mutex_unlock(&lock);
    return true;
}

bool file_list(const char *path, char ***names, size_t *count, struct err *err)
{
    char last[OS_PATH_MAX];
    struct file_names list = {0};
    pthread_mutex_lock(&lock);
    const struct node *folder = walk(path, NULL, last);
    bool ok = folder != NULL && folder->folder;
    for (size_t i = 0; ok && i < folder->now.count; i++)
        file_names_add(&list, folder->now.list[i].text);
    pthread_mutex_unlock(&lock);
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
