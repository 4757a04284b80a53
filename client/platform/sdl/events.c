#include "client/platform/events.h"

#include <SDL.h>

#include "client/platform/desktop.h"
#include "protocol/base/mem.h"

#define LINK "confab://"

static int px(const struct events *events, int point)
{
    float value = (float)point * events->px_per_point;
    return (int)(value < 0 ? value - 0.5f : value + 0.5f);
}

static unsigned mods_of(unsigned state)
{
    unsigned mods = 0;
    if (state & KMOD_SHIFT)
        mods |= MOD_SHIFT;
    if (state & KMOD_ALT)
        mods |= MOD_ALT;
#ifdef __APPLE__
    if (state & KMOD_GUI)
        mods |= MOD_CTRL;
    if (state & KMOD_CTRL)
        mods |= MOD_SUPER;
#else
    if (state & KMOD_CTRL)
        mods |= MOD_CTRL;
    if (state & KMOD_GUI)
        mods |= MOD_SUPER;
#endif
    return mods;
}

static int key_of(SDL_Keycode code)
{
    static const struct {
        SDL_Keycode code;
        enum input_key key;
    } keys[] = {
        {SDLK_RETURN, KEY_ENTER},
        {SDLK_KP_ENTER, KEY_ENTER},
        {SDLK_RETURN2, KEY_ENTER},
        {SDLK_ESCAPE, KEY_ESCAPE},
        {SDLK_TAB, KEY_TAB},
        {SDLK_BACKSPACE, KEY_BACKSPACE},
        {SDLK_DELETE, KEY_DELETE},
        {SDLK_LEFT, KEY_LEFT},
        {SDLK_RIGHT, KEY_RIGHT},
        {SDLK_UP, KEY_UP},
        {SDLK_DOWN, KEY_DOWN},
        {SDLK_HOME, KEY_HOME},
        {SDLK_END, KEY_END},
        {SDLK_PAGEUP, KEY_PAGE_UP},
        {SDLK_PAGEDOWN, KEY_PAGE_DOWN},
        {SDLK_SPACE, KEY_SPACE},
        {SDLK_KP_PLUS, KEY_CHAR + '+'},
        {SDLK_KP_MINUS, KEY_CHAR + '-'},
        {SDLK_KP_0, KEY_CHAR + '0'},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].code == code)
            return (int)keys[i].key;
    if (code >= SDLK_F1 && code <= SDLK_F12)
        return KEY_F1 + (int)(code - SDLK_F1);
    if (code > ' ' && code < 127)
        return KEY_CHAR + (int)code;
    return KEY_NONE;
}

#ifdef __APPLE__
/* A Mac's keys for moving in a text, in the words of the others: Command and an arrow is Home or End of
 * the line or of all, Command and Backspace deletes to the line's beginning. */
static void translate_key(int *key, unsigned *mods)
{
    if (!(*mods & MOD_CTRL) || (*mods & (MOD_ALT | MOD_SUPER)))
        return;
    if (*key == KEY_LEFT || *key == KEY_RIGHT)
        *mods &= ~(unsigned)MOD_CTRL;
    if (*key == KEY_LEFT || *key == KEY_UP)
        *key = KEY_HOME;
    else if (*key == KEY_RIGHT || *key == KEY_DOWN)
        *key = KEY_END;
    else if (*key == KEY_BACKSPACE)
        *mods |= MOD_SHIFT;
}
#endif

static void push(struct input_queue *queue, struct input input, const char *text)
{
    input_push(queue, &input, text);
}

static void on_key(const SDL_KeyboardEvent *e, struct input_queue *queue)
{
    int key = key_of(e->keysym.sym);
    unsigned mods = mods_of(e->keysym.mod);
#ifdef __APPLE__
    translate_key(&key, &mods);
#endif
    push(queue,
         (struct input){
             .kind = INPUT_KEY, .key = (enum input_key)key, .mods = mods, .repeat = e->repeat != 0},
         NULL);
}

static void on_button(const struct events *events, const SDL_MouseButtonEvent *e,
                      struct input_queue *queue)
{
    static const int buttons[] = {0, BUTTON_LEFT, BUTTON_MIDDLE, BUTTON_RIGHT};
    if (e->button >= sizeof buttons / sizeof buttons[0] || e->button == 0)
        return;
    push(queue,
         (struct input){
             .kind = e->type == SDL_MOUSEBUTTONDOWN ? INPUT_PRESS : INPUT_RELEASE,
             .x = px(events, e->x),
             .y = px(events, e->y),
             .button = (enum input_button)buttons[e->button],
             .clicks = e->clicks > 3 ? 3 : e->clicks,
             .mods = mods_of((unsigned)SDL_GetModState()),
         },
         NULL);
}

static void on_wheel(const struct events *events, const SDL_MouseWheelEvent *e,
                     struct input_queue *queue)
{
    float sign = e->direction == SDL_MOUSEWHEEL_FLIPPED ? -1.0f : 1.0f;
    push(queue,
         (struct input){
             .kind = INPUT_WHEEL,
             .x = px(events, e->mouseX),
             .y = px(events, e->mouseY),
             .wheel_x = e->preciseX * sign,
             .wheel_y = e->preciseY * sign,
             .mods = mods_of((unsigned)SDL_GetModState()),
         },
         NULL);
}

