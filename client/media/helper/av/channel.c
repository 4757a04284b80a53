#include "client/media/helper/av/channel.h"

#include <stdlib.h>
#include <string.h>

#include <libavformat/avio.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>

#include "client/media/helper/pipe.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"

#define CHANNEL_READ_SIZE 65536
#define CHANNEL_IO_SIZE 32768 /* FFmpeg's own buffer */
#define HEADER_SIZE_MAX 4096  /* bytes of a frame of ours without its payload */
#define FULL_US 3000          /* who waits longer before it can write is ahead of the reader */
#define AHEAD (1 << 20)       /* bytes: further than this nobody reads on */
#define HASTY_MS 250          /* what is here comes sooner */
#define SPEED_LEAST 25        /* percent */
#define SPEED_MOST 400

/* Nobody is there to be told: without clearing up, so at once, whatever FFmpeg's threads are at. */
static _Noreturn void end(int code)
{
    _Exit(code);
}

/* --- in --- */

static void keep(struct channel *channel, uint64_t offset, struct bytes bytes);

static void obey(struct channel *channel, const struct msg *msg)
{
    struct orders *orders = &channel->orders;
    if (msg->type == MSG_SEEK) {
        orders->seek = true;
        orders->seek_ms = msg->time > DURATION_MAX_MS ? DURATION_MAX_MS : msg->time;
        orders->seek_serial = msg->serial;
    } else if (msg->type == MSG_SHOW) {
        orders->show = true;
        orders->width = msg->width > PREVIEW_SIDE_MAX ? PREVIEW_SIDE_MAX : (int)msg->width;
        orders->height = msg->height > PREVIEW_SIDE_MAX ? PREVIEW_SIDE_MAX : (int)msg->height;
    } else if (msg->type == MSG_SPEED) {
        const int percent = (int)msg->percent;
        orders->speed = true;
        orders->percent = percent < SPEED_LEAST  ? SPEED_LEAST
                          : percent > SPEED_MOST ? SPEED_MOST
                                                 : percent;
    }
}

/* One read, and what is whole of it. With `wanted` true as soon as the answer for *wanted came; its bytes are kept. */
static bool read_some(struct channel *channel, const uint64_t *wanted, bool *answered, bool *empty)
{
    const size_t room =
        buf_free(&channel->in) < CHANNEL_READ_SIZE ? buf_free(&channel->in) : CHANNEL_READ_SIZE;
    uint8_t *space = buf_reserve(&channel->in, room);
    size_t got = pipe_read(space, room);
    if (got == 0)
        end(0);
    buf_commit(&channel->in, got);
    bool seen = false;
    for (;;) {
        struct frame frame;
        struct msg msg = {0};
        struct err err = {0};
        struct bytes bytes = buf_peek(&channel->in);
        long used = frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL);
        if (used == 0)
            return seen;
        if (used < 0)
            err_set(&err, ERR_FORMAT, "What came is not what is spoken here.");
        if (used < 0 || !msg_decode(&msg, &frame, &err)) {
            channel_error(channel, &err);
            end(1);
        }
        seen = true;
        if (msg.type == MSG_DATA) {
            keep(channel, msg.offset, msg.payload);
            if (wanted && msg.offset == *wanted) {
                *answered = true;
                *empty = msg.payload.size == 0;
            }
        } else {
            obey(channel, &msg);
        }
        msg_destroy(&msg);
        buf_consume(&channel->in, (size_t)used);
    }
}

static bool has_orders(const struct channel *channel)
{
    return channel->orders.seek || channel->orders.show || channel->orders.speed;
}

bool channel_listen(struct channel *channel)
{
    while (pipe_has_input(false))
        read_some(channel, NULL, NULL, NULL);
    return has_orders(channel);
}

void channel_wait(struct channel *channel)
{
    const int64_t from_us = clock_now_us();
    while (!has_orders(channel))
        read_some(channel, NULL, NULL, NULL);
    channel->idle_us += clock_now_us() - from_us;
}

