// A receipt's payload as lines for a person, one value a line under its section; what is not known is left out, but
// for the channel: one that is not named is every one.

import JSON

enum ReceiptText {
    static func lines(_ payload: JSONValue) -> [String] {
        guard case .object(let sections) = payload else { return [] }
        return sections.flatMap { section in
            [section.name] + values(section.value, "").map { "  " + $0 }
        }
    }

    private static func values(_ value: JSONValue, _ name: String) -> [String] {
        switch value {
        case .null: name == "channel" ? ["channel: every one"] : []
        case .object(let members):
            members.flatMap { values($0.value, name.isEmpty ? $0.name : "\(name) \($0.name)") }
        case .string(let text): ["\(name): \(text)"]
        default: ["\(name): \(value.text())"]
        }
    }
}
