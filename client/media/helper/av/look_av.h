/* look_av.h - look into any file, and make any picture smaller. */
#ifndef CONFAB_MEDIA_LOOK_AV_H
#define CONFAB_MEDIA_LOOK_AV_H

#include "protocol/os/file.h"

int look_av_run(int argc, char **argv, os_file file);
int smaller_av_run(int argc, char **argv, os_file file);

#endif
