// The signature of OVHcloud's API: SHA-1 over secrets, method, URL, body and moment, as python-ovh makes it. OVH refuses a clock that is some minutes off
// (`/auth/time` tells theirs); the gateway's must be right.

import Crypto
import Domain

struct OVHSignature: Sendable {
    let application: String
    let secret: String
    let consumer: String

    func fields(for draft: RequestDraft, now: Timestamp) -> [(name: String, value: String)] {
        let moment = String(now.milliseconds / 1000)
        let head = [secret, consumer, draft.method, draft.url].joined(separator: "+")
        let digest = Crypto.digest(Array("\(head)+".utf8) + draft.body + Array("+\(moment)".utf8), .sha1)
        return [
            ("X-Ovh-Application", application), ("X-Ovh-Consumer", consumer), ("X-Ovh-Timestamp", moment),
            ("X-Ovh-Signature", "$1$" + Hexadecimal.text(of: digest)),
        ]
    }
}
