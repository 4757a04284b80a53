/* source.h - the one file that the helper may read, as FFmpeg wants it: seekable bytes from standard input. */
#ifndef CONFAB_MEDIA_SOURCE_H
#define CONFAB_MEDIA_SOURCE_H

#include <stdbool.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

struct AVFormatContext;

/* Open `input` (not taken) for demuxing by content alone: no protocol may be opened by whatever the file names, and playlists are not in the list
 * of formats. NULL with a sentence if nothing here knows the form. Close with source_close(). */
struct AVFormatContext *source_open(os_file input, struct err *err);
void source_close(struct AVFormatContext *format);
/* True if the form holds one still or moving picture and no film (PNG, JPEG, GIF, WebP ...). */
bool source_is_image(const struct AVFormatContext *format);

#endif
