/* TIFF by libtiff: the first page. Inks are read as they are, for their profile; all else as libtiff's red, green, blue and alpha. */
#include <string.h>
#include <tiffio.h>

#include "client/media/helper/av/decoders_av.h"
#include "protocol/base/mem.h"

#define INKS 4

struct tiff {
    TIFF *tiff;
    struct input *input;
    int width, height;
    uint32_t rows;   /* that are unpacked together */
    size_t samples;  /* a pixel */
    bool inks, deep; /* two bytes an ink */
    bool alpha;
};

static bool tiff_probe(const struct input *input)
{
    return input->head_size >= 8 &&
           (memcmp(input->head, "II*", 4) == 0 || memcmp(input->head, "MM\0*", 4) == 0 ||
            memcmp(input->head, "II+", 4) == 0 || memcmp(input->head, "MM\0+", 4) == 0);
}

static tmsize_t read_bytes(thandle_t handle, void *bytes, tmsize_t size)
{
    return size < 0 ? 0 : (tmsize_t)input_read(handle, bytes, (size_t)size);
}

static tmsize_t write_bytes(thandle_t handle, void *bytes, tmsize_t size)
{
    (void)handle;
    (void)bytes;
    (void)size;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    struct input *input = handle;
    input->at = offset + (whence == SEEK_CUR ? input->at : whence == SEEK_END ? input->size : 0);
    return input->at;
}

static int no_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle)
{
    const struct input *input = handle;
    return input->size;
}

static void tiff_close(void *state)
{
    struct tiff *tiff = state;
    if (tiff->tiff)
        TIFFClose(tiff->tiff);
    mem_free(tiff);
}

