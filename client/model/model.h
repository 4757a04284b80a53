/* model.h - what the client knows: plain data, changed by client/app alone (actions and mail), read
 * by views and terminal. UI thread only.
 *
 * Reading order: struct model -> room -> message / member. Every change raises model.version; a
 * row that looks different raises message.version. */
#ifndef CONFAB_MODEL_MODEL_H
#define CONFAB_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/name.h"
#include "protocol/net/beacon.h"
#include "protocol/wire/limits.h"

enum link_state {
    LINK_OFFLINE,    /* on the connect screen; model.trouble may say why */
    LINK_CONNECTING, /* first attempt */
    LINK_ONLINE,     /* welcome was said */
    LINK_LOST,       /* was online; trying again at model.retry_at_ms */
};

/* Pixels that confab-media made. RGBA8, straight alpha, rows packed. Refers to nothing. */
struct picture {
    uint32_t serial; /* unique in this process: textures are kept by it */
    int width, height;
    uint8_t *pixels;
};

enum message_kind {
    MESSAGE_TEXT,
    MESSAGE_FILE,
    MESSAGE_JOINED,
    MESSAGE_LEFT,
    MESSAGE_INVITED, /* text: the name of the one who may come in now */
};
enum message_state {
    MESSAGE_PENDING, /* ours, not relayed yet (sent_ms: since when) */
    MESSAGE_RELAYED, /* has a seq */
    MESSAGE_STORED,  /* ours, safe on the server's disk */
    MESSAGE_FAILED,  /* ours, refused: `trouble` says why; can be tried again */
};
enum file_state {              /* where the file is, as far as the server told */
                  FILE_COMING, /* still being uploaded by its sender */
                  FILE_COMPLETE,
                  FILE_FAILED, /* cancelled or broken: trouble */
};
enum transfer_state {
    TRANSFER_NONE,
    TRANSFER_WAITING,
    TRANSFER_ACTIVE,
    TRANSFER_DONE,
    TRANSFER_FAILED,
    TRANSFER_CANCELLED
};

struct byte_range {
    uint64_t from, to; /* offset of the first byte, and behind the last */
};
#define TRANSFER_RANGES_MAX 16

/* Bytes that move between this computer and the server for one file message: our upload, or our
 * download. */
struct transfer {
    enum transfer_state state;
    bool upload;
    uint64_t done, size; /* bytes */
    double rate;         /* bytes per second, smoothed; 0: unknown */
    char *path; /* upload: the source; download done: where the whole file is (cache or saved) */
    char *part; /* download under way: the file that grows; NULL: not known yet */
    struct byte_range have[TRANSFER_RANGES_MAX]; /* what of it is there, in order, apart */
    size_t have_count;
    char *saved_path; /* in the download folder, once saved; NULL before */
    char *trouble;
    bool save;   /* wanted in the download folder */
    bool direct; /* a download that goes there without a stop in the cache */
};

/* What people answered with one emoji. */
struct reaction {
    char *emoji;
    char (*uids)[UID_DIGITS + 1]; /* who, in the order in which they did */
    size_t count;
    bool own; /* we are among them */
};

/* A picture that moves. */
struct animation {
    struct picture **frames; /* all of one size */
    int *delays_ms;          /* how long each is shown, > 0 */
    size_t count;            /* > 1 */
};

/* What only messages with a file have. */
struct file_part {
    char *id; /* the server's, NULL while pending */
    char *label;
    char *kind; /* "image", "audio", "video", "file" */
    uint64_t size;
    int width, height; /* pixels of the original, 0 unknown: reserves the box */
    int64_t duration_ms;
    char *sha256;  /* once known */
    uint8_t *tiny; /* the small JPEG that came with the event; NULL once it was decoded */
    size_t tiny_size;
    enum file_state state;
    struct transfer transfer;
    struct picture *picture; /* what is shown inline; NULL until decoded */
    int picture_box;         /* the longer side in px it was asked for; 0 never */
    bool picture_is_tiny;    /* the small one that came with the event, until the file is here */
    uint32_t picture_used;   /* when it was last asked for: pictures long out of sight are let go */
    bool picture_wanted;     /* a job is under way */
    char *picture_trouble;   /* why there is no picture: shown as a card */
    struct animation *animation; /* NULL: none, or not decoded; its first frame is `picture` */
    uint8_t *wave;               /* of a sound: WAVE_BARS bytes, how loud it is; NULL unknown */
    char *album;                 /* files that were sent together have the same one; NULL alone */
    bool voice;                  /* spoken for this message */
    bool plain;                  /* ours: sent as a file, whatever is in it */
    bool smaller;                /* ours: a smaller copy is to be sent, and is not there yet */
    char *title;                 /* what the sound or film itself says that it is; NULL nothing */
};

