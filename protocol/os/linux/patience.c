#include <sys/resource.h>

#include "protocol/os/thread.h"

#define NICE 10 /* about a tenth of a core that others want too */

void thread_be_patient(void)
{
    /* on Linux a thread has a nice value of its own (setpriority(2), "C library/kernel
     * differences"); that it is refused, if ever, costs nothing but speed */
    setpriority(PRIO_PROCESS, 0, NICE);
}
