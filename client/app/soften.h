/* soften.h - a small picture so blurred that it can be shown many times as large. Pure. */
#ifndef CONFAB_APP_SOFTEN_H
#define CONFAB_APP_SOFTEN_H

#include <stdint.h>

/* Blurs w x h RGBA8 pixels in place; rows packed, w, h >= 1. Source: a triangle filter, twice along each axis. */
void soften(uint8_t *pixels, int w, int h);

#endif
