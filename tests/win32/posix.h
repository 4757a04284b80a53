/* posix.h - what the tests and their fakes use of POSIX, on Windows: sockets as small numbers, poll(),
 * threads, folders, the environment. Included before each of their files. No windows.h in here: its
 * macros (far, small, ERROR) are names in tests. */
#ifndef CONFAB_TESTS_WIN32_POSIX_H
#define CONFAB_TESTS_WIN32_POSIX_H

#include <fcntl.h>
#include <io.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

/* ---- sockets; close(), read() and write() take files as well ---- */
#define AF_UNIX 1
#define AF_INET 2
#define SOCK_STREAM 1
#define SOCK_CLOEXEC 0
#define SOL_SOCKET 0xffff
#define SO_RCVBUF 0x1002
#define SO_SNDBUF 0x1001
#define SO_ERROR 0x1007
#define SO_LINGER 0x80
#define IPPROTO_TCP 6
#define TCP_NODELAY 1
#define MSG_NOSIGNAL 0
#define MSG_PEEK 2
#define MSG_DONTWAIT 0x40000000 /* ours */
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define INADDR_LOOPBACK 0x7f000001u
#define FD_SETSIZE 64

typedef int socklen_t;
struct linger {
    uint16_t l_onoff, l_linger;
};
struct in_addr {
    uint32_t s_addr;
};
struct sockaddr {
    uint16_t sa_family;
    char sa_data[14];
};
struct sockaddr_in {
    uint16_t sin_family, sin_port;
    struct in_addr sin_addr;
    char sin_zero[8];
};
uint16_t posix_swap16(uint16_t value);
uint32_t posix_swap32(uint32_t value);
#define htons posix_swap16
#define ntohs posix_swap16
#define htonl posix_swap32
#define ntohl posix_swap32
int posix_socket(int family, int kind, int protocol);
int posix_socketpair(int family, int kind, int protocol, int ends[2]);
int posix_bind(int sock, const struct sockaddr *address, socklen_t size);
int posix_listen(int sock, int backlog);
int posix_accept(int sock, struct sockaddr *address, socklen_t *size);
int posix_connect(int sock, const struct sockaddr *address, socklen_t size);
int posix_getsockname(int sock, struct sockaddr *address, socklen_t *size);
int posix_setsockopt(int sock, int level, int option, const void *value, socklen_t size);
int posix_shutdown(int sock, int how);
ssize_t posix_send(int sock, const void *bytes, size_t size, int flags);
ssize_t posix_recv(int sock, void *bytes, size_t size, int flags);
#define socket posix_socket
#define socketpair posix_socketpair
#define bind posix_bind
#define listen posix_listen
#define accept posix_accept
#define connect posix_connect
#define getsockname posix_getsockname
#define setsockopt posix_setsockopt
#define shutdown posix_shutdown
#define send posix_send
#define recv posix_recv

int posix_close(int fd);
ssize_t posix_read(int fd, void *bytes, size_t size);
ssize_t posix_write(int fd, const void *bytes, size_t size);
#define close posix_close
#define read posix_read
#define write posix_write

#define O_CLOEXEC 0
#define O_NONBLOCK 0x40000000
#define F_SETFL 4
int fcntl(int fd, int command, int value); /* F_SETFL of O_NONBLOCK, of sockets */

#define POLLIN 1
#define POLLOUT 4
struct pollfd {
    int fd;
    short events, revents;
};
int poll(struct pollfd *fds, unsigned count, int timeout_ms);

int pipe(int ends[2]);
/* One at a time, ended by fclose() as usual. */
FILE *open_memstream(char **text, size_t *size);
int posix_fclose(FILE *file);
#define fclose posix_fclose

/* ---- threads ---- */
typedef void *pthread_t;
int pthread_create(pthread_t *thread, const void *none, void *(*body)(void *), void *arg);
int pthread_join(pthread_t thread, void **none);

/* ---- folders, the environment ---- */
char *mkdtemp(char *path);
char *realpath(const char *path, char *out); /* out is not NULL */
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

#endif
