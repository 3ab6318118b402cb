// The functions that libcurl calls for an HTTP transfer, on the thread that drives it, each passing on to the transfer behind the pointer. At file
// level and nonisolated, for the reason that SMTPCallbacks.swift names; the pointer is unretained: the transfer outlives its handle.

import CCurl

/// The write callback: a part of the answer's body. Any number but the given one ends the transfer.
func httpWrite(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    guard let transfer = transfer(at: context), transfer.took(bytes) else { return 0 }
    return size * count
}

/// The header callback: one line of the answer's head.
func httpHeader(
    _ line: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(at: context)?.took(headLine: UnsafeRawBufferPointer(start: line, count: size * count))
    return size * count
}

/// The open-socket callback: asked for every address before it is connected to.
func httpOpenSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let transfer = transfer(at: context), let address else { return CURL_SOCKET_BAD }
    return transfer.openSocket(address)
}

/// The prereq callback: connected, and the request is about to leave; asked again before it leaves once more.
func httpBeforeRequest(
    _ context: UnsafeMutableRawPointer?, _ remoteAddress: UnsafeMutablePointer<CChar>?,
    _ localAddress: UnsafeMutablePointer<CChar>?, _ remotePort: CInt, _ localPort: CInt
) -> CInt {
    transfer(at: context)?.mayLeave() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

/// The progress callback, at least once a second. Anything but 0 ends the transfer.
func httpProgress(
    _ context: UnsafeMutableRawPointer?, _ downloadTotal: curl_off_t, _ downloaded: curl_off_t,
    _ uploadTotal: curl_off_t, _ uploaded: curl_off_t
) -> CInt {
    transfer(at: context)?.isAbandoned == false ? 0 : 1
}

private func transfer(at context: UnsafeMutableRawPointer?) -> HTTPTransfer? {
    context.map { Unmanaged<HTTPTransfer>.fromOpaque($0).takeUnretainedValue() }
}
