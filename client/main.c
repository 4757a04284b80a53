/* main.c - confab, the window: options, one loop, one sleep. */
#include <stdio.h>
#include <string.h>

#include "client/app/action.h"
#include "client/app/address.h"
#include "client/app/app.h"
#include "client/app/settings.h"
#include "client/platform/clipboard_picture.h"
#include "client/platform/dialog.h"
#include "client/platform/fonts.h"
#include "client/platform/notify.h"
#include "client/platform/sound.h"
#include "client/platform/window.h"
#include "client/ui/frame_log.h"
#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "client/ui/views/root.h"
#include "client/ui/widgets/toast.h"
#include "client/work/bell.h"
#include "client/work/starts.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/versions.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/program.h"
#include "protocol/os/signals.h"
#include "version.h"

#define AUTO_FETCH_BYTES (UINT64_C(8) << 20) /* UX.md: pictures up to here show themselves */
#define DEFAULT_W 1000
#define DEFAULT_H 680
#define WINDOW_SIDE_MAX 16384
#define APP_ICON_PX 128
#define FIRST_MS 4000 /* a window that does not answer for so long hangs */

static const char help[] =
    "confab: group chat with pictures, sound and film for people on one network\n"
    "\n"
    "    confab                           open the connect screen\n"
    "    confab HOST [PORT] [options]     join at once (the port is 5050 if none is given)\n"
    "    confab confab://HOST:PORT/ROOM   the same by a link; it asks first if you were never "
    "there\n"
    "Without options the window that is open already comes to the front and takes the link.\n"
    "\n"
    "Options\n"
    "    --name NAME          your name; without it the last one you used, or your name on this "
    "computer\n"
    "    --room ROOM          the room to join (lobby)\n"
    "    --downloads DIR      where received files are saved\n"
    "    --theme THEME        dark, light, system or contrast (high contrast)\n"
    "    --size WxH           the window's size\n"
    "    --plain              without encryption, to a server that was started with --plain\n"
    "    --no-discovery       do not look for chats on this network\n"
    "    --new-window         one more window, also where one is open already\n"
    "    --                   what follows are no options; nor is what follows a link\n"
    "    --ui-dump FILE       after each drawn frame write what is on the screen to FILE as JSON\n"
    "    --screenshot FILE    where Ctrl+Shift+D or SIGUSR1 saves a picture of the window (PNG)\n"
    "    --frame-log FILE     at the end write when each frame was drawn and how long it took\n"
    "    --help, --version\n";

struct options {
    char address[600];
    const char *name, *room, *downloads, *theme, *dump, *screenshot, *frame_log;
    int w, h; /* 0: remembered, else the default */
    bool discover, plain;
    bool own; /* a window of its own: something else than a link was asked for */
};

/* Whatever lives as long as the window. */
struct program {
    struct options options;
    struct instance
        *instance;         /* until `starts` has it; NULL: another window is told of later starts */
    struct mailbox *later; /* these, as mail */
    struct starts *starts;
    struct wake *signals; /* rung by signals, heard by the bell */
    struct bell *bell;
    struct window *window;
    struct draw *draw;
    struct text *text;
    struct icons *icons;
    struct ui *ui;
    struct app *app;
    struct views *views;
    struct input_queue queue;
    struct frame_log *frames; /* NULL: nobody asked */
    char title[256];
    bool watching; /* the desktop is asked to say when it goes dark or light */
};

/* ---- options ---- */

static bool parse_size(const char *text, int *w, int *h)
{
    uint64_t width, height;
    char copy[32];
    if (!str_copy(copy, sizeof copy, text))
        return false;
    char *cross = strchr(copy, 'x');
    if (!cross)
        return false;
    *cross = '\0';
    if (!str_to_u64(copy, WINDOW_SIDE_MAX, &width) ||
        !str_to_u64(cross + 1, WINDOW_SIDE_MAX, &height) || !width || !height)
        return false;
    *w = (int)width;
    *h = (int)height;
    return true;
}

static bool usage(struct err *err, const char *what, const char *word)
{
    return err_set(err, ERR_FORMAT, "%s: %s. confab --help lists the options.", what, word);
}

static bool take_address(struct options *options, const char *word, int *count, struct err *err)
{
    char host[sizeof options->address];
    if (++*count == 1 && address_is_foreign(word) && !address_is_link(word)) {
        /* handed over as a link, perhaps, and reads like a computer of that name: it is asked about like any */
        str_format(options->address, sizeof options->address, "confab://%s", word);
        return true;
    }
    if (*count == 1)
        return str_copy(options->address, sizeof options->address, word) ||
               address_is_link(word) || /* cut; the window will not like it, and say so */
               usage(err, "This address is too long", word);
    if (*count > 2)
        return usage(err, "One word too many", word);
    str_copy(host, sizeof host, options->address);
    return str_format(options->address, sizeof options->address, "%s %s", host, word) ||
           usage(err, "This address is too long", word);
}

