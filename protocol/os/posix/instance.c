/* A socket in a folder of our own: $XDG_RUNTIME_DIR, or the configuration folder. A lock beside it says
 * who the first one is, for it goes with the process, which the socket's name does not. */
#include "protocol/os/instance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/posix/fd.h"
#include "protocol/os/wake.h"

#define WAITING_MAX 16
#define HEAR_MS 1000 /* a caller has as long for its word */
#define AGAIN_MS 20  /* between two tries to reach one that is only starting */

struct instance {
    os_file lock;
    os_sock listener;
    struct wake *wake;
    struct sock_set *set;
    struct sockaddr_un at;
};

struct instance_caller {
    os_sock sock;
};

static bool is_own(const char *path)
{
    struct stat info;
    return path[0] == '/' && stat(path, &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == geteuid() && (info.st_mode & 022) == 0;
}

/* The person's folder of sockets, if there is one that others can't write to. In a Flatpak each start has another one, and
 * they share one of those in it. */
static bool find_run_folder(char out[OS_PATH_MAX])
{
    const char *run = getenv("XDG_RUNTIME_DIR"), *id = getenv("FLATPAK_ID");
    if (run && id && id[0] && str_format(out, OS_PATH_MAX, "%s/app/%s", run, id) && is_own(out))
        return true;
    return run && str_copy(out, OS_PATH_MAX, run) && is_own(out);
}

/* The folder of lock and socket. The computer is part of its name: homes are shared between them, and
 * a socket is not. */
static bool find_folder(const char *name, char folder[OS_PATH_MAX], struct sockaddr_un *at)
{
    char whole[OS_PATH_MAX + 300], host[256], hex[SHA256_HEX_SIZE], own[32], base[OS_PATH_MAX];
    if (!find_run_folder(base))
        dirs_config(base);
    dirs_host_name(host, sizeof host);
    str_format(whole, sizeof whole, "%s\n%s", host, name);
    sha256_hex(whole, strlen(whole), hex);
    str_format(own, sizeof own, "confab-%.16s", hex);
    *at = (struct sockaddr_un){.sun_family = AF_UNIX};
    return path_join(folder, base, own) &&
           str_format(at->sun_path, sizeof at->sun_path, "%s/open", folder);
}

static os_sock make_socket(void)
{
    const int sock = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sock < 0)
        return OS_SOCK_NONE;
    if (fd_close_on_exec(sock) && fd_never_block(sock))
        return sock;
    close(sock);
    return OS_SOCK_NONE;
}

static bool peer_is_us(int sock)
{
#ifdef __linux__
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
#else
    uid_t user;
    gid_t group;
    return getpeereid(sock, &user, &group) == 0 && user == geteuid();
#endif
}

static bool begin_to_listen(struct instance *instance, struct err *err)
{
    instance->listener = make_socket();
    if (instance->listener == OS_SOCK_NONE)
        return err_set_errno(err, errno, "No socket for later starts");
    const int sock = (int)instance->listener;
    unlink(instance->at.sun_path); /* of one that crashed: the lock is ours */
    if (bind(sock, (const struct sockaddr *)&instance->at, sizeof instance->at) != 0 ||
        chmod(instance->at.sun_path, 0600) != 0 || listen(sock, WAITING_MAX) != 0)
        return err_set_errno(err, errno, "%s can't be listened at", instance->at.sun_path);
    return true;
}

struct instance *instance_keep(const char *name, struct err *err)
{
    char folder[OS_PATH_MAX];
    struct instance *instance = mem_alloc(1, sizeof *instance);
    instance->lock = OS_FILE_NONE;
    instance->listener = OS_SOCK_NONE;
    bool ok = find_folder(name, folder, &instance->at) ||
              err_set(err, ERR_LIMIT, "The path %s is too long for a socket.", folder);
    ok = ok && file_make_folder(folder, err) && file_lock_folder(folder, &instance->lock, err) &&
         begin_to_listen(instance, err);
    instance->wake = ok ? wake_create(err) : NULL;
    if (!instance->wake) {
        instance_destroy(instance);
        return NULL;
    }
    instance->set = sock_set_create();
    return instance;
}

