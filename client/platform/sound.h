/* sound.h - the sound of a notice. UI thread; nothing here blocks, and without a device nothing happens. */
#ifndef CONFAB_PLATFORM_SOUND_H
#define CONFAB_PLATFORM_SOUND_H

#include <stdint.h>
#include "client/media/sound_port.h"

/* The sound of a notice: two soft strokes, a fifth apart, our own. The device is opened for it on a thread
 * of its own and closed again; while one is being played another is not begun. */
void sound_chime(void);
void sound_close(void); /* at the end: waits for what is being played, less than a second */

/* Its samples, for tests: SOUND_CHIME_FRAMES of one channel. */
#define SOUND_CHIME_FRAMES (SOUND_RATE * 2 / 5)
void sound_chime_samples(int16_t out[SOUND_CHIME_FRAMES]);

#endif