static bool parse(int argc, char **argv, struct options *options, struct err *err)
{
    const struct {
        const char *word;
        const char **value;
    } with_value[] = {
        {"--name", &options->name},           {"--room", &options->room},
        {"--downloads", &options->downloads}, {"--theme", &options->theme},
        {"--ui-dump", &options->dump},        {"--screenshot", &options->screenshot},
        {"--frame-log", &options->frame_log},
    };
    struct address address;
    enum app_theme theme;
    const char *size = NULL;
    int words = 0;
    bool ended = false; /* no more options: after --, and after a link */
    options->discover = true;
    for (int i = 1; i < argc; i++) {
        const char **value = !ended && str_equal(argv[i], "--size") ? &size : NULL;
        for (size_t j = 0; !ended && j < sizeof with_value / sizeof *with_value; j++)
            if (str_equal(argv[i], with_value[j].word))
                value = with_value[j].value;
        if (!ended && str_equal(argv[i], "--")) {
            ended = true;
            continue;
        }
        options->own |= !ended && str_starts(argv[i], "--");
        ended |= address_is_foreign(argv[i]); /* it may be anybody's: no options come out of it */
        if (value && i + 1 == argc)
            return usage(err, "This option needs a value", argv[i]);
        if (value)
            *value = argv[++i];
        else if (!ended && str_equal(argv[i], "--no-discovery"))
            options->discover = false;
        else if (!ended && str_equal(argv[i], "--plain"))
            options->plain = true;
        else if (!ended && str_equal(argv[i], "--new-window"))
            continue;
        else if (!ended && str_starts(argv[i], "--"))
            return usage(err, "There is no such option", argv[i]);
        else if (!take_address(options, argv[i], &words, err))
            return false;
    }
    if (words > 0 && !address_is_link(options->address)) { /* a link is looked at in the window */
        options->own = true;
        if (!address_parse(options->address, &address, err))
            return false;
    }
    if (size && !parse_size(size, &options->w, &options->h))
        return usage(err, "This is not a size like 1280x800", size);
    if (options->theme && !app_theme_of(options->theme, &theme))
        return usage(err, "The theme must be dark, light, system or contrast", options->theme);
    return true;
}

/* ---- opening and closing ---- */

static void ring(void *context)
{
    struct program *program = context;
    window_wake(program->window);
}

/* Somebody has started Confab once more: here it is. */
static void follow(void *reader, const char *link)
{
    struct program *program = reader;
    if (address_is_link(link))
        input_push(&program->queue, &(struct input){.kind = INPUT_LINK}, link);
    window_raise(program->window);
    window_flash(program->window); /* if the desktop lets no window come up by itself */
}

/* ---- the window's place, from one day to the next ---- */

static int kept_number(const struct settings *settings, const char *key, int fallback)
{
    const char *text = settings_get(settings, key);
    const bool negative = text && text[0] == '-';
    uint64_t value;
    if (!text || !str_to_u64(text + negative, WINDOW_SIDE_MAX, &value))
        return fallback;
    return negative ? -(int)value : (int)value;
}

/* Read before there is an app, which comes after the window. */
static void recall(const struct options *options, struct window_options *window)
{
    char path[OS_PATH_MAX];
    struct settings *settings = settings_create(settings_path(path) ? path : NULL);
    window->w = options->w ? options->w : kept_number(settings, "window.width", DEFAULT_W);
    window->h = options->h ? options->h : kept_number(settings, "window.height", DEFAULT_H);
    window->w = window->w > window->min_w ? window->w : window->min_w;
    window->h = window->h > window->min_h ? window->h : window->min_h;
    window->placed =
        !options->w && settings_get(settings, "window.x") && settings_get(settings, "window.y");
    window->x = kept_number(settings, "window.x", 0);
    window->y = kept_number(settings, "window.y", 0);
    window->maximized = !options->w && str_equal(settings_get(settings, "window.maximized"), "1");
    settings_destroy(settings);
}

static void keep_number(struct program *program, const char *key, int value)
{
    char text[16];
    str_format(text, sizeof text, "%d", value);
    action_set_setting(program->app, key, text);
}

static void remember(struct program *program)
{
    int x, y, w, h;
    bool maximized;
    if (!window_place(program->window, &x, &y, &w, &h, &maximized))
        return;
    action_set_setting(program->app, "window.maximized", maximized ? "1" : "0");
    if (maximized)
        return; /* it has the size and place of before when it is not any more */
    keep_number(program, "window.width", w);
    keep_number(program, "window.height", h);
    keep_number(program, "window.x", x);
    keep_number(program, "window.y", y);
}

