/* sound_chime.c - what a notice sounds like. */
#include <math.h>

#include "client/platform/sound.h"

#define LEVEL 0.22    /* of full: it tells, it does not startle */
#define SECOND_S 0.10 /* when the second stroke comes */

/* A struck bar: the tone and two overtones that die sooner. */
static double stroke(double hz, double s)
{
    static const struct {
        double times, part, decay;
    } tones[] = {{1.0, 1.0, 9.0}, {2.0, .25, 16.0}, {3.98, .08, 30.0}};
    const double tau = 6.283185307179586, attack = s < .004 ? s / .004 : 1.0;
    double sum = 0;
    for (size_t i = 0; s >= 0 && i < sizeof tones / sizeof *tones; i++)
        sum += tones[i].part * exp(-tones[i].decay * s) * sin(tau * hz * tones[i].times * s);
    return sum * attack;
}

void sound_chime_samples(int16_t out[SOUND_CHIME_FRAMES])
{
    const int frames = SOUND_CHIME_FRAMES;
    for (int i = 0; i < frames; i++) {
        const double s = (double)i / SOUND_RATE, left = (double)(frames - i) / SOUND_RATE;
        const double fade = left < .05 ? left / .05 : 1.0;
        const double sound = stroke(659.26, s) + (s >= SECOND_S ? stroke(987.77, s - SECOND_S) : 0);
        out[i] = (int16_t)(sound * fade * LEVEL * 32767.0);
    }
}
