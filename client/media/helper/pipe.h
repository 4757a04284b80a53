/* pipe.h - standard input and output while the helper plays: two pipes to the client, read and written by one thread. Bodies per system. */
#ifndef CONFAB_MEDIA_PIPE_H
#define CONFAB_MEDIA_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/buf.h"

#define PIPE_GONE_MS 2000 /* for what came before the client went */

/* Once, before the others: room for a good part of a picture, where the system has it. From here on the process ends when the client has
 * gone, whatever it is at. */
void pipe_prepare(void);
/* Is there something to read (also: nothing more ever)? With `until_writable` wait until there is, or until bytes can be written. */
bool pipe_has_input(bool until_writable);
/* The same, waiting so long for it. */
bool pipe_has_input_within(int timeout_ms);
/* At least one byte; 0 at the end. */
size_t pipe_read(void *bytes, size_t size);
/* All bytes of both, in this order; false if the client went away. */
bool pipe_write(struct bytes head, struct bytes body);

#endif
