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

/* --check-config: every problem, or "ok". */
static int check_config(int argc, char **argv, const char *file)
{
    struct options options;
    struct err err = {0};
    if (file == NULL) {
        (void)err_set(&err, ERR_FORMAT, "--check-config needs --config FILE; see --help.");
        return fail(&err);
    }
    bool ok = options_load(argc, argv, &options, stderr, &err);
    options_finish(&options);
    if (ok)
        puts("ok");
    return ok ? 0 : 1;
}

static int serve(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    struct server *server = NULL;
    if (options_load(argc, argv, &options, NULL, &err)) {
        log_set_level(options.level);
        sock_start();
        options.config.quit = signals_quit;
        server = server_create(&options.config, &err);
    }
    options_finish(&options);
    if (server == NULL)
        return fail(&err);
    signals_watch(server_wake(server));
    bool ok = server_run(server, &err);
    server_destroy(server);
    return ok ? 0 : fail(&err);
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    int code = 0;
    if (!options_parse(argc, argv, &options, &err))
        code = fail(&err);
    else if (options.help)
        options_print_help(stdout);
    else if (options.version)
        puts("confab-server " CONFAB_VERSION_FULL);
    else if (options.check_config)
        code = check_config(argc, argv, options.file);
    else
        code = serve(argc, argv);
    options_finish(&options);
    return code;
}
