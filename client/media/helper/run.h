/* run.h - what the helper's two programs have in common: a word that says what to do, done in the sandbox. */
#ifndef CONFAB_MEDIA_RUN_H
#define CONFAB_MEDIA_RUN_H

#include <stddef.h>
#include "client/media/helper/sandbox.h"
#include "client/media/preview.h"

#define RUN_USAGE 2 /* exit code: the words make no sense */
#define RUN_PASS \
    PREVIEW_PASS /* nothing was answered: this is for confab-media, if it was the quick one that was asked */

struct word {
    const char *name;
    int (*run)(int argc, char **argv, os_file input); /* argv[0] is the word; an exit code */
    enum sandbox sandbox;
};

const struct word *run_find(const struct word *words, size_t count, int argc, char **argv);
/* Enter the sandbox and do it; argv of main(). An exit code. */
int run_word(const struct word *word, int argc, char **argv);

#endif
