/* views.h - what the views remember between passes, and the views themselves. For the files of this folder only. */
#ifndef CONFAB_UI_VIEWS_VIEWS_H
#define CONFAB_UI_VIEWS_VIEWS_H

#include "client/app/address.h"
#include "client/app/notice.h"
#include "client/ui/edit.h"
#include "client/ui/views/pictures.h"
#include "client/ui/views/root.h"
#include "client/ui/widgets/list.h"
#include "protocol/os/file.h"

/* How a message stands among its neighbours in the timeline: worked out anew for each that is in sight (rows.h). */
struct row {
    bool day, new_line; /* the day, the line above what is new: above it, in its row */
    bool
        hidden; /* the first of its run is drawn for all: of those who came and went, or of an album */
    size_t first, last; /* that run: messages of the room; of an album some may be deleted */
    bool group_first, group_last; /* of what one person says in a row */
    size_t notice, notice_end;    /* the place's notices below it, in its row */
};

/* A sentence of the server for this person: shown where one was when it came, and nowhere kept. */
struct notice {
    uint64_t after_seq; /* behind this message */
    char *text;
};
#define NOTICES_MAX 50 /* the oldest go */

/* A run of those who came and went, shown one by one: messages [first, last] by number. */
struct opened {
    uint64_t first, last;
};
#define OPENED_MAX 16 /* the oldest closes */

/* A room's place on the screen: kept while the room is known. */
struct room_place {
    char name[NAME_SIZE];
    uint64_t visited;       /* the higher, the later it was on screen; 0: never */
    struct list *list;      /* a row for each message */
    uint64_t changes_seen;  /* room.change_count that the list was brought up to */
    uint64_t anchor_seq;    /* the message that stays where it is; 0: one without a number */
    uint64_t new_after_seq; /* the "new" line stands behind this one; 0: nowhere */
    struct opened opened[OPENED_MAX];
    size_t opened_count;
    struct notice *notices; /* oldest first */
    size_t notice_count;
    uint64_t
        bottom_seq; /* newest message when the list was last at its bottom: what came later is counted on the pill */
    uint64_t flash_seq, flash_ms; /* a message that was jumped to, and since when it shines */
};

/* What the card of switcher.c is open for. */
enum pick {
    PICK_NONE,
    PICK_ANY,    /* to go to a room or to a person */
    PICK_DIRECT, /* to write to a person */
    PICK_INVITE, /* to invite one into the private room pick_room */
};

struct search_bar; /* search.c */
struct playing;    /* playing.h */

struct confirm;
/* Asks before something would be lost; a card over everything. `done` is called if the answer is yes, with
 * what it is about: found again by name and number, for it may have gone meanwhile. */
typedef void confirm_fn(struct views *views, const struct confirm *confirm);
struct confirm {
    const char *title, *text, *yes; /* constants, already in the person's language */
    confirm_fn *done;
    char room[NAME_SIZE];
    uint64_t seq;
    char id[ID_MAX + 1];
    ui_id focus;   /* who had the keyboard before */
    bool harmless; /* nothing is lost: the answer is not red */
};

/* The card of the settings. */
struct settings_place {
    bool shown; /* in the pass before */
    bool close; /* asked for in this pass */
    int page;
    ui_id focus; /* who had the keyboard before */
    struct edit name, folder;
    char name_trouble[ERR_TEXT_MAX], folder_trouble[ERR_TEXT_MAX];
    unsigned chooser; /* token of the open folder chooser; 0: none */
    char *libraries;  /* with their versions, a line each; NULL: nobody has looked yet */
};

/* How the film that plays is looked at. */
struct film_look {
    int x, y;             /* where the pointer was last over it, ... */
    uint64_t moved_ms;    /* ... and when it moved there */
    bool lit, held;       /* what can be pressed lies on it; the line or the volume is held */
    bool begun;           /* by the last click on it: the second of two does not stop it again */
    int shown_w, shown_h; /* px, in this pass; 0: out of sight */
};

struct viewer; /* viewer.h */

struct views {
    struct app *app;
    struct ui *ui;
    const struct model *model; /* the app's, read only */
    struct pictures *pictures;
    bool quit;
    uint64_t watched_ms; /* when the window had the keyboard last */
    int64_t opened_ms;   /* clock_now_ms() when the connect screen appeared */

