/* confab-server: options, signals, server_run(). */
#include <stdio.h>

#include "protocol/os/signals.h"
#include "protocol/os/sock.h"
#include "server/options.h"
#include "server/server.h"
#include "version.h"

static int fail(const struct err *err)
{
    fprintf(stderr, "confab-server: %s\n", err->text);
    return 1;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    if (!options_parse(argc, argv, &options, &err))
        return fail(&err);
    if (options.help) {
        fputs(options_help, stdout);
        return 0;
    }
    if (options.version) {
        puts("confab-server " CONFAB_VERSION_FULL);
        return 0;
    }
    log_set_level(options.level);
    sock_start();
    options.config.quit = signals_quit;
    struct server *server = server_create(&options.config, &err);
    if (server == NULL)
        return fail(&err);
    signals_watch(server_wake(server));
    bool ok = server_run(server, &err);
    server_destroy(server);
    return ok ? 0 : fail(&err);
}
