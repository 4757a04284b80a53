/* msg_json.h - frames to messages and back: the only place that knows JSON (cJSON). Pure; any
 * thread. */
#ifndef CONFAB_WIRE_MSG_JSON_H
#define CONFAB_WIRE_MSG_JSON_H

#include <stdbool.h>
#include "protocol/wire/frame.h"
#include "protocol/wire/msg.h"

/* Read a frame into *msg (zero-initialised; destroy it in every case). False if it is not a JSON
 * object with a string `type`, is not valid UTF-8, nests deeper than JSON_DEPTH_MAX, has more than
 * JSON_PARTS_MAX parts or a NUL in a string, repeats a known field, lacks a field of its type, has
 * one past its limit or of the wrong kind, or carries too large a payload: *err says which. What was read until then, the type and id
 * at least if they are well-formed, is in *msg, so that an `error` can name what it answers. Fields
 * that the type does not list are kept in msg->extra, and for MSG_UNKNOWN `type` as well. Payload
 * is lent from the frame. */
bool msg_decode(struct msg *msg, const struct frame *frame, struct err *err);

/* Append msg as one frame: `type`, the fields in the table's order (must fields always, the others
 * when set), then those of `extra` that the type does not list. False, with nothing appended, past
 * the buffer's cap or FRAME_HEADER_MAX (only `extra` can lead there). A must field that is missing
 * or too large a payload is our bug (assert). MSG_UNKNOWN takes its type from `extra`. */
bool msg_encode(const struct msg *msg, struct buf *out);

/* The header alone as JSON text, for `--json`; freed with mem_free(). The payload's size is added
 * as "payload" when it is not 0. */
char *msg_to_text(const struct msg *msg);

/* A flat object of texts as JSON, for what a front end says of itself: pairs[] is key, text, key,
 * text ... NULL. Keys are distinct; texts are UTF-8. Freed with mem_free(). */
char *msg_json_texts(const char *const *pairs);

#endif
