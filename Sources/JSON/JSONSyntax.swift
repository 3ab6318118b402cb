// The two dialects that are read. What an outsider sends is strict JSON; only the operator's own files, written by
// hand, get comments and fewer quotes.

/// The dialect of a document.
package enum JSONSyntax: Sendable {
    /// RFC 8259, strictly.
    case json
    /// JSON and, of JSON5: comments, trailing commas, unquoted ASCII identifiers as names, single-quoted strings.
    ///
    /// Not of JSON5: hexadecimal, `+1`, `.5`, `Infinity`, `NaN`, line continuations, `\x41`.
    case json5
}
