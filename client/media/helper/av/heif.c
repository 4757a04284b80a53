/* HEIC and AVIF that stand still, by libheif, where it is there; FFmpeg 5 knows neither their parts side by side nor what is transparent. */
#include "client/media/helper/av/decoders_av.h"

#include <string.h>

#ifdef CONFAB_HEIF
#include <libheif/heif.h>

#include "protocol/base/mem.h"

#define EXIF_IDS_MAX 4
#define EXIF_SIZE_MAX (1 << 20)

struct heif {
    uint8_t *bytes;
    struct heif_context *context;
    struct heif_image_handle *handle;
    int width, height;
};

void heif_prepare(void)
{
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
    (void)heif_init(NULL); /* newer ones load what decodes */
#endif
}

static bool heif_probe(const struct input *input)
{
    static const char brands[][5] = {"heic", "heix", "heim", "heis",
                                     "mif1", "avif", "hevc", "mif2"};
    if (input->head_size < 12 || memcmp(input->head + 4, "ftyp", 4) != 0)
        return false;
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (memcmp(input->head + 8, brands[i], 4) == 0)
            return true;
    return false;
}

static void heif_close(void *state)
{
    struct heif *heif = state;
    heif_image_handle_release(heif->handle);
    heif_context_free(heif->context);
    mem_free(heif->bytes);
    mem_free(heif);
}

/* The container says how it lies and libheif has turned it already; so only the place is of interest. */
static void read_exif(const struct heif *heif, struct picture *picture)
{
    heif_item_id ids[EXIF_IDS_MAX];
    const int count =
        heif_image_handle_get_list_of_metadata_block_IDs(heif->handle, "Exif", ids, EXIF_IDS_MAX);
    for (int i = 0; i < count; i++) {
        const size_t size = heif_image_handle_get_metadata_size(heif->handle, ids[i]);
        if (size < 4 || size > EXIF_SIZE_MAX)
            continue;
        uint8_t *bytes = mem_alloc(size, 1);
        if (heif_image_handle_get_metadata(heif->handle, ids[i], bytes).code == heif_error_Ok) {
            const size_t skip = input_be32(bytes);
            if (skip <= size - 4)
                exif_read(bytes + 4 + skip, size - 4 - skip, &picture->exif);
        }
        mem_free(bytes);
    }
    picture->exif.orientation = 0;
}

static void read_profile(const struct heif *heif, struct picture *picture)
{
    const size_t size = heif_image_handle_get_raw_color_profile_size(heif->handle);
    if (size == 0 || size > COLOUR_PROFILE_MAX)
        return;
    uint8_t *bytes = mem_alloc(size, 1);
    if (heif_image_handle_get_raw_color_profile(heif->handle, bytes).code == heif_error_Ok)
        colour_set_profile(&picture->colour, bytes, size);
    mem_free(bytes);
}

static void *heif_open(struct input *input, struct picture *picture, struct err *err)
{
    struct heif *heif = mem_alloc(1, sizeof *heif);
    size_t size;
    heif->bytes = input_load(input, &size, err);
    if (!heif->bytes)
        goto fail;
    heif->context = heif_context_alloc();
    if (!heif->context)
        die("Out of memory while decoding.");
    heif_context_set_maximum_image_size_limit(heif->context, PICTURE_SIDE_MAX);
    if (heif_context_read_from_memory_without_copy(heif->context, heif->bytes, size, NULL).code !=
            heif_error_Ok ||
        heif_context_get_primary_image_handle(heif->context, &heif->handle).code != heif_error_Ok) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        goto fail;
    }
    heif->width = picture->width = heif_image_handle_get_width(heif->handle);
    heif->height = picture->height = heif_image_handle_get_height(heif->handle);
    if (!picture_check(picture->width, picture->height, err))
        goto fail;
    read_exif(heif, picture);
    read_profile(heif, picture);
    return heif;
fail:
    heif_close(heif);
    return NULL;
}

static uint8_t *heif_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct heif *heif = state;
    struct heif_image *image = NULL;
    uint8_t *pixels = NULL;
    *delay_ms = 0;
    struct heif_error error = heif_decode_image(heif->handle, &image, heif_colorspace_RGB,
                                                heif_chroma_interleaved_RGBA, NULL);
    if (error.code == heif_error_Ok) {
        int pitch = 0;
        const uint8_t *plane =
            heif_image_get_plane_readonly(image, heif_channel_interleaved, &pitch);
        if (plane && pitch > 0 &&
            heif_image_get_width(image, heif_channel_interleaved) == heif->width &&
            heif_image_get_height(image, heif_channel_interleaved) == heif->height) {
            struct shrink shrink;
            shrink_begin(&shrink, place->crop, place->width, place->height,
                         heif_image_handle_has_alpha_channel(heif->handle));
            for (int y = 0; y < heif->height; y++)
                if (!shrink_row(&shrink, plane + (size_t)pitch * (size_t)y))
                    break;
            pixels = shrink_finish(&shrink);
        }
    }
    heif_image_release(image);
    if (!pixels && (error.code == heif_error_Unsupported_filetype ||
                    error.code == heif_error_Unsupported_feature))
        err_set(err, ERR_FORMAT, "This kind of picture cannot be shown here.");
    else if (!pixels)
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
    return pixels;
}

const struct decoder decoder_heif = {heif_probe, heif_open, heif_read, heif_close, false};

#else

void heif_prepare(void)
{
}

static bool heif_probe(const struct input *input)
{
    (void)input;
    return false;
}

const struct decoder decoder_heif = {heif_probe, NULL, NULL, NULL, false};
#endif
