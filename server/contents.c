#include "server/contents.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "server/strmap.h"

struct contents {
    char *folder;
    struct disk *disk;
    struct strmap by_hash; /* owns them */
    uint64_t bytes, held;
    /* Those that are here, by time. Made when it is first asked for: until the messages are read at
     * the start, nobody knows the times. */
    bool sorted;
    struct content *oldest, *newest;
};

/* By age */

static void unlist(struct contents *contents, struct content *content)
{
    if (!content->listed)
        return;
    *(content->older != NULL ? &content->older->newer : &contents->oldest) = content->newer;
    *(content->newer != NULL ? &content->newer->older : &contents->newest) = content->older;
    content->older = content->newer = NULL;
    content->listed = false;
}

/* Nearly always it is the newest. */
static void list(struct contents *contents, struct content *content)
{
    struct content *older = contents->newest;
    if (!contents->sorted || !content->here)
        return;
    assert(!content->listed);
    while (older != NULL && older->time_ms > content->time_ms)
        older = older->older;
    content->older = older;
    content->newer = older != NULL ? older->newer : contents->oldest;
    *(content->older != NULL ? &content->older->newer : &contents->oldest) = content;
    *(content->newer != NULL ? &content->newer->older : &contents->newest) = content;
    content->listed = true;
}

static int compare_ages(const void *a, const void *b)
{
    const struct content *left = *(struct content *const *)a, *right = *(struct content *const *)b;
    if (left->time_ms != right->time_ms)
        return left->time_ms < right->time_ms ? -1 : 1;
    return strcmp(left->sha256, right->sha256);
}

static void sort(struct contents *contents)
{
    struct content **all = mem_alloc(contents->by_hash.count, sizeof(struct content *));
    size_t count = 0;
    for (size_t i = 0; i < contents->by_hash.room; i++) {
        if (contents->by_hash.slots[i].key != NULL)
            all[count++] = contents->by_hash.slots[i].value;
    }
    if (count > 0)
        qsort(all, count, sizeof(struct content *), compare_ages);
    contents->sorted = true;
    for (size_t i = 0; i < count; i++)
        list(contents, all[i]);
    mem_free(all);
}

/* Opening */

static struct content *add(struct contents *contents, const char *sha256, int64_t time_ms)
{
    struct content *content = mem_alloc(1, sizeof *content);
    str_copy(content->sha256, sizeof content->sha256, sha256);
    content->time_ms = time_ms;
    strmap_put(&contents->by_hash, content->sha256, content);
    return content;
}

/* Called like a hash; whatever else somebody has put there is not ours. */
static bool is_hash(const char *name)
{
    size_t length = strlen(name);
    return length == SHA256_HEX_SIZE - 1 && strspn(name, "0123456789abcdef") == length;
}

static bool read_folder(struct contents *contents, struct err *err)
{
    char **names, path[OS_PATH_MAX];
    size_t count;
    if (!file_make_folder(contents->folder, err) ||
        !file_list(contents->folder, &names, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_hash(names[i]))
            continue;
        contents_path(contents, names[i], path);
        struct file_info info = file_info(path);
        if (info.exists && !info.is_folder)
            contents_came(contents, add(contents, names[i], info.modified_ms), info.size);
    }
    file_list_free(names, count);
    return true;
}

struct contents *contents_open(const char *folder, struct disk *disk, struct err *err)
{
    struct contents *contents = mem_alloc(1, sizeof *contents);
    contents->folder = mem_string(folder);
    contents->disk = disk;
    if (!read_folder(contents, err)) {
        contents_close(contents);
        return NULL;
    }
    return contents;
}

void contents_close(struct contents *contents)
{
    if (contents == NULL)
        return;
    for (size_t i = 0; i < contents->by_hash.room; i++)
        mem_free(contents->by_hash.slots[i].value);
    strmap_finish(&contents->by_hash);
    mem_free(contents->folder);
    mem_free(contents);
}

const char *contents_folder(const struct contents *contents)
{
    return contents->folder;
}

void contents_path(const struct contents *contents, const char *sha256, char *out)
{
    str_format(out, OS_PATH_MAX, "%s/%s", contents->folder, sha256);
}

/* Coming and going */

static void forget(struct contents *contents, struct content *content)
{
    strmap_remove(&contents->by_hash, content->sha256);
    mem_free(content);
}

/* False: the system does not let it go. */
static bool remove_file(struct contents *contents, struct content *content)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    contents_path(contents, content->sha256, path);
    if (!disk_remove(contents->disk, path, &err)) {
        log_warn("%s", err.text);
        return false;
    }
    unlist(contents, content);
    contents->bytes -= content->size;
    if (content->uses > 0)
        contents->held -= content->size;
    content->here = false;
    content->size = 0;
    return true;
}

struct content *contents_take(struct contents *contents, const char *sha256, int64_t time_ms)
{
    struct content *content = strmap_get(&contents->by_hash, sha256);
    if (content == NULL)
        content = add(contents, sha256, time_ms);
    if (content->refs++ == 0)
        content->time_ms = INT64_MIN; /* that of the file says nothing any more */
    contents_renew(contents, content, time_ms);
    return content;
}

void contents_renew(struct contents *contents, struct content *content, int64_t time_ms)
{
    if (time_ms <= content->time_ms)
        return;
    unlist(contents, content);
    content->time_ms = time_ms;
    list(contents, content);
}

void contents_drop(struct contents *contents, struct content *content)
{
    assert(content->refs > 0);
    if (--content->refs == 0 && (!content->here || remove_file(contents, content)))
        forget(contents, content);
}

void contents_came(struct contents *contents, struct content *content, uint64_t size)
{
    if (content->here)
        return;
    content->here = true;
    content->size = size;
    contents->bytes += size;
    if (content->uses > 0)
        contents->held += size;
    list(contents, content);
}

void contents_hold(struct contents *contents, struct content *content, unsigned count)
{
    if (content->uses == 0 && count > 0)
        contents->held += content->size;
    content->uses += count;
}

void contents_release(struct contents *contents, struct content *content, unsigned count)
{
    assert(content->uses >= count);
    content->uses -= count;
    if (content->uses == 0 && count > 0)
        contents->held -= content->size;
}

/* Room */

uint64_t contents_bytes(const struct contents *contents)
{
    return contents->bytes;
}

uint64_t contents_held(const struct contents *contents)
{
    return contents->held;
}

uint64_t contents_let_go(struct contents *contents, uint64_t least, uint64_t *count)
{
    uint64_t freed = 0;
    *count = 0;
    if (!contents->sorted)
        sort(contents);
    for (struct content *content = contents->oldest, *next; content != NULL && freed < least;
         content = next) {
        uint64_t size = content->size;
        next = content->newer;
        if (content->uses > 0 || size == 0)
            continue;
        if (!remove_file(contents, content)) {
            contents_hold(contents, content, 1); /* not tried again before the next start */
            continue;
        }
        log_info("a file of %llu bytes is let go: %s", (unsigned long long)size, content->sha256);
        freed += size;
        ++*count;
        if (content->refs == 0)
            forget(contents, content);
    }
    return freed;
}
