#include "client/media/helper/limits.h"

#include <sys/resource.h>
#include <unistd.h>

static void lower(int what, rlim_t most)
{
    struct rlimit limit = {most, most};
    (void)setrlimit(what, &limit); /* already lower: fine */
}

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
    lower(RLIMIT_CPU, HELPER_CPU_SECONDS);
    lower(RLIMIT_CORE, 0);
    lower(RLIMIT_FSIZE, 0); /* its answer is a pipe */
#ifndef ADDRESS_SANITIZED
    lower(RLIMIT_AS, (rlim_t)HELPER_MEMORY_BYTES);
#endif
}

os_file limits_input(void)
{
    return STDIN_FILENO;
}
