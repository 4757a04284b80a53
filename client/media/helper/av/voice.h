/* voice.h - confab-media voice: what is spoken becomes a file of Ogg Opus while it is spoken. */
#ifndef CONFAB_MEDIA_VOICE_H
#define CONFAB_MEDIA_VOICE_H

#include "protocol/os/file.h"

/* One channel of 32-bit floats of this computer, 48,000 a second, on standard input until it ends; `result` frames as the file grows,
 * then `facts` and `wave`. argv[0] is the word "voice". 0, or 2 if the words make no sense; 1 with an `error` said. */
int voice_run(int argc, char **argv, os_file input);

#endif
