#include "protocol/wire/msg.h"
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/hash.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

_Static_assert(DIRECT_UID_DIGITS == UID_DIGITS, "a direct room is named after two people");

#define FIELD(member, kind, most, least)                         \
    {                                                            \
#member, offsetof(struct msg, member), kind, most, least \
    }

const struct msg_field msg_fields[F_COUNT] = {
    [F_SEQ] = FIELD(seq, FIELD_U64, NUMBER_MAX, 0),
    [F_TIME] = FIELD(time, FIELD_TIME, NUMBER_MAX, 0),
    [F_ROOM] = FIELD(room, FIELD_ROOM, NAME_SIZE - 1, 1),
    [F_FROM] = FIELD(from, FIELD_HEX, UID_DIGITS, UID_DIGITS),
    [F_ID] = FIELD(id, FIELD_TEXT, ID_MAX, 1),
    [F_NAME] = FIELD(name, FIELD_NAME, NAME_SIZE - 1, 1),
    [F_TEXT] = FIELD(text, FIELD_TEXT, TEXT_MAX, 1),
    [F_REPLY] = FIELD(reply, FIELD_U64, NUMBER_MAX, 0),
    [F_LABEL] = FIELD(label, FIELD_LABEL, LABEL_RAW_MAX, 0),
    [F_FILE] = FIELD(file, FIELD_HEX, FILE_DIGITS, FILE_DIGITS),
    [F_KIND] = FIELD(kind, FIELD_KIND, WORD_MAX, 1),
    [F_SIZE] = FIELD(size, FIELD_U64, NUMBER_MAX, 0),
    [F_OFFSET] = FIELD(offset, FIELD_U64, NUMBER_MAX, 0),
    [F_WIDTH] = FIELD(width, FIELD_U32, PIXELS_SIDE_MAX, 0),
    [F_HEIGHT] = FIELD(height, FIELD_U32, PIXELS_SIDE_MAX, 0),
    [F_DURATION] = FIELD(duration, FIELD_TIME, DURATION_MAX_MS, 0),
    [F_SHA256] = FIELD(sha256, FIELD_HEX, SHA256_HEX_SIZE - 1, SHA256_HEX_SIZE - 1),
    [F_CODE] = FIELD(code, FIELD_TEXT, WORD_MAX, 1),
    [F_RE] = FIELD(re, FIELD_TEXT, RE_MAX, 1),
    [F_FIRST] = FIELD(first, FIELD_U64, NUMBER_MAX, 0),
    [F_BEFORE] = FIELD(before, FIELD_U64, NUMBER_MAX, 0),
    [F_HOW_MANY] = FIELD(count, FIELD_U32, HISTORY_COUNT_MAX, 0),
    [F_VERSION] = FIELD(version, FIELD_U32, VERSION_MAX, 0),
    [F_FEATURES] = FIELD(features, FIELD_WORDS, FEATURES_MAX, 0),
    [F_SECRET] = FIELD(secret, FIELD_TEXT, SECRET_MAX, SECRET_MIN),
    [F_PASSWORD] = FIELD(password, FIELD_TEXT, PASSWORD_MAX, 1),
    [F_CLIENT] = FIELD(client, FIELD_TEXT, WORD_MAX, 1),
    [F_SERVER] = FIELD(server, FIELD_TEXT, WORD_MAX, 1),
    [F_UID] = FIELD(uid, FIELD_HEX, UID_DIGITS, UID_DIGITS),
    [F_MAX_UPLOAD] = FIELD(max_upload, FIELD_U64, NUMBER_MAX, 0),
    [F_PORT] = FIELD(port, FIELD_U32, PORT_MAX, 0),
    [F_PEOPLE] = FIELD(people, FIELD_U32, PEOPLE_MAX, 0),
    [F_ENCRYPTED] = FIELD(encrypted, FIELD_BOOL, 1, 0),
    [F_ROOMS] = FIELD(rooms, FIELD_ROOMS, ROOMS_MAX, 0),
    [F_RESUME] = FIELD(resume, FIELD_RESUME, ROOMS_MAX, 0),
    [F_MEMBERS] = FIELD(members, FIELD_MEMBERS, MEMBERS_MAX, 0),
    [F_MORE] = FIELD(more, FIELD_BOOL, 1, 0),
    [F_WAIT] = FIELD(wait, FIELD_U32, WAIT_MAX_MS, 0),
    [F_OF] = FIELD(of, FIELD_U64, NUMBER_MAX, 0),
    [F_ACTION] = FIELD(action, FIELD_TEXT, WORD_MAX, 1),
    [F_TARGET] = FIELD(target, FIELD_TEXT, TARGET_MAX, 1),
    [F_SECONDS] = FIELD(seconds, FIELD_U32, SECONDS_MAX, 0),
    [F_EMOJI] = FIELD(emoji, FIELD_EMOJI, EMOJI_MAX, 1),
    [F_REMOVE] = FIELD(remove, FIELD_BOOL, 1, 0),
    [F_PRIVATE] = FIELD(private, FIELD_BOOL, 1, 0),
    [F_ALBUM] = FIELD(album, FIELD_TEXT, ID_MAX, 1),
    [F_VOICE] = FIELD(voice, FIELD_BOOL, 1, 0),
    [F_LOCATED] = FIELD(located, FIELD_BOOL, 1, 0),
    [F_SILENT] = FIELD(silent, FIELD_BOOL, 1, 0),
    [F_SERIAL] = FIELD(serial, FIELD_U32, SERIAL_MAX, 0),
    [F_PERCENT] = FIELD(percent, FIELD_U32, PERCENT_MAX, 0),
};

