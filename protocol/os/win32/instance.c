/* A named pipe that only this person may open, and a mutex that says who the first one is: both go with
 * the process. Of one session each, for a window of another one cannot come to the front. */
#include "protocol/os/instance.h"

#include <string.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"
#include "protocol/os/win32/wide.h"

#define HEAR_MS 1000 /* a caller has as long for its word */
#define AGAIN_MS 20  /* between two tries to reach one that is only starting */
#define PIPE_BYTES 4096
#define NAME_LENGTH 128
#define SID_BYTES 256

struct instance {
    HANDLE first; /* the mutex */
    HANDLE pipe;  /* the next caller's; NULL: to be made */
    HANDLE stop, done;
    wchar_t name[NAME_LENGTH];
};

struct instance_caller {
    HANDLE pipe, done;
};

static bool own_sid(uint8_t room[SID_BYTES], PSID *sid)
{
    HANDLE token;
    DWORD size;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    const bool ok = GetTokenInformation(token, TokenUser, room, SID_BYTES, &size);
    CloseHandle(token);
    if (ok)
        *sid = ((TOKEN_USER *)(void *)room)->User.Sid;
    return ok;
}

/* "Local\confab-HASH" of the mutex, "\\.\pipe\confab-HASH" of the pipe. */
static bool make_name(const char *what, const char *name, wchar_t out[NAME_LENGTH])
{
    char whole[OS_PATH_MAX + 300], hex[SHA256_HEX_SIZE], text[NAME_LENGTH];
    _Alignas(8) uint8_t room[SID_BYTES];
    PSID sid;
    char *words;
    DWORD session = 0;
    if (!own_sid(room, &sid) || !ConvertSidToStringSidA(sid, &words))
        return false;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    str_format(whole, sizeof whole, "%s\n%lu\n%s", words, (unsigned long)session, name);
    LocalFree(words);
    sha256_hex(whole, strlen(whole), hex);
    str_format(text, sizeof text, "%sconfab-%.32s", what, hex);
    wchar_t *wide = wide_from(text);
    wcscpy(out, wide); /* as long as text at most */
    mem_free(wide);
    return true;
}

static bool is_ours(HANDLE pipe)
{
    _Alignas(8) uint8_t room[SID_BYTES];
    PSID own, owner = NULL;
    PSECURITY_DESCRIPTOR rights = NULL;
    const bool ok = own_sid(room, &own) &&
                    GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                    NULL, NULL, NULL, &rights) == ERROR_SUCCESS &&
                    owner && EqualSid(owner, own);
    LocalFree(rights);
    return ok;
}

/* For this person alone: not for others, not over the network. Where somebody else has made one of that
 * name first, his rights hold for ours too: then there is none. */
static HANDLE make_pipe(const wchar_t *name)
{
    char words[NAME_LENGTH * 2], *own;
    _Alignas(8) uint8_t room[SID_BYTES];
    PSID sid;
    HANDLE pipe = INVALID_HANDLE_VALUE;
    SECURITY_ATTRIBUTES rights = {.nLength = sizeof rights};
    if (!own_sid(room, &sid) || !ConvertSidToStringSidA(sid, &own))
        return pipe;
    str_format(words, sizeof words, "O:%sD:P(A;;GA;;;%s)", own, own);
    LocalFree(own);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(words, SDDL_REVISION_1,
                                                              &rights.lpSecurityDescriptor, NULL))
        return pipe;
    pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_REJECT_REMOTE_CLIENTS,
                            PIPE_UNLIMITED_INSTANCES, PIPE_BYTES, PIPE_BYTES, 0, &rights);
    const DWORD code = GetLastError();
    LocalFree(rights.lpSecurityDescriptor);
    SetLastError(code);
    if (pipe != INVALID_HANDLE_VALUE && !is_ours(pipe)) {
        CloseHandle(pipe);
        SetLastError(ERROR_ACCESS_DENIED);
        return INVALID_HANDLE_VALUE;
    }
    return pipe;
}

struct instance *instance_keep(const char *name, struct err *err)
{
    wchar_t mutex[NAME_LENGTH];
    struct instance *instance = mem_alloc(1, sizeof *instance);
    bool ok = make_name("Local\\", name, mutex) && make_name("\\\\.\\pipe\\", name, instance->name);
    instance->first = ok ? CreateMutexW(NULL, FALSE, mutex) : NULL;
    DWORD code = GetLastError();
    if (instance->first && code == ERROR_ALREADY_EXISTS)
        err_set(err, ERR_EXISTS, "It is open already.");
    else if (!instance->first)
        wide_fail(err, code, "No name for later starts");
    else {
        instance->pipe = make_pipe(instance->name);
        code = GetLastError();
        instance->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
        instance->done = CreateEventW(NULL, TRUE, FALSE, NULL);
        if (instance->pipe != INVALID_HANDLE_VALUE && instance->stop && instance->done)
            return instance;
        wide_fail(err, code, "No pipe for later starts");
    }
    instance_destroy(instance);
    return NULL;
}

