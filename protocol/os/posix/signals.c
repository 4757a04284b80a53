#include "protocol/os/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static struct wake *_Atomic bell;
static volatile sig_atomic_t quit;
/* The reader clears these, so each has to be taken in one step. */
static atomic_bool snapshot, reload;
static volatile sig_atomic_t hangup_reloads;

static void on_signal(int number)
{
    if (number == SIGUSR1)
        atomic_store(&snapshot, true);
    else if (number == SIGHUP && hangup_reloads)
        atomic_store(&reload, true);
    else
        quit = 1;
    struct wake *wake = atomic_load(&bell);
    if (wake)
        wake_ring(wake);
}

void signals_watch(struct wake *wake)
{
    static const int polite[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {0};
    atomic_store(&bell, wake);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof polite / sizeof polite[0]; i++) {
        struct sigaction before;
        /* nohup's wish stands. But a shell script starts background programs with SIGINT ignored,
         * and whoever sends one there means it. */
        if (polite[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
            before.sa_handler == SIG_IGN)
            continue;
        sigaction(polite[i], &action, NULL);
    }
}

bool signals_quit(void)
{
    return quit != 0;
}

static void watch(int number)
{
    struct sigaction action = {0};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_watch_reload(void)
{
    hangup_reloads = 1;
    watch(SIGHUP);
}

bool signals_reload(void)
{
    return atomic_exchange(&reload, false);
}

void signals_watch_snapshot(void)
{
    watch(SIGUSR1);
}

bool signals_snapshot(void)
{
    return atomic_exchange(&snapshot, false);
}
