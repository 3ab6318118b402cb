// The JSON of a request's body: 415 when it is not said to be JSON, 400 when it is none.

import HTTPServer
import JSON

/// A request that is answered before anything is done.
struct RequestRefused: Error {
    let response: HTTPResponse
}

extension Call {
    func json() throws(RequestRefused) -> JSONValue {
        let mediaType = (request["Content-Type"] ?? "").lowercased()
        guard mediaType == "application/json" || mediaType.hasPrefix("application/json;") else {
            throw RequestRefused(
                response: Problem.response(415, "media-type", "the body must be application/json"))
        }
        do {
            return try JSONValue(parsing: request.body)
        } catch {
            throw RequestRefused(
                response: Problem.response(400, "malformed", "the body is not valid JSON: \(error)"))
        }
    }
}
