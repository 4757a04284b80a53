/* Pictures of which FFmpeg knows the decoder, but has no form to open: TGA, which has no mark at its beginning, PAM, and SVG, which is drawn. The whole
 * file is one packet. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/decoders_av.h"
#include "client/media/helper/av/drawing.h"
#include "client/media/helper/av/still.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/thread.h"

#define TGA_HEAD_SIZE 18
#define TGA_FOOTER_SIZE 26
#define TGA_RUN 8u /* in the kind: packed */
#define SVG_BYTES_MAX (16 << 20)
#define SVG_LOOK_SIZE 4096 /* the root element comes within so many bytes */
#define SVG_SECONDS 3 /* of processor time for a drawing: a few lines can ask for endless work */
#define SVG_LOOK_MS 100
#define SVG_SIDE 2048 /* px: of a drawing that names a size beyond reason, or none */

struct packet {
    const char *decoder;
    uint8_t *bytes;
    size_t size;
    int width, height;
};

static void packet_close(void *state)
{
    struct packet *packet = state;
    mem_free(packet->bytes);
    mem_free(packet);
}

/* A frame of it, w x h for what can be drawn at any size (0: its own); NULL if that fails. */
static AVFrame *decode(const struct packet *packet, int w, int h)
{
    const AVCodec *decoder = avcodec_find_decoder_by_name(packet->decoder);
    AVCodecContext *codec = decoder ? avcodec_alloc_context3(decoder) : NULL;
    AVPacket *data = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    if (!data || !frame)
        die("Out of memory while decoding.");
    bool ok = false;
    if (codec && av_new_packet(data, (int)packet->size) >= 0) {
        memcpy(data->data, packet->bytes, packet->size);
        codec->max_pixels = PICTURE_PIXELS_MAX;
        codec->thread_count = 1;
        if (w > 0) {
            av_opt_set_int(codec->priv_data, "width", w, 0);
            av_opt_set_int(codec->priv_data, "height", h, 0);
            av_opt_set_int(codec->priv_data, "keep_ar", 0, 0);
        }
        ok = avcodec_open2(codec, decoder, NULL) >= 0 && avcodec_send_packet(codec, data) >= 0 &&
             (avcodec_receive_frame(codec, frame) >= 0 ||
              (avcodec_send_packet(codec, NULL) >= 0 && avcodec_receive_frame(codec, frame) >= 0));
    }
    av_packet_free(&data);
    avcodec_free_context(&codec);
    if (!ok)
        av_frame_free(&frame);
    return frame;
}

static struct packet *load(struct input *input, const char *decoder, struct err *err)
{
    struct packet *packet = mem_alloc(1, sizeof *packet);
    packet->decoder = decoder;
    packet->bytes = input_load(input, &packet->size, err);
    if (packet->bytes)
        return packet;
    packet_close(packet);
    return NULL;
}

/* A plausible head: its numbers fit together, and a picture that is not packed is all there. */
static bool tga_head_is_plausible(const struct input *input)
{
    const uint8_t *head = input->head;
    if (input->head_size < TGA_HEAD_SIZE)
        return false;
    const unsigned map = head[1], kind = head[2] & ~TGA_RUN, bits = head[16];
    const uint64_t width = input_le16(head + 12), height = input_le16(head + 14);
    const uint64_t map_bytes = (uint64_t)input_le16(head + 5) * ((head[7] + 7u) / 8);
    const bool mapped = kind == 1;
    if (width < 1 || height < 1 || kind < 1 || kind > 3 || (head[2] & ~(TGA_RUN | 3u)) != 0 ||
        map != (mapped ? 1 : 0) || head[17] & 0xc0)
        return false;
    if (mapped ? bits != 8 || head[7] < 15 || head[7] > 32 || map_bytes == 0
               : head[3] || head[4] || head[5] || head[6])
        return false;
    if (kind == 2 ? bits != 15 && bits != 16 && bits != 24 && bits != 32 : bits != 8 && bits != 16)
        return false;
    const uint64_t data = width * height * ((bits + 7) / 8);
    const uint64_t least = TGA_HEAD_SIZE + head[0] + map_bytes;
    /* packed, a byte says at most 128 pixels */
    return input->size >= least + (head[2] & TGA_RUN ? width * height / 128 : data);
}

