/* tls.h - TLS 1.3 links (OpenSSL): a server's certificate, its fingerprint, and the two ends.
 *
 * There is no authority on a local network: a server makes its own certificate at its first start,
 * and a client knows it by the SHA-256 of that certificate (DER). Who calls sees the fingerprint
 * before one byte of its own is sent, and says whether to go on.
 *
 * A context and all its links belong to one thread; the context outlives them. */
#ifndef CONFAB_NET_TLS_H
#define CONFAB_NET_TLS_H

#include "protocol/net/link.h"

#define TLS_FINGERPRINT_SIZE 65 /* 64 lower-case hex digits and NUL */
/* The same to be read aloud: the first TLS_WORDS bytes, a word for each: 80 bits. */
#define TLS_WORDS 10
#define TLS_WORDS_BITS (TLS_WORDS * 8)
#define TLS_WORDS_SIZE (TLS_WORDS * 8) /* words have up to 7 letters */

struct tls;

/* A server's: the key (EC P-256) and certificate of `folder`/tls.pem, made there at first (only
 * this user can read it). A file that cannot be read is told, never replaced: all clients would
 * have to be told of the new fingerprint. */
struct tls *tls_open_server(const char *folder, struct err *err);
struct tls *tls_open_client(void);
void tls_close(struct tls *tls); /* NULL is fine */
/* Of a server's own certificate. */
const char *tls_fingerprint(const struct tls *tls);
/* "amber-basin-..." of 64 hex digits; false (and "") for anything else. */
bool tls_words(const char *fingerprint, char out[TLS_WORDS_SIZE]);

/* For a caller that was accepted; takes the socket. Its first byte tells: 0x16 begins a TLS
 * handshake, any other a plain stream, which is then handed through as it is (link_encrypted() says
 * false), so that the owner can answer in words. Who is spoken to before it said anything is spoken
 * to in plain. */
struct link *link_tls_accept(struct tls *tls, os_sock sock);
/* For a server that was reached; takes the socket. `trust` is called once, during the handshake,
 * with the server's fingerprint; false ends the connection. If the server answers in plain frames,
 * they are handed through (link_encrypted() is false) and nothing is ever sent in plain. */
typedef bool link_tls_trust(void *context, const char *fingerprint);
struct link *link_tls_connect(struct tls *tls, os_sock sock, link_tls_trust *trust, void *context);

#endif
