// How many descriptors the process may have open. The usual soft limit of 1024 is less than the connections that the server grants, and a
// process that uses epoll and poll alone may raise it to the hard one (systemd.exec(5), LimitNOFILE).

import Glibc

package enum OpenFileLimit {
    /// Raises the soft limit to the hard one; returns what counts from now on.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
