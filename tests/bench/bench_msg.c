/* bench_msg.c - how many messages a second are encoded and decoded, beside a plain copy of the same
 * bytes. Run it from a release build: build/release/tests/bench_msg [SECONDS] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"

struct work {
    struct msg msg;
    struct buf frame;
    struct buf out;
    uint8_t copy[FRAME_HEADER_MAX + FRAME_HEAD_SIZE];
};

static void encode(struct work *work)
{
    buf_clear(&work->out);
    if (!msg_encode(&work->msg, &work->out))
        exit(1);
}

static void decode(struct work *work)
{
    struct msg msg = {0};
    struct frame frame;
    if (frame_next(buf_peek(&work->frame).data, work->frame.size, FRAME_BODY_MAX, &frame, NULL) <=
        0)
        exit(1);
    if (!msg_decode(&msg, &frame, NULL))
        exit(1);
    msg_destroy(&msg);
}

static void copy(struct work *work)
{
    static volatile uint8_t seen; /* so that the copy is not optimised away */
    memcpy(work->copy, buf_peek(&work->frame).data, work->frame.size);
    seen = work->copy[work->frame.size / 2];
    (void)seen;
}

static double per_second(void (*act)(struct work *), struct work *work, int64_t ms)
{
    int64_t start = clock_now_ms(), now;
    double count = 0;
    do {
        for (int i = 0; i < 1000; i++)
            act(work);
        count += 1000;
        now = clock_now_ms();
    } while (now - start < ms);
    return count * 1000 / (double)(now - start);
}

static void run(const char *title, struct work *work, int64_t ms)
{
    double encodes, decodes, copies;
    buf_init(&work->frame, FRAME_SIZE_MAX);
    buf_init(&work->out, FRAME_SIZE_MAX);
    if (!msg_encode(&work->msg, &work->frame))
        exit(1);
    encodes = per_second(encode, work, ms);
    decodes = per_second(decode, work, ms);
    copies = per_second(copy, work, ms);
    printf(
        "%-22s %6zu bytes  encode %9.0f/s  decode %9.0f/s  memcpy %11.0f/s  ratio %.0f and %.0f\n",
        title, work->frame.size, encodes, decodes, copies, copies / encodes, copies / decodes);
    buf_finish(&work->frame);
    buf_finish(&work->out);
    msg_destroy(&work->msg);
}

static struct msg said(const char *text)
{
    struct msg msg = {.type = MSG_SAID, .seq = 123456, .time = INT64_C(1769856067123)};
    msg_set(&msg.room, "lobby");
    msg_set(&msg.from, "0123456789abcdef");
    msg_set(&msg.id, "8f14e45fceea167a");
    msg_set(&msg.name, "Ann");
    msg_set(&msg.text, text);
    return msg;
}

int main(int argc, char **argv)
{
    static struct work work;
    static char longest[TEXT_MAX + 1];
    int64_t ms = argc > 1 ? (int64_t)(atof(argv[1]) * 1000) : 1000;

    work.msg = said("hello, is anybody there?");
    run("said, 24 letters", &work, ms);

    work.msg = said("hello");
    msg_set(&work.msg.extra, "{\"mood\":\"sunny\",\"tags\":[1,2,3]}");
    run("said, unknown fields", &work, ms);

    memset(longest, 'x', TEXT_MAX);
    work.msg = said(longest);
    run("said, 16 KiB", &work, ms);

    work.msg = (struct msg){.type = MSG_CHUNK, .offset = UINT64_C(5368709120)};
    msg_set(&work.msg.file, "0123456789abcdef");
    run("chunk, header alone", &work, ms);

    work.msg = (struct msg){.type = MSG_ROOM, .seq = 9, .first = 1, .member_count = MEMBERS_MAX};
    msg_set(&work.msg.room, "lobby");
    work.msg.members = mem_alloc(MEMBERS_MAX, sizeof *work.msg.members);
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        work.msg.members[i] =
            (struct msg_member){mem_string("0123456789abcdef"), mem_string("Ann Lee"), true, 7};
    run("room, 256 members", &work, ms);
    return 0;
}
