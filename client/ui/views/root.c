#include "client/ui/views/root.h"

#include <string.h>

#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/views/compose.h"
#include "client/ui/views/film.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define ADDRESS_MAX 300

/* ---- what is remembered ---- */

struct views *views_create(struct app *app, struct ui *ui)
{
    struct views *views = mem_alloc(1, sizeof *views);
    views->app = app;
    views->ui = ui;
    views->model = app_model(app);
    views->pictures = pictures_create(ui_draw(ui));
    views->viewer = viewer_create();
    views->said = said_cache_create();
    views->opened_ms = clock_now_ms();
    edit_init(&views->name, NAME_SIZE - 1, false);
    edit_init(&views->address, ADDRESS_MAX, false);
    edit_init_secret(&views->password, PASSWORD_MAX);
    edit_init(&views->room_name, NAME_SIZE - 1, false);
    edit_init(&views->pick, NAME_SIZE - 1, false);
    views->search = search_bar_create();
    views->playing = playing_create();
    edit_init(&views->path, OS_PATH_MAX - 1, false);
    edit_init(&views->message, TEXT_BYTES_MAX, true);
    edit_set(&views->name, views->model->my_name);
    views->composer = composer_create();
    edit_init(&views->settings.name, NAME_SIZE - 1, false);
    edit_init(&views->settings.folder, OS_PATH_MAX - 1, false);
    views_apply_settings(views);
    return views;
}

static void place_destroy(struct room_place *place)
{
    for (size_t i = 0; i < place->notice_count; i++)
        mem_free(place->notices[i].text);
    mem_free(place->notices);
    list_destroy(place->list);
    mem_free(place);
}

void views_destroy(struct views *views)
{
    if (!views)
        return;
    views_keep_draft(views);
    for (size_t i = 0; i < views->place_count; i++)
        place_destroy(views->places[i]);
    mem_free(views->places);
    edit_finish(&views->name);
    edit_finish(&views->settings.name);
    edit_finish(&views->settings.folder);
    mem_free(views->settings.libraries);
    edit_finish(&views->address);
    edit_finish(&views->password);
    edit_finish(&views->room_name);
    edit_finish(&views->pick);
    search_bar_destroy(views->search);
    playing_destroy(views->playing);
    edit_finish(&views->path);
    edit_finish(&views->message);
    composer_destroy(views->composer);
    viewer_destroy(views->viewer);
    pictures_destroy(views->pictures);
    said_cache_destroy(views->said);
    mem_free(views->link);
    mem_free(views);
}

struct room *views_room(const struct views *views)
{
    const enum link_state link = views->model->link;
    return link == LINK_ONLINE || link == LINK_LOST ? views->model->room : NULL;
}

bool views_want_quit(const struct views *views)
{
    return views->quit;
}

size_t views_unread(const struct views *views)
{
    return views_room(views) ? notice_unread(views->model) : 0;
}

struct room_place *views_place(struct views *views, const struct room *room)
{
    for (size_t i = 0; i < views->place_count; i++)
        if (name_equal(views->places[i]->name, room->name))
            return views->places[i];
    struct room_place *place = mem_alloc(1, sizeof *place);
    str_copy(place->name, sizeof place->name, room->name);
    place->list = list_create();
    views->places = mem_resize(views->places, views->place_count + 1, sizeof(struct room_place *));
    views->places[views->place_count++] = place;
    return place;
}

/* The "new" line belongs above what comes after `seq` (0: nowhere). */
static void set_new_line(struct views *views, const struct room *room, uint64_t seq)
{
    views_place(views, room)->new_after_seq = seq;
}

/* Rooms and messages of another server must not be taken for those that were here. */
static void forget_places(struct views *views)
{
    for (size_t i = 0; i < views->place_count; i++)
        place_destroy(views->places[i]);
    views->place_count = 0;
    views->composing = NULL;
    views->viewer_seq = views->reply_seq = views->edit_seq = views->jump_seq = 0;
    views->asking_room = views->asking_path = false;
    emoji_close(views);
    sheet_drop(views->composer);
    outgoing_leave(views->composer);
    views->sidebar_open = views->panel_open = false;
    views->picking = PICK_NONE;
    search_bar_close(views);
    views->compose = false;
}

