#include "client/media/helper/sandbox.h"

#include <signal.h>
#include <sys/resource.h>
/* of macOS only in the large SDK, and without what is asked for here */
#if __has_include(<sys/syscall.h>)
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include "client/media/helper/posix/sandbox_lock.h"

#define FIRST_CLOSED 3 /* behind input, answer and complaints */
#define CLOSE_AT_MOST 65536
#define FILES_OF_FONTS 64 /* open at once */
/* Thirty pictures at once are no reason for the window to stutter, nor for none of them to come where a computer has much else to do. */
#define NICE 4

/* AddressSanitizer reserves terabytes of address space at start, so a bound on it would end the program at once; its own allocator
 * refuses large pieces instead. Its search for leaks starts a process and reads /proc, which the sandbox is there to refuse. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZED 1
#endif
#endif

#ifdef ADDRESS_SANITIZED
const char *__asan_default_options(void); /* NOLINT(bugprone-reserved-identifier): its name */
const char *__asan_default_options(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return "max_allocation_size_mb=1024:allocator_may_return_null=1";
}

static bool entered;
int __lsan_is_turned_off(void); /* NOLINT(bugprone-reserved-identifier) */
int __lsan_is_turned_off(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return entered;
}
#endif

/* A macro because glibc's type of the first argument is an enum that others do not have. A limit that
 * is lower already stays as it is, and that is fine. */
#define LOWER(what, most) (void)setrlimit((what), &(struct rlimit){(most), (most)})

static void close_others(void)
{
#ifdef SYS_close_range /* 20,000 calls else, which take longer than a small picture */
    if (syscall(SYS_close_range, FIRST_CLOSED, ~0u, 0) == 0)
        return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > CLOSE_AT_MOST)
        most = CLOSE_AT_MOST;
    for (int fd = FIRST_CLOSED; fd < most; fd++)
        close(fd);
}

bool sandbox_enter(enum sandbox kind, struct err *err)
{
    close_others();
    if (kind == SANDBOX_LOOK || kind == SANDBOX_DRAW) {
        LOWER(RLIMIT_CPU, HELPER_CPU_SECONDS);
        (void)setpriority(PRIO_PROCESS, 0, NICE);
    }
    LOWER(RLIMIT_CORE, 0);
    LOWER(RLIMIT_FSIZE, 0);   /* its answer is a pipe */
    signal(SIGXFSZ, SIG_IGN); /* complaints may go to a file: then they are lost, and that is all */
    LOWER(RLIMIT_NOFILE, kind == SANDBOX_PLAY_FONTS ? FILES_OF_FONTS : FIRST_CLOSED);
#ifdef ADDRESS_SANITIZED
    entered = true;
#else
    LOWER(RLIMIT_AS, (rlim_t)HELPER_MEMORY_BYTES);
#endif
    return sandbox_lock(kind, err);
}

os_file sandbox_input(void)
{
    return STDIN_FILENO;
}
