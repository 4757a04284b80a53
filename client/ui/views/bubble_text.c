/* bubble_text.c - what a message says, and where each block of it stands. */
#include "client/ui/views/bubble_text.h"

#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/bubble_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/utf8.h"

#define FOLD_LINES 40   /* UX.md: long texts are folded there */
#define CACHE_SIZE 256  /* more than the messages in sight; a power of two */
#define BLOCK_GAP 4.0f  /* between a quote and what is beside it */
#define CODE_GAP 5.0f   /* the mock's margin above code */
#define CODE_LINE 1.45f /* its line height */

struct said_cache {
    struct said texts[CACHE_SIZE];
};

struct said_cache *said_cache_create(void)
{
    return mem_alloc(1, sizeof(struct said_cache));
}

static void forget(struct said *said)
{
    markup_finish(&said->markup);
    mem_free(said->text);
    mem_free(said->spans);
    mem_free(said->blocks);
    *said = (struct said){0};
}

void said_cache_destroy(struct said_cache *cache)
{
    for (size_t i = 0; cache && i < CACHE_SIZE; i++)
        forget(&cache->texts[i]);
    mem_free(cache);
}

const char *bubble_text_of(const struct message *message)
{
    return message->deleted ? lang("Message deleted") : message->text;
}

uint64_t bubble_text_order(const struct message *message)
{
    return message->seq ? message->seq : UINT64_C(1) << 62 | (uint64_t)message->sent_ms;
}

/* ---- mentions ---- */

/* How many bytes behind the '@' are this name; 0: it is another. */
static size_t name_size(const char *text, size_t size, const char *name)
{
    char said[NAME_SIZE];
    const size_t n = strlen(name);
    uint32_t next = ' ';
    if (n == 0 || n > size)
        return 0;
    if ((unsigned char)*text < 0x80 && (unsigned char)*name < 0x80 && ((*text ^ *name) & ~0x20))
        return 0; /* another letter already */
    memcpy(said, text, n);
    said[n] = '\0';
    if (n < size)
        utf8_decode(text + n, size - n, &next);
    return !utf8_is_word(next) && name_equal(said, name) ? n : 0;
}

/* The longest name of a member that stands there: "Ann" is there too, where "Ann Lee" is meant. */
static size_t find_mention(void *context, const char *text, size_t size, size_t at)
{
    const struct room *room = context;
    size_t most = 0;
    for (size_t i = 0; i < room->member_count; i++) {
        size_t n = name_size(text + at + 1, size - at - 1, room->members[i].name);
        most = n > most ? n : most;
    }
    return most ? most + 1 : 0;
}

/* ---- marks ---- */

/* FNV-1a over words of eight bytes: a long text in sight is hashed each time it is drawn. */
static uint64_t hash_of(const char *text, size_t size, uint64_t seed)
{
    uint64_t hash = seed ^ UINT64_C(14695981039346656037);
    for (; size >= 8; text += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        hash = (hash ^ word) * UINT64_C(1099511628211);
        hash ^= hash >> 32;
    }
    for (; size; text++, size--)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    hash ^= hash >> 29;
    return hash ? hash : 1;
}

static struct said *find_said(struct views *views, const struct message *message)
{
    struct room *room = views_room(views);
    const char *text = bubble_text_of(message);
    const size_t size = strlen(text);
    /* who is there changes what is a mention */
    const bool calls = room && !message->deleted && memchr(text, '@', size);
    const uint64_t hash = hash_of(
        text, size, (calls ? room->member_count + room->version : 0) * 2 + message->deleted);
    struct said *said = &views->said->texts[hash & (CACHE_SIZE - 1)];
    if (said->hash == hash && said->size == size && memcmp(said->text, text, size) == 0)
        return said;
    forget(said);
    said->hash = hash;
    said->size = size;
    said->text = mem_alloc(size + 1, 1);
    memcpy(said->text, text, size);
    if (message->deleted) /* our own words have no marks */
        markup_parse(&said->markup, "", 0, NULL, NULL);
    else
        markup_parse(&said->markup, said->text, size, calls ? find_mention : NULL, room);
    if (message->deleted)
        said->markup.blocks[0].end = (uint32_t)size;
    said->spans = mem_alloc(said->markup.span_count + 1, sizeof *said->spans);
    said->blocks = mem_alloc(said->markup.block_count, sizeof *said->blocks);
    return said;
}

