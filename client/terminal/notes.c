#include "client/app/action.h"
#include "client/terminal/chat.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define EARLIER_LINES 20     /* shown of what was said before we came */
#define ROOM_WITHIN_MS 1000  /* a history that is not whole by then is shown as far as it came */
#define PROGRESS_KEPT_MS 700 /* a transfer silent for so long gives the status line to another */

static unsigned number_of(struct chat *chat, const struct room *room, const struct message *message)
{
    if (message->kind != MESSAGE_FILE || !message->file->id)
        return 0;
    return files_number(&chat->files, room->name, message->file->id);
}

/* ---- the room ---- */

static bool is_said(const struct message *message)
{
    return message->seq > 0 && (message->kind == MESSAGE_TEXT || message->kind == MESSAGE_FILE);
}

static bool is_earlier(const struct room *room, const struct message *message)
{
    return is_said(message) && message->seq <= room->history_until;
}

/* Who is in the room on the screen, and the last lines of what was said before. */
static void show_room(struct chat *chat)
{
    const struct room *room = chat_room(chat);
    bool style = prompt_has_style(chat->prompt);
    size_t first = room->message_count, left = EARLIER_LINES;
    lines_people(&chat->out, room, app_model(chat->terminal.app)->my_uid);
    chat_flush(chat);
    while (first > 0 && left > 0)
        left -= is_earlier(room, room->messages[--first]);
    for (size_t i = first; i < room->message_count; i++) {
        const struct message *message = room->messages[i];
        if (!is_earlier(room, message))
            continue;
        lines_earlier(&chat->out, room, message, number_of(chat, room, message), style);
        chat_flush(chat);
    }
}

static bool is_entering(const struct chat *chat, const struct room *room)
{
    return chat->entering[0] && name_equal(room->name, chat->entering);
}

/* What stands on the screen was read; in another room than the one on it, if nothing older waits there. */
static void mark_read(struct chat *chat, struct room *room)
{
    if ((room == chat_room(chat) || room_unread(room) <= 1) && !is_entering(chat, room))
        action_mark_read(chat->terminal.app, room, room->newest_seq);
}

void notes_show_other_room(struct chat *chat)
{
    struct room *room = chat_room(chat);
    size_t first = room->message_count, unread = room_unread(room);
    if (unread > EARLIER_LINES)
        unread = EARLIER_LINES;
    lines_people(&chat->out, room, app_model(chat->terminal.app)->my_uid);
    chat_flush(chat);
    while (first > 0 && unread > 0)
        unread -= is_said(room->messages[--first]) && !room->messages[first]->own;
    for (; first < room->message_count; first++) {
        if (!is_said(room->messages[first]))
            continue;
        lines_earlier(&chat->out, room, room->messages[first],
                      number_of(chat, room, room->messages[first]), prompt_has_style(chat->prompt));
        chat_flush(chat);
    }
    mark_read(chat, room);
}

static void show_entered_room(struct chat *chat)
{
    chat->entering[0] = '\0';
    chat->entered = false;
    chat->room_due_ms = INT64_MAX;
    show_room(chat);
    mark_read(chat, chat_room(chat));
    chat->stage = STAGE_TALKING;
}

/* The history ends with the event that was the newest when we joined, unless that is of a kind that
 * makes no row. */
void notes_show_room_if_here(struct chat *chat)
{
    const struct room *room = chat->entered ? chat_room(chat) : NULL;
    uint64_t newest = 0;
    if (!room || chat->stage == STAGE_OVER)
        return;
    for (size_t i = room->message_count; i-- > 0 && newest == 0;)
        newest = room->messages[i]->seq;
    if (newest >= room->history_until || clock_now_ms() >= chat->room_due_ms)
        show_entered_room(chat);
}

static void on_room_ready(struct chat *chat, const struct room *room)
{
    if (!is_entering(chat, room) || chat->entered)
        return;
    chat->entered = true;
    chat->room_due_ms = clock_now_ms() + ROOM_WITHIN_MS;
}

