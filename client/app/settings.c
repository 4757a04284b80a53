#include "client/app/settings.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

struct line {
    char *key;   /* NULL: a comment, or what we do not understand */
    char *value; /* or the whole line */
};

struct settings {
    char *path;
    bool unreadable; /* what can't be read is not written over */
    struct line *lines;
    size_t count;
};

static void clear(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        mem_free(settings->lines[i].key);
        mem_free(settings->lines[i].value);
    }
    mem_free(settings->lines);
    settings->lines = NULL;
    settings->count = 0;
}

/* Both are copied; key is NULL for a line that is no setting and is kept as it is. */
static void add(struct settings *settings, const char *key, const char *value)
{
    settings->lines = mem_resize(settings->lines, settings->count + 1, sizeof *settings->lines);
    settings->lines[settings->count++] = (struct line){mem_string(key), mem_string(value)};
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1]) != NULL)
        size--;
    text[size] = '\0';
    return text;
}

static void parse_line(struct settings *settings, char *line)
{
    char *equals = strchr(line, '=');
    if (line[0] == '#' || equals == NULL) {
        add(settings, NULL, line);
        return;
    }
    *equals = '\0';
    add(settings, trim(line), trim(equals + 1));
}

static void load(struct settings *settings)
{
    size_t size = 0;
    struct err err = {0};
    if (settings->path == NULL || !file_info(settings->path).exists)
        return;
    char *text = file_load(settings->path, SETTINGS_FILE_MAX, &size, &err);
    settings->unreadable = text == NULL;
    if (text == NULL) {
        log_warn("the settings can't be read: %s", err.text);
        return;
    }
    clear(settings);
    for (char *line = text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        parse_line(settings, line);
        line = end != NULL ? end + 1 : NULL;
    }
    mem_free(text);
}

static void save(const struct settings *settings)
{
    struct buf text;
    struct err err = {0};
    bool fits = true;
    if (settings->path == NULL || settings->unreadable)
        return;
    buf_init(&text, SETTINGS_FILE_MAX);
    assert(settings->lines != NULL || settings->count == 0);
    for (size_t i = 0; i < settings->count && fits; i++) {
        const struct line *line = &settings->lines[i];
        if (line->key != NULL)
            fits = buf_append(&text, line->key, strlen(line->key)) && buf_append(&text, " = ", 3);
        fits = fits && buf_append(&text, line->value, strlen(line->value)) &&
               buf_append(&text, "\n", 1);
    }
    if (!fits)
        log_warn("the settings are too long to be written");
    else if (!file_save(settings->path, buf_peek(&text).data, text.size, &err))
        log_warn("the settings can't be written: %s", err.text);
    buf_finish(&text);
}

bool settings_path(char *out)
{
    char folder[OS_PATH_MAX];
    dirs_config(folder);
    return path_join(out, folder, "settings");
}

struct settings *settings_create(const char *path)
{
    struct settings *settings = mem_alloc(1, sizeof *settings);
    settings->path = mem_string(path);
    load(settings);
    return settings;
}

void settings_destroy(struct settings *settings)
{
    if (settings == NULL)
        return;
    clear(settings);
    mem_free(settings->path);
    mem_free(settings);
}

static struct line *find(const struct settings *settings, const char *key)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (str_equal(settings->lines[i].key, key))
            return &settings->lines[i];
    }
    return NULL;
}

const char *settings_get(const struct settings *settings, const char *key)
{
    const struct line *line = find(settings, key);
    return line != NULL ? line->value : NULL;
}

static void remove_line(struct settings *settings, struct line *line)
{
    size_t at = (size_t)(line - settings->lines);
    mem_free(line->key);
    mem_free(line->value);
    settings->count--;
    memmove(line, line + 1, (settings->count - at) * sizeof *line);
}

void settings_set(struct settings *settings, const char *key, const char *value)
{
    char clean[SETTINGS_LINE_MAX];
    assert(key[0] != '\0' && strpbrk(key, "=#\n ") == NULL);
    load(settings); /* another program may have written meanwhile */
    struct line *line = find(settings, key);
    if (value == NULL) {
        if (line == NULL)
            return;
        remove_line(settings, line);
    } else {
        str_copy(clean, sizeof clean, value);
        for (char *at = clean; (at = strpbrk(at, "\r\n")) != NULL;)
            *at = ' ';
        char *trimmed = trim(clean);
        if (line != NULL && strcmp(line->value, trimmed) == 0)
            return;
        if (line == NULL) {
            add(settings, key, trimmed);
        } else {
            mem_free(line->value);
            line->value = mem_string(trimmed);
        }
    }
    save(settings);
}
