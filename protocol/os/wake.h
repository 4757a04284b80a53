/* wake.h - a bell that ends another thread's select(). */
#ifndef CONFAB_OS_WAKE_H
#define CONFAB_OS_WAKE_H

#include "protocol/os/sock.h"

struct wake;
struct wake *wake_create(struct err *err); /* NULL on failure */
void wake_destroy(struct wake *wake);
void wake_ring(
    struct wake *wake); /* any thread, and safe in a signal handler; many rings make one */
os_sock wake_sock(const struct wake *wake); /* becomes readable when rung */
void wake_drain(struct wake *wake); /* by the thread that waits, before it looks at its mail */

#endif
