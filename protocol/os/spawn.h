/* spawn.h - child processes with a pipe, or two. One owner; any thread. */
#ifndef CONFAB_OS_SPAWN_H
#define CONFAB_OS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

struct spawn;

/* Start argv[0] (a path, or a name searched in PATH) with the NULL-ended argv. Its standard input
 * is `input` (OS_FILE_NONE: nothing; it is duplicated, the caller keeps his own), its standard
 * output comes back through spawn_read(), its standard error is ours. No other descriptor is
 * inherited. NULL with a sentence on failure. */
struct spawn *spawn_start(const char *const *argv, os_file input, struct err *err);
/* The same, but its standard input is a pipe that spawn_write() fills: a talk with the child. One thread may read
 * while another one writes. */
struct spawn *spawn_start_talk(const char *const *argv, struct err *err);
/* All of the bytes to a child of spawn_start_talk(); blocks while the pipe is full, up to timeout_ms (-1: no end). False
 * with ERR_CLOSED if it does not read any more, ERR_TIMEOUT (some may be written) or another failure. */
bool spawn_write(struct spawn *child, const void *bytes, size_t size, int64_t timeout_ms,
                 struct err *err);
void spawn_end_input(struct spawn *child); /* it reads the end then; no spawn_write() afterwards */
/* Bytes of its output: blocks up to timeout_ms (-1: no end). *got 0 with true: end of output;
 * false: ERR_TIMEOUT or failure. */
bool spawn_read(struct spawn *child, void *bytes, size_t size, int64_t timeout_ms, size_t *got,
                struct err *err);
void spawn_kill(struct spawn *child);
/* Wait for its end and free it. Returns the exit code, or -1 if it was killed or crashed. */
int spawn_finish(struct spawn *child);
/* Start and forget: no pipes; the child lives on when we end (opening a link, a second window). */
bool spawn_detached(const char *const *argv, struct err *err);

#endif
