/* confab-media-quick WORD ... - what confab-media (av/main.c) does, for the pictures of every day alone.
 *
 * They need a few small libraries; all else needs FFmpeg, whose hundred and more take longer to load than a photo to decode. So the client
 * (preview.c) asks this program first, and the other one if this ends with RUN_PASS. */
#include "client/media/helper/look.h"
#include "client/media/helper/run.h"
#include "client/media/helper/smaller.h"
#include "client/media/helper/versions.h"

static const struct word words[] = {
    {"look", look_run, SANDBOX_LOOK},
    {"smaller", smaller_run, SANDBOX_LOOK},
};

int main(int argc, char **argv)
{
    if (versions_asked(argc, argv, "confab-media-quick", NULL))
        return 0;
    return run_word(run_find(words, sizeof words / sizeof *words, argc, argv), argc, argv);
}