/* The window first: what SDL starts (a message bus) forks, which does not go well beside the app's threads. */
static bool open_program(struct program *program, struct err *err)
{
    const struct options *options = &program->options;
    const struct app_config config = {
        .name = options->name,
        .downloads = options->downloads,
        .auto_fetch = AUTO_FETCH_BYTES,
        .discover = options->discover,
        .plain = options->plain,
        .pictures = true,
        .reconnect = true,
        .remember = true,
        .rejoin = true,
        .directs = true,
        .ring = ring,
        .ring_context = program,
        .observe = views_observe,
        .observe_context = &program->views,
        .sound = sound_port(),
    };
    struct window_options sizes = {
        .title = "Confab", .min_w = (int)WINDOW_MIN_W, .min_h = (int)WINDOW_MIN_H};
    recall(options, &sizes);
    program->signals = wake_create(err);
    if (!program->signals)
        return false;
    signals_watch(program->signals); /* before SDL, which leaves signals alone that have an owner */
    signals_watch_snapshot();
    program->window = window_open(&sizes, err);
    program->bell = program->window ? bell_start(program->signals, ring, program, err) : NULL;
    program->app = program->bell ? app_create(&config, err) : NULL;
    if (!program->app)
        return false;
    program->draw = draw_create(program->window, err);
    program->text = program->draw ? text_create(program->draw, err) : NULL;
    if (!program->text)
        return false;
    program->later = mailbox_create(ring, program);
    struct instance *instance = program->instance;
    program->instance = NULL;
    struct err none = {0};
    if (instance && !(program->starts = starts_open(instance, program->later, follow, &none)))
        log_warn("%s", none.text);
    program->icons = icons_create(program->draw);
    program->ui = ui_create(program->window, program->draw, program->text, program->icons);
    program->views = views_create(program->app, program->ui);
    ui_set_handler(program->ui, views_on_input, program->views);
    uint8_t *icon = icons_app_pixels(APP_ICON_PX);
    if (icon)
        window_set_icon(program->window, icon, APP_ICON_PX);
    mem_free(icon);
    return true;
}

static void close_program(struct program *program)
{
    starts_close(program->starts);
    mailbox_destroy(program->later);
    instance_destroy(program->instance);
    dialog_cancel();
    notify_close();
    clipboard_picture_close();
    sound_close();
    if (program->views)
        remember(program);
    views_destroy(program->views); /* keeps the draft, so before the app */
    program->views = NULL;         /* the app may still speak */
    app_destroy(program->app);
    ui_destroy(program->ui);
    icons_destroy(program->icons);
    text_destroy(program->text);
    draw_destroy(program->draw);
    signals_watch(NULL);
    bell_stop(program->bell); /* it wakes the window */
    wake_destroy(program->signals);
    window_close(program->window);
    fonts_close();
    input_queue_finish(&program->queue);
}

/* What the command line asks for beside the window. */
static bool begin(struct program *program, struct err *err)
{
    const struct options *options = &program->options;
    enum app_theme theme;
    if (options->theme && app_theme_of(options->theme, &theme))
        action_set_theme(program->app, theme);
    if (options->room && !action_join(program->app, options->room, err))
        return false;
    if (address_is_link(options->address))
        input_push(&program->queue, &(struct input){.kind = INPUT_LINK}, options->address);
    else if (options->address[0])
        return action_connect_text(program->app, options->address, err);
    return true;
}

/* ---- for tests and bug reports ---- */

/* Whole or not at all: a test may read at any moment. */
static bool write_dump(struct program *program, const char *path, struct err *err)
{
    char temporary[OS_PATH_MAX];
    if (!str_format(temporary, sizeof temporary, "%s.tmp", path))
        return err_set(err, ERR_LIMIT, "The name is too long: %s", path);
    FILE *out = fopen(temporary, "wb");
    if (!out)
        return err_set(err, ERR_SYSTEM, "Cannot write %s.", temporary);
    bool ok = ui_dump(program->ui, out);
    ok = fclose(out) == 0 && ok;
    return ok ? file_rename(temporary, path, err)
              : err_set(err, ERR_SYSTEM, "Cannot write %s.", temporary);
}

static void snapshot(struct program *program)
{
    char folder[OS_PATH_MAX], dump[OS_PATH_MAX], picture[OS_PATH_MAX], text[2 * OS_PATH_MAX + 32];
    struct err err = {0};
    dirs_temp(folder);
    if (!path_join(dump, folder, "confab-dump.json") ||
        !path_join(picture, folder, "confab-screenshot.png"))
        return;
    if (program->options.dump)
        str_copy(dump, sizeof dump, program->options.dump);
    if (program->options.screenshot)
        str_copy(picture, sizeof picture, program->options.screenshot);
    bool ok = write_dump(program, dump, &err) && draw_save_png(program->draw, picture, &err);
    LANG_TEXT(text, sizeof text, "Saved: {1}", picture);
    ui_toast(program->ui, ok ? TOAST_OK : TOAST_ERR, ok ? text : lang(err.text));
}

