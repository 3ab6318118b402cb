// How a profile's receipts and inbound texts are read from one element of a callback. What does not have the required values is not one.

import Domain
import JSON

/// One element and the URL's parameters.
struct HookElement {
    let value: JSONValue
    let query: [(name: String, value: String)]

    func text(_ place: FieldPlace?) -> String? { place?.text(in: value, query) }
}

/// Conditions that a callback must keep to be of a kind.
struct HookCondition: Sendable {
    private let wanted: [(place: FieldPlace, values: [String])]

    init(_ reader: JSONObjectReader?) throws(JSONProblems) {
        var wanted: [(place: FieldPlace, values: [String])] = []
        for name in reader?.names ?? [] {
            guard let reader else { break }
            let place = try reader.value(of: name) { () throws(ValueError) in try FieldPlace(name) }
            wanted.append((place, try reader.strings(name)))
        }
        self.wanted = wanted
    }

    func fits(_ element: HookElement) -> Bool {
        wanted.allSatisfy { element.text($0.place).map($0.values.contains) == true }
    }
}

struct ReceiptMapping: Sendable {
    private let when: HookCondition
    private let messageReference: FieldPlace?
    private let providerReference: FieldPlace?
    private let status: FieldPlace
    private let code: FieldPlace?
    private let segments: FieldPlace?
    private let states: [String: HookReceipt.State]
    /// Codes of a failure that say that the number is no good.
    private let bounceCodes: [String]

    init(_ reader: JSONObjectReader, _ parameters: ProfileParameters) throws(JSONProblems) {
        when = try HookCondition(try reader.optionalObject("when"))
        messageReference = try reader.place("messageReference", parameters)
        providerReference = try reader.place("providerReference", parameters)
        guard messageReference != nil || providerReference != nil else {
            throw reader.problem(
                "messageReference", code: "missing",
                detail: "is required, or providerReference: a receipt is of a message")
        }
        status = try reader.requiredPlace("status", parameters)
        code = try reader.place("code", parameters)
        segments = try reader.place("segments", parameters)
        bounceCodes = try reader.optionalStrings("bounceCodes") ?? []
        let members = try reader.object("states")
        var states: [String: HookReceipt.State] = [:]
        for state in HookReceipt.State.allCases {
            for word in try members.constants(state.rawValue, parameters) {
                guard states.updateValue(state, forKey: word) == nil else {
                    throw members.problem(state.rawValue, detail: "must not hold \(word) again")
                }
            }
        }
        self.states = states
    }

    /// A status that the profile does not know decides nothing.
    func receipt(in element: HookElement) -> (receipt: HookReceipt, isKnown: Bool)? {
        guard when.fits(element), let status = element.text(status) else { return nil }
        let reference = element.text(messageReference).flatMap(ProviderText.reference)
        let providerReference = element.text(providerReference).flatMap(ProviderText.reference)
        guard reference != nil || providerReference != nil else { return nil }
        let state = states[status] ?? .progress
        let code = state == .failed ? element.text(code) : nil
        let isBounce = state == .failed && code.map(bounceCodes.contains) == true
        let receipt = HookReceipt(
            messageReference: reference, providerReference: providerReference,
            state: isBounce ? .bounced : state,
            status: (code ?? status).unicodeScalars.lazy.filter { (0x21...0x7E).contains($0.value) }
                .prefix(64).reduce(into: "") { $0.unicodeScalars.append($1) },
            segments: element.text(segments).flatMap(ProviderText.segments))
        return (receipt, states[status] != nil)
    }
}

struct InboundMapping: Sendable {
    private let when: HookCondition
    private let from: FieldPlace
    private let to: FieldPlace
    private let text: FieldPlace
    private let providerReference: FieldPlace?

    init(_ reader: JSONObjectReader, _ parameters: ProfileParameters) throws(JSONProblems) {
        when = try HookCondition(try reader.optionalObject("when"))
        from = try reader.requiredPlace("from", parameters)
        to = try reader.requiredPlace("to", parameters)
        text = try reader.requiredPlace("text", parameters)
        providerReference = try reader.place("providerReference", parameters)
    }

    func inbound(in element: HookElement) -> InboundText? {
        guard when.fits(element), let from = element.text(from), let to = element.text(to),
            let text = element.text(text)
        else { return nil }
        return InboundText(
            from: Self.number(from), to: Self.number(to), text: text,
            providerReference: element.text(providerReference).flatMap(ProviderText.reference))
    }

    /// Many providers leave the plus out, or write 00, or send it where a plus is a blank; eight digits and more are no short code.
    private static func number(_ text: String) -> String {
        var text = text.filter { !$0.isWhitespace }
        if text.hasPrefix("00") { text.removeFirst(2) }
        let isWhole =
            (8...15).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isWhole && !text.hasPrefix("0") ? "+" + text : text
    }
}

extension JSONObjectReader {
    func place(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> FieldPlace? {
        guard let text = try constant(name, parameters) else { return nil }
        return try value(of: name) { () throws(ValueError) in try FieldPlace(text) }
    }

    func requiredPlace(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> FieldPlace {
        guard let place = try place(name, parameters) else {
            throw problem(
                name, code: "missing", detail: "is required: /name in the body, or ?name in the query")
        }
        return place
    }
}
