/* JPEG by libjpeg-turbo: it decodes at a half, a quarter or an eighth where that is enough. */
#include <stdio.h> /* jpeglib.h forgets it */

#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "client/media/helper/decoders.h"
#include "protocol/base/mem.h"

#define CHUNK_SIZE 65536
#define MARKER_MAX 65533 /* bytes of a block beside the picture, kept */
#define SCANS_MAX 500    /* a small file can ask for endless work */

struct jpeg {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    struct shrink shrink;
    jmp_buf failed;
    struct input *input;
    bool inverted; /* Adobe's inks: 255 is none */
    uint8_t chunk[CHUNK_SIZE];
    uint8_t *row, *wide; /* as decoded, and with four bytes a pixel */
};

static void on_error(j_common_ptr info)
{
    struct jpeg *jpeg = info->client_data;
    longjmp(jpeg->failed, 1);
}

static void on_message(j_common_ptr info)
{
    (void)info;
}

/* More scans than anyone makes. */
static void on_progress(j_common_ptr info)
{
    if (((j_decompress_ptr)info)->input_scan_number > SCANS_MAX)
        on_error(info);
}

static void no_source(j_decompress_ptr info)
{
    (void)info;
}

static boolean fill(j_decompress_ptr info)
{
    struct jpeg *jpeg = info->client_data;
    size_t got = input_read(jpeg->input, jpeg->chunk, sizeof jpeg->chunk);
    if (got == 0) { /* cut off: what is there is shown */
        jpeg->chunk[0] = 0xff;
        jpeg->chunk[1] = JPEG_EOI;
        got = 2;
    }
    jpeg->source.next_input_byte = jpeg->chunk;
    jpeg->source.bytes_in_buffer = got;
    return TRUE;
}

static void skip(j_decompress_ptr info, long count)
{
    struct jpeg *jpeg = info->client_data;
    if (count <= 0)
        return;
    size_t have = jpeg->source.bytes_in_buffer, size = (size_t)count;
    if (size > have) {
        jpeg->input->at += size - have;
        size = have;
    }
    jpeg->source.next_input_byte += size;
    jpeg->source.bytes_in_buffer -= size;
}

static bool jpeg_probe(const struct input *input)
{
    return input->head_size >= 3 && memcmp(input->head, "\xff\xd8\xff", 3) == 0;
}

static void jpeg_close(void *state)
{
    struct jpeg *jpeg = state;
    jpeg_destroy_decompress(&jpeg->info);
    mem_free(jpeg->row);
    mem_free(jpeg->wide);
    mem_free(jpeg);
}

static void read_markers(struct jpeg *jpeg, struct picture *picture)
{
    for (jpeg_saved_marker_ptr at = jpeg->info.marker_list; at; at = at->next)
        if (at->marker == JPEG_APP0 + 1 && at->data_length > 6 &&
            memcmp(at->data, "Exif\0", 5) == 0)
            exif_read(at->data, at->data_length, &picture->exif);
    JOCTET *profile = NULL;
    unsigned size = 0;
    if (jpeg_read_icc_profile(&jpeg->info, &profile, &size))
        colour_set_profile(&picture->colour, profile, size);
    free(profile);
}

/* What comes out: gray, red green blue alpha, or four inks. */
static void choose_colours(struct jpeg *jpeg, struct picture *picture)
{
    switch (jpeg->info.jpeg_color_space) {
    case JCS_GRAYSCALE:
        jpeg->info.out_color_space = JCS_GRAYSCALE;
        picture->colour.kind = COLOUR_GRAY;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        jpeg->info.out_color_space = JCS_CMYK;
        picture->colour.kind = COLOUR_CMYK;
        jpeg->inverted = jpeg->info.saw_Adobe_marker;
        break;
    default:
        jpeg->info.out_color_space = JCS_EXT_RGBA;
    }
}

