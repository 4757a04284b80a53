#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/os/thread.h"

#define NICE 10 /* about a tenth of a core that others want too */
/* How long it keeps a core that others wait for, where the kernel lets a thread say so (6.12), and
 * 3 ms otherwise. */
#define SLICE_NS 100000

void thread_be_patient(void)
{
    /* SCHED_BATCH: its waking takes the core from nobody (sched(7)). That the call is refused, if
     * ever, costs nothing but speed. */
    struct sched_attr attr = {.size = sizeof attr,
                              .sched_policy = SCHED_BATCH,
                              .sched_nice = NICE,
                              .sched_runtime = SLICE_NS};
    syscall(SYS_sched_setattr, 0, &attr, 0);
}
