#include "tests/fakes/disk/fakedisk_inside.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

struct fakedisk fakedisk = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* xorshift64 (Marsaglia 2003): the same choices on every machine */
static size_t below(size_t limit)
{
    fakedisk.random ^= fakedisk.random << 13;
    fakedisk.random ^= fakedisk.random >> 7;
    fakedisk.random ^= fakedisk.random << 17;
    return (size_t)(fakedisk.random % limit);
}

/* Names */

struct node *fakedisk_make_node(bool folder)
{
    struct node *node = mem_alloc(1, sizeof *node);
    node->folder = folder;
    node->fd = -1;
    node->next = fakedisk.all;
    fakedisk.all = node;
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

void fakedisk_bring_names(struct node *folder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct name *change = &folder->changes.list[i];
        set_name(&folder->safe, change->text, change->node);
        if (change->gone != NULL)
            set_name(&folder->safe, change->gone, NULL);
    }
    clear_names(&folder->changes);
}

struct node *fakedisk_walk(const char *path, struct node **parent, char last[OS_PATH_MAX])
{
    struct node *node = fakedisk.root;
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

bool fakedisk_change(void)
{
    fakedisk.changes++;
    return !fakedisk.dark;
}

void fakedisk_maybe_cut(void)
{
    if (fakedisk.cut_at != 0 && fakedisk.changes >= fakedisk.cut_at)
        fakedisk.dark = true;
}

/* The same for the names as they are now. A file that has lost its last one takes no room. */
static void link_now(struct node *folder, const char *text, struct node *node)
{
    struct name *name = find_name(&folder->now, text);
    struct node *old = name != NULL ? name->node : NULL;
    if (node != NULL && !node->folder && node->links++ == 0)
        fakedisk.used += node->size;
    if (old != NULL && !old->folder && --old->links == 0)
        fakedisk.used -= old->size;
    set_name(&folder->now, text, node);
}

void fakedisk_change_name(struct node *folder, const char *text, struct node *node,
                          const char *gone)
{
    if (fakedisk_change())
        push_name(&folder->changes, text, node, gone);
    link_now(folder, text, node);
    if (gone != NULL)
        link_now(folder, gone, NULL);
    fakedisk_maybe_cut();
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

void fakedisk_push_piece(struct node *node, uint64_t offset, const void *bytes, size_t size)
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
    if (size > 0)
        memcpy(node->image + piece->offset, piece->bytes, size);
}

void fakedisk_bring_pieces(struct node *node, bool bring)
{
    for (size_t i = 0; bring && i < node->piece_count; i++)
        bring_piece(node, &node->pieces[i], node->pieces[i].size);
    free_pieces(node);
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

bool fakedisk_open_now(struct node *node)
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
    assert(fakedisk.root == NULL);
    fakedisk.root = fakedisk_make_node(true);
    fakedisk.room = UINT64_MAX;
    fakedisk.random = 1;
}

void fakedisk_close(void)
{
    assert(fakedisk.handle_count == 0);
    while (fakedisk.all != NULL) {
        struct node *node = fakedisk.all;
        fakedisk.all = node->next;
        free_node(node);
    }
    fakedisk.root = NULL;
    fakedisk.changes = fakedisk.cut_at = fakedisk.used = 0;
    fakedisk.dark = fakedisk.fail_writes = fakedisk.fail_syncs = false;
}

uint64_t fakedisk_changes(void)
{
    pthread_mutex_lock(&fakedisk.lock);
    uint64_t changes = fakedisk.changes;
    pthread_mutex_unlock(&fakedisk.lock);
    return changes;
}

void fakedisk_cut(uint64_t after)
{
    pthread_mutex_lock(&fakedisk.lock);
    fakedisk.cut_at = after == 0 ? 0 : fakedisk.changes + after;
    pthread_mutex_unlock(&fakedisk.lock);
}

bool fakedisk_is_dark(void)
{
    pthread_mutex_lock(&fakedisk.lock);
    bool dark = fakedisk.dark;
    pthread_mutex_unlock(&fakedisk.lock);
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
    fakedisk_bring_names(node, node->changes.count == 0 ? 0 : below(node->changes.count + 1));
    clear_names(&node->now);
    for (size_t i = 0; i < node->safe.count; i++) {
        reach(node->safe.list[i].node);
        link_now(node, node->safe.list[i].text, node->safe.list[i].node);
    }
}

void fakedisk_power(uint64_t seed)
{
    assert(fakedisk.handle_count == 0);
    fakedisk.random = seed * 2654435761u + 1;
    fakedisk.used = 0;
    fakedisk.starts++;
    fakedisk.cut_at = 0;
    fakedisk.dark = fakedisk.fail_writes = fakedisk.fail_syncs = false;
    for (struct node *node = fakedisk.all; node != NULL; node = node->next) {
        node->reached = false;
        node->links = 0;
    }
    reach(fakedisk.root);
    for (struct node **at = &fakedisk.all; *at != NULL;) {
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
    pthread_mutex_lock(&fakedisk.lock);
    fakedisk.room = bytes;
    pthread_mutex_unlock(&fakedisk.lock);
}

void fakedisk_fail(bool writes, bool syncs)
{
    pthread_mutex_lock(&fakedisk.lock);
    fakedisk.fail_writes = writes;
    fakedisk.fail_syncs = syncs;
    pthread_mutex_unlock(&fakedisk.lock);
}
