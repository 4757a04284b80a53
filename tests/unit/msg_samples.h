/* msg_samples.h - a good message of every type, made by walking the tables, for the tests of
 * messages. */
#ifndef CONFAB_TESTS_MSG_SAMPLES_H
#define CONFAB_TESTS_MSG_SAMPLES_H

#include <stdlib.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

#define SAMPLE_SHA "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* A value for each field as JSON. Every field of struct msg is set by it, none to 0 or false. */
static const char *const sample_json[F_COUNT] = {
    [F_SEQ] = "5",
    [F_TIME] = "1769856067123",
    [F_ROOM] = "\"lobby\"",
    [F_FROM] = "\"0123456789abcdef\"",
    [F_ID] = "\"m-1\"",
    [F_NAME] = "\"Zo\xC3\xAB\"",
    [F_TEXT] = "\"hi \\\"you\\\"\\n\xF0\x9F\x98\x80\"",
    [F_REPLY] = "4",
    [F_LABEL] = "\"photo.jpg\"",
    [F_FILE] = "\"00000000000000a7\"",
    [F_KIND] = "\"image\"",
    [F_SIZE] = "5368709120",
    [F_OFFSET] = "9007199254740991",
    [F_WIDTH] = "4000",
    [F_HEIGHT] = "3000",
    [F_DURATION] = "61000",
    [F_SHA256] = "\"" SAMPLE_SHA "\"",
    [F_CODE] = "\"disk-full\"",
    [F_RE] = "\"m-1\"",
    [F_FIRST] = "2",
    [F_BEFORE] = "1000000000000000",
    [F_HOW_MANY] = "50",
    [F_VERSION] = "1",
    [F_FEATURES] = "[\"edit\",\"react\"]",
    [F_SECRET] = "\"0123456789abcdef\"",
    [F_PASSWORD] = "\"open sesame\"",
    [F_CLIENT] = "\"confab 0.1.0\"",
    [F_SERVER] = "\"Ann's laptop\"",
    [F_UID] = "\"fedcba9876543210\"",
    [F_MAX_UPLOAD] = "68719476736",
    [F_PORT] = "5050",
    [F_PEOPLE] = "3",
    [F_ENCRYPTED] = "true",
    [F_ROOMS] = ("[{\"name\":\"lobby\",\"seq\":7,\"people\":2},{\"name\":\"caf\xC3\xA9\",\"seq\":0,"
                 "\"people\":0},{\"name\":\"@0123456789abcdeffedcba9876543210\",\"seq\":3,"
                 "\"people\":1,\"title\":\"Ann Lee\"},{\"name\":\"den\",\"seq\":4,\"people\":0,"
                 "\"private\":true}]"),
    [F_RESUME] = "{\"lobby\":7,\"caf\xC3\xA9\":0}",
    [F_MEMBERS] =
        ("[{\"uid\":\"0123456789abcdef\",\"name\":\"Ann Lee\",\"online\":true,\"read\":7},"
         "{\"uid\":\"fedcba9876543210\",\"name\":\"Bo\",\"online\":false}]"),
    [F_MORE] = "true",
    [F_WAIT] = "1500",
    [F_OF] = "4",
    [F_ACTION] = "\"ban\"",
    [F_TARGET] = "\"Bo\"",
    [F_SECONDS] = "3600",
    [F_EMOJI] = "\"\xF0\x9F\x91\x8D\"",
    [F_REMOVE] = "true",
    [F_PRIVATE] = "true",
    [F_ALBUM] = "\"a-1\"",
    [F_VOICE] = "true",
    [F_LOCATED] = "true",
    [F_SILENT] = "true",
    [F_SERIAL] = "4294967295",
    [F_PERCENT] = "150",
};

/* The fields that a chunk needs besides those that are always needed. */
static inline uint64_t sample_must(enum msg_type type)
{
    return msg_types[type].must | (type == MSG_CHUNK ? FIELD_BIT(F_ID) : 0);
}

static inline uint64_t sample_all(enum msg_type type)
{
    uint64_t all = msg_types[type].must | msg_types[type].may;
    return type == MSG_CHUNK ? all & ~FIELD_BIT(F_FILE) : all;
}

/* A header of that type with these fields in the table's order, and field `special` (if not
 * F_COUNT) with `value` instead of the sample's. Freed with mem_free(). */
static inline char *sample_header(enum msg_type type, uint64_t fields, int special,
                                  const char *value)
{
    size_t room = 4096, used;
    char *text;
    value = value ? value : "";
    room += strlen(value);
    text = mem_alloc(room, 1);
    str_format(text, room, "{\"type\":\"%s\"", msg_types[type].name);
    for (int id = 0; id < F_COUNT; id++) {
        if (!(fields & FIELD_BIT(id)) && id != special)
            continue;
        used = strlen(text);
        str_format(text + used, room - used, ",\"%s\":%s", msg_fields[id].name,
                   id == special ? value : sample_json[id]);
    }
    used = strlen(text);
    str_format(text + used, room - used, "}");
    return text;
}

/* Decode bytes that stand in a block of exactly their size, so that AddressSanitizer sees every
 * look beyond them. *msg holds no payload afterwards. */
static inline bool decode_bytes(const void *header, size_t size, size_t payload_size,
                                struct msg *msg, struct err *err)
{
    uint8_t *bytes = mem_copy(header, size), *payload = mem_alloc(payload_size, 1);
    struct frame frame = {{bytes, size}, {payload, payload_size}};
    bool ok;
    *msg = (struct msg){0};
    if (err)
        *err = (struct err){0};
    ok = msg_decode(msg, &frame, err);
    msg->payload = (struct bytes){NULL, 0};
    mem_free(payload);
    mem_free(bytes);
    return ok;
}

static inline bool decode_text(const char *header, struct msg *msg, struct err *err)
{
    return decode_bytes(header, strlen(header), 0, msg, err);
}

#endif
