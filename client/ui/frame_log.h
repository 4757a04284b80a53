/* frame_log.h - how long frames took, for the benchmark of the window. UI thread. */
#ifndef CONFAB_UI_FRAME_LOG_H
#define CONFAB_UI_FRAME_LOG_H

#include <stdbool.h>
#include "protocol/base/err.h"

struct frame_log;
/* Frames are kept in memory, the newest FRAME_LOG_MAX of them. */
#define FRAME_LOG_MAX 100000
struct frame_log *frame_log_create(void);
void frame_log_destroy(struct frame_log *log); /* NULL is fine */
/* Around what makes a frame; `painted`: pixels reached the screen (others are not kept). NULL is fine. */
void frame_log_begin(struct frame_log *log);
void frame_log_end(struct frame_log *log, bool painted);
/* A line for each: microseconds since the log began, microseconds that it took. */
bool frame_log_write(const struct frame_log *log, const char *path, struct err *err);

#endif
