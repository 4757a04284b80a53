#include "protocol/wire/frame.h"
#include <assert.h>
#include <string.h>

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

long frame_next(const uint8_t *bytes, size_t size, size_t most, struct frame *frame, size_t *need)
{
    size_t header, payload, whole;
    assert(most <= FRAME_BODY_MAX);
    if (need)
        *need = 0;
    if (size < FRAME_HEAD_SIZE)
        return 0;
    header = read_u32(bytes);
    payload = read_u32(bytes + 4);
    /* Each alone first: their sum may not fit where size_t has 32 bits. */
    if (header < FRAME_HEADER_MIN || header > FRAME_HEADER_MAX || payload > FRAME_PAYLOAD_MAX ||
        header + payload > most)
        return -1;
    whole = FRAME_HEAD_SIZE + header + payload;
    if (need)
        *need = whole;
    if (size < whole)
        return 0;
    frame->header = (struct bytes){bytes + FRAME_HEAD_SIZE, header};
    frame->payload = (struct bytes){bytes + FRAME_HEAD_SIZE + header, payload};
    return (long)whole;
}

bool frame_header(const uint8_t *bytes, size_t size, struct frame *frame)
{
    *frame = (struct frame){0};
    if (size < FRAME_HEAD_SIZE)
        return false;
    frame->header = (struct bytes){bytes + FRAME_HEAD_SIZE, read_u32(bytes)};
    frame->payload = (struct bytes){NULL, read_u32(bytes + 4)};
    return size - FRAME_HEAD_SIZE >= frame->header.size;
}

void frame_head(uint8_t out[FRAME_HEAD_SIZE], size_t header_size, size_t payload_size)
{
    assert(header_size >= FRAME_HEADER_MIN && header_size <= FRAME_HEADER_MAX);
    assert(payload_size <= FRAME_PAYLOAD_MAX);
    write_u32(out, (uint32_t)header_size);
    write_u32(out + 4, (uint32_t)payload_size);
}

bool frame_append(struct buf *out, struct bytes header, struct bytes payload)
{
    size_t size = FRAME_HEAD_SIZE + header.size + payload.size;
    uint8_t *at = buf_reserve(out, size);
    if (!at)
        return false;
    frame_head(at, header.size, payload.size);
    memcpy(at + FRAME_HEAD_SIZE, header.data, header.size);
    if (payload.size)
        memcpy(at + FRAME_HEAD_SIZE + header.size, payload.data, payload.size);
    buf_commit(out, size);
    return true;
}
