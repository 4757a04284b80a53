/* options.h - the command line of confab-server. Pure. */
#ifndef CONFAB_SERVER_OPTIONS_H
#define CONFAB_SERVER_OPTIONS_H

#include "protocol/base/log.h"
#include "server/server.h"

struct options {
    struct server_config config; /* strings are lent from argv */
    enum log_level level;
    bool help, version;
};
/* False with a sentence for what cannot be understood. */
bool options_parse(int argc, char **argv, struct options *options, struct err *err);
extern const char options_help[];

#endif