/* --- out --- */

/* The payload is not copied: the message is written without one, and its head says how large it is. */
static void put(struct channel *channel, struct msg *msg, struct bytes payload)
{
    buf_clear(&channel->out);
    if (!msg_encode(msg, &channel->out))
        die("What the helper has to say is too long.");
    uint8_t *bytes = channel->out.data + channel->out.start;
    frame_head(bytes, channel->out.size - FRAME_HEAD_SIZE, payload.size);
    if (!pipe_write(buf_peek(&channel->out), payload))
        end(0);
}

/* Wait until something can be said; false if a seek came, and then nobody wants to hear it. */
static bool may_speak(struct channel *channel)
{
    const int64_t from_us = clock_now_us();
    while (pipe_has_input(true)) {
        read_some(channel, NULL, NULL, NULL);
        if (channel->orders.seek)
            break;
    }
    const int64_t waited_us = clock_now_us() - from_us;
    channel->idle_us += waited_us;
    channel->was_full = waited_us > FULL_US;
    return !channel->orders.seek;
}

void channel_sound(struct channel *channel, int64_t time_ms, const float *samples, size_t frames)
{
    if (!may_speak(channel))
        return;
    struct msg msg = {.type = MSG_SOUND, .time = time_ms, .serial = channel->serial};
    put(channel, &msg,
        (struct bytes){(const uint8_t *)samples, frames * CHANNEL_CHANNELS * sizeof *samples});
}

void channel_picture(struct channel *channel, int64_t time_ms, const uint8_t *pixels, int width,
                     int height)
{
    if (!may_speak(channel))
        return;
    const size_t size = 4 * (size_t)width * (size_t)height;
    for (size_t at = 0; at < size; at += FRAME_PAYLOAD_MAX) {
        const size_t piece = size - at < FRAME_PAYLOAD_MAX ? size - at : FRAME_PAYLOAD_MAX;
        struct msg msg = {.type = MSG_PIXELS,
                          .time = time_ms,
                          .serial = channel->serial,
                          .offset = at,
                          .width = (uint32_t)width,
                          .height = (uint32_t)height};
        put(channel, &msg, (struct bytes){pixels + at, piece});
    }
}

void channel_ended(struct channel *channel)
{
    if (!may_speak(channel))
        return;
    struct msg msg = {.type = MSG_ENDED, .serial = channel->serial};
    put(channel, &msg, (struct bytes){NULL, 0});
}

void channel_error(struct channel *channel, const struct err *err)
{
    struct msg msg = {.type = MSG_ERROR};
    msg_set(&msg.code, msg_code_word(CODE_BAD_MESSAGE));
    msg_set(&msg.text, err->text);
    put(channel, &msg, (struct bytes){NULL, 0});
    msg_destroy(&msg);
}

/* --- the file --- */

static struct channel_block *find(struct channel *channel, uint64_t at)
{
    for (size_t i = 0; i < CHANNEL_BLOCKS; i++) {
        struct channel_block *block = &channel->blocks[i];
        if (at >= block->offset && at - block->offset < block->have)
            return block;
    }
    return NULL;
}

/* The block that ends at `at` and has room, else the one that was not used for longest. */
static struct channel_block *find_room(struct channel *channel, uint64_t at)
{
    struct channel_block *oldest = &channel->blocks[0];
    for (size_t i = 0; i < CHANNEL_BLOCKS; i++) {
        struct channel_block *block = &channel->blocks[i];
        if (block->have > 0 && block->have < CHANNEL_BLOCK_SIZE &&
            block->offset + block->have == at)
            return block;
        if (block->used < oldest->used)
            oldest = block;
    }
    oldest->offset = at;
    oldest->have = 0;
    return oldest;
}

