/* prompt.h - the bottom of a person's terminal: the line being typed, and above it one line of
 * status. What is printed meanwhile goes above both and never tears them. One a process, main
 * thread. Bodies: posix/prompt_edit.c (libedit), win32/prompt_console.c. */
#ifndef CONFAB_TERMINAL_PROMPT_H
#define CONFAB_TERMINAL_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/err.h"
#include "protocol/os/wake.h"

/* Is there a person at both ends, input and output? */
bool prompt_is_possible(void);
/* A shell here takes a backslash for a quote. */
bool prompt_has_backslash(void);

struct prompt;
/* history_path: where earlier lines are kept between runs. `wake` is rung when there is something
 * to take that prompt_sock() does not show; it outlives the prompt. NULL and a sentence on failure.
 */
struct prompt *prompt_open(const char *history_path, struct wake *wake, struct err *err);
/* Leaves the terminal as it was, the cursor on a line of its own. NULL is fine. */
void prompt_close(struct prompt *prompt);

/* Becomes readable when something was typed; OS_SOCK_NONE: the wake is rung instead. */
os_sock prompt_sock(const struct prompt *prompt);
/* Take what was typed: call when it is readable, or after each wait if it has no socket. */
void prompt_take(struct prompt *prompt);

/* From now on a line may be typed behind `text`; `keep`: it goes into the history. What has been
 * typed so far stays. NULL: nothing is taken for now (keys wait). */
void prompt_ask(struct prompt *prompt, const char *text, bool keep);

enum prompt_event { PROMPT_NOTHING, PROMPT_LINE, PROMPT_END /* of the input: Ctrl-D */ };
/* The next typed line (*line without its end, UTF-8, mem_free()); call until PROMPT_NOTHING. */
enum prompt_event prompt_next(struct prompt *prompt, char **line);

/* Whole lines of UTF-8. They appear at once; the prompt comes back with prompt_show(). */
void prompt_print(struct prompt *prompt, const char *text);
/* One line, cut to the width; NULL: none. False if this terminal cannot do that. */
bool prompt_set_status(struct prompt *prompt, const char *text);
bool prompt_has_style(const struct prompt *prompt); /* may text be dimmed with ESC [ 2 m? */
void prompt_show(struct prompt *prompt);

#endif
