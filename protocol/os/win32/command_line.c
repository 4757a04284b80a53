/* Source of the rules: Microsoft, "Parsing C command-line arguments". Backslashes are special only
 * in front of a quotation mark. */
#include "protocol/os/win32/command_line.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/os/win32/wide.h"

struct line {
    wchar_t *text;
    size_t size, room;
};

static void put(struct line *line, wchar_t c)
{
    if (line->size == line->room) {
        line->room = line->room ? line->room * 2 : 256;
        line->text = mem_resize(line->text, line->room, sizeof *line->text);
    }
    line->text[line->size++] = c;
}

static void put_quoted(struct line *line, const wchar_t *argument)
{
    size_t slashes = 0;
    put(line, L'"');
    for (; *argument; argument++) {
        if (*argument == L'\\') {
            slashes++;
        } else {
            if (*argument == L'"') /* double those in front, and one for the mark itself */
                for (size_t i = 0; i < slashes + 1; i++)
                    put(line, L'\\');
            slashes = 0;
        }
        put(line, *argument);
    }
    for (size_t i = 0; i < slashes; i++) /* they would swallow our closing mark */
        put(line, L'\\');
    put(line, L'"');
}

wchar_t *command_line(const char *const *argv)
{
    struct line line = {0};
    for (size_t i = 0; argv[i]; i++) {
        wchar_t *wide = i == 0 ? wide_path(argv[i], NULL) : wide_from(argv[i]);
        if (!wide) {
            mem_free(line.text);
            return NULL;
        }
        if (i > 0)
            put(&line, L' ');
        put_quoted(&line, wide);
        mem_free(wide);
    }
    put(&line, L'\0');
    return line.text;
}
