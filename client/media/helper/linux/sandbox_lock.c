#include "client/media/helper/posix/sandbox_lock.h"

#if __has_include(<linux/seccomp.h>) && \
    (defined(__x86_64__) || defined(__aarch64__) || (defined(__riscv) && __riscv_xlen == 64))
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#define OUR_ARCH AUDIT_ARCH_RISCV64
#endif

#define CALLS_OF_X32 0x40000000u /* numbers from here on are of another table */
#define HEAPS_MAX 2              /* glibc reserves address space for each thread else */
#define PROGRAM_MAX 512          /* instructions */
#define CHECKS_MAX 2
#define THREAD_FLAGS (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)
#define WRITE_FLAGS (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)

/* An argument of a call: its lower half (or the upper one), of that these bits, must be this value. */
struct check {
    uint8_t argument;
    bool upper;
    uint32_t bits, value;
};
struct rule {
    long call;
    size_t checks; /* 0: whatever is said with it */
    struct check check[CHECKS_MAX];
};
#define ANY(call)      \
    {                  \
        SYS_##call, 0, \
        {              \
            {          \
                0      \
            }          \
        }              \
    }
#define IF(call, argument, bits, value)                  \
    {                                                    \
        SYS_##call, 1,                                   \
        {                                                \
            {                                            \
                argument, false, bits, (uint32_t)(value) \
            }                                            \
        }                                                \
    }
#define NOT_EXECUTABLE(call, argument) IF(call, argument, PROT_EXEC, 0)
#define ALL_BITS UINT32_MAX

/* What decoding needs: bytes from descriptors that are open, memory, threads, time. The first ones are the frequent ones. */
static const struct rule common[] = {
    IF(read, 0, ALL_BITS, 0), /* complaints may go to a terminal, and there a person types */
    IF(pread64, 0, ALL_BITS, 0),
    ANY(write),
    ANY(futex),
    ANY(lseek),
    ANY(clock_gettime),
    ANY(madvise),
    ANY(munmap),
    NOT_EXECUTABLE(mmap, 2),
    NOT_EXECUTABLE(mprotect, 2),
    ANY(mremap),
    ANY(brk),
    IF(readv, 0, ALL_BITS, 0),
    IF(preadv, 0, ALL_BITS, 0),
    ANY(writev),
    ANY(close),
    ANY(fstat),
    IF(fcntl, 1, ALL_BITS, F_GETFL),
    IF(fcntl, 1, ALL_BITS, F_SETFL),
    IF(fcntl, 1, ALL_BITS, F_GETFD),
    IF(fcntl, 1, ALL_BITS, F_SETFD),
    IF(fcntl, 1, ALL_BITS, F_SETPIPE_SZ),
    ANY(ppoll),
    ANY(pselect6),
    ANY(clock_getres),
    ANY(clock_nanosleep),
    ANY(nanosleep),
    ANY(gettimeofday),
    ANY(restart_syscall),
    ANY(getrandom),
    /* threads, of this process alone; clone3 is below */
    IF(clone, 0, THREAD_FLAGS, THREAD_FLAGS),
    ANY(set_robust_list),
    ANY(sched_yield),
    ANY(sched_getaffinity),
    ANY(sched_getparam),
    ANY(sched_getscheduler),
    ANY(getcpu),
    ANY(membarrier),
#ifdef SYS_rseq
    ANY(rseq),
#endif
    IF(prctl, 0, ALL_BITS, PR_SET_NAME),
    ANY(gettid),
    ANY(getpid),
    ANY(getuid),
    ANY(geteuid),
    ANY(getgid),
    ANY(getegid),
    ANY(uname),
    ANY(sysinfo),
    {SYS_prlimit64, 2, {{2, false, ALL_BITS, 0}, {2, true, ALL_BITS, 0}}}, /* asking, not setting */
    ANY(rt_sigaction),
    ANY(rt_sigprocmask),
    ANY(rt_sigreturn),
    ANY(sigaltstack),
    ANY(exit),
    ANY(exit_group),
#ifdef __x86_64__
    ANY(poll),
    ANY(select),
    ANY(time),
    ANY(getrlimit),
#endif
};

