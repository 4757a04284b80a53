/* terminal.h - what the two ways of confab-cli share: the client without a screen, and the one wait.
 * Main thread. */
#ifndef CONFAB_TERMINAL_TERMINAL_H
#define CONFAB_TERMINAL_TERMINAL_H

#include "client/app/app.h"
#include "client/terminal/options.h"
#include "protocol/os/wake.h"

struct terminal {
    const struct options *options;
    struct wake *wake;    /* rung by the network's thread and by signals */
    struct sock_set *set; /* what the one wait waits for */
    struct app *app;      /* NULL until terminal_start_app() */
};

/* Signals, the wake; nothing on the network yet. Close in every case. */
bool terminal_open(struct terminal *terminal, const struct options *options, struct err *err);
/* Says bye if we are connected. */
void terminal_close(struct terminal *terminal);
/* The client, not connected. config.ring is set here; config.downloads is made if it is missing. */
bool terminal_start_app(struct terminal *terminal, struct app_config *config, struct err *err);
/* Name, room and address of the options (`name` instead of theirs if not NULL), and connect. */
bool terminal_connect(struct terminal *terminal, const char *name, struct err *err);
/* Sleep until something can be read from `input` (OS_SOCK_NONE: nothing is wanted from it), the
 * wake rings or the app or the caller (clock_now_ms(); INT64_MAX) is due; then let the app turn.
 * True if `input` is readable. */
bool terminal_wait(struct terminal *terminal, os_sock input, int64_t due_ms);
/* A trouble, on standard error. */
void terminal_complain(const char *text);

/* The two ways. Both return the exit code. */
int chat_run(const struct options *options);   /* chat.c: a person */
int script_run(const struct options *options); /* script.c: a pipe */

#endif
