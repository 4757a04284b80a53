#include "tests/bench/load.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"

int64_t load_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t load_own_cpu(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* Nanoseconds from schedstat where the kernel keeps it, else utime + stime of stat in ticks. */
static int64_t thread_cpu(const char *folder)
{
    char path[320], line[1024];
    int64_t ns = 0;
    str_format(path, sizeof path, "%s/schedstat", folder);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        bool told = fscanf(file, "%" SCNd64, &ns) == 1;
        fclose(file);
        if (told)
            return ns;
    }
    str_format(path, sizeof path, "%s/stat", folder);
    file = fopen(path, "r");
    if (file == NULL)
        return 0; /* the thread ended */
    unsigned long user = 0, system = 0;
    const char *after = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    if (after != NULL)
        sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (int64_t)(user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
}

int64_t load_server_cpu(int pid)
{
    char path[288];
    int64_t ns = 0;
    if (pid == 0)
        return 0;
    str_format(path, sizeof path, "/proc/%d/task", pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        die("process %d is not there: did the server end?", pid);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        str_format(path, sizeof path, "/proc/%d/task/%s", pid, entry->d_name);
        ns += thread_cpu(path);
    }
    closedir(folder);
    return ns;
}

uint64_t load_server_rss(int pid)
{
    char path[64];
    uint64_t pages = 0;
    if (pid == 0)
        return 0;
    str_format(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die("process %d is not there: did the server end?", pid);
    if (fscanf(file, "%*u %" SCNu64, &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void stretch_begin(const struct load *load, struct stretch *stretch)
{
    stretch->own = load_own_cpu();
    stretch->server = load_server_cpu(load->pid);
    stretch->start = load_now();
}

void stretch_end(const struct load *load, struct stretch *stretch)
{
    double ns = (double)(load_now() - stretch->start);
    double server = (double)(load_server_cpu(load->pid) - stretch->server);
    stretch->seconds = ns / 1e9;
    stretch->load_share = (double)(load_own_cpu() - stretch->own) / ns;
    stretch->server_share = server / ns;
    stretch->server_us = server / 1000;
}
