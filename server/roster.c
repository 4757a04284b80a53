#include "server/roster.h"

#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"
#include "server/strmap.h"

struct roster {
    struct roomlog *log;
    struct strmap by_uid, by_fold; /* -> struct person, owned by by_uid */
};

static void take_name(struct roster *roster, struct person *person, const char *name)
{
    char fold[NAME_FOLD_SIZE];
    name_fold(name, fold);
    if (person->fold != NULL)
        strmap_remove(&roster->by_fold, person->fold);
    mem_free(person->fold);
    str_copy(person->name, sizeof person->name, name);
    person->fold = mem_string(fold);
    strmap_put(&roster->by_fold, person->fold, person);
}

static struct person *add_person(struct roster *roster, const char *sha256, const char *name)
{
    struct person *person = mem_alloc(1, sizeof *person);
    str_copy(person->sha256, sizeof person->sha256, sha256);
    memcpy(person->uid, sha256, UID_DIGITS);
    strmap_put(&roster->by_uid, person->uid, person);
    take_name(roster, person, name);
    return person;
}

struct person *roster_named(const struct roster *roster, const char *name)
{
    char fold[NAME_FOLD_SIZE];
    name_fold(name, fold);
    return strmap_get(&roster->by_fold, fold);
}

/* Opening: the log is replayed */

static uint64_t person_seq(const struct msg *msg, uint64_t last)
{
    return msg->type == MSG_PERSON ? last + 1 : 0;
}

static void on_person(void *context, uint64_t seq, struct bytes bytes)
{
    struct roster *roster = context;
    struct frame frame;
    struct msg msg = {0};
    if (frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL) > 0 &&
        msg_decode(&msg, &frame, NULL) && msg.type == MSG_PERSON) {
        struct person *person = roster_find(roster, msg.uid);
        struct person *owner = roster_named(roster, msg.name);
        if (owner != NULL && owner != person)
            log_warn("people: entry %llu gives away a name that is taken, and is passed over",
                     (unsigned long long)seq);
        else if (person != NULL)
            take_name(roster, person, msg.name);
        else
            add_person(roster, msg.sha256, msg.name);
    }
    msg_destroy(&msg);
}

struct roster *roster_open(const char *folder, enum roomlog_sync sync, struct disk *disk,
                           struct err *err)
{
    struct roster *roster = mem_alloc(1, sizeof *roster);
    struct segment_rules rules = {.seq_of = person_seq, .visit = on_person, .context = roster};
    roster->log = roomlog_open(folder, &rules, sync, disk, NULL, NULL, err);
    if (roster->log == NULL) {
        roster_close(roster);
        return NULL;
    }
    return roster;
}

void roster_close(struct roster *roster)
{
    if (roster == NULL)
        return;
    for (size_t i = 0; i < roster->by_uid.room; i++) {
        struct person *person = roster->by_uid.slots[i].value;
        if (person == NULL)
            continue;
        mem_free(person->fold);
        mem_free(person->directs);
        mem_free(person);
    }
    strmap_finish(&roster->by_uid);
    strmap_finish(&roster->by_fold);
    roomlog_close(roster->log);
    mem_free(roster);
}

struct person *roster_find(const struct roster *roster, const char *uid)
{
    return strmap_get(&roster->by_uid, uid);
}

struct person *roster_with(const struct roster *roster, const char *secret)
{
    char sha256[SHA256_HEX_SIZE], uid[UID_DIGITS + 1];
    sha256_hex(secret, strlen(secret), sha256);
    str_copy(uid, sizeof uid, sha256);
    return roster_find(roster, uid);
}

void roster_visit(const struct roster *roster, void (*visit)(struct person *person, void *context),
                  void *context)
{
    for (size_t i = 0; i < roster->by_uid.room; i++) {
        if (roster->by_uid.slots[i].key != NULL)
            visit(roster->by_uid.slots[i].value, context);
    }
}

static bool write_down(struct roster *roster, const char *sha256, const char *name, int64_t time)
{
    char uid[UID_DIGITS + 1];
    char sha[SHA256_HEX_SIZE], clean[NAME_SIZE];
    str_copy(uid, sizeof uid, sha256);
    str_copy(sha, sizeof sha, sha256);
    str_copy(clean, sizeof clean, name);
    struct msg msg = {.type = MSG_PERSON,
                      .uid = uid,
                      .sha256 = sha,
                      .name = clean,
                      .time = time > 0 ? time : 0}; /* a clock may stand before 1970 */
    struct buf frame;
    buf_init(&frame, FRAME_SIZE_MAX);
    bool ok = msg_encode(&msg, &frame) && roomlog_append(roster->log, buf_peek(&frame), time) != 0;
    buf_finish(&frame);
    return ok;
}

struct person *roster_admit(struct roster *roster, const char *secret, const char *name,
                            int64_t time, enum msg_error_code *code)
{
    char sha256[SHA256_HEX_SIZE], uid[UID_DIGITS + 1];
    sha256_hex(secret, strlen(secret), sha256);
    str_copy(uid, sizeof uid, sha256);
    struct person *person = roster_find(roster, uid);
    if (person != NULL && strcmp(person->sha256, sha256) != 0) {
        *code = CODE_BAD_SECRET; /* a uid is the hash's beginning: 2^32 people until two collide */
        return NULL;
    }
    if (person != NULL && strcmp(person->name, name) == 0)
        return person;
    struct person *owner = roster_named(roster, name);
    if (owner != NULL && owner != person) {
        *code = CODE_NAME_TAKEN;
        return NULL;
    }
    if (!write_down(roster, sha256, name, time)) {
        *code = CODE_INTERNAL;
        return NULL;
    }
    if (person == NULL)
        return add_person(roster, sha256, name);
    take_name(roster, person, name);
    return person;
}

struct roomlog *roster_log(const struct roster *roster)
{
    return roster->log;
}
