#include "client/ui/draw.h"

#include <math.h>
#include <string.h>

#include "client/ui/draw_inside.h"
#include "client/ui/draw_mask.h"
#include "protocol/base/mem.h"

static struct SDL_Texture *texture_of_mask(struct draw *draw, int w, int h, const uint8_t *alpha)
{
    uint8_t *rgba = mem_alloc((size_t)w * (size_t)h, 4);
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++) {
        memset(rgba + i * 4, 255, 3);
        rgba[i * 4 + 3] = alpha[i];
    }
    struct SDL_Texture *texture = draw_texture(draw, w, h, rgba, w * 4);
    mem_free(rgba);
    return texture;
}

/* A mask made before, or a slot to make it in (texture NULL). */
static struct draw_mask *find_mask(struct draw *draw, enum draw_mask_kind kind, float a, float b,
                                   float c, int key_w, int key_h)
{
    for (int i = 0; i < draw->mask_count; i++) {
        struct draw_mask *m = &draw->masks[i];
        if (m->kind == kind && m->a == a && m->b == b && m->c == c && m->key_w == key_w &&
            m->key_h == key_h) {
            m->used = draw->frame;
            return m;
        }
    }
    if (draw->mask_count == DRAW_MASKS_MAX)
        return NULL; /* 64 new ones within one frame: more than any screen has */
    struct draw_mask *m = &draw->masks[draw->mask_count++];
    *m = (struct draw_mask){
        .kind = kind, .a = a, .b = b, .c = c, .key_w = key_w, .key_h = key_h, .used = draw->frame};
    return m;
}

static struct draw_mask *corner_mask(struct draw *draw, float r, float inner)
{
    struct draw_mask *m = find_mask(draw, MASK_CORNERS, r, inner, 0, 0, 0);
    if (m && !m->texture) {
        int n = (int)ceilf(r);
        uint8_t *alpha = mem_alloc((size_t)(4 * n * n), 1);
        mask_corners(alpha, n, r, inner);
        m->w = m->h = 2 * n;
        m->texture = texture_of_mask(draw, m->w, m->h, alpha);
        mem_free(alpha);
    }
    return m;
}

/* ---- shapes ---- */

/* The statics of this file take places in the target, what draw.h offers mirrors them first. */

void draw_fill(struct draw *draw, struct rect r, struct color color)
{
    r = draw_place(draw, r);
    if (!rect_is_empty(r))
        draw_add(draw, NULL, r, r, color);
}

struct quarters draw_quarters(struct rect rect, struct corners corners)
{
    struct quarters q = {{corners.tl, corners.tr, corners.br, corners.bl}, {0}, {0}};
    float most = (float)(rect.w < rect.h ? rect.w : rect.h) / 2;
    for (int i = 0; i < 4; i++) {
        q.r[i] = q.r[i] > most ? most : q.r[i] < 0.5f ? 0 : q.r[i];
        q.w[i] = q.h[i] = (int)ceilf(q.r[i]);
    }
    /* an odd side and two half radii: the middle pixel goes to the first */
    if (q.w[QUARTER_TL] + q.w[QUARTER_TR] > rect.w)
        q.w[QUARTER_TR] = rect.w - q.w[QUARTER_TL];
    if (q.w[QUARTER_BL] + q.w[QUARTER_BR] > rect.w)
        q.w[QUARTER_BR] = rect.w - q.w[QUARTER_BL];
    if (q.h[QUARTER_TL] + q.h[QUARTER_BL] > rect.h)
        q.h[QUARTER_BL] = rect.h - q.h[QUARTER_TL];
    if (q.h[QUARTER_TR] + q.h[QUARTER_BR] > rect.h)
        q.h[QUARTER_BR] = rect.h - q.h[QUARTER_TR];
    return q;
}

static void add_corners(struct draw *draw, struct rect r, const struct quarters *q, float width,
                        struct color color)
{
    for (int i = 0; i < 4; i++) {
        if (q->r[i] <= 0)
            continue;
        struct draw_mask *m =
            corner_mask(draw, q->r[i], width > 0 ? fmaxf(q->r[i] - width, 0) : -1);
        if (!m)
            continue;
        bool right = i == QUARTER_TR || i == QUARTER_BR, below = i == QUARTER_BR || i == QUARTER_BL;
        struct rect src = {right ? m->w - q->w[i] : 0, below ? m->h - q->h[i] : 0, q->w[i],
                           q->h[i]};
        struct rect dst = {right ? r.x + r.w - q->w[i] : r.x, below ? r.y + r.h - q->h[i] : r.y,
                           q->w[i], q->h[i]};
        draw_add(draw, m->texture, src, dst, color);
    }
}

