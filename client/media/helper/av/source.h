/* source.h - the one file that the helper may read, as FFmpeg wants it: seekable bytes from standard input. */
#ifndef CONFAB_MEDIA_SOURCE_H
#define CONFAB_MEDIA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <libavutil/rational.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

struct AVCodec;
struct AVCodecContext;
struct AVFormatContext;
struct AVIOContext;
struct AVStream;

#define SOURCE_PIXELS_MAX INT64_C(100000000)
#define SOURCE_THREADS_MAX 4

/* Open `input` (not taken) for demuxing by content alone: no protocol may be opened by whatever the file names, and playlists are not in the list
 * of formats. NULL with a sentence if nothing here knows the form. Close with source_close(). */
struct AVFormatContext *source_open(os_file input, struct err *err);
void source_close(struct AVFormatContext *format);
/* The same for bytes that come through `io`, which stays the caller's (close with avformat_close_input()), and for a file that a person
 * wants to hear: tracker modules too. */
struct AVFormatContext *source_open_played(struct AVIOContext *io, struct err *err);
/* The stream that is a film, not the cover of a record; -1: none. */
int source_film(const struct AVFormatContext *format);
/* A time of FFmpeg's in microseconds, at most SOURCE_US_MOST from 0 whatever the file says: sums of a few of them do not overflow. */
#define SOURCE_US_MOST (INT64_C(1) << 53) /* 285 years */
int64_t source_us(int64_t stamp, AVRational base);
/* How long it is, as far as its file says; 0: it does not. */
int64_t source_duration_ms(const struct AVFormatContext *format);
/* What decodes this (an enum AVCodecID), if it is on our list; else NULL. */
const struct AVCodec *source_decoder(int codec_id);
/* Its decoder, open, freed with avcodec_free_context(); NULL: there is none. `threads` decode as many pictures at once; SOURCE_SLICES:
 * as many parts of one as there are processors. lowres: the size is halved so often (AVCodec.max_lowres). */
#define SOURCE_SLICES 0
struct AVCodecContext *source_open_decoder(const struct AVStream *stream, int threads, int lowres);
/* True if the form holds one still or moving picture and no film (PNG, JPEG, GIF, WebP ...). */
bool source_is_image(const struct AVFormatContext *format);

#endif
