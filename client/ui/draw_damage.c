#include "client/ui/draw_damage.h"

#include <string.h>

#include "protocol/base/mem.h"

#define CELL 64 /* px */

struct draw_damage {
    uint64_t *now, *before; /* [rows][columns] */
    int columns, rows, w, h;
    bool all;
};

struct draw_damage *draw_damage_create(void)
{
    struct draw_damage *damage = mem_alloc(1, sizeof *damage);
    damage->all = true;
    return damage;
}

void draw_damage_destroy(struct draw_damage *damage)
{
    if (!damage)
        return;
    mem_free(damage->now);
    mem_free(damage->before);
    mem_free(damage);
}

void draw_damage_all(struct draw_damage *damage)
{
    damage->all = true;
}

/* Multiply and fold, as wyhash and its kin do. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t mix_pair(uint64_t hash, int a, int b)
{
    return mix(hash, (uint64_t)(uint32_t)a << 32 | (uint32_t)b);
}

static uint64_t mix_rect(uint64_t hash, struct rect r)
{
    return mix_pair(mix_pair(hash, r.x, r.y), r.w, r.h);
}

static uint64_t mix_color(uint64_t hash, struct color c)
{
    return mix(hash, (uint64_t)c.r << 24 | (uint64_t)c.g << 16 | (uint64_t)c.b << 8 | c.a);
}

/* The clip is left out where it cuts nothing off: what is painted is the same. */
static uint64_t hash_of(const struct draw_command *c)
{
    const struct rect seen = rect_intersect(c->dst, c->clip);
    uint64_t hash = mix(UINT64_C(0x2545F4914F6CDD1D), c->serial);
    hash = mix_rect(mix_rect(mix_rect(hash, c->src), c->dst), seen);
    return mix_pair(mix_color(hash, c->color), c->layer, c->solid);
}

static void take_size(struct draw_damage *damage, int w, int h)
{
    if (damage->w == w && damage->h == h)
        return;
    damage->w = w;
    damage->h = h;
    damage->columns = (w + CELL - 1) / CELL;
    damage->rows = (h + CELL - 1) / CELL;
    const size_t count = (size_t)damage->columns * (size_t)damage->rows;
    damage->now = mem_resize(damage->now, count, sizeof *damage->now);
    damage->before = mem_resize(damage->before, count, sizeof *damage->before);
    damage->all = true;
}

static void compute(struct draw_damage *damage, const struct draw_command *commands, size_t count,
                    struct color background)
{
    const size_t cells = (size_t)damage->columns * (size_t)damage->rows;
    const uint64_t empty = mix_color(1, background);
    const struct rect screen = {0, 0, damage->w, damage->h};
    for (size_t i = 0; i < cells; i++)
        damage->now[i] = empty;
    for (size_t i = 0; i < count; i++) {
        const struct rect seen =
            rect_intersect(rect_intersect(commands[i].dst, commands[i].clip), screen);
        if (rect_is_empty(seen))
            continue;
        const uint64_t hash = hash_of(&commands[i]);
        const int right = (seen.x + seen.w - 1) / CELL, below = (seen.y + seen.h - 1) / CELL;
        for (int y = seen.y / CELL; y <= below; y++)
            for (int x = seen.x / CELL; x <= right; x++) {
                uint64_t *cell = &damage->now[(size_t)y * (size_t)damage->columns + (size_t)x];
                *cell = mix(*cell, hash);
            }
    }
}

static struct rect cells_rect(const struct draw_damage *damage, int x, int y, int columns)
{
    return rect_intersect((struct rect){x * CELL, y * CELL, columns * CELL, CELL},
                          (struct rect){0, 0, damage->w, damage->h});
}

/* Runs of cells that changed; one that stands right below an equal one is joined to it. */
static int collect(const struct draw_damage *damage, struct rect rects[DRAW_DAMAGE_MAX])
{
    int count = 0;
    for (int y = 0; y < damage->rows; y++) {
        for (int x = 0; x < damage->columns; x++) {
            const size_t row = (size_t)y * (size_t)damage->columns;
            const int from = x;
            while (x < damage->columns &&
                   damage->now[row + (size_t)x] != damage->before[row + (size_t)x])
                x++;
            if (x == from)
                continue;
            const struct rect run = cells_rect(damage, from, y, x - from);
            int above = 0;
            while (above < count && !(rects[above].x == run.x && rects[above].w == run.w &&
                                      rects[above].y + rects[above].h == run.y))
                above++;
            if (above < count)
                rects[above].h += run.h;
            else if (count == DRAW_DAMAGE_MAX)
                return -1;
            else
                rects[count++] = run;
        }
    }
    return count;
}

int draw_damage_find(struct draw_damage *damage, const struct draw_command *commands, size_t count,
                     struct color background, int w, int h, struct rect rects[DRAW_DAMAGE_MAX])
{
    take_size(damage, w, h);
    compute(damage, commands, count, background);
    int found = damage->all ? -1 : collect(damage, rects);
    if (found < 0) { /* all of it, or too many pieces */
        rects[0] = (struct rect){0, 0, w, h};
        found = 1;
    }
    uint64_t *spare = damage->before;
    damage->before = damage->now;
    damage->now = spare;
    damage->all = false;
    return found;
}
