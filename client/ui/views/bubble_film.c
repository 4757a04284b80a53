/* bubble_film.c - a film in a bubble: its place is kept from the first moment, whatever becomes known of it. */
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/film.h"

#define LEAST_W 200.0f /* what can be pressed on it fits in */
#define LEAST_H 120.0f
#define GUESS_W 420.0f /* while nobody knows its shape */
#define GUESS_H 236.0f
#define SHAPE_MAX 2.2f /* UX.md: beyond it stands between bars */

static void size_in(struct views *views, const struct room *room, const struct message *message,
                    int most_w, int *w, int *h)
{
    (void)room;
    const struct ui *ui = views->ui;
    const float scale = ui_scale(ui);
    const bool known = message->file->width > 0 && message->file->height > 0;
    float width = known ? (float)message->file->width * scale : dpf(ui, GUESS_W),
          height = known ? (float)message->file->height * scale : dpf(ui, GUESS_H);
    if (width > SHAPE_MAX * height)
        height = width / SHAPE_MAX;
    if (height > SHAPE_MAX * width)
        width = height / SHAPE_MAX;
    const float larger = dpf(ui, LEAST_W) / width; /* a small one is enlarged */
    if (larger > 1) {
        width *= larger;
        height *= larger;
    }
    const int max_w = dp(ui, MEDIA_MAX_W) < most_w ? dp(ui, MEDIA_MAX_W) : most_w;
    rect_fit((int)(width + 0.5f), (int)(height + 0.5f), max_w, dp(ui, MEDIA_MAX_H), w, h);
    if (*w < dp(ui, LEAST_W)) /* upright ones stand between bars */
        *w = dp(ui, LEAST_W) < max_w ? dp(ui, LEAST_W) : max_w;
    if (*h < dp(ui, LEAST_H))
        *h = dp(ui, LEAST_H);
}

static void draw(struct views *views, struct room *room, struct message *message, struct rect r)
{
    film_view(views, room, message, r, FILM_BUBBLE, false);
}

const struct bubble_shape shape_film = {.is_for = film_is_shown,
                                        .size = size_in,
                                        .draw = draw,
                                        .hides_time = film_is_lit,
                                        .media = true};
