#include "client/terminal/files.h"
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

unsigned files_number(struct files *files, const char *room, const char *file)
{
    unsigned oldest = files->count > FILES_KEPT ? files->count - FILES_KEPT : 0;
    struct file_place *place;
    for (unsigned n = files->count; n > oldest; n--) {
        place = &files->places[(n - 1) % FILES_KEPT];
        if (str_equal(place->file, file) && str_equal(place->room, room))
            return n;
    }
    if (!files->places)
        files->places = mem_alloc(FILES_KEPT, sizeof *files->places);
    place = &files->places[files->count++ % FILES_KEPT];
    str_copy(place->room, sizeof place->room, room);
    str_copy(place->file, sizeof place->file, file);
    return files->count;
}

const struct file_place *files_find(const struct files *files, unsigned number)
{
    if (number == 0 || number > files->count || files->count - number >= FILES_KEPT)
        return NULL;
    return &files->places[(number - 1) % FILES_KEPT];
}

void files_finish(struct files *files)
{
    mem_free(files->places);
    memset(files, 0, sizeof *files);
}
