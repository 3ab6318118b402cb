// What of a dealership's file only the gateway's operator changes (contract, section 2): what others pay for, are reached under, or see as
// this gateway's own. Compared as values, so that the order of members says nothing; `null` is as absent.

import Domain
import JSON

package enum ReservedMembers {
    /// The members that a new record may not change in the dealership's own hand; empty when it changes none.
    package static func changes(from old: JSONValue, to new: JSONValue) -> [JSONProblem] {
        let names = ["kind", "smsSender", "countries", "quotas", "mediaHosts"]
        var pointers = names.filter { value($0, of: old) != value($0, of: new) }.map { "/" + $0 }
        let domains = Set(senders.compactMap { domain(of: $0, in: old) })
        for name in senders {
            if let domain = domain(of: name, in: new), !domains.contains(domain) {
                pointers.append("/senders/\(name)/address")
            }
        }
        return pointers.map {
            JSONProblem(
                pointer: $0, code: "reserved",
                detail: "is changed by the gateway's operator alone"
                    + ($0.hasPrefix("/senders") ? ": its domain is another" : ""))
        }
    }

    private static let senders = ["service", "marketing"]

    private static func value(_ name: String, of record: JSONValue) -> JSONValue? {
        switch record[name] {
        case nil, .null: name == "kind" ? "dealership" : nil
        case let value?: value.sorted
        }
    }

    private static func domain(of sender: String, in record: JSONValue) -> String? {
        guard case .string(let text)? = record["senders"]?[sender]?["address"],
            let address = try? EmailAddress(text).address, let at = address.lastIndex(of: "@")
        else { return nil }
        return String(address[address.index(after: at)...])
    }
}
