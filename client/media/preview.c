#include "client/media/preview.h"

#include <string.h>

#include "client/media/cache_preview.h"
#include "client/media/preview_take.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/spawn.h"
#include "protocol/wire/limits.h"

#define PREVIEW_READ_SIZE 65536
#define CANCEL_LOOK_MS 50 /* how long one that was cancelled may go on unseen */
#define WORDS_MAX 16      /* of the helper's command line */
#define NUMBERS_MAX 6
#define NUMBER_SIZE 16

static void preview_run(struct job *job);

static void preview_drop(struct mail *mail)
{
    preview_destroy((struct preview *)mail);
}

static void free_frames(struct preview *preview)
{
    for (size_t i = 0; i < preview->frame_count; i++)
        mem_free(preview->frames[i].pixels);
    mem_free(preview->frames);
    preview->frames = NULL;
    preview->frame_count = 0;
}

static struct preview *create(void (*open)(struct mail *mail, void *reader))
{
    struct preview *preview = mem_alloc(1, sizeof *preview);
    preview->job.mail.open = open;
    preview->job.mail.drop = preview_drop;
    preview->job.run = preview_run;
    preview->result = OS_FILE_NONE;
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

struct preview *preview_create_smaller(const char *path, const char *to,
                                       void (*open)(struct mail *mail, void *reader))
{
    struct preview *preview = preview_create(path, open);
    preview->smaller_to = mem_string(to);
    preview->smaller_side = SMALLER_SIDE;
    preview->smaller_quality = SMALLER_QUALITY;
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
    mem_free(preview->smaller_to);
    free_frames(preview);
    mem_free(preview);
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
            ok = used > 0 && preview_take(preview, &frame);
            if (!ok)
                break;
            buf_consume(&in, (size_t)used);
        }
    }
    buf_finish(&in);
    return ok && ended;
}

static void fail(struct preview *preview, const char *sentence)
{
    preview->ok = false;
    str_copy(preview->kind, sizeof preview->kind, "file");
    mem_free(preview->pixels);
    preview->pixels = NULL;
    free_frames(preview);
    err_set(&preview->err, ERR_FORMAT, "%s", sentence);
}

/* What is asked for, as words of the helper's; argv is zeroed. */
static void write_words(const struct preview *preview, const char **argv,
                        char numbers[NUMBERS_MAX][NUMBER_SIZE])
{
    const bool smaller = preview->smaller_to != NULL;
    const bool crop = !smaller && preview->crop_width > 0 && preview->crop_height > 0;
    const int values[NUMBERS_MAX] = {smaller ? preview->smaller_side : preview->box_width,
                                     smaller ? preview->smaller_quality : preview->box_height,
                                     preview->crop_x,
                                     preview->crop_y,
                                     preview->crop_width,
                                     preview->crop_height};
    for (int i = 0; i < NUMBERS_MAX; i++)
        str_format(numbers[i], NUMBER_SIZE, "%d", values[i]);
    *argv++ = smaller ? "smaller" : "look";
    *argv++ = numbers[0];
    *argv++ = numbers[1];
    if (preview->want_tiny && !smaller)
        *argv++ = "tiny";
    if (preview->want_wave && !smaller)
        *argv++ = "wave";
    if (preview->want_frames && !smaller)
        *argv++ = "frames";
    if (crop)
        *argv++ = "crop";
    for (int i = 2; crop && i < NUMBERS_MAX; i++)
        *argv++ = numbers[i];
}

/* One helper's answer. False: it said nothing and passes it on, as confab-media-quick may. */
static bool ask(struct preview *preview, const char *helper, os_file input)
{
    char numbers[NUMBERS_MAX][NUMBER_SIZE];
    const char *argv[WORDS_MAX] = {helper};
    write_words(preview, argv + 1, numbers);
    struct spawn *child = spawn_start(argv, input, &preview->err);
    if (!child)
        return true;
    bool whole = listen_to(preview, child);
    if (!whole)
        spawn_kill(child);
    int code = spawn_finish(child);
    if (whole && code == PREVIEW_PASS && !preview->ok && preview->err.kind == ERR_NONE)
        return false;
    if (preview->err.kind == ERR_FULL) /* ours, and the reason of all else */
        preview->ok = false;
    else if (!whole || code != 0 || !preview_take_end(preview))
        fail(preview,
             preview->smaller_to
                 ? "The picture cannot be made smaller: it is damaged, or too much for this "
                   "computer."
                 : "The file cannot be shown: it is damaged, or too much for this computer.");
    return true;
}

static void run_helper(struct preview *preview)
{
    char helper[OS_PATH_MAX], quick[OS_PATH_MAX], temporary[OS_PATH_MAX];
    if (preview->helper) {
        str_copy(helper, sizeof helper, preview->helper);
    } else if (!dirs_helper(helper, "confab-media")) {
        fail(preview, "The program confab-media is missing beside Confab: install Confab anew to "
                      "see pictures.");
        return;
    }
    os_file input = open_input(preview, temporary, &preview->err);
    if (input != OS_FILE_NONE) {
        bool answered = !preview->helper && dirs_helper(quick, "confab-media-quick") &&
                        ask(preview, quick, input);
        if (!answered && !ask(preview, helper, input))
            fail(preview, "The file cannot be shown: confab-media does not know it.");
    }
    close_input(input, temporary);
}

static void preview_run(struct job *job)
{
    struct preview *preview = (struct preview *)job;
    if (!preview->smaller_to) {
        if (!cache_preview_load(preview)) {
            run_helper(preview);
            cache_preview_store(preview);
        }
        return;
    }
    preview->result = file_open(preview->smaller_to, FILE_WRITE_NEW, &preview->err);
    if (preview->result == OS_FILE_NONE)
        return;
    run_helper(preview);
    file_close(preview->result);
    if (!preview->ok)
        file_remove(preview->smaller_to, NULL);
}
