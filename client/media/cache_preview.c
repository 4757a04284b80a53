#include "client/media/cache_preview.h"

#include <stdatomic.h>
#include <string.h>

#include "client/media/preview.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/wire/limits.h"

#define MAGIC 0x43505631 /* another form is another number */
#define KEY_SIZE 128
#define TRIM_EACH (PREVIEW_CACHE_MAX / 16) /* bytes written between two looks at the whole */
#define HALF_KEPT_MS (INT64_C(60) * 1000)  /* what another program is writing now */
#define HALF_ENDING ".new"

/* In front of a file, as this computer has it in memory. Behind it: wave, title, delays of the frames, pixels, frames. */
struct head {
    uint32_t magic, sum; /* of everything, with 0 in this place */
    char key[KEY_SIZE];
    char kind[8];
    int64_t duration_ms;
    int32_t width, height, picture_width, picture_height;
    uint32_t has_pixels, wave_size, title_size, frame_count, located, unused;
};

/* What is asked for, as a file's name. A part of a picture is not kept: whoever looks closely moves on. */
static bool key_of(const struct preview *preview, char key[KEY_SIZE])
{
    memset(key, 0, KEY_SIZE);
    if (!preview->sha256 || preview->want_tiny || preview->crop_width > 0 ||
        strlen(preview->sha256) != SHA256_HEX_SIZE - 1 ||
        strspn(preview->sha256, "0123456789abcdef") != SHA256_HEX_SIZE - 1)
        return false;
    return str_format(key, KEY_SIZE, "%s-%dx%d%s%s", preview->sha256, preview->box_width,
                      preview->box_height, preview->want_wave ? "-wave" : "",
                      preview->want_frames ? "-frames" : "");
}

static void folder_of(char *out)
{
    char base[OS_PATH_MAX];
    dirs_cache(base);
    if (!path_join(out, base, "previews"))
        str_copy(out, OS_PATH_MAX, base);
    file_make_folder(out, NULL);
}

static size_t picture_size(const struct head *head)
{
    return 4 * (size_t)head->picture_width * (size_t)head->picture_height;
}

/* Bytes of a file with this head, or 0 if there can be none: it is damaged, or was made with other limits. */
static size_t size_of(const struct head *head, const struct preview *preview)
{
    if (head->picture_width < 0 || head->picture_width > preview->box_width ||
        head->picture_height < 0 || head->picture_height > preview->box_height ||
        (head->wave_size != 0 && head->wave_size != WAVE_BARS) || head->title_size > TEXT_MAX ||
        head->has_pixels > 1 || head->frame_count > ANIMATION_FRAMES_MAX)
        return 0;
    const size_t pictures = (size_t)head->has_pixels + head->frame_count;
    if (pictures && picture_size(head) > PREVIEW_CACHE_ONE_MAX / pictures)
        return 0;
    return sizeof *head + head->wave_size + head->title_size + head->frame_count * sizeof(int32_t) +
           pictures * picture_size(head);
}

static uint32_t sum_of(uint8_t *bytes, size_t size)
{
    memset(bytes + offsetof(struct head, sum), 0, sizeof(uint32_t));
    return crc32_of(bytes, size);
}

static void take(void *to, const uint8_t **from, size_t size)
{
    if (size)
        memcpy(to, *from, size);
    *from += size;
}

static void fill(struct preview *preview, const struct head *head, const uint8_t *at)
{
    preview->ok = true;
    memcpy(preview->kind, head->kind, sizeof preview->kind);
    preview->kind[sizeof preview->kind - 1] = '\0';
    preview->width = head->width;
    preview->height = head->height;
    preview->duration_ms = head->duration_ms;
    preview->located = head->located != 0;
    preview->picture_width = head->picture_width;
    preview->picture_height = head->picture_height;
    if (head->wave_size) {
        preview->wave = mem_alloc(head->wave_size, 1);
        take(preview->wave, &at, head->wave_size);
    }
    if (head->title_size) {
        preview->title = mem_alloc(head->title_size + 1, 1);
        take(preview->title, &at, head->title_size);
    }
    const uint8_t *delays = at;
    at += head->frame_count * sizeof(int32_t);
    const size_t size = picture_size(head);
    if (head->has_pixels) {
        preview->pixels = mem_alloc(size, 1);
        take(preview->pixels, &at, size);
        preview->pixels_got = size;
    }
    if (head->frame_count)
        preview->frames = mem_alloc(head->frame_count, sizeof *preview->frames);
    preview->frame_count = head->frame_count;
    for (size_t i = 0; i < head->frame_count; i++) {
        int32_t delay_ms;
        take(&delay_ms, &delays, sizeof delay_ms);
        preview->frames[i].delay_ms = delay_ms > 0 ? delay_ms : 1;
        preview->frames[i].pixels = mem_alloc(size, 1);
        take(preview->frames[i].pixels, &at, size);
    }
}

