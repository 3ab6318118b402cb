// Reads the isemail project's own cases (Dominic Sayers, tests.xml). They are not part of this repository.

import Foundation
import FoundationXML
import Support

/// One address of the isemail data with what isemail says of it.
struct IsEmailCase: Sendable {
    let id: Int
    let address: String
    let category: String

    static let file = "isemail/tests.xml"

    static var areExpected: Bool { Conformance.isExpected(file) }

    static func read() throws -> [IsEmailCase] {
        let collector = IsEmailCollector()
        let parser = XMLParser(data: try Data(contentsOf: Conformance.path(file)))
        parser.delegate = collector
        guard parser.parse() else { throw CocoaError(.fileReadCorruptFile) }
        return collector.cases
    }
}

/// Collects the `test` elements while the XML is read.
private final class IsEmailCollector: NSObject, XMLParserDelegate {
    private(set) var cases: [IsEmailCase] = []
    private var id: Int?
    private var fields: [String: String] = [:]
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        text = ""
        if element == "test" {
            id = attributes["id"].flatMap { Int($0) }
            fields = [:]
        }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        text += characters
    }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard element == "test" else {
            fields[element] = text
            return
        }
        guard let id, let address = fields["address"], let category = fields["category"] else { return }
        cases.append(IsEmailCase(id: id, address: Self.withControls(address), category: category))
    }

    /// XML cannot hold control characters: the data writes U+2400 + n for ASCII n.
    private static func withControls(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    (0x2400...0x2420).contains($0.value) ? Unicode.Scalar(UInt8($0.value - 0x2400)) : $0
                }))
    }
}
