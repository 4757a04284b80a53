/* sheet.c - pictures and films, looked at once more before they are sent: with a caption, in another order, smaller, or without one
 * of them. */
#include "client/ui/views/sheet.h"

#include <string.h>

#include "client/app/kind.h"
#include "client/app/smaller.h"
#include "client/app/temporary.h"
#include "client/platform/clipboard_picture.h"
#include "client/ui/lang.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define LOOK_DP 440.0f /* a single one is shown so large, others smaller */

/* ---- what is in it ---- */

bool sheet_is_media(const struct sheet_item *item)
{
    return str_equal(item->look->kind, "image") || str_equal(item->look->kind, "video") ||
           (!item->look->done && item->guess);
}

bool sheet_can_shrink(const struct sheet_item *item)
{
    return item->look->done && str_equal(item->look->kind, "image") && !item->moves;
}

int sheet_located(const struct composer *composer, const char **name)
{
    int count = 0;
    for (int i = 0; i < composer->sheet_count; i++) {
        const struct sheet_item *item = &composer->sheet[i];
        if (!item->look->located || (composer->sheet_smaller &&
                                     composer->sheet_as != SEND_AS_FILES && sheet_can_shrink(item)))
            continue;
        if (count++ == 0)
            *name = path_base(item->path);
    }
    return count;
}

bool sheet_bytes(const struct composer *composer, uint64_t *before, uint64_t *after)
{
    bool known = true;
    *before = *after = 0;
    for (int i = 0; i < composer->sheet_count; i++) {
        const struct sheet_item *item = &composer->sheet[i];
        *before += item->size;
        *after += item->copy && item->copy->ok ? item->copy->size : item->size;
        known = known && (!item->copy || item->copy->done);
    }
    return known;
}

static void drop_item(struct composer *composer, int at, bool sent)
{
    struct sheet_item *item = &composer->sheet[at];
    look_end(item->look);
    if (!sent) {
        smaller_end(composer->app, item->copy);
        if (item->ours)
            temporary_remove(item->path);
    }
    mem_free(item->path);
    composer->sheet_count--;
    memmove(item, item + 1, (size_t)(composer->sheet_count - at) * sizeof *item);
}

static void empty(struct composer *composer, bool sent)
{
    while (composer->sheet_count > 0)
        drop_item(composer, composer->sheet_count - 1, sent);
    composer->sheet_waits = composer->sheet_smaller = false;
    composer->sheet_as = SEND_TOGETHER;
    composer->sheet_warned = 0;
    edit_set(&composer->caption, "");
}

void sheet_drop(struct composer *composer)
{
    empty(composer, false);
    while (composer->drop_count > 0)
        mem_free(composer->dropped[--composer->drop_count]);
    mem_free(composer->dropped);
    composer->dropped = NULL;
}

static void close_sheet(struct views *views, bool sent)
{
    empty(views->composer, sent);
    ui_focus(views->ui, views->viewer_seq ? 0 : ui_id_of(views->ui, "message"));
    ui_again(views->ui);
}

static struct room *room_of(const struct views *views)
{
    return views_room(views) ? model_find_room(views->model, views->composer->sheet_room) : NULL;
}

/* What is being written in the sheet's room, from where the caption came. */
static void set_draft(struct views *views, struct room *room, const char *text)
{
    if (!views->composer->sheet_draft)
        return;
    if (views->composing == room)
        edit_set(&views->message, text);
    else
        action_keep_draft(views->app, room, text);
}

void sheet_cancel(struct views *views)
{
    struct room *room = room_of(views);
    if (room) /* what was written stays */
        set_draft(views, room, views->composer->caption.text);
    close_sheet(views, false);
}

static bool ends_with(const char *path, const char *ending)
{
    const size_t size = strlen(path), end = strlen(ending);
    if (size < end)
        return false;
    for (size_t i = 0; i < end; i++)
        if ((path[size - end + i] | 0x20) != ending[i])
            return false;
    return true;
}

