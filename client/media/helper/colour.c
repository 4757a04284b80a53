#include "client/media/helper/colour.h"

#include <lcms2.h>
#include <string.h>

#include "protocol/base/mem.h"

#define NAME_SIZE 64

void colour_set_profile(struct colour *colour, const uint8_t *profile, size_t size)
{
    if (colour->profile || !profile || size == 0 || size > COLOUR_PROFILE_MAX)
        return;
    colour->profile = mem_copy(profile, size);
    colour->profile_size = size;
}

static bool is_srgb(cmsHPROFILE profile)
{
    char name[NAME_SIZE] = "";
    cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", name, sizeof name);
    return strncmp(name, "sRGB", 4) == 0;
}

/* NULL: the colours stay as they are. */
static cmsHTRANSFORM make_transform(struct colour *colour)
{
    static const struct {
        cmsColorSpaceSignature space;
        cmsUInt32Number form, flags;
    } kinds[] = {
        [COLOUR_RGB] = {cmsSigRgbData, TYPE_RGBA_8, cmsFLAGS_COPY_ALPHA},
        [COLOUR_GRAY] = {cmsSigGrayData, TYPE_GRAY_8, 0},
        [COLOUR_CMYK] = {cmsSigCmykData, TYPE_CMYK_8, 0},
    };
    cmsHPROFILE from =
        cmsOpenProfileFromMem(colour->profile, (cmsUInt32Number)colour->profile_size);
    if (!from)
        return NULL;
    cmsHTRANSFORM transform = NULL;
    if (colour->kind == COLOUR_GRAY && cmsGetColorSpace(from) == cmsSigRgbData)
        colour->kind = COLOUR_RGB; /* it has three times the same, after all */
    if (cmsGetColorSpace(from) == kinds[colour->kind].space &&
        !(colour->kind == COLOUR_RGB && is_srgb(from))) {
        cmsHPROFILE srgb = cmsCreate_sRGBProfile();
        if (srgb)
            transform = cmsCreateTransform(from, kinds[colour->kind].form, srgb, TYPE_RGBA_8,
                                           INTENT_PERCEPTUAL, kinds[colour->kind].flags);
        if (srgb)
            cmsCloseProfile(srgb);
    }
    cmsCloseProfile(from);
    return transform;
}

static void from_gray(cmsHTRANSFORM transform, uint8_t *pixels, size_t count)
{
    uint8_t *gray = mem_alloc(count, 5), *rgb = gray + count;
    for (size_t i = 0; i < count; i++)
        gray[i] = pixels[4 * i];
    cmsDoTransform(transform, gray, rgb, (cmsUInt32Number)count);
    for (size_t i = 0; i < count; i++)
        memcpy(pixels + 4 * i, rgb + 4 * i, 3); /* alpha stays */
    mem_free(gray);
}

/* What of the light is left by the ink, and by the black. */
static void from_inks(uint8_t *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t *p = pixels + 4 * i;
        for (int c = 0; c < 3; c++)
            p[c] = (uint8_t)(((255 - p[c]) * (255 - p[3]) + 127) / 255);
        p[3] = 255;
    }
}

void colour_to_srgb(struct colour *colour, uint8_t *pixels, size_t count)
{
    if (colour->profile && !colour->transform) {
        colour->transform = make_transform(colour);
        if (!colour->transform) {
            mem_free(colour->profile);
            colour->profile = NULL;
        }
    }
    if (!colour->transform && colour->kind == COLOUR_CMYK) {
        from_inks(pixels, count);
    } else if (colour->transform && colour->kind == COLOUR_GRAY) {
        from_gray(colour->transform, pixels, count);
    } else if (colour->transform) {
        cmsDoTransform(colour->transform, pixels, pixels, (cmsUInt32Number)count);
        for (size_t i = 0; colour->kind == COLOUR_CMYK && i < count; i++)
            pixels[4 * i + 3] = 255;
    }
}

void colour_finish(struct colour *colour)
{
    if (colour->transform)
        cmsDeleteTransform(colour->transform);
    mem_free(colour->profile);
    *colour = (struct colour){0};
}
