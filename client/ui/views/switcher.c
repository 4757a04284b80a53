/* switcher.c - Ctrl+K: anywhere in a few letters. The same card picks a person to write to or to invite. */
#include <stdlib.h>
#include <string.h>

#include "client/model/search.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define PICK_W 460.0f
#define PICK_H 420.0f
#define FIELD_H 52.0f
#define CHOICE_H 40.0f
#define CHOICE_AVATAR 26.0f

/* A row of the card: a room, or a person with whom there is no room of two yet. */
struct choice {
    struct room *room;
    const struct member *person;
    const char *title;
    int rank;
    size_t unread;
    bool mentioned;
    uint64_t visited;
};

struct choices {
    struct choice *items;
    size_t count, space;
};

void views_pick(struct views *views, enum pick pick, const struct room *room)
{
    views->picking = pick;
    views->pick_at = 0;
    edit_set(&views->pick, "");
    str_copy(views->pick_room, sizeof views->pick_room, room ? room->name : "");
    views->sidebar_open = views->panel_open = false;
    ui_focus(views->ui, ui_id_of(views->ui, "pick"));
    ui_again(views->ui);
}

/* ---- what there is to choose ---- */

static void add(struct views *views, struct choices *choices, struct choice choice)
{
    choice.rank = search_rank(views->pick.text, choice.title);
    if (choice.rank < 0)
        return;
    if (choices->count == choices->space) {
        choices->space = choices->space ? 2 * choices->space : 64;
        choices->items = mem_resize(choices->items, choices->space, sizeof *choices->items);
    }
    choices->items[choices->count++] = choice;
}

static void add_rooms(struct views *views, struct choices *choices)
{
    const struct model *model = views->model;
    for (size_t i = 0; i < model->room_count; i++) {
        struct room *room = model->rooms[i];
        if (room == model->room && views->pick.size == 0)
            continue; /* one is there already */
        add(views, choices,
            (struct choice){.room = room,
                            .title = room_title(room),
                            .unread = room->muted ? 0 : room_unread(room),
                            .mentioned = room_unread_mentions(room) > 0,
                            .visited = views_place(views, room)->visited});
    }
}

static int by_uid(const void *left, const void *right)
{
    const struct member *a = *(const struct member *const *)left,
                        *b = *(const struct member *const *)right;
    const int order = strcmp(a->uid, b->uid);
    return order ? order : b->online - a->online;
}

static bool has_direct(const struct model *model, const char *uid)
{
    for (size_t i = 0; i < model->room_count; i++)
        if (model->rooms[i]->kind == ROOM_DIRECT && str_equal(model->rooms[i]->peer, uid))
            return true;
    return false;
}

/* Everyone who is in a room that we see into, once. */
static void add_people(struct views *views, struct choices *choices)
{
    const struct model *model = views->model;
    const struct room *into = model_find_room(model, views->pick_room);
    const struct member **people = NULL;
    size_t count = 0, total = 0;
    for (size_t i = 0; i < model->room_count; i++)
        total += model->rooms[i]->member_count;
    people = mem_alloc(total + 1, sizeof *people);
    for (size_t i = 0; i < model->room_count; i++)
        for (size_t k = 0; k < model->rooms[i]->member_count; k++)
            people[count++] = &model->rooms[i]->members[k];
    if (count > 1)
        qsort(people, count, sizeof *people, by_uid);
    for (size_t i = 0; i < count; i++) {
        const char *uid = people[i]->uid;
        const bool again = i > 0 && str_equal(people[i - 1]->uid, uid);
        if (again || str_equal(uid, model->my_uid))
            continue;
        if ((views->picking == PICK_ANY && has_direct(model, uid)) ||
            (views->picking == PICK_INVITE && into && room_find_member(into, uid)))
            continue;
        add(views, choices, (struct choice){.person = people[i], .title = people[i]->name});
    }
    mem_free(people);
}

