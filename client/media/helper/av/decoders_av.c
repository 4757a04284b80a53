#include "client/media/helper/av/decoders_av.h"

static const struct decoder *const decoders[] = {
    &decoder_heif,
    &decoder_tiff,
    &decoder_svg,
    &decoder_pam,
};

const struct decoder *decoders_av_find(const struct input *input)
{
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++)
        if (decoders[i]->probe(input))
            return decoders[i];
    return NULL;
}

const struct decoder *decoders_av_guess(const struct input *input)
{
    return decoder_tga.probe(input) ? &decoder_tga : NULL;
}
