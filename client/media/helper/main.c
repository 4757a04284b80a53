/* confab-media WORD ... - the only program that decodes what was received: one process, one job, in a sandbox. What it is to do is its
 * first word; it reads standard input and answers with frames of the wire on standard output (protocol/README.md). */
#include <stdio.h>
#include <string.h>

#include <libavutil/log.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/look.h"
#include "client/media/helper/sandbox.h"

/* Run in the sandbox, argv[0] is the word; 2: the words behind it make no sense. */
static const struct word {
    const char *name;
    int (*run)(int argc, char **argv, os_file input);
    enum sandbox sandbox;
} words[] = {
    {"look", look_run, SANDBOX_LOOK},
};

int main(int argc, char **argv)
{
    const struct word *word = NULL;
    for (size_t i = 0; argc > 1 && i < sizeof words / sizeof *words; i++)
        if (strcmp(argv[1], words[i].name) == 0)
            word = &words[i];
    os_file input = sandbox_input();
    av_log_set_level(AV_LOG_QUIET);
    struct err err = {0};
    if (word && !sandbox_enter(word->sandbox, &err)) {
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
        return 0;
    }
    int code = word ? word->run(argc - 1, argv + 1, input) : 2;
    if (code == 2)
        fprintf(stderr, "usage: confab-media look WIDTH HEIGHT [tiny] [wave] [frames]\n"
                        "           [crop X Y WIDTH HEIGHT] <FILE (Confab starts this program by "
                        "itself)\n");
    return code;
}
