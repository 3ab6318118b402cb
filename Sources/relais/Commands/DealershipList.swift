// `relais dealership list`: every dealership that the store knows; one that has left is there with its ledger and nothing else.

import JSON
import OutboxStore

enum DealershipList: Command {
    static let path = ["dealership", "list"]
    static let summary = "list the dealerships"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let rows = try StoreSession.read(try arguments.home()) { try $0.dealerships() }
        for row in rows {
            arguments.isJSON ? Terminal.write(row.view) : Terminal.write(row.line)
        }
        if rows.isEmpty { Terminal.complain("there is no dealership: relais dealership put FILE.json") }
        return .ok
    }
}

extension DealershipRow {
    private var name: String? {
        guard case .string(let name)? = (try? JSONValue(parsing: Array(record.utf8)))?["name"] else {
            return nil
        }
        return name
    }

    fileprivate var view: JSONValue {
        [
            "id": .string(id), "name": .optional(name), "state": .string(state.rawValue),
            "heldSince": .optional(heldSince?.text), "updatedAt": .string(updatedAt.text),
        ]
    }

    fileprivate var line: String {
        let hold = heldSince.map { " since \($0.text)" } ?? ""
        return ["\(id)", state.rawValue + hold, name].compactMap(\.self).joined(separator: "  ")
    }
}
