/* confab-media WORD ... - the only program that decodes what was received: one process, one job, in a sandbox. What it is to do is its
 * first word; it reads standard input and answers with frames of the wire on standard output (protocol/README.md).
 *
 * The pictures of every day need a few small libraries; all else needs FFmpeg, whose hundred and more take longer to load than a
 * photo to decode. So this program first looks by itself, in a child, and only if that does not know the file becomes confab-media-av,
 * not having read a byte. Where there is no fork(), the whole is one program (av/main.c). */
#include "client/media/helper/look.h"
#include "client/media/helper/posix/apart.h"
#include "client/media/helper/run.h"
#include "client/media/helper/smaller.h"

static const struct word words[] = {
    {"look", look_run, SANDBOX_LOOK},
    {"smaller", smaller_run, SANDBOX_LOOK},
};

static int first_try(int argc, char **argv)
{
    return run_word(run_find(words, sizeof words / sizeof *words, argc, argv), argc, argv);
}

int main(int argc, char **argv)
{
    int code = RUN_PASS;
    if (run_find(words, sizeof words / sizeof *words, argc, argv))
        code = apart_run(first_try, argc, argv);
    return code == RUN_PASS ? apart_become("confab-media-av", argv) : code;
}