/* A hundred thousand of these are in memory at once: what few have is behind a pointer. */
struct message {
    enum message_kind kind;
    enum message_state state;
    uint64_t seq; /* 0 while pending */
    int64_t time_ms, sent_ms;
    uint32_t version;
    bool own;
    bool elsewhere;            /* own, but said in another window or on another day */
    bool history;              /* came with the history, not live */
    bool deleted;              /* its text only says so */
    bool edited;               /* its text is not the first one */
    bool mentions_me;          /* another's, and "@" with our name stands in it */
    char from[UID_DIGITS + 1]; /* the person */
    char *name;                /* ... as it was called then */
    char *text;
    char *id; /* ours only: by it a pending one becomes the event */
    uint64_t reply;
    struct reaction *reactions; /* in order of first use; none is empty */
    size_t reaction_count;
    char *trouble;
    struct file_part *file; /* MESSAGE_FILE: never NULL; NULL otherwise */
};

struct member {
    char uid[UID_DIGITS + 1];
    char name[NAME_SIZE];
    bool online;
    int64_t typing_until_ms; /* clock_now_ms(); 0: does not type */
    uint64_t read_seq;       /* what this person has seen up to; 0: unknown */
};

/* What an event of a room changes of an earlier one. */
enum change_kind { CHANGE_DELETE, CHANGE_EDIT, CHANGE_REACT };
struct change {
    uint64_t of, seq; /* the event that it changes, and its own number */
    enum change_kind kind;
    bool remove;               /* CHANGE_REACT: taken back */
    char from[UID_DIGITS + 1]; /* who did; "" unknown */
    char *text;                /* CHANGE_EDIT: what it says now; CHANGE_REACT: the emoji */
};
#define CHANGES_MAX 65536 /* that a room keeps for messages which are not here yet */

enum room_kind { ROOM_OPEN, ROOM_PRIVATE, ROOM_DIRECT };

/* A message came to messages[to] (from: ROOM_NOWHERE), went from messages[from], or moved. */
struct room_change {
    uint32_t from, to;
};
#define ROOM_NOWHERE UINT32_MAX
#define ROOM_CHANGES 256

struct room {
    char name[NAME_SIZE];
    enum room_kind kind;
    char title[NAME_SIZE];     /* ROOM_DIRECT: the other's name; "" while unknown */
    char peer[UID_DIGITS + 1]; /* ROOM_DIRECT: the other */
    bool muted;                /* no notices of it; kept across restarts */
    bool joined;
    bool asked; /* to join; the answer is on its way */
    uint32_t version;
    struct message **messages; /* by seq; pending ones of ours behind */
    size_t message_count;
    size_t pending_count;               /* of them, at the end: those without a seq */
    size_t message_room, message_front; /* allocated; of that, free in front of the first */
    /* The latest changes of `messages`, so that who follows them need not look at all: number n is at
     * n % ROOM_CHANGES. change_count is the next one's number; two rooms never share one. */
    struct room_change changes[ROOM_CHANGES];
    uint64_t change_count;
    struct member *members; /* online first, then by folded name */
    size_t member_count;
    uint64_t members_seq;   /* events up to here are in the list of members */
    uint32_t people;        /* as the server's list says; for rooms we are not in */
    uint64_t newest_seq;    /* newest event known */
    uint64_t oldest_seq;    /* oldest event we have; 1: the beginning */
    uint64_t history_until; /* events up to here came with the join (message.history) */
    bool history_asked, history_complete;
    struct change *kept; /* by of, then seq: of messages that history may bring */
    size_t kept_count;
    uint64_t gap_from, gap_to; /* events between that were asked for again; 0: none */
    uint64_t read_seq;         /* the last one that was seen; unread is counted from it */
    uint64_t read_told;        /* ... as the server knows it */
    struct {                   /* how many are unread, as counted at this version and read_seq */
        uint32_t version;
        uint64_t read_seq;
        size_t unread, mentions;
    } counted;
    bool listed;   /* in the server's list of rooms */
    bool recalled; /* what was kept of it for the next start is back in here ... */
    bool unkept;   /* ... and something of that has changed since */
    char *draft;   /* what stands in the composer; kept across restarts */
};

