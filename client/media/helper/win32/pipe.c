#include "client/media/helper/pipe.h"

#include <stdlib.h>
#include <windows.h>

#include "protocol/os/thread.h"

#define WATCH_EVERY_MS 500

/* Whoever reads notices by itself that the client has gone, but a file may keep its decoder busy for ever. */
static void watch(void *none)
{
    (void)none;
    while (PeekNamedPipe(GetStdHandle(STD_INPUT_HANDLE), NULL, 0, NULL, NULL, NULL))
        Sleep(WATCH_EVERY_MS);
    Sleep(PIPE_GONE_MS);
    _Exit(0);
}

/* Who makes the pipe says how wide it is. */
void pipe_prepare(void)
{
    (void)thread_start(watch, NULL, NULL); /* ends with the process */
}

bool pipe_has_input(bool until_writable)
{
    /* whether a pipe can be written cannot be asked: writing waits */
    (void)until_writable;
    DWORD waiting = 0;
    if (!PeekNamedPipe(GetStdHandle(STD_INPUT_HANDLE), NULL, 0, NULL, &waiting, NULL))
        return true; /* reading says what it is */
    return waiting > 0;
}

bool pipe_has_input_within(int timeout_ms)
{
    const int step_ms = 5; /* a pipe cannot be waited for */
    for (int waited_ms = 0; waited_ms < timeout_ms; waited_ms += step_ms) {
        if (pipe_has_input(false))
            return true;
        Sleep((DWORD)step_ms);
    }
    return pipe_has_input(false);
}

size_t pipe_read(void *bytes, size_t size)
{
    DWORD got = 0;
    if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, (DWORD)size, &got, NULL))
        return 0;
    return got;
}

static bool write_all(struct bytes part)
{
    while (part.size > 0) {
        DWORD put = 0;
        if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), part.data, (DWORD)part.size, &put, NULL) ||
            put == 0)
            return false;
        part = (struct bytes){part.data + put, part.size - put};
    }
    return true;
}

bool pipe_write(struct bytes head, struct bytes body)
{
    return write_all(head) && write_all(body);
}
