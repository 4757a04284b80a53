#include "client/ui/layout.h"

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

struct rect rect_make(int x, int y, int w, int h)
{
    return (struct rect){x, y, w > 0 ? w : 0, h > 0 ? h : 0};
}

struct rect rect_cut_left(struct rect *rest, int size)
{
    size = clamp(size, 0, rest->w);
    struct rect cut = {rest->x, rest->y, size, rest->h};
    rest->x += size;
    rest->w -= size;
    return cut;
}

struct rect rect_cut_right(struct rect *rest, int size)
{
    size = clamp(size, 0, rest->w);
    rest->w -= size;
    return (struct rect){rest->x + rest->w, rest->y, size, rest->h};
}

struct rect rect_cut_top(struct rect *rest, int size)
{
    size = clamp(size, 0, rest->h);
    struct rect cut = {rest->x, rest->y, rest->w, size};
    rest->y += size;
    rest->h -= size;
    return cut;
}

struct rect rect_cut_bottom(struct rect *rest, int size)
{
    size = clamp(size, 0, rest->h);
    rest->h -= size;
    return (struct rect){rest->x, rest->y + rest->h, rest->w, size};
}

struct rect rect_pad(struct rect r, int x, int y)
{
    x = clamp(x, -r.w, r.w / 2);
    y = clamp(y, -r.h, r.h / 2);
    return rect_make(r.x + x, r.y + y, r.w - 2 * x, r.h - 2 * y);
}

struct rect rect_grow(struct rect r, int by)
{
    return rect_make(r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by);
}

/* Towards the smaller number, also for negative ones: a thing that sticks out by one pixel must not
 * jump to the other side of its middle. */
static int half(int value)
{
    return value >= 0 ? value / 2 : -((1 - value) / 2);
}

struct rect rect_center(struct rect outer, int w, int h)
{
    return rect_make(outer.x + half(outer.w - w), outer.y + half(outer.h - h), w, h);
}

struct rect rect_middle(struct rect outer, int h)
{
    return rect_make(outer.x, outer.y + half(outer.h - h), outer.w, h);
}

struct rect rect_shift(struct rect r, int dx, int dy)
{
    return (struct rect){r.x + dx, r.y + dy, r.w, r.h};
}

struct rect rect_intersect(struct rect a, struct rect b)
{
    int x = a.x > b.x ? a.x : b.x;
    int y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    return rect_make(x, y, right - x, bottom - y);
}

bool rect_is_empty(struct rect r)
{
    return r.w <= 0 || r.h <= 0;
}

bool rect_has(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

bool rect_touches(struct rect a, struct rect b)
{
    return !rect_is_empty(rect_intersect(a, b));
}

void rect_fit(int src_w, int src_h, int max_w, int max_h, int *w, int *h)
{
    *w = max_w > 0 ? max_w : 1;
    *h = max_h > 0 ? max_h : 1;
    if (src_w <= 0 || src_h <= 0)
        return;
    double factor = 1.0;
    if (src_w > *w)
        factor = (double)*w / src_w;
    if (src_h * factor > *h)
        factor = (double)*h / src_h;
    *w = clamp((int)(src_w * factor + 0.5), 1, *w);
    *h = clamp((int)(src_h * factor + 0.5), 1, *h);
}
