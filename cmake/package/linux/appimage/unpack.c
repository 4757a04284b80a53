/* The files of the image as files of the disk. */
#include "runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)128 << 10)
#define TRIES 4          /* to take a folder that another version cleans away at this moment */
#define LOCK ".in-use"   /* in each folder of the cache: locked while something runs from it */
#define PART ".part"     /* the end of the name of a folder that is being filled */
#define PREFIX "confab-" /* the beginning of all of their names */

enum task { TASK_MEASURE, TASK_WRITE, TASK_COMPARE };

struct walk {
    struct image *image;
    enum task task;
    int folder;        /* all is below this descriptor */
    const char *place; /* its path, for people */
    const char *pattern;
    uint64_t bytes; /* measured */
};

static bool walk_tree(struct walk *walk);
static void remove_tree(int parent, const char *name);

/* The folder of the cache that is being filled: half of it is not left behind. */
static struct {
    int cache;
    const char *name;
} part;

static void give_up_part(void)
{
    if (part.name)
        remove_tree(part.cache, part.name);
}

static _Noreturn void fail_to_write(const struct walk *walk, const char *path)
{
    const int code = errno;
    give_up_part();
    if (code == ENOSPC || code == EDQUOT) {
        struct walk all = {.image = walk->image, .task = TASK_MEASURE};
        walk_tree(&all);
        fail("There is not enough room for %s: unpacked, Confab needs %llu MB there. Free some and "
             "start it again.",
             walk->place, (unsigned long long)(all.bytes >> 20) + 1);
    }
    fail("%s/%s can't be written: %s.", walk->place, path, strerror(code));
}

static _Noreturn void fail_to_read(const struct walk *walk)
{
    give_up_part();
    fail("The file %s is damaged. Download it again.", walk->image->path);
}

static void write_link(struct walk *walk, sqfs_inode *inode, const char *path)
{
    char target[PATH_MAX];
    size_t size = sizeof target;
    if (sqfs_readlink(&walk->image->fs, inode, target, &size) != SQFS_OK)
        fail_to_read(walk);
    unlinkat(walk->folder, path, 0);
    if (symlinkat(target, walk->folder, path) != 0)
        fail_to_write(walk, path);
}

static void write_file(struct walk *walk, sqfs_inode *inode, const char *path)
{
    static char piece[PIECE];
    unlinkat(walk->folder, path, 0);
    const int fd = openat(walk->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                          inode->base.mode & 0755);
    if (fd < 0)
        fail_to_write(walk, path);
    for (uint64_t at = 0; at < inode->xtra.reg.file_size;) {
        sqfs_off_t got = sizeof piece;
        if (sqfs_read_range(&walk->image->fs, inode, (sqfs_off_t)at, &got, piece) != SQFS_OK ||
            got <= 0)
            fail_to_read(walk);
        for (sqfs_off_t done = 0; done < got;) {
            const ssize_t some = write(fd, piece + done, (size_t)(got - done));
            if (some < 0 && errno != EINTR)
                fail_to_write(walk, path);
            done += some > 0 ? some : 0;
        }
        at += (uint64_t)got;
    }
    if (close(fd) != 0)
        fail_to_write(walk, path);
}

static void write_entry(struct walk *walk, sqfs_inode *inode, const char *path)
{
    if (S_ISDIR(inode->base.mode)) {
        if (mkdirat(walk->folder, path, 0755) != 0 && errno != EEXIST)
            fail_to_write(walk, path);
    } else if (S_ISLNK(inode->base.mode)) {
        write_link(walk, inode, path);
    } else if (S_ISREG(inode->base.mode)) {
        write_file(walk, inode, path);
    }
}

