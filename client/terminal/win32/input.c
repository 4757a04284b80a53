/* select() on Windows knows sockets only, so a thread reads standard input and rings. */
#include "client/terminal/input.h"
#include <windows.h>
#include <string.h>
#include "client/work/mailbox.h"
#include "protocol/base/mem.h"
#include "protocol/os/thread.h"
#include "protocol/os/win32/wide.h"

#define PIECE 4096     /* bytes read at once */
#define PIECES_AHEAD 8 /* the thread waits when so many are unread */

struct piece {
    struct mail mail; /* first */
    struct piece *next;
    size_t size, used; /* size 0: the end */
    char bytes[PIECE];
};

struct input {
    struct mailbox *box;
    struct wake *wake;
    HANDLE room; /* a semaphore: pieces that may still be read ahead */
    struct piece *first, **last;
    bool ended;
};

static void drop(struct mail *mail)
{
    mem_free(mail);
}

static void open_piece(struct mail *mail, void *reader)
{
    struct input *input = reader;
    struct piece *piece = (struct piece *)mail;
    piece->next = NULL;
    *input->last = piece;
    input->last = &piece->next;
}

static void ring(void *context)
{
    wake_ring(context);
}

/* What a person types is UTF-16; what a pipe brings is taken as UTF-8. */
static size_t read_some(HANDLE in, char out[PIECE])
{
    wchar_t wide[PIECE / 4 + 1];
    DWORD mode, got = 0;
    if (!GetConsoleMode(in, &mode))
        return ReadFile(in, out, PIECE, &got, NULL) ? got : 0;
    if (!ReadConsoleW(in, wide, PIECE / 4, &got, NULL) || got == 0 || wide[0] == 0x1A /* Ctrl-Z */)
        return 0;
    wide[got] = L'\0';
    return wide_to(wide, out, PIECE) ? strlen(out) : 0;
}

static void read_all(void *arg)
{
    struct input *input = arg;
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    size_t size;
    do {
        struct piece *piece = mem_alloc(1, sizeof *piece);
        WaitForSingleObject(input->room, INFINITE);
        piece->mail.open = open_piece;
        piece->mail.drop = drop;
        size = piece->size = read_some(in, piece->bytes);
        mailbox_post(input->box, &piece->mail);
    } while (size > 0);
}

struct input *input_open(struct wake *wake)
{
    struct err err = {0};
    struct input *input = mem_alloc(1, sizeof *input);
    input->last = &input->first;
    input->wake = wake;
    input->box = mailbox_create(ring, wake);
    input->room = CreateSemaphoreW(NULL, PIECES_AHEAD, PIECES_AHEAD, NULL);
    SetConsoleOutputCP(CP_UTF8);
    if (!input->room || !thread_start(read_all, input, &err))
        die("The input cannot be read: no thread for it.");
    return input;
}

/* The thread may be inside a read that nothing ends, so it and what it uses stay until the process
 * ends. */
void input_close(struct input *input)
{
    (void)input;
}

os_sock input_sock(const struct input *input)
{
    (void)input;
    return OS_SOCK_NONE;
}

enum input_status input_read(struct input *input, bool ready, char *bytes, size_t size, size_t *got)
{
    struct piece *piece;
    (void)ready;
    *got = 0;
    mailbox_drain(input->box, input);
    piece = input->first;
    if (input->ended || (piece && piece->size == 0)) {
        input->ended = true;
        return INPUT_END;
    }
    if (!piece)
        return INPUT_AGAIN;
    *got = piece->size - piece->used < size ? piece->size - piece->used : size;
    memcpy(bytes, piece->bytes + piece->used, *got);
    piece->used += *got;
    if (piece->used == piece->size) {
        input->first = piece->next;
        if (!input->first)
            input->last = &input->first;
        mem_free(piece);
        ReleaseSemaphore(input->room, 1, NULL);
    }
    if (input->first)
        wake_ring(input->wake); /* there is more: come again */
    return INPUT_OK;
}

bool output_is_screen(void)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), &mode) != 0;
}
