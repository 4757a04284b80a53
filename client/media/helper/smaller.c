#include "client/media/helper/smaller.h"

#include "client/media/helper/answer.h"
#include "client/media/helper/decoders.h"
#include "client/media/helper/jpeg_out.h"
#include "client/media/helper/run.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define QUALITY_MAX 100

bool smaller_parse(char **words, int *side, int *quality)
{
    uint64_t a, b;
    if (!words[0] || !str_to_u64(words[0], PREVIEW_SIDE_MAX, &a) || a < 1 || !words[1] ||
        !str_to_u64(words[1], QUALITY_MAX, &b) || b < 1 || words[2])
        return false;
    *side = (int)a;
    *quality = (int)b;
    return true;
}

void smaller_picture(const struct decoder *decoder, struct input *input, int side, int quality)
{
    struct view view;
    struct err err = {0};
    uint8_t *pixels = NULL, *jpeg = NULL;
    size_t size = 0;
    if (view_open(&view, decoder, input, &err)) {
        int delay_ms;
        view_aim(&view, (struct rect4){0}, side, side);
        pixels = view_read(&view, &delay_ms, &err);
        view_close(&view);
    }
    if (pixels)
        jpeg = jpeg_out(pixels, view.out_width, view.out_height, quality, &size);
    if (jpeg) {
        answer_facts(
            &(struct facts){.kind = "image", .width = view.out_width, .height = view.out_height});
        answer_result(jpeg, size, 0);
    } else {
        if (err.kind == ERR_NONE)
            err_set(&err, ERR_FORMAT, "The picture is damaged and cannot be made smaller.");
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
    }
    mem_free(pixels);
    mem_free(jpeg);
}

int smaller_run(int argc, char **argv, os_file file)
{
    int side, quality;
    struct input input;
    struct err err = {0};
    if (argc < 3 || !smaller_parse(argv + 1, &side, &quality))
        return RUN_USAGE;
    if (!input_open(&input, file, &err)) {
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
        return 0;
    }
    const struct decoder *decoder = decoders_find(&input);
    if (!decoder)
        return RUN_PASS;
    smaller_picture(decoder, &input, side, quality);
    return 0;
}
