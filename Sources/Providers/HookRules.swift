// The callbacks of a profile: the method, how they are signed, how their content is written, and what it says.

import Domain
import JSON

struct HookRules: Sendable {
    private enum Format: String, CaseIterable {
        case form
        case json
        case query
    }

    let method: String
    private let format: Format
    private let signature: (any HookSignature)?
    /// Where the body has its list; nil when it is one thing.
    private let each: JSONPointer?
    private let receipt: ReceiptMapping?
    private let inbound: InboundMapping?

    init(_ reader: JSONObjectReader, _ parameters: ProfileParameters) throws(JSONProblems) {
        let method: RequestMethod = try reader.word("method", parameters)
        guard method != .delete else { throw reader.problem("method", detail: "must be GET or POST") }
        self.method = method.rawValue
        format = try reader.word("format", parameters)
        guard method == .post || format == .query else {
            throw reader.problem("format", detail: "must be query: a GET has no body")
        }
        signature = try HookSignatures.read(try reader.object("signature"), parameters)
        each = try reader.jsonPointer("each", parameters)
        guard each == nil || format == .json else {
            throw reader.problem("each", detail: "must stand beside the format json only")
        }
        receipt = try reader.optionalObject("receipt").map { receipt throws(JSONProblems) in
            try ReceiptMapping(receipt, parameters)
        }
        inbound = try reader.optionalObject("inbound").map { inbound throws(JSONProblems) in
            try InboundMapping(inbound, parameters)
        }
    }

    var isSigned: Bool { signature != nil }

    func delivery(in request: HookRequest, now: Timestamp) throws(HookRefusal) -> HookDelivery {
        guard request.method == method else { throw .method }
        let replayID = try signature?.verify(request, now: now)
        guard let query = URLEncoding.fields(of: request.query.utf8),
            let document = document(of: request)
        else { throw .malformed }
        var elements = [document]
        if let each {
            guard case .array(let list)? = each.value(in: document) else {
                return HookDelivery(events: [], replayID: replayID)
            }
            elements = list
        }
        return HookDelivery(
            events: elements.compactMap { event(in: HookElement(value: $0, query: query)) },
            replayID: replayID)
    }

    private func document(of request: HookRequest) -> JSONValue? {
        switch format {
        case .json: try? JSONValue(parsing: request.body)
        case .form:
            URLEncoding.fields(of: request.body).map { fields in
                .object(fields.map { JSONMember(name: $0.name, value: .string($0.value)) })
            }
        case .query: request.body.isEmpty ? .null : nil
        }
    }

    private func event(in element: HookElement) -> HookEvent? {
        let inbound = inbound?.inbound(in: element)
        // A status that nobody knows is no reason to take what a person wrote for a receipt.
        if let receipt = receipt?.receipt(in: element), receipt.isKnown || inbound == nil {
            return .receipt(receipt.receipt)
        }
        return inbound.map(HookEvent.inbound)
    }
}
