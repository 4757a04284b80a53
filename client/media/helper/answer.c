#include "client/media/helper/answer.h"

#include <stdio.h>

#include "protocol/base/mem.h"
#include "protocol/wire/msg_json.h"

/* If nobody reads any more there is nobody to tell: the helper ends. */
static void put(const struct msg *msg)
{
    struct buf out;
    buf_init(&out, FRAME_SIZE_MAX);
    if (!msg_encode(msg, &out) || fwrite(buf_peek(&out).data, 1, out.size, stdout) != out.size ||
        fflush(stdout) != 0)
        die("The helper's answer could not be written.");
    buf_finish(&out);
}

void answer_facts(const struct facts *facts)
{
    struct msg msg = {.type = MSG_FACTS,
                      .width = (uint32_t)facts->width,
                      .height = (uint32_t)facts->height,
                      .duration = facts->duration_ms,
                      .located = facts->located,
                      .silent = facts->silent};
    msg_set(&msg.kind, facts->kind);
    msg_set(&msg.text, facts->title);
    put(&msg);
    msg_destroy(&msg);
}

void answer_pixels(const uint8_t *pixels, int width, int height, int number, int delay_ms)
{
    const size_t size = 4 * (size_t)width * (size_t)height;
    for (size_t at = 0; at < size; at += ANSWER_PIECE_MAX) {
        size_t piece = size - at < ANSWER_PIECE_MAX ? size - at : ANSWER_PIECE_MAX;
        struct msg msg = {.type = MSG_PIXELS,
                          .width = (uint32_t)width,
                          .height = (uint32_t)height,
                          .offset = at,
                          .serial = (uint32_t)number,
                          .time = delay_ms,
                          .payload = {pixels + at, piece}};
        put(&msg);
    }
}

void answer_result(const uint8_t *bytes, size_t size, uint64_t offset)
{
    for (size_t at = 0; at < size; at += ANSWER_RESULT_MAX) {
        size_t piece = size - at < ANSWER_RESULT_MAX ? size - at : ANSWER_RESULT_MAX;
        struct msg msg = {
            .type = MSG_RESULT, .offset = offset + at, .payload = {bytes + at, piece}};
        put(&msg);
    }
}

void answer_wave(const uint8_t bars[WAVE_BARS])
{
    struct msg msg = {.type = MSG_WAVE, .payload = {bars, WAVE_BARS}};
    put(&msg);
}

void answer_tiny(const uint8_t *jpeg, size_t size)
{
    struct msg msg = {.type = MSG_TINY, .payload = {jpeg, size}};
    put(&msg);
}

void answer_error(const struct err *err)
{
    struct msg msg = {.type = MSG_ERROR};
    msg_set(&msg.code, msg_code_word(CODE_BAD_MESSAGE));
    msg_set(&msg.text, err->text);
    put(&msg);
    msg_destroy(&msg);
}