static void close_handle(HANDLE handle)
{
    if (handle && handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
}

void instance_destroy(struct instance *instance)
{
    if (!instance)
        return;
    close_handle(instance->pipe);
    close_handle(instance->stop);
    close_handle(instance->done);
    close_handle(instance->first);
    mem_free(instance);
}

void instance_stop(struct instance *instance)
{
    SetEvent(instance->stop);
}

/* What was begun on the pipe with `work` comes to an end, or is ended: at until_ms, or when `stop` (NULL:
 * nothing) is set. */
static bool finish(HANDLE pipe, OVERLAPPED *work, HANDLE stop, int64_t until_ms, DWORD *moved)
{
    const HANDLE both[] = {work->hEvent, stop};
    const int64_t left_ms = until_ms - clock_now_ms();
    const DWORD wait_ms = until_ms == INT64_MAX ? INFINITE : left_ms > 0 ? (DWORD)left_ms : 0;
    if (WaitForMultipleObjects(stop ? 2 : 1, both, FALSE, wait_ms) != WAIT_OBJECT_0)
        CancelIo(pipe);
    return GetOverlappedResult(pipe, work, moved, TRUE);
}

static bool is_begun(BOOL at_once)
{
    return at_once || GetLastError() == ERROR_IO_PENDING;
}

/* A line without its end. */
static bool read_line(HANDLE pipe, HANDLE done, char *line, size_t size, int64_t until_ms)
{
    DWORD used = 0, got;
    while (used < size) {
        OVERLAPPED work = {.hEvent = done};
        if (!is_begun(ReadFile(pipe, line + used, (DWORD)size - used, NULL, &work)) ||
            !finish(pipe, &work, NULL, until_ms, &got) || got == 0)
            return false;
        used += got;
        if (line[used - 1] == '\n') {
            line[used - 1] = '\0';
            return strlen(line) == used - 1;
        }
    }
    return false;
}

static bool write_all(HANDLE pipe, HANDLE done, const char *bytes, size_t size, int64_t until_ms)
{
    OVERLAPPED work = {.hEvent = done};
    DWORD moved;
    return is_begun(WriteFile(pipe, bytes, (DWORD)size, NULL, &work)) &&
           finish(pipe, &work, NULL, until_ms, &moved) && moved == size;
}

static bool has_caller(struct instance *instance)
{
    OVERLAPPED work = {.hEvent = instance->done};
    DWORD moved;
    if (!ConnectNamedPipe(instance->pipe, &work) && GetLastError() == ERROR_PIPE_CONNECTED)
        return true;
    return GetLastError() == ERROR_IO_PENDING &&
           finish(instance->pipe, &work, instance->stop, INT64_MAX, &moved);
}

bool instance_hear(struct instance *instance, char word[INSTANCE_WORD_SIZE],
                   struct instance_caller **caller)
{
    while (WaitForSingleObject(instance->stop, 0) != WAIT_OBJECT_0) {
        if (!instance->pipe)
            instance->pipe = make_pipe(instance->name);
        if (instance->pipe == INVALID_HANDLE_VALUE)
            return false;
        const bool called = has_caller(instance);
        HANDLE pipe = instance->pipe;
        if (called &&
            read_line(pipe, instance->done, word, INSTANCE_WORD_SIZE, clock_now_ms() + HEAR_MS)) {
            instance->pipe = NULL;
            *caller = mem_alloc(1, sizeof **caller);
            (*caller)->pipe = pipe;
            (*caller)->done = CreateEventW(NULL, TRUE, FALSE, NULL);
            return true;
        }
        CloseHandle(pipe);
        instance->pipe = NULL;
    }
    return false;
}

bool instance_answer(struct instance_caller *caller, bool took)
{
    DWORD left;
    const bool here =
        PeekNamedPipe(caller->pipe, NULL, 0, NULL, &left, NULL); /* else it has gone */
    const bool ok = here && took && caller->done &&
                    write_all(caller->pipe, caller->done, "ok\n", 3, clock_now_ms() + HEAR_MS);
    close_handle(caller->pipe); /* what is in it can still be read */
    close_handle(caller->done);
    mem_free(caller);
    return ok;
}

bool instance_tell(const char *name, const char *word, int timeout_ms)
{
    wchar_t wide[NAME_LENGTH];
    char line[INSTANCE_WORD_SIZE], answer[8];
    const int64_t until_ms = clock_now_ms() + timeout_ms;
    ULONG first;
    if (strchr(word, '\n') || !str_format(line, sizeof line, "%s\n", word) ||
        !make_name("\\\\.\\pipe\\", name, wide))
        return false;
    HANDLE done = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE pipe =
        CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    bool told = done && pipe != INVALID_HANDLE_VALUE && is_ours(pipe);
    if (told && GetNamedPipeServerProcessId(pipe, &first))
        AllowSetForegroundWindow(first); /* we were started by a click just now, it was not */
    told = told && write_all(pipe, done, line, strlen(line), until_ms) &&
           read_line(pipe, done, answer, sizeof answer, until_ms) && str_equal(answer, "ok");
    close_handle(pipe);
    close_handle(done);
    if (!told)
        Sleep(AGAIN_MS); /* it may be between its mutex and its pipe */
    return told;
}
