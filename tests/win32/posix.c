#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "protocol/os/sock.h"

/* Declared by hand: posix.h and winsock2.h are two of the same. */

/* POSIX needs no beginning, and changes no byte of what is read and written. */
__attribute__((constructor)) static void start(void)
{
    static LONG started;
    if (InterlockedExchange(&started, 1) == 0) {
        _setmode(0, _O_BINARY);
        _setmode(1, _O_BINARY);
        sock_start();
    }
}

uint16_t posix_swap16(uint16_t value)
{
    return (uint16_t)(value << 8 | value >> 8);
}

uint32_t posix_swap32(uint32_t value)
{
    return __builtin_bswap32(value);
}

int posix_socket(int family, int kind, int protocol)
{
    start();
    return (int)socket(family, kind, protocol);
}

int posix_bind(int sock, const struct sockaddr *address, int size)
{
    return bind((SOCKET)sock, address, size);
}

int posix_listen(int sock, int backlog)
{
    return listen((SOCKET)sock, backlog);
}

int posix_accept(int sock, struct sockaddr *address, int *size)
{
    return (int)accept((SOCKET)sock, address, size);
}

int posix_connect(int sock, const struct sockaddr *address, int size)
{
    return connect((SOCKET)sock, address, size);
}

int posix_getsockname(int sock, struct sockaddr *address, int *size)
{
    return getsockname((SOCKET)sock, address, size);
}

int posix_setsockopt(int sock, int level, int option, const void *value, int size)
{
    return setsockopt((SOCKET)sock, level, option, value, size);
}

int posix_shutdown(int sock, int how)
{
    return shutdown((SOCKET)sock, how);
}

/* Two ends of a TCP connection on loopback. */
int posix_socketpair(int family, int kind, int protocol, int ends[2])
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    int size = sizeof here;
    (void)family;
    (void)kind;
    (void)protocol;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = posix_socket(AF_INET, SOCK_STREAM, 0);
    if (posix_bind(listener, (struct sockaddr *)&here, size) != 0 ||
        posix_listen(listener, 1) != 0 ||
        posix_getsockname(listener, (struct sockaddr *)&here, &size) != 0)
        return -1;
    ends[0] = posix_socket(AF_INET, SOCK_STREAM, 0);
    if (posix_connect(ends[0], (struct sockaddr *)&here, size) != 0)
        return -1;
    ends[1] = posix_accept(listener, NULL, NULL);
    closesocket((SOCKET)listener);
    BOOL on = TRUE; /* AF_UNIX holds nothing back either */
    for (int i = 0; i < 2; i++)
        posix_setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return ends[1] < 0 ? -1 : 0;
}

#define OUR_DONTWAIT 0x40000000

static bool has_bytes(int sock)
{
    fd_set set = {.fd_count = 1, .fd_array = {(SOCKET)sock}};
    struct timeval now = {0};
    return select(0, &set, NULL, NULL, &now) > 0;
}

ssize_t posix_send(int sock, const void *bytes, size_t size, int flags)
{
    return send((SOCKET)sock, bytes, (int)size, flags & ~OUR_DONTWAIT);
}

ssize_t posix_recv(int sock, void *bytes, size_t size, int flags)
{
    if ((flags & OUR_DONTWAIT) && !has_bytes(sock))
        return -1;
    return recv((SOCKET)sock, bytes, (int)size, flags & ~OUR_DONTWAIT);
}

static bool is_socket(int fd)
{
    int kind, size = sizeof kind;
    start();
    return getsockopt((SOCKET)fd, SOL_SOCKET, SO_TYPE, (char *)&kind, &size) == 0;
}

int posix_close(int fd)
{
    return is_socket(fd) ? closesocket((SOCKET)fd) : _close(fd);
}

ssize_t posix_read(int fd, void *bytes, size_t size)
{
    return is_socket(fd) ? posix_recv(fd, bytes, size, 0) : _read(fd, bytes, (unsigned)size);
}

ssize_t posix_write(int fd, const void *bytes, size_t size)
{
    return is_socket(fd) ? posix_send(fd, bytes, size, 0) : _write(fd, bytes, (unsigned)size);
}

int fcntl(int fd, int command, int value)
{
    u_long on = value != 0;
    (void)command;
    return ioctlsocket((SOCKET)fd, (long)FIONBIO, &on);
}

