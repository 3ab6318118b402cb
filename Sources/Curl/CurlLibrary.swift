// libcurl, started once for the process. It also ignores SIGPIPE for the whole process: CURLOPT_NOSIGNAL,
// which threads need, makes the application responsible for it, and OpenSSL writes without MSG_NOSIGNAL.
// If libcurl cannot start, no handle is made and every hand-over ends as a fault of the library.

import CCurl
import Glibc

/// The process-wide part of libcurl.
enum CurlLibrary {
    /// Whether libcurl started; the first caller starts it.
    static let isReady: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    /// Whether a message's length may be told: 8.7.0 to 8.16.x may omit the final dot of a body of known
    /// length (curl commit a330117bb0, "smtp: fix EOB handling").
    static let endsBodiesOfKnownLength: Bool = {
        guard let version = curl_version_info(CURLVERSION_FIRST)?.pointee.version_num else { return false }
        return !(0x08_07_00..<0x08_11_00).contains(version)
    }()
}
