/* sound_port.h - where sound goes to and comes from, as the player sees it: the window fills it with SDL_mixer
 * (client/platform/sound.h), tests with a fake. All functions on the owner's (UI) thread; none waits for a device, which may take
 * its time to open: state() says what has become of it. */
#ifndef CONFAB_MEDIA_SOUND_PORT_H
#define CONFAB_MEDIA_SOUND_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

#define SOUND_RATE 48000 /* frames a second, everywhere in here */
#define SOUND_CHANNELS 2 /* samples of a frame, floats from -1 to 1 */

enum sound_state {
    SOUND_OPENING, /* ask again soon: SOUND_ASK_MS */
    SOUND_READY,
    SOUND_NONE, /* there is no device, or it was lost and there is no other: err says so */
};
#define SOUND_ASK_MS 15

struct sound_port {
    /* Begin to pull sound: pull() is called on the device's thread for `count` frames and returns how many it had
     * (silence for the rest). The device is opened if need be. One at a time: it takes the place of the one before. */
    void (*play)(size_t (*pull)(void *context, float *frames, size_t count), void *context);
    /* pull() is not called any more once this returned; the device stays open a while. */
    void (*stop)(void);
    /* Of what play() asked for. To be called now and then while something plays: a device that was lost is
     * opened anew by it. */
    enum sound_state (*state)(struct err *err);
    /* From a frame pulled now to its being heard, ms. */
    int (*delay_ms)(void);
    /* Begin to listen: take() is called on the device's thread with what the microphone heard (one channel). */
    void (*record)(void (*take)(void *context, const float *samples, size_t count), void *context);
    void (*record_stop)(void); /* take() is not called any more once this returned */
    enum sound_state (*record_state)(struct err *err);
};

#endif
