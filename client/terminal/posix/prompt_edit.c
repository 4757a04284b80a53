/* The prompt by libedit. It is run a key at a time (EL_UNBUFFERED), from keys that we read: so the
 * program's one wait stays its own, and the line can be taken off the screen and put back between
 * any two keys. */
#include "client/terminal/prompt.h"
#include <assert.h>
#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define HISTORY_LINES 500
#define KEYS_MAX 65536 /* bytes typed or pasted ahead */
#define KEY_MAX 16     /* bytes of one key; longer sequences are no key that we know */
#define COLUMNS_DEFAULT 80
#define ESCAPE '\x1b'
#define END_OF_INPUT 4 /* Ctrl-D */

struct prompt {
    EditLine *edit;
    HistoryW *history;
    char *history_path;
    struct buf keys;
    size_t key_at, key_size; /* of the key that libedit is given now, in front of `keys` */
    wchar_t question[256];   /* what stands in front of the line */
    char *status;
    bool asking;       /* the terminal is raw and libedit has a line */
    bool keep;         /* into the history */
    bool shown;        /* the line is on the screen */
    bool status_shown; /* above it */
    bool style;        /* cursor movements and dimming are understood */
    bool ended;
    struct wake *wake;
};

static struct termios before; /* the terminal as we found it */
static struct prompt *the_prompt;
static volatile sig_atomic_t screen_changed; /* another size, or we were stopped */