static void on_message(struct chat *chat, struct room *room, struct message *message)
{
    unsigned number = number_of(chat, room, message);
    if (is_entering(chat, room)) {
        if (!chat->entered || message->seq <= room->history_until)
            return; /* it comes with the room */
        show_entered_room(chat);
    }
    if (message->history && room != chat_room(chat))
        return; /* a room of the last time: !join shows what is unread */
    mark_read(chat, room);
    if (message->own &&
        !message
             ->elsewhere) /* it stands where it was typed; a file has its progress, if that is seen */
        if (message->kind != MESSAGE_FILE || prompt_set_status(chat->prompt, NULL))
            return;
    if (room != chat_room(chat))
        lines_prefix(&chat->out, room_title(room));
    lines_message(&chat->out, room, message, number);
    chat_flush(chat);
}

/* What stands on the screen cannot be taken back; what is shown from now on can. */
static void on_deleted(struct chat *chat, const struct note *note)
{
    if (note->room != chat_room(chat) || is_entering(chat, note->room) || !note->message ||
        note->history)
        return;
    lines_say(&chat->out, "A message of %s was deleted.",
              note->message->name ? note->message->name : "someone");
    chat_flush(chat);
}

static void on_edited(struct chat *chat, const struct note *note)
{
    if (note->history || !note->message || is_entering(chat, note->room))
        return;
    if (note->room != chat_room(chat))
        lines_prefix(&chat->out, room_title(note->room));
    lines_message(&chat->out, note->room, note->message, 0);
    chat_flush(chat);
}

static void on_reacted(struct chat *chat, const struct note *note)
{
    if (note->history || !note->message || is_entering(chat, note->room))
        return;
    if (note->room != chat_room(chat))
        lines_prefix(&chat->out, room_title(note->room));
    lines_reacted(&chat->out, note->name, note->text, note->removed, note->message);
    chat_flush(chat);
}

/* ---- files ---- */

static void on_progress(struct chat *chat, const struct room *room, const struct message *message)
{
    char text[PROGRESS_SIZE];
    unsigned number = number_of(chat, room, message);
    int64_t now = clock_now_ms();
    if (number == 0 || /* ours, and the server has not named it yet */
        (chat->progress_file != number && now - chat->progress_ms < PROGRESS_KEPT_MS))
        return;
    lines_progress(text, message, number);
    if (prompt_set_status(chat->prompt, text)) {
        chat->progress_file = number;
        chat->progress_ms = now;
    }
}

bool notes_is_moving(const struct message *message)
{
    return message->file->transfer.state == TRANSFER_WAITING ||
           message->file->transfer.state == TRANSFER_ACTIVE;
}

/* Not every end is noted: what a person cancels just ends. */
void notes_check_progress(struct chat *chat)
{
    const struct file_place *place = files_find(&chat->files, chat->progress_file);
    const struct room *room =
        place ? model_find_room(app_model(chat->terminal.app), place->room) : NULL;
    const struct message *message = room ? room_find_file(room, place->file) : NULL;
    if (chat->progress_ms == 0 || (message && notes_is_moving(message)))
        return;
    prompt_set_status(chat->prompt, NULL);
    chat->progress_ms = 0;
}

static void end_progress(struct chat *chat, const struct room *room, const struct message *message)
{
    if (chat->progress_file == number_of(chat, room, message)) {
        prompt_set_status(chat->prompt, NULL);
        chat->progress_ms = 0;
    }
}

static bool another_upload(const struct room *room, const struct message *except)
{
    for (size_t i = 0; i < room->message_count; i++) {
        const struct message *message = room->messages[i];
        if (message != except && message->kind == MESSAGE_FILE && message->file->transfer.upload &&
            notes_is_moving(message))
            return true;
    }
    return false;
}

static void on_sent(struct chat *chat, const struct room *room, const struct message *message)
{
    bool name_it = another_upload(room, message);
    end_progress(chat, room, message);
    lines_say(&chat->out, "File Successfully sent%s%s", name_it ? ": " : "",
              name_it ? message->file->label : "");
    chat_flush(chat);
}

