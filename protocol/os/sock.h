/* sock.h - sockets in our words: TCP and UDP, IPv4 and IPv6, never blocking. */
#ifndef CONFAB_OS_SOCK_H
#define CONFAB_OS_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

typedef intptr_t os_sock; /* a descriptor on POSIX, a SOCKET on Windows */
#define OS_SOCK_NONE ((os_sock)-1)

#define SOCK_ADDRESS_SIZE 64 /* "[fe80::1%eth0]:65535" and its NUL */

/* A network address, opaque but copyable. */
struct sock_address {
    uint32_t size;
    _Alignas(8) uint8_t bytes[128];
};

/* Prepare the process (Winsock; SIGPIPE ignored). Once, before anything here. */
void sock_start(void);
void sock_close(os_sock sock); /* OS_SOCK_NONE is fine */

/* "192.168.1.20:5050", "[::1]:5050" */
void sock_address_text(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE]);
/* The host alone: "192.168.1.20", "fe80::1%eth0". */
void sock_address_host(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE]);
/* Whose it most likely is: the IPv4 address, or the IPv6 network of 64 bits ("2001:db8:0:7::/64"),
 * of which one computer has as many addresses as it likes (RFC 4291, section 2.5.4). The link-local
 * network (fe80::) is everybody's on the cable, so there it is the address itself. */
void sock_address_network(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE]);
uint16_t sock_address_port(const struct sock_address *address);
bool sock_address_is_loopback(const struct sock_address *address);

/* "192.168.1.20", "2001:db8::7": a number, no name, so it asks nobody. False: it is none. */
bool sock_address_parse(const char *text, struct sock_address *out);

#define SOCK_RESOLVE_MAX 8
/* Name or number to addresses (getaddrinfo: may block for seconds, so only on threads that may
 * wait). Returns how many, 0 with *err set: «"xyz" is not an address or a known computer
 * name». Brackets around an IPv6 number are taken off. */
size_t sock_resolve(const char *host, uint16_t port, struct sock_address out[SOCK_RESOLVE_MAX],
                    struct err *err);

/* A listening TCP socket on address (a number or name) and port (0: the system picks). SO_REUSEADDR
 * on POSIX, exclusive on Windows; "::" takes IPv4 too. OS_SOCK_NONE and a sentence on failure: port
 * in use, address not of this computer, no right. */
os_sock sock_listen(const char *host, uint16_t port, struct err *err);
/* The next caller, non-blocking, TCP_NODELAY on; `err` is not NULL.
 * OS_SOCK_NONE with err->kind
 *   ERR_NONE    nobody waits, or the caller has gone again
 *   ERR_LIMIT   the process is out of descriptors: do not watch the listener for a second, it would
 *               stay readable and the loop would spin
 *   ERR_SYSTEM  otherwise
 * A socket together with ERR_LIMIT: the process has no descriptor left but the one that is kept
 * aside for this case. Tell the caller so in words and close the socket at once: the next
 * sock_close() of any socket sets a descriptor aside again. */
os_sock sock_accept(os_sock listener, struct sock_address *from, struct err *err);
/* Begin to connect; the socket becomes writable when that is decided, then ask
 * sock_connect_result(). */
os_sock sock_connect(const struct sock_address *address, struct err *err);
/* After it became writable: true if connected, else the sentence ("Connection refused: nobody is
 * listening at 10.0.0.5:5050." ERR_REFUSED; "No route to host ..." ERR_UNREACHABLE). TCP_NODELAY is
 * on afterwards. */
bool sock_connect_result(os_sock sock, const struct sock_address *address, struct err *err);
bool sock_local_address(os_sock sock, struct sock_address *address);

enum sock_status { SOCK_OK, SOCK_AGAIN, SOCK_CLOSED, SOCK_FAILED };
/* Move up to size bytes; *moved says how many (> 0 when SOCK_OK). SOCK_CLOSED: orderly end
 * (receive), or reset by the peer. */
