/* action.h - what a person can do. UI thread. Each returns at once; what comes of it shows in
 * the model and as notes. */
#ifndef CONFAB_APP_ACTION_H
#define CONFAB_APP_ACTION_H

#include "client/app/app.h"

/* Cleans and takes the name for the next connect (and remembers it). */
bool action_set_name(struct app *app, const char *name, struct err *err);
/* Another name for the same person, also while connected: comes back under it, and nothing else changes. If the
 * server refuses, the old one is back and NOTE_REFUSED says why. */
bool action_rename(struct app *app, const char *name, struct err *err);
/* "host", "host:port", "host port", "[v6]:port", "confab://host:port/room"; port WIRE_PORT if
 * none. False: the text is no address. */
bool action_connect_text(struct app *app, const char *address, struct err *err);
/* For the next connect and for coming back, in memory only, until we connect elsewhere. */
void action_set_password(struct app *app, const char *password);
void action_connect(struct app *app, const char *host, uint16_t port);
void action_disconnect(struct app *app); /* says bye; back to LINK_OFFLINE */
void action_retry_now(struct app *app);  /* LINK_LOST: do not wait for the back-off */
/* Start a server inside this process (port WIRE_PORT or the next free one) and connect to it. */
bool action_host(struct app *app, struct err *err);
/* Which rooms to be in: at connect the lobby, or this one if set before. */
bool action_join(struct app *app, const char *room, struct err *err);
void action_leave(struct app *app, struct room *room);
void action_show_room(struct app *app, struct room *room); /* joins it if need be */
void action_list_rooms(struct app *app);
/* A new room, which is shown once the server made it; private: others come in by invitation. */
bool action_make_room(struct app *app, const char *name, bool private_room, struct err *err);
/* Lets a person of this name into a private room. The server answers with NOTE_REFUSED, or with the
 * row that says it. */
bool action_invite(struct app *app, struct room *room, const char *name, struct err *err);
/* The room of the two of us, made if it is not there; shown. */
void action_open_direct(struct app *app, const char *uid);
void action_set_muted(struct app *app, struct room *room, bool muted);
/* Text longer than TEXT_MAX is refused (the view offers to send it as a file). Empty after
 * trimming: ignored, true. reply: seq of the message that it answers, 0 none. */
bool action_say(struct app *app, struct room *room, const char *text, uint64_t reply,
                struct err *err);
/* A text of ours says something else from now on: here at once, as it was again if the server refuses
 * it. */
bool action_edit(struct app *app, struct room *room, struct message *message, const char *text,
                 struct err *err);
/* Our reaction with this emoji: on, or off if it is on. Shown at once. */
void action_react(struct app *app, struct room *room, struct message *message, const char *emoji);
/* Puts the file's bubble into the room at once. False: not there, a folder, not readable, larger
 * than the server takes. */
bool action_send_file(struct app *app, struct room *room, const char *path, bool plain_file,
                      struct err *err);
/* Upload or download. A message of ours that failed and that nobody has seen is thrown away: the
 * pointer is dead afterwards. */
void action_cancel(struct app *app, struct room *room, struct message *message);
void action_try_again(struct app *app, struct room *room, struct message *message);
/* Get the file here (cache); with save also into the download folder under its label, numbered
 * if that name is taken. */
void action_fetch(struct app *app, struct room *room, struct message *message, bool save);
/* The bubble is in sight and wants its picture at this size (device px); asks once per size.
 * Fetches small ones unasked. */
void action_want_picture(struct app *app, struct room *room, struct message *message, int width,
                         int height);
/* A frame is drawn: what was asked for earlier and was not in sight in it is given up, and asked for anew when it comes back. */
void action_drawn(struct app *app);
/* The bubble of a sound is in sight: small ones are fetched unasked, so that they play at once, and what is here is asked for
 * its title, and for how loud it is if its sender did not say. */
void action_want_sound(struct app *app, struct room *room, struct message *message);
/* A part of a picture (px of the original, upright) that fits in a box (device px): it comes as model.detail, one at a time. What was
 * asked for before and is not done is given up. Asked at each drawing, for the same question is answered once. */
void action_want_detail(struct app *app, struct room *room, struct message *message,
                        const struct part *part);
void action_drop_detail(struct app *app);
/* Plays a sound or a film, from where it was left if it is the one that plays already; another one ends. It is
 * fetched if it is not here, and begins as soon as enough of it is. What comes of it is model.playback. */
void action_play(struct app *app, struct room *room, struct message *message);
void action_pause(struct app *app, bool pause);
void action_seek(struct app *app, int64_t ms);
void action_stop_playing(struct app *app);
void action_set_speed(struct app *app, int percent); /* 50 to 200; without changed pitch */
void action_set_volume(struct app *app, int percent, bool quiet);
/* The size in device px at which the film that plays is shown now; 0, 0: it is out of sight. */
void action_show_film(struct app *app, int width, int height);
/* A voice message: spoken until it is sent or thrown away. Without a microphone model.recording says so. */
void action_record(struct app *app, struct room *room);
void action_record_end(struct app *app, bool send);
/* Files that go together: pictures and films first, as albums of ALBUM_MAX at most (or one by one, or as plain files), in
 * this order; then other files, then what is said about them (NULL or blank: nothing). All or none: false, and nothing
 * is sent. smaller: pictures go as JPEG of at most 2048 px without what the camera wrote into them. */
struct smaller;
struct send_item {
    const char *path;
    bool smaller;
    struct smaller *
        copy; /* smaller: made or being made (smaller.h), and taken if true is returned; NULL: made now */
    const char *kind;  /* if it is known already: else NULL or "" */
    int width, height; /* the same; 0 */
};
enum send_as { SEND_TOGETHER, SEND_SINGLY, SEND_AS_FILES };
bool action_send_files(struct app *app, struct room *room, const struct send_item *items,
                       size_t count, enum send_as as, const char *caption, uint64_t reply,
                       struct err *err);
#define ALBUM_MAX 10
void action_load_history(struct app *app, struct room *room); /* HISTORY_PAGE older ones */
#define HISTORY_PAGE 50
/* For everyone: one's own, or as an admin of the server anyone's. */
void action_delete(struct app *app, struct room *room, struct message *message);
/* What admins of the server may do; it answers with NOTE_NOTICE or NOTE_REFUSED. action: kick, ban,
 * unban, mute, unmute; target: a name, or for ban and unban an address; seconds 0: for good. */
void action_admin(struct app *app, const char *action, const char *target, uint32_t seconds);
void action_typing(struct app *app, struct room *room);
void action_mark_read(struct app *app, struct room *room, uint64_t seq);
void action_keep_draft(struct app *app, struct room *room, const char *text);

enum app_theme { APP_THEME_SYSTEM, APP_THEME_DARK, APP_THEME_LIGHT, APP_THEME_CONTRAST };
bool app_theme_of(const char *word,
                  enum app_theme *theme); /* "system", "dark", "light", "contrast" */
enum app_theme app_theme(const struct app *app);
void action_set_theme(struct app *app, enum app_theme theme);

/* key: letters, digits, '.', '_', '-'; value: one line; NULL forgets it. Written at once. */
void action_set_setting(struct app *app, const char *key, const char *value);
/* Pictures up to so many bytes are fetched unasked (0: none). */
void action_set_auto_fetch(struct app *app, uint64_t bytes);
/* The folder must be there or be made. */
bool action_set_downloads(struct app *app, const char *folder, struct err *err);

#endif
