#include "server/export.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/wire/frame.h"
#include "server/room.h"

static void on_event(void *context, uint64_t seq, struct bytes bytes)
{
    FILE *out = context;
    struct frame frame;
    (void)seq;
    if (frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL) <= 0)
        return;
    for (size_t i = 0; i < frame.header.size; i++) {
        int c = frame.header.data[i];
        putc(c == '\n' || c == '\r' ? ' ' : c, out); /* bare, these are only space in JSON */
    }
    putc('\n', out);
}

bool export_room(const char *data_dir, const char *room, FILE *out, struct err *err)
{
    char name[NAME_SIZE], data[OS_PATH_MAX], folder[OS_PATH_MAX];
    struct segment_rules rules = {.seq_of = room_seq_of, .visit = on_event, .context = out};
    if (!name_clean_room(room, name, err))
        return false;
    if (data_dir != NULL)
        str_copy(data, sizeof data, data_dir);
    else
        dirs_data(data);
    if (!rooms_path(data, name, folder))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    if (!file_info(folder).is_folder)
        return err_set(err, ERR_NOT_FOUND, "There is no room %s in %s.", name, data);
    if (!segments_read(folder, &rules, err))
        return false;
    return (fflush(out) == 0 && !ferror(out)) ||
           err_set(err, ERR_SYSTEM, "The events cannot be written out; is the disk full?");
}
