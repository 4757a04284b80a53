/* The prompt on a Windows console, plain: typing at the end of the line, Backspace, Escape empties
 * it, Up brings the last one back. A thread reads keys, because select() cannot wait for them. */
#include "client/terminal/prompt.h"
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "client/work/mailbox.h"
#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/thread.h"
#include "protocol/os/win32/wide.h"

#define LINE_SIZE 32768 /* bytes of a typed line */
#define KEYS_AT_ONCE 64
#define COLUMNS_DEFAULT 80
#define CTRL_D 4
#define CTRL_Z 26
#define UP 1 /* our own code for the key: Ctrl-A means nothing here */

struct keys {
    struct mail mail; /* first */
    size_t count;
    wchar_t units[KEYS_AT_ONCE];
};

struct prompt {
    HANDLE in, out;
    DWORD mode_before, out_mode_before;
    UINT code_page_before;
    HANDLE stop;
    struct thread *thread;
    struct mailbox *box;
    struct buf typed; /* UTF-8 of keys that wait */
    wchar_t high;     /* the first half of a pair */
    char question[512];
    char line[LINE_SIZE];
    size_t size;
    char *last_line;
    char *status;
    bool asking, keep, shown, status_shown, style;
};

bool prompt_is_possible(void)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) &&
           GetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), &mode);
}

bool prompt_has_backslash(void)
{
    return false;
}

/* ---- keys ---- */

static void drop(struct mail *mail)
{
    mem_free(mail);
}

static void open_keys(struct mail *mail, void *reader)
{
    struct prompt *prompt = reader;
    const struct keys *keys = (const struct keys *)mail;
    for (size_t i = 0; i < keys->count; i++) {
        uint32_t rune = keys->units[i];
        char text[4];
        if (rune >= 0xD800 && rune < 0xDC00) {
            prompt->high = (wchar_t)rune;
            continue;
        }
        if (rune >= 0xDC00 && rune < 0xE000)
            rune = prompt->high
                       ? 0x10000 + (((uint32_t)prompt->high - 0xD800) << 10) + (rune - 0xDC00)
                       : 0xFFFD;
        prompt->high = 0;
        buf_append(&prompt->typed, text, utf8_encode(rune, text)); /* full: the key is lost */
    }
    mem_free(mail);
}

static void ring(void *context)
{
    wake_ring(context);
}

static void read_keys(void *arg)
{
    struct prompt *prompt = arg;
    HANDLE both[2] = {prompt->stop, prompt->in};
    INPUT_RECORD records[KEYS_AT_ONCE];
    while (WaitForMultipleObjects(2, both, FALSE, INFINITE) == WAIT_OBJECT_0 + 1) {
        struct keys *keys;
        DWORD got = 0;
        if (!ReadConsoleInputW(prompt->in, records, KEYS_AT_ONCE, &got))
            return;
        keys = mem_alloc(1, sizeof *keys);
        keys->mail.open = open_keys;
        keys->mail.drop = drop;
        for (DWORD i = 0; i < got; i++) {
            const KEY_EVENT_RECORD *key = &records[i].Event.KeyEvent;
            /* Alt with digits gives its character when Alt goes up */
            if (records[i].EventType != KEY_EVENT ||
                (!key->bKeyDown && key->wVirtualKeyCode != VK_MENU))
                continue;
            if (key->bKeyDown && key->wVirtualKeyCode == VK_UP)
                keys->units[keys->count++] = UP;
            else if (key->uChar.UnicodeChar)
                keys->units[keys->count++] = key->uChar.UnicodeChar;
        }
        mailbox_post(prompt->box, &keys->mail);
    }
}

/* ---- the screen ---- */

static void write_text(struct prompt *prompt, const char *text)
{
    wchar_t *wide = wide_from(text);
    DWORD done = 0;
    size_t size = wide ? wcslen(wide) : 0;
    for (size_t at = 0; at < size; at += done)
        if (!WriteConsoleW(prompt->out, wide + at, (DWORD)(size - at > 8192 ? 8192 : size - at),
                           &done, NULL) ||
            done == 0)
            break;
    mem_free(wide);
}

static size_t columns(const struct prompt *prompt)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    return GetConsoleScreenBufferInfo(prompt->out, &info) && info.dwSize.X > 0
               ? (size_t)info.dwSize.X
               : COLUMNS_DEFAULT;
}

/* Take away what stands from `rows` above the cursor on. */
static void erase(struct prompt *prompt, size_t rows)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    DWORD done;
    if (!GetConsoleScreenBufferInfo(prompt->out, &info))
        return;
    size_t y = (size_t)info.dwCursorPosition.Y;
    COORD from = {0, (SHORT)(y > rows ? y - rows : 0)};
    DWORD cells = (DWORD)info.dwSize.X * (DWORD)(info.dwCursorPosition.Y - from.Y + 1);
    FillConsoleOutputCharacterW(prompt->out, L' ', cells, from, &done);
    FillConsoleOutputAttribute(prompt->out, info.wAttributes, cells, from, &done);
    SetConsoleCursorPosition(prompt->out, from);
}

static void hide(struct prompt *prompt)
{
    if (prompt->shown) {
        size_t used = utf8_columns(prompt->question, strlen(prompt->question)) +
                      utf8_columns(prompt->line, prompt->size);
        erase(prompt, used / columns(prompt) + prompt->status_shown);
    } else if (prompt->status_shown) {
        erase(prompt, 1);
    }
    prompt->shown = prompt->status_shown = false;
}

