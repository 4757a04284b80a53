/* tls_inside.h - what tls_context.c and link_tls.c share. */
#ifndef CONFAB_NET_TLS_INSIDE_H
#define CONFAB_NET_TLS_INSIDE_H

#include <openssl/ssl.h>
#include "protocol/net/tls.h"

#define TLS_RECORD 16384              /* plain bytes in a record at most, RFC 8446 5.1 */
#define TLS_BATCH (4 * TLS_RECORD)    /* encrypted before one send() */
#define TLS_STAGE_MAX (TLS_BATCH * 2) /* ... with heads, tags and what OpenSSL adds by itself */

struct tls {
    SSL_CTX *context;
    BIO_METHOD *method; /* link_tls.c's */
    uint8_t *stage;     /* records of the call under way, not yet given to the socket: */
    size_t staged;      /* so many bytes of TLS_STAGE_MAX */
    uint8_t *plain;     /* TLS_BATCH bytes: pieces put together, a part of a file */
    char fingerprint[TLS_FINGERPRINT_SIZE];
};

/* tls_context.c */
void tls_fingerprint_of(X509 *certificate, char out[TLS_FINGERPRINT_SIZE]);
/* link_tls.c */
void link_tls_prepare(struct tls *tls);

#endif
