#include "server/options.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/wire/limits.h"
#include "server/quota.h"
#include "server/retain.h"

#define HELP_COLUMN 20 /* characters for `--name VALUE` */

enum option_kind {
    OPTION_YES,   /* bool, set to true */
    OPTION_NO,    /* bool, set to false: --no-something */
    OPTION_TEXT,  /* const char *, a copy */
    OPTION_LIST,  /* struct server_names; may be given many times */
    OPTION_COUNT, /* uint32_t, least to most */
    OPTION_SIZE,  /* uint64_t bytes, like 500M */
    OPTION_PORT,  /* uint16_t, least to 65535 */
    OPTION_WORD,  /* an enum, one of `words` in its order */
};

struct option {
    const char *name;
    enum option_kind kind;
    size_t at;            /* in struct options */
    bool line_only, live; /* of no sense in a file; may change while the server runs */
    const char *value;    /* what the help calls it */
    const char *help;     /* lines of it */
    uint32_t least, most;
    const char *const *words;                         /* up to NULL */
    bool (*check)(const char *text, struct err *err); /* more that must hold; NULL: nothing */
};

static bool check_name(const char *text, struct err *err)
{
    char name[NAME_SIZE];
    return server_clean_name(text, name, err);
}

static bool check_person(const char *text, struct err *err)
{
    char name[NAME_SIZE];
    return name_clean(text, name, err);
}

static bool check_port(const char *text, struct err *err)
{
    uint64_t port;
    return str_to_u64(text, PORT_MAX, &port) ||
           err_set(err, ERR_FORMAT, "use a number from 0 to %d.", PORT_MAX);
}

static const char *const sync_words[] = {
    [SYNC_ALWAYS] = "always", [SYNC_SECOND] = "second", [SYNC_OS] = "os", [SYNC_OS + 1] = NULL};
static const char *const format_words[] = {
    [LOG_TEXT] = "text", [LOG_JSON] = "json", [LOG_JSON + 1] = NULL};
static const char *const level_words[] = {[LOG_ERROR] = "error",
                                          [LOG_WARN] = "warn",
                                          [LOG_INFO] = "info",
                                          [LOG_DEBUG] = "debug",
                                          [LOG_DEBUG + 1] = NULL};

#define AT(field) offsetof(struct options, field)

