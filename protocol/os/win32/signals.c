#include "protocol/os/signals.h"

#include <stdatomic.h>
#include <stddef.h>
#include <windows.h>

#define GRACE_MS 10000 /* Windows ends the process after 5 s anyway */

static struct wake *_Atomic bell;
static atomic_bool quit;

/* Runs on a thread that the system makes. */
static BOOL WINAPI on_event(DWORD event)
{
    struct wake *wake = atomic_load(&bell);
    atomic_store(&quit, true);
    if (wake)
        wake_ring(wake);
    /* when the window closes or the session ends, returning ends the process at once: leave the
     * other threads the time they are given */
    if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
        Sleep(GRACE_MS);
    return TRUE;
}

void signals_watch(struct wake *wake)
{
    static atomic_bool watching;
    atomic_store(&bell, wake);
    if (!atomic_exchange(&watching, true))
        SetConsoleCtrlHandler(on_event, TRUE);
}

bool signals_quit(void)
{
    return atomic_load(&quit);
}

void signals_watch_reload(void)
{
}

bool signals_reload(void)
{
    return false;
}

void signals_watch_snapshot(void)
{
}

bool signals_snapshot(void)
{
    return false;
}
