#include "client/terminal/chat.h"
#include <stdio.h>
#include <string.h>
#include "client/app/action.h"
#include "client/terminal/command.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/secret_line.h"
#include "protocol/os/signals.h"
#include "protocol/os/spawn.h"
#include "protocol/wire/limits.h"

void chat_flush(struct chat *chat)
{
    if (chat->out.size == 0)
        return;
    buf_append(&chat->out, "", 1);
    prompt_print(chat->prompt, (const char *)buf_peek(&chat->out).data);
    buf_clear(&chat->out);
}

void chat_tell(struct chat *chat, const char *text)
{
    lines_say(&chat->out, "%s", text);
    chat_flush(chat);
}

void chat_end(struct chat *chat, int code)
{
    chat->stage = STAGE_OVER;
    chat->code = code;
}

struct room *chat_room(const struct chat *chat)
{
    return app_model(chat->terminal.app)->room;
}

void chat_enter(struct chat *chat, const char *room)
{
    str_copy(chat->entering, sizeof chat->entering, room);
    chat->entered = false;
}

/* ---- before the chat ---- */

static void fail(struct chat *chat, const char *text, int code)
{
    prompt_print(chat->prompt, ""); /* off the line */
    terminal_complain(text);
    chat_end(chat, code);
}

static void connect_now(struct chat *chat)
{
    struct app_config config = {
        .name = *chat->name ? chat->name : NULL,
        .downloads = chat->terminal.options->downloads,
        .auto_fetch = UINT64_MAX,
        .save_all = true,
        .plain = chat->terminal.options->plain,
        .reconnect = true,
        .remember = true,
        .rejoin = true,
        .directs = true,
        .observe = notes_observe,
        .observe_context = chat,
    };
    struct err err = {0};
    chat->stage = STAGE_CONNECTING;
    str_copy(chat->entering, sizeof chat->entering, chat->terminal.options->first_room);
    if (!chat->terminal.app && !terminal_start_app(&chat->terminal, &config, &err)) {
        fail(chat, err.text, EXIT_NO_LINK);
        return;
    }
    if (!terminal_connect(&chat->terminal, *chat->name ? chat->name : NULL, &err))
        fail(chat, err.text, EXIT_USAGE);
}

/* Not by the prompt, which shows what is typed and remembers it. */
static void ask_password(struct chat *chat)
{
    char password[PASSWORD_MAX + 1];
    struct err err = {0};
    prompt_close(chat->prompt);
    bool known = secret_line_read("Password: ", password, sizeof password, &err);
    if (known)
        action_set_password(chat->terminal.app, password);
    secret_wipe(password, sizeof password);
    struct err trouble = {0};
    chat->prompt = prompt_open(chat->history, chat->terminal.wake, &trouble);
    if (!chat->prompt) {
        terminal_complain(trouble.text);
        chat_end(chat, EXIT_NO_LINK);
    } else if (known) {
        connect_now(chat);
    } else {
        terminal_complain(err.text);
        chat_end(chat, EXIT_NO_LINK);
    }
}

/* The window client of our own folder, else of PATH, with what we were told. */
static bool open_window(struct chat *chat, struct err *err)
{
    const struct options *options = chat->terminal.options;
    char path[OS_PATH_MAX];
    const char *argv[7] = {dirs_helper(path, "confab") ? path : "confab"};
    size_t count = 1;
    for (size_t i = 0; i < options->word_count; i++)
        argv[count++] = options->words[i];
    if (options->name) {
        argv[count++] = "--name";
        argv[count++] = options->name;
    }
    if (options->plain)
        argv[count++] = "--plain";
    return spawn_detached(argv, err);
}

static void go_on(struct chat *chat, enum ask next)
{
    struct err err = {0};
    chat->ask = next;
    if (next == ASK_NO) {
        chat_end(chat, EXIT_OK);
    } else if (next == ASK_DONE) {
        connect_now(chat);
    } else if (next == ASK_WINDOW && open_window(chat, &err)) {
        chat_end(chat, EXIT_OK);
    } else if (next == ASK_WINDOW) {
        chat_tell(chat, err.text);
        chat->ask = ASK_MODE;
    }
}

