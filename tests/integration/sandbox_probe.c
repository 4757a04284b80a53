/* sandbox_probe.c: sandbox_probe look|draw|play|fonts|less FILE - enters the sandbox of confab-media and then tries what a file that took
 * over its decoder would try. Says "NAME done" or "NAME refused" for each on standard output, then waits for its input to end.
 * `less` enters as `fonts` first. FILE: one that anybody may read, and that may be overwritten. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "client/media/helper/sandbox.h"
#include "protocol/base/str.h"

static const char *path;
static pid_t parent; /* asked while that is allowed */
static struct rlimit core;

static void tell(const char *name, bool done)
{
    printf("%s %s\n", name, done ? "done" : "refused");
}

static void try_files(void)
{
    char name[4096];
    str_format(name, sizeof name, "%s.new", path);
    tell("open", open(path, O_RDONLY) >= 0);
    tell("openat", syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) >= 0);
    tell("fopen", fopen(path, "r") != NULL);
    tell("open-to-write", open(path, O_WRONLY) >= 0);
    tell("open-to-change", open(path, O_RDWR) >= 0);
    tell("create", open(name, O_WRONLY | O_CREAT, 0600) >= 0);
    tell("create-to-read", open(name, O_RDONLY | O_CREAT, 0600) >= 0);
    tell("cut", open(path, O_RDONLY | O_TRUNC) >= 0);
    tell("unlink", unlink(path) == 0);
    tell("rename", rename(path, name) == 0);
    tell("chmod", chmod(path, 0666) == 0);
    tell("truncate", truncate(path, 0) == 0);
    tell("mkdir", mkdir(name, 0700) == 0);
    tell("memfd", syscall(SYS_memfd_create, "x", 0) >= 0);
    tell("dup", dup(1) >= 0);
    int pair[2];
    tell("pipe", pipe(pair) == 0);
    tell("io_uring", syscall(425, 8, name) >= 0);
    tell("access-to-nothing", access("/none/such", R_OK) == 0);
    struct stat facts;
    tell("stat", stat(path, &facts) == 0);
    char byte;
    tell("read-complaints", read(2, &byte, 0) == 0 || errno != EPERM);
}

static void try_network(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tell("socket", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    tell("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    int pair[2];
    tell("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    /* of descriptor 0: also where it is a socket */
    tell("connect", connect(0, (struct sockaddr *)&to, sizeof to) == 0 || errno != EPERM);
    tell("bind", bind(0, (struct sockaddr *)&to, sizeof to) == 0 || errno != EPERM);
}

static void try_processes(void)
{
    char *const argv[] = {(char *)(uintptr_t) "/bin/true", NULL};
    tell("execve", execv(argv[0], argv) == 0 || errno != EPERM);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    tell("fork", child > 0);
    long raw = syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
    if (raw == 0)
        _exit(0);
    tell("clone", raw > 0);
    uint64_t clone_args[8] = {0};
    raw = syscall(435, clone_args, sizeof clone_args);
    if (raw == 0)
        _exit(0);
    tell("clone3", raw > 0);
    tell("kill", kill(parent, 0) == 0);
    tell("tgkill", syscall(SYS_tgkill, parent, parent, 0) == 0);
    tell("ptrace", ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0);
    tell("process_vm_readv", syscall(SYS_process_vm_readv, parent, NULL, 0, NULL, 0, 0) == 0);
    tell("unshare", unshare(CLONE_NEWUSER) == 0);
    tell("chroot", chroot("/") == 0 || errno != EPERM);
    tell("setuid", setuid(getuid()) == 0);
    tell("limit-others", prlimit(parent, RLIMIT_CORE, &core, NULL) == 0);
}

static void *thread_body(void *context)
{
    *(bool *)context = true;
    return NULL;
}

static void try_memory(void)
{
    void *code =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell("map-code", code != MAP_FAILED);
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell("map", data != MAP_FAILED);
    tell("make-code", mprotect(data, 4096, PROT_READ | PROT_EXEC) == 0);
    void *huge =
        mmap(NULL, HELPER_MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell("gigabyte", huge != MAP_FAILED);
    void *some = malloc(64 << 20);
    tell("memory", some != NULL);
    free(some);
    pthread_t thread;
    bool ran = false;
    bool made = pthread_create(&thread, NULL, thread_body, &ran) == 0;
    if (made)
        pthread_join(thread, NULL);
    tell("thread", made && ran);
    tell("processors", sysconf(_SC_NPROCESSORS_ONLN) > 0);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    char byte;
    if (argc != 3)
        return 2;
    path = argv[2];
    const char *kind = argv[1];
    parent = getppid();
    bool ok = getrlimit(RLIMIT_CORE, &core) == 0;
    if (strcmp(kind, "fonts") == 0 || strcmp(kind, "less") == 0)
        ok = sandbox_enter(SANDBOX_PLAY_FONTS, &err);
    if (ok && strcmp(kind, "fonts") != 0)
        ok = sandbox_enter(strcmp(kind, "look") == 0   ? SANDBOX_LOOK
                           : strcmp(kind, "draw") == 0 ? SANDBOX_DRAW
                                                       : SANDBOX_PLAY,
                           &err);
    if (!ok) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    tell("descriptor-3", fcntl(3, F_GETFD) >= 0); /* before any is opened */
    try_network();
    try_processes();
    try_memory();
    try_files();
    printf("end\n");
    fflush(stdout);
    while (read(0, &byte, 1) > 0)
        continue;
    return 0;
}
