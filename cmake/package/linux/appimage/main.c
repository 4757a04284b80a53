#include "runtime.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libdeflate.h>

/* objcopy puts the real one there when the image is known; volatile, for the compiler must not believe these zeros */
__attribute__((section(".seal"), used)) static volatile const struct seal seal = {0};

bool text(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(out, size, format, args);
    va_end(args);
    return length >= 0 && (size_t)length < size;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0];
}

/* Whoever clicked on an icon reads no terminal. */
static void show_window(const char *words)
{
    char zenity[1100], kdialog_title[] = "--title=Confab";
    const char *const programs[][5] = {{"zenity", "--error", "--no-markup", zenity, NULL},
                                       {"kdialog", kdialog_title, "--error", words, NULL},
                                       {"yad", "--button=OK", "--no-markup", zenity, NULL},
                                       {"xmessage", "-center", words, NULL}};
    text(zenity, sizeof zenity, "--text=%s", words);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        int status = 0;
        const pid_t pid = fork();
        if (pid == 0) {
            execvp(programs[i][0], (char *const *)programs[i]);
            _exit(127);
        }
        if (pid > 0 && waitpid(pid, &status, 0) == pid &&
            !(WIFEXITED(status) && WEXITSTATUS(status) == 127))
            return;
    }
}

void fail(const char *format, ...)
{
    char words[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    fprintf(stderr, "Confab: %s\n", words);
    if (!isatty(2) && (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")))
        show_window(words);
    exit(127);
}

/* The file system begins where the ELF file ends: behind the section headers, which come last. */
static uint64_t end_of_elf(const unsigned char *bytes, uint64_t size)
{
    Elf64_Ehdr head;
    if (size < sizeof head)
        return 0;
    memcpy(&head, bytes, sizeof head);
    return head.e_shoff + (uint64_t)head.e_shentsize * head.e_shnum;
}

static bool is_whole(const struct image *image, const unsigned char *bytes, uint64_t size)
{
    if (image->seal.size == 0 || size < image->offset + image->seal.size)
        return image->seal.size == 0;
    return libdeflate_crc32(0, bytes + image->offset, image->seal.size) == image->seal.crc;
}

static void open_image(struct image *image)
{
    const ssize_t length = readlink("/proc/self/exe", image->path, sizeof image->path - 1);
    if (length <= 0)
        fail("It can't find itself: /proc is not there.");
    image->path[length] = '\0';
    memcpy(&image->seal, (const void *)&seal, sizeof seal);
    const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        fail("%s can't be read: %s.", image->path, strerror(errno));
    const uint64_t size = (uint64_t)info.st_size;
    unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        fail("%s can't be read: %s.", image->path, strerror(errno));
    image->offset = end_of_elf(bytes, size);
    if (image->seal.size > 0 && size < image->offset + image->seal.size)
        fail("The file %s is not whole: %llu of %llu bytes are there. Download it again.",
             image->path, (unsigned long long)size,
             (unsigned long long)(image->offset + image->seal.size));
    if (!is_whole(image, bytes, size) || sqfs_init(&image->fs, fd, image->offset) != SQFS_OK)
        fail("The file %s is damaged. Download it again.", image->path);
    munmap(bytes, size);
}

static void help(const struct image *image)
{
    printf(
        "Confab %s as an AppImage\n"
        "usage: %s [confab-cli|confab-server] [arguments of that program, or of the window]\n"
        "Called by a name like confab-cli or confab-server (a symbolic link), it is that program.\n"
        "  --appimage-extract [PATTERN]  unpack into ./squashfs-root and end\n"
        "  --appimage-extract-and-run    do not mount, unpack into the cache (or set "
        "APPIMAGE_EXTRACT_AND_RUN=1)\n"
        "  --appimage-mount              mount, print where, stay until interrupted\n"
        "  --appimage-offset             where the file system begins\n"
        "  --appimage-version            this version\n"
        "  --appimage-help               this\n",
        image->seal.version, image->path);
}

static void stay_mounted(const struct image *image)
{
    char mounted[PATH_MAX];
    int alive;
    if (!mount_image(image, mounted, &alive))
        fail("It can't be mounted: there is no FUSE here (/dev/fuse and fusermount3).");
    puts(mounted);
    fflush(stdout);
    for (;;)
        pause(); /* until a signal; what serves the files then sees that nobody is left */
}

/* Options that are for this head and not for the program; false: there was none. */
static bool take_option(struct image *image, const char *option, const char *value)
{
    if (strcmp(option, "--appimage-help") == 0)
        help(image);
    else if (strcmp(option, "--appimage-version") == 0)
        puts(image->seal.version);
    else if (strcmp(option, "--appimage-offset") == 0)
        printf("%llu\n", (unsigned long long)image->offset);
    else if (strcmp(option, "--appimage-extract") == 0)
        unpack_into(image, "squashfs-root", value);
    else if (strcmp(option, "--appimage-mount") == 0)
        stay_mounted(image);
    else if (strncmp(option, "--appimage-", 11) == 0)
        fail("There is no option %s; --appimage-help shows those that there are.", option);
    else
        return false;
    return true;
}

static bool is_to_be_unpacked(void)
{
    const char *wish = getenv("APPIMAGE_EXTRACT_AND_RUN");
    return wish && wish[0] && strcmp(wish, "0") != 0;
}

int main(int argc, char **argv)
{
    static struct image image; /* PATH_MAX and more */
    char folder[PATH_MAX], program[PATH_MAX + 8], cwd[PATH_MAX];
    int alive = -1;
    bool unpack = is_to_be_unpacked();
    (void)argc;
    if (!argv[0])
        return 127;
    open_image(&image);
    if (argv[1] && strcmp(argv[1], "--appimage-extract-and-run") == 0) {
        unpack = true;
        memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv); /* with the NULL */
    } else if (argv[1] && take_option(&image, argv[1], argv[2])) {
        return 0;
    }
    if (unpack || !mount_image(&image, folder, &alive))
        unpack_to_cache(&image, folder, &alive);
    setenv("APPIMAGE", image.path, 1);
    setenv("APPDIR", folder, 1);
    setenv("ARGV0", argv[0], 1);
    if (getcwd(cwd, sizeof cwd))
        setenv("OWD", cwd, 1);
    if (text(program, sizeof program, "%s/AppRun", folder)) {
        argv[0] = program;
        execv(program, argv);
    }
    fail("%s can't be started: %s.", program, strerror(errno));
}
