/* A pipe: every line of the input is a message, what happens is printed, the exit code says how it
 * went. Nothing is asked. */
#include <stdio.h>
#include <string.h>
#include "client/app/action.h"
#include "client/terminal/input.h"
#include "client/terminal/lines.h"
#include "client/terminal/request.h"
#include "client/terminal/terminal.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"
#include "protocol/os/signals.h"
#include "protocol/wire/msg_json.h"

/* Messages under way; the input waits when there are so many. */
#define UNDER_WAY_MAX 200
/* Without --listen a lost connection is given up after this. */
#define PATIENCE_MS 60000

struct script {
    struct terminal terminal;
    const struct options *options;
    struct input *input; /* NULL: it is not read */
    struct buf line;     /* what was read of a line that has no end yet */
    struct buf out;
    bool line_too_long; /* the rest of it is skipped */
    bool input_ended;
    bool entered;    /* the room is there */
    bool files_sent; /* those of --send were handed over */
    bool over;
    int code;
    int64_t lost_ms;  /* since when there is no connection; 0: there is one */
    int64_t until_ms; /* --for; INT64_MAX */
};

static void end(struct script *script, int code)
{
    script->over = true;
    if (script->code == EXIT_OK)
        script->code = code;
}

/* The connection goes on, and the exit code will tell. */
static void not_delivered(struct script *script, const char *text)
{
    terminal_complain(text);
    script->code = EXIT_NOT_DELIVERED;
}

static struct room *room_of(const struct script *script)
{
    return app_model(script->terminal.app)->room;
}

/* ---- output ---- */

static void put(struct script *script, const char *text, size_t size)
{
    if (fwrite(text, 1, size, stdout) != size || fflush(stdout) != 0) {
        terminal_complain("The output is closed.");
        end(script, EXIT_NOT_DELIVERED);
    }
}

static void put_lines(struct script *script)
{
    struct bytes lines = buf_peek(&script->out);
    put(script, (const char *)lines.data, lines.size);
    buf_clear(&script->out);
}

/* JSON keeps control characters beyond ASCII as they are; a screen must not get them. */
static void put_json(struct script *script, const char *json)
{
    size_t size = 3 * strlen(json) + 2;
    char *line = mem_alloc(size, 1);
    if (output_is_screen())
        utf8_show(json, false, line, size - 1);
    else
        str_copy(line, size - 1, json);
    size = strlen(line);
    line[size++] = '\n';
    put(script, line, size);
    mem_free(line);
}

static void put_file_event(struct script *script, const char *type, const struct note *note,
                           const char *path)
{
    const char *pairs[] = {"type",
                           type,
                           "room",
                           note->room->name,
                           "file",
                           note->message->file->id ? note->message->file->id : "",
                           "label",
                           note->message->file->label,
                           path ? "path" : NULL,
                           path,
                           NULL};
    char *json = msg_json_texts(pairs);
    put_json(script, json);
    mem_free(json);
}

/* ---- what happened ---- */

static void on_message(struct script *script, const struct note *note)
{
    const struct message *message = note->message;
    if (script->options->json || message->own || message->history)
        return;
    lines_message(&script->out, note->room, message, 0);
    put_lines(script);
}

static void on_failed(struct script *script, const struct note *note)
{
    char text[ERR_TEXT_MAX + LABEL_SIZE + 2];
    str_format(text, sizeof text, "%s: %s", note->message->file->label,
               note->text ? note->text : "it did not arrive.");
    if (note->message->own || note->message->file->state != FILE_FAILED)
        not_delivered(script, text);
    else
        terminal_complain(text); /* its sender gave up: nothing that we missed */
}

static void on_refused(struct script *script, const struct note *note)
{
    const char *text = note->text ? note->text : msg_code_explain(note->code, NULL);
    if (script->entered) {
        not_delivered(script, text);
        return;
    }
    terminal_complain(text);
    end(script, EXIT_NO_LINK);
}

static void on_offline(struct script *script, const struct note *note)
{
    if (script->over)
        return;
    terminal_complain(note->text ? note->text : "The connection ended.");
    end(script, EXIT_NO_LINK);
}

static void observe(void *context, const struct note *note)
{
    struct script *script = context;
    if (note->json && script->options->json)
        put_json(script, note->json);
    switch (note->kind) {
    case NOTE_ONLINE:
        script->lost_ms = 0;
        break;
    case NOTE_OFFLINE:
        on_offline(script, note);
        break;
    case NOTE_LOST:
        if (script->lost_ms == 0) {
            script->lost_ms = clock_now_ms();
            terminal_complain(note->text ? note->text : "The connection is lost.");
        }
        break;
    case NOTE_ROOM_READY:
        script->entered |= note->room == room_of(script);
        break;
    case NOTE_MESSAGE:
        on_message(script, note);
        break;
    case NOTE_SENT:
        if (script->options->json)
            put_file_event(script, "sent", note, NULL);
        break;
    case NOTE_SAVED:
        if (script->options->json) {
            put_file_event(script, "saved", note, note->text);
        } else {
            lines_saved(&script->out, note->message->file->label, note->text);
            put_lines(script);
        }
        break;
    case NOTE_TRANSFER_FAILED:
        on_failed(script, note);
        break;
    case NOTE_REFUSED:
        on_refused(script, note);
        break;
    case NOTE_NOTICE:
    case NOTE_DELETED:
    case NOTE_MEMBER: /* the row and the JSON say it */
    case NOTE_PROGRESS:
    case NOTE_RECEIVED:
    case NOTE_EDITED:
    case NOTE_REACTED:
    case NOTE_READ:
    case NOTE_STORED:
    case NOTE_ROOMS:
    case NOTE_HISTORY:
    case NOTE_FILE:
        break;
    }
}