static const struct option table[] = {
    {"address", OPTION_TEXT, AT(config.host), .value = "ADDRESS",
     .help = "the same as the first word: where to listen"},
    {"port", OPTION_PORT, AT(config.port), .value = "PORT", .help = "the same as the second word"},
    {"config", OPTION_TEXT, AT(file), .line_only = true, .value = "FILE",
     .help = "read options from there: lines like \"max-clients = 20\", names\n"
             "as here without the dashes; what is said here wins"},
    {"check-config", OPTION_YES, AT(check_config), .line_only = true,
     .help = "say what is wrong in that file, or \"ok\", and end"},
    {"data", OPTION_TEXT, AT(config.data_dir), .value = "FOLDER",
     .help = "where messages and files are kept; default: confab in the\n"
             "folder for data of your system (~/.local/share/confab)"},
    {"name", OPTION_TEXT, AT(config.name), .live = true, .value = "NAME", .check = check_name,
     .help = "the server's name as people see it; default: this computer's"},
    {"max-clients", OPTION_COUNT, AT(config.max_clients), .live = true, .value = "N", .least = 1,
     .most = SERVER_CLIENTS_MAX, .help = "people at once, 1 to 100000; default: 100"},
    {"hello-within", OPTION_COUNT, AT(config.hello_within), .live = true, .value = "N", .least = 1,
     .most = SERVER_HELLO_WITHIN_MAX,
     .help = "seconds in which a connection says who it is, 1 to 60; default: 10"},
    {"password-file", OPTION_TEXT, AT(config.password_file), .value = "FILE",
     .help = "ask everyone for the password that is its first line"},
    {"set-password", OPTION_YES, AT(set_password), .line_only = true,
     .help = "read a password from the terminal or the input, keep its hash in\n"
             "the data folder, where a start finds it, and end; an empty one\n"
             "takes it away"},
    {"max-upload", OPTION_SIZE, AT(config.max_upload), .live = true, .value = "SIZE",
     .help = "largest file, like 500M or 2G; default: 64G"},
    {"rate", OPTION_COUNT, AT(config.rate), .live = true, .value = "N", .most = GATE_RATE_MAX,
     .help = "messages, and files, a second that a person may send, after a first burst\n"
             "of 3 N + 1; 0: no limit; default: 3"},
    {"bot", OPTION_LIST, AT(config.bots), .live = true, .value = "NAME", .check = check_person,
     .help = "a machine: --rate, --joins and --max-rooms do not hold for this\n"
             "name; may be repeated"},
    {"admin", OPTION_LIST, AT(config.admins), .live = true, .value = "NAME", .check = check_person,
     .help = "may kick, ban, mute and delete (!help in confab-cli); the name\n"
             "belongs to who comes with it first; may be repeated"},
    {"joins", OPTION_COUNT, AT(config.joins), .live = true, .value = "N", .most = GATE_JOINS_MAX,
     .help = "rooms that a person may come into in a minute; 0: no limit;\n"
             "default: 60"},
    {"max-rooms", OPTION_COUNT, AT(config.max_rooms), .live = true, .value = "N", .most = ROOMS_MAX,
     .help = "rooms that a person may make; 0: no limit; default: 20"},
    {"rooms", OPTION_COUNT, AT(config.rooms), .live = true, .value = "N", .least = 1,
     .most = ROOMS_MAX, .help = "rooms in all, 1 to 256; default: 256"},
    {"max-per-address", OPTION_COUNT, AT(config.max_per_address), .live = true, .value = "N",
     .most = GATE_PER_ADDRESS_MAX,
     .help = "connections of one address (but this computer's own), of one\n"
             "/64 network with IPv6; 0: no limit; default: 100"},
    {"newcomers", OPTION_COUNT, AT(config.newcomers), .live = true, .value = "N",
     .most = GATE_NEWCOMERS_MAX,
     .help = "people that come from one address for the first time, in a\n"
             "minute; 0: no limit; default: 100"},
    {"keep-days", OPTION_COUNT, AT(config.keep_days), .live = true, .value = "N", .least = 1,
     .most = KEEP_DAYS_MAX, .help = "older messages and their files go; default: all stay"},
    {"keep-messages", OPTION_COUNT, AT(config.keep_messages), .live = true, .value = "N",
     .least = KEEP_MESSAGES_MIN, .most = UINT32_MAX,
     .help = "of each room at least the newest N stay, older ones go"},
    {"keep-size", OPTION_SIZE, AT(config.keep_size), .live = true, .value = "SIZE",
     .least = KEEP_SIZE_MIN,
     .help = "of each room at least so much of the newest messages stays, not\n"
             "counting files"},
    {"quota", OPTION_SIZE, AT(config.quota), .live = true, .value = "SIZE", .least = QUOTA_MIN,
     .help = "the data folder holds no more than that: the oldest files go when\n"
             "newer ones or messages need the room; 16M at least; default: no\n"
             "limit"},
    {"sync", OPTION_WORD, AT(config.sync), .value = "WHEN", .words = sync_words,
     .help = "when messages are called safe: always (they are on the disk),\n"
             "second (asked of the disk once a second), os (the system has\n"
             "them); default: always"},
    {"plain", OPTION_YES, AT(config.plain),
     .help = "without encryption (TLS): for tests, and for programs that have none"},
    {"no-beacon", OPTION_NO, AT(config.beacon),
     .help = "do not let clients on this network find the server by itself"},
    {"beacon-port", OPTION_PORT, AT(config.beacon_port), .value = "PORT", .least = 1,
     .help = "UDP port for that; default: 5050"},
    {"quiet", OPTION_YES, AT(config.quiet), .help = "print nothing on standard output"},
    {"log-level", OPTION_WORD, AT(level), .live = true, .value = "LEVEL", .words = level_words,
     .help = "error, warn, info or debug, on standard error; default: warn"},
    {"log-format", OPTION_WORD, AT(format), .live = true, .value = "FORM", .words = format_words,
     .help = "text, or json: one object a line; default: text"},
    {"metrics", OPTION_TEXT, AT(config.metrics), .value = "PORT", .check = check_port,
     .help = "tell figures for --status and Prometheus (GET /metrics) to this\n"
             "computer alone, at 127.0.0.1; 0: any port that is free"},
    {"status", OPTION_YES, AT(status), .line_only = true,
     .help = "print how the server on this --data is, and end; needs --metrics\n"
             "there"},
    {"export", OPTION_TEXT, AT(export), .line_only = true, .value = "ROOM",
     .help = "print the room's events as lines of JSON and end; a server may\n"
             "run meanwhile on the same --data"},
    {"help", OPTION_YES, AT(help), .line_only = true, .help = "print this and end"},
    {"version", OPTION_YES, AT(version), .line_only = true, .help = "print the version and end"},
};
#define TABLE_COUNT (sizeof table / sizeof table[0])

