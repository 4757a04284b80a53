/* text_tone.h - how much of a pixel a glyph's edge is to cover, for light and for dark text. Pure. */
#ifndef CONFAB_UI_TEXT_TONE_H
#define CONFAB_UI_TEXT_TONE_H

#include <stddef.h>
#include <stdint.h>
#include "client/ui/theme.h"

#define TEXT_TONES 8

/* Pixels are blended as they are stored, in sRGB, where half of white on black is a fifth of its
 * light: light text comes out thin. So coverage is bent before, by what blending in (nearly) linear
 * light over a ground of the opposite brightness would have shown, and raised a little for dark
 * text, as browsers do. Returns the tone, 0 .. TEXT_TONES - 1, of a text's colour.
 * Source: the method of Skia's mask gamma; its two numbers were set so that words of Inter at
 * 14.5 px have the ink that Chromium gives them (within 7 %; unbent, light text had up to 13 %
 * less). */
int text_tone_of(struct color color);
/* Bend the alpha of w * h RGBA8 pixels. */
void text_tone_apply(int tone, uint8_t *rgba, size_t pixels);

#endif