struct server_place { /* a row of the connect screen: recent addresses */
    char name[NAME_SIZE];
    char host[256];
    uint16_t port;
};
/* The one sound or film that plays. Whatever room is on the screen. */
enum play_state {
    PLAY_NONE,
    PLAY_OPENING, /* asked for; nothing is heard yet */
    PLAY_PLAYING,
    PLAY_WAITING, /* for bytes that are on their way here */
    PLAY_PAUSED,
    PLAY_ENDED,  /* its end was reached; playing again begins anew */
    PLAY_FAILED, /* trouble: why */
};
struct playback {
    enum play_state state;
    char room[NAME_SIZE]; /* which message */
    uint64_t seq;
    bool film;                        /* there are pictures in it */
    int width, height;                /* of the film, upright */
    int64_t position_ms, duration_ms; /* as of the last app_turn(); duration 0: unknown */
    int64_t buffered_ms; /* up to here its bytes are on this computer, from position_ms on */
    int speed;           /* percent: 50, 100, 150, 200 */
    int volume;          /* percent; kept across restarts */
    bool quiet;          /* muted; kept too */
    bool no_device;      /* there is nothing to hear it with: a film plays without sound */
    char *trouble;
    struct picture *frame; /* of the film, as large as it is shown (BGRX, opaque); NULL none */
};

/* A voice message that is being spoken. */
struct recording {
    bool active;
    char room[NAME_SIZE];
    int64_t ms;
    float level;               /* 0 to 1, now */
    uint8_t levels[WAVE_BARS]; /* the latest ones, the newest last; RECORDING_LEVEL_MS each */
    char *trouble;             /* why it ended, goes no further or could not begin */
};
#define RECORDING_LEVEL_MS 50
#define RECORDING_MAX_MS (15 * 60 * 1000) /* UX.md; a warning is shown for the last 10 s */

/* A part of a picture, decoded as sharp as it is looked at: for the viewer. */
struct part {
    char room[NAME_SIZE]; /* which message; seq 0: none */
    uint64_t seq;
    int of_width, of_height;   /* of the original, upright, as whoever asks believes */
    int x, y, width, height;   /* px of it */
    int box_width, box_height; /* px that it is to fit in */
};
#define DETAIL_SIDE_MAX 4096 /* px: of the box */
struct detail {
    struct part wanted;      /* asked for last */
    struct part part;        /* what `picture` shows */
    struct picture *picture; /* NULL: there is none yet */
    bool failed;             /* what is wanted could not be made */
};

#define MODEL_RECENT_MAX 8
#define MODEL_KEY_SIZE 96

struct model {
    uint64_t version;
    enum link_state link;
    char my_name[NAME_SIZE];
    char my_uid[UID_DIGITS + 1];
    char server_name[NAME_SIZE];
    char host[256]; /* where we are connected or connecting to */
    uint16_t port;
    bool encrypted;
    bool first_visit;               /* the server's key was not known before */
    char key_words[MODEL_KEY_SIZE]; /* of the server's key, as its console shows them; "" plain */
    bool password_asked;            /* the server wants one: action_set_password(), connect again */
    bool password_refused;          /* ... and did not take the one it was told */
    bool hosting;                   /* the server runs inside this process */
    char *trouble;                  /* why we are offline or lost, one sentence; NULL none */
    int64_t retry_at_ms;            /* clock_now_ms(), in LINK_LOST */
    uint64_t max_upload;
    char *features;      /* of the server: words, separated by one space; NULL none */
    struct room **rooms; /* lobby first, then by folded name; those of two last */
    size_t room_count;
    struct room *room; /* the one on screen; NULL offline */
    struct playback playback;
    struct recording recording;
    struct detail detail;
    struct beacon_seen *seen; /* servers on this network */
    size_t seen_count;
    struct server_place recent[MODEL_RECENT_MAX];
    size_t recent_count;
};

