/* moving.c - pictures that move: each by its own clock, while it is in sight and somebody looks. */
#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"

#define AWAY_MS 30000 /* so long after the window has lost the keyboard they go on */
#define LATE_MS 1000  /* who was away longer does not see what was missed */
#define GAP 8.0f

struct moving {
    uint64_t due_ms; /* when the next frame is to be seen; 0: it stands still */
    size_t frame;
    bool asked, known; /* to play, or not to, by the person */
};

static struct moving *state_of(struct ui *ui)
{
    return ui_state(ui, ui_id_of(ui, "moving"), sizeof(struct moving));
}

/* Off with reduced motion, until one asks for it. */
static bool is_wanted(const struct ui *ui, const struct moving *moving)
{
    return moving->known ? moving->asked : ui_motion(ui);
}

static bool is_watched(struct views *views)
{
    struct ui *ui = views->ui;
    const struct window *window = ui_window(ui);
    if (window && !window_is_visible(window))
        return false;
    if (ui_has_keyboard(ui)) {
        views->watched_ms = ui_now_ms(ui);
        return true;
    }
    return ui_now_ms(ui) - views->watched_ms < AWAY_MS;
}

const struct picture *moving_picture(struct views *views, const struct message *message)
{
    struct ui *ui = views->ui;
    const struct animation *animation = message->file->animation;
    if (!animation || !message->file->picture)
        return message->file->picture;
    struct moving *moving = state_of(ui);
    const uint64_t now_ms = ui_now_ms(ui);
    if (moving->frame >= animation->count)
        *moving = (struct moving){.asked = moving->asked, .known = moving->known};
    if (!is_wanted(ui, moving) || !is_watched(views)) {
        moving->due_ms = 0;
        return animation->frames[moving->frame];
    }
    if (moving->due_ms == 0 || now_ms > moving->due_ms + LATE_MS)
        moving->due_ms = now_ms + (uint64_t)animation->delays_ms[moving->frame];
    while (now_ms >= moving->due_ms) {
        moving->frame = (moving->frame + 1) % animation->count;
        moving->due_ms += (uint64_t)animation->delays_ms[moving->frame];
    }
    ui_wake_in(ui, (int)(moving->due_ms - now_ms));
    return animation->frames[moving->frame];
}

bool moving_sign(struct views *views, const struct message *message, struct rect r, bool clicked)
{
    struct ui *ui = views->ui;
    if (!message->file->animation)
        return false;
    struct moving *moving = state_of(ui);
    const bool stands = !is_wanted(ui, moving);
    if (stands) {
        const char *text = "GIF";
        const int gap = dp(ui, GAP), h = ui_line_height(ui, TEXT_XS) + dp(ui, SP_1),
                  w = ui_label_width(ui, text, TEXT_XS, WEIGHT_SEMIBOLD) + 2 * gap;
        const struct rect pill = rect_make(r.x + gap, r.y + gap, w, h);
        ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
        ui_label(ui, pill, text, TEXT_XS, WEIGHT_SEMIBOLD, ROLE_ON_MEDIA, ALIGN_CENTER);
    }
    if (!clicked || (!stands && ui_motion(ui)))
        return false;
    moving->known = true;
    moving->asked = stands;
    ui_again(ui);
    return true;
}