static void on_transfer_failed(struct chat *chat, const struct room *room,
                               const struct message *message, const char *text)
{
    end_progress(chat, room, message);
    lines_say(&chat->out, "%s: %s", message->file->label, text ? text : "It did not arrive.");
    chat_flush(chat);
}

/* ---- the connection ---- */

static bool is_about_the_name(const char *code)
{
    enum msg_error_code known = msg_code_from_word(code);
    return known == CODE_NAME_TAKEN || known == CODE_BAD_NAME;
}

static void on_refused(struct chat *chat, const struct note *note)
{
    chat_tell(chat, note->text ? note->text : msg_code_explain(note->code, NULL));
}

static void on_offline(struct chat *chat, const struct note *note)
{
    const char *text = note->text ? note->text : "The connection ended.";
    if (chat->stage == STAGE_OVER)
        return;
    if (!chat->was_online && is_about_the_name(note->code)) {
        chat_tell(chat, text);
        chat->stage = STAGE_ASKING;
        chat->ask = ASK_NAME;
        return;
    }
    if (app_model(chat->terminal.app)->password_asked &&
        msg_code_from_word(note->code) != CODE_TOO_MANY_TRIES) {
        chat_tell(chat, text);
        chat->stage = STAGE_PASSWORD;
        return;
    }
    prompt_print(chat->prompt, ""); /* off the line */
    terminal_complain(text);
    chat_end(chat, EXIT_NO_LINK);
}

static void on_lost(struct chat *chat, const struct note *note)
{
    if (chat->lost)
        return;
    chat->lost = true;
    lines_say(&chat->out, "%s", note->text ? note->text : "The connection is lost.");
    lines_say(&chat->out, "Trying again by itself; what you type meanwhile is sent then.");
    chat_flush(chat);
}

static void on_online(struct chat *chat)
{
    chat->was_online = true;
    const struct model *model = app_model(chat->terminal.app);
    if (chat->lost)
        chat_tell(chat, "Connected again.");
    if (model->first_visit) {
        lines_say(&chat->out, "First visit to this server. Its key: %s.", model->key_words);
        lines_say(&chat->out, "It is remembered; whoever runs the server sees the same words.");
        chat_flush(chat);
    }
    chat->lost = false;
}

void notes_observe(void *context, const struct note *note)
{
    struct chat *chat = context;
    if (!chat->prompt)
        return; /* we are leaving, and the screen is the shell's again */
    switch (note->kind) {
    case NOTE_ONLINE:
        on_online(chat);
        break;
    case NOTE_OFFLINE:
        on_offline(chat, note);
        break;
    case NOTE_LOST:
        on_lost(chat, note);
        break;
    case NOTE_ROOM_READY:
        on_room_ready(chat, note->room);
        break;
    case NOTE_MESSAGE:
        on_message(chat, note->room, note->message);
        break;
    case NOTE_PROGRESS:
        on_progress(chat, note->room, note->message);
        break;
    case NOTE_SENT:
        on_sent(chat, note->room, note->message);
        break;
    case NOTE_RECEIVED:
        end_progress(chat, note->room, note->message);
        break;
    case NOTE_SAVED:
        end_progress(chat, note->room, note->message);
        lines_saved(&chat->out, note->message->file->label, note->text);
        chat_flush(chat);
        break;
    case NOTE_TRANSFER_FAILED:
        on_transfer_failed(chat, note->room, note->message, note->text);
        break;
    case NOTE_ROOMS:
        if (chat->rooms_asked) {
            lines_rooms(&chat->out, app_model(chat->terminal.app));
            chat_flush(chat);
        }
        chat->rooms_asked = false;
        break;
    case NOTE_REFUSED:
        on_refused(chat, note);
        break;
    case NOTE_NOTICE:
        chat_tell(chat, note->text);
        break;
    case NOTE_DELETED:
        on_deleted(chat, note);
        break;
    case NOTE_EDITED:
        on_edited(chat, note);
        break;
    case NOTE_REACTED:
        on_reacted(chat, note);
        break;
    case NOTE_MEMBER: /* the row says it */
    case NOTE_READ:
    case NOTE_STORED:
    case NOTE_HISTORY:
    case NOTE_FILE:
        break;
    }
}