bool prompt_is_possible(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

bool prompt_has_backslash(void)
{
    return true;
}

static void put_terminal_back(void)
{
    if (the_prompt)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

static void on_screen_signal(int number)
{
    (void)number;
    screen_changed = 1;
    if (the_prompt)
        wake_ring(the_prompt->wake);
}

static void watch_screen(void (*handler)(int))
{
    struct sigaction action = {.sa_flags = SA_RESTART};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
}

/* libedit shows what lies beyond ASCII only in a locale that has it. */
static void speak_utf8(void)
{
    static const char *const locales[] = {"", "C.UTF-8", "en_US.UTF-8", "UTF-8"};
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++)
        if (setlocale(LC_CTYPE, locales[i]) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
            return;
}

/* ---- keys ---- */

/* Bytes of the key in front, 0 if it is not whole yet. A lone Escape waits for what it begins, and
 * nothing else waits for it. */
static size_t key_size(const uint8_t *keys, size_t count)
{
    size_t size = 1;
    if (count == 0)
        return 0;
    if (keys[0] == ESCAPE) {
        if (count < 2)
            return 0;
        size = 2;
        if (keys[1] == 'O')
            size = 3;
        if (keys[1] == '[') {
            for (size = 3; size <= count && size <= KEY_MAX; size++)
                if (keys[size - 1] >= 0x40 && keys[size - 1] <= 0x7E)
                    return size;
            return count >= KEY_MAX ? 2 : 0;
        }
    } else if (keys[0] >= 0xC2 && keys[0] < 0xF5) {
        size = keys[0] >= 0xF0 ? 4 : keys[0] >= 0xE0 ? 3 : 2;
        for (size_t i = 1; i < size && i < count; i++)
            if ((keys[i] & 0xC0) != 0x80)
                return 1; /* not UTF-8 */
    }
    return size <= count ? size : 0;
}

/* libedit asks for the next character: one of the key in hand, or nothing. */
static int next_rune(EditLine *edit, wchar_t *out)
{
    struct prompt *prompt = NULL;
    struct bytes keys;
    uint32_t rune = 0;
    el_wget(edit, EL_CLIENTDATA, &prompt);
    keys = buf_peek(&prompt->keys);
    if (prompt->key_at >= prompt->key_size) {
        errno = EAGAIN;
        return -1;
    }
    prompt->key_at += utf8_decode((const char *)keys.data + prompt->key_at,
                                  prompt->key_size - prompt->key_at, &rune);
    *out = (wchar_t)rune;
    return 1;
}

/* All sequences that we take, with "ESC [" or "ESC O" in front. libedit would take an unknown one
 * apart and type its letters. */
static const struct sequence {
    const char *keys, *action;
} sequences[] = {
    {"\x1b[A", "ed-prev-history"},      {"\x1bOA", "ed-prev-history"},
    {"\x1b[B", "ed-next-history"},      {"\x1bOB", "ed-next-history"},
    {"\x1b[C", "ed-next-char"},         {"\x1bOC", "ed-next-char"},
    {"\x1b[D", "ed-prev-char"},         {"\x1bOD", "ed-prev-char"},
    {"\x1b[H", "ed-move-to-beg"},       {"\x1bOH", "ed-move-to-beg"},
    {"\x1b[1~", "ed-move-to-beg"},      {"\x1b[7~", "ed-move-to-beg"},
    {"\x1b[F", "ed-move-to-end"},       {"\x1bOF", "ed-move-to-end"},
    {"\x1b[4~", "ed-move-to-end"},      {"\x1b[8~", "ed-move-to-end"},
    {"\x1b[1;5C", "em-next-word"},      {"\x1b[1;5D", "ed-prev-word"},
    {"\x1b[1;3C", "em-next-word"},      {"\x1b[1;3D", "ed-prev-word"},
    {"\x1b[3~", "ed-delete-next-char"},
};

static void bind_keys(EditLine *edit)
{
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        el_set(edit, EL_BIND, sequences[i].keys, sequences[i].action, NULL);
    el_set(edit, EL_BIND, "^W", "ed-delete-prev-word", NULL);
    /* These ask for more keys before they return, and take having none for the end of the input. */
    static const char *const greedy[] = {"^R", "^S", "^V", "\x1bx", "\x1bX"};
    for (size_t i = 0; i < sizeof greedy / sizeof greedy[0]; i++)
        el_set(edit, EL_BIND, greedy[i], "ed-unassigned", NULL);
}

static bool is_known(const uint8_t *keys, size_t size)
{
    if (size < 3 || keys[0] != ESCAPE)
        return true;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        if (strlen(sequences[i].keys) == size && memcmp(sequences[i].keys, keys, size) == 0)
            return true;
    return false;
}

/* ---- the screen ---- */

static size_t columns(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return COLUMNS_DEFAULT;
}

/* One character further on a screen of `width`, as libedit lays a line out. */
static void step(wchar_t c, size_t width, size_t *row, size_t *column)
{
    char text[4];
    size_t size = utf8_encode((uint32_t)c, text);
    size_t wide = c < 0x20 || c == 0x7F ? 2 : utf8_columns(text, size); /* ^X */
    if (*column + wide > width) {
        ++*row;
        *column = 0;
    }
    *column += wide;
    if (*column >= width) {
        ++*row;
        *column = 0;
    }
}

/* Rows between the prompt's first one and the cursor. */
static size_t rows_above_cursor(const struct prompt *prompt)
{
    const LineInfoW *line = el_wline(prompt->edit);
    size_t width = columns(), row = 0, column = 0;
    for (const wchar_t *c = prompt->question; *c; c++)
        step(*c, width, &row, &column);
    for (const wchar_t *c = line->buffer; c < line->cursor; c++)
        step(*c, width, &row, &column);
    return row;
}

static void hide(struct prompt *prompt)
{
    if (prompt->shown && prompt->style) {
        size_t rows = rows_above_cursor(prompt) + prompt->status_shown;
        putchar('\r');
        if (rows > 0)
            printf("\x1b[%zuA", rows);
        fputs("\x1b[J", stdout);
    } else if (prompt->shown) {
        putchar('\n');
    } else if (prompt->status_shown) {
        fputs("\x1b[A\r\x1b[J", stdout);
    }
    prompt->shown = prompt->status_shown = false;
}

static void show_status(struct prompt *prompt)
{
    size_t size, width = columns(), used = 0;
    if (!prompt->status)
        return;
    for (size = 0; prompt->status[size];) {
        size_t next = utf8_next_grapheme(prompt->status, strlen(prompt->status), size);
        used += utf8_columns(prompt->status + size, next - size);
        if (used >= width)
            break;
        size = next;
    }
    fwrite(prompt->status, 1, size, stdout);
    putchar('\n');
    prompt->status_shown = true;
}

void prompt_show(struct prompt *prompt)
{
    if (screen_changed) { /* the terminal may have moved everything; start from the line's place */
        screen_changed = 0;
        hide(prompt);
        el_resize(prompt->edit);
        if (prompt->asking) { /* libedit believes that it is raw still, so both ways */
            el_wset(prompt->edit, EL_PREP_TERM, 0);
            el_wset(prompt->edit, EL_PREP_TERM, 1);
        }
    }
    if (!prompt->shown && !prompt->status_shown)
        show_status(prompt);
    if (prompt->asking && !prompt->shown) {
        fflush(stdout);
        el_wset(prompt->edit, EL_REFRESH);
        prompt->shown = true;
    }
    fflush(stdout);
}

void prompt_print(struct prompt *prompt, const char *text)
{
    hide(prompt);
    fputs(text, stdout);
    fflush(stdout);
}

bool prompt_set_status(struct prompt *prompt, const char *text)
{
    if (!prompt->style)
        return false;
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
    return prompt->ended || buf_free(&prompt->keys) == 0 ? OS_SOCK_NONE : STDIN_FILENO;
}

void prompt_take(struct prompt *prompt)
{
    uint8_t bytes[4096];
    size_t most = buf_free(&prompt->keys) < sizeof bytes ? buf_free(&prompt->keys) : sizeof bytes;
    ssize_t got;
    if (prompt_sock(prompt) == OS_SOCK_NONE)
        return; /* full or at its end: nothing was waited for */
    got = read(STDIN_FILENO, bytes, most);
    if (got > 0)
        buf_append(&prompt->keys, bytes, (size_t)got);
    else if (got == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
        prompt->ended = true;
}

static wchar_t *question_of(EditLine *edit)
{
    struct prompt *prompt = NULL;
    el_wget(edit, EL_CLIENTDATA, &prompt);
    return prompt->question;
}

void prompt_ask(struct prompt *prompt, const char *text, bool keep)
{
    size_t at = 0, count = 0, size = text ? strlen(text) : 0;
    hide(prompt);
    prompt->keep = keep;
    while (at < size && count + 1 < sizeof prompt->question / sizeof prompt->question[0]) {
        uint32_t rune;
        at += utf8_decode(text + at, size - at, &rune);
        prompt->question[count++] = (wchar_t)rune;
    }
    prompt->question[count] = L'\0';
    if (text && !prompt->asking) {
        fflush(stdout);
        el_wset(prompt->edit, EL_UNBUFFERED, 1); /* raw mode; also draws */
        prompt->shown = true;
    } else if (!text && prompt->asking) {
        el_wset(prompt->edit, EL_UNBUFFERED, 0);
    }
    prompt->asking = text;
}

static char *narrow(const wchar_t *text, size_t count)
{
    char *out = mem_alloc(4 * count + 1, 1);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += utf8_encode((uint32_t)text[i], out + size);
    return out;
}

/* The line in libedit's hands is whole: give it out and begin the next one. */
static char *take_line(struct prompt *prompt, const wchar_t *text, size_t count)
{
    char *line = narrow(text, count);
    wchar_t *copy = mem_alloc(count + 1, sizeof *copy);
    HistEventW event;
    memcpy(copy, text, count * sizeof *copy);
    if (prompt->keep && count > 0)
        history_w(prompt->history, &event, H_ENTER, copy);
    mem_free(copy);
    el_wset(prompt->edit, EL_UNBUFFERED, 0);
    prompt->shown = false; /* it stays on the screen, as a line that was said */
    prompt->asking = false;
    return line;
}

enum prompt_event prompt_next(struct prompt *prompt, char **line)
{
    *line = NULL;
    while (prompt->asking) {
        struct bytes keys = buf_peek(&prompt->keys);
        const wchar_t *text;
        int count = 0;
        prompt->key_at = 0;
        prompt->key_size = key_size(keys.data, keys.size);
        if (prompt->key_size == 0)
            break;
        if (!is_known(keys.data, prompt->key_size)) {
            buf_consume(&prompt->keys, prompt->key_size);
            continue;
        }
        if (prompt->status_shown &&
            (keys.data[0] == '\n' || keys.data[0] == '\r' || keys.data[0] == END_OF_INPUT))
            hide(prompt); /* the line will stay where it is, the status must not */
        if (!prompt->shown) {
            fflush(stdout);
            el_wset(prompt->edit, EL_REFRESH);
            prompt->shown = true;
        }
        text = el_wgets(prompt->edit, &count);
        buf_consume(&prompt->keys, prompt->key_size);
        if (!text || count <= 0)
            continue;
        if (count == 1 && text[0] == END_OF_INPUT) {
            mem_free(take_line(prompt, text, 0));
            prompt->shown = true; /* as "^D", to be taken away */
            return PROMPT_END;
        }
        if (text[count - 1] == L'\n' || text[count - 1] == L'\r') {
            *line = take_line(prompt, text, (size_t)count - 1);
            return PROMPT_LINE;
        }
    }
    return prompt->ended ? PROMPT_END : PROMPT_NOTHING;
}

/* ---- beginning and end ---- */

struct prompt *prompt_open(const char *history_path, struct wake *wake, struct err *err)
{
    const char *terminal = getenv("TERM");
    struct prompt *prompt = mem_alloc(1, sizeof *prompt);
    HistEventW event;
    assert(!the_prompt);
    if (tcgetattr(STDIN_FILENO, &before) != 0) {
        err_set_errno(err, errno, "The terminal cannot be used");
        mem_free(prompt);
        return NULL;
    }
    speak_utf8();
    buf_init(&prompt->keys, KEYS_MAX);
    prompt->wake = wake;
    prompt->style = terminal && *terminal && strcmp(terminal, "dumb") != 0;
    prompt->history_path = mem_string(history_path);
    prompt->history = history_winit();
    prompt->edit = el_init("confab-cli", stdin, stdout, stderr);
    if (!prompt->history || !prompt->edit)
        die("There is not enough memory to edit lines.");
    el_wset(prompt->edit, EL_CLIENTDATA, prompt);
    el_wset(prompt->edit, EL_GETCFN, next_rune);
    el_wset(prompt->edit, EL_PROMPT, question_of);
    el_wset(prompt->edit, EL_EDITOR, L"emacs");
    el_wset(prompt->edit, EL_SIGNAL, 0);
    history_w(prompt->history, &event, H_SETSIZE, HISTORY_LINES);
    history_w(prompt->history, &event, H_SETUNIQUE, 1);
    history_w(prompt->history, &event, H_LOAD, history_path); /* it may not be there yet */
    el_wset(prompt->edit, EL_HIST, history_w, prompt->history);
    bind_keys(prompt->edit);
    the_prompt = prompt;
    atexit(put_terminal_back); /* die() must not leave it raw */
    watch_screen(on_screen_signal);
    return prompt;
}

void prompt_close(struct prompt *prompt)
{
    HistEventW event;
    if (!prompt)
        return;
    watch_screen(SIG_DFL);
    prompt_set_status(prompt, NULL);
    hide(prompt);
    fflush(stdout);
    el_wset(prompt->edit, EL_UNBUFFERED, 0);
    history_w(prompt->history, &event, H_SAVE, prompt->history_path);
    el_end(prompt->edit);
    history_wend(prompt->history);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    the_prompt = NULL;
    buf_finish(&prompt->keys);
    mem_free(prompt->history_path);
    mem_free(prompt->status);
    mem_free(prompt);
}
