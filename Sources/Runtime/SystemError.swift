// A call of the operating system that failed: which, on what file, and why in the system's words.

import Glibc

package struct SystemError: LoggableError, Sendable, Equatable {
    package let code: CInt
    package let call: String
    package let path: String

    package init(_ code: CInt, _ call: String, _ path: String) {
        self.code = code
        self.call = call
        self.path = path
    }

    package var description: String { "cannot \(call) \(path): \(String(cString: strerror(code)))" }
}
