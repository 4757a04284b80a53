/* fake_media.c: stands in for confab-media: plays a file that it makes up, and misbehaves on wish. What it does stands in the file that it is
 * asked to play (its first 64 bytes, one word and numbers), so that a test says it without an environment:
 *   sound MS           a sound of that length: each sample is its own time, in seconds
 *   film MS FPS        with pictures, the first two bytes of which are their number
 *   silent MS FPS      without sound
 *   late MS FPS        its first picture is that of second 6
 *   long MS            a sound that reads its file to the end before it begins
 *   greedy MS          a sound that asks for the end of its file again and again, and waits for nothing
 *   crash MS, hang MS, lie MS, future MS, giant MS, giantsound MS, nan MS, loud MS, garbage MS, early MS, error MS: a sound or film that goes
 *   wrong after 100 ms of it
 * and `voice` answers with as many bytes as it got samples, in pieces. `look` and `smaller` answer with what the file holds behind its first line,
 * which says how it ends: "crash" or a number; and where the words that it was started with are added, if a path follows. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/wire/msg_json.h"

#define RATE 48000
#define PIECE 480 /* frames in one message: 10 ms */
#define SLEEP_S 1000

static struct buf in, out;
static char word[16];
static int all_ms, fps;
static uint64_t file_size;
static int at_ms, picture, box_width, box_height, percent = 100;
static uint32_t serial;
static bool ended;

static void put(const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t done = write(1, at, size);
        if (done <= 0)
            _exit(3);
        at += done;
        size -= (size_t)done;
    }
}

static void say(const struct msg *msg)
{
    buf_clear(&out);
    if (!msg_encode(msg, &out))
        abort();
    put(out.data + out.start, out.size);
}

static bool is(const char *name)
{
    return strcmp(word, name) == 0;
}

/* One message from the client; blocks if `wait`. False: nothing is there. */
static bool take(struct msg *msg, bool wait)
{
    for (;;) {
        struct frame frame;
        struct bytes bytes = buf_peek(&in);
        long used = frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL);
        if (used < 0)
            _exit(4);
        if (used > 0) {
            *msg = (struct msg){0};
            if (!msg_decode(msg, &frame, NULL))
                _exit(5);
            if (msg->payload.size > 0 && word[0] == '\0')
                sscanf((const char *)msg->payload.data, "%15s %d %d", word, &all_ms, &fps);
            buf_consume(&in, (size_t)used);
            return true;
        }
        struct pollfd ready = {.fd = 0, .events = POLLIN};
        if (!wait && poll(&ready, 1, 0) <= 0)
            return false;
        ssize_t got = read(0, buf_reserve(&in, 65536), 65536);
        if (got <= 0)
            _exit(0);
        buf_commit(&in, (size_t)got);
    }
}

static void obey(const struct msg *msg)
{
    if (msg->type == MSG_SEEK) {
        at_ms = (int)msg->time;
        serial = msg->serial;
        picture = fps > 0 ? (at_ms * fps + 999) / 1000 : 0;
        ended = false;
    } else if (msg->type == MSG_SHOW) {
        box_width = (int)msg->width;
        box_height = (int)msg->height;
    } else if (msg->type == MSG_SPEED) {
        percent = (int)msg->percent;
    }
}

static void need(uint64_t offset, uint64_t size)
{
    struct msg msg = {.type = MSG_NEED, .offset = offset, .size = size};
    say(&msg);
    do {
        if (!take(&msg, true))
            _exit(6);
        obey(&msg);
    } while (msg.type != MSG_DATA);
    msg_destroy(&msg);
}

static void say_sound(void)
{
    static float samples[PIECE * 2];
    for (int i = 0; i < PIECE; i++) {
        float value = (float)(at_ms + (double)i * percent / 100 * 1000 / RATE) / 1000.0f;
        if (is("nan"))
            value = NAN;
        if (is("loud"))
            value = i % 2 ? -INFINITY : 1e30f;
        samples[2 * i] = samples[2 * i + 1] = value;
    }
    struct msg msg = {.type = MSG_SOUND,
                      .time = at_ms,
                      .serial = is("future") && at_ms >= 100 ? serial + 1 : serial,
                      .payload = {(const uint8_t *)samples, sizeof samples}};
    if (is("lie") && at_ms >= 100)
        msg.payload.size -= 3;
    say(&msg);
}

