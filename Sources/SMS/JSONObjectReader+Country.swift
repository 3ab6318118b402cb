// A country out of JSON; one that is none becomes a problem at its pointer.

import Domain
import JSON

extension JSONObjectReader {
    func country(_ name: String) throws(JSONProblems) -> CountryCode {
        let text = try string(name)
        do {
            return try CountryCode(text)
        } catch {
            throw problem(name, detail: error.reason)
        }
    }
}
