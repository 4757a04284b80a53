/* preview_take.h - what the helper says, believed within the limits only: it may have been taken over by what it decoded. */
#ifndef CONFAB_MEDIA_PREVIEW_TAKE_H
#define CONFAB_MEDIA_PREVIEW_TAKE_H

#include "client/media/preview.h"
#include "protocol/wire/frame.h"

/* One frame of the answer into the fields of *preview; false: a lie, the helper is not to be listened to any longer. */
bool preview_take(struct preview *preview, const struct frame *frame);
/* After the last one: false if it said nothing, or half of it. */
bool preview_take_end(struct preview *preview);

#endif
