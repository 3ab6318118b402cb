// The table of states stands three times: in the code, in the contract (its text is below) and in the
// operators' README. All three must say the same of every pair of states.

import Delivery
import Domain
import Foundation
import Testing

@Suite("Which state may follow which")
struct MessageTransitionTests {
    /// The contract, section 4, "States", without its remarks.
    static let contract = """
        queued    → sending | held | cancelled | expired | blocked
        sending   → sent | queued | failed | unknown | blocked | expired
        unknown   → sending | sent | delivered | bounced | queued | failed | held | cancelled
        held      → queued | cancelled | expired | unknown
        sent      → delivered | bounced | failed
        delivered → bounced
        failed    → delivered | bounced
        failed, expired, cancelled, blocked → queued
        """

    @Test("the code says what the contract says, for every pair", arguments: MessageState.allCases)
    func code(state: MessageState) throws {
        let arrows = try Self.arrows(of: Self.contract)
        for next in MessageState.allCases {
            let isAllowed = arrows.contains(Arrow(from: state, to: next))
            #expect(MessageTransition.isAllowed(from: state, to: next) == isAllowed, "\(state) → \(next)")
            #expect(MessageTransition.successors(of: state).contains(next) == isAllowed)
        }
    }

    @Test("there are 33 arrows, and nothing follows bounced or itself")
    func count() {
        let successors = MessageState.allCases.map(MessageTransition.successors)
        #expect(successors.map(\.count).reduce(0, +) == 33)
        #expect(MessageTransition.successors(of: .bounced).isEmpty)
        for state in MessageState.allCases {
            #expect(!MessageTransition.isAllowed(from: state, to: state), "\(state)")
        }
    }

    @Test("the operators' README says what the code says")
    func readme() throws {
        let rows = try Self.readmeRows()
        #expect(rows.map(\.state).sorted() == MessageState.allCases.map(\.rawValue).sorted())
        for row in rows {
            let state = try #require(MessageState(rawValue: row.state))
            let next = try row.next.map { try #require(MessageState(rawValue: $0), "\($0)") }
            #expect(Set(next) == MessageTransition.successors(of: state), "\(state)")
            #expect(Set(next).count == next.count, "\(state) names a state twice")
        }
    }

    @Test(
        "an operator settles what is unknown",
        arguments: [(.accepted, .sent), (.rejected, .failed), (.retry, .queued)]
            as [(Resolution, MessageState)])
    func resolution(resolution: Resolution, state: MessageState) {
        #expect(resolution.state == state)
        #expect(MessageTransition.isAllowed(from: .unknown, to: resolution.state))
    }

    private struct Arrow: Hashable {
        let from: MessageState
        let to: MessageState
    }

    private static func arrows(of text: String) throws -> Set<Arrow> {
        var arrows: Set<Arrow> = []
        for line in text.split(separator: "\n") {
            let sides = line.split(separator: "→")
            for from in try states(sides[0], separator: ",") {
                for to in try states(sides[1], separator: "|") { arrows.insert(Arrow(from: from, to: to)) }
            }
        }
        return arrows
    }

    private static func states(_ text: Substring, separator: Character) throws -> [MessageState] {
        try text.split(separator: separator).map {
            try #require(MessageState(rawValue: $0.trimmingCharacters(in: .whitespaces)), "\($0)")
        }
    }

    /// The rows `| \`state\` | text | \`next\` … |` of the section "States" of Outbox/README.md.
    private static func readmeRows() throws -> [(state: String, next: [String])] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("Outbox/README.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return
            lines
            .drop { $0 != "## States" }.dropFirst().prefix { !$0.hasPrefix("## ") }
            .filter { $0.hasPrefix("| `") }
            .map { line in
                let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                return (words(cells[1]).first ?? "", words(cells[3]))
            }
    }

    /// What stands between back quotes.
    private static func words(_ cell: Substring) -> [String] {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }
}