struct room *model_find_room(const struct model *model, const char *name);
struct message *room_find_seq(const struct room *room, uint64_t seq);
/* Where event `seq` is among the messages, or where it would be. */
size_t room_index_of(const struct room *room, uint64_t seq);
struct message *room_find_id(const struct room *room,
                             const char *id); /* our pending or sent ones */
struct message *room_find_pending(const struct room *room, const char *id);
struct message *room_find_file(const struct room *room, const char *file);
struct member *room_find_member(const struct room *room, const char *uid);
/* Text and file messages of others with seq > read_seq that are not deleted. */
size_t room_unread(const struct room *room);
/* Of them, those that mention us. */
size_t room_unread_mentions(const struct room *room);
size_t room_online(const struct room *room);
/* What people read: the room's name, or the other's in a room of two. */
const char *room_title(const struct room *room);
/* In any room that we see into; we ourselves while the link is up. */
bool model_is_online(const struct model *model, const char *uid);
bool model_has_feature(const struct model *model, const char *word);
/* "@Name" stands in the text, compared as names are, with no letter, digit, mark or '_' at either
 * end of it. */
bool message_mentions(const char *text, const char *name);
struct reaction *message_find_reaction(const struct message *message, const char *emoji);

/* Changes: for client/app and tests. */
void model_init(struct model *model);
void model_finish(struct model *model);
void model_touch(struct model *model);
struct room *model_add_room(struct model *model, const char *name); /* or the one that is there */
void model_set_title(struct model *model, struct room *room, const char *title);
void model_remove_room(struct model *model, struct room *room);
void model_forget_server(struct model *model); /* rooms, members, messages: on leaving */
struct message *message_create(enum message_kind kind);
void message_destroy(struct message *message);
/* Whether that person answers with the emoji; own: it is us. True if that is new. A kind past
 * REACTIONS_MAX is not taken. */
bool message_react(struct message *message, const char *emoji, const char *uid, bool own,
                   bool remove);
/* Nothing of what it said stays; it is a text then that says so. */
void message_delete(struct message *message);
/* Take a change: the message is changed at once, or when history brings it; changes apply in the order
 * of their numbers, however they come. The change is copied. True if that was news; *message is the
 * row, NULL if it is not here. Our own reactions are those of my_uid. */
bool room_change(struct room *room, const struct change *change, const char *my_uid,
                 struct message **message);
/* History brought this message: what is known to have happened to it since. */
void room_catch_up(struct room *room, struct message *message, const char *my_uid);
/* Everything from this number on is here, so nothing has to be kept for it any more. */
void room_trim_changes(struct room *room, uint64_t from);
void room_clear_changes(struct room *room);
/* Takes the message; by seq, pending ones (seq 0) at the end. An event whose seq is there
 * already destroys the new one and returns the old. */
struct message *room_add_message(struct room *room, struct message *message);
/* After a pending message got its seq: put it where it belongs. */
void room_settle_message(struct room *room, struct message *message);
/* The opposite: the server lost it; it waits again. */
void room_unsettle_message(struct room *room, struct message *message);
/* Without destroying it: it is the caller's now. */
void room_take_message(struct room *room, struct message *message);
void room_remove_message(struct room *room, struct message *message);
void room_set_member(struct room *room, const char *uid, const char *name, bool online);
void room_sort_members(struct room *room);
void room_clear_members(struct room *room);
void room_remove_member(struct room *room, const char *uid);
struct picture *picture_create(int width, int height); /* pixels zeroed */
void picture_destroy(struct picture *picture);
void animation_destroy(struct animation *animation); /* with its frames; NULL is fine */
void text_set(char **field, const char *text);       /* mem_string with the old one freed */

#endif
