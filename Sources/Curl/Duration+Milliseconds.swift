// A time as libcurl's options want it.

extension Duration {
    /// Whole milliseconds, at least one: 0 would mean "no limit" to libcurl.
    var milliseconds: Int {
        max(1, Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