int pipe(int ends[2]);
int pipe(int ends[2])
{
    return _pipe(ends, 65536, _O_BINARY);
}

static struct {
    FILE *file;
    char **text;
    size_t *size;
} stream;

FILE *open_memstream(char **text, size_t *size);
FILE *open_memstream(char **text, size_t *size)
{
    char folder[MAX_PATH], path[MAX_PATH];
    if (!GetTempPathA(MAX_PATH, folder) || !GetTempFileNameA(folder, "mem", 0, path))
        return NULL;
    stream.file = fopen(path, "w+bD"); /* D: gone when it is closed */
    stream.text = text;
    stream.size = size;
    return stream.file;
}

int posix_fclose(FILE *file);
int posix_fclose(FILE *file)
{
    if (file == stream.file) {
        *stream.size = (size_t)ftell(file);
        *stream.text = calloc(1, *stream.size + 1);
        rewind(file);
        *stream.size = fread(*stream.text, 1, *stream.size, file);
        stream.file = NULL;
    }
    return fclose(file);
}

struct posix_pollfd {
    int fd;
    short events, revents;
};
int poll(struct posix_pollfd *fds, unsigned count, int timeout_ms);
int poll(struct posix_pollfd *fds, unsigned count, int timeout_ms)
{
    if (count == 1 && timeout_ms == 0 && !is_socket(fds->fd)) { /* a pipe, to read from */
        DWORD there = 0;
        /* one that was closed is ready, too */
        return !PeekNamedPipe((HANDLE)_get_osfhandle(fds->fd), NULL, 0, NULL, &there, NULL) ||
               there > 0;
    }
    struct sock_set *set = sock_set_create();
    for (unsigned i = 0; i < count; i++)
        sock_set_add(set, fds[i].fd,
                     (fds[i].events & 1 ? SOCK_READ : 0) | (fds[i].events & 4 ? SOCK_WRITE : 0));
    int ready = sock_set_wait(set, timeout_ms, NULL);
    for (unsigned i = 0; i < count; i++) {
        unsigned is = sock_set_ready(set, fds[i].fd);
        fds[i].revents = (short)((is & SOCK_READ ? 1 : 0) | (is & SOCK_WRITE ? 4 : 0));
    }
    sock_set_destroy(set);
    return ready;
}

struct body {
    void *(*run)(void *);
    void *arg;
};

static unsigned __stdcall run(void *arg)
{
    struct body body = *(struct body *)arg;
    free(arg);
    body.run(body.arg);
    return 0;
}

int pthread_create(void **thread, const void *none, void *(*body)(void *), void *arg);
int pthread_create(void **thread, const void *none, void *(*body)(void *), void *arg)
{
    struct body *start_with = malloc(sizeof *start_with);
    (void)none;
    *start_with = (struct body){body, arg};
    *thread = (HANDLE)_beginthreadex(NULL, 0, run, start_with, 0, NULL);
    return *thread ? 0 : -1;
}

int pthread_join(void *thread, void **none);
int pthread_join(void *thread, void **none)
{
    (void)none;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 0;
}

char *mkdtemp(char *path);
char *mkdtemp(char *path)
{
    static LONG number;
    char digits[16];
    char *end = path + strlen(path) - 6;
    for (int i = 0; i < 1000; i++) {
        unsigned mixed = (unsigned)(GetCurrentProcessId() * 7919 + GetTickCount() * 31 +
                                    (DWORD)InterlockedIncrement(&number) * 104729);
        snprintf(digits, sizeof digits, "%06u", mixed % 1000000);
        memcpy(end, digits, 6);
        if (CreateDirectoryA(path, NULL))
            return path;
        if (GetLastError() != ERROR_ALREADY_EXISTS)
            return NULL;
    }
    return NULL;
}

char *realpath(const char *path, char *out);
char *realpath(const char *path, char *out)
{
    return GetFullPathNameA(path, 4096, out, NULL) ? out : NULL;
}

int setenv(const char *name, const char *value, int overwrite);
int setenv(const char *name, const char *value, int overwrite)
{
    return overwrite || !getenv(name) ? _putenv_s(name, value) : 0;
}

int unsetenv(const char *name);
int unsetenv(const char *name)
{
    return _putenv_s(name, "");
}