static const struct rule fonts[] = {
    IF(openat, 2, WRITE_FLAGS, O_RDONLY),
    ANY(read),
    ANY(pread64),
    ANY(readv),
    ANY(newfstatat),
    ANY(statx),
    ANY(statfs),
    ANY(fstatfs),
    ANY(faccessat),
    ANY(readlinkat),
    ANY(getdents64),
    ANY(getcwd),
    ANY(seccomp), /* to have less: sandbox_enter() a second time */
    {SYS_prctl, 1, {{0, false, ALL_BITS, PR_SET_NO_NEW_PRIVS}}},
    IF(prlimit64, 0, ALL_BITS, 0), /* its own, not those of the person's other programs */
#ifdef __x86_64__
    IF(open, 1, WRITE_FLAGS, O_RDONLY),
    ANY(stat),
    ANY(lstat),
    ANY(access),
    ANY(readlink),
#endif
};

struct program {
    struct sock_filter code[PROGRAM_MAX];
    unsigned short count;
};

static void add(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
    /* past the end it would be cut off, which only forbids */
    if (program->count < PROGRAM_MAX)
        program->code[program->count++] = (struct sock_filter){code, yes, no, value};
}

static void load(struct program *program, size_t offset)
{
    add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void say(struct program *program, uint32_t verdict)
{
    add(program, BPF_RET | BPF_K, verdict, 0, 0);
}

/* The number of the call is loaded before and afterwards. */
static void add_rule(struct program *program, const struct rule *rule)
{
    const uint8_t size_of_check = 3;
    uint8_t left = (uint8_t)(rule->checks * size_of_check + 1); /* up to behind the verdict */
    add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->call, 0,
        (uint8_t)(left + (rule->checks ? 1 : 0)));
    for (size_t i = 0; i < rule->checks; i++) {
        const struct check *check = &rule->check[i];
        load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)check->argument +
                          (check->upper ? 4 : 0)); /* all three have the lower half first */
        add(program, BPF_ALU | BPF_AND | BPF_K, check->bits, 0, 0);
        left = (uint8_t)(left - size_of_check);
        add(program, BPF_JMP | BPF_JEQ | BPF_K, check->value, 0, left);
    }
    say(program, SECCOMP_RET_ALLOW);
    if (rule->checks)
        load(program, offsetof(struct seccomp_data, nr));
}

/* What is not listed fails, and does not end the process: libraries look for their settings, for the number of processors, for a
 * locale, and go on without. Who calls with the numbers of another kind of processor means ill. */
static void write_program(struct program *program, enum sandbox kind)
{
    load(program, offsetof(struct seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    say(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    add(program, BPF_JMP | BPF_JGE | BPF_K, CALLS_OF_X32, 0, 1);
    say(program, SECCOMP_RET_KILL_PROCESS);
#endif
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        add_rule(program, &common[i]);
    /* fstat() as newer libraries call it: of an open descriptor, and not by a name */
    for (uint32_t fd = 0; fd < 3; fd++)
        add_rule(program,
                 &(struct rule){SYS_newfstatat,
                                2,
                                {{0, false, ALL_BITS, fd}, {3, false, ALL_BITS, AT_EMPTY_PATH}}});
    /* abort(): a signal to ourselves */
    add_rule(program, &(struct rule){SYS_tgkill, 1, {{0, false, ALL_BITS, (uint32_t)getpid()}}});
    for (size_t i = 0; kind == SANDBOX_PLAY_FONTS && i < sizeof fonts / sizeof *fonts; i++)
        add_rule(program, &fonts[i]);
#ifdef SYS_clone3 /* its flags are behind a pointer; told that it is not there, libraries take clone */
    add(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    say(program, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    /* cairo asks for a font's file before it takes the one that it has open */
    if (kind == SANDBOX_DRAW) {
#ifdef __x86_64__
        add(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_access, 0, 1);
        say(program, SECCOMP_RET_ERRNO | 0);
#endif
        add(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_faccessat, 0, 1);
        say(program, SECCOMP_RET_ERRNO | 0);
    }
    say(program, SECCOMP_RET_ERRNO | EPERM);
}

bool sandbox_lock(enum sandbox kind, struct err *err)
{
    static struct program program; /* 4 KiB; entered by one thread */
    program.count = 0;
    write_program(&program, kind);
    struct sock_fprog prog = {program.count, program.code};
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, HEAPS_MAX);
#endif
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog) != 0)
        return err_set(err, ERR_SYSTEM,
                       "This computer does not let Confab lock up the program that looks into "
                       "files, so nothing is shown of them.");
    return true;
}

#else

/* On other systems and processors the limits have to do. */
bool sandbox_lock(enum sandbox kind, struct err *err)
{
    (void)kind;
    (void)err;
    return true;
}
#endif
