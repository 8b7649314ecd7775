/* Preloaded into programs under test: counts the calls that change files below a folder, and lets
   one of them, or all from one on, fail or kill the process.

   The count lies in memory that forked processes share, so that it outlives one that was killed.
   Writes by stdio inside the C library are not seen; Python, NumPy, Pillow and libsndfile call
   write themselves. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MAKE, WRITE, SYNC, RENAME, REMOVE, KINDS };
enum { DIE = -1, CALL = -2 };

static long *counts; /* shared: KINDS of them */
static char root[PATH_MAX];
static int planned_kind = -1, planned_deed, planned_ever;
static long planned_number;
static void (*called)(void);
static long clock_after = -1, clock_jump, clock_looks;

/* Called once, before the processes are forked. */
long *fail_calls_share(void) {
    counts = mmap(NULL, sizeof(long) * KINDS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                  -1, 0);
    return counts;
}

/* What happens at call NUMBER of a kind, and at all later ones where EVER: an error number, DIE or
   CALL, which calls back. Kind -1 only counts. */
void fail_calls_plan(const char *folder, int kind, long number, int deed, int ever,
                     void (*back)(void)) {
    snprintf(root, sizeof root, "%s", folder);
    planned_kind = kind;
    planned_number = number;
    planned_deed = deed;
    planned_ever = ever;
    called = back;
}

/* The wall clock jumps by SECONDS after it was looked at so often. */
void fail_calls_clock(long after, long seconds) {
    clock_after = after;
    clock_jump = seconds;
}

static int below(const char *path) {
    return root[0] && path && (path[0] != '/' || strncmp(path, root, strlen(root)) == 0);
}

static int file_below(int file) {
    char link[64], path[PATH_MAX];
    struct stat facts;
    ssize_t length;
    if (!root[0] || fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below(path);
}

/* Whether this call is to fail; errno says how. */
static int fails(int kind) {
    long number;
    if (!counts) return 0;
    number = __atomic_add_fetch(&counts[kind], 1, __ATOMIC_SEQ_CST);
    if (kind != planned_kind || number < planned_number) return 0;
    if (number > planned_number && !planned_ever) return 0;
    if (planned_deed == DIE) raise(SIGKILL);
    if (planned_deed == CALL) {
        if (called) called();
        return 0;
    }
    errno = planned_deed;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (file_below(file) && fails(WRITE)) return -1;
    return real(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
    if (file_below(file) && fails(WRITE)) return -1;
    return real(file, bytes, count, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    return pwrite64(file, bytes, count, place);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (file_below(file) && fails(WRITE)) return -1;
    return real(file, parts, count);
}

ssize_t sendfile64(int to, int from, off_t *place, size_t count) {
    REAL(ssize_t, sendfile64, int, int, off_t *, size_t);
    if (file_below(to) && fails(WRITE)) return -1;
    return real(to, from, place, count);
}

ssize_t sendfile(int to, int from, off_t *place, size_t count) {
    return sendfile64(to, from, place, count);
}

int ftruncate64(int file, off_t length) {
    REAL(int, ftruncate64, int, off_t);
    if (file_below(file) && fails(WRITE)) return -1;
    return real(file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fsync(int file) {
    REAL(int, fsync, int);
    if (root[0] && fails(SYNC)) return -1;
    return real(file);
}

int fdatasync(int file) {
    REAL(int, fdatasync, int);
    if (root[0] && fails(SYNC)) return -1;
    return real(file);
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    if (below(to) && fails(RENAME)) return -1;
    return real(from, to);
}

int renameat(int a, const char *from, int b, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    if (below(to) && fails(RENAME)) return -1;
    return real(a, from, b, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    if (below(to) && fails(RENAME)) return -1;
    return real(a, from, b, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    if (below(path) && fails(MAKE)) return -1;
    return real(path, mode);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    if (below(path) && fails(REMOVE)) return -1;
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    if (below(path) && fails(REMOVE)) return -1;
    return real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(int, rmdir, const char *);
    if (below(path) && fails(REMOVE)) return -1;
    return real(path);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        mode_t mode; \
        va_list rest; \
        REAL(int, name, const char *, int, ...); \
        va_start(rest, flags); \
        mode = mode_of(flags, rest); \
        va_end(rest); \
        if (flags & O_CREAT && below(path) && fails(MAKE)) return -1; \
        return real(path, flags, mode); \
    }

#define OPENS_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        mode_t mode; \
        va_list rest; \
        REAL(int, name, int, const char *, int, ...); \
        va_start(rest, flags); \
        mode = mode_of(flags, rest); \
        va_end(rest); \
        if (flags & O_CREAT && below(path) && fails(MAKE)) return -1; \
        return real(folder, path, flags, mode); \
    }

OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

int clock_gettime(clockid_t which, struct timespec *now) {
    int status;
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    status = real(which, now);
    if (which == CLOCK_REALTIME && clock_after >= 0) {
        if (__atomic_add_fetch(&clock_looks, 1, __ATOMIC_SEQ_CST) > clock_after)
            now->tv_sec += clock_jump;
    }
    return status;
}
