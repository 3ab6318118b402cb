// Steps 2 to 5 of a message's way: read and check the request, compose the exact bytes, and accept it durably. One way in for
// the API, for `relais send` and for `relais outbox resend`. It promises that what it accepts is on disk before it says so, that a refused message leaves
// nothing behind, and that a blocked one is kept and shown as blocked.

import Composer
import Consent
import Crypto
import Domain
import JSON
import OutboxStore
import Runtime

package struct Intake: Sendable {
    private let store: any StoreCommands
    private let library: TemplateLibrary
    private let composer: Composer
    private let recipients: RecipientFilter
    private let routes: Set<Channel>
    private let clock: WallClock
    private let dealerships = DealershipDirectory()

    /// - Parameter routes: the channels that something delivers by. An e-mail is accepted without one too, for a later `deliver`.
    package init(
        store: any StoreCommands, library: TemplateLibrary, composer: Composer, recipients: RecipientFilter,
        routes: Set<Channel> = [.email], clock: WallClock = .system
    ) {
        self.store = store
        self.library = library
        self.composer = composer
        self.recipients = recipients
        self.routes = routes.isEmpty ? [.email] : routes
        self.clock = clock
    }

    /// The longest request for one message, in bytes (contract, section 4).
    package static let requestLimit = 256 << 10

    /// Where the idempotency key of a message stands.
    package enum KeySource: Sendable {
        /// The header of a request, if it has one.
        case header(String?)
        /// The member `key` of a line of NDJSON, if it has one.
        case member
    }

    /// Accepts one message; `completion` is called once, after the commit or with the reason.
    package func accept(
        _ body: [UInt8], key: KeySource, for dealership: DealershipID,
        completion: @escaping @Sendable (Result<AcceptedMessage, IntakeError>) -> Void
    ) {
        do throws(IntakeError) {
            let (json, idempotency) = try request(body, key)
            // Before anything else is looked at: what was accepted once is answered as it was, whatever has changed since.
            if let idempotency, let kept = try answer(to: idempotency, key, dealership) {
                return completion(.success(kept))
            }
            let acceptance = try prepare(json, idempotency, for: dealership)
            store.accept(acceptance) { result in completion(result.mapError { refusal(by: $0, key) }) }
        } catch {
            completion(.failure(error))
        }
    }

    /// Accepts what a message was composed from once more, as a new message: composed anew from the templates and the dealership as they
    /// are now, with its own Message-ID, date and unsubscribe token, and judged by the gate.
    ///
    /// - Parameter recipient: replaces the request's `to` and is checked like it; nil for the same person.
    package func resend(
        _ original: MessageID, to recipient: JSONValue?,
        completion: @escaping @Sendable (Result<AcceptedMessage, IntakeError>) -> Void
    ) {
        do throws(IntakeError) {
            let (dealership, request) = try kept(original)
            let json = renewed(request, to: recipient)
            let acceptance = try prepare(json, nil, for: dealership, resendOf: original)
            store.accept(acceptance) { result in completion(result.mapError { .store($0) }) }
        } catch {
            completion(.failure(error))
        }
    }

    /// The request that a message was accepted with.
    private func kept(_ id: MessageID) throws(IntakeError) -> (DealershipID, JSONValue) {
        do {
            let kept = try store.read { reader throws(StoreError) in try reader.resendable(id) }
            return (kept.dealership, try JSONValue(parsing: Array(kept.request.utf8)))
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .store(.unusable("the request of \(id) cannot be read: \(error)"))
        }
    }

    /// A request as it is made now: times that are over say nothing about it, and it replaces nothing that waits (an old quote would
    /// cancel the newer one).
    private func renewed(_ request: JSONValue, to recipient: JSONValue?) -> JSONValue {
        guard case .object(let members) = request else { return request }
        let now = clock.now()
        return .object(
            members.compactMap { member in
                switch (member.name, member.value) {
                case ("to", _): JSONMember(name: "to", value: recipient ?? member.value)
                case ("coalesceKey", _): nil
                case ("notBefore", .string(let text)), ("deliverBy", .string(let text)):
                    (try? Timestamp(text)).map { $0 > now } == true ? member : nil
                default: member
                }
            })
    }

    /// What a message would be and what the gate would say; nothing is stored.
    package func preview(
        _ json: JSONValue, for dealership: DealershipID
    ) throws(IntakeError) -> (message: ComposedMessage, verdict: GateVerdict) {
        let now = clock.now()
        let message = try compose(json, for: dealership, with: composer.forPreview, at: now)
        var verdicts: [GateVerdict] = []
        for content in message.contents {
            guard content.isRecipientAllowed else {
                verdicts.append(.blocked(.notAllowed))
                continue
            }
            let question = GateQuestion(
                at: now, purpose: message.kind.purpose, class: message.kind.class, channel: content.channel,
                references: content.references)
            do throws(StoreError) {
                let verdict = try store.read { reader throws(StoreError) in
                    try reader.verdict(question, dealership: dealership)
                }
                verdicts.append(verdict)
            } catch {
                throw .store(error)
            }
        }
        return (message, verdicts.first(where: \.isAllowed) ?? verdicts.first ?? .blocked(.notAllowed))
    }

    /// Everything before the transaction: the checked and composed message.
    private func prepare(
        _ json: JSONValue, _ idempotency: IdempotentRequest?, for id: DealershipID,
        resendOf original: MessageID? = nil
    ) throws(IntakeError) -> Acceptance {
        let now = clock.now()
        let message = try compose(json, for: id, with: composer, at: now)
        let dealership = message.dealership
        let hasQuota = dealership.messagesPerDay != nil || dealership.smsSegmentsPerDay != nil
        return Acceptance(
            id: message.id, dealership: id, contents: message.contents, template: message.kind.name,
            templateDigest: message.templateDigest, purpose: message.kind.purpose,
            class: message.kind.class, reference: message.request.intervention?.reference, createdAt: now,
            timing: message.timing, request: json.text(), resendOf: original,
            asksConsentFor: message.email?.asksFor.map(Scope.purpose), idempotency: idempotency,
            quota: hasQuota
                ? DayQuota(
                    day: dealership.day(at: now), messages: dealership.messagesPerDay,
                    segments: dealership.smsSegmentsPerDay) : nil)
    }

    /// Checks a request and composes it for every channel that it names and the contact has.
    private func compose(
        _ json: JSONValue, for id: DealershipID, with composer: Composer, at now: Timestamp
    ) throws(IntakeError) -> ComposedMessage {
        let dealership = try dealerships.dealership(id, store)
        let request: MessageRequest
        do {
            request = try MessageRequestReader.read(json, dealership: dealership, now: now)
        } catch {
            throw .refused(error)
        }
        guard let kind = library.kinds[request.template] else {
            throw refusal(
                "/template", "unknown-template",
                "must be one of: \(library.kinds.keys.sorted().joined(separator: ", "))")
        }
        let channels = try channels(of: request, kind)
        do throws(CompositionError) {
            let message = try ChannelComposer(
                composer: composer, recipients: recipients, request: request, kind: kind,
                dealership: dealership, now: now, random: Crypto.randomBytes(26)
            ).message(by: channels)
            if let message { return message }
        } catch {
            throw refusal(error.pointer ?? "", code(of: error), error.description)
        }
        guard channels != [.sms] || request.recipient.phone == nil else {
            throw refusal(
                "/to/phone", "invalid-value", "must be a mobile number: the message goes by SMS")
        }
        let isEmail = channels.contains(.email)
        throw refusal(
            isEmail ? "/to/email" : "/to/phone", "missing",
            isEmail ? "is required: the message goes by e-mail" : "is required: the message goes by SMS")
    }

    /// The channels to try, in order: those that the request names, that its kind has and that something delivers by.
    private func channels(
        of request: MessageRequest, _ kind: MessageKind
    ) throws(IntakeError) -> [Channel] {
        let asked = request.channels ?? Array(kind.channels.prefix(1))
        for (index, channel) in asked.enumerated() where !kind.channels.contains(channel) {
            let pointer = request.channels == nil ? "/template" : "/channels/\(index)"
            throw refusal(pointer, "not-supported", "this template is not sent by \(channel.rawValue)")
        }
        let served = asked.filter(routes.contains)
        guard !served.isEmpty else {
            let names = asked.map(\.rawValue).joined(separator: " and ")
            throw refusal(
                request.channels == nil ? "/template" : "/channels/0", "not-supported",
                "nothing is sent by \(names) here: the gateway's configuration has no such route")
        }
        return served
    }

    private func answer(
        to request: IdempotentRequest, _ key: KeySource, _ dealership: DealershipID
    ) throws(IntakeError) -> AcceptedMessage? {
        let now = clock.now()
        do {
            return try store.read { reader throws(StoreError) in
                try reader.answer(to: request, dealership: dealership, now: now)
            }
        } catch {
            throw refusal(by: error, key)
        }
    }

    /// The request's JSON without its key, and the key with the digest of that JSON.
    private func request(
        _ body: [UInt8], _ source: KeySource
    ) throws(IntakeError) -> (JSONValue, IdempotentRequest?) {
        guard body.count <= Self.requestLimit else { throw .tooLarge }
        var json: JSONValue
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw .malformed(error)
        }
        let text: String?
        switch source {
        case .header(let value): text = value
        case .member:
            guard case .object(var members) = json,
                let index = members.firstIndex(where: { $0.name == "key" })
            else { return (json, nil) }
            guard case .string(let value) = members.remove(at: index).value else {
                throw refusal("/key", "wrong-type", "must be a string")
            }
            json = .object(members)
            text = value
        }
        guard let text else { return (json, nil) }
        do {
            return (
                json,
                IdempotentRequest(key: try IdempotencyKey(text), digest: Crypto.sha256(json.sorted.bytes()))
            )
        } catch {
            throw refusal(keyPointer(source), "invalid-value", "the idempotency key \(error.reason)")
        }
    }

    /// A key that came with another request is the caller's mistake; anything else is the store's.
    private func refusal(by error: StoreError, _ key: KeySource) -> IntakeError {
        error == .keyReused ? refusal(keyPointer(key), "key-reused", error.description) : .store(error)
    }

    /// A header has no pointer.
    private func keyPointer(_ key: KeySource) -> String {
        if case .member = key { "/key" } else { "" }
    }

    private func code(of error: CompositionError) -> String {
        switch error {
        case .template(let fault, _):
            if case .missingVariable = fault.reason { "missing-variable" } else { "not-composable" }
        case .invalidValue: "invalid-value"
        case .mail, .notConfigured: "not-composable"
        }
    }

    private func refusal(_ pointer: String, _ code: String, _ detail: String) -> IntakeError {
        .refused(JSONProblems([JSONProblem(pointer: pointer, code: code, detail: detail)]))
    }
}
