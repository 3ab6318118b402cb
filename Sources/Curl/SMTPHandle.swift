// One libcurl easy handle set up for one endpoint: the options that never change between messages. If any of
// them is refused there is no handle, because a missing option here is a missing guard.

import CCurl
import Glibc

/// An easy handle for SMTP, freed with the last reference to it.
final class SMTPHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var isWhole = true

    /// Makes a handle whose callbacks speak to a dialogue, which must outlive it; nil if libcurl has none.
    init?(endpoint: SMTPEndpoint, dialogue: SMTPDialogue) {
        guard CurlLibrary.isReady, let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection(endpoint)
        setEncryption(endpoint)
        setCallbacks(dialogue)
        guard isWhole else { return nil }
    }

    /// Ends the connection with QUIT.
    ///
    /// libcurl would wait two minutes for the answer; with the reading half
    /// shut it sees the end at once.
    deinit {
        var socket = CURL_SOCKET_BAD
        if relais_curl_get_socket(pointer, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK,
            socket != CURL_SOCKET_BAD
        {
            shutdown(socket, Int32(SHUT_RD))
        }
        curl_easy_cleanup(pointer)
        errorText.deallocate()
    }

    /// Hands one message over and waits for the end; nil if an option was refused, and then nothing was sent.
    func perform(sender: String, recipient: String, byteCount: Int) -> CURLcode? {
        guard let recipients = curl_slist_append(nil, recipient) else { return nil }
        // libcurl keeps the list by reference (CURLOPT_MAIL_RCPT), so it lives until the transfer is over.
        defer { curl_slist_free_all(recipients) }
        defer { relais_curl_set_list(pointer, CURLOPT_MAIL_RCPT, nil) }
        let size = CurlLibrary.endsBodiesOfKnownLength ? byteCount : -1
        guard relais_curl_set_list(pointer, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK,
            relais_curl_set_string(pointer, CURLOPT_MAIL_FROM, sender) == CURLE_OK,
            relais_curl_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(size)) == CURLE_OK
        else { return nil }
        errorText.pointee = 0
        return curl_easy_perform(pointer)
    }

    /// Whether the last transfer opened a connection.
    var hasOpenedConnection: Bool {
        var count = 0
        return relais_curl_get_long(pointer, CURLINFO_NUM_CONNECTS, &count) == CURLE_OK && count > 0
    }

    /// Whether the last transfer came past TCP.
    var hasReachedServer: Bool {
        var microseconds: curl_off_t = 0
        return relais_curl_get_offset(pointer, CURLINFO_CONNECT_TIME_T, &microseconds) == CURLE_OK
            && microseconds > 0
    }

    /// libcurl's words on a result.
    func explanation(of result: CURLcode) -> String {
        if errorText.pointee != 0 { return String(cString: errorText) }
        return String(cString: curl_easy_strerror(result))
    }

    private func setConnection(_ endpoint: SMTPEndpoint) {
        set(CURLOPT_URL, endpoint.url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_MAXCONNECTS, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, endpoint.timeouts.connect.milliseconds)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(endpoint.timeouts.reply.components.seconds)))
        set(CURLOPT_TIMEOUT_MS, endpoint.timeouts.overall.milliseconds)
        if let credentials = endpoint.credentials {
            set(CURLOPT_USERNAME, credentials.username)
            set(CURLOPT_PASSWORD, credentials.password)
            set(CURLOPT_LOGIN_OPTIONS, "AUTH=\(credentials.mechanism.rawValue)")
            // Some servers want the response in the AUTH command itself (curl KNOWN_BUGS, issue 4080).
            set(CURLOPT_SASL_IR, 1)
        }
    }

    private func setEncryption(_ endpoint: SMTPEndpoint) {
        // CURLUSESSL_TRY would go on in clear text when STARTTLS is missing or EHLO is refused.
        let level = endpoint.encryption == .off ? CURLUSESSL_NONE : CURLUSESSL_ALL
        set(CURLOPT_USE_SSL, Int(level.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = endpoint.caFile {
            set(CURLOPT_CAINFO, caFile)
            // Without this, the system's directory of authorities would still count beside the file.
            require(relais_curl_set_string(pointer, CURLOPT_CAPATH, nil))
        }
    }

    private func setCallbacks(_ dialogue: SMTPDialogue) {
        let context = Unmanaged.passUnretained(dialogue).toOpaque()
        require(relais_curl_set_read(pointer, smtpRead))
        require(relais_curl_set_pointer(pointer, CURLOPT_READDATA, context))
        require(relais_curl_set_header(pointer, smtpHeader))
        require(relais_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context))
        // The debug callback is called only in verbose mode; nothing is written anywhere.
        set(CURLOPT_VERBOSE, 1)
        require(relais_curl_set_debug(pointer, smtpDebug))
        require(relais_curl_set_pointer(pointer, CURLOPT_DEBUGDATA, context))
        set(CURLOPT_NOPROGRESS, 0)
        require(relais_curl_set_progress(pointer, smtpProgress))
        require(relais_curl_set_pointer(pointer, CURLOPT_XFERINFODATA, context))
        require(relais_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    }

    private func set(_ option: CURLoption, _ value: Int) {
        require(relais_curl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        require(relais_curl_set_string(pointer, option, value))
    }

    private func require(_ result: CURLcode) {
        if result != CURLE_OK { isWhole = false }
    }
}
