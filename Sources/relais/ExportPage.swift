// An export as one HTML page that can be read, printed and kept: no script, no style sheet or picture from elsewhere, everything escaped. It
// is made from the JSON export itself, so it cannot show less; empty sections say that nothing is held.

import JSON
import MIME

enum ExportPage {
    /// What a person is told that a table holds; one that has no sentence here is shown under its own name.
    private static let titles: KeyValuePairs<String, String> = [
        "message": "Messages to you", "content": "What these messages say, while it is kept",
        "attempt": "When they were handed over", "recipient": "Who received them for delivery",
        "ledger": "What you said about messages, and what was done about your data",
        "standing": "What counts of it now", "evidence": "What proves it",
        "notice": "Texts that you were shown",
        "customerAddress": "Addresses that came with your customer number", "request": "Your requests",
        "event": "What the dealership was told", "idempotency": "Answers kept so that nothing is sent twice",
    ]

    static func html(_ export: JSONValue) -> [UInt8] {
        guard case .object(let members) = export else { return [] }
        let sections = members.compactMap { member -> (String, String)? in
            guard case .array(let rows) = member.value, member.name != "contacts" else { return nil }
            return (member.name, section(title(member.name), rows))
        }
        let order = titles.map(\.key)
        let sorted = sections.sorted { place($0.0, order) < place($1.0, order) }.map(\.1)
        let head = members.filter { if case .array = $0.value { $0.name == "contacts" } else { true } }
        return Array(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Your data</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            <h1>Your data</h1>
            \(list(head))
            \(sorted.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """.utf8)
    }

    private static func title(_ name: String) -> String { titles.first { $0.key == name }?.value ?? name }

    private static func place(_ name: String, _ order: [String]) -> Int {
        order.firstIndex(of: name) ?? order.count
    }

    private static func section(_ title: String, _ rows: [JSONValue]) -> String {
        let body = rows.map { row -> String in
            guard case .object(let members) = row else { return "" }
            return list(members)
        }
        return "<h2>\(escape(title)) (\(rows.count))</h2>\n"
            + (rows.isEmpty ? "<p>Nothing is held.</p>" : body.joined(separator: "\n"))
    }

    private static func list(_ members: [JSONMember]) -> String {
        let fields = members.compactMap { member -> String? in
            guard let text = text(member) else { return nil }
            return "<dt>\(escape(member.name))</dt><dd>\(text)</dd>"
        }
        return "<dl>\n" + fields.joined(separator: "\n") + "\n</dl>"
    }

    /// A value as HTML; nil for what is not there.
    private static func text(_ member: JSONMember) -> String? {
        switch member.value {
        case .null: return nil
        case .bool(let flag): return flag ? "yes" : "no"
        case .number(let digits): return escape(digits)
        case .array(let elements):
            return elements.compactMap { text(JSONMember(name: member.name, value: $0)) }.joined(
                separator: "<br>")
        case .object: return "<pre>\(escape(member.value.text(pretty: true)))</pre>"
        case .string(let text):
            if member.name == "body" { return mail(text) }
            if let json = try? JSONValue(parsing: Array(text.utf8)), case .object = json {
                return "<pre>\(escape(json.text(pretty: true)))</pre>"
            }
            return escape(text)
        }
    }

    /// A mail as a person reads it, with its source below.
    private static func mail(_ source: String) -> String {
        let mail = ReadableMail(source)
        let subject = mail.subject.map { "<strong>\(escape($0))</strong>" } ?? ""
        let text = mail.text.map { "<pre>\(escape($0))</pre>" } ?? ""
        return
            "\(subject)\(text)<details><summary>as it was sent</summary><pre>\(escape(source))</pre></details>"
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { margin: 0; padding: 32px 16px; font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 860px; margin: 0 auto; }
        h1 { font-size: 28px; line-height: 1.2; margin: 0 0 16px; }
        h2 { font-size: 20px; line-height: 1.3; margin: 40px 0 12px; }
        dl { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: 4px 16px; margin: 0 0 16px; padding: 14px 16px;
          border: 1px solid #8886; border-radius: 8px; break-inside: avoid; }
        dt { color: #777; font-size: 14px; line-height: 24px; }
        dd { margin: 0; overflow-wrap: anywhere; }
        pre { margin: 4px 0; white-space: pre-wrap; font: 14px/1.45 ui-monospace, Menlo, Consolas, monospace; }
        summary { cursor: pointer; color: #777; font-size: 14px; }
        @media (max-width: 560px) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 8px; } }
        """
}
