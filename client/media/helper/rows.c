/* Pictures that lie in the file as they are shown, a row after the other, so that of the largest only a row is in memory: BMP of 24 or 32 bits,
 * and PPM and PGM of 8. Their other kinds are FFmpeg's. */
#include <string.h>

#include "client/media/helper/decoders.h"
#include "protocol/base/mem.h"

#define BMP_HEAD_SIZE 54
#define BMP_INFO_LEAST 40

struct rows {
    struct input *input;
    int width, height;
    uint64_t first;   /* where the upper row begins ... */
    int64_t pitch;    /* ... and how far on the next does */
    size_t unit;      /* bytes a pixel */
    uint8_t order[3]; /* which of them are red, green, blue */
    uint8_t *row, *wide;
};

static bool bmp_probe(const struct input *input)
{
    const uint8_t *head = input->head;
    if (input->head_size < BMP_HEAD_SIZE || memcmp(head, "BM", 2) != 0)
        return false;
    const uint32_t bits = input_le16(head + 28);
    return input_le32(head + 14) >= BMP_INFO_LEAST && input_le16(head + 26) == 1 &&
           (bits == 24 || bits == 32) && input_le32(head + 30) == 0; /* not packed */
}

static void *rows_open(const struct rows *rows, uint64_t begin, struct picture *picture,
                       struct err *err)
{
    if (begin >= rows->input->size) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    picture->width = rows->width;
    picture->height = rows->height;
    struct rows *copy = mem_copy(rows, sizeof *rows);
    copy->row = mem_alloc((size_t)rows->width, rows->unit);
    copy->wide = mem_alloc((size_t)rows->width, 4);
    return copy;
}

static void *bmp_open(struct input *input, struct picture *picture, struct err *err)
{
    const uint8_t *head = input->head;
    const int64_t width = (int32_t)input_le32(head + 18), height = (int32_t)input_le32(head + 22);
    const size_t unit = input_le16(head + 28) / 8;
    if (!picture_check(width, height < 0 ? -height : height, err))
        return NULL;
    const int64_t pitch = (width * (int64_t)unit + 3) / 4 * 4;
    struct rows rows = {.input = input,
                        .width = (int)width,
                        .height = (int)(height < 0 ? -height : height),
                        .first = input_le32(head + 10),
                        .pitch = pitch,
                        .unit = unit,
                        .order = {2, 1, 0}};
    if (height > 0) { /* the lowest row comes first */
        rows.first += (uint64_t)(pitch * (height - 1));
        rows.pitch = -pitch;
    }
    return rows_open(&rows, input_le32(head + 10), picture, err);
}

/* The next number of the head, behind spaces and comments; *at comes behind it. -1: none. */
static int64_t pnm_number(const struct input *input, size_t *at)
{
    const uint8_t *head = input->head;
    bool comment = false;
    while (*at < input->head_size &&
           (comment || head[*at] == '#' || strchr(" \t\r\n", head[*at]) != NULL)) {
        comment = head[*at] == '#' || (comment && head[*at] != '\n');
        ++*at;
    }
    int64_t value = -1;
    while (*at < input->head_size && head[*at] >= '0' && head[*at] <= '9' && value < INT32_MAX)
        value = (value < 0 ? 0 : 10 * value) + head[(*at)++] - '0';
    return value;
}

/* Its three numbers are in the head, and a colour is a byte. */
static bool pnm_probe(const struct input *input)
{
    size_t at = 2;
    if (input->head_size < 8 || input->head[0] != 'P' ||
        (input->head[1] != '5' && input->head[1] != '6'))
        return false;
    const int64_t width = pnm_number(input, &at), height = pnm_number(input, &at);
    return width > 0 && height > 0 && pnm_number(input, &at) == 255;
}

static void *pnm_open(struct input *input, struct picture *picture, struct err *err)
{
    size_t at = 2;
    const int64_t width = pnm_number(input, &at), height = pnm_number(input, &at);
    const bool gray = input->head[1] == '5';
    (void)pnm_number(input, &at);
    if (!picture_check(width, height, err))
        return NULL;
    const struct rows rows = {.input = input,
                              .width = (int)width,
                              .height = (int)height,
                              .first = at + 1,
                              .pitch = width * (gray ? 1 : 3),
                              .unit = gray ? 1 : 3,
                              .order = {0, gray ? 0 : 1, gray ? 0 : 2}};
    return rows_open(&rows, at + 1, picture, err);
}

/* What is cut off is left out. */
static uint8_t *rows_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct rows *rows = state;
    struct shrink shrink;
    (void)err;
    *delay_ms = 0;
    shrink_begin(&shrink, place->crop, place->width, place->height, true);
    shrink.row = place->crop.y; /* it can begin anywhere */
    const size_t size = rows->unit * (size_t)rows->width;
    bool more = true;
    for (int y = place->crop.y; more; y++) {
        rows->input->at = (uint64_t)((int64_t)rows->first + y * rows->pitch);
        const bool whole = input_read(rows->input, rows->row, size) == size;
        for (size_t i = 0; i < (size_t)rows->width; i++) {
            for (size_t c = 0; c < 3; c++)
                rows->wide[4 * i + c] = rows->row[rows->unit * i + rows->order[c]];
            rows->wide[4 * i + 3] = whole ? 255 : 0;
        }
        more = shrink_row(&shrink, rows->wide);
    }
    return shrink_finish(&shrink);
}

static void rows_close(void *state)
{
    struct rows *rows = state;
    mem_free(rows->row);
    mem_free(rows->wide);
    mem_free(rows);
}

const struct decoder decoder_bmp = {bmp_probe, bmp_open, rows_read, rows_close, false};
const struct decoder decoder_pnm = {pnm_probe, pnm_open, rows_read, rows_close, false};