void views_keep_draft(struct views *views)
{
    struct room *room = NULL;
    if (views->edit_seq)
        return; /* what stands there is said already; the draft was kept before */
    for (size_t i = 0; i < views->model->room_count; i++)
        if (views->model->rooms[i] == views->composing)
            room = views->model->rooms[i];
    if (room)
        action_keep_draft(views->app, room, views->message.text);
}

/* ---- the password ---- */

void views_drop_password(struct views *views)
{
    edit_set(&views->password, "");
    views->asking_password = views->password_shown = views->password_comes = false;
}

/* The server has said no: the field is there, empty, and has the keyboard. */
static void ask_password(struct views *views)
{
    const struct model *model = views->model;
    edit_set(&views->password, "");
    views->asking_password = views->password_comes = true;
    str_copy(views->password_host, sizeof views->password_host, model->host);
    views->password_port = model->port;
}

/* While it is being looked at, the field stays; when we are in, or somewhere else, it goes. */
static void follow_password(struct views *views)
{
    const struct model *model = views->model;
    const bool same =
        model->port == views->password_port && str_equal(model->host, views->password_host);
    if (views->asking_password &&
        !(same && (model->password_asked || model->link == LINK_CONNECTING)))
        views_drop_password(views);
}

/* ---- what others tell ---- */

/* Into the room on screen, below what has been said so far; a toast if it would not be seen there. */
static void add_notice(struct views *views, const char *text)
{
    const struct room *room = views_room(views);
    struct room_place *place = room ? views_place(views, room) : NULL;
    if (!room || room->message_count == 0 || !list_is_at_bottom(place->list))
        ui_toast(views->ui, TOAST_INFO, text);
    if (!room || room->message_count == 0)
        return;
    if (place->notice_count == NOTICES_MAX) {
        mem_free(place->notices[0].text);
        memmove(place->notices, place->notices + 1, (NOTICES_MAX - 1) * sizeof *place->notices);
        place->notice_count--;
    }
    place->notices = mem_resize(place->notices, place->notice_count + 1, sizeof *place->notices);
    place->notices[place->notice_count++] =
        (struct notice){.after_seq = room->newest_seq, .text = mem_string(text)};
}

void views_observe(void *context, const struct note *note)
{
    struct views *views = *(struct views **)context;
    char text[ERR_TEXT_MAX + LABEL_SIZE];
    if (!views)
        return;
    switch (note->kind) {
    case NOTE_SAVED:
        LANG_TEXT(text, sizeof text, "Saved: {1}", note->text);
        ui_toast(views->ui, TOAST_OK, text);
        break;
    case NOTE_NOTICE:
        add_notice(views, note->text);
        break;
    case NOTE_REFUSED:
        ui_toast(views->ui, TOAST_ERR, lang(note->text));
        break;
    case NOTE_TRANSFER_FAILED:
        str_format(text, sizeof text, "%s: %s",
                   note->message ? note->message->file->label : lang("File"), lang(note->text));
        ui_toast(views->ui, TOAST_ERR, text);
        break;
    case NOTE_OFFLINE:
        views->opened_ms = clock_now_ms();
        if (views->model->password_asked)
            ask_password(views);
        break;
    case NOTE_MESSAGE:
        tell_on_message(views, note);
        if (note->message->own && !note->message->history) { /* who answers has read */
            set_new_line(views, note->room, 0);
            list_to_bottom(views_place(views, note->room)->list);
        }
        break;
    case NOTE_SENT:
    case NOTE_FILE:
    case NOTE_DELETED:
        outgoing_sweep(views);
        break;
    default:
        break;
    }
    ui_redraw(views->ui);
}

void views_send_path(struct views *views, const char *path, bool plain)
{
    struct room *room = views_room(views);
    struct err err = {0};
    if (!room)
        ui_toast(views->ui, TOAST_INFO, lang("Join a chat first, then drop your files again."));
    else if (!action_send_file(views->app, room, path, plain, &err))
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
    else
        list_to_bottom(views_place(views, room)->list);
}

static bool is_sending(const struct model *model)
{
    for (size_t i = 0; i < model->room_count; i++)
        for (size_t k = model->rooms[i]->message_count; k-- > 0;) {
            const struct message *message = model->rooms[i]->messages[k];
            if (message->kind == MESSAGE_FILE && message->own && message->file->transfer.upload &&
                (message->file->transfer.state == TRANSFER_WAITING ||
                 message->file->transfer.state == TRANSFER_ACTIVE))
                return true;
        }
    return false;
}

