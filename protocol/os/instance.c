#include "protocol/os/instance.h"

#include <stddef.h>

#include "protocol/base/log.h"
#include "protocol/os/clock.h"

struct instance *instance_begin(const char *name, const char *word, int wait_ms, bool *told)
{
    const int64_t until_ms = clock_now_ms() + wait_ms;
    *told = false;
    for (;;) { /* the first one may just be starting, or ending */
        struct err err = {0};
        struct instance *instance = instance_keep(name, &err);
        const int64_t left_ms = until_ms - clock_now_ms();
        if (instance || err.kind != ERR_EXISTS || !word) {
            if (!instance && err.kind != ERR_EXISTS)
                log_warn("later starts can't be told to this one: %s", err.text);
            return instance;
        }
        if (left_ms <= 0) {
            log_warn("the program that is open already does not answer: this is another one");
            return NULL;
        }
        *told = instance_tell(name, word, (int)left_ms);
        if (*told)
            return NULL;
    }
}
