/* confab-cli: options, and which of the two ways. */
#include <stdio.h>
#include "client/terminal/options.h"
#include "client/terminal/prompt.h"
#include "client/terminal/terminal.h"
#include "protocol/base/versions.h"
#include "protocol/os/program.h"
#include "version.h"

int main(int argc, char **argv)
{
    struct options options = {0};
    struct err err = {0};
    char libraries[VERSIONS_SIZE] = "";
    int code;
    program_start(&argc, &argv);
    if (!options_parse(&options, argc, (const char *const *)argv, &err)) {
        terminal_complain(err.text);
        code = EXIT_USAGE;
    } else if (options.help) {
        fputs(options_help, stdout);
        code = EXIT_OK;
    } else if (options.version) {
        versions_add_base(libraries, sizeof libraries);
        printf("confab-cli %s\n%s", CONFAB_VERSION_FULL, libraries);
        code = EXIT_OK;
    } else if (prompt_is_possible() && !options.json && !options.listen &&
               options.file_count == 0) {
        code = chat_run(&options);
    } else {
        code = script_run(&options);
    }
    options_finish(&options);
    return code;
}