#define B(id) FIELD_BIT(F_##id)
#define EVENT_HEAD (B(SEQ) | B(TIME) | B(ROOM) | B(FROM))
#define FILE_FACTS (B(WIDTH) | B(HEIGHT) | B(DURATION) | B(SHA256) | B(ALBUM) | B(VOICE))

const struct msg_type_row msg_types[MSG_COUNT] = {
    /* what every event has means the same in events from the future */
    [MSG_UNKNOWN] = {"", 0, EVENT_HEAD, FRAME_PAYLOAD_MAX, false},

    [MSG_HELLO] = {"hello", B(VERSION) | B(NAME) | B(SECRET),
                   B(FEATURES) | B(PASSWORD) | B(CLIENT) | B(RESUME), 0, false},
    [MSG_SAY] = {"say", B(ROOM) | B(ID) | B(TEXT), B(REPLY), 0, false},
    [MSG_UPLOAD] = {"upload", B(ROOM) | B(ID) | B(LABEL) | B(SIZE) | B(KIND), FILE_FACTS,
                    PREVIEW_MAX, false},
    [MSG_FINISH] = {"finish", B(ID) | B(SHA256), 0, 0, false},
    [MSG_CANCEL] = {"cancel", B(ID), 0, 0, false},
    [MSG_FETCH] = {"fetch", B(FILE) | B(OFFSET), 0, 0, false},
    [MSG_STOP] = {"stop", B(FILE), 0, 0, false},
    [MSG_HISTORY] = {"history", B(ROOM) | B(BEFORE) | B(HOW_MANY), 0, 0, false},
    [MSG_JOIN] = {"join", B(ROOM), B(SEQ) | B(PRIVATE), 0, false},
    [MSG_LEAVE] = {"leave", B(ROOM), 0, 0, false},
    [MSG_LIST] = {"list", 0, 0, 0, false},
    [MSG_DELETE] = {"delete", B(ROOM) | B(OF), 0, 0, false},
    [MSG_EDIT] = {"edit", B(ROOM) | B(ID) | B(OF) | B(TEXT), 0, 0, false},
    [MSG_REACT] = {"react", B(ROOM) | B(ID) | B(OF) | B(EMOJI), B(REMOVE), 0, false},
    [MSG_INVITE] = {"invite", B(ROOM) | B(TARGET), 0, 0, false},
    [MSG_ADMIN] = {"admin", B(ACTION) | B(TARGET), B(SECONDS) | B(TEXT), 0, false},

    [MSG_CHUNK] = {"chunk", B(OFFSET), B(ID) | B(FILE), CHUNK_MAX, false},
    [MSG_TYPING] = {"typing", B(ROOM), B(FROM), 0, false},
    [MSG_READ] = {"read", B(ROOM) | B(SEQ), B(FROM), 0, false},
    [MSG_PING] = {"ping", 0, 0, 0, false},
    [MSG_PONG] = {"pong", 0, 0, 0, false},
    [MSG_BYE] = {"bye", 0, B(TEXT), 0, false},

    [MSG_SAID] = {"said", EVENT_HEAD | B(NAME) | B(ID) | B(TEXT), B(REPLY), 0, true},
    [MSG_FILE] = {"file", EVENT_HEAD | B(NAME) | B(ID) | B(FILE) | B(LABEL) | B(SIZE) | B(KIND),
                  FILE_FACTS, PREVIEW_MAX, true},
    [MSG_FILE_DONE] = {"file-done", EVENT_HEAD | B(FILE) | B(SHA256) | B(SIZE), 0, 0, true},
    [MSG_FILE_FAILED] = {"file-failed", EVENT_HEAD | B(FILE) | B(CODE) | B(TEXT), 0, 0, true},
    [MSG_JOINED] = {"joined", EVENT_HEAD | B(NAME), 0, 0, true},
    [MSG_LEFT] = {"left", EVENT_HEAD | B(NAME), 0, 0, true},
    [MSG_DELETED] = {"deleted", EVENT_HEAD | B(NAME) | B(OF), 0, 0, true},
    [MSG_EDITED] = {"edited", EVENT_HEAD | B(NAME) | B(ID) | B(OF) | B(TEXT), 0, 0, true},
    [MSG_REACTED] = {"reacted", EVENT_HEAD | B(NAME) | B(ID) | B(OF) | B(EMOJI), B(REMOVE), 0,
                     true},
    [MSG_INVITED] = {"invited", EVENT_HEAD | B(NAME) | B(UID) | B(TEXT), 0, 0, true},

    [MSG_WELCOME] = {"welcome",
                     B(VERSION) | B(SERVER) | B(UID) | B(NAME) | B(MAX_UPLOAD) | B(ROOMS),
                     B(FEATURES) | B(CLIENT) | B(MORE), 0, false},
    [MSG_ROOM] = {"room", B(ROOM) | B(SEQ) | B(FIRST) | B(MEMBERS), B(MORE), 0, false},
    [MSG_ROOMS] = {"rooms", B(ROOMS), B(MORE), 0, false},
    [MSG_STORED] = {"stored", B(ROOM) | B(SEQ), 0, 0, false},
    [MSG_ACCEPT] = {"accept", B(ID) | B(FILE) | B(OFFSET), 0, 0, false},
    [MSG_HISTORY_END] = {"history-end", B(ROOM) | B(BEFORE), 0, 0, false},
    [MSG_ERROR] = {"error", B(CODE) | B(TEXT), B(RE) | B(WAIT), 0, false},
    [MSG_NOTICE] = {"notice", B(TEXT), 0, 0, false},

    [MSG_WHO] = {"who", 0, 0, 0, false},
    [MSG_BEACON] = {"beacon", B(VERSION) | B(SERVER) | B(PORT) | B(PEOPLE) | B(UID), B(ENCRYPTED),
                    0, false},
    [MSG_PERSON] = {"person", B(UID) | B(SHA256) | B(NAME) | B(TIME), 0, 0, false},

    [MSG_FACTS] = {"facts", B(KIND),
                   B(WIDTH) | B(HEIGHT) | B(DURATION) | B(TEXT) | B(LOCATED) | B(SILENT), 0, false},
    [MSG_PIXELS] = {"pixels", B(WIDTH) | B(HEIGHT) | B(OFFSET), B(TIME) | B(SERIAL),
                    FRAME_PAYLOAD_MAX, false},
    [MSG_TINY] = {"tiny", 0, 0, PREVIEW_MAX, false},
    [MSG_WAVE] = {"wave", 0, 0, WAVE_BARS, false},
    [MSG_NEED] = {"need", B(OFFSET) | B(SIZE), 0, 0, false},
    [MSG_SOUND] = {"sound", B(TIME) | B(SERIAL), 0, FRAME_PAYLOAD_MAX, false},
    [MSG_ENDED] = {"ended", B(SERIAL), 0, 0, false},
    [MSG_RESULT] = {"result", B(OFFSET), 0, FRAME_PAYLOAD_MAX, false},
    [MSG_DATA] = {"data", B(OFFSET), 0, FRAME_PAYLOAD_MAX, false},
    [MSG_SEEK] = {"seek", B(TIME) | B(SERIAL), 0, 0, false},
    [MSG_SHOW] = {"show", B(WIDTH) | B(HEIGHT), 0, 0, false},
    [MSG_SPEED] = {"speed", B(PERCENT), 0, 0, false},
};

