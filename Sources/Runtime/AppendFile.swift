// A file of lines that only grows. What `append` was given is on disk when it returns, whole: a failed write is cut off again before the
// next one, and so is the torn line that a crash left at the end, when the file is read. It belongs to one process, by a lock
// on it, and there to one thread.

import CLinux
import Glibc

package final class AppendFile {
    private let path: String
    private let descriptor: CInt
    private var length = 0
    /// Bytes of a failed write may stand behind `length`.
    private var isTorn = false

    /// Opens the file, for this user alone, or makes it; the folder must be there.
    package init(path: String) throws(SystemError) {
        self.path = path
        let isNew = !Files.exists(path)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
        guard relais_try_lock_file(descriptor) == 0 else { throw SystemError(errno, "lock", path) }
        if isNew { try Files.syncFolder(of: path) }
    }

    deinit { close(descriptor) }

    /// Reads every whole line, without its end, and cuts off what is behind the last one.
    package func forEachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        length = 0
        var offset = 0
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = pread(descriptor, &buffer, buffer.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(errno, "read", path) }
            if count == 0 { break }
            offset += count
            pending += buffer[..<count]
            var start = pending.startIndex
            while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
                try body(pending[start..<end])
                start = end + 1
            }
            length += start
            pending.removeFirst(start)
        }
        guard offset == length || ftruncate(descriptor, length) == 0 else {
            throw SystemError(errno, "cut", path)
        }
    }

    /// Adds whole lines and syncs them; a file that somebody removed or replaced meanwhile is an error, not a place to write to.
    package func append(_ bytes: [UInt8]) throws(SystemError) {
        var named = stat()
        var opened = stat()
        guard stat(path, &named) == 0, fstat(descriptor, &opened) == 0 else {
            throw SystemError(errno, "write", path)
        }
        guard named.st_ino == opened.st_ino, named.st_dev == opened.st_dev else {
            throw SystemError(ESTALE, "write", path)
        }
        if isTorn {
            guard ftruncate(descriptor, length) == 0 else { throw SystemError(errno, "cut", path) }
            isTorn = false
        }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, length + written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw undone("write") }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw undone("sync") }
        length += bytes.count
    }

    private func undone(_ step: String) -> SystemError {
        isTorn = true
        return SystemError(errno, step, path)
    }
}
