/* msg.h - what a frame says: one struct for every message; which fields a type has stands in one
 * table.
 *
 * A field has one name, one meaning and one limit in all types that carry it (msg_fields), so a
 * message is one flat struct: a handler reads msg->text and need not know which of 30 unions it
 * lives in. A type is a row (msg_types): its wire name, which fields it must and may have, how
 * large its payload may be, whether it is an event of a room's log. Encoder, decoder, documentation
 * and fuzzers walk these two tables (msg.c). */
#ifndef CONFAB_WIRE_MSG_H
#define CONFAB_WIRE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/buf.h"
#include "protocol/base/err.h"

enum msg_type {
    MSG_UNKNOWN, /* a type from the future, to be ignored; an event if it has a seq, which counts */
    /* from the client */
    MSG_HELLO,   /* version name secret features? password? client? resume? */
    MSG_SAY,     /* room id text reply? */
    MSG_UPLOAD,  /* room id label size kind width? height? duration? sha256? album? voice?; payload:
                 * preview (a small JPEG, or the WAVE_BARS of a sound) */
    MSG_FINISH,  /* id sha256 */
    MSG_CANCEL,  /* id */
    MSG_FETCH,   /* file offset */
    MSG_STOP,    /* file */
    MSG_HISTORY, /* room before count */
    MSG_JOIN,    /* room seq? (newest event known) private? */
    MSG_LEAVE,   /* room */
    MSG_LIST,    /* - : wants `rooms` */
    MSG_DELETE,  /* room of : an event of one's own, or, for admins, anyone's */
    MSG_EDIT,    /* room id of text : a message of one's own says this now */
    MSG_REACT,   /* room id of emoji remove? */
    MSG_INVITE,  /* room target : lets a person into a private room */
    MSG_ADMIN,   /* action target seconds? text? : for admins, answered by `notice` or `error` */
    /* both ways */
    MSG_CHUNK,  /* up: id offset; down: file offset.  payload: the bytes */
    MSG_TYPING, /* room; from the server also from */
    MSG_READ,   /* room seq (the newest that was read); from the server also from */
    MSG_PING,   /* - */
    MSG_PONG,   /* - */
    MSG_BYE,    /* text? : the sender closes on purpose */
    /* events: seq time room from, stored, the same bytes for everyone */
    MSG_SAID, /* name id text reply? */
    MSG_FILE, /* name id file label size kind, and as upload: width? height? duration? sha256? album?
                * voice? */
    MSG_FILE_DONE,   /* file sha256 size */
    MSG_FILE_FAILED, /* file code text */
    MSG_JOINED,      /* name */
    MSG_LEFT,        /* name */
    MSG_DELETED,     /* name of : event `of` is not to be shown any more */
    MSG_EDITED,      /* name id of text */
    MSG_REACTED,     /* name id of emoji remove? */
    MSG_INVITED,     /* name uid text (the name of the person who may come in) */
    /* replies: for one connection */
    MSG_WELCOME, /* version server uid name max_upload rooms features? client? more? */
    MSG_ROOM,    /* room seq (newest) first (oldest that follows now, 0: none does) members more? :
                      * the answer to join and to hello's resume; `more`: the list of members
                      * goes on in another `room` right behind */
    MSG_ROOMS,   /* rooms more? : those that this person may see; `more`: as above */
    MSG_STORED,  /* room seq : everything up to here is safe */
    MSG_ACCEPT, /* id file offset : go on from here; offset == size: nothing to send, just finish */
    MSG_HISTORY_END, /* room before (first seq sent, 0: there is nothing older) */
    MSG_ERROR,       /* code text re? (id, file or room it is about) wait? */
    MSG_NOTICE,      /* text : a sentence for this person */
    /* discovery, over UDP */
    MSG_WHO,    /* - : who is here? */
    MSG_BEACON, /* version server port people uid (one server on two interfaces) encrypted? */
    /* files of the server itself, never on a socket */
    MSG_PERSON, /* uid sha256 (of the secret) name time */
    /* from the media helper to the client, over a pipe */
    MSG_FACTS,  /* kind width? height? duration? text? (title) located? (it says where it was taken)
                * silent? (a film without sound) */
    MSG_PIXELS, /* width height offset time? serial?  payload: bytes of pixels from there on */
    MSG_TINY,   /* payload: a small JPEG to send along */
    MSG_WAVE,   /* payload: how loud it is, WAVE_BARS bytes */
    MSG_NEED,   /* offset size : bytes of the file, answered by `data` */
    MSG_SOUND,  /* time serial  payload: samples */
    MSG_ENDED,  /* serial : nothing follows */
    MSG_RESULT, /* offset  payload: bytes of the file that the helper makes */
    /* and from the client to the helper, while it plays */
    MSG_DATA,  /* offset  payload: bytes of the file; none: it ends there, or cannot be had */
    MSG_SEEK,  /* time serial : go on from there; what follows carries this serial */
    MSG_SHOW,  /* width height : the box that a film is to fit in; 0, 0: nobody looks */
    MSG_SPEED, /* percent */
    MSG_COUNT,
};