static bool is_flag(const struct option *option)
{
    return option->kind == OPTION_YES || option->kind == OPTION_NO;
}

static const struct option *find(const char *name, size_t length)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
            return &table[i];
    }
    return NULL;
}

/* Values */

static bool read_size(const char *text, uint64_t *size)
{
    static const char units[] = "KMGT";
    char digits[32];
    size_t length = strlen(text);
    unsigned shift = 0;
    const char *unit =
        length > 0 ? strchr(units, text[length - 1] & ~0x20) : NULL; /* either case */
    if (unit != NULL && *unit != '\0') {
        shift = 10 * (unsigned)(unit - units + 1);
        length--;
    }
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!str_to_u64(digits, NUMBER_MAX >> shift, size))
        return false;
    *size <<= shift;
    return *size > 0;
}

static bool set_flag(const struct option *option, bool *place, const char *value, struct err *err)
{
    bool yes = str_equal(value, "yes");
    if (!yes && !str_equal(value, "no"))
        return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": use yes or no.", option->name, value);
    *place = yes == (option->kind == OPTION_YES);
    return true;
}

static bool set_text(const struct option *option, const char **place, const char *value,
                     struct err *err)
{
    struct err why = {0};
    if (value[0] == '\0')
        return err_set(err, ERR_FORMAT, "%s cannot be empty; see --help.", option->name);
    if (option->check != NULL && !option->check(value, &why))
        return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": %s", option->name, value, why.text);
    mem_free((char *)*place);
    *place = mem_string(value);
    return true;
}

static bool set_list(const struct option *option, struct server_names *place, const char *value,
                     struct err *err)
{
    const char *text = NULL;
    if (!set_text(option, &text, value, err))
        return false;
    place->names = mem_resize(place->names, place->count + 1, sizeof place->names[0]);
    place->names[place->count++] = text;
    return true;
}

static bool set_number(const struct option *option, void *place, const char *value, struct err *err)
{
    bool port = option->kind == OPTION_PORT;
    uint32_t most = port ? PORT_MAX : option->most;
    uint64_t number;
    if (!str_to_u64(value, most, &number) || number < option->least)
        return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": use a number from %lu to %lu.",
                       option->name, value, (unsigned long)option->least, (unsigned long)most);
    if (port)
        *(uint16_t *)place = (uint16_t)number;
    else
        *(uint32_t *)place = (uint32_t)number;
    return true;
}

static bool set_size(const struct option *option, uint64_t *place, const char *value,
                     struct err *err)
{
    uint64_t size;
    char least[STR_SIZE_MAX];
    if (!read_size(value, &size))
        return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": use a size like 500M or 2G.",
                       option->name, value);
    str_size(option->least, least);
    if (size < option->least)
        return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": it is %s at least.", option->name,
                       value, least);
    *place = size;
    return true;
}

static bool set_word(const struct option *option, void *place, const char *value, struct err *err)
{
    char all[128] = "";
    for (unsigned i = 0; option->words[i] != NULL; i++) {
        size_t length = strlen(all);
        if (str_equal(value, option->words[i])) {
            memcpy(place, &i, sizeof i); /* each of our enums is as large as an unsigned */
            return true;
        }
        str_format(all + length, sizeof all - length, "%s%s",
                   i == 0                         ? ""
                   : option->words[i + 1] == NULL ? " or "
                                                  : ", ",
                   option->words[i]);
    }
    return err_set(err, ERR_FORMAT, "%s cannot be \"%s\": use %s.", option->name, value, all);
}
_Static_assert(sizeof(enum roomlog_sync) == sizeof(unsigned), "set_word() copies an unsigned");
_Static_assert(sizeof(enum log_format) == sizeof(unsigned), "set_word() copies an unsigned");
_Static_assert(sizeof(enum log_level) == sizeof(unsigned), "set_word() copies an unsigned");

