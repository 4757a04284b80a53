/* search.c - Ctrl+F: the bar under the room's head that finds what was said in it. What is loaded is looked
 * through at once; further back it goes page by page, until something is found or the room began. */
#include "client/model/search.h"

#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define BAR_H 48.0f
#define OLDER_H 32.0f
#define MARK_ALPHA 0.42f
#define MARK_RADIUS 3.0f
#define MARK_BOXES_MAX 16  /* of one place: a word over several lines, in both directions */
#define AGAIN_MS 250       /* what comes in meanwhile is looked through so often */
#define OLDER_AFTER_MS 400 /* after the last key: half a word is not looked for further back */

struct search_bar {
    bool open;
    struct edit text;
    struct search query;
    unsigned text_version;
    char room[NAME_SIZE];   /* the one that was looked through */
    uint64_t model_version; /* then */
    int64_t scanned_ms, typed_ms;
    uint64_t oldest; /* event looked at */
    uint64_t *hits;  /* seqs, oldest first */
    size_t count, at;
    bool older;   /* further back is being looked */
    bool stopped; /* ... and was told to stop: for this query not again by itself */
};

struct search_bar *search_bar_create(void)
{
    struct search_bar *bar = mem_alloc(1, sizeof *bar);
    edit_init(&bar->text, SEARCH_BYTES_MAX, false);
    return bar;
}

static void forget_hits(struct search_bar *bar)
{
    mem_free(bar->hits);
    bar->hits = NULL;
    bar->count = bar->at = 0;
    bar->older = false;
}

void search_bar_destroy(struct search_bar *bar)
{
    if (!bar)
        return;
    forget_hits(bar);
    edit_finish(&bar->text);
    mem_free(bar);
}

void search_bar_open(struct views *views)
{
    struct search_bar *bar = views->search;
    bar->open = true;
    edit_select_all(&bar->text);
    ui_focus(views->ui, ui_id_of(views->ui, "search"));
    ui_again(views->ui);
}

void search_bar_close(struct views *views)
{
    struct search_bar *bar = views->search;
    bar->open = false;
    bar->room[0] = '\0';
    forget_hits(bar);
    views->compose = true;
    ui_again(views->ui);
}

bool search_bar_is_open(const struct views *views)
{
    return views->search->open;
}

void search_mark(const struct views *views, const struct text_layout *layout, const char *text,
                 size_t size, int x, int y)
{
    const struct search_bar *bar = views->search;
    struct ui *ui = views->ui;
    struct rect boxes[MARK_BOXES_MAX];
    size_t at = 0, begin, end;
    if (!bar->open || bar->query.word_count == 0)
        return;
    const struct color color = color_alpha(ui_color(ui, ROLE_WARN), MARK_ALPHA);
    while (search_next(&bar->query, text, size, at, &begin, &end)) {
        const int count = text_selection(ui_texts(ui), layout, begin, end, boxes, MARK_BOXES_MAX);
        for (int i = 0; i < count; i++)
            draw_round(ui_draw(ui), rect_shift(boxes[i], x, y), corners_all(dpf(ui, MARK_RADIUS)),
                       color);
        at = end;
    }
}

int search_bar_height(const struct views *views)
{
    const struct search_bar *bar = views->search;
    return !bar->open ? 0 : dp(views->ui, bar->older ? BAR_H + OLDER_H : BAR_H);
}

/* ---- looking ---- */

static uint64_t oldest_seq(const struct room *room)
{
    return room->message_count ? room->messages[0]->seq : 0;
}

static void go(struct views *views, struct room *room, size_t at)
{
    struct search_bar *bar = views->search;
    bar->at = at;
    bar->older = false;
    views_jump_to(views, room, bar->hits[at]);
}

