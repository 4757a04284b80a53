/* fonts.h - the few fonts that drawings (SVG) are written in: open before the sandbox is entered, where nothing can be opened any more. */
#ifndef CONFAB_MEDIA_FONTS_H
#define CONFAB_MEDIA_FONTS_H

/* In main(), for a file that begins as a drawing does. From here on there are no other fonts: whatever a drawing asks for, it gets the
 * nearest of these. Where fontconfig is missing, text is not drawn. */
void fonts_open(void);

#endif
