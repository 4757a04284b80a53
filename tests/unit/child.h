/* child.h - what tests of programs that are started have in common. */
#ifndef CONFAB_TESTS_CHILD_H
#define CONFAB_TESTS_CHILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/os/spawn.h"

#define PATIENCE_MS 20000

/* All that it says, as a text. */
static void read_all(struct spawn *child, char *out, size_t size)
{
    struct err err = {0};
    size_t used = 0, got;
    do {
        if (!spawn_read(child, out + used, size - 1 - used, PATIENCE_MS, &got, &err))
            fail_msg("%s", err.text);
        used += got;
    } while (got > 0 && used < size - 1);
    out[used] = '\0';
}

#endif
