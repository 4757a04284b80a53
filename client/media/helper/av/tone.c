#include "client/media/helper/av/tone.h"

#include <math.h>

#include <libavutil/pixfmt.h>

#include "protocol/base/mem.h"

#define LEVELS 256
#define WHITE_NITS 203.0 /* ITU-R BT.2408: what paper is graded to */
#define PEAK_NITS 1000.0 /* brighter is as bright */
#define KNEE 0.6         /* of white: up to here as it is, above compressed into what is left */
#define STEPS 16384      /* of the way back to 8 bits */

/* Light relative to white, so 0 .. PEAK. */
static const float PEAK = (float)(PEAK_NITS / WHITE_NITS);

struct tone {
    float light[LEVELS];
    uint8_t back[STEPS + 1];
};

/* SMPTE ST 2084, EOTF */
static double pq_nits(double signal)
{
    const double m1 = 2610.0 / 16384, m2 = 2523.0 / 4096 * 128, c1 = 3424.0 / 4096,
                 c2 = 2413.0 / 4096 * 32, c3 = 2392.0 / 4096 * 32;
    const double p = pow(signal, 1 / m2);
    const double over = p > c1 ? p - c1 : 0;
    return 10000 * pow(over / (c2 - c3 * p), 1 / m1);
}

/* ITU-R BT.2100: inverse OETF of HLG, and its system gamma of 1.2 on each colour by itself */
static double hlg_nits(double signal)
{
    const double a = 0.17883277, b = 0.28466892, c = 0.55991073;
    const double scene = signal <= 0.5 ? signal * signal / 3 : (exp((signal - c) / a) + b) / 12;
    return PEAK_NITS * pow(scene, 1.2);
}

/* Below the knee nothing changes; from there a curve that begins as steep as the line and reaches white at the peak. */
static double compress(double light)
{
    const double left = 1 - KNEE, over = light - KNEE, most = (double)PEAK - KNEE;
    if (over <= 0)
        return light;
    const double c = 1 / (most / left - 1);
    return KNEE + left * (1 + c) * over / (over + c * most);
}

static double srgb(double light)
{
    return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055;
}

bool tone_is_high(int transfer)
{
    return transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67;
}

struct tone *tone_create(int transfer)
{
    struct tone *tone = mem_alloc(1, sizeof *tone);
    for (int i = 0; i < LEVELS; i++) {
        const double signal = (double)i / (LEVELS - 1);
        double nits = transfer == AVCOL_TRC_SMPTE2084 ? pq_nits(signal) : hlg_nits(signal);
        if (nits > PEAK_NITS)
            nits = PEAK_NITS;
        tone->light[i] = (float)(nits / WHITE_NITS);
    }
    for (int i = 0; i <= STEPS; i++) {
        const double light = compress((double)PEAK * i / STEPS);
        tone->back[i] = (uint8_t)lrint(255 * srgb(light > 1 ? 1 : light));
    }
    return tone;
}

void tone_destroy(struct tone *tone)
{
    mem_free(tone);
}

static uint8_t back(const struct tone *tone, float light)
{
    const float step = light * ((float)STEPS / PEAK);
    return tone->back[step <= 0 ? 0 : step >= STEPS ? STEPS : (int)step];
}

void tone_map(const struct tone *tone, uint8_t *pixels, size_t count, bool red_first)
{
    const size_t red = red_first ? 0 : 2, blue = 2 - red;
    for (uint8_t *p = pixels; p < pixels + 4 * count; p += 4) {
        const float r = tone->light[p[red]], g = tone->light[p[1]], b = tone->light[p[blue]];
        /* ITU-R BT.2087: the primaries of BT.2020 in those of BT.709 */
        p[red] = back(tone, 1.6605F * r - 0.5876F * g - 0.0728F * b);
        p[1] = back(tone, -0.1246F * r + 1.1329F * g - 0.0083F * b);
        p[blue] = back(tone, -0.0182F * r - 0.1006F * g + 1.1187F * b);
    }
}
