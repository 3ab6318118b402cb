// The home's half of the count of starts and ends: one number in a file. The other half is in the store, written first.

import Glibc
import Runtime

struct StartCount {
    let path: String

    /// The number in the file; nil without one, and -1, which is nobody's, when it cannot be read as a number.
    func read() throws(SystemError) -> Int64? {
        do {
            let text = String(decoding: try Files.read(path, limit: 64), as: UTF8.self)
            return Int64(text.prefix { $0 != "\n" }) ?? -1
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    func write(_ count: Int64) throws(SystemError) {
        try Files.replace(path, Array("\(count)\n".utf8), mode: 0o600)
    }
}