/* What fits best; then what was not read, where one was last, who is here. */
static int compare(const void *left, const void *right)
{
    const struct choice *a = left, *b = right;
    if (a->rank != b->rank)
        return b->rank - a->rank;
    if (a->mentioned != b->mentioned)
        return a->mentioned ? -1 : 1;
    if ((a->unread > 0) != (b->unread > 0))
        return a->unread > 0 ? -1 : 1;
    if (!a->room != !b->room)
        return a->room ? -1 : 1;
    if (a->visited != b->visited)
        return a->visited > b->visited ? -1 : 1;
    if (a->person && b->person && a->person->online != b->person->online)
        return a->person->online ? -1 : 1;
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    name_fold(a->title, fold_a);
    name_fold(b->title, fold_b);
    return strcmp(fold_a, fold_b);
}

static struct choices find_choices(struct views *views)
{
    struct choices choices = {0};
    if (views->picking == PICK_ANY)
        add_rooms(views, &choices);
    if (views->picking != PICK_ANY || model_has_feature(views->model, "direct"))
        add_people(views, &choices);
    if (choices.count > 1)
        qsort(choices.items, choices.count, sizeof *choices.items, compare);
    return choices;
}

/* ---- the card ---- */

static void close_card(struct views *views)
{
    views->picking = PICK_NONE;
    views->compose = true;
    ui_again(views->ui);
}

static void take(struct views *views, const struct choice *choice)
{
    struct room *into = model_find_room(views->model, views->pick_room);
    struct err err = {0};
    if (views->picking == PICK_INVITE) {
        if (into && !action_invite(views->app, into, choice->person->name, &err))
            str_copy(views->pick_trouble, sizeof views->pick_trouble, lang(err.text));
        if (err.text[0])
            return;
    } else if (choice->room) {
        action_show_room(views->app, choice->room);
    } else {
        action_open_direct(views->app, choice->person->uid);
    }
    close_card(views);
}

/* True when it was clicked. */
static bool choice_row(struct views *views, struct rect r, const struct choice *choice, bool at)
{
    struct ui *ui = views->ui;
    if (!rect_touches(r, draw_clip(ui_draw(ui))))
        return false;
    const struct room *room = choice->room;
    const char *uid = choice->person ? choice->person->uid : room->peer;
    const bool person = !room || room->kind == ROOM_DIRECT;
    const bool here = person && model_is_online(views->model, uid);
    ui_push_id(ui, ui_id_of(ui, room ? room->name : uid));
    const struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "choice"), r, "choice", choice->title,
                                     UI_HAND | UI_KEEP_FOCUS | (at ? UI_CHECKED : 0u));
    if (at)
        ui_round(ui, r, RADIUS_SM, ROLE_SELECTED);
    else if (hit.hovered)
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    struct rect in = rect_pad(r, dp(ui, 10), 0);
    struct rect sign = rect_cut_left(&in, dp(ui, CHOICE_AVATAR));
    if (person)
        ui_avatar_here(ui, sign, choice->title, here, ui_color(ui, ROLE_SURFACE));
    else
        ui_icon(ui, sign, room->kind == ROOM_PRIVATE ? ICON_LOCK : ICON_HASH, ICON_MD, ROLE_TEXT_2);
    rect_cut_left(&in, dp(ui, SP_3));
    if (choice->unread)
        rect_cut_right(&in, ui_badge(ui, in, (int)choice->unread) + dp(ui, SP_1));
    if (choice->mentioned)
        rect_cut_right(&in, ui_badge_text(ui, in, "@", false) + dp(ui, SP_1));
    const char *note = person && !here ? lang("offline") : "";
    const int note_w = *note ? ui_label_width(ui, note, TEXT_SM, WEIGHT_REGULAR) + dp(ui, SP_2) : 0;
    struct rect name = in;
    name.w = in.w > note_w ? in.w - note_w : 0;
    const int w =
        ui_label(ui, name, choice->title, TEXT_MD,
                 choice->unread ? WEIGHT_SEMIBOLD : WEIGHT_REGULAR, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_left(&in, w + dp(ui, SP_2));
    ui_label(ui, in, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_3, ALIGN_LEFT);
    ui_pop_id(ui);
    return hit.clicked;
}

