// `secret.key`: the home's keys, mode 0600. The reference key is what objections are found by: without it they cannot be matched,
// so it never rotates and a copy is kept apart. A file that others can read is refused, and its content is never shown.

import Crypto
import Domain
import JSON
import Runtime

enum SecretFile {
    private static let keyByteCount = 32

    /// A new file's content, with fresh keys.
    static func newContent() -> [UInt8] {
        let json: JSONValue = [
            "version": 1,
            "reference": .string(Hexadecimal.text(of: Crypto.randomBytes(keyByteCount))),
            "tokens": .array([
                ["id": 1, "key": .string(Hexadecimal.text(of: Crypto.randomBytes(keyByteCount)))]
            ]),
            "webhooks": .array([
                ["id": 1, "key": .string(Hexadecimal.text(of: Crypto.randomBytes(keyByteCount)))]
            ]),
        ]
        return Array((json.text(pretty: true) + "\n").utf8)
    }

    static func read(_ path: String) throws(HomeError) -> KeyRing {
        do {
            guard try !Files.isExposed(path) else {
                throw HomeError(
                    .configuration, "\(path): others can read it; chmod 600 it, and think of it as leaked")
            }
            let reader = try JSONObjectReader(try JSONValue(parsing: try Files.read(path, limit: 64 << 10)))
            guard try reader.integer("version", in: 1...1) == 1 else { throw HomeError(.configuration, path) }
            let reference = try reader.value("reference", key)
            var tokens: [KeyRing.TokenKey] = []
            for token in try reader.objects("tokens") {
                tokens.append(
                    KeyRing.TokenKey(
                        id: UInt8(try token.integer("id", in: 1...255)), key: try token.value("key", key)))
            }
            guard !tokens.isEmpty else {
                throw reader.problem("tokens", detail: "must have at least one key")
            }
            var webhooks: [[UInt8]] = []
            for webhook in try reader.optionalObjects("webhooks") ?? [] {
                _ = try webhook.integer("id", in: 1...255)
                webhooks.append(try webhook.value("key", key))
            }
            try reader.finish()
            return KeyRing(referenceKey: reference, tokenKeys: tokens, webhookKeys: webhooks)
        } catch let error as HomeError {
            throw error
        } catch let error as SystemError {
            throw HomeError(
                .configuration, "\(error): put the home's secret.key back, or run relais init for a new home")
        } catch {
            throw HomeError(.configuration, "\(path): \(error)")
        }
    }

    private static func key(_ text: String) throws(ValueError) -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(of: text), bytes.count == keyByteCount else {
            throw ValueError("must be 64 hexadecimal digits")
        }
        return bytes
    }
}
