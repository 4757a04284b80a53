/* export.h - a room's events as lines of JSON, for people and programs without a server. */
#ifndef CONFAB_SERVER_EXPORT_H
#define CONFAB_SERVER_EXPORT_H

#include <stdio.h>
#include "protocol/base/err.h"

/* Each event of the room, oldest first, as one line: the object that goes over the wire, without its
 * payload (previews). Reads only and takes no lock, so a server may run on the folder; then what it
 * had written when the export came to the end is there. `data_dir` NULL: the folder of dirs_data().
 * False with a sentence: no such room, damaged beyond reading, `out` takes no more. */
bool export_room(const char *data_dir, const char *room, FILE *out, struct err *err);

#endif