struct msg_room { /* an entry of rooms and resume; in resume a name and a seq */
    char *name;
    uint64_t seq;    /* newest event */
    uint32_t people; /* who is in it now */
    bool private;    /* only who was invited sees it */
    char *title;     /* what people call it, if not by its name */
};
struct msg_member {
    char *uid;
    char *name;
    bool online;
    uint64_t read; /* the newest event that this person has read */
};

/* Zero-initialise ({0}) or (struct msg){.type = type}; strings and lists are owned by the message:
 * set strings with msg_set(), lists with blocks of mem.h, free all with msg_destroy(). NULL, 0 or
 * false: absent. Payload is lent: from the frame after msg_decode(), from the caller before
 * msg_encode(). */
struct msg {
    enum msg_type type;
    uint64_t seq;
    int64_t time; /* ms since 1970, UTC, given by the server */
    char *room;
    char *from; /* uid */
    char *id;   /* the sender's own, any text up to ID_MAX bytes */
    char *name; /* a person, as it was called then; clean */
    char *text;
    uint64_t reply; /* seq of the event that this one answers */
    char *label;    /* a file's name, cleaned by label_clean() on arrival */
    char *file;     /* FILE_DIGITS hex digits */
    char *kind;     /* "image", "audio", "video", "file" */
    uint64_t size;
    uint64_t offset;
    uint32_t width, height; /* pixels, upright */
    int64_t duration;       /* ms */
    char *sha256;           /* lower-case hex */
    char *code;             /* a word of enum msg_error_code */
    char *re;
    uint64_t first, before;
    uint32_t count;
    uint32_t version;
    char *features; /* words, separated by one space; a JSON list of strings on the wire */
    char *secret, *password, *client, *server, *uid;
    uint64_t max_upload;
    uint32_t port, people;
    bool encrypted, more, private;
    uint32_t wait; /* ms until it may be tried again */
    uint64_t of;   /* seq of the event that this one changes */
    char *emoji;
    bool remove;  /* the reaction is taken back */
    char *action; /* a word of enum admin_action */
    char *target; /* a person's name, or an address */
    uint32_t seconds;
    char *album;  /* files that were sent together have the same one: any text up to ID_MAX bytes */
    bool voice;   /* spoken for this message, no file that was lying there */
    bool located; /* the file says where it was taken */
    bool silent;  /* a film without sound */
    uint32_t serial, percent;
    struct msg_room *rooms;
    size_t room_count;
    struct msg_room *resume; /* a JSON object room: seq on the wire */
    size_t resume_count;
    struct msg_member *members;
    size_t member_count;
    char *extra; /* a JSON object with the fields that we do not know; they pass through */
    struct bytes payload;
};