static void *jpeg_open(struct input *input, struct picture *picture, struct err *err)
{
    struct jpeg *jpeg = mem_alloc(1, sizeof *jpeg);
    jpeg->input = input;
    jpeg->info.err = jpeg_std_error(&jpeg->errors);
    jpeg->errors.error_exit = on_error;
    jpeg->errors.output_message = on_message;
    jpeg->info.client_data = jpeg;
    if (setjmp(jpeg->failed)) {
        jpeg_close(jpeg);
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    jpeg_create_decompress(&jpeg->info);
    jpeg->source = (struct jpeg_source_mgr){.init_source = no_source,
                                            .fill_input_buffer = fill,
                                            .skip_input_data = skip,
                                            .resync_to_restart = jpeg_resync_to_restart,
                                            .term_source = no_source};
    jpeg->info.src = &jpeg->source;
    jpeg->progress.progress_monitor = on_progress;
    jpeg->info.progress = &jpeg->progress;
    jpeg_save_markers(&jpeg->info, JPEG_APP0 + 1, MARKER_MAX);
    jpeg_save_markers(&jpeg->info, JPEG_APP0 + 2, MARKER_MAX);
    jpeg_read_header(&jpeg->info, TRUE);
    picture->width = (int)jpeg->info.image_width;
    picture->height = (int)jpeg->info.image_height;
    if (!picture_check(picture->width, picture->height, err)) {
        jpeg_close(jpeg);
        return NULL;
    }
    read_markers(jpeg, picture);
    choose_colours(jpeg, picture);
    return jpeg;
}

/* The smallest of 1/8, 1/4, 1/2, 1 that still has as many pixels as are wanted: these four are the quick ones. */
static unsigned choose_scale(const struct place *place)
{
    unsigned scale = 8;
    while (scale > 1 && (place->crop.w < place->width * (int)scale ||
                         place->crop.h < place->height * (int)scale))
        scale /= 2;
    return scale;
}

/* The part of the smaller picture that is that of the large one: inside, and with enough pixels. */
static struct rect4 scale_crop(const struct place *place, int scale, int width, int height)
{
    struct rect4 crop = {place->crop.x / scale, place->crop.y / scale, place->crop.w / scale,
                         place->crop.h / scale};
    if (crop.x + crop.w >= width - 1 || crop.w < place->width)
        crop.w = width - crop.x;
    if (crop.y + crop.h >= height - 1 || crop.h < place->height)
        crop.h = height - crop.y;
    return crop;
}

/* A row as it came, as four bytes a pixel. */
static const uint8_t *widen(struct jpeg *jpeg)
{
    const size_t width = jpeg->info.output_width;
    if (jpeg->info.out_color_space == JCS_EXT_RGBA)
        return jpeg->row;
    if (jpeg->info.out_color_space == JCS_GRAYSCALE) {
        for (size_t i = 0; i < width; i++) {
            memset(jpeg->wide + 4 * i, jpeg->row[i], 3);
            jpeg->wide[4 * i + 3] = 255;
        }
    } else {
        for (size_t i = 0; i < 4 * width; i++)
            jpeg->wide[i] = jpeg->inverted ? (uint8_t)(255 - jpeg->row[i]) : jpeg->row[i];
    }
    return jpeg->wide;
}

static uint8_t *jpeg_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct jpeg *jpeg = state;
    *delay_ms = 0;
    if (!setjmp(jpeg->failed)) {
        const unsigned scale = choose_scale(place);
        jpeg->info.scale_num = 1;
        jpeg->info.scale_denom = scale;
        jpeg->info.do_fancy_upsampling = place->width == place->crop.w;
        jpeg_start_decompress(&jpeg->info);
        const int width = (int)jpeg->info.output_width, height = (int)jpeg->info.output_height;
        jpeg->row = mem_alloc((size_t)width, 4);
        jpeg->wide = mem_alloc((size_t)width, 4);
        shrink_begin(&jpeg->shrink, scale_crop(place, (int)scale, width, height), place->width,
                     place->height, false);
        do {
            JSAMPROW row = jpeg->row;
            if (jpeg_read_scanlines(&jpeg->info, &row, 1) != 1)
                break;
        } while (shrink_row(&jpeg->shrink, widen(jpeg)) &&
                 jpeg->info.output_scanline < jpeg->info.output_height);
    }
    if (!jpeg->shrink.pixels) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    uint8_t *pixels = shrink_finish(&jpeg->shrink); /* of a damaged one, as far as it goes */
    jpeg->shrink.pixels = NULL;
    return pixels;
}

const struct decoder decoder_jpeg = {jpeg_probe, jpeg_open, jpeg_read, jpeg_close, false};
