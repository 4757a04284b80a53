#include "protocol/base/buf.h"
#include <assert.h>
#include <string.h>
#include "protocol/base/mem.h"

void buf_init(struct buf *buf, size_t cap)
{
    *buf = (struct buf){.cap = cap};
}

void buf_finish(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){.cap = buf->cap};
}

/* Put what is inside at the front of a block of `room` bytes. */
static void move_to(struct buf *buf, size_t room)
{
    uint8_t *data = mem_resize(NULL, room, 1);
    if (buf->data)
        memcpy(data, buf->data + buf->start, buf->size);
    mem_free(buf->data);
    buf->data = data;
    buf->start = 0;
    buf->room = room;
}

uint8_t *buf_reserve(struct buf *buf, size_t size)
{
    size_t spare = buf->cap / 4, wanted;
    if (size > buf->cap - buf->size)
        return NULL;
    wanted = buf->size + size;
    if (buf->data && buf->start + wanted <= buf->room)
        return buf->data + buf->start + buf->size;

    /* Sliding to the front is paid for by what was consumed since the last time, so it stays
     * linear: it needs start >= size / 4, and the spare quarter of room makes that true for a
     * buffer at its cap. */
    if (buf->data && wanted <= buf->room && buf->start >= buf->size / 4) {
        memmove(buf->data, buf->data + buf->start, buf->size);
        buf->start = 0;
    } else {
        size_t most = buf->cap > SIZE_MAX - spare ? buf->cap : buf->cap + spare;
        size_t room = buf->room < 256 ? 256 : buf->room > most / 2 ? most : buf->room * 2;
        if (room > most)
            room = most;
        move_to(buf, room > wanted ? room : wanted ? wanted : 1);
    }
    return buf->data + buf->size;
}

void buf_commit(struct buf *buf, size_t size)
{
    assert(buf->data || size == 0);
    assert(size <= buf->room - buf->start - buf->size && size <= buf->cap - buf->size);
    buf->size += size;
}

bool buf_append(struct buf *buf, const void *bytes, size_t size)
{
    uint8_t *space = buf_reserve(buf, size);
    if (!space)
        return false;
    if (size)
        memcpy(space, bytes, size);
    buf->size += size;
    return true;
}

void buf_consume(struct buf *buf, size_t size)
{
    assert(size <= buf->size);
    buf->start += size;
    buf->size -= size;
    if (buf->size > 0)
        return;
    buf->start = 0;
    if (buf->room > BUF_KEEP) {
        mem_free(buf->data);
        buf->data = NULL;
        buf->room = 0;
    }
}

void buf_clear(struct buf *buf)
{
    buf_consume(buf, buf->size);
}

struct bytes buf_peek(const struct buf *buf)
{
    return (struct bytes){buf->data ? buf->data + buf->start : NULL, buf->size};
}

size_t buf_free(const struct buf *buf)
{
    return buf->cap - buf->size;
}
