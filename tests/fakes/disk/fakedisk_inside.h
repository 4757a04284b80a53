/* fakedisk_inside.h - what the two files of the fake disk share: fakedisk.c knows names, contents and
 * cuts, fakefile.c is file.h upon it. For these two only; the lock is held in all of them. */
#ifndef CONFAB_TESTS_FAKEDISK_INSIDE_H
#define CONFAB_TESTS_FAKEDISK_INSIDE_H

#include <pthread.h>
#include "tests/fakes/disk/fakedisk.h"

#define HANDLES_MAX 65536

struct piece { /* a write that is not brought yet; bytes NULL: a cut to length `offset` */
    uint64_t offset;
    size_t size;
    uint8_t *bytes;
};
struct name {
    char *text;
    struct node *node; /* in a list of changes: NULL removes */
    char *gone;        /* the same: a name that is removed with it; NULL: none */
};
struct names {
    struct name *list;
    size_t count, room;
};
struct node { /* a file or a folder; kept until the disk is closed or its power is back */
    bool folder;
    /* folder: as seen now, as brought, and the changes in between */
    struct names now, safe, changes;
    /* file: a descriptor of what is seen now (-1: nobody has asked since the power is back), what is
     * brought, and the writes in between */
    int fd;
    unsigned links; /* names it has now */
    uint64_t size;
    uint8_t *image;
    size_t image_size;
    struct piece *pieces;
    size_t piece_count, piece_room;
    bool reached; /* for the sweep after a cut */
    struct node *next;
};

struct fakedisk {
    pthread_mutex_t lock;
    struct node *root, *all;
    struct node *handles[HANDLES_MAX];
    size_t handle_count;
    uint64_t changes, cut_at, used, room;
    unsigned starts; /* of the computer */
    bool dark, fail_writes, fail_syncs;
    uint64_t random;
};
extern struct fakedisk fakedisk;

/* The node at `path`; NULL: there is none. `parent` (may be NULL) and `last` are filled if all but
 * the last part are folders. */
struct node *fakedisk_walk(const char *path, struct node **parent, char last[OS_PATH_MAX]);
struct node *fakedisk_make_node(bool folder);
/* A change happens: true while it is to be remembered for the time after a cut. When it is
 * remembered, fakedisk_maybe_cut(). */
bool fakedisk_change(void);
void fakedisk_maybe_cut(void);
/* A name leads to a node (NULL: nowhere) from now on; `gone` (may be NULL) is removed in the same
 * step. */
void fakedisk_change_name(struct node *folder, const char *text, struct node *node,
                          const char *gone);
/* The first `count` changes of names are brought, the others are forgotten. */
void fakedisk_bring_names(struct node *folder, size_t count);
void fakedisk_push_piece(struct node *node, uint64_t offset, const void *bytes, size_t size);
/* All pieces are brought, or forgotten. */
void fakedisk_bring_pieces(struct node *node, bool bring);
/* A descriptor of the node's own, with the image in it at first. */
bool fakedisk_open_now(struct node *node);

#endif