/* ---- what is to be sent ---- */

static void send_files(struct script *script)
{
    script->files_sent = true;
    for (size_t i = 0; i < script->options->file_count; i++) {
        struct err err = {0};
        if (!action_send_file(script->terminal.app, room_of(script), script->options->files[i],
                              false, &err))
            not_delivered(script, err.text);
    }
}

/* A text in JSON takes more than its bytes. */
static size_t line_most(const struct options *options)
{
    return options->json ? FRAME_HEADER_MAX : TEXT_MAX;
}

static void say_line(struct script *script)
{
    struct err err = {0};
    bool done = false;
    size_t size = script->line.size;
    buf_append(&script->line, "", 1);
    char *text = (char *)(uintptr_t)buf_peek(&script->line).data;
    while (size > 0 && (text[size - 1] == '\r' || text[size - 1] == '\n'))
        text[--size] = '\0';
    if (script->line_too_long) {
        char sentence[128];
        str_format(sentence, sizeof sentence,
                   "A line is longer than %zu bytes and was not sent; send it as a file.",
                   line_most(script->options));
        not_delivered(script, sentence);
    } else if (script->options->json &&
               request_take(script->terminal.app, room_of(script), text, &done, &err)) {
        if (!done)
            not_delivered(script, err.text);
    } else if (text[strspn(text, " \t")]) {
        if (!action_say(script->terminal.app, room_of(script), text, 0, &err))
            not_delivered(script, err.text);
    }
    script->line_too_long = false;
    buf_clear(&script->line);
}

static void take_input(struct script *script, bool ready)
{
    char bytes[16384];
    size_t got;
    enum input_status status = input_read(script->input, ready, bytes, sizeof bytes, &got);
    for (size_t i = 0; i < got; i++) {
        if (bytes[i] == '\n')
            say_line(script);
        else if (script->line.size >= line_most(script->options))
            script->line_too_long = true;
        else
            buf_append(&script->line, &bytes[i], 1);
    }
    if (status == INPUT_END) {
        script->input_ended = true;
        if (script->line.size > 0)
            say_line(script);
    }
}

/* Messages that we said and that did not come back yet. */
static size_t under_way(const struct script *script)
{
    const struct room *room = room_of(script);
    size_t count = 0;
    for (size_t i = room->message_count - room->pending_count; i < room->message_count; i++)
        count += room->messages[i]->state == MESSAGE_PENDING;
    return count;
}

static bool wants_input(const struct script *script)
{
    return script->input && !script->input_ended && script->entered &&
           under_way(script) < UNDER_WAY_MAX;
}

/* ---- the loop ---- */

static int64_t due_ms(const struct script *script)
{
    int64_t due = script->until_ms;
    if (script->lost_ms > 0 && !script->options->listen && script->lost_ms + PATIENCE_MS < due)
        due = script->lost_ms + PATIENCE_MS;
    return due;
}

static bool all_is_sent(const struct script *script)
{
    return script->entered && script->input_ended && script->files_sent &&
           app_is_settled(script->terminal.app);
}

static void run(struct script *script)
{
    while (!script->over) {
        os_sock sock = wants_input(script) ? input_sock(script->input) : OS_SOCK_NONE;
        bool ready = terminal_wait(&script->terminal, sock, due_ms(script));
        int64_t now = clock_now_ms();
        if (script->entered && !script->files_sent)
            send_files(script);
        if (wants_input(script))
            take_input(script, ready);
        if (signals_quit())
            end(script, all_is_sent(script) ? EXIT_OK : EXIT_NOT_DELIVERED);
        else if (now >= script->until_ms)
            end(script, all_is_sent(script) ? EXIT_OK : EXIT_NOT_DELIVERED);
        else if (now >= due_ms(script))
            end(script, EXIT_NO_LINK);
        else if (all_is_sent(script) && !script->options->listen)
            end(script, EXIT_OK);
    }
}

static bool start(struct script *script, struct err *err)
{
    struct app_config config = {
        .name = script->options->name,
        .downloads = script->options->downloads,
        .auto_fetch = script->options->listen ? UINT64_MAX : 0,
        .save_all = script->options->listen,
        .plain = script->options->plain,
        .reconnect = true,
        .want_json = script->options->json,
        .directs = script->options->json,
        .remember = true,
        .observe = observe,
        .observe_context = script,
    };
    if (!terminal_open(&script->terminal, script->options, err) ||
        !terminal_start_app(&script->terminal, &config, err)) {
        script->code = EXIT_NO_LINK;
        return false;
    }
    if (script->options->file_count == 0)
        script->input = input_open(script->terminal.wake);
    else
        script->input_ended = true;
    script->code = EXIT_USAGE;
    if (!terminal_connect(&script->terminal, NULL, err))
        return false;
    script->code = script->over ? EXIT_NO_LINK : EXIT_OK; /* it may have been refused right here */
    return true;
}

int script_run(const struct options *options)
{
    struct script script = {.options = options, .until_ms = INT64_MAX};
    struct err err = {0};
    buf_init(&script.line, line_most(options) + 1);
    buf_init(&script.out, LINES_MAX);
    if (options->seconds > 0)
        script.until_ms = clock_now_ms() + (int64_t)options->seconds * 1000;
    if (start(&script, &err))
        run(&script);
    else
        terminal_complain(err.text);
    terminal_close(&script.terminal);
    input_close(script.input);
    buf_finish(&script.line);
    buf_finish(&script.out);
    return script.code;
}
