/* tone.h - high dynamic range (PQ, HLG; BT.2020) as an ordinary screen shows it. */
#ifndef CONFAB_MEDIA_TONE_H
#define CONFAB_MEDIA_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tone;

bool tone_is_high(int transfer); /* an enum AVColorTransferCharacteristic */
struct tone *tone_create(int transfer);
void tone_destroy(struct tone *tone); /* NULL is fine */
/* `count` pixels of 4 bytes in place, red and blue in either order: BT.2020 in, sRGB out; the fourth byte stays. */
void tone_map(const struct tone *tone, uint8_t *pixels, size_t count, bool red_first);

#endif
