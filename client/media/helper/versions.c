#include "client/media/helper/versions.h"

#include <stdio.h> /* jpeglib.h forgets it */

#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <string.h>
#include <webp/decode.h>

#include "protocol/base/versions.h"
#include "version.h"

#define WORD(x) #x
#define WORDS(x) WORD(x)

void versions_add_picture(char *out, size_t size)
{
    const int webp = WebPGetDecoderVersion(), lcms = cmsGetEncodedCMMversion();
#ifdef LIBJPEG_TURBO_VERSION /* its header's; it tells none */
    versions_add(out, size, "libjpeg-turbo", WORDS(LIBJPEG_TURBO_VERSION));
#endif
    versions_add(out, size, "libpng", png_get_libpng_ver(NULL));
    versions_add_numbers(out, size, "libwebp", webp >> 16, webp >> 8 & 0xff, webp & 0xff);
    versions_add_numbers(out, size, "Little CMS", lcms / 1000, lcms % 1000 / 10, lcms % 10);
}

bool versions_asked(int argc, char **argv, const char *program,
                    void (*more)(char *out, size_t size))
{
    char lines[VERSIONS_SIZE] = "";
    if (argc != 2 || strcmp(argv[1], "--version") != 0)
        return false;
    if (more)
        more(lines, sizeof lines);
    versions_add_picture(lines, sizeof lines);
    printf("%s %s\n%s", program, CONFAB_VERSION_FULL, lines);
    return true;
}
