/* The terminal client's pure parts: its command line, what a typed line means, the questions, and
 * lines for people. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "client/model/model.h"
#include "client/terminal/ask.h"
#include "client/terminal/command.h"
#include "client/terminal/files.h"
#include "client/terminal/lines.h"
#include "client/terminal/options.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

#define WORDS_MAX 16

/* ---- the command line ---- */

static bool parse(struct options *options, struct err *err, const char *words)
{
    static char copy[512];
    const char *argv[WORDS_MAX] = {"confab-cli"};
    int argc = 1;
    str_copy(copy, sizeof copy, words);
    for (char *word = strtok(copy, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
        argv[argc++] = word;
    memset(options, 0, sizeof *options);
    return options_parse(options, argc, argv, err);
}

static void assert_no_options(const char *words)
{
    struct options options;
    struct err err = {0};
    if (parse(&options, &err, words))
        fail_msg("\"%s\" was taken", words);
    assert_true(err.text[0]);
    options_finish(&options);
}

static void a_command_line(void **state)
{
    (void)state;
    struct options options;
    struct err err = {0};
    assert_true(parse(&options, &err,
                      "host.lan 6000 --name ann --room=garden --yes --terminal "
                      "--send a.jpg --send=b.jpg --downloads d"));
    assert_string_equal(options.address, "host.lan 6000");
    assert_string_equal(options.name, "ann");
    assert_string_equal(options.room, "garden");
    assert_string_equal(options.downloads, "d");
    assert_true(options.yes && options.terminal && !options.json && !options.listen);
    assert_int_equal(options.file_count, 2);
    assert_string_equal(options.files[1], "b.jpg");
    options_finish(&options);
    assert_true(parse(&options, &err, "confab://h:1/r --json --listen --for 5"));
    assert_string_equal(options.address, "confab://h:1/r");
    assert_int_equal(options.seconds, 5);
    options_finish(&options);
    assert_true(parse(&options, &err, "--name ann -- -host"));
    assert_string_equal(options.address, "-host");
    options_finish(&options);
    assert_true(parse(&options, &err, "--help") && options.help);
}

static void a_command_line_that_makes_no_sense(void **state)
{
    (void)state;
    char words[600];
    assert_no_options("");
    assert_no_options("host 70000");
    assert_no_options("host 0");
    assert_no_options("host five");
    assert_no_options("host 1 2");
    assert_no_options("host --name");
    assert_no_options("host --name=");
    assert_no_options("host --yes=no");
    assert_no_options("host --frob");
    assert_no_options("host --nam x");
    assert_no_options("host --for 5");
    assert_no_options("host --listen --for 0");
    assert_no_options("host --listen --for 31622401"); /* OPTIONS_SECONDS_MAX and one more */
    assert_no_options("[::1 5050");
    assert_no_options("host --room a/b");
    assert_no_options("host --name \x07");
    memset(words, ' ', sizeof words); /* an address may stand between blanks */
    words[0] = 'h';
    words[ADDRESS_TEXT_MAX - 1] = '\0';
    struct options options = {0};
    struct err err = {0};
    const char *argv[] = {"confab-cli", words};
    assert_true(options_parse(&options, 2, argv, &err));
    words[ADDRESS_TEXT_MAX - 1] = ' ';
    words[ADDRESS_TEXT_MAX] = '\0';
    memset(&options, 0, sizeof options);
    assert_false(options_parse(&options, 2, argv, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void the_room_to_begin_in(void **state)
{
    (void)state;
    struct options options;
    struct err err = {0};
    assert_true(parse(&options, &err, "host"));
    assert_string_equal(options.first_room, "lobby");
    assert_true(parse(&options, &err, "confab://host/garden"));
    assert_string_equal(options.first_room, "garden");
    assert_true(parse(&options, &err, "confab://host/garden --room cellar"));
    assert_string_equal(options.first_room, "cellar");
}

/* ---- a typed line ---- */

static struct command command_of(const char *line, bool backslash)
{
    struct command command = {0};
    struct err err = {0};
    if (!command_parse(line, backslash, &command, &err))
        fail_msg("\"%s\" was refused: %s", line, err.text);
    return command;
}

static void assert_said(const char *line, const char *expected)
{
    struct command command = command_of(line, true);
    assert_int_equal(command.kind, COMMAND_SAY);
    assert_string_equal(command.text, expected);
    command_finish(&command);
}

static void assert_explained(const char *line, const char *word)
{
    struct command command = {0};
    struct err err = {0};
    if (command_parse(line, true, &command, &err))
        fail_msg("\"%s\" was taken", line);
    if (!strstr(err.text, word))
        fail_msg("no \"%s\" in \"%s\"", word, err.text);
    command_finish(&command);
}

static void talk_and_commands(void **state)
{
    (void)state;
    assert_said("hello !q", "hello !q");
    assert_said("  indented", "  indented");
    assert_said("!!q", "!q");
    assert_said("!!", "!");
    assert_int_equal(command_of("", true).kind, COMMAND_NOTHING);
    assert_int_equal(command_of(" \t", true).kind, COMMAND_NOTHING);
    assert_int_equal(command_of("!q", true).kind, COMMAND_QUIT);
    assert_int_equal(command_of(" !who ", true).kind, COMMAND_WHO);
    assert_int_equal(command_of("!rooms", true).kind, COMMAND_ROOMS);
    assert_int_equal(command_of("!help me", true).kind, COMMAND_HELP);
    struct command command = command_of("!join  the garden ", true);
    assert_int_equal(command.kind, COMMAND_JOIN);
    assert_string_equal(command.text, "the garden");
    command_finish(&command);
    assert_int_equal(command_of("!get 3", true).number, 3);
    assert_int_equal(command_of("!cancel #12 ", true).number, 12);
    assert_explained("!qq", "!qq");
    assert_explained("!Q", "!Q");
    assert_explained("!", "no command !");
    assert_explained("!\x1b[2J", "\xE2\x90\x9B"); /* shown as a picture */
    assert_explained("!join", "!join");
    assert_explained("!get", "!get");
    assert_explained("!get three", "!get");
    assert_explained("!get 0", "!get");
    assert_explained("!get 1 2", "!get");
    assert_explained("!get 1000000001", "!get"); /* FILES_MAX and one more */
    assert_explained("!send", "!send");
    assert_explained("!send ''", "!send");
    assert_explained("!send 'cat.jpg", "'");
}

static void assert_command(const char *line, enum command_kind kind, unsigned number,
                           const char *text)
{
    struct command command = command_of(line, true);
    assert_int_equal(command.kind, kind);
    assert_int_equal(command.number, number);
    assert_string_equal(command.text, text);
    command_finish(&command);
}

static void commands_about_messages_and_people(void **state)
{
    (void)state;
    assert_command("!reply 2 yes,  I do ", COMMAND_REPLY, 2, "yes,  I do");
    assert_command("!reply #2 3 of them", COMMAND_REPLY, 2, "3 of them");
    assert_command("!edit 1 !q", COMMAND_EDIT, 1, "!q");
    assert_command("!react 3 \xF0\x9F\x91\x8D", COMMAND_REACT, 3, "\xF0\x9F\x91\x8D");
    assert_command("!dm \"Ann Lee\" hi", COMMAND_DIRECT, 0, "\"Ann Lee\" hi");
    assert_command("!invite Ann Lee", COMMAND_INVITE, 0, "Ann Lee");
    assert_command("!make attic", COMMAND_MAKE, 0, "attic");
    assert_command("!make private", COMMAND_MAKE, 0, "private"); /* a room of that name */
    struct command command = command_of("!make private  attic", true);
    assert_true(command.private_room);
    assert_string_equal(command.text, "attic");
    command_finish(&command);
    assert_int_equal(command_of("!last", true).number, 0);
    assert_int_equal(command_of("!last 7", true).number, 7);
    assert_int_equal(command_of("!leave", true).kind, COMMAND_LEAVE);
    assert_explained("!reply", "!reply");
    assert_explained("!reply hello", "!reply");
    assert_explained("!reply 1", "!reply");
    assert_explained("!reply 0 hello", "!reply");
    assert_explained("!edit 1 ", "!edit");
    assert_explained("!react 2", "!react");
    assert_explained("!react 1000000001 x", "!react");
    assert_explained("!dm", "!dm");
    assert_explained("!invite ", "!invite");
    assert_explained("!make", "!make");
    assert_explained("!last x", "!last");
}

static void assert_paths(const char *line, bool backslash, const char *expected)
{
    struct command command = command_of(line, backslash);
    char joined[512] = "";
    assert_int_equal(command.kind, COMMAND_SEND);
    for (size_t i = 0; i < command.word_count; i++) {
        size_t used = strlen(joined);
        str_format(joined + used, sizeof joined - used, "<%s>", command.words[i]);
    }
    assert_string_equal(joined, expected);
    command_finish(&command);
}

static void paths_of_files(void **state)
{
    (void)state;
    setenv("HOME", "/home/ann", 1);
    assert_paths("!send a b  c ", true, "<a><b><c>");
    assert_paths("!send \"a b\" 'c \"d'", true, "<a b><c \"d>");
    assert_paths("!send a\\ b\\'s.jpg", true, "<a b's.jpg>");
    assert_paths("!send 'a\\b' \"c\\\"d\\e\"", true, "<a\\b><c\"d\\e>");
    assert_paths("!send C:\\a\\b.jpg \\\\host\\x", false, "<C:\\a\\b.jpg><\\\\host\\x>");
    assert_paths("!send ~/cat.jpg ~ ~ann '~/x' a~", true,
                 "</home/ann/cat.jpg></home/ann><~ann><~/x><a~>");
    assert_paths("!send \xC3\xBC b\\", true, "<\xC3\xBC><b\\>");
}

static void numbers_of_files(void **state)
{
    (void)state;
    struct files files = {0};
    char name[NAME_SIZE];
    assert_null(files_find(&files, 1));
    assert_int_equal(files_number(&files, "lobby", "00000000000000aa"), 1);
    assert_int_equal(files_number(&files, "garden", "00000000000000aa"), 2);
    assert_int_equal(files_number(&files, "lobby", "00000000000000aa"), 1);
    assert_string_equal(files_find(&files, 2)->room, "garden");
    for (unsigned i = 0; i < FILES_KEPT; i++) {
        str_format(name, sizeof name, "%016x", i);
        assert_int_equal(files_number(&files, "r", name), i + 3);
    }
    assert_null(files_find(&files, 0));
    assert_null(files_find(&files, 2));
    assert_string_equal(files_find(&files, 3)->file, "0000000000000000");
    assert_null(files_find(&files, FILES_KEPT + 3));
    files_finish(&files);
}

/* ---- the questions ---- */

static void the_questions(void **state)
{
    (void)state;
    struct options none = {0}, all = {.yes = true, .terminal = true, .name = "ann"};
    struct err err = {0};
    char name[NAME_SIZE] = "";
    assert_string_equal(ask_question(ASK_CONNECT), "Would you like to connect (yes/no)?");
    assert_string_equal(ask_question(ASK_MODE),
                        "Enter your preference mode: 1.Terminal Mode 2.GUI Mode");
    assert_string_equal(ask_question(ASK_NAME), "Enter your Name :");
    assert_int_equal(ask_open(ASK_CONNECT, &none), ASK_CONNECT);
    assert_int_equal(ask_open(ASK_CONNECT, &all), ASK_DONE);
    assert_int_equal(ask_answer(ASK_CONNECT, &none, " Yes ", name, &err), ASK_MODE);
    assert_int_equal(ask_answer(ASK_CONNECT, &none, "maybe", name, &err), ASK_CONNECT);
    assert_int_equal(ask_answer(ASK_CONNECT, &none, "", name, &err), ASK_CONNECT);
    assert_int_equal(ask_answer(ASK_CONNECT, &none, "NO", name, &err), ASK_NO);
    assert_int_equal(ask_answer(ASK_CONNECT, &all, "y", name, &err), ASK_DONE);
    assert_int_equal(ask_answer(ASK_MODE, &none, "1", name, &err), ASK_NAME);
    assert_int_equal(ask_answer(ASK_MODE, &none, "2", name, &err), ASK_WINDOW);
    assert_int_equal(ask_answer(ASK_MODE, &none, "12", name, &err), ASK_MODE);
    assert_int_equal(err.kind, ERR_NONE);
    assert_int_equal(ask_answer(ASK_NAME, &none, " ", name, &err), ASK_NAME);
    assert_int_not_equal(err.kind, ERR_NONE);
    assert_int_equal(ask_answer(ASK_NAME, &none, " sravya ", name, &err), ASK_DONE);
    assert_string_equal(name, "sravya");
}

/* ---- lines ---- */

static const char *text_of(struct buf *out)
{
    buf_append(out, "", 1);
    return (const char *)buf_peek(out).data;
}

static struct message *row(enum message_kind kind, uint64_t seq, const char *from, const char *name)
{
    struct message *message = message_create(kind);
    message->seq = seq;
    str_copy(message->from, sizeof message->from, from);
    text_set(&message->name, name);
    return message;
}

static void assert_line(struct message *message, unsigned number, const char *expected)
{
    struct buf out;
    buf_init(&out, LINES_MAX);
    lines_message(&out, NULL, message, number);
    assert_string_equal(text_of(&out), expected);
    buf_finish(&out);
    message_destroy(message);
}

static void lines_of_the_room(void **state)
{
    (void)state;
    struct message *said = row(MESSAGE_TEXT, 1, "a", "sravya");
    text_set(&said->text, "hello");
    assert_line(said, 0, "[sravya] hello\n");
    said = row(MESSAGE_TEXT, 1, "a", "Zo\xC3\xAB");
    text_set(&said->text, "one\n[bob] two\n\n");
    assert_line(said, 0, "[Zo\xC3\xAB] one\n      [bob] two\n");
    said = row(MESSAGE_TEXT, 1, "a", "x\x1b]0;y\x07");
    text_set(&said->text, "a\x1b[31mb\rc\x7F\xC2\x9B");
    assert_line(said, 0,
                "[x\xE2\x90\x9B]0;y\xE2\x90\x87] a\xE2\x90\x9B[31mb\xE2\x90\x8D"
                "c\xE2\x90\xA1\xEF\xBF\xBD\n");
    assert_line(row(MESSAGE_JOINED, 1, "a", "sanjay"), 0, "sanjay joined the chat!\n");
    assert_line(row(MESSAGE_LEFT, 1, "a", "sravya"), 0, "sravya exited the chat\n");
    struct message *file = row(MESSAGE_FILE, 1, "a", "sravya");
    text_set(&file->file->label, "cat\x1b.jpg");
    file->file->size = 3100000;
    assert_line(file, 4, "[sravya] sends cat\xE2\x90\x9B.jpg (3.1 MB) #4\n");
}

static void sounds_and_films_say_how_long_they_are(void **state)
{
    (void)state;
    struct message *file = row(MESSAGE_FILE, 1, "a", "sravya");
    text_set(&file->file->label, "song.ogg");
    file->file->size = 48000;
    file->file->duration_ms = 200400;
    assert_line(file, 4, "[sravya] sends song.ogg (3:20, 48 KB) #4\n");
    file = row(MESSAGE_FILE, 1, "a", "sravya");
    text_set(&file->file->label, "film.mp4");
    file->file->size = 48000;
    file->file->duration_ms = 3723000;
    assert_line(file, 0, "[sravya] sends film.mp4 (1:02:03, 48 KB)\n");
    file = row(MESSAGE_FILE, 1, "a", "sravya");
    text_set(&file->file->label, "voice.ogg");
    file->file->size = 48000;
    file->file->duration_ms = 300; /* nothing is none long */
    file->file->voice = true;
    assert_line(file, 5, "[sravya] sends a voice message (0:01, 48 KB) #5\n");
}

static void the_longest_text_fits(void **state)
{
    (void)state;
    char name[NAME_SIZE] = "";
    struct buf out;
    for (int i = 0; i < NAME_CHARS_MAX; i++) /* as wide as a name can be */
        str_copy(name + strlen(name), sizeof name - strlen(name), "\xE6\x97\xA5");
    struct message *said = row(MESSAGE_TEXT, 1, "a", name);
    said->text = mem_alloc(TEXT_MAX + 1, 1);
    memset(said->text, '\n', TEXT_MAX); /* each becomes a line with a margin */
    said->text[TEXT_MAX - 1] = 'x';
    buf_init(&out, LINES_MAX);
    lines_message(&out, NULL, said, 0);
    const char *text = text_of(&out);
    assert_string_equal(text + strlen(text) - 8, "      x\n");
    buf_finish(&out);
    message_destroy(said);
}

static void earlier_lines_are_marked(void **state)
{
    (void)state;
    struct message *said = row(MESSAGE_TEXT, 1, "a", "ann");
    struct buf out;
    text_set(&said->text, "hi");
    buf_init(&out, LINES_MAX);
    lines_earlier(&out, NULL, said, 0, true);
    const char *text = text_of(&out);
    assert_memory_equal(text, "\x1b[2m", 4);
    assert_string_equal(strstr(text, " [ann]"), " [ann] hi\x1b[0m\n");
    buf_clear(&out);
    lines_earlier(&out, NULL, said, 0, false);
    assert_null(strchr(text_of(&out), '\x1b'));
    buf_finish(&out);
    message_destroy(said);
}

static void people_in_order_of_arrival(void **state)
{
    (void)state;
    struct model model;
    struct buf out;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    room_set_member(room, "m", "meena", true); /* here for longer than we know */
    room_set_member(room, "s", "sanjay", true);
    room_set_member(room, "v", "sravya", true);
    room_set_member(room, "g", "gone", false);
    room_sort_members(room);
    room_add_message(room, row(MESSAGE_JOINED, 1, "s", "sanjay"));
    room_add_message(room, row(MESSAGE_JOINED, 2, "v", "sravya"));
    room_add_message(room, row(MESSAGE_LEFT, 3, "s", "sanjay"));
    room_add_message(room, row(MESSAGE_JOINED, 4, "s", "sanjay"));
    buf_init(&out, LINES_MAX);
    lines_people(&out, room, "s");
    assert_string_equal(text_of(&out), "Total No of Clients: 3\nClient 1 : meena\n"
                                       "Client 2 : sravya\nClient 3 : sanjay\n");
    buf_clear(&out);
    lines_people(&out, room, "m"); /* we, before our own arrival is told */
    assert_string_equal(text_of(&out), "Total No of Clients: 3\nClient 1 : sravya\n"
                                       "Client 2 : sanjay\nClient 3 : meena\n");
    buf_finish(&out);
    model_finish(&model);
}

static void progress_of_a_file(void **state)
{
    (void)state;
    struct message *file = row(MESSAGE_FILE, 1, "a", "ann");
    char text[PROGRESS_SIZE];
    text_set(&file->file->label, "cat.jpg");
    file->file->transfer = (struct transfer){.upload = true, .done = 1200000, .size = 3100000};
    lines_progress(text, file, 4);
    assert_string_equal(text, "Sending #4 cat.jpg: 1.2 MB of 3.1 MB, 38 %");
    file->file->transfer.rate = 1000000;
    file->file->transfer.upload = false;
    lines_progress(text, file, 0);
    assert_string_equal(text, "Getting cat.jpg: 1.2 MB of 3.1 MB, 38 %, 1.0 MB/s, 2 s left");
    file->file->transfer.rate = 1000;
    lines_progress(text, file, 0);
    assert_non_null(strstr(text, ", 31 min 40 s left"));
    file->file->transfer.rate = 200;
    lines_progress(text, file, 0);
    assert_non_null(strstr(text, ", 2 h 38 min left"));
    file->file->transfer = (struct transfer){.upload = true};
    lines_progress(text, file, 0);
    assert_non_null(strstr(text, "100 %"));
    message_destroy(file);
}

static void texts_as_json(void **state)
{
    (void)state;
    const char *pairs[] = {"type", "saved", "path", "/a \"b\"\n\xC3\xBC", NULL};
    char *json = msg_json_texts(pairs);
    assert_string_equal(json, "{\"type\":\"saved\",\"path\":\"/a \\\"b\\\"\\n\xC3\xBC\"}");
    mem_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_line),
        cmocka_unit_test(a_command_line_that_makes_no_sense),
        cmocka_unit_test(the_room_to_begin_in),
        cmocka_unit_test(talk_and_commands),
        cmocka_unit_test(commands_about_messages_and_people),
        cmocka_unit_test(paths_of_files),
        cmocka_unit_test(numbers_of_files),
        cmocka_unit_test(the_questions),
        cmocka_unit_test(lines_of_the_room),
        cmocka_unit_test(sounds_and_films_say_how_long_they_are),
        cmocka_unit_test(the_longest_text_fits),
        cmocka_unit_test(earlier_lines_are_marked),
        cmocka_unit_test(people_in_order_of_arrival),
        cmocka_unit_test(progress_of_a_file),
        cmocka_unit_test(texts_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
