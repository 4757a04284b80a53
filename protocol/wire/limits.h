/* limits.h - every length, count and time that the wire may name, in one place. A test goes past
 * each. */
#ifndef CONFAB_WIRE_LIMITS_H
#define CONFAB_WIRE_LIMITS_H

#include <stdint.h>

#define WIRE_VERSION 1
#define WIRE_PORT 5050 /* TCP for talk and, by default, UDP for discovery */

/* Frames (bytes) */
#define FRAME_HEAD_SIZE 8
#define FRAME_HEADER_MIN 2
#define FRAME_HEADER_MAX 65536
#define FRAME_PAYLOAD_MAX 1048576
#define FRAME_BODY_MAX (FRAME_HEADER_MAX + FRAME_PAYLOAD_MAX)
#define FRAME_SIZE_MAX (FRAME_HEAD_SIZE + FRAME_BODY_MAX)
/* header + payload before `hello` was accepted: a stranger gets a small mouth */
#define FRAME_STRANGER_MAX 16384
#define JSON_DEPTH_MAX 16 /* objects and lists inside each other, the header itself included */
/* Commas and opening brackets of a header, so about its values: the largest that are of any use have
 * a thousand, and tens of thousands would take milliseconds to read. */
#define JSON_PARTS_MAX 4096
/* Bytes of frames that are read of a peer before its `hello` was accepted */
#define STRANGER_BYTES_MAX (6 * FRAME_STRANGER_MAX)

/* Fields (bytes unless said otherwise) */
#define TEXT_MAX 16384
#define ID_MAX 64          /* a sender's own id of a message or an upload */
#define LABEL_RAW_MAX 1024 /* a file's name before it is cleaned */
#define RE_MAX 128         /* what an error is about: an id, a file or a room */
#define EMOJI_MAX 64       /* a reaction */
#define REACTIONS_MAX 20   /* kinds of reactions that are shown at one message */
#define UID_DIGITS 16      /* a person: the first hex digits of the SHA-256 of the secret */
#define FILE_DIGITS 16     /* a file on a server: hex digits, given by the server */
#define SECRET_MIN 16
#define SECRET_MAX 128
#define PASSWORD_MAX 256
#define WORD_MAX 64 /* client, server, code, a feature */
#define FEATURES_MAX 32
#define ROOMS_MAX 256   /* rooms in one list (`more`), and on one server besides direct ones */
#define MEMBERS_MAX 256 /* people in one `room` frame; more of them follow in the next (`more`) */
#define PEOPLE_MAX 1000000 /* people as a number */
#define PREVIEW_MAX 24576  /* the payload of an upload's announcement */
#define WAVE_BARS 100      /* how loud a sound is, a byte for each hundredth of it */
#define CHUNK_MAX 262144   /* bytes of a file in one chunk */
#define VERSION_MAX 65535  /* the highest version that may be named */
#define PORT_MAX 65535
/* width, height as announced; what is decoded has limits of its own */
#define PIXELS_SIDE_MAX 1000000
#define WAIT_MAX_MS 86400000  /* until something may be tried again */
#define SERIAL_MAX 4294967295 /* numbers that go round */
#define PERCENT_MAX 1000      /* of the usual speed */
#define TARGET_MAX 128        /* a name or an address */
#define SECONDS_MAX 315360000 /* ten years */
#define DURATION_MAX_MS (INT64_C(1000) * 3600 * 24 * 30)
/* The largest JSON number: every reader holds it exactly, and so it tells itself from its
 * neighbours. */
#define NUMBER_MAX ((UINT64_C(1) << 53) - 1)
#define UPLOAD_MAX_DEFAULT (UINT64_C(64) << 30)
#define HISTORY_COUNT_MAX 500
#define HISTORY_JOIN 100 /* events that a newcomer gets unasked */

/* Times (milliseconds) */
#define HELLO_WITHIN_MS 10000
#define PING_EVERY_MS 10000 /* a silent connection is asked */
#define DEAD_AFTER_MS 30000 /* no byte for so long: gone */
#define TYPING_EVERY_MS 4000
#define TYPING_HIDE_MS 6000
/* A connection that broke without `bye` may come back so long without leave and join lines ... */
#define SEAT_KEPT_MS 5000
#define SEAT_KEPT_RESTART_MS 60000 /* ... and so long after the server itself was away. */
#define UPLOAD_KEPT_MS 3600000     /* an upload without its sender waits so long to be resumed */
#define BEACON_EVERY_MS 2000
#define BEACON_STALE_MS 7000

#endif
