/* beacon_radio.h - one UDP socket of the discovery: shouts through interfaces, hands out what it
 * hears. Only for beacon_server.c and beacon_client.c. */
#ifndef CONFAB_NET_BEACON_RADIO_H
#define CONFAB_NET_BEACON_RADIO_H

#include "protocol/net/loop.h"
#include "protocol/wire/msg.h"

#define BEACON_DATAGRAM_MAX 1200 /* bytes; goes through any network without being cut in pieces */
#define BEACON_TURN_MAX 32       /* datagrams heard in one turn, so that a flood starves nobody */

struct beacon_radio {
    struct watch watch; /* first */
    struct loop *loop;
    /* Whole messages; whatever else comes in on the port was dropped. `msg` during the call. */
    void (*on_message)(struct beacon_radio *radio, const struct msg *msg,
                       const struct sock_address *from);
    void (*on_retire)(struct beacon_radio *radio); /* the owner's memory may go */
    void *owner;
};

/* Open on port (0: any; nobody calls there, but answers come back). Fill the callbacks and the
 * owner first. False with *err: nothing was added to the loop. */
bool beacon_radio_open(struct beacon_radio *radio, struct loop *loop, uint16_t port,
                       struct err *err);
/* Close the socket; on_retire follows at the end of the turn. */
void beacon_radio_close(struct beacon_radio *radio);

/* Hear the group on those interfaces. To be repeated: interfaces come and go. */
void beacon_radio_join(struct beacon_radio *radio, const struct sock_interface *interfaces,
                       size_t count);
/* Send to the group and the broadcast address of each interface. Failures do not matter: a call is
 * repeated. */
void beacon_radio_shout(struct beacon_radio *radio, const struct sock_interface *interfaces,
                        size_t count, uint16_t port, const struct msg *msg);
void beacon_radio_reply(struct beacon_radio *radio, const struct sock_address *to,
                        const struct msg *msg);

/* "192.168.1.20" to its four bytes. False for anything else. */
bool beacon_parse_v4(const char *text, uint8_t out[4]);

#endif
