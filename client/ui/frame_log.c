#include "client/ui/frame_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"

struct frame {
    int64_t at_us, took_us;
};

struct frame_log {
    int64_t began_us, frame_us;
    size_t count; /* ever; the newest stand at count % FRAME_LOG_MAX and before */
    struct frame frames[FRAME_LOG_MAX];
};

struct frame_log *frame_log_create(void)
{
    struct frame_log *log = mem_alloc(1, sizeof *log);
    log->began_us = clock_now_us();
    return log;
}

void frame_log_destroy(struct frame_log *log)
{
    mem_free(log);
}

void frame_log_begin(struct frame_log *log)
{
    if (log)
        log->frame_us = clock_now_us();
}

void frame_log_end(struct frame_log *log, bool painted)
{
    if (log && painted)
        log->frames[log->count++ % FRAME_LOG_MAX] =
            (struct frame){log->frame_us - log->began_us, clock_now_us() - log->frame_us};
}

bool frame_log_write(const struct frame_log *log, const char *path, struct err *err)
{
    FILE *out = fopen(path, "wb");
    if (!out)
        return err_set(err, ERR_SYSTEM, "Cannot write %s.", path);
    for (size_t i = log->count > FRAME_LOG_MAX ? log->count - FRAME_LOG_MAX : 0; i < log->count;
         i++)
        fprintf(out, "%" PRId64 " %" PRId64 "\n", log->frames[i % FRAME_LOG_MAX].at_us,
                log->frames[i % FRAME_LOG_MAX].took_us);
    return fclose(out) == 0 || err_set(err, ERR_SYSTEM, "Cannot write %s.", path);
}
