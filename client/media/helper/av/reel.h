/* reel.h - a sound or a film as two tracks of frames with times: what it takes from FFmpeg, in the order that each track needs.
 *
 * All times are microseconds from where the file begins to be heard or seen, whatever number it gives that moment. Packets of the other
 * track wait in a queue until it is that one's turn; if too many bytes of them do, the file is badly made, and the track that was
 * asked for starves. Damaged packets are skipped. */
#ifndef CONFAB_MEDIA_REEL_H
#define CONFAB_MEDIA_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libavutil/rational.h>
#include "protocol/base/err.h"

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVIOContext;
struct AVPacket;
struct AVStream;

#define REEL_QUEUE_BYTES_MAX (128 << 20)
#define REEL_QUEUE_PACKETS_MAX 16384

struct track {
    const struct AVStream *stream; /* NULL: the file has none, or nobody wants it */
    struct AVCodecContext *codec;
    struct AVFrame *frame;     /* the last one of reel_next(); its owner may move it away */
    int64_t time_us;           /* its time ... */
    int64_t length_us;         /* ... and how long it lasts, as well as is known */
    int64_t next_us;           /* where the one behind it is expected */
    int skip;                  /* an enum AVDiscard: what decoding may leave out */
    int64_t hurry_until_us;    /* before that pictures that no other needs are left out */
    bool drained;              /* the decoder was told that nothing follows */
    struct AVPacket **packets; /* a ring of REEL_QUEUE_PACKETS_MAX */
    size_t first, count, bytes;
    int64_t last_dts_us, shift_us; /* timestamps that jump are bent to go on */
};

enum reel_result {
    REEL_FRAME,       /* track->frame, track->time_us */
    REEL_END,         /* no more of this track */
    REEL_STARVED,     /* there may be more, behind more of the other one than can wait */
    REEL_INTERRUPTED, /* the file's bytes are not wanted any more: a seek came */
};

struct reel {
    struct AVFormatContext *format;
    struct track sound, film;
    int64_t base_us; /* the file's own time of 0 */
    bool at_end;
    int errors; /* in a row */
};

/* Find the tracks and open their decoders; `format` stays the caller's. False with a sentence if nothing can be played. */
bool reel_open(struct reel *reel, struct AVFormatContext *format, int threads, struct err *err);
void reel_close(struct reel *reel);
enum reel_result reel_next(struct reel *reel, struct track *track);
/* Go to where decoding must begin so that everything from time_us on comes; what comes may begin earlier. False if the file does
 * not let itself be sought in: then it has to be opened anew. */
bool reel_seek(struct reel *reel, int64_t time_us);
/* Whether pictures are wanted at all; takes effect with the next reel_seek(). */
void reel_want_film(struct reel *reel, bool wanted);
bool reel_has_film(const struct reel *reel); /* wanted or not */

#endif