static void on_window(const SDL_WindowEvent *e, struct input_queue *queue)
{
    switch (e->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
    case SDL_WINDOWEVENT_DISPLAY_CHANGED:
        push(queue, (struct input){.kind = INPUT_RESIZE}, NULL);
        break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
        push(queue, (struct input){.kind = INPUT_EXPOSE}, NULL);
        break;
    case SDL_WINDOWEVENT_LEAVE:
        push(queue, (struct input){.kind = INPUT_LEAVE}, NULL);
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        push(queue, (struct input){.kind = INPUT_FOCUS, .on = true}, NULL);
        push(queue, (struct input){.kind = INPUT_THEME}, NULL); /* it may have changed meanwhile */
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        push(queue, (struct input){.kind = INPUT_FOCUS, .on = false}, NULL);
        break;
    default:
        break;
    }
}

/* SDL's drop events carry no place; X11 has told it while dragging, elsewhere the pointer is there.
 */
static void find_drop(struct events *events)
{
    if (events->drop_x >= 0)
        return;
    int x, y;
    SDL_GetMouseState(&x, &y);
    events->drop_x = px(events, x);
    events->drop_y = px(events, y);
}

static void on_drop(struct events *events, const SDL_DropEvent *e, struct input_queue *queue)
{
    find_drop(events);
    struct input input = {
        .x = events->drop_x, .y = events->drop_y, .mods = mods_of((unsigned)SDL_GetModState())};
    switch (e->type) {
    case SDL_DROPBEGIN:
        input.kind = INPUT_DROP_OVER;
        events->dropping = true;
        break;
    case SDL_DROPFILE: /* a Mac hands links over like files */
        input.kind =
            SDL_strncasecmp(e->file, LINK, sizeof LINK - 1) == 0 ? INPUT_LINK : INPUT_DROP_FILE;
        break;
    case SDL_DROPTEXT:
        input.kind = INPUT_DROP_TEXT;
        break;
    default:
        input.kind = INPUT_DROP_END;
        events->dropping = false;
        events->drop_x = events->drop_y = -1;
        break;
    }
    push(queue, input, e->file);
    SDL_free(e->file);
}

static void on_system(struct events *events, const SDL_SysWMEvent *e, struct input_queue *queue)
{
    int x, y;
    switch (desktop_drag(e->msg, &x, &y)) {
    case DRAG_OVER:
        events->drop_x = px(events, x);
        events->drop_y = px(events, y);
        push(queue,
             (struct input){.kind = INPUT_DROP_OVER, .x = events->drop_x, .y = events->drop_y},
             NULL);
        break;
    case DRAG_LEFT:
        if (!events->dropping)
            push(queue, (struct input){.kind = INPUT_DROP_LEAVE}, NULL);
        break;
    case DRAG_NONE:
        break;
    }
}

/* X11 also types what is pressed with Ctrl (Ctrl+1, Ctrl++). Ctrl with Alt is AltGr on Windows. The
 * modifiers of the key itself are asked: by the time its text is read they may be up again. */
static bool is_shortcut(unsigned state)
{
    const unsigned mods = mods_of(state);
    return (mods & MOD_CTRL) && !(mods & MOD_ALT) && !(state & KMOD_MODE);
}

void events_translate(struct events *events, const void *event, struct input_queue *queue)
{
    const SDL_Event *e = event;
    switch (e->type) {
    case SDL_MOUSEMOTION:
        push(queue,
             (struct input){
                 .kind = INPUT_MOVE, .x = px(events, e->motion.x), .y = px(events, e->motion.y)},
             NULL);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        on_button(events, &e->button, queue);
        break;
    case SDL_MOUSEWHEEL:
        on_wheel(events, &e->wheel, queue);
        break;
    case SDL_KEYUP:
        events->shortcut = false;
        break;
    case SDL_KEYDOWN:
        events->shortcut = is_shortcut(e->key.keysym.mod);
        on_key(&e->key, queue);
        break;
    case SDL_TEXTINPUT:
        if (!events->shortcut)
            push(queue, (struct input){.kind = INPUT_TEXT}, e->text.text);
        break;
    case SDL_TEXTEDITING:
        push(queue,
             (struct input){.kind = INPUT_COMPOSE,
                            .caret = e->edit.start > 0 ? (size_t)e->edit.start : 0},
             e->edit.text);
        break;
    case SDL_TEXTEDITING_EXT:
        push(queue,
             (struct input){.kind = INPUT_COMPOSE,
                            .caret = e->editExt.start > 0 ? (size_t)e->editExt.start : 0},
             e->editExt.text ? e->editExt.text : "");
        SDL_free(e->editExt.text);
        break;
    case SDL_DROPBEGIN:
    case SDL_DROPFILE:
    case SDL_DROPTEXT:
    case SDL_DROPCOMPLETE:
        on_drop(events, &e->drop, queue);
        break;
    case SDL_WINDOWEVENT:
        on_window(&e->window, queue);
        break;
    case SDL_SYSWMEVENT:
        on_system(events, &e->syswm, queue);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        push(queue, (struct input){.kind = INPUT_EXPOSE}, NULL);
        break;
    case SDL_QUIT:
        push(queue, (struct input){.kind = INPUT_CLOSE}, NULL);
        break;
    default:
        if (e->type == events->wake_type && events->wake_type) {
            push(queue, (struct input){.kind = INPUT_WAKE}, NULL);
        } else if (e->type == events->chosen_type && events->chosen_type) {
            push(queue, (struct input){.kind = INPUT_CHOSEN, .token = (unsigned)e->user.code},
                 e->user.data1 ? e->user.data1 : "");
            mem_free(e->user.data1);
        } else if (e->type == events->notice_type && events->notice_type) {
            push(queue, (struct input){.kind = INPUT_NOTICE}, e->user.data1);
            mem_free(e->user.data1);
        } else if (e->type == events->theme_type && events->theme_type) {
            push(queue, (struct input){.kind = INPUT_THEME, .on = true}, NULL);
        }
        break;
    }
}
