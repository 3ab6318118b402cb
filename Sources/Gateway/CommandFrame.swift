// A command and its answer as bytes on the home's socket: the protocol's version, the command's number, JSON, and behind a zero the bodies
// of a message as they are, each behind its length. The answer has its command's number. Both sides are one program, so the JSON is that of the types
// themselves, and another version is refused, never guessed at.

import Foundation
import OutboxStore

enum CommandFrame {
    /// Raised whenever a type on the wire changes.
    private static let version: UInt8 = 6

    /// A frame around a payload.
    static func frame(_ number: UInt64, _ payload: [UInt8]) -> [UInt8] {
        [version] + withUnsafeBytes(of: number.bigEndian, Array.init) + payload
    }

    /// The number and the payload of a frame; nil when it is of another version.
    static func open(_ frame: [UInt8]) -> (number: UInt64, payload: [UInt8])? {
        guard frame.count >= 9, frame[0] == version else { return nil }
        return (frame[1...8].reduce(0) { $0 << 8 | UInt64($1) }, Array(frame[9...]))
    }

    static func bytes(of command: StoreCommand) throws -> [UInt8] {
        guard case .accept(var acceptance) = command else {
            return [UInt8](try JSONEncoder().encode(command)) + [0]
        }
        var bodies: [UInt8] = []
        for index in acceptance.contents.indices {
            let body = acceptance.contents[index].body
            bodies += withUnsafeBytes(of: UInt64(body.count).bigEndian, Array.init) + body
            acceptance.contents[index].body = []
        }
        return [UInt8](try JSONEncoder().encode(StoreCommand.accept(acceptance))) + [0] + bodies
    }

    static func command(_ frame: [UInt8]) throws -> StoreCommand {
        let end = frame.firstIndex(of: 0) ?? frame.endIndex
        let command = try JSONDecoder().decode(StoreCommand.self, from: Data(frame[..<end]))
        guard case .accept(var acceptance) = command else { return command }
        var bodies = frame[end...].dropFirst()
        for index in acceptance.contents.indices {
            let count = bodies.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            let rest = bodies.dropFirst(8)
            guard bodies.count >= 8, count <= rest.count else { throw StoreError.unanswered }
            acceptance.contents[index].body = Array(rest.prefix(Int(count)))
            bodies = rest.dropFirst(Int(count))
        }
        return .accept(acceptance)
    }

    static func bytes(of answer: Result<StoreAnswer, StoreError>) -> [UInt8] {
        let wire =
            switch answer {
            case .success(let answer): Answer(answer: answer, error: nil)
            case .failure(let error): Answer(answer: nil, error: error)
            }
        return (try? JSONEncoder().encode(wire)).map { [UInt8]($0) } ?? []
    }

    static func answer(_ frame: [UInt8]) -> Result<StoreAnswer, StoreError> {
        guard let wire = try? JSONDecoder().decode(Answer.self, from: Data(frame)) else {
            return .failure(.unanswered)
        }
        if let error = wire.error { return .failure(error) }
        return wire.answer.map { .success($0) } ?? .failure(.unanswered)
    }

    private struct Answer: Codable {
        let answer: StoreAnswer?
        let error: StoreError?
    }
}
