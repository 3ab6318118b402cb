// Many lines on standard output with few system calls; what is left is written by `flush`.

struct OutputBuffer {
    private static let limit = 64 << 10
    private var bytes: [UInt8] = []

    mutating func write(_ more: [UInt8]) {
        bytes += more
        if bytes.count >= Self.limit { flush() }
    }

    mutating func flush() {
        Terminal.writeBytes(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
