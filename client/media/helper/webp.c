/* WebP by libwebp, which shrinks while it decodes; what moves by libwebpdemux. */
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "client/media/helper/decoders.h"
#include "protocol/base/mem.h"

struct webp {
    uint8_t *bytes;
    size_t size;
    int width, height;
    bool alpha;
    WebPAnimDecoder *moving; /* NULL: it stands still */
    int time_ms;             /* when the frame before ended */
};

static bool webp_probe(const struct input *input)
{
    return input->head_size >= 16 && memcmp(input->head, "RIFF", 4) == 0 &&
           memcmp(input->head + 8, "WEBPVP8", 7) == 0;
}

static void webp_close(void *state)
{
    struct webp *webp = state;
    WebPAnimDecoderDelete(webp->moving);
    mem_free(webp->bytes);
    mem_free(webp);
}

static bool get_chunk(const WebPDemuxer *demuxer, const char *name, struct WebPData *out)
{
    WebPChunkIterator at;
    bool found = WebPDemuxGetChunk(demuxer, name, 1, &at);
    if (found)
        *out = at.chunk; /* lies in our bytes */
    WebPDemuxReleaseChunkIterator(&at);
    return found;
}

static void read_chunks(struct webp *webp, struct picture *picture)
{
    WebPData data = {webp->bytes, webp->size}, chunk;
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    if (!demuxer)
        return;
    if (get_chunk(demuxer, "EXIF", &chunk))
        exif_read(chunk.bytes, chunk.size, &picture->exif);
    if (get_chunk(demuxer, "ICCP", &chunk))
        colour_set_profile(&picture->colour, chunk.bytes, chunk.size);
    picture->moves = WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG &&
                     WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT) > 1;
    WebPDemuxDelete(demuxer);
}

static void *webp_open(struct input *input, struct picture *picture, struct err *err)
{
    struct webp *webp = mem_alloc(1, sizeof *webp);
    WebPBitstreamFeatures features = {0};
    webp->bytes = input_load(input, &webp->size, err);
    if (!webp->bytes)
        goto fail;
    if (WebPGetFeatures(webp->bytes, webp->size, &features) != VP8_STATUS_OK) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        goto fail;
    }
    if (!picture_check(features.width, features.height, err))
        goto fail;
    webp->width = picture->width = features.width;
    webp->height = picture->height = features.height;
    webp->alpha = features.has_alpha;
    read_chunks(webp, picture);
    if (features.has_animation) {
        const WebPData data = {webp->bytes, webp->size};
        WebPAnimDecoderOptions options;
        WebPAnimDecoderOptionsInit(&options);
        webp->moving = WebPAnimDecoderNew(&data, &options);
        if (!webp->moving) {
            err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
            goto fail;
        }
    }
    return webp;
fail:
    webp_close(webp);
    return NULL;
}

static uint8_t *read_still(struct webp *webp, const struct place *place, struct err *err)
{
    WebPDecoderConfig config;
    WebPInitDecoderConfig(&config);
    config.options.use_cropping = 1;
    config.options.crop_left = place->crop.x;
    config.options.crop_top = place->crop.y;
    config.options.crop_width = place->crop.w;
    config.options.crop_height = place->crop.h;
    config.options.use_scaling = 1;
    config.options.scaled_width = place->width;
    config.options.scaled_height = place->height;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.stride = 4 * place->width;
    config.output.u.RGBA.size = 4 * (size_t)place->width * (size_t)place->height;
    uint8_t *pixels = config.output.u.RGBA.rgba = mem_alloc(config.output.u.RGBA.size, 1);
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    VP8StatusCode code =
        decoder ? WebPIUpdate(decoder, webp->bytes, webp->size) : VP8_STATUS_OUT_OF_MEMORY;
    int last = 0;
    bool some = decoder && WebPIDecGetRGB(decoder, &last, NULL, NULL, NULL) && last > 0;
    WebPIDelete(decoder);
    if (code == VP8_STATUS_OK || some) /* cut off: as far as it goes */
        return pixels;
    mem_free(pixels);
    err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
    return NULL;
}

static uint8_t *webp_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    struct webp *webp = state;
    if (!webp->moving)
        return read_still(webp, place, err);
    uint8_t *canvas;
    int time_ms;
    if (!WebPAnimDecoderHasMoreFrames(webp->moving) ||
        !WebPAnimDecoderGetNext(webp->moving, &canvas, &time_ms))
        return NULL;
    *delay_ms = (int)((unsigned)time_ms - (unsigned)webp->time_ms); /* libwebp's sum may wrap */
    webp->time_ms = time_ms;
    return shrink_pixels(canvas, webp->width, place->crop, place->width, place->height, true);
}

const struct decoder decoder_webp = {webp_probe, webp_open, webp_read, webp_close, true};