static void add(struct views *views, const char *path, bool ours)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    if (composer->sheet_count == 0) {
        composer->app = views->app;
        str_copy(composer->sheet_room, sizeof composer->sheet_room, views_room(views)->name);
        composer->sheet_draft = !views->edit_seq;
        edit_set(&composer->caption, views->edit_seq ? "" : views->message.text);
        ui_focus(ui, ui_id_of(ui, "caption"));
    }
    const char *kind = kind_of_label(path_base(path));
    composer->sheet[composer->sheet_count++] = (struct sheet_item){
        .path = mem_string(path),
        .ours = ours,
        .number = ++composer->sheet_numbers,
        .size = file_info(path).size,
        .guess = str_equal(kind, "image") || str_equal(kind, "video"),
        .moves = ends_with(path, ".gif") || ends_with(path, ".apng"),
        .look = look_begin(views->app, path, dp(ui, LOOK_DP)),
    };
    ui_again(ui);
}

void sheet_add(struct views *views, const char *path)
{
    add(views, path, true);
}

bool sheet_paste(struct views *views)
{
    struct composer *composer = views->composer;
    char folder[OS_PATH_MAX], path[OS_PATH_MAX], name[64];
    const struct clock_day now = clock_local(clock_wall_ms());
    struct err err = {0};
    if (!views_room(views))
        return false;
    if (composer->sheet_count == SHEET_MAX) {
        ui_toast(views->ui, TOAST_INFO, lang("Send these first, then the next ones."));
        return true;
    }
    str_format(name, sizeof name, "Picture %04d-%02d-%02d %02d.%02d.%02d", now.year, now.month,
               now.day, now.hour, now.minute, now.second);
    if (temporary_folder(folder, &err) && clipboard_save_picture(folder, name, path, &err))
        sheet_add(views, path);
    else if (err.text[0])
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
    else
        return false;
    return true;
}

/* ---- what was dropped or chosen ---- */

void sheet_take(struct views *views, const char *path, bool plain)
{
    struct composer *composer = views->composer;
    composer->dropped =
        mem_resize(composer->dropped, composer->drop_count + 1, sizeof *composer->dropped);
    composer->dropped[composer->drop_count++] = mem_string(path);
    composer->drop_plain = plain;
}

static bool goes_into_sheet(const struct composer *composer)
{
    for (size_t i = 0; i < composer->drop_count; i++) {
        const char *kind = kind_of_label(path_base(composer->dropped[i]));
        const struct file_info info = file_info(composer->dropped[i]);
        if ((str_equal(kind, "image") || str_equal(kind, "video")) && info.exists &&
            !info.is_folder)
            return true;
    }
    return composer->sheet_count > 0; /* more for what is there already */
}

void sheet_take_end(struct views *views)
{
    struct composer *composer = views->composer;
    const bool sheet = views_room(views) && goes_into_sheet(composer);
    if (sheet && composer->drop_plain)
        composer->sheet_as = SEND_AS_FILES;
    for (size_t i = 0; i < composer->drop_count; i++) {
        const struct file_info info = file_info(composer->dropped[i]);
        if (!sheet || !info.exists || info.is_folder) {
            views_send_path(views, composer->dropped[i], composer->drop_plain);
        } else if (composer->sheet_count == SHEET_MAX) {
            ui_toast(views->ui, TOAST_INFO, lang("Send these first, then the next ones."));
            break;
        } else {
            add(views, composer->dropped[i], false);
        }
    }
    while (composer->drop_count > 0)
        mem_free(composer->dropped[--composer->drop_count]);
}

/* ---- choices ---- */

/* Copies are begun as soon as somebody wants them: the sheet says how large they are. */
static void follow_copies(struct views *views)
{
    struct composer *composer = views->composer;
    const bool wanted = composer->sheet_smaller && composer->sheet_as != SEND_AS_FILES;
    for (int i = 0; i < composer->sheet_count; i++) {
        struct sheet_item *item = &composer->sheet[i];
        if (wanted && !item->copy && sheet_can_shrink(item))
            item->copy = smaller_begin(views->app, item->path);
        if (!wanted && item->copy) {
            smaller_end(views->app, item->copy);
            item->copy = NULL;
        }
    }
}

