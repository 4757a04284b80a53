/* exif.h - the two facts of a camera's data that matter: how the picture lies, and whether it says where it was taken. Pure. */
#ifndef CONFAB_MEDIA_EXIF_H
#define CONFAB_MEDIA_EXIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exif {
    int orientation; /* 1 to 8; 0: not said */
    bool located;
};

/* Read a block that begins like a TIFF file ("II*" or "MM*"), with or without "Exif\0\0" before it. What makes no sense is passed over; facts
 * that *exif has already stay, unless the block says otherwise. Source: TIFF 6.0, Exif 2.32. */
void exif_read(const uint8_t *bytes, size_t size, struct exif *exif);

#endif
