#include "protocol/os/spawn.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/os/win32/command_line.h"
#include "protocol/os/win32/wide.h"

#define PIPE_SIZE 65536
#define LONGEST_WAIT_MS (INT64_C(1000) * 3600 * 24)

struct spawn {
    HANDLE process;
    HANDLE output;         /* read overlapped, so that reading can have a time-out */
    HANDLE done;           /* the event of a read under way */
    HANDLE input, written; /* the same for writing; NULL: its input is no pipe of ours */
    bool killed;
};

static void close_handle(HANDLE handle)
{
    if (handle && handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
}

/* Anonymous pipes can't be read or written with a time-out; a named one that nobody else can open can. */
static bool open_pipe(HANDLE *ours, HANDLE *theirs, bool we_write)
{
    static atomic_uint number;
    wchar_t name[64];
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    _snwprintf(name, sizeof name / sizeof name[0], L"\\\\.\\pipe\\confab-%lu-%u",
               GetCurrentProcessId(), atomic_fetch_add(&number, 1));
    *theirs = INVALID_HANDLE_VALUE;
    *ours = CreateNamedPipeW(name,
                             (DWORD)(we_write ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND) |
                                 FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                             PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, PIPE_SIZE,
                             PIPE_SIZE, 0, NULL);
    if (*ours == INVALID_HANDLE_VALUE)
        return false;
    *theirs = CreateFileW(name, we_write ? GENERIC_READ : GENERIC_WRITE, 0, &inherit, OPEN_EXISTING,
                          0, NULL);
    return *theirs != INVALID_HANDLE_VALUE;
}

static HANDLE open_nothing(DWORD access)
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    return CreateFileW(L"NUL", access, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit, OPEN_EXISTING,
                       0, NULL);
}

/* A copy that a child may inherit; nothing if there is none. */
static HANDLE inheritable(HANDLE handle, DWORD access)
{
    HANDLE copy;
    if (handle && handle != INVALID_HANDLE_VALUE &&
        DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, 0, TRUE,
                        DUPLICATE_SAME_ACCESS))
        return copy;
    return open_nothing(access);
}

/* The job whose programs end with us, however we end: its only handle is ours, and is not inherited. */
static HANDLE our_job(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    BOOL first;
    HANDLE job = NULL;
    if (!InitOnceBeginInitialize(&once, 0, &first, &job) || !first)
        return job;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = {0};
    info.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    job = CreateJobObjectW(NULL, NULL);
    if (job)
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &info, sizeof info);
    InitOnceComplete(&once, 0, job);
    return job;
}

/* CreateProcess() with these three standard handles, and no other inherited. It does not run yet. */
static bool create(const char *const *argv, HANDLE standard[3], PROCESS_INFORMATION *made)
{
    STARTUPINFOEXW start = {0};
    SIZE_T size = 0;
    wchar_t *line = command_line(argv);
    bool ok = false;
    if (!line) {
        SetLastError(ERROR_NO_UNICODE_TRANSLATION);
        return false;
    }
    InitializeProcThreadAttributeList(NULL, 1, 0, &size); /* says how much room it needs */
    start.lpAttributeList = mem_alloc(1, size);
    start.StartupInfo.cb = sizeof start;
    start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    start.StartupInfo.hStdInput = standard[0];
    start.StartupInfo.hStdOutput = standard[1];
    start.StartupInfo.hStdError = standard[2];
    if (InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size)) {
        ok = UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                       standard, 3 * sizeof standard[0], NULL, NULL) &&
             CreateProcessW(NULL, line, NULL, NULL, TRUE,
                            EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW | CREATE_SUSPENDED,
                            NULL, NULL, &start.StartupInfo, made);
        DWORD code = GetLastError();
        DeleteProcThreadAttributeList(start.lpAttributeList);
        SetLastError(code);
    }
    DWORD code = GetLastError();
    mem_free(start.lpAttributeList);
    mem_free(line);
    SetLastError(code);
    return ok;
}

/* input: the pipe that we write to, NULL if it is none; standard[0] and [1] are open already. All of these are taken. */
static struct spawn *start(const char *const *argv, bool ok, HANDLE output, HANDLE input,
                           HANDLE standard[3], struct err *err)
{
    PROCESS_INFORMATION made;
    struct spawn *child = NULL;
    standard[2] = inheritable(GetStdHandle(STD_ERROR_HANDLE), GENERIC_WRITE);
    if (ok && create(argv, standard, &made)) {
        /* some other program's job may refuse: then it ends when its pipes do */
        AssignProcessToJobObject(our_job(), made.hProcess);
        ResumeThread(made.hThread);
        CloseHandle(made.hThread);
        child = mem_alloc(1, sizeof *child);
        child->process = made.hProcess;
        child->output = output;
        child->done = CreateEventW(NULL, TRUE, FALSE, NULL);
        child->input = input;
        child->written = input ? CreateEventW(NULL, TRUE, FALSE, NULL) : NULL;
    } else {
        wide_fail(err, GetLastError(), "The program %s can't be started", argv[0]);
        close_handle(output);
        close_handle(input);
    }
    for (size_t i = 0; i < 3; i++)
        close_handle(standard[i]);
    return child;
}

