// The words after a command, read against its options: an unknown option, a missing value or one operand too many is a usage
// error that names it (exit 64).

import Domain
import Gateway
import Glibc
import OutboxStore

struct Arguments {
    let operands: [String]
    private let values: [String: String]
    private let flags: Set<String>

    init(_ words: [String], for command: any Command.Type) throws {
        var operands: [String] = []
        var values: [String: String] = [:]
        var flags: Set<String> = []
        let known = command.options + Option.common
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                guard word == "-" || !word.hasPrefix("-") else {
                    throw Failure(.usage, "unknown option \(word)")
                }
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard let option = known.first(where: { $0.name == parts[0] }) else {
                throw Failure(.usage, "unknown option \(parts[0]); --help lists them")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw Failure(.usage, "\(option.name) takes no value") }
                flags.insert(option.name)
            } else {
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                    throw Failure(.usage, "\(option.name) needs a value")
                }
                guard values.updateValue(value, forKey: option.name) == nil else {
                    throw Failure(.usage, "\(option.name) is there twice")
                }
            }
        }
        guard command.operandCount.contains(operands.count) else {
            throw Failure(
                .usage, "takes \(command.operands.isEmpty ? "no operands" : command.operands); see --help")
        }
        self.operands = operands
        self.values = values
        self.flags = flags
    }

    subscript(_ option: String) -> String? { values[option] }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    var isJSON: Bool { has("--json") }

    /// The value of an option that must be there.
    func required(_ option: String) throws -> String {
        guard let value = values[option] else { throw Failure(.usage, "\(option) is required") }
        return value
    }

    /// The value of an option made into a domain value.
    func value<Value>(_ option: String, _ make: (String) throws(ValueError) -> Value) throws -> Value? {
        guard let text = values[option] else { return nil }
        do {
            return try make(text)
        } catch {
            throw Failure(.usage, "\(option) \(error.reason)")
        }
    }

    /// The value of an option that is one of an enumeration's words.
    func word<Value: RawRepresentable & CaseIterable>(
        _ option: String, _ type: Value.Type
    ) throws -> Value? where Value.RawValue == String {
        guard let text = values[option] else { return nil }
        guard let value = Value(rawValue: text) else {
            let words = type.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(.usage, "\(option) must be one of: \(words)")
        }
        return value
    }

    /// A required domain value.
    func requiredValue<Value>(_ option: String, _ make: (String) throws(ValueError) -> Value) throws -> Value
    {
        _ = try required(option)
        guard let value = try value(option, make) else { throw Failure(.usage, "\(option) is required") }
        return value
    }

    /// Where the home is that the command works on.
    var homePath: String {
        if let path = values["--home"] { return path }
        let variable = getenv("RELAIS_HOME").map { String(cString: $0) } ?? ""
        return variable.isEmpty ? "./Outbox" : variable
    }

    /// The home of a command; one that delivers needs the providers' passwords.
    func home(delivers: Bool = false) throws -> Home { try Home(path: homePath, delivers: delivers) }
}
