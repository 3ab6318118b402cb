// Whole small files, read and written with the care that configuration, secrets and captured mails need: a written file is
// complete and synced under its name, or it is not there.

import Glibc

package enum Files {
    /// Reads a file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "read", path) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, name: path, limit: limit)
    }

    /// Reads a descriptor (such as standard input) to its end.
    package static func read(descriptor: CInt, name: String, limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(errno, "read", name) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw SystemError(EFBIG, "read", name) }
        }
    }

    /// Creates a file that must not exist yet: written and synced beside its place, then linked into it, so that a crash leaves
    /// the whole file or none.
    package static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let temporary = try writeBeside(path, bytes, mode: mode)
        defer { unlink(temporary) }
        try move(temporary, to: path)
    }

    /// Writes a file over the one that may be there: a crash leaves the old one or the new one, whole.
    package static func replace(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let temporary = try writeBeside(path, bytes, mode: mode)
        defer { unlink(temporary) }
        guard rename(temporary, path) == 0 else { throw SystemError(errno, "replace", path) }
        try syncFolder(of: path)
    }

    /// Gives a finished file its name, which must be free, and syncs both.
    package static func move(_ temporary: String, to path: String) throws(SystemError) {
        let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "open", temporary) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError(errno, "sync", temporary) }
        guard link(temporary, path) == 0 else { throw SystemError(errno, "create", path) }
        unlink(temporary)
        try syncFolder(of: path)
    }

    /// Makes a change of names in the folder of `path` last.
    package static func syncFolder(of path: String) throws(SystemError) {
        let folder = open(parentFolder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemError(errno, "sync", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw SystemError(errno, "sync", path) }
    }

    private static func writeBeside(
        _ path: String, _ bytes: [UInt8], mode: mode_t
    ) throws(SystemError) -> String {
        let temporary = path + ".\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw SystemError(errno, "create", path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                defer { unlink(temporary) }
                throw SystemError(errno, "write", path)
            }
            written += count
        }
        guard fsync(descriptor) == 0 else {
            defer { unlink(temporary) }
            throw SystemError(errno, "sync", path)
        }
        return temporary
    }

    /// Free bytes for this user on the disk of `path`, and the disk's size; nil when it cannot be asked.
    package static func space(of path: String) -> (free: Int64, total: Int64)? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let block = Int64(status.f_frsize)
        return (Int64(status.f_bavail) * block, Int64(status.f_blocks) * block)
    }

    /// Makes a folder, and those above it, for this user only; one that is there already is left as it is.
    package static func createFolder(_ path: String) throws(SystemError) {
        if isFolder(path) { return }
        let parent = parentFolder(of: path)
        if parent != path { try createFolder(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError(errno, "create", path) }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the group or others may read or write the file.
    package static func isExposed(_ path: String) throws(SystemError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError(errno, "read", path) }
        return status.st_mode & 0o077 != 0
    }

    package static func parentFolder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path as written in a file of `folder`: absolute, or relative to that folder.
    package static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// The names in a folder, sorted; hidden ones are left out.
    package static func names(in folder: String) throws(SystemError) -> [String] {
        guard let directory = opendir(folder) else { throw SystemError(errno, "list", folder) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
