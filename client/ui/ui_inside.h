/* ui_inside.h - what the files behind ui.h share. Not for views and widgets. */
#ifndef CONFAB_UI_INSIDE_H
#define CONFAB_UI_INSIDE_H

#include "client/ui/ui.h"

#define UI_ID_DEPTH 32
#define UI_STATE_BUCKETS 256 /* to begin with */
#define UI_STATE_MAX 4096    /* bytes of one state */

/* A place that can be pointed at, as clipped. */
struct ui_place {
    ui_id id;
    struct rect r;
    int layer, region;
    unsigned flags;
    bool pointer, wheel, right; /* takes clicks; the wheel; right clicks on all that lies in it */
};

struct ui_places {
    struct ui_place *items;
    size_t count, room;
};

/* A line of the dump. Texts are offsets into ui->words; 0 is "". */
struct ui_item {
    size_t role, label, value;
    struct rect r;
    ui_id id;
    unsigned flags;
};

struct ui_state_node {
    struct ui_state_node *next;
    ui_id id;
    void *data;
};

struct ui {
    struct window *window;
    struct draw *draw;
    struct text *text;
    struct icons *icons;
    ui_on_input_fn *on_input;
    void *context;
    enum theme_mode mode;
    enum accent accent;
    bool system_dark; /* as it was when it was asked last */
    struct theme theme;
    uint64_t theme_asked_ms;
    float zoom, own_scale, scale;
    bool still; /* no motion */

    uint64_t now, wake_at; /* wake_at 0: no timer */
    struct input_queue *queue;
    int passes; /* since the last time nobody wanted another */
    bool dirty, again;

    /* this pass's input */
    bool press, release, key_taken, drop_over, has_keyboard;
    int screen_x; /* the pointer as the window has it; pointer_x as things are laid out */
    int pointer_x, pointer_y, last_x, last_y;
    enum input_button button;
    int clicks;
    unsigned mods;
    float wheel_x, wheel_y;
    int key;
    unsigned key_mods;
    char *typed;
    char *composition;
    size_t composition_caret;

    /* who has what */
    ui_id top, top_wheel, top_right; /* under the pointer, as of the pass before */
    ui_id active;                    /* held with the left button */
    ui_id focus;
    int region;                          /* of what is drawn now */
    ui_id region_focus[UI_REGION_COUNT]; /* who had it last in each */
    struct ui_places before, places;
    ui_id ids[UI_ID_DEPTH];
    struct ui_state_node **states; /* state_buckets of them: as many as there are nodes, or more */
    size_t state_buckets, state_count;
    int id_depth;
    bool focus_visible, focus_called; /* called: in this pass, at focus_r */
    struct rect focus_r;
    bool caret_set;
    bool text_on; /* an editor had the focus in the pass before */
    struct rect caret;

    /* the one selection of text outside of fields */
    ui_id select_group;                     /* 0: none */
    ui_id selecting;                        /* the group, while the button is held */
    struct ui_point select_from, select_to; /* where it began, where it is now */
    struct ui_point select_word_end;        /* by words: the one it began with ends there */
    struct ui_point select_reached;         /* by the pointer, in this pass */
    bool select_words, select_has_reached;
    int select_x, select_y; /* where the button went down */

    /* the dump */
    struct ui_item *items;
    size_t item_count, item_room;
    char *words;
    size_t words_size, words_room;
};

/* What a press, a key and the end of a pass do to the selection. */
void ui_select_press(struct ui *ui);
void ui_select_key(struct ui *ui, const struct input *input);
void ui_select_end(struct ui *ui);

void ui_add_place(struct ui *ui, struct ui_place place);

#endif
