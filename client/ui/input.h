/* input.h - what a person did, in words of no platform: filled by client/platform/sdl/events.c,
 * eaten by ui.c. UI thread. */
#ifndef CONFAB_UI_INPUT_H
#define CONFAB_UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum input_key {
    KEY_NONE,
    KEY_ENTER, /* keypad too */
    KEY_ESCAPE,
    KEY_TAB,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_SPACE,
    KEY_F1 = 64, /* KEY_F1 + n is F(n+1), up to F12 */
    /* letters, digits and signs: the lower-case ASCII code plus KEY_CHAR, e.g. KEY_CHAR + 'k' for
     * Ctrl+K, by the layout in use (not the place on the board) */
    KEY_CHAR = 256,
};

enum {
    MOD_SHIFT = 1,
    MOD_CTRL = 2, /* the platform's command key: Ctrl, on a Mac Command */
    MOD_ALT = 4,  /* on a Mac Option */
    MOD_SUPER = 8,
};

enum input_kind {
    INPUT_MOVE,       /* x, y */
    INPUT_PRESS,      /* x, y, button, clicks, mods */
    INPUT_RELEASE,    /* x, y, button, mods */
    INPUT_LEAVE,      /* the pointer left the window */
    INPUT_WHEEL,      /* wheel_x, wheel_y at x, y; mods */
    INPUT_KEY,        /* key, mods, repeat (key presses only; text comes beside it as INPUT_TEXT) */
    INPUT_TEXT,       /* text */
    INPUT_COMPOSE,    /* text, caret: what the input method is composing; "" ends */
    INPUT_DROP_OVER,  /* x, y: something is dragged over the window (X11 only; elsewhere it comes
                         just before the drop) */
    INPUT_DROP_LEAVE, /* ... and has gone again */
    INPUT_DROP_FILE,  /* text: a path, UTF-8; x, y. One each, then INPUT_DROP_END */
    INPUT_DROP_TEXT,  /* text; x, y */
    INPUT_DROP_END,
    INPUT_LINK,   /* text: a confab:// link that was clicked elsewhere */
    INPUT_RESIZE, /* the window's size or scale changed: ask window.h */
    INPUT_FOCUS,  /* on: the window has the keyboard */
    INPUT_EXPOSE, /* draw again, nothing else */
    INPUT_THEME,  /* the system may have gone dark or light; on: it says so itself */
    INPUT_NOTICE, /* a notification was clicked: text = its tag */
    INPUT_CHOSEN, /* an answer of dialog.h has come: text = path or "", token; one each, then
                     INPUT_CHOSEN with "" */
    INPUT_WAKE,   /* window_wake() was called: mail */
    INPUT_CLOSE,  /* the person closes the window */
};

enum input_button { BUTTON_LEFT = 1, BUTTON_MIDDLE = 2, BUTTON_RIGHT = 3 };

struct input {
    enum input_kind kind;
    int x, y; /* device px in the window */
    enum input_button button;
    int clicks; /* 1, 2, 3: single, double, triple */
    float wheel_x,
        wheel_y;        /* notches, fractions from touchpads; positive: up / left content comes */
    enum input_key key; /* or an int of KEY_CHAR + c */
    unsigned mods;      /* MOD_ */
    bool repeat, on;
    size_t caret;   /* INPUT_COMPOSE: characters */
    unsigned token; /* INPUT_CHOSEN: what dialog_open() returned */
    char *text;     /* owned by the queue's holder; NULL for most kinds */
};

/* A first-in first-out queue; it owns the texts of what it holds. */
struct input_queue {
    struct input *items;
    size_t first, count, room;
};

/* Inputs held at once; a drop of many files is the only thing that comes near. Beyond half of it
 * moves and wheels are dropped, at the end everything. */
#define INPUT_QUEUE_MAX 65536

void input_queue_init(struct input_queue *queue);
void input_queue_finish(struct input_queue *queue);
/* Append; `text` is copied (NULL is fine) in place of input->text. A move after a move replaces it.
 */
void input_push(struct input_queue *queue, const struct input *input, const char *text);
/* Take the first; false if empty. The caller frees input->text with mem_free(). */
bool input_take(struct input_queue *queue, struct input *input);
const struct input *input_peek(const struct input_queue *queue); /* the first, NULL if empty */

#endif
