/* running.h - did the server before this one end as it should, or did it go down with the computer?
 * While one runs, `running` in its data folder holds the computer's boot id. When it was killed and
 * the computer went on, the system has all that it wrote; after a power cut the newest messages may
 * be gone although people have seen them. Server thread. */
#ifndef CONFAB_SERVER_RUNNING_H
#define CONFAB_SERVER_RUNNING_H

#include <stdbool.h>

/* True: what people have seen last may be lost. */
bool running_was_cut(const char *folder);
/* What came of that is on the disk: leave the mark of this run, before anybody sees anything. Blocks.
 * Without a mark (the disk is full) it says so in the log. */
void running_begin(const char *folder);
/* Everything is on the disk. */
void running_end(const char *folder);

#endif
