// What Glibc's Swift module lacks. _GNU_SOURCE would change types that the Glibc module has already seen (fd_set), so what it would
// declare is declared here: thread names, and the credentials of a socket's peer. flock(2) collides with the struct of its name.
#ifndef RELAIS_CLINUX_SHIM_H
#define RELAIS_CLINUX_SHIM_H
#include <pthread.h>
#include <sys/file.h>
#include <sys/socket.h>

int pthread_setname_np(pthread_t thread, const char *name);

// unix(7): what SO_PEERCRED gives.
struct relais_peer_credentials {
    pid_t process;
    uid_t user;
    gid_t group;
};

static inline int relais_name_current_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

static inline int relais_peer_user(int descriptor, uid_t *user) {
    struct relais_peer_credentials credentials;
    socklen_t length = sizeof credentials;
    int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
    *user = credentials.user;
    return result;
}

static inline int relais_try_lock_file(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}
#endif