static void keep(struct channel *channel, uint64_t offset, struct bytes bytes)
{
    if (bytes.size == 0 || find(channel, offset))
        return;
    struct channel_block *block = find_room(channel, offset);
    if (!block->bytes)
        block->bytes = mem_alloc(CHANNEL_BLOCK_SIZE, 1);
    const size_t room = CHANNEL_BLOCK_SIZE - block->have;
    const size_t size = bytes.size < room ? bytes.size : room;
    memcpy(block->bytes + block->have, bytes.data, size);
    block->have += size;
    block->used = ++channel->clock;
}

/* Ask for the bytes at `at` and wait for them. NULL: the file ends there, or a seek came. */
static struct channel_block *fetch(struct channel *channel, uint64_t at)
{
    const bool ahead = channel->hasty && at > channel->reached + AHEAD;
    if (ahead && channel->skipped)
        return NULL;
    struct channel_block *room = find_room(channel, at);
    uint64_t size = CHANNEL_BLOCK_SIZE - room->have;
    if (size > channel->size - at)
        size = channel->size - at;
    struct msg msg = {.type = MSG_NEED, .offset = at, .size = size};
    const int64_t from_us = clock_now_us();
    bool answered = false, empty = false;
    put(channel, &msg, (struct bytes){NULL, 0});
    while (!answered && !(channel->may_interrupt && channel->orders.seek)) {
        if (ahead && !pipe_has_input_within(HASTY_MS)) {
            channel->skipped = true;
            return NULL;
        }
        read_some(channel, &at, &answered, &empty);
    }
    channel->idle_us += clock_now_us() - from_us;
    return empty ? NULL : find(channel, at);
}

static int io_read(void *opaque, uint8_t *bytes, int size)
{
    struct channel *channel = opaque;
    if (size <= 0)
        return AVERROR(EINVAL);
    if (channel->at >= channel->size)
        return AVERROR_EOF;
    struct channel_block *block = find(channel, channel->at);
    if (!block && channel->may_interrupt && channel_listen(channel) && channel->orders.seek)
        return AVERROR_EXIT;
    if (!block)
        block = fetch(channel, channel->at);
    if (!block)
        return channel->may_interrupt && channel->orders.seek ? AVERROR_EXIT : AVERROR_EOF;
    const size_t skip = (size_t)(channel->at - block->offset);
    size_t count = block->have - skip;
    if (count > (size_t)size)
        count = (size_t)size;
    memcpy(bytes, block->bytes + skip, count);
    block->used = ++channel->clock;
    channel->at += count;
    if (channel->at - count <= channel->reached && channel->at > channel->reached)
        channel->reached = channel->at;
    return (int)count;
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    struct channel *channel = opaque;
    const int64_t size = (int64_t)channel->size;
    int64_t base = 0;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
        return size;
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = (int64_t)channel->at;
        break;
    case SEEK_END:
        base = size;
        break;
    default:
        return AVERROR(EINVAL);
    }
    if (offset < -base || offset > INT64_MAX - base)
        return AVERROR(EINVAL);
    channel->at = (uint64_t)(base + offset);
    return base + offset;
}

struct channel *channel_create(uint64_t file_size)
{
    struct channel *channel = mem_alloc(1, sizeof *channel);
    channel->size = file_size;
    buf_init(&channel->in, FRAME_SIZE_MAX + CHANNEL_READ_SIZE);
    buf_init(&channel->out, HEADER_SIZE_MAX);
    uint8_t *buffer = av_malloc(CHANNEL_IO_SIZE);
    channel->io = avio_alloc_context(buffer, CHANNEL_IO_SIZE, 0, channel, io_read, NULL, io_seek);
    if (!buffer || !channel->io)
        die("Out of memory while opening a file.");
    pipe_prepare();
    return channel;
}

void channel_destroy(struct channel *channel)
{
    if (!channel)
        return;
    for (size_t i = 0; i < CHANNEL_BLOCKS; i++)
        mem_free(channel->blocks[i].bytes);
    av_freep(&channel->io->buffer);
    avio_context_free(&channel->io);
    buf_finish(&channel->in);
    buf_finish(&channel->out);
    mem_free(channel);
}

struct AVIOContext *channel_io(struct channel *channel)
{
    return channel->io;
}
