#include "client/terminal/command.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/wire/limits.h"
#include "client/terminal/files.h"

enum takes {
    TAKES_NOTHING,
    TAKES_WORDS,
    TAKES_NUMBER,
    TAKES_PLACE,
    TAKES_PERSON,
    TAKES_PERSON_AND_TIME,
    TAKES_TEXT,
    TAKES_PLACE_AND_TEXT,
    TAKES_NEW_ROOM,
};

static const struct command_row {
    const char *word;
    enum command_kind kind;
    enum takes takes;
    const char *lacks; /* said when there is nothing behind it that it can use */
    const char *help;
} rows[] = {
    {"!send", COMMAND_SEND, TAKES_WORDS, "Say which: !send FILE [FILE...]",
     "!send FILE [FILE...]  send files to everyone here; \"a name with spaces\", "
     "~/pictures/cat.jpg"},
    {"!get", COMMAND_GET, TAKES_NUMBER, "Say which: !get 3 gets file #3.",
     "!get N                save file #N into your download folder"},
    {"!cancel", COMMAND_CANCEL, TAKES_NUMBER, "Say which: !cancel 3 stops file #3.",
     "!cancel N             stop sending or getting file #N"},
    {"!who", COMMAND_WHO, TAKES_NOTHING, NULL, "!who                  who is here"},
    {"!rooms", COMMAND_ROOMS, TAKES_NOTHING, NULL,
     "!rooms                the rooms on this server"},
    {"!join", COMMAND_JOIN, TAKES_TEXT, "Say which: !join ROOM",
     "!join ROOM            go into another room; a new one comes into being"},
    {"!leave", COMMAND_LEAVE, TAKES_NOTHING, NULL, "!leave                go out of this room"},
    {"!make", COMMAND_MAKE, TAKES_NEW_ROOM, "Say which: !make ROOM or !make private ROOM",
     "!make [private] ROOM  make a room; into a private one people come by invitation"},
    {"!invite", COMMAND_INVITE, TAKES_TEXT, "Say whom: !invite NAME",
     "!invite NAME          let someone into this private room"},
    {"!dm", COMMAND_DIRECT, TAKES_TEXT, "Say to whom: !dm NAME [TEXT]",
     "!dm NAME [TEXT]       talk to someone alone; !join lobby goes back"},
    {"!last", COMMAND_LAST, TAKES_PLACE, "Say how many: !last 20",
     "!last [N]             the last messages here with their numbers, 1 is the newest"},
    {"!reply", COMMAND_REPLY, TAKES_PLACE_AND_TEXT, "Say to which and what: !reply 2 TEXT",
     "!reply N TEXT         answer the Nth message from the end"},
    {"!edit", COMMAND_EDIT, TAKES_PLACE_AND_TEXT, "Say which and what: !edit 1 TEXT",
     "!edit N TEXT          the Nth message from the end, yours, says this now"},
    {"!react", COMMAND_REACT, TAKES_PLACE_AND_TEXT, "Say to which and how: !react 1 +1",
     "!react N EMOJI        react to the Nth message from the end; again takes it back"},
    {"!delete", COMMAND_DELETE, TAKES_PLACE, "Say which: !delete 1 deletes the newest message.",
     "!delete [N]           delete your newest message, or the Nth from the end"},
    {"!kick", COMMAND_ADMIN, TAKES_PERSON, "Say whom: !kick NAME",
     "!kick NAME            for admins: send someone out"},
    {"!ban", COMMAND_ADMIN, TAKES_PERSON_AND_TIME, "Say whom: !ban NAME or !ban ADDRESS 2h",
     "!ban NAME|ADDRESS [TIME], !unban NAME|ADDRESS  for admins: do not let in, for 90s, 10m, 2h "
     "or 7d"},
    {"!unban", COMMAND_ADMIN, TAKES_PERSON, "Say whom: !unban NAME or !unban ADDRESS", NULL},
    {"!mute", COMMAND_ADMIN, TAKES_PERSON_AND_TIME, "Say whom: !mute NAME 10m",
     "!mute NAME [TIME], !unmute NAME  for admins: may only read"},
    {"!unmute", COMMAND_ADMIN, TAKES_PERSON, "Say whom: !unmute NAME", NULL},
    {"!help", COMMAND_HELP, TAKES_NOTHING, NULL, "!help                 this list"},
    {"!q", COMMAND_QUIT, TAKES_NOTHING, NULL, "!q                    leave (Ctrl-D too)"},
};
#define ROWS (sizeof rows / sizeof rows[0])