static void on_answer(struct chat *chat, const char *line)
{
    struct err err = {0};
    enum ask next = ask_answer(chat->ask, chat->terminal.options, line, chat->name, &err);
    if (err.kind != ERR_NONE)
        chat_tell(chat, err.text);
    go_on(chat, next);
}

/* ---- commands ---- */

static void send_files(struct chat *chat, const struct command *command)
{
    for (size_t i = 0; i < command->word_count; i++) {
        struct err err = {0};
        if (!action_send_file(chat->terminal.app, chat_room(chat), command->words[i], false, &err))
            chat_tell(chat, err.text);
    }
}

static void cancel(struct chat *chat, struct room *room, struct message *message, unsigned number)
{
    lines_say(&chat->out, "Stopped #%u %s.", number, message->file->label);
    action_cancel(chat->terminal.app, room, message);
}

static void on_file_command(struct chat *chat, const struct command *command)
{
    const struct file_place *place = files_find(&chat->files, command->number);
    struct room *room = place ? model_find_room(app_model(chat->terminal.app), place->room) : NULL;
    struct message *message = room ? room_find_file(room, place->file) : NULL;
    if (!message)
        lines_say(&chat->out, "There is no file #%u here.", command->number);
    else if (command->kind == COMMAND_GET)
        action_fetch(chat->terminal.app, room, message, true);
    else if (notes_is_moving(message))
        cancel(chat, room, message, command->number);
    else
        lines_say(&chat->out, "File #%u is not on its way.", command->number);
    chat_flush(chat);
}

/* The room of two in which somebody of this name is. */
static const struct room *find_direct(const struct model *model, const char *name)
{
    if (model_find_room(model, name))
        return NULL;
    for (size_t i = 0; i < model->room_count; i++)
        if (model->rooms[i]->kind == ROOM_DIRECT && *model->rooms[i]->title &&
            name_equal(model->rooms[i]->title, name))
            return model->rooms[i];
    return NULL;
}

static void join(struct chat *chat, const char *name)
{
    struct app *app = chat->terminal.app;
    struct err err = {0};
    char clean[NAME_SIZE];
    const struct room *direct = find_direct(app_model(app), name);
    if (direct)
        name = direct->name;
    if (!name_clean_room(name, clean, &err)) {
        chat_tell(chat, err.text);
        return;
    }
    struct room *room = model_find_room(app_model(app), clean);
    if (room && room->joined) {
        action_show_room(app, room);
        notes_show_other_room(chat);
    } else if (action_join(app, clean, &err)) {
        chat_enter(chat, clean);
    } else {
        chat_tell(chat, err.text);
    }
}

static void make(struct chat *chat, const struct command *command)
{
    char clean[NAME_SIZE];
    struct err err = {0};
    if (!command->private_room)
        join(chat, command->text);
    else if (name_clean_room(command->text, clean, &err) &&
             action_make_room(chat->terminal.app, clean, true, &err))
        chat_enter(chat, clean);
    else
        chat_tell(chat, err.text);
}

static void help(struct chat *chat)
{
    for (size_t i = 0; command_help(i); i++)
        lines_say(&chat->out, "%s", command_help(i));
    chat_flush(chat);
}

