#include "client/media/helper/decoders.h"

static const struct decoder *const decoders[] = {
    &decoder_jpeg, &decoder_png, &decoder_webp, &decoder_bmp, &decoder_pnm,
};

const struct decoder *decoders_find(const struct input *input)
{
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++)
        if (decoders[i]->probe(input))
            return decoders[i];
    return NULL;
}