bool cache_preview_load(struct preview *preview)
{
    char key[KEY_SIZE], folder[OS_PATH_MAX], path[OS_PATH_MAX];
    struct head head;
    uint64_t size = 0;
    bool ok = false;
    if (!key_of(preview, key))
        return false;
    folder_of(folder);
    if (!path_join(path, folder, key))
        return false;
    os_file file = file_open(path, FILE_READ, NULL);
    if (file == OS_FILE_NONE)
        return false;
    uint8_t *bytes = NULL;
    if (file_size(file, &size, NULL) && size >= sizeof head &&
        size <= PREVIEW_CACHE_ONE_MAX + sizeof head &&
        file_read_at(file, 0, &head, sizeof head, NULL) && head.magic == MAGIC &&
        memcmp(head.key, key, KEY_SIZE) == 0 && size_of(&head, preview) == size) {
        bytes = mem_alloc(size, 1);
        ok = file_read_at(file, 0, bytes, size, NULL) && memcmp(bytes, &head, sizeof head) == 0 &&
             sum_of(bytes, size) == head.sum;
    }
    file_close(file);
    if (ok)
        fill(preview, &head, bytes + sizeof head);
    else
        file_remove(path, NULL);
    mem_free(bytes);
    return ok;
}

static void put(uint8_t **to, const void *from, size_t size)
{
    if (size)
        memcpy(*to, from, size);
    *to += size;
}

/* The whole file as one block, or NULL if it is none that is kept. */
static uint8_t *compose(const struct preview *preview, const char *key, size_t *size)
{
    struct head head = {.magic = MAGIC,
                        .duration_ms = preview->duration_ms,
                        .width = preview->width,
                        .height = preview->height,
                        .picture_width = preview->picture_width,
                        .picture_height = preview->picture_height,
                        .has_pixels = preview->pixels != NULL,
                        .wave_size = preview->wave ? WAVE_BARS : 0,
                        .title_size = preview->title ? (uint32_t)strlen(preview->title) : 0,
                        .frame_count = (uint32_t)preview->frame_count,
                        .located = preview->located};
    memcpy(head.key, key, KEY_SIZE);
    memcpy(head.kind, preview->kind, sizeof head.kind);
    *size = size_of(&head, preview);
    if (*size == 0)
        return NULL;
    uint8_t *bytes = mem_alloc(*size, 1), *at = bytes;
    put(&at, &head, sizeof head);
    put(&at, preview->wave, head.wave_size);
    put(&at, preview->title, head.title_size);
    for (size_t i = 0; i < preview->frame_count; i++) {
        const int32_t delay_ms = preview->frames[i].delay_ms;
        put(&at, &delay_ms, sizeof delay_ms);
    }
    if (preview->pixels)
        put(&at, preview->pixels, picture_size(&head));
    for (size_t i = 0; i < preview->frame_count; i++)
        put(&at, preview->frames[i].pixels, picture_size(&head));
    const uint32_t sum = sum_of(bytes, *size);
    memcpy(bytes + offsetof(struct head, sum), &sum, sizeof sum);
    return bytes;
}

void cache_preview_store(const struct preview *preview)
{
    static atomic_ullong written = TRIM_EACH; /* the first one looks */
    char key[KEY_SIZE], name[KEY_SIZE + 32], number[17];
    char folder[OS_PATH_MAX], path[OS_PATH_MAX], half[OS_PATH_MAX];
    size_t size = 0;
    if (!preview->ok || !key_of(preview, key))
        return;
    uint8_t *bytes = compose(preview, key, &size);
    if (!bytes)
        return;
    folder_of(folder);
    random_hex(8, number);
    str_format(name, sizeof name, "%s.%s" HALF_ENDING, key, number);
    if (path_join(path, folder, key) && path_join(half, folder, name)) {
        /* not brought to the disk first: after a power cut the sum is wrong, and it is made anew */
        os_file file = file_open(half, FILE_WRITE_NEW, NULL);
        bool ok = file != OS_FILE_NONE && file_write_at(file, 0, bytes, size, NULL);
        file_close(file);
        if (!ok || !file_rename(half, path, NULL))
            file_remove(half, NULL);
    }
    mem_free(bytes);
    if (atomic_fetch_add(&written, size) + size >= TRIM_EACH) {
        atomic_store(&written, 0);
        cache_preview_trim(PREVIEW_CACHE_MAX);
    }
}

void cache_preview_trim(uint64_t cap)
{
    char folder[OS_PATH_MAX];
    folder_of(folder);
    file_trim_folder(folder, cap, HALF_ENDING, HALF_KEPT_MS);
}
