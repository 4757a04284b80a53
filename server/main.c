/* confab-server: options, signals, server_run(). */
#include <stdio.h>

#include "protocol/os/signals.h"
#include "protocol/os/sock.h"
#include "server/export.h"
#include "server/options.h"
#include "server/server.h"
#include "server/status.h"
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

struct running {
    int argc;
    char **argv;
    struct options options; /* as they hold now */
};

/* Someone asks for the configuration to be read again. */
static void reload(struct server *server, void *context)
{
    struct running *running = context;
    struct options fresh;
    struct err err = {0};
    if (!signals_reload())
        return;
    if (options_load(running->argc, running->argv, &fresh, NULL, &err) &&
        server_reconfigure(server, &fresh.config, &err)) {
        options_take(&running->options, &fresh);
        log_set_level(running->options.level);
        log_set_format(running->options.format);
        log_info("the configuration was read again");
    } else {
        log_error("the configuration stays as it was: %s", err.text);
    }
    options_finish(&fresh);
}

static int serve(int argc, char **argv)
{
    struct running running = {.argc = argc, .argv = argv};
    struct options *options = &running.options;
    struct err err = {0};
    struct server *server = NULL;
    bool ok = false;
    if (options_load(argc, argv, options, NULL, &err)) {
        log_set_level(options->level);
        log_set_format(options->format);
        sock_start();
        options->config.quit = signals_quit;
        options->config.rang = reload;
        options->config.rang_context = &running;
        server = server_create(&options->config, &err);
    }
    if (server != NULL) {
        signals_watch(server_wake(server));
        if (options->file != NULL)
            signals_watch_reload();
        ok = server_run(server, &err);
        server_destroy(server);
    }
    options_finish(options);
    return ok ? 0 : fail(&err);
}

static int export_events(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    bool ok = options_load(argc, argv, &options, NULL, &err);
    if (ok) {
        log_set_level(options.level);
        ok = export_room(options.config.data_dir, options.export, stdout, &err);
    }
    options_finish(&options);
    return ok ? 0 : fail(&err);
}

static int print_status(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    sock_start();
    bool ok = options_load(argc, argv, &options, NULL, &err) &&
              status_print(options.config.data_dir, stdout, &err);
    options_finish(&options);
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
    else if (options.status)
        code = print_status(argc, argv);
    else if (options.export != NULL)
        code = export_events(argc, argv);
    else
        code = serve(argc, argv);
    options_finish(&options);
    return code;
}
