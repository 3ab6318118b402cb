// Amounts of disk or memory as an operator writes them in `relais.json`: a whole number and one unit, in powers of 1024.

package struct ByteCount: Sendable, Hashable {
    package let bytes: Int64

    /// Reads `0`, `64KB`, `512MB` or `2GB`; at most 1 TB.
    package init(configured text: String) throws(ValueError) {
        let reason = ValueError("must be a whole number and a unit: KB, MB or GB, such as \"512MB\"")
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), digits.count <= 9 else { throw reason }
        let unit: Int64
        switch text.dropFirst(digits.count) {
        case "" where count == 0: unit = 1
        case "KB": unit = 1 << 10
        case "MB": unit = 1 << 20
        case "GB": unit = 1 << 30
        default: throw reason
        }
        guard count <= 1 << 40 / unit else { throw ValueError("must be at most 1024GB") }
        bytes = count * unit
    }
}
