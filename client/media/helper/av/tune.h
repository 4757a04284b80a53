/* tune.h - tracker modules and MIDI: programs for an instrument. Their players are old, so nothing of them is opened unless a person
 * clicks; what they are is told from a few bytes. */
#ifndef CONFAB_MEDIA_TUNE_H
#define CONFAB_MEDIA_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNE_HEAD_SIZE 1088 /* bytes from a file's start that tell */

bool tune_is_midi(const uint8_t *head, size_t size);
bool tune_is_module(const uint8_t *head, size_t size);

#endif
