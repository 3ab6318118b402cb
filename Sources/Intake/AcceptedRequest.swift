// A request that was accepted, read once more to be shown. It was checked then; what the dealership changed since in its own record is not
// held against it: an advisor who left is left out, and where media may come from is for whoever shows them.

import Composer
import Domain
import JSON

package enum AcceptedRequest {
    /// - Parameters:
    ///   - text: the request as the store keeps it.
    ///   - acceptedAt: its times were judged by this clock.
    package static func read(
        _ text: String, from dealership: Dealership, acceptedAt: Timestamp
    ) throws(IntakeError) -> MessageRequest {
        var json: JSONValue
        do {
            json = try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw .malformed(error)
        }
        if case .object(let members) = json {
            json = .object(members.filter { !$0.isAdvisor(missingIn: dealership) })
        }
        var dealership = dealership
        dealership.mediaHosts = []
        do {
            return try MessageRequestReader.read(json, dealership: dealership, now: acceptedAt)
        } catch {
            throw .refused(error)
        }
    }
}

extension JSONMember {
    fileprivate func isAdvisor(missingIn dealership: Dealership) -> Bool {
        guard name == "advisor", case .string(let id) = value else { return false }
        return !dealership.advisors.contains { $0.id == id }
    }
}
