#include "client/ui/views/pictures.h"

#include "protocol/base/mem.h"

struct entry {
    uint32_t serial; /* 0: free */
    struct draw_image *image;
    size_t bytes;
    uint64_t used; /* pictures.clock when last asked for */
};

struct pictures {
    struct draw *draw;
    struct draw_stream *film;
    struct entry entries[PICTURES_MAX];
    size_t bytes;
    uint64_t clock;
};

struct pictures *pictures_create(struct draw *draw)
{
    struct pictures *pictures = mem_alloc(1, sizeof *pictures);
    pictures->draw = draw;
    pictures->film = draw_stream_create();
    return pictures;
}

static void drop(struct pictures *pictures, struct entry *entry)
{
    draw_image_destroy(pictures->draw, entry->image);
    pictures->bytes -= entry->bytes;
    *entry = (struct entry){0};
}

void pictures_destroy(struct pictures *pictures)
{
    if (!pictures)
        return;
    for (size_t i = 0; i < PICTURES_MAX; i++)
        if (pictures->entries[i].serial)
            drop(pictures, &pictures->entries[i]);
    draw_stream_destroy(pictures->film);
    mem_free(pictures);
}

static struct entry *oldest(struct pictures *pictures)
{
    struct entry *found = NULL;
    for (size_t i = 0; i < PICTURES_MAX; i++) {
        struct entry *entry = &pictures->entries[i];
        if (entry->serial && (!found || entry->used < found->used))
            found = entry;
    }
    return found;
}

static struct entry *free_entry(struct pictures *pictures)
{
    for (size_t i = 0; i < PICTURES_MAX; i++)
        if (!pictures->entries[i].serial)
            return &pictures->entries[i];
    struct entry *entry = oldest(pictures);
    drop(pictures, entry);
    return entry;
}

/* With `more` bytes. */
static bool is_too_much(struct pictures *pictures, size_t more)
{
    if (pictures->bytes == 0 || pictures->bytes + more <= PICTURES_BYTES_SOFT)
        return false;
    return pictures->bytes + more > PICTURES_BYTES_MAX ||
           oldest(pictures)->used + PICTURES_RECENT < pictures->clock;
}

struct draw_image *pictures_peek(struct pictures *pictures, uint32_t serial)
{
    for (size_t i = 0; serial != 0 && i < PICTURES_MAX; i++) {
        struct entry *entry = &pictures->entries[i];
        if (entry->serial == serial) {
            entry->used = pictures->clock;
            return entry->image;
        }
    }
    return NULL;
}

struct draw_image *pictures_get(struct pictures *pictures, const struct picture *picture)
{
    pictures->clock++;
    struct draw_image *kept = pictures_peek(pictures, picture->serial);
    if (kept)
        return kept;
    const size_t bytes = 4 * (size_t)picture->width * (size_t)picture->height;
    while (is_too_much(pictures, bytes))
        drop(pictures, oldest(pictures));
    struct entry *entry = free_entry(pictures);
    entry->serial = picture->serial;
    entry->bytes = bytes;
    entry->used = pictures->clock;
    entry->image = draw_image_create(pictures->draw, picture->width, picture->height,
                                     picture->pixels, 4 * picture->width);
    pictures->bytes += bytes;
    return entry->image;
}

void pictures_film(struct pictures *pictures, const struct picture *frame, struct rect r,
                   float radius)
{
    if (frame)
        draw_stream(pictures->draw, pictures->film, frame->serial, frame->width, frame->height,
                    frame->pixels, r, radius);
    else
        draw_stream_clear(pictures->film);
}