static bool tga_probe(const struct input *input)
{
    struct input copy = *input;
    char footer[TGA_FOOTER_SIZE];
    copy.at = input->size - TGA_FOOTER_SIZE;
    if (input->size > TGA_HEAD_SIZE + TGA_FOOTER_SIZE &&
        input_read(&copy, footer, sizeof footer) == sizeof footer &&
        memcmp(footer + 8, "TRUEVISION-XFILE.", 18) == 0)
        return true;
    return tga_head_is_plausible(input);
}

static void *tga_open(struct input *input, struct picture *picture, struct err *err)
{
    struct packet *packet = NULL;
    picture->width = (int)input_le16(input->head + 12);
    picture->height = (int)input_le16(input->head + 14);
    if (picture_check(picture->width, picture->height, err))
        packet = load(input, "targa", err);
    return packet;
}

static uint8_t *whole_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    *delay_ms = 0;
    AVFrame *frame = decode(state, 0, 0);
    if (!frame) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    uint8_t *pixels = still_scale(frame, place, err);
    av_frame_free(&frame);
    return pixels;
}

/* FFmpeg takes it for a form only if a number comes first. */
static bool pam_probe(const struct input *input)
{
    return input->head_size > 3 && memcmp(input->head, "P7\n", 3) == 0;
}

