/* Counts the calls of a process that change a disk, and at one of them kills the process or makes the call fail.
 *
 * Loaded with LD_PRELOAD. Nothing happens before fault_arm() (by ctypes) or without DGX_FAULT in the environment
 * ("at mode error burst", as fault_arm takes them). With fault_trace(fd) every such call is also written to a file, so
 * that the state of the disk at any moment, with and without what was not synced, can be made from it afterwards.
 * Only regular files and folders count: pipes, sockets and terminals do not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL_BEFORE, KILL_AFTER, FAIL, SHORT };

static atomic_long calls;
static long chosen = -1, burst = 1;
static int mode = COUNT, error_number, armed, trace_fd = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

void fault_arm(long at, int how, int error, long length) {
    chosen = at; mode = how; error_number = error; burst = length;
    atomic_store(&calls, 0);
    armed = 1;
}

long fault_disarm(void) { armed = 0; return atomic_load(&calls); }
void fault_trace(int fd) { trace_fd = fd; }

__attribute__((constructor)) static void from_environment(void) {
    const char *text = getenv("DGX_FAULT");
    long at, length; int how, error;
    if (text && sscanf(text, "%ld %d %d %ld", &at, &how, &error, &length) == 4) fault_arm(at, how, error, length);
}

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }
#define REAL(type, name) static type real_##name; if (!real_##name) real_##name = (type)real(#name)

static void die(void) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause(); }

static int on_disk(int fd) {
    struct stat about;
    return armed && fd != trace_fd && fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode));
}

/* What is to happen to this call. */
static int verdict(void) {
    long now = atomic_fetch_add(&calls, 1) + 1;
    if (chosen < 0 || now < chosen) return COUNT;
    if (mode == FAIL || mode == SHORT) return burst < 0 || now < chosen + burst ? mode : COUNT;
    if (now > chosen) return COUNT;
    if (mode == KILL_BEFORE) die();
    return mode;
}

static void put(const void *data, size_t size) {
    const char *from = data;
    while (size) { long n = syscall(SYS_write, trace_fd, from, size); if (n <= 0) abort(); from += n; size -= n; }
}

static void note(char kind, unsigned long inode, long offset, size_t size, const void *data) {
    char head[96];
    int n = snprintf(head, sizeof head, "%c %lu %ld %zu\n", kind, inode, offset, size);
    put(head, n);
    put(data, size);
}

void fault_note(const char *text) {
    pthread_mutex_lock(&order);
    if (trace_fd >= 0) note('N', 0, 0, strlen(text), text);
    pthread_mutex_unlock(&order);
}

static void absolute(int folder, const char *path, char *full) {
    char base[PATH_MAX] = "", link[64];
    if (path[0] != '/') {
        if (folder == AT_FDCWD) { if (!getcwd(base, sizeof base)) abort(); }
        else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t n = readlink(link, base, sizeof base - 1);
            if (n < 0) abort();
            base[n] = 0;
        }
        strncat(base, "/", sizeof base - strlen(base) - 1);
    }
    snprintf(full, PATH_MAX, "%s%s", base, path);
}

static void note_paths(char kind, int a, const char *one, int b, const char *two) {
    char text[2 * PATH_MAX + 1];
    absolute(a, one, text);
    size_t size = strlen(text);
    if (two) { absolute(b, two, text + size + 1); size += 1 + strlen(text + size + 1); }
    note(kind, 0, 0, size, text);
}

static unsigned long inode_of(int fd) { struct stat about; return fstat(fd, &about) == 0 ? about.st_ino : 0; }

/* The kernel forgets what it could not write: a later sync of the same pages would lie. */
static __thread unsigned long failed_sync;
static void note_failure(void) {
    if (trace_fd < 0 || !failed_sync) return;
    pthread_mutex_lock(&order);
    note('F', failed_sync, 0, 0, "");
    pthread_mutex_unlock(&order);
    failed_sync = 0;
}

/* A call that is not chosen, or is to be the last one. */
#define AROUND(call, tracing) do { \
    int way = verdict(); \
    if (way == FAIL) { note_failure(); errno = error_number; return -1; } \
    int traced = trace_fd >= 0; \
    if (traced) pthread_mutex_lock(&order); \
    __typeof__(call) result = (call); \
    int kept = errno; \
    failed_sync = 0; \
    if (traced) { if (result >= 0) { tracing; } pthread_mutex_unlock(&order); } \
    if (way == KILL_AFTER) die(); \
    errno = kept; \
    return result; \
} while (0)

typedef ssize_t (*write_t)(int, const void *, size_t);
ssize_t write(int fd, const void *data, size_t size) {
    REAL(write_t, write);
    if (!on_disk(fd)) return real_write(fd, data, size);
    off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    if (mode == SHORT && size > 1 && chosen == atomic_load(&calls) + 1) { verdict(); size /= 2; return real_write(fd, data, size); }
    AROUND(real_write(fd, data, size), note('W', inode_of(fd), at, result, data));
}

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
#define PWRITE(name) ssize_t name(int fd, const void *data, size_t size, off_t at) { \
    REAL(pwrite_t, name); \
    if (!on_disk(fd)) return real_##name(fd, data, size, at); \
    if (mode == SHORT && size > 1 && chosen == atomic_load(&calls) + 1) { verdict(); size /= 2; return real_##name(fd, data, size, at); } \
    AROUND(real_##name(fd, data, size, at), note('W', inode_of(fd), at, result, data)); \
}
PWRITE(pwrite)
PWRITE(pwrite64)

typedef ssize_t (*writev_t)(int, const struct iovec *, int);
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev_t, writev);
    if (!on_disk(fd)) return real_writev(fd, parts, count);
    if (trace_fd >= 0) abort(); /* nothing here writes so: the trace need not know it */
    AROUND(real_writev(fd, parts, count), (void)0);
}

