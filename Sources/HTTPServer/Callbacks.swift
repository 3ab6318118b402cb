// The C functions that libmicrohttpd calls, all on its one thread. They are free functions in a file of their
// own because a closure in a main-actor context would trap on a C thread (architecture, trap 1).
// Each only turns pointers into objects; what happens is decided in ServerCore.
// Ownership: a connection's entry and a request's exchange are retained when they are handed to C and
// released in the callback that C promises to make exactly once for each (closed, completed).

import CMicroHTTPD
import Glibc

/// A connection was accepted or is about to be closed; its descriptor is valid in both cases.
func connectionChanged(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ change: MHD_ConnectionNotificationCode
) {
    guard let context, let connection, let socketContext else { return }
    let table = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().table
    if change == .CONNECTION_NOTIFY_STARTED {
        let address = SocketName.text(of: CMicroHTTPD_client_address(connection))
        let entry = table.add(descriptor: CMicroHTTPD_socket(connection), remoteAddress: address)
        socketContext.pointee = Unmanaged.passRetained(entry).toOpaque()
    } else if let opaque = socketContext.pointee {
        table.remove(Unmanaged<ConnectionTable.Entry>.fromOpaque(opaque).takeRetainedValue())
        socketContext.pointee = nil
    }
}

/// A request line was read; the target is still undecoded here, and only here.
func requestLineRead(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context, let connection, let opaque = CMicroHTTPD_socket_context(connection) else { return nil }
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let entry = Unmanaged<ConnectionTable.Entry>.fromOpaque(opaque).takeUnretainedValue()
    core.table.enter(.head, entry)
    let text = target.map { String(cString: $0) } ?? ""
    let start = UInt(bitPattern: target)
    let end = start + UInt(target.map { strlen($0) } ?? 0)
    return Unmanaged.passRetained(Exchange(entry: entry, target: text, targetSpan: start..<end)).toOpaque()
}

/// The header is complete, a part of the body has come, or the request is complete.
func requestAdvanced(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?,
    _ partSize: UnsafeMutablePointer<Int>?,
    _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let version, let partSize,
        let opaque = requestContext?.pointee
    else { return .NO }
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
    if exchange.head == nil {
        return core.headCompleted(exchange, on: connection, method: method, version: version)
    }
    if partSize.pointee > 0 {
        let bytes = UnsafeRawBufferPointer(start: part, count: partSize.pointee)
        partSize.pointee = 0
        return core.bodyArrived(bytes, for: exchange)
    }
    return core.requestCompleted(exchange, on: connection)
}

/// A request has ended, well or not; called once for each for which `requestLineRead` was.
func requestEnded(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let context, let opaque = requestContext?.pointee else { return }
    requestContext?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue()
    exchange.finish()
    Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().requestEnded(exchange)
}
