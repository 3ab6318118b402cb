// Errors of the API as RFC 9457 problem documents: what is wrong, where (JSON pointers), and nothing of the inside. No value of
// the request is repeated, because it may be somebody's address.

import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

enum Problem {
    static func response(
        _ status: Int, _ code: String, _ detail: String, errors: [JSONProblem] = [],
        headers: [HTTPField] = [],
        retryAfterSeconds: Int? = nil
    ) -> HTTPResponse {
        var members: [JSONMember] = [
            JSONMember(name: "type", value: .string("urn:relais:problem:\(code)")),
            JSONMember(name: "title", value: .string(title(status))),
            JSONMember(name: "status", value: .integer(status)),
            JSONMember(name: "detail", value: .string(detail)),
        ]
        if !errors.isEmpty {
            let list = errors.map { error -> JSONValue in
                [
                    "pointer": .string(error.pointer), "code": .string(error.code),
                    "detail": .string(error.detail),
                ]
            }
            members.append(JSONMember(name: "errors", value: .array(list)))
        }
        // In the document too, because in the answer to a batch each line is a document and has no header.
        if let retryAfterSeconds {
            members.append(JSONMember(name: "retryAfterSeconds", value: .integer(retryAfterSeconds)))
        }
        let retryAfter = retryAfterSeconds.map { [HTTPField(name: "Retry-After", value: "\($0)")] } ?? []
        return .json(
            status, JSONValue.object(members).text(), type: "application/problem+json",
            headers: headers + retryAfter)
    }

    static func response(_ error: IntakeError, _ log: Log) -> HTTPResponse {
        switch error {
        case .malformed(let syntax):
            response(400, "malformed", "the body is not valid JSON: \(syntax)")
        case .tooLarge: response(413, "too-large", error.description)
        case .refused(let problems):
            response(
                422, "invalid-message", "the message was not accepted; nothing of it was kept",
                errors: problems.problems)
        case .store(let error): response(error, log)
        }
    }

    /// What a caller may hear of the store; the operator hears the rest from the log.
    static func response(_ error: StoreError, _ log: Log) -> HTTPResponse {
        switch error {
        case .full, .belowFloor, .notMirrored, .overloaded, .locked, .failed, .unanswered, .unusable, .broken,
            .logHeld:
            log(.error, "request-failed", ["reason": .error(error)])
        case .notFound, .conflict, .inFlight, .keyReused, .refused, .stopped: break
        }
        switch error {
        case .notFound: return response(404, "not-found", "there is no such thing here")
        case .conflict(let reason), .inFlight(let reason): return response(409, "conflict", reason)
        case .keyReused: return response(422, "key-reused", error.description)
        case .refused(let reason): return response(422, "refused", reason.reason)
        case .full, .belowFloor, .notMirrored, .overloaded, .stopped, .unanswered, .locked, .logHeld:
            return unavailable(error.description)
        case .failed:
            let detail = "the gateway could not do this and accepted nothing; the log says why"
            return response(500, "internal", detail)
        case .unusable:
            return unavailable("the outbox cannot be used at the moment; nothing was accepted")
        case .broken:
            return unavailable(
                "whether this was accepted is not known; repeat it with the same Idempotency-Key")
        }
    }

    static func unavailable(_ detail: String) -> HTTPResponse {
        response(503, "unavailable", detail, retryAfterSeconds: 5)
    }

    static func tooMany(_ seconds: Int, _ detail: String) -> HTTPResponse {
        response(429, "rate-limit", detail, retryAfterSeconds: seconds)
    }

    static let notFound = response(404, "not-found", "there is no such thing here")

    static func title(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 503: "Service Unavailable"
        default: "Error"
        }
    }
}
