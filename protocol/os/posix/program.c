#include "protocol/os/program.h"

/* NOLINTNEXTLINE(readability-non-const-parameter): on Windows both are changed */
void program_start(int *argc, char ***argv)
{
    (void)argc; /* all of it is so already */
    (void)argv;
}

bool program_has_output(void)
{
    return true;
}

bool program_has_error_output(void)
{
    return true;
}
