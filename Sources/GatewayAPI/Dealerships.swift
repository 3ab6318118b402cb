// `PUT`, `GET` and `DELETE /v1/dealerships/{id}`: a dealership's record, for the gateway's key, and for a dealership's own `admin` key where
// the record is its own. What PUT puts, GET gives. Another dealership's record gets the same 404 as one that is not there.

import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct Dealerships: Sendable {
    static let showing = Operation(
        "showDealership", "A dealership's record, as it was put.", scope: .admin, holder: .either,
        answers: [200: .json("Dealership")])
    static let putting = Operation(
        "putDealership",
        "Creates a dealership or replaces its record. Its own key leaves what the gateway's operator decides as it is.",
        scope: .admin, holder: .either, body: .json("Dealership"), bodyLimit: Intake.requestLimit,
        answers: [200: .json("Dealership"), 201: .json("Dealership")], refusals: [409])
    static let removing = Operation(
        "removeDealership",
        "Ends a dealership's record and its keys, once nothing of it waits or is in doubt; its ledger stays.",
        scope: .admin, holder: .gateway, answers: [204: .nothing], refusals: [409])

    let store: OutboxStore
    let log: Log

    func show(_ call: Call, _ answer: @escaping Answer) {
        run(call, answer) { id, _ in
            let record = try store.read { reader throws(StoreError) in try reader.dealership(id) }
            return record.map { .json(200, $0) } ?? Problem.notFound
        }
    }

    func put(_ call: Call, _ answer: @escaping Answer) {
        run(call, answer) { id, key in
            let json = try call.json()
            let reader = try JSONObjectReader(json)
            guard try DealershipReader.read(json).id == id else {
                throw reader.problem("id", detail: "must be the id in the path")
            }
            var known: String?
            if key.dealership != nil {
                known = try store.read { reader throws(StoreError) in try reader.dealership(id) }
                guard let known else { return Problem.notFound }
                let reserved = ReservedMembers.changes(
                    from: try JSONValue(parsing: Array(known.utf8)), to: json)
                guard reserved.isEmpty else {
                    return Problem.response(
                        403, "reserved", "nothing was changed: some of this is the gateway's operator's",
                        errors: reserved)
                }
            }
            let isNew = try attributed(to: key).put(id, record: json.text(), replacing: known)
            let location = HTTPField(name: "Location", value: "/v1/dealerships/\(id)")
            return .json(isNew ? 201 : 200, json.text(), headers: isNew ? [location] : [])
        }
    }

    func remove(_ call: Call, _ answer: @escaping Answer) {
        run(call, answer) { id, key in
            try attributed(to: key).remove(id)
            return HTTPResponse(status: 204)
        }
    }

    private func attributed(to key: APIKeyRecord) -> AttributedStore {
        AttributedStore(store, actor: .id(key.id), log: log)
    }

    /// Runs `body` for the dealership of the path, if the key may know of it.
    private func run(
        _ call: Call, _ answer: Answer, _ body: (DealershipID, APIKeyRecord) throws -> HTTPResponse
    ) {
        guard let key = call.key, let id = try? DealershipID(call.values["id"] ?? ""),
            key.dealership == nil || key.dealership == id
        else { return answer(Problem.notFound) }
        do {
            answer(try body(id, key))
        } catch let refusal as RequestRefused {
            answer(refusal.response)
        } catch let error as JSONProblems {
            answer(Problem.response(422, "refused", "nothing was changed", errors: error.problems))
        } catch let error as StoreError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(.failed("\(error)"), log))
        }
    }
}
