// What Glibc's Swift module lacks: thread names need _GNU_SOURCE, and flock(2) collides with the struct of its name.
#ifndef RELAIS_CLINUX_SHIM_H
#define RELAIS_CLINUX_SHIM_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sys/file.h>
#include <sys/socket.h>

int pthread_setname_np(pthread_t thread, const char *name);

static inline int relais_name_current_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

static inline int relais_peer_user(int descriptor, uid_t *user) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
    *user = credentials.uid;
    return result;
}

static inline int relais_try_lock_file(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}
#endif
