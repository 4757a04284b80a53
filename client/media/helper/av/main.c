/* confab-media WORD ... - the only program that decodes what was received: one process, one job, in a sandbox. What it is to do is its
 * first word; it reads standard input and answers with frames of the wire on standard output (protocol/README.md). */
#include <libavutil/log.h>

#include "client/media/helper/av/decoders_av.h"
#include "client/media/helper/av/fonts.h"
#include "client/media/helper/av/look_av.h"
#include "client/media/helper/av/midi.h"
#include "client/media/helper/av/play.h"
#include "client/media/helper/av/synth.h"
#include "client/media/helper/av/voice.h"
#include "client/media/helper/av/versions_av.h"
#include "client/media/helper/run.h"
#include "client/media/helper/versions.h"

static const struct word words[] = {
    {"look", look_av_run, SANDBOX_LOOK}, {"smaller", smaller_av_run, SANDBOX_LOOK},
    {"play", play_run, SANDBOX_PLAY},    {"midi", midi_run, SANDBOX_PLAY_FONTS},
    {"voice", voice_run, SANDBOX_PLAY},
};

/* All that is done with a file before the sandbox: its first bytes are looked through for a word. */
static bool is_drawing(void)
{
    struct input input;
    struct err err = {0};
    return input_open(&input, sandbox_input(), &err) && decoder_svg.probe(&input);
}

int main(int argc, char **argv)
{
    if (versions_asked(argc, argv, "confab-media", versions_add_av))
        return 0;
    av_log_set_level(AV_LOG_QUIET);
    heif_prepare();
    const struct word *word = run_find(words, sizeof words / sizeof *words, argc, argv);
    if (word && word->run == midi_run)
        synth_load();
    struct word drawing;
    if (word && word->sandbox == SANDBOX_LOOK && is_drawing()) {
        drawing = *word;
        drawing.sandbox = SANDBOX_DRAW;
        word = &drawing;
        fonts_open();
    }
    return run_word(word, argc, argv);
}
