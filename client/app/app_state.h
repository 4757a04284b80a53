/* app_state.h - what the client consists of. For the files of this folder; UI thread only, but for
 * the mailbox. */
#ifndef CONFAB_APP_STATE_H
#define CONFAB_APP_STATE_H

#include "client/app/album.h"
#include "client/app/app.h"
#include "client/app/host.h"
#include "client/app/outbox.h"
#include "client/app/recall.h"
#include "client/app/settings.h"
#include "client/net/net.h"
#include "client/work/mailbox.h"
#include "client/work/pool.h"

struct file_end { /* how a file ended whose own event we do not have yet */
    char file[FILE_DIGITS + 1];
    char sha256[SHA256_HEX_SIZE]; /* "": it failed */
};

/* A message whose job is under way: found again by name and number, for it may have gone. */
struct handle {
    char room[NAME_SIZE];
    uint64_t seq;
    int64_t time_ms;
    char id[ID_MAX + 1]; /* of ours, while it has no seq */
};

#define FAILED_MAX 64 /* remembered; the oldest is forgotten */
struct failed_file {  /* nothing could be made of it */
    char sha256[SHA256_HEX_SIZE];
    char *sentence;
};

struct picture_owner;

struct app {
    struct app_config config; /* its strings are ours */
    struct model model;
    struct settings *settings;
    char *downloads;
    bool asked_helper;     /* for its versions, ... */
    char *helper_versions; /* ... which are these; NULL: not yet */
    bool can_look;         /* confab-media is there */
    struct mailbox *box;
    struct pool *pool;
    struct net *net;
    struct host *host;
    struct outbox outbox;
    struct album_queue albums;
    struct smaller *smaller; /* all that there are */
    struct recall recall;    /* of this server, as it was when we came */
    bool recall_is_open;
    int64_t recall_due_ms;   /* when what changed of it is saved; INT64_MAX: nothing did */
    int64_t read_due_ms;     /* nothing about what was read is said before */
    bool rooms_more;         /* the list of rooms goes on */
    uint32_t attempt;        /* number of the connection; mail of an older one is stale */
    uint32_t oldest_attempt; /* ... and of transfers from before this one */
    unsigned retries;
    char *password;              /* that the server is told; NULL: none */
    char uid[UID_DIGITS + 1];    /* of the name that rooms and messages are of */
    char name_before[NAME_SIZE]; /* while another one is tried; "": none is */
    bool name_born;              /* ... of which this computer knew nothing before */
    char called[NAME_SIZE];      /* what we look for behind an "@" */
    char start_room[NAME_SIZE];  /* joined at welcome */
    char going_to[NAME_SIZE];    /* asked to join: shown when the server says yes */
    struct room *listing;        /* whose members are being listed over several frames */
    struct file_end *ends;
    size_t end_count;
    int64_t typed_ms; /* said so last, and where */
    struct room *typed_room;
    uint32_t drawing;               /* number of the frame that is drawn, or comes next */
    struct picture_owner *pictures; /* jobs under way */
    struct handle *shown;           /* messages that may have a picture */
    size_t shown_count;
    struct handle *asked; /* messages whose picture was asked for in this frame */
    size_t asked_count;
    struct failed_file failed[FAILED_MAX]; /* in this session, the latest */
    size_t failed_next;
    struct playing *playing; /* playback.c */
    struct speech *speech;   /* record.c */
    struct preview *detail;  /* the job for model.detail.wanted; NULL: none is under way */
    uint64_t version_told;
    bool closing;
};

/* app.c */
bool app_is_online(const struct app *app);
/* A new id of ours. */
void app_random_id(char id[ID_MAX + 1]);
void app_note(struct app *app, const struct note *note);
/* The row looks different now (message may be NULL: the room). */
void app_touch(struct app *app, struct room *room, struct message *message);
/* Which message a transfer of the net belongs to; NULL: it is gone. */
struct message *app_find_upload(struct app *app, const char *id, struct room **room);
struct message *app_find_download(struct app *app, const char *file, struct room **room);

/* connection.c */
void connection_open(struct app *app); /* dial model.host; LINK_CONNECTING or LOST stays as it is */
void connection_on_welcome(struct app *app, const struct msg *msg);
void connection_send_item(struct app *app, const struct outbox_item *item);
void connection_join(struct app *app, struct room *room); /* without showing it */
/* Say how far one has read, at most each READ_EVERY_MS; when that is due, INT64_MAX never.
 * Before an end now_ms is INT64_MAX: at once. */
void connection_tell_read(struct app *app, int64_t now_ms);
int64_t connection_read_due_ms(const struct app *app);
void connection_send_held(struct app *app, int64_t now_ms); /* what the server had no time for */
void connection_on_lost(struct app *app, const struct net_mail *mail);
void connection_forget_password(struct app *app);
void connection_rename(struct app *app); /* come back under model.my_name, all else stays */
void connection_forget(struct app *app); /* rooms, messages, transfers: another server comes */

/* action_self.c */
void self_load(struct app *app); /* what settings say about the rest */
/* The server took the new name, or did not: then the old one is back, and true. */
void self_on_welcome(struct app *app);
bool self_on_refused(struct app *app, const char *why, const char *code);

/* inbox.c, inbox_event.c */
void inbox_open_net(struct mail *opened, void *reader);
void inbox_look_for_mentions(struct app *app);                 /* again: our name is another one */
void inbox_take_rooms(struct app *app, const struct msg *msg); /* a list, or a part of one */
void inbox_on_event(struct app *app, const struct msg *msg, const char *json);

/* action.c */
size_t action_trim(const char *text, const char **from);
bool action_check_text(const char *from, size_t size, struct err *err);
/* Can it be sent? */
bool action_check_file(struct app *app, const char *path, struct file_info *info, struct err *err);
/* Its bubble, which waits; it was checked. */
struct message *action_add_file(struct app *app, struct room *room, const char *path,
                                const char *kind);
/* A text, checked, that goes when all files of the batch have gone or failed; none if it is blank. */
void action_say_behind(struct app *app, struct room *room, const char *text, uint64_t reply,
                       uint32_t batch);

/* change.c: edits, reactions, deletions */
void change_on_event(struct app *app, struct room *room, const struct msg *msg, uint64_t newest,
                     const char *json); /* newest: event before this one */
void change_refused(struct app *app, struct outbox_item *item);

/* transfer.c: files that go and come */
void transfer_on_upload(struct app *app, const struct net_mail *mail);
void transfer_on_upload_end(struct app *app, const struct net_mail *mail);
void transfer_on_download(struct app *app, const struct net_mail *mail);
void transfer_on_download_end(struct app *app, const struct net_mail *mail);
/* Look at the file (kind, size in pixels), then hand it to the net. */
void transfer_prepare_upload(struct app *app, struct room *room, struct message *message);
void transfer_fetch(struct app *app, struct room *room, struct message *message, bool save);
void transfer_fail(struct app *app, struct room *room, struct message *message, const char *text);

/* picture.c */
/* The file is here now: decode it if a bubble asked for it. */
void picture_on_file(struct app *app, struct room *room, struct message *message);
void picture_finish(struct app *app);
/* Where the whole file is on this computer (path: OS_PATH_MAX bytes); false if it is not. */
bool picture_find_here(const struct message *message, char *path);

struct handle handle_of(const struct room *room, const struct message *message);
struct message *handle_find(struct app *app, const struct handle *handle, struct room **room);
/* The message that sends the file `path`, which may have been tried again under another id since; the handle follows it. */
struct message *handle_follow_file(struct app *app, struct handle *handle, const char *path,
                                   struct room **room);

#endif
