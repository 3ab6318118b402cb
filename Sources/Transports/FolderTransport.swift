// Hand-over to a folder: a capture provider writes each message as `<messageID>.eml`, an SMS as `.json`, instead of sending it.
// A file appears whole or not at all (temporary file, fsync, rename, fsync of the folder), readable by its
// owner only. The same message again replaces its file with the same bytes. A failing disk defers.

import Delivery
import Glibc
import JSON

/// A provider that keeps messages in a folder.
package struct FolderTransport: Transport {
    package let name: String
    private let path: String

    /// The provider of this name; a missing folder is made with mode 0700, its parent must exist.
    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    package func openConnection() -> any TransportConnection {
        FolderConnection(path: path)
    }
}

private final class FolderConnection: TransportConnection {
    private let path: String

    init(path: String) {
        self.path = path
    }

    func deliver(_ handover: Handover, isStillAllowed: @escaping () -> Bool) -> AttemptReport {
        guard isStillAllowed() else { return report(.deferred, .withdrawn) }
        guard !handover.body.isEmpty, isFileName(handover.messageID) else {
            return report(.rejected, .content)
        }
        guard let failure = write(handover) else {
            return AttemptReport(verdict: Verdict(outcome: .accepted, status: "captured"))
        }
        return report(.deferred, .disk, failure: failure)
    }

    func hangUp() {}

    /// Writes the file; nil when it is on disk, else the operating system's words.
    private func write(_ handover: Handover) -> String? {
        if mkdir(path, 0o700) != 0, errno != EEXIST { return lastError("mkdir") }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return lastError("open folder") }
        defer { close(folder) }
        let temporary = ".\(handover.messageID).tmp"
        if let failure = writeTemporary(temporary, in: folder, handover.file) {
            unlinkat(folder, temporary, 0)
            return failure
        }
        guard renameat(folder, temporary, folder, "\(handover.messageID).\(handover.suffix)") == 0 else {
            let failure = lastError("rename")
            unlinkat(folder, temporary, 0)
            return failure
        }
        return fsync(folder) == 0 ? nil : lastError("fsync folder")
    }

    private func writeTemporary(_ name: String, in folder: Int32, _ bytes: [UInt8]) -> String? {
        // What a crash left behind is removed first, so that the file is new and its mode is ours.
        unlinkat(folder, name, 0)
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return lastError("open") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return lastError("write") }
            written += count
        }
        return fsync(file) == 0 ? nil : lastError("fsync")
    }

    private func isFileName(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }

    private func report(_ outcome: Outcome, _ fault: HandoverFault, failure: String? = nil) -> AttemptReport {
        AttemptReport(
            verdict: Verdict(
                outcome: outcome, status: fault.rawValue, isProviderFault: fault == .disk),
            failure: failure)
    }

    private func lastError(_ step: String) -> String {
        "\(step): \(String(cString: strerror(errno)))"
    }
}

extension Handover {
    fileprivate var suffix: String { channel == .email ? "eml" : "json" }

    /// A mail as it is; of an SMS also whom it is from and to.
    fileprivate var file: [UInt8] {
        guard channel == .sms else { return body }
        let json: JSONValue = [
            "from": .string(sender), "to": .string(recipient),
            "text": .string(String(decoding: body, as: UTF8.self)),
        ]
        return json.bytes()
    }
}
