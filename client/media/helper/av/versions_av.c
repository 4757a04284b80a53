#include "client/media/helper/av/versions_av.h"

#include <libavutil/avutil.h>
#include <string.h>
#include <tiffio.h>
#ifdef CONFAB_HEIF
#include <libheif/heif.h>
#endif

#include "protocol/base/str.h"
#include "protocol/base/versions.h"

/* "LIBTIFF, Version 4.5.0", and lines of copyright. */
static void add_tiff(char *out, size_t size)
{
    char words[64];
    str_copy(words, sizeof words, TIFFGetVersion());
    words[strcspn(words, "\n")] = '\0';
    const char *last = strrchr(words, ' ');
    versions_add(out, size, "libtiff", last ? last + 1 : NULL);
}

void versions_add_av(char *out, size_t size)
{
    versions_add(out, size, "FFmpeg", av_version_info());
    add_tiff(out, size);
#ifdef CONFAB_HEIF
    versions_add(out, size, "libheif", heif_get_version());
#endif
}
