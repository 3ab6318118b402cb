// The contract's rule for HTTP, section 4: a provider's success rule → accepted; 4xx by its error map; 429, and 503 with `Retry-After` → deferred; any
// other 5xx and a 2xx that cannot be read → unknown. This is the frame, and no profile can leave it. What it says where the map says nothing:
//   401, 402, 403, 407   credentials or credit: the provider stops, its messages stay queued
//   301, 307, 308        the resource is elsewhere, so nothing was taken here (RFC 9110, 15.4): the base URL is wrong, the provider stops
//   other 3xx            unknown: 302 and 303 are also what a server says that has taken the request
//   408                  unknown: it means that the request did not come whole (RFC 9110, 15.5.9), and it left whole; who is wrong, and whether something
//                        behind a proxy has it, nobody knows
//   425                  deferred: not processed, on purpose (RFC 8470)
//   other 4xx            rejected
// Of the body nothing is kept but the provider's own words at `message`, or a body that is no JSON: a 2xx often repeats the message's text.

import Delivery
import JSON

struct AnswerRules: Sendable {
    /// What these mean is no provider's to say.
    static let fixed: Set<Int> = [408, 425, 429]

    private let reference: JSONPointer?
    private let segments: JSONPointer?
    private let code: JSONPointer?
    private let message: JSONPointer?
    private let accepted: [AnswerCondition]
    private let errors: [AnswerRule]

    init(_ reader: JSONObjectReader, _ parameters: ProfileParameters) throws(JSONProblems) {
        reference = try reader.jsonPointer("reference", parameters)
        segments = try reader.jsonPointer("segments", parameters)
        code = try reader.jsonPointer("code", parameters)
        message = try reader.jsonPointer("message", parameters)
        var accepted: [AnswerCondition] = []
        for rule in try reader.objects("accepted") {
            let condition = try AnswerCondition(rule, parameters, statuses: [200...299])
            guard condition.readsBody else {
                throw rule.problem(
                    "has", code: "missing",
                    detail: "is required, or codes or text: an HTTP status is not an acceptance")
            }
            guard condition.statuses.allSatisfy({ $0.upperBound < 300 }) else {
                throw rule.problem("statuses", detail: "must be 2yz: nothing else is an acceptance")
            }
            accepted.append(condition)
        }
        guard !accepted.isEmpty else {
            throw reader.problem("accepted", detail: "must say how the provider says that it accepted")
        }
        self.accepted = accepted
        var errors: [AnswerRule] = []
        for rule in try reader.optionalObjects("errors") ?? [] {
            errors.append(try AnswerRule(rule, parameters))
        }
        self.errors = errors
        let conditions = accepted + errors.map(\.condition)
        guard code != nil || !conditions.contains(where: \.readsCode) else {
            throw reader.problem("code", code: "missing", detail: "is required where rules have codes")
        }
    }

    /// - Parameter retryAfter: of the header, as a duration from now.
    func answer(
        status: Int, retryAfter: Duration?, body: [UInt8], recipient: String
    ) -> ProviderAnswer {
        let answer = ReadAnswer(status: status, body: body, code: code)
        let verdict = verdict(on: answer, retryAfter)
        let document = verdict.outcome == .accepted ? answer.document : nil
        return ProviderAnswer(
            verdict: verdict,
            providerReference: document.flatMap { reference?.text(in: $0) }.flatMap(ProviderText.reference),
            segments: document.flatMap { segments?.text(in: $0) }.flatMap(ProviderText.segments),
            reply: reply(of: answer, recipient))
    }

    private func verdict(on answer: ReadAnswer, _ retryAfter: Duration?) -> Verdict {
        let isSuccess = (200...299).contains(answer.status)
        if isSuccess, accepted.contains(where: { $0.fits(answer) }) {
            return Verdict(outcome: .accepted, status: String(answer.status), replyCode: answer.status)
        }
        let isMapped = isSuccess || (400...499).contains(answer.status) && !Self.fixed.contains(answer.status)
        if isMapped, let rule = errors.first(where: { $0.condition.fits(answer) }) {
            return verdict(on: answer, rule.refusal, rule.action, retryAfter)
        }
        switch answer.status {
        case 301, 307, 308, 401, 402, 403, 407: return verdict(on: answer, .configuration, .stop, nil)
        case 425: return verdict(on: answer, .temporary, .slow, retryAfter)
        case 429: return verdict(on: answer, .throttle, .slow, retryAfter)
        case 503 where retryAfter != nil: return verdict(on: answer, .temporary, .slow, retryAfter)
        case 400...499 where answer.status != 408: return verdict(on: answer, .refused, .fail, nil)
        default:
            return Verdict(outcome: .unknown, status: statusText(answer), replyCode: answer.status)
        }
    }

    private func verdict(
        on answer: ReadAnswer, _ refusal: RefusalClass, _ action: RefusalAction, _ retryAfter: Duration?
    ) -> Verdict {
        let isRejected = [.fail, .next].contains(action)
        return Verdict(
            outcome: isRejected ? .rejected : .deferred, status: statusText(answer),
            replyCode: answer.status, isProviderFault: [.slow, .stop].contains(action),
            isConfiguration: action == .stop, refusal: refusal, action: action,
            retryAfter: isRejected ? nil : retryAfter)
    }

    /// The provider's code, which says more, else HTTP's.
    private func statusText(_ answer: ReadAnswer) -> String {
        answer.code.flatMap(ProviderText.status) ?? String(answer.status)
    }

    private func reply(of answer: ReadAnswer, _ recipient: String) -> String? {
        let text = answer.document.map { message?.text(in: $0) ?? "" } ?? answer.text
        let reply = ReplyRedaction.storable(text, recipient: recipient)
        return reply.isEmpty ? nil : reply
    }
}
