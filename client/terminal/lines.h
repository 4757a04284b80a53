/* lines.h - what happened, as lines of text for people. Pure: everything that others wrote goes
 * through utf8_show() here, so nothing in `out` can steer a terminal. */
#ifndef CONFAB_TERMINAL_LINES_H
#define CONFAB_TERMINAL_LINES_H

#include "client/model/model.h"
#include "protocol/base/buf.h"

/* Cap of a buffer for lines; the longest text fits: TEXT_MAX line ends, each with a margin. */
#define LINES_MAX (2 * 1024 * 1024)

/* A row of the room: "[sravya] hello", "[sravya] sends cat.jpg (3.1 MB) #4", "[sravya] sends a
 * voice message (0:12, 48 KB) #5", "sravya joined the chat!", "sravya exited the chat". Further lines
 * of a text are indented. `number` is the file's; 0: none is shown. What it answers is looked up in
 * `room` (NULL: not at all): "[sravya] (to sanjay: hello) hi"; behind it "(edited)" and reactions. */
void lines_message(struct buf *out, const struct room *room, const struct message *message,
                   unsigned number);
/* As above for what was said before we came: the time in front (local), dimmed if `style`. */
void lines_earlier(struct buf *out, const struct room *room, const struct message *message,
                   unsigned number, bool style);
/* "  3 [sravya] hello": its place from the end in front. */
void lines_numbered(struct buf *out, const struct room *room, const struct message *message,
                    unsigned place);
/* "<what> [sravya] the first words of it" */
void lines_about(struct buf *out, const char *what, const struct message *message);
/* "sanjay reacts +1 to [sravya] hello" */
void lines_reacted(struct buf *out, const char *name, const char *emoji, bool removed,
                   const struct message *message);
/* "(lobby) " in front of a line of another room than the one on the screen. */
void lines_prefix(struct buf *out, const char *room);
/* "Total No of Clients: 2", "Client 1 : sravya" ...: who is online, in the order in which they came
 * as far as the messages tell, we at the end if they do not. */
void lines_people(struct buf *out, const struct room *room, const char *my_uid);
void lines_rooms(struct buf *out, const struct model *model);
/* "cat.jpg is saved: /home/ann/Downloads/cat.jpg" */
void lines_saved(struct buf *out, const char *label, const char *path);
/* A line of ours (or from the system) that may hold words of others. */
void lines_say(struct buf *out, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
/* "Sending #4 cat.jpg: 1.2 MB of 3.1 MB, 39 %, 1 MB/s, 2 s left"; no line end. */
#define PROGRESS_SIZE 512
void lines_progress(char out[PROGRESS_SIZE], const struct message *message, unsigned number);

#endif