/* Read the number behind `name` in its head, a line each. */
static int64_t pam_number(const char *head, const char *name)
{
    const char *at = strstr(head, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void *pam_open(struct input *input, struct picture *picture, struct err *err)
{
    char head[INPUT_HEAD_SIZE + 1] = "";
    memcpy(head, input->head, input->head_size);
    const int64_t width = pam_number(head, "WIDTH "), height = pam_number(head, "HEIGHT ");
    if (!picture_check(width, height, err))
        return NULL;
    picture->width = (int)width;
    picture->height = (int)height;
    return load(input, "pam", err);
}

/* Who looks at the clock while another thread draws. */
struct drawing {
    struct mutex *mutex;
    struct cond *cond;
    clock_t until;
    bool done;
};

static void give_up(void)
{
    struct err err = {0};
    err_set(&err, ERR_LIMIT,
            "The file cannot be shown: it is damaged, or too much for this computer.");
    answer_facts(&(struct facts){.kind = "file"});
    answer_error(&err);
    _Exit(0);
}

static void watch(void *arg)
{
    struct drawing *drawing = arg;
    mutex_lock(drawing->mutex);
    while (!drawing->done) {
        if (clock() > drawing->until)
            give_up(); /* locked: nobody else says anything */
        (void)cond_wait(drawing->cond, drawing->mutex, SVG_LOOK_MS);
    }
    mutex_unlock(drawing->mutex);
}

/* As decode(), but this process ends with an answer when it takes too long. */
static AVFrame *draw(const struct packet *packet, int w, int h)
{
    struct drawing drawing = {.mutex = mutex_create(),
                              .cond = cond_create(),
                              .until = clock() + (clock_t)SVG_SECONDS * CLOCKS_PER_SEC};
    struct thread *watcher = thread_start(watch, &drawing, NULL);
    AVFrame *frame = drawing_draw(packet->bytes, packet->size, w, h);
    if (!frame)
        frame = decode(packet, w, h);
    mutex_lock(drawing.mutex);
    drawing.done = true;
    cond_signal(drawing.cond);
    mutex_unlock(drawing.mutex);
    thread_join(watcher);
    cond_destroy(drawing.cond);
    mutex_destroy(drawing.mutex);
    return frame;
}

void svg_draw_once(char *page)
{
    const struct packet packet = {
        .decoder = "librsvg", .bytes = (uint8_t *)page, .size = strlen(page)};
    AVFrame *frame = decode(&packet, 0, 0);
    av_frame_free(&frame);
}

static bool svg_probe(const struct input *input)
{
    char text[SVG_LOOK_SIZE + 1];
    struct input copy = *input;
    copy.at = 0;
    size_t size = input_read(&copy, text, SVG_LOOK_SIZE), at = 0;
    text[size] = '\0';
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    at += strspn(text + at, " \t\r\n");
    return text[at] == '<' && strstr(text + at, "<svg") != NULL;
}

static void *svg_open(struct input *input, struct picture *picture, struct err *err)
{
    if (input->size > SVG_BYTES_MAX) {
        err_set(err, ERR_LIMIT, "The file is too large to be shown.");
        return NULL;
    }
    struct packet *packet = load(input, "librsvg", err);
    if (!packet)
        return NULL;
    AVFrame *frame = draw(packet, 0, 0);
    if (!frame)
        frame = draw(packet, SVG_SIDE, SVG_SIDE);
    const bool ok = frame && picture_check(frame->width, frame->height, err);
    if (ok) {
        picture->width = packet->width = frame->width;
        picture->height = packet->height = frame->height;
        picture->scalable = true;
    } else if (!frame) {
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
    }
    av_frame_free(&frame);
    if (ok)
        return packet;
    packet_close(packet);
    return NULL;
}

/* FFmpeg passes on what cairo has drawn: colours that were multiplied with alpha. If one is larger than its alpha, they were not. */
static void divide_by_alpha(AVFrame *frame)
{
    for (int pass = 0; pass < 2; pass++)
        for (int y = 0; y < frame->height; y++) {
            uint8_t *p = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
            for (int x = 0; x < frame->width; x++, p += 4) {
                uint32_t pixel;
                memcpy(&pixel, p, 4); /* AV_PIX_FMT_RGB32: alpha is the highest byte */
                const uint32_t alpha = pixel >> 24;
                const uint32_t c[3] = {pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255};
                if (pass == 0 && (c[0] > alpha || c[1] > alpha || c[2] > alpha))
                    return;
                if (pass == 0 || alpha == 0 || alpha == 255)
                    continue;
                pixel = alpha << 24 | (255 * c[0] + alpha / 2) / alpha << 16 |
                        (255 * c[1] + alpha / 2) / alpha << 8 | (255 * c[2] + alpha / 2) / alpha;
                memcpy(p, &pixel, 4);
            }
        }
}

/* Drawn so large that the part that is wanted has the size that is wanted. */
static uint8_t *svg_read(void *state, const struct place *place, int *delay_ms, struct err *err)
{
    const struct packet *packet = state;
    const struct rect4 from = place->crop;
    *delay_ms = 0;
    const int64_t width = ((int64_t)packet->width * place->width + from.w - 1) / from.w;
    const int64_t height = ((int64_t)packet->height * place->height + from.h - 1) / from.h;
    AVFrame *frame = draw(packet, (int)width, (int)height);
    if (!frame || frame->width != width || frame->height != height) {
        av_frame_free(&frame);
        err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        return NULL;
    }
    const struct place drawn = {
        {(int)(from.x * width / packet->width), (int)(from.y * height / packet->height),
         (int)(from.w * width / packet->width), (int)(from.h * height / packet->height)},
        place->width,
        place->height};
    if (frame->format == AV_PIX_FMT_RGB32 && av_frame_make_writable(frame) >= 0)
        divide_by_alpha(frame);
    uint8_t *pixels = still_scale(frame, &drawn, err);
    av_frame_free(&frame);
    return pixels;
}

const struct decoder decoder_tga = {tga_probe, tga_open, whole_read, packet_close, false};
const struct decoder decoder_pam = {pam_probe, pam_open, whole_read, packet_close, false};
const struct decoder decoder_svg = {svg_probe, svg_open, svg_read, packet_close, false};