static void read_tags(struct tiff *tiff, struct picture *picture)
{
    uint16_t orientation = 0, samples = 1, bits = 1, kind = 0, planes = 1, extras = 0;
    uint16_t *extra = NULL;
    uint32_t size = 0;
    void *profile = NULL;
    toff_t place = 0;
    if (TIFFGetField(tiff->tiff, TIFFTAG_ORIENTATION, &orientation) && orientation <= 8)
        picture->exif.orientation = orientation;
    TIFFSetField(tiff->tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); /* turned by us */
    picture->exif.located = TIFFGetField(tiff->tiff, TIFFTAG_GPSIFD, &place) && place > 0;
    TIFFGetFieldDefaulted(tiff->tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetField(tiff->tiff, TIFFTAG_PHOTOMETRIC, &kind);
    TIFFGetFieldDefaulted(tiff->tiff, TIFFTAG_PLANARCONFIG, &planes);
    TIFFGetFieldDefaulted(tiff->tiff, TIFFTAG_EXTRASAMPLES, &extras, &extra);
    tiff->alpha = extras > 0;
    tiff->deep = bits == 16;
    tiff->samples = samples;
    tiff->inks = kind == PHOTOMETRIC_SEPARATED && samples >= INKS && (bits == 8 || bits == 16) &&
                 planes == PLANARCONFIG_CONTIG && !TIFFIsTiled(tiff->tiff);
    if (tiff->inks)
        picture->colour.kind = COLOUR_CMYK;
    else if (kind == PHOTOMETRIC_MINISBLACK || kind == PHOTOMETRIC_MINISWHITE)
        picture->colour.kind = COLOUR_GRAY;
    if (TIFFGetField(tiff->tiff, TIFFTAG_ICCPROFILE, &size, &profile))
        colour_set_profile(&picture->colour, profile, size);
}

static void *tiff_open(struct input *input, struct picture *picture, struct err *err)
{
    struct tiff *tiff = mem_alloc(1, sizeof *tiff);
    uint32_t width = 0, height = 0, rows = 0;
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    input->at = 0;
    tiff->input = input;
    tiff->tiff = TIFFClientOpen("", "rm", input, read_bytes, write_bytes, seek, no_close, size_of,
                                NULL, NULL);
    if (!tiff->tiff || !TIFFGetField(tiff->tiff, TIFFTAG_IMAGEWIDTH, &width) ||
        !TIFFGetField(tiff->tiff, TIFFTAG_IMAGELENGTH, &height)) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        tiff_close(tiff);
        return NULL;
    }
    if (!picture_check(width, height, err)) {
        tiff_close(tiff);
        return NULL;
    }
    picture->width = tiff->width = (int)width;
    picture->height = tiff->height = (int)height;
    TIFFGetFieldDefaulted(tiff->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    tiff->rows = TIFFIsTiled(tiff->tiff) || rows < 1 || rows > height ? height : rows;
    read_tags(tiff, picture);
    return tiff;
}

/* The first four of what may be more, the upper byte of what may be two: libtiff has put them in our order. */
static void take_inks(const struct tiff *tiff, const uint8_t *row, uint8_t *inks)
{
    for (size_t i = 0; i < (size_t)tiff->width; i++)
        for (size_t c = 0; c < INKS; c++) {
            uint16_t deep = 0;
            if (tiff->deep)
                memcpy(&deep, row + 2 * (i * tiff->samples + c), 2);
            inks[INKS * i + c] = tiff->deep ? (uint8_t)(deep >> 8) : row[i * tiff->samples + c];
        }
}

static bool read_inks(struct tiff *tiff, struct shrink *shrink)
{
    const size_t width = (size_t)tiff->width, size = width * tiff->samples * (tiff->deep ? 2 : 1);
    if (TIFFScanlineSize(tiff->tiff) != (tmsize_t)size)
        return false;
    uint8_t *row = mem_alloc(size, 1), *inks = mem_alloc(width, INKS);
    bool some = false;
    for (uint32_t y = 0; y < (uint32_t)tiff->height; y++) {
        if (TIFFReadScanline(tiff->tiff, row, y, 0) < 0)
            break;
        some = true;
        take_inks(tiff, row, inks);
        if (!shrink_row(shrink, inks))
            break;
    }
    mem_free(row);
    mem_free(inks);
    return some;
}

/* libtiff gives colours that were multiplied with alpha already. */
static void put_row(struct tiff *tiff, struct shrink *shrink, const uint32_t *from, uint8_t *row)
{
    for (int x = 0; x < tiff->width; x++) {
        const uint32_t alpha = TIFFGetA(from[x]);
        uint32_t colours[3] = {TIFFGetR(from[x]), TIFFGetG(from[x]), TIFFGetB(from[x])};
        for (int c = 0; c < 3; c++) {
            if (tiff->alpha && alpha > 0 && alpha < 255)
                colours[c] = (255 * colours[c] + alpha / 2) / alpha;
            row[4 * x + c] = (uint8_t)(colours[c] < 255 ? colours[c] : 255);
        }
        row[4 * x + 3] = (uint8_t)alpha;
    }
    shrink_row(shrink, row);
}

/* Strip by strip; what is laid in tiles as a whole. In both the last row comes first. */
static bool read_rgba(struct tiff *tiff, struct shrink *shrink)
{
    const size_t width = (size_t)tiff->width;
    const uint32_t height = (uint32_t)tiff->height;
    uint32_t *strip = mem_alloc(width * tiff->rows, sizeof *strip);
    uint8_t *row = mem_alloc(width, 4);
    bool some = false;
    for (uint32_t y = 0; y < height; y += tiff->rows) {
        const uint32_t rows = height - y < tiff->rows ? height - y : tiff->rows;
        const int ok = tiff->rows == height
                           ? TIFFReadRGBAImage(tiff->tiff, (uint32_t)width, height, strip, 0)
                           : TIFFReadRGBAStrip(tiff->tiff, y, strip);
        if (!ok)
            break;
        some = true;
        for (uint32_t i = 0; i < rows; i++)
            put_row(tiff, shrink, strip + width * (rows - 1 - i), row);
    }
    mem_free(strip);
    mem_free(row);
    return some;
}

static uint8_t *tiff_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct tiff *tiff = state;
    struct shrink shrink;
    *delay_ms = 0;
    shrink_begin(&shrink, place->crop, place->width, place->height, tiff->alpha && !tiff->inks);
    const bool some = tiff->inks ? read_inks(tiff, &shrink) : read_rgba(tiff, &shrink);
    uint8_t *pixels = shrink_finish(&shrink); /* cut off: as far as it goes */
    if (some)
        return pixels;
    mem_free(pixels);
    err_set(err, ERR_FORMAT, "The picture is damaged, or of a kind that cannot be shown.");
    return NULL;
}

const struct decoder decoder_tiff = {tiff_probe, tiff_open, tiff_read, tiff_close, false};