static const struct {
    const char *word, *sentence;
} codes[CODE_COUNT] = {
    [CODE_BAD_FRAME] = {"frame-too-large",
                        "What this program sent is larger than the server allows."},
    [CODE_BAD_MESSAGE] = {"bad-message", "The server did not understand what this program sent."},
    [CODE_NOT_ALLOWED] = {"not-allowed", "The server does not allow that at this point."},
    [CODE_VERSION] = {"version",
                      "The server needs a newer Confab than this one. Please update Confab."},
    [CODE_BAD_NAME] = {"bad-name", "This name can't be used. Please choose 1 to 32 characters."},
    [CODE_NAME_TAKEN] = {"name-taken",
                         "Someone else has this name already. Please choose another."},
    [CODE_BAD_SECRET] = {"bad-secret",
                         "The server does not accept the secret by which it knows this computer."},
    [CODE_SERVER_FULL] = {"server-full", "The server is full. Try again when someone has left."},
    [CODE_NOT_IN_ROOM] = {"not-in-room", "You are not in this room. Join it first."},
    [CODE_NOT_INVITED] = {"not-invited", "This room is private: someone in it must invite you."},
    [CODE_TOO_MANY_ROOMS] = {"too-many-rooms", "The server can't hold more rooms."},
    [CODE_NO_SUCH_FILE] = {"no-such-file", "The server does not have this file."},
    [CODE_FILE_TOO_LARGE] = {"file-too-large", "The file is larger than the server allows."},
    [CODE_DISK_FULL] = {"disk-full", "The server has no space left for this file."},
    [CODE_OVER_QUOTA] = {"over-quota", "The file does not fit into what the server may keep."},
    [CODE_LET_GO] = {"let-go", "The server has let go of this file to make room for newer ones."},
    [CODE_BAD_OFFSET] = {"bad-offset", "The transfer lost its place. Please send the file again."},
    [CODE_HASH_MISMATCH] = {"hash-mismatch",
                            "The file was damaged or changed on the way. Please send it again."},
    [CODE_CANCELLED] = {"cancelled", "The sender cancelled the file."},
    [CODE_GONE] = {"gone", "The sender left before the whole file was sent."},
    [CODE_TOO_MANY_TRANSFERS] = {"too-many-transfers",
                                 "Too many files are on their way. Wait until one is done."},
    [CODE_TOO_FAST] = {"too-fast", "That was a lot at once. It can be sent again in a moment."},
    [CODE_ENCRYPTED_ONLY] =
        {"encrypted-only",
         "This server speaks encrypted only. Connect without --plain, or update this program."},
    [CODE_PLAIN_ONLY] = {"plain-only", "This server was started with --plain and speaks without "
                                       "encryption. Connect with --plain if that is meant so."},
    [CODE_TOO_MANY_CONNECTIONS] = {"too-many-connections",
                                   "There are too many connections from your address."},
    [CODE_PASSWORD_NEEDED] = {"password-needed", "This server asks for a password."},
    [CODE_WRONG_PASSWORD] = {"wrong-password", "That is not the password of this server."},
    [CODE_TOO_MANY_TRIES] = {"too-many-tries",
                             "There were too many wrong passwords from your address."},
    [CODE_TOO_MANY_NEWCOMERS] = {"too-many-newcomers",
                                 "Many people came from your address for the first time just now."},
    [CODE_NOT_ADMIN] = {"not-admin", "Only an admin of this server may do that."},
    [CODE_NOBODY] = {"nobody", "There is nobody of that name on this server."},
    [CODE_NO_SUCH_MESSAGE] = {"no-such-message", "There is no such message in this room."},
    [CODE_KICKED] = {"kicked", "An admin of this server has closed your connection."},
    [CODE_BANNED] = {"banned", "An admin of this server does not let you in."},
    [CODE_MUTED] = {"muted", "An admin of this server lets you read only."},
    [CODE_INTERNAL] = {"internal", "The server failed at this; its log says why."},
};

