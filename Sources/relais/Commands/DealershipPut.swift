// `relais dealership put FILE.json`: creates or replaces a dealership, after its file was read and checked whole.

import Domain
import Gateway
import Intake
import JSON
import Runtime

enum DealershipPut: Command {
    static let path = ["dealership", "put"]
    static let summary = "create or replace a dealership from its file"
    static let operands = "FILE.json"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let file = arguments.operands[0]
        let json: JSONValue
        do {
            json = try JSONValue(parsing: try Files.read(file, limit: 1 << 20))
        } catch let error as JSONSyntaxError {
            throw Failure(.dataError, "\(file): \(error)")
        }
        let dealership: DealershipID
        do {
            dealership = try DealershipReader.read(json).id
        } catch {
            throw Failure(.dataError, "\(file): \(error)")
        }
        let isNew = try StoreSession.write(try arguments.home()) {
            try $0.put(dealership, record: json.text())
        }
        if arguments.isJSON {
            Terminal.write(["id": .string(dealership.text), "created": .bool(isNew)])
        } else {
            Terminal.write("\(dealership)  \(isNew ? "created" : "replaced")")
        }
        return .ok
    }
}
