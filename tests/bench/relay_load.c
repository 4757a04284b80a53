/* relay_load.c - loads a relay that runs already and prints one line of JSON; relay.py starts the
 * relays and this.
 *
 *   relay_load SCENE DRIVER PORT [receivers=N] [seconds=S] [window=N] [size=BYTES] [rate=N] [idle=N]
 *              [megabytes=N] [pid=SERVER] */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"
#include "tests/bench/load.h"

static const struct driver *const drivers[] = {&driver_confab,  &driver_redis, &driver_nats,
                                               &driver_mqtt,    &driver_irc,   &driver_floor,
                                               &driver_sendfile};

static const struct driver *find_driver(const char *name)
{
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        if (str_equal(drivers[i]->name, name))
            return drivers[i];
    }
    die("\"%s\" is no driver", name);
}

typedef void scene_run(struct load *load, uint32_t receivers);

static scene_run *find_scene(const char *name, const struct load *load)
{
    static const struct {
        const char *name;
        scene_run *run;
        bool files;
    } scenes[] = {
        {"flood", scene_flood, false}, {"stops", scene_stops, false}, {"paced", scene_paced, false},
        {"files", scene_files, true},  {"mixed", scene_mixed, true},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        if (!str_equal(scenes[i].name, name))
            continue;
        if (scenes[i].files && (!load->driver->files || load->file_size == 0))
            die("%s needs megabytes=N, and a protocol that has files", name);
        return scenes[i].run;
    }
    die("\"%s\" is no scene", name);
}

/* The value of KEY=... among the words, or `otherwise`. */
static const char *value_of(char **words, const char *key, const char *otherwise)
{
    size_t size = strlen(key);
    for (; *words != NULL; words++) {
        if (strncmp(*words, key, size) == 0 && (*words)[size] == '=')
            return *words + size + 1;
    }
    return otherwise;
}

static uint32_t number_of(char **words, const char *key, uint32_t otherwise, uint32_t most)
{
    const char *text = value_of(words, key, NULL);
    uint64_t number;
    if (text == NULL)
        return otherwise;
    if (!str_to_u64(text, most, &number))
        die("%s is a number up to %u", key, most);
    return (uint32_t)number;
}

int main(int argc, char **argv)
{
    static struct load load;
    struct rlimit files;
    if (argc < 4)
        die("usage: relay_load SCENE DRIVER PORT [KEY=VALUE ...]");
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    load.driver = find_driver(argv[2]);
    load.port = (uint16_t)atoi(argv[3]);
    load.pid = (int)number_of(argv, "pid", 0, INT32_MAX);
    load.seconds = atof(value_of(argv, "seconds", "2"));
    load.text_size = number_of(argv, "size", 100, LOAD_TEXT_MAX);
    load.window = number_of(argv, "window", load.driver->window, 1000000);
    load.rate = number_of(argv, "rate", 100, 10000);
    load.idle = number_of(argv, "idle", 0, LOAD_LINKS_MAX - 1);
    load.file_size = (uint64_t)number_of(argv, "megabytes", 0, 1 << 20) << 20;
    if (load.text_size < LOAD_DIGITS || load.window == 0 || load.rate == 0)
        die("a text has %d bytes at least, a window one text, a second one text", LOAD_DIGITS);
    uint32_t receivers = number_of(argv, "receivers", 10, LOAD_LINKS_MAX - 1);
    load_init(&load);
    find_scene(argv[1], &load)(&load, receivers);
    load_finish(&load);
    return 0;
}