static void nothing(struct views *views, struct rect r)
{
    const char *text = views->pick.size > 0            ? lang("Nothing is called that")
                       : views->picking == PICK_ANY    ? lang("There is nothing else yet")
                       : views->picking == PICK_INVITE ? lang("Everyone is in it already")
                                                       : lang("Nobody else was here yet");
    ui_label(views->ui, rect_cut_top(&r, dp(views->ui, 3 * CHOICE_H)), text, TEXT_MD,
             WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_CENTER);
}

static bool field(struct views *views, struct rect r, bool *cancelled)
{
    struct ui *ui = views->ui;
    const char *const placeholders[] = {[PICK_NONE] = "",
                                        [PICK_ANY] = lang("Go to a room or a person"),
                                        [PICK_DIRECT] = lang("Write to…"),
                                        [PICK_INVITE] = lang("Invite…")};
    ui_fill(ui, rect_make(r.x, r.y + r.h - dp(ui, BORDER), r.w, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, SP_4), 0);
    ui_icon(ui, rect_cut_left(&r, dp(ui, ICON_LG)),
            views->picking == PICK_INVITE ? ICON_INVITE : ICON_SEARCH, ICON_LG, ROLE_TEXT_2);
    rect_cut_left(&r, dp(ui, SP_3));
    const struct field_spec spec = {.label = lang("Go to"),
                                    .placeholder = placeholders[views->picking],
                                    .size = TEXT_MD,
                                    .bare = true};
    const unsigned did = ui_field(ui, ui_id_of(ui, "pick"), r, &views->pick, &spec);
    if (did & FIELD_CHANGED) {
        views->pick_at = 0;
        views->pick_trouble[0] = '\0';
        ui_again(ui); /* the rows were found for what stood there before */
    }
    *cancelled = did & FIELD_CANCEL;
    return did & FIELD_SUBMIT;
}

void switcher_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    if (views->picking == PICK_NONE)
        return;
    struct choices choices = find_choices(views);
    const size_t before = views->pick_at;
    if (views->pick_at >= choices.count)
        views->pick_at = choices.count ? choices.count - 1 : 0;
    struct rect card = card_begin(views, r, "switcher", PICK_W, dp(ui, PICK_H));
    if (choices.count && ui_take_key(ui, 0, KEY_DOWN, 0))
        views->pick_at = (views->pick_at + 1) % choices.count;
    if (choices.count && ui_take_key(ui, 0, KEY_UP, 0))
        views->pick_at = (views->pick_at + choices.count - 1) % choices.count;
    bool cancelled = false;
    const bool submitted = field(views, rect_cut_top(&card, dp(ui, FIELD_H)), &cancelled);
    if (views->pick_trouble[0])
        ui_label(ui, rect_pad(rect_cut_bottom(&card, dp(ui, CHOICE_H)), dp(ui, SP_4), 0),
                 views->pick_trouble, TEXT_SM, WEIGHT_REGULAR, ROLE_ERR, ALIGN_LEFT);
    card = rect_pad(card, dp(ui, SP_2), dp(ui, SP_2));
    const int row_h = dp(ui, CHOICE_H);
    const ui_id list = ui_id_of(ui, "choices");
    if (views->pick_at != before)
        ui_scroll_show(ui, list, row_h * (int)views->pick_at, row_h);
    struct rect rows = ui_scroll_begin(ui, list, card, row_h * (int)choices.count);
    const struct choice *taken = NULL;
    for (size_t i = 0; i < choices.count; i++)
        if (choice_row(views, rect_cut_top(&rows, row_h), &choices.items[i], i == views->pick_at))
            taken = &choices.items[i];
    if (choices.count == 0)
        nothing(views, rows.h ? rows : card);
    ui_scroll_end(ui);
    const bool outside = ui_pressed_outside(ui, rect_make(card.x, card.y - dp(ui, FIELD_H + SP_2),
                                                          card.w, card.h + dp(ui, FIELD_H + SP_4)));
    const bool again = ui_take_key(ui, 0, KEY_CHAR + 'k', MOD_CTRL);
    card_end(views);
    if (submitted && choices.count)
        taken = &choices.items[views->pick_at];
    if (taken)
        take(views, taken);
    else if (cancelled || again || outside)
        close_card(views);
    mem_free(choices.items);
}
