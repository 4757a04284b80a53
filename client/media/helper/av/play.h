/* play.h - confab-media play SIZE START_MS PERCENT WIDTH HEIGHT: a sound or a film of SIZE bytes that play, from START_MS on, at PERCENT
 * of its speed, its pictures fit into a box. The client has the file and asks for the rest (channel.h). */
#ifndef CONFAB_MEDIA_PLAY_H
#define CONFAB_MEDIA_PLAY_H

#include "protocol/os/file.h"

/* argv[0] is the word "play". 0, or 2 if the words make no sense; 1 with an `error` said if it cannot be played. Ends the process when the
 * client goes. */
int play_run(int argc, char **argv, os_file input);

#endif
