/* status.h - how a running server is, for whoever runs it. */
#ifndef CONFAB_SERVER_STATUS_H
#define CONFAB_SERVER_STATUS_H

#include <stdio.h>
#include "protocol/base/err.h"

/* Ask the server on that folder (NULL: the folder of dirs_data()) for its figures and print them as
 * a page to read. The folder tells the port where it answers (METRICS_FILE). Waits for a few seconds
 * at most. False with a sentence: it tells no figures, does not run, or does not answer.
 * sock_start() comes before. */
bool status_print(const char *data_dir, FILE *out, struct err *err);
/* The page for these figures (Prometheus' text as metrics_write() makes it). False: they are none of
 * a Confab server's. */
bool status_page(const char *figures, FILE *out);

#endif