static void fill_box(struct draw *draw, int x, int y, int right, int bottom, struct color color)
{
    const struct rect r = {x, y, right - x, bottom - y};
    if (right > x && bottom > y)
        draw_add(draw, NULL, r, r, color);
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static void fill_round(struct draw *draw, struct rect r, struct corners corners, struct color color)
{
    if (rect_is_empty(r))
        return;
    struct quarters q = draw_quarters(r, corners);
    int right = r.x + r.w, bottom = r.y + r.h;
    int top_h = max_int(q.h[QUARTER_TL], q.h[QUARTER_TR]),
        bottom_h = max_int(q.h[QUARTER_BL], q.h[QUARTER_BR]);
    if (top_h + bottom_h > r.h) { /* unlike radii on a low box: make do with like ones */
        float least =
            fminf(fminf(q.r[QUARTER_TL], q.r[QUARTER_TR]), fminf(q.r[QUARTER_BL], q.r[QUARTER_BR]));
        fill_round(draw, r, corners_all(least), color);
        return;
    }
    add_corners(draw, r, &q, 0, color);
    /* what is left: between the corners, beside a smaller corner, and the middle; no pixel twice */
    fill_box(draw, r.x + q.w[QUARTER_TL], r.y, right - q.w[QUARTER_TR], r.y + top_h, color);
    fill_box(draw, r.x, r.y + q.h[QUARTER_TL], r.x + q.w[QUARTER_TL], r.y + top_h, color);
    fill_box(draw, right - q.w[QUARTER_TR], r.y + q.h[QUARTER_TR], right, r.y + top_h, color);
    fill_box(draw, r.x, r.y + top_h, right, bottom - bottom_h, color);
    fill_box(draw, r.x + q.w[QUARTER_BL], bottom - bottom_h, right - q.w[QUARTER_BR], bottom,
             color);
    fill_box(draw, r.x, bottom - bottom_h, r.x + q.w[QUARTER_BL], bottom - q.h[QUARTER_BL], color);
    fill_box(draw, right - q.w[QUARTER_BR], bottom - bottom_h, right, bottom - q.h[QUARTER_BR],
             color);
}

void draw_round(struct draw *draw, struct rect r, struct corners corners, struct color color)
{
    fill_round(draw, draw_place(draw, r), draw_place_corners(draw, corners), color);
}

void draw_border(struct draw *draw, struct rect r, struct corners corners, float width,
                 struct color color)
{
    int thick = max_int(1, (int)(width + 0.5f));
    r = draw_place(draw, r);
    corners = draw_place_corners(draw, corners);
    if (r.w <= 2 * thick || r.h <= 2 * thick) {
        fill_round(draw, r, corners, color);
        return;
    }
    struct quarters q = draw_quarters(r, corners);
    int right = r.x + r.w, bottom = r.y + r.h;
    add_corners(draw, r, &q, (float)thick, color);
    fill_box(draw, r.x + q.w[QUARTER_TL], r.y, right - q.w[QUARTER_TR], r.y + thick, color);
    fill_box(draw, r.x + q.w[QUARTER_BL], bottom - thick, right - q.w[QUARTER_BR], bottom, color);
    int under_tl = max_int(q.h[QUARTER_TL], q.w[QUARTER_TL] ? 0 : thick),
        over_bl = max_int(q.h[QUARTER_BL], q.w[QUARTER_BL] ? 0 : thick);
    int under_tr = max_int(q.h[QUARTER_TR], q.w[QUARTER_TR] ? 0 : thick),
        over_br = max_int(q.h[QUARTER_BR], q.w[QUARTER_BR] ? 0 : thick);
    fill_box(draw, r.x, r.y + under_tl, r.x + thick, bottom - over_bl, color);
    fill_box(draw, right - thick, r.y + under_tr, right, bottom - over_br, color);
}

void draw_circle(struct draw *draw, struct rect r, struct color color)
{
    int side = r.w < r.h ? r.w : r.h;
    draw_round(draw, rect_center(r, side, side), corners_all((float)side / 2), color);
}

/* One straight side of dashes, which begins and ends with half a gap. */
static void dash_side(struct draw *draw, int x, int y, int length, bool across, int thick,
                      float dash, struct color color)
{
    int count = (int)((float)length / (2 * dash) + 0.5f);
    if (length <= 0 || count <= 0)
        return;
    float period = (float)length / (float)count;
    for (int i = 0; i < count; i++) {
        int from = (int)(((float)i + 0.25f) * period + 0.5f);
        int to = (int)(((float)i + 0.75f) * period + 0.5f);
        if (across)
            fill_box(draw, x + from, y, x + to, y + thick, color);
        else
            fill_box(draw, x, y + from, x + thick, y + to, color);
    }
}

void draw_dashes(struct draw *draw, struct rect r, float radius, float width, float dash,
                 struct color color)
{
    r = draw_place(draw, r);
    struct quarters q = draw_quarters(r, corners_all(radius));
    int n = q.w[QUARTER_TL], thick = max_int(1, (int)(width + 0.5f));
    int right = r.x + r.w, bottom = r.y + r.h;
    dash_side(draw, r.x + n, r.y, r.w - 2 * n, true, thick, dash, color);
    dash_side(draw, r.x + n, bottom - thick, r.w - 2 * n, true, thick, dash, color);
    dash_side(draw, r.x, r.y + n, r.h - 2 * n, false, thick, dash, color);
    dash_side(draw, right - thick, r.y + n, r.h - 2 * n, false, thick, dash, color);
    if (n == 0)
        return;
    struct draw_mask *m = find_mask(draw, MASK_DASHES, q.r[QUARTER_TL], (float)thick, dash, 0, 0);
    if (!m)
        return;
    if (!m->texture) {
        uint8_t *quarter = mem_alloc((size_t)(n * n), 1), *all = mem_alloc((size_t)(4 * n * n), 1);
        mask_dashed_corner(quarter, n, q.r[QUARTER_TL], (float)thick, dash);
        for (int y = 0; y < 2 * n; y++)
            for (int x = 0; x < 2 * n; x++)
                all[y * 2 * n + x] =
                    quarter[(y < n ? y : 2 * n - 1 - y) * n + (x < n ? x : 2 * n - 1 - x)];
        m->w = m->h = 2 * n;
        m->texture = texture_of_mask(draw, m->w, m->h, all);
        mem_free(quarter);
        mem_free(all);
    }
    draw_add(draw, m->texture, (struct rect){0, 0, n, n}, (struct rect){r.x, r.y, n, n}, color);
    draw_add(draw, m->texture, (struct rect){n, 0, n, n}, (struct rect){right - n, r.y, n, n},
             color);
    draw_add(draw, m->texture, (struct rect){0, n, n, n}, (struct rect){r.x, bottom - n, n, n},
             color);
    draw_add(draw, m->texture, (struct rect){n, n, n, n},
             (struct rect){right - n, bottom - n, n, n}, color);
}

#define SHADOW_TILE 64 /* px of a shadow's straight edges that are painted, and then repeated */
#define SHADOW_PIECES_MAX 300

/* One axis of a shadow: where pieces of the mask go. Repeated, not stretched: SDL rounds a stretched piece
 * in other ways when only a part of it is painted. */
struct pieces {
    int count;
    int from[SHADOW_PIECES_MAX], to[SHADOW_PIECES_MAX], size[SHADOW_PIECES_MAX];
};

static void add_piece(struct pieces *p, int from, int to, int size)
{
    if (size <= 0 || p->count == SHADOW_PIECES_MAX)
        return;
    p->from[p->count] = from;
    p->to[p->count] = to;
    p->size[p->count++] = size;
}

static void lay_out(struct pieces *p, int mask, int at, int size)
{
    p->count = 0;
    if (mask == size) {
        add_piece(p, 0, at, size);
        return;
    }
    const int border = (mask - SHADOW_TILE) / 2, end = at + size - (mask - SHADOW_TILE - border);
    add_piece(p, 0, at, border);
    for (int x = at + border; x < end; x += SHADOW_TILE)
        add_piece(p, border, x, end - x < SHADOW_TILE ? end - x : SHADOW_TILE);
    add_piece(p, border + SHADOW_TILE, end, mask - SHADOW_TILE - border);
}

void draw_shadow(struct draw *draw, struct rect r, float radius, float blur, int down,
                 struct color color)
{
    if (rect_is_empty(r))
        return;
    r = draw_place(draw, r);
    float sigma = fmaxf(blur / 2, 0.3f);
    int ext = (int)ceilf(3 * sigma);
    radius = fminf(radius, (float)(r.w < r.h ? r.w : r.h) / 2);
    /* the picture of a smaller box, the middle of whose edges is repeated */
    int core = 2 * (ext + (int)ceilf(radius)) + SHADOW_TILE;
    int core_w = r.w < core ? r.w : core, core_h = r.h < core ? r.h : core;
    struct draw_mask *m = find_mask(draw, MASK_SHADOW, radius, sigma, 0, core_w, core_h);
    if (!m)
        return;
    if (!m->texture) {
        m->w = core_w + 2 * ext;
        m->h = core_h + 2 * ext;
        uint8_t *alpha = mem_alloc((size_t)(m->w * m->h), 1);
        mask_shadow(alpha, core_w, core_h, ext, radius, sigma);
        m->texture = texture_of_mask(draw, m->w, m->h, alpha);
        mem_free(alpha);
    }
    const struct rect to = rect_shift(rect_grow(r, ext), 0, down);
    struct pieces across, along;
    lay_out(&across, m->w, to.x, to.w);
    lay_out(&along, m->h, to.y, to.h);
    for (int j = 0; j < along.count; j++)
        for (int i = 0; i < across.count; i++)
            draw_add(draw, m->texture,
                     (struct rect){across.from[i], along.from[j], across.size[i], along.size[j]},
                     (struct rect){across.to[i], along.to[j], across.size[i], along.size[j]},
                     color);
}
