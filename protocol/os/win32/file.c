#include "protocol/os/file.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winioctl.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file_parts.h"
#include "protocol/os/win32/wide.h"

#define FILETIME_1970 INT64_C(116444736000000000) /* 100 ns from 1601 to 1970 */
/* As on POSIX: what is open can be read, renamed and removed by others. */
#define SHARE (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define CALL_MAX (1u << 30) /* bytes in one call: its counts have 32 bits */

static HANDLE handle(os_file file)
{
    return (HANDLE)file;
}

/* The handle is not inherited: no security attributes. */
static os_file open_wide(const char *path, DWORD access, DWORD how, struct err *err)
{
    wchar_t *wide = wide_path(path, err);
    if (!wide)
        return OS_FILE_NONE;
    HANDLE file = CreateFileW(wide, access, SHARE, NULL, how, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD code = GetLastError();
    mem_free(wide);
    if (file != INVALID_HANDLE_VALUE)
        return (os_file)file;
    if (file_info(path).is_folder)
        err_set(err, ERR_FORMAT, "%s is a folder, not a file.", path);
    else if (code == ERROR_FILE_EXISTS)
        err_set(err, ERR_EXISTS, "%s is there already.", path);
    else
        wide_fail(err, code, "%s can't be opened", path);
    return OS_FILE_NONE;
}

os_file file_open(const char *path, enum file_mode mode, struct err *err)
{
    if (mode == FILE_READ)
        return open_wide(path, GENERIC_READ, OPEN_EXISTING, err);
    return open_wide(path, GENERIC_READ | GENERIC_WRITE,
                     mode == FILE_WRITE_NEW ? CREATE_NEW : OPEN_ALWAYS, err);
}

os_file file_open_private(const char *path, struct err *err)
{
    /* in a person's profile the folder's access list already keeps others out */
    return open_wide(path, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, err);
}

void file_close(os_file file)
{
    if (file != OS_FILE_NONE)
        CloseHandle(handle(file));
}

static OVERLAPPED at_offset(uint64_t offset)
{
    OVERLAPPED at = {0};
    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    return at;
}

bool file_read_some(os_file file, uint64_t offset, void *bytes, size_t size, size_t *got,
                    struct err *err)
{
    OVERLAPPED at = at_offset(offset);
    DWORD done = 0;
    *got = 0;
    if (!ReadFile(handle(file), bytes, size > CALL_MAX ? CALL_MAX : (DWORD)size, &done, &at)) {
        DWORD code = GetLastError();
        if (code != ERROR_HANDLE_EOF && code != ERROR_BROKEN_PIPE)
            return wide_fail(err, code, "A file can't be read");
    }
    *got = done;
    return true;
}

bool file_write_at(os_file file, uint64_t offset, const void *bytes, size_t size, struct err *err)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        OVERLAPPED at = at_offset(offset);
        DWORD done = 0;
        if (!WriteFile(handle(file), next, size > CALL_MAX ? CALL_MAX : (DWORD)size, &done, &at) ||
            done == 0)
            return wide_fail(err, GetLastError(), "A file can't be written");
        next += done;
        offset += done;
        size -= done;
    }
    return true;
}

bool file_size(os_file file, uint64_t *size, struct err *err)
{
    LARGE_INTEGER length;
    if (!GetFileSizeEx(handle(file), &length))
        return wide_fail(err, GetLastError(), "The size of a file can't be read");
    *size = (uint64_t)length.QuadPart;
    return true;
}

bool file_truncate(os_file file, uint64_t size, struct err *err)
{
    FILE_END_OF_FILE_INFO end;
    end.EndOfFile.QuadPart = (LONGLONG)size;
    return SetFileInformationByHandle(handle(file), FileEndOfFileInfo, &end, sizeof end) ||
           wide_fail(err, GetLastError(), "A file can't be cut to its length");
}

void file_make_sparse(os_file file)
{
    DWORD got;
    DeviceIoControl(handle(file), FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &got, NULL);
}

bool file_sync(os_file file, struct err *err)
{
    return FlushFileBuffers(handle(file)) ||
           wide_fail(err, GetLastError(), "A file could not be brought to the disk");
}

