/* relay_floor.c's: one byte says what a connection is, texts are bare, files are all there is. */
#include "tests/bench/load.h"

#include "protocol/base/err.h"

#define STEP (1 << 20)

static void greet(struct link *link)
{
    load_send(link, &"RSUI"[link->role], 1);
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    const struct load *load = link->load;
    size_t at = 0;
    if (!link->ready && size > 0) {
        link->ready = true; /* the byte came back */
        at = 1;
    }
    while (at < size && link->skip == 0) {
        if (load->with_files) {
            uint64_t left = load->file_size - link->bytes;
            if (left == 0)
                die("connection %u: more came than the file has", link->number);
            at += load_on_piece(link, left < STEP ? (size_t)left : STEP, 0, size - at);
        } else {
            if (size - at < load->text_size)
                break;
            load_on_text(link, bytes + at);
            at += load->text_size;
        }
    }
    return at;
}

static void say(struct link *link, const char *text)
{
    load_send(link, text, link->load->text_size);
}

static void file_begin(struct link *link)
{
    link->load->file_open = link->load->file_done = true;
    load_send(link, "G", 1); /* go */
}

static void file_piece(struct link *link, uint64_t offset, size_t size)
{
    (void)offset;
    link->lent = (struct bytes){.data = link->load->content, .size = size};
}

const struct driver driver_floor = {.name = "floor",
                                    .window = 2000,
                                    .greet = greet,
                                    .take = take,
                                    .say = say,
                                    .files = true,
                                    .piece_size = LOAD_PIECE_MAX,
                                    .file_begin = file_begin,
                                    .file_piece = file_piece};
/* The file is there already. */
const struct driver driver_sendfile = {.name = "sendfile",
                                       .window = 2000,
                                       .greet = greet,
                                       .take = take,
                                       .say = say,
                                       .files = true,
                                       .file_begin = file_begin,
                                       .file_piece = file_piece};
