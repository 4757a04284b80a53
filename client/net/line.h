/* line.h - the one connection of the net thread: dial, hello, ping, loss. Net thread only. */
#ifndef CONFAB_CLIENT_NET_LINE_H
#define CONFAB_CLIENT_NET_LINE_H

#include "protocol/net/conn.h"
#include "protocol/net/tls.h"

struct net;
struct dial;

enum line_state {
    LINE_NONE,
    LINE_DIALING,  /* connect() is under way */
    LINE_GREETING, /* hello was said */
    LINE_READY,    /* welcome was said */
};

struct line_waiting { /* did not fit in the conn's queue */
    struct line_waiting *next;
    struct msg *msg;
};

struct line {
    enum line_state state;
    uint32_t attempt;
    char host[256];
    uint16_t port;
    struct msg *hello;
    char key[TLS_FINGERPRINT_SIZE];         /* that it must have; "": the known one */
    char fingerprint[TLS_FINGERPRINT_SIZE]; /* that it has; "": not seen yet, or plain */
    bool first_visit;
    struct err distrust; /* why its key was refused */
    struct sock_address addresses[SOCK_RESOLVE_MAX];
    size_t address_count, address_at;
    struct dial *dial;
    struct err dial_err; /* why the address before did not answer */
    struct conn *conn;
    struct conn *leaving; /* an older one that still says bye */
    int64_t answer_by_ms; /* while dialing and greeting */
    int64_t pinged_ms;
    int64_t suspect_ms; /* the computer slept: if nothing is heard by then it is over; 0: no */
    int64_t wall_ms, mono_ms; /* both clocks at the last look */
    struct line_waiting *waiting, **waiting_end;
};

void line_init(struct line *line);
/* Drop what is there, without mail. */
void line_drop(struct net *net);
void line_connect(struct net *net, uint32_t attempt, const char *host, uint16_t port,
                  const struct msg *hello, const char *key);
/* Say bye; the conn closes when that is sent, and is not ours any more. */
void line_bye(struct net *net);
/* Behind what was sent before. Dropped unless LINE_READY. */
void line_send(struct net *net, const struct msg *msg);
bool line_is_ready(const struct net *net);
/* There is something to do in the next flush. */
void line_hurry(struct net *net);
/* Time-outs and pings. Returns when it is due again. */
int64_t line_tick(struct net *net, int64_t now_ms);

#endif
