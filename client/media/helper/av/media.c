#include "client/media/helper/av/media.h"

#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/poster.h"
#include "client/media/helper/av/screen.h"
#include "client/media/helper/av/source.h"
#include "client/media/helper/av/tune.h"
#include "client/media/helper/av/wave.h"
#include "client/media/helper/picture.h"
#include "client/media/helper/shrink.h"
#include "protocol/base/err.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"

#define TITLE_MAX 256       /* bytes, with NUL */
#define SCAN_MOST_US 800000 /* to find out how long a film is that does not say so */

/* --- what it calls itself --- */

/* Tags of a file, else of its first stream that has any: Ogg keeps them there. Old ones are in the letters of western Europe. */
static bool find_tag(const AVFormatContext *format, const char *key, char out[TITLE_MAX])
{
    const AVDictionaryEntry *tag = av_dict_get(format->metadata, key, NULL, 0);
    for (unsigned i = 0; i < format->nb_streams && !tag; i++)
        tag = av_dict_get(format->streams[i]->metadata, key, NULL, 0);
    if (!tag || !tag->value[0])
        return false;
    char utf8[TITLE_MAX];
    size_t at = 0;
    if (utf8_valid(tag->value, strlen(tag->value))) {
        str_copy(utf8, sizeof utf8, tag->value);
    } else {
        for (const char *p = tag->value; *p && at + 4 < TITLE_MAX; p++)
            at += utf8_encode((uint8_t)*p, utf8 + at);
        utf8[at] = '\0';
    }
    utf8_show(utf8, false, out, TITLE_MAX);
    return out[0] != '\0';
}

static const char *title_of(const AVFormatContext *format, char out[2 * TITLE_MAX])
{
    char title[TITLE_MAX], artist[TITLE_MAX];
    if (!find_tag(format, "title", title))
        return NULL;
    if (find_tag(format, "artist", artist))
        str_format(out, 2 * TITLE_MAX, "%s \xE2\x80\x93 %s", artist, title);
    else
        str_copy(out, 2 * TITLE_MAX, title);
    return out;
}

static bool is_located(const AVFormatContext *format)
{
    return av_dict_get(format->metadata, "location", NULL, 0) ||
           av_dict_get(format->metadata, "com.apple.quicktime.location.ISO6709", NULL, 0);
}

/* --- pictures of it --- */

/* A box for what is shown and, if a tiny one is to be made of it too, for that: a picture is taken once. */
static struct screen screen_for(const struct ask *ask)
{
    const int least = ask->tiny ? TINY_SIDE : 0;
    return (struct screen){.box_width = ask->box_width > least ? ask->box_width : least,
                           .box_height = ask->box_height > least ? ask->box_height : least,
                           .rgba = true};
}

static bool wants_picture(const struct ask *ask)
{
    return ask->tiny || (ask->box_width > 0 && ask->box_height > 0);
}

static void answer_screen(const struct screen *screen, const struct ask *ask)
{
    if (ask->tiny)
        look_answer_tiny(screen->pixels, screen->width, screen->height);
    if (ask->box_width < 1 || ask->box_height < 1)
        return;
    int w, h;
    picture_fit(screen->width, screen->height, ask->box_width, ask->box_height, &w, &h);
    if (w == screen->width && h == screen->height) {
        answer_pixels(screen->pixels, w, h, 0, 0);
        return;
    }
    const struct rect4 all = {0, 0, screen->width, screen->height};
    uint8_t *fitting = shrink_pixels(screen->pixels, screen->width, all, w, h, true);
    answer_pixels(fitting, w, h, 0, 0);
    mem_free(fitting);
}

/* Films of browsers do not say how long they are: the last packet does. */
static int64_t scan_duration_ms(AVFormatContext *format)
{
    const int64_t until_us = clock_now_us() + SCAN_MOST_US;
    int64_t first_us = INT64_MAX, last_us = 0;
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        die("Out of memory while reading.");
    while (clock_now_us() < until_us && av_read_frame(format, packet) >= 0) {
        const AVRational base = format->streams[packet->stream_index]->time_base;
        if (packet->pts != AV_NOPTS_VALUE) {
            const int64_t at_us = source_us(packet->pts, base);
            const int64_t end_us = at_us + source_us(packet->duration, base);
            first_us = at_us < first_us ? at_us : first_us;
            last_us = end_us > last_us ? end_us : last_us;
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    av_seek_frame(format, -1, first_us == INT64_MAX ? 0 : first_us, AVSEEK_FLAG_BACKWARD);
    return first_us < last_us && (last_us - first_us) / 1000 < DURATION_MAX_MS
               ? (last_us - first_us) / 1000
               : 0;
}

static void answer_film(AVFormatContext *format, int index, const struct ask *ask)
{
    char title[2 * TITLE_MAX];
    struct facts facts = {.kind = "video",
                          .duration_ms = source_duration_ms(format),
                          .title = title_of(format, title),
                          .located = is_located(format)};
    if (facts.duration_ms < 1)
        facts.duration_ms = scan_duration_ms(format);
    facts.silent = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0) < 0;
    struct screen screen = screen_for(ask);
    const bool seen = wants_picture(ask) && poster_paint(format, index, facts.duration_ms, &screen);
    screen_size(format->streams[index], &facts.width, &facts.height);
    answer_facts(&facts);
    if (seen)
        answer_screen(&screen, ask);
    screen_finish(&screen);
}

static int find_cover(const AVFormatContext *format)
{
    for (unsigned i = 0; i < format->nb_streams; i++)
        if (format->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC)
            return (int)i;
    return -1;
}

static void answer_sound(AVFormatContext *format, int index, const struct ask *ask)
{
    char title[2 * TITLE_MAX];
    uint8_t bars[WAVE_BARS];
    struct facts facts = {.kind = "audio",
                          .duration_ms = source_duration_ms(format),
                          .title = title_of(format, title)};
    const int cover = find_cover(format);
    struct screen screen = screen_for(ask);
    const bool seen =
        cover >= 0 && wants_picture(ask) && poster_paint_cover(format, cover, &screen);
    const bool heard = ask->wave && wave_of_stream(format, index, bars, &facts.duration_ms);
    answer_facts(&facts);
    if (heard)
        answer_wave(bars);
    if (seen)
        answer_screen(&screen, ask);
    screen_finish(&screen);
}

bool media_answer_tune(os_file input)
{
    uint8_t head[TUNE_HEAD_SIZE];
    size_t size = 0;
    if (!file_read_some(input, 0, head, sizeof head, &size, NULL) ||
        !(tune_is_midi(head, size) || tune_is_module(head, size)))
        return false;
    answer_facts(&(struct facts){.kind = "audio"});
    return true;
}

void media_answer(struct AVFormatContext *format, const struct ask *ask)
{
    const int film = source_film(format);
    const int sound = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, film, NULL, 0);
    if (film >= 0)
        answer_film(format, film, ask);
    else if (sound >= 0)
        answer_sound(format, sound, ask);
    else
        answer_facts(&(struct facts){.kind = "file"});
}