enum msg_field_kind {
    FIELD_TEXT,  /* UTF-8, no NUL, `least` to `limit` bytes */
    FIELD_NAME,  /* name_clean() must accept it, and cleans it */
    FIELD_ROOM,  /* name_clean_room() must accept it, and cleans it */
    FIELD_LABEL, /* label_clean() cleans it */
    FIELD_HEX,   /* exactly `limit` lower-case hex digits */
    FIELD_EMOJI, /* word_is_clean() must accept it */
    FIELD_KIND,  /* one of the four words */
    FIELD_U32,
    FIELD_U64,
    FIELD_TIME, /* numbers: whole, 0 .. limit */
    FIELD_BOOL,
    FIELD_WORDS,   /* at most `limit` words of 1 to WORD_MAX bytes without spaces */
    FIELD_ROOMS,   /* at most `limit` entries; fields of an entry that we do not know are dropped */
    FIELD_RESUME,  /* the same */
    FIELD_MEMBERS, /* the same */
};
struct msg_field {
    const char *name;
    size_t offset; /* in struct msg; lists: of the pointer */
    enum msg_field_kind kind;
    uint64_t limit;
    uint64_t least;
};
/* Bits of msg_type_row.must / .may are FIELD_BIT(enum msg_field_id). */
#define FIELD_BIT(id) (UINT64_C(1) << (id))
enum msg_field_id {
    F_SEQ,
    F_TIME,
    F_ROOM,
    F_FROM,
    F_ID,
    F_NAME,
    F_TEXT,
    F_REPLY,
    F_LABEL,
    F_FILE,
    F_KIND,
    F_SIZE,
    F_OFFSET,
    F_WIDTH,
    F_HEIGHT,
    F_DURATION,
    F_SHA256,
    F_CODE,
    F_RE,
    F_FIRST,
    F_BEFORE,
    F_HOW_MANY, /* "count" */
    F_VERSION,
    F_FEATURES,
    F_SECRET,
    F_PASSWORD,
    F_CLIENT,
    F_SERVER,
    F_UID,
    F_MAX_UPLOAD,
    F_PORT,
    F_PEOPLE,
    F_ENCRYPTED,
    F_ROOMS,
    F_RESUME,
    F_MEMBERS,
    F_MORE,
    F_WAIT,
    F_OF,
    F_ACTION,
    F_TARGET,
    F_SECONDS,
    F_EMOJI,
    F_REMOVE,
    F_PRIVATE,
    F_ALBUM,
    F_VOICE,
    F_LOCATED,
    F_SILENT,
    F_SERIAL,
    F_PERCENT,
    F_COUNT,
};
struct msg_type_row {
    const char *name; /* on the wire; "" for MSG_UNKNOWN */
    uint64_t must, may;
    uint32_t payload_max;
    bool event;
};
extern const struct msg_field msg_fields[F_COUNT];
extern const struct msg_type_row msg_types[MSG_COUNT];

/* What the server may object to: a closed list; the sentence that people read is in one table. */
enum msg_error_code {
    CODE_BAD_FRAME,   /* "frame-too-large": the connection closes */
    CODE_BAD_MESSAGE, /* not JSON, or a field is missing or past its limit */
    CODE_NOT_ALLOWED, /* not in this state (nothing before hello) */
    CODE_VERSION,     /* the other end is too old */
    CODE_BAD_NAME,
    CODE_NAME_TAKEN,
    CODE_BAD_SECRET,
    CODE_SERVER_FULL,
    CODE_NOT_IN_ROOM,
    CODE_NOT_INVITED,
    CODE_TOO_MANY_ROOMS,
    CODE_NO_SUCH_FILE,
    CODE_FILE_TOO_LARGE,
    CODE_DISK_FULL,
    CODE_OVER_QUOTA, /* the file does not fit into what the server may keep */
    CODE_LET_GO,     /* the file made room for newer ones */
    CODE_BAD_OFFSET,
    CODE_HASH_MISMATCH,
    CODE_CANCELLED,
    CODE_GONE,
    CODE_TOO_MANY_TRANSFERS,
    CODE_TOO_FAST,
    CODE_ENCRYPTED_ONLY, /* said in plain to who speaks plain */
    CODE_PLAIN_ONLY,     /* said in plain to who began TLS */
    CODE_TOO_MANY_CONNECTIONS,
    CODE_PASSWORD_NEEDED,
    CODE_WRONG_PASSWORD,
    CODE_TOO_MANY_TRIES,
    CODE_TOO_MANY_NEWCOMERS,
    CODE_NOT_ADMIN,
    CODE_NOBODY,
    CODE_NO_SUCH_MESSAGE,
    CODE_KICKED,
    CODE_BANNED,
    CODE_MUTED,
    CODE_INTERNAL,
    CODE_COUNT,
};
const char *msg_code_word(enum msg_error_code code);     /* "name-taken" */
const char *msg_code_sentence(enum msg_error_code code); /* for people */
/* The code of a word; CODE_COUNT for words we do not know (or NULL). */
enum msg_error_code msg_code_from_word(const char *word);
/* The sentence for a word from the wire; `fallback` (the text that came along) for words we do not
 * know, and a general sentence if that is NULL or empty. */
const char *msg_code_explain(const char *word, const char *fallback);

/* Where the field stands in *msg: what it points to is as its kind says. */
void *msg_place(const struct msg *msg, const struct msg_field *field);

/* *field = a copy of text (NULL clears); field is one of the char * of a struct msg. */
void msg_set(char **field, const char *text);
/* A deep copy on the heap that owns its payload too: free it with msg_clone_free(), not
 * msg_destroy(). */
struct msg *msg_clone(const struct msg *msg);
void msg_clone_free(struct msg *msg); /* NULL is fine */
/* Free what the fields own and zero the struct. */
void msg_destroy(struct msg *msg);
/* MSG_UNKNOWN for a name that is not in the table. `name` need not be terminated. */
enum msg_type msg_type_from_name(const char *name, size_t size);

#endif