const char *msg_code_word(enum msg_error_code code)
{
    return codes[code].word;
}

const char *msg_code_sentence(enum msg_error_code code)
{
    return codes[code].sentence;
}

enum msg_error_code msg_code_from_word(const char *word)
{
    int code = 0;
    while (code < CODE_COUNT && !str_equal(word, codes[code].word))
        code++;
    return (enum msg_error_code)code;
}

const char *msg_code_explain(const char *word, const char *fallback)
{
    enum msg_error_code code = msg_code_from_word(word);
    if (code < CODE_COUNT)
        return codes[code].sentence;
    return fallback && fallback[0] ? fallback : "The server refused, and did not say why.";
}

enum msg_type msg_type_from_name(const char *name, size_t size)
{
    for (int type = MSG_UNKNOWN + 1; type < MSG_COUNT; type++)
        if (strncmp(msg_types[type].name, name, size) == 0 && strlen(msg_types[type].name) == size)
            return (enum msg_type)type;
    return MSG_UNKNOWN;
}

void *msg_place(const struct msg *msg, const struct msg_field *field)
{
    return (char *)(uintptr_t)msg + field->offset;
}

void msg_set(char **field, const char *text)
{
    char *copy = mem_string(text); /* first, as text may be the old value */
    mem_free(*field);
    *field = copy;
}

