/* kind.h - what a file seems to be, by its name. Pure. */
#ifndef CONFAB_APP_KIND_H
#define CONFAB_APP_KIND_H

/* "image", "audio", "video" or "file". Only a first guess: confab-media looks inside. */
const char *kind_of_label(const char *label);

#endif
