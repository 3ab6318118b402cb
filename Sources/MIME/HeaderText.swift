// A subject or a display name, looked at once: which of the three forms can carry it unchanged?
//
// Plain words, a quoted string, or encoded words. Encoded words carry everything exactly, so every doubtful
// case goes there: blanks that a reader or a fold could lose, "=?" that a reader would decode, words that no
// line can hold. Control characters are refused here (RFC 5322 has no way to write them; CR and LF would
// begin a new header).

/// Unstructured text of a header field without control characters.
struct HeaderText {
    let text: String
    private var isASCII = true
    private var hasOnlyAtoms = true
    private var hasLooseBlanks = false
    private var resemblesEncodedWord = false
    private var longestWord = 0
    private var escapes = 0

    /// Reads the text once; throws `controlCharacter` for C0 controls and DEL.
    init(_ text: String, field: String) throws(MIMEError) {
        self.text = text
        var word = 0
        var previous = UInt8.space
        for octet in text.utf8 {
            guard octet >= .space, octet != 0x7F else { throw .controlCharacter(field: field) }
            if octet == .space {
                hasLooseBlanks = hasLooseBlanks || previous == .space
                word = 0
            } else {
                word += 1
                longestWord = max(longestWord, word)
                isASCII = isASCII && octet < 0x80
                hasOnlyAtoms = hasOnlyAtoms && AddressSyntax.isAtomText(octet)
                resemblesEncodedWord = resemblesEncodedWord || (previous == .equals && octet == .questionMark)
                if octet == .quote || octet == .backslash { escapes += 1 }
            }
            previous = octet
        }
        // A leading blank was seen as a double one, because `previous` begins as a blank.
        hasLooseBlanks = hasLooseBlanks || (previous == .space && !text.isEmpty)
    }

    /// True when the words can be written as they are; `room` is what the field's first line still holds.
    func isPlain(room: Int) -> Bool {
        isASCII && !hasLooseBlanks && !resemblesEncodedWord && longestWord <= room
    }

    /// True when the words are atoms and can be written as they are in front of an address.
    func isPhraseOfAtoms(room: Int) -> Bool {
        hasOnlyAtoms && isPlain(room: room)
    }

    /// The text as a quoted string, or nil when it needs encoded words or does not fit the line in one piece.
    func quotedString(room: Int) -> [UInt8]? {
        guard isPlain(room: room), text.utf8.count + escapes + 2 <= room else { return nil }
        var quoted: [UInt8] = [.quote]
        for octet in text.utf8 {
            if octet == .quote || octet == .backslash { quoted.append(.backslash) }
            quoted.append(octet)
        }
        quoted.append(.quote)
        return quoted
    }
}
