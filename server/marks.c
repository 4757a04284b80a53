#include "server/marks.h"

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"
#include "server/session.h"
#include "server/state.h"

#define SPARE 4096  /* frames beyond twice the marks: then it is worth to write them anew */
#define AT_ONCE 512 /* marks written anew in a tick */

struct marks {
    struct server *server;
    struct roomlog *log;
    struct mark **all; /* owned; their places stay */
    size_t count, room;
    /* writing them anew; first: number of the first frame that stays, 0: it is not under way */
    uint64_t first, last;
    size_t walk;
};

/* In memory */

static struct mark *find(const struct room *room, const struct person *person)
{
    return strmap_get(&room->marks, person->uid);
}

static struct mark *add(struct marks *marks, struct room *room, struct person *person)
{
    if (marks->count == marks->room) {
        marks->room = marks->room == 0 ? 64 : marks->room * 2;
        marks->all = mem_resize(marks->all, marks->room, sizeof(struct mark *));
    }
    struct mark *mark = mem_alloc(1, sizeof *mark);
    *mark = (struct mark){.room = room, .person = person};
    marks->all[marks->count++] = mark;
    strmap_put(&room->marks, person->uid, mark);
    return mark;
}

static void make_newest(struct mark *mark)
{
    struct room *room = mark->room;
    mark->news = ++room->mark_news;
    if (room->newest_mark == mark)
        return;
    if (mark->newer != NULL)
        mark->newer->older = mark->older;
    if (mark->older != NULL)
        mark->older->newer = mark->newer;
    mark->older = room->newest_mark;
    mark->newer = NULL;
    if (mark->older != NULL)
        mark->older->newer = mark;
    room->newest_mark = mark;
}

uint64_t marks_get(const struct room *room, const struct person *person)
{
    const struct mark *mark = find(room, person);
    return mark != NULL ? mark->seq : 0;
}

struct mark *marks_after(const struct room *room, uint64_t news)
{
    struct mark *mark = room->newest_mark;
    if (mark == NULL || mark->news <= news)
        return NULL;
    while (mark->older != NULL && mark->older->news > news)
        mark = mark->older;
    return mark;
}

/* On the disk */

static bool write_down(struct marks *marks, const struct mark *mark)
{
    struct msg msg = {
        .type = MSG_READ, .room = mark->room->name, .from = mark->person->uid, .seq = mark->seq};
    struct buf *frame = &marks->server->encoded;
    int64_t time = clock_wall_ms();
    buf_clear(frame);
    marks->server->dirty = true;
    return msg_encode(&msg, frame) &&
           roomlog_append(marks->log, buf_peek(frame), time > 0 ? time : 0) != 0;
}

void marks_put(struct room *room, struct person *person, uint64_t seq)
{
    struct server *server = room->server;
    struct mark *mark = find(room, person);
    if (mark == NULL)
        mark = add(server->marks, room, person);
    if (seq <= mark->seq)
        return;
    mark->seq = seq;
    make_newest(mark);
    if (!write_down(server->marks, mark))
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "what %s has read was not written down", person->name);
    int64_t now_ms = loop_now_ms(server->loop);
    room->marks_wait = now_ms - room->marks_told_ms < MARKS_EVERY_MS;
    if (!room->marks_wait) {
        room->marks_told_ms = now_ms;
        room_touch(room);
    }
}

static uint64_t seq_of(const struct msg *msg, uint64_t last)
{
    return msg->type == MSG_READ ? last + 1 : 0;
}

/* A room that was made anew has other numbers than the one that went. */
static uint64_t at_most(const struct room *room, uint64_t seq)
{
    uint64_t last = roomlog_next(room->log) - 1;
    return seq < last ? seq : last;
}

static void on_mark(void *context, uint64_t seq, struct bytes bytes)
{
    struct marks *marks = context;
    struct frame frame;
    struct msg msg = {0};
    (void)seq;
    if (frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL) > 0 &&
        msg_decode(&msg, &frame, NULL) && msg.type == MSG_READ && msg.from != NULL) {
        struct room *room = rooms_find(marks->server, msg.room);
        struct person *person = roster_find(marks->server->roster, msg.from);
        struct mark *mark = room != NULL && person != NULL ? find(room, person) : NULL;
        if (mark == NULL && room != NULL && person != NULL)
            mark = add(marks, room, person);
        if (mark != NULL && at_most(room, msg.seq) > mark->seq) {
            mark->seq = at_most(room, msg.seq);
            make_newest(mark);
        }
    }
    msg_destroy(&msg);
}

struct marks *marks_open(struct server *server, const char *folder, struct err *err)
{
    struct marks *marks = mem_alloc(1, sizeof *marks);
    struct segment_rules rules = {.seq_of = seq_of, .visit = on_mark, .context = marks};
    /* nobody waits for them: not more than one sync a second, or they would hold up the rooms' */
    enum roomlog_sync sync = server->config.sync == SYNC_ALWAYS ? SYNC_SECOND : server->config.sync;
    marks->server = server;
    marks->log = roomlog_open(folder, &rules, sync, server->disk, NULL, NULL, err);
    if (marks->log == NULL) {
        marks_close(marks);
        return NULL;
    }
    return marks;
}

void marks_close(struct marks *marks)
{
    if (marks == NULL)
        return;
    roomlog_close(marks->log);
    for (size_t i = 0; i < marks->count; i++)
        mem_free(marks->all[i]);
    mem_free(marks->all);
    mem_free(marks);
}

struct roomlog *marks_log(const struct marks *marks)
{
    return marks->log;
}

/* Keeping it small */

static void begin_anew(struct marks *marks)
{
    static const struct roomlog_keep least = {.count = 1};
    uint64_t first = roomlog_first_seq(marks->log);
    uint64_t frames = first == 0 ? 0 : roomlog_last_seq(marks->log) - first + 1;
    if (frames <= 2 * marks->count + SPARE || !roomlog_cut(marks->log, &least, clock_wall_ms()))
        return;
    marks->first = roomlog_next(marks->log);
    marks->walk = 0;
}

static void go_on(struct marks *marks)
{
    struct err err = {0};
    for (int i = 0; i < AT_ONCE && marks->walk < marks->count; i++) {
        if (!write_down(marks, marks->all[marks->walk]))
            return; /* the disk is full: at the next tick */
        marks->last = roomlog_last_seq(marks->log);
        marks->walk++;
    }
    if (marks->walk < marks->count || roomlog_stored(marks->log) < marks->last)
        return;
    if (!roomlog_drop(marks->log, marks->first, &err))
        log_warn("old marks cannot be removed: %s", err.text);
    marks->first = 0;
}

void marks_tick(struct server *server, int64_t now_ms)
{
    for (size_t i = 0; i < server->room_count; i++) {
        struct room *room = server->rooms[i];
        if (!room->marks_wait)
            continue;
        room->marks_wait = false;
        room->marks_told_ms = now_ms;
        room_touch(room);
    }
    if (server->marks->first == 0)
        begin_anew(server->marks);
    else
        go_on(server->marks);
    roomlog_rest(server->marks->log);
}
