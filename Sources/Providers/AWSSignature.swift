// AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request"), for every service but S3: the path is encoded once more than
// it travels, and all headers that the request has are signed.

import Crypto
import Domain

struct AWSSignature: Sendable {
    let accessKey: String
    let secretKey: String
    /// Empty without temporary credentials.
    let sessionToken: String
    let region: String
    let service: String

    func fields(for draft: RequestDraft, now: Timestamp) -> [(name: String, value: String)] {
        let moment = now.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        let day = moment.prefix(8)
        var added: [(name: String, value: String)] = [("X-Amz-Date", moment)]
        if !sessionToken.isEmpty { added.append(("X-Amz-Security-Token", sessionToken)) }
        let headers = ([("Host", draft.base.authority)] + draft.fields + added)
            .map { (name: $0.0.lowercased(), value: Self.trimmed($0.1)) }.sorted { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            draft.method, Self.path(draft.fullPath), Self.query(draft.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, Self.digest(draft.body),
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = ["AWS4-HMAC-SHA256", moment, scope, Self.digest(Array(canonical.utf8))]
            .joined(separator: "\n")
        let key = [String(day), region, service, "aws4_request"].reduce(Array("AWS4\(secretKey)".utf8)) {
            Crypto.authenticationCode(key: $0, Array($1.utf8))
        }
        let signature = Hexadecimal.text(of: Crypto.authenticationCode(key: key, Array(text.utf8)))
        let value =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return added + [("Authorization", value)]
    }

    private static func path(_ path: String) -> String {
        URLEncoding.encoded(path, keeping: [UInt8(ascii: "/")])
    }

    /// Sorted by the encoded names, then values, as bytes.
    private static func query(_ query: [(name: String, value: String)]) -> String {
        query.map { (Array(URLEncoding.encoded($0.name).utf8), Array(URLEncoding.encoded($0.value).utf8)) }
            .sorted {
                $0.0 == $1.0 ? $0.1.lexicographicallyPrecedes($1.1) : $0.0.lexicographicallyPrecedes($1.0)
            }
            .map { String(decoding: $0.0 + [UInt8(ascii: "=")] + $0.1, as: UTF8.self) }.joined(separator: "&")
    }

    /// Blanks at the ends gone, and several in a row one.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    private static func digest(_ bytes: [UInt8]) -> String { Hexadecimal.text(of: Crypto.sha256(bytes)) }
}
