#include "client/ui/widgets/scroll.h"

#include <assert.h>

#define BAR_W 6.0f
#define BAR_PLACE_W 12.0f /* what can be grabbed */
#define BAR_MIN_H 28.0f
#define NOTCH 60.0f /* dp for one notch of a wheel */

struct bar {
    int grab; /* where in the thumb it was taken */
};

double ui_scrollbar(struct ui *ui, ui_id id, struct rect r, double at, double total_h)
{
    double hidden = total_h - r.h;
    if (hidden <= 0 || r.h <= 0)
        return at < 0 || hidden <= 0 ? 0 : at;
    struct bar *bar = ui_state(ui, id, sizeof *bar);
    struct rect place = r;
    place = rect_cut_right(&place, dp(ui, BAR_PLACE_W));
    int thumb_h = (int)((double)r.h * r.h / total_h);
    int least = dp(ui, BAR_MIN_H) < r.h / 2 ? dp(ui, BAR_MIN_H) : r.h / 2;
    thumb_h = thumb_h < least ? least : thumb_h;
    int way = r.h - thumb_h;
    int top = r.y + (int)(at / hidden * way + 0.5);
    struct rect thumb = {place.x, top, place.w, thumb_h};
    struct ui_hit hit = ui_hit(ui, id, place, "scrollbar", NULL, UI_QUIET | UI_KEEP_FOCUS);
    if (hit.pressed)
        bar->grab = hit.y >= thumb.y && hit.y < thumb.y + thumb.h ? hit.y - thumb.y : thumb_h / 2;
    if (hit.held && way > 0) {
        double to = (double)(hit.y - bar->grab - r.y) / way;
        at = (to < 0 ? 0 : to > 1 ? 1 : to) * hidden;
        thumb.y = r.y + (int)(at / hidden * way + 0.5);
    }
    /* out of the way until someone points at what it scrolls */
    if (hit.held || ui_is_pointing(ui, r)) {
        int w = dp(ui, BAR_W);
        struct rect shown = {r.x + r.w - w - dp(ui, 2), thumb.y + dp(ui, 2), w,
                             thumb.h - 2 * dp(ui, 2)};
        ui_round(ui, shown, RADIUS_FULL, hit.hovered ? ROLE_TEXT_3 : ROLE_SCROLLBAR);
    }
    return at;
}

struct scroll {
    double at;
    int show_top, show_h; /* wanted in sight; show_h 0: nothing */
    ui_id focus;          /* that was brought into sight */
};

/* The areas begun and not yet ended. */
struct scroll_stack {
    struct {
        ui_id id;
        struct rect r;
        int content_h;
        bool focus_before; /* what has the focus does not lie in this one */
    } open[8];
    int depth;
};

static struct scroll_stack *stack_of(struct ui *ui)
{
    return ui_state(ui, 0x7363726f6c6c7374u, sizeof(struct scroll_stack));
}

static struct scroll *state(struct ui *ui, ui_id id)
{
    return ui_state(ui, id ^ 0x7363726f6c6c0000u, sizeof(struct scroll));
}

struct rect ui_scroll_begin(struct ui *ui, ui_id id, struct rect r, int content_h)
{
    struct scroll *s = state(ui, id);
    float x, y;
    if (ui_take_wheel(ui, id, r, &x, &y))
        s->at -= (double)(y * dpf(ui, NOTCH));
    if (s->show_h > 0) {
        if (s->at > s->show_top)
            s->at = s->show_top;
        if (s->at + r.h < s->show_top + s->show_h)
            s->at = s->show_top + s->show_h - r.h;
        s->show_h = 0;
    }
    if (ui_is_pointing(ui, r)) {
        if (ui_take_key(ui, 0, KEY_PAGE_UP, 0))
            s->at -= r.h;
        if (ui_take_key(ui, 0, KEY_PAGE_DOWN, 0))
            s->at += r.h;
    }
    double most = content_h > r.h ? content_h - r.h : 0;
    s->at = s->at > most ? most : s->at < 0 ? 0 : s->at;
    struct scroll_stack *stack = stack_of(ui);
    assert(stack->depth < 8);
    stack->open[stack->depth].id = id;
    stack->open[stack->depth].r = r;
    struct rect focus;
    stack->open[stack->depth].focus_before = ui_focus_place(ui, &focus);
    stack->open[stack->depth++].content_h = content_h;
    draw_push_clip(ui_draw(ui), r);
    return (struct rect){r.x, r.y - (int)s->at, r.w, content_h};
}

/* Tab went to something in here: it comes into sight, once. */
static void follow_focus(struct ui *ui, ui_id id, struct scroll *s, struct rect r, bool before)
{
    struct rect focus;
    if (before || !ui_focus_place(ui, &focus) || s->focus == ui_focused(ui))
        return;
    s->focus = ui_focused(ui);
    const int ring = dp(ui, FOCUS_RING), top = focus.y - ring - r.y + (int)s->at;
    if (focus.y - ring < r.y || focus.y + focus.h + ring > r.y + r.h)
        ui_scroll_show(ui, id, top, focus.h + 2 * ring);
}

void ui_scroll_end(struct ui *ui)
{
    struct scroll_stack *stack = stack_of(ui);
    assert(stack->depth > 0);
    ui_id id = stack->open[--stack->depth].id;
    struct scroll *s = state(ui, id);
    follow_focus(ui, id, s, stack->open[stack->depth].r, stack->open[stack->depth].focus_before);
    draw_pop_clip(ui_draw(ui));
    /* after the content, so that it lies above */
    double at = ui_scrollbar(ui, id ^ 1, stack->open[stack->depth].r, s->at,
                             stack->open[stack->depth].content_h);
    if (at != s->at) {
        s->at = at;
        ui_again(ui);
    }
}

void ui_scroll_show(struct ui *ui, ui_id id, int top, int height)
{
    struct scroll *s = state(ui, id);
    s->show_top = top;
    s->show_h = height > 0 ? height : 1;
    ui_again(ui);
}
