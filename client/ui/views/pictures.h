/* pictures.h - the model's pixels as what the draw list can paint; a small cache by serial. UI thread. */
#ifndef CONFAB_UI_VIEWS_PICTURES_H
#define CONFAB_UI_VIEWS_PICTURES_H

#include "client/model/model.h"
#include "client/ui/draw.h"

/* Bytes of pixels kept ready; the least recently drawn go first. Beyond the first number those that have not
 * been drawn for PICTURES_RECENT others: they are out of sight. */
#define PICTURES_BYTES_SOFT ((size_t)8 << 20)
#define PICTURES_BYTES_MAX ((size_t)96 << 20)
#define PICTURES_RECENT 64
#define PICTURES_MAX 256

struct pictures;
struct pictures *pictures_create(struct draw *draw);
void pictures_destroy(struct pictures *pictures);
/* Lent for this pass. Never NULL. */
struct draw_image *pictures_get(struct pictures *pictures, const struct picture *picture);
/* One that was got before, also if the picture is gone; NULL: not kept. */
struct draw_image *pictures_peek(struct pictures *pictures, uint32_t serial);
/* Draw the picture of the film that plays; NULL: none does, and nothing is kept of it (outside of a pass that drew it). */
void pictures_film(struct pictures *pictures, const struct picture *frame, struct rect r,
                   float radius);

#endif
