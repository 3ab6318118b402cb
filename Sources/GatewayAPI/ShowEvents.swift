// `GET /v1/events?cursor=&type=&limit=`: what a dealership is told, oldest first. `next` is where to go on, also when nothing more is there yet:
// whoever asks with it again and again misses nothing and gets nothing twice.

import Domain
import HTTPServer
import JSON
import OutboxStore
import Runtime

struct ShowEvents: Sendable {
    static let operation = Operation(
        "listEvents", "What the dealership is told, oldest first.", scope: .read,
        parameters: [
            .query("cursor", "Cursor", "The `next` of an earlier answer: what came after it."),
            .query("type", "EventType", "Events of this type alone; every one unless told."),
            .query("limit", "ListLimit", "Events at most; 100 unless told."),
        ], answers: [200: .json("EventFeed")])

    let store: OutboxStore
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        do {
            let query = try QueryReader(call.request.query)
            let cursor = try query.value("cursor") { text throws(ValueError) in try EventCursor(text) }
            let limit = try query.limit()
            let type: EventType? = try query.word("type")
            try query.finish()
            let events = try store.read { reader throws(StoreError) in
                try reader.events(
                    dealership: caller.dealership, after: cursor ?? .start, type: type,
                    limit: limit)
            }
            let next = events.last?.place ?? cursor ?? .start
            let feed: JSONValue = ["events": .array(events.map(\.view)), "next": .string(next.text)]
            answer(.json(200, feed.text()))
        } catch let refusal as RequestRefused {
            answer(refusal.response)
        } catch let error as StoreError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(StoreError.failed("\(error)"), log))
        }
    }
}
