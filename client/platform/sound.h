/* sound.h - the sound of the window: what plays (a sound_port for client/app), what is recorded, and the chime of a notice. UI
 * thread; nothing here blocks.
 *
 * All goes out through SDL_mixer, which is loaded when something is to be heard for the first time, on a thread of its own, as
 * the device is opened and closed: neither is paid for at the start of the program, and a while after the last sound nothing is
 * open any more that would wake up. */
#ifndef CONFAB_PLATFORM_SOUND_H
#define CONFAB_PLATFORM_SOUND_H

#include <stdint.h>
#include "client/media/sound_port.h"

const struct sound_port *sound_port(void);
/* The sound of a notice: two soft strokes, a fifth apart, our own. While one is being played another is not begun. */
void sound_chime(void);
void sound_close(void); /* at the end: all stops, and the device is closed */

#define SOUND_KEEP_MS 5000 /* the device stays open so long after the last sound */
#define SOUND_LOST_MS 1500 /* a device that pulls nothing for so long is lost */

/* Its samples, for tests: SOUND_CHIME_FRAMES of one channel. */
#define SOUND_CHIME_FRAMES (SOUND_RATE * 2 / 5)
void sound_chime_samples(int16_t out[SOUND_CHIME_FRAMES]);

#endif
