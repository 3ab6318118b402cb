// A phone number in somebody else's text: with its country code or in national form, in groups parted by anything, percent-encoded. A run of
// digits that ends or contains as the number ends is replaced whole; a code of a few digits beside it may go with it, which is harmless, because no
// decision is read from the text that is stored.

enum PhoneRedaction {
    /// So many last digits name a subscriber.
    private static let tailLength = 6
    /// More than this between two digits parts two numbers.
    private static let longestGap = 3

    /// - Parameter number: `+` and digits.
    static func replacing(_ number: String, in text: String, by mark: String) -> String {
        let tail = String(number.filter(\.isNumber).suffix(tailLength))
        guard tail.utf8.count == tailLength else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var position = 0
        while position < scalars.count {
            let run = run(in: scalars, from: position)
            if run.digits.contains(tail) {
                result.append(contentsOf: mark.unicodeScalars)
                position = run.end
            } else {
                // Where no number begins, one scalar; else the run, of which nothing could match later.
                let end = max(run.end, position + 1)
                result.append(contentsOf: scalars[position..<end])
                position = end
            }
        }
        return String(result)
    }

    /// The digits that begin at `start`, with small gaps between them; none if there is no digit, or a plus, there.
    private static func run(in scalars: [Unicode.Scalar], from start: Int) -> (digits: String, end: Int) {
        var position = scalars[start] == "+" ? start + 1 : start
        var digits = ""
        var end = start
        var gap = 0
        while position < scalars.count, gap <= longestGap {
            if let length = escapeLength(in: scalars, at: position) {
                guard !digits.isEmpty else { break }
                gap += 1
                position += length
            } else if let digit = scalars[position].properties.numericType == .decimal
                ? scalars[position].properties.numericValue : nil
            {
                digits += String(Int(digit))
                position += 1
                end = position
                gap = 0
            } else {
                guard !digits.isEmpty, !scalars[position].properties.isAlphabetic else { break }
                gap += 1
                position += 1
            }
        }
        return (digits, end)
    }

    /// The three scalars of a percent-encoded octet that is no digit.
    private static func escapeLength(in scalars: [Unicode.Scalar], at position: Int) -> Int? {
        guard scalars[position] == "%", position + 2 < scalars.count else { return nil }
        let octet = UInt8(String(String.UnicodeScalarView(scalars[position + 1...position + 2])), radix: 16)
        return octet == nil ? nil : 3
    }
}
