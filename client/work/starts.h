/* starts.h - what later starts of this program were asked for, as mail: they end, this one does it. */
#ifndef CONFAB_WORK_STARTS_H
#define CONFAB_WORK_STARTS_H

#include "client/work/mailbox.h"
#include "protocol/os/instance.h"

struct starts;
/* Listen on a thread of its own; takes the instance. Opening the mail answers the later start, and calls
 * follow(reader, word) if that still waits. The box outlives the starts. NULL and *err if there can be no
 * thread. */
struct starts *starts_open(struct instance *instance, struct mailbox *box,
                           void (*follow)(void *reader, const char *word), struct err *err);
/* The instance ends with it. What lies in the box still is answered when that is destroyed. NULL is fine. */
void starts_close(struct starts *starts);

#endif
