// The home's lock: whoever holds it is the only process that writes the store. It is an advisory lock on a file beside the
// store (flock(2)), so it ends with its process, however that ends. It never blocks.

import CLinux
import Glibc

package final class FileLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock, or returns nil when another process has it; throws when the file cannot be opened.
    package init?(path: String) throws(SystemError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
        guard relais_try_lock_file(descriptor) == 0 else {
            let error = errno
            close(descriptor)
            guard error == EWOULDBLOCK else { throw SystemError(error, "lock", path) }
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
