#include "client/net/ranges.h"

#include <string.h>

static void remove_at(struct ranges *ranges, size_t at)
{
    ranges->count--;
    memmove(&ranges->at[at], &ranges->at[at + 1], (ranges->count - at) * sizeof ranges->at[0]);
}

static void forget_shortest(struct ranges *ranges)
{
    size_t shortest = ranges->at[0].from == 0 ? 1 : 0;
    for (size_t i = shortest + 1; i < ranges->count; i++) {
        const struct range *range = &ranges->at[i], *least = &ranges->at[shortest];
        if (range->to - range->from < least->to - least->from)
            shortest = i;
    }
    remove_at(ranges, shortest);
}

void ranges_add(struct ranges *ranges, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    for (size_t i = ranges->count; i > 0; i--) { /* those that it touches become one with it */
        const struct range old = ranges->at[i - 1];
        if (old.to < from || old.from > to)
            continue;
        from = old.from < from ? old.from : from;
        to = old.to > to ? old.to : to;
        remove_at(ranges, i - 1);
    }
    if (ranges->count == RANGES_MAX)
        forget_shortest(ranges);
    size_t at = 0;
    while (at < ranges->count && ranges->at[at].from < from)
        at++;
    memmove(&ranges->at[at + 1], &ranges->at[at], (ranges->count - at) * sizeof ranges->at[0]);
    ranges->at[at] = (struct range){from, to};
    ranges->count++;
}

uint64_t ranges_missing(const struct ranges *ranges, uint64_t at)
{
    for (size_t i = 0; i < ranges->count; i++) {
        if (ranges->at[i].from <= at && at < ranges->at[i].to)
            return ranges->at[i].to;
    }
    return at;
}

uint64_t ranges_next(const struct ranges *ranges, uint64_t at)
{
    for (size_t i = 0; i < ranges->count; i++) {
        if (at < ranges->at[i].to)
            return at > ranges->at[i].from ? at : ranges->at[i].from;
    }
    return UINT64_MAX;
}

uint64_t ranges_total(const struct ranges *ranges)
{
    uint64_t total = 0;
    for (size_t i = 0; i < ranges->count; i++)
        total += ranges->at[i].to - ranges->at[i].from;
    return total;
}
