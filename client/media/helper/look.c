#include "client/media/helper/look.h"

#include <string.h>

#include "client/media/helper/run.h"
#include "client/media/preview.h"
#include "protocol/base/str.h"

#define CROP_MAX 1000000 /* px: what lies beyond the picture is cut off later */

/* Take a number from 0 to `most` off the front of the words. */
static bool take_number(char ***words, uint64_t most, int *out)
{
    uint64_t value;
    if (!**words || !str_to_u64(**words, most, &value))
        return false;
    *out = (int)value;
    ++*words;
    return true;
}

bool look_parse(char **words, struct ask *ask)
{
    *ask = (struct ask){0};
    if (!take_number(&words, PREVIEW_SIDE_MAX, &ask->box_width) ||
        !take_number(&words, PREVIEW_SIDE_MAX, &ask->box_height))
        return false;
    while (*words) {
        const char *word = *words++;
        if (strcmp(word, "tiny") == 0)
            ask->tiny = true;
        else if (strcmp(word, "wave") == 0)
            ask->wave = true;
        else if (strcmp(word, "frames") == 0)
            ask->frames = true;
        else if (strcmp(word, "crop") != 0 || !take_number(&words, CROP_MAX, &ask->crop.x) ||
                 !take_number(&words, CROP_MAX, &ask->crop.y) ||
                 !take_number(&words, CROP_MAX, &ask->crop.w) ||
                 !take_number(&words, CROP_MAX, &ask->crop.h))
            return false;
    }
    return true;
}

int look_run(int argc, char **argv, os_file input)
{
    struct ask ask;
    (void)input;
    if (argc < 3 || !look_parse(argv + 1, &ask))
        return RUN_USAGE;
    return RUN_PASS;
}
