// A disk that loses what was not synced, as an LD_PRELOAD shim: on every successful fsync or fdatasync of a file below
// POWER_CUT_DISK its bytes are copied to POWER_CUT_SHADOW, and what happens to names is repeated there. After a SIGKILL the shadow
// is what a disk would hold after a power cut; the driver puts it in the place of the data folder.
//
// The file is read through the descriptor that was synced, with pread: opening and closing a second one would drop the POSIX
// locks that SQLite holds (sqlite.org/howtocorrupt.html, 2.2). A SIGKILL in the middle of the copy leaves some new pages
// among old ones, which is what a cut in the middle of a sync may leave.
//
// With POWER_CUT_MUTANT=normal it is also the defect that the test has to catch: the program's `PRAGMA synchronous=FULL` becomes
// NORMAL, and the question after it is answered as if it had not. Any failure of its own aborts: a shim that copies
// less than it says would let a loss pass.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

static void check(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "power_cut: %s: %s\n", what, strerror(errno));
    abort();
}

// The place of a path on the shadow; 0 when it is not on the disk, or is SQLite's shared memory, which no disk keeps.
static int shadow_of(const char *path, char *shadow) {
    const char *disk = getenv("POWER_CUT_DISK"), *copy = getenv("POWER_CUT_SHADOW");
    size_t length = disk ? strlen(disk) : 0, whole = strlen(path);
    if (!length || !copy || strncmp(path, disk, length) != 0 || path[length] != '/') return 0;
    if (whole > 4 && strcmp(path + whole - 4, "-shm") == 0) return 0;
    check(snprintf(shadow, PATH_MAX, "%s%s", copy, path + length) < PATH_MAX, "path");
    return 1;
}

static void copy_synced(int descriptor) {
    char link[64], path[PATH_MAX], shadow[PATH_MAX], page[PAGE];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    check(length > 0 && fstat(descriptor, &status) == 0, "the synced file");
    path[length] = 0;
    if (!S_ISREG(status.st_mode) || !shadow_of(path, shadow)) return;
    // SQLite's descriptors can be read; a file that is only written to has none of its locks, and may be opened once more.
    int source = (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(path, O_RDONLY | O_CLOEXEC) : descriptor;
    check(source >= 0, "open the synced file");
    char *name = strrchr(shadow, '/');
    *name = 0;
    check(mkdir(shadow, 0700) == 0 || errno == EEXIST, "make the shadow's folder");
    *name = '/';
    int copy = open(shadow, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    check(copy >= 0, "open the shadow");
    off_t offset = 0;
    for (ssize_t count; (count = pread(source, page, PAGE, offset)) != 0; offset += count) {
        check(count > 0, "read the synced file");
        check(pwrite(copy, page, (size_t)count, offset) == count, "write the shadow");
    }
    check(ftruncate(copy, offset) == 0 && close(copy) == 0, "write the shadow");
    if (source != descriptor) close(source);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int synced(int result, int descriptor) {
    int saved = errno;
    if (result == 0) copy_synced(descriptor);
    errno = saved;
    return result;
}

int fsync(int descriptor) { return synced(REAL(fsync)(descriptor), descriptor); }
int fdatasync(int descriptor) { return synced(REAL(fdatasync)(descriptor), descriptor); }

// Names change on the shadow at the same moment: a journal may well have written that before the cut.
static int shadow_at(int folder, const char *path, char *shadow) {
    char beside[PATH_MAX], whole[PATH_MAX];
    const char *start = path;
    if (folder != AT_FDCWD && path[0] != '/') {
        check(snprintf(beside, sizeof beside, "/proc/self/fd/%d/%s", folder, path) < PATH_MAX, "path");
        start = beside;
    }
    return realpath(start, whole) && shadow_of(whole, shadow);
}

int unlinkat(int folder, const char *path, int flags) {
    char shadow[PATH_MAX];
    int is_shadowed = shadow_at(folder, path, shadow);
    int result = REAL(unlinkat)(folder, path, flags);
    int saved = errno;
    if (result == 0 && is_shadowed)
        check(REAL(unlinkat)(AT_FDCWD, shadow, flags) == 0 || errno == ENOENT, "unlink the shadow");
    errno = saved;
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int link(const char *from, const char *to) {
    char old_shadow[PATH_MAX], new_shadow[PATH_MAX];
    int result = REAL(link)(from, to);
    int saved = errno;
    if (result == 0 && shadow_at(AT_FDCWD, from, old_shadow) && shadow_at(AT_FDCWD, to, new_shadow))
        check(REAL(link)(old_shadow, new_shadow) == 0 || errno == ENOENT, "link the shadow");
    errno = saved;
    return result;
}

int renameat(int old_folder, const char *from, int new_folder, const char *to) {
    char old_shadow[PATH_MAX], new_shadow[PATH_MAX];
    int was_shadowed = shadow_at(old_folder, from, old_shadow);
    int result = REAL(renameat)(old_folder, from, new_folder, to);
    int saved = errno;
    if (result == 0 && was_shadowed && shadow_at(new_folder, to, new_shadow))
        check(rename(old_shadow, new_shadow) == 0 || errno == ENOENT, "rename the shadow");
    errno = saved;
    return result;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int sqlite3_prepare_v3(
    void *database, const char *sql, int length, unsigned flags, void **statement, const char **tail) {
    const char *mutant = getenv("POWER_CUT_MUTANT");
    if (mutant && strcmp(mutant, "normal") == 0) {
        if (strcmp(sql, "PRAGMA synchronous=FULL") == 0) sql = "PRAGMA synchronous=NORMAL";
        else if (strcmp(sql, "PRAGMA synchronous") == 0) sql = "SELECT '2'";
    }
    return REAL(sqlite3_prepare_v3)(database, sql, length, flags, statement, tail);
}