static void say_picture(void)
{
    uint32_t width = (uint32_t)box_width, height = (uint32_t)box_height;
    if (is("giant") && at_ms >= 100)
        width = height = 4000;
    const size_t size = (size_t)width * height * 4;
    uint8_t *pixels = mem_alloc(size, 1);
    pixels[0] = (uint8_t)picture;
    pixels[1] = (uint8_t)(picture >> 8);
    for (size_t at = 0; at < size; at += FRAME_PAYLOAD_MAX / 2) {
        const size_t left = size - at;
        struct msg msg = {
            .type = MSG_PIXELS,
            .width = width,
            .height = height,
            .offset = at,
            .time = picture * 1000 / fps,
            .serial = serial,
            .payload = {pixels + at, left < FRAME_PAYLOAD_MAX / 2 ? left : FRAME_PAYLOAD_MAX / 2}};
        say(&msg);
    }
    mem_free(pixels);
    picture++;
}

static void go_wrong(void)
{
    if (is("crash"))
        abort();
    if (is("early"))
        _exit(0);
    if (is("hang"))
        sleep(SLEEP_S);
    if (is("garbage")) {
        char bytes[4096];
        memset(bytes, 0xee, sizeof bytes);
        put(bytes, sizeof bytes);
        sleep(SLEEP_S);
    }
    if (is("error")) {
        struct msg msg = {.type = MSG_ERROR};
        msg_set(&msg.code, "bad-message");
        msg_set(&msg.text, "It is broken in the middle.");
        say(&msg);
        _exit(1);
    }
}

static _Noreturn void play(char **argv)
{
    file_size = strtoull(argv[2], NULL, 10);
    at_ms = atoi(argv[3]);
    percent = atoi(argv[4]);
    box_width = atoi(argv[5]);
    box_height = atoi(argv[6]);
    need(0, 64);
    const bool film = is("film") || is("silent") || is("giant") || is("late");
    if (is("long"))
        for (uint64_t at = 0; at < file_size; at += 65536)
            need(at, 65536);
    while (is("greedy")) {
        struct msg again = {.type = MSG_NEED, .offset = file_size - 1 - serial++ % 2, .size = 1};
        say(&again);
    }
    struct msg facts = {.type = MSG_FACTS,
                        .kind = film ? "video" : "audio",
                        .width = film ? 640 : 0,
                        .height = film ? 360 : 0,
                        .duration = all_ms,
                        .silent = is("silent")};
    say(&facts);
    if (fps > 0)
        picture = (at_ms * fps + 999) / 1000;
    for (;;) {
        struct msg msg;
        while (take(&msg, ended)) {
            obey(&msg);
            msg_destroy(&msg);
        }
        if (ended)
            continue;
        if (at_ms >= all_ms) {
            struct msg over = {.type = MSG_ENDED, .serial = serial};
            say(&over);
            ended = true;
            continue;
        }
        if (at_ms >= 100)
            go_wrong();
        while (film && box_width > 0 && picture * 1000 / fps <= at_ms) {
            if (is("late") && picture < 6 * fps)
                picture++;
            else
                say_picture();
        }
        if (!is("silent"))
            say_sound();
        at_ms += 10 * percent / 100;
    }
}

/* As many bytes as there were samples. */
static int voice(void)
{
    static float samples[65536];
    static uint8_t bytes[65536];
    uint64_t written = 0;
    ssize_t got;
    memset(bytes, 'v', sizeof bytes);
    while ((got = read(0, samples, sizeof samples)) > 0) {
        struct msg msg = {
            .type = MSG_RESULT, .offset = written, .payload = {bytes, (size_t)got / sizeof(float)}};
        written += msg.payload.size;
        say(&msg);
    }
    return 0;
}

/* What stands in the file, word for word. */
static int recite(int argc, char **argv)
{
    char end[16], path[1000] = "";
    ssize_t got;
    while ((got = read(0, buf_reserve(&in, 65536), 65536)) > 0)
        buf_commit(&in, (size_t)got);
    const struct bytes all = buf_peek(&in);
    const uint8_t *line_end = memchr(all.data, '\n', all.size);
    if (!line_end || sscanf((const char *)all.data, "%15s%*[ ]%999[^\n]", end, path) < 1)
        return 7;
    if (path[0] != '\0') {
        FILE *words = fopen(path, "ab");
        if (!words)
            return 8;
        for (int i = 1; i < argc; i++)
            fprintf(words, "%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
        fclose(words);
    }
    put(line_end + 1, all.size - (size_t)(line_end + 1 - all.data));
    if (strcmp(end, "crash") == 0)
        abort();
    return atoi(end);
}

int main(int argc, char **argv)
{
    buf_init(&in, FRAME_SIZE_MAX);
    buf_init(&out, FRAME_SIZE_MAX);
    if (argc == 7 && strcmp(argv[1], "play") == 0)
        play(argv);
    if (argc > 1 && (strcmp(argv[1], "look") == 0 || strcmp(argv[1], "smaller") == 0))
        return recite(argc, argv);
    return argc == 2 && strcmp(argv[1], "voice") == 0 ? voice() : 2;
}