/* All that is loaded; the hit that one is at stays the one. */
static void scan(struct views *views, const struct room *room)
{
    struct search_bar *bar = views->search;
    const uint64_t here = bar->at < bar->count ? bar->hits[bar->at] : 0;
    mem_free(bar->hits);
    bar->hits = search_room(&bar->query, room, &bar->count);
    bar->at = bar->count ? bar->count - 1 : 0;
    while (here && bar->at > 0 && bar->hits[bar->at] > here)
        bar->at--;
    bar->oldest = oldest_seq(room);
    bar->model_version = views->model->version;
    bar->scanned_ms = clock_now_ms();
}

/* Another query, or another room: from the newest on. */
static void begin(struct views *views, struct room *room)
{
    struct search_bar *bar = views->search;
    forget_hits(bar);
    str_copy(bar->room, sizeof bar->room, room->name);
    bar->text_version = bar->text.version;
    bar->typed_ms = clock_now_ms();
    bar->stopped = false;
    search_parse(&bar->query, bar->text.text);
    scan(views, room);
    if (bar->count)
        go(views, room, bar->count - 1);
}

/* Whether one of the messages that came before what was looked at is a hit. */
static bool is_in_new_pages(const struct search_bar *bar, const struct room *room)
{
    for (size_t i = 0; i < room->message_count && room->messages[i]->seq < bar->oldest; i++)
        if (room->messages[i]->seq && search_matches(&bar->query, room->messages[i]))
            return true;
    return false;
}

static void look_older(struct views *views, struct room *room)
{
    struct search_bar *bar = views->search;
    const uint64_t first = bar->count ? bar->hits[0] : 0;
    if (oldest_seq(room) < bar->oldest) {
        if (is_in_new_pages(bar, room)) {
            scan(views, room);
            size_t at = bar->count - 1;
            while (first && at > 0 && bar->hits[at] >= first)
                at--;
            go(views, room, at);
            return;
        }
        bar->oldest = oldest_seq(room);
    }
    if (room->history_complete)
        bar->older = false;
    else if (!room->history_asked && views->model->link == LINK_ONLINE)
        action_load_history(views->app, room);
}

static void follow(struct views *views, struct room *room)
{
    struct search_bar *bar = views->search;
    struct ui *ui = views->ui;
    const int64_t now_ms = clock_now_ms();
    if (bar->text_version != bar->text.version || !str_equal(bar->room, room->name)) {
        begin(views, room);
        ui_again(ui); /* what stands already is marked by the old query */
    } else if (bar->model_version != views->model->version && !bar->older) {
        if (now_ms - bar->scanned_ms >= AGAIN_MS)
            scan(views, room);
        else
            ui_wake_in(ui, (int)(AGAIN_MS - (now_ms - bar->scanned_ms)));
    }
    const bool hopeless = search_is_empty(&bar->query) || bar->stopped || room->history_complete;
    if (bar->count == 0 && !bar->older && !hopeless) {
        if (now_ms - bar->typed_ms >= OLDER_AFTER_MS)
            bar->older = true;
        else
            ui_wake_in(ui, (int)(OLDER_AFTER_MS - (now_ms - bar->typed_ms)));
    }
    if (bar->older)
        look_older(views, room);
}

/* The next older one; past the oldest that is loaded it goes on into the history. */
static void step_older(struct views *views, struct room *room)
{
    struct search_bar *bar = views->search;
    if (search_is_empty(&bar->query))
        return;
    if (bar->count && bar->at > 0)
        go(views, room, bar->at - 1);
    else if (!room->history_complete)
        bar->older = true;
    else if (bar->count)
        go(views, room, bar->count - 1);
    ui_again(views->ui);
}

static void step_newer(struct views *views, struct room *room)
{
    struct search_bar *bar = views->search;
    if (bar->count)
        go(views, room, bar->at + 1 < bar->count ? bar->at + 1 : 0);
    ui_again(views->ui);
}

/* ---- the bar ---- */

static struct rect bar_button(const struct ui *ui, struct rect *r)
{
    const int side = dp(ui, SP_6);
    return rect_middle(rect_cut_right(r, side), side);
}

