/* album.h - uploads that go in the order in which they were sent. For the files of this folder. UI thread. */
#ifndef CONFAB_APP_ALBUM_H
#define CONFAB_APP_ALBUM_H

#include "client/model/model.h"
#include "protocol/wire/msg.h"

struct app;

struct album_entry;
struct album_queue { /* zero-initialised */
    struct album_entry *entries;
    size_t count;
};
void album_queue_finish(struct album_queue *queue);
/* This upload is to be announced behind those of the same room and batch that were expected before it. Batch 0: files
 * that were sent one by one. */
void album_expect(struct app *app, const struct room *room, const struct message *message,
                  uint32_t batch);
/* To the net, when those have gone that it was expected behind; at once if it was not expected. All is copied. */
void album_announce(struct app *app, const struct msg *upload, const char *path,
                    int64_t modified_ms);
/* What was waited for may be over. */
void album_turn(struct app *app);

#endif
