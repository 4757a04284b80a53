/* flush.h - what a session is sent, and in which order: the rest of a frame under way, answers,
 * debts (rooms, room, stored), room logs from each cursor, history, downloads in chunks. Everything
 * is derived from cursors and debts, so a slow reader costs nothing but these. Server thread. */
#ifndef CONFAB_SERVER_FLUSH_H
#define CONFAB_SERVER_FLUSH_H

#include <stdbool.h>
#include <stddef.h>

struct session;

#define FLUSH_MOST ((size_t)1 << 20) /* bytes for one session in one turn */
/* Text waits for the chunk under way, so chunks are short where the last one took longer than this
 * to leave, and somebody talks. */
#define CHUNK_WITHIN_MS 10
#define CHUNK_WHILE_TALKING ((size_t)65536)
/* ... and of files for one session in one turn while it talks: the next text waits for the turn */
#define FILES_WHILE_TALKING ((size_t)131072)
#define TALKING_MS 2000 /* so long after something was said */
#define DOWNLOADS_ACTIVE 4
/* Unsent bytes that the system may hold for a connection: text waits behind no more than this. */
#define UNSENT_MAX ((size_t)131072)

/* conn_ops.on_flush of a session. */
bool flush_session(struct session *session);
/* Somebody talks in one of the session's rooms: files take small steps, in both directions. */
bool flush_hears_talk(const struct session *session);
/* True if every log is sent to its end. */
bool flush_is_level(const struct session *session);

#endif