static bool set(struct options *options, const struct option *option, const char *value,
                struct err *err)
{
    void *place = (char *)options + option->at;
    switch (option->kind) {
    case OPTION_YES:
    case OPTION_NO:
        return set_flag(option, place, value, err);
    case OPTION_TEXT:
        return set_text(option, place, value, err);
    case OPTION_LIST:
        return set_list(option, place, value, err);
    case OPTION_COUNT:
    case OPTION_PORT:
        return set_number(option, place, value, err);
    case OPTION_SIZE:
        return set_size(option, place, value, err);
    case OPTION_WORD:
        return set_word(option, place, value, err);
    }
    return false;
}

/* The command line */

/* The two words without dashes. */
static bool read_place(struct options *options, int place, const char *word, struct err *err)
{
    static const char *const names[] = {"address", "port"};
    if (place >= 2)
        return err_set(err, ERR_FORMAT, "\"%s\" is one word too many; see --help.", word);
    return set(options, find(names[place], strlen(names[place])), word, err);
}

static bool read_line(int argc, char **argv, struct options *options, struct err *err)
{
    int places = 0;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *equals = strchr(word, '='), *value;
        if (strncmp(word, "--", 2) != 0) {
            if (!read_place(options, places++, word, err))
                return false;
            continue;
        }
        const struct option *option =
            find(word + 2, equals != NULL ? (size_t)(equals - word - 2) : strlen(word + 2));
        if (option == NULL)
            return err_set(err, ERR_FORMAT, "There is no option \"%s\"; see --help.", word);
        if (equals != NULL)
            value = equals + 1;
        else if (is_flag(option))
            value = "yes";
        else if (i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0)
            value = argv[++i];
        else
            return err_set(err, ERR_FORMAT, "%s needs a value; see --help.", word);
        struct err why = {0};
        if (!set(options, option, value, &why)) /* it begins with the name */
            return err_set(err, why.kind, "--%s", why.text);
    }
    return true;
}

static void set_defaults(struct options *options)
{
    *options = (struct options){.level = LOG_WARN,
                                .config = {.port = WIRE_PORT,
                                           .rate = GATE_RATE_DEFAULT,
                                           .joins = GATE_JOINS_DEFAULT,
                                           .max_rooms = GATE_ROOMS_DEFAULT,
                                           .max_per_address = GATE_PER_ADDRESS_DEFAULT,
                                           .newcomers = GATE_NEWCOMERS_DEFAULT,
                                           .sync = SYNC_ALWAYS,
                                           .beacon = true}};
}

bool options_parse(int argc, char **argv, struct options *options, struct err *err)
{
    set_defaults(options);
    return read_line(argc, argv, options, err);
}

void options_finish(struct options *options)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        void *place = (char *)options + table[i].at;
        if (table[i].kind == OPTION_TEXT) {
            mem_free((char *)*(const char **)place);
        } else if (table[i].kind == OPTION_LIST) {
            struct server_names *list = place;
            for (size_t j = 0; j < list->count; j++)
                mem_free((char *)list->names[j]);
            mem_free(list->names);
        }
    }
    *options = (struct options){0};
}

static bool lists_equal(const struct server_names *a, const struct server_names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!str_equal(a->names[i], b->names[i]))
            return false;
    }
    return true;
}

static size_t size_of(enum option_kind kind)
{
    static const size_t sizes[] = {
        [OPTION_YES] = sizeof(bool),          [OPTION_NO] = sizeof(bool),
        [OPTION_TEXT] = sizeof(const char *), [OPTION_LIST] = sizeof(struct server_names),
        [OPTION_COUNT] = sizeof(uint32_t),    [OPTION_SIZE] = sizeof(uint64_t),
        [OPTION_PORT] = sizeof(uint16_t),     [OPTION_WORD] = sizeof(unsigned),
    };
    return sizes[kind];
}

static void swap(void *a, void *b, size_t size)
{
    char old[sizeof(struct server_names)];
    assert(size <= sizeof old);
    memcpy(old, a, size);
    memcpy(a, b, size);
    memcpy(b, old, size);
}

