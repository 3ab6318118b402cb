// `relais dealership show ID`: its record as it was put, ready to be edited and put again.

import Domain
import JSON
import OutboxStore

enum DealershipShow: Command {
    static let path = ["dealership", "show"]
    static let summary = "show a dealership's record as it was put"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try arguments.dealership()
        guard let record = try StoreSession.read(try arguments.home(), { try $0.dealership(id) }) else {
            throw StoreError.notFound("dealership \(id)")
        }
        let json = try JSONValue(parsing: Array(record.utf8))
        Terminal.write(json.text(pretty: !arguments.isJSON))
        return .ok
    }
}

extension Arguments {
    /// The dealership that is the command's one operand.
    func dealership() throws -> DealershipID {
        do {
            return try DealershipID(operands[0])
        } catch {
            throw Failure(.usage, "ID \(error.reason)")
        }
    }
}
