/* clock.h - the two clocks. Any thread. */
#ifndef CONFAB_OS_CLOCK_H
#define CONFAB_OS_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);  /* monotonic, for timers and time-outs; starts anywhere */
int64_t clock_now_us(void);  /* the same clock, finer: for measuring */
int64_t clock_wall_ms(void); /* milliseconds since 1970, UTC; for people and logs, may jump */

/* Local time for showing: fields of a wall time in this computer's zone. */
struct clock_day {
    int year, month, day; /* month 1..12 */
    int hour, minute, second;
    int weekday;    /* 0 Sunday .. 6 */
    int day_number; /* days since 1970 in local time: equal means the same calendar day */
};
struct clock_day clock_local(int64_t wall_ms);

#endif