typedef ssize_t (*pwritev_t)(int, const struct iovec *, int, off_t);
#define PWRITEV(name) ssize_t name(int fd, const struct iovec *parts, int count, off_t at) { \
    REAL(pwritev_t, name); \
    if (!on_disk(fd)) return real_##name(fd, parts, count, at); \
    if (trace_fd >= 0) abort(); \
    AROUND(real_##name(fd, parts, count, at), (void)0); \
}
PWRITEV(pwritev)
PWRITEV(pwritev64)

typedef int (*fd_t)(int);
#define SYNC(name) int name(int fd) { \
    REAL(fd_t, name); \
    if (!on_disk(fd)) return real_##name(fd); \
    char link[64], path[PATH_MAX] = ""; \
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd); \
    ssize_t length = trace_fd >= 0 ? readlink(link, path, sizeof path) : 0; \
    failed_sync = inode_of(fd); \
    AROUND(real_##name(fd), note('S', inode_of(fd), 0, length, path)); \
}
SYNC(fsync)
SYNC(fdatasync)

typedef int (*truncate_t)(int, off_t);
#define TRUNCATE(name) int name(int fd, off_t size) { \
    REAL(truncate_t, name); \
    if (!on_disk(fd)) return real_##name(fd, size); \
    AROUND(real_##name(fd, size), note('T', inode_of(fd), size, 0, "")); \
}
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

typedef int (*two_paths_t)(const char *, const char *);
#define TWO_PATHS(name, kind) int name(const char *from, const char *to) { \
    REAL(two_paths_t, name); \
    if (!armed) return real_##name(from, to); \
    AROUND(real_##name(from, to), note_paths(kind, AT_FDCWD, from, AT_FDCWD, to)); \
}
TWO_PATHS(rename, 'R')
TWO_PATHS(link, 'L')

typedef int (*renameat_t)(int, const char *, int, const char *);
int renameat(int a, const char *from, int b, const char *to) {
    REAL(renameat_t, renameat);
    if (!armed) return real_renameat(a, from, b, to);
    AROUND(real_renameat(a, from, b, to), note_paths('R', a, from, b, to));
}

typedef int (*renameat2_t)(int, const char *, int, const char *, unsigned);
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    REAL(renameat2_t, renameat2);
    if (!armed) return real_renameat2(a, from, b, to, flags);
    AROUND(real_renameat2(a, from, b, to, flags), note_paths('R', a, from, b, to));
}

typedef int (*linkat_t)(int, const char *, int, const char *, int);
int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(linkat_t, linkat);
    if (!armed) return real_linkat(a, from, b, to, flags);
    AROUND(real_linkat(a, from, b, to, flags), note_paths('L', a, from, b, to));
}

typedef int (*path_t)(const char *);
#define ONE_PATH(name, kind) int name(const char *path) { \
    REAL(path_t, name); \
    if (!armed) return real_##name(path); \
    AROUND(real_##name(path), note_paths(kind, AT_FDCWD, path, 0, 0)); \
}
ONE_PATH(unlink, 'U')
ONE_PATH(rmdir, 'X')

typedef int (*unlinkat_t)(int, const char *, int);
int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat_t, unlinkat);
    if (!armed) return real_unlinkat(folder, path, flags);
    AROUND(real_unlinkat(folder, path, flags), note_paths(flags & AT_REMOVEDIR ? 'X' : 'U', folder, path, 0, 0));
}

typedef int (*mkdir_t)(const char *, mode_t);
int mkdir(const char *path, mode_t bits) {
    REAL(mkdir_t, mkdir);
    if (!armed) return real_mkdir(path, bits);
    AROUND(real_mkdir(path, bits), note_paths('M', AT_FDCWD, path, 0, 0));
}

typedef int (*mkdirat_t)(int, const char *, mode_t);
int mkdirat(int folder, const char *path, mode_t bits) {
    REAL(mkdirat_t, mkdirat);
    if (!armed) return real_mkdirat(folder, path, bits);
    AROUND(real_mkdirat(folder, path, bits), note_paths('M', folder, path, 0, 0));
}

static void note_open(int folder, const char *path, int flags, int existed, int fd) {
    char full[PATH_MAX];
    absolute(folder, path, full);
    if (!existed) note('C', inode_of(fd), 0, strlen(full), full);
    else if (flags & O_TRUNC) note('T', inode_of(fd), 0, 0, "");
}

typedef int (*open_t)(const char *, int, ...);
typedef int (*openat_t)(int, const char *, int, ...);
#define BITS mode_t bits = 0; if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list more; va_start(more, flags); bits = va_arg(more, mode_t); va_end(more); }
#define OPEN(name) int name(const char *path, int flags, ...) { \
    REAL(open_t, name); BITS \
    if (!armed || !(flags & O_CREAT)) return real_##name(path, flags, bits); \
    int existed = access(path, F_OK) == 0; \
    AROUND(real_##name(path, flags, bits), note_open(AT_FDCWD, path, flags, existed, result)); \
}
OPEN(open)
OPEN(open64)
#define OPENAT(name) int name(int folder, const char *path, int flags, ...) { \
    REAL(openat_t, name); BITS \
    if (!armed || !(flags & O_CREAT)) return real_##name(folder, path, flags, bits); \
    int existed = faccessat(folder, path, F_OK, 0) == 0; \
    AROUND(real_##name(folder, path, flags, bits), note_open(folder, path, flags, existed, result)); \
}
OPENAT(openat)
OPENAT(openat64)