/* The spans of a block in the font's terms. */
static void find_looks(struct said *said, const struct markup_block *block, float code_px)
{
    for (size_t i = block->first_span; i < block->first_span + block->span_count; i++) {
        const struct markup_span *span = &said->markup.spans[i];
        const bool code = (span->marks & MARK_CODE) != 0;
        said->spans[i] = (struct text_span){
            .begin = span->begin - block->begin,
            .end = span->end - block->begin,
            .hidden = (span->marks & MARK_HIDDEN) != 0,
            .italic = (span->marks & MARK_ITALIC) != 0,
            .family = code ? FAMILY_MONO : FAMILY_UI,
            .weight = span->marks & MARK_BOLD      ? WEIGHT_SEMIBOLD
                      : span->marks & MARK_MENTION ? WEIGHT_MEDIUM
                                                   : WEIGHT_REGULAR,
            .size_px = code ? code_px : 0,
            .ink = span->marks & MARK_LINK      ? INK_LINK
                   : span->marks & MARK_MENTION ? INK_MENTION
                                                : INK_TEXT,
        };
    }
}

/* ---- places ---- */

static bool *expanded(struct ui *ui, const struct message *message)
{
    ui_push_id(ui, bubble_id(ui, message));
    bool *state = ui_state(ui, ui_id_of(ui, "expanded"), sizeof *state);
    ui_pop_id(ui);
    return state;
}

/* The block below `top`, at most `lines` lines of it (0: all). Its width with all around it. */
static int place_block(struct ui *ui, struct said *said, const struct markup_block *markup, int top,
                       int width, int lines)
{
    struct said_block *block = &said->blocks[said->block_count++];
    struct text_style style = ui_style(ui, TEXT_MD, WEIGHT_REGULAR);
    const bool code = markup->kind == MARKUP_CODE;
    int left = (int)markup->depth * dp(ui, QUOTE_STEP), around = left, above = 0, below = 0;
    if (code) {
        style = ui_style(ui, TEXT_CODE, WEIGHT_REGULAR);
        style.line_height_px = style.size_px * CODE_LINE;
        left = dp(ui, CODE_PAD_X);
        around = 2 * left;
        above = below = dp(ui, CODE_PAD_Y);
        if (markup->info_end > markup->info_begin)
            above += ui_line_height(ui, TEXT_XS);
    }
    width = width - around > 1 ? width - around : 1;
    *block = (struct said_block){
        .markup = markup,
        .layout = text_layout_spans(
            ui_texts(ui), said->text + markup->begin, markup->end - markup->begin, &style,
            said->spans + markup->first_span, markup->span_count, width, lines, TEXT_WRAP),
        .first_span = markup->first_span,
        .x = left,
        .y = top + above,
        .top = top,
    };
    block->h = above + text_layout_height(block->layout) + below;
    return text_layout_width(block->layout) + around;
}

static int gap_between(const struct ui *ui, const struct markup_block *above,
                       const struct markup_block *below)
{
    if (above->kind == MARKUP_CODE || below->kind == MARKUP_CODE)
        return dp(ui, CODE_GAP);
    return above->depth && below->depth ? 0 : dp(ui, BLOCK_GAP);
}

void bubble_text_plan(struct views *views, const struct message *message, int width_px,
                      struct bubble_text *out)
{
    struct ui *ui = views->ui;
    struct said *said = find_said(views, message);
    int lines = 0;
    *out = (struct bubble_text){.said = said, .open = expanded(ui, message)};
    const float code_px = dpf(ui, theme_text_dp(TEXT_CODE));
    for (size_t i = 0; said->code_px != code_px && i < said->markup.block_count; i++)
        find_looks(said, &said->markup.blocks[i], code_px);
    said->code_px = code_px;
    said->block_count = 0;
    for (size_t i = 0; i < said->markup.block_count && !out->folded; i++) {
        const struct markup_block *markup = &said->markup.blocks[i];
        if (i > 0)
            out->h += gap_between(ui, markup - 1, markup);
        const int w =
            place_block(ui, said, markup, out->h, width_px, *out->open ? 0 : FOLD_LINES - lines);
        const struct said_block *block = &said->blocks[i];
        lines += text_layout_line_count(block->layout);
        out->w = w > out->w ? w : out->w;
        out->h += block->h;
        out->folded = !*out->open && (text_layout_is_cut(block->layout) ||
                                      (lines >= FOLD_LINES && i + 1 < said->markup.block_count));
        const struct text_line last =
            text_layout_line(block->layout, text_layout_line_count(block->layout) - 1);
        out->last_w = markup->kind == MARKUP_CODE ? width_px : block->x + last.x + last.w;
    }
    out->text_h = out->h;
    if (out->folded) { /* the time stands beside the link */
        out->h += ui_line_height(ui, TEXT_SM) + dp(ui, SP_1);
        out->last_w = ui_label_width(ui, lang(show_more), TEXT_SM, WEIGHT_MEDIUM) + 2;
    }
}
