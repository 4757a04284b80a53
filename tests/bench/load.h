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

#define LOAD_DIGITS 8        /* every text begins with its number, so that a loss is seen at once */
#define LOAD_TEXT_MAX 400    /* bytes: an IRC line has room for them */
#define LOAD_LINKS_MAX 30000 /* connections of one run */
#define LOAD_INPUT (256 * 1024)
#define LOAD_OUT_MAX (4 << 20) /* bytes that may wait for one socket */

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
    bool ready;                 /* greeted, and listening if it is a receiver */
    bool asleep;                /* reads nothing */
    bool lost;                  /* the server closed it */
    bool writing;               /* epoll watches for room */
    uint32_t skip;              /* bytes of something large that are still to be passed over */
    uint64_t got;               /* texts */
    uint64_t bytes;             /* of files */
    char next[LOAD_DIGITS + 1]; /* the number that must come */
    struct buf out, tail;       /* tail: the beginning of what has not come whole */
};

struct driver {
    const char *name;
    uint32_t window; /* texts on their way at most, unless told otherwise */
    /* Append what a new connection says first. */
    void (*greet)(struct link *link);
    /* Read bytes[0..size): count texts with load_on_text(), answer what must be answered, set
     * link->ready. Returns how many bytes were used; the rest is given again with more behind. */
    size_t (*take)(struct link *link, const uint8_t *bytes, size_t size);
    /* Append one text (load->text_size bytes). */
    void (*say)(struct link *link, const char *text);
};
extern const struct driver driver_confab, driver_redis;

struct load {
    const struct driver *driver;
    uint16_t port;
    int pid; /* the server, 0: not told */
    int epoll;
    struct link *links;
    uint32_t count, ready, receivers;
    size_t text_size;
    uint32_t window;
    double seconds;
    uint64_t said; /* texts sent so far */
    uint8_t *input;
    void (*on_arrival)(struct link *link, uint64_t number); /* a scene's own; may be NULL */
};

/* load_link.c */
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
/* The fewest texts that a receiver got: those that sleep and those that are lost aside. */
uint64_t load_slowest(const struct load *load);

/* load_measure.c */
int64_t load_now(void);
int64_t load_own_cpu(void);        /* ns that this process has used */
int64_t load_server_cpu(int pid);  /* ns that all threads of the process have used */
uint64_t load_server_rss(int pid); /* bytes */

/* load_scenes.c */
void scene_flood(struct load *load, uint32_t receivers);

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
