#include "client/media/helper/exif.h"

#include <string.h>

#include "client/media/helper/input.h"

#define TAG_ORIENTATION 0x0112
#define TAG_GPS 0x8825
#define TAG_GPS_LATITUDE 0x0002
#define TAG_GPS_LONGITUDE 0x0004
#define TYPE_SHORT 3
#define ENTRIES_MAX 512
#define ENTRY_SIZE 12

struct block {
    const uint8_t *bytes;
    size_t size;
    bool big; /* endian */
};

static uint32_t get16(const struct block *block, size_t at)
{
    return block->big ? input_be16(block->bytes + at) : input_le16(block->bytes + at);
}

static uint32_t get32(const struct block *block, size_t at)
{
    return block->big ? input_be32(block->bytes + at) : input_le32(block->bytes + at);
}

/* How many whole entries the directory at `at` has. */
static size_t count_entries(const struct block *block, size_t at)
{
    if (at > block->size || block->size - at < 2)
        return 0;
    size_t count = get16(block, at), room = (block->size - at - 2) / ENTRY_SIZE;
    if (count > room)
        count = room;
    return count < ENTRIES_MAX ? count : ENTRIES_MAX;
}

/* A directory of the GPS kind says where only if it has a place; cameras without reception leave it empty. */
static bool has_place(const struct block *block, size_t at)
{
    const size_t count = count_entries(block, at);
    for (size_t i = 0; i < count; i++) {
        uint32_t tag = get16(block, at + 2 + i * ENTRY_SIZE);
        if (tag == TAG_GPS_LATITUDE || tag == TAG_GPS_LONGITUDE)
            return true;
    }
    return false;
}

void exif_read(const uint8_t *bytes, size_t size, struct exif *exif)
{
    if (size >= 6 && memcmp(bytes, "Exif\0", 5) == 0) { /* the sixth is 0, or padding */
        bytes += 6;
        size -= 6;
    }
    if (size < 8 || (memcmp(bytes, "II*", 4) != 0 && memcmp(bytes, "MM\0*", 4) != 0))
        return;
    const struct block block = {bytes, size, bytes[0] == 'M'};
    const size_t first = get32(&block, 4), count = count_entries(&block, first);
    for (size_t i = 0; i < count; i++) {
        const size_t at = first + 2 + i * ENTRY_SIZE;
        const uint32_t tag = get16(&block, at), type = get16(&block, at + 2);
        if (tag == TAG_ORIENTATION && type == TYPE_SHORT) {
            uint32_t value = get16(&block, at + 8);
            if (value >= 1 && value <= 8)
                exif->orientation = (int)value;
        } else if (tag == TAG_GPS && has_place(&block, get32(&block, at + 8))) {
            exif->located = true;
        }
    }
}
