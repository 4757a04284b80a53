/* preview.h - look into a file by way of the helper confab-media: one process a job, its answer checked as if it came from a stranger.
 *
 * A job for work/pool.h. The reader makes it, posts it, and gets it back as mail with the results filled; it frees it with
 * preview_destroy(). Nothing that was received is ever decoded in the calling process. */
#ifndef CONFAB_MEDIA_PREVIEW_H
#define CONFAB_MEDIA_PREVIEW_H

#include "client/work/pool.h"
#include "protocol/base/err.h"
#include "protocol/os/file.h"

#define PREVIEW_PASS \
    3 /* exit code of confab-media-quick: it has said nothing, and confab-media is to be asked */

/* What a preview may cost and how large it may get. */
#define PREVIEW_SIDE_MAX 4096 /* px: the longest side of a picture that is asked for */
#define PREVIEW_WAIT_MS 15000 /* the helper is killed after so long */
#define PREVIEW_ERROR_SIZE 128
#define ANIMATION_BYTES_MAX \
    (24 << 20) /* of pixels; of longer ones every other frame is left out, again and again */
#define ANIMATION_FRAMES_MAX 1000
#define ANIMATION_DELAY_MAX_MS 600000 /* of one frame */
#define SMALLER_SIDE 2048             /* px: the choice "Smaller" when a picture is sent ... */
#define SMALLER_QUALITY 82            /* ... and its quality, of 100 */
#define SMALLER_BYTES_MAX (64 << 20)  /* more than that is no JPEG of such a size */

struct preview_frame {
    uint8_t *pixels; /* picture_width x picture_height, RGBA8 */
    int delay_ms;    /* > 0 */
};

struct preview {
    struct job job; /* first */
    /* asked: set by the reader before pool_post() */
    char *path; /* the file; or, if NULL, `bytes` below (a tiny preview from the wire) */
    uint8_t *bytes;
    size_t bytes_size;
    int box_width,
        box_height; /* px the picture must fit in, upright; 0, 0: no picture wanted, facts only */
    char *
        helper; /* the program to run instead of confab-media (and confab-media-quick, which is asked first: it knows
                         the pictures of every day and starts in no time); NULL: these */
    bool want_tiny;     /* a small JPEG (<= PREVIEW_MAX bytes) to send along */
    bool want_wave;     /* of a sound: how loud it is */
    bool want_frames;   /* of a picture that moves: all of it, if ANIMATION_BYTES_MAX allow */
    int crop_x, crop_y; /* px of the original, upright: only this part of it is wanted, ... */
    int crop_width, crop_height; /* ... scaled to fit the box; 0, 0: the whole */
    char *sha256; /* the file's, if known: what was answered once is kept on the disk */
    char *
        smaller_to; /* not a look, but a job of its own: write the picture there as an upright JPEG without camera data, at most smaller_side px
                       * a side; ok: it is there, with its size as width and height; else no file is left. NULL: a look */
    int smaller_side, smaller_quality;
    void *owner; /* the reader's own, untouched here */
    /* answered */
    bool
        ok; /* the helper understood the file; else err says why there is no picture (and kind is "file") */
    struct err err;
    char kind[8];        /* "image", "audio", "video", "file" */
    int width, height;   /* of the original, upright; 0 unknown */
    int64_t duration_ms; /* sound and film; 0 unknown */
    int picture_width, picture_height;
    uint8_t *
        pixels; /* RGBA8, straight alpha, rows packed; NULL: none. Whoever wants to keep it sets the field NULL */
    struct preview_frame *frames; /* of a picture that moves; the first is `pixels` again */
    size_t frame_count;           /* 0: it does not move, or nobody asked */
    uint8_t *wave;                /* WAVE_BARS bytes; NULL: none. Taken like pixels */
    char *title;                  /* what a sound or film says that it is; NULL nothing */
    bool located;                 /* the file says where it was taken */
    uint8_t *tiny;                /* JPEG; NULL: none */
    size_t tiny_size;
    /* preview_take.c's own */
    size_t pixels_got, frame_size; /* bytes of the frame that is being told */
    os_file result;                /* smaller_to */
    uint64_t result_size;
};

/* A zeroed job; `open` gets it back on the reader's thread (mail == &preview->job.mail). path and bytes are copied. */
struct preview *preview_create(const char *path, void (*open)(struct mail *mail, void *reader));
struct preview *preview_create_bytes(const uint8_t *bytes, size_t size,
                                     void (*open)(struct mail *mail, void *reader));
/* The same for a smaller copy of the picture `path`, written to `to` (which must not exist yet): SMALLER_SIDE, SMALLER_QUALITY. */
struct preview *preview_create_smaller(const char *path, const char *to,
                                       void (*open)(struct mail *mail, void *reader));
void preview_destroy(struct preview *preview);

#endif
