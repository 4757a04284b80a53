/* fuzz_media.c - any bytes as a file that confab-media looks into, by the same way as in the program but without its sandbox: what is
 * said of it are whole frames within the box that was asked for. What is at stake is our own code: the libraries below are not
 * built with the sanitizers, and the sandbox is for what they do. The first byte chooses what is asked. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libavutil/log.h>
#include <libavutil/mem.h>

#include "client/media/helper/av/look_av.h"
#include "client/media/helper/run.h"
#include "protocol/base/mem.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_json.h"

#define BOX 96
#define FFMPEG_BLOCK_MAX \
    (64 << 20) /* bytes that it may allocate at once: the program has an address space for that */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int input = -1, output = -1;

static void open_both(void)
{
    input = memfd_create("input", 0);
    output = memfd_create("output", 0);
    if (input < 0 || output < 0 || dup2(output, STDOUT_FILENO) < 0)
        abort();
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(FFMPEG_BLOCK_MAX);
}

static void check_one(const struct msg *msg, size_t *facts)
{
    assert(msg->type == MSG_FACTS || msg->type == MSG_PIXELS || msg->type == MSG_TINY ||
           msg->type == MSG_WAVE || msg->type == MSG_ERROR);
    *facts += msg->type == MSG_FACTS;
    if (msg->type == MSG_PIXELS) {
        assert(msg->width >= 1 && msg->width <= BOX && msg->height >= 1 && msg->height <= BOX);
        assert(msg->offset + msg->payload.size <= (uint64_t)4 * msg->width * msg->height);
    }
}

static void check_answer(void)
{
    const off_t size = lseek(output, 0, SEEK_END);
    uint8_t *bytes = mem_alloc((size_t)size, 1);
    size_t at = 0, facts = 0;
    if (pread(output, bytes, (size_t)size, 0) != size)
        abort();
    while (at < (size_t)size) {
        struct frame frame;
        struct msg msg = {0};
        struct err err = {0};
        long used = frame_next(bytes + at, (size_t)size - at, FRAME_HEADER_MAX + FRAME_PAYLOAD_MAX,
                               &frame, NULL);
        assert(used > 0);
        bool ok = msg_decode(&msg, &frame, &err);
        assert(ok);
        check_one(&msg, &facts);
        msg_destroy(&msg);
        at += (size_t)used;
    }
    assert(facts == 1);
    mem_free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const asks[4][7] = {
        {"look", "96", "96", "tiny", "wave", "frames", NULL},
        {"look", "96", "96", NULL},
        {"look", "0", "0", "tiny", NULL},
        {"look", "96", "96", "crop", "1", "2", NULL}, /* half a question */
    };
    char *argv[8] = {NULL};
    int argc = 0;
    if (size == 0)
        return 0;
    if (input < 0)
        open_both();
    if (ftruncate(input, 0) != 0 || ftruncate(output, 0) != 0 || lseek(output, 0, SEEK_SET) != 0 ||
        pwrite(input, data + 1, size - 1, 0) != (ssize_t)(size - 1))
        abort();
    for (const char *const *word = asks[data[0] % 4]; *word; word++)
        argv[argc++] = (char *)(uintptr_t)*word;
    int code = look_av_run(argc, argv, input);
    fflush(stdout);
    if (data[0] % 4 == 3) {
        assert(code == RUN_USAGE);
        return 0;
    }
    assert(code == 0);
    check_answer();
    return 0;
}
