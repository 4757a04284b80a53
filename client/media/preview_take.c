#include "client/media/preview_take.h"

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

/* The next picture begins: it must be as large as the first, and there must be room. */
static bool begin_frame(struct preview *preview, const struct msg *msg, uint64_t size)
{
    if (msg->offset != 0 || msg->serial != preview->frame_count)
        return false;
    if (preview->frame_count > 0 &&
        (!preview->want_frames || preview->frame_count >= ANIMATION_FRAMES_MAX ||
         (preview->frame_count + 1) * size > ANIMATION_BYTES_MAX ||
         (uint64_t)preview->picture_width != msg->width ||
         (uint64_t)preview->picture_height != msg->height))
        return false;
    preview->picture_width = (int)msg->width;
    preview->picture_height = (int)msg->height;
    preview->frames =
        mem_resize(preview->frames, preview->frame_count + 1, sizeof *preview->frames);
    preview->frames[preview->frame_count++] =
        (struct preview_frame){mem_alloc(size, 1), (int)msg->time};
    preview->pixels_got = 0;
    return true;
}

static bool take_pixels(struct preview *preview, const struct msg *msg)
{
    const uint64_t width = msg->width, height = msg->height;
    if (width < 1 || height < 1 || width > (uint64_t)preview->box_width ||
        height > (uint64_t)preview->box_height || msg->time > ANIMATION_DELAY_MAX_MS)
        return false;
    const uint64_t size = 4 * width * height;
    const bool begins = preview->frame_count == 0 || preview->pixels_got == preview->frame_size;
    if (begins && !begin_frame(preview, msg, size))
        return false;
    if (preview->frame_count == 1 && begins)
        preview->frame_size = size;
    const struct preview_frame *frame = &preview->frames[preview->frame_count - 1];
    if (size != preview->frame_size || width != (uint64_t)preview->picture_width ||
        msg->serial + 1 != preview->frame_count || msg->time != frame->delay_ms ||
        msg->offset != preview->pixels_got || msg->payload.size > size - msg->offset)
        return false;
    memcpy(frame->pixels + msg->offset, msg->payload.data, msg->payload.size);
    preview->pixels_got += msg->payload.size;
    return true;
}

static bool take_result(struct preview *preview, const struct msg *msg)
{
    if (preview->result == OS_FILE_NONE || msg->offset != preview->result_size ||
        msg->payload.size > SMALLER_BYTES_MAX - preview->result_size)
        return false;
    if (!file_write_at(preview->result, msg->offset, msg->payload.data, msg->payload.size,
                       &preview->err))
        return false;
    preview->result_size += msg->payload.size;
    return true;
}

static void take_facts(struct preview *preview, const struct msg *msg)
{
    str_copy(preview->kind, sizeof preview->kind, msg->kind);
    preview->width = (int)msg->width;
    preview->height = (int)msg->height;
    preview->duration_ms = msg->duration;
    preview->located = msg->located;
    if (msg->text && !preview->title)
        preview->title = mem_string(msg->text);
    preview->ok = true;
}

bool preview_take(struct preview *preview, const struct frame *frame)
{
    struct msg msg = {0};
    bool ok = msg_decode(&msg, frame, &preview->err);
    if (ok && msg.type == MSG_FACTS) {
        take_facts(preview, &msg);
    } else if (ok && msg.type == MSG_PIXELS) {
        ok = take_pixels(preview, &msg);
    } else if (ok && msg.type == MSG_RESULT) {
        ok = take_result(preview, &msg);
    } else if (ok && msg.type == MSG_TINY && preview->want_tiny && !preview->tiny) {
        preview->tiny = mem_copy(msg.payload.data, msg.payload.size);
        preview->tiny_size = msg.payload.size;
    } else if (ok && msg.type == MSG_WAVE && preview->want_wave && !preview->wave) {
        ok = msg.payload.size == WAVE_BARS;
        preview->wave = ok ? mem_copy(msg.payload.data, WAVE_BARS) : NULL;
    } else if (ok && msg.type == MSG_ERROR) {
        err_set(&preview->err, ERR_FORMAT, "%s", msg.text);
        preview->ok = false;
    }
    msg_destroy(&msg);
    return ok;
}

/* One that stands still is `pixels` alone; of one that moves the first is there twice. */
static bool end_pixels(struct preview *preview)
{
    if (preview->frame_count == 0)
        return true;
    if (preview->pixels_got != preview->frame_size)
        return false;
    if (preview->frame_count == 1) {
        preview->pixels = preview->frames[0].pixels;
        mem_free(preview->frames);
        preview->frames = NULL;
        preview->frame_count = 0;
        return true;
    }
    for (size_t i = 0; i < preview->frame_count; i++)
        if (preview->frames[i].delay_ms < 1)
            return false;
    preview->pixels = mem_copy(preview->frames[0].pixels, preview->frame_size);
    return true;
}

bool preview_take_end(struct preview *preview)
{
    if (preview->smaller_to && preview->ok && preview->result_size == 0)
        return false;
    return (preview->ok || preview->err.kind != ERR_NONE) && end_pixels(preview);
}