/* Something that cleans caches may have taken a file of ours. */
static bool is_there(const struct walk *walk, const sqfs_inode *inode, const char *path)
{
    struct stat info;
    return fstatat(walk->folder, path, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           (info.st_mode & S_IFMT) == (inode->base.mode & S_IFMT) &&
           (!S_ISREG(info.st_mode) || (uint64_t)info.st_size == inode->xtra.reg.file_size);
}

static bool is_wanted(const struct walk *walk, const sqfs_inode *inode, const char *path)
{
    return !walk->pattern || S_ISDIR(inode->base.mode) || fnmatch(walk->pattern, path, 0) == 0;
}

/* False: something is not there (TASK_COMPARE). */
static bool walk_tree(struct walk *walk)
{
    sqfs *fs = &walk->image->fs;
    sqfs_traverse tree;
    sqfs_err error = SQFS_OK;
    bool same = true;
    if (sqfs_traverse_open(&tree, fs, sqfs_inode_root(fs)) != SQFS_OK)
        fail_to_read(walk);
    while (same && sqfs_traverse_next(&tree, &error)) {
        sqfs_inode inode;
        if (tree.dir_end)
            continue;
        if (sqfs_inode_get(fs, &inode, sqfs_dentry_inode(&tree.entry)) != SQFS_OK ||
            strchr(sqfs_dentry_name(&tree.entry), '/') ||
            strcmp(sqfs_dentry_name(&tree.entry), "..") == 0)
            fail_to_read(walk);
        if (walk->task == TASK_COMPARE)
            same = is_there(walk, &inode, tree.path);
        else if (walk->task == TASK_WRITE && is_wanted(walk, &inode, tree.path))
            write_entry(walk, &inode, tree.path);
        else if (walk->task == TASK_MEASURE && S_ISREG(inode.base.mode))
            walk->bytes += inode.xtra.reg.file_size;
    }
    sqfs_traverse_close(&tree);
    if (error != SQFS_OK)
        fail_to_read(walk);
    return same;
}

void unpack_into(struct image *image, const char *folder, const char *pattern)
{
    struct walk walk = {.image = image,
                        .task = TASK_WRITE,
                        .place = folder,
                        .pattern = pattern,
                        .folder = AT_FDCWD};
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        fail("The folder %s can't be made here: %s.", folder, strerror(errno));
    walk.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (walk.folder < 0)
        fail("The folder %s can't be opened: %s.", folder, strerror(errno));
    walk_tree(&walk);
    close(walk.folder);
}

/* ---- the cache ---- */

/* rm -r; links are not followed. */
static void remove_tree(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0)
        return;
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_tree(fd, entry->d_name);
    if (folder)
        closedir(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

/* A folder that is ours alone: nobody else can put programs there that we would run. -1 if it is not to be had. */
static int own_folder(const char *path)
{
    struct stat info;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return -1;
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
        ((info.st_mode & 077) == 0 || fchmod(fd, 0700) == 0) && faccessat(fd, ".", W_OK, 0) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* $XDG_CACHE_HOME, or ~/.cache, or the folder of temporary files. */
static int open_cache(char *path)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *temp = getenv("TMPDIR");
    char above[PATH_MAX];
    int fd = -1;
    if (cache && cache[0] == '/')
        text(above, sizeof above, "%s", cache);
    else
        text(above, sizeof above, "%s/.cache", home && home[0] == '/' ? home : "/nonexistent");
    mkdir(above, 0700);
    if (text(path, PATH_MAX, "%s/confab-appimage", above))
        fd = own_folder(path);
    if (fd < 0 && text(path, PATH_MAX, "%s/confab-appimage-%u",
                       temp && temp[0] == '/' ? temp : "/tmp", (unsigned)geteuid()))
        fd = own_folder(path);
    if (fd < 0)
        fail("It can't unpack itself: neither %s nor the folder of temporary files can be written, "
             "and there is no FUSE to do without.",
             above);
    return fd;
}

/* The descriptor of its lock, shared (in use) or exclusive (being filled or removed); -1: others have it. */
static int lock_folder(int cache, const char *name, int how)
{
    char path[NAME_MAX + sizeof LOCK + 1];
    if (!text(path, sizeof path, "%s/" LOCK, name))
        return -1;
    const int fd = openat(cache, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, how | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Other versions, and what was begun and never finished, unless something runs from it. */
static void clean(int cache, const char *mine)
{
    const int copy = openat(cache, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 || strcmp(entry->d_name, mine) == 0)
            continue;
        const int lock = lock_folder(cache, entry->d_name, LOCK_EX);
        if (lock >= 0) {
            remove_tree(cache, entry->d_name);
            close(lock);
        }
    }
    if (folder)
        closedir(folder);
}

/* Fills a folder under another name and renames it when it is whole: nobody meets half of one. */
static void fill(struct image *image, int cache, const char *place, const char *name)
{
    char own[NAME_MAX];
    struct walk walk = {.image = image, .task = TASK_WRITE, .place = place};
    text(own, sizeof own, "%s" PART ".%ld", name, (long)getpid());
    remove_tree(cache, own);
    if (mkdirat(cache, own, 0700) != 0)
        fail_to_write(&walk, own);
    part.cache = cache;
    part.name = own;
    const int lock = lock_folder(cache, own, LOCK_EX);
    walk.folder = openat(cache, own, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (walk.folder < 0 || lock < 0)
        fail_to_write(&walk, own);
    walk_tree(&walk);
    close(walk.folder);
    part.name = NULL;
    if (renameat(cache, own, cache, name) != 0) {
        const int code = errno;
        remove_tree(cache, own);
        errno = code;
        if (code != EEXIST && code != ENOTEMPTY) /* another start of us was quicker */
            fail_to_write(&walk, name);
    }
    close(lock);
}

/* Whole, and locked against being cleaned away. */
static bool take(struct image *image, int cache, const char *name, int *alive)
{
    struct walk walk = {.image = image, .task = TASK_COMPARE};
    struct stat info;
    if (fstatat(cache, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
        return false;
    *alive = lock_folder(cache, name, LOCK_SH);
    if (*alive < 0)
        return false;
    walk.folder = openat(cache, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const bool whole = walk.folder >= 0 && walk_tree(&walk);
    if (walk.folder >= 0)
        close(walk.folder);
    if (whole)
        return fcntl(*alive, F_SETFD, 0) == 0; /* held by the program that we become */
    close(*alive);
    return false;
}

void unpack_to_cache(struct image *image, char *unpacked, int *alive)
{
    char place[PATH_MAX], name[NAME_MAX];
    const int cache = open_cache(place);
    /* of two builds with one version both may be used in turn */
    text(name, sizeof name, PREFIX "%s-%08x", image->seal.version,
         image->seal.size ? image->seal.crc : image->fs.sb.mkfs_time);
    for (int i = 0; i < TRIES; i++) {
        if (take(image, cache, name, alive)) {
            clean(cache, name);
            close(cache);
            if (!text(unpacked, PATH_MAX, "%s/%s", place, name))
                fail("The path %s is too long.", place);
            return;
        }
        const int lock = lock_folder(cache, name, LOCK_EX); /* there, not whole, and not in use */
        if (lock >= 0) {
            remove_tree(cache, name);
            close(lock);
        }
        fill(image, cache, place, name);
    }
    fail("It can't unpack itself into %s/%s: something takes its files away.", place, name);
}
