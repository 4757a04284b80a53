/* midi.h - confab-media midi SIZE START_MS PERCENT WIDTH HEIGHT: as `play`, for a file of notes that a person clicked. A word of its own,
 * since its instruments are files, which no other word may open. */
#ifndef CONFAB_MEDIA_MIDI_H
#define CONFAB_MEDIA_MIDI_H

#include "protocol/os/file.h"

int midi_run(int argc, char **argv, os_file input);

#endif