static void quit(struct views *views, const struct confirm *confirm)
{
    (void)confirm;
    views->quit = true;
}

/* Who asks twice means it. */
static void ask_to_quit(struct views *views)
{
    if (!views_room(views) || !is_sending(views->model) || views->confirm.done == quit)
        views->quit = true;
    else
        views_confirm(views, lang("Quit while a file is being sent?"),
                      lang("Others get what has arrived so far, and no more."), lang("Quit"), quit,
                      NULL, NULL);
}

static void on_focus(struct views *views, bool on)
{
    struct room *room = views_room(views);
    if (!room)
        return;
    const struct room_place *place = views_place(views, room);
    if (!on && place->new_after_seq == 0)
        set_new_line(views, room, room->newest_seq);
    else if (on && place->new_after_seq == room->newest_seq)
        set_new_line(views, room, 0); /* nothing came meanwhile */
}

void views_on_input(void *context, const struct input *input)
{
    struct views *views = context;
    switch (input->kind) {
    case INPUT_DROP_FILE:
        sheet_take(views, input->text, (input->mods & MOD_SHIFT) != 0);
        break;
    case INPUT_DROP_END:
        sheet_take_end(views);
        break;
    case INPUT_DROP_TEXT:
        if (views_room(views))
            edit_insert(&views->message, input->text, strlen(input->text));
        else if (address_is_link(input->text))
            invited_by(views, input->text);
        break;
    case INPUT_LINK:
        invited_by(views, input->text);
        break;
    case INPUT_CHOSEN:
        if (settings_on_chosen(views, input->token, input->text))
            break;
        if (input->token == views->chooser && input->text && *input->text)
            sheet_take(views, input->text, false);
        else if (input->token == views->chooser) {
            views->chooser = 0;
            sheet_take_end(views);
        }
        break;
    case INPUT_THEME:
        if (input->on)
            window_system_is_dark(); /* asks anew, for motion too */
        views_apply_settings(views);
        break;
    case INPUT_NOTICE:
        tell_clicked(views, input->text);
        break;
    case INPUT_FOCUS:
        if (input->on)
            tell_seen(views);
        on_focus(views, input->on);
        break;
    case INPUT_CLOSE:
        ask_to_quit(views);
        break;
    default:
        break;
    }
}

/* ---- keys that work everywhere ---- */

/* To the room that stands `by` rows further down at the left, round and round. */
static void step_room(struct views *views, int by)
{
    size_t count, direct;
    struct room **rooms = views_rooms(views, &count, &direct);
    for (size_t i = 0; i < count; i++)
        if (rooms[i] == views->model->room) {
            action_show_room(views->app, rooms[(i + count + (size_t)(ptrdiff_t)by) % count]);
            break;
        }
    mem_free(rooms);
}

static void show_nth_room(struct views *views, size_t nth)
{
    size_t count, direct;
    struct room **rooms = views_rooms(views, &count, &direct);
    if (nth < count)
        action_show_room(views->app, rooms[nth]);
    mem_free(rooms);
}

