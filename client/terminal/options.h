/* options.h - what confab-cli was asked to do: its command line. Pure. */
#ifndef CONFAB_TERMINAL_OPTIONS_H
#define CONFAB_TERMINAL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/base/name.h"

/* What the program ends with; --help lists them. */
enum exit_code {
    EXIT_OK = 0,
    EXIT_NO_LINK = 1,       /* could not begin or connect, was refused, or lost it for good */
    EXIT_USAGE = 2,         /* the command line is wrong */
    EXIT_NOT_DELIVERED = 3, /* we were there, but something did not arrive */
};

#define ADDRESS_TEXT_MAX 512 /* bytes of an address as typed, with its NUL */
#define OPTIONS_SECONDS_MAX (UINT64_C(366) * 24 * 3600)

/* Zero-initialise. Texts are lent from argv. */
struct options {
    char address[ADDRESS_TEXT_MAX]; /* "HOST PORT", "HOST", "confab://HOST:PORT/ROOM" */
    const char *words[2];           /* the same as it was typed, to hand on */
    size_t word_count;
    char first_room[NAME_SIZE]; /* clean: of --room, else of the address, else the lobby */
    const char *name, *room, *downloads, *password_file; /* NULL: not given */
    bool yes, terminal, json, listen, plain;
    const char **files; /* --send, in order; mem_free() */
    size_t file_count;
    uint64_t seconds; /* --for; 0: no limit */
    bool help, version;
};

/* Read argv[1..]. False with a sentence if it makes no sense. Free with options_finish() in every
 * case. */
bool options_parse(struct options *options, int argc, const char *const *argv, struct err *err);
void options_finish(struct options *options);
extern const char options_help[];

#endif
