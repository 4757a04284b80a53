/* load.h - a load generator for relays: many connections of one process, one epoll, one thread.
 *
 * A driver knows one protocol: how a connection says who it is and asks to hear the others, how a
 * text is sent, and how many texts stand in bytes that came. A scene knows what is measured. Linux
 * only (epoll, /proc); time is in nanoseconds of CLOCK_MONOTONIC. What fails ends the process with
 * a sentence: a measurement that went wrong must not look like one. */
#ifndef CONFAB_BENCH_LOAD_H
#define CONFAB_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "protocol/base/buf.h"
#include "protocol/base/hash.h"

#define LOAD_DIGITS 8        /* every text begins with its number, so that a loss is seen at once */
#define LOAD_TEXT_MAX 400    /* bytes: an IRC line has room for them */
#define LOAD_LINKS_MAX 30000 /* connections of one run */
#define LOAD_INPUT (256 * 1024)
#define LOAD_OUT_MAX (4 << 20) /* bytes that may wait for one socket */
#define LOAD_PIECE_MAX (256 * 1024)

struct load;

enum link_role {
    LINK_RECEIVER,
    LINK_SENDER,
    LINK_UPLOADER,
    LINK_IDLE, /* logged in, listening to nothing */
};

/* One connection. */
struct link {
    struct load *load;
    int fd;
    enum link_role role;
    uint32_t number;            /* its place in load->links */
    int step;                   /* of the driver's greeting */
    bool heard;                 /* something came */
    bool ready;                 /* greeted, and listening if it is a receiver */
    bool asleep;                /* reads nothing */
    bool lost;                  /* the server closed it */
    bool writing;               /* epoll watches for room */
    uint64_t got;               /* texts */
    uint64_t bytes;             /* of files */
    size_t skip;                /* bytes of a piece that are still to come ... */
    size_t credit;              /* ... and what is then added to `bytes` */
    char next[LOAD_DIGITS + 1]; /* the number that must come */
    struct buf out, tail;       /* tail: the beginning of what has not come whole */
    struct bytes lent;          /* goes out behind `out`; not copied */
};

struct driver {
    const char *name;
    uint32_t window; /* texts on their way at most, unless told otherwise */
    /* Append what a new connection says first. */
    void (*greet)(struct link *link);
    /* Read bytes[0..size): count texts with load_on_text() and pieces of files with
     * load_on_piece(), answer what must be answered, set link->ready. Returns how many bytes were
     * used; the rest is given again with more behind. */
    size_t (*take)(struct link *link, const uint8_t *bytes, size_t size);
    /* Append one text (load->text_size bytes). */
    void (*say)(struct link *link, const char *text);

    /* Files, if the protocol has a way; piece_size 0: the uploader sends none. */
    bool files;
    uint32_t piece_size;
    uint32_t file_window; /* bytes on their way at most, 0: the server takes care of that itself */
    /* Announce load->file_size bytes; load->file_open is set when pieces may follow. */
    void (*file_begin)(struct link *link);
    /* Append what stands before `size` bytes from `offset` on, and lend load->content, with what
     * stands behind (two bytes of line end are there). */
    void (*file_piece)(struct link *link, uint64_t offset, size_t size);
    void (*file_end)(struct link *link); /* may be NULL */
};
extern const struct driver driver_confab, driver_redis, driver_nats, driver_mqtt, driver_irc;
extern const struct driver driver_floor, driver_sendfile; /* relay_floor.c's */

struct load {
    const struct driver *driver;
    uint16_t port;
    int pid; /* the server, 0: not told */
    int epoll;
    struct link *links;
    uint32_t count, heard, ready, receivers, idle;
    size_t text_size;
    uint32_t window, rate; /* rate: texts a second, where they are paced */
    double seconds;
    uint64_t said; /* texts sent so far */
    uint8_t *input;
    void (*on_arrival)(struct link *link, uint64_t number); /* a scene's own; may be NULL */
    bool with_files;                                        /* receivers listen to files, too */
    uint64_t file_size;
    uint32_t file_number;      /* the how manyth */
    bool file_open, file_done; /* pieces may come; another file may */
    char file_hash[SHA256_HEX_SIZE];
    uint8_t *content; /* LOAD_PIECE_MAX bytes and a line end: what every piece is */
};

/* load_link.c; init takes the limits and the driver as they stand in *load */
void load_init(struct load *load);
void load_finish(struct load *load);
/* Connect `count` links and wait until each is ready; returns the first. */
struct link *load_connect(struct load *load, enum link_role role, uint32_t count);
/* Wait for at most `ns` and serve what there is. */
void load_turn(struct load *load, int64_t ns);
void load_send(struct link *link, const void *bytes, size_t size); /* append */
void load_flush(struct link *link);
void load_sleep(struct link *link, bool asleep);
/* Say the next text with the sender's link (append only). */
void load_say(struct link *sender);
/* The fewest texts, or bytes of files, that a receiver got: those that sleep and those that are
 * lost aside. */
uint64_t load_slowest(const struct load *load);
uint64_t load_slowest_bytes(const struct load *load);
uint64_t load_delivered(const struct load *load); /* texts, all receivers together */
/* A piece of `payload` bytes with `end` bytes behind begins, `here` bytes of that are here. Returns
 * how many of these it takes. */
size_t load_on_piece(struct link *link, size_t payload, size_t end, size_t here);

/* load_measure.c */
int64_t load_now(void);
int64_t load_own_cpu(void);        /* ns that this process has used */
int64_t load_server_cpu(int pid);  /* ns that all threads of the process have used */
uint64_t load_server_rss(int pid); /* bytes */
/* A stretch of time: what passed and what was used meanwhile. */
struct stretch {
    int64_t start, own, server; /* begun at; ns */
    double seconds, load_share, server_share;
    double server_us; /* of the server's processor */
};
void stretch_begin(const struct load *load, struct stretch *stretch);
void stretch_end(const struct load *load, struct stretch *stretch);

/* The scenes print one line of JSON each. */
void scene_flood(struct load *load, uint32_t receivers); /* load_flood.c */
void scene_stops(struct load *load, uint32_t receivers);
void scene_paced(struct load *load, uint32_t receivers); /* load_paced.c */
void scene_files(struct load *load, uint32_t receivers); /* load_files.c */
void scene_mixed(struct load *load, uint32_t receivers);

/* How long texts take to the last receiver: load_paced.c */
void pace_begin(struct load *load); /* from the next text on */
/* Say what is due; returns the ns until the next one is. */
int64_t pace_say(struct load *load, struct link *sender);
/* Print p50, p99 and how many arrived everywhere, as fields of JSON. */
void pace_print(struct load *load);

/* A text came to the link: its number must be the next one. */
void load_wrong_text(const struct link *link, const uint8_t *text);
static inline void load_on_text(struct link *link, const uint8_t *text)
{
    if (memcmp(text, link->next, LOAD_DIGITS) != 0)
        load_wrong_text(link, text);
    for (int i = LOAD_DIGITS - 1; ++link->next[i] > '9'; i--)
        link->next[i] = '0';
    if (link->load->on_arrival != NULL)
        link->load->on_arrival(link, link->got);
    link->got++;
}

#endif
