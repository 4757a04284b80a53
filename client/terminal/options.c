#include "client/terminal/options.h"
#include <string.h>
#include "client/app/address.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

const char options_help[] =
    "confab-cli: talk in a Confab room from a terminal or a script\n"
    "\n"
    "    confab-cli HOST [PORT] [options]\n"
    "    confab-cli confab://HOST:PORT/ROOM [options]\n"
    "\n"
    "The port is 5050 if none is given. At a terminal it asks what it needs to know and then "
    "shows\n"
    "the room; what you type goes to everyone in it, and !help lists what else you can type.\n"
    "When its input or output is not a terminal it asks nothing: each line of its input is sent "
    "as\n"
    "a message, and it ends when all of them are safe on the server.\n"
    "\n"
    "Options\n"
    "    --name NAME        your name; without it the last one you used, or your name on this\n"
    "                       computer\n"
    "    --room ROOM        the room to join (lobby); a new one comes into being\n"
    "    --downloads DIR    where received files are saved; made if it is not there\n"
    "    --password-file FILE\n"
    "                       the first line of it is the server's password; without this you are\n"
    "                       asked when the server wants one\n"
    "    --plain            without encryption, to a server that was started with --plain\n"
    "    --yes              do not ask whether to connect\n"
    "    --terminal         do not ask for terminal or window\n"
    "    --help, --version\n"
    "\n"
    "For scripts (with these nothing is asked, at a terminal too)\n"
    "    --json             print one JSON object a line for each thing that happens; a line\n"
    "                       {\"type\":\"react\",\"of\":7,\"emoji\":\"+1\"} of the input is a "
    "request\n"
    "                       (say, edit, react, delete, read, join, leave, invite), others are "
    "said\n"
    "    --send FILE        send a file, and end when the server has all of it; may be repeated.\n"
    "                       The input is not read then\n"
    "    --listen           stay when the input has ended, until Ctrl-C or SIGTERM, and save what\n"
    "                       others send\n"
    "    --for SECONDS      with --listen: end after this time\n"
    "\n"
    "Exit codes\n"
    "    0   all is well\n"
    "    1   could not begin or connect, was refused, or the connection is lost for good\n"
    "    2   the command line makes no sense\n"
    "    3   connected, but something was not delivered: a file could not be read, sent or saved,\n"
    "        a message was refused\n"
    "\n"
    "Messages are printed on standard output, troubles on standard error.\n"
    "\n"
    "Examples\n"
    "    confab-cli 192.168.1.20\n"
    "    echo \"The backup is done.\" | confab-cli 192.168.1.20 --name backup --room admins\n"
    "    confab-cli 192.168.1.20 --name bot --send report.pdf\n"
    "    confab-cli 192.168.1.20 --name bot --json --listen </dev/null\n";

enum option_id {
    OPT_NAME,
    OPT_ROOM,
    OPT_DOWNLOADS,
    OPT_PASSWORD_FILE,
    OPT_PLAIN,
    OPT_YES,
    OPT_TERMINAL,
    OPT_JSON,
    OPT_SEND,
    OPT_LISTEN,
    OPT_FOR,
    OPT_HELP,
    OPT_VERSION,
    OPT_COUNT,
};

static const struct option_row {
    const char *word;
    bool has_value;
} rows[OPT_COUNT] = {
    [OPT_NAME] = {"--name", true},
    [OPT_ROOM] = {"--room", true},
    [OPT_DOWNLOADS] = {"--downloads", true},
    [OPT_PASSWORD_FILE] = {"--password-file", true},
    [OPT_PLAIN] = {"--plain", false},
    [OPT_YES] = {"--yes", false},
    [OPT_TERMINAL] = {"--terminal", false},
    [OPT_JSON] = {"--json", false},
    [OPT_SEND] = {"--send", true},
    [OPT_LISTEN] = {"--listen", false},
    [OPT_FOR] = {"--for", true},
    [OPT_HELP] = {"--help", false},
    [OPT_VERSION] = {"--version", false},
};

