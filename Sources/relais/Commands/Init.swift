// `relais init [DIR]`: makes a home. What is there is kept; a home that has its secret already is refused.

import Gateway
import JSON
import Runtime

enum Init: Command {
    static let path = ["init"]
    static let summary = "make a home: commented relais.json, secret key, database"
    static let operands = "[DIR]"
    static let operandCount = 0...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let folder = arguments.operands.first ?? arguments.homePath
        try Home.create(folder)
        let home = try Home(path: folder, delivers: false)
        try StoreSession.write(home) { _ in }
        if arguments.isJSON {
            Terminal.write([
                "home": .string(folder), "fingerprint": .string(home.keys.referenceKeyFingerprint),
            ])
            return .ok
        }
        Terminal.write(
            """
            \(folder) is a home now: \(folder)/relais.json, secret.key, data/
            Keep a copy of secret.key apart, unreadable for others: without it no objection can be matched.
            Next: relais dealership put FILE.json --home \(folder), then relais check --home \(folder)
            """)
        return .ok
    }
}
