/* player_inside.h - what a player consists of; for player.c (the owner's side, the clock) and player_talk.c (the helper's side). */
#ifndef CONFAB_MEDIA_PLAYER_INSIDE_H
#define CONFAB_MEDIA_PLAYER_INSIDE_H

#include "client/media/player.h"
#include "client/media/sound_port.h"
#include "protocol/os/file.h"
#include "protocol/os/spawn.h"
#include "protocol/os/thread.h"
#include "protocol/wire/limits.h"

#define FRAMES_PER_MS (SOUND_RATE / 1000)
#define FRAMES_AHEAD ((size_t)PLAYER_AHEAD_MS * FRAMES_PER_MS)
#define FRAMES_MAX \
    ((size_t)SOUND_RATE * 5) /* where a film's sound comes long before its pictures */
#define MARKS_MAX 64
#define PICTURES_LEAST 3 /* that are decoded ahead whatever they weigh */

struct need {
    uint64_t offset, size;
    bool told; /* the owner knows that we wait for it */
};

/* A frame of the sound whose time does not follow from the frame before it. */
struct mark {
    uint64_t index; /* of all that came since the last seek */
    int64_t time_us;
};

struct shot {
    uint8_t *pixels;
    int width, height;
    int64_t time_us;
};

struct player {
    /* set at birth */
    struct spawn *child;
    struct thread *listener, *speaker;
    uint64_t number;
    struct mailbox *box;
    void (*open)(struct mail *mail, void *reader);
    os_file file;
    uint64_t size;
    int answer_ms;

    struct mutex *mutex;       /* for all that follows */
    struct cond *room, *order; /* the listener waits for room, the speaker for something to say */
    bool ending, failed;
    bool hung; /* killed for it */

    /* to be said */
    bool want_seek, want_show, want_speed;
    int64_t seek_ms;
    uint32_t serial;
    int width, height;           /* in which a film is to fit; 0: nobody looks */
    int most_width, most_height; /* the largest that was ever asked for */
    int speed;
    struct need need; /* size 0: none is open */
    int64_t told_ms;  /* when the owner was last told of one */
    struct player_range ranges[PLAYER_RANGES_MAX];
    size_t range_count;
    bool whole;
    int64_t asked_ms; /* clock_now_ms() of what the helper was last told */

    /* what came */
    bool facts, film;
    bool ended; /* of this serial */
    float *ring;
    size_t ring_start, ring_count;
    uint64_t sound_in; /* frames that came since the last seek */
    struct mark marks[MARKS_MAX];
    size_t mark_count;
    bool has_sound;
    bool sound_gone; /* there are pictures in plenty, and no sound to go with them */
    struct shot shots[PLAYER_PICTURES_MAX];
    size_t shot_count;
    uint64_t shot_bytes;
    bool crowded;       /* the next picture has no room, and so nothing else comes */
    struct shot coming; /* of which some bytes are here; listener's own */
    size_t coming_got;
    uint32_t coming_serial;

    /* the clock */
    enum player_run how;
    int64_t base_us;   /* where the last seek went */
    int64_t anchor_us; /* of the computer's clock ... */
    int64_t anchor_at; /* ... and the place in the file that belongs to it, us */
    bool stalls;       /* stands until there is enough again */
    bool anchored;     /* some sound was pulled since the last seek, or none will be */
    int64_t pulled_us; /* up to here it was pulled, us of the file */
    int64_t pulled_at; /* when, us of the computer's clock */
    bool fresh;        /* no picture was taken since the last seek */
    bool hungry;       /* the owner waits for PLAYER_FILLED */
    struct player_stats stats;
};

/* player.c; with the mutex held */
void player_advance(struct player *player, int64_t now_us);
void player_flush(struct player *player);
int64_t player_head_us(const struct player *player);         /* time of the ring's first frame */
void player_drop_sound(struct player *player, size_t count); /* from the ring's front */
bool player_has_room_for_shot(struct player *player, uint64_t bytes);
/* Posts mail; without the mutex. */
void player_tell(struct player *player, struct player_mail *mail);

/* player_talk.c: the two threads' bodies */
void player_listen(void *arg);
void player_speak(void *arg);

#endif
