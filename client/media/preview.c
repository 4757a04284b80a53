#include "client/media/preview.h"

#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/spawn.h"
#include "protocol/wire/msg_json.h"

#define PREVIEW_READ_SIZE 65536
#define CANCEL_LOOK_MS 50 /* how long one that was cancelled may go on unseen */
#define LOOK_WORDS_MAX 16

static void preview_run(struct job *job);

static void preview_drop(struct mail *mail)
{
    preview_destroy((struct preview *)mail);
}

static struct preview *create(void (*open)(struct mail *mail, void *reader))
{
    struct preview *preview = mem_alloc(1, sizeof *preview);
    preview->job.mail.open = open;
    preview->job.mail.drop = preview_drop;
    preview->job.run = preview_run;
    str_copy(preview->kind, sizeof preview->kind, "file");
    return preview;
}

struct preview *preview_create(const char *path, void (*open)(struct mail *mail, void *reader))
{
    struct preview *preview = create(open);
    preview->path = mem_string(path);
    return preview;
}

struct preview *preview_create_bytes(const uint8_t *bytes, size_t size,
                                     void (*open)(struct mail *mail, void *reader))
{
    struct preview *preview = create(open);
    preview->bytes = mem_copy(bytes, size);
    preview->bytes_size = size;
    return preview;
}

void preview_destroy(struct preview *preview)
{
    if (!preview)
        return;
    mem_free(preview->path);
    mem_free(preview->helper);
    mem_free(preview->bytes);
    mem_free(preview->pixels);
    mem_free(preview->tiny);
    mem_free(preview->wave);
    mem_free(preview->title);
    mem_free(preview->sha256);
    for (size_t i = 0; i < preview->frame_count; i++)
        mem_free(preview->frames[i].pixels);
    mem_free(preview->frames);
    mem_free(preview);
}

bool preview_find_helper(char out[OS_PATH_MAX])
{
    static const char *const places[] = {"confab-media", "confab-media.exe",
                                         "../libexec/confab/confab-media"};
    char folder[OS_PATH_MAX];
    dirs_program(folder);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (path_join(out, folder, places[i]) && file_info(out).exists)
            return true;
    return false;
}

/* The bytes of a tiny preview, as a file that the helper can seek in; removed by close_input(). */
static os_file open_input(const struct preview *preview, char *path, struct err *err)
{
    path[0] = '\0';
    if (preview->path)
        return file_open(preview->path, FILE_READ, err);
    char folder[OS_PATH_MAX], name[64], id[33];
    dirs_temp(folder);
    random_hex(16, id);
    str_format(name, sizeof name, "confab-%s", id);
    if (!path_join(path, folder, name)) {
        err_set(err, ERR_LIMIT, "The name of the temporary folder is too long.");
        return OS_FILE_NONE;
    }
    os_file file = file_open(path, FILE_WRITE_NEW, err);
    if (file == OS_FILE_NONE)
        path[0] = '\0';
    else if (!file_write_at(file, 0, preview->bytes, preview->bytes_size, err)) {
        file_close(file);
        return OS_FILE_NONE;
    }
    return file;
}

static void close_input(os_file file, const char *temporary)
{
    file_close(file);
    if (temporary[0])
        file_remove(temporary, NULL);
}

static bool take_pixels(struct preview *preview, const struct msg *msg)
{
    const uint64_t width = msg->width, height = msg->height;
    if (width < 1 || height < 1 || width > (uint64_t)preview->box_width ||
        height > (uint64_t)preview->box_height)
        return false;
    const uint64_t size = 4 * width * height;
    if (!preview->pixels) {
        if (msg->offset != 0)
            return false;
        preview->pixels = mem_alloc(size, 1);
        preview->picture_width = (int)width;
        preview->picture_height = (int)height;
    }
    if ((uint64_t)preview->picture_width != width || (uint64_t)preview->picture_height != height ||
        msg->offset > size || msg->payload.size > size - msg->offset)
        return false;
    if (msg->offset != preview->pixels_got)
        return false;
    memcpy(preview->pixels + msg->offset, msg->payload.data, msg->payload.size);
    preview->pixels_got += msg->payload.size;
    return true;
}

/* One frame of the answer. The helper may have been taken over by what it decoded, so it is believed nothing beyond the limits. */
static bool take(struct preview *preview, const struct frame *frame)
{
    struct msg msg = {0};
    bool ok = msg_decode(&msg, frame, &preview->err);
    if (ok && msg.type == MSG_FACTS) {
        str_copy(preview->kind, sizeof preview->kind, msg.kind);
        preview->width = (int)msg.width;
        preview->height = (int)msg.height;
        preview->duration_ms = msg.duration;
        preview->located = msg.located;
        if (msg.text && !preview->title)
            preview->title = mem_string(msg.text);
        preview->ok = true;
    } else if (ok && msg.type == MSG_PIXELS) {
        ok = take_pixels(preview, &msg);
    } else if (ok && msg.type == MSG_TINY && preview->want_tiny && !preview->tiny) {
        preview->tiny = mem_copy(msg.payload.data, msg.payload.size);
        preview->tiny_size = msg.payload.size;
    } else if (ok && msg.type == MSG_WAVE && preview->want_wave && !preview->wave) {
        ok = msg.payload.size == WAVE_BARS;
        preview->wave = ok ? mem_copy(msg.payload.data, WAVE_BARS) : NULL;
    } else if (ok && msg.type == MSG_ERROR) {
        err_set(&preview->err, ERR_FORMAT, "%s", msg.text);
        preview->ok = false;
    }
    msg_destroy(&msg);
    return ok;
}

