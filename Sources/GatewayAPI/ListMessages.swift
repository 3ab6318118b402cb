// `GET /v1/messages`: a dealership's messages, newest first, by the filters of `outbox list`. `next` is the cursor of what is older; it is
// null at the end. Messages that come meanwhile are newer than the first page and shift nothing.

import Domain
import HTTPServer
import JSON
import OutboxStore
import Runtime

struct ListMessages: Sendable {
    static let operation = Operation(
        "listMessages", "A dealership's messages, newest first.", scope: .read,
        parameters: [
            .query("state", "State", "Only messages in this state."),
            .query("contact", "ContactReference", "Only messages of this contact."),
            .query("channel", "Channel", "Only messages of this channel."),
            .query("reference", "Reference", "Only messages about this intervention; percent-encoded."),
            .query("since", "Time", "Only messages accepted since."),
            .query("cursor", "Cursor", "The `next` of an earlier answer: what is older."),
            .query("limit", "ListLimit", "Messages at most; 100 unless told."),
        ], answers: [200: .json("MessageList")])
    /// Of each message, the last ones; `GET /v1/messages/{id}` shows all.
    private static let attemptLimit = 20

    let store: OutboxStore
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        do {
            var filter = try filter(QueryReader(call.request.query))
            filter.dealership = caller.dealership
            // One more than is shown says whether there is a next page.
            let limit = filter.limit
            filter.limit += 1
            let asked = filter
            let found = try store.read { reader throws(StoreError) in
                try reader.messages(asked, attemptLimit: Self.attemptLimit)
            }
            let page = found.prefix(limit)
            let next = found.count > limit ? page.last.map { MessageCursor($0.id).text } : nil
            let list: JSONValue = ["messages": .array(page.map(\.view)), "next": .optional(next)]
            answer(.json(200, list.text()))
        } catch let refusal as RequestRefused {
            answer(refusal.response)
        } catch let error as StoreError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(StoreError.failed("\(error)"), log))
        }
    }

    private func filter(_ query: QueryReader) throws(RequestRefused) -> MessageFilter {
        var filter = MessageFilter(
            state: try query.word("state"), contact: try query.value("contact", ContactReference.init),
            channel: try query.word("channel"),
            reference: try query.value("reference") { text throws(ValueError) in
                guard !text.isEmpty, text.utf8.count <= 100 else {
                    throw ValueError("must be 1 to 100 bytes")
                }
                return text
            },
            since: try query.value("since") { text throws(ValueError) in try Timestamp(text) },
            limit: try query.limit())
        filter.before = try query.value("cursor") { text throws(ValueError) in try MessageCursor(text).message
        }
        try query.finish()
        return filter
    }
}
