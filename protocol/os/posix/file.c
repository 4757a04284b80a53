#include "protocol/os/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file_parts.h"
#include "protocol/os/posix/fd.h"

#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

static int open_again(const char *path, int flags, mode_t mode)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

os_file file_open(const char *path, enum file_mode mode, struct err *err)
{
    int flags = O_RDWR | O_CREAT;
    if (mode == FILE_READ)
        flags = O_RDONLY;
    else if (mode == FILE_WRITE_NEW)
        flags |= O_EXCL;
    int fd = open_again(path, flags, 0666); /* the person's umask has the last word */
    if (fd >= 0) {
        struct stat facts;
        if (fstat(fd, &facts) == 0 && !S_ISDIR(facts.st_mode))
            return fd;
        close(fd);
        err_set(err, ERR_FORMAT, "%s is a folder, not a file.", path);
    } else if (errno == EEXIST) {
        err_set(err, ERR_EXISTS, "%s is there already.", path);
    } else {
        err_set_errno(err, errno, "%s can't be opened", path);
    }
    return OS_FILE_NONE;
}

/* What root saves in somebody's folder is theirs: an administrator sets the password of a service that runs
 * as a user of its own, and that user has to read it. */
static void give_to_owner_of_folder(int fd, const char *path)
{
    char folder[OS_PATH_MAX];
    struct stat facts;
    if (geteuid() != 0 || !str_copy(folder, sizeof folder, path))
        return;
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    if (stat(slash ? folder : ".", &facts) == 0 && facts.st_uid != 0)
        (void)!fchown(fd, facts.st_uid, facts.st_gid); /* not on a disk without owners */
}

os_file file_open_private(const char *path, struct err *err)
{
    int fd = open_again(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        give_to_owner_of_folder(fd, path);
        return fd;
    }
    err_set_errno(err, errno, "%s can't be written", path);
    return OS_FILE_NONE;
}

void file_close(os_file file)
{
    if (file != OS_FILE_NONE)
        close((int)file);
}

bool file_read_some(os_file file, uint64_t offset, void *bytes, size_t size, size_t *got,
                    struct err *err)
{
    ssize_t done;
    *got = 0;
    if (size > SSIZE_MAX)
        size = SSIZE_MAX;
    do
        done = pread((int)file, bytes, size, (off_t)offset);
    while (done < 0 && errno == EINTR);
    if (done < 0)
        return err_set_errno(err, errno, "A file can't be read");
    *got = (size_t)done;
    return true;
}