/* Everything that the child says until it ends, is cancelled, takes too long or breaks the form. */
static bool listen_to(struct preview *preview, struct spawn *child)
{
    const int64_t until_ms = clock_now_ms() + PREVIEW_WAIT_MS;
    struct buf in;
    buf_init(&in, FRAME_SIZE_MAX);
    bool ended = false, ok = true;
    while (ok && !ended) {
        const size_t size = PREVIEW_READ_SIZE < buf_free(&in) ? PREVIEW_READ_SIZE : buf_free(&in);
        uint8_t *room = buf_reserve(&in, size);
        size_t got = 0;
        struct err err = {0};
        ok = room && clock_now_ms() < until_ms && !atomic_load(&preview->job.cancelled);
        if (ok && !spawn_read(child, room, size, CANCEL_LOOK_MS, &got, &err)) {
            ok = err.kind == ERR_TIMEOUT;
            continue;
        }
        if (!ok)
            break;
        buf_commit(&in, got);
        ended = got == 0;
        for (;;) {
            struct frame frame;
            struct bytes bytes = buf_peek(&in);
            long used = frame_next(bytes.data, bytes.size, FRAME_HEADER_MAX + FRAME_PAYLOAD_MAX,
                                   &frame, NULL);
            if (used == 0)
                break;
            ok = used > 0 && take(preview, &frame);
            if (!ok)
                break;
            buf_consume(&in, (size_t)used);
        }
    }
    buf_finish(&in);
    return ok && ended;
}

/* A helper that says nothing, or half a picture, has not answered. */
static bool is_complete(const struct preview *preview)
{
    const size_t pixels = (size_t)preview->picture_width * (size_t)preview->picture_height * 4;
    return (preview->ok || preview->err.kind != ERR_NONE) &&
           (!preview->pixels || preview->pixels_got == pixels);
}

static void fail(struct preview *preview, const char *sentence)
{
    preview->ok = false;
    str_copy(preview->kind, sizeof preview->kind, "file");
    mem_free(preview->pixels);
    preview->pixels = NULL;
    err_set(&preview->err, ERR_FORMAT, "%s", sentence);
}

/* What is asked for beside the picture, as words of the helper's; argv is zeroed. */
static void add_words(const struct preview *preview, const char **argv, char numbers[4][16])
{
    if (preview->want_tiny)
        *argv++ = "tiny";
    if (preview->want_wave)
        *argv++ = "wave";
    if (preview->want_frames)
        *argv++ = "frames";
    if (preview->crop_width < 1 || preview->crop_height < 1)
        return;
    *argv++ = "crop";
    const int crop[4] = {preview->crop_x, preview->crop_y, preview->crop_width,
                         preview->crop_height};
    for (int i = 0; i < 4; i++) {
        str_format(numbers[i], sizeof numbers[i], "%d", crop[i]);
        *argv++ = numbers[i];
    }
}

static void preview_run(struct job *job)
{
    struct preview *preview = (struct preview *)job;
    char helper[OS_PATH_MAX], temporary[OS_PATH_MAX], width[16], height[16], crop[4][16];
    if (preview->helper) {
        str_copy(helper, sizeof helper, preview->helper);
    } else if (!preview_find_helper(helper)) {
        fail(preview, "The program confab-media is missing beside Confab: install Confab anew to "
                      "see pictures.");
        return;
    }
    os_file input = open_input(preview, temporary, &preview->err);
    if (input == OS_FILE_NONE) {
        close_input(input, temporary);
        return;
    }
    str_format(width, sizeof width, "%d", preview->box_width);
    str_format(height, sizeof height, "%d", preview->box_height);
    const char *argv[LOOK_WORDS_MAX] = {helper, "look", width, height};
    add_words(preview, argv + 4, crop);
    struct spawn *child = spawn_start(argv, input, &preview->err);
    close_input(input, temporary); /* the child has its own */
    if (!child)
        return;
    bool whole = listen_to(preview, child);
    if (!whole)
        spawn_kill(child);
    int code = spawn_finish(child);
    if (!whole || code != 0 || !is_complete(preview))
        fail(preview, "The file cannot be shown: it is damaged, or too much for this computer.");
}
