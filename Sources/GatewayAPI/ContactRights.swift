// `POST /v1/contacts/export`, `/rectify` and `/erase`: a person's rights, for the dealership of the key. A person is named in the body, by
// an address, a number, or a reference; never in a URL, because those stand in logs. The verbs are the command line's.

import Consent
import Crypto
import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct ContactRights: Sendable {
    static let exporting = Operation(
        "exportContact", "Everything that is held about a person.", scope: .rights, body: .json("Subject"),
        bodyLimit: 8 << 10, answers: [200: .json("ContactExport")])
    static let rectifying = Operation(
        "rectifyContact", "Gives a person another address and keeps what they objected to.", scope: .rights,
        body: .json("Rectification"), bodyLimit: 8 << 10, answers: [200: .json("RectifiedContact")],
        refusals: [409])
    static let erasing = Operation(
        "eraseContact", "Erases a person's content and addresses; objections stay.", scope: .rights,
        body: .json("Subject"), bodyLimit: 8 << 10, answers: [200: .json("ErasedContact")])

    let store: OutboxStore
    let keys: KeyRing
    /// Where the providers are.
    let countries: [String: String]
    let clock: WallClock
    let log: Log

    func export(_ call: Call, _ answer: @escaping Answer) {
        act(call, answer) { body, caller in
            let subject = try subject(body, caller.dealership)
            let export = try store.read { reader throws(StoreError) in try reader.export(subject) }
            return export.view(at: clock.now(), countries: countries)
        }
    }

    /// `{ "email": OLD, "toEmail": NEW, "reason": "changed" | "never-theirs", "evidence" }`, or `phone` and `toPhone`.
    func rectify(_ call: Call, _ answer: @escaping Answer) {
        act(call, answer) { body, caller in
            let (old, new) = try addresses(body)
            let reason = try body.value("reason") { text throws(ValueError) in
                guard let reason = Rectification.Reason(rawValue: text) else {
                    throw ValueError("must be changed or never-theirs")
                }
                return reason
            }
            let note = try body.line("evidence", limit: 2000)
            try body.finish()
            let evidence = EvidenceText.rectification(reason, note, salt: Crypto.randomBytes(16))
            let rectification = try Rectification(
                dealership: caller.dealership, old: keys.reference(to: old, of: caller.dealership),
                new: keys.reference(to: new, of: caller.dealership), reason: reason,
                author: author(caller), evidenceDigest: evidence.digest)
            return try store.rectify(rectification, evidence).view
        }
    }

    func erase(_ call: Call, _ answer: @escaping Answer) {
        act(call, answer) { body, caller in
            let subject = try subject(body, caller.dealership)
            return subject.view(erased: try store.erase(subject, by: author(caller)))
        }
    }

    private func author(_ caller: Caller) -> Author {
        Author(method: .api, actor: caller.id.description)
    }

    /// The references of one person, all of the body's members.
    private func subject(_ body: JSONObjectReader, _ dealership: DealershipID) throws -> Subject {
        let identities = try [
            body.optionalValue("email", EmailAddress.init).map { ContactIdentity.email($0) },
            body.optionalValue("phone", PhoneNumber.init).map { ContactIdentity.phone($0) },
            body.optionalValue("customer", CustomerNumber.init).map { ContactIdentity.customer($0) },
        ].compactMap(\.self)
        let known = try body.optionalValue("contact", ContactReference.init)
        try body.finish()
        let references =
            identities.map { keys.reference(to: $0, of: dealership) } + [known].compactMap(\.self)
        return try Subject(dealership: dealership, references: references)
    }

    private func addresses(_ body: JSONObjectReader) throws -> (old: ContactIdentity, new: ContactIdentity) {
        if let phone = try body.optionalValue("phone", PhoneNumber.init) {
            return (.phone(phone), .phone(try body.value("toPhone", PhoneNumber.init)))
        }
        return (
            .email(try body.value("email", EmailAddress.init)),
            .email(try body.value("toEmail", EmailAddress.init))
        )
    }

    private func act(
        _ call: Call, _ answer: Answer, _ body: (JSONObjectReader, Caller) throws -> JSONValue
    ) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        do {
            let reader = try JSONObjectReader(try JSONValue(parsing: call.request.body))
            answer(.json(200, try body(reader, caller).text()))
        } catch let error as JSONProblems {
            answer(Problem.response(422, "refused", "nothing was changed", errors: error.problems))
        } catch let error as JSONSyntaxError {
            answer(Problem.response(400, "malformed", "the body is not valid JSON: \(error)"))
        } catch StoreError.notFound(let what) {
            answer(Problem.response(404, "not-found", "there is no \(what); nothing was changed"))
        } catch let error as StoreError {
            answer(Problem.response(error, log))
        } catch let error as ValueError {
            answer(Problem.response(.refused(error), log))
        } catch {
            answer(Problem.response(.failed("\(error)"), log))
        }
    }
}
