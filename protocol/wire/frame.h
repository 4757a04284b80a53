/* frame.h - bytes to frames and back (protocol/README.md, "Frames"). Pure: no socket, no JSON; any
 * thread. */
#ifndef CONFAB_WIRE_FRAME_H
#define CONFAB_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/buf.h"
#include "protocol/wire/limits.h"

/* One frame inside somebody's bytes; lives as long as they stay where they are. */
struct frame {
    struct bytes header;  /* JSON text, FRAME_HEADER_MIN..FRAME_HEADER_MAX bytes, no NUL behind */
    struct bytes payload; /* 0..FRAME_PAYLOAD_MAX bytes */
};

/* Look for a whole frame at the front of bytes[0..size).
 *   > 0  its length; *frame points into bytes
 *     0  more bytes are needed (*need, if not NULL, says how many the frame has in all once its head
 *        is known, else 0)
 *    -1  the head announces more than the limits allow, or a header below FRAME_HEADER_MIN: the
 *        connection must close
 * `most` caps header + payload (FRAME_STRANGER_MAX before hello, else FRAME_BODY_MAX). */
long frame_next(const uint8_t *bytes, size_t size, size_t most, struct frame *frame, size_t *need);

/* A frame of which frame_next() said that it is not whole: true if its header is here. Header and
 * payload have the sizes that were announced if the head is here, else 0; the payload has no bytes. */
bool frame_header(const uint8_t *bytes, size_t size, struct frame *frame);

/* Write the eight bytes in front of a frame. Sizes within limits, asserted. */
void frame_head(uint8_t out[FRAME_HEAD_SIZE], size_t header_size, size_t payload_size);
/* Append a whole frame to `out`. False (nothing appended) past the buffer's cap. Sizes within
 * limits, asserted. */
bool frame_append(struct buf *out, struct bytes header, struct bytes payload);

#endif
