/* net_state.h - what the network thread consists of. For the files of this folder; net thread
 * only. */
#ifndef CONFAB_CLIENT_NET_STATE_H
#define CONFAB_CLIENT_NET_STATE_H

#include "client/net/download.h"
#include "client/net/line.h"
#include "client/net/net.h"
#include "client/net/upload.h"
#include "protocol/net/conn.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"

struct net {
    struct net_config config;
    struct thread *thread;
    struct mailbox *orders; /* from the owner */
    struct wake *wake;
    struct watch wake_watch;
    struct loop *loop;
    struct tls *tls; /* NULL: plain */
    struct beacon_client *beacon;
    uint32_t seen_version;
    int64_t beacon_ms; /* when it is due */
    struct line line;
    struct uploads uploads;
    struct downloads downloads;
    bool ends;
    int64_t ends_ms; /* at the latest */
};

struct net_mail *net_mail_create(struct net *net, enum net_mail_kind kind);
void net_post(struct net *net, struct net_mail *mail);

#endif
