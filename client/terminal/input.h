/* input.h - standard input of a script, read without blocking. One a process, main thread. */
#ifndef CONFAB_TERMINAL_INPUT_H
#define CONFAB_TERMINAL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/os/wake.h"

struct input;
/* `wake` is rung when there is something to read that input_sock() does not show. */
struct input *input_open(struct wake *wake);
void input_close(struct input *input); /* NULL is fine */
/* Becomes readable when there is something, the end too; OS_SOCK_NONE: the wake is rung instead. */
os_sock input_sock(const struct input *input);
enum input_status { INPUT_OK, INPUT_AGAIN, INPUT_END };
/* Up to size bytes; *got > 0 with INPUT_OK. `ready`: input_sock() is readable. */
enum input_status input_read(struct input *input, bool ready, char *bytes, size_t size,
                             size_t *got);
/* Standard output goes to a screen. */
bool output_is_screen(void);

#endif