static bool apply(struct options *options, enum option_id id, const char *value, struct err *err)
{
    switch (id) {
    case OPT_NAME:
        options->name = value;
        break;
    case OPT_ROOM:
        options->room = value;
        break;
    case OPT_DOWNLOADS:
        options->downloads = value;
        break;
    case OPT_PASSWORD_FILE:
        options->password_file = value;
        break;
    case OPT_PLAIN:
        options->plain = true;
        break;
    case OPT_YES:
        options->yes = true;
        break;
    case OPT_TERMINAL:
        options->terminal = true;
        break;
    case OPT_JSON:
        options->json = true;
        break;
    case OPT_SEND:
        options->files =
            mem_resize(options->files, options->file_count + 1, sizeof *options->files);
        options->files[options->file_count++] = value;
        break;
    case OPT_LISTEN:
        options->listen = true;
        break;
    case OPT_FOR:
        if (!str_to_u64(value, OPTIONS_SECONDS_MAX, &options->seconds) || options->seconds == 0)
            return err_set(err, ERR_FORMAT, "--for takes whole seconds, not \"%s\".", value);
        break;
    case OPT_HELP:
        options->help = true;
        break;
    case OPT_VERSION:
        options->version = true;
        break;
    case OPT_COUNT:
        break;
    }
    return true;
}

/* --word, --word VALUE or --word=VALUE at argv[*at]; moves *at to the last word used. */
static bool read_option(struct options *options, int argc, const char *const *argv, int *at,
                        struct err *err)
{
    const char *word = argv[*at], *equals = strchr(word, '=');
    size_t size = equals ? (size_t)(equals - word) : strlen(word);
    for (int id = 0; id < OPT_COUNT; id++) {
        const struct option_row *row = &rows[id];
        if (strlen(row->word) != size || memcmp(row->word, word, size) != 0)
            continue;
        if (!row->has_value && equals)
            return err_set(err, ERR_FORMAT, "%s takes no value.", row->word);
        if (row->has_value && !equals && *at + 1 >= argc)
            return err_set(err, ERR_FORMAT, "%s needs a value.", row->word);
        const char *value = equals ? equals + 1 : row->has_value ? argv[++*at] : NULL;
        if (value && !*value)
            return err_set(err, ERR_FORMAT, "%s needs a value.", row->word);
        return apply(options, (enum option_id)id, value, err);
    }
    return err_set(err, ERR_FORMAT, "There is no option %s; --help lists them.", word);
}

/* Everything that can be known to be wrong before the network is asked. */
static bool check(struct options *options, struct err *err)
{
    struct address address;
    char name[NAME_SIZE];
    if (options->word_count == 0)
        return err_set(err, ERR_FORMAT,
                       "Say where the server is: confab-cli HOST PORT. --help tells more.");
    if (options->seconds > 0 && !options->listen)
        return err_set(err, ERR_FORMAT, "--for goes with --listen.");
    if (!str_format(options->address, sizeof options->address, "%s%s%s", options->words[0],
                    options->word_count == 2 ? " " : "",
                    options->word_count == 2 ? options->words[1] : ""))
        return err_set(err, ERR_LIMIT, "The address is longer than any address can be.");
    if (!address_parse(options->address, &address, err))
        return false;
    if (options->name && !name_clean(options->name, name, err))
        return false;
    if (!options->room) {
        str_copy(options->first_room, sizeof options->first_room,
                 *address.room ? address.room : "lobby");
        return true;
    }
    return name_clean_room(options->room, options->first_room, err);
}

bool options_parse(struct options *options, int argc, const char *const *argv, struct err *err)
{
    bool only_words = false; /* behind "--" */
    for (int i = 1; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
            if (!read_option(options, argc, argv, &i, err))
                return false;
        } else if (options->word_count < 2) {
            options->words[options->word_count++] = argv[i];
        } else {
            return err_set(err, ERR_FORMAT, "\"%s\" is one word too many; an address is HOST PORT.",
                           argv[i]);
        }
    }
    return options->help || options->version || check(options, err);
}

void options_finish(struct options *options)
{
    mem_free(options->files);
    memset(options, 0, sizeof *options);
}
