/* segment.h - the two files of a piece of a log, and how they are checked and mended at start.
 *
 * NNNNNN.seg holds frames as they go over the wire and nothing else, so any range of it can be sent
 * as it is. NNNNNN.idx holds one record of SEGMENT_RECORD_SIZE bytes for each frame, big-endian:
 *   seq u64 | offset u64 (in the .seg) | length u32 | crc u32 (of the frame) | time u64 | 0 u32 |
 *   check u32 (of the record's first 36 bytes)
 * Both sums are zlib's CRC-32. The .seg is written first and rules: what the .idx lacks is found
 * again by reading frames. Server thread only. */
#ifndef CONFAB_SERVER_SEGMENT_H
#define CONFAB_SERVER_SEGMENT_H

#include "protocol/base/buf.h"
#include "protocol/base/err.h"
#include "protocol/os/file.h"
#include "protocol/wire/msg.h"

#define SEGMENT_SIZE (UINT64_C(8) << 20) /* bytes after which the next segment begins */
#define SEGMENT_RECORD_SIZE 40

struct segment_record {
    uint64_t seq, offset;
    uint32_t length, crc;
    int64_t time;
};
void segment_record_pack(const struct segment_record *record, uint8_t out[SEGMENT_RECORD_SIZE]);
/* False if its check does not match. */
bool segment_record_unpack(const uint8_t in[SEGMENT_RECORD_SIZE], struct segment_record *record);

/* folder/NNNNNN + ending (".seg", ".idx") into out[OS_PATH_MAX] */
void segment_path(char *out, const char *folder, uint32_t number, const char *ending);

struct segment_rules {
    /* The number of a frame without a record that stands behind number `last`; 0: such a frame does
     * not belong there. */
    uint64_t (*seq_of)(const struct msg *msg, uint64_t last);
    /* Called for each good frame in order; lent for the call. May be NULL. */
    void (*visit)(void *context, uint64_t seq, struct bytes frame);
    void *context;
};

/* Read and check a segment. A frame is good if its record's CRC matches, or, without a record, if
 * it is a whole message whose number fits. What is bad behind the last good frame is cut off, what
 * is bad between good ones is taken out (the segment is written anew without it), and the index is
 * completed; each finding is a log line in words. *last_seq goes in as the number before this
 * segment and comes out as the last one in it. *records (freed with mem_free()) is what the index
 * now says, dense from offset 0. False if the files cannot be read or mended. */
bool segment_recover(const char *folder, uint32_t number, const struct segment_rules *rules,
                     uint64_t *last_seq, struct segment_record **records, size_t *count,
                     struct err *err);
/* The numbers of the segments in the folder, rising; freed with mem_free(). */
bool segment_list(const char *folder, uint32_t **numbers, size_t *count, struct err *err);
/* Visit the good frames of every segment in the folder in order, changing nothing; a server may be
 * writing them meanwhile. What is damaged is passed over, with a log line in words. */
bool segments_read(const char *folder, const struct segment_rules *rules, struct err *err);

#endif
