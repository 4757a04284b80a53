/* sandbox.h - what the helper may still do once it begins to read, what it may use up, and where its one file is. Bodies per system;
 * what each promises is in client/media/README.md. */
#ifndef CONFAB_MEDIA_SANDBOX_H
#define CONFAB_MEDIA_SANDBOX_H

#include <stdbool.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

#define HELPER_CPU_SECONDS 10
#define HELPER_MEMORY_BYTES (UINT64_C(1) << 30)

enum sandbox {
    SANDBOX_LOOK, /* one answer: HELPER_CPU_SECONDS of processor time */
    SANDBOX_DRAW, /* the same, and every file seems to be there, which is not looked up: what is open is asked for that */
    SANDBOX_PLAY, /* the same, as long as it takes: hours of film, a voice message */
    SANDBOX_PLAY_FONTS /* and files may be opened to be read: the sound font of a MIDI file that a person clicked */
};

/* Called in main() before the file is read: from here on no file is opened, nothing connected, started or waited for but the
 * descriptors 0, 1 and 2; all others are closed. May be called again to have less: SANDBOX_PLAY_FONTS, and SANDBOX_PLAY
 * when the font is there and the first note is to be read. False with a sentence if the system does not let itself be locked: then
 * nothing is to be read. */
bool sandbox_enter(enum sandbox kind, struct err *err);
/* Standard input as a file that can be read at any offset; standard output becomes binary. */
os_file sandbox_input(void);

#endif
