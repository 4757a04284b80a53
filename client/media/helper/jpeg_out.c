#include "client/media/helper/jpeg_out.h"

#include <stdio.h> /* jpeglib.h forgets it */
#include <stdlib.h>

#include <jpeglib.h>
#include <setjmp.h>

#include "protocol/base/mem.h"

struct out {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
    unsigned char *bytes;
    unsigned long size;
    uint8_t *row;
};

static void on_error(j_common_ptr info)
{
    struct out *out = info->client_data;
    longjmp(out->failed, 1);
}

static void lay_on_white(const uint8_t *p, uint8_t *row, int width)
{
    for (int x = 0; x < width; x++, p += 4)
        for (int c = 0; c < 3; c++)
            *row++ = (uint8_t)((p[c] * p[3] + 255 * (255 - p[3]) + 127) / 255);
}

static void write_all(struct out *out, const uint8_t *pixels, int width, int height, int quality)
{
    jpeg_create_compress(&out->info);
    jpeg_mem_dest(&out->info, &out->bytes, &out->size);
    out->info.image_width = (JDIMENSION)width;
    out->info.image_height = (JDIMENSION)height;
    out->info.input_components = 3;
    out->info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&out->info);
    jpeg_set_quality(&out->info, quality, TRUE);
    out->info.optimize_coding = TRUE;
    jpeg_start_compress(&out->info, TRUE);
    for (int y = 0; y < height; y++) {
        lay_on_white(pixels + 4 * (size_t)width * (size_t)y, out->row, width);
        JSAMPROW row = out->row;
        jpeg_write_scanlines(&out->info, &row, 1);
    }
    jpeg_finish_compress(&out->info);
}

uint8_t *jpeg_out(const uint8_t *pixels, int width, int height, int quality, size_t *size)
{
    struct out *out = mem_alloc(1, sizeof *out);
    uint8_t *jpeg = NULL;
    out->info.err = jpeg_std_error(&out->errors);
    out->errors.error_exit = on_error;
    out->info.client_data = out;
    out->row = mem_alloc((size_t)width, 3);
    if (!setjmp(out->failed)) {
        write_all(out, pixels, width, height, quality);
        jpeg = mem_copy(out->bytes, out->size);
        *size = out->size;
    }
    jpeg_destroy_compress(&out->info);
    free(out->bytes);
    mem_free(out->row);
    mem_free(out);
    return jpeg;
}
