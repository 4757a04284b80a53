#include "client/net/known.h"

#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"

#define LINE_SIZE (OS_PATH_MAX + TLS_FINGERPRINT_SIZE)

bool known_path(char path[OS_PATH_MAX])
{
    char folder[OS_PATH_MAX];
    dirs_config(folder);
    return path_join(path, folder, "known-servers");
}

/* The whole file; "" if there is none. NULL with a sentence if it can't be read. */
static char *load(char path[OS_PATH_MAX], struct err *err)
{
    size_t size;
    if (!known_path(path)) {
        err_set(err, ERR_LIMIT, "The path of the configuration folder is too long.");
        return NULL;
    }
    return file_info(path).exists ? file_load(path, KNOWN_FILE_MAX, &size, err) : mem_string("");
}

/* Is the line at `text` about this place? Then *value is what stands behind it. */
static bool is_about(const char *text, const char *place, const char **value)
{
    size_t size = strlen(place);
    *value = text + size + 1;
    return strncmp(text, place, size) == 0 && text[size] == ' ';
}

/* Past the end of the line. */
static const char *next_line(const char *text)
{
    const char *end = strchr(text, '\n');
    return end != NULL ? end + 1 : text + strlen(text);
}

bool known_find(const char *place, char fingerprint[TLS_FINGERPRINT_SIZE], struct err *err)
{
    char path[OS_PATH_MAX];
    uint8_t bytes[(TLS_FINGERPRINT_SIZE - 1) / 2];
    const char *value;
    fingerprint[0] = '\0';
    char *text = load(path, err);
    if (text == NULL)
        return false;
    bool ok = true, found = false;
    for (const char *line = text; *line != '\0' && !found; line = next_line(line)) {
        found = is_about(line, place, &value);
        if (!found)
            continue;
        str_copy(fingerprint, TLS_FINGERPRINT_SIZE, value);
        ok = str_unhex(fingerprint, bytes, sizeof bytes) &&
             strcspn(value, "\n") == TLS_FINGERPRINT_SIZE - 1;
    }
    mem_free(text);
    if (ok)
        return true;
    fingerprint[0] = '\0';
    return err_set(err, ERR_FORMAT, "The line about %s in the file %s is damaged. Remove it.",
                   place, path);
}

bool known_save(const char *place, const char *fingerprint, struct err *err)
{
    char path[OS_PATH_MAX], line[LINE_SIZE];
    const char *value;
    struct buf out;
    char *text = load(path, err);
    if (text == NULL)
        return false;
    str_format(line, sizeof line, "%s %s\n", place, fingerprint);
    buf_init(&out, 2 * KNOWN_FILE_MAX);
    const char *at = text;
    while (strlen(at) + strlen(line) > KNOWN_FILE_MAX)
        at = next_line(at);
    for (; *at != '\0'; at = next_line(at)) {
        size_t size = (size_t)(next_line(at) - at);
        if (is_about(at, place, &value))
            continue;
        buf_append(&out, at, size);
        if (at[size - 1] != '\n')
            buf_append(&out, "\n", 1);
    }
    buf_append(&out, line, strlen(line));
    bool ok = file_save(path, buf_peek(&out).data, out.size, err);
    buf_finish(&out);
    mem_free(text);
    return ok;
}
