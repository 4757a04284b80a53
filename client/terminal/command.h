/* command.h - what a line typed at the prompt means: talk, or a !command. Pure. */
#ifndef CONFAB_TERMINAL_COMMAND_H
#define CONFAB_TERMINAL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

enum command_kind {
    COMMAND_NOTHING, /* an empty line */
    COMMAND_SAY,
    COMMAND_SEND,
    COMMAND_GET,
    COMMAND_CANCEL,
    COMMAND_WHO,
    COMMAND_ROOMS,
    COMMAND_JOIN,
    COMMAND_LEAVE,
    COMMAND_MAKE,
    COMMAND_INVITE,
    COMMAND_DIRECT,
    COMMAND_LAST,
    COMMAND_REPLY,
    COMMAND_EDIT,
    COMMAND_REACT,
    COMMAND_DELETE,
    COMMAND_ADMIN,
    COMMAND_HELP,
    COMMAND_QUIT,
    COMMAND_COUNT,
};

/* Zero-initialise; free with command_finish(). */
struct command {
    enum command_kind kind;
    /* COMMAND_SAY, _REPLY, _EDIT: what to say. _JOIN, _MAKE: the room. _INVITE: whom. _REACT: the emoji.
     * _DIRECT: whom, and what to say, as it was typed */
    char *text;
    bool private_room; /* COMMAND_MAKE */
    char **words;      /* COMMAND_SEND: paths; `~` in front is the home folder */
    size_t word_count;
    unsigned
        number; /* COMMAND_GET, COMMAND_CANCEL: of a file; COMMAND_DELETE, _REPLY, _EDIT, _REACT: of
                      * a message, counted from the end; COMMAND_LAST: how many; > 0 */
    /* COMMAND_ADMIN: what to do with words[0], and for how long; 0: for good */
    const char *action;
    uint32_t seconds;
};

/* Understand one line. "!!text" says "!text". Words are split as a shell does it: '...' and "..."
 * hold them together; a backslash takes the next character as it is if `backslash` (not on Windows,
 * where it stands in paths). False with a sentence if it is a command that is not known or lacks
 * something. */
bool command_parse(const char *line, bool backslash, struct command *command, struct err *err);
void command_finish(struct command *command);
/* One line of help a command, in order; NULL ends. */
const char *command_help(size_t index);

#endif