    struct edit name, address, password, room_name, path, message;
    char name_trouble[ERR_TEXT_MAX], address_trouble[ERR_TEXT_MAX], room_trouble[ERR_TEXT_MAX];
    bool asking_room, asking_path; /* the small fields are open */
    /* the password's field is open: for this server, until it lets in or another one is asked */
    bool asking_password, password_shown;
    bool password_comes; /* into sight, and gets the keyboard, in the next pass */
    char password_host[256];
    uint16_t password_port;
    struct composer *composer; /* compose.h */
    bool room_private;         /* the room that is being made */
    enum pick picking;
    struct edit pick;
    size_t pick_at; /* the row that Enter takes */
    char pick_room[NAME_SIZE], pick_trouble[ERR_TEXT_MAX];
    struct search_bar *search;
    struct playing *playing;
    bool settings_open, help_open; /* a card over the whole window */
    bool help_shown;               /* in the pass before */
    ui_id help_focus;              /* who had the keyboard before */
    struct settings_place settings;
    struct confirm confirm; /* open while it has a title */
    char *link;             /* an address that a card asks about; NULL: none */
    bool link_comes;        /* the card gets the keyboard in the next pass */
    ui_id link_focus;       /* who had it before */
    struct address invited; /* where a link from outside leads, and what is asked about it */
    char invited_title[400], invited_text[600];
    bool following;          /* it is gone to at the end of this pass */
    struct said_cache *said; /* messages' texts with their marks found */
    ui_id text_group;        /* the timeline's texts, which are selected together */
    struct notices notices;
    bool panel_hidden, sidebar_open,
        panel_open;               /* panel_open, sidebar_open: over a narrow window */
    const struct room *composing; /* whose draft stands in `message` */
    unsigned message_version;

    struct room_place **places;
    size_t place_count;
    uint64_t visits;           /* the highest of their `visited` */
    char menu_room[NAME_SIZE]; /* the context menus are about these */
    char menu_uid[UID_DIGITS + 1];
    uint64_t menu_seq;
    char menu_id[ID_MAX + 1];
    struct rect menu_at;
    /* The buttons at a message's corner, and the emoji for one. */
    uint64_t tools_seq, tools_ms;
    ui_id tip;                          /* of what in a message was pointed at last; 0: nothing */
    uint64_t react_seq, react_more_seq; /* whose few emoji, or whose picker is open */
    struct rect react_anchor;
    int react_at;        /* chosen by keyboard, -1: none */
    bool react_fresh;    /* opened in this pass: the press that opened it must not close it */
    uint64_t viewer_seq; /* the picture or film that is looked at; 0: none */
    struct viewer *viewer;
    struct film_look film;
    /* What the composer is for just now, in the room on screen; 0: a new message. */
    uint64_t reply_seq, edit_seq;
    int composer_top; /* px: toasts stand above it */
    bool compose;     /* the composer gets the keyboard in the next pass */
    /* A message that is to come into sight and flash: its history may have to be loaded first. */
    char jump_room[NAME_SIZE];
    uint64_t jump_seq; /* 0: nowhere */
    uint64_t jump_ms;  /* since when */

    unsigned chooser;         /* token of the open file chooser; 0: none */
    const struct room *shown; /* on screen in the pass before; compared, never followed */
    bool leaving;             /* asked for in this pass: done at its end, for it frees the rooms */
    bool chatting;            /* the chat screen was there in the pass before */
    bool connect_open;        /* the connect screen was */
};

/* The screens and their parts; r is where to draw. */
void connect_view(struct views *views, struct rect r);
void chat_view(struct views *views, struct rect r);
void sidebar_view(struct views *views, struct rect r);
void timeline_view(struct views *views, struct rect r, struct room *room);
void composer_view(struct views *views, struct rect r, struct room *room);
int composer_height(struct views *views, int width);
/* The emoji picker: floats by `anchor` until one is taken, Escape, or a press beside it. One at a time; `owner` says for
 * whom. emoji_view() draws it if it is this owner's, and returns the one taken in this pass, else NULL; call it before
 * what is to get the keys after it. Lent until the next one is taken. */
void emoji_open(struct views *views, ui_id owner, struct rect anchor);
bool emoji_is_open(const struct views *views, ui_id owner);
void emoji_close(struct views *views);
const char *emoji_view(struct views *views, ui_id owner);
void members_view(struct views *views, struct rect r, struct room *room);
/* All rooms in the order in which they stand at the left: `direct` of them, then those of two. The caller
 * frees the array with mem_free(). */
struct room **views_rooms(const struct views *views, size_t *count, size_t *direct);
void views_ask_room(struct views *views); /* opens the card that makes a room */
void roomform_view(struct views *views, struct rect r);
/* Opens the card of switcher.c; room: into which one is invited, else NULL. */
void views_pick(struct views *views, enum pick pick, const struct room *room);
void switcher_view(struct views *views, struct rect r);
/* The search in the room on screen: a bar below its head, 0 high while closed. */
struct search_bar *search_bar_create(void);
void search_bar_destroy(struct search_bar *bar);
void search_bar_open(struct views *views);
void search_bar_close(struct views *views);
bool search_bar_is_open(const struct views *views);
int search_bar_height(const struct views *views);
void search_bar_view(struct views *views, struct rect r, struct room *room);
/* Behind a layout of `text` that is going to be painted at x, y: marks what the open search looks for. */
void search_mark(const struct views *views, const struct text_layout *layout, const char *text,
                 size_t size, int x, int y);
