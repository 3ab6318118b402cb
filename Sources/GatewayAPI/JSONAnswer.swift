// JSON as an answer: one line that ends, so that a terminal's prompt does not stick to it.

import HTTPServer
import JSON

extension HTTPResponse {
    static func json(
        _ status: Int, _ text: String, type: String = "application/json", headers: [HTTPField] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [HTTPField(name: "Content-Type", value: type)] + headers,
            body: Array(text.utf8) + [0x0A])
    }
}
