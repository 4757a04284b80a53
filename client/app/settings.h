/* settings.h - "key = value" lines in the configuration folder. UI thread only.
 *
 * Keys that nobody knows are kept. Each change reads the file anew and writes it whole, so that two
 * programs that run at once keep each other's keys. */
#ifndef CONFAB_APP_SETTINGS_H
#define CONFAB_APP_SETTINGS_H

#include <stdbool.h>

#define SETTINGS_FILE_MAX 65536 /* bytes; a longer file is left alone */
#define SETTINGS_LINE_MAX 1024  /* a key with its value */

struct settings;
/* Where the program's own file is: out holds OS_PATH_MAX bytes. False if there is no such place. */
bool settings_path(char *out);
/* path: the file; NULL: keep all in memory, read and write nothing. */
struct settings *settings_create(const char *path);
void settings_destroy(struct settings *settings);
/* NULL if it is not there. Valid until the next settings_set(). */
const char *settings_get(const struct settings *settings, const char *key);
/* NULL removes it. Line ends in the value become spaces. That the disk does not take it is said in
 * the log only: nothing a person does fails for it. */
void settings_set(struct settings *settings, const char *key, const char *value);

#endif
