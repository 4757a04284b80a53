#include "client/terminal/ask.h"
#include <assert.h>
#include <string.h>
#include "protocol/base/str.h"

/* The words are part of the contract: people and their scripts know them from the old program. */
static const char *const questions[] = {
    [ASK_CONNECT] = "Would you like to connect (yes/no)?",
    [ASK_MODE] = "Enter your preference mode: 1.Terminal Mode 2.GUI Mode",
    [ASK_NAME] = "Enter your Name :",
};

const char *ask_question(enum ask ask)
{
    assert(ask <= ASK_NAME);
    return questions[ask];
}

enum ask ask_open(enum ask ask, const struct options *options)
{
    if (ask == ASK_CONNECT && options->yes)
        ask = ASK_MODE;
    if (ask == ASK_MODE && options->terminal)
        ask = ASK_NAME;
    if (ask == ASK_NAME && options->name)
        ask = ASK_DONE;
    return ask;
}

/* Without blanks around it, in lower-case ASCII. */
static void word_of(const char *answer, char *out, size_t size)
{
    size_t length;
    answer += strspn(answer, " \t\r\n");
    str_copy(out, size, answer);
    length = strlen(out);
    while (length > 0 && strchr(" \t\r\n", out[length - 1]))
        length--;
    out[length] = '\0';
    for (char *c = out; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
}

enum ask ask_answer(enum ask ask, const struct options *options, const char *answer,
                    char name[NAME_SIZE], struct err *err)
{
    char word[32];
    word_of(answer, word, sizeof word);
    switch (ask) {
    case ASK_CONNECT:
        if (str_equal(word, "no") || str_equal(word, "n"))
            return ASK_NO;
        return str_equal(word, "yes") || str_equal(word, "y") ? ask_open(ASK_MODE, options) : ask;
    case ASK_MODE:
        if (str_equal(word, "2"))
            return ASK_WINDOW;
        return str_equal(word, "1") ? ask_open(ASK_NAME, options) : ask;
    case ASK_NAME:
        return name_clean(answer, name, err) ? ASK_DONE : ask;
    default:
        assert(false);
        return ask;
    }
}
