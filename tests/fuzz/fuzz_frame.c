/* fuzz_frame.c - any bytes as a stream, read through the buffer in pieces as they come from a
 * socket. The first byte seeds the sizes of the pieces: however the stream is split, the frames
 * must be the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "protocol/base/buf.h"
#include "protocol/wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next frame of what is in `in`, compared with the one at *at of the whole stream. */
static long step(struct buf *in, const uint8_t *all, size_t size, size_t *at, size_t most)
{
    struct frame frame, same;
    size_t need = 0;
    long used = frame_next(buf_peek(in).data, in->size, most, &frame, &need);
    if (used <= 0) {
        assert(used == 0 || used == -1);
        assert(need == 0 || (need > in->size && need <= FRAME_HEAD_SIZE + most));
        return used;
    }
    assert((size_t)used == need && need <= in->size);
    assert((size_t)used == FRAME_HEAD_SIZE + frame.header.size + frame.payload.size);
    assert(frame.header.size >= FRAME_HEADER_MIN && frame.header.size <= FRAME_HEADER_MAX);
    assert(frame.payload.size <= FRAME_PAYLOAD_MAX);
    assert(frame_next(all + *at, size - *at, most, &same, NULL) == used);
    assert(memcmp(same.header.data, frame.header.data, same.header.size) == 0);
    assert(memcmp(same.payload.data, frame.payload.data, same.payload.size) == 0);
    buf_consume(in, (size_t)used);
    *at += (size_t)used;
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf in;
    size_t fed = 0, at = 0, most;
    unsigned pieces;
    long used = 0;
    if (size == 0)
        return 0;
    pieces = *data++;
    size--;
    most = pieces & 1 ? FRAME_STRANGER_MAX : FRAME_BODY_MAX;
    buf_init(&in, FRAME_SIZE_MAX);
    while (used == 0 && fed < size) {
        size_t piece = 1 + (pieces = pieces * 5 + 3) % 61;
        if (piece > size - fed)
            piece = size - fed;
        if (!buf_append(&in, data + fed, piece))
            break;
        fed += piece;
        while ((used = step(&in, data, size, &at, most)) > 0)
            continue;
    }
    buf_finish(&in);
    return 0;
}
