/* tempo.h - sound faster or slower, with the same pitch: libsonic, or where it is missing FFmpeg. */
#ifndef CONFAB_MEDIA_TEMPO_H
#define CONFAB_MEDIA_TEMPO_H

#include <stddef.h>

struct tempo;

/* For pairs of samples, CHANNEL_RATE a second, that are to take 100 / percent of their time. */
struct tempo *tempo_create(int percent);
void tempo_destroy(struct tempo *tempo); /* NULL is fine */
void tempo_put(struct tempo *tempo, const float *samples, size_t frames);
/* Up to `frames` of what is ready; returns how many. */
size_t tempo_take(struct tempo *tempo, float *samples, size_t frames);
void tempo_end(struct tempo *tempo); /* nothing follows: what is left gets ready */

#endif
