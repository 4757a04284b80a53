/* bubble_text_draw.c - painting what a message says; its links, its code's button, selecting it. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/lang.h"
#include "client/ui/views/bubble_inside.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/mem.h"

#define COPY_SIDE 26.0f
#define COPY_ICON 15.0f
#define COPIED_MS 1500 /* so long the button says that it has copied */
#define SPAN_BOXES_MAX 64
#define CODE_SPAN_RADIUS 4.0f
#define REACH 10.0f

/* The message that is being painted. */
struct painter {
    struct views *views;
    const struct message *message;
    const struct said *said;
    int x, y, w;
    struct color inks[INK_COUNT];
};

static void find_inks(struct painter *p)
{
    const struct ui *ui = p->views->ui;
    const struct message *message = p->message;
    const enum role text = message->deleted ? ROLE_TEXT_2
                           : message->own   ? ROLE_OWN_TEXT
                                            : ROLE_TEXT;
    p->inks[INK_TEXT] = ui_color(ui, text);
    /* on one's own ground the accent would be hard to read: there the line under it tells a link */
    p->inks[INK_LINK] = p->inks[INK_MENTION] =
        message->own ? ui_color(ui, ROLE_OWN_TEXT) : ui_color(ui, ROLE_ACCENT);
}

static struct said_block const *block_at(const struct painter *p, size_t index)
{
    return &p->said->blocks[index];
}

/* The bytes of a block whose lines are inside the clip. */
static void bytes_in_sight(const struct painter *p, const struct said_block *block, size_t *begin,
                           size_t *end)
{
    const struct rect clip = draw_clip(ui_draw(p->views->ui));
    const int count = text_layout_line_count(block->layout);
    const int h = text_layout_line(block->layout, 0).h, top = p->y + block->y;
    int first = (clip.y - top) / h - 1, last = (clip.y + clip.h - top) / h + 1;
    first = first < 0 ? 0 : first < count ? first : count - 1;
    last = last < 0 ? 0 : last < count ? last : count - 1;
    *begin = text_layout_line(block->layout, first).begin;
    *end = text_layout_line(block->layout, last).end;
}

static int boxes_of(const struct painter *p, const struct said_block *block, size_t begin,
                    size_t end, struct rect boxes[SPAN_BOXES_MAX])
{
    int count =
        text_selection(ui_texts(p->views->ui), block->layout, begin, end, boxes, SPAN_BOXES_MAX);
    for (int i = 0; i < count; i++)
        boxes[i] = rect_shift(boxes[i], p->x + block->x, p->y + block->y);
    return count;
}

/* ---- links ---- */

/* A link's spans stand one behind the other when it is partly bold. */
static size_t link_end(const struct painter *p, const struct said_block *block, size_t first)
{
    const struct markup_span *spans = p->said->markup.spans;
    const size_t last = block->first_span + block->markup->span_count;
    size_t i = first + 1;
    while (i < last && (spans[i].marks & MARK_LINK) && spans[i].begin == spans[i - 1].end)
        i++;
    return i;
}

static void underline(const struct painter *p, struct rect box)
{
    struct ui *ui = p->views->ui;
    const int line = dp(ui, 1);
    draw_fill(ui_draw(ui), rect_make(box.x, box.y + box.h - 3 * line, box.w, line),
              p->inks[INK_LINK]);
}

/* One link: under the pointer, or with the keyboard's focus, it has a line. True if the pointer is on it. */
static bool paint_link(const struct painter *p, const struct said_block *block, size_t begin,
                       size_t end)
{
    struct views *views = p->views;
    struct ui *ui = views->ui;
    struct rect boxes[SPAN_BOXES_MAX];
    const char *address = p->said->text + block->markup->begin + begin;
    const int count = boxes_of(p, block, begin, end, boxes);
    bool pointed = false;
    for (int i = 0; i < count; i++)
        pointed |= ui_is_pointing(ui, boxes[i]);
    if (count == 0)
        return false;
    char *label = mem_alloc(end - begin + 1, 1);
    memcpy(label, address, end - begin);
    const struct ui_hit hit = ui_hit(ui, ui_id_num(ui, "link", block->markup->begin + begin),
                                     boxes[0], "link", label, UI_FOCUSABLE | UI_KEYS_ONLY);
    mem_free(label);
    for (int i = 0; i < count; i++) {
        if (p->message->own || pointed || hit.focus_visible)
            underline(p, boxes[i]);
        if (hit.focus_visible)
            ui_focus_ring(ui, boxes[i], CODE_SPAN_RADIUS);
    }
    if (hit.clicked)
        views_ask_link(views, address, end - begin);
    return pointed;
}