void prompt_show(struct prompt *prompt)
{
    if (!prompt->shown && !prompt->status_shown && prompt->status) {
        size_t width = columns(prompt), size = strlen(prompt->status);
        char *cut = mem_string(prompt->status);
        while (utf8_columns(cut, size) >= width)
            cut[size = utf8_previous_grapheme(cut, size, size)] = '\0';
        write_text(prompt, cut);
        write_text(prompt, "\n");
        mem_free(cut);
        prompt->status_shown = true;
    }
    if (prompt->asking && !prompt->shown) {
        prompt->line[prompt->size] = '\0';
        write_text(prompt, prompt->question);
        write_text(prompt, prompt->line);
        prompt->shown = true;
    }
}

void prompt_print(struct prompt *prompt, const char *text)
{
    hide(prompt);
    write_text(prompt, text);
}

bool prompt_set_status(struct prompt *prompt, const char *text)
{
    if (!str_equal(prompt->status, text)) {
        hide(prompt);
        mem_free(prompt->status);
        prompt->status = mem_string(text);
    }
    return true;
}

bool prompt_has_style(const struct prompt *prompt)
{
    const char *no_color = getenv("NO_COLOR");
    return prompt->style && !(no_color && *no_color);
}

/* ---- typing ---- */

os_sock prompt_sock(const struct prompt *prompt)
{
    (void)prompt;
    return OS_SOCK_NONE;
}

void prompt_take(struct prompt *prompt)
{
    mailbox_drain(prompt->box, prompt);
}

void prompt_ask(struct prompt *prompt, const char *text, bool keep)
{
    if (!str_equal(prompt->question, text ? text : "") || prompt->asking != (text != NULL))
        hide(prompt);
    str_copy(prompt->question, sizeof prompt->question, text ? text : "");
    prompt->asking = text;
    prompt->keep = keep;
}

static char *take_line(struct prompt *prompt)
{
    char *line = mem_copy(prompt->line, prompt->size + 1);
    line[prompt->size] = '\0';
    if (prompt->status_shown)
        hide(prompt); /* the line stays where it is, the status must not */
    if (!prompt->shown) {
        write_text(prompt, prompt->question);
        write_text(prompt, line);
    }
    write_text(prompt, "\n");
    if (prompt->keep && prompt->size > 0) {
        mem_free(prompt->last_line);
        prompt->last_line = mem_string(line);
    }
    prompt->size = 0;
    prompt->shown = prompt->asking = false;
    return line;
}

static void on_key(struct prompt *prompt, const char *text, size_t size)
{
    hide(prompt);
    if (*text == '\b') {
        prompt->size = utf8_previous_grapheme(prompt->line, prompt->size, prompt->size);
    } else if (*text == '\x1b') {
        prompt->size = 0;
    } else if (*text == UP && prompt->last_line) {
        prompt->size = strlen(prompt->last_line);
        memcpy(prompt->line, prompt->last_line, prompt->size);
    } else if ((unsigned char)*text >= 0x20 && prompt->size + size < LINE_SIZE) {
        memcpy(prompt->line + prompt->size, text, size);
        prompt->size += size;
    }
}

enum prompt_event prompt_next(struct prompt *prompt, char **line)
{
    *line = NULL;
    while (prompt->asking && prompt->typed.size > 0) {
        struct bytes typed = buf_peek(&prompt->typed);
        char text[4];
        uint32_t rune;
        size_t size = utf8_decode((const char *)typed.data, typed.size, &rune);
        memcpy(text, typed.data, size);
        buf_consume(&prompt->typed, size);
        if ((rune == CTRL_Z || rune == CTRL_D) && prompt->size == 0) {
            mem_free(take_line(prompt));
            return PROMPT_END;
        }
        if (rune == '\r' || rune == '\n') {
            *line = take_line(prompt);
            return PROMPT_LINE;
        }
        on_key(prompt, text, size);
    }
    return PROMPT_NOTHING;
}

/* ---- beginning and end ---- */

struct prompt *prompt_open(const char *history_path, struct wake *wake, struct err *err)
{
    struct prompt *prompt = mem_alloc(1, sizeof *prompt);
    (void)history_path; /* the last line is all that is remembered here */
    prompt->in = GetStdHandle(STD_INPUT_HANDLE);
    prompt->out = GetStdHandle(STD_OUTPUT_HANDLE);
    if (!GetConsoleMode(prompt->in, &prompt->mode_before) ||
        !GetConsoleMode(prompt->out, &prompt->out_mode_before)) {
        wide_fail(err, GetLastError(), "The console cannot be used");
        mem_free(prompt);
        return NULL;
    }
    SetConsoleMode(prompt->in,
                   (prompt->mode_before & ~(DWORD)(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT)) |
                       ENABLE_PROCESSED_INPUT);
    prompt->style = SetConsoleMode(prompt->out, prompt->out_mode_before |
                                                    ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
    prompt->code_page_before = GetConsoleOutputCP();
    SetConsoleOutputCP(CP_UTF8); /* for what goes through standard error and stdio */
    buf_init(&prompt->typed, 4 * LINE_SIZE);
    prompt->box = mailbox_create(ring, wake);
    prompt->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    prompt->thread = thread_start(read_keys, prompt, err);
    if (!prompt->stop || !prompt->thread)
        die("The console cannot be read: no thread for it.");
    return prompt;
}

void prompt_close(struct prompt *prompt)
{
    if (!prompt)
        return;
    hide(prompt);
    SetEvent(prompt->stop);
    thread_join(prompt->thread);
    CloseHandle(prompt->stop);
    SetConsoleMode(prompt->in, prompt->mode_before);
    SetConsoleMode(prompt->out, prompt->out_mode_before);
    SetConsoleOutputCP(prompt->code_page_before);
    mailbox_destroy(prompt->box);
    buf_finish(&prompt->typed);
    mem_free(prompt->last_line);
    mem_free(prompt->status);
    mem_free(prompt);
}
