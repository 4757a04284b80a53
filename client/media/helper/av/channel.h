/* channel.h - what the helper that plays and the client say to each other: frames of the wire on standard input and output
 * (protocol/README.md, "a confab-media that plays").
 *
 * The file is on the other side: FFmpeg reads through channel_io(), and what is not here is asked for with `need`. Orders (`seek`, `show`,
 * `speed`) that come meanwhile wait in channel->orders; a seek interrupts what was being read or about to be said, for none of it is
 * wanted any more. Whoever breaks the form, or goes away, ends this process. One thread. */
#ifndef CONFAB_MEDIA_CHANNEL_H
#define CONFAB_MEDIA_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/buf.h"
#include "protocol/base/err.h"

#define CHANNEL_RATE 48000 /* frames of sound a second */
#define CHANNEL_CHANNELS 2
#define CHANNEL_BLOCK_SIZE 131072 /* bytes asked for at a time */
#define CHANNEL_BLOCKS 32         /* kept: a film's index, sound and pictures may lie apart */

struct AVIOContext;

struct orders { /* the newest of each kind */
    bool seek, show, speed;
    int64_t seek_ms;
    uint32_t seek_serial;
    int width, height;
    int percent;
};
struct channel_block {
    uint64_t offset, used;
    size_t have;
    uint8_t *bytes; /* CHANNEL_BLOCK_SIZE, or NULL */
};
struct channel {
    uint64_t size, at; /* of the file; where FFmpeg reads */
    struct buf in, out;
    struct orders orders;
    uint64_t reached;   /* how far it was read without a gap, as far as is known */
    bool hasty;         /* what lies far ahead is not waited for, as if the file ended before ... */
    bool skipped;       /* ... and that has happened */
    bool may_interrupt; /* a seek ends the waiting for bytes; not while the file is being opened */
    uint32_t serial;    /* of the seek that is being obeyed */
    int64_t idle_us;    /* time spent waiting for the client so far */
    bool was_full;      /* the client did not take what was said last time at once */
    uint64_t clock;     /* counts uses of blocks */
    struct channel_block blocks[CHANNEL_BLOCKS];
    struct AVIOContext *io;
};

struct channel *channel_create(uint64_t file_size);
void channel_destroy(struct channel *channel);
struct AVIOContext *channel_io(struct channel *channel); /* the channel's own */
/* Take what has been said, without waiting. True if there are orders. */
bool channel_listen(struct channel *channel);
void channel_wait(struct channel *channel); /* until there are orders */
/* Say something; it is not said if a seek has come. What is heard from time_ms on: pairs of samples, at most FRAME_PAYLOAD_MAX bytes.
 * BGRX rows, packed, as many `pixels` as it takes. */
void channel_sound(struct channel *channel, int64_t time_ms, const float *samples, size_t frames);
void channel_picture(struct channel *channel, int64_t time_ms, const uint8_t *pixels, int width,
                     int height);
void channel_ended(struct channel *channel);
void channel_error(struct channel *channel, const struct err *err); /* also if a seek came */

#endif
