// The functions that libcurl calls on the connection's thread, each passing on to the dialogue behind the
// pointer. They stand here, at file level and nonisolated, because a closure written in main-actor code
// would trap on another thread. The pointer is unretained: the connection outlives every transfer.

import CCurl

/// The read callback: the next bytes of the message.
func smtpRead(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let space = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
    guard let taken = dialogue(at: context)?.nextBytes(into: space) else { return Int(CURL_READFUNC_ABORT) }
    return taken
}

/// The header callback: one line of the server.
///
/// Any number but the given one ends the transfer.
func smtpHeader(
    _ line: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let dialogue = dialogue(at: context),
        dialogue.serverSaid(UnsafeRawBufferPointer(start: line, count: size * count))
    else { return -1 }
    return size * count
}

/// The debug callback: of all that libcurl tells, only the commands that go out.
func smtpDebug(
    _ handle: UnsafeMutableRawPointer?, _ kind: curl_infotype, _ data: UnsafeMutablePointer<CChar>?,
    _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard kind == CURLINFO_HEADER_OUT else { return 0 }
    dialogue(at: context)?.clientSaid(UnsafeRawBufferPointer(start: data, count: count))
    return 0
}

/// The progress callback, called at least once a second: ends waits that libcurl does not bound, and all of them
/// when the gateway stops. libcurl calls it in its blocking wait for the final reply too.
func smtpProgress(
    _ context: UnsafeMutableRawPointer?, _ downloadTotal: curl_off_t, _ downloaded: curl_off_t,
    _ uploadTotal: curl_off_t, _ uploaded: curl_off_t
) -> Int32 {
    guard let dialogue = dialogue(at: context) else { return 1 }
    return dialogue.isOutOfPatience(uploaded: Int(uploaded)) ? 1 : 0
}

private func dialogue(at context: UnsafeMutableRawPointer?) -> SMTPDialogue? {
    context.map { Unmanaged<SMTPDialogue>.fromOpaque($0).takeUnretainedValue() }
}