void sheet_set_smaller(struct views *views, bool smaller)
{
    struct composer *composer = views->composer;
    composer->sheet_smaller = smaller;
    composer->sheet_waits = false;
    if (smaller && composer->sheet_as == SEND_AS_FILES)
        composer->sheet_as = SEND_TOGETHER;
    ui_again(views->ui);
}

void sheet_set_as(struct views *views, enum send_as as)
{
    views->composer->sheet_as = as;
    views->composer->sheet_waits = false;
    ui_again(views->ui);
}

void sheet_leave_out(struct views *views, int at)
{
    struct composer *composer = views->composer;
    if (composer->sheet_count == 1) {
        sheet_cancel(views);
        return;
    }
    drop_item(composer, at, false);
    ui_again(views->ui);
}

void sheet_move(struct composer *composer, int from, int to)
{
    if (from == to || to < 0 || to >= composer->sheet_count)
        return;
    const struct sheet_item item = composer->sheet[from];
    const int count = from < to ? to - from : from - to;
    if (from < to)
        memmove(&composer->sheet[from], &composer->sheet[from + 1], (size_t)count * sizeof item);
    else
        memmove(&composer->sheet[to + 1], &composer->sheet[to], (size_t)count * sizeof item);
    composer->sheet[to] = item;
}

/* ---- sending ---- */

/* What could not be sent stays in the sheet. */
static void send_now(struct views *views, struct room *room)
{
    struct composer *composer = views->composer;
    struct send_item items[SHEET_MAX];
    struct err err = {0};
    composer->sheet_waits = false;
    for (int i = 0; i < composer->sheet_count; i++) {
        const struct sheet_item *item = &composer->sheet[i];
        items[i] = (struct send_item){.path = item->path,
                                      .smaller = item->copy != NULL,
                                      .copy = item->copy,
                                      .kind = item->look->done ? item->look->kind : NULL,
                                      .width = item->look->width,
                                      .height = item->look->height};
    }
    if (!action_send_files(views->app, room, items, (size_t)composer->sheet_count,
                           composer->sheet_as, composer->caption.text,
                           views->composing == room ? views->reply_seq : 0, &err)) {
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
        return;
    }
    for (int i = 0; i < composer->sheet_count; i++)
        if (composer->sheet[i].ours) /* the bubble may still want to look into it */
            outgoing_keep(views, composer->sheet[i].path, true);
    list_to_bottom(views_place(views, room)->list);
    set_draft(views, room, "");
    if (views->composing == room && !views->edit_seq)
        views_cancel_reply_edit(views);
    close_sheet(views, true);
}

void sheet_send(struct views *views)
{
    views->composer->sheet_waits = true;
    ui_again(views->ui);
}

static bool is_all_looked_at(const struct composer *composer)
{
    for (int i = 0; i < composer->sheet_count; i++)
        if (!composer->sheet[i].look->done)
            return false;
    return true;
}

struct room *sheet_follow(struct views *views)
{
    struct composer *composer = views->composer;
    struct room *room = room_of(views);
    const char *name;
    if (composer->sheet_count > 0 && views_room(views) && !room) /* we left it */
        sheet_cancel(views);
    if (composer->sheet_count == 0 || !room)
        return NULL;
    const int located = sheet_located(composer, &name);
    follow_copies(views);
    if (!composer->sheet_waits || !is_all_looked_at(composer))
        return room;
    /* Nobody sends where he was without having been told so. */
    if (located > composer->sheet_warned)
        composer->sheet_waits = false;
    else
        send_now(views, room);
    composer->sheet_warned = located;
    ui_again(views->ui);
    return composer->sheet_count > 0 ? room : NULL;
}
