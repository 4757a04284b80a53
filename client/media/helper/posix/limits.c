#include "client/media/helper/limits.h"

#include <sys/resource.h>
#include <unistd.h>

/* A macro because glibc's type of the first argument is an enum that others do not have. A limit that
 * is lower already stays as it is, and that is fine. */
#define LOWER(what, most) (void)setrlimit((what), &(struct rlimit){(most), (most)})

/* AddressSanitizer reserves terabytes of address space at start, so a bound on it would end the program at once. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZED 1
#endif
#endif

void limits_apply(void)
{
    LOWER(RLIMIT_CPU, HELPER_CPU_SECONDS);
    LOWER(RLIMIT_CORE, 0);
    LOWER(RLIMIT_FSIZE, 0); /* its answer is a pipe */
#ifndef ADDRESS_SANITIZED
    LOWER(RLIMIT_AS, (rlim_t)HELPER_MEMORY_BYTES);
#endif
}

os_file limits_input(void)
{
    return STDIN_FILENO;
}
