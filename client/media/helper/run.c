#include "client/media/helper/run.h"

#include <stdio.h>
#include <string.h>

#include "client/media/helper/answer.h"

const struct word *run_find(const struct word *words, size_t count, int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(argv[1], words[i].name) == 0)
            return &words[i];
    return NULL;
}

int run_word(const struct word *word, int argc, char **argv)
{
    os_file input = sandbox_input();
    struct err err = {0};
    if (word && !sandbox_enter(word->sandbox, &err)) {
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
        return 0;
    }
    int code = word ? word->run(argc - 1, argv + 1, input) : RUN_USAGE;
    if (code == RUN_USAGE)
        fprintf(stderr, "This program is started by Confab itself: it looks into the file on its "
                        "standard input.\n");
    return code;
}
