#include "client/terminal/terminal.h"
#include <stdio.h>
#include <string.h>
#include "client/app/action.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"
#include "protocol/os/signals.h"
#include "protocol/wire/limits.h"

#define PASSWORD_FILE_MAX 1024 /* bytes */

static void ring(void *context)
{
    wake_ring(context);
}

void terminal_complain(const char *text)
{
    size_t size = 3 * strlen(text) + 1;
    char *safe = mem_alloc(size, 1);
    utf8_show(text, false, safe, size);
    fprintf(stderr, "%s\n", safe);
    mem_free(safe);
}

bool terminal_open(struct terminal *terminal, const struct options *options, struct err *err)
{
    sock_start();
    memset(terminal, 0, sizeof *terminal);
    terminal->options = options;
    terminal->set = sock_set_create();
    terminal->wake = wake_create(err);
    if (!terminal->wake)
        return false;
    signals_watch(terminal->wake);
    return true;
}

void terminal_close(struct terminal *terminal)
{
    app_destroy(terminal->app);
    terminal->app = NULL;
    sock_set_destroy(terminal->set);
    terminal->set = NULL;
    /* The wake stays until the process ends: a signal may still ring it. */
}

bool terminal_start_app(struct terminal *terminal, struct app_config *config, struct err *err)
{
    if (config->downloads && !file_make_folder(config->downloads, err))
        return false;
    config->ring = ring;
    config->ring_context = terminal->wake;
    terminal->app = app_create(config, err);
    return terminal->app != NULL;
}

/* The first line of the file. */
static bool take_password(struct terminal *terminal, const char *path, struct err *err)
{
    size_t size;
    char *text = file_load(path, PASSWORD_FILE_MAX, &size, err);
    if (!text)
        return false;
    text[strcspn(text, "\r\n")] = '\0';
    bool fits = *text && strlen(text) <= PASSWORD_MAX;
    if (fits)
        action_set_password(terminal->app, text);
    secret_wipe(text, size);
    mem_free(text);
    return fits ||
           err_set(err, ERR_FORMAT, "The first line of %s should be a password of 1 to %d bytes.",
                   path, PASSWORD_MAX);
}

bool terminal_connect(struct terminal *terminal, const char *name, struct err *err)
{
    const struct options *options = terminal->options;
    if (!name)
        name = options->name;
    /* once: if it is the wrong one, a person is asked */
    if (options->password_file && app_model(terminal->app)->host[0] == '\0' &&
        !take_password(terminal, options->password_file, err))
        return false;
    return (!name || action_set_name(terminal->app, name, err)) &&
           (!options->room || action_join(terminal->app, options->room, err)) &&
           action_connect_text(terminal->app, options->address, err);
}

bool terminal_wait(struct terminal *terminal, os_sock input, int64_t due_ms)
{
    struct err err = {0};
    os_sock bell = wake_sock(terminal->wake);
    int64_t now = clock_now_ms(), wait_ms = -1;
    bool readable;
    if (terminal->app && app_next_due_ms(terminal->app) < due_ms)
        due_ms = app_next_due_ms(terminal->app);
    if (due_ms != INT64_MAX)
        wait_ms = due_ms > now ? due_ms - now : 0;
    sock_set_clear(terminal->set);
    sock_set_add(terminal->set, bell, SOCK_READ);
    if (input != OS_SOCK_NONE)
        sock_set_add(terminal->set, input, SOCK_READ);
    if (sock_set_wait(terminal->set, wait_ms, &err) < 0)
        die("%s", err.text);
    readable = input != OS_SOCK_NONE && (sock_set_ready(terminal->set, input) & SOCK_READ);
    wake_drain(terminal->wake);
    if (terminal->app)
        app_turn(terminal->app);
    return readable;
}