void instance_destroy(struct instance *instance)
{
    if (!instance)
        return;
    if (instance->listener != OS_SOCK_NONE) /* while the lock is still ours */
        unlink(instance->at.sun_path);
    sock_close(instance->listener);
    file_close(instance->lock);
    wake_destroy(instance->wake);
    sock_set_destroy(instance->set);
    mem_free(instance);
}

void instance_stop(struct instance *instance)
{
    wake_ring(instance->wake);
}

/* Until sock is ready or the time has come. */
static bool wait_ready(struct sock_set *set, os_sock sock, unsigned want, int64_t until_ms)
{
    const int64_t left_ms = until_ms - clock_now_ms();
    sock_set_clear(set);
    sock_set_add(set, sock, want);
    return left_ms > 0 && sock_set_wait(set, left_ms, NULL) > 0;
}

/* A line without its end. */
static bool read_line(struct sock_set *set, os_sock sock, char *line, size_t size, int64_t until_ms)
{
    size_t used = 0, got;
    while (used < size && wait_ready(set, sock, SOCK_READ, until_ms)) {
        const enum sock_status status = sock_receive(sock, line + used, size - used, &got);
        if (status == SOCK_AGAIN)
            continue;
        if (status != SOCK_OK)
            return false;
        used += got;
        if (line[used - 1] == '\n') {
            line[used - 1] = '\0';
            return strlen(line) == used - 1;
        }
    }
    return false;
}

bool instance_hear(struct instance *instance, char word[INSTANCE_WORD_SIZE],
                   struct instance_caller **caller)
{
    for (;;) {
        sock_set_clear(instance->set);
        sock_set_add(instance->set, instance->listener, SOCK_READ);
        sock_set_add(instance->set, wake_sock(instance->wake), SOCK_READ);
        if (sock_set_wait(instance->set, -1, NULL) < 0 ||
            sock_set_ready(instance->set, wake_sock(instance->wake)))
            return false;
        const int sock = accept((int)instance->listener, NULL, NULL);
        if (sock < 0) { /* no descriptor is left, perhaps: the listener stays readable */
            wait_ready(instance->set, wake_sock(instance->wake), SOCK_READ,
                       clock_now_ms() + HEAR_MS);
            continue;
        }
        if (fd_close_on_exec(sock) && fd_never_block(sock) && peer_is_us(sock) &&
            read_line(instance->set, sock, word, INSTANCE_WORD_SIZE, clock_now_ms() + HEAR_MS)) {
            *caller = mem_alloc(1, sizeof **caller);
            (*caller)->sock = sock;
            return true;
        }
        close(sock);
    }
}

bool instance_answer(struct instance_caller *caller, bool took)
{
    size_t moved;
    char end;
    /* a caller says nothing behind its word: what can be read is that it has gone */
    const bool here = sock_receive(caller->sock, &end, 1, &moved) == SOCK_AGAIN;
    const bool ok =
        here && took && sock_send(caller->sock, "ok\n", 3, &moved) == SOCK_OK && moved == 3;
    sock_close(caller->sock);
    mem_free(caller);
    return ok;
}

static bool tell(struct sock_set *set, const struct sockaddr_un *at, const char *line,
                 int64_t until_ms)
{
    char answer[8];
    size_t moved;
    const os_sock sock = make_socket();
    if (sock == OS_SOCK_NONE)
        return false;
    const bool ok =
        connect((int)sock, (const struct sockaddr *)at, sizeof *at) == 0 && peer_is_us((int)sock) &&
        sock_send(sock, line, strlen(line), &moved) == SOCK_OK && moved == strlen(line) &&
        read_line(set, sock, answer, sizeof answer, until_ms) && str_equal(answer, "ok");
    sock_close(sock);
    return ok;
}

bool instance_tell(const char *name, const char *word, int timeout_ms)
{
    char folder[OS_PATH_MAX], line[INSTANCE_WORD_SIZE];
    struct sockaddr_un at;
    if (strchr(word, '\n') || !str_format(line, sizeof line, "%s\n", word) ||
        !find_folder(name, folder, &at))
        return false;
    struct sock_set *set = sock_set_create();
    const bool told = tell(set, &at, line, clock_now_ms() + timeout_ms);
    if (!told) { /* it may be between its lock and its socket */
        sock_set_clear(set);
        sock_set_wait(set, AGAIN_MS < timeout_ms ? AGAIN_MS : timeout_ms, NULL);
    }
    sock_set_destroy(set);
    return told;
}