/* ---- code ---- */

static void paint_code_ground(const struct painter *p, const struct said_block *block)
{
    struct ui *ui = p->views->ui;
    const struct markup_block *markup = block->markup;
    const struct rect r = rect_make(p->x, p->y + block->top, p->w, block->h);
    ui_round(ui, r, RADIUS_SM, ROLE_CODE);
    if (markup->info_end == markup->info_begin)
        return;
    char info[64];
    const size_t size = markup->info_end - markup->info_begin;
    memcpy(info, p->said->text + markup->info_begin, size);
    info[size] = '\0';
    ui_label(ui,
             rect_make(p->x + block->x, r.y + dp(ui, CODE_PAD_Y) / 2, r.w - 2 * block->x,
                       ui_line_height(ui, TEXT_XS)),
             info, TEXT_XS, WEIGHT_MEDIUM, p->message->own ? ROLE_OWN_2 : ROLE_TEXT_3, ALIGN_LEFT);
}

/* In the block's corner while the pointer is over it: the code as it was sent, without its fences. */
static void code_button(const struct painter *p, const struct said_block *block)
{
    struct ui *ui = p->views->ui;
    const ui_id id = ui_id_num(ui, "copy code", block->markup->begin);
    uint64_t *copied_ms =
        ui_state(ui, ui_id_num(ui, "copied", block->markup->begin), sizeof *copied_ms);
    const int side = dp(ui, COPY_SIDE), out = dp(ui, 3);
    const struct rect r = rect_make(p->x, p->y + block->top, p->w, block->h);
    const struct rect at = rect_make(r.x + r.w - side - out, r.y + out, side, side);
    const struct ui_hit hit =
        ui_hit(ui, id, at, "button", lang("Copy code"), UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    const bool fresh = *copied_ms && ui_now_ms(ui) - *copied_ms < COPIED_MS;
    if (hit.clicked) {
        const size_t size = block->markup->end - block->markup->begin;
        char *code = mem_alloc(size + 1, 1);
        memcpy(code, p->said->text + block->markup->begin, size);
        clipboard_set(code);
        mem_free(code);
        *copied_ms = ui_now_ms(ui);
        ui_again(ui);
    }
    if (fresh)
        ui_wake_in(ui, (int)(COPIED_MS - (ui_now_ms(ui) - *copied_ms)));
    if (!fresh && !hit.focus_visible && !ui_is_pointing(ui, r))
        return;
    ui_round(ui, at, RADIUS_SM, hit.hovered ? ROLE_HOVER : ROLE_RAISED);
    if (hit.focus_visible)
        ui_focus_ring(ui, at, RADIUS_SM);
    ui_icon(ui, at, fresh ? ICON_CHECK : ICON_COPY, COPY_ICON, fresh ? ROLE_OK : ROLE_TEXT_2);
    ui_tip(ui, id, at, fresh ? lang("Copied") : lang("Copy code"), hit.hovered && !hit.held);
}

/* ---- blocks ---- */

static void paint_quote_bars(const struct painter *p, const struct said_block *block)
{
    struct ui *ui = p->views->ui;
    for (unsigned i = 0; i < block->markup->depth; i++)
        ui_round(ui,
                 rect_make(p->x + (int)i * dp(ui, QUOTE_STEP), p->y + block->top, dp(ui, QUOTE_BAR),
                           block->h),
                 RADIUS_FULL, p->message->own ? ROLE_OWN_2 : ROLE_ACCENT);
}

/* Behind `code` in a line, and links' lines. True if the pointer is on the link [*begin, *end). */
static bool paint_spans(const struct painter *p, const struct said_block *block, size_t *begin,
                        size_t *end)
{
    struct ui *ui = p->views->ui;
    size_t seen_begin, seen_end;
    bool pointed = false;
    bytes_in_sight(p, block, &seen_begin, &seen_end);
    const size_t last = block->first_span + block->markup->span_count;
    for (size_t i = block->first_span; i < last; i++) {
        const struct text_span *span = &p->said->spans[i];
        const unsigned marks = p->said->markup.spans[i].marks;
        if (span->end <= seen_begin || span->begin >= seen_end || (marks & MARK_HIDDEN))
            continue;
        if (marks & MARK_CODE) {
            struct rect boxes[SPAN_BOXES_MAX];
            const int count = boxes_of(p, block, span->begin, span->end, boxes);
            for (int k = 0; k < count; k++)
                ui_round(ui,
                         rect_make(boxes[k].x - dp(ui, 2), boxes[k].y + dp(ui, 1),
                                   boxes[k].w + 2 * dp(ui, 2), boxes[k].h - dp(ui, 2)),
                         CODE_SPAN_RADIUS, ROLE_CODE);
        } else if (marks & MARK_LINK) {
            const size_t behind = link_end(p, block, i);
            const size_t link_begin = span->begin, stop = p->said->spans[behind - 1].end;
            if (paint_link(p, block, link_begin, stop)) {
                *begin = link_begin;
                *end = stop;
                pointed = true;
            }
            i = behind - 1;
        }
    }
    return pointed;
}

/* What is read, for the dump: the text without its marks. */
static void note(const struct painter *p, const struct said_block *block)
{
    struct ui *ui = p->views->ui;
    const struct rect box =
        rect_make(p->x + block->x, p->y + block->y, text_layout_width(block->layout),
                  text_layout_height(block->layout));
    if (!rect_touches(box, draw_clip(ui_draw(ui))))
        return;
    const size_t size = block->markup->end - block->markup->begin;
    const char *text = p->said->text + block->markup->begin;
    char *shown = mem_alloc(size + 1, 1);
    size_t n = 0, at = 0;
    for (size_t i = 0; i <= block->markup->span_count; i++) {
        const struct text_span *span = &p->said->spans[block->first_span + i];
        const bool is_last = i == block->markup->span_count;
        if (!is_last && !span->hidden)
            continue;
        const size_t stop = is_last ? size : span->begin;
        memcpy(shown + n, text + at, stop - at);
        n += stop - at;
        at = is_last ? size : span->end;
    }
    ui_note(ui, block->markup->kind == MARKUP_CODE ? "code" : "text", shown, NULL, box, 0);
    mem_free(shown);
}

static void paint_block(const struct painter *p, const struct said_block *block)
{
    struct views *views = p->views;
    struct ui *ui = views->ui;
    const struct markup_block *markup = block->markup;
    const int x = p->x + block->x, y = p->y + block->y;
    size_t link_begin = 0, link_stop = 0;
    if (markup->kind == MARKUP_CODE)
        paint_code_ground(p, block);
    paint_quote_bars(p, block);
    const bool on_link = paint_spans(p, block, &link_begin, &link_stop);
    if (!p->message->deleted) {
        search_mark(views, block->layout, p->said->text + markup->begin,
                    markup->end - markup->begin, x, y);
        const struct ui_part part = {
            .id = ui_id_num(ui, "text", markup->begin),
            .group = views->text_group,
            .begin = {bubble_text_order(p->message), markup->begin},
            .layout = block->layout,
            .text = p->said->text + markup->begin,
            .size = markup->end - markup->begin,
            .x = x,
            .y = y,
            /* a hand begins beside the first letter as well as on it */
            .reach = rect_make(p->x - dp(ui, REACH), p->y + block->top, p->w + 2 * dp(ui, REACH),
                               block->h),
            .hand = on_link,
        };
        const struct ui_hit hit = ui_select_part(ui, &part, NULL);
        struct ui_point from, to;
        /* a second click soon after the first has selected its word, and means the link as well */
        if (hit.clicked && on_link &&
            (hit.clicks > 1 || !ui_selection(ui, views->text_group, &from, &to)))
            views_ask_link(views, part.text + link_begin, link_stop - link_begin);
    }
    text_draw_inks(ui_texts(ui), block->layout, x, y, p->inks);
    note(p, block);
    if (markup->kind == MARKUP_CODE)
        code_button(p, block);
}

void bubble_text_draw(struct views *views, const struct message *message,
                      const struct bubble_text *text, int x, int y, int w)
{
    struct ui *ui = views->ui;
    struct painter painter = {
        .views = views, .message = message, .said = text->said, .x = x, .y = y, .w = w};
    const struct rect clip = draw_clip(ui_draw(ui));
    find_inks(&painter);
    if (message->own && message->seq) /* it may have been selected while it was on its way */
        ui_select_renumber(ui, views->text_group, UINT64_C(1) << 62 | (uint64_t)message->sent_ms,
                           message->seq);
    for (size_t i = 0; i < text->said->block_count; i++) {
        const struct said_block *block = block_at(&painter, i);
        const bool near = y + block->top < clip.y + clip.h && y + block->top + block->h > clip.y;
        if (near)
            paint_block(&painter, block);
    }
    if (!text->folded)
        return;
    const struct rect more = rect_make(x, y + text->text_h, text->last_w, text->h - text->text_h);
    if (ui_link(ui, ui_id_of(ui, "more"), more, lang(show_more), TEXT_SM,
                message->own ? ROLE_OWN_TEXT : ROLE_ACCENT)) {
        *text->open = true;
        ui_again(ui);
    }
}