static void shortcuts(struct views *views)
{
    struct ui *ui = views->ui;
    if (ui_take_key(ui, 0, KEY_CHAR + '=', MOD_CTRL) ||
        ui_take_key(ui, 0, KEY_CHAR + '=', MOD_CTRL | MOD_SHIFT) || /* + on many keyboards */
        ui_take_key(ui, 0, KEY_CHAR + '+', MOD_CTRL) ||
        ui_take_key(ui, 0, KEY_CHAR + '+', MOD_CTRL | MOD_SHIFT))
        views_set_text_size(views, views_text_size(views) + TEXT_SIZE_STEP);
    if (ui_take_key(ui, 0, KEY_CHAR + '-', MOD_CTRL))
        views_set_text_size(views, views_text_size(views) - TEXT_SIZE_STEP);
    if (ui_take_key(ui, 0, KEY_CHAR + '0', MOD_CTRL))
        views_set_text_size(views, 100);
    if (ui_take_key(ui, 0, KEY_CHAR + 'q', MOD_CTRL))
        ask_to_quit(views);
    if (ui_take_key(ui, 0, KEY_CHAR + ',', MOD_CTRL)) {
        views->settings_open = true;
        ui_again(ui);
    }
    if (ui_take_key(ui, 0, KEY_F1, 0) || ui_take_key(ui, 0, KEY_CHAR + '/', MOD_CTRL)) {
        views->help_open = true;
        ui_again(ui);
    }
    if (!views_room(views))
        return;
    if (ui_take_key(ui, 0, KEY_UP, MOD_ALT) || ui_take_key(ui, 0, KEY_PAGE_UP, MOD_CTRL))
        step_room(views, -1);
    if (ui_take_key(ui, 0, KEY_DOWN, MOD_ALT) || ui_take_key(ui, 0, KEY_PAGE_DOWN, MOD_CTRL))
        step_room(views, 1);
    for (int i = 0; i < 8; i++)
        if (ui_take_key(ui, 0, KEY_CHAR + '1' + i, MOD_CTRL))
            show_nth_room(views, (size_t)i);
    if (ui_take_key(ui, 0, KEY_CHAR + 'k', MOD_CTRL))
        views_pick(views, PICK_ANY, NULL);
    if (ui_take_key(ui, 0, KEY_CHAR + 'f', MOD_CTRL))
        search_bar_open(views);
}

/* ---- the pass ---- */

static void follow_theme(struct views *views)
{
    static const enum theme_mode modes[] = {[APP_THEME_SYSTEM] = THEME_SYSTEM,
                                            [APP_THEME_DARK] = THEME_DARK,
                                            [APP_THEME_LIGHT] = THEME_LIGHT,
                                            [APP_THEME_CONTRAST] = THEME_CONTRAST};
    const enum theme_mode mode = modes[app_theme(views->app)];
    if (ui_theme_mode(views->ui) != mode)
        ui_set_theme(views->ui, mode);
}

/* Another room came on screen: its line stands above what was not read. */
static void follow_room(struct views *views)
{
    const struct room *room = views_room(views);
    if (room == views->shown)
        return;
    views->shown = room;
    views->viewer_seq = views->react_seq = views->react_more_seq = 0;
    if (room) {
        set_new_line(views, room, room_unread(room) ? room->read_seq : 0);
        views_place(views, room)->visited = ++views->visits;
    }
}

/* Something lies over the whole window, and takes the keys. */
static bool has_card(const struct views *views)
{
    return views->confirm.title || views->link || views->composer->sheet_count > 0 ||
           views->help_open || views->settings_open || views->picking || views->asking_room;
}

/* They would lie over a question, which can come while one is open: they wait for its answer. */
static void cards(struct views *views, struct rect r)
{
    link_view(views, r);
    sheet_view(views, r);
    help_view(views, r);
    settings_view(views, r);
    switcher_view(views, r);
    roomform_view(views, r);
}

void root_view(struct views *views)
{
    struct ui *ui = views->ui;
    const bool chatting = views_room(views) != NULL;
    struct rect r = ui_rect(ui);
    film_begin_pass(views);
    follow_theme(views);
    follow_room(views);
    follow_password(views);
    tell_view(views);
    if (!chatting && views->chatting) {
        views_keep_draft(views);
        forget_places(views);
    }
    if (!chatting && !views->connect_open)
        ui_focus(ui, ui_id_of(ui, views->name.size ? "address" : "name"));
    views->chatting = chatting;
    views->connect_open = !chatting;
    confirm_view(views, r);
    if (!views->confirm.title)
        cards(views, r);
    /* It lies as high as a card, so that it waits too; before the chat, which it takes the keys from. */
    if (!has_card(views))
        viewer_view(views, r);
    if (chatting)
        chat_view(views, r);
    else
        connect_view(views, r);
    if (!chatting && ui_is_drop_over(ui))
        drop_view(views, r);
    ui_toasts(ui, chatting ? rect_make(r.x, r.y, r.w, views->composer_top - r.y) : r);
    shortcuts(views);
    film_end_pass(views);
    if (views->leaving) {
        views->leaving = false;
        views_keep_draft(views);
        action_disconnect(views->app);
        ui_again(ui);
    }
    if (views->following)
        invited_follow(views);
}
