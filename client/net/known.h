/* known.h - the keys of servers visited before: lines "PLACE FINGERPRINT" in the file known-servers
 * of the configuration folder. Net thread; two programs may write at once (each change reads the
 * file anew and writes it whole). */
#ifndef CONFAB_CLIENT_NET_KNOWN_H
#define CONFAB_CLIENT_NET_KNOWN_H

#include "protocol/base/err.h"
#include "protocol/net/tls.h"
#include "protocol/os/file.h"

#define KNOWN_FILE_MAX ((size_t)1 << 20) /* bytes; past that the oldest lines go */

bool known_path(char path[OS_PATH_MAX]);
/* The key that `place` ("host:port") had, "" if it was never visited. False: the file is there and
 * can't be read, so nobody can say. */
bool known_find(const char *place, char fingerprint[TLS_FINGERPRINT_SIZE], struct err *err);
/* Remember it, in place of what was known. */
bool known_save(const char *place, const char *fingerprint, struct err *err);

#endif
