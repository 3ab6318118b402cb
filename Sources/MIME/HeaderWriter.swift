// Writes header fields token by token and folds between tokens, nowhere else (RFC 5322 section 2.2.3).
//
// It promises lines of at most 78 octets wherever a fold can achieve that (76 with an encoded word on the
// line, RFC 2047 section 2), never more than 998, and no line of blanks only, because a fold is always
// followed by a token. A token that no line of 998 octets holds is refused with the field's name.

/// The header section of one message, field after field.
struct HeaderWriter {
    private static let preferredLine = 78
    private static let encodedWordLine = 76
    private static let longestLine = 998

    /// What has been written so far; complete after `end()`.
    private(set) var octets: [UInt8] = []
    private var field = ""
    private var column = 0
    private var isAtFieldStart = true
    private var lineHasEncodedWord = false

    /// Octets that the first line of the open field still holds behind its blank.
    var room: Int { Self.preferredLine - column - 1 }

    init() {
        octets.reserveCapacity(2048)
    }

    /// Opens a field; the name has been checked.
    mutating func begin(_ name: String) {
        field = name
        octets.append(contentsOf: name.utf8)
        octets.append(.colon)
        column = name.utf8.count + 1
        isAtFieldStart = true
        lineHasEncodedWord = false
    }

    /// Closes the field.
    mutating func end() {
        octets.appendLineBreak()
    }

    /// Writes a blank and the token, on a new line when this one is full; throws `lineTooLong`.
    mutating func append(_ token: some Collection<UInt8>, isEncodedWord: Bool = false) throws(MIMEError) {
        let length = token.count + 1
        let hasEncodedWord = isEncodedWord || lineHasEncodedWord
        let limit = hasEncodedWord ? Self.encodedWordLine : Self.preferredLine
        if column + length > limit {
            guard length <= Self.longestLine else { throw .lineTooLong(field: field) }
            // Behind the name alone a fold helps only a token that fits a line of its own.
            let isFoldUseless = isAtFieldStart && length > limit && column + length <= Self.longestLine
            if !isFoldUseless { fold() }
        }
        octets.append(.space)
        octets.append(contentsOf: token)
        column += length
        isAtFieldStart = false
        lineHasEncodedWord = lineHasEncodedWord || isEncodedWord
    }

    /// Writes a whole field of one token.
    mutating func write(_ name: String, token: String) throws(MIMEError) {
        begin(name)
        try append(token.utf8)
        end()
    }

    private mutating func fold() {
        octets.appendLineBreak()
        column = 0
        lineHasEncodedWord = false
    }
}

extension HeaderWriter {
    /// Writes an unstructured field: its words if they can stand as they are, else encoded words.
    mutating func write(_ name: String, text: String) throws(MIMEError) {
        let subject = try HeaderText(text, field: name)
        begin(name)
        if subject.isPlain(room: room) {
            try appendWords(text)
        } else {
            try appendEncodedWords(text)
        }
        end()
    }

    /// Writes an address field; throws `malformedAddress` and `controlCharacter`.
    mutating func write(_ name: String, mailbox: MailboxAddress) throws(MIMEError) {
        guard AddressSyntax.isAddress(mailbox.address) else { throw .malformedAddress(field: name) }
        begin(name)
        if let displayName = mailbox.displayName, !displayName.isEmpty {
            let phrase = try HeaderText(displayName, field: name)
            if phrase.isPhraseOfAtoms(room: room) {
                try appendWords(displayName)
            } else if let quoted = phrase.quotedString(room: room) {
                try append(quoted)
            } else {
                try appendEncodedWords(displayName)
            }
            try append("<\(mailbox.address)>".utf8)
        } else {
            try append(mailbox.address.utf8)
        }
        end()
    }

    /// Writes an extra header: its parts as given, folded only at blanks outside `<…>` and `"…"`.
    mutating func write(_ header: MailHeader) throws(MIMEError) {
        for octet in header.value.utf8 where octet < .space || octet == 0x7F {
            throw .controlCharacter(field: header.name)
        }
        begin(header.name)
        for token in StructuredTokens.split(header.value) {
            guard !token.isEmpty, token.allSatisfy({ $0 < 0x80 }) else {
                throw .malformedHeaderValue(field: header.name)
            }
            try append(token)
        }
        end()
    }

    private mutating func appendWords(_ text: String) throws(MIMEError) {
        for word in text.utf8.split(separator: .space) {
            try append(word)
        }
    }

    private mutating func appendEncodedWords(_ text: String) throws(MIMEError) {
        let firstLimit = Self.encodedWordLine - column - 1
        for word in EncodedWords.encode(text, firstLimit: firstLimit) {
            try append(word, isEncodedWord: true)
        }
    }
}
