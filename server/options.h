/* options.h - what whoever runs confab-server may set: one table of options for the command line
 * and for the config file. Main thread; reads files. */
#ifndef CONFAB_SERVER_OPTIONS_H
#define CONFAB_SERVER_OPTIONS_H

#include <stdio.h>
#include "protocol/base/log.h"
#include "server/server.h"

#define CONFIG_SIZE_MAX ((size_t)1 << 20) /* bytes of a config file */

/* Strings and lists are the options' own, until options_finish(). */
struct options {
    struct server_config config;
    enum log_level level;
    enum log_format format;
    const char *file;   /* --config; NULL: none */
    const char *export; /* --export; NULL: serve */
    bool status, set_password;
    bool help, version, check_config;
};

/* The command line alone. False with a sentence for what cannot be understood. *options is filled
 * in either case and needs options_finish(). */
bool options_parse(int argc, char **argv, struct options *options, struct err *err);
/* Read the file that --config names (if any) and the command line over it: what is said there wins,
 * and an option that may be given many times takes from both. Fills *options, which is not finished
 * before; needs options_finish() in either case.
 * The file: lines `name = value`, names as on the command line without the dashes, yes or no for
 * those without a value; a line that begins with # is a comment.
 * False with the first problem in *err; each problem goes to `problems` (NULL: nowhere) as a line
 * `FILE, line N: sentence`. */
bool options_load(int argc, char **argv, struct options *options, FILE *problems, struct err *err);
void options_finish(struct options *options);
/* Move from `fresh` to `options` what may change while the server runs, and say in the log what has
 * changed and what needs a restart; `fresh` still needs options_finish(). */
void options_take(struct options *options, struct options *fresh);

/* The names as they are typed on the command line, what they take and mean. */
void options_print_help(FILE *out);

#endif
