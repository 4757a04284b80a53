#include "client/ui/text_tone.h"

#include <math.h>
#include <stdbool.h>

#define GAMMA 1.4f
#define CONTRAST 0.4f

int text_tone_of(struct color color)
{
    const float light =
        (0.2126f * color.r + 0.7152f * color.g + 0.0722f * color.b) / 255.0f; /* Rec. 709 */
    return (int)(light * (TEXT_TONES - 1) + 0.5f);
}

static uint8_t bend(float text, float coverage)
{
    const float ground = 1 - text;
    const float text_light = powf(text, GAMMA), ground_light = powf(ground, GAMMA);
    const float raised = coverage + (1 - coverage) * coverage * CONTRAST * ground_light;
    float shown = raised;
    if (fabsf(text - ground) > 1.0f / 256) { /* else there is nothing to blend */
        const float light = text_light * raised + ground_light * (1 - raised);
        shown = (powf(light, 1 / GAMMA) - ground) / (text - ground);
    }
    shown = shown < 0 ? 0 : shown > 1 ? 1 : shown;
    return (uint8_t)(shown * 255 + 0.5f);
}

void text_tone_apply(int tone, uint8_t *rgba, size_t pixels)
{
    static uint8_t tables[TEXT_TONES][256]; /* UI thread */
    static bool made[TEXT_TONES];
    for (int i = 0; !made[tone] && i < 256; i++)
        tables[tone][i] = bend((float)tone / (TEXT_TONES - 1), (float)i / 255);
    made[tone] = true;
    for (size_t i = 0; i < pixels; i++)
        rgba[4 * i + 3] = tables[tone][rgba[4 * i + 3]];
}
