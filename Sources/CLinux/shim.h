// What Glibc's Swift module lacks: thread names need _GNU_SOURCE, and flock(2) collides with the struct of its name.
#ifndef RELAIS_CLINUX_SHIM_H
#define RELAIS_CLINUX_SHIM_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sys/file.h>

int pthread_setname_np(pthread_t thread, const char *name);

static inline int relais_name_current_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

static inline int relais_try_lock_file(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}
#endif