/* The members of struct msg that are strings of their own. */
static const uint16_t strings[] = {
    offsetof(struct msg, room),   offsetof(struct msg, from),     offsetof(struct msg, id),
    offsetof(struct msg, name),   offsetof(struct msg, text),     offsetof(struct msg, label),
    offsetof(struct msg, file),   offsetof(struct msg, kind),     offsetof(struct msg, sha256),
    offsetof(struct msg, code),   offsetof(struct msg, re),       offsetof(struct msg, features),
    offsetof(struct msg, secret), offsetof(struct msg, password), offsetof(struct msg, client),
    offsetof(struct msg, server), offsetof(struct msg, uid),      offsetof(struct msg, action),
    offsetof(struct msg, target), offsetof(struct msg, emoji),    offsetof(struct msg, album),
    offsetof(struct msg, extra),
};
#define STRINGS (sizeof strings / sizeof strings[0])

static char **string_at(const struct msg *msg, size_t i)
{
    return (char **)((char *)(uintptr_t)msg + strings[i]);
}

static struct msg_room *copy_rooms(const struct msg_room *rooms, size_t count)
{
    struct msg_room *copy = count ? mem_copy(rooms, count * sizeof *rooms) : NULL;
    for (size_t i = 0; i < count; i++) {
        copy[i].name = mem_string(rooms[i].name);
        copy[i].title = mem_string(rooms[i].title);
    }
    return copy;
}

static void free_rooms(struct msg_room *rooms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(rooms[i].name);
        mem_free(rooms[i].title);
    }
    mem_free(rooms);
}

struct msg *msg_clone(const struct msg *msg)
{
    struct msg *copy = mem_copy(msg, sizeof *msg);
    for (size_t i = 0; i < STRINGS; i++)
        *string_at(copy, i) = mem_string(*string_at(msg, i));
    copy->rooms = copy_rooms(msg->rooms, msg->room_count);
    copy->resume = copy_rooms(msg->resume, msg->resume_count);
    copy->members = NULL;
    if (msg->member_count) {
        copy->members = mem_copy(msg->members, msg->member_count * sizeof *msg->members);
        for (size_t i = 0; i < msg->member_count; i++) {
            copy->members[i].uid = mem_string(msg->members[i].uid);
            copy->members[i].name = mem_string(msg->members[i].name);
        }
    }
    copy->payload.data = msg->payload.size ? mem_copy(msg->payload.data, msg->payload.size) : NULL;
    return copy;
}

void msg_clone_free(struct msg *msg)
{
    if (!msg)
        return;
    mem_free((void *)(uintptr_t)msg->payload.data); /* ours, though lent bytes are const */
    msg_destroy(msg);
    mem_free(msg);
}

void msg_destroy(struct msg *msg)
{
    for (size_t i = 0; i < STRINGS; i++)
        mem_free(*string_at(msg, i));
    free_rooms(msg->rooms, msg->room_count);
    free_rooms(msg->resume, msg->resume_count);
    for (size_t i = 0; i < msg->member_count; i++) {
        mem_free(msg->members[i].uid);
        mem_free(msg->members[i].name);
    }
    mem_free(msg->members);
    *msg = (struct msg){0};
}