const char *command_help(size_t index)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].help && index-- == 0)
            return rows[i].help;
    }
    return index == 0 ? "!!text                says \"!text\"" : NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* "~" or "~/x" with the home folder for the tilde; else a copy. */
static char *with_home(const char *path)
{
    const char *home = getenv("HOME");
    if (!home || !*home)
        home = getenv("USERPROFILE");
    if (path[0] != '~' || (path[1] && path[1] != '/' && path[1] != '\\') || !home || !*home)
        return mem_string(path);
    size_t home_size = strlen(home), rest_size = strlen(path + 1) + 1;
    char *whole = mem_alloc(home_size + rest_size, 1);
    memcpy(whole, home, home_size);
    memcpy(whole + home_size, path + 1, rest_size);
    return whole;
}

/* The next word at *at into out (as large as the rest of the line), and *at behind it. *tilde: a `~`
 * in front was not quoted. */
static bool next_word(const char **at, bool backslash, char *out, bool *tilde, struct err *err)
{
    const char *in = *at;
    char quote = 0;
    *tilde = *in == '~';
    for (; *in && (quote || !is_blank(*in)); in++) {
        if (quote && *in == quote)
            quote = 0;
        else if (!quote && (*in == '\'' || *in == '"'))
            quote = *in;
        else if (backslash && *in == '\\' && in[1] &&
                 (!quote || (quote == '"' && (in[1] == '"' || in[1] == '\\'))))
            *out++ = *++in;
        else
            *out++ = *in;
    }
    *out = '\0';
    *at = skip_blanks(in);
    if (quote)
        return err_set(err, ERR_FORMAT, "A %c is open: close it with another one.", quote);
    return true;
}

static bool take_words(const char *rest, bool backslash, struct command *command, struct err *err)
{
    char *word = mem_alloc(strlen(rest) + 1, 1);
    bool ok = true, tilde;
    while (ok && *rest) {
        ok = next_word(&rest, backslash, word, &tilde, err);
        if (!ok || !*word)
            continue;
        command->words =
            mem_resize(command->words, command->word_count + 1, sizeof *command->words);
        command->words[command->word_count++] = tilde ? with_home(word) : mem_string(word);
    }
    mem_free(word);
    return ok;
}

/* "3" or "#3" at the front of text; *rest is what follows it and blanks. */
static bool take_number_before(const char *text, struct command *command, const char **rest)
{
    char digits[16];
    uint64_t number = 0;
    size_t size;
    text += *text == '#';
    size = strcspn(text, " \t\r\n");
    if (size >= sizeof digits)
        return false;
    memcpy(digits, text, size);
    digits[size] = '\0';
    if (!str_to_u64(digits, FILES_MAX, &number) || number == 0)
        return false;
    command->number = (unsigned)number;
    *rest = skip_blanks(text + size);
    return true;
}

static bool take_number(const char *text, struct command *command)
{
    const char *rest;
    return take_number_before(text, command, &rest) && !*rest;
}

/* "90s", "10m", "2h", "7d" */
static bool read_time(const char *text, uint32_t *seconds)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    char digits[12];
    uint64_t number;
    size_t size = strlen(text);
    if (size < 2 || size > sizeof digits)
        return false;
    memcpy(digits, text, size - 1);
    digits[size - 1] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (units[i].unit != text[size - 1])
            continue;
        if (!str_to_u64(digits, SECONDS_MAX / units[i].seconds, &number) || number == 0)
            return false;
        *seconds = (uint32_t)number * units[i].seconds;
        return true;
    }
    return false;
}

