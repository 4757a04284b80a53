/* player.h - one sound or film that plays: a confab-media of its own decodes it, this follows the clock.
 *
 * The helper gets no descriptor of the file: it asks for bytes (`need`) and is answered (`data`), so that a file that is still
 * coming plays as well, and a seek is a question for other bytes. It answers with samples and pictures that are as large as they are
 * shown. Two threads of the player's speak with it, one each way; what is heard is pulled by the device (player_pull()), what is
 * seen is taken by the owner when its time has come (player_frame()). What is decoded ahead is bounded: while there is enough of it,
 * the helper is not read, and sleeps. If it crashes, hangs or lies, the player has failed with a sentence, and nothing else happens.
 *
 * The clock is the computer's, kept in step with the sound that is pulled; it stands while there is nothing to hear or see
 * that should be. Functions on the owner's thread but for player_pull(). */
#ifndef CONFAB_MEDIA_PLAYER_H
#define CONFAB_MEDIA_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/work/mailbox.h"
#include "protocol/base/err.h"

#define PLAYER_RANGES_MAX 16
#define PLAYER_SIDE_MAX 4096                       /* px of a picture that is asked for */
#define PLAYER_AHEAD_MS 500                        /* of sound that is decoded ahead */
#define PLAYER_PICTURES_MAX 32                     /* decoded ahead ... */
#define PLAYER_PICTURES_BYTES (UINT64_C(48) << 20) /* ... and as many bytes, or three pictures */
#define PLAYER_ANSWER_MS 15000  /* the helper is killed after so long without a word that is due */
#define PLAYER_NEED_EVERY_MS 20 /* the owner hears no more often than that what is needed */
#define PLAYER_SPEED_MIN 50
#define PLAYER_SPEED_MAX 200

struct player;

struct player_range {
    uint64_t from, to;
};

enum player_mail_kind {
    PLAYER_FACTS,  /* film, silent, width, height, duration_ms: it can be played */
    PLAYER_NEED,   /* offset, size: bytes that are not here yet; player_have() when they are */
    PLAYER_FILLED, /* it stood still, and there is something to hear or see now */
    PLAYER_FAILED  /* err; nothing follows */
};
struct player_mail {
    struct mail mail; /* first; freed by who opens it */
    struct player *player;
    uint64_t number; /* the order's */
    enum player_mail_kind kind;
    bool film, silent;
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
    int width, height;  /* px that a film is to fit in; 0, 0: nobody looks yet */
    const char *helper; /* NULL: confab-media */
    int answer_ms;      /* 0: PLAYER_ANSWER_MS */
    uint64_t number;    /* of the owner's choice: comes back with each mail */
    struct mailbox *box;
    void (*open)(struct mail *mail, void *reader); /* of each player_mail */
};
struct player *player_create(const struct player_order *order, struct err *err);
/* Ends the helper and the threads. Mail may still be in the box: the owner compares mail->number, for a later
 * player may be where this one was.
 * NULL is fine. */
void player_destroy(struct player *player);
void player_have(struct player *player, const struct player_range *ranges, size_t count,
                 bool whole);
void player_seek(struct player *player, int64_t ms);
void player_speed(struct player *player, int percent);
void player_show(struct player *player, int width, int height);

/* Who moves it on. PLAYER_BY_SOUND: player_pull() is called. PLAYER_BY_WALL: nobody hears it; its sound is thrown away. */
enum player_run { PLAYER_STANDS, PLAYER_BY_SOUND, PLAYER_BY_WALL };
void player_run(struct player *player, enum player_run how);
/* On the device's thread, with the player as its context: up to `count` frames (SOUND_CHANNELS floats each), silence for the rest; returns how many. */
size_t player_pull(void *context, float *frames, size_t count);

/* What is heard and seen now, if what is pulled now is heard in delay_ms. */
int64_t player_position_ms(const struct player *player, int delay_ms);
/* The newest picture whose time has come (the first one after a seek also while it stands); NULL: still the one before. Its pixels
 * (BGRX, rows packed) are the caller's, freed with mem_free(). *next_ms: in how many ms to ask again; -1: PLAYER_FILLED will say. */
uint8_t *player_frame(struct player *player, int delay_ms, int *width, int *height, int *next_ms);
bool player_is_dry(const struct player *player);          /* it should run, and waits for more */
bool player_waits_for_bytes(const struct player *player); /* a PLAYER_NEED is open */
bool player_is_over(const struct player *player, int delay_ms); /* all was heard and seen */

/* What it cost, for tests and the log. */
struct player_stats {
    uint64_t pictures, late; /* that came; that were dropped because their time was over */
    uint64_t silences; /* calls of player_pull() that got less than they asked for, while it ran */
};
struct player_stats player_stats(const struct player *player);

#endif