bool file_write_at(os_file file, uint64_t offset, const void *bytes, size_t size, struct err *err)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t done = pwrite((int)file, next, size, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return err_set_errno(err, done < 0 ? errno : ENOSPC, "A file can't be written");
        next += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

bool file_size(os_file file, uint64_t *size, struct err *err)
{
    struct stat facts;
    if (fstat((int)file, &facts) != 0)
        return err_set_errno(err, errno, "The size of a file can't be read");
    *size = (uint64_t)facts.st_size;
    return true;
}

bool file_truncate(os_file file, uint64_t size, struct err *err)
{
    int failed;
    do
        failed = ftruncate((int)file, (off_t)size);
    while (failed && errno == EINTR);
    return !failed || err_set_errno(err, errno, "A file can't be cut to its length");
}

void file_make_sparse(os_file file)
{
    (void)file; /* they are */
}

bool file_sync(os_file file, struct err *err)
{
#ifdef __APPLE__
    /* fsync(2) there: the drive may keep the bytes in its cache; this one reaches the medium */
    if (fcntl((int)file, F_FULLFSYNC) == 0)
        return true;
    int failed = fsync((int)file);
#else
    int failed = fdatasync((int)file);
#endif
    return !failed || err_set_errno(err, errno, "A file could not be brought to the disk");
}

struct file_info file_info(const char *path)
{
    struct file_info info = {0};
    struct stat facts;
    if (stat(path, &facts) != 0)
        return info;
    info.exists = true;
    info.is_folder = S_ISDIR(facts.st_mode);
    info.size = info.is_folder ? 0 : (uint64_t)facts.st_size;
#ifdef __APPLE__
    const struct timespec *when = &facts.st_mtimespec;
#else
    const struct timespec *when = &facts.st_mtim;
#endif
    info.modified_ms = (int64_t)when->tv_sec * 1000 + when->tv_nsec / 1000000;
    return info;
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    return rename(from, to) == 0 ||
           err_set_errno(err, errno, "%s can't be renamed to %s", from, path_base(to));
}

/* Where there are no hard links (FAT, some network folders): take the name with an empty file of
 * our own, then replace that. */
static int rename_over_own(const char *from, const char *to)
{
    int fd = open_again(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    if (rename(from, to) == 0)
        return 0;
    int saved = errno;
    unlink(to);
    errno = saved;
    return -1;
}

bool file_rename_new(const char *from, const char *to, struct err *err)
{
    int failed = link(from, to);
    if (failed && errno != EEXIST && errno != ENOENT && errno != EXDEV && errno != ENOSPC)
        failed = rename_over_own(from, to);
    else if (!failed)
        unlink(from);
    if (failed && errno == EEXIST)
        return err_set(err, ERR_EXISTS, "%s is there already.", to);
    return !failed || err_set_errno(err, errno, "%s can't be renamed to %s", from, path_base(to));
}

bool file_remove(const char *path, struct err *err)
{
    return unlink(path) == 0 || errno == ENOENT ||
           err_set_errno(err, errno, "%s can't be removed", path);
}

bool file_remove_folder(const char *path, struct err *err)
{
    return rmdir(path) == 0 || errno == ENOENT ||
           err_set_errno(err, errno, "%s can't be removed", path);
}

bool file_make_folder(const char *path, struct err *err)
{
    char part[OS_PATH_MAX];
    if (!str_copy(part, sizeof part, path))
        return err_set(err, ERR_LIMIT, "A folder's path is too long.");
    for (char *end = part + 1;; end++) {
        if (*end != '/' && *end != '\0')
            continue;
        char kept = *end;
        *end = '\0';
        /* EEXIST may be a file: the last part's kind is looked at below. EROFS and EACCES are given
         * for folders that exist on the way, too. */
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            int code = errno;
            if (!file_info(part).is_folder)
                return err_set_errno(err, code, "The folder %s can't be made", part);
        }
        *end = kept;
        if (kept == '\0')
            break;
    }
    return file_info(path).is_folder ||
           err_set(err, ERR_EXISTS, "%s is a file, a folder is needed there.", path);
}

bool file_sync_folder(const char *path, struct err *err)
{
    int fd = open_again(path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return err_set_errno(err, errno, "The folder %s can't be opened", path);
    int code = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    /* EINVAL: this kind of folder has nothing to bring to a disk */
    return code == 0 || code == EINVAL ||
           err_set_errno(err, code, "The folder %s could not be brought to the disk", path);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
    struct statvfs facts;
    if (statvfs(path, &facts) != 0)
        return false;
    *bytes = (uint64_t)facts.f_bavail * (uint64_t)facts.f_frsize;
    return true;
}

bool file_list(const char *path, char ***names, size_t *count, struct err *err)
{
    struct file_names list = {0};
    DIR *folder = opendir(path);
    if (!folder)
        return err_set_errno(err, errno, "The folder %s can't be read", path);
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(folder)) != NULL)
        file_names_add(&list, entry->d_name);
    int code = errno;
    closedir(folder);
    file_names_take(&list, names, count);
    if (code == 0)
        return true;
    file_list_free(*names, *count);
    *names = NULL;
    *count = 0;
    return err_set_errno(err, code, "The folder %s can't be read", path);
}

bool file_lock_folder(const char *folder, os_file *lock, struct err *err)
{
    char path[OS_PATH_MAX];
    *lock = OS_FILE_NONE;
    if (!path_join(path, folder, FILE_LOCK_NAME))
        return err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", folder);
    int fd = open_again(path, O_RDWR | O_CREAT, 0600);
    if (fd < 0)
        return err_set_errno(err, errno, "%s can't be written", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int code = errno;
        close(fd);
        if (code == EWOULDBLOCK)
            return file_lock_words(err, folder);
        return err_set_errno(err, code, "The folder %s can't be locked", folder);
    }
    *lock = fd;
    return true;
}
