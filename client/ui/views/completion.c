/* completion.c - the list that finishes "@na" and ":smi" while one writes. */
#include <string.h>

#include "client/ui/views/compose.h"
#include "client/ui/widgets/avatar.h"
#include "protocol/base/str.h"

#define ROW_HEIGHT 36.0f
#define WIDTH 280.0f
#define AVATAR_SIDE 24.0f
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f
#define OFFLINE_ALPHA 0.5f

/* Who is here first, then by how well the name fits; in that as the room has them. */
static int find_names(const struct views *views, const struct room *room, const char *query,
                      struct choice out[COMPLETION_MAX])
{
    const struct member *fit[4][COMPLETION_MAX]; /* here and well, here, away and well, away */
    int fits[4] = {0}, count = 0;
    for (size_t i = 0; i < room->member_count && fits[0] < COMPLETION_MAX; i++) {
        const struct member *member = &room->members[i];
        if (str_equal(member->uid, views->model->my_uid))
            continue;
        const int worth = complete_worth(member->name, query);
        const int rank = (member->online ? 0 : 2) + (worth == 2 ? 0 : 1);
        if (worth > 0 && fits[rank] < COMPLETION_MAX)
            fit[rank][fits[rank]++] = member;
    }
    for (int rank = 0; rank < 4; rank++)
        for (int i = 0; i < fits[rank] && count < COMPLETION_MAX; i++)
            out[count++] = (struct choice){fit[rank][i]->name, fit[rank][i]->name, fit[rank][i]};
    return count;
}

static int find_emoji(const char *query, struct choice out[COMPLETION_MAX])
{
    const struct emoji *found[COMPLETION_MAX];
    const size_t count = emoji_find(query, found, COMPLETION_MAX);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct choice){found[i]->text, found[i]->name, NULL};
    return (int)count;
}

static void find(struct views *views, const struct room *room, const struct complete *word)
{
    struct composer *composer = views->composer;
    const struct edit *edit = &views->message;
    if (composer->completion_room == room && composer->completion_room_version == room->version &&
        composer->completion_version == edit->version && composer->completion_caret == edit->caret)
        return;
    composer->completion_room = room;
    composer->completion_room_version = room->version;
    composer->completion_version = edit->version;
    composer->completion_caret = edit->caret;
    composer->choice_count =
        word->kind == COMPLETE_NAME    ? find_names(views, room, word->query, composer->choices)
        : word->kind == COMPLETE_EMOJI ? find_emoji(word->query, composer->choices)
                                       : 0;
}

/* In the place of the word; a space follows a name unless one is there. */
static void put_in(struct views *views, const struct complete *word, const struct choice *choice)
{
    struct edit *edit = &views->message;
    char text[NAME_SIZE + 2];
    const bool space = choice->member && edit->text[edit->caret] != ' ';
    str_format(text, sizeof text, "%s%s%s", choice->member ? "@" : "", choice->text,
               space ? " " : "");
    edit_select(edit, word->begin, edit->caret);
    edit_insert(edit, text, strlen(text));
    if (choice->member && !space)
        edit_move(edit, EDIT_CLUSTER, true, false);
    ui_again(views->ui);
}

static bool row(struct views *views, struct rect r, const struct choice *choice, int index)
{
    struct ui *ui = views->ui;
    const bool chosen = index == views->composer->completion_at;
    const struct ui_hit hit =
        ui_hit(ui, ui_id_num(ui, "completion", (uint64_t)index), r, "menuitem", choice->label,
               UI_HAND | UI_KEEP_FOCUS | (chosen ? UI_CHECKED : 0u));
    struct rect in = rect_pad(r, dp(ui, SP_2), 0);
    if (hit.hovered || chosen)
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    draw_push_alpha(ui_draw(ui), choice->member && !choice->member->online ? OFFLINE_ALPHA : 1.0f);
    const struct rect sign = rect_cut_left(&in, dp(ui, AVATAR_SIDE));
    if (choice->member)
        ui_avatar(ui, sign, choice->member->name);
    else
        ui_label(ui, sign, choice->text, TEXT_LG, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_CENTER);
    rect_cut_left(&in, dp(ui, SP_2));
    ui_label(ui, in, choice->label, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    return hit.clicked;
}

static int list(struct views *views, struct rect box, struct rect field,
                const struct choice *choices, int count)
{
    struct ui *ui = views->ui;
    struct draw *draw = ui_draw(ui);
    const int pad = dp(ui, SP_1), h = count * dp(ui, ROW_HEIGHT) + 2 * pad;
    const int w = dp(ui, WIDTH) < box.w ? dp(ui, WIDTH) : box.w;
    const struct rect r = {field.x + w > box.x + box.w ? box.x + box.w - w : field.x - pad,
                           box.y - dp(ui, SP_2) - h, w, h};
    int taken = -1;
    draw_push_layer(draw, 1);
    ui_block(ui, ui_id_of(ui, "completions"), r);
    draw_shadow(draw, r, dpf(ui, RADIUS_MD), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, r, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, r, RADIUS_MD, ROLE_LINE);
    ui_note(ui, "menu", "completions", NULL, r, 0);
    struct rect rest = rect_grow(r, -pad);
    for (int i = 0; i < count; i++)
        if (row(views, rect_cut_top(&rest, dp(ui, ROW_HEIGHT)), &choices[i], i))
            taken = i;
    draw_pop_layer(draw);
    return taken;
}

void completion_view(struct views *views, struct rect box, struct rect field,
                     const struct room *room)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    const struct edit *edit = &views->message;
    struct complete word = {.kind = COMPLETE_NONE};
    if (ui_focused(ui) == ui_id_of(ui, "message") && !edit_has_selection(edit) &&
        !edit_is_composing(edit))
        word = complete_at(edit->text, edit->caret);
    if (word.kind == COMPLETE_NONE || composer->completion_dismissed != word.begin + 1)
        composer->completion_dismissed = 0;
    if (word.kind != COMPLETE_NONE)
        find(views, room, &word);
    const int count =
        word.kind == COMPLETE_NONE || composer->completion_dismissed ? 0 : composer->choice_count;
    if (count == 0) {
        composer->completion_at = 0;
        return;
    }
    int *at = &composer->completion_at, taken = -1;
    if (*at >= count)
        *at = count - 1;
    if (ui_take_key(ui, 0, KEY_DOWN, 0))
        *at = (*at + 1) % count;
    else if (ui_take_key(ui, 0, KEY_UP, 0))
        *at = (*at + count - 1) % count;
    else if (ui_take_key(ui, 0, KEY_ENTER, 0) || ui_take_key(ui, 0, KEY_TAB, 0))
        taken = *at;
    else if (ui_take_key(ui, 0, KEY_ESCAPE, 0)) {
        composer->completion_dismissed = word.begin + 1;
        ui_again(ui);
        return;
    }
    const int clicked = list(views, box, field, composer->choices, count);
    if (clicked >= 0)
        taken = clicked;
    if (taken >= 0) {
        put_in(views, &word, &composer->choices[taken]);
        *at = 0;
    }
}
