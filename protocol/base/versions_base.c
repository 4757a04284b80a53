/* Apart from versions.c: a program that has no use for these libraries does not get them by it. */
#include <cjson/cJSON.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <utf8proc.h>

#include "protocol/base/versions.h"

void versions_add_base(char *out, size_t size)
{
    versions_add(out, size, "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
    versions_add(out, size, "cJSON", cJSON_Version());
    versions_add(out, size, "utf8proc", utf8proc_version());
    versions_add(out, size, "libdeflate",
                 LIBDEFLATE_VERSION_STRING); /* its header's; it tells none */
}
