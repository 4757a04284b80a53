#include "protocol/os/clock.h"

#include "protocol/os/clock_split.h"

/* Days since 1970-01-01 in the Gregorian calendar.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
static int day_number(int year, int month, int day)
{
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct clock_day clock_local(int64_t wall_ms)
{
    int64_t seconds = wall_ms / 1000 - (wall_ms % 1000 < 0);
    struct tm split;
    if (!clock_split_local(seconds, &split))
        return (struct clock_day){.year = 1970, .month = 1, .day = 1, .weekday = 4};
    struct clock_day day = {
        .year = split.tm_year + 1900,
        .month = split.tm_mon + 1,
        .day = split.tm_mday,
        .hour = split.tm_hour,
        .minute = split.tm_min,
        .second = split.tm_sec,
        .weekday = split.tm_wday,
    };
    day.day_number = day_number(day.year, day.month, day.day);
    return day;
}