/* ---- the loop ---- */

static void set_title(struct program *program)
{
    const struct model *model = app_model(program->app);
    const bool chatting = model->link == LINK_ONLINE || model->link == LINK_LOST;
    const struct room *room = chatting ? model->room : NULL;
    const size_t unread = views_unread(program->views);
    char title[sizeof program->title], count[24] = "";
    if (unread)
        str_format(count, sizeof count, "(%zu) ", unread);
    str_format(title, sizeof title, "%s%s%sConfab", count, room ? room_title(room) : "",
               room ? " – " : "");
    if (str_equal(title, program->title))
        return;
    str_copy(program->title, sizeof program->title, title);
    window_set_title(program->window, title);
}

static void show(struct program *program)
{
    const uint64_t painted = draw_painted(program->draw);
    struct err err = {0};
    bool wants_snapshot = false;
    frame_log_begin(program->frames);
    do {
        ui_begin(program->ui, &program->queue, window_now_ms());
        root_view(program->views);
        wants_snapshot |= ui_take_key(program->ui, 0, KEY_CHAR + 'd', MOD_CTRL | MOD_SHIFT);
    } while (ui_end(program->ui));
    action_drawn(program->app);
    draw_flush(program->draw);
    frame_log_end(program->frames, draw_painted(program->draw) != painted);
    text_end_frame(program->text);
    set_title(program);
    if (program->options.dump && draw_painted(program->draw) != painted &&
        !write_dump(program, program->options.dump, &err))
        log_warn("%s", err.text);
    if (wants_snapshot)
        snapshot(program);
}

static int sleep_ms(const struct program *program)
{
    const int ui_ms = ui_next_due_ms(program->ui);
    const int64_t due_ms = app_next_due_ms(program->app);
    if (due_ms == INT64_MAX)
        return ui_ms;
    int64_t app_ms = due_ms - clock_now_ms();
    if (app_ms < 0)
        app_ms = 0;
    if (app_ms > INT32_MAX)
        app_ms = INT32_MAX;
    return ui_ms >= 0 && ui_ms < app_ms ? ui_ms : (int)app_ms;
}

static void run(struct program *program)
{
    for (;;) {
        if (app_turn(program->app))
            ui_redraw(program->ui);
        mailbox_drain(program->later, program);
        if (ui_is_dirty(program->ui) || program->queue.count > 0)
            show(program);
        if (!program->watching) { /* the first frame is on the screen */
            notify_watch_theme();
            program->watching = true;
        }
        if (signals_snapshot())
            snapshot(program);
        if (views_want_quit(program->views) || signals_quit())
            return; /* before the sleep: nothing else may ever wake it */
        window_wait(program->window, &program->queue, sleep_ms(program));
    }
}

/* Without options this is for the window that is open already, if there is one. */
static bool tell_first(struct program *program)
{
    const struct options *options = &program->options;
    char folder[OS_PATH_MAX];
    bool told;
    dirs_config(folder);
    program->instance =
        instance_begin(folder, options->own ? NULL : options->address, FIRST_MS, &told);
    return told;
}

static void say_version(void)
{
    char text[VERSIONS_SIZE] = "confab " CONFAB_VERSION_FULL "\n";
    views_add_versions(text, sizeof text);
    window_say(text, false);
}

int main(int argc, char **argv)
{
    static struct program program;
    struct err err = {0};
    program_start(&argc, &argv);
    for (int i = 1; i < argc; i++)
        if (str_equal(argv[i], "--help")) {
            window_say(help, false);
            return 0;
        } else if (str_equal(argv[i], "--version")) {
            say_version();
            return 0;
        }
    if (!parse(argc, argv, &program.options, &err)) {
        window_say(err.text, true);
        return 2;
    }
    sock_start();
    if (tell_first(&program))
        return 0;
    input_queue_init(&program.queue);
    program.frames = program.options.frame_log ? frame_log_create() : NULL;
    bool ok = open_program(&program, &err) && begin(&program, &err);
    if (ok)
        run(&program);
    else
        window_say(err.text, true);
    close_program(&program);
    if (program.frames && !frame_log_write(program.frames, program.options.frame_log, &err))
        fprintf(stderr, "%s\n", err.text);
    frame_log_destroy(program.frames);
    return ok ? 0 : 1;
}
