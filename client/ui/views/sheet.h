/* sheet.h - what sheet.c (what is in the sheet, and its sending) and sheet_view.c (how it looks) share. */
#ifndef CONFAB_UI_VIEWS_SHEET_H
#define CONFAB_UI_VIEWS_SHEET_H

#include "client/ui/views/compose.h"

/* Pictures that are still: they can be made smaller. */
bool sheet_can_shrink(const struct sheet_item *item);
bool sheet_is_media(const struct sheet_item *item);
/* How many of the pictures that would go as they are say where they were taken; *name: of the first. */
int sheet_located(const struct composer *composer, const char **name);
/* Bytes in all, as they are, and as they would go; false: that is not known yet. */
bool sheet_bytes(const struct composer *composer, uint64_t *before, uint64_t *after);

void sheet_set_smaller(struct views *views, bool smaller);
void sheet_set_as(struct views *views, enum send_as as);
void sheet_leave_out(struct views *views, int at);
void sheet_move(struct composer *composer, int from, int to);
/* Send, as soon as it is known what is to be warned of. */
void sheet_send(struct views *views);
void sheet_cancel(struct views *views);
/* Each pass: what was to be sent may be ready to go. The room that it is for; NULL: the sheet is not open. */
struct room *sheet_follow(struct views *views);

#endif