/* One picture or film over everything, and the others of the room beside it. Called before what it lies over: it gets the keys. */
struct viewer *viewer_create(void);
void viewer_destroy(struct viewer *viewer); /* NULL is fine */
void viewer_view(struct views *views, struct rect r);
/* Open it; full: over the whole window. */
void viewer_open(struct views *views, uint64_t seq, bool full);
void viewer_turn_screen(struct views *views); /* over the whole screen, or not any more */
void help_view(struct views *views, struct rect r);
void settings_view(struct views *views, struct rect r);
void settings_button(
    struct views *views,
    struct rect r); /* in the corner of the first screen, after what lies under it */
/* An answer of the folder chooser; false: it is not ours. */
bool settings_on_chosen(struct views *views, unsigned token, const char *path);
void views_apply_settings(struct views *views); /* the look that is remembered */
int views_text_size(const struct views *views); /* per cent */
void views_set_text_size(struct views *views, int percent);
#define TEXT_SIZE_MIN 80
#define TEXT_SIZE_MAX 200
#define TEXT_SIZE_STEP 10
void confirm_view(struct views *views, struct rect r);
void link_view(struct views *views, struct rect r);
/* A confab:// link from outside, which may be anybody's: asks, unless this person has been there before and
 * leaves nothing for it. */
void invited_by(struct views *views, const char *link);
void invited_follow(struct views *views); /* goes there */
bool connect_take_name(
    struct views *views); /* of the first screen; false: it is not right, and says so */
/* Ask whether the link of a message, `size` bytes of its text, is to be opened. */
void views_ask_link(struct views *views, const char *text, size_t size);
void sheet_view(struct views *views,
                struct rect r); /* pictures from the clipboard, before they go */
/* Telling the person who looks elsewhere. */
void tell_view(struct views *views);
void tell_on_message(struct views *views, const struct note *note);
void tell_seen(struct views *views); /* the window has the keyboard */
void tell_clicked(struct views *views, const char *tag);
/* What lies over the whole window: a dimmed ground, a card in the middle of r, w_dp wide and h px high if that
 * fits; returns the card. What is drawn until card_end() lies on it. Call before the views that it lies over:
 * it gets the keys first, and card_end() leaves them none but those of the whole window. */
struct rect card_begin(struct views *views, struct rect r, const char *name, float w_dp, int h);
void card_end(struct views *views);
/* Open it; room (NULL: none) and message (NULL: none) are what it is about. */
void views_confirm(struct views *views, const char *title, const char *text, const char *yes,
                   confirm_fn *done, const struct room *room, const struct message *message);
void drop_view(struct views *views, struct rect r);

/* One message: both use the same arithmetic. `row` tells the grouping. */
int bubble_measure(struct views *views, const struct room *room, const struct message *message,
                   const struct row *row, int width);
/* How far below its top that begins which is there whoever spoke before. */
int bubble_lead(const struct ui *ui, const struct message *message, const struct row *row);
void bubble_draw(struct views *views, struct room *room, struct message *message,
                 const struct row *row, struct rect r);
/* What floats above the messages: a bubble's menu, the emoji for one. */
void bubble_menu(struct views *views, struct room *room);

/* "Photo · sunset.jpg", or what it says: for one line. */
void message_line(const struct message *message, char *out, size_t size);

/* True if the message is shown as a picture rather than as a card; its size in the timeline, px. */
bool picture_is_shown(const struct message *message);
void picture_size(struct views *views, const struct message *message, int most_w, int *w, int *h);

/* The composer answers or edits `message` of the room on screen until it is sent or given up. */
void views_begin_reply(struct views *views, const struct message *message);
void views_begin_edit(struct views *views, const struct message *message);
void views_cancel_reply_edit(struct views *views);
/* Show the room, bring event `seq` into sight (what came before it is loaded if need be), flash. */
void views_jump_to(struct views *views, struct room *room, uint64_t seq);

struct room_place *views_place(struct views *views, const struct room *room);
struct room *views_room(const struct views *views); /* on screen; NULL: the connect screen is */
void views_send_path(struct views *views, const char *path, bool plain); /* at once */
/* Files that are dropped or chosen, one after the other; at the end pictures and films (and what came with them)
 * are in the sheet, other files are sent. plain: as files. */
void sheet_take(struct views *views, const char *path, bool plain);
void sheet_take_end(struct views *views);
void views_keep_draft(struct views *views);
void views_drop_password(struct views *views); /* the field closes, its text is wiped */
bool views_is_narrow(const struct views *views, float below_dp);

/* "10:42", "Today", "3 MB/s": out holds 32 bytes. */
#define WHEN_SIZE 48
void when_clock(int64_t time_ms, char out[WHEN_SIZE]);
void when_day(int64_t time_ms, char out[WHEN_SIZE]);
/* One line that fits width_px, cut in the middle so that the end (a file's extension) stays. */
void label_middle(struct views *views, const char *text, enum text_size size,
                  enum text_weight weight, int width_px, char *out, size_t out_size);

#endif
