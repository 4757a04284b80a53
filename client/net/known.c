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
static char *load(char path[OS_PATH_MAX], size_t *size, struct err *err)
{
    *size = 0;
    if (!known_path(path)) {
        err_set(err, ERR_LIMIT, "The path of the configuration folder is too long.");
        return NULL;
    }
    return file_info(path).exists ? file_load(path, KNOWN_FILE_MAX, size, err) : mem_string("");
}

/* Take the next line off; with its end, if it has one. */
static struct bytes next_line(struct bytes *rest)
{
    const uint8_t *end = memchr(rest->data, '\n', rest->size);
    struct bytes line = {rest->data, end != NULL ? (size_t)(end - rest->data) + 1 : rest->size};
    rest->data += line.size;
    rest->size -= line.size;
    return line;
}

/* Is the line about this place? Then *value is what stands behind it. */
static bool is_about(struct bytes line, const char *place, struct bytes *value)
{
    size_t size = strlen(place);
    if (line.size <= size || memcmp(line.data, place, size) != 0 || line.data[size] != ' ')
        return false;
    *value = (struct bytes){line.data + size + 1, line.size - size - 1};
    if (value->size > 0 && value->data[value->size - 1] == '\n')
        value->size--;
    return true;
}

bool known_find(const char *place, char fingerprint[TLS_FINGERPRINT_SIZE], struct err *err)
{
    char path[OS_PATH_MAX];
    uint8_t bytes[(TLS_FINGERPRINT_SIZE - 1) / 2];
    size_t size;
    struct bytes value = {0};
    fingerprint[0] = '\0';
    char *text = load(path, &size, err);
    if (text == NULL)
        return false;
    bool ok = true, found = false;
    struct bytes rest = {(const uint8_t *)text, size};
    while (rest.size > 0 && !found)
        found = is_about(next_line(&rest), place, &value);
    if (found) {
        ok = value.size == TLS_FINGERPRINT_SIZE - 1;
        if (ok) {
            memcpy(fingerprint, value.data, value.size);
            fingerprint[value.size] = '\0';
            ok = str_unhex(fingerprint, bytes, sizeof bytes);
        }
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
    size_t size;
    struct bytes value;
    struct buf out;
    char *text = load(path, &size, err);
    if (text == NULL)
        return false;
    str_format(line, sizeof line, "%s %s\n", place, fingerprint);
    buf_init(&out, 2 * KNOWN_FILE_MAX);
    struct bytes rest = {(const uint8_t *)text, size};
    while (rest.size + strlen(line) + 1 > KNOWN_FILE_MAX) /* 1: an end of line that is missing */
        next_line(&rest);
    while (rest.size > 0) {
        struct bytes old = next_line(&rest);
        if (is_about(old, place, &value))
            continue;
        buf_append(&out, old.data, old.size);
        if (old.data[old.size - 1] != '\n')
            buf_append(&out, "\n", 1);
    }
    buf_append(&out, line, strlen(line));
    bool ok = file_save(path, buf_peek(&out).data, out.size, err);
    buf_finish(&out);
    mem_free(text);
    return ok;
}
