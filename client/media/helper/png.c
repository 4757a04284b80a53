/* PNG by libpng, row by row; one that is interlaced as a whole. What moves (APNG) is for the other program, here it is its still picture. */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "client/media/helper/decoders.h"
#include "protocol/base/mem.h"

#define SIGNATURE_SIZE 8
#define CHUNK_HEAD_SIZE 8 /* length and name; 4 bytes of check follow the content */
#define CHUNKS_MAX 100000 /* looked at for what lies behind the picture */
#define EXIF_SIZE_MAX (1 << 20)
#define CHUNK_BYTES_MAX (8 << 20) /* unpacked, of one that is no picture */

struct png {
    png_structp png;
    png_infop info;
    struct input *input;
    struct shrink shrink;
    uint8_t *row;
    uint8_t *whole; /* an interlaced one */
    int width, height;
    bool alpha, interlaced;
};

static bool png_probe(const struct input *input)
{
    return input->head_size >= SIGNATURE_SIZE &&
           memcmp(input->head, "\x89PNG\r\n\x1a\n", SIGNATURE_SIZE) == 0;
}

static void on_error(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep bytes, size_t size)
{
    const size_t got = input_read(png_get_io_ptr(png), bytes, size);
    if (got == 0)
        png_error(png, "cut off");
    memset(bytes + got, 0, size - got); /* what came before the cut is shown */
}

static void read_exif(struct input *input, uint64_t at, uint32_t size, struct picture *picture)
{
    if (size > EXIF_SIZE_MAX)
        return;
    uint8_t *bytes = mem_alloc(size, 1);
    input->at = at;
    exif_read(bytes, input_read(input, bytes, size), &picture->exif);
    mem_free(bytes);
}

/* Camera data may lie behind the picture, where libpng comes too late to turn it. */
static void look_at_chunks(struct input *input, struct picture *picture)
{
    uint8_t head[CHUNK_HEAD_SIZE + 4];
    uint64_t at = SIGNATURE_SIZE;
    for (int i = 0; i < CHUNKS_MAX; i++) {
        input->at = at;
        size_t got = input_read(input, head, sizeof head);
        if (got < CHUNK_HEAD_SIZE)
            break;
        const uint32_t size = input_be32(head);
        if (memcmp(head + 4, "acTL", 4) == 0 && got == sizeof head)
            picture->moves = input_be32(head + CHUNK_HEAD_SIZE) > 1;
        else if (memcmp(head + 4, "eXIf", 4) == 0)
            read_exif(input, at + CHUNK_HEAD_SIZE, size, picture);
        at += CHUNK_HEAD_SIZE + (uint64_t)size + 4;
    }
    input->at = 0;
}

static void png_close(void *state)
{
    struct png *png = state;
    png_destroy_read_struct(&png->png, &png->info, NULL);
    mem_free(png->row);
    mem_free(png->whole);
    mem_free(png);
}

/* Whatever it is: four bytes a pixel. */
static void choose_form(struct png *png, struct picture *picture)
{
    const int kind = png_get_color_type(png->png, png->info);
    png->alpha = kind & PNG_COLOR_MASK_ALPHA || png_get_valid(png->png, png->info, PNG_INFO_tRNS);
    png->interlaced = png_get_interlace_type(png->png, png->info) != PNG_INTERLACE_NONE;
    picture->colour.kind = kind & PNG_COLOR_MASK_COLOR ? COLOUR_RGB : COLOUR_GRAY;
    png_set_expand(png->png);
    png_set_scale_16(png->png);
    if (!(kind & PNG_COLOR_MASK_COLOR))
        png_set_gray_to_rgb(png->png);
    png_set_add_alpha(png->png, 255, PNG_FILLER_AFTER);
    png_set_interlace_handling(png->png);
    png_charp name;
    png_bytep profile;
    png_uint_32 size;
    int method;
    if (png_get_iCCP(png->png, png->info, &name, &method, &profile, &size))
        colour_set_profile(&picture->colour, profile, size);
}

static void *png_open(struct input *input, struct picture *picture, struct err *err)
{
    look_at_chunks(input, picture);
    struct png *png = mem_alloc(1, sizeof *png);
    png->input = input;
    png->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    png->info = png->png ? png_create_info_struct(png->png) : NULL;
    if (!png->info)
        die("Out of memory while decoding.");
    if (setjmp(png_jmpbuf(png->png))) {
        png_close(png);
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    png_set_read_fn(png->png, input, read_bytes);
    png_set_user_limits(png->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* ours have a sentence */
    png_set_chunk_malloc_max(png->png, CHUNK_BYTES_MAX);
    png_set_crc_action(png->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE); /* what is there is shown */
    png_read_info(png->png, png->info);
    const int64_t width = png_get_image_width(png->png, png->info);
    const int64_t height = png_get_image_height(png->png, png->info);
    if (!picture_check(width, height, err)) {
        png_close(png);
        return NULL;
    }
    png->width = picture->width = (int)width;
    png->height = picture->height = (int)height;
    choose_form(png, picture);
    return png;
}

/* An interlaced one comes in seven passes over the whole. */
static void read_whole(struct png *png)
{
    const size_t pitch = 4 * (size_t)png->width;
    png->whole = mem_alloc((size_t)png->height, pitch);
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
        for (int y = 0; y < png->height; y++)
            png_read_row(png->png, NULL, png->whole + pitch * (size_t)y);
}

static uint8_t *png_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct png *png = state;
    *delay_ms = 0;
    (void)err;
    shrink_begin(&png->shrink, place->crop, place->width, place->height, png->alpha);
    png->row = mem_alloc((size_t)png->width, 4);
    if (!setjmp(png_jmpbuf(png->png))) {
        png_read_update_info(png->png, png->info);
        if (png_get_rowbytes(png->png, png->info) != 4 * (size_t)png->width)
            png_error(png->png, "not four bytes a pixel");
        if (png->interlaced)
            read_whole(png);
        for (int y = 0; y < png->height && !png->interlaced; y++) {
            png_read_row(png->png, png->row, NULL);
            if (!shrink_row(&png->shrink, png->row))
                break;
        }
    } /* cut off: as far as it goes */
    for (int y = 0; y < png->height && png->whole; y++)
        if (!shrink_row(&png->shrink, png->whole + 4 * (size_t)png->width * (size_t)y))
            break;
    return shrink_finish(&png->shrink);
}

const struct decoder decoder_png = {png_probe, png_open, png_read, png_close, false};
