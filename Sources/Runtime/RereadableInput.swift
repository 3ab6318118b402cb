// A file or standard input that is read more than once, piece by piece, in constant memory. What cannot be read again (a pipe) is first
// copied into a file without a name, in a folder that the caller trusts with it: it is gone with the process, whatever ends that.

import Glibc

package final class RereadableInput {
    private static let pieceLength = 256 << 10

    private let name: String
    private let descriptor: CInt
    /// Where reading begins: a shell may have read the first lines of our standard input.
    private let start: Int

    /// Opens a file, or standard input for `-`.
    ///
    /// - Parameter folder: where a pipe's content is kept meanwhile.
    package init(_ path: String, spoolFolder folder: String) throws(SystemError) {
        name = path == "-" ? "standard input" : path
        let opened = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemError(errno, "read", name) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(opened)
            throw SystemError(EISDIR, "read", name)
        }
        guard status.st_mode & S_IFMT != S_IFREG else {
            descriptor = opened
            start = max(0, lseek(opened, 0, SEEK_CUR))
            return
        }
        defer { close(opened) }
        start = 0
        descriptor = try Self.spool(opened, name, folder)
    }

    deinit { close(descriptor) }

    /// Reads from the beginning to the end.
    ///
    /// - Parameter prefix: left out where the text begins with it.
    package func forEachPiece(
        without prefix: [UInt8] = [], _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: Self.pieceLength)
        var offset = start
        while true {
            let count = pread(descriptor, &buffer, buffer.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(errno, "read", name) }
            if count == 0 { return }
            let isPrefixed = offset == start && buffer[..<count].starts(with: prefix)
            offset += count
            try body(buffer[(isPrefixed ? prefix.count : 0)..<count])
        }
    }

    private static func spool(_ source: CInt, _ name: String, _ folder: String) throws(SystemError) -> CInt {
        var path = Array((folder + "/.input-XXXXXX").utf8CString)
        let copy = mkstemp(&path)
        guard copy >= 0 else { throw SystemError(errno, "create a file in", folder) }
        unlink(path)
        do throws(SystemError) {
            try transfer(from: source, name, to: copy, folder)
        } catch {
            close(copy)
            throw error
        }
        return copy
    }

    private static func transfer(
        from source: CInt, _ name: String, to copy: CInt, _ folder: String
    ) throws(SystemError) {
        var buffer = [UInt8](repeating: 0, count: pieceLength)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(errno, "read", name) }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = buffer[written..<count].withUnsafeBytes { write(copy, $0.baseAddress, $0.count) }
                if step < 0 && errno == EINTR { continue }
                guard step > 0 else { throw SystemError(errno, "write", folder) }
                written += step
            }
        }
    }
}