void options_take(struct options *options, struct options *fresh)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct option *option = &table[i];
        void *now = (char *)options + option->at, *then = (char *)fresh + option->at;
        size_t size = size_of(option->kind);
        bool same = option->kind == OPTION_TEXT
                        ? str_equal(*(const char **)now, *(const char **)then)
                    : option->kind == OPTION_LIST ? lists_equal(now, then)
                                                  : memcmp(now, then, size) == 0;
        if (same)
            continue;
        if (option->live) {
            swap(now, then, size);
            log_info("%s has changed", option->name);
        } else {
            log_warn("%s cannot change while the server runs; it needs a restart", option->name);
        }
    }
}

/* The file */

static char *trim(char *text)
{
    static const char blank[] = " \t\r";
    size_t length;
    text += strspn(text, blank);
    for (length = strlen(text); length > 0 && strchr(blank, text[length - 1]) != NULL;)
        text[--length] = '\0';
    return text;
}

/* said_at: the line in which each option stood; 0: not yet. */
static bool read_setting(struct options *options, char *text, unsigned line,
                         unsigned said_at[TABLE_COUNT], struct err *err)
{
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return err_set(err, ERR_FORMAT, "\"%s\" is not of the form name = value.", text);
    *equals = '\0';
    const char *name = trim(text), *value = trim(equals + 1);
    const struct option *option = find(name, strlen(name));
    if (option == NULL)
        return err_set(err, ERR_FORMAT, "There is no option \"%s\"; see --help.", name);
    if (option->line_only)
        return err_set(err, ERR_FORMAT, "%s is for the command line only.", name);
    unsigned *before = &said_at[option - table];
    if (*before != 0 && option->kind != OPTION_LIST)
        return err_set(err, ERR_FORMAT, "%s was set in line %u already.", name, *before);
    *before = line;
    return set(options, option, value, err);
}

static bool read_file(struct options *options, const char *path, FILE *problems, struct err *first)
{
    unsigned said_at[TABLE_COUNT] = {0}, line = 0;
    size_t size;
    struct err err = {0};
    bool ok = true;
    char *text = file_load(path, CONFIG_SIZE_MAX, &size, &err), *rest = text;
    if (text != NULL && strlen(text) != size) {
        (void)err_set(&err, ERR_FORMAT, "%s is not a text: there is a zero byte in it.", path);
        mem_free(text);
        text = NULL;
    }
    if (text == NULL) {
        if (problems != NULL)
            fprintf(problems, "%s\n", err.text);
        *first = err;
        return false;
    }
    while (rest != NULL) {
        char *here = rest, *end = strchr(rest, '\n');
        rest = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *end = '\0';
        line++;
        err = (struct err){0};
        char *setting = trim(here);
        bool fits = *setting == '\0' || *setting == '#' ||
                    read_setting(options, setting, line, said_at, &err);
        if (fits)
            continue;
        if (problems != NULL)
            fprintf(problems, "%s, line %u: %s\n", path, line, err.text);
        if (ok)
            (void)err_set(first, err.kind, "%s, line %u: %s", path, line, err.text);
        ok = false;
    }
    mem_free(text);
    return ok;
}

bool options_load(int argc, char **argv, struct options *options, FILE *problems, struct err *err)
{
    struct options line;
    bool ok = options_parse(argc, argv, &line, err);
    set_defaults(options);
    if (ok && line.file != NULL)
        ok = read_file(options, line.file, problems, err);
    ok = ok && read_line(argc, argv, options, err);
    options_finish(&line);
    return ok;
}

/* Help */

void options_print_help(FILE *out)
{
    fputs("Usage: confab-server [ADDRESS [PORT]]\n"
          "Serve a Confab chat to the people on this network.\n"
          "\n"
          "  ADDRESS              listen there only (a number or a name); default: everywhere\n"
          "  PORT                 TCP port, 0 for any that is free; default: 5050\n"
          "\n",
          out);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        char left[64];
        str_format(left, sizeof left, "--%s%s%s", table[i].name, table[i].value != NULL ? " " : "",
                   table[i].value != NULL ? table[i].value : "");
        fprintf(out, "  %-*s ", HELP_COLUMN, left);
        for (const char *at = table[i].help;;) {
            size_t length = strcspn(at, "\n");
            fprintf(out, "%.*s\n", (int)length, at);
            if (at[length] == '\0')
                break;
            at += length + 1;
            fprintf(out, "%*s", HELP_COLUMN + 3, "");
        }
    }
}
