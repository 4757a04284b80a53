/* program.h - the first thing of every main(). */
#ifndef CONFAB_OS_PROGRAM_H
#define CONFAB_OS_PROGRAM_H

#include <stdbool.h>

/* Makes the arguments UTF-8, and standard output and error too where a console would take them for
 * something else; libraries are loaded from the program's folder and the system's, never from the
 * current one. What is logged by a program without a console goes to confab.log in dirs_cache(). The
 * new argv lives as long as the program. */
void program_start(int *argc, char ***argv);
/* Does what is written there go anywhere (a console, a file, a pipe)? Not of a window that was started
 * by a double click on Windows. */
bool program_has_output(void);
bool program_has_error_output(void);

#endif
