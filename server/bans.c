#include "server/bans.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/wire/limits.h"

#define LINE_MAX_SIZE 512
#define FILE_MOST ((size_t)BANS_MAX * LINE_MAX_SIZE)

struct bans {
    char path[OS_PATH_MAX];
    struct ban *all;
    size_t count, room;
};

static const char *const words[BAN_KINDS] = {
    [BAN_PERSON] = "person", [BAN_ADDRESS] = "address", [BAN_MUTE] = "mute"};

static struct ban *find(const struct bans *bans, enum ban_kind kind, const char *key)
{
    for (size_t i = 0; i < bans->count; i++) {
        if (bans->all[i].kind == kind && strcmp(bans->all[i].key, key) == 0)
            return &bans->all[i];
    }
    return NULL;
}

static void add(struct bans *bans, const struct ban *ban)
{
    if (bans->count == bans->room) {
        bans->room = bans->room == 0 ? 8 : bans->room * 2;
        bans->all = mem_resize(bans->all, bans->room, sizeof *bans->all);
    }
    bans->all[bans->count++] = *ban;
}

/* "person 0123456789abcdef 1769856067123 Bo": kind, key, until, name */
static bool read_line(char *line, struct ban *ban)
{
    char *key = strchr(line, ' ');
    char *until = key != NULL ? strchr(key + 1, ' ') : NULL;
    char *name = until != NULL ? strchr(until + 1, ' ') : NULL;
    uint64_t until_ms;
    if (name == NULL)
        return false;
    *key++ = *until++ = *name++ = '\0';
    if (strlen(key) >= sizeof ban->key || strlen(name) >= sizeof ban->name ||
        !str_to_u64(until, NUMBER_MAX, &until_ms))
        return false;
    for (int kind = 0; kind < BAN_KINDS; kind++) {
        if (strcmp(line, words[kind]) != 0)
            continue;
        *ban = (struct ban){.kind = (enum ban_kind)kind, .until_ms = (int64_t)until_ms};
        str_copy(ban->key, sizeof ban->key, key);
        str_copy(ban->name, sizeof ban->name, name);
        return true;
    }
    return false;
}

static void read_lines(struct bans *bans, char *text)
{
    unsigned number = 0;
    for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
        struct ban ban;
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (!read_line(line, &ban))
            log_warn("%s, line %u makes no sense and is passed over", bans->path, number);
        else if (bans->count < BANS_MAX && find(bans, ban.kind, ban.key) == NULL)
            add(bans, &ban);
    }
}

struct bans *bans_open(const char *folder, struct err *err)
{
    struct bans *bans = mem_alloc(1, sizeof *bans);
    size_t size;
    if (!path_join(bans->path, folder, "bans")) {
        err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
        goto fail;
    }
    if (!file_info(bans->path).exists)
        return bans;
    char *text = file_load(bans->path, FILE_MOST, &size, err);
    if (text == NULL)
        goto fail;
    read_lines(bans, text);
    mem_free(text);
    return bans;
fail:
    bans_close(bans);
    return NULL;
}

void bans_close(struct bans *bans)
{
    if (bans == NULL)
        return;
    mem_free(bans->all);
    mem_free(bans);
}

static bool save(const struct bans *bans, struct err *err)
{
    static const char head[] =
        "# who may not come in or not speak: kind, key, until (ms since 1970, "
        "0: for good), name\n";
    struct buf text;
    buf_init(&text, FILE_MOST);
    buf_append(&text, head, sizeof head - 1);
    for (size_t i = 0; i < bans->count; i++) {
        const struct ban *ban = &bans->all[i];
        char line[LINE_MAX_SIZE];
        str_format(line, sizeof line, "%s %s %" PRId64 " %s\n", words[ban->kind], ban->key,
                   ban->until_ms, ban->name);
        buf_append(&text, line, strlen(line));
    }
    bool ok = file_save(bans->path, buf_peek(&text).data, text.size, err);
    buf_finish(&text);
    return ok;
}

static bool is_over(const struct ban *ban, int64_t now_ms)
{
    return ban->until_ms != 0 && ban->until_ms <= now_ms;
}

bool bans_set(struct bans *bans, const struct ban *ban, int64_t now_ms, struct err *err)
{
    struct ban *known = find(bans, ban->kind, ban->key);
    for (size_t i = bans->count; known == NULL && i > 0; i--) {
        if (is_over(&bans->all[i - 1], now_ms))
            bans->all[i - 1] = bans->all[--bans->count];
    }
    if (known != NULL)
        *known = *ban;
    else if (bans->count == BANS_MAX)
        return err_set(err, ERR_LIMIT, "The server's list of bans is full.");
    else
        add(bans, ban);
    return save(bans, err);
}

bool bans_lift(struct bans *bans, enum ban_kind kind, const char *key, struct err *err)
{
    struct ban *ban = find(bans, kind, key);
    if (ban == NULL)
        return false;
    *ban = bans->all[--bans->count];
    return save(bans, err);
}

const struct ban *bans_find(const struct bans *bans, enum ban_kind kind, const char *key,
                            int64_t now_ms)
{
    const struct ban *ban = find(bans, kind, key);
    return ban != NULL && !is_over(ban, now_ms) ? ban : NULL;
}

const struct ban *bans_of_name(const struct bans *bans, enum ban_kind kind, const char *name)
{
    for (size_t i = bans->count; i > 0; i--) {
        if (bans->all[i - 1].kind == kind && name_equal(bans->all[i - 1].name, name))
            return &bans->all[i - 1];
    }
    return NULL;
}
