/* synth.h - notes to sound: FluidSynth, the library by which SDL2_mixer plays MIDI as well, and a sound font with the instruments. */
#ifndef CONFAB_MEDIA_SYNTH_H
#define CONFAB_MEDIA_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

struct synth;

/* In main(), before the sandbox is entered. What is not there is said by synth_create(). */
void synth_load(void);
/* With the instruments of this computer; NULL with a sentence: no FluidSynth, no instruments. The only one that opens files. */
struct synth *synth_create(struct err *err);
/* Ready to play the MIDI file in `bytes` (copied) from its start, once. False with a sentence: it is none. */
bool synth_take(struct synth *synth, const void *bytes, size_t size, struct err *err);
void synth_destroy(struct synth *synth);
int64_t synth_duration_us(const struct synth *synth);
/* On from there, as well as the place in a MIDI file can be told. */
bool synth_seek(struct synth *synth, int64_t time_us);
/* The next pairs of samples, CHANNEL_RATE a second; false: it is over. */
bool synth_read(struct synth *synth, float *pairs, size_t frames);

#endif
