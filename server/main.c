/* confab-server: options, signals, server_run(). */
#include <stdio.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/str.h"
#include "protocol/base/versions.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/program.h"
#include "protocol/os/secret_line.h"
#include "protocol/os/signals.h"
#include "protocol/os/sock.h"
#include "protocol/wire/limits.h"
#include "server/export.h"
#include "server/options.h"
#include "server/password.h"
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

/* Asked for twice at a terminal; the empty one takes it away. */
static bool read_password(char out[PASSWORD_MAX + 1], struct err *err)
{
    char again[PASSWORD_MAX + 1];
    if (!secret_line_read("New password (empty: none): ", out, PASSWORD_MAX + 1, err))
        return false;
    if (!secret_line_is_shown())
        return true;
    bool same = secret_line_read("The same again: ", again, sizeof again, err) &&
                (strcmp(out, again) == 0 || err_set(err, ERR_FORMAT, "These were two passwords."));
    secret_wipe(again, sizeof again);
    return same;
}

static int set_password(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    char password[PASSWORD_MAX + 1] = "", folder[OS_PATH_MAX];
    bool ok = options_load(argc, argv, &options, NULL, &err);
    if (ok) {
        dirs_data(folder);
        if (options.config.data_dir != NULL)
            str_copy(folder, sizeof folder, options.config.data_dir);
        ok = read_password(password, &err) && password_save(folder, password, &err);
    }
    if (ok)
        printf("%s A running server knows it when it is started again.\n",
               password[0] != '\0' ? "The password is set." : "There is no password any more.");
    secret_wipe(password, sizeof password);
    options_finish(&options);
    return ok ? 0 : fail(&err);
}

static void print_version(void)
{
    char libraries[VERSIONS_SIZE] = "";
    versions_add_base(libraries, sizeof libraries);
    printf("confab-server %s\n%s", CONFAB_VERSION_FULL, libraries);
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    int code = 0;
    program_start(&argc, &argv);
    if (!options_parse(argc, argv, &options, &err))
        code = fail(&err);
    else if (options.help)
        options_print_help(stdout);
    else if (options.version)
        print_version();
    else if (options.check_config)
        code = check_config(argc, argv, options.file);
    else if (options.status)
        code = print_status(argc, argv);
    else if (options.set_password)
        code = set_password(argc, argv);
    else if (options.export != NULL)
        code = export_events(argc, argv);
    else
        code = serve(argc, argv);
    options_finish(&options);
    return code;
}