static void on_line(struct chat *chat, const char *line)
{
    struct app *app = chat->terminal.app;
    struct command command = {0};
    struct err err = {0};
    if (!command_parse(line, prompt_has_backslash(), &command, &err)) {
        chat_tell(chat, err.text);
        command_finish(&command);
        return;
    }
    switch (command.kind) {
    case COMMAND_SAY:
        if (!action_say(app, chat_room(chat), command.text, 0, &err))
            chat_tell(chat, err.text);
        break;
    case COMMAND_SEND:
        send_files(chat, &command);
        break;
    case COMMAND_GET:
    case COMMAND_CANCEL:
        on_file_command(chat, &command);
        break;
    case COMMAND_WHO:
        lines_people(&chat->out, chat_room(chat), app_model(app)->my_uid);
        chat_flush(chat);
        break;
    case COMMAND_ROOMS:
        chat->rooms_asked = true;
        action_list_rooms(app);
        break;
    case COMMAND_JOIN:
        join(chat, command.text);
        break;
    case COMMAND_DELETE:
        act_delete(chat, command.number);
        break;
    case COMMAND_LEAVE:
        act_leave(chat);
        break;
    case COMMAND_MAKE:
        make(chat, &command);
        break;
    case COMMAND_INVITE:
        act_invite(chat, command.text);
        break;
    case COMMAND_DIRECT:
        act_direct(chat, command.text);
        break;
    case COMMAND_LAST:
        act_list(chat, command.number);
        break;
    case COMMAND_REPLY:
        act_reply(chat, command.number, command.text);
        break;
    case COMMAND_EDIT:
        act_edit(chat, command.number, command.text);
        break;
    case COMMAND_REACT:
        act_react(chat, command.number, command.text);
        break;
    case COMMAND_ADMIN:
        action_admin(app, command.action, command.words[0], command.seconds);
        break;
    case COMMAND_HELP:
        help(chat);
        break;
    case COMMAND_QUIT:
        chat_end(chat, EXIT_OK);
        break;
    case COMMAND_NOTHING:
    case COMMAND_COUNT:
        break;
    }
    command_finish(&command);
}

/* ---- the loop ---- */

static void show_prompt(struct chat *chat)
{
    char text[NAME_SIZE + 8];
    if (chat->stage == STAGE_ASKING) {
        str_format(text, sizeof text, "%s ", ask_question(chat->ask));
        prompt_ask(chat->prompt, text, false);
    } else if (chat->stage == STAGE_TALKING && chat_room(chat)) {
        const char *room = room_title(chat_room(chat));
        bool lobby = str_equal(room, "lobby");
        str_format(text, sizeof text, "%s> ", lobby ? "" : room);
        prompt_ask(chat->prompt, text, true);
    } else {
        prompt_ask(chat->prompt, NULL, false);
    }
    prompt_show(chat->prompt);
}

static void take_lines(struct chat *chat)
{
    char *line;
    enum prompt_event event;
    while (chat->stage != STAGE_OVER &&
           (event = prompt_next(chat->prompt, &line)) != PROMPT_NOTHING) {
        if (event == PROMPT_END)
            chat_end(chat, EXIT_OK);
        else if (chat->stage == STAGE_ASKING)
            on_answer(chat, line);
        else
            on_line(chat, line);
        mem_free(line);
        show_prompt(chat);
    }
}

static void talk(struct chat *chat)
{
    go_on(chat, ask_open(ASK_CONNECT, chat->terminal.options));
    while (chat->stage != STAGE_OVER) {
        if (chat->stage == STAGE_PASSWORD) {
            ask_password(chat);
            continue;
        }
        show_prompt(chat);
        take_lines(chat); /* those as well that were typed before there was a room */
        if (chat->stage == STAGE_OVER)
            break;
        os_sock keys = prompt_sock(chat->prompt);
        bool typed = terminal_wait(&chat->terminal, keys, chat->room_due_ms);
        if (typed || keys == OS_SOCK_NONE)
            prompt_take(chat->prompt);
        if (signals_quit())
            chat_end(chat, EXIT_OK);
        notes_show_room_if_here(chat);
        if (chat->terminal.app)
            notes_check_progress(chat);
    }
}

int chat_run(const struct options *options)
{
    struct chat chat = {.room_due_ms = INT64_MAX};
    struct err err = {0};
    char folder[OS_PATH_MAX];
    buf_init(&chat.out, LINES_MAX);
    dirs_config(folder);
    if (!path_join(chat.history, folder, "history"))
        chat.history[0] = '\0';
    if (terminal_open(&chat.terminal, options, &err))
        chat.prompt = prompt_open(chat.history, chat.terminal.wake, &err);
    if (chat.prompt) {
        talk(&chat);
    } else {
        terminal_complain(err.text);
        chat.code = EXIT_NO_LINK;
    }
    prompt_close(chat.prompt);
    chat.prompt = NULL;
    bool connected = chat.was_online;
    terminal_close(&chat.terminal);
    if (connected)
        puts("Disconnected");
    files_finish(&chat.files);
    buf_finish(&chat.out);
    return chat.code;
}