enum sock_status sock_receive(os_sock sock, void *bytes, size_t size, size_t *moved);
enum sock_status sock_send(os_sock sock, const void *bytes, size_t size, size_t *moved);
/* The same for what is followed by more at once: the system may hold it back until then. */
enum sock_status sock_send_more(os_sock sock, const void *bytes, size_t size, size_t *moved);
/* Several pieces in one call (writev). */
struct sock_piece {
    const void *data;
    size_t size;
};
#define SOCK_PIECES_MAX 64
enum sock_status sock_send_pieces(os_sock sock, const struct sock_piece *pieces, size_t count,
                                  size_t *moved);
/* Send from a file without copying where the system can (sendfile); elsewhere pread and send.
 * `file` is an os_file handle (file.h). SOCK_FAILED if the file has no byte at `offset`. */
enum sock_status sock_send_file(os_sock sock, intptr_t file, uint64_t offset, size_t size,
                                size_t *moved);
/* Unsent bytes the kernel may hold before the socket stops being writable (TCP_NOTSENT_LOWAT); no
 * effect where unknown. */
void sock_set_unsent_limit(os_sock sock, size_t bytes);
void sock_end_sending(os_sock sock); /* shutdown(SHUT_WR) */

/* A set of sockets to wait on: select() whatever their number (on POSIX own bit sets as large as
 * needed, never FD_SET out of range; on Windows an fd_set with its array grown). Sized by the
 * largest descriptor; reused from turn to turn. */
struct sock_set;
#define SOCK_READ 1u
#define SOCK_WRITE 2u
struct sock_set *sock_set_create(void);
void sock_set_destroy(struct sock_set *set);
void sock_set_clear(struct sock_set *set);
void sock_set_add(struct sock_set *set, os_sock sock, unsigned want);
/* select() until something is ready or timeout_ms passes (-1: no end). Returns how many are ready
 * (0 also when a signal came), -1 with *err if select() refused. */
int sock_set_wait(struct sock_set *set, int64_t timeout_ms, struct err *err);
unsigned sock_set_ready(const struct sock_set *set, os_sock sock); /* SOCK_READ | SOCK_WRITE */

/* UDP, for discovery. IPv4: every network that people chat on has it, and it needs no zone. */
/* One network interface of this computer with an IPv4 address. */
struct sock_interface {
    char name[48];
    uint32_t index;
    uint8_t address[4];
    uint8_t broadcast[4]; /* 0.0.0.0 where it has none */
    bool loopback;
};
#define SOCK_INTERFACES_MAX 32
size_t sock_interfaces(struct sock_interface out[SOCK_INTERFACES_MAX]); /* those that are up */
/* A UDP socket on port (0: any), shared with other programs (SO_REUSEADDR, and SO_REUSEPORT where
 * it is needed), broadcast allowed, multicast loop on. */
os_sock sock_udp_open(uint16_t port, struct err *err);
/* Hear `group` (four address bytes) on that interface. */
bool sock_udp_join(os_sock sock, const uint8_t group[4], const struct sock_interface *through,
                   struct err *err);
/* One datagram to address:port; through `interface` if it isn't NULL. Failure is of no consequence
 * to a caller that repeats. */
bool sock_udp_send(os_sock sock, const uint8_t address[4], uint16_t port,
                   const struct sock_interface *through, const void *bytes, size_t size);
bool sock_udp_reply(os_sock sock, const struct sock_address *to, const void *bytes, size_t size);
/* SOCK_OK with one datagram (cut at size), or SOCK_AGAIN. */
enum sock_status sock_udp_receive(os_sock sock, void *bytes, size_t size, size_t *moved,
                                  struct sock_address *from);
/* Let the process hold at least `count` descriptors (setrlimit); returns how many it may hold. */
size_t sock_raise_limit(size_t count);

#endif
