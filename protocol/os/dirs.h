/* dirs.h - where this person's files go on this system. Each function fills out[OS_PATH_MAX], makes
 * the folder, and falls back to the temporary folder if there is no home. XDG folders on Linux,
 * known folders on Windows, ~/Library on macOS. */
#ifndef CONFAB_OS_DIRS_H
#define CONFAB_OS_DIRS_H

#include <stdbool.h>
#include <stddef.h>

void dirs_config(char *out);    /* settings and secrets: $XDG_CONFIG_HOME/confab */
void dirs_data(char *out);      /* the server's data: $XDG_DATA_HOME/confab */
void dirs_cache(char *out);     /* received media and previews: $XDG_CACHE_HOME/confab */
void dirs_downloads(char *out); /* the person's own download folder (user-dirs.dirs), not ours */
void dirs_temp(char *out);
/* The folder of the running program. */
void dirs_program(char *out);
/* What came with it, wherever that was put: a file or folder that it shows ("icons/send.svg", "fonts",
 * "notices.txt"), a program that it starts ("confab-media"). Beside the program, else where each
 * system installs such things: places.c. False, and out is "", if it is nowhere. Any thread. */
bool dirs_asset(char *out, const char *name);
bool dirs_helper(char *out, const char *name);
/* The person's name as the system knows it (full name, else login), "" if none. */
void dirs_user_name(char *out, size_t size);
/* This computer's name, "this computer" if none. */
void dirs_host_name(char *out, size_t size);

#endif
