/* sound_port.h - where sound goes to and comes from, as the player sees it: the window fills it with SDL_mixer
 * (client/platform/sound.h), tests with a fake. All functions on the owner's (UI) thread. */
#ifndef CONFAB_MEDIA_SOUND_PORT_H
#define CONFAB_MEDIA_SOUND_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

#define SOUND_RATE 48000 /* frames a second, everywhere in here */
#define SOUND_CHANNELS 2 /* samples of a frame, floats from -1 to 1 */

struct sound_port {
    /* Begin to pull sound: pull() is called on the device's thread for `count` frames and returns how many it had
     * (silence for the rest). Opens the device if need be; false with a sentence if there is none. One at a time. */
    bool (*play)(size_t (*pull)(void *context, float *frames, size_t count), void *context,
                 struct err *err);
    void (*stop)(
        void); /* pull() is not called any more once this returned; the device stays open a while */
    /* From a frame pulled now to its being heard, ms. */
    int (*delay_ms)(void);
    /* Begin to listen: take() is called on the device's thread with what the microphone heard (one channel). */
    bool (*record)(void (*take)(void *context, const float *samples, size_t count), void *context,
                   struct err *err);
    void (*record_stop)(void);
};

#endif
