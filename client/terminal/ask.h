/* ask.h - the questions before the chat, as the old program asked them. Pure. */
#ifndef CONFAB_TERMINAL_ASK_H
#define CONFAB_TERMINAL_ASK_H

#include "client/terminal/options.h"
#include "protocol/base/name.h"

enum ask {
    ASK_CONNECT, /* "Would you like to connect (yes/no)?" */
    ASK_MODE,    /* "Enter your preference mode: 1.Terminal Mode 2.GUI Mode" */
    ASK_NAME,    /* "Enter your Name :" */
    ASK_DONE,    /* all is known */
    ASK_NO,      /* the person does not want to connect */
    ASK_WINDOW,  /* the person wants the window client */
};

const char *ask_question(enum ask ask); /* of the first three */
/* The question at or behind `ask` that the options leave open. */
enum ask ask_open(enum ask ask, const struct options *options);
/* What follows from an answer; the same question again if it is none, with a sentence in *err if it
 * needs explaining. A name is cleaned into name[NAME_SIZE]. */
enum ask ask_answer(enum ask ask, const struct options *options, const char *answer,
                    char name[NAME_SIZE], struct err *err);

#endif
