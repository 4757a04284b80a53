#include "client/platform/dialog.h"

#include <string.h>

#include <SDL.h>

#include "client/platform/dialog_ask.h"
#include "client/platform/sdl/window_inside.h"
#include "protocol/base/buf.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/spawn.h"

#define ANSWER_MAX (4 * 1024 * 1024) /* bytes of paths from one dialog: thousands of files */
#define LOOK_MS 200                  /* how soon a cancelled dialog goes */

static struct {
    SDL_Thread *thread;
    struct dialog_wish *wish;
    atomic_bool running;
    unsigned last_token;
} dialog;

static void add_choice(struct dialog_wish *wish, const char *path)
{
    if (path[0])
        window_post_choice(wish->token, mem_string(path));
}

static int ask(void *arg)
{
    struct dialog_wish *wish = arg;
    struct err err = {0};
    if (!dialog_ask(wish, &err))
        log_warn("%s", err.text);
    window_post_choice(wish->token, NULL);
    atomic_store(&dialog.running, false);
    return 0;
}

static void join(void)
{
    if (!dialog.thread || !dialog.wish)
        return;
    SDL_WaitThread(dialog.thread, NULL);
    mem_free(dialog.wish->title);
    mem_free(dialog.wish->folder);
    mem_free(dialog.wish->name);
    mem_free(dialog.wish);
    dialog.thread = NULL;
    dialog.wish = NULL;
}

static unsigned start(enum dialog_kind kind, const char *title, const char *folder,
                      const char *name, struct err *err)
{
    if (atomic_load(&dialog.running)) {
        err_set(err, ERR_EXISTS, "A file window is already open: choose or close it first");
        return 0;
    }
    if (!dialog_available()) {
        err_set(err, ERR_NOT_FOUND,
                "This system has no file window that we know of: "
                "install zenity or kdialog, or drop files on the window");
        return 0;
    }
    join(); /* of the one before, which has answered */
    struct dialog_wish *wish = mem_alloc(1, sizeof *wish);
    wish->kind = kind;
    wish->title = mem_string(title);
    wish->folder = mem_string(folder);
    wish->name = mem_string(name);
    wish->add = add_choice;
    wish->token = ++dialog.last_token;
    dialog.wish = wish;
    atomic_store(&dialog.running, true);
    dialog.thread = SDL_CreateThread(ask, "dialog", wish);
    if (!dialog.thread)
        die("No thread for the file window: %s", SDL_GetError());
    return wish->token;
}

unsigned dialog_open_files(struct window *window, const char *title, struct err *err)
{
    (void)window;
    return start(DIALOG_OPEN, title, NULL, NULL, err);
}

unsigned dialog_save_file(struct window *window, const char *title, const char *folder,
                          const char *name, struct err *err)
{
    (void)window;
    return start(DIALOG_SAVE, title, folder, name, err);
}

unsigned dialog_choose_folder(struct window *window, const char *title, const char *folder,
                              struct err *err)
{
    (void)window;
    return start(DIALOG_FOLDER, title, folder, NULL, err);
}

void dialog_cancel(void)
{
    if (dialog.wish)
        atomic_store(&dialog.wish->cancelled, true);
    join();
}

/* One path a line. A newline in a file's name cannot be told from two names; such a name is then
 * not found. */
static void add_lines(struct dialog_wish *wish, char *text)
{
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        size_t size = strlen(line);
        if (size > 0 && line[size - 1] == '\r')
            line[size - 1] = '\0';
        wish->add(wish, line);
        line = end ? end + 1 : NULL;
    }
}

bool dialog_ask_program(struct dialog_wish *wish, const char *const *argv, struct err *err)
{
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, err);
    if (!child)
        return false;
    struct buf answer;
    buf_init(&answer, ANSWER_MAX);
    for (;;) {
        char bytes[4096];
        size_t got = 0;
        struct err why = {0};
        if (atomic_load(&wish->cancelled)) {
            spawn_kill(child);
            break;
        }
        if (spawn_read(child, bytes, sizeof bytes, LOOK_MS, &got, &why)) {
            if (got == 0 || !buf_append(&answer, bytes, got))
                break;
        } else if (why.kind != ERR_TIMEOUT) {
            break;
        }
    }
    int code = spawn_finish(child);
    if (code == 0 && buf_append(&answer, "", 1))
        add_lines(wish, (char *)answer.data + answer.start);
    buf_finish(&answer);
    return true;
}