struct file_info file_info(const char *path)
{
    struct file_info info = {0};
    WIN32_FILE_ATTRIBUTE_DATA facts;
    wchar_t *wide = wide_path(path, NULL);
    if (wide && GetFileAttributesExW(wide, GetFileExInfoStandard, &facts)) {
        int64_t ticks = (int64_t)((uint64_t)facts.ftLastWriteTime.dwHighDateTime << 32 |
                                  facts.ftLastWriteTime.dwLowDateTime);
        info.exists = true;
        info.is_folder = (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        info.size = info.is_folder ? 0 : (uint64_t)facts.nFileSizeHigh << 32 | facts.nFileSizeLow;
        info.modified_ms = (ticks - FILETIME_1970) / 10000;
    }
    mem_free(wide);
    return info;
}

/* FILE_RENAME_INFO and its like since Windows 10; the headers have them for no older one. */
#define RENAME_INFO_EX 22
#define RENAME_REPLACE 1u
#define RENAME_POSIX 2u
struct rename_info {
    DWORD flags;
    HANDLE root;
    DWORD bytes;
    WCHAR to[];
};

/* Over a file that somebody has open: he keeps the old one. */
static bool replace_open(HANDLE file, const wchar_t *to)
{
    const size_t bytes = wcslen(to) * sizeof *to, size = sizeof(struct rename_info) + bytes + 2;
    struct rename_info *info = mem_alloc(1, size);
    info->flags = RENAME_REPLACE | RENAME_POSIX;
    info->bytes = (DWORD)bytes;
    memcpy(info->to, to, bytes);
    const bool ok = SetFileInformationByHandle(file, RENAME_INFO_EX, info, (DWORD)size);
    mem_free(info);
    return ok;
}

/* A name beside it that nobody has; mem_free() it. */
static wchar_t *name_aside(const wchar_t *path)
{
    static LONG number;
    const size_t room = wcslen(path) + 40;
    wchar_t *aside = mem_alloc(room, sizeof *aside);
    swprintf(aside, room, L"%ls.%lx-%lx.old", path, GetCurrentProcessId(),
             InterlockedIncrement(&number));
    return aside;
}

/* The same where the system or the disk (FAT, a share) knows no such rename, and over what may only be
 * read: for a moment there is no file of that name. */
static bool replace_aside(const wchar_t *from, const wchar_t *to)
{
    wchar_t *aside = name_aside(to);
    bool ok = MoveFileExW(to, aside, 0);
    if (ok) {
        ok = MoveFileExW(from, to, 0);
        if (!ok)
            MoveFileExW(aside, to, 0);
        else if (!DeleteFileW(aside)) { /* gone when the last who has it open closes it */
            SetFileAttributesW(aside, FILE_ATTRIBUTE_NORMAL);
            DeleteFileW(aside);
        }
    }
    mem_free(aside);
    return ok;
}

/* Only what can be moved away from its old name, and never over a folder. */
static bool replace(const wchar_t *from, const wchar_t *to)
{
    const DWORD there = GetFileAttributesW(to); /* all bits set: nothing */
    if (there & FILE_ATTRIBUTE_DIRECTORY)
        return false;
    HANDLE file = CreateFileW(from, DELETE | SYNCHRONIZE, SHARE, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    const bool ok = replace_open(file, to);
    CloseHandle(file);
    return ok || replace_aside(from, to);
}

#define PATIENCE_FIRST_MS 5 /* then twice as long each time: 155 ms in all */
#define PATIENCE_LAST_MS 80

/* Virus scanners and the search index hold for a moment what was written just now. */
static bool move_wide(const wchar_t *from, const wchar_t *to, DWORD flags)
{
    for (DWORD wait_ms = PATIENCE_FIRST_MS;; wait_ms *= 2) {
        if (MoveFileExW(from, to, flags))
            return true;
        const DWORD code = GetLastError();
        const bool held = code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION;
        if (held && (flags & MOVEFILE_REPLACE_EXISTING) && replace(from, to))
            return true;
        SetLastError(code);
        if (!held || wait_ms > PATIENCE_LAST_MS)
            return false;
        Sleep(wait_ms);
    }
}

static bool move(const char *from, const char *to, DWORD flags, struct err *err)
{
    wchar_t *wide_old = wide_path(from, err);
    wchar_t *wide_new = wide_old ? wide_path(to, err) : NULL;
    bool ok = wide_new && move_wide(wide_old, wide_new, flags | MOVEFILE_WRITE_THROUGH);
    DWORD code = GetLastError();
    bool named = wide_new != NULL;
    mem_free(wide_old);
    mem_free(wide_new);
    if (ok || !named)
        return ok;
    if (code == ERROR_ALREADY_EXISTS || code == ERROR_FILE_EXISTS)
        return err_set(err, ERR_EXISTS, "%s is there already.", to);
    return wide_fail(err, code, "%s can't be renamed to %s", from, path_base(to));
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    return move(from, to, MOVEFILE_REPLACE_EXISTING, err);
}

bool file_rename_new(const char *from, const char *to, struct err *err)
{
    return move(from, to, 0, err);
}

static bool remove_entry(const char *path, BOOL(WINAPI *remove)(LPCWSTR), struct err *err)
{
    wchar_t *wide = wide_path(path, err);
    if (!wide)
        return false;
    bool ok = remove(wide);
    DWORD code = GetLastError();
    mem_free(wide);
    return ok || code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ||
           wide_fail(err, code, "%s can't be removed", path);
}

/* What somebody has open goes when he closes it, but its name is free at once: before Windows 10 and on
 * other disks it would be so for nobody until then. */
static BOOL WINAPI remove_file(LPCWSTR path)
{
    wchar_t *aside = name_aside(path);
    BOOL ok = MoveFileExW(path, aside, 0);
    if (ok)
        ok = DeleteFileW(aside) || (MoveFileExW(aside, path, 0) && DeleteFileW(path));
    else
        ok = DeleteFileW(path);
    const DWORD code = GetLastError();
    mem_free(aside);
    SetLastError(code);
    return ok;
}

bool file_remove(const char *path, struct err *err)
{
    return remove_entry(path, remove_file, err);
}

bool file_remove_folder(const char *path, struct err *err)
{
    return remove_entry(path, RemoveDirectoryW, err);
}

bool file_make_folder(const char *path, struct err *err)
{
    char part[OS_PATH_MAX];
    DWORD code = ERROR_SUCCESS;
    if (!str_copy(part, sizeof part, path))
        return err_set(err, ERR_LIMIT, "A folder's path is too long.");
    for (char *end = part + 1;; end++) {
        char kept = *end;
        if (kept != '/' && kept != '\\' && kept != '\0')
            continue;
        *end = '\0';
        /* drives and shares ("C:", "\\server") are refused: only the last part's failure counts */
        wchar_t *wide = wide_path(part, err);
        if (!wide)
            return false;
        code = CreateDirectoryW(wide, NULL) ? ERROR_SUCCESS : GetLastError();
        mem_free(wide);
        *end = kept;
        if (kept == '\0')
            break;
    }
    struct file_info info = file_info(path);
    if (info.is_folder)
        return true;
    if (info.exists)
        return err_set(err, ERR_EXISTS, "%s is a file, a folder is needed there.", path);
    return wide_fail(err, code, "The folder %s can't be made", path);
}

bool file_sync_folder(const char *path, struct err *err)
{
    /* NTFS writes names to its journal by itself; there is no call for it */
    return file_info(path).is_folder ||
           err_set(err, ERR_NOT_FOUND, "The folder %s is not there.", path);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
    ULARGE_INTEGER available;
    wchar_t *wide = wide_path(path, NULL);
    bool ok = wide && GetDiskFreeSpaceExW(wide, &available, NULL, NULL);
    mem_free(wide);
    if (ok)
        *bytes = available.QuadPart;
    return ok;
}

bool file_list(const char *path, char ***names, size_t *count, struct err *err)
{
    struct file_names list = {0};
    char pattern[OS_PATH_MAX];
    char name[MAX_PATH * 4];
    WIN32_FIND_DATAW entry;
    *names = NULL;
    *count = 0;
    if (!path_join(pattern, path, "*"))
        return err_set(err, ERR_LIMIT, "A folder's path is too long.");
    wchar_t *wide = wide_path(pattern, err);
    if (!wide)
        return false;
    HANDLE found = FindFirstFileW(wide, &entry);
    DWORD code = found == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
    mem_free(wide);
    while (code == ERROR_SUCCESS) {
        if (wide_to(entry.cFileName, name, sizeof name))
            file_names_add(&list, name);
        if (!FindNextFileW(found, &entry))
            code = GetLastError();
    }
    if (found != INVALID_HANDLE_VALUE)
        FindClose(found);
    /* a drive's root has not even "." in it */
    if (code != ERROR_NO_MORE_FILES && code != ERROR_FILE_NOT_FOUND) {
        file_list_free(list.names, list.count);
        return wide_fail(err, code, "The folder %s can't be read", path);
    }
    file_names_take(&list, names, count);
    return true;
}

bool file_lock_folder(const char *folder, os_file *lock, struct err *err)
{
    char path[OS_PATH_MAX];
    OVERLAPPED at = {0};
    *lock = OS_FILE_NONE;
    if (!path_join(path, folder, FILE_LOCK_NAME))
        return err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", folder);
    os_file file = file_open(path, FILE_WRITE, err);
    if (file == OS_FILE_NONE)
        return false;
    if (!LockFileEx(handle(file), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                    &at)) {
        DWORD code = GetLastError();
        file_close(file);
        if (code == ERROR_LOCK_VIOLATION || code == ERROR_IO_PENDING)
            return file_lock_words(err, folder);
        return wide_fail(err, code, "The folder %s can't be locked", folder);
    }
    *lock = file;
    return true;
}