static void older_line(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct search_bar *bar = views->search;
    const char *cancel = lang("Cancel");
    ui_progress(ui, rect_cut_top(&r, dp(ui, 2)), lang("Searching"), -1, ROLE_ACCENT, ROLE_SURFACE);
    r = rect_pad(r, dp(ui, SP_4), 0);
    const int w = ui_label_width(ui, cancel, TEXT_SM, WEIGHT_MEDIUM);
    struct rect stop = rect_cut_right(&r, w);
    ui_label(ui, r, lang("Searching older messages…"), TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2,
             ALIGN_LEFT);
    if (ui_link(ui, ui_id_of(ui, "stop searching"), stop, cancel, TEXT_SM, ROLE_ACCENT)) {
        bar->older = false;
        bar->stopped = true;
        ui_focus(ui, ui_id_of(ui, "search"));
        ui_again(ui);
    }
}

void search_bar_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    struct search_bar *bar = views->search;
    char text[64], at[24], count[24];
    follow(views, room);
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_bottom(&r, dp(ui, BORDER)), ROLE_LINE);
    if (bar->older && r.h > dp(ui, BAR_H))
        older_line(views, rect_cut_bottom(&r, dp(ui, OLDER_H) - dp(ui, BORDER)));
    rect_cut_left(&r, dp(ui, SP_4));
    rect_cut_right(&r, dp(ui, 10)); /* the icons are 6 smaller than their buttons on each side */
    const bool some = bar->count > 0;
    if (ui_icon_button(ui, ui_id_of(ui, "close search"), bar_button(ui, &r), ICON_X,
                       lang("Close search"), UI_KEEP_FOCUS)) {
        search_bar_close(views);
        return;
    }
    const bool newer =
        ui_icon_button(ui, ui_id_of(ui, "newer"), bar_button(ui, &r), ICON_CHEVRON,
                       lang("Next newer"), UI_KEEP_FOCUS | (some ? 0u : UI_DISABLED));
    const bool older =
        ui_icon_button(ui, ui_id_of(ui, "older"), bar_button(ui, &r), ICON_CHEVRON_UP,
                       lang("Next older"), UI_KEEP_FOCUS | (some ? 0u : UI_DISABLED));
    text[0] = '\0';
    if (some) {
        str_format(at, sizeof at, "%zu", bar->count - bar->at);
        str_format(count, sizeof count, "%zu", bar->count);
        LANG_TEXT(text, sizeof text, "{1} of {2}", at, count);
    } else if (!search_is_empty(&bar->query) && !bar->older &&
               (room->history_complete || bar->stopped)) {
        str_copy(text, sizeof text, lang("Not found"));
    }
    struct rect tally =
        rect_cut_right(&r, ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR) + dp(ui, SP_2));
    ui_label(ui, tally, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    ui_icon(ui, rect_cut_left(&r, dp(ui, ICON_LG)), ICON_SEARCH, ICON_MD, ROLE_TEXT_2);
    rect_cut_left(&r, dp(ui, SP_2));
    const ui_id id = ui_id_of(ui, "search");
    const bool back = ui_take_key(ui, id, KEY_ENTER, MOD_SHIFT) || ui_take_key(ui, id, KEY_DOWN, 0);
    const bool up = ui_take_key(ui, id, KEY_UP, 0);
    const struct field_spec spec = {.label = lang("Search"),
                                    .placeholder = lang("Search in this room"),
                                    .size = TEXT_MD,
                                    .bare = true};
    const unsigned did = ui_field(ui, id, r, &bar->text, &spec);
    if (did & FIELD_CHANGED)
        ui_again(ui);
    if (did & FIELD_CANCEL)
        search_bar_close(views);
    else if (older || up || did & FIELD_SUBMIT)
        step_older(views, room);
    else if (newer || back)
        step_newer(views, room);
}