struct spawn *spawn_start(const char *const *argv, os_file input, struct err *err)
{
    HANDLE output, standard[3];
    assert(argv[0]);
    bool ok = open_pipe(&output, &standard[1], false);
    standard[0] = inheritable((HANDLE)input, GENERIC_READ);
    return start(argv, ok, output, NULL, standard, err);
}

struct spawn *spawn_start_talk(const char *const *argv, struct err *err)
{
    HANDLE output, input = NULL, standard[3] = {0};
    assert(argv[0]);
    bool ok = open_pipe(&output, &standard[1], false) && open_pipe(&input, &standard[0], true);
    return start(argv, ok, output, input, standard, err);
}

bool spawn_write(struct spawn *child, const void *bytes, size_t size, int64_t timeout_ms,
                 struct err *err)
{
    const uint8_t *from = bytes;
    assert(child->input);
    if (timeout_ms > LONGEST_WAIT_MS)
        timeout_ms = LONGEST_WAIT_MS;
    while (size > 0) {
        OVERLAPPED writing = {0};
        DWORD done = 0, code = ERROR_SUCCESS;
        bool late = false;
        writing.hEvent = child->written;
        if (!WriteFile(child->input, from, size > PIPE_SIZE ? PIPE_SIZE : (DWORD)size, NULL,
                       &writing) &&
            GetLastError() != ERROR_IO_PENDING) {
            code = GetLastError();
        } else {
            DWORD wait = timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms;
            if (WaitForSingleObject(child->written, wait) == WAIT_TIMEOUT) {
                late = true;
                CancelIoEx(child->input, &writing);
            }
            if (!GetOverlappedResult(child->input, &writing, &done, TRUE))
                code = GetLastError();
        }
        if (code == ERROR_BROKEN_PIPE || code == ERROR_NO_DATA)
            return err_set(err, ERR_CLOSED, "A helper program has ended.");
        if (late && code == ERROR_OPERATION_ABORTED)
            return err_set(err, ERR_TIMEOUT, "A helper program took too long.");
        if (code != ERROR_SUCCESS)
            return wide_fail(err, code, "A helper program can't be written to");
        from += done;
        size -= done;
    }
    return true;
}

void spawn_end_input(struct spawn *child)
{
    close_handle(child->input);
    close_handle(child->written);
    child->input = child->written = NULL;
}

bool spawn_read(struct spawn *child, void *bytes, size_t size, int64_t timeout_ms, size_t *got,
                struct err *err)
{
    OVERLAPPED reading = {0};
    DWORD done = 0, code = ERROR_SUCCESS;
    bool late = false;
    *got = 0;
    if (timeout_ms > LONGEST_WAIT_MS)
        timeout_ms = LONGEST_WAIT_MS;
    reading.hEvent = child->done;
    if (!ReadFile(child->output, bytes, size > PIPE_SIZE ? PIPE_SIZE : (DWORD)size, NULL,
                  &reading) &&
        GetLastError() != ERROR_IO_PENDING) {
        code = GetLastError();
    } else {
        DWORD wait = timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms;
        if (WaitForSingleObject(child->done, wait) == WAIT_TIMEOUT) {
            late = true;
            CancelIoEx(child->output, &reading);
        }
        /* waits for the cancelling too; what came in the last moment counts */
        if (!GetOverlappedResult(child->output, &reading, &done, TRUE))
            code = GetLastError();
    }
    *got = done;
    if (code == ERROR_SUCCESS || code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF)
        return true;
    if (late && code == ERROR_OPERATION_ABORTED)
        return err_set(err, ERR_TIMEOUT, "A helper program took too long.");
    return wide_fail(err, code, "A helper program's output can't be read");
}

void spawn_kill(struct spawn *child)
{
    child->killed = TerminateProcess(child->process, 1) || child->killed;
}

int spawn_finish(struct spawn *child)
{
    DWORD code = 1;
    CloseHandle(child->output);
    spawn_end_input(child);
    WaitForSingleObject(child->process, INFINITE);
    GetExitCodeProcess(child->process, &code);
    CloseHandle(child->process);
    CloseHandle(child->done);
    /* an exception's number, such as 0xC0000005, has its highest bit set */
    int result = child->killed || code > 0x7fffffff ? -1 : (int)code;
    mem_free(child);
    return result;
}

bool spawn_detached(const char *const *argv, struct err *err)
{
    STARTUPINFOW start = {0};
    PROCESS_INFORMATION made;
    wchar_t *line = command_line(argv);
    assert(argv[0]);
    start.cb = sizeof start;
    bool ok = line && CreateProcessW(NULL, line, NULL, NULL, FALSE,
                                     DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP, NULL, NULL,
                                     &start, &made);
    DWORD code = line ? GetLastError() : ERROR_NO_UNICODE_TRANSLATION;
    mem_free(line);
    if (!ok)
        return wide_fail(err, code, "The program %s can't be started", argv[0]);
    CloseHandle(made.hThread);
    CloseHandle(made.hProcess);
    return true;
}
