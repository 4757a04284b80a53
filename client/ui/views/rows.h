/* rows.h - how a room's messages stand in its timeline: days, groups, what is new, who came and went.
 * For timeline.c. Nothing is kept for a row: each is worked out from its neighbours, so that a message
 * that comes, goes or changes costs nothing but the rows that are in sight. */
#ifndef CONFAB_UI_VIEWS_ROWS_H
#define CONFAB_UI_VIEWS_ROWS_H

#include "client/ui/views/views.h"

/* What holds for all rows in one pass. */
struct rows {
    const struct room *room;
    const struct room_place *place;
    size_t new_index;                 /* the line stands above this message; SIZE_MAX: nowhere */
    size_t notice_index[NOTICES_MAX]; /* each notice stands below this message */
};

/* The list has the rows that the room has messages, and stays where it was. */
void rows_follow(struct room_place *place, const struct room *room);
void rows_begin(struct rows *rows, const struct room *room, const struct room_place *place);
struct row rows_look(const struct rows *rows, size_t index);

/* The message in whose row this one is drawn: itself, or the first of its run. */
size_t rows_first_of(const struct rows *rows, size_t index);
bool rows_is_service(const struct message *message); /* joined, left */
bool rows_is_in_album(const struct message *message);
int64_t rows_time(const struct message *message);
/* Show those who came and went from message `first` to `last` one by one, or together again. */
void rows_open(struct room_place *place, const struct room *room, size_t first, size_t last);
bool rows_is_opened(const struct rows *rows, size_t index);
void rows_close(struct room_place *place, const struct room *room, size_t index);
/* "Ann joined the chat" · "Ann and Bob joined the chat" · "5 joined, 2 left" */
void rows_service_text(const struct room *room, size_t first, size_t last, char *out, size_t size);

#endif
