#include "client/ui/views/album_layout.h"

#include <assert.h>
#include <math.h>

#define SHAPE_MIN 0.6f /* more extreme ones are cropped */
#define SHAPE_MAX 1.9f
#define SHAPE_UNKNOWN 1.33f
#define SHAPE_TALL 0.85f /* the first one stands beside the others */
#define ROW_MAX 4        /* cells */
#define ROW_MIN_H 0.22f  /* of the width: lower rows are avoided */
#define BESIDE_MAX 4     /* so many pictures may stand like that */

struct rows_plan {
    int counts[ALBUM_CELLS_MAX]; /* cells in each row */
    float heights[ALBUM_CELLS_MAX];
    int rows;
};

static float shape_of(float shape)
{
    if (!(shape > 0))
        return SHAPE_UNKNOWN;
    return shape < SHAPE_MIN ? SHAPE_MIN : shape > SHAPE_MAX ? SHAPE_MAX : shape;
}

/* How high the whole should be, as a part of its width. */
static float wanted_height(int count)
{
    return count <= 2 ? 0.65f : count <= 4 ? 0.8f : 0.95f;
}

/* Bit i of `cuts`: a new row begins behind picture i. False: a row is too long. */
static bool plan_rows(const float *shapes, int count, unsigned cuts, float width, float gap,
                      struct rows_plan *plan)
{
    float sum = 0;
    *plan = (struct rows_plan){0};
    for (int i = 0; i < count; i++) {
        sum += shape_of(shapes[i]);
        if (++plan->counts[plan->rows] > ROW_MAX)
            return false;
        if (i + 1 < count && !(cuts >> i & 1u))
            continue;
        plan->heights[plan->rows] = (width - gap * (float)(plan->counts[plan->rows] - 1)) / sum;
        plan->rows++;
        sum = 0;
    }
    return true;
}

static float total_height(const struct rows_plan *plan, float gap)
{
    float total = gap * (float)(plan->rows - 1);
    for (int i = 0; i < plan->rows; i++)
        total += plan->heights[i];
    return total;
}

/* The lower, the better it looks: near the wanted height, no row much lower than the others, larger ones above. */
static float cost_of(const struct rows_plan *plan, int count, float width, float gap)
{
    float low = plan->heights[0], high = low;
    float cost = fabsf(total_height(plan, gap) - wanted_height(count) * width);
    for (int i = 0; i < plan->rows; i++) {
        low = fminf(low, plan->heights[i]);
        high = fmaxf(high, plan->heights[i]);
        if (i > 0 && plan->counts[i] < plan->counts[i - 1])
            cost += 0.08f * width;
    }
    if (low < ROW_MIN_H * width)
        cost += 4 * (ROW_MIN_H * width - low);
    return cost + 0.5f * (high - low);
}

static int place_rows(const float *shapes, const struct rows_plan *plan, int width, int gap,
                      int most_h, struct rect *cells)
{
    const int gaps = gap * (plan->rows - 1);
    const float rows_h = total_height(plan, (float)gap) - (float)gaps;
    const float shrink = fminf(1, (float)(most_h - gaps) / rows_h);
    float below = 0;
    int at = 0, y = 0;
    for (int row = 0; row < plan->rows; row++) {
        const int count = plan->counts[row], room = width - gap * (count - 1);
        below += plan->heights[row] * shrink;
        int end = (int)lroundf(below) + gap * row;
        if (end <= y)
            end = y + 1;
        float sum = 0, before = 0;
        for (int i = 0; i < count; i++)
            sum += shape_of(shapes[at + i]);
        for (int i = 0; i < count; i++) {
            const int x = (int)lroundf(before / sum * (float)room) + gap * i;
            before += shape_of(shapes[at + i]);
            const int x_end = (int)lroundf(before / sum * (float)room) + gap * i;
            cells[at + i] = rect_make(x, y, x_end - x, end - y);
        }
        at += count;
        y = end + gap;
    }
    return y - gap;
}

/* The first at the left over the whole height, the others one below the other beside it. 0: that would look odd. */
static int place_beside(const float *shapes, int count, int width, int gap, int most_h,
                        struct rect *cells)
{
    const float first = shape_of(shapes[0]), gaps = (float)(gap * (count - 2));
    float sum = 0; /* of height / width */
    if (count < 3 || count > BESIDE_MAX || first >= SHAPE_TALL)
        return 0;
    for (int i = 1; i < count; i++)
        sum += 1 / shape_of(shapes[i]);
    const float natural = ((float)(width - gap) + gaps / sum) / (first + 1 / sum);
    const int h = (int)lroundf(fminf(natural, (float)most_h));
    int left = (int)lroundf((float)h * first);
    left = left < width / 2 ? width / 2 : left > width * 7 / 10 ? width * 7 / 10 : left;
    cells[0] = rect_make(0, 0, left, h);
    float before = 0;
    for (int i = 1; i < count; i++) {
        const float room = (float)h - gaps;
        const int y = (int)lroundf(before / sum * room) + gap * (i - 1);
        before += 1 / shape_of(shapes[i]);
        const int end = (int)lroundf(before / sum * room) + gap * (i - 1);
        cells[i] = rect_make(left + gap, y, width - left - gap, end - y);
    }
    return h;
}

int album_layout(const float *shapes, int count, int width, int gap, int most_h,
                 struct rect cells[ALBUM_CELLS_MAX])
{
    struct rows_plan best = {0}, plan;
    float best_cost = INFINITY;
    assert(count >= 1 && count <= ALBUM_CELLS_MAX);
    const int beside = place_beside(shapes, count, width, gap, most_h, cells);
    if (beside > 0)
        return beside;
    for (unsigned cuts = 0; cuts < 1u << (count - 1); cuts++) {
        if (!plan_rows(shapes, count, cuts, (float)width, (float)gap, &plan))
            continue;
        const float cost = cost_of(&plan, count, (float)width, (float)gap);
        if (cost < best_cost) {
            best = plan;
            best_cost = cost;
        }
    }
    return place_rows(shapes, &best, width, gap, most_h, cells);
}