static bool take_person(const struct command_row *row, const char *rest, bool backslash,
                        struct command *command, struct err *err)
{
    if (!take_words(rest, backslash, command, err))
        return false;
    size_t most = row->takes == TAKES_PERSON_AND_TIME ? 2 : 1;
    if (command->word_count == 0 || command->word_count > most ||
        strlen(command->words[0]) > TARGET_MAX || command->words[0][0] == '\0' ||
        (command->word_count == 2 && !read_time(command->words[1], &command->seconds)))
        return err_set(err, ERR_FORMAT, "%s (a name with spaces stands in \"quotes\").",
                       row->lacks);
    command->action = row->word + 1;
    return true;
}

static void take_text(const char *rest, struct command *command)
{
    size_t size = strlen(rest);
    while (size > 0 && is_blank(rest[size - 1]))
        size--;
    command->text = mem_copy(rest, size + 1);
    command->text[size] = '\0';
}

/* "private" and a blank in front; *rest is what follows. */
static bool is_private(const char **rest)
{
    static const char word[] = "private";
    const size_t size = sizeof word - 1;
    if (!str_starts(*rest, word) || !is_blank((*rest)[size]))
        return false;
    *rest = skip_blanks(*rest + size);
    return true;
}

static bool unknown(const char *line, struct err *err)
{
    char word[64], shown[3 * sizeof word];
    str_format(word, sizeof word, "%.*s", (int)strcspn(line, " \t\r\n"), line);
    utf8_show(word, false, shown, sizeof shown);
    return err_set(err, ERR_NOT_FOUND,
                   "There is no command %s, so nothing was sent. !help lists what there is; to "
                   "say something that begins with a !, type it twice.",
                   shown);
}

bool command_parse(const char *line, bool backslash, struct command *command, struct err *err)
{
    const char *start = skip_blanks(line);
    size_t size = strcspn(start, " \t\r\n");
    if (!*start) {
        command->kind = COMMAND_NOTHING;
        return true;
    }
    if (start[0] != '!' || start[1] == '!') {
        command->kind = COMMAND_SAY;
        command->text = mem_string(start[0] == '!' ? start + 1 : line);
        return true;
    }
    for (size_t i = 0; i < ROWS; i++) {
        const struct command_row *row = &rows[i];
        const char *rest = skip_blanks(start + size);
        bool enough = true;
        if (strlen(row->word) != size || memcmp(row->word, start, size) != 0)
            continue;
        command->kind = row->kind;
        if (row->takes == TAKES_WORDS) {
            if (!take_words(rest, backslash, command, err))
                return false;
            enough = command->word_count > 0;
        } else if (row->takes == TAKES_PERSON || row->takes == TAKES_PERSON_AND_TIME) {
            return take_person(row, rest, backslash, command, err);
        } else if (row->takes == TAKES_PLACE) {
            enough = !*rest || take_number(rest, command);
        } else if (row->takes == TAKES_NUMBER) {
            enough = take_number(rest, command);
        } else if (row->takes == TAKES_TEXT) {
            take_text(rest, command);
            enough = *command->text;
        } else if (row->takes == TAKES_PLACE_AND_TEXT) {
            enough = take_number_before(rest, command, &rest);
            take_text(rest, command);
            enough = enough && *command->text;
        } else if (row->takes == TAKES_NEW_ROOM) {
            command->private_room = is_private(&rest);
            take_text(rest, command);
            enough = *command->text;
        }
        return enough || err_set(err, ERR_FORMAT, "%s", row->lacks);
    }
    return unknown(start, err);
}

void command_finish(struct command *command)
{
    for (size_t i = 0; i < command->word_count; i++)
        mem_free(command->words[i]);
    mem_free(command->words);
    mem_free(command->text);
    memset(command, 0, sizeof *command);
}
