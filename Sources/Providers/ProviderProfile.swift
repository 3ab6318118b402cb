// A profile, `providers/NAME.json`: how one provider of SMS is asked, how it answers, how it calls back. Data: adding a provider needs no code unless it
// signs in a way that nobody here knows yet. Reading is strict: an unknown name, tag or parameter is refused with its place, and so is a rule that
// says too much. It is read once without an account, when every rule is checked, and once with each account's parameters.

import Domain
import JSON

package struct ProviderProfile: Sendable {
    /// `twilio`
    package let name: String
    /// What `relais.json` must or may give under `providers.X.parameters`, in the profile's order.
    package var parameters: [ProfileParameter] { declared.declared }
    private let declared: ProfileParameters
    private let document: JSONValue

    /// Reads a profile's file, JSON or JSON5.
    package init(parsing bytes: [UInt8], name: String) throws(JSONProblems) {
        do {
            document = try JSONValue(parsing: bytes, syntax: .json5)
        } catch {
            throw JSONProblems([JSONProblem(pointer: "", code: "malformed", detail: "\(error)")])
        }
        self.name = name
        declared = try ProfileParameters(JSONObjectReader(document).optionalObject("parameters"))
        _ = try ProfileRules(document, declared)
    }

    /// The rules with an account's own parameters.
    ///
    /// - Parameters:
    ///   - baseURL: `https://host`, perhaps with a port and a path.
    ///   - parameters: with their secrets read.
    /// - Throws: at `/baseURL` and `/parameters/…`, to follow `/providers/X`.
    package func account(
        baseURL: String, parameters: [String: String]
    ) throws(JSONProblems) -> ProviderAccount {
        let base: BaseURL
        do {
            base = try BaseURL(baseURL)
        } catch {
            throw JSONProblems([
                JSONProblem(pointer: "/baseURL", code: "invalid-value", detail: error.reason)
            ])
        }
        let given = try declared.giving(parameters)
        do {
            let origin = ProviderAccount.Origin(
                document: document, baseURL: baseURL, parameters: parameters)
            return ProviderAccount(origin: origin, base: base, rules: try ProfileRules(document, given))
        } catch {
            throw JSONProblems([
                JSONProblem(
                    pointer: "/parameters", code: "invalid-value",
                    detail: "do not fit the profile \(name): \(error)")
            ])
        }
    }
}
