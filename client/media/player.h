/* player.h - one sound or film that plays: a confab-media of its own decodes it, this follows the clock.
 *
 * The helper gets no descriptor of the file: it asks for bytes (`need`) and is answered (`data`), so that a file that is still
 * coming plays as well, and a seek is a question for other bytes. It answers with samples and pictures that are as large as they are
 * shown. A thread of the player's speaks with it; what is heard is pulled by the device (player_pull()); what is seen is
 * taken by the owner when its time has come (player_frame()). If the helper crashes, hangs or lies, the player has failed with a
 * sentence, and nothing else happens. Functions on the owner's thread but for player_pull(). */
#ifndef CONFAB_MEDIA_PLAYER_H
#define CONFAB_MEDIA_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/work/mailbox.h"
#include "protocol/base/err.h"

#define PLAYER_RANGES_MAX 16

struct player;

struct player_range {
    uint64_t from, to;
};

enum player_mail_kind {
    PLAYER_FACTS, /* kind, width, height, duration: it can be played */
    PLAYER_NEED,  /* offset, size: bytes that are not here yet; player_have() when they are */
    PLAYER_ENDED, /* everything was decoded */
    PLAYER_FAILED /* err */
};
struct player_mail {
    struct mail mail; /* first; freed by who opens it */
    struct player *player;
    enum player_mail_kind kind;
    bool film, sound;
    int width, height;
    int64_t duration_ms;
    uint64_t offset, size;
    struct err err;
};

struct player_order { /* strings are copied */
    const char *path; /* the file, whole or growing */
    uint64_t size;    /* of the whole */
    bool whole;       /* all of it is here; else see player_have() */
    int64_t start_ms;
    int speed;          /* percent */
    int width, height;  /* px that a film is to fit in */
    const char *helper; /* NULL: preview_find_helper()'s */
    struct mailbox *box;
    void (*open)(struct mail *mail, void *reader);
};
struct player *player_create(const struct player_order *order, struct err *err);
/* Ends the helper and the thread; no mail of it is opened with this pointer afterwards that the owner does not expect: mail may still
 * be in the box, so the owner compares mail->player with the one that it has. */
void player_destroy(struct player *player);
void player_have(struct player *player, const struct player_range *ranges, size_t count,
                 bool whole);
void player_seek(struct player *player, int64_t ms);
void player_speed(struct player *player, int percent);
void player_show(struct player *player, int width, int height);
/* On the device's thread: as many frames as are there; what is pulled moves the clock. */
size_t player_pull(void *player, float *frames, size_t count);
/* A wall clock instead of the device's (no device, or a film without sound). */
void player_run(struct player *player, bool runs);
int64_t player_position_ms(const struct player *player, int delay_ms);
/* The newest picture whose time has come; NULL: still the one before. Its pixels (BGRX, rows packed) are the caller's, freed with
 * mem_free(). *next_ms: in how many ms to ask again; -1: nothing is there yet. */
uint8_t *player_frame(struct player *player, int delay_ms, int *width, int *height, int *next_ms);
bool player_is_dry(
    const struct player *player); /* nothing left to hear or see, and more must come */

#endif
