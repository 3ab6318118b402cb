// Standard output for answers, standard error for diagnostics. A reader that went away (`relais send … | head`) ends the output, not the
// work: what was asked is done.

import Glibc
import JSON

enum Terminal {
    static func write(_ line: String) {
        writeBytes(Array((line + "\n").utf8))
    }

    static func write(_ json: JSONValue) {
        write(json.text())
    }

    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    static func writeBytes(_ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EPIPE { return }
            guard count > 0 else { exit(ExitStatus.inputOutput.rawValue) }
            written += count
        }
    }
}
