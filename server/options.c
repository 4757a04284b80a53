#include "server/options.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

const char options_help[] =
    "Usage: confab-server [ADDRESS [PORT]]\n"
    "Serve a Confab chat to the people on this network.\n"
    "\n"
    "  ADDRESS              listen there only (a number or a name); default: everywhere\n"
    "  PORT                 TCP port, 0 for any that is free; default: 5050\n"
    "\n"
    "  --data FOLDER        where messages and files are kept; default: confab in the\n"
    "                       folder for data of your system (~/.local/share/confab)\n"
    "  --name NAME          the server's name as people see it; default: this computer's\n"
    "  --max-clients N      people at once, 1 to 100000; default: 100\n"
    "  --max-upload SIZE    largest file, like 500M or 2G; default: 64G\n"
    "  --sync WHEN          when messages are called safe: always (they are on the disk),\n"
    "                       second (asked of the disk once a second), os (the system has\n"
    "                       them); default: always\n"
    "  --no-beacon          do not let clients on this network find the server by itself\n"
    "  --beacon-port PORT   UDP port for that; default: 5050\n"
    "  --quiet              print nothing on standard output\n"
    "  --log-level LEVEL    error, warn, info or debug, on standard error; default: warn\n"
    "  --help, --version\n";

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

static bool read_sync(const char *word, enum roomlog_sync *sync)
{
    static const char *const words[] = {
        [SYNC_ALWAYS] = "always", [SYNC_SECOND] = "second", [SYNC_OS] = "os"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) == 0) {
            *sync = (enum roomlog_sync)i;
            return true;
        }
    }
    return false;
}

static bool read_port(const char *text, uint64_t least, uint16_t *port)
{
    uint64_t value;
    if (!str_to_u64(text, PORT_MAX, &value) || value < least)
        return false;
    *port = (uint16_t)value;
    return true;
}

/* One option with a value. False with *known: the value does not fit; without: no such option. */
static bool read_option(struct options *options, const char *name, const char *value, bool *known)
{
    struct server_config *config = &options->config;
    uint64_t number;
    *known = true;
    if (strcmp(name, "--data") == 0) {
        config->data_dir = value;
        return value[0] != '\0';
    }
    if (strcmp(name, "--name") == 0) {
        config->name = value;
        return true;
    }
    if (strcmp(name, "--max-clients") == 0) {
        if (!str_to_u64(value, SERVER_CLIENTS_MAX, &number) || number == 0)
            return false;
        config->max_clients = (uint32_t)number;
        return true;
    }
    if (strcmp(name, "--max-upload") == 0)
        return read_size(value, &config->max_upload);
    if (strcmp(name, "--sync") == 0)
        return read_sync(value, &config->sync);
    if (strcmp(name, "--beacon-port") == 0)
        return read_port(value, 1, &config->beacon_port);
    if (strcmp(name, "--log-level") == 0)
        return log_level_parse(value, &options->level);
    *known = false;
    return false;
}

static bool takes_value(const char *name)
{
    static const char *const names[] = {"--data", "--name",        "--max-clients", "--max-upload",
                                        "--sync", "--beacon-port", "--log-level"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* The two words without dashes. */
static bool read_place(struct options *options, int place, const char *word, struct err *err)
{
    if (place == 0) {
        options->config.host = word;
        return true;
    }
    if (place == 1)
        return read_port(word, 0, &options->config.port) ||
               err_set(err, ERR_FORMAT, "\"%s\" is not a port: use a number from 0 to 65535.",
                       word);
    return err_set(err, ERR_FORMAT, "\"%s\" is one word too many; see --help.", word);
}

bool options_parse(int argc, char **argv, struct options *options, struct err *err)
{
    int places = 0;
    *options = (struct options){.level = LOG_WARN,
                                .config = {.port = WIRE_PORT, .sync = SYNC_ALWAYS, .beacon = true}};
    for (int i = 1; i < argc; i++) {
        char name[64];
        const char *word = argv[i], *equals = strchr(word, '=');
        bool known = true;
        if (strncmp(word, "--", 2) != 0) {
            if (!read_place(options, places++, word, err))
                return false;
            continue;
        }
        str_copy(name, sizeof name, word);
        if (equals != NULL && (size_t)(equals - word) < sizeof name)
            name[equals - word] = '\0';
        if (strcmp(word, "--help") == 0) {
            options->help = true;
        } else if (strcmp(word, "--version") == 0) {
            options->version = true;
        } else if (strcmp(word, "--quiet") == 0) {
            options->config.quiet = true;
        } else if (strcmp(word, "--no-beacon") == 0) {
            options->config.beacon = false;
        } else if (!takes_value(name)) {
            return err_set(err, ERR_FORMAT, "There is no option \"%s\"; see --help.", word);
        } else {
            const char *value = equals != NULL ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
            if (value == NULL || (equals == NULL && strncmp(value, "--", 2) == 0))
                return err_set(err, ERR_FORMAT, "%s needs a value; see --help.", name);
            if (!read_option(options, name, value, &known))
                return err_set(err, ERR_FORMAT, "%s cannot be \"%s\"; see --help.", name, value);
        }
    }
    return true;
}
