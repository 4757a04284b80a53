/* folder.h - what tests of the server's folder begin and end with: a folder of their own, and the
 * disk's threads. One test program includes it once. */
#ifndef CONFAB_TESTS_FOLDER_H
#define CONFAB_TESTS_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "server/disk.h"
#include "tests/unit/tree.h"

static struct wake *wake;
static struct disk *disk;
static char folder[OS_PATH_MAX];

static int set_up(void **state)
{
    struct err err = {0};
    const char *temp = getenv("TMPDIR");
    (void)state;
    log_set_level(LOG_ERROR);
    str_format(folder, sizeof folder, "%s/confab-XXXXXX", temp != NULL ? temp : "/tmp");
    assert_non_null(mkdtemp(folder));
    wake = wake_create(&err);
    disk = disk_create(wake, &err);
    return wake != NULL && disk != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    disk_destroy(disk);
    wake_destroy(wake);
    remove_tree(folder);
    return file_info(folder).exists ? -1 : 0;
}

#endif
