// libcurl's results as faults of a hand-over. The result alone says little (56 stands for a lost connection
// before *and* after the content), so it only ever explains; the phase and the reply decide.

import CCurl
import Delivery

extension HandoverFault {
    /// The fault that a result of libcurl stands for; nil for success.
    init?(result: CURLcode, explanation: String) {
        switch result {
        case CURLE_OK: return nil
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .notResolved
        case CURLE_COULDNT_CONNECT: self = .notConnected
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: self = .closed
        case CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED: self = .protocolViolation
        case CURLE_USE_SSL_FAILED: self = .startTLSMissing
        case CURLE_LOGIN_DENIED: self = .loginRefused
        case CURLE_SSL_CONNECT_ERROR:
            self = Self.isBrokenOff(explanation) ? .closed : .handshake
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            self = .certificate
        case CURLE_SSL_CIPHER: self = .handshake
        default: self = .library
        }
    }

    /// Whether a handshake was cut short by the network and not refused by OpenSSL.
    ///
    /// The first is an accident that passes; the second (OpenSSL's texts begin "error:") needs another
    /// setting. In doubt it is taken for an accident, because stopping a provider waits for a person.
    private static func isBrokenOff(_ explanation: String) -> Bool {
        !explanation.contains("error:") || explanation.contains("unexpected eof")
    }
}
